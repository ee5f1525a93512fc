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
    grant->number = 0;
    is_broken(invariant_of_grant(grant), "a grant has a number");
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

/* A deduction of 150 from two grants of 100, decided. */
static void decided(struct world *world)
{
    world_init(world, 2);
    world_deduct(world, 150);
    assert_int_equal(world_decide(world), OK);
    holds(invariant_of_decision(&world->view, &world->command, &world->decision));
}

static void decision_is_broken(struct world *world, const char *law)
{
    is_broken(invariant_of_decision(&world->view, &world->command, &world->decision), law);
    world_finish(world);
}

static void a_decision_stands_in_the_book_without_gaps(void **state)
{
    struct world world;

    decided(&world);
    world.decision.entries[1].sequence++;
    decision_is_broken(&world, "sequences have no gaps");
    decided(&world);
    world.decision.entries[1].operation++;
    decision_is_broken(&world, "an operation is called after");
    decided(&world);
    world.decision.operation++;
    decision_is_broken(&world, "a decision is called after");
    decided(&world);
    world.decision.entries[1].account = 9;
    decision_is_broken(&world, "a decision is about one account");
    decided(&world);
    world.decision.entries[0].at.us++;
    decision_is_broken(&world, "an entry says when");
    decided(&world);
    world.decision.entries[0].effective_at.us++;
    decision_is_broken(&world, "only a scheduled grant");
    decided(&world);
    world.view.account_is_new = true;
    decision_is_broken(&world, "the first entry of an account");
}

static void balances_run_on(void **state)
{
    struct world world;

    decided(&world);
    world.decision.entries[1].account_posted.units--;
    decision_is_broken(&world, "the account's balances run on");
    decided(&world);
    world.decision.account_held.units++;
    decision_is_broken(&world, "a decision says the balances");
    decided(&world);
    world.decision.entries[0].grant_posted.units++;
    decision_is_broken(&world, "a grant's balances run on");
    decided(&world);
    world.decision.entries[0].grant = 77;
    decision_is_broken(&world, "an entry is of a grant that the view shows");
}

static void draws_make_up_the_use_in_burn_order(void **state)
{
    struct world world;

    decided(&world);
    world.command.deduct.amount.units = 151;
    decision_is_broken(&world, "draws, debt and what is uncovered make up");
    decided(&world);
    world.decision.covered.units = 149;
    world.decision.uncovered.units = 1;
    decision_is_broken(&world, "a decision says what its draws cover");
    decided(&world);
    world.grants[0].priority.millionths = 1; /* then the second should have come first */
    world.live[0] = &world.grants[1];
    world.live[1] = &world.grants[0];
    decision_is_broken(&world, "the next eligible grant");
}

static void a_use_that_is_not_covered_is_refused(void **state)
{
    struct world world;

    world_init(&world, 1);
    world_deduct(&world, 150);
    world.command.deduct.policy = POLICY_PARTIAL;
    assert_int_equal(world_decide(&world), OK);
    world.command.deduct.policy = POLICY_REFUSE;
    decision_is_broken(&world, "a use that is not covered");
}

static void a_refusal_writes_nothing(void **state)
{
    struct world world;

    decided(&world);
    world.decision.reject = REJECT_BALANCE_EXCEEDED;
    decision_is_broken(&world, "a refusal writes nothing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_grant_loses_nothing),
        cmocka_unit_test(a_grant_holds_what_it_has),
        cmocka_unit_test(a_status_agrees_with_the_balances),
        cmocka_unit_test(a_grant_has_its_place_in_the_book),
        cmocka_unit_test(an_account_is_the_sum_of_its_grants),
        cmocka_unit_test(the_order_is_strict),
        cmocka_unit_test(a_decision_stands_in_the_book_without_gaps),
        cmocka_unit_test(balances_run_on),
        cmocka_unit_test(draws_make_up_the_use_in_burn_order),
        cmocka_unit_test(a_use_that_is_not_covered_is_refused),
        cmocka_unit_test(a_refusal_writes_nothing),
    };

    return cmocka_run_group_tests_name("engine/invariant", tests, NULL, NULL);
}
