/* Idempotency (rule 11): one effect and one reply for a key, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "desk.h"
#include "store/memory/memory.h"

static void open_with_grant(struct desk *desk, const char *amount)
{
    desk_open(desk);
    assert_granted(slip_do(ask_customer(desk, "acme")));
    assert_granted(slip_do(ask_grant(desk, "acme", amount)));
}

static void assert_replays(const struct slip *again, const struct slip *first)
{
    assert_done(again);
    assert_int_equal(again->job.err, OK);
    assert_true(again->job.replayed);
    assert_true(again->job.has_receipt);
    assert_int_equal(again->job.receipt.status, first->job.receipt.status);
    assert_true(str_equals(again->job.receipt.content_type, first->job.receipt.content_type));
    assert_true(str_equals(again->job.receipt.body, first->job.receipt.body));
}

static void sent_again_it_replies_the_same_and_does_nothing(void **state)
{
    struct desk desk;
    struct slip *first, *again;
    uint64_t sequence;

    (void)state;
    open_with_grant(&desk, "100");
    first = slip_do(slip_key(ask_deduct(&desk, "acme", "30"), "key", "deduct 30"));
    assert_granted(first);
    assert_true(first->job.has_receipt);
    assert_false(first->job.replayed);
    sequence = desk_sequence(&desk);
    slip_do(ask_deduct(&desk, "acme", "1")); /* the world goes on */
    again = slip_do(slip_key(ask_deduct(&desk, "acme", "30"), "key", "deduct 30"));
    assert_replays(again, first);
    assert_int_equal(desk_sequence(&desk), sequence + 1);
    assert_balance(slip_do(ask_balance(&desk, "acme")), "69", "0");
    desk_close(&desk);
}

static void sent_twice_at_once_it_happens_once(void **state)
{
    struct desk desk;
    struct slip *slips[5];

    (void)state;
    open_with_grant(&desk, "100");
    for (size_t i = 0; i < array_count(slips); i++) {
        slips[i] = slip_key(ask_deduct(&desk, "acme", "30"), "key", "deduct 30");
        slip_submit(slips[i]);
    }
    assert_int_equal(desk_turn(&desk), 1);
    assert_granted(slips[0]);
    for (size_t i = 1; i < array_count(slips); i++)
        assert_replays(slips[i], slips[0]);
    assert_balance(slip_do(ask_balance(&desk, "acme")), "70", "0");
    desk_close(&desk);
}

static void another_request_under_the_key_is_refused(void **state)
{
    struct desk desk;

    (void)state;
    open_with_grant(&desk, "100");
    slip_do(slip_key(ask_deduct(&desk, "acme", "30"), "key", "deduct 30"));
    assert_refused(slip_do(slip_key(ask_deduct(&desk, "acme", "31"), "key", "deduct 31")),
                   REJECT_KEY_REUSED);
    assert_balance(slip_do(ask_balance(&desk, "acme")), "70", "0");
    /* And the first reply is still there. */
    assert_true(
        slip_do(slip_key(ask_deduct(&desk, "acme", "30"), "key", "deduct 30"))->job.replayed);
    desk_close(&desk);
}

static void a_refusal_by_the_book_is_a_reply_too(void **state)
{
    struct desk desk;
    struct slip *first, *again;

    (void)state;
    open_with_grant(&desk, "10");
    first = slip_do(slip_key(ask_deduct(&desk, "acme", "30"), "key", "deduct 30"));
    assert_refused(first, REJECT_BALANCE_EXCEEDED);
    assert_granted(slip_do(ask_grant(&desk, "acme", "100")));
    again = slip_do(slip_key(ask_deduct(&desk, "acme", "30"), "key", "deduct 30"));
    assert_replays(again, first);
    assert_int_equal(again->job.receipt.status, 402);
    desk_close(&desk);
}

/* What never began executing may be put right and sent again. */
static void a_mistake_is_not_kept(void **state)
{
    struct desk desk;
    struct slip *slip;

    (void)state;
    open_with_grant(&desk, "10");
    slip = slip_do(slip_key(ask_deduct(&desk, "acme", "0.0000001"), "key", "one"));
    assert_refused(slip, REJECT_AMOUNT_TOO_PRECISE);
    assert_false(slip->job.has_receipt);
    assert_refused(slip_do(slip_key(ask_deduct(&desk, "nobody", "1"), "key", "two")),
                   REJECT_CUSTOMER_UNKNOWN);
    slip = slip_key(ask_hold(&desk, "acme", "1", -1), "key", "three");
    assert_error(slip_do(slip), ERR_MALFORMED);
    assert_granted(slip_do(slip_key(ask_deduct(&desk, "acme", "1"), "key", "four")));
    desk_close(&desk);
}

static void a_dry_run_leaves_nothing_behind(void **state)
{
    struct desk desk;
    struct slip *dry = NULL;
    uint64_t sequence, batches;

    (void)state;
    open_with_grant(&desk, "10");
    sequence = desk_sequence(&desk);
    batches = desk_batches(&desk);
    dry = slip_key(ask_deduct(&desk, "acme", "4"), "key", "dry");
    dry->job.command.deduct.dry_run = true;
    assert_granted(slip_do(dry));
    assert_amount(dry->job.decision.covered, "4");
    assert_int_equal(dry->job.decision.entry_count, 1); /* what it would draw */
    assert_int_equal(dry->job.decision.operation, 0);
    assert_false(dry->job.has_receipt);
    assert_int_equal(desk_sequence(&desk), sequence);
    assert_int_equal(desk_batches(&desk), batches);
    assert_granted(slip_do(slip_key(ask_deduct(&desk, "acme", "4"), "key", "wet")));
    desk_close(&desk);
}

static void a_dry_run_of_a_hold_leaves_nothing_behind(void **state)
{
    struct desk desk;
    struct slip *dry = NULL;
    uint64_t sequence;

    (void)state;
    open_with_grant(&desk, "10");
    sequence = desk_sequence(&desk);
    dry = slip_key(ask_hold(&desk, "acme", "4", HOUR), "key", "dry");
    dry->job.command.hold.use.dry_run = true;
    assert_granted(slip_do(dry));
    assert_int_equal(dry->job.decision.operation, 0);
    assert_false(dry->job.has_receipt);
    assert_int_equal(desk_sequence(&desk), sequence);
    assert_granted(slip_do(slip_key(ask_hold(&desk, "acme", "4", HOUR), "key", "wet")));
    desk_close(&desk);
}

static void a_receipt_is_forgotten_after_its_time(void **state)
{
    struct desk desk;

    (void)state;
    open_with_grant(&desk, "10");
    slip_do(slip_key(ask_deduct(&desk, "acme", "1"), "key", "deduct"));
    desk_set_clock(&desk, T0 + 72 * HOUR);
    slip_do(ask_deduct(&desk, "acme", "1"));
    assert_true(slip_do(slip_key(ask_deduct(&desk, "acme", "1"), "key", "deduct"))->job.replayed);
    desk_set_clock(&desk, T0 + 72 * HOUR + 1);
    slip_do(ask_deduct(&desk, "acme", "1"));
    assert_false(slip_do(slip_key(ask_deduct(&desk, "acme", "1"), "key", "deduct"))->job.replayed);
    assert_balance(slip_do(ask_balance(&desk, "acme")), "6", "0");
    desk_close(&desk);
}

static void render_nothing(struct job *job, struct receipt *ret)
{
    (void)job;
    (void)ret;
}

/* No reply can be kept, so nothing may have happened. */
static void without_memory_for_the_reply_nothing_happens(void **state)
{
    struct desk desk;
    struct slip *slip, *other;
    uint64_t sequence;

    (void)state;
    open_with_grant(&desk, "10");
    sequence = desk_sequence(&desk);
    slip = slip_key(ask_deduct(&desk, "acme", "1"), "key", "deduct");
    slip->job.render = render_nothing;
    slip_submit(slip);
    other = ask_deduct(&desk, "acme", "2");
    slip_submit(other);
    desk_turn(&desk);
    assert_error(slip, ERR_NOMEM);
    assert_granted(other); /* it is the job's trouble alone */
    assert_int_equal(desk_sequence(&desk), sequence + 1);
    assert_granted(slip_do(slip_key(ask_deduct(&desk, "acme", "1"), "key", "deduct")));
    assert_balance(slip_do(ask_balance(&desk, "acme")), "7", "0");
    desk_verify(&desk);
    desk_close(&desk);
}

static void directory_commands_have_receipts(void **state)
{
    struct desk desk;
    struct slip *first;

    (void)state;
    desk_open(&desk);
    first = slip_do(slip_key(ask_customer(&desk, "acme"), "key", "create"));
    assert_granted(first);
    assert_replays(slip_do(slip_key(ask_customer(&desk, "acme"), "key", "create")), first);
    assert_refused(slip_do(ask_customer(&desk, "acme")), REJECT_ALIAS_TAKEN);
    desk_close(&desk);
}

/* The key stands for its effect: a batch that came to nothing leaves neither. */
static void what_was_not_committed_may_be_sent_again(void **state)
{
    struct desk desk;
    struct slip *slip;

    (void)state;
    open_with_grant(&desk, "10");
    memory_store_fail_commits(desk.store, 1, ERR_FULL);
    slip = slip_do(slip_key(ask_deduct(&desk, "acme", "1"), "key", "deduct"));
    assert_error(slip, ERR_FULL);
    assert_false(slip->job.has_receipt);
    slip = slip_do(slip_key(ask_deduct(&desk, "acme", "1"), "key", "deduct"));
    assert_granted(slip);
    assert_false(slip->job.replayed);
    assert_balance(slip_do(ask_balance(&desk, "acme")), "9", "0");
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sent_again_it_replies_the_same_and_does_nothing),
        cmocka_unit_test(sent_twice_at_once_it_happens_once),
        cmocka_unit_test(another_request_under_the_key_is_refused),
        cmocka_unit_test(a_refusal_by_the_book_is_a_reply_too),
        cmocka_unit_test(a_mistake_is_not_kept),
        cmocka_unit_test(a_dry_run_leaves_nothing_behind),
        cmocka_unit_test(a_dry_run_of_a_hold_leaves_nothing_behind),
        cmocka_unit_test(a_receipt_is_forgotten_after_its_time),
        cmocka_unit_test(without_memory_for_the_reply_nothing_happens),
        cmocka_unit_test(directory_commands_have_receipts),
        cmocka_unit_test(what_was_not_committed_may_be_sent_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
