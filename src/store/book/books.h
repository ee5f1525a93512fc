/* store/book/books.h - what the embedded and the memory store have in common: both books, the
 * directory and the batch in memory.
 *
 * A backend's struct begins with a struct books.  It supplies a books_backend: how to read what
 * is committed, and the one function that commits.  The functions here are its store_operations.
 * Thread: the one that owns the store (store/store.h).
 */
#ifndef STORE_BOOK_BOOKS_H
#define STORE_BOOK_BOOKS_H

#include "store/book/book.h"
#include "store/book/pending.h"
#include "store/book/number_index.h"
#include "store/book/trail.h"
#include "store/operations.h"
#include "store/seal.h"

struct books;

struct books_backend {
    /* A committed entry, as store_read_entry.  ERR_NOT_FOUND */
    enum err (*read_entry)(struct books *books, enum environment environment, uint64_t sequence,
                           bool with_facts, struct arena *arena, struct entry *ret);
    /* A hold that has ended and was forgotten by the book; without parts.  ERR_NOT_FOUND */
    enum err (*read_hold)(struct books *books, enum environment environment, uint64_t number,
                          struct hold *ret);
    enum err (*read_customer)(struct books *books, uint32_t number, struct arena *arena,
                              struct customer *ret);
    /* A committed receipt by its number, and whose it is.  ERR_NOT_FOUND */
    enum err (*read_receipt)(struct books *books, uint64_t number, struct arena *arena,
                             struct index_key *ret_key, struct receipt *ret);
    /* The first committed receipt whose number is larger.  ERR_NOT_FOUND */
    enum err (*next_receipt)(struct books *books, uint64_t number, uint64_t *ret_number,
                             struct index_key *ret_key, struct instant *ret_at);
    /* Makes books->pending durable, all or nothing.  Not called for an empty one. */
    enum err (*write)(struct books *books);
    /* After a successful one, when the batch is over.  May be NULL. */
    void (*written)(struct books *books);
    /* May a batch begin? */
    enum err (*ready)(struct books *books);
};

struct books {
    struct store store; /* first */
    const struct books_backend *backend;
    struct undo undo;
    struct pending pending;
    struct directory directory;
    struct trail trail;
    struct intern intern;
    struct book books[ENVIRONMENT_COUNT];
    struct sealer sealer;
    struct number_index receipts;     /* half of the fingerprint -> numbers */
    uint64_t receipt_last;            /* the largest number, committed or not */
    uint64_t receipt_forgotten;       /* all up to this number are gone */
    struct instant test_clock;        /* INSTANT_NONE: it follows the real one */
    struct instant receipt_oldest_at; /* nothing is older; INSTANT_NONE: not known */
};

/* seed: for the indexes, so that nobody can choose collisions. */
void books_init(struct books *books, const struct store_operations *operations,
                const struct books_backend *backend, uint64_t seed);
void books_finish(struct books *books);

static inline struct books *books_of(struct store *store)
{
    return (struct books *)(void *)store;
}

static inline struct book *books_book(struct books *books, enum environment environment)
{
    return &books->books[environment_index(environment)];
}

/* The last committed sequence. */
uint64_t books_committed(const struct books *books, enum environment environment);
/* An entry, committed or not.  ERR_NOT_FOUND */
enum err books_entry(struct books *books, enum environment environment, uint64_t sequence,
                     bool with_facts, struct arena *arena, struct entry *ret) MUST_CHECK;
/* The same as a book_read. */
enum err books_book_read(void *context, enum environment environment, uint64_t sequence,
                         bool with_facts, struct arena *arena, struct entry *ret) MUST_CHECK;

/* Operations. */
enum err books_begin(struct store *store);
enum err books_commit(struct store *store, struct instant now);
void books_abort(struct store *store);
struct store_mark books_mark(struct store *store);
enum err books_rewind(struct store *store, struct store_mark mark);
enum err books_append(struct store *store, enum environment environment, struct entry *entries,
                      size_t count);
bool books_next_due(struct store *store, enum environment environment, struct due *ret);
void books_book_end(struct store *store, enum environment environment, struct book_end *ret);
void books_account(struct store *store, enum environment environment, uint32_t number,
                   struct account *ret);
enum err books_accounts_of(struct store *store, enum environment environment, uint32_t customer,
                           struct arena *arena, struct account **ret, size_t *ret_count);

/* ahead.c */
void books_prefetch(struct store *store, const struct store_soon *soon, size_t count);

/* view.c */
enum err books_load_view(struct store *store, const struct subject *subject, struct arena *arena,
                         struct view *ret);

/* list.c */
enum err books_grants(struct store *store, const struct grant_filter *filter, struct arena *arena,
                      struct grant **ret, size_t *ret_count, uint64_t *ret_next);

/* hold_list.c */
enum err books_holds(struct store *store, const struct hold_filter *filter, struct arena *arena,
                     struct hold **ret, size_t *ret_count, uint64_t *ret_next);

/* receipts.c */
enum err books_receipt_find(struct store *store, const struct digest *key, struct arena *arena,
                            struct receipt *ret);
enum err books_receipt_append(struct store *store, const struct digest *key,
                              const struct receipt *receipt);
enum err books_receipts_forget(struct store *store, struct instant older_than);

/* names.c */
enum err books_customer_resolve(struct store *store, struct str text, struct customer_ref *ret);
void books_customer_ref(struct store *store, uint32_t number, struct customer_ref *ret);
uint32_t books_customer_count(struct store *store);
enum err books_customer_load(struct store *store, uint32_t number, struct arena *arena,
                             struct customer *ret);
enum err books_customer_add(struct store *store, const struct customer *customer,
                            uint32_t *ret_number);
enum err books_customer_replace(struct store *store, const struct customer *customer);
const struct credit_type *books_credit_type_find(struct store *store, struct str text);
const struct credit_type *books_credit_type(struct store *store, uint32_t number);
size_t books_credit_type_count(struct store *store);
enum err books_credit_type_add(struct store *store, const struct credit_type *type,
                               uint32_t *ret_number);
enum err books_product_find(struct store *store, struct str text, struct arena *arena,
                            struct product *ret);
enum err books_product_add(struct store *store, const struct product *product,
                           uint32_t *ret_number);
const struct custom_field_key *books_field_key_find(struct store *store, struct str entity,
                                                    struct str key);
const struct custom_field_key *books_field_key(struct store *store, uint32_t number);
uint32_t books_field_key_count(struct store *store);
enum err books_field_key_put(struct store *store, const struct custom_field_key *key);
uint32_t books_source_find(struct store *store, struct index_key fingerprint);
size_t books_source_count(struct store *store);
enum err books_source_add(struct store *store, struct index_key fingerprint,
                          const struct source *source, uint32_t *ret_number);
enum err books_line_add(struct store *store, const struct log_line *line);
uint64_t books_line_last(struct store *store);
uint64_t books_field_value_count(struct store *store, enum environment environment,
                                 const struct custom_field_key *key, struct str value);
enum err books_key_add(struct store *store, const struct key *key);
enum err books_keys_revoke(struct store *store, const struct key_revocation *revocation);
enum err books_usage_event_add(struct store *store, enum environment environment,
                               const struct usage_event *event);

/* clock.c */
struct instant books_test_clock(struct store *store);
enum err books_test_clock_put(struct store *store, struct instant frozen_at);

/* For a backend's table; it adds close, keys and the readers'. */
#define BOOKS_OPERATIONS                                                                           \
    .begin = books_begin, .commit = books_commit, .abort = books_abort, .mark = books_mark,        \
    .rewind = books_rewind, .load_view = books_load_view, .append = books_append,                  \
    .next_due = books_next_due, .book_end = books_book_end, .accounts_of = books_accounts_of,      \
    .grants = books_grants, .account = books_account, .receipt_find = books_receipt_find,          \
    .receipt_append = books_receipt_append, .receipts_forget = books_receipts_forget,              \
    .customer_resolve = books_customer_resolve, .customer_ref = books_customer_ref,                \
    .customer_count = books_customer_count, .customer_load = books_customer_load,                  \
    .customer_add = books_customer_add, .customer_replace = books_customer_replace,                \
    .credit_type_find = books_credit_type_find, .credit_type = books_credit_type,                  \
    .credit_type_count = books_credit_type_count, .credit_type_add = books_credit_type_add,        \
    .product_find = books_product_find, .product_add = books_product_add,                          \
    .field_key_find = books_field_key_find, .field_key = books_field_key,                          \
    .field_key_count = books_field_key_count, .field_key_put = books_field_key_put,                \
    .field_value_count = books_field_value_count, .source_find = books_source_find,                \
    .source_count = books_source_count, .source_add = books_source_add,                            \
    .line_add = books_line_add, .line_last = books_line_last, .key_add = books_key_add,            \
    .keys_revoke = books_keys_revoke, .usage_event_add = books_usage_event_add,                    \
    .holds = books_holds, .test_clock = books_test_clock, .test_clock_put = books_test_clock_put,  \
    .prefetch = books_prefetch

#endif
