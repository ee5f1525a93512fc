#include "engine/burn_down.h"
#include "engine/verb.h"

static enum reject deduct_reject(const struct command *command)
{
    if (!amount_is_positive(command->deduct.amount))
        return REJECT_AMOUNT_NOT_POSITIVE;
    if (instant_before(command->now, command->deduct.at))
        return REJECT_AT_IN_FUTURE;
    return REJECT_NONE;
}

static bool says_anything(const struct deduct *deduct)
{
    return deduct->has_product || !str_is_empty(deduct->reason) ||
           !str_is_empty(deduct->invoice_id) || !str_is_empty(deduct->metadata);
}

static enum err deduct_facts(struct draft *draft, const struct deduct *deduct, struct arena *arena)
{
    struct facts *facts;
    enum err e;

    if (!says_anything(deduct))
        return OK;
    e = draft_facts(draft, arena, &facts);
    if (e != OK)
        return e;
    facts->reason = deduct->reason;
    facts->invoice_id = deduct->invoice_id;
    facts->metadata = deduct->metadata;
    if (deduct->has_product)
        facts->product = deduct->product_id;
    return OK;
}

/* Rule 4.  The use is judged at its own instant, and recorded now (rule 10). */
enum err decide_deduct(const struct view *view, const struct command *command, struct arena *arena,
                       struct decision *ret)
{
    const struct deduct *deduct = &command->deduct;
    struct use use = {
        .amount = deduct->amount,
        .at = deduct->at,
        .product = deduct->has_product ? &deduct->product_id : NULL,
    };
    struct burn_down plan;
    struct draft draft;
    enum err e;

    ret->reject = deduct_reject(command);
    if (ret->reject != REJECT_NONE)
        return OK;
    plan = burn_down_plan_lend(view, &use);
    ret->reject = burn_down_reject(&plan, &view->account, deduct->policy);
    if (ret->reject == REJECT_BALANCE_EXCEEDED)
        ret->available = amount_take(deduct->amount, plan.uncovered);
    if (ret->reject != REJECT_NONE)
        return OK;
    e = draft_open(&draft, view, command, arena, plan.draw_count + BURN_DOWN_REST_MAX, 0);
    if (e == OK)
        e = deduct_facts(&draft, deduct, arena);
    if (e != OK)
        return e;
    burn_down_write(&draft, view, &use, ENTRY_DRAW, 0);
    burn_down_write_rest(&draft, &use, &plan, 0);
    draft_close(&draft, ret);
    ret->covered = plan.covered;
    ret->lent = plan.lent;
    ret->uncovered = plan.uncovered;
    return OK;
}
