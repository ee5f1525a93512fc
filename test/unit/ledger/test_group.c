/* Groups: several commands in one job, each on its own, or all or nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "desk.h"

static void open_with_grant(struct desk *desk, const char *amount)
{
    desk_open(desk);
    assert_granted(slip_do(ask_customer(desk, "acme")));
    assert_granted(slip_do(ask_grant(desk, "acme", amount)));
}

static struct slip *three(struct desk *desk, const char *a, const char *b, const char *c,
                          bool atomic)
{
    struct slip *parts[] = { ask_deduct(desk, "acme", a), ask_deduct(desk, "acme", b),
                             ask_deduct(desk, "acme", c) };

    return slip_group(desk, parts, array_count(parts), atomic);
}

static void each_part_stands_for_itself(void **state)
{
    struct desk desk;
    struct slip *group;
    uint64_t batches;

    (void)state;
    open_with_grant(&desk, "100");
    batches = desk_batches(&desk);
    group = slip_do(three(&desk, "60", "70", "40", false));
    assert_int_equal(group->job.err, OK);
    assert_int_equal(group->job.parts[0].decision.reject, REJECT_NONE);
    assert_int_equal(group->job.parts[1].decision.reject, REJECT_BALANCE_EXCEEDED);
    assert_amount(group->job.parts[1].decision.available, "40");
    assert_int_equal(group->job.parts[2].decision.reject, REJECT_NONE);
    assert_amount(group->job.parts[2].decision.account_posted, "0");
    assert_int_equal(desk_batches(&desk), batches + 1);
    desk_verify(&desk);
    desk_close(&desk);
}

static void all_or_nothing_is_nothing_when_one_is_refused(void **state)
{
    struct ledger_counters counters;
    struct desk desk;
    struct slip *group;
    uint64_t sequence;

    (void)state;
    open_with_grant(&desk, "100");
    sequence = desk_sequence(&desk);
    group = slip_do(three(&desk, "60", "70", "40", true));
    assert_int_equal(group->job.decision.reject, REJECT_BALANCE_EXCEEDED);
    assert_int_equal(group->job.parts[0].decision.reject, REJECT_BATCH_REFUSED);
    assert_int_equal(group->job.parts[1].decision.reject, REJECT_BALANCE_EXCEEDED);
    assert_int_equal(group->job.parts[2].decision.reject, REJECT_BATCH_REFUSED);
    assert_int_equal(desk_sequence(&desk), sequence);
    assert_balance(slip_do(ask_balance(&desk, "acme")), "100", "0");

    group = slip_do(three(&desk, "60", "30", "10", true));
    assert_granted(group);
    assert_balance(slip_do(ask_balance(&desk, "acme")), "0", "0");
    ledger_counters(desk.ledger, &counters);
    assert_int_equal(counters.entries, desk_sequence(&desk));
    desk_verify(&desk);
    desk_close(&desk);
}

/* A mistake in one is a mistake in all. */
static void all_or_nothing_is_nothing_when_one_is_wrong(void **state)
{
    struct desk desk;
    struct slip *parts[2], *group;

    (void)state;
    open_with_grant(&desk, "100");
    parts[0] = ask_deduct(&desk, "acme", "1");
    parts[1] = ask_hold(&desk, "acme", "1", 0);
    group = slip_do(slip_group(&desk, parts, 2, true));
    assert_error(group, ERR_MALFORMED);
    assert_true(str_equals(group->job.blame.field, STR("expires_in")));
    assert_int_equal(group->job.parts[0].decision.reject, REJECT_BATCH_REFUSED);
    assert_balance(slip_do(ask_balance(&desk, "acme")), "100", "0");
    desk_close(&desk);
}

static void a_group_has_one_receipt(void **state)
{
    struct desk desk;
    struct slip *first, *again;

    (void)state;
    open_with_grant(&desk, "100");
    first = slip_do(slip_key(three(&desk, "10", "200", "10", false), "key", "three"));
    assert_true(first->job.has_receipt);
    again = slip_do(slip_key(three(&desk, "10", "200", "10", false), "key", "three"));
    assert_true(again->job.replayed);
    assert_true(str_equals(again->job.receipt.body, first->job.receipt.body));
    assert_balance(slip_do(ask_balance(&desk, "acme")), "80", "0");
    desk_close(&desk);
}

/* A refused group left no receipts of its parts: they may be sent again. */
static void a_part_may_have_its_own_key(void **state)
{
    struct desk desk;
    struct slip *parts[2], *group;

    (void)state;
    open_with_grant(&desk, "100");
    parts[0] = slip_key(ask_deduct(&desk, "acme", "10"), "one", "10");
    parts[1] = slip_key(ask_deduct(&desk, "acme", "200"), "two", "200");
    group = slip_do(slip_group(&desk, parts, 2, true));
    assert_false(group->job.parts[0].has_receipt);
    assert_false(group->job.parts[1].has_receipt);
    assert_balance(slip_do(ask_balance(&desk, "acme")), "100", "0");

    parts[0] = slip_key(ask_deduct(&desk, "acme", "10"), "one", "10");
    parts[1] = slip_key(ask_deduct(&desk, "acme", "20"), "two", "20");
    group = slip_do(slip_group(&desk, parts, 2, false));
    assert_false(group->job.parts[0].replayed);
    assert_true(group->job.parts[0].has_receipt);
    assert_true(slip_do(slip_key(ask_deduct(&desk, "acme", "20"), "two", "20"))->job.replayed);
    assert_balance(slip_do(ask_balance(&desk, "acme")), "70", "0");

    /* In one group, the same key twice. */
    parts[0] = slip_key(ask_deduct(&desk, "acme", "1"), "three", "1");
    parts[1] = slip_key(ask_deduct(&desk, "acme", "1"), "three", "1");
    group = slip_do(slip_group(&desk, parts, 2, true));
    assert_false(group->job.parts[0].replayed);
    assert_true(group->job.parts[1].replayed);
    assert_balance(slip_do(ask_balance(&desk, "acme")), "69", "0");
    desk_close(&desk);
}

/* What was refused once under a key is refused in the group too, and so is all of it. */
static void a_refusal_replayed_refuses_the_group(void **state)
{
    struct desk desk;
    struct slip *parts[2], *group, *first;

    (void)state;
    open_with_grant(&desk, "100");
    first = slip_do(slip_key(ask_deduct(&desk, "acme", "200"), "two", "200"));
    assert_refused(first, REJECT_BALANCE_EXCEEDED);
    parts[0] = ask_deduct(&desk, "acme", "10");
    parts[1] = slip_key(ask_deduct(&desk, "acme", "200"), "two", "200");
    group = slip_do(slip_group(&desk, parts, 2, true));
    assert_refused(group, REJECT_BATCH_REFUSED);
    assert_int_equal(group->job.parts[0].decision.reject, REJECT_BATCH_REFUSED);
    assert_true(group->job.parts[1].replayed); /* it tells why */
    assert_true(group->job.parts[1].has_receipt);
    assert_true(str_equals(group->job.parts[1].receipt.body, first->job.receipt.body));
    assert_balance(slip_do(ask_balance(&desk, "acme")), "100", "0");

    parts[0] = slip_key(ask_deduct(&desk, "acme", "10"), "three", "10");
    assert_granted(slip_do(parts[0]));
    parts[0] = slip_key(ask_deduct(&desk, "acme", "10"), "three", "10"); /* good, and done */
    parts[1] = ask_deduct(&desk, "acme", "1");
    assert_granted(slip_do(slip_group(&desk, parts, 2, true)));
    assert_balance(slip_do(ask_balance(&desk, "acme")), "89", "0");
    desk_close(&desk);
}

/* The key of a group that came to nothing for a reason that may pass is free. */
static void a_group_that_did_nothing_keeps_no_receipt(void **state)
{
    struct desk desk;
    struct slip *parts[2], *group;

    (void)state;
    open_with_grant(&desk, "100");
    slip_do(slip_key(ask_deduct(&desk, "acme", "1"), "one", "1"));
    parts[0] = slip_key(ask_deduct(&desk, "acme", "2"), "one", "2"); /* the key is another's */
    parts[1] = ask_hold(&desk, "acme", "1", 0);                      /* malformed */
    group = slip_do(slip_key(slip_group(&desk, parts, 2, false), "group", "loose"));
    assert_int_equal(group->job.parts[0].decision.reject, REJECT_KEY_REUSED);
    assert_int_equal(group->job.parts[1].err, ERR_MALFORMED);
    assert_false(group->job.has_receipt);

    slip_do(slip_key(ask_deduct(&desk, "acme", "200"), "refused", "200"));
    parts[0] = slip_key(ask_deduct(&desk, "acme", "200"), "refused", "200");
    parts[1] = ask_deduct(&desk, "acme", "1");
    group = slip_do(slip_key(slip_group(&desk, parts, 2, true), "group", "atomic"));
    assert_refused(group, REJECT_BATCH_REFUSED);
    assert_false(group->job.has_receipt);

    parts[0] = ask_deduct(&desk, "acme", "1");
    parts[1] = ask_hold(&desk, "acme", "1", 0);
    group = slip_do(slip_key(slip_group(&desk, parts, 2, true), "group", "wrong"));
    assert_error(group, ERR_MALFORMED);
    assert_false(group->job.has_receipt);

    group = slip_do(slip_key(three(&desk, "1", "1", "1", true), "group", "at last"));
    assert_granted(group);
    assert_true(group->job.has_receipt);
    desk_verify(&desk);
    desk_close(&desk);
}

/* What is due at the group's instant comes before its first part, and what one part makes due
 * before the next. */
static void time_goes_between_the_parts(void **state)
{
    struct desk desk;
    struct slip *grant, *parts[2], *group;

    (void)state;
    open_with_grant(&desk, "1");
    grant = slip_do(ask_grant_until(&desk, "acme", "50", T0 + DAY));
    parts[0] = slip_new(&desk);
    parts[0]->job.command.kind = COMMAND_GRANT_EDIT;
    parts[0]->job.command.subject.grant_id = grant->job.decision.grant_id;
    parts[0]->job.command.edit.has_expires_at = true;
    parts[0]->job.command.edit.expires_at.us = T0 + HOUR;
    parts[1] = ask_deduct(&desk, "acme", "2");
    desk_set_clock(&desk, T0 + 2 * HOUR);
    group = slip_do(slip_group(&desk, parts, 2, false));
    assert_int_equal(group->job.parts[0].decision.reject, REJECT_NONE);
    assert_int_equal(group->job.parts[1].decision.reject, REJECT_BALANCE_EXCEEDED);
    assert_amount(group->job.parts[1].decision.available, "1");
    desk_verify(&desk);
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_part_stands_for_itself),
        cmocka_unit_test(all_or_nothing_is_nothing_when_one_is_refused),
        cmocka_unit_test(all_or_nothing_is_nothing_when_one_is_wrong),
        cmocka_unit_test(a_group_has_one_receipt),
        cmocka_unit_test(a_part_may_have_its_own_key),
        cmocka_unit_test(a_refusal_replayed_refuses_the_group),
        cmocka_unit_test(a_group_that_did_nothing_keeps_no_receipt),
        cmocka_unit_test(time_goes_between_the_parts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
