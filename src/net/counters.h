/* net/counters.h - what the network has seen, for /metrics.
 *
 * Each loop counts in its own struct loop_counters, without locks, as its only writer; anybody
 * may add them up at any time.
 */
#ifndef NET_COUNTERS_H
#define NET_COUNTERS_H

#include <stdint.h>
#include "http/fault.h"

enum counter {
#define COUNTER(name, metric, help) COUNTER_##name,
#include "net/counter.def"
#undef COUNTER
    COUNTER_COUNT
};

/* A sum at one moment, or near it. */
struct counters {
    uint64_t values[COUNTER_COUNT];
    uint64_t faults[FAULT_COUNT]; /* requests that could not be read, by reason */
};

struct loop_counters {
    _Atomic uint64_t values[COUNTER_COUNT];
    _Atomic uint64_t faults[FAULT_COUNT];
};

/* "requests_total", and what it means. */
const char *counter_metric(enum counter counter);
const char *counter_help(enum counter counter);

/* The loop's own thread only. */
void loop_counters_add(struct loop_counters *counters, enum counter counter, uint64_t amount);
void loop_counters_add_fault(struct loop_counters *counters, enum fault fault);

/* Any thread. */
void counters_add_loop(struct counters *sum, struct loop_counters *counters);

#endif
