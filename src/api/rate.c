#include "api/rate.h"

#include <stdatomic.h>
#include "base/limits.h"

#define SECOND_US INT64_C(1000000)

enum err rate_table_init(struct rate_table *table, struct arena *arena)
{
    _Atomic int64_t *places = arena_new(arena, _Atomic int64_t, RATE_KEYS_MAX);

    if (places == NULL)
        return ERR_NOMEM;
    table->paid_until_us = places;
    return OK;
}

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

bool rate_admits(struct rate_table *table, uint32_t key, uint32_t per_second, int64_t now_us)
{
    _Atomic int64_t *place = &table->paid_until_us[key % RATE_KEYS_MAX];
    int64_t latest = now_us + SECOND_US;
    int64_t seen = atomic_load_explicit(place, memory_order_relaxed);
    bool admits;
    int64_t next;

    if (per_second == 0)
        return true;
    assert(per_second <= SECOND_US);
    do {
        /* It lies further ahead only if the clock was set back, which must lock nobody out. */
        int64_t paid_until = clamp(seen, now_us, latest);

        next = paid_until + SECOND_US / per_second;
        admits = next <= latest;
        if (!admits)
            next = paid_until;
    } while (!atomic_compare_exchange_weak_explicit(place, &seen, next, memory_order_relaxed,
                                                    memory_order_relaxed));
    return admits;
}
