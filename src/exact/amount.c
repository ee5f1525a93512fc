#include "exact/amount.h"

#include "exact/decimal.h"
#include "exact/uint128.h"

enum err amount_subtract(struct amount a, struct amount b, struct amount *ret)
{
    return amount_add(a, amount_negate(b), ret);
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
