/* The chain of an account backwards, its jumps, and what time will ask. */
#include "suite.h"

static struct entry read_entry(struct desk *desk, struct store_reader *reader, uint64_t sequence)
{
    struct entry entry;

    assert_int_equal(
        store_read_entry(reader, desk->environment, sequence, false, &desk->arena, &entry), OK);
    return entry;
}

/* Two accounts by turns, in batches of several sizes. */
static void fill(struct desk *desk, uint32_t *ret_acme, uint32_t *ret_globex, int count)
{
    desk_begin(desk);
    *ret_acme = desk_customer(desk, "acme");
    *ret_globex = desk_customer(desk, "globex");
    desk_issue(desk, (struct desk_terms){ .customer = *ret_acme, .units = 1000000 });
    desk_issue(desk, (struct desk_terms){ .customer = *ret_globex, .units = 1000000 });
    for (int i = 0; i < count; i++) {
        desk->now.us += SPAN_US_PER_MINUTE;
        desk_deduct(desk, i % 3 == 0 ? *ret_globex : *ret_acme, 1);
        if (i % 7 == 0 || i % 10 == 0) {
            desk_commit(desk);
            desk_begin(desk);
        }
    }
    desk_commit(desk);
}

void an_account_chains_its_entries_backwards(void **state)
{
    struct desk *desk = *state;
    uint64_t numbered[400] = { 0 };
    struct store_reader *reader;
    struct account account;
    uint64_t sequence;
    uint32_t acme, globex;

    fill(desk, &acme, &globex, 300);
    if (subject_store.reopen != NULL) { /* the jumps must be found again */
        desk->store = subject_store.reopen(desk->store);
        desk_begin(desk);
        for (int i = 0; i < 50; i++)
            desk_deduct(desk, acme, 1);
        desk_commit(desk);
    }
    assert_int_equal(store_reader_open(desk->store, &reader), OK);
    store_account(desk->store, desk->environment, 1, &account);
    assert_in_range(account.entry_count, 200, 399);

    sequence = account.last_entry;
    for (uint64_t n = account.entry_count; n > 0; n--) {
        struct entry entry = read_entry(desk, reader, sequence);

        assert_int_equal(entry.account, 1);
        assert_int_equal(entry.grant_previous, entry.account_previous); /* it has one grant */
        numbered[n] = sequence;
        sequence = entry.account_previous;
    }
    assert_int_equal(sequence, 0);
    for (uint64_t n = account.entry_count; n > 0; n--)
        assert_int_equal(read_entry(desk, reader, numbered[n]).account_jump, numbered[n & (n - 1)]);
    store_reader_close(reader);
}

/* Below an entry lie the trees that its own is cut into: the size of the tree of which entry
 * number n is the root, found by building them one by one, as Myers does. */
static uint64_t tree_of(uint64_t n)
{
    uint64_t sizes[64];
    size_t count = 0;

    for (uint64_t i = 17; i <= n; i++) {
        if (count >= 2 && sizes[count - 1] == sizes[count - 2]) {
            count--;
            sizes[count - 1] = 2 * sizes[count - 1] + 1;
        } else {
            sizes[count++] = 1;
        }
    }
    return sizes[count - 1];
}

/* Three grants, in batches that are undone now and then; the book may be closed in between. */
static void grow_grants(struct desk *desk, const uint32_t customers[3], int count)
{
    for (int i = 0; i < count; i++) {
        bool undone = i % 5 == 0;

        desk_begin(desk);
        for (int k = 0; k < 1 + i % 4; k++)
            desk_deduct(desk, customers[(i + k) % 3], 1);
        if (undone)
            store_abort(desk->store);
        else
            desk_commit(desk);
        desk_begin(desk);
        desk_deduct(desk, customers[i % 3], 1);
        desk_commit(desk);
    }
}

void a_long_grant_chains_its_entries_in_trees(void **state)
{
    struct desk *desk = *state;
    uint64_t numbered[400] = { 0 };
    uint32_t customers[3];
    struct store_reader *reader;

    desk_begin(desk);
    customers[0] = desk_customer(desk, "acme");
    customers[1] = desk_customer(desk, "globex");
    customers[2] = desk_customer(desk, "initech");
    for (int i = 0; i < 3; i++)
        desk_issue(desk, (struct desk_terms){ .customer = customers[i], .units = 1000000 });
    desk_commit(desk);
    grow_grants(desk, customers, 120);
    if (subject_store.reopen != NULL) { /* the jumps must be found again */
        desk->store = subject_store.reopen(desk->store);
        grow_grants(desk, customers, 40);
    }
    assert_int_equal(store_reader_open(desk->store, &reader), OK);
    for (uint32_t number = 1; number <= 3; number++) {
        struct account account; /* it has one grant, so their entries have the same numbers */
        uint64_t sequence;

        store_account(desk->store, desk->environment, number, &account);
        assert_in_range(account.entry_count, 100, 399);
        sequence = account.last_entry;
        for (uint64_t n = account.entry_count; n > 0; n--) {
            numbered[n] = sequence;
            sequence = read_entry(desk, reader, sequence).grant_previous;
        }
        assert_int_equal(sequence, 0);
        for (uint64_t n = account.entry_count; n > 0; n--)
            assert_int_equal(read_entry(desk, reader, numbered[n]).grant_jump,
                             n <= 16 ? 0 : numbered[n - tree_of(n)]);
    }
    store_reader_close(reader);
}

/* The last entry of the account at that instant, and how many reads it took to find. */
static struct entry search(struct desk *desk, struct store_reader *reader, uint64_t last,
                           struct instant at, int *ret_reads)
{
    struct entry entry = read_entry(desk, reader, last);

    *ret_reads = 1;
    while (instant_before(at, entry.at)) {
        struct entry jump = { .sequence = 0 };

        if (entry.account_jump != 0) {
            jump = read_entry(desk, reader, entry.account_jump);
            (*ret_reads)++;
        }
        if (jump.sequence != 0 && instant_before(at, jump.at)) {
            entry = jump;
            continue;
        }
        entry = read_entry(desk, reader, entry.account_previous);
        (*ret_reads)++;
    }
    return entry;
}

void jumps_find_an_entry_in_few_steps(void **state)
{
    struct desk *desk = *state;
    struct store_reader *reader;
    struct account account;
    uint32_t acme, globex;
    int reads, reads_max = 0;

    fill(desk, &acme, &globex, 3000);
    assert_int_equal(store_reader_open(desk->store, &reader), OK);
    store_account(desk->store, desk->environment, 1, &account);
    for (int minute = 2; minute <= 3000; minute += 37) {
        struct instant at = { .us = desk_day(0).us + minute * SPAN_US_PER_MINUTE };
        struct entry entry = search(desk, reader, account.last_entry, at, &reads);

        arena_reset(&desk->arena, 1 << 20);
        assert_false(instant_before(at, entry.at));
        assert_in_range(at.us - entry.at.us, 0, 2 * SPAN_US_PER_MINUTE);
        reads_max = reads > reads_max ? reads : reads_max;
    }
    assert_in_range(reads_max, 5, 11 * 11); /* log2 of 2,000 is 11 */
    store_reader_close(reader);
}

void what_is_due_comes_in_order(void **state)
{
    struct desk *desk = *state;
    struct due due;
    uint32_t acme;

    assert_false(store_next_due(desk->store, ENVIRONMENT_LIVE, &due));
    desk_begin(desk);
    acme = desk_customer(desk, "acme");
    desk_issue(desk, (struct desk_terms){ .customer = acme, .units = 1 });
    assert_false(store_next_due(desk->store, ENVIRONMENT_LIVE, &due));
    desk_issue(desk,
               (struct desk_terms){ .customer = acme, .units = 1, .expires_at = desk_day(8) });
    desk_issue(desk, (struct desk_terms){ .customer = acme,
                                          .units = 1,
                                          .effective_at = desk_day(2),
                                          .expires_at = desk_day(4) });
    desk_issue(desk,
               (struct desk_terms){ .customer = acme, .units = 1, .expires_at = desk_day(4) });
    desk_hold(desk, acme, 1, 3);
    desk_commit(desk);

    assert_true(store_next_due(desk->store, ENVIRONMENT_LIVE, &due));
    assert_int_equal(due.kind, COMMAND_ACTIVATE);
    assert_int_equal(due.number, 3);
    assert_true(instant_equals(due.at, desk_day(2)));
    assert_false(store_next_due(desk->store, ENVIRONMENT_TEST, &due));

    desk_begin(desk);
    desk_advance(desk, desk_day(2));
    assert_true(store_next_due(desk->store, ENVIRONMENT_LIVE, &due));
    assert_int_equal(due.kind, COMMAND_LAPSE);
    assert_int_equal(due.number, 5);
    store_abort(desk->store); /* and time asks again */
    assert_true(store_next_due(desk->store, ENVIRONMENT_LIVE, &due));
    assert_int_equal(due.kind, COMMAND_ACTIVATE);

    desk->now = desk_day(0);
    desk_begin(desk);
    desk_advance(desk, desk_day(3));
    assert_true(store_next_due(desk->store, ENVIRONMENT_LIVE, &due));
    assert_int_equal(due.kind, COMMAND_EXPIRE); /* of two at one instant, the older grant */
    assert_int_equal(due.number, 3);
    desk_advance(desk, desk_day(7));
    assert_true(store_next_due(desk->store, ENVIRONMENT_LIVE, &due));
    assert_int_equal(due.number, 2);
    desk_advance(desk, desk_day(8));
    assert_false(store_next_due(desk->store, ENVIRONMENT_LIVE, &due));
    desk_commit(desk);
}

void an_edit_moves_what_is_due(void **state)
{
    struct desk *desk = *state;
    struct command edit = { .kind = COMMAND_GRANT_EDIT };
    struct due due;
    uint32_t acme;

    desk_begin(desk);
    acme = desk_customer(desk, "acme");
    edit.subject.grant_id =
        desk_issue(desk,
                   (struct desk_terms){ .customer = acme, .units = 1, .expires_at = desk_day(8) })
            .entries[0]
            .grant_id;
    edit.edit.has_expires_at = true;
    for (int day = 9; day < 2000; day++) { /* and what it leaves behind does not pile up */
        edit.edit.expires_at = desk_day(day);
        desk_execute(desk, &edit);
    }
    assert_true(store_next_due(desk->store, ENVIRONMENT_LIVE, &due));
    assert_true(instant_equals(due.at, desk_day(1999)));
    desk_commit(desk);
    desk_begin(desk);
    desk_void(desk, edit.subject.grant_id, false);
    assert_false(store_next_due(desk->store, ENVIRONMENT_LIVE, &due));
    store_abort(desk->store);
    assert_true(store_next_due(desk->store, ENVIRONMENT_LIVE, &due));
}
