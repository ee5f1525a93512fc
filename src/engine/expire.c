#include "engine/draft.h"
#include "engine/verb.h"

#define MILLIONTHS 1000000u

/* Rule 7: how much of what is left goes into a new grant. */
static struct amount rolled_amount(const struct grant *grant)
{
    const struct rollover *rollover = grant->rollover;
    struct amount most;

    if (rollover == NULL || !instant_before(grant->expires_at, rollover->expires_at))
        return AMOUNT_ZERO;
    switch (rollover->kind) {
    case ROLLOVER_MAX_AMOUNT:
        return amount_min(rollover->amount_max, grant_available(grant));
    case ROLLOVER_MAX_PERCENTAGE:
        if (rollover->millionths_max >= MILLIONTHS)
            return grant_available(grant);
        most = amount_share(grant->amount, rollover->millionths_max, MILLIONTHS);
        return amount_min(most, grant_available(grant));
    }
    never("a rollover is of one of two kinds");
}

/* The new grant is the old one but for its terms; nothing was paid for it, and nobody's
 * uniqueness key speaks of it. */
static void rolled_facts(const struct grant *grant, const struct facts *before,
                         const struct expire *expire, struct amount amount, struct facts *ret)
{
    assert(!uuid_is_zero(expire->rolled_id.uuid));
    *ret = *before;
    ret->grant_id = expire->rolled_id;
    ret->amount = amount;
    ret->priority = grant->rollover->priority;
    ret->effective_at = grant->expires_at;
    ret->expires_at = grant->rollover->expires_at;
    ret->rollover = (struct rollover){ .kind = 0 };
    ret->rolled_from = grant->id;
    ret->uniqueness_key = STR_NONE;
    ret->has_paid = false;
    ret->paid_amount = AMOUNT_ZERO;
    ret->paid_credit_type = (struct credit_type_id){ .uuid = { .bytes = { 0 } } };
    ret->paid_currency = STR_NONE;
    ret->invoice_date = INSTANT_NEVER;
    ret->invoice_id = STR_NONE;
}

static void roll_over(struct draft *draft, struct grant *grant, struct amount amount,
                      const struct facts *facts)
{
    struct grant rolled;

    if (facts != NULL)
        draft_add(draft, grant,
                  (struct entry){
                      .kind = ENTRY_ROLL_OVER,
                      .effective_at = grant->expires_at,
                      .amount = amount_negate(amount),
                  });
    draft_expire(draft, grant, grant->expires_at);
    if (facts == NULL)
        return;
    draft_add_issue(draft,
                    (struct entry){
                        .kind = ENTRY_ISSUE,
                        .effective_at = facts->effective_at,
                        .amount = amount,
                        .facts = facts,
                    },
                    &rolled);
    draft_repay(draft, &rolled, facts->effective_at);
}

/* Rules 6 and 7.  There is nothing to do for a grant that has ended before its time, or whose
 * expiry was moved. */
enum err decide_expire(const struct view *view, const struct command *command, struct arena *arena,
                       struct decision *ret)
{
    const struct grant *grant = view->grant;
    struct amount rolled;
    struct facts *facts = NULL;
    struct draft draft;
    enum err e;

    assert(grant != NULL);
    if (grant->status != GRANT_ACTIVE || instant_before(command->now, grant->expires_at))
        return OK;
    rolled = rolled_amount(grant);
    if (amount_is_positive(rolled)) {
        assert(view->grant_facts != NULL);
        facts = arena_new(arena, struct facts, 1);
        if (facts == NULL)
            return ERR_NOMEM;
        rolled_facts(grant, view->grant_facts, &command->expire, rolled, facts);
    }
    e = draft_open(&draft, view, command, arena, 4, 0);
    if (e != OK)
        return e;
    roll_over(&draft, draft_grant(&draft, grant), rolled, facts);
    draft_close(&draft, ret);
    return OK;
}
