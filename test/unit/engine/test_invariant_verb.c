/* What the decisions of each verb keep: uses, holds, reversals, new grants. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "forge.h"

/* Two grants of 10, and a use of both. */
#define USE "scale 0\ngrant a 10\ngrant b 10\nuse 15\n"
#define PARTIAL "scale 0\ngrant a 10\nuse 15 partial\n"
#define LEND "scale 0\nlimit 20\ngrant a 10\nuse 15\n"
#define HOLD_PARTIAL "scale 0\ngrant a 10\nhold h 15 partial\n"
#define RELEASE "scale 0\ngrant a 3\ngrant b 4\nhold h 5\nrelease h\n"
/* a: capture -3; b: capture -1, release 1. */
#define CAPTURE "scale 0\ngrant a 3\ngrant b 4\nhold h 5\ncapture h 4\n"
#define CAPTURE_LENDS "scale 0\nlimit 5\ngrant a 3\nhold h 3\ncapture h 4\n"
#define REVERSE "scale 0\ngrant a 10\nuse 6 as u\nreverse u 4\n"
#define REVERSE_DEBT "scale 0\nlimit 20\nuse 6 as u\nreverse u 4\n"
/* a: issue +30, repay -20. */
#define REPAY "scale 0\nlimit 20\ngrant b 30 products search\nuse 20\ngrant a 30\n"
#define REPAY_ONE "scale 0\nlimit 1\nuse 1\ngrant a 30\n"
/* a: roll_over -10, expire 0; a+: issue +10. */
#define ROLL_OVER "scale 0\ngrant a 10 expires +1d rollover 100% 1 +9d\nat +1d\n"

/* --- a use --- */

static void more_asked_than_made_up(struct forged *forged)
{
    forged->command.deduct.amount.units++;
}

static void more_covered_than_drawn(struct forged *forged)
{
    forged->command.deduct.amount.units++;
    forged->decision.covered.units++;
}

static void less_uncovered_in_the_book(struct forged *forged)
{
    forged->entries[1].uncovered.units--;
}

static void less_lent_in_the_book(struct forged *forged)
{
    forged->entries[1].debt.units--;
    forged->entries[1].account_debt.units--;
    forged->decision.account_debt.units--;
}

static void it_should_have_been_refused(struct forged *forged)
{
    forged->command.deduct.policy = POLICY_REFUSE;
}

static void a_hold_leaves_something_uncovered_in_the_book(struct forged *forged)
{
    struct entry *entry = &forged->entries[1];

    *entry = forged->entries[0];
    entry->sequence++;
    entry->kind = ENTRY_UNCOVERED;
    entry->grant = 0;
    entry->held.units = 0;
    entry->uncovered.units = 5;
    forged->decision.entry_count = 2;
}

static void a_hold_is_lent_and_says_so(struct forged *forged)
{
    a_hold_leaves_something_uncovered_in_the_book(forged);
    forged->view.account.limit.units = 5;
    forged->entries[1].kind = ENTRY_DEBT;
    forged->entries[1].uncovered.units = 0;
    forged->entries[1].debt.units = 5;
    forged->entries[1].account_debt.units = 5;
    forged->decision.account_debt.units = 5;
    forged->decision.uncovered.units = 0;
    forged->decision.lent.units = 5;
}

static void a_hold_is_lent(struct forged *forged)
{
    forged->decision.lent = forged->decision.uncovered;
    forged->decision.uncovered.units = 0;
}

static void the_second_first(struct forged *forged)
{
    forged->live[0] = &forged->grants[1];
    forged->live[1] = &forged->grants[0];
}

static void for_no_reason(struct forged *forged)
{
    forged->entries[0].because = 0;
}

/* The second draw becomes an entry of the account alone. */
static void second_draw_undone(struct forged *forged, enum entry_kind kind)
{
    struct entry *entry = &forged->entries[1];

    entry->kind = kind;
    entry->grant = 0;
    entry->amount.units = 0;
    entry->account_posted.units += 5;
    forged->decision.account_posted.units += 5;
    forged->decision.covered.units -= 5;
}

static void uncovered_before_the_last_grant(struct forged *forged)
{
    second_draw_undone(forged, ENTRY_UNCOVERED);
    forged->command.deduct.policy = POLICY_PARTIAL;
    forged->entries[1].uncovered.units = 5;
    forged->decision.uncovered.units = 5;
}

static void lent_before_the_last_grant(struct forged *forged)
{
    second_draw_undone(forged, ENTRY_DEBT);
    forged->view.account.limit.units = 5;
    forged->entries[1].debt.units = 5;
    forged->entries[1].account_debt.units = 5;
    forged->decision.account_debt.units = 5;
    forged->decision.lent.units = 5;
}

static void drawn_past_a_grant_that_has_something(struct forged *forged)
{
    forged->entries[0].amount.units++; /* it leaves 1, and the next is drawn from */
    forged->entries[0].grant_posted.units++;
    forged->entries[0].account_posted.units++;
    forged->entries[1].amount.units--;
    forged->entries[1].grant_posted.units--;
}

static void drawn_from_what_was_not_eligible(struct forged *forged)
{
    forged->grants[1].status = GRANT_EXPIRED;
}

/* --- the end of a hold --- */

static void freed_for_another_hold(struct forged *forged)
{
    forged->entries[1].of++;
}

static void half_a_hold_is_left(struct forged *forged)
{
    forged->decision.entry_count = 1;
    forged->decision.account_held = forged->entries[0].account_held;
}

static void a_capture_of_more(struct forged *forged)
{
    forged->command.capture.amount.units++;
}

static void a_capture_covers_more(struct forged *forged)
{
    forged->command.capture.amount.units++;
    forged->decision.covered.units++;
}

static void a_capture_is_lent_more(struct forged *forged)
{
    forged->decision.lent.units++;
}

/* The second part is drawn, not captured, and all of it is released. */
static void drawn_while_the_hold_has_something(struct forged *forged)
{
    struct entry *drawn = &forged->entries[1], *released = &forged->entries[2];

    drawn->kind = ENTRY_DRAW;
    drawn->held.units = 0;
    drawn->grant_held.units++;
    drawn->account_held.units++;
    released->held.units--;
}

/* --- a reversal --- */

static void owed_no_longer(struct forged *forged)
{
    forged->decision.lent.units++;
}

static void more_given_back_than_in_the_book(struct forged *forged)
{
    forged->decision.covered.units++;
}

static void nothing_given_back(struct forged *forged)
{
    forged->decision.entry_count = 0;
    forged->decision.account_posted = forged->view.account.posted;
    forged->decision.covered.units = 0;
}

static void more_given_back_than_taken(struct forged *forged)
{
    forged->taken[0].reversed.units = 3;
}

/* --- what a new grant pays --- */

static void it_pays_nothing(struct forged *forged)
{
    forged->decision.entry_count = 1;
    forged->decision.account_posted = forged->entries[0].account_posted;
    forged->decision.account_debt = forged->entries[0].account_debt;
}

static void it_is_drawn_from_instead(struct forged *forged)
{
    forged->entries[1].kind = ENTRY_DRAW;
}

static void another_grant_pays(struct forged *forged)
{
    forged->entries[1].grant = forged->view.grants[0]->number;
}

static void it_owes_less_than_it_paid(struct forged *forged)
{
    forged->entries[1].debt.units++;
    forged->entries[1].account_debt.units++;
    forged->decision.account_debt.units++;
}

static void it_pays_less_than_is_owed_less(struct forged *forged)
{
    forged->entries[1].amount.units++;
    forged->entries[1].grant_posted.units++;
    forged->entries[1].account_posted.units++;
    forged->decision.account_posted.units++;
}

static void less_arrives_than_rolls_over(struct forged *forged)
{
    forged->entries[2].amount.units--;
    forged->entries[2].grant_posted.units--;
    forged->entries[2].account_posted.units--;
    forged->decision.account_posted.units--;
}

static struct forgery forgeries[] = {
    FORGERY(USE, DEDUCT, more_asked_than_made_up,
            "draws, debt and what is uncovered make up the use"),
    FORGERY(USE, DEDUCT, more_covered_than_drawn, "a decision says what its draws cover"),
    FORGERY(PARTIAL, DEDUCT, less_uncovered_in_the_book, "what is uncovered stands in the book"),
    FORGERY(LEND, DEDUCT, less_lent_in_the_book, "what is lent stands in the book"),
    FORGERY(PARTIAL, DEDUCT, it_should_have_been_refused, "a use that is not covered is refused"),
    FORGERY(HOLD_PARTIAL, HOLD_CREATE, a_hold_leaves_something_uncovered_in_the_book,
            "a hold is not a use yet: it owes nothing, and leaves nothing uncovered"),
    FORGERY(HOLD_PARTIAL, HOLD_CREATE, a_hold_is_lent_and_says_so,
            "a hold is not a use yet: it owes nothing, and leaves nothing uncovered"),
    FORGERY(HOLD_PARTIAL, HOLD_CREATE, a_hold_is_lent, "what is lent stands in the book"),
    FORGERY(USE, DEDUCT, the_second_first, "the next eligible grant in burn order is drawn from"),
    FORGERY(USE, DEDUCT, for_no_reason, "the next eligible grant in burn order is drawn from"),
    FORGERY(USE, DEDUCT, uncovered_before_the_last_grant,
            "nothing is lent or uncovered while a grant has something"),
    FORGERY(USE, DEDUCT, lent_before_the_last_grant,
            "nothing is lent or uncovered while a grant has something"),
    FORGERY(USE, DEDUCT, drawn_past_a_grant_that_has_something,
            "only the last draw leaves something, and only eligible grants are drawn from"),
    FORGERY(USE, DEDUCT, drawn_from_what_was_not_eligible,
            "only the last draw leaves something, and only eligible grants are drawn from"),
    FORGERY(RELEASE, HOLD_RELEASE, freed_for_another_hold, "the entries of a hold's life name it"),
    FORGERY(RELEASE, HOLD_RELEASE, half_a_hold_is_left, "a hold ends whole"),
    FORGERY(CAPTURE, HOLD_CAPTURE, a_capture_of_more,
            "captured, drawn, lent and uncovered make up the capture"),
    FORGERY(CAPTURE, HOLD_CAPTURE, a_capture_covers_more,
            "a decision says what its capture covers"),
    FORGERY(CAPTURE_LENDS, HOLD_CAPTURE, a_capture_is_lent_more, "what is lent stands in the book"),
    FORGERY(CAPTURE, HOLD_CAPTURE, drawn_while_the_hold_has_something,
            "a capture draws on others only when its hold is used up"),
    FORGERY(REVERSE, REVERSE, owed_no_longer, "a decision says what is owed no longer"),
    FORGERY(REVERSE_DEBT, REVERSE, owed_no_longer, "a decision says what is owed no longer"),
    FORGERY(REVERSE, REVERSE, more_given_back_than_in_the_book,
            "a decision says what it gives back"),
    FORGERY(REVERSE, REVERSE, nothing_given_back, "a decision says what it gives back"),
    FORGERY(REVERSE, REVERSE, more_given_back_than_taken, "no more is given back than was taken"),
    FORGERY(REPAY_ONE, GRANT_ISSUE, it_pays_nothing,
            "a grant that becomes effective pays what is owed first"),
    FORGERY(REPAY, GRANT_ISSUE, it_pays_nothing,
            "a grant that becomes effective pays what is owed first"),
    FORGERY(REPAY, GRANT_ISSUE, it_is_drawn_from_instead,
            "a grant that becomes effective pays what is owed first"),
    FORGERY(REPAY, GRANT_ISSUE, another_grant_pays,
            "a grant that becomes effective pays what is owed first"),
    FORGERY(REPAY, GRANT_ISSUE, it_owes_less_than_it_paid,
            "a grant that becomes effective pays what is owed first"),
    FORGERY(REPAY, GRANT_ISSUE, it_pays_less_than_is_owed_less,
            "a grant that becomes effective pays what is owed first"),
    FORGERY(ROLL_OVER, EXPIRE, less_arrives_than_rolls_over,
            "what rolls over is what the new grant has"),
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
    return cmocka_run_group_tests_name("engine/invariant_verb", tests, NULL, NULL);
}
