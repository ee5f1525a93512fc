#include "store/book/number_index.h"

#include <string.h>
#include "base/prefetch.h"
#include "store/book/room.h"

/* The highest bits of a key's fold say which table, the 32 lowest lie in the slot and say where in
 * the table its home is: mark * capacity / 2^32, so that capacity may be any number.
 *
 * Invariants, of each table:
 *   1. count <= table_room(capacity) < capacity, or both are 0: a probe always ends.
 *   2. Between a mark's home and its slot there is no empty slot.  A removal closes its gap. */

#define TABLE_BITS 11
#define TABLE_COUNT ((size_t)1 << TABLE_BITS)

struct number_slot {
    uint16_t mark[2];   /* both 0: the slot is empty */
    uint16_t number[3]; /* lowest first */
};

_Static_assert(sizeof(struct number_slot) == 10, "the header promises 10 bytes a slot");

struct number_table {
    struct number_slot *slots;
    uint32_t capacity;
    uint32_t count;
};

void number_index_init(struct number_index *index, uint64_t seed)
{
    *index = (struct number_index){ .seed = seed };
}

void number_index_finish(struct number_index *index)
{
    for (size_t i = 0; index->tables != NULL && i < TABLE_COUNT; i++)
        room_free(index->tables[i].slots);
    room_free(index->tables);
    number_index_init(index, index->seed);
}

/* --- a slot --- */

static uint32_t slot_mark(const struct number_slot *slot)
{
    uint32_t mark;

    memcpy(&mark, slot->mark, sizeof mark);
    return mark;
}

static uint64_t slot_number(const struct number_slot *slot)
{
    return (uint64_t)slot->number[2] << 32 | (uint64_t)slot->number[1] << 16 | slot->number[0];
}

static struct number_slot slot_of(uint32_t mark, uint64_t number)
{
    struct number_slot slot = {
        .number = { (uint16_t)number, (uint16_t)(number >> 16), (uint16_t)(number >> 32) },
    };

    memcpy(slot.mark, &mark, sizeof mark);
    return slot;
}

static uint32_t mark_of(uint64_t fold)
{
    return (uint32_t)fold == 0 ? 1 : (uint32_t)fold;
}

/* --- a table --- */

/* How many it takes before it grows. */
static uint32_t table_room(uint32_t capacity)
{
    return capacity == 0 ? 0 : capacity - capacity / 6 - 1;
}

static uint32_t home_of(const struct number_table *table, uint32_t mark)
{
    return (uint32_t)((uint64_t)mark * table->capacity >> 32);
}

static uint32_t next_place(const struct number_table *table, uint32_t place)
{
    return place + 1 == table->capacity ? 0 : place + 1;
}

/* From place forward to other. */
static uint32_t distance(const struct number_table *table, uint32_t place, uint32_t other)
{
    return other >= place ? other - place : other + table->capacity - place;
}

static void table_add(struct number_table *table, const struct number_slot *slot)
{
    uint32_t place = home_of(table, slot_mark(slot));

    assert(table->count < table_room(table->capacity));
    while (slot_mark(&table->slots[place]) != 0)
        place = next_place(table, place);
    table->slots[place] = *slot;
    table->count++;
}

static enum err table_grow(struct number_table *table)
{
    struct number_table larger = { .capacity = table->capacity + table->capacity / 4 + 2 };

    if (larger.capacity < table->capacity)
        return ERR_NOMEM;
    larger.slots = room_new(larger.capacity * sizeof *larger.slots);
    if (larger.slots == NULL)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < table->capacity; i++) {
        if (slot_mark(&table->slots[i]) != 0)
            table_add(&larger, &table->slots[i]);
    }
    assert(larger.count == table->count);
    room_free(table->slots);
    *table = larger;
    return OK;
}

/* Moves later members of the run back over the hole, where their homes allow. */
static void close_gap(struct number_table *table, uint32_t hole)
{
    for (uint32_t i = next_place(table, hole); slot_mark(&table->slots[i]) != 0;
         i = next_place(table, i)) {
        uint32_t home = home_of(table, slot_mark(&table->slots[i]));

        if (distance(table, home, i) >= distance(table, hole, i)) { /* home is not after it */
            table->slots[hole] = table->slots[i];
            hole = i;
        }
    }
    table->slots[hole] = (struct number_slot){ .mark = { 0 } };
}

/* --- the index --- */

static struct number_table *table_of(const struct number_index *index, uint64_t fold)
{
    return &index->tables[fold >> (64 - TABLE_BITS)];
}

struct number_walk number_walk_start(const struct number_index *index, struct index_key key)
{
    uint64_t fold = index_key_fold(key, index->seed);
    struct number_walk walk = { .mark = mark_of(fold) };
    const struct number_table *table = index->count == 0 ? NULL : table_of(index, fold);

    if (table == NULL || table->count == 0)
        return walk;
    walk.table = table;
    walk.place = home_of(table, walk.mark);
    return walk;
}

uint64_t number_walk_next(struct number_walk *walk)
{
    const struct number_table *table = walk->table;
    uint32_t place = walk->place, mark;

    if (table == NULL)
        return 0;
    for (; (mark = slot_mark(&table->slots[place])) != 0; place = next_place(table, place)) {
        if (mark == walk->mark) {
            walk->place = next_place(table, place);
            return slot_number(&table->slots[place]);
        }
    }
    walk->table = NULL;
    return 0;
}

uint64_t number_index_find(const struct number_index *index, struct index_key key, uint64_t below)
{
    struct number_walk walk = number_walk_start(index, key);
    uint64_t found = 0, number;

    while ((number = number_walk_next(&walk)) != 0) {
        if (number > found && number < below)
            found = number;
    }
    return found;
}

void number_index_prefetch(const struct number_index *index, struct index_key key)
{
    struct number_walk walk = number_walk_start(index, key);

    if (walk.table != NULL)
        prefetch(&walk.table->slots[walk.place]);
}

enum err number_index_put(struct number_index *index, struct index_key key, uint64_t number)
{
    uint64_t fold = index_key_fold(key, index->seed);
    struct number_slot slot = slot_of(mark_of(fold), number);
    struct number_table *table;

    assert(number > 0);
    if (number > NUMBER_INDEX_MAX)
        return ERR_RANGE;
    if (index->tables == NULL)
        index->tables = room_new(TABLE_COUNT * sizeof *index->tables);
    if (index->tables == NULL)
        return ERR_NOMEM;
    table = table_of(index, fold);
    if (table->count == table_room(table->capacity)) {
        enum err e = table_grow(table);

        if (e != OK)
            return e;
    }
    table_add(table, &slot);
    index->count++;
    return OK;
}

bool number_index_remove(struct number_index *index, struct index_key key, uint64_t number)
{
    uint64_t fold = index_key_fold(key, index->seed);
    struct number_slot slot = slot_of(mark_of(fold), number);
    struct number_table *table;
    uint32_t i;

    if (index->count == 0 || number > NUMBER_INDEX_MAX)
        return false;
    table = table_of(index, fold);
    if (table->count == 0)
        return false;
    for (i = home_of(table, mark_of(fold)); slot_mark(&table->slots[i]) != 0;
         i = next_place(table, i)) {
        if (memcmp(&table->slots[i], &slot, sizeof slot) == 0)
            break;
    }
    if (slot_mark(&table->slots[i]) == 0)
        return false;
    close_gap(table, i);
    table->count--;
    index->count--;
    return true;
}
