/* What every decision keeps: its place in the book, and balances that run on. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "forge.h"

/* Two grants of 10, and a use of both. */
#define USE "scale 0\ngrant a 10\ngrant b 10\nuse 15\n"
#define REFUSED "scale 0\nuse 5\n refused BALANCE_EXCEEDED\n"
#define LEND "scale 0\nlimit 20\ngrant a 10\nuse 15\n"
#define LEND_ONE "scale 0\nlimit 1\nuse 1\n"
#define LIMIT "scale 0\ngrant a 10\nlimit 20\n"
#define HOLD "scale 0\ngrant a 10\ngrant b 10\nhold h 4\n"
#define RELEASE "scale 0\ngrant a 3\ngrant b 4\nhold h 5\nrelease h\n"
#define VOID "scale 0\ngrant a 10\ngrant b 20\nvoid a\n"

/* --- what is refused --- */

static void a_refusal_has_entries(struct forged *forged)
{
    forged->decision.entry_count = 1;
}

static void a_refusal_has_an_operation(struct forged *forged)
{
    forged->decision.operation = 1;
}

static void a_refusal_covers_something(struct forged *forged)
{
    forged->decision.covered.units = 1;
}

/* --- the place in the book --- */

static void a_gap(struct forged *forged)
{
    forged->entries[1].sequence++;
}

static void another_operation(struct forged *forged)
{
    forged->entries[1].operation++;
}

static void a_decision_called_otherwise(struct forged *forged)
{
    forged->decision.operation++;
}

static void another_account(struct forged *forged)
{
    forged->entries[1].account++;
}

static void an_entry_of_yesterday(struct forged *forged)
{
    forged->entries[0].at.us--;
}

static void somebody_else(struct forged *forged)
{
    forged->entries[1].key++;
}

static void a_draw_of_tomorrow(struct forged *forged)
{
    forged->entries[0].effective_at.us++;
}

static void nothing_said_of_a_new_account(struct forged *forged)
{
    forged->entries[0].facts = NULL;
}

static void a_new_account_of_nobody(struct forged *forged)
{
    forged->facts.customer = (struct customer_id){ .uuid = { .bytes = { 0 } } };
}

/* --- the account's balances --- */

static void posted_jumps(struct forged *forged)
{
    forged->entries[1].account_posted.units--;
}

static void held_jumps(struct forged *forged)
{
    forged->entries[1].account_held.units++;
}

static void debt_jumps(struct forged *forged)
{
    forged->entries[1].account_debt.units++;
}

static void another_posted_at_the_end(struct forged *forged)
{
    forged->decision.account_posted.units++;
}

static void another_held_at_the_end(struct forged *forged)
{
    forged->decision.account_held.units++;
}

static void another_debt_at_the_end(struct forged *forged)
{
    forged->decision.account_debt.units++;
}

static void owed_less_than_nothing(struct forged *forged)
{
    forged->entries[0].debt.units = -1;
    forged->entries[0].account_debt.units = -1;
    forged->decision.account_debt.units = -1;
}

static void lent_beyond_the_limit(struct forged *forged)
{
    forged->view.account.limit.units = forged->decision.lent.units - 1;
}

/* As if the view had held by less all the while. */
static void held_below_zero(struct forged *forged)
{
    forged->view.account.held.units--;
    for (size_t i = 0; i < forged->decision.entry_count; i++)
        forged->entries[i].account_held.units--;
    forged->decision.account_held.units--;
}

static void held_beyond_what_is_posted(struct forged *forged)
{
    forged->view.account.posted.units -= 17; /* 4 of 3 are held */
    forged->entries[0].account_posted.units -= 17;
    forged->decision.account_posted.units -= 17;
}

/* --- the grants' balances --- */

static void an_unknown_grant(struct forged *forged)
{
    forged->entries[0].grant = 77;
}

static void another_grant(struct forged *forged)
{
    forged->entries[0].grant = forged->view.grants[1]->number;
}

static void a_grant_keeps_what_it_gave(struct forged *forged)
{
    forged->entries[0].grant_posted.units++;
}

static void a_grant_holds_otherwise(struct forged *forged)
{
    forged->entries[0].grant_held.units++;
}

static void an_account_keeps_something_itself(struct forged *forged)
{
    forged->entries[0].amount.units = -1;
    forged->entries[0].account_posted.units--;
    forged->decision.account_posted.units--;
}

static void an_account_holds_something_itself(struct forged *forged)
{
    forged->entries[0].held.units = 1;
    forged->entries[0].account_held.units++;
    forged->decision.account_held.units++;
}

/* The last part, by one more than there is. */
static void more_released_than_held(struct forged *forged)
{
    forged->view.account.held.units++;
    forged->entries[0].account_held.units++;
    forged->entries[1].held.units--;
    forged->entries[1].grant_held.units--;
}

static void more_held_than_posted(struct forged *forged)
{
    forged->entries[0].held.units = 11;
    forged->entries[0].grant_held.units = 11;
    forged->entries[0].account_held.units = 11;
    forged->decision.account_held.units = 11;
}

static struct forgery forgeries[] = {
    FORGERY(REFUSED, DEDUCT, a_refusal_has_entries, "a refusal writes nothing"),
    FORGERY(REFUSED, DEDUCT, a_refusal_has_an_operation, "a refusal writes nothing"),
    FORGERY(REFUSED, DEDUCT, a_refusal_covers_something, "a refusal writes nothing"),
    FORGERY(USE, DEDUCT, a_gap, "sequences have no gaps"),
    FORGERY(USE, DEDUCT, another_operation, "an operation is called after its first entry"),
    FORGERY(USE, DEDUCT, a_decision_called_otherwise, "a decision is called after its first entry"),
    FORGERY(LIMIT, CREDIT_LIMIT_SET, a_decision_called_otherwise,
            "a decision is called after its first entry"),
    FORGERY(USE, DEDUCT, another_account, "a decision is about one account"),
    FORGERY(USE, DEDUCT, an_entry_of_yesterday,
            "an entry says when it was recorded, and who asked"),
    FORGERY(USE, DEDUCT, somebody_else, "an entry says when it was recorded, and who asked"),
    FORGERY(USE, DEDUCT, a_draw_of_tomorrow, "only a scheduled grant speaks of the future"),
    FORGERY("grant a 10\n", GRANT_ISSUE, nothing_said_of_a_new_account,
            "the first entry of an account names its customer"),
    FORGERY("grant a 10\n", GRANT_ISSUE, a_new_account_of_nobody,
            "the first entry of an account names its customer"),
    FORGERY(USE, DEDUCT, posted_jumps, "the account's balances run on from entry to entry"),
    FORGERY(USE, DEDUCT, held_jumps, "the account's balances run on from entry to entry"),
    FORGERY(LEND, DEDUCT, debt_jumps, "the account's balances run on from entry to entry"),
    FORGERY(USE, DEDUCT, another_posted_at_the_end,
            "a decision says the balances after its last entry"),
    FORGERY(USE, DEDUCT, another_held_at_the_end,
            "a decision says the balances after its last entry"),
    FORGERY(LEND, DEDUCT, another_debt_at_the_end,
            "a decision says the balances after its last entry"),
    FORGERY(LIMIT, CREDIT_LIMIT_SET, owed_less_than_nothing,
            "an account owes no less than nothing, and borrows no more than its limit"),
    FORGERY(LEND_ONE, DEDUCT, lent_beyond_the_limit,
            "an account owes no less than nothing, and borrows no more than its limit"),
    FORGERY(LEND, DEDUCT, lent_beyond_the_limit,
            "an account owes no less than nothing, and borrows no more than its limit"),
    FORGERY(USE, DEDUCT, held_below_zero, "no more is held of an account than is posted"),
    FORGERY(HOLD, HOLD_CREATE, held_beyond_what_is_posted,
            "no more is held of an account than is posted"),
    FORGERY(USE, DEDUCT, an_unknown_grant, "an entry is of a grant that the view shows"),
    FORGERY(VOID, GRANT_VOID, another_grant, "a grant's balances run on from entry to entry"),
    FORGERY(USE, DEDUCT, a_grant_keeps_what_it_gave,
            "a grant's balances run on from entry to entry"),
    FORGERY(USE, DEDUCT, a_grant_holds_otherwise, "a grant's balances run on from entry to entry"),
    FORGERY(LIMIT, CREDIT_LIMIT_SET, an_account_keeps_something_itself,
            "balances change in grants alone"),
    FORGERY(LIMIT, CREDIT_LIMIT_SET, an_account_holds_something_itself,
            "balances change in grants alone"),
    FORGERY(RELEASE, HOLD_RELEASE, more_released_than_held,
            "no more is held of a grant than is posted"),
    FORGERY(HOLD, HOLD_CREATE, more_held_than_posted, "no more is held of a grant than is posted"),
};

int main(void)
{
    static struct CMUnitTest tests[array_count(forgeries)];

    for (size_t i = 0; i < array_count(forgeries); i++)
        tests[i] = (struct CMUnitTest){
            .name = forgeries[i].claim,
            .test_func = forgery_is_named,
            .initial_state = &forgeries[i],
        };
    return cmocka_run_group_tests_name("engine/invariant_decision", tests, NULL, NULL);
}
