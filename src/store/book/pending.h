/* store/book/pending.h - what a batch will write when it commits.
 *
 * Nothing reaches a backend before the commit: until then it lies here, copied, and to abort or
 * rewind is to forget it.  So a backend has one function that writes, and the looks of a batch
 * at its own changes are answered from here.  Thread: the one that owns the store. */
#ifndef STORE_BOOK_PENDING_H
#define STORE_BOOK_PENDING_H

#include "base/index.h"
#include "store/book/undo.h"
#include "store/store.h"

/* Texts and facts of one batch; beyond, its changes get ERR_NOMEM. */
#define PENDING_BYTES_MAX ((size_t)1 << 30)

struct pending_entries {
    struct entry *entries;
    size_t count;
    size_t capacity;
};

struct pending_receipt {
    struct index_key key; /* half of the fingerprint */
    struct receipt receipt;
};

enum change_kind {
    CHANGE_CUSTOMER_ADDED = 1,
    CHANGE_CUSTOMER_REPLACED,
    CHANGE_CREDIT_TYPE_ADDED,
    CHANGE_PRODUCT_ADDED,
    CHANGE_FIELD_KEY_PUT,
    CHANGE_KEY_ADDED,
    CHANGE_KEYS_REVOKED,
    CHANGE_USAGE_EVENT_ADDED,
    CHANGE_TEST_CLOCK_PUT,
    CHANGE_SOURCE_ADDED,
    CHANGE_LOG_LINE_ADDED,
};

struct pending_change {
    enum change_kind kind;
    union {
        const struct customer *customer;
        const struct credit_type *credit_type;
        const struct product *product;
        const struct custom_field_key *field_key;
        const struct key *key;
        const struct key_revocation *revocation;
        const struct usage_event *event;
        const struct source *source;
        const struct log_line *line;
    };
    enum environment environment; /* USAGE_EVENT */
    struct instant frozen_at;     /* TEST_CLOCK */
};

struct pending {
    struct undo *undo; /* borrowed */
    struct arena arena;
    struct pending_entries entries[ENVIRONMENT_COUNT];
    struct seal seals[ENVIRONMENT_COUNT]; /* filled in at commit, where there are entries */
    struct pending_receipt *receipts;
    size_t receipt_count;
    size_t receipt_capacity;
    struct pending_change *changes;
    size_t change_count;
    size_t change_capacity;
    uint64_t forget_until; /* receipts numbered up to this are to be deleted; 0: none */
};

void pending_init(struct pending *pending, struct undo *undo);
void pending_finish(struct pending *pending);
/* The batch has ended. */
void pending_clear(struct pending *pending);
bool pending_is_empty(const struct pending *pending);

/* Each takes a copy.  ERR_NOMEM: nothing has changed, but what a rewind gives back. */
enum err pending_entry_add(struct pending *pending, enum environment environment,
                           const struct entry *entry) MUST_CHECK;
enum err pending_receipt_add(struct pending *pending, struct index_key key,
                             const struct receipt *receipt) MUST_CHECK;
enum err pending_customer(struct pending *pending, enum change_kind kind,
                          const struct customer *customer) MUST_CHECK;
enum err pending_credit_type_add(struct pending *pending,
                                 const struct credit_type *type) MUST_CHECK;
enum err pending_product_add(struct pending *pending, const struct product *product) MUST_CHECK;
enum err pending_field_key(struct pending *pending, const struct custom_field_key *key) MUST_CHECK;
enum err pending_key_add(struct pending *pending, const struct key *key) MUST_CHECK;
enum err pending_keys_revoke(struct pending *pending,
                             const struct key_revocation *revocation) MUST_CHECK;
enum err pending_usage_event_add(struct pending *pending, enum environment environment,
                                 const struct usage_event *event) MUST_CHECK;
enum err pending_source_add(struct pending *pending, const struct source *source) MUST_CHECK;
enum err pending_line_add(struct pending *pending, const struct log_line *line) MUST_CHECK;
enum err pending_test_clock(struct pending *pending, struct instant frozen_at) MUST_CHECK;
enum err pending_forget(struct pending *pending, uint64_t until) MUST_CHECK;

/* As this batch made it; NULL: it did not touch it. */
const struct customer *pending_customer_find(const struct pending *pending, uint32_t number);

#endif
