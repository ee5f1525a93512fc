/* The disk fails at an operation of a story, the next time at the one after it, and so on until the
 * story is through: whatever was told stays, and whoever tries again after a restart gets what it
 * would have got.
 *
 *     unit-ledger-disk [all]      one kind of fault an operation in turn; or each at every one
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "desk.h"
#include "place.h"
#include "storm.h"

enum { STEPS = 9, RESTART_STEP = 5, CLOCK_STEP = 7 };

static bool is_thorough;

/* How the process ends after it. */
enum death { DEATH_KILLED = 1, DEATH_POWER_CUT, DEATH_COUNT };

struct run {
    struct place place, after;
    struct desk desk;
    struct random random;
    enum storm_fault fault;
    enum death death;
    long fault_at;
    bool is_open; /* the desk */
    struct slip *steps[STEPS];
    bool told[STEPS]; /* replies[i] was */
    char replies[STEPS][64];
};

/* --- the story --- */

static struct slip *ask_step(struct desk *desk, int step, struct slip *const *made)
{
    static const char *const keys[STEPS] = { "0", "1", "2", "3", "4", "5", "6", "7", "8" };
    struct slip *slip = NULL;

    if (step == 0)
        slip = ask_customer(desk, "acme");
    else if (step == 1)
        slip = ask_grant(desk, "acme", "100");
    else if (step == 2)
        slip = ask_grant_until(desk, "acme", "50", T0 + DAY);
    else if (step == 3)
        slip = ask_deduct(desk, "acme", "10");
    else if (step == 4)
        slip = ask_hold(desk, "acme", "20", 3 * DAY);
    else if (step == 5)
        slip = ask_capture(desk, made[4], "15");
    else if (step == 6)
        slip = ask_reverse(desk, made[3], "4");
    else if (step == 7)
        slip = ask_deduct(desk, "acme", "1");
    else
        slip = ask_customer(desk, "other");
    return slip_key(slip, keys[step], keys[step]);
}

/* What readers have to fetch. */
static void look(struct desk *desk)
{
    struct slip *slip = ask_query(desk, QUERY_GRANTS);

    slip->job.query.with_entries = true;
    slip_do(slip);
    assert_true(slip->job.err == OK || slip->job.err == ERR_IO || slip->job.err == ERR_FULL);
}

static void keep(struct run *run, int step, const struct slip *slip)
{
    struct str body = slip->job.receipt.body;

    assert_true(slip->job.has_receipt && body.len < sizeof run->replies[step]);
    memcpy(run->replies[step], body.data, body.len);
    run->replies[step][body.len] = '\0';
    run->told[step] = true;
}

/* A full disk passes; what else there is ends the process. */
static bool do_step(struct run *run, int step)
{
    struct slip *slip;

    if (step == CLOCK_STEP)
        desk_set_clock(&run->desk, T0 + 2 * DAY);
    slip = run->steps[step] = slip_do(ask_step(&run->desk, step, run->steps));
    if (slip->job.err == ERR_FULL && storm.fault != STORM_IS_DEAD)
        slip = run->steps[step] = slip_do(ask_step(&run->desk, step, run->steps));
    if (slip->job.err == OK) {
        keep(run, step, slip);
        look(&run->desk);
        return run->desk.failed_count == 0;
    }
    assert_int_equal(slip->job.err, ERR_IO);
    assert_int_equal(run->desk.failed_count, 1);
    assert_false(ledger_is_ready(run->desk.ledger));
    return false;
}

static bool store_try(struct run *run, struct store **ret)
{
    struct embedded_options options = {
        .directory = run->place.directory,
        .lazy_rows = run->fault_at % 2 == 0 ? 2 : 0,
    };
    char message[EMBEDDED_MESSAGE_BYTES] = "";
    enum err e = embedded_store_open(&options, ret, message);

    if (e == OK)
        return true;
    assert_true(e == ERR_IO || e == ERR_FULL || e == ERR_CORRUPT);
    assert_non_null(strstr(message, run->place.directory));           /* it says where, */
    assert_true(strlen(message) > strlen(run->place.directory) + 12); /* and what */
    return false;
}

static bool start(struct run *run)
{
    struct store *store;
    enum err e;

    if (!store_try(run, &store))
        return false;
    e = desk_try_reopen_over(&run->desk, store);
    run->is_open = e == OK;
    if (e == OK)
        return true;
    assert_int_equal(e, ERR_IO);
    store_close(store);
    return false;
}

static void stop(struct run *run)
{
    if (!run->is_open)
        return;
    ledger_close(run->desk.ledger);
    store_close(run->desk.store);
    run->is_open = false;
}

static void play(struct run *run)
{
    if (!start(run))
        return;
    for (int step = 0; step < STEPS; step++) {
        if (step == RESTART_STEP) {
            stop(run);
            if (!start(run))
                return;
        }
        if (!do_step(run, step))
            return;
    }
}

/* --- after it --- */

/* What the disk has; then the process lets go of it. */
static void die(struct run *run)
{
    if (run->death == DEATH_POWER_CUT)
        storm_image(run->place.directory, run->after.directory, &run->random);
    else
        place_copy(&run->place, &run->after);
    storm.fault_at = 0;
    stop(run);
}

/* The client asks for everything again. */
static void try_again(struct run *run)
{
    struct desk *desk = &run->desk;

    run->after.sync = true;
    desk_reopen_over(desk, place_open(&run->after));
    for (int step = 0; step < STEPS; step++) {
        struct slip *slip;

        if (step == CLOCK_STEP)
            desk_set_clock(desk, T0 + 2 * DAY);
        slip = run->steps[step] = slip_do(ask_step(desk, step, run->steps));
        assert_int_equal(slip->job.err, OK);
        if (run->told[step]) {
            assert_true(slip->job.replayed);
            assert_true(str_equals(slip->job.receipt.body, str_from_c(run->replies[step])));
        }
        if (slip->job.replayed) /* the steps after it need it; the first two were grants */
            slip->job.decision.operation = (uint64_t)step;
    }
}

static void check(struct run *run)
{
    struct desk *desk = &run->desk;

    run->is_open = true;
    assert_int_equal(desk_sequence(desk), 9);
    assert_balance(slip_do(ask_balance(desk, "acme")), "99", "0");
    assert_int_equal(slip_do(ask_query(desk, QUERY_CUSTOMERS))->job.answer.customer_count, 2);
    desk_verify(desk);
    stop(run);
}

/* What it was that met the fault; 0: nothing.  False: the story has fewer operations. */
static bool run_once(long fault_at, enum storm_fault fault, enum death death,
                     enum storm_operation *ret)
{
    struct run run = {
        .random = random_seeded((uint64_t)fault_at),
        .fault = fault,
        .death = death,
        .fault_at = fault_at,
        .desk.seed = 1,
    };
    bool has_so_many;

    place_make(&run.place);
    place_make(&run.after);
    storm_start();
    storm.directory = run.place.directory;
    storm.fault = fault;
    storm.fault_at = fault_at;
    clock_manual_init(&run.desk.clock, T0);
    play(&run);
    *ret = storm.met;
    has_so_many = storm.operations >= fault_at;
    die(&run);
    try_again(&run);
    check(&run);
    storm_stop();
    desk_forget_slips(&run.desk);
    place_remove(&run.place);
    place_remove(&run.after);
    return has_so_many;
}

static void whatever_fails_on_the_disk_trying_again_helps(void **state)
{
    static const char *const names[STORM_OPERATION_COUNT] = {
        [STORM_OPEN] = "opens",           [STORM_READ] = "reads", [STORM_WRITE] = "writes",
        [STORM_TRUNCATE] = "truncations", [STORM_SYNC] = "syncs",
    };
    long met[STORM_OPERATION_COUNT] = { 0 };
    bool goes_on = true;

    (void)state;
    for (long at = 1; goes_on; at++) {
        for (enum storm_fault fault = STORM_FAILS; fault < STORM_FAULT_COUNT; fault++) {
            for (enum death death = DEATH_KILLED; death < DEATH_COUNT; death++) {
                enum storm_operation what;

                if (!is_thorough && (at + (long)fault) % 4 + (at / 4 + (long)death) % 2 > 0)
                    continue;
                goes_on = run_once(at, fault, death, &what);
                met[what]++;
            }
        }
    }
    for (int i = STORM_OPEN; i < STORM_OPERATION_COUNT; i++) {
        print_message("# %ld %s failed\n", met[i], names[i]);
        assert_true(met[i] > 0);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_fails_on_the_disk_trying_again_helps),
    };

    is_thorough = argc > 1 && strcmp(argv[1], "all") == 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
