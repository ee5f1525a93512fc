/* store/book/receipt_index.h - the numbers of the receipts that may be of a key.
 *
 * There are as many remembered keys as keyed requests in three days, so they get an index of
 * their own instead of base/index.  A slot has the receipt's number and a seeded fold of the key,
 * not the key: what is found is a candidate, and only the key in the stored receipt says whether
 * it is the one.  Nobody can choose keys of one fold without the seed, and by chance a key that
 * was never seen meets a candidate once in 2^44 / count.
 *
 * The same key may be there with several numbers, of which the largest that is its own counts.
 *
 * The keys are spread over 2048 tables.  Each is filled to five sixths and then grows by a quarter:
 * 12 to 16 bytes a key from 50,000 keys on, with malloc's own, and no need of much twice.  The
 * longest put copies one table, a 2048th of all.  A table never shrinks, so what was removed can be
 * put back without memory.  One thread.
 */
#ifndef STORE_BOOK_RECEIPT_INDEX_H
#define STORE_BOOK_RECEIPT_INDEX_H

#include "base/index.h"

#define RECEIPT_NUMBER_MAX ((UINT64_C(1) << 48) - 1) /* 80 years of 100,000 a second */

struct receipt_table;

struct receipt_index {
    struct receipt_table *tables; /* NULL: nothing was ever put */
    size_t count;
    uint64_t seed;
};

void receipt_index_init(struct receipt_index *index, uint64_t seed);
void receipt_index_finish(struct receipt_index *index);

/* The largest number below `below` that may be of key; 0: there is none. */
uint64_t receipt_index_find(const struct receipt_index *index, struct index_key key,
                            uint64_t below);
/* A number is put once.
 *
 *   ERR_NOMEM  nothing has changed
 *   ERR_RANGE  number is larger than RECEIPT_NUMBER_MAX */
enum err receipt_index_put(struct receipt_index *index, struct index_key key,
                           uint64_t number) MUST_CHECK;
/* True when it was there. */
bool receipt_index_remove(struct receipt_index *index, struct index_key key, uint64_t number);

#endif
