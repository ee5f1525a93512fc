#include "scarcity.h"

#include <stdlib.h>
#include "base/arena.h"

#define FRAMES_MAX 24

struct scarcity scarcity;
static bool is_on;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void __real_free(void *memory);
void *__real_arena_take(struct arena *arena, size_t size);
void *__real_arena_take_array(struct arena *arena, size_t size, size_t count);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void __wrap_free(void *memory);
void *__wrap_arena_take(struct arena *arena, size_t size);
void *__wrap_arena_take_array(struct arena *arena, size_t size, size_t count);

void scarcity_start(long fail_at, bool lasts)
{
    scarcity.taken = 0;
    scarcity.fail_at = fail_at;
    scarcity.lasts = lasts;
    scarcity.met = false;
    is_on = true;
}

long scarcity_stop(void)
{
    is_on = false;
    return scarcity.taken;
}

/* The frames are chained: all of our code is built with frame pointers. */
static uint64_t path_of(void *const *frame)
{
    uint64_t path = UINT64_C(0xcbf29ce484222325);

    for (int i = 0; i < FRAMES_MAX && frame != NULL; i++) {
        void *const *next = (void *const *)frame[0];

        path = (path ^ (uintptr_t)frame[1]) * UINT64_C(0x100000001b3);
        if (next <= frame || (size_t)((const char *)next - (const char *)frame) > 1u << 20)
            break;
        frame = next;
    }
    return path;
}

static bool fails(void *const *frame)
{
    if (!is_on)
        return false;
    scarcity.taken++;
    if (scarcity.paths != NULL && scarcity.taken <= scarcity.paths_count)
        scarcity.paths[scarcity.taken - 1] = path_of(frame);
    if (scarcity.fail_at == 0 || scarcity.taken < scarcity.fail_at)
        return false;
    if (scarcity.taken > scarcity.fail_at && !scarcity.lasts)
        return false;
    scarcity.met = true;
    return true;
}

#define HERE ((void *const *)__builtin_frame_address(0))

static void *counted(void *memory)
{
    scarcity.live += memory != NULL;
    return memory;
}

void *__wrap_malloc(size_t size)
{
    return fails(HERE) ? NULL : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails(HERE) ? NULL : counted(__real_calloc(count, size));
}

void *__wrap_realloc(void *memory, size_t size)
{
    void *grown;

    if (fails(HERE))
        return NULL;
    grown = __real_realloc(memory, size);
    scarcity.live += memory == NULL && grown != NULL;
    return grown;
}

void __wrap_free(void *memory)
{
    scarcity.live -= memory != NULL;
    __real_free(memory);
}

void *__wrap_arena_take(struct arena *arena, size_t size)
{
    return fails(HERE) ? NULL : __real_arena_take(arena, size);
}

void *__wrap_arena_take_array(struct arena *arena, size_t size, size_t count)
{
    return fails(HERE) ? NULL : __real_arena_take_array(arena, size, count);
}
