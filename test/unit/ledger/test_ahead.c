/* What the store is told of the next jobs, before their turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "desk.h"
#include "store/operations.h"

/* A store that notes what it is told. */
static struct heard {
    struct store_operations operations;
    const struct store_operations *true_operations;
    size_t calls, most;
    size_t named, nameless, of_test;
} heard;

static void listen(struct store *store, const struct store_soon *soon, size_t count)
{
    heard.calls++;
    heard.most = count > heard.most ? count : heard.most;
    for (size_t i = 0; i < count; i++) {
        heard.named += str_equals(soon[i].customer, STR("acme"));
        heard.nameless += str_is_empty(soon[i].customer);
        heard.of_test += soon[i].environment == ENVIRONMENT_TEST;
    }
    heard.true_operations->prefetch(store, soon, count);
}

static void open_listening(struct desk *desk)
{
    desk_open(desk);
    assert_granted(slip_do(ask_customer(desk, "acme")));
    assert_granted(slip_do(ask_grant(desk, "acme", "1000")));
    heard = (struct heard){ .operations = *desk->store->operations,
                            .true_operations = desk->store->operations };
    heard.operations.prefetch = listen;
    desk->store->operations = &heard.operations;
}

static void close_listening(struct desk *desk)
{
    desk_verify(desk);
    desk->store->operations = heard.true_operations;
    desk_close(desk);
}

static void each_waiting_job_is_told_of_once(void **state)
{
    enum { JOBS = 2 * STORE_SOON_MAX + 5 };
    struct desk desk;
    struct slip *last = NULL;

    (void)state;
    open_listening(&desk);
    for (int i = 0; i < JOBS; i++)
        slip_submit(last = ask_deduct(&desk, "acme", "1"));
    desk_turn(&desk);
    assert_granted(last);
    assert_int_equal(heard.named, JOBS);
    assert_int_equal(heard.calls, 3);
    assert_int_equal(heard.most, STORE_SOON_MAX);
    assert_balance(slip_do(ask_balance(&desk, "acme")), "963", "0");
    close_listening(&desk);
}

static void each_part_of_a_group_is_told_of_once(void **state)
{
    enum { PARTS = 2 * STORE_SOON_MAX };
    struct slip *parts[PARTS], *group;
    struct desk desk;

    (void)state;
    open_listening(&desk);
    for (int i = 0; i < PARTS; i++)
        parts[i] = ask_deduct(&desk, "acme", "1");
    group = slip_do(slip_group(&desk, parts, PARTS, true));
    assert_int_equal(group->job.err, OK);
    assert_int_equal(group->job.decision.reject, REJECT_NONE);
    assert_int_equal(heard.named, PARTS);
    assert_int_equal(heard.calls, 2);
    close_listening(&desk);
}

static void one_alone_is_not_told_of(void **state)
{
    struct desk desk;

    (void)state;
    open_listening(&desk);
    assert_granted(slip_do(ask_deduct(&desk, "acme", "1")));
    assert_int_equal(heard.calls, 0);
    close_listening(&desk);
}

static void jobs_of_all_kinds_wait_side_by_side(void **state)
{
    struct desk desk;

    (void)state;
    open_listening(&desk);
    slip_submit(ask_deduct(&desk, "acme", "1"));
    slip_submit(ask_hold(&desk, "acme", "1", DAY));
    slip_submit(ask_balance(&desk, "acme"));
    slip_submit(slip_in(ask_balance(&desk, "acme"), ENVIRONMENT_TEST));
    slip_submit(ask_customer(&desk, "other")); /* has nothing in memory yet */
    slip_submit(ask_query(&desk, QUERY_CREDIT_TYPES));
    desk_turn(&desk);
    assert_int_equal(heard.calls, 1);
    assert_int_equal(heard.named, 4);
    assert_int_equal(heard.nameless, 2);
    assert_int_equal(heard.of_test, 1);
    close_listening(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_waiting_job_is_told_of_once),
        cmocka_unit_test(each_part_of_a_group_is_told_of_once),
        cmocka_unit_test(one_alone_is_not_told_of),
        cmocka_unit_test(jobs_of_all_kinds_wait_side_by_side),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
