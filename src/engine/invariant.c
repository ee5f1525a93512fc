#include "engine/invariant.h"

#include "exact/uint128.h"

/* Sums of 128 bits, so that the law is judged without the arithmetic that it judges. */
static uint128 wide(struct amount amount)
{
    return (uint128)(uint64_t)amount.units;
}

static bool is_negative(const struct grant *grant)
{
    return grant->amount.units < 0 || grant->scheduled.units < 0 || grant->posted.units < 0 ||
           grant->held.units < 0 || grant->drawn.units < 0 || grant->reversed.units < 0 ||
           grant->expired.units < 0 || grant->voided.units < 0 || grant->rolled_over.units < 0 ||
           grant->repaid.units < 0;
}

static bool is_conserved(const struct grant *grant)
{
    return wide(grant->amount) + wide(grant->reversed) ==
           wide(grant->scheduled) + wide(grant->posted) + wide(grant->drawn) +
               wide(grant->expired) + wide(grant->voided) + wide(grant->rolled_over) +
               wide(grant->repaid);
}

static bool status_agrees(const struct grant *grant)
{
    switch (grant->status) {
    case GRANT_SCHEDULED:
        return grant->scheduled.units == grant->amount.units;
    case GRANT_ACTIVE:
        return grant->scheduled.units == 0 && grant->expired.units == 0 &&
               grant->voided.units == 0 && grant->rolled_over.units == 0;
    case GRANT_EXPIRED:
        return grant->scheduled.units == 0 && grant->voided.units == 0 &&
               grant->posted.units == grant->held.units;
    case GRANT_VOIDED:
        return grant->scheduled.units == 0 && grant->posted.units == grant->held.units;
    }
    return false;
}

struct str invariant_of_grant(const struct grant *grant)
{
    if (grant->number == 0 || grant->account == 0)
        return STR("a grant has a number and an account");
    if (is_negative(grant))
        return STR("no sum of a grant is below zero");
    if (grant->amount.units == 0)
        return STR("a grant promises something");
    if (!is_conserved(grant))
        return STR("amount = scheduled + posted + drawn - reversed + repaid + expired + voided + "
                   "rolled over");
    if (grant->held.units > grant->posted.units)
        return STR("no more is held of a grant than is posted");
    if (grant->reversed.units > grant->drawn.units)
        return STR("no more is reversed to a grant than was drawn from it");
    if (!status_agrees(grant))
        return STR("the status of a grant agrees with its balances");
    if (grant->effective_at.us >= grant->expires_at.us)
        return STR("a grant expires after it becomes effective");
    if (grant->last_entry < grant->facts_entry || grant->facts_entry < grant->number)
        return STR("the entries of a grant follow its issue");
    return STR_NONE;
}

struct str invariant_of_account(const struct account *account, struct grant *const *grants,
                                size_t grant_count)
{
    uint128 posted = 0, held = 0, scheduled = 0, repaid = 0;

    for (size_t i = 0; i < grant_count; i++) {
        if (grants[i]->account != account->number)
            return STR("a grant is of its account");
        posted += wide(grants[i]->posted);
        held += wide(grants[i]->held);
        scheduled += wide(grants[i]->scheduled);
        repaid += wide(grants[i]->repaid);
    }
    if (account->posted.units < 0 || wide(account->posted) != posted)
        return STR("what an account has posted is the sum of its grants");
    if (account->held.units < 0 || wide(account->held) != held)
        return STR("what an account has held is the sum of its grants");
    if (account->scheduled.units < 0 || wide(account->scheduled) != scheduled)
        return STR("what an account has scheduled is the sum of its grants");
    if (posted + scheduled > (uint128)AMOUNT_UNITS_MAX)
        return STR("what an account has posted and scheduled fits an amount");
    if (account->uncovered.units < 0)
        return STR("what was uncovered is not below zero");
    if (account->limit.units < 0 || account->debt.units < 0)
        return STR("neither a limit nor a debt is below zero");
    if (account->lent.units < 0 || wide(account->lent) < wide(account->debt) + repaid)
        return STR("what an account owes, and what its grants have repaid, was lent");
    return STR_NONE;
}

struct str invariant_of_order(struct grant *const *grants, size_t grant_count)
{
    for (size_t i = 1; i < grant_count; i++) {
        if (grant_burn_compare(grants[i - 1], grants[i]) >= 0)
            return STR("grants stand in burn order");
    }
    return STR_NONE;
}
