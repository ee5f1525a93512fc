#include "exact/uint128.h"

#include <stdint.h>
#include "base/check.h"

/* Powers that fit 64 bits. */
static const uint64_t powers[] = {
    UINT64_C(1),
    UINT64_C(10),
    UINT64_C(100),
    UINT64_C(1000),
    UINT64_C(10000),
    UINT64_C(100000),
    UINT64_C(1000000),
    UINT64_C(10000000),
    UINT64_C(100000000),
    UINT64_C(1000000000),
    UINT64_C(10000000000),
    UINT64_C(100000000000),
    UINT64_C(1000000000000),
    UINT64_C(10000000000000),
    UINT64_C(100000000000000),
    UINT64_C(1000000000000000),
    UINT64_C(10000000000000000),
    UINT64_C(100000000000000000),
    UINT64_C(1000000000000000000),
    UINT64_C(10000000000000000000),
};
#define POWERS_MAX 19

_Static_assert(array_count(powers) == POWERS_MAX + 1, "one for each power");
_Static_assert(UINT128_POWER_OF_TEN_MAX == 2 * POWERS_MAX, "two factors make the largest");

uint128 uint128_power_of_ten(int power)
{
    assert(power >= 0);
    assert(power <= UINT128_POWER_OF_TEN_MAX);
    if (power <= POWERS_MAX)
        return powers[power];
    return (uint128)powers[POWERS_MAX] * powers[power - POWERS_MAX];
}

/* As below, for 64 bits: a division by 10 is then a multiplication, not a call. */
static char *write_digits_64(uint64_t value, int digit_count_min, char *end)
{
    char *p = end;

    while (value > 0 || end - p < digit_count_min) {
        *--p = (char)('0' + value % 10);
        value /= 10;
    }
    return p;
}

char *uint128_write_digits(uint128 value, int digit_count_min, char *end)
{
    char *p = end;

    assert(digit_count_min >= 0);
    while (value > UINT64_MAX) {
        p = write_digits_64((uint64_t)(value % powers[18]), 18, p);
        value /= powers[18];
    }
    return write_digits_64((uint64_t)value, digit_count_min - (int)(end - p), p);
}
