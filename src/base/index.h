/* base/index.h - a hash table from 128-bit keys to 64-bit values.
 *
 * For the large indexes of the book in memory (grants by id, customers by id and alias): open
 * addressing with linear probing, 24 bytes a slot, at most 7/8 full, doubling.  A header-only
 * hash table costs 56 bytes an element on top of it.  Keys that come from outside (ids,
 * fingerprints) are mixed with a seed, so that nobody can choose collisions.  Value 0 is reserved.
 * One thread.
 */
#ifndef BASE_INDEX_H
#define BASE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/check.h"
#include "base/err.h"

struct index_key {
    uint64_t high;
    uint64_t low;
};

struct index_slot;

struct index {
    struct index_slot *slots;
    size_t capacity; /* a power of two, or 0 */
    size_t count;
    uint64_t seed;
};

void index_init(struct index *index, uint64_t seed);
void index_finish(struct index *index);
struct index_key index_key_from_bytes(const uint8_t bytes[16]);
/* Evenly spread, each bit of it; nobody who does not know the seed can choose keys of one fold. */
uint64_t index_key_fold(struct index_key key, uint64_t seed);

/* 0 when there is none. */
uint64_t index_find(const struct index *index, struct index_key key);
/* A hint that the key is about to be looked for. */
void index_prefetch(const struct index *index, struct index_key key);
/* Adds or replaces; value > 0.  ERR_NOMEM: nothing has changed. */
enum err index_put(struct index *index, struct index_key key, uint64_t value) MUST_CHECK;
/* Walks, in no order: *place is 0 at first.  False at the end.  Not while it is changed. */
bool index_next(const struct index *index, size_t *place, struct index_key *ret_key,
                uint64_t *ret_value);
/* True when the key was there. */
bool index_remove(struct index *index, struct index_key key);

#endif
