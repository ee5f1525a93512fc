/* exact/instant.h - moments and lengths of time, in whole microseconds.
 *
 * An instant counts microseconds since 1970-01-01T00:00:00Z, without leap seconds.  It is
 *     dated   from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999Z: what can be written;
 *     NEVER   after every dated instant: "does not expire";
 *     NONE    not an instant: "not given".
 * Nobody may ask whether NONE is before or after anything: that is asserted.
 *
 * Pure; any thread.  The time of day is asked for in base/clock.h only.  What is asked some forty
 * times of a deduction is here, so that no call is made for it.
 */
#ifndef EXACT_INSTANT_H
#define EXACT_INSTANT_H

#include <stdbool.h>
#include <stdint.h>
#include "base/check.h"
#include "base/err.h"
#include "base/str.h"

struct instant {
    int64_t us;
};

struct span {
    int64_t us; /* may be negative */
};

#define INSTANT_US_MIN INT64_C(-62135596800000000)
#define INSTANT_US_MAX INT64_C(253402300799999999)

#define INSTANT_MIN ((struct instant){ .us = INSTANT_US_MIN })
#define INSTANT_MAX ((struct instant){ .us = INSTANT_US_MAX })
#define INSTANT_NEVER ((struct instant){ .us = INT64_MAX })
#define INSTANT_NONE ((struct instant){ .us = INT64_MIN })

#define SPAN_US_PER_MS INT64_C(1000)
#define SPAN_US_PER_SECOND INT64_C(1000000)
#define SPAN_US_PER_MINUTE (60 * SPAN_US_PER_SECOND)
#define SPAN_US_PER_HOUR (60 * SPAN_US_PER_MINUTE)
#define SPAN_US_PER_DAY (24 * SPAN_US_PER_HOUR)

static inline bool instant_is_dated(struct instant instant)
{
    return instant.us >= INSTANT_US_MIN && instant.us <= INSTANT_US_MAX;
}

static inline bool instant_is_never(struct instant instant)
{
    return instant.us == INT64_MAX;
}

static inline bool instant_is_none(struct instant instant)
{
    return instant.us == INT64_MIN;
}

/* NONE equals NONE. */
static inline bool instant_equals(struct instant a, struct instant b)
{
    return a.us == b.us;
}

/* <0, 0, >0.  Precondition, here and below: neither is NONE. */
static inline int instant_compare(struct instant a, struct instant b)
{
    assert(!instant_is_none(a));
    assert(!instant_is_none(b));
    return (a.us > b.us) - (a.us < b.us);
}

static inline bool instant_before(struct instant a, struct instant b)
{
    return instant_compare(a, b) < 0;
}

static inline struct instant instant_min(struct instant a, struct instant b)
{
    return instant_compare(a, b) <= 0 ? a : b;
}

static inline struct instant instant_max(struct instant a, struct instant b)
{
    return instant_compare(a, b) >= 0 ? a : b;
}

/* Precondition: instant is dated.  ERR_RANGE: the result would not be; *ret is untouched. */
enum err instant_add(struct instant instant, struct span span, struct instant *ret) MUST_CHECK;

/* From a to b; negative if b is before a.  Precondition: both are dated. */
struct span instant_span(struct instant a, struct instant b);

enum instant_zone {
    INSTANT_ZONE_NEEDED = 1, /* 'Z' or an offset must be there, as RFC 3339 has it */
    INSTANT_ZONE_OR_UTC,     /* without one it means UTC: one dialect's Python client sends none */
};

/* Reads the whole of text as an RFC 3339 date and time: any offset; 'T', 't' or a space between
 * the two; 'Z' or 'z'; 0 to 9 decimals of a second, cut off after the sixth; years 0001 to 9999.
 * The second :60 is accepted where a leap second can be, at the end of a month in UTC, and
 * means the instant that follows it: the start of the next month.
 *
 *   ERR_MALFORMED  not of that form, or no such day or time of day
 *   ERR_RANGE      its offset or leap second takes it out of the years 0001 to 9999
 *
 * On error *ret is untouched. */
enum err instant_parse(struct str text, enum instant_zone zone, struct instant *ret) MUST_CHECK;

#define INSTANT_TEXT_MAX 28 /* "2022-01-01T00:00:00.000000Z", NUL */

/* As RFC 3339 text in UTC, from the start of ret_text, with a NUL behind it.  The first writes 3
 * decimals if they tell all, otherwise 6; the second always 3, cut off; the third always 6.
 * Precondition: instant is dated. */
struct str instant_format(struct instant instant, char ret_text[INSTANT_TEXT_MAX]);
struct str instant_format_ms(struct instant instant, char ret_text[INSTANT_TEXT_MAX]);
struct str instant_format_us(struct instant instant, char ret_text[INSTANT_TEXT_MAX]);

#endif
