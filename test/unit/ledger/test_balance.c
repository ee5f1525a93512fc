/* Balances, now and at any instant before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "desk.h"
#include "forged.h"
#include "ledger/chain.h"

static void without_an_account_there_is_nothing(void **state)
{
    struct desk desk;
    struct slip *slip;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    assert_refused(slip_do(ask_balance(&desk, "nobody")), REJECT_CUSTOMER_UNKNOWN);
    slip = slip_do(ask_balance(&desk, "acme"));
    assert_granted(slip);
    assert_int_equal(slip->job.answer.balance_count, 0);
    slip = ask_balance(&desk, "acme");
    slip->job.query.credit_type = STR(CREDIT_TYPE_USD_NAME);
    assert_balance(slip_do(slip), "0", "0");
    slip = ask_balance(&desk, "acme");
    slip->job.query.credit_type = STR("gold");
    assert_refused(slip_do(slip), REJECT_CREDIT_TYPE_UNKNOWN);
    assert_refused(slip_do(ask_balance_at(&desk, "acme", T0 + 1)), REJECT_AT_IN_FUTURE);
    desk_close(&desk);
}

static void grants_come_in_burn_order_with_their_facts(void **state)
{
    struct desk desk;
    struct slip *slip;
    const struct balance_row *row;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip = ask_grant(&desk, "acme", "1");
    slip->job.command.issue.facts.name = STR("last");
    slip->job.command.issue.facts.priority.millionths = 2000000;
    slip_do(slip);
    slip = ask_grant_until(&desk, "acme", "2", T0 + DAY);
    slip->job.command.issue.facts.name = STR("first");
    slip_do(slip);
    slip = ask_grant(&desk, "acme", "4");
    slip->job.command.issue.facts.name = STR("second");
    slip_do(slip);
    slip_do(ask_hold(&desk, "acme", "3", HOUR));
    slip = slip_do(ask_balance(&desk, "acme"));
    assert_balance(slip, "7", "3");
    row = &slip->job.answer.balances[0];
    assert_int_equal(row->grant_count, 3);
    assert_true(str_equals(row->grants[0].facts.name, STR("first")));
    assert_amount(row->grants[0].grant.held, "2");
    assert_true(str_equals(row->grants[1].facts.name, STR("second")));
    assert_amount(row->grants[1].grant.held, "1");
    assert_true(str_equals(row->grants[2].facts.name, STR("last")));
    desk_close(&desk);
}

static void what_is_not_needed_is_left_out(void **state)
{
    struct desk desk;
    struct slip *slip;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip = ask_grant(&desk, "acme", "1");
    slip->job.command.issue.facts.name = STR("welcome");
    slip_do(slip);
    slip = ask_balance(&desk, "acme");
    slip->job.query.without_facts = true;
    assert_balance(slip_do(slip), "1", "0");
    assert_int_equal(slip->job.answer.balances[0].grant_count, 1);
    assert_true(str_is_empty(slip->job.answer.balances[0].grants[0].facts.name));
    slip = ask_balance(&desk, "acme");
    slip->job.query.without_grants = true;
    assert_balance(slip_do(slip), "1", "0");
    assert_int_equal(slip->job.answer.balances[0].grant_count, 0);
    desk_close(&desk);
}

/* Every change of a balance, found again at its instant and in the microsecond before. */
static void the_past_is_told_as_it_was(void **state)
{
    static const struct {
        int64_t hour;
        const char *posted, *held;
        size_t grants;
    } rows[] = {
        { 0, "100", "0", 1 }, { 1, "70", "0", 1 }, { 2, "90", "0", 2 }, { 3, "90", "25", 2 },
        { 4, "80", "0", 2 },  { 5, "10", "0", 1 }, { 6, "15", "0", 1 }, { 7, "0", "0", 0 },
    };
    struct desk desk;
    struct slip *first, *hold, *capture;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    first = slip_do(ask_grant(&desk, "acme", "100"));
    desk_set_clock(&desk, T0 + 1 * HOUR);
    slip_do(ask_deduct(&desk, "acme", "30"));
    desk_set_clock(&desk, T0 + 2 * HOUR);
    slip_do(ask_grant_until(&desk, "acme", "20", T0 + 7 * HOUR));
    desk_set_clock(&desk, T0 + 3 * HOUR);
    hold = slip_do(ask_hold(&desk, "acme", "25", DAY));
    desk_set_clock(&desk, T0 + 4 * HOUR);
    capture = slip_do(ask_capture(&desk, hold, "10"));
    desk_set_clock(&desk, T0 + 5 * HOUR);
    slip_do(ask_void(&desk, first));
    desk_set_clock(&desk, T0 + 6 * HOUR);
    assert_granted(slip_do(ask_reverse(&desk, capture, "5")));
    desk_set_clock(&desk, T0 + DAY);
    desk_turn(&desk);
    for (size_t i = 0; i < array_count(rows); i++) {
        int64_t at = T0 + rows[i].hour * HOUR;
        struct slip *slip = slip_do(ask_balance_at(&desk, "acme", at));

        assert_balance(slip, rows[i].posted, rows[i].held);
        assert_int_equal(slip->job.answer.balances[0].grant_count, rows[i].grants);
        if (i + 1 < array_count(rows))
            assert_balance(slip_do(ask_balance_at(&desk, "acme", at + HOUR - 1)), rows[i].posted,
                           rows[i].held);
    }
    assert_balance(slip_do(ask_balance_at(&desk, "acme", T0 - 1)), "0", "0");
    desk_close(&desk);
}

static void a_grant_had_the_terms_of_then(void **state)
{
    struct desk desk;
    struct slip *grant, *edit, *slip;
    const struct grant_row *row;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    grant = ask_grant_until(&desk, "acme", "100", T0 + DAY);
    grant->job.command.issue.facts.name = STR("old");
    slip_do(grant);
    desk_set_clock(&desk, T0 + HOUR);
    edit = slip_new(&desk);
    edit->job.command.kind = COMMAND_GRANT_EDIT;
    edit->job.command.subject.grant_id = grant->job.decision.grant_id;
    edit->job.command.edit.has_name = true;
    edit->job.command.edit.name = STR("new");
    edit->job.command.edit.has_expires_at = true;
    edit->job.command.edit.expires_at.us = T0 + 2 * DAY;
    assert_granted(slip_do(edit));
    desk_set_clock(&desk, T0 + 2 * HOUR);
    slip_do(ask_deduct(&desk, "acme", "1"));
    slip = slip_do(ask_balance_at(&desk, "acme", T0 + HOUR - 1));
    row = &slip->job.answer.balances[0].grants[0];
    assert_true(str_equals(row->facts.name, STR("old")));
    assert_int_equal(row->grant.expires_at.us, T0 + DAY);
    assert_amount(row->grant.posted, "100");
    slip = slip_do(ask_balance_at(&desk, "acme", T0 + HOUR));
    row = &slip->job.answer.balances[0].grants[0];
    assert_true(str_equals(row->facts.name, STR("new")));
    assert_int_equal(row->grant.expires_at.us, T0 + 2 * DAY);
    desk_close(&desk);
}

/* The jumps of the chain lead to every one of many instants. */
static void a_long_history_is_found_everywhere(void **state)
{
    enum { count = 300 };
    struct desk desk;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_grant(&desk, "acme", "1000"));
    for (int i = 1; i <= count; i++) {
        desk_set_clock(&desk, T0 + i * SECOND);
        slip_do(ask_deduct(&desk, "acme", "1"));
    }
    for (int i = 0; i < count; i++) {
        struct slip *slip = ask_balance_at(&desk, "acme", T0 + i * SECOND + i % 2 * (SECOND - 1));

        slip->job.query.without_grants = true;
        slip_do(slip);
        assert_int_equal(slip->job.answer.balances[0].account.posted.units,
                         (1000 - i) * INT64_C(1000000));
    }
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_an_account_there_is_nothing),
        cmocka_unit_test(grants_come_in_burn_order_with_their_facts),
        cmocka_unit_test(what_is_not_needed_is_left_out),
        cmocka_unit_test(the_past_is_told_as_it_was),
        cmocka_unit_test(a_grant_had_the_terms_of_then),
        cmocka_unit_test(a_long_history_is_found_everywhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
