/* The calendar: every day of 9,999 years, counted. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "exact/calendar.h"

static struct instant at(const char *text)
{
    struct instant instant;

    assert_int_equal(instant_parse(str_from_c(text), INSTANT_ZONE_NEEDED, &instant), OK);
    return instant;
}

/* Walks all days in order, as a child would count them. */
static void every_day_follows_the_one_before(void **state)
{
    int64_t number = calendar_day_number((struct date){ .year = 1, .month = 1, .day = 1 });

    assert_int_equal(number, -719162);
    for (int year = 1; year <= 9999; year++) {
        for (int month = 1; month <= 12; month++) {
            for (int day = 1; day <= 31; day++) {
                struct date date = { .year = year, .month = month, .day = day }, back;

                if (!calendar_has(date))
                    continue;
                assert_int_equal(calendar_day_number(date), number);
                back = calendar_date(number);
                assert_true(back.year == year && back.month == month && back.day == day);
                number++;
            }
        }
    }
    assert_int_equal(number, 2932897); /* 10000-01-01 */
}

static void days_that_are_not(void **state)
{
    static const struct date none[] = {
        { 2023, 2, 29 }, { 1900, 2, 29 }, { 2024, 2, 30 }, { 2024, 4, 31 },
        { 2024, 13, 1 }, { 2024, 0, 1 },  { 2024, 1, 0 },  { 2024, 1, 32 },
        { 0, 12, 31 },   { 10000, 1, 1 }, { -1, 1, 1 },    { 2024, 1, -1 },
    };

    for (size_t i = 0; i < array_count(none); i++)
        assert_false(calendar_has(none[i]));
    assert_true(calendar_has((struct date){ 2000, 2, 29 }));
    assert_true(calendar_has((struct date){ 2024, 2, 29 }));
}

static void month_is(const char *instant, const char *start, const char *next)
{
    assert_int_equal(calendar_month_start(at(instant)).us, at(start).us);
    assert_int_equal(calendar_month_next(at(instant)).us, at(next).us);
}

static void months_begin_at_midnight_utc(void **state)
{
    month_is("2024-02-29T23:59:59.999999Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z");
    month_is("2024-03-01T00:00:00Z", "2024-03-01T00:00:00Z", "2024-04-01T00:00:00Z");
    month_is("2023-12-31T12:00:00Z", "2023-12-01T00:00:00Z", "2024-01-01T00:00:00Z");
    month_is("1969-12-31T23:59:59.999999Z", "1969-12-01T00:00:00Z", "1970-01-01T00:00:00Z");
    month_is("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0001-02-01T00:00:00Z");
    assert_true(instant_is_never(calendar_month_next(INSTANT_MAX)));
    assert_true(instant_is_never(calendar_month_next(at("9999-12-01T00:00:00Z"))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_follows_the_one_before),
        cmocka_unit_test(days_that_are_not),
        cmocka_unit_test(months_begin_at_midnight_utc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
