/* The straight road: what is asked is decided, committed and handed back, in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/limits.h"
#include "desk.h"

static void a_grant_is_drawn_from(void **state)
{
    struct desk desk;
    struct slip *grant, *use;

    (void)state;
    desk_open(&desk);
    assert_granted(slip_do(ask_customer(&desk, "acme")));
    grant = slip_do(ask_grant(&desk, "acme", "100"));
    assert_granted(grant);
    assert_true(!uuid_is_zero(grant->job.decision.grant_id.uuid));
    use = slip_do(ask_deduct(&desk, "acme", "30.5"));
    assert_granted(use);
    assert_amount(use->job.decision.covered, "30.5");
    assert_amount(use->job.decision.account_posted, "69.5");
    assert_int_equal(use->job.decision.entry_count, 1);
    assert_true(
        uuid_equals(use->job.decision.entries[0].grant_id.uuid, grant->job.decision.grant_id.uuid));
    assert_int_equal(use->job.decision.at.us, T0);
    assert_true(str_equals(use->job.decision.credit_type.name, STR("USD (cents)")));
    assert_balance(slip_do(ask_balance(&desk, "acme")), "69.5", "0");
    desk_verify(&desk);
    desk_close(&desk);
}

/* A query sees what was asked for before it, and nothing that was asked for after it. */
static void a_query_takes_its_turn(void **state)
{
    struct desk desk;
    struct slip *before, *between, *after;
    uint64_t batches;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    batches = desk_batches(&desk);
    slip_submit(ask_grant(&desk, "acme", "100"));
    before = ask_balance(&desk, "acme");
    slip_submit(before);
    slip_submit(ask_deduct(&desk, "acme", "60"));
    between = ask_balance(&desk, "acme");
    slip_submit(between);
    slip_submit(ask_deduct(&desk, "acme", "40"));
    after = ask_balance(&desk, "acme");
    slip_submit(after);
    assert_int_equal(desk_turn(&desk), 1);
    assert_balance(before, "100", "0");
    assert_balance(between, "40", "0");
    assert_balance(after, "0", "0");
    assert_int_equal(desk_batches(&desk), batches + 1);
    desk_close(&desk);
}

static void many_jobs_are_one_commit_and_come_back_in_order(void **state)
{
    struct desk desk;
    struct slip *uses[1000];
    int place = 0;
    uint64_t batches;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_grant(&desk, "acme", "999"));
    batches = desk_batches(&desk);
    for (size_t i = 0; i < array_count(uses); i++) {
        uses[i] = ask_deduct(&desk, "acme", "1");
        slip_submit(uses[i]);
    }
    assert_int_equal(desk_turn(&desk), 1);
    assert_int_equal(desk_batches(&desk), batches + 1);
    for (size_t i = 0; i + 1 < array_count(uses); i++) {
        assert_granted(uses[i]);
        assert_true(uses[i]->done_place > place);
        place = uses[i]->done_place;
    }
    /* Rule 4, and exactly the last one. */
    assert_refused(uses[999], REJECT_BALANCE_EXCEEDED);
    assert_amount(uses[999]->job.decision.available, "0");
    desk_verify(&desk);
    desk_close(&desk);
}

static void asking_costs_no_commit(void **state)
{
    struct desk desk;
    uint64_t batches;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_grant(&desk, "acme", "1"));
    batches = desk_batches(&desk);
    slip_do(ask_balance(&desk, "acme"));
    slip_do(ask_query(&desk, QUERY_BOOK));
    slip_do(ask_deduct(&desk, "acme", "2")); /* a refusal writes nothing */
    assert_int_equal(desk_turn(&desk), 0);
    assert_int_equal(desk_batches(&desk), batches);
    desk_close(&desk);
}

/* A batch has a largest size; what is left waits its turn. */
static void a_large_inbox_is_several_batches(void **state)
{
    struct desk desk;
    struct ledger_counters counters;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    for (size_t i = 0; i < LEDGER_BATCH_MAX + 10; i++)
        slip_submit(ask_grant(&desk, "acme", "1"));
    assert_int_equal(desk_turn(&desk), 2);
    ledger_counters(desk.ledger, &counters);
    assert_int_equal(counters.batch_max, LEDGER_BATCH_MAX);
    assert_int_equal(counters.inbox, 0);
    assert_int_equal(desk_sequence(&desk), LEDGER_BATCH_MAX + 10);
    desk_close(&desk);
}

static void a_full_inbox_is_busy(void **state)
{
    struct desk desk;
    struct slip *late;
    struct ledger_counters counters;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_grant(&desk, "acme", "1"));
    for (size_t i = 0; i < LEDGER_INBOX_MAX; i++)
        slip_submit(ask_balance(&desk, "acme"));
    late = ask_balance(&desk, "acme");
    assert_int_equal(ledger_submit(desk.ledger, &late->job), ERR_BUSY);
    ledger_counters(desk.ledger, &counters);
    assert_int_equal(counters.busy, 1);
    assert_int_equal(counters.inbox, LEDGER_INBOX_MAX);
    desk_turn(&desk);
    assert_balance(slip_do(late), "1", "0"); /* it is still ours, and may be tried again */
    desk_close(&desk);
}

/* The two books share customers and nothing else. */
static void live_and_test_are_two_books(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(slip_in(ask_grant(&desk, "acme", "5"), ENVIRONMENT_TEST));
    assert_refused(slip_do(ask_deduct(&desk, "acme", "1")), REJECT_BALANCE_EXCEEDED);
    assert_granted(slip_do(slip_in(ask_deduct(&desk, "acme", "1"), ENVIRONMENT_TEST)));
    assert_int_equal(desk_sequence(&desk), 0);
    desk_verify(&desk);
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_grant_is_drawn_from),
        cmocka_unit_test(a_query_takes_its_turn),
        cmocka_unit_test(many_jobs_are_one_commit_and_come_back_in_order),
        cmocka_unit_test(asking_costs_no_commit),
        cmocka_unit_test(a_large_inbox_is_several_batches),
        cmocka_unit_test(a_full_inbox_is_busy),
        cmocka_unit_test(live_and_test_are_two_books),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
