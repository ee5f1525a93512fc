/* What stories do not see of a decision: blame, order, memory, how far it looks. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/limits.h"
#include "engine/decide.h"
#include "world.h"

static void entries_of_an_operation_share_who_when_and_their_name(void **state)
{
    struct world world;

    world_init(&world, 2);
    world_deduct(&world, 150);
    assert_int_equal(world_decide(&world), OK);
    assert_int_equal(world.decision.entry_count, 2);
    assert_true(world.decision.operation == 100);
    for (size_t i = 0; i < 2; i++) {
        const struct entry *entry = &world.decision.entries[i];

        assert_true(entry->sequence == 100 + i);
        assert_true(entry->operation == 100);
        assert_int_equal(entry->key, 3);
        assert_int_equal(entry->account, 1);
        assert_true(entry->at.us == WORLD_NOW);
        assert_true(uuid_equals(entry->grant_id.uuid, world.grants[i].id.uuid));
        assert_null(entry->facts);
    }
    assert_true(world.decision.account_posted.units == 50);
    world_finish(&world);
}

static void the_view_is_never_written(void **state)
{
    struct world world, before;

    world_init(&world, 2);
    memcpy(&before, &world, sizeof before);
    world_deduct(&world, 150);
    assert_int_equal(world_decide(&world), OK);
    assert_memory_equal(world.grants, before.grants, sizeof before.grants);
    assert_memory_equal(&world.view, &before.view, sizeof before.view);
    world_finish(&world);
}

/* But for history, which is not there to stay. */
static void a_full_account_takes_no_more_grants(void **state)
{
    struct world world;
    struct facts *facts = &world.command.issue.facts;

    world_init(&world, 1);
    world.command.kind = COMMAND_GRANT_ISSUE;
    *facts = FACTS_NONE;
    facts->amount = amount_of(5);
    facts->effective_at = instant_at(1);
    world.view.grant_count = ACCOUNT_GRANTS_LIVE_MAX; /* nobody looks at them */
    assert_int_equal(world_decide(&world), OK);
    assert_int_equal(world.decision.reject, REJECT_ACCOUNT_FULL);
    facts->expires_at = instant_at(WORLD_NOW);
    assert_int_equal(world_decide(&world), OK);
    assert_int_equal(world.decision.reject, REJECT_NONE);
    assert_int_equal(world.decision.entry_count, 2);
    facts->expires_at = INSTANT_NEVER;
    world.view.grant_count = ACCOUNT_GRANTS_LIVE_MAX - 1;
    assert_int_equal(world_decide(&world), OK);
    assert_int_equal(world.decision.reject, REJECT_NONE);
    world_finish(&world);
}

static void a_refusal_names_the_field(void **state)
{
    struct world world;

    world_init(&world, 1);
    world_deduct(&world, 0);
    assert_int_equal(world_decide(&world), OK);
    assert_int_equal(world.decision.reject, REJECT_AMOUNT_NOT_POSITIVE);
    assert_true(str_equals(world.decision.blame.field, STR("amount")));
    assert_int_equal(world.decision.entry_count, 0);
    world_deduct(&world, 101);
    assert_int_equal(world_decide(&world), OK);
    assert_int_equal(world.decision.reject, REJECT_BALANCE_EXCEEDED);
    assert_true(world.decision.available.units == 100);
    assert_true(world.decision.account_posted.units == 100);
    world_finish(&world);
}

/* Order is precedence: with everything wrong at once, the first of reject.def is said. */
static void refusals_come_in_their_order(void **state)
{
    struct world world;
    struct facts *facts;

    world_init(&world, 1);
    world.command.kind = COMMAND_GRANT_ISSUE;
    facts = &world.command.issue.facts;
    *facts = FACTS_NONE;
    facts->effective_at = facts->expires_at = instant_at(5);
    facts->amount = AMOUNT_ZERO;
    world.view.grant = &world.grants[0];
    world.view.uniqueness_key_taken = true;
    world.command.subject.customer.archived = true;
    assert_int_equal(world_decide(&world), OK);
    assert_int_equal(world.decision.reject, REJECT_ID_TAKEN);
    world.view.grant = NULL;
    assert_int_equal(world_decide(&world), OK);
    assert_int_equal(world.decision.reject, REJECT_UNIQUENESS_KEY_TAKEN);
    world.view.uniqueness_key_taken = false;
    assert_int_equal(world_decide(&world), OK);
    assert_int_equal(world.decision.reject, REJECT_CUSTOMER_ARCHIVED);
    world.command.subject.customer.archived = false;
    assert_int_equal(world_decide(&world), OK);
    assert_int_equal(world.decision.reject, REJECT_AMOUNT_NOT_POSITIVE);
    facts->amount = amount_of(1);
    assert_int_equal(world_decide(&world), OK);
    assert_int_equal(world.decision.reject, REJECT_EXPIRY_NOT_AFTER_EFFECTIVE);
    world_finish(&world);
}

/* What time asks may have been overtaken: then there is nothing to do, and that is no failure. */
static void time_may_come_for_nothing(void **state)
{
    struct hold hold = {
        .number = 50, .account = 1, .status = HOLD_RELEASED, .amount = amount_of(5)
    };
    struct world world;

    world_init(&world, 1);
    world.view.grant = &world.grants[0]; /* active, expires later */
    world.view.hold = &hold;
    world.command.kind = COMMAND_ACTIVATE;
    assert_int_equal(world_decide(&world), OK);
    assert_int_equal(world.decision.entry_count, 0);
    world.command.kind = COMMAND_EXPIRE;
    assert_int_equal(world_decide(&world), OK);
    assert_int_equal(world.decision.entry_count, 0);
    world.command.kind = COMMAND_LAPSE;
    assert_int_equal(world_decide(&world), OK);
    assert_int_equal(world.decision.entry_count, 0);
    assert_int_equal(world.decision.reject, REJECT_NONE);
    assert_true(world.decision.operation == 0);
    world_finish(&world);
}

static void time_decides_nothing(struct world *world, enum command_kind kind)
{
    world->command.kind = kind;
    assert_int_equal(world_decide(world), OK);
    assert_int_equal(world->decision.reject, REJECT_NONE);
    assert_int_equal(world->decision.entry_count, 0);
}

/* Or what it came for was moved, or ended, in between. */
static void time_may_come_too_early_or_too_late(void **state)
{
    struct hold hold = { .number = 50, .account = 1, .status = HOLD_OPEN, .amount = amount_of(5) };
    struct world world;
    struct grant *grant = &world.grants[0];

    world_init(&world, 1);
    world.view.grant = grant;
    world.view.hold = &hold;
    hold.expires_at = instant_at(WORLD_NOW + 1);
    time_decides_nothing(&world, COMMAND_LAPSE);
    grant->status = GRANT_SCHEDULED;
    grant->effective_at = instant_at(WORLD_NOW + 1);
    time_decides_nothing(&world, COMMAND_ACTIVATE);
    grant->effective_at = instant_at(1);
    grant->expires_at = instant_at(WORLD_NOW);
    grant->status = GRANT_VOIDED;
    time_decides_nothing(&world, COMMAND_ACTIVATE);
    time_decides_nothing(&world, COMMAND_EXPIRE);
    world_finish(&world);
}

/* A use that the first two cover must not look at the other grants of a large account: here
 * only the first three are there at all. */
static void a_deduction_looks_no_further_than_it_must(void **state)
{
    static struct grant *many[100000];
    struct world world;

    world_init(&world, 3);
    many[0] = &world.grants[0];
    many[1] = &world.grants[1];
    many[2] = &world.grants[2]; /* the next in line is the reason for the last draw */
    world.view.grants = many;
    world.view.grant_count = array_count(many);
    world_deduct(&world, 200);
    assert_int_equal(world_decide(&world), OK);
    assert_int_equal(world.decision.entry_count, 2);
    assert_int_equal(world.decision.entries[1].because, BECAUSE_EXPIRY);
    world_finish(&world);
}

static void the_same_input_gives_the_same_bytes(void **state)
{
    struct world world;
    struct entry *first;

    world_init(&world, 3);
    world_deduct(&world, 250);
    assert_int_equal(world_decide(&world), OK);
    first = world.decision.entries;
    assert_int_equal(world_decide(&world), OK);
    assert_ptr_not_equal(first, world.decision.entries);
    assert_memory_equal(first, world.decision.entries, 3 * sizeof *first);
    world_finish(&world);
}

static void a_full_arena_is_an_error_and_decides_nothing(void **state)
{
    struct world world;

    world_init(&world, 3);
    world_deduct(&world, 250);
    world.command.deduct.reason = STR("why");
    world.decision.operation = 77;
    arena_finish(&world.arena);
    arena_init(&world.arena, 64);
    assert_int_equal(world_decide(&world), ERR_NOMEM);
    assert_true(world.decision.operation == 77);
    world_finish(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_of_an_operation_share_who_when_and_their_name),
        cmocka_unit_test(the_view_is_never_written),
        cmocka_unit_test(a_full_account_takes_no_more_grants),
        cmocka_unit_test(a_refusal_names_the_field),
        cmocka_unit_test(refusals_come_in_their_order),
        cmocka_unit_test(time_may_come_for_nothing),
        cmocka_unit_test(time_may_come_too_early_or_too_late),
        cmocka_unit_test(a_deduction_looks_no_further_than_it_must),
        cmocka_unit_test(the_same_input_gives_the_same_bytes),
        cmocka_unit_test(a_full_arena_is_an_error_and_decides_nothing),
    };

    return cmocka_run_group_tests_name("engine/decide", tests, NULL, NULL);
}
