/* The inbox: many push, one takes all, in the order in which each pushed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include "ledger/inbox.h"
#include "ledger/ledger.h"

static void what_was_pushed_comes_out_oldest_first(void **state)
{
    struct inbox inbox;
    struct job jobs[3] = { { .magic = 0 }, { .magic = 1 }, { .magic = 2 } }, *job;
    unsigned expected = 0;

    (void)state;
    inbox_init(&inbox, 10);
    assert_null(inbox_take(&inbox));
    for (size_t i = 0; i < array_count(jobs); i++)
        assert_int_equal(inbox_push(&inbox, &jobs[i]), OK);
    assert_int_equal(inbox_waiting(&inbox), 3);
    for (job = inbox_take(&inbox); job != NULL; job = job->next)
        assert_int_equal(job->magic, expected++);
    assert_int_equal(expected, 3);
    assert_null(inbox_take(&inbox));
    inbox_begun(&inbox, 3);
    assert_int_equal(inbox_waiting(&inbox), 0);
    inbox_finish(&inbox);
}

/* Taken is not begun: what stands aside counts. */
static void the_limit_counts_what_has_not_begun(void **state)
{
    struct inbox inbox;
    struct job jobs[3] = { { .magic = 0 } };

    (void)state;
    inbox_init(&inbox, 2);
    assert_int_equal(inbox_push(&inbox, &jobs[0]), OK);
    assert_int_equal(inbox_push(&inbox, &jobs[1]), OK);
    assert_int_equal(inbox_push(&inbox, &jobs[2]), ERR_BUSY);
    assert_non_null(inbox_take(&inbox));
    assert_int_equal(inbox_push(&inbox, &jobs[2]), ERR_BUSY);
    inbox_begun(&inbox, 1);
    assert_int_equal(inbox_push(&inbox, &jobs[2]), OK);
    assert_ptr_equal(inbox_close(&inbox), &jobs[2]);
    inbox_begun(&inbox, 2);
    inbox_finish(&inbox);
}

static struct job *chain(struct job *jobs, size_t count)
{
    for (size_t i = 1; i < count; i++)
        jobs[i].next = &jobs[i - 1];
    return &jobs[count - 1];
}

/* The newest first, as they were gathered. */
static void of_many_at_once_the_newest_are_refused(void **state)
{
    struct inbox inbox;
    struct job jobs[5] = { { .magic = 0 } }, *refused, *taken;

    (void)state;
    inbox_init(&inbox, 3);
    refused = inbox_push_all(&inbox, chain(jobs, 5), &jobs[0], 5);
    assert_ptr_equal(refused, &jobs[4]);
    assert_ptr_equal(refused->next, &jobs[3]);
    assert_null(refused->next->next);
    assert_int_equal(inbox_waiting(&inbox), 3);
    taken = inbox_take(&inbox);
    for (size_t i = 0; i < 3; i++, taken = taken->next)
        assert_ptr_equal(taken, &jobs[i]);
    assert_null(taken);
    inbox_begun(&inbox, 2);

    assert_null(inbox_push_all(&inbox, chain(jobs, 2), &jobs[0], 2)); /* just enough */
    refused = inbox_push_all(&inbox, chain(jobs + 2, 2), &jobs[2], 2);
    assert_ptr_equal(refused, &jobs[3]); /* no room for any */
    assert_ptr_equal(refused->next, &jobs[2]);
    assert_null(refused->next->next);
    assert_ptr_equal(inbox_close(&inbox), &jobs[0]);
    inbox_begun(&inbox, 3);

    refused = inbox_push_all(&inbox, chain(jobs, 5), &jobs[0], 5);
    for (size_t i = 5; i > 0; i--, refused = refused->next)
        assert_ptr_equal(refused, &jobs[i - 1]);
    assert_null(refused);
    assert_int_equal(inbox_waiting(&inbox), 0);
    inbox_finish(&inbox);
}

static void a_closed_inbox_takes_nothing(void **state)
{
    struct inbox inbox;
    struct job jobs[2] = { { .magic = 0 } };

    (void)state;
    inbox_init(&inbox, 10);
    assert_int_equal(inbox_push(&inbox, &jobs[0]), OK);
    assert_ptr_equal(inbox_close(&inbox), &jobs[0]);
    assert_int_equal(inbox_push(&inbox, &jobs[1]), ERR_BUSY);
    assert_null(inbox_take(&inbox));
    assert_null(inbox_close(&inbox));
    assert_int_equal(inbox_waiting(&inbox), 1);
    inbox_sleep(&inbox, 3600 * INT64_C(1000000)); /* does not sleep */
    inbox_finish(&inbox);
}

static void who_was_roused_does_not_sleep(void **state)
{
    struct inbox inbox;
    struct job job = { .magic = 0 };

    (void)state;
    inbox_init(&inbox, 10);
    inbox_rouse(&inbox);
    inbox_sleep(&inbox, 3600 * INT64_C(1000000));
    assert_int_equal(inbox_push(&inbox, &job), OK);
    inbox_sleep(&inbox, 3600 * INT64_C(1000000));
    assert_ptr_equal(inbox_take(&inbox), &job);
    inbox_sleep(&inbox, 1); /* wakes by itself */
    inbox_finish(&inbox);
}

static void *push_the_third(void *context)
{
    struct inbox *inbox = context;
    static struct job third;

    while (!atomic_load(&inbox->asleep))
        sched_yield();
    assert_int_equal(inbox_push(inbox, &third), OK);
    return NULL;
}

/* Two are there, and it sleeps until there are three. */
static void who_wants_more_sleeps_until_they_are_there(void **state)
{
    struct inbox inbox;
    struct job jobs[2] = { { .magic = 0 } };
    pthread_t thread;
    size_t count = 0;

    (void)state;
    inbox_init(&inbox, 10);
    for (size_t i = 0; i < array_count(jobs); i++)
        assert_int_equal(inbox_push(&inbox, &jobs[i]), OK);
    assert_int_equal(pthread_create(&thread, NULL, push_the_third, &inbox), 0);
    inbox_sleep_for(&inbox, 3, 3600 * INT64_C(1000000));
    for (struct job *job = inbox_take(&inbox); job != NULL; job = job->next)
        count++;
    assert_int_equal(count, 3);
    pthread_join(thread, NULL);
    inbox_sleep_for(&inbox, 4, 1); /* wakes by itself */
    inbox_begun(&inbox, 3);
    inbox_rouse(&inbox);
    inbox_sleep_for(&inbox, 4, 3600 * INT64_C(1000000));
    assert_null(inbox_close(&inbox));
    inbox_sleep_for(&inbox, 4, 3600 * INT64_C(1000000));
    inbox_finish(&inbox);
}

struct sleeper {
    struct inbox inbox;
    pthread_t thread;
    struct job *taken; /* on waking */
};

static void *sleep_on(void *context)
{
    struct sleeper *sleeper = context;

    inbox_sleep(&sleeper->inbox, 3600 * INT64_C(1000000));
    sleeper->taken = inbox_take(&sleeper->inbox);
    return NULL;
}

static _Atomic int signals;

static void count_signal(int number)
{
    (void)number;
    atomic_fetch_add(&signals, 1);
}

/* A signal is nothing to a sleeper, however often it comes. */
static void a_signal_does_not_end_a_sleep(void **state)
{
    struct sigaction action = { .sa_handler = count_signal }, before;
    struct sleeper sleeper = { .taken = NULL };
    struct job job = { .magic = 0 };

    (void)state;
    assert_int_equal(sigaction(SIGUSR1, &action, &before), 0);
    inbox_init(&sleeper.inbox, 10);
    assert_int_equal(pthread_create(&sleeper.thread, NULL, sleep_on, &sleeper), 0);
    while (!atomic_load(&sleeper.inbox.asleep))
        sched_yield();
    for (int sent = 1; sent <= 10; sent++) {
        assert_int_equal(pthread_kill(sleeper.thread, SIGUSR1), 0);
        /* ThreadSanitizer keeps the handler back until the sleep is over. */
        for (int i = 0; i < 100 && atomic_load(&signals) < sent; i++)
            sched_yield();
    }
    assert_int_equal(inbox_push(&sleeper.inbox, &job), OK);
    pthread_join(sleeper.thread, NULL);
    assert_ptr_equal(sleeper.taken, &job);
    inbox_finish(&sleeper.inbox);
    assert_int_equal(sigaction(SIGUSR1, &before, NULL), 0);
}

/* --- many threads --- */

enum { PUSHERS = 4, EACH = 5000 };

struct pusher {
    struct inbox *inbox;
    struct job *jobs; /* EACH of them; magic counts, has_receipt says whose */
    pthread_t thread;
};

static void *push_all(void *context)
{
    struct pusher *pusher = context;

    for (size_t i = 0; i < EACH; i++) {
        while (inbox_push(pusher->inbox, &pusher->jobs[i]) != OK)
            sched_yield();
    }
    return NULL;
}

static void nothing_is_lost_and_each_ones_order_is_kept(void **state)
{
    static struct job jobs[PUSHERS][EACH];
    struct pusher pushers[PUSHERS];
    unsigned next[PUSHERS] = { 0 };
    struct inbox inbox;
    size_t taken = 0;

    (void)state;
    inbox_init(&inbox, 64); /* so that it is met */
    for (size_t i = 0; i < PUSHERS; i++) {
        for (unsigned j = 0; j < EACH; j++) {
            jobs[i][j].magic = j;
            jobs[i][j].context = &next[i];
        }
        pushers[i] = (struct pusher){ .inbox = &inbox, .jobs = jobs[i] };
        assert_int_equal(pthread_create(&pushers[i].thread, NULL, push_all, &pushers[i]), 0);
    }
    while (taken < (size_t)PUSHERS * EACH) {
        size_t count = 0;

        for (struct job *job = inbox_take(&inbox); job != NULL; job = job->next) {
            unsigned *expected = job->context;

            assert_int_equal(job->magic, (*expected)++);
            count++;
        }
        inbox_begun(&inbox, count);
        taken += count;
        if (count == 0)
            inbox_sleep(&inbox, 3600 * INT64_C(1000000)); /* a lost wake-up hangs here */
    }
    for (size_t i = 0; i < PUSHERS; i++)
        pthread_join(pushers[i].thread, NULL);
    assert_int_equal(inbox_waiting(&inbox), 0);
    inbox_finish(&inbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_pushed_comes_out_oldest_first),
        cmocka_unit_test(the_limit_counts_what_has_not_begun),
        cmocka_unit_test(of_many_at_once_the_newest_are_refused),
        cmocka_unit_test(a_closed_inbox_takes_nothing),
        cmocka_unit_test(who_was_roused_does_not_sleep),
        cmocka_unit_test(who_wants_more_sleeps_until_they_are_there),
        cmocka_unit_test(a_signal_does_not_end_a_sleep),
        cmocka_unit_test(nothing_is_lost_and_each_ones_order_is_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
