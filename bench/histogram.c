#include "histogram.h"

#include "base/check.h"

#define HALF (UINT64_C(1) << HISTOGRAM_BITS)

/* Below HALF each has a bucket of its own; above, each power of two has HALF of them. */
static unsigned bucket_of(uint64_t ns)
{
    unsigned shift;

    if (ns < HALF)
        return (unsigned)ns;
    shift = 63u - (unsigned)__builtin_clzll(ns) - HISTOGRAM_BITS;
    return ((shift + 1) << HISTOGRAM_BITS) + (unsigned)((ns >> shift) - HALF);
}

static int64_t bucket_end(unsigned bucket)
{
    unsigned shift = bucket >> HISTOGRAM_BITS;
    uint64_t place = bucket & (HALF - 1);

    if (shift == 0)
        return (int64_t)place;
    return (int64_t)(((HALF + place + 1) << (shift - 1)) - 1);
}

void histogram_add(struct histogram *histogram, int64_t ns)
{
    unsigned bucket = bucket_of((uint64_t)ns);

    assert(ns >= 0);
    assert(bucket < HISTOGRAM_BUCKETS);
    histogram->counts[bucket]++;
    histogram->count++;
    if (ns > histogram->max_ns)
        histogram->max_ns = ns;
}

int64_t histogram_at(const struct histogram *histogram, unsigned permille)
{
    uint64_t below = 0, wanted = (histogram->count * permille + 999) / 1000;

    assert(permille <= 1000);
    for (unsigned i = 0; histogram->count > 0 && i < HISTOGRAM_BUCKETS; i++) {
        below += histogram->counts[i];
        if (below >= wanted)
            return bucket_end(i) < histogram->max_ns ? bucket_end(i) : histogram->max_ns;
    }
    return 0;
}
