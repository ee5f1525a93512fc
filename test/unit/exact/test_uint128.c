/* Whole numbers of 128 bits: their powers of ten and their digits. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/str.h"
#include "exact/uint128.h"

static void each_power_is_ten_times_the_one_before(void **state)
{
    uint128 expected = 1;

    for (int power = 0; power <= UINT128_POWER_OF_TEN_MAX; power++) {
        assert_true(uint128_power_of_ten(power) == expected);
        if (power < UINT128_POWER_OF_TEN_MAX)
            expected *= 10;
    }
}

static void digits_are(uint128 value, int digit_count_min, const char *expected)
{
    char text[48] = { 0 };
    char *end = text + sizeof text - 1;

    assert_string_equal(uint128_write_digits(value, digit_count_min, end), expected);
}

static void digits_are_written_with_zeros_in_front_where_asked(void **state)
{
    digits_are(0, 0, "");
    digits_are(0, 1, "0");
    digits_are(7, 3, "007");
    digits_are(1234, 2, "1234");
    digits_are(UINT64_MAX, 1, "18446744073709551615");
    digits_are((uint128)UINT64_MAX + 1, 1, "18446744073709551616");
    digits_are(~(uint128)0, 1, "340282366920938463463374607431768211455");
    digits_are(uint128_power_of_ten(38), 1, "100000000000000000000000000000000000000");
    digits_are(uint128_power_of_ten(36) + 5, 38, "01000000000000000000000000000000000005");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_power_is_ten_times_the_one_before),
        cmocka_unit_test(digits_are_written_with_zeros_in_front_where_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
