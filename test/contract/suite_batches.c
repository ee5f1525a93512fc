/* Batches: begin, mark, rewind, abort, commit, and a disk that is full. */
#include "suite.h"

#include <stdlib.h>
#include "chance.h"

void a_batch_is_seen_inside_and_kept_by_its_commit(void **state)
{
    struct desk *desk = *state;
    uint32_t acme;

    desk_begin(desk);
    acme = desk_customer(desk, "acme");
    desk_issue(desk, (struct desk_terms){ .customer = acme, .units = 100 });
    desk_deduct(desk, acme, 30);
    assert_int_equal(desk_account(desk, acme).account.posted.units, 70);
    desk_commit(desk);
    assert_int_equal(desk_account(desk, acme).account.posted.units, 70);
    assert_int_equal(desk_account(desk, acme).next_sequence, 3);
}

void an_abort_leaves_nothing(void **state)
{
    struct desk *desk = *state;
    char *before, *after;
    struct customer_ref ref;
    uint32_t acme;

    desk_begin(desk);
    acme = desk_customer(desk, "acme");
    desk_issue(desk, (struct desk_terms){ .customer = acme, .units = 100 });
    desk_commit(desk);
    before = dump_store(desk->store);

    desk_begin(desk);
    desk_customer(desk, "globex");
    desk_issue(desk, (struct desk_terms){ .customer = acme, .units = 5, .uniqueness_key = "k" });
    desk_deduct(desk, acme, 101);
    desk_hold(desk, acme, 3, 1);
    store_abort(desk->store);
    after = dump_store(desk->store);
    assert_string_equal(before, after);
    assert_int_equal(store_customer_resolve(desk->store, STR("globex"), &ref), ERR_NOT_FOUND);
    store_abort(desk->store); /* there is nothing to do, and it does nothing */
    free(before);
    free(after);
}

void a_rewind_takes_back_what_followed_the_mark(void **state)
{
    struct desk *desk = *state;
    struct store_mark mark;
    uint32_t acme;

    desk_begin(desk);
    acme = desk_customer(desk, "acme");
    desk_issue(desk, (struct desk_terms){ .customer = acme, .units = 100 });
    mark = store_mark(desk->store);
    desk_deduct(desk, acme, 60);
    desk_deduct(desk, acme, 40);
    assert_int_equal(desk_account(desk, acme).grant_count, 0);
    assert_int_equal(store_rewind(desk->store, mark), OK);
    assert_int_equal(desk_account(desk, acme).account.posted.units, 100);
    assert_int_equal(desk_account(desk, acme).grant_count, 1);
    desk_deduct(desk, acme, 1);
    desk_commit(desk);
    assert_int_equal(desk_account(desk, acme).account.posted.units, 99);
    assert_int_equal(desk_account(desk, acme).next_sequence, 3);
}

/* The place in chance where the store is again, but for its dice. */
static void chance_return(struct chance *chance, const struct chance *to, struct instant now)
{
    struct random random = chance->random;
    uint64_t names = chance->names;

    *chance = *to;
    chance->random = random;
    chance->names = names;
    chance->desk->now = now;
}

/* Some commands, which are taken back; the store must be as before. */
static void venture(struct chance *chance, int steps)
{
    struct store *store = chance->desk->store;
    struct instant now = chance->desk->now;
    struct chance kept = *chance;
    struct store_mark mark = store_mark(store);
    char *before = dump_store(store), *after;

    for (int i = 0; i < steps; i++)
        chance_step(chance);
    assert_int_equal(store_rewind(store, mark), OK);
    after = dump_store(store);
    assert_string_equal(before, after);
    chance_return(chance, &kept, now);
    free(before);
    free(after);
}

void a_rewind_is_exact_whatever_happened(void **state)
{
    struct desk *desk = *state;

    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct chance chance;

        print_message("# seed %d\n", (int)seed);
        chance_init(&chance, desk, seed);
        chance.names = seed * 1000000;
        for (int batch = 0; batch < 12; batch++) {
            desk_begin(desk);
            for (int i = 0; i < 15; i++)
                chance_step(&chance);
            venture(&chance, 1);
            venture(&chance, 40);
            for (int i = 0; i < 15; i++)
                chance_step(&chance);
            venture(&chance, 10);
            desk_commit(desk);
        }
        assert_true(chance.refused > 0);
        assert_true(chance.hold_count > 0);
        assert_true(chance.deduction_count > 0);
    }
}

void a_full_disk_undoes_the_batch_and_passes(void **state)
{
    struct desk *desk = *state;
    char *before, *after;
    uint32_t acme;

    desk_begin(desk);
    acme = desk_customer(desk, "acme");
    desk_issue(desk, (struct desk_terms){ .customer = acme, .units = 10000 });
    desk_commit(desk);
    before = dump_store(desk->store);

    subject_store.fill_disk(desk->store);
    desk_begin(desk);
    for (int i = 0; i < 2000; i++)
        desk_deduct(desk, acme, 1);
    assert_int_equal(store_commit(desk->store, desk->now), ERR_FULL);
    after = dump_store(desk->store);
    assert_string_equal(before, after);
    assert_int_equal(desk_account(desk, acme).account.posted.units, 10000); /* reads go on */

    subject_store.free_disk(desk->store);
    desk_begin(desk);
    desk_deduct(desk, acme, 1);
    desk_commit(desk);
    assert_int_equal(desk_account(desk, acme).account.posted.units, 9999);
    free(before);
    free(after);
}

void the_two_books_know_nothing_of_each_other(void **state)
{
    struct desk *desk = *state;
    uint32_t acme;

    desk_begin(desk);
    acme = desk_customer(desk, "acme");
    desk_issue(desk, (struct desk_terms){ .customer = acme, .units = 100, .uniqueness_key = "k" });
    desk->environment = ENVIRONMENT_TEST;
    assert_true(desk_account(desk, acme).account_is_new);
    assert_int_equal(desk_account(desk, acme).next_sequence, 1);
    desk_issue(desk, (struct desk_terms){ .customer = acme, .units = 7, .uniqueness_key = "k" });
    assert_int_equal(desk_account(desk, acme).account.posted.units, 7);
    desk_commit(desk);
    desk->environment = ENVIRONMENT_LIVE;
    assert_int_equal(desk_account(desk, acme).account.posted.units, 100);
}
