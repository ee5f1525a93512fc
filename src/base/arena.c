#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES_MIN 4096u

struct arena_chunk {
    struct arena_chunk *next;
    size_t size; /* of data */
    alignas(max_align_t) unsigned char data[];
};

/* Under AddressSanitizer what has been rewound is poisoned, so that a pointer which outlived
 * its mark is found where it is used. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ARENA_POISONS 1
#endif

#ifdef ARENA_POISONS
#include <sanitizer/asan_interface.h>
#define poison(data, size) __asan_poison_memory_region(data, size)
#define unpoison(data, size) __asan_unpoison_memory_region(data, size)
#else
#define poison(data, size) ((void)(data), (void)(size))
#define unpoison(data, size) ((void)(data), (void)(size))
#endif

void arena_init(struct arena *arena, size_t limit_bytes)
{
    arena_init_within(arena, limit_bytes, NULL);
}

void arena_init_within(struct arena *arena, size_t limit_bytes, struct arena_budget *budget)
{
    *arena = (struct arena){ .limit_bytes = limit_bytes, .budget = budget };
}

/* The arena is to have so many bytes more. */
static bool budget_take(const struct arena *arena, size_t bytes)
{
    struct arena_budget *budget = arena->budget;
    size_t limit, used;

    if (budget == NULL)
        return true;
    limit = budget->limit_bytes;
    if (arena->total_bytes + bytes > budget->small_bytes)
        limit -= limit / 4;
    used = atomic_fetch_add(&budget->used_bytes, bytes);
    if (used <= limit && bytes <= limit - used)
        return true;
    atomic_fetch_sub(&budget->used_bytes, bytes);
    return false;
}

static void budget_return(const struct arena *arena, size_t bytes)
{
    if (arena->budget != NULL)
        atomic_fetch_sub(&arena->budget->used_bytes, bytes);
}

static bool budget_is_half_used(const struct arena_budget *budget)
{
    return budget != NULL && atomic_load_explicit(&budget->used_bytes, memory_order_relaxed) >=
                                 budget->limit_bytes / 2;
}

static size_t chunk_bytes(const struct arena_chunk *chunk)
{
    return sizeof *chunk + chunk->size;
}

/* Gives *link's chunk back to the machine. */
static void chunk_drop(struct arena *arena, struct arena_chunk **link)
{
    struct arena_chunk *chunk = *link;

    assert(arena->total_bytes >= chunk_bytes(chunk));
    arena->total_bytes -= chunk_bytes(chunk);
    budget_return(arena, chunk_bytes(chunk));
    *link = chunk->next;
    unpoison(chunk->data, chunk->size);
    free(chunk);
}

void arena_finish(struct arena *arena)
{
    while (arena->first != NULL)
        chunk_drop(arena, &arena->first);
    assert(arena->total_bytes == 0);
    arena_init_within(arena, arena->limit_bytes, arena->budget);
}

/* Where the pointer to the chunk after the current one is kept. */
static struct arena_chunk **next_link(struct arena *arena)
{
    return arena->current == NULL ? &arena->first : &arena->current->next;
}

/* How large a new chunk with room for size bytes should be: as large as all before it
 * together, while the limit allows.  0 when the limit is reached. */
static size_t chunk_bytes_wanted(const struct arena *arena, size_t size)
{
    size_t room =
        arena->limit_bytes > arena->total_bytes ? arena->limit_bytes - arena->total_bytes : 0;
    size_t needed, wanted;

    if (size > SIZE_MAX - sizeof(struct arena_chunk))
        return 0;
    needed = sizeof(struct arena_chunk) + size;
    if (needed > room)
        return 0;
    wanted = arena->total_bytes > CHUNK_BYTES_MIN ? arena->total_bytes : CHUNK_BYTES_MIN;
    if (wanted > room)
        wanted = room;
    return wanted > needed ? wanted : needed;
}

/* NULL: the budget, or the machine, has no more. */
static struct arena_chunk *chunk_make(const struct arena *arena, size_t bytes)
{
    struct arena_chunk *chunk;

    if (!budget_take(arena, bytes))
        return NULL;
    chunk = malloc(bytes);
    if (chunk == NULL)
        budget_return(arena, bytes);
    return chunk;
}

/* Makes the next chunk, one with room for size bytes, the current one. */
static bool chunk_advance(struct arena *arena, size_t size)
{
    struct arena_chunk **link = next_link(arena);
    struct arena_chunk *chunk = *link;
    size_t bytes;

    if (chunk == NULL || chunk->size < size) {
        bytes = chunk_bytes_wanted(arena, size);
        while (bytes == 0 && *link != NULL) { /* unused chunks that are too small make room */
            chunk_drop(arena, link);
            bytes = chunk_bytes_wanted(arena, size);
        }
        chunk = bytes == 0 ? NULL : chunk_make(arena, bytes);
        if (chunk == NULL)
            return false;
        chunk->next = *link;
        chunk->size = bytes - sizeof *chunk;
        *link = chunk;
        arena->total_bytes += bytes;
        poison(chunk->data, chunk->size);
    }
    arena->current = chunk;
    arena->used = 0;
    assert(arena->total_bytes <= arena->limit_bytes);
    assert(chunk->size >= size);
    return true;
}

void *arena_take(struct arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    unsigned char *data;
    size_t rounded;

    if (size > SIZE_MAX - align)
        return NULL;
    rounded = (size + align - 1) / align * align;
    if (arena->current == NULL || rounded > arena->current->size - arena->used) {
        if (!chunk_advance(arena, rounded))
            return NULL;
    }
    data = arena->current->data + arena->used;
    arena->used += rounded;
    assert(arena->used <= arena->current->size);
    unpoison(data, size);
    return memset(data, 0, size);
}

void *arena_take_array(struct arena *arena, size_t size, size_t count)
{
    size_t product;

    if (__builtin_mul_overflow(size, count, &product))
        return NULL;
    return arena_take(arena, product);
}

struct arena_mark arena_mark(const struct arena *arena)
{
    return (struct arena_mark){ .chunk = arena->current, .used = arena->used };
}

void arena_rewind(struct arena *arena, struct arena_mark mark)
{
    assert(if_then(mark.chunk == NULL, mark.used == 0));
    assert(if_then(mark.chunk == arena->current, mark.used <= arena->used));
    arena->current = mark.chunk;
    arena->used = mark.used;
#ifdef ARENA_POISONS
    if (mark.chunk != NULL)
        poison(mark.chunk->data + mark.used, mark.chunk->size - mark.used);
    for (struct arena_chunk *chunk = *next_link(arena); chunk != NULL; chunk = chunk->next)
        poison(chunk->data, chunk->size);
#endif
}

void arena_reset(struct arena *arena, size_t keep_bytes)
{
    struct arena_chunk **link = &arena->first;
    size_t kept_bytes = 0;

    arena_rewind(arena, (struct arena_mark){ .chunk = NULL });
    if (budget_is_half_used(arena->budget))
        keep_bytes = 0;
    while (*link != NULL) {
        if (chunk_bytes(*link) > keep_bytes - kept_bytes) {
            chunk_drop(arena, link);
            continue;
        }
        kept_bytes += chunk_bytes(*link);
        link = &(*link)->next;
    }
    assert(kept_bytes <= keep_bytes);
}
