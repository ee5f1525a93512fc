#include "store/embedded/directory.h"
#include "store/embedded/inside.h"
#include "store/embedded/rows.h"
#include "store/embedded/trail.h"

/* The file's log is not begun anew while anybody reads of a moment in it: after so many entries
 * comes another moment.  Some 20 ms. */
#define MOMENT_READS_MAX 4096

struct embedded_reader {
    struct store_reader reader; /* first */
    struct database database;
    bool has_begun;
    unsigned reads; /* of entries, in this moment */
};

static struct embedded_reader *reader_of(struct store_reader *reader)
{
    return (struct embedded_reader *)(void *)reader;
}

static struct database *database_of(struct store_reader *reader)
{
    return &reader_of(reader)->database;
}

struct database *embedded_reader_database(struct store_reader *reader)
{
    return database_of(reader);
}

enum err embedded_reader_open(struct store *store, struct store_reader **ret)
{
    struct embedded_store *embedded = embedded_of(books_of(store));
    struct embedded_reader *reader = room_new(sizeof *reader);
    char message[EMBEDDED_MESSAGE_BYTES];
    enum err e;

    if (reader == NULL)
        return ERR_NOMEM;
    e = file_open(embedded->path, DATABASE_READ, &reader->database, message);
    if (e != OK) {
        room_free(reader);
        return e;
    }
    reader->reader.operations = store->operations;
    *ret = &reader->reader;
    return OK;
}

void embedded_reader_close(struct store_reader *reader)
{
    database_close(database_of(reader));
    room_free(reader);
}

/* Several statements of one moment. */
static enum err moment_begin(struct database *database)
{
    sqlite3_stmt *s;
    enum err e = sql_get(database, NO_BOOK, SQL_BEGIN_READ, &s);

    return e == OK ? sql_run(database, s) : e;
}

static void moment_end(struct database *database)
{
    sqlite3_stmt *s;

    if (sql_get(database, NO_BOOK, SQL_ROLLBACK, &s) == OK &&
        sqlite3_get_autocommit(database->handle) == 0)
        (void)sqlite3_step(s), (void)sqlite3_reset(s);
}

enum err embedded_reader_begin(struct store_reader *reader)
{
    enum err e;

    assert(!reader_of(reader)->has_begun);
    e = moment_begin(database_of(reader));
    reader_of(reader)->has_begun = e == OK;
    reader_of(reader)->reads = 0;
    return e;
}

void embedded_reader_end(struct store_reader *reader)
{
    assert(reader_of(reader)->has_begun);
    reader_of(reader)->has_begun = false;
    moment_end(database_of(reader));
}

static enum err moment_renew(struct store_reader *reader)
{
    if (!reader_of(reader)->has_begun || ++reader_of(reader)->reads < MOMENT_READS_MAX)
        return OK;
    reader_of(reader)->reads = 0;
    moment_end(database_of(reader));
    return moment_begin(database_of(reader));
}

enum err embedded_reader_entry(struct store_reader *reader, enum environment environment,
                               uint64_t sequence, bool with_facts, struct arena *arena,
                               struct entry *ret)
{
    enum err e = moment_renew(reader);

    if (e != OK)
        return e;
    return rows_entry_read(database_of(reader), environment, sequence, with_facts, arena, ret);
}

enum err embedded_reader_customers(struct store_reader *reader, uint32_t after, size_t limit,
                                   struct arena *arena, struct customer **ret, size_t *ret_count)
{
    bool is_alone = !reader_of(reader)->has_begun;
    enum err e = is_alone ? embedded_reader_begin(reader) : OK;

    if (e != OK)
        return e;
    e = directory_customers_read(database_of(reader), after, limit, arena, ret, ret_count);
    if (is_alone)
        embedded_reader_end(reader);
    return e;
}

enum err embedded_reader_customer(struct store_reader *reader, uint32_t number, struct arena *arena,
                                  struct customer *ret)
{
    bool is_alone = !reader_of(reader)->has_begun;
    enum err e = is_alone ? embedded_reader_begin(reader) : OK;

    if (e != OK)
        return e;
    e = directory_customer_read(database_of(reader), number, arena, ret);
    if (is_alone)
        embedded_reader_end(reader);
    return e;
}

enum err embedded_reader_product(struct store_reader *reader, struct product_id id,
                                 struct arena *arena, struct product *ret)
{
    return directory_product_read(database_of(reader), id, arena, ret);
}

enum err embedded_reader_products(struct store_reader *reader, uint32_t after, size_t limit,
                                  struct arena *arena, struct product **ret, size_t *ret_count)
{
    return directory_products_read(database_of(reader), after, limit, arena, ret, ret_count);
}

enum err embedded_reader_source(struct store_reader *reader, uint32_t number, struct arena *arena,
                                struct source *ret)
{
    return trail_source_read(database_of(reader), number, arena, ret);
}

enum err embedded_reader_lines(struct store_reader *reader, const struct log_range *range,
                               size_t limit, struct arena *arena, struct log_line **ret,
                               size_t *ret_count)
{
    return trail_lines_read(database_of(reader), range, limit, arena, ret, ret_count);
}

enum err embedded_reader_seal(struct store_reader *reader, enum environment environment,
                              uint64_t after_sequence, struct seal *ret)
{
    return rows_seal_read(database_of(reader), environment, after_sequence, ret);
}
