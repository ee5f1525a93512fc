/* bench/histogram.h - spans of time, counted; percentiles to within one part in 128.
 *
 * A span falls into the bucket of its highest eight bits, so a bucket is as wide as 1/128 of
 * what lies in it, and what is told is its upper end.  The maximum is exact.
 */
#ifndef BENCH_HISTOGRAM_H
#define BENCH_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_BITS 7
#define HISTOGRAM_BUCKETS ((64 - HISTOGRAM_BITS) << HISTOGRAM_BITS)

struct histogram {
    uint64_t counts[HISTOGRAM_BUCKETS];
    uint64_t count;
    int64_t max_ns;
};

void histogram_add(struct histogram *histogram, int64_t ns);
/* No less than this many in 1,000 are no longer; 0 when there are none. */
int64_t histogram_at(const struct histogram *histogram, unsigned permille);

#endif
