/* The clocks. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <cmocka.h>
#include "base/clock.h"

static void the_system_clock_tells_the_time_of_day(void **state)
{
    int64_t before_us = (int64_t)time(NULL) * 1000000;
    int64_t now_us = clock_system()->now_us(clock_system());

    assert_true(now_us >= before_us - 1000000); /* time() is coarser, and may lag */
    assert_true(now_us < before_us + INT64_C(60000000));
}

static void the_monotonic_clock_never_goes_back(void **state)
{
    int64_t last_us = clock_monotonic_us();

    for (int i = 0; i < 10000; i++) {
        int64_t now_us = clock_monotonic_us();

        assert_true(now_us >= last_us);
        last_us = now_us;
    }
}

static void a_manual_clock_stands_still_until_it_is_set(void **state)
{
    struct clock_manual manual;

    clock_manual_init(&manual, 7);
    assert_int_equal(manual.clock.now_us(&manual.clock), 7);
    assert_int_equal(manual.clock.now_us(&manual.clock), 7);
    clock_manual_set(&manual, -8);
    assert_int_equal(manual.clock.now_us(&manual.clock), -8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_system_clock_tells_the_time_of_day),
        cmocka_unit_test(the_monotonic_clock_never_goes_back),
        cmocka_unit_test(a_manual_clock_stands_still_until_it_is_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
