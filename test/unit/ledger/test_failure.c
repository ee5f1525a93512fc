/* When the commit fails: nothing of the batch has happened, and nothing of it is told (rule 13). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/limits.h"
#include "desk.h"
#include "store/memory/memory.h"

static void open_with_grant(struct desk *desk, const char *amount)
{
    desk_open(desk);
    assert_granted(slip_do(ask_customer(desk, "acme")));
    assert_granted(slip_do(ask_grant(desk, "acme", amount)));
}

static void a_full_disk_undoes_the_batch_and_passes(void **state)
{
    struct desk desk;
    struct slip *use, *balance, *customer;

    (void)state;
    open_with_grant(&desk, "100");
    memory_store_fail_commits(desk.store, 1, ERR_FULL);
    use = ask_deduct(&desk, "acme", "60");
    slip_submit(use);
    balance = ask_balance(&desk, "acme"); /* would have seen 40 */
    slip_submit(balance);
    customer = ask_customer(&desk, "other");
    slip_submit(customer);
    desk_turn(&desk);
    assert_error(use, ERR_FULL);
    assert_error(customer, ERR_FULL);
    assert_balance(balance, "100", "0");
    assert_false(ledger_is_ready(desk.ledger));
    assert_int_equal(desk.failed_count, 0);

    assert_granted(slip_do(ask_deduct(&desk, "acme", "60")));
    assert_true(ledger_is_ready(desk.ledger));
    assert_granted(slip_do(ask_customer(&desk, "other")));
    desk_verify(&desk);
    desk_close(&desk);
}

/* Whoever reads the log learns when it began and when it was over, however many asked meanwhile. */
static void a_full_disk_is_told_once_and_its_end_once(void **state)
{
    struct desk desk;

    (void)state;
    open_with_grant(&desk, "100");
    assert_int_equal(desk.halted_count, 0);
    for (int round = 1; round <= 2; round++) {
        memory_store_fail_commits(desk.store, 3, ERR_FULL);
        for (int i = 0; i < 3; i++)
            assert_error(slip_do(ask_deduct(&desk, "acme", "1")), ERR_FULL);
        assert_int_equal(desk.halted, ERR_FULL);
        assert_int_equal(desk.halted_count, 2 * round - 1);
        (void)slip_do(ask_balance(&desk, "acme")); /* which needs no room, and proves none */
        assert_int_equal(desk.halted, ERR_FULL);
        assert_granted(slip_do(ask_deduct(&desk, "acme", "1")));
        assert_granted(slip_do(ask_deduct(&desk, "acme", "1")));
        assert_int_equal(desk.halted, OK);
        assert_int_equal(desk.halted_count, 2 * round);
    }
    desk_close(&desk);
}

/* A refusal may rest on what another command of the batch has done: it is not told either. */
static void a_refusal_that_rests_on_nothing_is_not_told(void **state)
{
    struct desk desk;
    struct slip *all, *more;

    (void)state;
    open_with_grant(&desk, "100");
    memory_store_fail_commits(desk.store, 1, ERR_FULL);
    all = ask_deduct(&desk, "acme", "100");
    slip_submit(all);
    more = ask_deduct(&desk, "acme", "1");
    slip_submit(more);
    desk_turn(&desk);
    assert_error(all, ERR_FULL);
    assert_error(more, ERR_FULL);
    assert_int_equal(more->job.decision.reject, REJECT_NONE);
    desk_close(&desk);
}

/* What was replied before may be replied again. */
static void a_replay_needs_no_room_on_the_disk(void **state)
{
    struct desk desk;
    struct slip *first, *again, *use;

    (void)state;
    open_with_grant(&desk, "100");
    first = slip_do(slip_key(ask_deduct(&desk, "acme", "1"), "key", "deduct"));
    memory_store_fail_commits(desk.store, 1, ERR_FULL);
    use = slip_key(ask_deduct(&desk, "acme", "1"), "other", "deduct");
    slip_submit(use);
    again = slip_key(ask_deduct(&desk, "acme", "1"), "key", "deduct");
    slip_submit(again);
    desk_turn(&desk);
    assert_error(use, ERR_FULL);
    assert_int_equal(again->job.err, OK);
    assert_true(again->job.replayed);
    assert_true(str_equals(again->job.receipt.body, first->job.receipt.body));
    desk_close(&desk);
}

/* Rule 6 while time cannot be written: a balance is told as of the last instant that the book
 * has, and no command is decided on a book that lacks an expiry. */
static void time_that_cannot_be_written_stands_still(void **state)
{
    struct desk desk;
    struct slip *use, *balance;

    (void)state;
    open_with_grant(&desk, "1");
    slip_do(ask_grant_until(&desk, "acme", "100", T0 + DAY));
    desk_set_clock(&desk, T0 + 2 * DAY);
    memory_store_fail_commits(desk.store, 1000000, ERR_FULL);
    use = ask_deduct(&desk, "acme", "50");
    slip_submit(use);
    balance = ask_balance(&desk, "acme");
    slip_submit(balance);
    assert_true(ledger_turn(desk.ledger));
    assert_error(use, ERR_FULL);
    assert_balance(balance, "101", "0");
    assert_int_equal(balance->job.answer.now.us, T0 + DAY - 1);

    memory_store_fail_commits(desk.store, 0, ERR_FULL);
    balance = slip_do(ask_balance(&desk, "acme"));
    assert_balance(balance, "1", "0");
    assert_int_equal(balance->job.answer.now.us, T0 + 2 * DAY);
    desk_verify(&desk);
    desk_close(&desk);
}

/* Of what is due at one instant some may have been done already, so the book is at that instant. */
static void time_that_was_written_in_part_is_not_turned_back(void **state)
{
    struct desk desk;
    struct slip *balance;

    (void)state;
    open_with_grant(&desk, "1");
    for (size_t i = 0; i <= LEDGER_BATCH_MAX; i++) {
        slip_submit(ask_grant_until(&desk, "acme", "1", T0 + DAY));
        if (i % 1000 == 0)
            desk_turn(&desk);
    }
    desk_turn(&desk);
    desk_set_clock(&desk, T0 + 2 * DAY);
    assert_true(ledger_turn(desk.ledger)); /* all but one */
    memory_store_fail_commits(desk.store, 1, ERR_FULL);
    balance = ask_balance(&desk, "acme");
    slip_submit(balance);
    assert_true(ledger_turn(desk.ledger));
    assert_balance(balance, "2", "0");
    assert_int_equal(balance->job.answer.now.us, T0 + DAY);
    balance = slip_do(ask_balance(&desk, "acme"));
    assert_balance(balance, "1", "0");
    assert_int_equal(balance->job.answer.now.us, T0 + 2 * DAY);
    desk_verify(&desk);
    desk_close(&desk);
}

/* A batch that fails is no larger than another. */
static void who_came_too_late_for_a_failed_batch_is_in_the_next(void **state)
{
    static struct slip *uses[LEDGER_BATCH_MAX + 1];
    const size_t last = LEDGER_BATCH_MAX;
    struct desk desk;

    (void)state;
    open_with_grant(&desk, "100");
    for (size_t i = 0; i <= last; i++) {
        uses[i] = ask_deduct(&desk, "acme", "1");
        slip_submit(uses[i]);
    }
    memory_store_fail_commits(desk.store, 1, ERR_FULL);
    assert_true(ledger_turn(desk.ledger));
    for (size_t i = 0; i < last; i++)
        assert_error(uses[i], ERR_FULL);
    assert_int_equal(uses[last]->done_count, 0);
    assert_true(ledger_turn(desk.ledger));
    assert_granted(uses[last]);
    assert_balance(slip_do(ask_balance(&desk, "acme")), "99", "0");
    desk_close(&desk);
}

static void a_failed_sync_is_the_end(void **state)
{
    struct desk desk;
    struct slip *use, *balance;
    uint64_t sequence;

    (void)state;
    open_with_grant(&desk, "100");
    sequence = desk_sequence(&desk);
    memory_store_fail_commits(desk.store, 1, ERR_IO);
    use = ask_deduct(&desk, "acme", "1");
    slip_submit(use);
    balance = ask_balance(&desk, "acme");
    slip_submit(balance);
    desk_turn(&desk);
    assert_error(use, ERR_IO);
    assert_error(balance, ERR_IO);
    assert_int_equal(desk.failed_count, 1);
    assert_int_equal(desk.failed, ERR_IO);
    assert_false(ledger_is_ready(desk.ledger));

    assert_error(slip_do(ask_deduct(&desk, "acme", "1")), ERR_IO); /* and later ones */
    assert_error(slip_do(ask_balance(&desk, "acme")), ERR_IO);
    assert_int_equal(desk.failed_count, 1);
    assert_int_equal(desk_sequence(&desk), sequence);
    desk_close(&desk);
}

#define STEPS 6

/* A step of a story; made: what the steps before it came to. */
static struct slip *ask_step(struct desk *desk, int step, struct slip *const *made)
{
    switch (step) {
    case 0:
        return slip_key(ask_customer(desk, "acme"), "0", "0");
    case 1:
        return slip_key(ask_grant(desk, "acme", "100"), "1", "1");
    case 2:
        return slip_key(ask_deduct(desk, "acme", "10"), "2", "2");
    case 3:
        return slip_key(ask_hold(desk, "acme", "20", HOUR), "3", "3");
    case 4:
        return slip_key(ask_capture(desk, made[3], "15"), "4", "4");
    default:
        return slip_key(ask_void(desk, made[1]), "5", "5");
    }
}

/* Each of the story's commits fails once, at its turn; a client that tries again gets what it
 * would have got without the failure. */
static void whichever_commit_fails_trying_again_helps(void **state)
{
    (void)state;
    for (int failing = 0; failing < STEPS; failing++) {
        struct slip *made[STEPS];
        struct desk desk;

        desk_open(&desk);
        for (int step = 0; step < STEPS; step++) {
            if (step == failing) {
                memory_store_fail_commits(desk.store, 1, ERR_FULL);
                assert_error(slip_do(ask_step(&desk, step, made)), ERR_FULL);
            }
            made[step] = slip_do(ask_step(&desk, step, made));
            assert_granted(made[step]);
            assert_false(made[step]->job.replayed);
        }
        assert_balance(slip_do(ask_balance(&desk, "acme")), "0", "0");
        assert_int_equal(desk_sequence(&desk), 6); /* the capture released what it left */
        desk_verify(&desk);
        desk_close(&desk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_disk_undoes_the_batch_and_passes),
        cmocka_unit_test(a_full_disk_is_told_once_and_its_end_once),
        cmocka_unit_test(a_refusal_that_rests_on_nothing_is_not_told),
        cmocka_unit_test(a_replay_needs_no_room_on_the_disk),
        cmocka_unit_test(time_that_cannot_be_written_stands_still),
        cmocka_unit_test(time_that_was_written_in_part_is_not_turned_back),
        cmocka_unit_test(who_came_too_late_for_a_failed_batch_is_in_the_next),
        cmocka_unit_test(a_failed_sync_is_the_end),
        cmocka_unit_test(whichever_commit_fails_trying_again_helps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
