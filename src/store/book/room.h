/* store/book/room.h - memory that lives as long as a store: the one place under store/ that
 * asks the machine for it.
 *
 * Two shapes: plain arrays that double, and chunked arrays, whose elements never move, so that
 * pointers to them stay good.  Neither gives memory back before the end: what was large once
 * may be large again, and undoing a change must never need memory.  One thread.
 */
#ifndef STORE_BOOK_ROOM_H
#define STORE_BOOK_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include "base/check.h"
#include "base/err.h"

/* Zeroed memory; NULL when there is none.  Given back with room_free(). */
void *room_new(size_t size);
void room_free(void *memory);

/* The array with room for at least `needed` items; *capacity says for how many.  NULL: out of
 * memory, and the array is as it was. */
void *room_grow(void *items, size_t item_size, size_t *capacity, size_t needed);

/* An array whose elements never move. */
struct chunked {
    char **chunks;
    size_t chunk_count;
    size_t chunk_capacity;
    size_t item_size;
    size_t count;
};
#define CHUNKED_ITEMS 1024u /* of a chunk; a power of two */

void chunked_init(struct chunked *chunked, size_t item_size);
void chunked_finish(struct chunked *chunked);
/* A new last element, zeroed. */
enum err chunked_add(struct chunked *chunked, void **ret) MUST_CHECK;
/* Forgets the elements from count on; their memory is kept for the next ones. */
void chunked_cut(struct chunked *chunked, size_t count);

static inline void *chunked_at(const struct chunked *chunked, size_t index)
{
    assert(index < chunked->count);
    return chunked->chunks[index / CHUNKED_ITEMS] + index % CHUNKED_ITEMS * chunked->item_size;
}

#endif
