/* How long the ledger may sleep: until something is due, and never for long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "desk.h"
#include "ledger/pulse.h"
#include "store/memory/memory.h"

static void assert_sleeps(struct desk *desk, int64_t us)
{
    assert_int_equal(pulse_sleep_us(desk->ledger), us);
}

static void set_test_clock(struct desk *desk, int64_t us)
{
    struct slip *slip = slip_in(slip_new(desk), ENVIRONMENT_TEST);

    slip->job.command.kind = COMMAND_TEST_CLOCK_SET;
    slip->job.command.test_clock_set.now.us = us;
    slip_submit(slip);
    assert_true(ledger_turn(desk->ledger)); /* and no more: what it makes due is not done yet */
    assert_granted(slip);
}

static void it_sleeps_until_the_next_is_due(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    assert_sleeps(&desk, PULSE_US); /* there is nothing */
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_grant_until(&desk, "acme", "1", T0 + DAY));
    assert_sleeps(&desk, PULSE_US); /* the clock may jump meanwhile */
    desk_set_clock(&desk, T0 + DAY - PULSE_US);
    assert_sleeps(&desk, PULSE_US);
    desk_set_clock(&desk, T0 + DAY - 7);
    assert_sleeps(&desk, 7);
    slip_do(slip_in(ask_grant_until(&desk, "acme", "1", T0 + DAY - 2), ENVIRONMENT_TEST));
    assert_sleeps(&desk, 5); /* in whichever book */
    desk_set_clock(&desk, T0 + DAY);
    assert_sleeps(&desk, 0);
    desk_set_clock(&desk, T0 + DAY + HOUR);
    assert_sleeps(&desk, 0);
    desk_turn(&desk);
    assert_sleeps(&desk, PULSE_US);
    desk_close(&desk);
}

/* The real clock is nothing to a book under a test clock that stands. */
static void a_frozen_book_wakes_nobody(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(slip_in(ask_grant_until(&desk, "acme", "1", T0 + DAY), ENVIRONMENT_TEST));
    set_test_clock(&desk, T0 + HOUR);
    desk_set_clock(&desk, T0 + DAY);
    assert_sleeps(&desk, PULSE_US);
    assert_int_equal(desk_turn(&desk), 0);
    set_test_clock(&desk, T0 + DAY);
    assert_sleeps(&desk, 0);
    assert_int_equal(desk_turn(&desk), 1);
    assert_sleeps(&desk, PULSE_US);
    desk_close(&desk);
}

/* What is due cannot be written now: it is no use to try without a pause. */
static void without_room_it_does_not_hurry(void **state)
{
    static const enum err errors[] = { ERR_FULL, ERR_IO };

    (void)state;
    for (size_t i = 0; i < array_count(errors); i++) {
        struct desk desk;

        desk_open(&desk);
        slip_do(ask_customer(&desk, "acme"));
        slip_do(ask_grant_until(&desk, "acme", "1", T0 + DAY));
        desk_set_clock(&desk, T0 + DAY);
        assert_sleeps(&desk, 0);
        memory_store_fail_commits(desk.store, 1, errors[i]);
        (void)ledger_turn(desk.ledger);
        assert_sleeps(&desk, PULSE_US);
        if (errors[i] == ERR_IO) { /* for ever */
            assert_int_equal(desk.failed_count, 1);
            assert_int_equal(desk_turn(&desk), 0);
        } else {
            assert_int_equal(desk_turn(&desk), 1);
        }
        assert_sleeps(&desk, PULSE_US);
        desk_close(&desk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_sleeps_until_the_next_is_due),
        cmocka_unit_test(a_frozen_book_wakes_nobody),
        cmocka_unit_test(without_room_it_does_not_hurry),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
