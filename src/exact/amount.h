/* exact/amount.h - amounts of credit, exact to the smallest unit.
 *
 * An amount is a whole number of its credit type's smallest unit.  The credit type's scale says
 * how many of its decimal digits are behind the point: at scale 6, 12.5 credits are 12500000
 * units.  An amount does not know its scale; the account that it belongs to does.
 *
 * Sums and differences are exact or refused.  Only amount_share() rounds, and it rounds down.
 * Reading text is decimal.h's business.  Pure: no allocation, no floating point, any thread.
 *
 * Invariant: |units| <= AMOUNT_UNITS_MAX, so that every amount can be negated.  Every function
 * asserts it on entry.
 */
#ifndef EXACT_AMOUNT_H
#define EXACT_AMOUNT_H

#include <stdbool.h>
#include <stdint.h>
#include "base/check.h"
#include "base/err.h"
#include "base/str.h"

struct amount {
    int64_t units;
};

#define AMOUNT_UNITS_MAX INT64_MAX
#define AMOUNT_SCALE_MAX 12 /* rule 1; room for 9,223,372 whole credits is left */
#define AMOUNT_TEXT_MAX 24  /* '-', 19 digits, '.', NUL */

#define AMOUNT_ZERO ((struct amount){ .units = 0 })

/* True of every amount; INT64_MIN has no negative. */
static inline bool amount_is_valid(struct amount a)
{
    return a.units >= -AMOUNT_UNITS_MAX;
}

/* ERR_RANGE: the result does not fit; *ret is untouched. */
static inline MUST_CHECK enum err amount_add(struct amount a, struct amount b, struct amount *ret)
{
    struct amount sum;

    assert(amount_is_valid(a));
    assert(amount_is_valid(b));
    if (__builtin_add_overflow(a.units, b.units, &sum.units) || !amount_is_valid(sum))
        return ERR_RANGE;
    *ret = sum;
    return OK;
}
enum err amount_subtract(struct amount a, struct amount b, struct amount *ret) MUST_CHECK;

/* Takes part out of whole.  Precondition: 0 <= part <= whole, so it cannot fail. */
static inline struct amount amount_take(struct amount whole, struct amount part)
{
    assert(part.units >= 0);
    assert(part.units <= whole.units);
    return (struct amount){ .units = whole.units - part.units };
}

static inline struct amount amount_negate(struct amount a)
{
    assert(amount_is_valid(a));
    return (struct amount){ .units = -a.units };
}

/* <0, 0, >0 */
static inline int amount_compare(struct amount a, struct amount b)
{
    assert(amount_is_valid(a));
    assert(amount_is_valid(b));
    return (a.units > b.units) - (a.units < b.units);
}

static inline struct amount amount_min(struct amount a, struct amount b)
{
    return amount_compare(a, b) <= 0 ? a : b;
}

static inline bool amount_equals(struct amount a, struct amount b)
{
    return amount_compare(a, b) == 0;
}

static inline bool amount_is_positive(struct amount a)
{
    assert(amount_is_valid(a));
    return a.units > 0;
}

static inline bool amount_is_zero(struct amount a)
{
    assert(amount_is_valid(a));
    return a.units == 0;
}

static inline bool amount_is_negative(struct amount a)
{
    assert(amount_is_valid(a));
    return a.units < 0;
}

/* whole * numerator / denominator, rounded down, by way of 128 bits.
 * Precondition: whole >= 0, numerator <= denominator, denominator > 0: the share is no larger
 * than the whole, so it cannot fail. */
struct amount amount_share(struct amount whole, uint64_t numerator, uint64_t denominator);

/* The shortest exact decimal: "12.5", "0", "-0.000001"; never an exponent, never a trailing
 * zero behind the point.  The result lies in ret_text, with a NUL behind it, but not
 * necessarily at its start.  Precondition: 0 <= scale <= AMOUNT_SCALE_MAX. */
struct str amount_format(struct amount a, int scale, char ret_text[AMOUNT_TEXT_MAX]);

#endif
