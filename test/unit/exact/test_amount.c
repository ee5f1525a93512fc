/* Amounts: exact, or refused; checked at the edges and against 128-bit arithmetic. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/random.h"
#include "exact/amount.h"
#include "exact/uint128.h"

__extension__ typedef __int128 int128;

static struct amount units(int64_t count)
{
    return (struct amount){ .units = count };
}

/* Any amount; the edges and small ones more often than chance would have them. */
static struct amount any_amount(struct random *random)
{
    static const int64_t edges[] = {
        0, 1, -1, AMOUNT_UNITS_MAX, -AMOUNT_UNITS_MAX, AMOUNT_UNITS_MAX - 1, AMOUNT_UNITS_MAX / 2
    };
    int64_t count = (int64_t)random_u64(random);

    switch (random_below(random, 4)) {
    case 0:
        count = edges[random_below(random, array_count(edges))];
        break;
    case 1:
        count %= 1000;
        break;
    }
    return units(count == INT64_MIN ? 0 : count);
}

static bool fits(int128 wide)
{
    return wide >= -(int128)AMOUNT_UNITS_MAX && wide <= AMOUNT_UNITS_MAX;
}

static void sums_and_differences_are_exact_or_refused(void **state)
{
    struct random random = random_seeded(1);

    for (int i = 0; i < 200000; i++) {
        struct amount a = any_amount(&random), b = any_amount(&random);
        struct amount sum = units(42), difference = units(42);
        int128 wide_sum = (int128)a.units + b.units;
        int128 wide_difference = (int128)a.units - b.units;

        assert_int_equal(amount_add(a, b, &sum), fits(wide_sum) ? OK : ERR_RANGE);
        assert_true(sum.units == (fits(wide_sum) ? wide_sum : 42));
        assert_int_equal(amount_subtract(a, b, &difference),
                         fits(wide_difference) ? OK : ERR_RANGE);
        assert_true(difference.units == (fits(wide_difference) ? wide_difference : 42));
    }
}

static void the_range_is_symmetric(void **state)
{
    struct amount result = units(42);

    assert_int_equal(amount_add(units(-AMOUNT_UNITS_MAX), units(-1), &result), ERR_RANGE);
    assert_int_equal(result.units, 42);
    assert_int_equal(amount_subtract(AMOUNT_ZERO, units(AMOUNT_UNITS_MAX), &result), OK);
    assert_int_equal(result.units, -AMOUNT_UNITS_MAX);
    assert_int_equal(amount_negate(result).units, AMOUNT_UNITS_MAX);
}

static void order_and_sign(void **state)
{
    assert_true(amount_compare(units(-1), units(1)) < 0);
    assert_true(amount_compare(units(AMOUNT_UNITS_MAX), units(-AMOUNT_UNITS_MAX)) > 0);
    assert_true(amount_equals(units(7), units(7)));
    assert_int_equal(amount_min(units(3), units(-3)).units, -3);
    assert_true(amount_is_positive(units(1)) && !amount_is_positive(AMOUNT_ZERO));
    assert_true(amount_is_negative(units(-1)) && !amount_is_negative(AMOUNT_ZERO));
    assert_true(amount_is_zero(AMOUNT_ZERO) && !amount_is_zero(units(-1)));
    assert_int_equal(amount_take(units(10), units(10)).units, 0);
    assert_int_equal(amount_take(units(10), units(3)).units, 7);
}

static void a_share_is_rounded_down_and_never_exceeds_the_whole(void **state)
{
    struct random random = random_seeded(2);

    assert_int_equal(amount_share(units(10), 1, 3).units, 3);
    assert_int_equal(amount_share(units(AMOUNT_UNITS_MAX), 1, 1).units, AMOUNT_UNITS_MAX);
    assert_int_equal(amount_share(units(AMOUNT_UNITS_MAX), UINT64_MAX, UINT64_MAX).units,
                     AMOUNT_UNITS_MAX);
    assert_int_equal(amount_share(units(AMOUNT_UNITS_MAX), 999999, 1000000).units,
                     INT64_C(9223362813482738952)); /* as bc has it */
    assert_int_equal(amount_share(units(1), 999999, 1000000).units, 0);
    assert_int_equal(amount_share(AMOUNT_ZERO, 1, 2).units, 0);

    for (int i = 0; i < 100000; i++) {
        uint64_t denominator = random_u64(&random) >> random_below(&random, 64) | 1;
        uint64_t numerator = random_below(&random, denominator);
        int64_t whole = (int64_t)(random_u64(&random) >> (1 + random_below(&random, 63)));
        uint128 share = (uint128)(uint64_t)amount_share(units(whole), numerator, denominator).units;
        uint128 product = (uint128)(uint64_t)whole * numerator;

        assert_true(share * denominator <= product);
        assert_true(product - share * denominator < denominator);
    }
}

static void text_is(int64_t count, int scale, const char *expected)
{
    char text[AMOUNT_TEXT_MAX];
    struct str s = amount_format(units(count), scale, text);

    assert_string_equal(s.data, expected);
    assert_int_equal(s.len, str_from_c(expected).len);
}

static void text_is_the_shortest_exact_decimal(void **state)
{
    text_is(0, 0, "0");
    text_is(0, 6, "0");
    text_is(12500000, 6, "12.5");
    text_is(-1, 6, "-0.000001");
    text_is(1, 12, "0.000000000001");
    text_is(100, 2, "1");
    text_is(100, 0, "100");
    text_is(-120, 1, "-12");
    text_is(1000000000001, 12, "1.000000000001");
    text_is(AMOUNT_UNITS_MAX, 0, "9223372036854775807");
    text_is(-AMOUNT_UNITS_MAX, 0, "-9223372036854775807");
    text_is(-AMOUNT_UNITS_MAX, 12, "-9223372.036854775807");
    text_is(AMOUNT_UNITS_MAX, 1, "922337203685477580.7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_and_differences_are_exact_or_refused),
        cmocka_unit_test(the_range_is_symmetric),
        cmocka_unit_test(order_and_sign),
        cmocka_unit_test(a_share_is_rounded_down_and_never_exceeds_the_whole),
        cmocka_unit_test(text_is_the_shortest_exact_decimal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
