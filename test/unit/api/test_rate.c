/* Rates of keys, on clocks that also jump. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "api/rate.h"
#include "base/limits.h"

#define SECOND INT64_C(1000000)
#define START (INT64_C(1700000000) * SECOND)

static struct arena arena;
static struct rate_table table;

/* How many of this many requests at once get through. */
static int admitted(uint32_t key, uint32_t per_second, int64_t now, int count)
{
    int got = 0;

    for (int i = 0; i < count; i++)
        got += rate_admits(&table, key, per_second, now) ? 1 : 0;
    return got;
}

static void a_second_s_worth_at_once_and_then_evenly(void **state)
{
    assert_int_equal(admitted(1, 10, START, 15), 10);
    assert_int_equal(admitted(1, 10, START + 99999, 5), 0);
    assert_int_equal(admitted(1, 10, START + 100000, 5), 1);
    assert_int_equal(admitted(1, 10, START + 350000, 5), 2);
    assert_int_equal(admitted(1, 10, START + 3600 * SECOND, 15), 10);
}

static void over_ten_seconds_it_is_the_rate(void **state)
{
    int got = 0;

    for (int64_t now = START; now < START + 10 * SECOND; now += 1000)
        got += admitted(2, 7, now, 3);
    assert_in_range(got, 7 + 69, 7 + 71); /* the first second's, and ten seconds' */
}

static void no_limit_is_no_limit_and_keys_are_apart(void **state)
{
    assert_int_equal(admitted(3, 0, START, 100000), 100000);
    assert_int_equal(admitted(4, 1, START, 5), 1);
    assert_int_equal(admitted(5, 1, START, 5), 1);
    assert_int_equal(admitted(5 + RATE_KEYS_MAX, 1, START, 5), 0); /* beyond the table, shared */
}

static void the_largest_rate_counts_too(void **state)
{
    assert_int_equal(admitted(6, 1000000, START, 1000100), 1000000);
}

static void a_clock_that_is_set_back_locks_nobody_out(void **state)
{
    assert_int_equal(admitted(7, 2, START, 5), 2);
    assert_int_equal(admitted(7, 2, START - 3600 * SECOND, 5), 0);
    assert_int_equal(admitted(7, 2, START - 3599 * SECOND, 5), 2);
}

static int table_set_up(void **state)
{
    arena_init(&arena, 1u << 20);
    return rate_table_init(&table, &arena) == OK ? 0 : -1;
}

static int table_tear_down(void **state)
{
    arena_finish(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_s_worth_at_once_and_then_evenly),
        cmocka_unit_test(over_ten_seconds_it_is_the_rate),
        cmocka_unit_test(no_limit_is_no_limit_and_keys_are_apart),
        cmocka_unit_test(the_largest_rate_counts_too),
        cmocka_unit_test(a_clock_that_is_set_back_locks_nobody_out),
    };

    return cmocka_run_group_tests(tests, table_set_up, table_tear_down);
}
