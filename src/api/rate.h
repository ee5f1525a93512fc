/* api/rate.h - no key asks more often than it may.
 *
 * A key with a rate of N may ask N times at once, and then N times a second, evenly.  All that is
 * kept of a key is one instant: until when what it has asked for is paid up.  A request moves it on
 * by its share of a second, and is turned away where it would lie more than a second ahead
 * (the generic cell rate algorithm).  Lock-free; any thread.
 */
#ifndef API_RATE_H
#define API_RATE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/err.h"

struct rate_table {
    _Atomic int64_t *paid_until_us; /* by key number; beyond the table's size numbers share */
};

/* In the arena, for its life.  ERR_NOMEM */
enum err rate_table_init(struct rate_table *table, struct arena *arena) MUST_CHECK;

/* per_second 0: no limit.  now may jump, also backwards. */
bool rate_admits(struct rate_table *table, uint32_t key, uint32_t per_second, int64_t now_us);

#endif
