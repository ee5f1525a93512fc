/* Decimals and instants as a program makes and reads them. */
#include "world.h"

static const char *text_of(struct scrip_decimal decimal)
{
    static char text[SCRIP_DECIMAL_TEXT_MAX];

    return scrip_decimal_format(decimal, text);
}

static void decimals_are_exact(void **state)
{
    static const struct {
        const char *read, *written;
    } rows[] = {
        { "0", "0" },
        { "-0", "0" },
        { "100", "100" },
        { "12.50", "12.5" },
        { "-0.000001", "-0.000001" },
        { "1e3", "1000" },
        { "1.25E-3", "0.00125" },
        { "0.1", "0.1" },
        { "17.9699999999999988631316", "17.9699999999999988631316" },
        { "99999999999999999999999999999999999999", "99999999999999999999999999999999999999" },
        { "0.00000000000000000000000000000000000001", "0.00000000000000000000000000000000000001" },
    };

    for (size_t i = 0; i < array_count(rows); i++) {
        struct scrip_decimal decimal;

        assert_true(scrip_decimal_parse(rows[i].read, &decimal));
        assert_true(decimal.is_given);
        assert_string_equal(text_of(decimal), rows[i].written);
        assert_int_equal(scrip_decimal_compare(decimal, scrip_decimal_of(rows[i].written)), 0);
    }
}

static void what_is_no_decimal(void **state)
{
    static const char *const texts[] = {
        "",
        " 1",
        "1 ",
        "+1",
        ".5",
        "5.",
        "1,000",
        "0x10",
        "NaN",
        "Infinity",
        "1e",
        "--1",
        "01",
        /* would have to be rounded */
        "100000000000000000000000000000000000000",
        "0.000000000000000000000000000000000000001",
        "1.00000000000000000000000000000000000001",
    };
    struct scrip_decimal decimal = scrip_decimal_of("7");

    for (size_t i = 0; i < array_count(texts); i++) {
        print_message("# %s\n", texts[i]);
        assert_false(scrip_decimal_parse(texts[i], &decimal));
        assert_string_equal(text_of(decimal), "7");
        assert_false(scrip_decimal_of(texts[i]).is_given);
    }
    assert_false(scrip_decimal_parse(NULL, &decimal));
    assert_string_equal(text_of((struct scrip_decimal){ .is_given = false }), "");
    assert_string_equal(text_of((struct scrip_decimal){ .is_given = true, .scale = 39 }), "");
    assert_string_equal(text_of((struct scrip_decimal){ .is_given = true, .high = UINT64_MAX }),
                        "");
}

static void units_of_a_scale(void **state)
{
    int64_t units = 0;

    assert_string_equal(text_of(scrip_decimal_from_units(1999, 2)), "19.99");
    assert_string_equal(text_of(scrip_decimal_from_units(-5, 0)), "-5");
    assert_string_equal(text_of(scrip_decimal_from_units(INT64_MIN, 0)), "-9223372036854775808");
    assert_string_equal(text_of(scrip_decimal_from_units(1, 38)),
                        "0.00000000000000000000000000000000000001");
    assert_false(scrip_decimal_from_units(1, 39).is_given);
    assert_false(scrip_decimal_from_units(1, -1).is_given);

    assert_true(scrip_decimal_to_units(scrip_decimal_of("19.9"), 2, &units));
    assert_int_equal(units, 1990);
    assert_true(scrip_decimal_to_units(scrip_decimal_of("-9223372036854775808"), 0, &units));
    assert_true(units == INT64_MIN);
    assert_false(scrip_decimal_to_units(scrip_decimal_of("9223372036854775808"), 0, &units));
    assert_false(scrip_decimal_to_units(scrip_decimal_of("-9223372036854775809"), 0, &units));
    assert_false(scrip_decimal_to_units(scrip_decimal_of("19.999"), 2, &units));
    assert_false(scrip_decimal_to_units(scrip_decimal_of("1000000"), 38, &units));
    assert_false(scrip_decimal_to_units((struct scrip_decimal){ .low = 5 }, 0, &units));
    assert_true(units == INT64_MIN);
}

static void sums(void **state)
{
    static const struct {
        const char *a, *b, *sum, *difference;
    } rows[] = {
        { "0.1", "0.2", "0.3", "-0.1" }, { "100", "-0.000001", "99.999999", "100.000001" },
        { "-1", "-2.5", "-3.5", "1.5" }, { "5", "5", "10", "0" },
        { "0", "0", "0", "0" },
    };
    struct scrip_decimal ret = scrip_decimal_of("7");
    struct scrip_decimal most = scrip_decimal_of("99999999999999999999999999999999999999");

    for (size_t i = 0; i < array_count(rows); i++) {
        struct scrip_decimal a = scrip_decimal_of(rows[i].a), b = scrip_decimal_of(rows[i].b);

        assert_true(scrip_decimal_add(a, b, &ret));
        assert_string_equal(text_of(ret), rows[i].sum);
        assert_true(scrip_decimal_subtract(a, b, &ret));
        assert_string_equal(text_of(ret), rows[i].difference);
    }
    ret = scrip_decimal_of("7");
    assert_false(scrip_decimal_add(most, scrip_decimal_of("1"), &ret));
    assert_false(scrip_decimal_add(most, scrip_decimal_of("0.1"), &ret));
    assert_false(scrip_decimal_add(most, most, &ret));
    assert_false(scrip_decimal_subtract(scrip_decimal_of("-1"), most, &ret));
    assert_string_equal(text_of(ret), "7");
}

static void order(void **state)
{
    assert_true(scrip_decimal_compare(scrip_decimal_of("0.1"), scrip_decimal_of("0.09")) > 0);
    assert_true(scrip_decimal_compare(scrip_decimal_of("-1"), scrip_decimal_of("0")) < 0);
    assert_true(scrip_decimal_compare(scrip_decimal_of("1.0"), scrip_decimal_of("1")) == 0);
    /* one that a program has put together, with a zero at its end */
    assert_true(
        scrip_decimal_compare((struct scrip_decimal){ .low = 100, .scale = 2, .is_given = true },
                              scrip_decimal_of("1")) == 0);
}

static void instants(void **state)
{
    char text[SCRIP_INSTANT_TEXT_MAX];
    struct scrip_instant instant = { .is_given = false };

    assert_string_equal(scrip_instant_format(scrip_instant_from_seconds(0), text),
                        "1970-01-01T00:00:00.000Z");
    assert_true(scrip_instant_parse("2026-02-03T04:05:06.789+02:00", &instant));
    assert_string_equal(scrip_instant_format(instant, text), "2026-02-03T02:05:06.789Z");
    assert_int_equal(scrip_instant_of("1970-01-01T00:00:01.000001999Z").us, 1000001);
    assert_false(scrip_instant_of("yesterday").is_given);
    assert_false(scrip_instant_of("2026-02-30T00:00:00Z").is_given);
    assert_false(scrip_instant_of("2026-02-03T04:05:06").is_given);
    assert_false(scrip_instant_of(NULL).is_given);
    assert_false(scrip_instant_from_seconds(INT64_MAX).is_given);
    assert_false(scrip_instant_from_seconds(INT64_C(253402300800)).is_given);
    assert_string_equal(scrip_instant_format((struct scrip_instant){ .us = 5 }, text), "");
    assert_string_equal(
        scrip_instant_format((struct scrip_instant){ .us = INT64_MAX, .is_given = true }, text),
        "");
}

static void outcomes_have_names(void **state)
{
    for (int outcome = 0; outcome < SCRIP_OUTCOME_COUNT; outcome++)
        assert_non_null(scrip_outcome_name((enum scrip_outcome)outcome));
    assert_string_equal(scrip_outcome_name(SCRIP_NOT_COVERED), "not covered");
    assert_string_equal(scrip_outcome_name((enum scrip_outcome)999), "unknown");
    assert_string_equal(scrip_version(), SCRIP_HEADER_VERSION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimals_are_exact),
        cmocka_unit_test(what_is_no_decimal),
        cmocka_unit_test(units_of_a_scale),
        cmocka_unit_test(sums),
        cmocka_unit_test(order),
        cmocka_unit_test(instants),
        cmocka_unit_test(outcomes_have_names),
    };

    return cmocka_run_group_tests_name("values", tests, NULL, NULL);
}
