/* Time moves the book also when nobody asks (rules 6 and 10). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/limits.h"
#include "desk.h"

static void read_entry(struct desk *desk, uint64_t sequence, struct entry *ret)
{
    struct store_reader *reader;
    struct arena arena;

    arena_init(&arena, 1 << 20);
    assert_int_equal(store_reader_open(desk->store, &reader), OK);
    assert_int_equal(store_read_entry(reader, ENVIRONMENT_LIVE, sequence, false, &arena, ret), OK);
    store_reader_close(reader);
    arena_finish(&arena);
}

static void a_grant_expires_at_its_instant_with_nobody_asking(void **state)
{
    struct desk desk;
    struct entry entry;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_grant_until(&desk, "acme", "100", T0 + 10 * SECOND));
    desk_set_clock(&desk, T0 + 10 * SECOND - 1);
    assert_int_equal(desk_turn(&desk), 0);
    desk_set_clock(&desk, T0 + 3 * DAY); /* nobody was here for days */
    assert_int_equal(desk_turn(&desk), 1);
    assert_int_equal(desk_sequence(&desk), 2);
    read_entry(&desk, 2, &entry);
    assert_int_equal(entry.kind, ENTRY_EXPIRE);
    assert_int_equal(entry.at.us, T0 + 10 * SECOND);
    assert_int_equal(entry.effective_at.us, T0 + 10 * SECOND);
    assert_int_equal(entry.key, 0);
    assert_amount(entry.amount, "-100");
    assert_int_equal(desk_turn(&desk), 0); /* once */
    desk_verify(&desk);
    desk_close(&desk);
}

/* E6: exactly at the expiry it is gone; a microsecond before, it is there. */
static void the_instant_of_expiry_is_exact(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_grant_until(&desk, "acme", "100", T0 + DAY));
    desk_set_clock(&desk, T0 + DAY - 1);
    assert_granted(slip_do(ask_deduct(&desk, "acme", "1")));
    desk_set_clock(&desk, T0 + DAY);
    assert_refused(slip_do(ask_deduct(&desk, "acme", "1")), REJECT_BALANCE_EXCEEDED);
    assert_balance(slip_do(ask_balance(&desk, "acme")), "0", "0");
    desk_close(&desk);
}

/* Everything that was due happens in its order, each at its own instant, before the command. */
static void time_comes_first(void **state)
{
    static const struct {
        enum entry_kind kind;
        int hour;
        const char *amount;
    } expected[] = {
        { ENTRY_EXPIRE, 1, "0" }, /* all of it is held */
        { ENTRY_ACTIVATE, 2, "40" }, { ENTRY_LAPSE, 3, "0" },
        { ENTRY_EXPIRE, 3, "-10" }, /* what the hold kept goes at once (rule 5) */
        { ENTRY_LAPSE, 3, "0" },     { ENTRY_EXPIRE, 4, "-20" },
    };
    struct desk desk;
    struct slip *later, *use;
    uint64_t before;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_grant_until(&desk, "acme", "10", T0 + 1 * HOUR));
    slip_do(ask_grant_until(&desk, "acme", "20", T0 + 4 * HOUR));
    later = ask_grant(&desk, "acme", "40");
    later->job.command.issue.facts.effective_at.us = T0 + 2 * HOUR;
    slip_do(later);
    assert_granted(slip_do(ask_hold(&desk, "acme", "15", 3 * HOUR)));
    before = desk_sequence(&desk);
    desk_set_clock(&desk, T0 + 5 * HOUR);
    use = slip_do(ask_deduct(&desk, "acme", "40"));
    assert_granted(use);
    assert_amount(use->job.decision.account_posted, "0");
    for (size_t i = 0; i < array_count(expected); i++) {
        struct entry entry;

        read_entry(&desk, before + 1 + i, &entry);
        assert_int_equal(entry.kind, expected[i].kind);
        assert_int_equal(entry.at.us, T0 + expected[i].hour * HOUR);
        assert_amount(entry.amount, expected[i].amount);
    }
    desk_verify(&desk);
    desk_close(&desk);
}

static void what_is_left_rolls_over_into_a_new_grant(void **state)
{
    struct desk desk;
    struct slip *grant, *balance;
    const struct grant_row *row;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    grant = ask_grant_until(&desk, "acme", "100", T0 + DAY);
    grant->job.command.issue.facts.rollover = (struct rollover){
        .kind = ROLLOVER_MAX_AMOUNT,
        .priority.millionths = 2000000,
        .expires_at.us = T0 + 2 * DAY,
    };
    grant->job.command.issue.rollover_amount_max =
        (struct decimal_option){ .given = true, .value = decimal_of("30") };
    assert_granted(slip_do(grant));
    desk_set_clock(&desk, T0 + DAY + HOUR);
    balance = slip_do(ask_balance(&desk, "acme"));
    assert_balance(balance, "30", "0");
    assert_int_equal(balance->job.answer.balances[0].grant_count, 1);
    row = &balance->job.answer.balances[0].grants[0];
    assert_int_equal(row->grant.effective_at.us, T0 + DAY);
    assert_true(uuid_equals(row->facts.rolled_from.uuid, grant->job.decision.grant_id.uuid));
    desk_set_clock(&desk, T0 + 2 * DAY);
    assert_balance(slip_do(ask_balance(&desk, "acme")), "0", "0");
    desk_verify(&desk);
    desk_close(&desk);
}

static void a_clock_that_runs_backwards_does_not_move_the_book(void **state)
{
    struct desk desk;
    struct slip *use;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_grant_until(&desk, "acme", "100", T0 + DAY));
    desk_set_clock(&desk, T0 + HOUR);
    slip_do(ask_deduct(&desk, "acme", "1"));
    desk_set_clock(&desk, T0 - DAY);
    use = slip_do(ask_deduct(&desk, "acme", "1"));
    assert_granted(use);
    assert_int_equal(use->job.decision.at.us, T0 + HOUR);
    assert_int_equal(slip_do(ask_balance(&desk, "acme"))->job.answer.now.us, T0 + HOUR);
    desk_set_clock(&desk, T0 + 2 * HOUR);
    use = slip_do(ask_deduct(&desk, "acme", "1"));
    assert_int_equal(use->job.decision.at.us, T0 + 2 * HOUR);
    desk_verify(&desk);
    desk_close(&desk);
}

/* Rule 10, across a restart: the book's last entry is where its clock goes on. */
static void a_restart_does_not_turn_the_clock_back(void **state)
{
    struct desk desk;
    struct slip *use;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    desk_set_clock(&desk, T0 + HOUR);
    slip_do(ask_grant(&desk, "acme", "100"));
    desk_set_clock(&desk, T0);
    desk_restart(&desk);
    use = slip_do(ask_deduct(&desk, "acme", "1"));
    assert_granted(use);
    assert_int_equal(use->job.decision.at.us, T0 + HOUR);
    desk_close(&desk);
}

/* More is due than fits a batch: no command slips in between. */
static void a_command_waits_for_all_that_was_due(void **state)
{
    const size_t count = LEDGER_BATCH_MAX + LEDGER_BATCH_MAX / 2;
    struct desk desk;
    struct slip *use;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    for (size_t i = 0; i < count; i++) {
        slip_submit(ask_grant_until(&desk, "acme", "1", T0 + DAY));
        if (i % 1000 == 0)
            desk_turn(&desk);
    }
    desk_turn(&desk);
    desk_set_clock(&desk, T0 + DAY);
    use = ask_deduct(&desk, "acme", "1");
    slip_submit(use);
    assert_true(ledger_turn(desk.ledger));
    assert_int_equal(use->done_count, 0);
    assert_int_equal(desk_sequence(&desk), count + LEDGER_BATCH_MAX);
    assert_true(ledger_turn(desk.ledger));
    assert_refused(use, REJECT_BALANCE_EXCEEDED);
    assert_int_equal(desk_sequence(&desk), 2 * count);
    desk_verify(&desk);
    desk_close(&desk);
}

static struct slip *ask_test_clock(struct desk *desk, int64_t us)
{
    struct slip *slip = slip_in(slip_new(desk), ENVIRONMENT_TEST);

    slip->job.command.kind = COMMAND_TEST_CLOCK_SET;
    slip->job.command.test_clock_set.now.us = us;
    return slip;
}

/* The test clock can make more due than fits a batch, in the middle of one. */
static void a_command_waits_for_all_that_a_test_clock_made_due(void **state)
{
    const size_t count = LEDGER_BATCH_MAX + 10;

    (void)state;
    for (int is_group = 0; is_group < 2; is_group++) {
        struct slip *parts[2], *group;
        struct book_end end;
        struct desk desk;

        desk_open(&desk);
        slip_do(ask_customer(&desk, "acme"));
        for (size_t i = 0; i < count; i++) {
            slip_submit(slip_in(ask_grant_until(&desk, "acme", "1", T0 + DAY), ENVIRONMENT_TEST));
            if (i % 1000 == 0)
                desk_turn(&desk);
        }
        desk_turn(&desk);
        parts[0] = ask_test_clock(&desk, T0 + DAY);
        parts[1] = slip_in(ask_deduct(&desk, "acme", "1"), ENVIRONMENT_TEST);
        if (is_group == 1) { /* nothing comes between its parts, not even the end of a batch */
            group = slip_group(&desk, parts, 2, false);
            slip_submit(group);
            assert_true(ledger_turn(desk.ledger));
            assert_done(group);
            assert_int_equal(group->job.parts[0].decision.reject, REJECT_NONE);
            assert_int_equal(group->job.parts[1].decision.reject, REJECT_BALANCE_EXCEEDED);
        } else {
            slip_submit(parts[0]);
            slip_submit(parts[1]);
            assert_true(ledger_turn(desk.ledger));
            assert_granted(parts[0]);
            assert_int_equal(parts[1]->done_count, 0);
            assert_true(ledger_turn(desk.ledger));
            assert_refused(parts[1], REJECT_BALANCE_EXCEEDED);
        }
        store_book_end(desk.store, ENVIRONMENT_TEST, &end);
        assert_int_equal(end.sequence, 2 * count);
        desk_verify(&desk);
        desk_close(&desk);
    }
}

/* Usage dated back is judged at its own instant, but takes nothing that the book has seen
 * expire (rule 10). */
static void usage_may_be_dated_back_but_not_forward(void **state)
{
    struct desk desk;
    struct slip *use;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_grant_until(&desk, "acme", "100", T0 + HOUR));
    desk_set_clock(&desk, T0 + 2 * HOUR);
    slip_do(ask_grant(&desk, "acme", "5"));
    use = ask_deduct(&desk, "acme", "1");
    use->job.command.deduct.at.us = T0 + HOUR / 2;
    assert_refused(slip_do(use), REJECT_BALANCE_EXCEEDED);
    use = ask_deduct(&desk, "acme", "1");
    use->job.command.deduct.at.us = T0 + 2 * HOUR + 1;
    assert_refused(slip_do(use), REJECT_AT_IN_FUTURE);
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_grant_expires_at_its_instant_with_nobody_asking),
        cmocka_unit_test(the_instant_of_expiry_is_exact),
        cmocka_unit_test(time_comes_first),
        cmocka_unit_test(what_is_left_rolls_over_into_a_new_grant),
        cmocka_unit_test(a_clock_that_runs_backwards_does_not_move_the_book),
        cmocka_unit_test(a_restart_does_not_turn_the_clock_back),
        cmocka_unit_test(a_command_waits_for_all_that_was_due),
        cmocka_unit_test(a_command_waits_for_all_that_a_test_clock_made_due),
        cmocka_unit_test(usage_may_be_dated_back_but_not_forward),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
