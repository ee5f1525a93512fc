/* Commands that meet trouble: of everything that a batch asks the store for, the first call fails,
 * the second, ... until there are no more, alone and with all behind it.
 *
 * Whichever it is, the store then holds what was granted and nothing else, as if the rest had never
 * been asked; who was not granted is told so; and who asks again, with the same idempotency key,
 * gets what there would have been without the trouble. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/limits.h"
#include "deeds.h"
#include "dump.h"
#include "ledger/pulse.h"
#include "troubled.h"

/* --- all that a store holds --- */

static void write_customers(FILE *out, struct store *store, struct arena *arena)
{
    for (uint32_t number = 1; number <= store_customer_count(store); number++) {
        struct customer row;

        assert_int_equal(store_customer_load(store, number, arena, &row), OK);
        fprintf(out, "%.*s %.*s %.*s", STR_PRINT(row.name), STR_PRINT(row.custom_fields),
                STR_PRINT(row.profile));
        for (size_t i = 0; i < row.alias_count; i++)
            fprintf(out, " %.*s", STR_PRINT(row.aliases[i]));
        fprintf(out, "\n");
    }
}

static void write_keys(FILE *out, struct store *store, struct arena *arena)
{
    struct key *keys;
    size_t count;

    assert_int_equal(store_keys(store, arena, &keys, &count), OK);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%.*s until %" PRId64 "\n", STR_PRINT(keys[i].client_id),
                keys[i].revoked_at.us);
}

static uint64_t usage_event_last(struct store *store)
{
    struct store_reader *reader;
    uint64_t last;

    assert_int_equal(store_reader_open(store, &reader), OK);
    assert_int_equal(store_read_usage_event_last(reader, ENVIRONMENT_LIVE, &last), OK);
    store_reader_close(reader);
    return last;
}

/* As the ledger has it in mind. */
static int64_t test_now(struct desk *desk)
{
    return slip_do(slip_in(ask_query(desk, QUERY_TEST_CLOCK), ENVIRONMENT_TEST))->job.answer.now.us;
}

/* Given back with free(). */
static char *state_of(struct desk *desk)
{
    struct store *store = desk->store;
    struct arena arena;
    char *text = NULL, *dump = dump_store(store);
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    arena_init(&arena, REQUEST_ARENA_BYTES_MAX);
    fprintf(out, "%stest clock %" PRId64 " now %" PRId64 " usage %" PRIu64 "\n", dump,
            store_test_clock(store).us, test_now(desk), usage_event_last(store));
    write_customers(out, store, &arena);
    write_keys(out, store, &arena);
    fclose(out);
    arena_finish(&arena);
    free(dump);
    return text;
}

/* --- a batch --- */

/* The deed, between two of somebody else, and what the latter then sees. */
enum { FIRST, DEED, LAST, COMMANDS };
enum { BALANCE, BOOK, LEDGERS, HOLDS, QUERIES };

struct asked {
    struct slip *commands[COMMANDS]; /* NULL: not this one */
    struct slip *queries[QUERIES];
};

static struct slip *of_other(struct made *made, const struct deed *deed, const char *amount)
{
    struct slip *slip = slip_in(ask_deduct(&made->desk, "other", amount), deed->others);

    return slip_key(slip_from_somewhere(slip), amount, amount);
}

static struct asked ask_all(struct made *made, const struct deed *deed)
{
    struct desk *desk = &made->desk;
    struct asked asked = {
        .commands = { of_other(made, deed, "1"),
                      slip_key(slip_from_somewhere(deed->ask(made)), deed->name, deed->name),
                      of_other(made, deed, "10") },
        .queries = { ask_balance(desk, "other"), ask_query(desk, QUERY_BOOK),
                     ask_query(desk, QUERY_LEDGERS), ask_query(desk, QUERY_HOLDS) },
    };

    asked.queries[HOLDS]->job.query.customer = STR("acme");
    for (size_t i = 0; i < QUERIES; i++)
        slip_in(asked.queries[i], deed->others);
    return asked;
}

static void do_all(struct made *made, const struct deed *deed, struct asked *asked)
{
    desk_set_clock(&made->desk, T0 + deed->at_us);
    for (size_t i = 0; i < COMMANDS; i++)
        if (asked->commands[i] != NULL)
            slip_submit(asked->commands[i]);
    for (size_t i = 0; i < QUERIES; i++)
        slip_submit(asked->queries[i]);
    (void)ledger_turn(made->desk.ledger);
}

static bool is_granted(const struct job *job)
{
    return job->err == OK && job->decision.reject == REJECT_NONE;
}

/* The command is asked without those of its parts that were not granted the other time. */
static struct slip *only_granted(struct slip *slip, const struct job *other_time)
{
    struct job *job = &slip->job;

    if (!is_granted(other_time))
        return NULL;
    if (job->part_count == 0)
        return slip;
    job->part_count = 0;
    for (size_t i = 0; i < other_time->part_count; i++)
        if (is_granted(&other_time->parts[i]))
            job->parts[job->part_count++] = job->parts[i];
    return job->part_count == 0 ? NULL : slip;
}

/* --- what must be --- */

/* What a store holds after the batch without trouble, and without what was not granted then. */
static char *state_without(const struct deed *deed, const struct asked *then)
{
    struct made made;
    struct asked asked;
    char *state;

    made_open(&made);
    asked = ask_all(&made, deed);
    for (size_t i = 0; i < COMMANDS; i++)
        asked.commands[i] = only_granted(asked.commands[i], &then->commands[i]->job);
    do_all(&made, deed, &asked);
    desk_turn(&made.desk);
    state = state_of(&made.desk);
    made_close(&made);
    return state;
}

/* And when all of it is asked again, after time, which does not wait for that. */
static char *state_at_last(const struct deed *deed)
{
    struct made made;
    struct asked asked;
    char *state;

    made_open(&made);
    desk_set_clock(&made.desk, T0 + deed->at_us);
    desk_turn(&made.desk);
    asked = ask_all(&made, deed);
    do_all(&made, deed, &asked);
    state = state_of(&made.desk);
    made_close(&made);
    return state;
}

static void check_same(const char *expected, const char *found)
{
    if (strcmp(expected, found) != 0)
        fprintf(stderr, "--- expected\n%s--- found\n%s", expected, found);
    assert_string_equal(expected, found);
}

static void check_told(const struct job *job, enum err with)
{
    if (job->err == OK) {
        assert_int_equal(job->decision.reject, REJECT_NONE);
        return;
    }
    assert_int_equal(job->err, with == ERR_NOMEM ? ERR_NOMEM : ERR_IO);
    assert_false(job->has_receipt);
}

/* The balance is of what was granted, and the book ends where the store's does. */
static void check_queries(const struct made *made, const struct deed *deed,
                          const struct asked *asked)
{
    const struct job *balance = &asked->queries[BALANCE]->job, *book = &asked->queries[BOOK]->job;
    int64_t left = 100;
    struct book_end end;

    left -= is_granted(&asked->commands[FIRST]->job) ? 1 : 0;
    left -= is_granted(&asked->commands[LAST]->job) ? 10 : 0;
    if (balance->err == OK)
        assert_int_equal(balance->answer.balances[0].account.posted.units, left * 1000000);
    store_book_end(made->desk.store, deed->others, &end);
    if (book->err == OK)
        assert_int_equal(book->answer.sequence, end.sequence);
}

/* Nothing that was told has not happened. */
static void check_answers(const struct made *made, const struct deed *deed,
                          const struct asked *asked, enum err with)
{
    for (size_t i = 0; i < COMMANDS; i++) {
        assert_int_equal(asked->commands[i]->done_count, 1);
        check_told(&asked->commands[i]->job, with);
    }
    for (size_t i = 0; i < QUERIES; i++) {
        assert_int_equal(asked->queries[i]->done_count, 1);
        check_told(&asked->queries[i]->job, with);
    }
    check_queries(made, deed, asked);
}

/* What only a restart mends stops the ledger; the rest does not.  Time catches up. */
static void recover(struct made *made, enum err with)
{
    struct desk *desk = &made->desk;

    if (with == ERR_NOMEM)
        assert_int_equal(desk->failed_count, 0);
    if (desk->failed_count > 0) {
        assert_int_equal(desk->failed, with);
        assert_false(ledger_is_ready(desk->ledger));
        desk_restart(desk);
    }
    desk_turn(desk);
}

static bool was_any_granted(const struct asked *asked)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (is_granted(&asked->commands[i]->job))
            return true;
    return false;
}

/* The same keys again. */
static void ask_again(struct made *made, const struct deed *deed, const struct asked *before)
{
    struct asked asked = ask_all(made, deed);

    do_all(made, deed, &asked);
    for (size_t i = 0; i < COMMANDS; i++) {
        const struct job *job = &asked.commands[i]->job, *first = &before->commands[i]->job;

        assert_granted(asked.commands[i]);
        assert_int_equal(job->replayed, is_granted(first));
        if (job->replayed)
            assert_true(str_equals(job->receipt.body, first->receipt.body));
    }
    desk_verify(&made->desk);
}

static void keys_are_those_of_the_store(struct made *made)
{
    struct key_snapshot *shown;
    struct key *keys;
    struct arena arena;
    size_t count;

    clock_manual_set(&made->desk.clock, made->desk.clock.us + SECOND);
    desk_turn(&made->desk);
    arena_init(&arena, REQUEST_ARENA_BYTES_MAX);
    assert_int_equal(store_keys(made->desk.store, &arena, &keys, &count), OK);
    shown = ledger_keys_acquire(made->desk.ledger);
    assert_int_equal(shown->key_count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(shown->keys[i].revoked_at.us, keys[i].revoked_at.us);
    ledger_keys_release(shown);
    arena_finish(&arena);
}

/* --- the trouble --- */

/* For want of memory once: who met it fails alone.  Only begin, the sweeping of receipts, commit,
 * and time, where there is some, are of the whole batch. */
static void check_alone(const struct made *made, const struct deed *deed, const struct asked *asked,
                        long *others_left)
{
    size_t granted = 0;

    for (size_t i = 0; i < COMMANDS; i++)
        granted += is_granted(&asked->commands[i]->job);
    if (granted > 0) {
        assert_true(granted >= COMMANDS - 1);
        assert_int_equal(made->desk.halted_count, 0);
        return;
    }
    assert_int_equal(made->desk.halted, ERR_NOMEM);
    if (deed->at_us == SECOND && deed->others == ENVIRONMENT_LIVE)
        assert_true(--*others_left >= 0);
}

/* False: there was none. */
static bool try_with_trouble(const struct deed *deed, const char *at_last, enum err with, long at,
                             bool lasts, long *others_left)
{
    struct made made;
    struct asked asked;
    char *expected, *found;
    bool was_met;

    made_open(&made);
    troubled_open(made.desk.store);
    asked = ask_all(&made, deed);
    troubled_begin(with, at, lasts);
    do_all(&made, deed, &asked);
    was_met = troubled_end();
    check_answers(&made, deed, &asked, with);
    if (with == ERR_NOMEM && !lasts)
        check_alone(&made, deed, &asked, others_left);
    recover(&made, with);
    expected = state_without(deed, &asked);
    found = state_of(&made.desk);
    check_same(expected, found);
    free(expected);
    free(found);
    ask_again(&made, deed, &asked);
    if (!was_any_granted(&asked)) {
        found = state_of(&made.desk);
        check_same(at_last, found);
        free(found);
    }
    keys_are_those_of_the_store(&made);
    made_close(&made);
    return was_met;
}

/* How often it failed. */
static long try_all(const struct deed *deed, const char *at_last, enum err with, bool lasts)
{
    long at = 1, others_left = 3;

    while (try_with_trouble(deed, at_last, with, at, lasts, &others_left))
        at++;
    return at - 1;
}

static void whatever_fails_nothing_is_told_that_is_not(void **state)
{
    static const enum err errors[] = { ERR_NOMEM, ERR_IO, ERR_CORRUPT };

    (void)state;
    for (size_t i = 0; i < deed_count; i++) {
        char *at_last = state_at_last(&deeds[i]);
        long failed = 0;

        for (size_t j = 0; j < array_count(errors); j++)
            for (int lasts = 0; lasts < 2; lasts++)
                failed += try_all(&deeds[i], at_last, errors[j], lasts != 0);
        print_message("# %s: %ld times\n", deeds[i].name, failed);
        assert_true(failed > 20);
        free(at_last);
    }
}

/* Who may ask is read from the disk too. */
static void keys_that_cannot_be_read_are_the_end(void **state)
{
    struct made made;
    struct slip *use;

    (void)state;
    made_open(&made);
    troubled_open(made.desk.store);
    troubled_begin(ERR_IO, 1, true);
    for (int i = 1; i <= 2; i++) {
        desk_set_clock(&made.desk, T0 + i * DAY);
        use = ask_deduct(&made.desk, "other", "1");
        slip_submit(use);
        assert_true(ledger_turn(made.desk.ledger));
        assert_error(use, ERR_IO);
        assert_int_equal(made.desk.failed_count, 1);
        assert_int_equal(made.desk.failed, ERR_IO);
        assert_int_equal(pulse_sleep_us(made.desk.ledger), PULSE_US); /* though much is due */
    }
    assert_true(troubled_end());
    desk_restart(&made.desk);
    assert_granted(slip_do(ask_deduct(&made.desk, "other", "1")));
    desk_verify(&made.desk);
    made_close(&made);
}

static int64_t end_of_key(struct made *made, const char *client_id)
{
    struct key_snapshot *shown = ledger_keys_acquire(made->desk.ledger);
    int64_t end = 0;

    for (size_t i = 0; i < shown->key_count; i++)
        if (str_equals(shown->keys[i].client_id, str_from_c(client_id)))
            end = shown->keys[i].revoked_at.us;
    ledger_keys_release(shown);
    return end;
}

static struct slip *revoke_new_key(struct made *made)
{
    struct slip *slip = deed_revoke_keys(made);

    slip->job.command.key_revoke.client_id = STR("kci_7");
    return slip;
}

/* Of what could not be read nobody is told that it is not there. */
static void a_revocation_waits_for_keys_that_could_not_be_read(void **state)
{
    long last = LONG_MAX;

    (void)state;
    for (int round = 0; round < 2; round++) {
        struct made made;
        struct slip *create;

        made_open(&made);
        troubled_open(made.desk.store);
        create = deed_create_key(&made);
        slip_submit(create);
        troubled_begin(ERR_NOMEM, last, false); /* the second time, when the new key is read */
        assert_true(ledger_turn(made.desk.ledger));
        last = troubled.taken;
        assert_int_equal(troubled_end(), round == 1);
        assert_granted(create);
        if (round == 1) {
            troubled_begin(ERR_NOMEM, 2, false); /* still not */
            assert_error(slip_do(revoke_new_key(&made)), ERR_NOMEM);
            assert_true(troubled_end());
        }
        assert_granted(slip_do(revoke_new_key(&made)));
        assert_int_equal(end_of_key(&made, "kci_7"), T0);
        made_close(&made);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_fails_nothing_is_told_that_is_not),
        cmocka_unit_test(keys_that_cannot_be_read_are_the_end),
        cmocka_unit_test(a_revocation_waits_for_keys_that_could_not_be_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
