#include "net/counters.h"

#include <stdatomic.h>

static const struct {
    const char *metric;
    const char *help;
} counter_table[COUNTER_COUNT] = {
#define COUNTER(name, metric_name, text) [COUNTER_##name] = { metric_name, text },
#include "net/counter.def"
#undef COUNTER
};

const char *counter_metric(enum counter counter)
{
    assert(counter < COUNTER_COUNT);
    return counter_table[counter].metric;
}

const char *counter_help(enum counter counter)
{
    assert(counter < COUNTER_COUNT);
    return counter_table[counter].help;
}

/* With one writer, a load and a store are an addition, and cost no locked instruction. */
static void add(_Atomic uint64_t *value, uint64_t amount)
{
    atomic_store_explicit(value, atomic_load_explicit(value, memory_order_relaxed) + amount,
                          memory_order_release);
}

void loop_counters_add(struct loop_counters *counters, enum counter counter, uint64_t amount)
{
    assert(counter < COUNTER_COUNT);
    add(&counters->values[counter], amount);
}

void loop_counters_add_fault(struct loop_counters *counters, enum fault fault)
{
    assert(fault > FAULT_NONE);
    assert(fault < FAULT_COUNT);
    add(&counters->faults[fault], 1);
}

void counters_add_loop(struct counters *sum, struct loop_counters *counters)
{
    /* Closed comes before accepted in the list: their difference is never negative. */
    for (size_t i = 0; i < COUNTER_COUNT; i++)
        sum->values[i] += atomic_load_explicit(&counters->values[i], memory_order_acquire);
    for (size_t i = 0; i < FAULT_COUNT; i++)
        sum->faults[i] += atomic_load_explicit(&counters->faults[i], memory_order_relaxed);
}
