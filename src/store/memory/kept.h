/* store/memory/kept.h - what the memory store has committed.
 *
 * The ledger's thread adds to it and readers look, both under the store's lock; what has been
 * added is never changed, so the ledger's thread looks without it. */
#ifndef STORE_MEMORY_KEPT_H
#define STORE_MEMORY_KEPT_H

#include "store/book/books.h"

struct kept_receipt {
    struct index_key key;
    struct receipt receipt;
};

struct kept {
    struct arena arena; /* every text and fact */
    struct chunked entries[ENVIRONMENT_COUNT];
    struct chunked seals[ENVIRONMENT_COUNT];
    struct chunked receipts;
    struct chunked customers; /* const struct customer *, by number - 1 */
    struct chunked products;
    struct chunked keys;
    struct chunked sources;                   /* struct source, by number - 1 */
    struct chunked lines;                     /* struct log_line, the same */
    struct chunked events[ENVIRONMENT_COUNT]; /* struct usage_event, by number - 1 */
    uint64_t forgotten;                       /* receipts numbered up to this */
};

void kept_init(struct kept *kept);
void kept_finish(struct kept *kept);

/* All of it or nothing.  ERR_NOMEM */
enum err kept_add(struct kept *kept, const struct pending *pending) MUST_CHECK;

/* Its number is the next. */
enum err kept_key(struct kept *kept, const struct key *key) MUST_CHECK;

/* Facts are not copied.  ERR_NOT_FOUND */
enum err kept_entry(const struct kept *kept, enum environment environment, uint64_t sequence,
                    struct entry *ret) MUST_CHECK;
/* ERR_NOT_FOUND, ERR_NOMEM */
enum err kept_customer(const struct kept *kept, uint32_t number, struct arena *arena,
                       struct customer *ret) MUST_CHECK;

#endif
