#include "base/index.h"

#include <stdlib.h>
#include <string.h>
#include "base/prefetch.h"

/* Invariants:
 *   1. capacity is 0 or a power of two, and count <= capacity * 7/8: a probe always ends.
 *   2. Between a key's home slot and its slot there is no empty slot: a removal closes the
 *      gap that it makes, so there are no tombstones and no slow decay. */

#define CAPACITY_MIN 16u

struct index_slot {
    struct index_key key;
    uint64_t value; /* 0: the slot is empty */
};

_Static_assert(sizeof(struct index_slot) == 24, "the header promises 24 bytes a slot");

void index_init(struct index *index, uint64_t seed)
{
    *index = (struct index){ .seed = seed };
}

void index_finish(struct index *index)
{
    free(index->slots);
    index_init(index, index->seed);
}

struct index_key index_key_from_bytes(const uint8_t bytes[16])
{
    uint64_t halves[2];

    _Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "or the swap is wrong");
    memcpy(halves, bytes, sizeof halves);
    return (struct index_key){
        .high = __builtin_bswap64(halves[0]),
        .low = __builtin_bswap64(halves[1]),
    };
}

__extension__ typedef unsigned __int128 uint128; /* which ISO C does not have */

/* Both halves of a 128-bit product, folded: each bit of the result hangs on all of a and b. */
static uint64_t multiply_fold(uint64_t a, uint64_t b)
{
    uint128 product = (uint128)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t index_key_fold(struct index_key key, uint64_t seed)
{
    uint64_t mixed = multiply_fold(key.high ^ seed ^ UINT64_C(0xA0761D6478BD642F),
                                   key.low ^ (seed << 32 | seed >> 32));

    return multiply_fold(mixed ^ seed, UINT64_C(0xE7037ED1A0B428DB));
}

static size_t home_slot(const struct index *index, struct index_key key)
{
    return (size_t)index_key_fold(key, index->seed) & (index->capacity - 1);
}

/* The slot that holds key, or the empty one where it would go.  Precondition: capacity > 0. */
static struct index_slot *slot_of(const struct index *index, struct index_key key)
{
    size_t mask = index->capacity - 1;
    size_t i = home_slot(index, key);

    assert(index->count < index->capacity);
    for (;; i = (i + 1) & mask) {
        struct index_slot *slot = &index->slots[i];

        if (slot->value == 0)
            return slot;
        if (slot->key.low == key.low && slot->key.high == key.high)
            return slot;
    }
}

uint64_t index_find(const struct index *index, struct index_key key)
{
    return index->capacity == 0 ? 0 : slot_of(index, key)->value;
}

void index_prefetch(const struct index *index, struct index_key key)
{
    if (index->capacity > 0)
        prefetch(&index->slots[home_slot(index, key)]);
}

static enum err grow(struct index *index)
{
    struct index larger = *index;

    larger.capacity = index->capacity == 0 ? CAPACITY_MIN : index->capacity * 2;
    assert(larger.capacity > index->capacity);
    larger.slots = calloc(larger.capacity, sizeof *larger.slots);
    if (larger.slots == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < index->capacity; i++) {
        if (index->slots[i].value != 0)
            *slot_of(&larger, index->slots[i].key) = index->slots[i];
    }
    free(index->slots);
    *index = larger;
    return OK;
}

enum err index_put(struct index *index, struct index_key key, uint64_t value)
{
    struct index_slot *slot = NULL;
    enum err e;

    assert(value > 0);
    if (index->capacity > 0) {
        slot = slot_of(index, key);
        if (slot->value != 0) {
            slot->value = value;
            return OK;
        }
    }
    if (index->count >= index->capacity / 8 * 7) {
        e = grow(index);
        if (e != OK)
            return e;
        slot = slot_of(index, key);
    }
    assert(slot != NULL); /* an index without slots has grown */
    assert(slot->value == 0);
    *slot = (struct index_slot){ .key = key, .value = value };
    index->count++;
    return OK;
}

/* Moves later members of the run back over the hole, where their homes allow. */
static void close_gap(struct index *index, size_t hole)
{
    size_t mask = index->capacity - 1;

    for (size_t i = (hole + 1) & mask; index->slots[i].value != 0; i = (i + 1) & mask) {
        size_t home = home_slot(index, index->slots[i].key);

        if (((i - home) & mask) >= ((i - hole) & mask)) { /* home is not after the hole */
            index->slots[hole] = index->slots[i];
            hole = i;
        }
    }
    index->slots[hole].value = 0;
}

bool index_next(const struct index *index, size_t *place, struct index_key *ret_key,
                uint64_t *ret_value)
{
    while (*place < index->capacity) {
        const struct index_slot *slot = &index->slots[(*place)++];

        if (slot->value == 0)
            continue;
        *ret_key = slot->key;
        *ret_value = slot->value;
        return true;
    }
    return false;
}

bool index_remove(struct index *index, struct index_key key)
{
    struct index_slot *slot;

    if (index->capacity == 0)
        return false;
    slot = slot_of(index, key);
    if (slot->value == 0)
        return false;
    close_gap(index, (size_t)(slot - index->slots));
    assert(index->count > 0);
    index->count--;
    return true;
}
