/* The proof of a book whose writer lies consistently: every balance and every chain follows, and
 * the seals could be made anew.  What is told is still not what the rules allow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "domain/jump.h"
#include "engine/fold.h"
#include "ledger/proof.h"
#include "store/operations.h"

#define T0 INT64_C(1767225600000000)
#define MOST AMOUNT_UNITS_MAX

enum { ACCOUNTS_MAX = 3, ENTRIES_MAX = 64 };

/* Writes entries as a store would, balances and chains filled in, into a proof.  As a store it
 * shows the state that it has written. */
struct scribe {
    struct store store; /* first */
    struct verify_report report;
    struct proof proof;
    uint64_t sequence;
    struct account accounts[ACCOUNTS_MAX];
    uint64_t chains[ACCOUNTS_MAX][ENTRIES_MAX]; /* sequences, by number in the account */
    struct grant grants[ENTRIES_MAX];           /* by number */
    size_t grant_count;
    struct facts facts[ENTRIES_MAX]; /* by sequence */
    struct hold *hold;               /* what is shown of any */
};

static enum err show_grants(struct store *store, const struct grant_filter *filter,
                            struct arena *arena, struct grant **ret, size_t *ret_count,
                            uint64_t *ret_next)
{
    const struct scribe *scribe = (struct scribe *)store;

    (void)filter;
    *ret = arena_new(arena, struct grant, ENTRIES_MAX);
    *ret_count = 0;
    *ret_next = 0;
    for (size_t i = 0; i < ENTRIES_MAX; i++) {
        if (scribe->grants[i].number > 0)
            (*ret)[(*ret_count)++] = scribe->grants[i];
    }
    return OK;
}

static void show_account(struct store *store, enum environment environment, uint32_t number,
                         struct account *ret)
{
    (void)environment;
    *ret = ((struct scribe *)store)->accounts[number];
}

static enum err show_view(struct store *store, const struct subject *subject, struct arena *arena,
                          struct view *ret)
{
    (void)subject;
    (void)arena;
    *ret = (struct view){ .next_sequence = 1, .hold = ((struct scribe *)store)->hold };
    return OK;
}

static void show_customer(struct store *store, uint32_t number, struct customer_ref *ret)
{
    (void)store;
    *ret = (struct customer_ref){ .number = number, .id.uuid.bytes = { 1 } };
}

static const struct credit_type *show_credit_type(struct store *store, uint32_t number)
{
    static const struct credit_type type = { .number = 1, .id.uuid.bytes = { 2 } };

    (void)store;
    (void)number;
    return &type;
}

static const struct store_operations operations = {
    .grants = show_grants,
    .account = show_account,
    .load_view = show_view,
    .customer_ref = show_customer,
    .credit_type = show_credit_type,
};

static void scribe_open(struct scribe *scribe)
{
    *scribe = (struct scribe){ .store.operations = &operations };
    for (uint32_t i = 0; i < ACCOUNTS_MAX; i++)
        scribe->accounts[i] = (struct account){ .number = i, .customer = 1, .credit_type = 1 };
    proof_init(&scribe->proof, ENVIRONMENT_LIVE, &scribe->report);
}

static void scribe_close(struct scribe *scribe)
{
    proof_finish(&scribe->proof);
}

/* --- writing --- */

/* What does not fold is shown as it is. */
static void fill_account(struct scribe *scribe, struct entry *entry)
{
    struct account *account = &scribe->accounts[entry->account];
    uint64_t *chain = scribe->chains[entry->account];
    uint64_t number = account->entry_count + 1;

    entry->account_previous = account->last_entry;
    entry->account_jump = chain[jump_of_account(number)];
    chain[number] = entry->sequence;
    if (fold_account_fill(account, entry) != OK)
        assert_int_equal(account->last_entry, entry->account_previous);
}

static void fill_grant(struct scribe *scribe, struct entry *entry)
{
    struct grant *grant;

    if (entry->kind == ENTRY_ISSUE) {
        assert_int_equal(fold_issue_fill(entry, &scribe->grants[entry->grant]), OK);
        return;
    }
    if (entry->grant == 0)
        return;
    grant = &scribe->grants[entry->grant];
    entry->grant_previous = grant->last_entry;
    if (fold_grant_fill(grant, entry) != OK)
        assert_int_equal(grant->last_entry, entry->grant_previous);
}

/* Fills in what is left out.  Account 1, an operation of its own, a second after the last. */
static enum err scribe_try(struct scribe *scribe, struct entry entry)
{
    entry.sequence = ++scribe->sequence;
    entry.operation = entry.operation == 0 ? entry.sequence : entry.operation;
    entry.account = entry.account == 0 ? 1 : entry.account;
    entry.grant = entry.kind == ENTRY_ISSUE ? entry.sequence : entry.grant;
    if (entry.at.us == 0)
        entry.at.us = T0 + (int64_t)entry.sequence * 1000000;
    entry.effective_at = entry.at;
    fill_account(scribe, &entry);
    fill_grant(scribe, &entry);
    return proof_add(&scribe->proof, &entry);
}

static uint64_t scribe_write(struct scribe *scribe, struct entry entry)
{
    enum err e = scribe_try(scribe, entry);

    if (e != OK)
        fprintf(stderr, "%s: %s\n", err_name(e), scribe->report.problem);
    assert_int_equal(e, OK);
    return scribe->sequence;
}

static struct facts *new_facts(struct scribe *scribe)
{
    struct facts *facts = &scribe->facts[scribe->sequence + 1];

    *facts = FACTS_NONE;
    facts->customer.uuid.bytes[0] = 1;
    facts->credit_type.uuid.bytes[0] = 2;
    return facts;
}

#define WRITE(scribe, ...) scribe_write(scribe, (struct entry){ __VA_ARGS__ })
#define TRY(scribe, ...) scribe_try(scribe, (struct entry){ __VA_ARGS__ })

/* A grant that is effective at once. */
static uint64_t issue_to(struct scribe *scribe, uint32_t account, int64_t units)
{
    struct facts *facts = new_facts(scribe);

    facts->grant_id.uuid.bytes[0] = (uint8_t)(scribe->sequence + 1);
    facts->amount.units = units;
    facts->effective_at.us = T0;
    return WRITE(scribe, .kind = ENTRY_ISSUE, .account = account, .amount.units = units,
                 .facts = facts);
}

static uint64_t issue(struct scribe *scribe, int64_t units)
{
    return issue_to(scribe, 1, units);
}

static uint64_t issue_later(struct scribe *scribe, int64_t units)
{
    struct facts *facts = new_facts(scribe);

    facts->amount.units = units;
    facts->effective_at.us = T0 + INT64_C(86400000000);
    return WRITE(scribe, .kind = ENTRY_ISSUE, .facts = facts);
}

static void limit(struct scribe *scribe, int64_t units)
{
    struct facts *facts = new_facts(scribe);

    facts->amount.units = units;
    WRITE(scribe, .kind = ENTRY_CREDIT_LIMIT, .facts = facts);
}

/* --- what came of it --- */

static void is_found(struct scribe *scribe, enum err e, const char *problem)
{
    if (e != ERR_CORRUPT || strcmp(scribe->report.problem, problem) != 0)
        fprintf(stderr, "%s: \"%s\", not \"%s\"\n", err_name(e), scribe->report.problem, problem);
    assert_int_equal(e, ERR_CORRUPT);
    assert_string_equal(scribe->report.problem, problem);
    scribe_close(scribe);
}

static enum err compare(struct scribe *scribe)
{
    enum err e = proof_end(&scribe->proof);

    return e == OK ? proof_compare(&scribe->proof, &scribe->store) : e;
}

static void a_book_that_follows_is_proved(void **state)
{
    struct scribe scribe;
    uint64_t grant, hold;

    (void)state;
    scribe_open(&scribe);
    grant = issue(&scribe, 10);
    issue_later(&scribe, 5);
    hold = WRITE(&scribe, .kind = ENTRY_HOLD, .grant = grant, .held.units = 4,
                 .facts = new_facts(&scribe));
    WRITE(&scribe, .kind = ENTRY_RELEASE, .grant = grant, .of = hold, .held.units = -4);
    for (int i = 0; i < 9; i++)
        WRITE(&scribe, .kind = ENTRY_DRAW, .grant = grant, .amount.units = -1);
    assert_int_equal(compare(&scribe), OK);
    assert_string_equal(scribe.report.problem, "");
    scribe_close(&scribe);
}

/* --- accounts --- */

static void the_first_entry_of_an_account_says_whose_it_is(void **state)
{
    static const char problem[] = "entry 1: it opens account 1 and does not say whose";
    struct scribe scribe;
    struct facts *facts;

    (void)state;
    scribe_open(&scribe);
    is_found(&scribe, TRY(&scribe, .kind = ENTRY_UNCOVERED, .uncovered.units = 1), problem);
    scribe_open(&scribe);
    facts = new_facts(&scribe);
    facts->customer.uuid.bytes[0] = 0;
    is_found(&scribe, TRY(&scribe, .kind = ENTRY_UNCOVERED, .uncovered.units = 1, .facts = facts),
             problem);
    scribe_open(&scribe);
    facts = new_facts(&scribe);
    facts->credit_type.uuid.bytes[0] = 0;
    is_found(&scribe, TRY(&scribe, .kind = ENTRY_UNCOVERED, .uncovered.units = 1, .facts = facts),
             problem);
    scribe_open(&scribe);
    is_found(&scribe, TRY(&scribe, .kind = ENTRY_UNCOVERED, .account = 2),
             "entry 1: account 2 is not the next one");
}

static void time_and_operations_go_on(void **state)
{
    struct scribe scribe;
    uint64_t grant;

    (void)state;
    scribe_open(&scribe);
    grant = issue(&scribe, 10);
    is_found(&scribe,
             TRY(&scribe, .kind = ENTRY_DRAW, .grant = grant, .amount.units = -1, .at.us = T0),
             "entry 2: it is earlier than the one before");
    scribe_open(&scribe);
    grant = issue(&scribe, 10);
    WRITE(&scribe, .kind = ENTRY_DRAW, .grant = grant, .amount.units = -1);
    is_found(
        &scribe,
        TRY(&scribe, .kind = ENTRY_DRAW, .grant = grant, .amount.units = -1, .operation = grant),
        "entry 3: its operation 1 is not at hand");
}

/* What is given to an account and to no grant of it, or held. */
static void an_account_is_its_grants(void **state)
{
    static const char problem[] = "entry 2: the balances of account 1 do not follow";
    struct scribe scribe;

    (void)state;
    scribe_open(&scribe);
    issue(&scribe, 10);
    is_found(&scribe, TRY(&scribe, .kind = ENTRY_REVERSE, .amount.units = 1), problem);
    scribe_open(&scribe);
    issue(&scribe, 10);
    is_found(&scribe, TRY(&scribe, .kind = ENTRY_UNCOVERED, .uncovered.units = 1, .held.units = 1),
             problem);
}

/* Voids what is scheduled of another grant. */
static void void_of_another(struct scribe *scribe, uint64_t grant, int64_t posted,
                            int64_t scheduled)
{
    struct facts *facts = new_facts(scribe);

    facts->amount.units = scheduled;
    WRITE(scribe, .kind = ENTRY_VOID, .grant = grant, .amount.units = -posted, .facts = facts);
}

static void what_is_scheduled_is_of_grants(void **state)
{
    static const char problem[] = "account 1: its balance is not the sum of its grants";
    struct scribe scribe;

    (void)state;
    scribe_open(&scribe);
    issue_later(&scribe, 5);
    void_of_another(&scribe, issue(&scribe, 10), 10, 5);
    is_found(&scribe, compare(&scribe), problem);
    scribe_open(&scribe); /* 2^64 + 1 in grants, and 1 in the account */
    for (int i = 0; i < 2; i++) {
        issue_later(&scribe, MOST - 1);
        void_of_another(&scribe, issue(&scribe, 1), 1, MOST - 1);
    }
    issue_later(&scribe, 5);
    void_of_another(&scribe, issue(&scribe, 1), 1, 4);
    is_found(&scribe, compare(&scribe), problem);
}

/* --- debts --- */

/* An account that owes 3. */
static void lend(struct scribe *scribe)
{
    issue(scribe, 1);
    limit(scribe, 5);
    WRITE(scribe, .kind = ENTRY_DEBT, .debt.units = 3);
}

static void no_more_is_given_back_than_was_lent(void **state)
{
    static const char did_not[] = "entry 5: account 1 did not lend that";
    struct scribe scribe;
    uint64_t grant;

    (void)state;
    scribe_open(&scribe); /* more is given back than was lent */
    lend(&scribe);
    grant = issue(&scribe, 10);
    is_found(&scribe,
             TRY(&scribe, .kind = ENTRY_REVERSE_REPAY, .grant = grant, .of = 3, .amount.units = 4),
             did_not);
    scribe_open(&scribe); /* less than nothing, and what comes of it fits no amount */
    limit(&scribe, 5);
    WRITE(&scribe, .kind = ENTRY_DEBT, .debt.units = 3);
    grant = issue(&scribe, MOST);
    is_found(
        &scribe,
        TRY(&scribe, .kind = ENTRY_REVERSE_REPAY, .grant = grant, .of = 2, .amount.units = -MOST),
        "entry 4: account 1 did not lend that");
}

/* --- grants --- */

static void an_entry_is_of_a_grant_of_its_account(void **state)
{
    struct scribe scribe;
    uint64_t grant;

    (void)state;
    scribe_open(&scribe);
    issue(&scribe, 10);
    is_found(&scribe, TRY(&scribe, .kind = ENTRY_DRAW, .grant = 9, .amount.units = -1),
             "entry 2: account 1 has no grant 9");
    scribe_open(&scribe);
    grant = issue(&scribe, 10);
    issue_to(&scribe, 2, 10);
    is_found(&scribe,
             TRY(&scribe, .kind = ENTRY_DRAW, .account = 2, .grant = grant, .amount.units = -1),
             "entry 3: account 2 has no grant 1");
}

/* What is released into a grant that has expired must expire with it (rule 5).  Of two that break
 * the law one is told. */
static void rule_12_holds_when_an_operation_ends(void **state)
{
    (void)state;
    for (int goes_on = 0; goes_on < 2; goes_on++) {
        struct scribe scribe;
        uint64_t hold, release;

        scribe_open(&scribe);
        issue(&scribe, 4);
        issue(&scribe, 4);
        hold = WRITE(&scribe, .kind = ENTRY_HOLD, .grant = 1, .held.units = 4,
                     .facts = new_facts(&scribe));
        WRITE(&scribe, .kind = ENTRY_HOLD, .grant = 2, .held.units = 4, .operation = hold);
        WRITE(&scribe, .kind = ENTRY_EXPIRE, .grant = 1);
        WRITE(&scribe, .kind = ENTRY_EXPIRE, .grant = 2);
        release = WRITE(&scribe, .kind = ENTRY_RELEASE, .grant = 1, .of = hold, .held.units = -4);
        WRITE(&scribe, .kind = ENTRY_RELEASE, .grant = 2, .of = hold, .held.units = -4,
              .operation = release);
        is_found(&scribe,
                 goes_on ? TRY(&scribe, .kind = ENTRY_UNCOVERED, .uncovered.units = 1)
                         : compare(&scribe),
                 "after entry 8: grant 2: the status of a grant agrees with its balances");
    }
}

/* --- holds --- */

static void a_hold_has_its_parts_and_ends_once(void **state)
{
    struct scribe scribe;
    uint64_t grant, other;

    (void)state;
    scribe_open(&scribe);
    grant = issue(&scribe, 10);
    is_found(&scribe, TRY(&scribe, .kind = ENTRY_HOLD, .grant = grant, .held.units = 4),
             "entry 2: the hold does not say when it lapses");
    scribe_open(&scribe);
    grant = issue(&scribe, 10);
    is_found(&scribe,
             TRY(&scribe, .kind = ENTRY_HOLD, .grant = grant, .held.units = 4, .operation = 1),
             "entry 2: there is no such hold");
    scribe_open(&scribe); /* what another grant holds */
    grant = issue(&scribe, 10);
    other = issue(&scribe, 10);
    for (uint64_t i = grant; i <= other; i++)
        WRITE(&scribe, .kind = ENTRY_HOLD, .grant = i, .held.units = 4,
              .facts = new_facts(&scribe));
    is_found(&scribe,
             TRY(&scribe, .kind = ENTRY_RELEASE, .grant = grant, .of = 4, .held.units = -4),
             "entry 5: it does not follow from hold 4");
}

/* Or it could grow again when some of it has gone. */
static void the_parts_of_a_hold_follow_each_other(void **state)
{
    static const char problem[] = "entry 5: it is no part of hold 3";
    struct scribe scribe;

    (void)state;
    for (int way = 0; way < 2; way++) {
        uint64_t hold;

        scribe_open(&scribe);
        issue(&scribe, 10);
        issue_to(&scribe, 2, 10);
        hold = WRITE(&scribe, .kind = ENTRY_HOLD, .grant = 1, .held.units = 4,
                     .facts = new_facts(&scribe));
        if (way == 0)
            WRITE(&scribe, .kind = ENTRY_HOLD, .grant = 1, .held.units = 4, .operation = hold);
        else
            WRITE(&scribe, .kind = ENTRY_RELEASE, .grant = 1, .of = hold, .held.units = -4,
                  .operation = hold);
        is_found(&scribe,
                 way == 0 ? TRY(&scribe, .kind = ENTRY_HOLD, .account = 2, .grant = 2,
                                .held.units = 4, .operation = hold)
                          : TRY(&scribe, .kind = ENTRY_HOLD, .grant = 1, .held.units = 4,
                                .operation = hold),
                 problem);
    }
}

/* --- reversals --- */

static void what_is_given_back_is_something(void **state)
{
    struct scribe scribe;

    (void)state;
    scribe_open(&scribe);
    issue(&scribe, 10);
    is_found(&scribe, TRY(&scribe, .kind = ENTRY_REVERSE), "entry 2: it gives back nothing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_book_that_follows_is_proved),
        cmocka_unit_test(the_first_entry_of_an_account_says_whose_it_is),
        cmocka_unit_test(time_and_operations_go_on),
        cmocka_unit_test(an_account_is_its_grants),
        cmocka_unit_test(what_is_scheduled_is_of_grants),
        cmocka_unit_test(no_more_is_given_back_than_was_lent),
        cmocka_unit_test(an_entry_is_of_a_grant_of_its_account),
        cmocka_unit_test(rule_12_holds_when_an_operation_ends),
        cmocka_unit_test(a_hold_has_its_parts_and_ends_once),
        cmocka_unit_test(the_parts_of_a_hold_follow_each_other),
        cmocka_unit_test(what_is_given_back_is_something),
    };

    return cmocka_run_group_tests_name("ledger: proof", tests, NULL, NULL);
}
