/* The fold of grants: an entry that does not follow is refused, and changes nothing. */
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

/* The same, but scheduled: its 100 are in no balance. */
static struct grant grant_scheduled(void)
{
    struct grant grant = grant_held();

    grant.status = GRANT_SCHEDULED;
    grant.scheduled = grant.posted;
    grant.posted = grant.held = AMOUNT_ZERO;
    return grant;
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
    assert_true(grant.entry_count == grant_held().entry_count + 1);
}

static void does_not_follow_on(struct grant grant, struct entry entry)
{
    struct grant before = grant;

    assert_int_equal(fold_grant(&grant, &entry), ERR_CORRUPT);
    assert_memory_equal(&grant, &before, sizeof grant);
}

static void does_not_follow(struct entry entry)
{
    does_not_follow_on(grant_held(), entry);
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
    does_not_follow(entry_of(ENTRY_CAPTURE, 0, 0));
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
    does_not_follow(entry_of(ENTRY_EXPIRE, -80, -20));
    follows(entry_of(ENTRY_VOID, -80, 0));
    does_not_follow(entry_of(ENTRY_VOID, -81, 0));
    does_not_follow(entry_of(ENTRY_VOID, -80, -20));
    follows(entry_of(ENTRY_ROLL_OVER, -30, 0));
    does_not_follow(entry_of(ENTRY_ROLL_OVER, -81, 0));
    does_not_follow(entry_of(ENTRY_ROLL_OVER, 0, 0));
}

static void no_more_is_reversed_than_was_drawn(void **state)
{
    struct grant grant = grant_held();
    struct entry draw = entry_of(ENTRY_DRAW, -10, 0), reverse = entry_of(ENTRY_REVERSE, 11, 0);

    does_not_follow(entry_of(ENTRY_REVERSE, 1, 0));
    does_not_follow(entry_of(ENTRY_REVERSE, 0, 0));
    assert_int_equal(fold_grant(&grant, &draw), OK);
    reverse.sequence = 101;
    reverse.grant_posted = amount_of(101);
    assert_int_equal(fold_grant(&grant, &reverse), ERR_CORRUPT);
    reverse.amount = amount_of(10);
    reverse.grant_posted = amount_of(100);
    assert_int_equal(fold_grant(&grant, &reverse), OK);
    assert_true(grant.reversed.units == 10);
}

/* The state alone decides here: the balances would suit. */
static void an_entry_finds_its_grant_in_the_right_state(void **state)
{
    static const struct {
        enum entry_kind kind;
        int64_t amount, held;
        bool follows_on[GRANT_VOIDED + 1]; /* -, scheduled, active, expired, voided */
    } rows[] = {
        { ENTRY_ACTIVATE, 50, 0, { false, true, false, false, false } },
        { ENTRY_DRAW, -10, 0, { false, false, true, false, false } },
        { ENTRY_HOLD, 0, 10, { false, false, true, false, false } },
        { ENTRY_ROLL_OVER, -10, 0, { false, false, true, false, false } },
        { ENTRY_REPAY, -10, 0, { false, false, true, false, false } },
        { ENTRY_EXPIRE, -80, 0, { false, false, true, true, false } },
        { ENTRY_REVERSE, 10, 0, { false, false, true, true, true } },
    };

    for (size_t i = 0; i < array_count(rows); i++) {
        for (int status = GRANT_SCHEDULED; status <= GRANT_VOIDED; status++) {
            struct entry entry = entry_of(rows[i].kind, rows[i].amount, rows[i].held);
            struct grant grant = grant_held();

            grant.scheduled = amount_of(50);
            grant.drawn = amount_of(10);
            grant.status = (enum grant_status)status;
            if (rows[i].follows_on[status])
                assert_int_equal(fold_grant(&grant, &entry), OK);
            else
                does_not_follow_on(grant, entry);
        }
    }
}

static void an_activation_brings_what_was_scheduled(void **state)
{
    struct entry entry = entry_of(ENTRY_ACTIVATE, 100, 0);
    struct grant grant = grant_scheduled();

    entry.grant_posted = amount_of(100);
    entry.grant_held = AMOUNT_ZERO;
    assert_int_equal(fold_grant(&grant, &entry), OK);
    assert_int_equal(grant.status, GRANT_ACTIVE);
    assert_true(amount_is_zero(grant.scheduled));
    entry.amount = entry.grant_posted = amount_of(99);
    does_not_follow_on(grant_scheduled(), entry);
    entry.amount = entry.grant_posted = AMOUNT_ZERO;
    does_not_follow_on(grant_scheduled(), entry);
}

/* It is in no balance, so only the facts can say what is gone. */
static void a_void_of_what_was_scheduled_says_how_much_it_was(void **state)
{
    struct entry entry = entry_of(ENTRY_VOID, 0, 0);
    struct facts facts = FACTS_NONE;
    struct grant grant = grant_scheduled();

    entry.grant_posted = entry.grant_held = AMOUNT_ZERO;
    does_not_follow_on(grant_scheduled(), entry);
    entry.facts = &facts;
    facts.amount = amount_of(99);
    does_not_follow_on(grant_scheduled(), entry);
    facts.amount = amount_of(100);
    assert_int_equal(fold_grant(&grant, &entry), OK);
    assert_int_equal(grant.status, GRANT_VOIDED);
    assert_true(grant.voided.units == 100 && grant.scheduled.units == 0);
}

static void a_grant_repays_once_and_before_anything_else(void **state)
{
    struct entry entry = entry_of(ENTRY_REPAY, -30, 0);
    struct grant grant = grant_held();

    assert_int_equal(fold_grant(&grant, &entry), OK);
    assert_true(grant.repaid.units == 30 && grant.drawn.units == 0);
    entry.sequence++;
    entry.grant_posted = amount_of(40);
    does_not_follow_on(grant, entry); /* again */
    does_not_follow(entry_of(ENTRY_REPAY, 0, 0));
    does_not_follow(entry_of(ENTRY_REPAY, -30, -1));
}

static void no_more_of_a_repayment_is_given_back_than_was_repaid(void **state)
{
    struct entry entry = entry_of(ENTRY_REVERSE_REPAY, 30, 0);
    struct grant repaid = grant_held(), grant;

    repaid.posted = amount_of(70);
    repaid.repaid = amount_of(30);
    grant = repaid;
    entry.grant_posted = amount_of(100);
    assert_int_equal(fold_grant(&grant, &entry), OK);
    assert_true(grant.repaid.units == 0 && grant.reversed.units == 0);
    entry.amount = amount_of(31);
    entry.grant_posted = amount_of(101);
    does_not_follow_on(repaid, entry);
    entry.amount = AMOUNT_ZERO;
    entry.grant_posted = amount_of(70);
    does_not_follow_on(repaid, entry);
}

/* Counters that a row of the state may have, and no book can have led to. */
static void what_does_not_fit_is_corrupt(void **state)
{
    struct grant grant = grant_held();
    struct entry entry;

    grant.voided = amount_of(AMOUNT_UNITS_MAX);
    does_not_follow_on(grant, entry_of(ENTRY_VOID, -80, 0));
    grant = grant_held();
    grant.drawn = grant.posted = amount_of(AMOUNT_UNITS_MAX);
    entry = entry_of(ENTRY_REVERSE, 1, 0);
    entry.grant_posted = amount_of(AMOUNT_UNITS_MAX);
    does_not_follow_on(grant, entry);
    grant = grant_held();
    grant.held = grant.posted = amount_of(AMOUNT_UNITS_MAX);
    entry = entry_of(ENTRY_HOLD, 0, 1);
    entry.grant_posted = entry.grant_held = amount_of(AMOUNT_UNITS_MAX);
    does_not_follow_on(grant, entry);
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
    entry = entry_of(ENTRY_DRAW, -10, 0);
    entry.uncovered = amount_of(1);
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
    entry = entry_of(ENTRY_ISSUE, 0, 0);
    entry.amount.units = INT64_MAX;
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
    entry.of = 2; /* not the entry whose facts held */
    does_not_follow(entry);
    entry.of = 0; /* an old file does not say */
    assert_int_equal(fold_grant(&grant, &entry), OK);
    grant = grant_held();
    entry.of = 1;
    entry.held = amount_of(-1);
    entry.grant_held = amount_of(19);
    does_not_follow(entry);
    entry = entry_of(ENTRY_EDIT, 0, 0);
    entry.of = 1;
    entry.facts = &facts;
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

static void an_issue_is_of_a_sound_grant(void **state)
{
    struct facts facts = FACTS_NONE;
    struct entry entry;
    struct grant grant;

    facts.amount = amount_of(5);
    facts.effective_at = instant_at(1);
    entry = issue_entry(&facts, 5);
    assert_int_equal(fold_issue(&entry, &grant), OK);
    entry.kind = ENTRY_EDIT;
    assert_int_equal(fold_issue(&entry, &grant), ERR_CORRUPT);
    entry = issue_entry(&facts, 5);
    entry.grant = 99; /* a grant is called after its issue */
    assert_int_equal(fold_issue(&entry, &grant), ERR_CORRUPT);
    entry = issue_entry(NULL, 5);
    assert_int_equal(fold_issue(&entry, &grant), ERR_CORRUPT);
    entry = issue_entry(&facts, 5);
    entry.held = amount_of(1);
    assert_int_equal(fold_issue(&entry, &grant), ERR_CORRUPT);
    entry = issue_entry(&facts, 5);
    entry.uncovered = amount_of(1);
    assert_int_equal(fold_issue(&entry, &grant), ERR_CORRUPT);
    entry = issue_entry(&facts, 5);
    entry.debt = amount_of(1);
    assert_int_equal(fold_issue(&entry, &grant), ERR_CORRUPT);
    entry = issue_entry(&facts, 5);
    entry.grant_posted = amount_of(4);
    assert_int_equal(fold_issue(&entry, &grant), ERR_CORRUPT);
    facts.expires_at = facts.effective_at;
    entry = issue_entry(&facts, 5);
    assert_int_equal(fold_issue(&entry, &grant), ERR_CORRUPT);
    facts.expires_at = INSTANT_NEVER;
    facts.amount = AMOUNT_ZERO;
    entry = issue_entry(&facts, 0);
    assert_int_equal(fold_issue(&entry, &grant), ERR_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_draw_takes_what_is_available),
        cmocka_unit_test(a_hold_holds_what_is_available),
        cmocka_unit_test(what_is_held_is_captured_or_released),
        cmocka_unit_test(what_is_not_held_expires_or_is_voided_whole),
        cmocka_unit_test(no_more_is_reversed_than_was_drawn),
        cmocka_unit_test(an_entry_finds_its_grant_in_the_right_state),
        cmocka_unit_test(an_activation_brings_what_was_scheduled),
        cmocka_unit_test(a_void_of_what_was_scheduled_says_how_much_it_was),
        cmocka_unit_test(a_grant_repays_once_and_before_anything_else),
        cmocka_unit_test(no_more_of_a_repayment_is_given_back_than_was_repaid),
        cmocka_unit_test(what_does_not_fit_is_corrupt),
        cmocka_unit_test(balances_after_must_be_those_that_it_leads_to),
        cmocka_unit_test(an_entry_is_of_its_grant_and_comes_after_the_last),
        cmocka_unit_test(nonsense_is_corrupt_not_a_crash),
        cmocka_unit_test(an_edit_needs_facts_and_moves_the_expiry),
        cmocka_unit_test(an_issue_is_active_or_scheduled),
        cmocka_unit_test(an_issue_is_of_a_sound_grant),
    };

    return cmocka_run_group_tests_name("engine/fold", tests, NULL, NULL);
}
