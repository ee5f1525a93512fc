/* Instants: what RFC 3339 text means, and how it is written. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <cmocka.h>
#include "base/random.h"
#include "exact/instant.h"

static void means(const char *text, enum instant_zone zone, int64_t expected_us)
{
    struct instant instant = { .us = 42 };
    enum err e = instant_parse(str_from_c(text), zone, &instant);

    if (e != OK || instant.us != expected_us)
        fail_msg("%s: %s, %lld", text, err_name(e), (long long)instant.us);
}

static void is_refused(const char *text, enum instant_zone zone, enum err expected)
{
    struct instant instant = { .us = 42 };
    enum err e = instant_parse(str_from_c(text), zone, &instant);

    if (e != expected)
        fail_msg("%s: %s", text, err_name(e));
    assert_int_equal(instant.us, 42);
}

#define SECOND_US INT64_C(1000000)
#define Y2022 (INT64_C(1640995200) * SECOND_US)

static void what_clients_send_is_read(void **state)
{
    means("1970-01-01T00:00:00Z", INSTANT_ZONE_NEEDED, 0);
    means("2022-01-01T00:00:00.000Z", INSTANT_ZONE_NEEDED, Y2022);  /* JavaScript */
    means("2022-01-01T02:00:00+02:00", INSTANT_ZONE_NEEDED, Y2022); /* Go, whole seconds */
    means("2022-01-01T00:00:00.123456Z", INSTANT_ZONE_NEEDED, Y2022 + 123456); /* Python */
    means("2021-12-31T18:30:00.123456789-05:30", INSTANT_ZONE_NEEDED, Y2022 + 123456);
    means("2022-01-01T00:00:00.1Z", INSTANT_ZONE_NEEDED, Y2022 + 100000);
    means("2022-01-01T00:00:00.9999999Z", INSTANT_ZONE_NEEDED,
          Y2022 + 999999); /* cut, not rounded */
    means("2022-01-01t00:00:00z", INSTANT_ZONE_NEEDED, Y2022);
    means("2022-01-01 00:00:00+00:00", INSTANT_ZONE_NEEDED, Y2022);
    means("2022-01-01T00:00:00-00:00", INSTANT_ZONE_NEEDED, Y2022);
    means("2022-01-01T23:59:00+23:59", INSTANT_ZONE_NEEDED, Y2022);
    means("1969-12-31T23:59:59.999999Z", INSTANT_ZONE_NEEDED, -1);
    means("0001-01-01T00:00:00Z", INSTANT_ZONE_NEEDED, INSTANT_US_MIN);
    means("9999-12-31T23:59:59.999999Z", INSTANT_ZONE_NEEDED, INSTANT_US_MAX);
}

static void only_one_dialect_may_leave_out_the_zone(void **state)
{
    means("2022-01-01T00:00:00.000001", INSTANT_ZONE_OR_UTC, Y2022 + 1);
    means("2022-01-01T02:00:00+02:00", INSTANT_ZONE_OR_UTC, Y2022);
    is_refused("2022-01-01T00:00:00", INSTANT_ZONE_NEEDED, ERR_MALFORMED);
    is_refused("2022-01-01T00:00:00 ", INSTANT_ZONE_OR_UTC, ERR_MALFORMED);
}

static void a_leap_second_means_the_instant_after_it(void **state)
{
    int64_t y2017 = INT64_C(1483228800) * SECOND_US;

    means("2016-12-31T23:59:60Z", INSTANT_ZONE_NEEDED, y2017);
    means("2016-12-31T23:59:60.999999Z", INSTANT_ZONE_NEEDED, y2017);
    means("2016-12-31T15:59:60-08:00", INSTANT_ZONE_NEEDED, y2017);
    is_refused("2016-12-31T15:59:60Z", INSTANT_ZONE_NEEDED, ERR_MALFORMED);
    is_refused("2016-12-30T23:59:60Z", INSTANT_ZONE_NEEDED, ERR_MALFORMED);
    is_refused("2016-12-31T23:59:61Z", INSTANT_ZONE_NEEDED, ERR_MALFORMED);
    is_refused("9999-12-31T23:59:60Z", INSTANT_ZONE_NEEDED, ERR_RANGE);
}

static void what_is_no_instant_is_refused(void **state)
{
    static const char *const rows[] = {
        "",
        "2022",
        "2022-01-01",
        "2022-01-01Z",
        "2022-01-01T",
        "2022-01-01T00:00Z",
        "2022-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2022-04-31T00:00:00Z",
        "2022-00-01T00:00:00Z",
        "2022-13-01T00:00:00Z",
        "2022-01-00T00:00:00Z",
        "2022-01-32T00:00:00Z",
        "2022-01-01T24:00:00Z",
        "2022-01-01T00:60:00Z",
        "0000-01-01T00:00:00Z",
        "-001-01-01T00:00:00Z",
        "+2022-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "22-01-01T00:00:00Z",
        "2022-1-1T00:00:00Z",
        "2022/01/01T00:00:00Z",
        "2022-01-01T00.00.00Z",
        "20220101T000000Z",
        "2022-01-01T00:00:00.Z",
        "2022-01-01T00:00:00,5Z",
        "2022-01-01T00:00:00.1234567890Z",
        "2022-01-01T00:00:00+0000",
        "2022-01-01T00:00:00+00",
        "2022-01-01T00:00:00+24:00",
        "2022-01-01T00:00:00+00:60",
        "2022-01-01T00:00:00Z ",
        " 2022-01-01T00:00:00Z",
        "2022-01-01T00:00:00ZZ",
        "2022-01-01T00:00:00UTC",
        "2022-01-01_00:00:00Z",
        "2022-01-01T00:00:0Z",
        "2022-01-01T 0:00:00Z",
        "2022-01-01T00:00:-1Z",
        "1640995200",
        "2022-01-01T00:00:00+-1:00",
        "2022-W01-1T00:00:00Z",
        "2022-01-01T00:00:00+01:00Z",
        "2022-01-01T00:00:00.5",
        "now",
    };

    for (size_t i = 0; i < array_count(rows); i++)
        is_refused(rows[i], INSTANT_ZONE_NEEDED, ERR_MALFORMED);
    is_refused("0001-01-01T00:00:00+00:01", INSTANT_ZONE_NEEDED, ERR_RANGE);
    is_refused("9999-12-31T23:59:00-00:01", INSTANT_ZONE_NEEDED, ERR_RANGE);
}

static void it_is_written_with_three_decimals_or_six(void **state)
{
    char text[INSTANT_TEXT_MAX];
    struct instant whole = { .us = Y2022 }, odd = { .us = Y2022 + 1999 };

    assert_string_equal(instant_format(whole, text).data, "2022-01-01T00:00:00.000Z");
    assert_string_equal(instant_format(odd, text).data, "2022-01-01T00:00:00.001999Z");
    assert_string_equal(instant_format_ms(odd, text).data, "2022-01-01T00:00:00.001Z");
    assert_int_equal(instant_format_ms(odd, text).len, 24);
    assert_string_equal(instant_format_us(whole, text).data, "2022-01-01T00:00:00.000000Z");
    assert_int_equal(instant_format_us(odd, text).len, 27);
    assert_string_equal(instant_format(INSTANT_MIN, text).data, "0001-01-01T00:00:00.000Z");
    assert_string_equal(instant_format(INSTANT_MAX, text).data, "9999-12-31T23:59:59.999999Z");
    assert_string_equal(instant_format_ms((struct instant){ .us = -1 }, text).data,
                        "1969-12-31T23:59:59.999Z");
}

/* Against the C library, which is another's work. */
static void any_instant_survives_and_agrees_with_gmtime(void **state)
{
    struct random random = random_seeded(5);

    for (int i = 0; i < 100000; i++) {
        uint64_t range_us = (uint64_t)(INSTANT_US_MAX - INSTANT_US_MIN) + 1;
        struct instant instant = { .us =
                                       INSTANT_US_MIN + (int64_t)random_below(&random, range_us) };
        struct instant back;
        char text[INSTANT_TEXT_MAX], expected[64];
        int64_t us = (instant.us - INSTANT_US_MIN) % SECOND_US;
        time_t seconds = (time_t)((instant.us - us) / SECOND_US);
        struct tm utc;

        gmtime_r(&seconds, &utc);
        snprintf(expected, sizeof expected, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ",
                 utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min,
                 utc.tm_sec, (int)us);
        assert_string_equal(instant_format_us(instant, text).data, expected);
        assert_int_equal(instant_parse(str_from_c(text), INSTANT_ZONE_NEEDED, &back), OK);
        assert_int_equal(back.us, instant.us);
    }
}

static void never_comes_after_everything(void **state)
{
    assert_true(instant_before(INSTANT_MAX, INSTANT_NEVER));
    assert_false(instant_before(INSTANT_NEVER, INSTANT_NEVER));
    assert_true(instant_is_never(INSTANT_NEVER) && instant_is_none(INSTANT_NONE));
    assert_false(instant_is_dated(INSTANT_NEVER) || instant_is_dated(INSTANT_NONE));
    assert_true(instant_is_dated(INSTANT_MIN) && instant_is_dated(INSTANT_MAX));
    assert_true(instant_equals(INSTANT_NONE, INSTANT_NONE));
    assert_int_equal(instant_min(INSTANT_NEVER, INSTANT_MIN).us, INSTANT_US_MIN);
    assert_true(instant_is_never(instant_max(INSTANT_NEVER, INSTANT_MIN)));
}

static void sums_stay_within_the_dated_instants(void **state)
{
    struct instant sum = { .us = 42 };

    assert_int_equal(instant_add(INSTANT_MAX, (struct span){ .us = 1 }, &sum), ERR_RANGE);
    assert_int_equal(instant_add(INSTANT_MIN, (struct span){ .us = -1 }, &sum), ERR_RANGE);
    assert_int_equal(instant_add(INSTANT_MAX, (struct span){ .us = INT64_MAX }, &sum), ERR_RANGE);
    assert_int_equal(sum.us, 42);
    assert_int_equal(instant_add(INSTANT_MIN, instant_span(INSTANT_MIN, INSTANT_MAX), &sum), OK);
    assert_int_equal(sum.us, INSTANT_US_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_clients_send_is_read),
        cmocka_unit_test(only_one_dialect_may_leave_out_the_zone),
        cmocka_unit_test(a_leap_second_means_the_instant_after_it),
        cmocka_unit_test(what_is_no_instant_is_refused),
        cmocka_unit_test(it_is_written_with_three_decimals_or_six),
        cmocka_unit_test(any_instant_survives_and_agrees_with_gmtime),
        cmocka_unit_test(never_comes_after_everything),
        cmocka_unit_test(sums_stay_within_the_dated_instants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
