/* store/store.h - where the two books and the directory are kept.
 *
 * One interface, a few backends: embedded (SQLite used as a log, with the book in memory) and
 * memory (for tests and simulation).  Callers use the functions below; they assert the contract
 * on both sides and call the backend's operations (store/operations.h).
 *
 * Thread: one, the ledger's, for everything but struct store_reader, which belongs to the
 * thread that opened it.
 *
 * A batch: store_begin, then any number of looks and changes, then store_commit or store_abort.
 * Looks inside a batch see its changes.  Nothing of a batch is durable, or visible to a reader,
 * before store_commit has returned OK; after any other return nothing of it has happened:
 *
 *   ERR_FULL     the disk is full, or another process would not let go of the file: the batch is
 *                undone, reads go on, later batches may succeed
 *   ERR_IO       a failure that leaves the file in doubt: the process must stop and recover
 *   ERR_NOMEM    out of memory; as ERR_FULL
 *   ERR_CORRUPT  what was read is not what was written; stop
 *
 * Every function may fail with ERR_IO, ERR_NOMEM and ERR_CORRUPT; other errors are named.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/digest.h"
#include "base/err.h"
#include "domain/command.h"
#include "domain/directory.h"
#include "domain/entry.h"
#include "domain/view.h"

struct store;
struct store_reader;

void store_close(struct store *store);

/* --- batches --- */

enum err store_begin(struct store *store) MUST_CHECK;
/* Seals the entries of each book (hash chain) and makes the batch durable.  now is the instant
 * of the seal. */
enum err store_commit(struct store *store, struct instant now) MUST_CHECK;
void store_abort(struct store *store); /* nothing to do outside a batch */

/* A place inside a batch to go back to: atomic groups are tried and undone with it. */
struct store_mark {
    uint64_t position;
};
struct store_mark store_mark(struct store *store);
enum err store_rewind(struct store *store, struct store_mark mark) MUST_CHECK;

/* --- the book --- */

/* The account as it is, and what else the subject names (see domain/view.h).  subject.customer and
 * credit_type name the account; where they are 0, the grant, hold or deduction does, and
 * ret->account is theirs.  ret->account.number is 0 when nothing names an account.
 * Borrowed until the next append, rewind, abort or commit; arrays may live in the arena. */
enum err store_load_view(struct store *store, const struct subject *subject, struct arena *arena,
                         struct view *ret) MUST_CHECK;

/* A hint: these are about to be asked for, so what is kept of them in memory may be fetched into
 * the processor's caches, for all of them at once.  Nothing has to come of it. */
struct store_soon {
    enum environment environment;
    struct str customer; /* as for store_customer_resolve; empty: none */
};
#define STORE_SOON_MAX 16u /* some 15 lines of a cache each; 8 or 32 do no better */
void store_prefetch(struct store *store, const struct store_soon *soon, size_t count);

/* Appends entries whose sequences continue the book's without a gap.  Fills in the chain fields
 * (account_previous, account_jump, grant_previous, grant_jump). */
enum err store_append(struct store *store, enum environment environment, struct entry *entries,
                      size_t count) MUST_CHECK;

/* What time will ask next: activations, expiries and lapses, earliest first; ties in order of
 * number. */
struct due {
    struct instant at;
    enum command_kind kind; /* COMMAND_ACTIVATE, _EXPIRE or _LAPSE */
    uint64_t number;        /* of the grant or hold */
};
/* False when nothing is due, ever. */
bool store_next_due(struct store *store, enum environment environment, struct due *ret);

/* The last sequence, the hash that seals it, when; and the `at` of the last entry (rule 10:
 * the ledger's clock starts there).  Zeroes for an empty book. */
struct book_end {
    uint64_t sequence;
    struct digest hash;
    struct instant sealed_at;
    struct instant last_at;
};
void store_book_end(struct store *store, enum environment environment, struct book_end *ret);

/* Accounts of a customer in order of creation; *ret_numbers in the arena. */
enum err store_accounts_of(struct store *store, enum environment environment, uint32_t customer,
                           struct arena *arena, struct account **ret, size_t *ret_count) MUST_CHECK;

/* Heads of grants, for lists: copies into the arena, products and rollover too. */
struct grant_filter {
    enum environment environment;
    const uint32_t *customers; /* sorted; count 0: all */
    size_t customer_count;
    const uint32_t *credit_types; /* count 0: all */
    size_t credit_type_count;
    const struct grant_id *ids; /* count 0: all */
    size_t id_count;
    struct instant not_expiring_before; /* INSTANT_NONE: any */
    struct instant effective_before;    /* INSTANT_NONE: any */
    bool with_voided;
    bool live_only;
    uint64_t after; /* grants with number > after */
    size_t limit;
};
/* In order of number.  *ret_next is the number of the last grant looked at when there may be
 * more, else 0: a page that looked at LIST_SCAN_MAX heads ends short. */
enum err store_grants(struct store *store, const struct grant_filter *filter, struct arena *arena,
                      struct grant **ret, size_t *ret_count, uint64_t *ret_next) MUST_CHECK;
/* Open holds of a customer (0: of all) and a credit type (0: any), in order of number, with
 * number > after; copies without parts.  *ret_next as above. */
struct hold_filter {
    enum environment environment;
    uint32_t customer;
    uint32_t credit_type;
    uint64_t after;
    size_t limit;
};
enum err store_holds(struct store *store, const struct hold_filter *filter, struct arena *arena,
                     struct hold **ret, size_t *ret_count, uint64_t *ret_next) MUST_CHECK;
/* An account by its number; it exists. */
void store_account(struct store *store, enum environment environment, uint32_t number,
                   struct account *ret);

/* --- receipts (rule 11) --- */

struct receipt {
    struct digest request; /* what was asked, method and path included */
    struct instant at;
    int status;
    struct str content_type;
    struct str body; /* byte for byte */
};
/* key is a fingerprint of environment and idempotency key.  ERR_NOT_FOUND */
enum err store_receipt_find(struct store *store, const struct digest *key, struct arena *arena,
                            struct receipt *ret) MUST_CHECK;
enum err store_receipt_append(struct store *store, const struct digest *key,
                              const struct receipt *receipt) MUST_CHECK;
/* Forgets receipts older than that; a bounded number a call. */
enum err store_receipts_forget(struct store *store, struct instant older_than) MUST_CHECK;

/* --- the directory --- */

/* By UUID, "cus_" spelling, alias or client id; cheap.  ERR_NOT_FOUND */
enum err store_customer_resolve(struct store *store, struct str text,
                                struct customer_ref *ret) MUST_CHECK;
void store_customer_ref(struct store *store, uint32_t number, struct customer_ref *ret);
uint32_t store_customer_count(struct store *store); /* the number of the last */
/* With all its texts.  ERR_NOT_FOUND */
enum err store_customer_load(struct store *store, uint32_t number, struct arena *arena,
                             struct customer *ret) MUST_CHECK;
/* Numbers the customer.  The ledger has made sure that id and aliases are free. */
enum err store_customer_add(struct store *store, const struct customer *customer,
                            uint32_t *ret_number) MUST_CHECK;
/* Replaces everything but number, id and created_at; aliases too. */
enum err store_customer_replace(struct store *store, const struct customer *customer) MUST_CHECK;

/* A credit type by UUID or by unique name; all of them, in order.  Small: kept in memory.
 * Borrowed for the store's life.  NULL: there is none. */
const struct credit_type *store_credit_type_find(struct store *store, struct str text);
const struct credit_type *store_credit_type(struct store *store, uint32_t number);
size_t store_credit_type_count(struct store *store);
enum err store_credit_type_add(struct store *store, const struct credit_type *type,
                               uint32_t *ret_number) MUST_CHECK;

/* A product by UUID or by unique name.  ERR_NOT_FOUND */
enum err store_product_find(struct store *store, struct str text, struct arena *arena,
                            struct product *ret) MUST_CHECK;
enum err store_product_add(struct store *store, const struct product *product,
                           uint32_t *ret_number) MUST_CHECK;

/* The custom fields that things may have, removed ones too.  Borrowed for the store's life; what is
 * put changes what was looked at.  NULL: there never was one. */
const struct custom_field_key *store_field_key_find(struct store *store, struct str entity,
                                                    struct str key);
const struct custom_field_key *store_field_key(struct store *store, uint32_t number);
uint32_t store_field_key_count(struct store *store); /* the number of the last */
/* number 0: a new one, whose entity and key are new together.  Otherwise these stay. */
enum err store_field_key_put(struct store *store, const struct custom_field_key *key) MUST_CHECK;
/* How many customers, or grants of that environment, have this value in the field.  The value is
 * as in domain/custom_fields.h; key is of one of the two. */
uint64_t store_field_value_count(struct store *store, enum environment environment,
                                 const struct custom_field_key *key, struct str value);

/* Keys, all of them, also revoked ones; texts in the arena. */
enum err store_keys(struct store *store, struct arena *arena, struct key **ret,
                    size_t *ret_count) MUST_CHECK;
/* The ledger's own changes of keys: store_keys shows them after the commit, and store_keys_changed
 * does not tell of them.  The secret's HMAC and the client id are new. */
enum err store_key_add(struct store *store, const struct key *key) MUST_CHECK;
enum err store_keys_revoke(struct store *store, const struct key_revocation *revocation) MUST_CHECK;
/* True when another process may have changed keys since the last call.  Cheap. */
bool store_keys_changed(struct store *store);
/* The secret under which secrets are hashed. */
void store_pepper(struct store *store, uint8_t ret[32]);

/* Appends usage that was not deducted; its number is the next. */
enum err store_usage_event_add(struct store *store, enum environment environment,
                               const struct usage_event *event) MUST_CHECK;

/* --- who did what --- */

/* The number of a source of this run; 0: it is not known yet. */
uint32_t store_source_find(struct store *store, struct index_key fingerprint);
size_t store_source_count(struct store *store); /* of this run */
/* One that is not known yet, to be found by its fingerprint from now on. */
enum err store_source_add(struct store *store, struct index_key fingerprint,
                          const struct source *source, uint32_t *ret_number) MUST_CHECK;
/* A line more in the directory's log, which numbers it; one that would be before the last is
 * of its instant. */
enum err store_line_add(struct store *store, const struct log_line *line) MUST_CHECK;
uint64_t store_line_last(struct store *store); /* its number; 0: there is none */

/* --- the test environment's clock --- */

/* The instant at which it was set to stand, as this batch has it; INSTANT_NONE: it follows the real
 * clock. */
struct instant store_test_clock(struct store *store);
enum err store_test_clock_put(struct store *store, struct instant frozen_at) MUST_CHECK;

/* --- reading beside the ledger --- */

/* A reader sees what was committed when it reads, from its own thread. */
enum err store_reader_open(struct store *store, struct store_reader **ret) MUST_CHECK;
void store_reader_close(struct store_reader *reader);
/* Many reads for one answer go between the two: it is three times as cheap, and what they see is of
 * a moment, or of a few where they are thousands. */
enum err store_reader_begin(struct store_reader *reader) MUST_CHECK;
void store_reader_end(struct store_reader *reader); /* begun */
/* One entry; its facts too where it has some (texts in the arena).  ERR_NOT_FOUND */
enum err store_read_entry(struct store_reader *reader, enum environment environment,
                          uint64_t sequence, bool with_facts, struct arena *arena,
                          struct entry *ret) MUST_CHECK;
enum err store_read_customer(struct store_reader *reader, uint32_t number, struct arena *arena,
                             struct customer *ret) MUST_CHECK;
enum err store_read_product(struct store_reader *reader, struct product_id id, struct arena *arena,
                            struct product *ret) MUST_CHECK;
/* Customers in order of number, from after; at most limit. */
enum err store_read_customers(struct store_reader *reader, uint32_t after, size_t limit,
                              struct arena *arena, struct customer **ret,
                              size_t *ret_count) MUST_CHECK;
enum err store_read_products(struct store_reader *reader, uint32_t after, size_t limit,
                             struct arena *arena, struct product **ret,
                             size_t *ret_count) MUST_CHECK;
/* Events with after < number <= until, in order, of a customer (0: of all); at most limit. */
struct usage_event_page {
    enum environment environment;
    uint32_t customer;
    uint64_t after;
    uint64_t until;
    size_t limit;
};
enum err store_read_usage_events(struct store_reader *reader, const struct usage_event_page *page,
                                 struct arena *arena, struct usage_event **ret,
                                 size_t *ret_count) MUST_CHECK;
/* The number of the last one; 0: there is none. */
enum err store_read_usage_event_last(struct store_reader *reader, enum environment environment,
                                     uint64_t *ret) MUST_CHECK;

/* ERR_NOT_FOUND */
enum err store_read_source(struct store_reader *reader, uint32_t number, struct arena *arena,
                           struct source *ret) MUST_CHECK;
/* At most limit lines of the range, in its order. */
enum err store_read_lines(struct store_reader *reader, const struct log_range *range, size_t limit,
                          struct arena *arena, struct log_line **ret, size_t *ret_count) MUST_CHECK;

/* Seals in order, for verify: the last sequence that it covers, when, and the hash.
 * ERR_NOT_FOUND after the last. */
struct seal {
    uint64_t last_sequence;
    struct instant at;
    struct digest hash;
};
enum err store_read_seal(struct store_reader *reader, enum environment environment,
                         uint64_t after_sequence, struct seal *ret) MUST_CHECK;

#endif
