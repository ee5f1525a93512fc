#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES_MIN 4096u
#define SPARE_BYTES_MIN (64u << 10) /* smaller ones malloc keeps, too */

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

static size_t chunk_bytes(const struct arena_chunk *chunk)
{
    return sizeof *chunk + chunk->size;
}

/* The budget, and its spares. */

void arena_budget_init(struct arena_budget *budget, size_t limit_bytes, size_t small_bytes,
                       size_t spare_bytes_max)
{
    *budget = (struct arena_budget){
        .limit_bytes = limit_bytes,
        .small_bytes = small_bytes,
        .spare_bytes_max = spare_bytes_max,
    };
    pthread_mutex_init(&budget->lock, NULL);
}

static void spares_free(struct arena_budget *budget)
{
    pthread_mutex_lock(&budget->lock);
    while (budget->spares != NULL) {
        struct arena_chunk *chunk = budget->spares;

        budget->spares = chunk->next;
        atomic_fetch_sub(&budget->used_bytes, chunk_bytes(chunk));
        free(chunk);
    }
    budget->spare_bytes = 0;
    pthread_mutex_unlock(&budget->lock);
}

void arena_budget_finish(struct arena_budget *budget)
{
    spares_free(budget);
    assert(atomic_load(&budget->used_bytes) == 0);
    pthread_mutex_destroy(&budget->lock);
}

/* False: it is too small to be worth it, or there are enough. */
static bool spare_keep(struct arena_budget *budget, struct arena_chunk *chunk)
{
    bool kept;

    if (budget == NULL || chunk_bytes(chunk) < SPARE_BYTES_MIN)
        return false;
    pthread_mutex_lock(&budget->lock);
    kept = chunk_bytes(chunk) <= budget->spare_bytes_max - budget->spare_bytes;
    if (kept) {
        chunk->next = budget->spares;
        budget->spares = chunk;
        budget->spare_bytes += chunk_bytes(chunk);
    }
    pthread_mutex_unlock(&budget->lock);
    return kept;
}

/* The last one kept that has so many bytes; NULL: none. */
static struct arena_chunk *spare_take(struct arena_budget *budget, size_t bytes_min,
                                      size_t bytes_max)
{
    struct arena_chunk **link, *chunk;

    if (budget == NULL || bytes_min < SPARE_BYTES_MIN)
        return NULL;
    pthread_mutex_lock(&budget->lock);
    link = &budget->spares;
    while (*link != NULL && (chunk_bytes(*link) < bytes_min || chunk_bytes(*link) > bytes_max))
        link = &(*link)->next;
    chunk = *link;
    if (chunk != NULL) {
        *link = chunk->next;
        budget->spare_bytes -= chunk_bytes(chunk);
    }
    pthread_mutex_unlock(&budget->lock);
    return chunk;
}

/* The arena is to have so many bytes more. */
static bool budget_has_taken(const struct arena *arena, size_t bytes)
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

static bool budget_take(const struct arena *arena, size_t bytes)
{
    if (budget_has_taken(arena, bytes))
        return true;
    spares_free(arena->budget);
    return budget_has_taken(arena, bytes);
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

/* Gives *link's chunk back. */
static void chunk_drop(struct arena *arena, struct arena_chunk **link)
{
    struct arena_chunk *chunk = *link;

    assert(arena->total_bytes >= chunk_bytes(chunk));
    arena->total_bytes -= chunk_bytes(chunk);
    *link = chunk->next;
    unpoison(chunk->data, chunk->size);
    if (spare_keep(arena->budget, chunk))
        return;
    budget_return(arena, chunk_bytes(chunk));
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

/* Of bytes, or a spare one of up to a quarter more: arenas grow in the same steps, so that there is
 * one if there was such a request.  NULL: the budget, or the machine, has no more. */
static struct arena_chunk *chunk_make(const struct arena *arena, size_t bytes)
{
    size_t room = arena->limit_bytes - arena->total_bytes;
    size_t bytes_max = room - bytes < bytes / 4 ? room : bytes + bytes / 4;
    struct arena_chunk *chunk = spare_take(arena->budget, bytes, bytes_max);

    if (chunk != NULL)
        return chunk;
    if (!budget_take(arena, bytes))
        return NULL;
    chunk = malloc(bytes);
    if (chunk == NULL)
        budget_return(arena, bytes);
    else
        chunk->size = bytes - sizeof *chunk;
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
        *link = chunk;
        arena->total_bytes += chunk_bytes(chunk);
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
