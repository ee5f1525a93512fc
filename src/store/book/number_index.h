/* store/book/number_index.h - the numbers of what may be of a key.
 *
 * For what there is most of, remembered idempotency keys and grants, and for customers: in place of
 * base/index, where what a number stands for is at hand and says itself of which key it is.  So a
 * slot has the number and a seeded fold of the key, not the key: what is found is a candidate.
 * Nobody can choose keys of one fold without the seed, and by chance a key that was never seen
 * meets a candidate once in 2^44 / count.
 *
 * The same key may be there with several numbers.
 *
 * The keys are spread over 2048 tables.  Each is filled to five sixths and then grows by a quarter:
 * 12 to 16 bytes a key from 50,000 keys on, with malloc's own, and no need of much twice.  The
 * longest put copies one table, a 2048th of all.  A table never shrinks, so what was removed can be
 * put back without memory.  One thread.
 */
#ifndef STORE_BOOK_NUMBER_INDEX_H
#define STORE_BOOK_NUMBER_INDEX_H

#include "base/index.h"

#define NUMBER_INDEX_MAX ((UINT64_C(1) << 48) - 1) /* 80 years of 100,000 a second */

struct number_table;

struct number_index {
    struct number_table *tables; /* NULL: nothing was ever put */
    size_t count;
    uint64_t seed;
};

void number_index_init(struct number_index *index, uint64_t seed);
void number_index_finish(struct number_index *index);

/* A walk over the numbers that may be of a key, in no order. */
struct number_walk {
    const struct number_table *table; /* NULL: there are none */
    uint32_t mark;
    uint32_t place;
};

struct number_walk number_walk_start(const struct number_index *index, struct index_key key);
/* 0: no more.  Not after a change. */
uint64_t number_walk_next(struct number_walk *walk);

/* The largest number below `below` that may be of key; 0: there is none. */
uint64_t number_index_find(const struct number_index *index, struct index_key key, uint64_t below);
/* A hint that the key is about to be looked for. */
void number_index_prefetch(const struct number_index *index, struct index_key key);
/* A number is put once.
 *
 *   ERR_NOMEM  nothing has changed
 *   ERR_RANGE  number is larger than NUMBER_INDEX_MAX */
enum err number_index_put(struct number_index *index, struct index_key key,
                          uint64_t number) MUST_CHECK;
/* True when it was there. */
bool number_index_remove(struct number_index *index, struct index_key key, uint64_t number);

#endif
