/* base/clock.h - the only place that asks the machine for the time.
 *
 * A clock is injected: tests hold one that stands still.  Wall-clock time may jump; the
 * ledger, not the clock, sees to it that the book's time never runs backwards (rule 10).
 * Any thread.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

struct clock {
    int64_t (*now_us)(struct clock *clock); /* microseconds since 1970 UTC; any thread */
};

struct clock *clock_system(void); /* CLOCK_REALTIME */
int64_t clock_monotonic_us(void); /* for durations and timeouts only */

/* A clock for tests: stands still until it is set. */
struct clock_manual {
    struct clock clock;
    _Atomic int64_t us;
};
void clock_manual_init(struct clock_manual *manual, int64_t us);
void clock_manual_set(struct clock_manual *manual, int64_t us);

#endif
