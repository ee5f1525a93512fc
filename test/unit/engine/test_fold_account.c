/* The fold of accounts: what they have, what they owe, and what does not follow. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "engine/fold.h"
#include "world.h"

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
                               .grant = 100,
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
                           .grant = 1,
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

static struct account account_in_debt(void)
{
    return (struct account){
        .number = 1,
        .posted = amount_of(100),
        .held = amount_of(20),
        .scheduled = amount_of(7),
        .lent = amount_of(40),
        .limit = amount_of(50),
        .debt = amount_of(30),
        .last_repay = 9,
        .last_entry = 99,
    };
}

/* As it is made of a kind, an amount and a change of the debt, with the balances after.  What
 * moves a balance is of a grant. */
static struct entry account_entry(enum entry_kind kind, int64_t amount, int64_t debt)
{
    return (struct entry){
        .sequence = 100,
        .kind = kind,
        .account = 1,
        .grant = amount == 0 ? 0 : 1,
        .amount = amount_of(amount),
        .uncovered = amount_of(kind == ENTRY_UNCOVERED ? 1 : 0),
        .debt = amount_of(debt),
        .account_posted = amount_of(100 + amount),
        .account_held = amount_of(20),
        .account_debt = amount_of(30 + debt),
    };
}

static struct account follows(struct entry entry)
{
    struct account account = account_in_debt();

    assert_int_equal(fold_account(&account, &entry), OK);
    assert_true(account.debt.units == entry.account_debt.units);
    return account;
}

static void does_not_follow_on(struct account account, struct entry entry)
{
    struct account before = account;

    assert_int_equal(fold_account(&account, &entry), ERR_CORRUPT);
    assert_memory_equal(&account, &before, sizeof account);
}

static void does_not_follow(struct entry entry)
{
    does_not_follow_on(account_in_debt(), entry);
}

static void it_is_lent_up_to_the_limit(void **state)
{
    struct account account = follows(account_entry(ENTRY_DEBT, 0, 20));

    assert_true(account.debt.units == 50 && account.lent.units == 60);
    does_not_follow(account_entry(ENTRY_DEBT, 0, 21));
    does_not_follow(account_entry(ENTRY_DEBT, 0, 0));
    does_not_follow(account_entry(ENTRY_DEBT, 0, -1));
    account = account_in_debt();
    account.lent = amount_of(AMOUNT_UNITS_MAX - 19);
    does_not_follow_on(account, account_entry(ENTRY_DEBT, 0, 20));
}

static void no_less_is_owed_than_nothing(void **state)
{
    struct entry repay = account_entry(ENTRY_REPAY, -30, -30);

    repay.of = 9;
    assert_true(follows(repay).last_repay == 100);
    repay = account_entry(ENTRY_REPAY, -31, -31);
    repay.of = 9;
    does_not_follow(repay);
    repay = account_entry(ENTRY_REPAY, 1, 1); /* nobody pays with a debt */
    repay.of = 9;
    does_not_follow(repay);
    assert_true(follows(account_entry(ENTRY_REVERSE_DEBT, 0, -30)).lent.units == 40);
    does_not_follow(account_entry(ENTRY_REVERSE_DEBT, 0, -31));
    does_not_follow(account_entry(ENTRY_REVERSE_DEBT, 0, 0));
    does_not_follow(account_entry(ENTRY_REVERSE_DEBT, 0, 1));
}

static void a_repayment_is_of_what_it_pays_and_names_the_one_before(void **state)
{
    struct entry entry = account_entry(ENTRY_REPAY, -10, -10);

    entry.of = 8;
    does_not_follow(entry);
    entry.of = 9;
    entry.debt = amount_of(-9);
    entry.account_debt = amount_of(21);
    does_not_follow(entry);
}

static void a_limit_is_in_the_facts(void **state)
{
    struct entry entry = account_entry(ENTRY_CREDIT_LIMIT, 0, 0);
    struct facts facts = FACTS_NONE;

    does_not_follow(entry);
    entry.facts = &facts;
    assert_true(follows(entry).limit.units == 0); /* below the debt: it lends no more */
    facts.amount = amount_of(60);
    assert_true(follows(entry).limit.units == 60);
    facts.amount = amount_of(-1);
    does_not_follow(entry);
    facts.amount = amount_of(60);
    entry.debt = amount_of(1);
    entry.account_debt = amount_of(31);
    does_not_follow(entry);
}

/* A limit, a debt and its reversal are of no grant and move no balance. */
static void what_is_of_the_account_alone_moves_nothing_else(void **state)
{
    static const struct {
        enum entry_kind kind;
        int64_t debt;
    } rows[] = { { ENTRY_CREDIT_LIMIT, 0 }, { ENTRY_DEBT, 1 }, { ENTRY_REVERSE_DEBT, -1 } };
    struct facts facts = FACTS_NONE;

    for (size_t i = 0; i < array_count(rows); i++) {
        struct entry right = account_entry(rows[i].kind, 0, rows[i].debt), wrong;

        right.facts = &facts;
        (void)follows(right);
        wrong = right;
        wrong.grant = 1;
        does_not_follow(wrong);
        wrong = right;
        wrong.amount = amount_of(1);
        wrong.account_posted = amount_of(101);
        does_not_follow(wrong);
        wrong = right;
        wrong.held = amount_of(1);
        wrong.account_held = amount_of(21);
        does_not_follow(wrong);
        wrong = right;
        wrong.uncovered = amount_of(1);
        does_not_follow(wrong);
    }
}

static void no_other_entry_changes_a_debt(void **state)
{
    static const enum entry_kind kinds[] = {
        ENTRY_ACTIVATE,  ENTRY_EDIT,  ENTRY_DRAW,    ENTRY_UNCOVERED,     ENTRY_EXPIRE,
        ENTRY_ROLL_OVER, ENTRY_VOID,  ENTRY_REVERSE, ENTRY_HOLD,          ENTRY_CAPTURE,
        ENTRY_RELEASE,   ENTRY_LAPSE, ENTRY_EXTEND,  ENTRY_REVERSE_REPAY,
    };

    for (size_t i = 0; i < array_count(kinds); i++) {
        struct entry entry = account_entry(kinds[i], 0, 0);

        (void)follows(entry);
        does_not_follow(account_entry(kinds[i], 0, -1));
        does_not_follow(account_entry(kinds[i], 0, 1));
        entry.debt = amount_of(1); /* though what is owed after it is not more */
        does_not_follow(entry);
    }
    does_not_follow(account_entry((enum entry_kind)31, 0, 0));
}

static void balances_change_in_grants_alone(void **state)
{
    struct entry entry = account_entry(ENTRY_RELEASE, 0, 0);

    entry.held = amount_of(-5);
    entry.account_held = amount_of(15);
    does_not_follow(entry);
    entry.grant = 1;
    (void)follows(entry);
    entry = account_entry(ENTRY_DRAW, -5, 0);
    (void)follows(entry);
    entry.grant = 0;
    does_not_follow(entry);
}

static void what_is_uncovered_is_an_entry_of_its_own(void **state)
{
    struct entry entry = account_entry(ENTRY_UNCOVERED, 0, 0);

    assert_true(follows(entry).uncovered.units == 1);
    entry.uncovered = AMOUNT_ZERO;
    does_not_follow(entry);
    entry.uncovered = amount_of(-1);
    does_not_follow(entry);
    entry = account_entry(ENTRY_EXTEND, 0, 0);
    entry.uncovered = amount_of(1);
    does_not_follow(entry);
}

static void sums_that_do_not_fit_are_corrupt(void **state)
{
    struct account account = account_in_debt();
    struct facts facts = FACTS_NONE;
    struct entry entry = account_entry(ENTRY_REVERSE, AMOUNT_UNITS_MAX - 100, 0);

    does_not_follow(entry); /* with the 7 that are scheduled */
    entry.amount = amount_of(AMOUNT_UNITS_MAX - 99);
    does_not_follow(entry);
    entry = account_entry(ENTRY_HOLD, 0, 0);
    entry.grant = 1;
    entry.held = amount_of(AMOUNT_UNITS_MAX - 19);
    does_not_follow(entry);
    account.uncovered = amount_of(AMOUNT_UNITS_MAX);
    does_not_follow_on(account, account_entry(ENTRY_UNCOVERED, 0, 0));
    entry = account_entry(ENTRY_ISSUE, 0, 0);
    does_not_follow(entry); /* scheduled, and nobody says how much */
    entry.facts = &facts;
    facts.amount = amount_of(AMOUNT_UNITS_MAX - 6);
    does_not_follow(entry);
}

/* What a disk gives back may be anything, in any of its numbers. */
static void no_number_stops_the_process(void **state)
{
    static const size_t numbers[] = {
        offsetof(struct entry, amount),         offsetof(struct entry, held),
        offsetof(struct entry, uncovered),      offsetof(struct entry, debt),
        offsetof(struct entry, grant_posted),   offsetof(struct entry, grant_held),
        offsetof(struct entry, account_posted), offsetof(struct entry, account_held),
        offsetof(struct entry, account_debt),   offsetof(struct entry, at),
    };
    static const size_t said[] = {
        offsetof(struct facts, amount),
        offsetof(struct facts, effective_at),
        offsetof(struct facts, expires_at),
    };
    struct facts facts = FACTS_NONE;
    struct entry entry;

    for (size_t i = 0; i < array_count(numbers); i++) {
        entry = account_entry(ENTRY_EDIT, 0, 0);
        *(int64_t *)(void *)((char *)&entry + numbers[i]) = INT64_MIN;
        does_not_follow(entry);
    }
    for (size_t i = 0; i < array_count(said); i++) {
        facts = FACTS_NONE;
        entry = account_entry(ENTRY_EDIT, 0, 0);
        entry.facts = &facts;
        (void)follows(entry);
        *(int64_t *)(void *)((char *)&facts + said[i]) = INT64_MIN;
        does_not_follow(entry);
    }
}

static void balances_after_are_those_that_it_leads_to(void **state)
{
    struct entry entry = account_entry(ENTRY_DRAW, -10, 0);

    (void)follows(entry);
    entry.account_posted.units++;
    does_not_follow(entry);
    entry = account_entry(ENTRY_DRAW, -10, 0);
    entry.account_held.units++;
    does_not_follow(entry);
    entry = account_entry(ENTRY_DRAW, -10, 0);
    entry.account_debt.units++;
    does_not_follow(entry);
    entry = account_entry(ENTRY_DRAW, -10, 0);
    entry.sequence = 99;
    does_not_follow(entry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_account_counts_what_is_scheduled),
        cmocka_unit_test(an_account_holds_no_more_than_it_has),
        cmocka_unit_test(it_is_lent_up_to_the_limit),
        cmocka_unit_test(no_less_is_owed_than_nothing),
        cmocka_unit_test(a_repayment_is_of_what_it_pays_and_names_the_one_before),
        cmocka_unit_test(a_limit_is_in_the_facts),
        cmocka_unit_test(what_is_of_the_account_alone_moves_nothing_else),
        cmocka_unit_test(no_other_entry_changes_a_debt),
        cmocka_unit_test(balances_change_in_grants_alone),
        cmocka_unit_test(what_is_uncovered_is_an_entry_of_its_own),
        cmocka_unit_test(sums_that_do_not_fit_are_corrupt),
        cmocka_unit_test(no_number_stops_the_process),
        cmocka_unit_test(balances_after_are_those_that_it_leads_to),
    };

    return cmocka_run_group_tests_name("engine/fold_account", tests, NULL, NULL);
}
