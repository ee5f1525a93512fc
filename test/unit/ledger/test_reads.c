/* Who is read for first: ledger/reads.h, and the reader's thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <pthread.h>
#include "base/limits.h"
#include "desk.h"
#include "ledger/reads.h"
#include "ledger/state.h"

enum { SHORT = 1, LONG = BOOK_LINES_MAX };

static void add(struct reads *reads, struct job *job, uint64_t asker, size_t rows)
{
    *job = (struct job){ .asker = asker, .rows = rows };
    reads_add(reads, job);
}

static void assert_next(struct reads *reads, const struct job *job)
{
    assert_ptr_equal(reads_take(reads), job);
}

static void askers_take_turns(void **state)
{
    struct reads reads = { .owed_rows = 0 };
    struct job a[3], b[2], c;

    (void)state;
    assert_null(reads_take(&reads));
    for (size_t i = 0; i < array_count(a); i++)
        add(&reads, &a[i], 1, LONG);
    for (size_t i = 0; i < array_count(b); i++)
        add(&reads, &b[i], 2, LONG);
    assert_next(&reads, &a[0]);
    assert_next(&reads, &b[0]);
    assert_next(&reads, &a[1]);
    add(&reads, &c, 3, LONG); /* behind those that have waited longer, and not behind a's last */
    assert_next(&reads, &b[1]);
    assert_next(&reads, &a[2]);
    assert_next(&reads, &c);
    assert_null(reads_take(&reads));
}

static void a_short_read_waits_for_one_long_one(void **state)
{
    struct reads reads = { .owed_rows = 0 };
    struct job exports[64], dashboard;

    (void)state;
    for (size_t i = 0; i < array_count(exports); i++)
        add(&reads, &exports[i], 1 + i % 8, LONG);
    assert_next(&reads, &exports[0]);
    add(&reads, &dashboard, 9, SHORT);
    assert_next(&reads, &dashboard);
    assert_next(&reads, &exports[1]);
}

/* Half of the rows are the long ones', however many short reads there are. */
static void long_reads_are_not_starved(void **state)
{
    enum { ROWS = 100, SHORT_ONES = 200 };
    static struct job short_ones[SHORT_ONES];
    struct job exports[3];
    struct reads reads = { .owed_rows = 0 };
    size_t long_rows = 0, short_rows = 0;

    (void)state;
    for (size_t i = 0; i < array_count(exports); i++)
        add(&reads, &exports[i], 1, LONG);
    for (size_t i = 0; i < SHORT_ONES; i++)
        add(&reads, &short_ones[i], 2 + i, ROWS);
    for (size_t i = 0; i < 3 * (LONG / ROWS + 1); i++) {
        struct job *job = reads_take(&reads);

        long_rows += job->rows == LONG ? LONG : 0;
        short_rows += job->rows == LONG ? 0 : ROWS;
        assert_true(long_rows <= short_rows + LONG);
        assert_true(short_rows <= long_rows);
    }
    assert_int_equal(long_rows, 3 * LONG);
}

/* --- on the thread --- */

static struct slip *ask_book(struct desk *desk, uint64_t asker, size_t limit)
{
    struct slip *slip = ask_query(desk, QUERY_BOOK_ENTRIES);

    slip->job.asker = asker;
    slip->job.query.limit = limit;
    return slip;
}

static _Atomic size_t wanted_waiting;
static _Atomic bool first_is_read;

/* Called on the reader's thread, so nothing is taken from its inbox meanwhile.  The ledger's goes
 * on, and puts the others there. */
static void done_when_others_wait(struct job *job)
{
    struct slip *slip = job->context;

    atomic_store(&first_is_read, true);
    while (inbox_waiting(&slip->desk->ledger->reader.inbox) < atomic_load(&wanted_waiting))
        sched_yield();
    slip->done_place = ++slip->desk->done_count;
    slip->done_count++;
}

static void submit_all(struct slip **slips, size_t count)
{
    struct desk *desk = slips[0]->desk;

    slips[0]->job.done = done_when_others_wait;
    atomic_store(&wanted_waiting, count - 1);
    assert_int_equal(ledger_start(desk->ledger), OK);
    for (size_t i = 0; i < count; i++)
        slip_submit(slips[i]);
    for (size_t i = 0; i < count; i++)
        while (slips[i]->done_count == 0)
            sched_yield();
    ledger_stop(desk->ledger);
}

static void a_client_is_not_stalled_by_the_exports_of_another(void **state)
{
    struct desk desk;
    struct slip *slips[12];
    const size_t last = array_count(slips) - 1;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_grant(&desk, "acme", "100"));
    desk.done_count = 0;
    for (size_t i = 0; i < last; i++)
        slips[i] = ask_book(&desk, 1, LONG);
    slips[last] = ask_book(&desk, 2, PAGE_LIMIT_MAX);
    submit_all(slips, array_count(slips));
    assert_int_equal(slips[last]->done_place, 2);
    for (size_t i = 0; i < array_count(slips); i++)
        assert_granted(slips[i]);
    for (size_t i = 1; i < last; i++)
        assert_int_equal(slips[i]->done_place, 2 + i);
    desk_close(&desk);
}

static void what_nobody_waits_for_is_not_read(void **state)
{
    _Atomic bool gone = true, here = false;
    struct desk desk;
    struct slip *slips[3];

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_grant(&desk, "acme", "100"));
    for (size_t i = 0; i < array_count(slips); i++)
        slips[i] = ask_book(&desk, i, LONG);
    slips[1]->job.abandoned = &gone;
    slips[2]->job.abandoned = &here;
    submit_all(slips, array_count(slips));
    assert_error(slips[1], ERR_BUSY);
    assert_int_equal(slips[1]->job.answer.line_count, 0);
    assert_granted(slips[2]);
    assert_int_equal(slips[2]->job.answer.line_count, 1);
    desk_close(&desk);
}

/* More than the reader does in the time that clients wait is turned away when it comes. */
static void too_many_rows_to_read_are_turned_away(void **state)
{
    enum { FIT = READER_ROWS_MAX / LONG };
    static struct slip *slips[1 + FIT];
    struct desk desk;
    struct slip *late, *head;

    (void)state;
    desk_open(&desk);
    for (size_t i = 0; i < array_count(slips); i++)
        slips[i] = ask_book(&desk, i, LONG);
    late = ask_book(&desk, 7, 1);
    head = ask_balance(&desk, "acme");
    slips[0]->job.done = done_when_others_wait;
    atomic_store(&first_is_read, false);
    atomic_store(&wanted_waiting, FIT + 1); /* more than will */
    assert_int_equal(ledger_start(desk.ledger), OK);
    slip_submit(slips[0]);
    while (!atomic_load(&first_is_read))
        sched_yield();
    for (size_t i = 1; i < array_count(slips); i++)
        slip_submit(slips[i]);
    slip_submit(late);
    slip_submit(head); /* answered from memory: a refusal */
    while (late->done_count == 0 || head->done_count == 0)
        sched_yield();
    assert_error(late, ERR_BUSY);
    assert_refused(head, REJECT_CUSTOMER_UNKNOWN);
    atomic_store(&wanted_waiting, 0);
    for (size_t i = 0; i < array_count(slips); i++)
        while (slips[i]->done_count == 0)
            sched_yield();
    for (size_t i = 0; i < array_count(slips); i++)
        assert_granted(slips[i]);
    ledger_stop(desk.ledger);
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(askers_take_turns),
        cmocka_unit_test(a_short_read_waits_for_one_long_one),
        cmocka_unit_test(long_reads_are_not_starved),
        cmocka_unit_test(a_client_is_not_stalled_by_the_exports_of_another),
        cmocka_unit_test(what_nobody_waits_for_is_not_read),
        cmocka_unit_test(too_many_rows_to_read_are_turned_away),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
