/* base/arena.h - memory that dies together.
 *
 * An arena hands out memory and takes it back all at once.  It grows by chunks up to its
 * limit, and keeps its chunks when it is rewound, so that after warm-up a request costs no
 * malloc.  One thread at a time; an arena moves between threads with the job that owns it.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include "base/check.h"
#include "base/str.h"

struct arena_chunk;

/* What many arenas may have together.  The last quarter is for small ones: those that grow beyond
 * small_bytes leave it to them.
 *
 * Large chunks that arenas give back are kept as spares for the next that wants one, up to
 * spare_bytes_max: to be given their pages anew by the machine costs more than filling them.  They
 * count as used, and go when somebody else wants more than there is. */
struct arena_budget {
    _Atomic size_t used_bytes; /* spares too */
    size_t limit_bytes;
    size_t small_bytes;
    size_t spare_bytes_max;
    pthread_mutex_t lock; /* of what follows; taken for large chunks only */
    struct arena_chunk *spares;
    size_t spare_bytes;
};

void arena_budget_init(struct arena_budget *budget, size_t limit_bytes, size_t small_bytes,
                       size_t spare_bytes_max);
/* Every arena within it is finished. */
void arena_budget_finish(struct arena_budget *budget);

struct arena {
    struct arena_chunk *first;
    struct arena_chunk *current;
    size_t used;        /* of current */
    size_t total_bytes; /* of all chunks */
    size_t limit_bytes;
    struct arena_budget *budget; /* NULL: none */
};

/* A place to rewind to. */
struct arena_mark {
    struct arena_chunk *chunk;
    size_t used;
};

/* Takes no memory yet.  chunk sizes double from 4 KiB until limit_bytes are in use. */
void arena_init(struct arena *arena, size_t limit_bytes);
/* The same, and no more than a budget allows, which outlives it and may be shared with arenas of
 * other threads. */
void arena_init_within(struct arena *arena, size_t limit_bytes, struct arena_budget *budget);
void arena_finish(struct arena *arena);

/* Memory aligned for any type, zeroed; NULL when the limit, the budget's or the machine's memory
 * is reached.
 * size 0 is allowed and gives a pointer that must not be read. */
void *arena_take(struct arena *arena, size_t size);
#define arena_new(arena, type, count) ((type *)arena_take_array(arena, sizeof(type), (count)))
void *arena_take_array(struct arena *arena, size_t size, size_t count); /* checks the product */

struct arena_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);
/* Gives everything back; keeps chunks up to keep_bytes for the next use, or none when half of the
 * budget is used. */
void arena_reset(struct arena *arena, size_t keep_bytes);

#endif
