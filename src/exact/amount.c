#include "exact/amount.h"

#include "exact/decimal.h"
#include "exact/uint128.h"

/* True of every amount; INT64_MIN has no negative. */
static bool is_valid(struct amount a)
{
    return a.units >= -AMOUNT_UNITS_MAX;
}

enum err amount_add(struct amount a, struct amount b, struct amount *ret)
{
    struct amount sum;

    assert(is_valid(a));
    assert(is_valid(b));
    if (__builtin_add_overflow(a.units, b.units, &sum.units) || !is_valid(sum))
        return ERR_RANGE;
    *ret = sum;
    return OK;
}

enum err amount_subtract(struct amount a, struct amount b, struct amount *ret)
{
    return amount_add(a, amount_negate(b), ret);
}

struct amount amount_take(struct amount whole, struct amount part)
{
    assert(part.units >= 0);
    assert(part.units <= whole.units);
    return (struct amount){ .units = whole.units - part.units };
}

struct amount amount_negate(struct amount a)
{
    assert(is_valid(a));
    return (struct amount){ .units = -a.units };
}

struct amount amount_min(struct amount a, struct amount b)
{
    return amount_compare(a, b) <= 0 ? a : b;
}

int amount_compare(struct amount a, struct amount b)
{
    assert(is_valid(a));
    assert(is_valid(b));
    return (a.units > b.units) - (a.units < b.units);
}

bool amount_equals(struct amount a, struct amount b)
{
    return amount_compare(a, b) == 0;
}

bool amount_is_positive(struct amount a)
{
    assert(is_valid(a));
    return a.units > 0;
}

bool amount_is_zero(struct amount a)
{
    assert(is_valid(a));
    return a.units == 0;
}

bool amount_is_negative(struct amount a)
{
    assert(is_valid(a));
    return a.units < 0;
}

struct amount amount_share(struct amount whole, uint64_t numerator, uint64_t denominator)
{
    uint128 share;

    assert(whole.units >= 0);
    assert(denominator > 0);
    assert(numerator <= denominator);
    share = (uint128)(uint64_t)whole.units * numerator / denominator;
    assert(share <= (uint64_t)whole.units);
    return (struct amount){ .units = (int64_t)share };
}

struct str amount_format(struct amount a, int scale, char ret_text[AMOUNT_TEXT_MAX])
{
    char *end = ret_text + AMOUNT_TEXT_MAX - 1;
    struct decimal shortest = decimal_from_amount(a, scale);
    char *p = decimal_write_magnitude(shortest.significand, shortest.scale, end);

    if (shortest.negative)
        *--p = '-';
    assert(p >= ret_text);
    return (struct str){ .data = p, .len = (size_t)(end - p) };
}
