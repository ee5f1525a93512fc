#include "engine/draft.h"
#include "engine/verb.h"

static struct amount left_of(const struct taken *taken)
{
    return amount_take(taken->amount, taken->reversed);
}

/* What reversals have not given back yet.  Draws and debt are parts of one use, so it fits. */
static struct amount left_of_all(const struct view *view)
{
    struct amount left = AMOUNT_ZERO;

    for (size_t i = 0; i < view->taken_count; i++) {
        enum err e = amount_add(left, left_of(&view->taken[i]), &left);

        assert(e == OK);
    }
    return left;
}

/* What was lent was taken last. */
static struct amount lent_of(const struct view *view)
{
    const struct taken *last;

    assert(view->taken_count > 0);
    last = &view->taken[view->taken_count - 1];
    return last->grant == 0 ? left_of(last) : AMOUNT_ZERO;
}

/* The part of what is given back that lowers the debt: what of it was lent, and is still owed. */
static struct amount owed_of(const struct view *view, struct amount amount)
{
    return amount_min(amount_min(amount, lent_of(view)), view->account.debt);
}

static enum reject reverse_reject(const struct view *view, const struct reverse *reverse)
{
    struct amount left, amount;

    if (view->taken == NULL)
        return REJECT_DEDUCTION_UNKNOWN;
    if (amount_is_negative(reverse->amount) ||
        (reverse->asked.given && amount_is_zero(reverse->amount)))
        return REJECT_AMOUNT_NOT_POSITIVE;
    left = left_of_all(view);
    if (amount_is_zero(left) || amount_compare(reverse->amount, left) > 0)
        return REJECT_REVERSAL_EXCEEDS;
    amount = amount_is_zero(reverse->amount) ? left : reverse->amount;
    if (!account_has_room(&view->account, amount_take(amount, owed_of(view, amount))))
        return REJECT_OVERFLOW;
    return REJECT_NONE;
}

/* How many of the draws, from the last, it takes to give amount back. */
static size_t draws_reached(const struct view *view, struct amount amount)
{
    size_t count = 0;

    while (amount_is_positive(amount)) {
        const struct taken *taken = &view->taken[view->taken_count - ++count];

        amount = amount_take(amount, amount_min(amount, left_of(taken)));
    }
    return count;
}

/* An ended grant keeps nothing. */
static void give_back(struct draft *draft, const struct grant *to, enum entry_kind kind,
                      struct amount part)
{
    uint64_t deduction = draft->command->subject.deduction;
    struct grant *grant = draft_grant(draft, to);

    draft_add(draft, grant,
              (struct entry){
                  .kind = kind,
                  .because = BECAUSE_REVERSED,
                  .effective_at = draft->command->now,
                  .of = deduction,
                  .amount = part,
              });
    draft_settle(draft, grant, deduction);
}

/* What was lent is no longer owed; what has been repaid of it since goes back to the grants that
 * did, the last first. */
static void give_back_debt(struct draft *draft, const struct view *view, struct amount part)
{
    struct amount owed = owed_of(view, part);

    if (amount_is_positive(owed))
        draft_add_account(draft, (struct entry){
                                     .kind = ENTRY_REVERSE_DEBT,
                                     .because = BECAUSE_REVERSED,
                                     .effective_at = draft->command->now,
                                     .of = draft->command->subject.deduction,
                                     .debt = amount_negate(owed),
                                 });
    part = amount_take(part, owed);
    for (size_t i = 0; i < view->repaid_count && amount_is_positive(part); i++) {
        struct amount repaid = amount_min(part, view->repaid_grants[i]->repaid);

        give_back(draft, view->repaid_grants[i], ENTRY_REVERSE_REPAY, repaid);
        part = amount_take(part, repaid);
    }
    assert(amount_is_zero(part)); /* what is lent is owed or repaid */
}

/* Rule 9: in the reverse of the order in which it was taken. */
static void write_reversal(struct draft *draft, const struct view *view, struct amount amount)
{
    for (size_t i = view->taken_count; i > 0 && amount_is_positive(amount); i--) {
        struct amount part = amount_min(amount, left_of(&view->taken[i - 1]));

        if (amount_is_zero(part))
            continue;
        if (view->taken[i - 1].grant == 0)
            give_back_debt(draft, view, part);
        else
            give_back(draft, view->taken_grants[i - 1], ENTRY_REVERSE, part);
        amount = amount_take(amount, part);
    }
}

enum err decide_reverse(const struct view *view, const struct command *command, struct arena *arena,
                        struct decision *ret)
{
    const struct reverse *reverse = &command->reverse;
    struct amount amount;
    struct draft draft;
    struct facts *facts;
    size_t reached;
    enum err e;

    ret->reject = reverse_reject(view, reverse);
    if (ret->reject != REJECT_NONE)
        return OK;
    assert(command->subject.deduction > 0);
    amount = amount_is_zero(reverse->amount) ? left_of_all(view) : reverse->amount;
    reached = draws_reached(view, amount) + view->repaid_count;
    e = draft_open(&draft, view, command, arena, 2 * reached, reached);
    if (e == OK && !str_is_empty(reverse->reason)) {
        e = draft_facts(&draft, arena, &facts);
        if (e == OK)
            facts->reason = reverse->reason;
    }
    if (e != OK)
        return e;
    write_reversal(&draft, view, amount);
    draft_close(&draft, ret);
    ret->covered = amount;
    ret->lent = owed_of(view, amount);
    return OK;
}
