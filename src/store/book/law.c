#include "store/book/law.h"

#include "engine/invariant.h"
#include "exact/uint128.h"

static bool grants_are_held(const struct book *book, const int64_t *held)
{
    for (size_t i = 0; i < book_grant_count(book); i++) {
        if (book_grant_at(book, i)->grant.held.units != held[i])
            return false;
    }
    return true;
}

/* Adds up in held, by index of the grant.  False: it cannot be. */
static bool hold_add(const struct book *book, const struct hold *hold, int64_t *held)
{
    for (size_t i = 0; i < hold->part_count; i++) {
        const struct hold_part *part = &hold->parts[i];
        const struct book_grant *grant = book_grant(book, part->grant);

        if (grant == NULL || grant->grant.account != hold->account || part->amount.units < 0 ||
            __builtin_add_overflow(held[grant->index], part->amount.units, &held[grant->index]))
            return false;
    }
    return true;
}

static enum err law_of_holds(const struct book *book, struct str *broken)
{
    int64_t *held = room_new((book_grant_count(book) + 1) * sizeof *held);
    bool adds_up = true;

    if (held == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < book->hold_count && adds_up; i++) {
        if (book->holds[i]->hold.status == HOLD_OPEN)
            adds_up = hold_add(book, &book->holds[i]->hold, held);
    }
    if (!adds_up || !grants_are_held(book, held))
        *broken = STR("what is held of a grant is not what its holds hold");
    room_free(held);
    return OK;
}

/* By index of the grant, too.  *ret_lent: what was lent and given back, of all accounts. */
static bool reversals_add(const struct book *book, int64_t *reversed, uint128 *ret_lent)
{
    struct index_key key; /* deduction, grant */
    uint64_t units;
    size_t place = 0;

    while (index_next(&book->reversed, &place, &key, &units)) {
        const struct book_grant *grant = book_grant(book, key.low);

        if (key.high == 0 || key.high > book->end.sequence)
            return false;
        if (key.low == 0) {
            *ret_lent += units;
            continue;
        }
        if (grant == NULL ||
            __builtin_add_overflow(reversed[grant->index], (int64_t)units, &reversed[grant->index]))
            return false;
    }
    return true;
}

/* What was lent is owed, was repaid by a grant, or was given back. */
static bool debts_add_up(const struct book *book, uint128 given_back)
{
    uint128 lent = 0, accounted = given_back;

    for (uint32_t number = 1; number <= book_account_count(book); number++) {
        const struct account *account = &book_account(book, number)->account;

        lent += (uint128)(uint64_t)account->lent.units;
        accounted += (uint128)(uint64_t)account->debt.units;
    }
    for (size_t i = 0; i < book_grant_count(book); i++)
        accounted += (uint128)(uint64_t)book_grant_at(book, i)->grant.repaid.units;
    return lent == accounted;
}

static enum err law_of_reversals(const struct book *book, struct str *broken)
{
    int64_t *reversed = room_new((book_grant_count(book) + 1) * sizeof *reversed);
    uint128 lent = 0;
    bool adds_up;

    if (reversed == NULL)
        return ERR_NOMEM;
    adds_up = reversals_add(book, reversed, &lent);
    for (size_t i = 0; i < book_grant_count(book) && adds_up; i++)
        adds_up = book_grant_at(book, i)->grant.reversed.units == reversed[i];
    if (!adds_up)
        *broken = STR("what was reversed to a grant is not what its deductions say");
    else if (!debts_add_up(book, lent))
        *broken = STR("what was lent is not what is owed, was repaid and was given back");
    room_free(reversed);
    return OK;
}

static bool account_adds_up(const struct book *book, const struct book_account *account)
{
    int64_t posted = 0, held = 0, scheduled = 0;

    for (uint32_t i = 0; i < account->grant_count; i++) {
        const struct grant *grant = &book_grant_at(book, account->grants[i])->grant;

        if (__builtin_add_overflow(posted, grant->posted.units, &posted) ||
            __builtin_add_overflow(held, grant->held.units, &held) ||
            __builtin_add_overflow(scheduled, grant->scheduled.units, &scheduled))
            return false;
    }
    return posted == account->account.posted.units && held == account->account.held.units &&
           scheduled == account->account.scheduled.units && account->account.uncovered.units >= 0 &&
           account->account.limit.units >= 0 && account->account.lent.units >= 0 &&
           account->account.debt.units >= 0;
}

enum err book_law(const struct book *book, struct str *ret_broken)
{
    struct str broken = STR_NONE;
    enum err e = OK;

    for (size_t i = 0; i < book_grant_count(book) && broken.data == NULL; i++)
        broken = invariant_of_grant(&book_grant_at(book, i)->grant);
    for (uint32_t number = 1; number <= book_account_count(book) && broken.data == NULL; number++) {
        if (!account_adds_up(book, book_account(book, number)))
            broken = STR("the balances of an account are not the sums of its grants'");
    }
    if (broken.data == NULL)
        e = law_of_holds(book, &broken);
    if (e == OK && broken.data == NULL)
        e = law_of_reversals(book, &broken);
    if (e == OK)
        *ret_broken = broken;
    return e;
}
