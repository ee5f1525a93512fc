#include "engine/burn_down.h"
#include "engine/verb.h"

static enum reject hold_reject(const struct command *command)
{
    if (!amount_is_positive(command->hold.use.amount))
        return REJECT_AMOUNT_NOT_POSITIVE;
    if (!instant_before(command->now, command->hold.expires_at))
        return REJECT_EXPIRES_IN_PAST;
    return REJECT_NONE;
}

/* A hold of nothing would be no hold, so even a partial one needs something to hold. */
static bool is_enough(const struct burn_down *plan, enum policy policy)
{
    if (policy == POLICY_PARTIAL)
        return amount_is_positive(plan->covered);
    return amount_is_zero(plan->uncovered);
}

static enum err hold_facts(struct draft *draft, const struct hold_create *hold, struct arena *arena)
{
    struct facts *facts;
    enum err e = draft_facts(draft, arena, &facts);

    if (e != OK)
        return e;
    facts->reason = hold->use.reason;
    facts->invoice_id = hold->use.invoice_id;
    facts->metadata = hold->use.metadata;
    facts->hold_expires_at = hold->expires_at;
    if (hold->use.has_product)
        facts->product = hold->use.product_id;
    return OK;
}

/* Rule 5: it takes as a deduction would, but only reserves. */
enum err decide_hold(const struct view *view, const struct command *command, struct arena *arena,
                     struct decision *ret)
{
    const struct hold_create *hold = &command->hold;
    struct use use = {
        .amount = hold->use.amount,
        .at = command->now,
        .product = hold->use.has_product ? &hold->use.product_id : NULL,
    };
    struct burn_down plan;
    struct draft draft;
    enum err e;

    ret->reject = hold_reject(command);
    if (ret->reject != REJECT_NONE)
        return OK;
    plan = burn_down_plan(view, &use);
    if (!is_enough(&plan, hold->use.policy)) {
        ret->reject = REJECT_BALANCE_EXCEEDED;
        ret->available = plan.covered;
        return OK;
    }
    e = draft_open(&draft, view, command, arena, plan.draw_count, 0);
    if (e == OK)
        e = hold_facts(&draft, hold, arena);
    if (e != OK)
        return e;
    burn_down_write(&draft, view, &use, ENTRY_HOLD, view->next_sequence);
    draft_close(&draft, ret);
    ret->covered = plan.covered;
    ret->uncovered = plan.uncovered;
    ret->hold_expires_at = hold->expires_at;
    return OK;
}
