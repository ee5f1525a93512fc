#include "store/book/live.h"

#include <stdlib.h>
#include <string.h>
#include "store/book/room.h"

#define SLOTS_MIN 2u /* most accounts have one or two live grants */

void live_finish(struct live *live)
{
    room_free(live->slots);
    *live = (struct live){ .count = 0 };
}

enum err live_reserve(struct live *live)
{
    uint32_t capacity = live->capacity < SLOTS_MIN ? SLOTS_MIN : live->capacity * 2;
    struct grant **slots;

    if (live->count < live->capacity)
        return OK;
    assert(capacity > live->count);
    slots = room_new(capacity * sizeof(struct grant *));
    if (slots == NULL)
        return ERR_NOMEM;
    if (live->count > 0)
        memcpy(slots, live->slots + live->start, live->count * sizeof(struct grant *));
    room_free(live->slots);
    *live = (struct live){ .slots = slots, .count = live->count, .capacity = capacity };
    return OK;
}

/* How many of the grants burn before this one. */
static uint32_t place_of(const struct live *live, const struct grant *grant)
{
    uint32_t low = 0, high = live->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (grant_burn_compare(live->slots[live->start + middle], grant) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void move(struct grant **to, struct grant *const *from, uint32_t count)
{
    memmove(to, from, count * sizeof *to);
}

/* A queue, burnt at the front and filled at the back, walks up its array: back to the start. */
static void recentre(struct live *live)
{
    if (live->start + live->count == live->capacity && live->start > live->capacity / 4) {
        move(live->slots, live->slots + live->start, live->count);
        live->start = 0;
    }
}

void live_insert(struct live *live, struct grant *grant)
{
    uint32_t place = place_of(live, grant);
    uint32_t behind = live->count - place;
    struct grant **first;

    assert(live->count < live->capacity);
    recentre(live);
    first = live->slots + live->start;
    if (live->start + live->count == live->capacity || (live->start > 0 && place < behind)) {
        assert(live->start > 0);
        move(first - 1, first, place); /* the ones before it move down */
        live->start--;
    } else {
        move(first + place + 1, first + place, behind);
    }
    live->count++;
    live->slots[live->start + place] = grant;
}

void live_remove(struct live *live, const struct grant *grant)
{
    uint32_t place = place_of(live, grant);
    uint32_t behind = live->count - place - 1;
    struct grant **first = live->slots + live->start;

    assert(place < live->count);
    assert(first[place] == grant);
    if (place < behind) { /* the ones before it move up */
        move(first + 1, first, place);
        live->start++;
    } else {
        move(first + place, first + place + 1, behind);
    }
    live->count--;
}

enum err live_append(struct live *live, struct grant *grant)
{
    enum err e = live_reserve(live);

    if (e != OK)
        return e;
    assert(live->start == 0);
    live->slots[live->count++] = grant;
    return OK;
}

static int compare_slots(const void *a, const void *b)
{
    return grant_burn_compare(*(struct grant *const *)a, *(struct grant *const *)b);
}

void live_sort(struct live *live)
{
    if (live->count > 1)
        qsort(live->slots + live->start, live->count, sizeof *live->slots, compare_slots);
}
