/* Decimals: what a client may write, what it is worth at a scale, and how it rounds. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "base/clock.h"
#include "base/random.h"
#include "exact/decimal.h"

#define DIGITS_38 "12345678901234567890123456789012345678"
#define ZEROS_38 "00000000000000000000000000000000000000"

static struct decimal parsed(const char *text)
{
    struct decimal decimal;

    if (decimal_parse(str_from_c(text), DECIMAL_JSON, &decimal) != OK)
        fail_msg("not a decimal: %s", text);
    return decimal;
}

static void is_refused(const char *text, enum decimal_form form, enum err expected)
{
    struct decimal decimal = { .significand = 42, .scale = 7, .negative = true };
    enum err e = decimal_parse(str_from_c(text), form, &decimal);

    if (e != expected)
        fail_msg("%s: %s", text, err_name(e));
    assert_true(decimal.significand == 42 && decimal.scale == 7 && decimal.negative);
}

/* The number comes back as expected, and what comes back reads as the same number. */
static void reads_as(const char *text, enum decimal_form form, const char *expected)
{
    struct decimal decimal = DECIMAL_ZERO;
    char formatted[DECIMAL_TEXT_MAX];

    assert_int_equal(decimal_parse(str_from_c(text), form, &decimal), OK);
    assert_string_equal(decimal_format(decimal, formatted).data, expected);
    assert_int_equal(decimal_format(decimal, formatted).len, strlen(expected));
    if (!decimal.surplus)
        assert_int_equal(decimal_compare(parsed(expected), decimal), 0);
}

static void a_plain_decimal_is_digits_and_a_point(void **state)
{
    reads_as("0", DECIMAL_PLAIN, "0");
    reads_as("-0", DECIMAL_PLAIN, "0");
    reads_as("-0.000", DECIMAL_PLAIN, "0");
    reads_as("12.50", DECIMAL_PLAIN, "12.5");
    reads_as("-12.5", DECIMAL_PLAIN, "-12.5");
    reads_as("100", DECIMAL_PLAIN, "100");
    reads_as("0.000001", DECIMAL_PLAIN, "0.000001");
    reads_as("9223372036854775807", DECIMAL_PLAIN, "9223372036854775807");
    reads_as(DIGITS_38, DECIMAL_PLAIN, DIGITS_38);
    reads_as("0." DIGITS_38, DECIMAL_PLAIN, "0." DIGITS_38);
    reads_as("-99999999999999999999999999999999999999", DECIMAL_PLAIN,
             "-99999999999999999999999999999999999999");
}

static void a_json_number_may_have_an_exponent(void **state)
{
    reads_as("1e3", DECIMAL_JSON, "1000");
    reads_as("1E+3", DECIMAL_JSON, "1000");
    reads_as("1e-7", DECIMAL_JSON, "0.0000001");
    reads_as("-1.25e1", DECIMAL_JSON, "-12.5");
    reads_as("0.001e3", DECIMAL_JSON, "1");
    reads_as("1200e-2", DECIMAL_JSON, "12");
    reads_as("1e37", DECIMAL_JSON, "10000000000000000000000000000000000000");
    reads_as("1e-38", DECIMAL_JSON, "0.00000000000000000000000000000000000001");
    reads_as("0e999999999", DECIMAL_JSON, "0");
    reads_as("-0.0e-999999999", DECIMAL_JSON, "0");
    reads_as("1e00000000000000000000000000000002", DECIMAL_JSON, "100");
    reads_as("5e-324", DECIMAL_JSON, "0"); /* the smallest double; the rest is surplus */
}

static void what_is_not_a_decimal_is_malformed(void **state)
{
    static const char *const neither[] = {
        "",         "-",         "+1",  ".5",    "5.",   "007",  "00",       "-01",
        "-.5",      "1.2.3",     "1,5", " 1",    "1 ",   "0x10", "1_000",    "NaN",
        "Infinity", "-Infinity", "inf", "--1",   "1-",   "1.",   "1.e3",     "e3",
        "1e",       "1e+",       "1e-", "1e1.5", "1e 3", "1ee3", "\xD9\xA1", "1\n",
        "1e3e3",    "1.-5",      "$1",  "1e+-3", "0.",   "-0.",  "1d",
    };
    static const char *const json_only[] = { "1e3", "1E3", "1e+3", "1e-3", "0e0" };

    for (size_t i = 0; i < array_count(neither); i++) {
        is_refused(neither[i], DECIMAL_PLAIN, ERR_MALFORMED);
        is_refused(neither[i], DECIMAL_JSON, ERR_MALFORMED);
    }
    for (size_t i = 0; i < array_count(json_only); i++)
        is_refused(json_only[i], DECIMAL_PLAIN, ERR_MALFORMED);
    assert_int_equal(decimal_parse((struct str){ .data = "1\0002", .len = 3 }, DECIMAL_PLAIN,
                                   &(struct decimal){ .scale = 0 }),
                     ERR_MALFORMED);
    assert_int_equal(decimal_parse(STR_NONE, DECIMAL_JSON, &(struct decimal){ .scale = 0 }),
                     ERR_MALFORMED);
}

static void what_has_more_than_38_digits_before_the_point_is_out_of_range(void **state)
{
    is_refused("1" ZEROS_38, DECIMAL_PLAIN, ERR_RANGE);
    is_refused("-1" ZEROS_38 ".5", DECIMAL_PLAIN, ERR_RANGE);
    is_refused("1e38", DECIMAL_JSON, ERR_RANGE);
    is_refused("0.1e39", DECIMAL_JSON, ERR_RANGE);
    is_refused("1.7976931348623157e308", DECIMAL_JSON, ERR_RANGE);
    is_refused("1e99999999999999999999999999999999999999", DECIMAL_JSON, ERR_RANGE);
    reads_as("9.9e37", DECIMAL_JSON, "99000000000000000000000000000000000000");
}

static void an_absurd_exponent_costs_no_time(void **state)
{
    int64_t start_us = clock_monotonic_us();

    for (int i = 0; i < 1000; i++) {
        is_refused("1e999999999", DECIMAL_JSON, ERR_RANGE);
        is_refused("1e9223372036854775808", DECIMAL_JSON, ERR_RANGE);
        assert_true(parsed("1e-999999999").surplus);
        assert_true(parsed("-1e-9223372036854775809").surplus);
    }
    assert_true(clock_monotonic_us() - start_us < 1000000); /* 4,000 in a second is nothing */
}

static void surplus_digits_are_remembered(void **state)
{
    assert_true(!parsed(DIGITS_38).surplus);
    assert_true(!parsed("0." DIGITS_38 "000").surplus);
    assert_true(parsed("0." DIGITS_38 "0001").surplus);
    assert_true(parsed("0." ZEROS_38 "1").surplus);
    assert_true(!decimal_is_zero(parsed("0." ZEROS_38 "1")));
    assert_true(decimal_is_negative(parsed("-0." ZEROS_38 "1")));
    reads_as("-0." ZEROS_38 "1", DECIMAL_PLAIN, "0"); /* as far as it can be written */
    reads_as("1.5" ZEROS_38 "1", DECIMAL_PLAIN, "1.5");
}

static void amount_is(const char *text, int scale, enum rounding rounding, int64_t expected)
{
    struct amount amount = { .units = 4242 };
    enum err e = decimal_to_amount(parsed(text), scale, rounding, &amount);

    if (e != OK || amount.units != expected)
        fail_msg("%s at scale %d: %s, %lld", text, scale, err_name(e), (long long)amount.units);
}

static void amount_is_refused(const char *text, int scale, enum rounding rounding,
                              enum err expected)
{
    struct amount amount = { .units = 4242 };

    assert_int_equal(decimal_to_amount(parsed(text), scale, rounding, &amount), expected);
    assert_int_equal(amount.units, 4242);
}

static void native_requests_are_never_rounded(void **state)
{
    amount_is("12.5", 6, ROUND_NONE, 12500000);
    amount_is("-12.500000", 1, ROUND_NONE, -125);
    amount_is("1e3", 0, ROUND_NONE, 1000);
    amount_is("0.000001", 6, ROUND_NONE, 1);
    amount_is_refused("0.0000001", 6, ROUND_NONE, ERR_MALFORMED);
    amount_is_refused("0.5", 0, ROUND_NONE, ERR_MALFORMED);
    amount_is_refused("1e-99", 12, ROUND_NONE, ERR_MALFORMED);
    amount_is_refused("1." ZEROS_38 "1", 12, ROUND_NONE, ERR_MALFORMED);
}

static void the_dialects_round_half_to_even(void **state)
{
    amount_is("0.5", 0, ROUND_HALF_EVEN, 0);
    amount_is("1.5", 0, ROUND_HALF_EVEN, 2);
    amount_is("2.5", 0, ROUND_HALF_EVEN, 2);
    amount_is("-0.5", 0, ROUND_HALF_EVEN, 0);
    amount_is("-1.5", 0, ROUND_HALF_EVEN, -2);
    amount_is("-2.5", 0, ROUND_HALF_EVEN, -2);
    amount_is("2.51", 0, ROUND_HALF_EVEN, 3);
    amount_is("2.49", 0, ROUND_HALF_EVEN, 2);
    amount_is("0.30000000000000004", 6, ROUND_HALF_EVEN, 300000);
    amount_is("0.1234565", 6, ROUND_HALF_EVEN, 123456);
    amount_is("0.1234575", 6, ROUND_HALF_EVEN, 123458);
    amount_is("1e-400", 6, ROUND_HALF_EVEN, 0);
}

static void a_digit_far_beyond_the_38th_still_breaks_a_tie(void **state)
{
    amount_is("2.5" ZEROS_38 ZEROS_38, 0, ROUND_HALF_EVEN, 2);
    amount_is("2.5" ZEROS_38 ZEROS_38 "1", 0, ROUND_HALF_EVEN, 3);
    amount_is("-2.5" ZEROS_38 "1", 0, ROUND_HALF_EVEN, -3);
    amount_is("2.4999999999999999999999999999999999999999999", 0, ROUND_HALF_EVEN, 2);
}

static void rounding_down_goes_toward_zero(void **state)
{
    amount_is("2.99", 0, ROUND_DOWN, 2);
    amount_is("-2.99", 0, ROUND_DOWN, -2);
    amount_is("0.0000019999", 6, ROUND_DOWN, 1);
}

static void what_does_not_fit_an_amount_is_out_of_range(void **state)
{
    amount_is("9223372036854775807", 0, ROUND_NONE, INT64_MAX);
    amount_is("-9223372036854775807", 0, ROUND_NONE, -INT64_MAX);
    amount_is("9223372.036854775807", 12, ROUND_NONE, INT64_MAX);
    amount_is("9223372036854775807.4", 0, ROUND_HALF_EVEN, INT64_MAX);
    amount_is_refused("9223372036854775808", 0, ROUND_NONE, ERR_RANGE);
    amount_is_refused("-9223372036854775808", 0, ROUND_NONE, ERR_RANGE);
    amount_is_refused("9223372036854775807.5", 0, ROUND_HALF_EVEN, ERR_RANGE);
    amount_is_refused("9223372.036854775808", 12, ROUND_NONE, ERR_RANGE);
    amount_is_refused("18446744073709551616", 0, ROUND_NONE, ERR_RANGE); /* 2^64: no wrap to 0 */
    amount_is_refused("340282366.920938463463374607431768211456", 12, ROUND_DOWN, ERR_RANGE);
    amount_is_refused("1e37", 12, ROUND_DOWN, ERR_RANGE);
    amount_is_refused("12345678901234567890123456789.01234567890123", 12, ROUND_DOWN, ERR_RANGE);
}

static void order_is_that_of_the_numbers(void **state)
{
    /* Ascending; the order of all pairs must follow. */
    static const char *const rows[] = {
        "-1e37",
        "-12.5",
        "-12.49",
        "-1",
        "-1e-38",
        "-1e-50",
        "0",
        "1e-50",
        "1e-38",
        "0.1",
        "0.10000000000000000000000000000000000001",
        "1",
        "1.000001",
        "2",
        "10",
        "12.49",
        "12.5",
        DIGITS_38,
        DIGITS_38 ".1",
        "99999999999999999999999999999999999999",
    };

    for (size_t i = 0; i < array_count(rows); i++) {
        for (size_t j = 0; j < array_count(rows); j++) {
            int order = decimal_compare(parsed(rows[i]), parsed(rows[j]));

            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
        }
    }
    assert_int_equal(decimal_compare(parsed("1.50"), parsed("15e-1")), 0);
    assert_true(decimal_is_negative(parsed("-0.1")) && !decimal_is_negative(parsed("-0.0")));
    assert_true(decimal_is_zero(parsed("-0e5")) && !decimal_is_zero(parsed("1e-9")));
}

/* amount -> text -> decimal -> amount is the identity, at every scale. */
static void every_amount_survives_being_written_and_read(void **state)
{
    struct random random = random_seeded(3);

    for (int i = 0; i < 100000; i++) {
        struct amount amount = { .units =
                                     (int64_t)random_u64(&random) >> random_below(&random, 64) };
        int scale = (int)random_below(&random, AMOUNT_SCALE_MAX + 1);
        char text[AMOUNT_TEXT_MAX], again[DECIMAL_TEXT_MAX];
        struct decimal decimal;
        struct amount back;
        struct str s;

        if (amount.units == INT64_MIN)
            continue;
        s = amount_format(amount, scale, text);
        assert_int_equal(decimal_parse(s, DECIMAL_PLAIN, &decimal), OK);
        assert_int_equal(decimal_to_amount(decimal, scale, ROUND_NONE, &back), OK);
        assert_int_equal(back.units, amount.units);
        assert_int_equal(decimal_compare(decimal_from_amount(amount, scale), decimal), 0);
        assert_string_equal(decimal_format(decimal, again).data, s.data);
    }
}

/* The rounding of units / 10^places against the definition, in 128 bits. */
static void rounding_agrees_with_its_definition(void **state)
{
    struct random random = random_seeded(4);

    for (int i = 0; i < 100000; i++) {
        uint64_t digits = random_u64(&random) >> random_below(&random, 64);
        int places = 1 + (int)random_below(&random, 18);
        uint64_t divisor = (uint64_t)uint128_power_of_ten(places);
        uint64_t floor, rest;
        struct amount even, down;
        char text[64];

        if (random_below(&random, 2) == 0) /* a tie, or next to one */
            digits = digits / divisor * divisor + divisor / 2 + random_below(&random, 3) - 1;
        floor = digits / divisor;
        rest = digits % divisor;
        snprintf(text, sizeof text, "%llue-%d", (unsigned long long)digits, places);
        assert_int_equal(decimal_to_amount(parsed(text), 0, ROUND_DOWN, &down), OK);
        assert_int_equal(decimal_to_amount(parsed(text), 0, ROUND_HALF_EVEN, &even), OK);
        assert_int_equal((uint64_t)down.units, floor);
        if (rest * 2 == divisor)
            assert_int_equal((uint64_t)even.units, floor + floor % 2);
        else
            assert_int_equal((uint64_t)even.units, rest * 2 > divisor ? floor + 1 : floor);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_decimal_is_digits_and_a_point),
        cmocka_unit_test(a_json_number_may_have_an_exponent),
        cmocka_unit_test(what_is_not_a_decimal_is_malformed),
        cmocka_unit_test(what_has_more_than_38_digits_before_the_point_is_out_of_range),
        cmocka_unit_test(an_absurd_exponent_costs_no_time),
        cmocka_unit_test(surplus_digits_are_remembered),
        cmocka_unit_test(native_requests_are_never_rounded),
        cmocka_unit_test(the_dialects_round_half_to_even),
        cmocka_unit_test(a_digit_far_beyond_the_38th_still_breaks_a_tie),
        cmocka_unit_test(rounding_down_goes_toward_zero),
        cmocka_unit_test(what_does_not_fit_an_amount_is_out_of_range),
        cmocka_unit_test(order_is_that_of_the_numbers),
        cmocka_unit_test(every_amount_survives_being_written_and_read),
        cmocka_unit_test(rounding_agrees_with_its_definition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
