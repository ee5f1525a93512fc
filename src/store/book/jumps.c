#include "store/book/jumps.h"

#include <string.h>
#include "domain/jump.h"
#include "store/book/book.h"

#define CAPACITY_STEP 4u

enum err jumps_reserve(struct jumps **jumps, uint32_t needed)
{
    const struct jumps *before = *jumps;
    uint32_t capacity = (needed + CAPACITY_STEP - 1) / CAPACITY_STEP * CAPACITY_STEP;
    struct jumps *grown;

    assert(needed > 0 && needed <= JUMPS_MAX);
    if (before != NULL && needed <= before->capacity)
        return OK;
    grown = room_new(sizeof *grown + capacity * sizeof grown->sequences[0]);
    if (grown == NULL)
        return ERR_NOMEM;
    if (before != NULL)
        memcpy(grown->sequences, before->sequences, before->capacity * sizeof before->sequences[0]);
    grown->capacity = capacity;
    room_free(*jumps);
    *jumps = grown;
    return OK;
}

enum err jumps_read(const struct book *book, uint64_t last, uint32_t count, jump_of_entry *jump,
                    struct jumps **ret)
{
    uint64_t found[JUMPS_MAX];
    uint64_t sequence = last;
    struct jumps *jumps = NULL;
    enum err e;

    assert(count <= JUMPS_MAX);
    for (uint32_t i = count; i-- > 0;) {
        struct entry entry;

        if (sequence == 0)
            return ERR_CORRUPT;
        e = book->read(book->read_context, book->environment, sequence, false, NULL, &entry);
        if (e != OK)
            return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
        found[i] = sequence;
        sequence = jump(&entry);
    }
    if (sequence != 0)
        return ERR_CORRUPT;
    e = jumps_reserve(&jumps, count + 1);
    if (e != OK)
        return e;
    memcpy(jumps->sequences, found, count * sizeof *found);
    *ret = jumps;
    return OK;
}

/* --- of the grants of a book --- */

static struct index_key number_key(uint64_t number)
{
    return (struct index_key){ .low = number };
}

struct jumps *grant_jumps_find(const struct book *book, uint64_t number)
{
    return (void *)(uintptr_t)index_find(&book->grant_jumps, number_key(number));
}

static enum err put(struct book *book, uint64_t number, struct jumps *jumps)
{
    return index_put(&book->grant_jumps, number_key(number), (uint64_t)(uintptr_t)jumps);
}

enum err grant_jumps_reserve(struct book *book, uint64_t number, uint32_t needed,
                             struct jumps **ret)
{
    struct jumps *before = grant_jumps_find(book, number);
    struct jumps *jumps = before;
    enum err e;

    assert(before != NULL || needed == 1); /* or those below would be missing */
    e = jumps_reserve(&jumps, needed);
    if (e != OK)
        return e;
    if (jumps != before) {
        e = put(book, number, jumps);
        assert(e == OK || before == NULL); /* a value that is replaced needs no room */
        if (e != OK) {
            room_free(jumps);
            return e;
        }
    }
    *ret = jumps;
    return OK;
}

static uint64_t jump_in_grant(const struct entry *entry)
{
    return entry->grant_jump;
}

enum err grant_jumps_read(struct book *book, uint64_t number, uint64_t last, uint32_t count,
                          struct jumps **ret)
{
    struct jumps *jumps;
    enum err e = jumps_read(book, last, count, jump_in_grant, &jumps);

    if (e != OK)
        return e;
    e = put(book, number, jumps);
    if (e == OK)
        *ret = jumps;
    else
        room_free(jumps);
    return e;
}

void grant_jumps_drop(struct book *book, uint64_t number)
{
    struct jumps *jumps = grant_jumps_find(book, number);

    if (jumps == NULL)
        return;
    index_remove(&book->grant_jumps, number_key(number));
    room_free(jumps);
}

void grant_jumps_finish(struct book *book)
{
    struct index_key key;
    uint64_t address;
    size_t place = 0;

    while (index_next(&book->grant_jumps, &place, &key, &address))
        room_free((void *)(uintptr_t)address);
    index_finish(&book->grant_jumps);
}
