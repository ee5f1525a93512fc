/* What was, is found in few reads, however much has happened since. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "counted.h"
#include "desk.h"
#include "ledger/chain.h"
#include "store/memory/memory.h"

#define CHANGES 10000
#define LOG2_CHANGES 14 /* of that and a little more */

/* By number or sequence. */
#define GRANT_READS_MAX (2 * LOG2_CHANGES + 6)
#define ACCOUNT_READS_MAX (LOG2_CHANGES * (LOG2_CHANGES + 1) / 2)

static void desk_open_counted(struct desk *desk, struct counted *counted)
{
    struct store *store;

    assert_int_equal(memory_store_open(&store), OK);
    counted_open(counted, store);
    desk_open_over(desk, store);
}

/* A second a change, the n-th leaves 1000000 - n. */
static void use_grant(struct desk *desk, int count)
{
    slip_do(ask_customer(desk, "acme"));
    slip_do(ask_grant(desk, "acme", "1000000"));
    for (int n = 1; n <= count; n++) {
        desk_set_clock(desk, T0 + n * SECOND);
        slip_do(ask_deduct(desk, "acme", "1"));
        if (n % 100 == 0)
            desk_forget_slips(desk);
    }
}

/* Prints what it cost at most. */
static void seek_all(struct counted *counted, struct chain *chain, uint64_t last, size_t reads_max)
{
    size_t most = 0;

    for (uint64_t n = 1; n <= last; n += n < 100 || n > last - 100 ? 1 : 7) {
        struct instant just_after = { .us = T0 + ((int64_t)n - 1) * SECOND + 1 };
        struct link link;

        counted->reads = 0;
        assert_int_equal(chain_seek_number(chain, n, &link), OK);
        assert_true(link.number == n && link.entry.sequence == n);
        most = counted->reads > most ? counted->reads : most;
        counted->reads = 0;
        assert_int_equal(chain_seek_sequence(chain, n + 1, &link), OK);
        assert_true(link.number == n && link.entry.sequence == n);
        most = counted->reads > most ? counted->reads : most;
        assert_int_equal(chain_seek_instant(chain, just_after, &link), OK);
        assert_true(link.number == n && link.entry.sequence == n);
    }
    print_message("# %zu reads at most\n", most);
    assert_in_range(most, 10, reads_max); /* it cannot be none */
}

/* Every entry has two numbers that are the same here: in its account and in its only grant. */
static void any_entry_is_found_in_few_reads(void **state)
{
    struct desk desk;
    struct counted counted;
    struct account account;
    struct arena arena;
    struct slip *slip;
    struct chain chain = { .environment = ENVIRONMENT_LIVE, .arena = &arena };

    (void)state;
    desk_open_counted(&desk, &counted);
    use_grant(&desk, CHANGES);
    arena_init(&arena, 1 << 20);
    assert_int_equal(store_reader_open(desk.store, &chain.reader), OK);
    store_account(desk.store, ENVIRONMENT_LIVE, 1, &account);
    chain_of_account(&chain, &account);
    seek_all(&counted, &chain, CHANGES + 1, ACCOUNT_READS_MAX);
    slip = slip_do(ask_balance(&desk, "acme"));
    chain_of_grant(&chain, &slip->job.answer.balances[0].grants[0].grant);
    assert_int_equal(chain.count, CHANGES + 1);
    seek_all(&counted, &chain, CHANGES + 1, GRANT_READS_MAX);
    store_reader_close(chain.reader);
    arena_finish(&arena);
    desk_close(&desk);
}

static void a_past_balance_costs_few_reads(void **state)
{
    struct desk desk;
    struct counted counted;

    (void)state;
    desk_open_counted(&desk, &counted);
    use_grant(&desk, CHANGES);
    for (int n = 0; n < CHANGES; n += 37) {
        struct slip *slip = ask_balance_at(&desk, "acme", T0 + n * SECOND);
        const struct balance_row *row;

        slip->job.query.without_facts = true;
        counted.reads = 0;
        slip_do(slip);
        row = &slip->job.answer.balances[0];
        assert_int_equal(row->grant_count, 1);
        assert_int_equal(row->grants[0].grant.posted.units, (1000000 - n) * INT64_C(1000000));
        assert_true(row->grants[0].grant.posted.units == row->account.posted.units);
        /* The account is sought by instant, where a jump that fails costs a read too. */
        assert_true(counted.reads <= 2 * ACCOUNT_READS_MAX + GRANT_READS_MAX);
        desk_forget_slips(&desk);
    }
    desk_close(&desk);
}

/* An edit today says nothing of the terms of then; nor is there a walk to where it was made. */
static void terms_of_then_are_found_behind_edits(void **state)
{
    struct desk desk;
    struct counted counted;
    struct slip *grant, *slip;

    (void)state;
    desk_open_counted(&desk, &counted);
    use_grant(&desk, CHANGES / 2);
    slip = slip_do(ask_query(&desk, QUERY_GRANTS));
    grant = slip_new(&desk);
    grant->job.command.kind = COMMAND_GRANT_EDIT;
    grant->job.command.subject.grant_id = slip->job.answer.grants[0].grant.id;
    grant->job.command.edit.has_expires_at = true;
    grant->job.command.edit.expires_at.us = T0 + DAY;
    assert_granted(slip_do(grant));
    for (int n = 1; n <= 100; n++)
        slip_do(ask_deduct(&desk, "acme", "1"));
    slip = ask_balance_at(&desk, "acme", T0 + 2000 * SECOND);
    counted.reads = 0;
    slip_do(slip);
    assert_int_equal(slip->job.answer.balances[0].grants[0].grant.expires_at.us, INSTANT_NEVER.us);
    assert_true(counted.reads <= 2 * ACCOUNT_READS_MAX + GRANT_READS_MAX + 4);
    slip = slip_do(ask_balance(&desk, "acme"));
    assert_int_equal(slip->job.answer.balances[0].grants[0].grant.expires_at.us, T0 + DAY);
    desk_close(&desk);
}

/* A page deep in the history of a grant, from either end: the page, and how to get there. */
static void a_page_of_a_grant_costs_its_entries(void **state)
{
    struct desk desk;
    struct counted counted;
    struct slip *slip;
    struct grant_id id;

    (void)state;
    desk_open_counted(&desk, &counted);
    use_grant(&desk, CHANGES);
    slip = slip_do(ask_query(&desk, QUERY_GRANTS));
    id = slip->job.answer.grants[0].grant.id;
    for (uint64_t after = 50; after < CHANGES; after += 331) {
        for (int oldest_first = 0; oldest_first < 2; oldest_first++) {
            slip = ask_query(&desk, QUERY_ENTRIES);
            slip->job.query.customer = STR("acme");
            slip->job.query.grants = &id;
            slip->job.query.grant_count = 1;
            slip->job.query.limit = 10;
            slip->job.query.after = after;
            slip->job.query.oldest_first = oldest_first != 0;
            counted.reads = 0;
            assert_granted(slip_do(slip));
            assert_int_equal(slip->job.answer.entry_count, 10);
            for (uint64_t i = 0; i < 10; i++)
                assert_int_equal(slip->job.answer.entries[i].sequence,
                                 oldest_first != 0 ? after + 1 + i : after - 1 - i);
            /* To the cursor, to the end of the page, and an entry with its operation each. */
            assert_true(counted.reads <= 2 * GRANT_READS_MAX + 2 * 10);
        }
        desk_forget_slips(&desk);
    }
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_entry_is_found_in_few_reads),
        cmocka_unit_test(a_past_balance_costs_few_reads),
        cmocka_unit_test(terms_of_then_are_found_behind_edits),
        cmocka_unit_test(a_page_of_a_grant_costs_its_entries),
    };

    return cmocka_run_group_tests_name("ledger: chains", tests, NULL, NULL);
}
