/* What decisions say besides their numbers: the facts, and what a reply is made of. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "engine/decide.h"
#include "world.h"

static void the_first_entry_says_what_there_is_to_say(void **state)
{
    struct world world;
    const struct facts *facts;

    world_init(&world, 2);
    world_deduct(&world, 150);
    world.command.deduct.reason = STR("why");
    world.command.deduct.invoice_id = STR("inv");
    world.command.deduct.metadata = STR("{}");
    world.command.deduct.has_product = true;
    world.command.deduct.product_id.uuid.bytes[0] = 9;
    assert_int_equal(world_decide(&world), OK);
    facts = world.decision.entries[0].facts;
    assert_non_null(facts);
    assert_true(str_equals(facts->reason, STR("why")));
    assert_true(str_equals(facts->invoice_id, STR("inv")));
    assert_true(str_equals(facts->metadata, STR("{}")));
    assert_int_equal(facts->product.uuid.bytes[0], 9);
    assert_true(uuid_is_zero(facts->customer.uuid));
    assert_null(world.decision.entries[1].facts);
    world_finish(&world);
}

static void the_first_entry_of_an_account_says_whose_it_is(void **state)
{
    struct world world;
    const struct facts *facts;

    world_init(&world, 0);
    world.view.account_is_new = true;
    world.view.account.last_entry = 0;
    world.view.credit_type_id.uuid.bytes[0] = 8;
    world_deduct(&world, 5);
    world.command.deduct.policy = POLICY_PARTIAL;
    assert_int_equal(world_decide(&world), OK);
    assert_int_equal(world.decision.entries[0].kind, ENTRY_UNCOVERED);
    facts = world.decision.entries[0].facts;
    assert_non_null(facts);
    assert_int_equal(facts->customer.uuid.bytes[0], 7);
    assert_int_equal(facts->credit_type.uuid.bytes[0], 8);
    world_finish(&world);
}

static void a_hold_says_until_when_and_for_what(void **state)
{
    struct world world;

    world_init(&world, 1);
    world.command.kind = COMMAND_HOLD_CREATE;
    world.command.hold = (struct hold_create){
        .use = { .amount = amount_of(5), .policy = POLICY_REFUSE, .has_product = true },
        .expires_at = instant_at(1500),
    };
    world.command.hold.use.product_id.uuid.bytes[0] = 9;
    world.command.hold.use.reason = STR("why");
    world.command.hold.use.invoice_id = STR("inv");
    world.command.hold.use.metadata = STR("{}");
    assert_int_equal(world_decide(&world), OK);
    assert_true(world.decision.hold_expires_at.us == 1500);
    assert_true(world.decision.entries[0].of == 100);
    assert_true(world.decision.entries[0].facts->hold_expires_at.us == 1500);
    assert_int_equal(world.decision.entries[0].facts->product.uuid.bytes[0], 9);
    assert_true(str_equals(world.decision.entries[0].facts->reason, STR("why")));
    assert_true(str_equals(world.decision.entries[0].facts->invoice_id, STR("inv")));
    assert_true(str_equals(world.decision.entries[0].facts->metadata, STR("{}")));
    world_finish(&world);
}

static void an_extension_says_until_when(void **state)
{
    struct hold hold = { .number = 50, .account = 1, .status = HOLD_OPEN };
    struct world world;

    world_init(&world, 1);
    hold.expires_at = instant_at(1500);
    world.view.hold = &hold;
    world.command.kind = COMMAND_HOLD_EXTEND;
    world.command.extend.expires_at = instant_at(1700);
    assert_int_equal(world_decide(&world), OK);
    assert_true(world.decision.hold_expires_at.us == 1700);
    assert_true(world.decision.entries[0].facts->hold_expires_at.us == 1700);
    assert_true(world.decision.entries[0].of == 50);
    world_finish(&world);
}

static void a_void_says_its_flags(void **state)
{
    struct world world;

    world_init(&world, 1);
    world.command.kind = COMMAND_GRANT_VOID;
    world.command.void_grant =
        (struct void_grant){ .release_uniqueness_key = true, .void_purchase_invoice = true };
    world.view.grant = &world.grants[0];
    assert_int_equal(world_decide(&world), OK);
    assert_int_equal(world.decision.entries[0].flags,
                     ENTRY_RELEASES_UNIQUENESS_KEY | ENTRY_VOIDS_PURCHASE_INVOICE);
    assert_null(world.decision.entries[0].facts); /* its balances say how much it was */
    world_finish(&world);
}

static void an_edit_keeps_the_facts_that_it_does_not_change(void **state)
{
    struct facts before = FACTS_NONE;
    struct world world;
    const struct facts *facts;

    world_init(&world, 1);
    before.name = STR("old");
    before.reason = STR("why");
    before.effective_at = instant_at(1);
    before.amount = amount_of(100);
    before.custom_fields = STR("{\"a\":\"b\"}");
    world.view.grant = &world.grants[0];
    world.view.grant_facts = &before;
    world.command.kind = COMMAND_GRANT_EDIT;
    world.command.edit = (struct edit){
        .has_name = true, .name = STR("new"), .has_custom_fields = true, .custom_fields = STR("{}")
    };
    assert_int_equal(world_decide(&world), OK);
    facts = world.decision.entries[0].facts;
    assert_true(str_equals(facts->name, STR("new")));
    assert_true(str_equals(facts->custom_fields, STR("{}")));
    assert_true(str_equals(facts->reason, STR("why")));
    assert_true(facts->amount.units == 100);
    world_finish(&world);
}

static void a_rolled_grant_continues_the_old_one_but_nobody_paid_for_it(void **state)
{
    struct rollover rollover = { .kind = ROLLOVER_MAX_AMOUNT,
                                 .amount_max = amount_of(30),
                                 .priority = { .millionths = 5 },
                                 .expires_at = instant_at(9000) };
    struct product_id product = { .uuid = { .bytes = { 9 } } };
    struct facts before = FACTS_NONE;
    struct world world;
    const struct facts *facts;

    world_init(&world, 1);
    before.name = STR("old");
    before.grant_type = STR("promotion");
    before.uniqueness_key = STR("once");
    before.products = (struct product_set){ .count = 1, .ids = &product };
    before.has_paid = true;
    before.paid_amount = amount_of(50);
    before.paid_credit_type.uuid.bytes[0] = 8;
    before.paid_currency = STR("USD");
    before.invoice_date = instant_at(1);
    before.invoice_id = STR("inv");
    before.rollover = rollover;
    world.grants[0].rollover = &rollover;
    world.grants[0].expires_at = instant_at(WORLD_NOW);
    world.view.grant = &world.grants[0];
    world.view.grant_facts = &before;
    world.command.kind = COMMAND_EXPIRE;
    world.command.expire.rolled_id.uuid.bytes[0] = 4;
    assert_int_equal(world_decide(&world), OK);
    assert_int_equal(world.decision.entry_count, 3);
    facts = world.decision.entries[2].facts;
    assert_int_equal(facts->grant_id.uuid.bytes[0], 4);
    assert_true(uuid_equals(facts->rolled_from.uuid, world.grants[0].id.uuid));
    assert_true(facts->amount.units == 30);
    assert_true(facts->priority.millionths == 5);
    assert_true(facts->effective_at.us == WORLD_NOW);
    assert_true(facts->expires_at.us == 9000);
    assert_true(str_equals(facts->name, STR("old")));
    assert_true(str_equals(facts->grant_type, STR("promotion")));
    assert_int_equal(facts->products.count, 1);
    assert_true(str_is_empty(facts->uniqueness_key));
    assert_true(str_is_empty(facts->paid_currency));
    assert_true(str_is_empty(facts->invoice_id));
    assert_false(facts->has_paid);
    assert_true(amount_is_zero(facts->paid_amount));
    assert_true(uuid_is_zero(facts->paid_credit_type.uuid));
    assert_true(instant_is_never(facts->invoice_date));
    assert_int_equal(facts->rollover.kind, 0);
    world_finish(&world);
}

static void an_issue_says_whose_id_it_is(void **state)
{
    struct world world;
    struct facts *facts = &world.command.issue.facts;

    world_init(&world, 0);
    world.command.kind = COMMAND_GRANT_ISSUE;
    *facts = FACTS_NONE;
    facts->grant_id.uuid.bytes[0] = 4;
    facts->amount = amount_of(5);
    facts->effective_at = instant_at(1);
    assert_int_equal(world_decide(&world), OK);
    assert_true(world.decision.entries[0].grant == 100);
    assert_int_equal(world.decision.entries[0].grant_id.uuid.bytes[0], 4);
    world_finish(&world);
}

static void a_limit_says_what_it_is_and_what_is_owed(void **state)
{
    struct world world;

    world_init(&world, 0);
    world.view.account.limit = world.view.account.lent = amount_of(20);
    world.view.account.debt = amount_of(15);
    world.command.kind = COMMAND_CREDIT_LIMIT_SET;
    world.command.credit_limit_set =
        (struct credit_limit_set){ .limit = amount_of(10), .reason = STR("late again") };
    assert_int_equal(world_decide(&world), OK);
    assert_true(world.decision.account_limit.units == 10);
    assert_true(world.decision.account_debt.units == 15);
    assert_true(str_equals(world.decision.entries[0].facts->reason, STR("late again")));
    world.view.account.limit = amount_of(10); /* as it is already */
    assert_int_equal(world_decide(&world), OK);
    assert_int_equal(world.decision.entry_count, 0);
    assert_true(world.decision.account_limit.units == 10);
    world_finish(&world);
}

static void a_reversal_says_why(void **state)
{
    struct taken taken = { .grant = 1, .amount = amount_of(5) };
    struct world world;
    const struct grant *grants[] = { &world.grants[0] };

    world_init(&world, 1);
    world.grants[0].posted = amount_of(95);
    world.grants[0].drawn = amount_of(5);
    world.view.account.posted = amount_of(95);
    world.view.taken = &taken;
    world.view.taken_grants = grants;
    world.view.taken_count = 1;
    world.command.kind = COMMAND_REVERSE;
    world.command.reverse = (struct reverse){ .reason = STR("by mistake") };
    world.command.subject.deduction = 60;
    assert_int_equal(world_decide(&world), OK);
    assert_int_equal(world.decision.entry_count, 1);
    assert_true(str_equals(world.decision.entries[0].facts->reason, STR("by mistake")));
    assert_true(world.decision.covered.units == 5);
    world_finish(&world);
}

/* Each of them alone is worth saying. */
static void what_a_use_says_is_kept_whatever_it_is(void **state)
{
    struct world world;
    struct deduct *deduct = &world.command.deduct;
    struct str *const texts[] = { &deduct->reason, &deduct->invoice_id, &deduct->metadata };

    for (size_t i = 0; i < array_count(texts); i++) {
        const struct facts *facts;

        world_init(&world, 1);
        world_deduct(&world, 5);
        *texts[i] = STR("said");
        assert_int_equal(world_decide(&world), OK);
        facts = world.decision.entries[0].facts;
        assert_non_null(facts);
        assert_true(str_equals(facts->reason, deduct->reason));
        assert_true(str_equals(facts->invoice_id, deduct->invoice_id));
        assert_true(str_equals(facts->metadata, deduct->metadata));
        world_finish(&world);
    }
}

/* Of a part of 5, open until 2000, for product 9. */
static struct hold hold_of(struct hold_part *part)
{
    return (struct hold){
        .number = 50,
        .account = 1,
        .status = HOLD_OPEN,
        .expires_at = instant_at(2000),
        .amount = part->amount,
        .product = { .uuid = { .bytes = { 9 } } },
        .parts = part,
        .part_count = 1,
    };
}

static void a_release_says_until_when_it_would_have_held(void **state)
{
    struct hold_part part = { .grant = 1, .amount = amount_of(5) };
    struct hold hold = hold_of(&part);
    struct world world;
    const struct grant *grants[] = { &world.grants[0] };

    world_init(&world, 1);
    world.grants[0].held = world.view.account.held = amount_of(5);
    world.view.hold = &hold;
    world.view.hold_grants = grants;
    world.command.kind = COMMAND_HOLD_RELEASE;
    assert_int_equal(world_decide(&world), OK);
    assert_int_equal(world.decision.entry_count, 1);
    assert_true(world.decision.hold_expires_at.us == 2000);
    world_finish(&world);
}

static void what_a_capture_says_is_kept_whatever_it_is(void **state)
{
    struct hold_part part = { .grant = 1, .amount = amount_of(5) };
    struct hold hold = hold_of(&part);
    struct world world;
    const struct grant *grants[] = { &world.grants[0] };
    struct capture *capture = &world.command.capture;
    struct str *const texts[] = { &capture->reason, &capture->invoice_id, &capture->metadata };

    for (size_t i = 0; i < array_count(texts); i++) {
        const struct facts *facts;

        world_init(&world, 1);
        world.grants[0].held = world.view.account.held = amount_of(5);
        world.view.hold = &hold;
        world.view.hold_grants = grants;
        world.command.kind = COMMAND_HOLD_CAPTURE;
        *capture = (struct capture){ .whole = true, .policy = POLICY_REFUSE };
        *texts[i] = STR("said");
        assert_int_equal(world_decide(&world), OK);
        facts = world.decision.entries[0].facts;
        assert_non_null(facts);
        assert_true(str_equals(facts->reason, capture->reason));
        assert_true(str_equals(facts->invoice_id, capture->invoice_id));
        assert_true(str_equals(facts->metadata, capture->metadata));
        assert_int_equal(facts->product.uuid.bytes[0], 9);
        assert_true(world.decision.hold_expires_at.us == 2000);
        world_finish(&world);
    }
}

static void an_edit_of_any_one_thing_is_an_entry(void **state)
{
    struct facts before = FACTS_NONE;
    struct world world;
    struct edit *edit = &world.command.edit;
    bool *const given[] = { &edit->has_name, &edit->has_expires_at, &edit->has_grant_type,
                            &edit->has_custom_fields };

    for (size_t i = 0; i < array_count(given); i++) {
        const struct facts *facts;

        world_init(&world, 1);
        before.expires_at = world.grants[0].expires_at;
        before.name = before.grant_type = before.custom_fields = STR("old");
        world.view.grant = &world.grants[0];
        world.view.grant_facts = &before;
        world.command.kind = COMMAND_GRANT_EDIT;
        *edit = (struct edit){ .name = STR("new"),
                               .grant_type = STR("new"),
                               .custom_fields = STR("new"),
                               .expires_at = instant_at(5000) };
        *given[i] = true;
        assert_int_equal(world_decide(&world), OK);
        assert_int_equal(world.decision.entry_count, 1);
        facts = world.decision.entries[0].facts;
        assert_true(str_equals(facts->name, edit->has_name ? STR("new") : STR("old")));
        assert_true(str_equals(facts->grant_type, edit->has_grant_type ? STR("new") : STR("old")));
        assert_true(
            str_equals(facts->custom_fields, edit->has_custom_fields ? STR("new") : STR("old")));
        assert_true(facts->expires_at.us == (edit->has_expires_at ? 5000 : 2001));
        world_finish(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_entry_says_what_there_is_to_say),
        cmocka_unit_test(the_first_entry_of_an_account_says_whose_it_is),
        cmocka_unit_test(a_hold_says_until_when_and_for_what),
        cmocka_unit_test(an_extension_says_until_when),
        cmocka_unit_test(a_void_says_its_flags),
        cmocka_unit_test(an_edit_keeps_the_facts_that_it_does_not_change),
        cmocka_unit_test(a_rolled_grant_continues_the_old_one_but_nobody_paid_for_it),
        cmocka_unit_test(an_issue_says_whose_id_it_is),
        cmocka_unit_test(a_limit_says_what_it_is_and_what_is_owed),
        cmocka_unit_test(a_reversal_says_why),
        cmocka_unit_test(what_a_use_says_is_kept_whatever_it_is),
        cmocka_unit_test(a_release_says_until_when_it_would_have_held),
        cmocka_unit_test(what_a_capture_says_is_kept_whatever_it_is),
        cmocka_unit_test(an_edit_of_any_one_thing_is_an_entry),
    };

    return cmocka_run_group_tests_name("engine/facts", tests, NULL, NULL);
}
