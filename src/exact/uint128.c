#include "exact/uint128.h"

#include <stdint.h>
#include <string.h>
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
    static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                                "25262728293031323334353637383940414243444546474849"
                                "50515253545556575859606162636465666768697071727374"
                                "75767778798081828384858687888990919293949596979899";
    char *p = end;

    for (; value >= 100; value /= 100) {
        p -= 2;
        memcpy(p, pairs + value % 100 * 2, 2);
    }
    if (value >= 10) {
        p -= 2;
        memcpy(p, pairs + value * 2, 2);
    } else if (value > 0) {
        *--p = (char)('0' + value);
    }
    while (end - p < digit_count_min)
        *--p = '0';
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
