/* The fold: an entry that does not follow is refused, and changes nothing. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "engine/fold.h"
#include "world.h"

/* An active grant of 100, of which 20 are held. */
static struct grant grant_held(void)
{
    struct world world;

    world_init(&world, 1);
    world.grants[0].held = amount_of(20);
    world_finish(&world);
    return world.grants[0];
}

static struct entry entry_of(enum entry_kind kind, int64_t amount, int64_t held)
{
    return (struct entry){
        .sequence = 100,
        .kind = kind,
        .operation = 100,
        .account = 1,
        .grant = 1,
        .amount = amount_of(amount),
        .held = amount_of(held),
        .grant_posted = amount_of(100 + amount),
        .grant_held = amount_of(20 + held),
    };
}

static void follows(struct entry entry)
{
    struct grant grant = grant_held();

    assert_int_equal(fold_grant(&grant, &entry), OK);
    assert_true(amount_equals(grant.posted, entry.grant_posted));
    assert_true(amount_equals(grant.held, entry.grant_held));
    assert_true(grant.last_entry == entry.sequence);
}

static void does_not_follow(struct entry entry)
{
    struct grant grant = grant_held(), before = grant;

    assert_int_equal(fold_grant(&grant, &entry), ERR_CORRUPT);
    assert_memory_equal(&grant, &before, sizeof grant);
}

static void a_draw_takes_what_is_available(void **state)
{
    follows(entry_of(ENTRY_DRAW, -80, 0));
    does_not_follow(entry_of(ENTRY_DRAW, -81, 0));
    does_not_follow(entry_of(ENTRY_DRAW, 0, 0));
    does_not_follow(entry_of(ENTRY_DRAW, 1, 0));
    does_not_follow(entry_of(ENTRY_DRAW, -1, -1));
}

static void a_hold_holds_what_is_available(void **state)
{
    follows(entry_of(ENTRY_HOLD, 0, 80));
    does_not_follow(entry_of(ENTRY_HOLD, 0, 81));
    does_not_follow(entry_of(ENTRY_HOLD, 0, 0));
    does_not_follow(entry_of(ENTRY_HOLD, -1, 1));
}

static void what_is_held_is_captured_or_released(void **state)
{
    follows(entry_of(ENTRY_CAPTURE, -20, -20));
    does_not_follow(entry_of(ENTRY_CAPTURE, -21, -21));
    does_not_follow(entry_of(ENTRY_CAPTURE, -1, -2));
    follows(entry_of(ENTRY_RELEASE, 0, -20));
    does_not_follow(entry_of(ENTRY_RELEASE, 0, -21));
    does_not_follow(entry_of(ENTRY_RELEASE, 1, -1));
    follows(entry_of(ENTRY_LAPSE, 0, -1));
    does_not_follow(entry_of(ENTRY_LAPSE, 0, 1));
}

static void what_is_not_held_expires_or_is_voided_whole(void **state)
{
    follows(entry_of(ENTRY_EXPIRE, -80, 0));
    does_not_follow(entry_of(ENTRY_EXPIRE, -79, 0));
    does_not_follow(entry_of(ENTRY_EXPIRE, -100, -20));
    follows(entry_of(ENTRY_VOID, -80, 0));
    does_not_follow(entry_of(ENTRY_VOID, -81, 0));
    follows(entry_of(ENTRY_ROLL_OVER, -30, 0));
    does_not_follow(entry_of(ENTRY_ROLL_OVER, -81, 0));
}

static void no_more_is_reversed_than_was_drawn(void **state)
{
    struct grant grant = grant_held();
    struct entry draw = entry_of(ENTRY_DRAW, -10, 0), reverse = entry_of(ENTRY_REVERSE, 11, 0);

    does_not_follow(entry_of(ENTRY_REVERSE, 1, 0));
    assert_int_equal(fold_grant(&grant, &draw), OK);
    reverse.sequence = 101;
    reverse.grant_posted = amount_of(101);
    assert_int_equal(fold_grant(&grant, &reverse), ERR_CORRUPT);
    reverse.amount = amount_of(10);
    reverse.grant_posted = amount_of(100);
    assert_int_equal(fold_grant(&grant, &reverse), OK);
    assert_true(grant.reversed.units == 10);
}

static void balances_after_must_be_those_that_it_leads_to(void **state)
{
    struct entry entry = entry_of(ENTRY_DRAW, -10, 0);

    entry.grant_posted.units++;
    does_not_follow(entry);
    entry = entry_of(ENTRY_DRAW, -10, 0);
    entry.grant_held.units--;
    does_not_follow(entry);
}

static void an_entry_is_of_its_grant_and_comes_after_the_last(void **state)
{
    struct entry entry = entry_of(ENTRY_DRAW, -10, 0);

    entry.grant = 2;
    does_not_follow(entry);
    entry = entry_of(ENTRY_DRAW, -10, 0);
    entry.account = 2;
    does_not_follow(entry);
    entry = entry_of(ENTRY_DRAW, -10, 0);
    entry.sequence = 1;
    does_not_follow(entry);
    does_not_follow(entry_of(ENTRY_ISSUE, 0, 0));
    does_not_follow(entry_of(ENTRY_UNCOVERED, 0, 0));
    does_not_follow(entry_of(ENTRY_EXTEND, 0, 0));
    does_not_follow(entry_of(ENTRY_ACTIVATE, 10, 0));
    does_not_follow(entry_of((enum entry_kind)31, 0, 0));
}

/* What a disk gives back may be anything; it must not stop the process. */
static void nonsense_is_corrupt_not_a_crash(void **state)
{
    struct entry entry = entry_of(ENTRY_EXPIRE, -80, 0);
    struct facts facts = FACTS_NONE;
    struct grant grant;

    entry.amount.units = INT64_MIN;
    does_not_follow(entry);
    entry = entry_of(ENTRY_DRAW, -10, 0);
    entry.held.units = INT64_MIN;
    does_not_follow(entry);
    entry = entry_of(ENTRY_EDIT, 0, 0);
    facts.expires_at = INSTANT_NONE;
    entry.facts = &facts;
    does_not_follow(entry);
    entry = entry_of(ENTRY_ISSUE, INT64_MAX, 0);
    assert_int_equal(fold_issue(&entry, &grant), ERR_CORRUPT);
    entry.grant = entry.sequence;
    entry.facts = &facts;
    facts.amount.units = INT64_MIN;
    assert_int_equal(fold_issue(&entry, &grant), ERR_CORRUPT);
}

static void an_edit_needs_facts_and_moves_the_expiry(void **state)
{
    struct facts facts = FACTS_NONE;
    struct entry entry = entry_of(ENTRY_EDIT, 0, 0);
    struct grant grant = grant_held();

    does_not_follow(entry);
    entry.facts = &facts;
    facts.expires_at = instant_at(1); /* as it becomes effective */
    does_not_follow(entry);
    facts.expires_at = instant_at(5000);
    assert_int_equal(fold_grant(&grant, &entry), OK);
    assert_true(grant.expires_at.us == 5000);
    assert_true(grant.facts_entry == 100);
}

static struct entry issue_entry(const struct facts *facts, int64_t amount)
{
    return (struct entry){
        .sequence = 100,
        .kind = ENTRY_ISSUE,
        .at = instant_at(WORLD_NOW),
        .operation = 100,
        .account = 1,
        .grant = 100,
        .amount = amount_of(amount),
        .facts = facts,
        .grant_posted = amount_of(amount),
        .account_posted = amount_of(amount),
    };
}

static void an_issue_is_active_or_scheduled(void **state)
{
    struct product_id product = { .uuid = { .bytes = { 1 } } };
    struct facts facts = FACTS_NONE;
    struct entry entry = issue_entry(&facts, 5);
    struct grant grant;

    facts.amount = amount_of(5);
    facts.effective_at = instant_at(WORLD_NOW);
    assert_int_equal(fold_issue(&entry, &grant), OK);
    assert_int_equal(grant.status, GRANT_ACTIVE);
    assert_true(grant.number == 100 && grant.posted.units == 5);
    assert_null(grant.products);
    assert_null(grant.rollover);

    facts.effective_at = instant_at(WORLD_NOW + 1);
    facts.products = (struct product_set){ .count = 1, .ids = &product };
    facts.rollover.kind = ROLLOVER_MAX_AMOUNT;
    assert_int_equal(fold_issue(&entry, &grant), ERR_CORRUPT); /* too early for a balance */
    entry = issue_entry(&facts, 0);
    assert_int_equal(fold_issue(&entry, &grant), OK);
    assert_int_equal(grant.status, GRANT_SCHEDULED);
    assert_true(grant.scheduled.units == 5 && grant.posted.units == 0);
    assert_ptr_equal(grant.products, &facts.products);
    assert_ptr_equal(grant.rollover, &facts.rollover);
}

static void an_account_counts_what_is_scheduled(void **state)
{
    struct account account = { .number = 1 };
    struct facts facts = FACTS_NONE, voided = FACTS_NONE;
    struct entry issue = issue_entry(&facts, 0), activate, void_entry;

    facts.amount = voided.amount = amount_of(5);
    assert_int_equal(fold_account(&account, &issue), OK);
    assert_true(account.scheduled.units == 5 && account.posted.units == 0);
    activate = (struct entry){ .sequence = 101,
                               .kind = ENTRY_ACTIVATE,
                               .account = 1,
                               .amount = amount_of(5),
                               .account_posted = amount_of(5) };
    void_entry =
        (struct entry){ .sequence = 101, .kind = ENTRY_VOID, .account = 1, .facts = &voided };
    {
        struct account other = account;

        assert_int_equal(fold_account(&other, &void_entry), OK);
        assert_true(other.scheduled.units == 0);
    }
    assert_int_equal(fold_account(&account, &activate), OK);
    assert_true(account.scheduled.units == 0 && account.posted.units == 5);
    assert_true(account.entry_count == 2 && account.last_entry == 101);
    activate.sequence = 102;
    activate.account_posted = amount_of(10);
    assert_int_equal(fold_account(&account, &activate), ERR_CORRUPT); /* nothing is scheduled */
    assert_true(account.entry_count == 2);
}

static void an_account_holds_no_more_than_it_has(void **state)
{
    struct account account = { .number = 1, .posted = amount_of(5) }, before = account;
    struct entry entry = { .sequence = 1,
                           .kind = ENTRY_HOLD,
                           .account = 1,
                           .held = amount_of(6),
                           .account_posted = amount_of(5),
                           .account_held = amount_of(6) };

    assert_int_equal(fold_account(&account, &entry), ERR_CORRUPT);
    entry.held = amount_of(-1);
    entry.account_held = amount_of(-1);
    assert_int_equal(fold_account(&account, &entry), ERR_CORRUPT);
    entry.held = entry.account_held = amount_of(5);
    entry.account = 2;
    assert_int_equal(fold_account(&account, &entry), ERR_CORRUPT);
    assert_memory_equal(&account, &before, sizeof account);
    entry.account = 1;
    assert_int_equal(fold_account(&account, &entry), OK);
}

static struct hold hold_of_two(struct hold_part parts[2])
{
    parts[0] = (struct hold_part){ .grant = 1, .amount = amount_of(3) };
    parts[1] = (struct hold_part){ .grant = 2, .amount = amount_of(2) };
    return (struct hold){
        .number = 50,
        .account = 1,
        .status = HOLD_OPEN,
        .expires_at = instant_at(2000),
        .amount = amount_of(5),
        .parts = parts,
        .part_count = 2,
    };
}

static struct entry part_entry(enum entry_kind kind, uint64_t grant, int64_t held)
{
    return (struct entry){ .sequence = 100,
                           .kind = kind,
                           .account = 1,
                           .grant = grant,
                           .of = 50,
                           .held = amount_of(held) };
}

static enum err fold_part(struct hold *hold, enum entry_kind kind, uint64_t grant, int64_t held)
{
    struct entry entry = part_entry(kind, grant, held);

    return fold_hold(hold, &entry);
}

static void a_hold_ends_when_nothing_is_held_any_more(void **state)
{
    struct hold_part parts[2];
    struct hold hold = hold_of_two(parts);

    assert_int_equal(fold_part(&hold, ENTRY_RELEASE, 1, -3), OK);
    assert_int_equal(hold.status, HOLD_OPEN);
    assert_int_equal(fold_part(&hold, ENTRY_EXPIRE, 1, 0), OK); /* leaves it as it is */
    assert_int_equal(fold_part(&hold, ENTRY_RELEASE, 2, -2), OK);
    assert_int_equal(hold.status, HOLD_RELEASED);
    assert_int_equal(fold_part(&hold, ENTRY_RELEASE, 2, -1), ERR_CORRUPT);

    hold = hold_of_two(parts);
    assert_int_equal(fold_part(&hold, ENTRY_LAPSE, 1, -3), OK);
    assert_int_equal(fold_part(&hold, ENTRY_LAPSE, 2, -2), OK);
    assert_int_equal(hold.status, HOLD_LAPSED);

    hold = hold_of_two(parts);
    assert_int_equal(fold_part(&hold, ENTRY_CAPTURE, 1, -1), OK);
    assert_int_equal(fold_part(&hold, ENTRY_RELEASE, 1, -2), OK);
    assert_int_equal(fold_part(&hold, ENTRY_RELEASE, 2, -2), OK);
    assert_int_equal(hold.status, HOLD_CAPTURED);
    assert_true(hold.captured.units == 1 && hold.amount.units == 5);
}

static void parts_leave_in_their_order(void **state)
{
    struct hold_part parts[2];
    struct hold hold = hold_of_two(parts);

    assert_int_equal(fold_part(&hold, ENTRY_RELEASE, 2, -2), ERR_CORRUPT);
    assert_int_equal(fold_part(&hold, ENTRY_RELEASE, 1, -4), ERR_CORRUPT);
    assert_int_equal(fold_part(&hold, ENTRY_RELEASE, 1, 1), ERR_CORRUPT);
    assert_true(parts[0].amount.units == 3 && parts[1].amount.units == 2);
}

static void an_extension_moves_the_expiry(void **state)
{
    struct hold_part parts[2];
    struct hold hold = hold_of_two(parts);
    struct facts facts = FACTS_NONE;
    struct entry entry = part_entry(ENTRY_EXTEND, 0, 0);

    assert_int_equal(fold_hold(&hold, &entry), ERR_CORRUPT);
    facts.hold_expires_at = instant_at(3000);
    entry.facts = &facts;
    assert_int_equal(fold_hold(&hold, &entry), OK);
    assert_true(hold.expires_at.us == 3000);
    entry.of = 51;
    assert_int_equal(fold_hold(&hold, &entry), ERR_CORRUPT);
    entry = part_entry(ENTRY_REVERSE, 1, 0);
    assert_int_equal(fold_hold(&hold, &entry), ERR_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_draw_takes_what_is_available),
        cmocka_unit_test(a_hold_holds_what_is_available),
        cmocka_unit_test(what_is_held_is_captured_or_released),
        cmocka_unit_test(what_is_not_held_expires_or_is_voided_whole),
        cmocka_unit_test(no_more_is_reversed_than_was_drawn),
        cmocka_unit_test(balances_after_must_be_those_that_it_leads_to),
        cmocka_unit_test(an_entry_is_of_its_grant_and_comes_after_the_last),
        cmocka_unit_test(nonsense_is_corrupt_not_a_crash),
        cmocka_unit_test(an_edit_needs_facts_and_moves_the_expiry),
        cmocka_unit_test(an_issue_is_active_or_scheduled),
        cmocka_unit_test(an_account_counts_what_is_scheduled),
        cmocka_unit_test(an_account_holds_no_more_than_it_has),
        cmocka_unit_test(a_hold_ends_when_nothing_is_held_any_more),
        cmocka_unit_test(parts_leave_in_their_order),
        cmocka_unit_test(an_extension_moves_the_expiry),
    };

    return cmocka_run_group_tests_name("engine/fold", tests, NULL, NULL);
}
