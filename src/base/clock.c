#include "base/clock.h"

#include <stdatomic.h>
#include <stddef.h>
#include <time.h>
#include "base/check.h"

static int64_t machine_us(clockid_t which)
{
    struct timespec now;

    if (clock_gettime(which, &now) != 0)
        never("the clocks of a system are always there");
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t system_now_us(struct clock *clock)
{
    (void)clock;
    return machine_us(CLOCK_REALTIME);
}

struct clock *clock_system(void)
{
    static struct clock system = { .now_us = system_now_us };

    return &system;
}

int64_t clock_monotonic_us(void)
{
    return machine_us(CLOCK_MONOTONIC);
}

static int64_t manual_now_us(struct clock *clock)
{
    struct clock_manual *manual = (struct clock_manual *)clock;

    return atomic_load(&manual->us);
}

_Static_assert(offsetof(struct clock_manual, clock) == 0, "manual_now_us() casts");

void clock_manual_init(struct clock_manual *manual, int64_t us)
{
    manual->clock.now_us = manual_now_us;
    atomic_init(&manual->us, us);
}

void clock_manual_set(struct clock_manual *manual, int64_t us)
{
    assert(manual->clock.now_us == manual_now_us);
    atomic_store(&manual->us, us);
}
