/* store/embedded/inside.h - the embedded store as its own files see it.
 * Threads: for what takes a reader the one that opened it, for file.c any, and for all else the
 * one that owns the store. */
#ifndef STORE_EMBEDDED_INSIDE_H
#define STORE_EMBEDDED_INSIDE_H

#include "store/book/books.h"
#include "store/embedded/checkpoint.h"
#include "store/embedded/database.h"
#include "store/embedded/embedded.h"
#include "store/embedded/sweep.h"

/* How long we wait for another process that writes to the file: `scrip key` needs milliseconds. */
#define DATABASE_TIMEOUT_MS 5000

#define FILE_PAGE_BYTES "8192" /* as SQL has it */

struct embedded_store {
    struct books books; /* first */
    struct database database;
    struct sweep sweeps[ENVIRONMENT_COUNT];
    char *path; /* of the file; readers open it too */
    int lock;   /* file descriptor, or -1 */
    bool read_only;
    bool failed;          /* the file is in doubt: nothing goes any more */
    int64_t data_version; /* of the last look at the keys */
    struct checkpoint checkpoint;
    uint8_t pepper[32];
};

static inline struct embedded_store *embedded_of(struct books *books)
{
    return (struct embedded_store *)(void *)books;
}

/* write.c: a batch into the file.  A books_backend's write. */
enum err embedded_write(struct books *books);
/* All state that has not been written, so that the next open need not replay. */
enum err embedded_write_state(struct embedded_store *embedded) MUST_CHECK;

/* replay.c: everything that is kept in memory, from the file. */
enum err embedded_load(struct embedded_store *embedded) MUST_CHECK;

/* receipts.c; the first two are a books_backend's. */
enum err embedded_read_receipt(struct books *books, uint64_t number, struct arena *arena,
                               struct index_key *ret_key, struct receipt *ret);
enum err embedded_next_receipt(struct books *books, uint64_t number, uint64_t *ret_number,
                               struct index_key *ret_key, struct instant *ret_at);
enum err embedded_receipts_write(struct embedded_store *embedded) MUST_CHECK;
enum err embedded_receipts_load(struct embedded_store *embedded) MUST_CHECK;

/* reader.c: operations. */
enum err embedded_reader_open(struct store *store, struct store_reader **ret);
void embedded_reader_close(struct store_reader *reader);
enum err embedded_reader_entry(struct store_reader *reader, enum environment environment,
                               uint64_t sequence, bool with_facts, struct arena *arena,
                               struct entry *ret);
enum err embedded_reader_customer(struct store_reader *reader, uint32_t number, struct arena *arena,
                                  struct customer *ret);
enum err embedded_reader_product(struct store_reader *reader, struct product_id id,
                                 struct arena *arena, struct product *ret);
enum err embedded_reader_customers(struct store_reader *reader, uint32_t after, size_t limit,
                                   struct arena *arena, struct customer **ret, size_t *ret_count);
enum err embedded_reader_products(struct store_reader *reader, uint32_t after, size_t limit,
                                  struct arena *arena, struct product **ret, size_t *ret_count);
enum err embedded_reader_source(struct store_reader *reader, uint32_t number, struct arena *arena,
                                struct source *ret);
enum err embedded_reader_lines(struct store_reader *reader, const struct log_range *range,
                               size_t limit, struct arena *arena, struct log_line **ret,
                               size_t *ret_count);
enum err embedded_reader_begin(struct store_reader *reader);
void embedded_reader_end(struct store_reader *reader);
enum err embedded_reader_seal(struct store_reader *reader, enum environment environment,
                              uint64_t after_sequence, struct seal *ret);

/* keys.c */
enum err embedded_keys_read(struct database *database, struct arena *arena, struct key **ret,
                            size_t *ret_count) MUST_CHECK;
/* ERR_CORRUPT: one of them cannot be read. */
enum err embedded_keys_check(struct database *database) MUST_CHECK;

/* A change of a batch. */
enum err embedded_key_write(struct database *database, const struct key *key) MUST_CHECK;
enum err embedded_keys_revoke(struct database *database,
                              const struct key_revocation *revocation) MUST_CHECK;

/* events.c: usage that was not deducted. */
enum err embedded_usage_event_write(struct database *database, enum environment environment,
                                    const struct usage_event *event) MUST_CHECK;
enum err embedded_reader_usage_events(struct store_reader *reader,
                                      const struct usage_event_page *page, struct arena *arena,
                                      struct usage_event **ret, size_t *ret_count);
enum err embedded_reader_usage_event_last(struct store_reader *reader, enum environment environment,
                                          uint64_t *ret);
/* The database of a reader. */
struct database *embedded_reader_database(struct store_reader *reader);

/* file.c: the directory, its lock, and the file made ready.  On failure ret_message says why. */
void file_tell(char ret_message[EMBEDDED_MESSAGE_BYTES], const char *format, ...)
    __attribute__((format(printf, 2, 3)));
enum err file_err(int error); /* of an errno */
enum err file_name(const char *path, const char *suffix, char **ret) MUST_CHECK;
enum err file_directory_make(const char *directory,
                             char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;
enum err file_lock(const char *directory, int *ret,
                   char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;
void file_unlock(int lock);
enum err file_path(const char *directory, char **ret) MUST_CHECK;
/* ERR_IO: it is not there, or may not be read. */
enum err file_find(const char *path, char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;
/* To be read (DATABASE_READ), a closed file may lie where nothing can be written.  Its readers take
 * no locks then: nobody else may write to it meanwhile. */
enum err file_open(const char *path, enum database_mode mode, struct database *ret,
                   char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;
/* To look at, whichever of our formats it has. */
enum err file_open_any(const char *path, struct database *ret,
                       char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;
/* A value of meta as so many bytes. */
enum err file_secret(struct database *database, const char *name, void *ret,
                     size_t size) MUST_CHECK;

#endif
