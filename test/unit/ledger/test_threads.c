/* The ledger's own threads, with several that submit.  Meant for ThreadSanitizer too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <pthread.h>
#include "desk.h"
#include "ledger/state.h"
#include "store/memory/memory.h"

/* Until it is done. */
static void wait_for(const struct slip *slip)
{
    while (slip->done_count == 0)
        sched_yield();
    assert_done(slip);
}

/* Submits, again while the inbox is full. */
static void submit(struct slip *slip)
{
    while (ledger_submit(slip->desk->ledger, &slip->job) != OK)
        sched_yield();
}

enum { THREADS = 4, DEDUCTIONS = 300 };

struct submitter {
    struct desk *desk;
    struct slip *uses[DEDUCTIONS];
    struct slip *balances[DEDUCTIONS];
    int granted;
    pthread_t thread;
};

/* Each of its deductions is seen by the balance after it: read your writes. */
static void *submit_all(void *context)
{
    struct submitter *submitter = context;

    for (size_t i = 0; i < DEDUCTIONS; i++) {
        struct slip *use = submitter->uses[i], *balance = submitter->balances[i];

        submit(use);
        wait_for(use);
        submit(balance);
        wait_for(balance);
        if (use->job.decision.reject == REJECT_NONE) {
            submitter->granted++;
            assert(balance->job.answer.balances[0].account.posted.units <=
                   use->job.decision.account_posted.units);
        }
        assert(balance->job.answer.balance_count == 1);
    }
    return NULL;
}

/* 400 credits, 1200 deductions of 1 at once: exactly 400 succeed. */
static void many_submitters_share_one_purse(void **state)
{
    static struct submitter submitters[THREADS];
    struct desk desk;
    int granted = 0;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_grant(&desk, "acme", "400"));
    for (size_t i = 0; i < THREADS; i++) {
        submitters[i] = (struct submitter){ .desk = &desk };
        for (size_t j = 0; j < DEDUCTIONS; j++) {
            submitters[i].uses[j] = ask_deduct(&desk, "acme", "1");
            submitters[i].balances[j] = ask_balance(&desk, "acme");
        }
    }
    assert_int_equal(ledger_start(desk.ledger), OK);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&submitters[i].thread, NULL, submit_all, &submitters[i]),
                         0);
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(submitters[i].thread, NULL);
        granted += submitters[i].granted;
    }
    ledger_stop(desk.ledger);
    assert_int_equal(granted, 400);
    assert_true(desk.batches_done > 0);
    desk_verify(&desk);
    desk_close(&desk);
}

static void *retry_all(void *context)
{
    struct submitter *submitter = context;

    for (size_t i = 0; i < DEDUCTIONS; i++)
        submit(submitter->uses[i]);
    for (size_t i = 0; i < DEDUCTIONS; i++)
        wait_for(submitter->uses[i]);
    return NULL;
}

/* All threads send the same requests at once: each takes effect once, and all get its reply. */
static void retries_at_once_are_one_effect(void **state)
{
    static struct submitter submitters[THREADS];
    struct desk desk;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_grant(&desk, "acme", "1000"));
    for (size_t i = 0; i < THREADS; i++) {
        for (size_t j = 0; j < DEDUCTIONS; j++) {
            const char key[] = { (char)('0' + j / 100), (char)('0' + j / 10 % 10),
                                 (char)('0' + j % 10), '\0' };

            submitters[i].uses[j] = slip_key(ask_deduct(&desk, "acme", "1"), key, "deduct 1");
        }
    }
    assert_int_equal(ledger_start(desk.ledger), OK);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&submitters[i].thread, NULL, retry_all, &submitters[i]), 0);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(submitters[i].thread, NULL);
    ledger_stop(desk.ledger);
    for (size_t j = 0; j < DEDUCTIONS; j++) {
        for (size_t i = 1; i < THREADS; i++)
            assert_true(str_equals(submitters[i].uses[j]->job.receipt.body,
                                   submitters[0].uses[j]->job.receipt.body));
    }
    assert_int_equal(desk_sequence(&desk), 1 + DEDUCTIONS);
    desk_verify(&desk);
    desk_close(&desk);
}

/* Nobody asks, the clock moves: the ledger wakes by itself. */
static void time_wakes_the_ledger(void **state)
{
    struct desk desk;
    struct slip *slip;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_grant_until(&desk, "acme", "1", T0 + DAY));
    assert_int_equal(ledger_start(desk.ledger), OK);
    desk_set_clock(&desk, T0 + DAY);
    while (desk_batches(&desk) < 3)
        sched_yield();
    slip = ask_balance(&desk, "acme");
    submit(slip);
    wait_for(slip);
    assert_balance(slip, "0", "0");
    ledger_stop(desk.ledger);
    desk_close(&desk);
}

/* A disk that was full is tried again by whoever comes next. */
static void after_a_failed_batch_the_ledger_listens(void **state)
{
    struct desk desk;
    struct slip *first, *second;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_grant(&desk, "acme", "10"));
    first = ask_deduct(&desk, "acme", "1");
    second = ask_deduct(&desk, "acme", "1");
    memory_store_fail_commits(desk.store, 1, ERR_FULL);
    assert_int_equal(ledger_start(desk.ledger), OK);
    submit(first);
    wait_for(first);
    assert_error(first, ERR_FULL);
    submit(second);
    wait_for(second);
    assert_granted(second);
    ledger_stop(desk.ledger);
    desk_verify(&desk);
    desk_close(&desk);
}

static void what_was_submitted_is_finished_and_then_no_more(void **state)
{
    struct desk desk;
    struct slip *slips[500], *late;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_grant(&desk, "acme", "1000"));
    for (size_t i = 0; i < array_count(slips); i++) {
        slips[i] = i % 2 == 0 ? ask_deduct(&desk, "acme", "1") : ask_balance(&desk, "acme");
        slips[i]->job.query.without_facts = true; /* reads of the reader may be turned away */
    }
    late = ask_balance(&desk, "acme");
    assert_int_equal(ledger_start(desk.ledger), OK);
    for (size_t i = 0; i < array_count(slips); i++)
        submit(slips[i]);
    ledger_stop(desk.ledger);
    for (size_t i = 0; i < array_count(slips); i++)
        assert_granted(slips[i]);
    assert_int_equal(ledger_submit(desk.ledger, &late->job), ERR_BUSY);
    desk_close(&desk);
}

static _Atomic bool first_is_read;

/* The first read is not over before the reader has been told to stop. */
static void done_when_stopped(struct job *job)
{
    struct slip *slip = (struct slip *)(void *)job; /* its first member */

    atomic_store(&first_is_read, true);
    while (!atomic_load(&slip->desk->ledger->reader.stops))
        sched_yield();
    slip->done_count++;
}

/* Reads can pile up for minutes; nobody waits for them any more. */
static void reads_that_wait_do_not_hold_up_the_end(void **state)
{
    struct desk desk;
    struct slip *slips[20];

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    for (size_t i = 0; i < array_count(slips); i++)
        slips[i] = ask_query(&desk, QUERY_CUSTOMERS);
    slips[0]->job.done = done_when_stopped;
    assert_int_equal(ledger_start(desk.ledger), OK);
    for (size_t i = 0; i < array_count(slips); i++)
        submit(slips[i]);
    while (!atomic_load(&first_is_read))
        sched_yield();
    ledger_stop(desk.ledger);
    assert_int_equal(slips[0]->job.err, OK);
    for (size_t i = 1; i < array_count(slips); i++) {
        assert_int_equal(slips[i]->done_count, 1);
        assert_int_equal(slips[i]->job.err, ERR_BUSY);
    }
    desk_close(&desk);
}

static void *watch(void *context)
{
    struct desk *desk = context;

    for (int i = 0; i < 20000; i++) {
        struct key_snapshot *snapshot = ledger_keys_acquire(desk->ledger);
        struct ledger_counters counters;

        for (size_t j = 0; j < snapshot->key_count; j++)
            assert(snapshot->keys[j].number == j + 1);
        ledger_keys_release(snapshot);
        ledger_counters(desk->ledger, &counters);
        (void)ledger_is_ready(desk->ledger);
    }
    return NULL;
}

/* Snapshots of the keys are swapped while others read them. */
static void keys_and_counters_are_for_any_thread(void **state)
{
    struct desk desk;
    pthread_t watchers[2];

    (void)state;
    desk_open(&desk);
    for (size_t i = 0; i < array_count(watchers); i++)
        assert_int_equal(pthread_create(&watchers[i], NULL, watch, &desk), 0);
    for (int i = 1; i <= 100; i++) {
        struct key key = { .client_id = STR("kci"), .revoked_at = INSTANT_NEVER };

        assert_int_equal(memory_store_key_add(desk.store, &key), OK);
        desk_set_clock(&desk, T0 + i * SECOND);
        desk_turn(&desk);
    }
    for (size_t i = 0; i < array_count(watchers); i++)
        pthread_join(watchers[i], NULL);
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_submitters_share_one_purse),
        cmocka_unit_test(retries_at_once_are_one_effect),
        cmocka_unit_test(time_wakes_the_ledger),
        cmocka_unit_test(after_a_failed_batch_the_ledger_listens),
        cmocka_unit_test(what_was_submitted_is_finished_and_then_no_more),
        cmocka_unit_test(reads_that_wait_do_not_hold_up_the_end),
        cmocka_unit_test(keys_and_counters_are_for_any_thread),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
