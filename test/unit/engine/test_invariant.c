/* The laws: each is found broken when it is broken, and nothing else is. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "engine/invariant.h"
#include "world.h"

static void holds(struct str broken)
{
    if (!str_is_empty(broken))
        fail_msg("broken: %.*s", STR_PRINT(broken));
}

static void is_broken(struct str broken, const char *law)
{
    if (!str_starts_with(broken, str_from_c(law)))
        fail_msg("expected '%s', got '%.*s'", law, STR_PRINT(broken));
}

static void a_grant_loses_nothing(void **state)
{
    struct world world;
    struct grant *grant = &world.grants[0];

    world_init(&world, 1);
    holds(invariant_of_grant(grant));
    grant->posted.units = 70;
    is_broken(invariant_of_grant(grant), "amount =");
    grant->drawn.units = 30;
    holds(invariant_of_grant(grant));
    grant->reversed.units = 31;
    grant->drawn.units = 61;
    holds(invariant_of_grant(grant));
    grant->drawn.units = 30;
    grant->posted.units = 101;
    is_broken(invariant_of_grant(grant), "no more is reversed");
    world_finish(&world);
}

static void a_grant_holds_what_it_has(void **state)
{
    struct world world;
    struct grant *grant = &world.grants[0];

    world_init(&world, 1);
    grant->held.units = 101;
    is_broken(invariant_of_grant(grant), "no more is held");
    grant->held.units = -1;
    is_broken(invariant_of_grant(grant), "no sum of a grant is below zero");
    world_finish(&world);
}

static void no_sum_of_a_grant_is_below_zero(void **state)
{
    struct world world;
    struct grant *grant = &world.grants[0];
    struct amount *const sums[] = {
        &grant->amount,   &grant->scheduled, &grant->posted, &grant->held,        &grant->drawn,
        &grant->reversed, &grant->expired,   &grant->voided, &grant->rolled_over, &grant->repaid,
    };

    for (size_t i = 0; i < array_count(sums); i++) {
        world_init(&world, 1);
        sums[i]->units = -1;
        is_broken(invariant_of_grant(grant), "no sum of a grant is below zero");
        world_finish(&world);
    }
}

/* What a grant of 100 was promised is where it went, wherever that is. */
static void every_way_out_of_a_grant_is_counted(void **state)
{
    struct world world;
    struct grant *grant = &world.grants[0];
    struct amount *const ways[] = { &grant->drawn, &grant->repaid, &grant->expired, &grant->voided,
                                    &grant->rolled_over };

    for (size_t i = 0; i < array_count(ways); i++) {
        world_init(&world, 1);
        grant->posted.units = grant->held.units = 60;
        grant->status = ways[i] == &grant->expired || ways[i] == &grant->rolled_over ? GRANT_EXPIRED
                        : ways[i] == &grant->voided                                  ? GRANT_VOIDED
                                                                                     : GRANT_ACTIVE;
        ways[i]->units = 39;
        is_broken(invariant_of_grant(grant), "amount =");
        ways[i]->units = 40;
        holds(invariant_of_grant(grant));
        world_finish(&world);
    }
}

static void a_grant_promises_something(void **state)
{
    struct world world;
    struct grant *grant = &world.grants[0];

    world_init(&world, 1);
    grant->amount.units = grant->posted.units = 0;
    is_broken(invariant_of_grant(grant), "a grant promises something");
    world_finish(&world);
}

/* A grant of 100 in a status, of which a part went one way; `posted` is the rest. */
static void a_part_that_suits_no_status(enum grant_status status, struct grant *grant,
                                        struct amount *part)
{
    grant->status = status;
    grant->posted.units = grant->held.units = 70;
    part->units = 30;
    is_broken(invariant_of_grant(grant), "the status of a grant agrees");
}

static void a_status_says_where_the_rest_can_have_gone(void **state)
{
    static const struct {
        enum grant_status status;
        size_t part;
    } rows[] = {
        { GRANT_SCHEDULED, offsetof(struct grant, drawn) },
        { GRANT_SCHEDULED, offsetof(struct grant, scheduled) },
        { GRANT_ACTIVE, offsetof(struct grant, scheduled) },
        { GRANT_ACTIVE, offsetof(struct grant, expired) },
        { GRANT_ACTIVE, offsetof(struct grant, voided) },
        { GRANT_ACTIVE, offsetof(struct grant, rolled_over) },
        { GRANT_EXPIRED, offsetof(struct grant, scheduled) },
        { GRANT_EXPIRED, offsetof(struct grant, voided) },
        { GRANT_VOIDED, offsetof(struct grant, scheduled) },
    };

    for (size_t i = 0; i < array_count(rows); i++) {
        struct world world;
        struct grant *grant = &world.grants[0];

        world_init(&world, 1);
        a_part_that_suits_no_status(rows[i].status, grant,
                                    (struct amount *)(void *)((char *)grant + rows[i].part));
        world_finish(&world);
    }
}

static void a_status_agrees_with_the_balances(void **state)
{
    struct world world;
    struct grant *grant = &world.grants[0];

    world_init(&world, 1);
    grant->status = GRANT_EXPIRED;
    is_broken(invariant_of_grant(grant), "the status");
    grant->held.units = 100;
    holds(invariant_of_grant(grant));
    grant->status = GRANT_VOIDED;
    holds(invariant_of_grant(grant));
    grant->held.units = 99;
    is_broken(invariant_of_grant(grant), "the status");
    grant->status = GRANT_SCHEDULED;
    is_broken(invariant_of_grant(grant), "the status");
    grant->posted.units = grant->held.units = 0;
    grant->scheduled.units = 100;
    holds(invariant_of_grant(grant));
    grant->status = GRANT_ACTIVE;
    is_broken(invariant_of_grant(grant), "the status");
    grant->status = (enum grant_status)9;
    is_broken(invariant_of_grant(grant), "the status");
    world_finish(&world);
}

static void a_grant_has_its_place_in_the_book(void **state)
{
    struct world world;
    struct grant *grant = &world.grants[0];

    world_init(&world, 1);
    grant->expires_at = grant->effective_at;
    is_broken(invariant_of_grant(grant), "a grant expires after");
    grant->expires_at = INSTANT_NEVER;
    grant->facts_entry = 2;
    is_broken(invariant_of_grant(grant), "the entries of a grant follow");
    grant->facts_entry = grant->last_entry = 0;
    is_broken(invariant_of_grant(grant), "the entries of a grant follow");
    grant->account = 0;
    is_broken(invariant_of_grant(grant), "a grant has a number and an account");
    grant->account = 1;
    grant->number = 0;
    is_broken(invariant_of_grant(grant), "a grant has a number and an account");
    world_finish(&world);
}

static void an_account_is_the_sum_of_its_grants(void **state)
{
    struct world world;
    struct account account;

    world_init(&world, 2);
    account = world.view.account;
    holds(invariant_of_account(&account, world.live, 2));
    account.posted.units = 199;
    is_broken(invariant_of_account(&account, world.live, 2), "what an account has posted");
    account = world.view.account;
    account.held.units = 1;
    is_broken(invariant_of_account(&account, world.live, 2), "what an account has held");
    account = world.view.account;
    account.scheduled.units = 1;
    is_broken(invariant_of_account(&account, world.live, 2), "what an account has scheduled");
    account = world.view.account;
    account.uncovered.units = -1;
    is_broken(invariant_of_account(&account, world.live, 2), "what was uncovered");
    world.grants[1].account = 2;
    is_broken(invariant_of_account(&account, world.live, 2), "a grant is of its account");
    world_finish(&world);
}

/* The sum of three grants is 2^64 - 1, which as 64 bits with a sign is -1. */
static void a_sum_that_wraps_is_no_sum(void **state)
{
    static const struct {
        size_t in_grant, in_account;
        const char *law;
    } rows[] = {
#define ROW(field, law) { offsetof(struct grant, field), offsetof(struct account, field), law }
        ROW(posted, "what an account has posted is the sum"),
        ROW(held, "what an account has held is the sum"),
        ROW(scheduled, "what an account has scheduled is the sum"),
    };
    const int64_t parts[] = { AMOUNT_UNITS_MAX, AMOUNT_UNITS_MAX, 1 };

    for (size_t i = 0; i < array_count(rows); i++) {
        struct account account = { .number = 1 };
        struct world world;

        world_init(&world, 3);
        for (size_t k = 0; k < 3; k++) {
            world.grants[k].posted = AMOUNT_ZERO;
            *(int64_t *)(void *)((char *)&world.grants[k] + rows[i].in_grant) = parts[k];
        }
        *(int64_t *)(void *)((char *)&account + rows[i].in_account) = -1;
        is_broken(invariant_of_account(&account, world.live, 3), rows[i].law);
        world_finish(&world);
    }
}

static void neither_a_limit_nor_a_debt_is_below_zero(void **state)
{
    struct account account = { .number = 1, .limit = amount_of(-1) };

    is_broken(invariant_of_account(&account, NULL, 0), "neither a limit nor a debt");
    account = (struct account){ .number = 1, .debt = amount_of(-1) };
    is_broken(invariant_of_account(&account, NULL, 0), "neither a limit nor a debt");
}

static void what_is_posted_and_scheduled_fits_an_amount(void **state)
{
    struct world world;
    struct account account;

    world_init(&world, 2);
    account = world.view.account;
    world.grants[1].posted = AMOUNT_ZERO;
    world.grants[1].scheduled = amount_of(AMOUNT_UNITS_MAX - 100);
    account.posted = amount_of(100);
    account.scheduled = world.grants[1].scheduled;
    holds(invariant_of_account(&account, world.live, 2));
    world.grants[1].scheduled = account.scheduled = amount_of(AMOUNT_UNITS_MAX - 99);
    is_broken(invariant_of_account(&account, world.live, 2), "what an account has posted and");
    world_finish(&world);
}

static void what_is_owed_or_repaid_was_lent(void **state)
{
    struct world world;
    struct account account;

    world_init(&world, 2);
    account = world.view.account;
    account.posted.units = 193;
    world.grants[0].posted.units = 95;
    world.grants[0].repaid.units = 5;
    world.grants[1].posted.units = 98;
    world.grants[1].repaid.units = 2;
    account.debt = amount_of(3);
    account.lent = amount_of(10);
    holds(invariant_of_account(&account, world.live, 2));
    account.lent = amount_of(9);
    is_broken(invariant_of_account(&account, world.live, 2), "what an account owes");
    account.lent = amount_of(-1);
    is_broken(invariant_of_account(&account, world.live, 2), "what an account owes");
    world_finish(&world);
}

static void the_order_is_strict(void **state)
{
    struct world world;

    world_init(&world, 3);
    holds(invariant_of_order(world.live, 3));
    world.live[2] = world.live[1];
    is_broken(invariant_of_order(world.live, 3), "grants stand in burn order");
    world.live[2] = world.live[0];
    is_broken(invariant_of_order(world.live, 3), "grants stand in burn order");
    world_finish(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_grant_loses_nothing),
        cmocka_unit_test(a_grant_holds_what_it_has),
        cmocka_unit_test(no_sum_of_a_grant_is_below_zero),
        cmocka_unit_test(every_way_out_of_a_grant_is_counted),
        cmocka_unit_test(a_grant_promises_something),
        cmocka_unit_test(a_status_agrees_with_the_balances),
        cmocka_unit_test(a_status_says_where_the_rest_can_have_gone),
        cmocka_unit_test(a_grant_has_its_place_in_the_book),
        cmocka_unit_test(an_account_is_the_sum_of_its_grants),
        cmocka_unit_test(a_sum_that_wraps_is_no_sum),
        cmocka_unit_test(neither_a_limit_nor_a_debt_is_below_zero),
        cmocka_unit_test(what_is_posted_and_scheduled_fits_an_amount),
        cmocka_unit_test(what_is_owed_or_repaid_was_lent),
        cmocka_unit_test(the_order_is_strict),
    };

    return cmocka_run_group_tests_name("engine/invariant", tests, NULL, NULL);
}
