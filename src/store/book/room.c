#include "store/book/room.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_ITEMS_MIN 4u

_Static_assert((CHUNKED_ITEMS & (CHUNKED_ITEMS - 1)) == 0, "so that division is a shift");

void *room_new(size_t size)
{
    assert(size > 0);
    return calloc(1, size);
}

void room_free(void *memory)
{
    free(memory);
}

void *room_grow(void *items, size_t item_size, size_t *capacity, size_t needed)
{
    size_t wanted = *capacity == 0 ? ROOM_ITEMS_MIN : *capacity;
    size_t bytes;
    void *grown;

    assert(item_size > 0);
    if (needed <= *capacity)
        return items;
    while (wanted < needed) {
        if (wanted > SIZE_MAX / 2)
            return NULL;
        wanted *= 2;
    }
    if (__builtin_mul_overflow(wanted, item_size, &bytes))
        return NULL;
    grown = realloc(items, bytes);
    if (grown == NULL)
        return NULL;
    *capacity = wanted;
    return grown;
}

void chunked_init(struct chunked *chunked, size_t item_size)
{
    assert(item_size > 0);
    *chunked = (struct chunked){ .item_size = item_size };
}

void chunked_finish(struct chunked *chunked)
{
    for (size_t i = 0; i < chunked->chunk_count; i++)
        free(chunked->chunks[i]);
    free(chunked->chunks);
    chunked_init(chunked, chunked->item_size);
}

/* gcc 12's analyzer loses sight of what stands at an index that it does not know. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

static enum err chunk_add(struct chunked *chunked)
{
    char **chunks = room_grow(chunked->chunks, sizeof *chunks, &chunked->chunk_capacity,
                              chunked->chunk_count + 1);
    char *chunk;

    if (chunks == NULL)
        return ERR_NOMEM;
    chunked->chunks = chunks;
    chunk = malloc(chunked->item_size * CHUNKED_ITEMS);
    if (chunk == NULL)
        return ERR_NOMEM;
    chunked->chunks[chunked->chunk_count++] = chunk;
    return OK;
}

enum err chunked_add(struct chunked *chunked, void **ret)
{
    assert(chunked->item_size > 0);
    if (chunked->count == chunked->chunk_count * CHUNKED_ITEMS) {
        enum err e = chunk_add(chunked);

        if (e != OK)
            return e;
    }
    chunked->count++;
    *ret = memset(chunked_at(chunked, chunked->count - 1), 0, chunked->item_size);
    return OK;
}

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

void chunked_cut(struct chunked *chunked, size_t count)
{
    assert(count <= chunked->count);
    chunked->count = count;
}
