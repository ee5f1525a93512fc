#include "store/book/due.h"

#include "store/book/room.h"

#define SIFT_COUNT_MIN 1024u

enum { TAG_ACTIVATE, TAG_EXPIRE, TAG_LAPSE, TAG_BITS = 2 };

void due_init(struct due_heap *heap, due_holds *holds, const void *owner)
{
    *heap = (struct due_heap){ .holds = holds, .owner = owner, .sift_at = SIFT_COUNT_MIN };
}

void due_finish(struct due_heap *heap)
{
    room_free(heap->entries);
    due_init(heap, heap->holds, heap->owner);
}

static struct due_entry entry_of(struct due due)
{
    uint64_t tag = due.kind == COMMAND_ACTIVATE ? TAG_ACTIVATE
                   : due.kind == COMMAND_EXPIRE ? TAG_EXPIRE
                                                : TAG_LAPSE;

    assert(due.kind == COMMAND_ACTIVATE || due.kind == COMMAND_EXPIRE || due.kind == COMMAND_LAPSE);
    assert(due.number <= UINT64_MAX >> TAG_BITS);
    return (struct due_entry){ .at_us = due.at.us, .tag = due.number << TAG_BITS | tag };
}

static struct due due_of(struct due_entry entry)
{
    static const enum command_kind kinds[] = {
        [TAG_ACTIVATE] = COMMAND_ACTIVATE,
        [TAG_EXPIRE] = COMMAND_EXPIRE,
        [TAG_LAPSE] = COMMAND_LAPSE,
    };
    size_t tag = entry.tag & ((1u << TAG_BITS) - 1);

    assert(tag < array_count(kinds));
    return (struct due){
        .at = { .us = entry.at_us },
        .kind = kinds[tag],
        .number = entry.tag >> TAG_BITS,
    };
}

static bool entry_before(struct due_entry a, struct due_entry b)
{
    return a.at_us != b.at_us ? a.at_us < b.at_us : a.tag < b.tag;
}

static void rise(struct due_heap *heap, size_t index, struct due_entry entry)
{
    while (index > 0) {
        size_t parent = (index - 1) / 2;

        if (!entry_before(entry, heap->entries[parent]))
            break;
        heap->entries[index] = heap->entries[parent];
        index = parent;
    }
    heap->entries[index] = entry;
}

static void sink(struct due_heap *heap, size_t index, struct due_entry entry)
{
    for (;;) {
        size_t child = 2 * index + 1;

        if (child + 1 < heap->count && entry_before(heap->entries[child + 1], heap->entries[child]))
            child++;
        if (child >= heap->count || !entry_before(heap->entries[child], entry))
            break;
        heap->entries[index] = heap->entries[child];
        index = child;
    }
    heap->entries[index] = entry;
}

static void pop(struct due_heap *heap)
{
    assert(heap->count > 0);
    heap->count--;
    if (heap->count > 0)
        sink(heap, 0, heap->entries[heap->count]);
}

/* Throws out what no longer holds, and makes a heap of the rest. */
static void sift(struct due_heap *heap)
{
    size_t kept = 0;

    for (size_t i = 0; i < heap->count; i++) {
        struct due due = due_of(heap->entries[i]);

        if (heap->holds(heap->owner, &due))
            heap->entries[kept++] = heap->entries[i];
    }
    heap->count = kept;
    for (size_t i = kept / 2; i-- > 0;)
        sink(heap, i, heap->entries[i]);
    heap->sift_at = kept * 2 > SIFT_COUNT_MIN ? kept * 2 : SIFT_COUNT_MIN;
}

static enum err make_room(struct due_heap *heap, size_t needed)
{
    struct due_entry *entries = room_grow(heap->entries, sizeof *entries, &heap->capacity, needed);

    if (entries == NULL)
        return ERR_NOMEM;
    heap->entries = entries;
    return OK;
}

static void add(struct due_heap *heap, struct due due)
{
    assert(heap->count < heap->capacity);
    heap->count++;
    rise(heap, heap->count - 1, entry_of(due));
}

enum err due_push(struct due_heap *heap, struct due due)
{
    enum err e;

    if (heap->count >= heap->sift_at)
        sift(heap);
    e = make_room(heap, heap->count + heap->reserved + 1);
    if (e != OK)
        return e;
    add(heap, due);
    return OK;
}

bool due_first(struct due_heap *heap, struct due *ret)
{
    while (heap->count > 0) {
        struct due due = due_of(heap->entries[0]);

        if (heap->holds(heap->owner, &due)) {
            *ret = due;
            return true;
        }
        pop(heap);
    }
    return false;
}

enum err due_reserve(struct due_heap *heap)
{
    enum err e = make_room(heap, heap->count + heap->reserved + 1);

    if (e == OK)
        heap->reserved++;
    return e;
}

void due_put_back(struct due_heap *heap, struct due due)
{
    assert(heap->reserved > 0);
    heap->reserved--;
    add(heap, due);
}

void due_release(struct due_heap *heap)
{
    heap->reserved = 0;
}
