#include "engine/burn_down.h"
#include "engine/release.h"
#include "engine/verb.h"

/* What a capture takes: of the hold, and beyond it as a deduction (rule 5). */
struct capture_plan {
    struct amount asked;
    struct amount from_hold;
    struct use excess; /* amount 0: none */
    struct burn_down beyond;
};

static enum reject capture_reject(const struct view *view, const struct capture *capture)
{
    if (view->hold == NULL)
        return REJECT_HOLD_UNKNOWN;
    if (!capture->whole && !amount_is_positive(capture->amount))
        return REJECT_AMOUNT_NOT_POSITIVE;
    if (view->hold->status != HOLD_OPEN)
        return REJECT_HOLD_ENDED;
    return REJECT_NONE;
}

static void capture_plan(const struct view *view, const struct command *command,
                         struct capture_plan *ret)
{
    const struct hold *hold = view->hold;
    struct amount asked = command->capture.whole ? hold->amount : command->capture.amount;

    *ret = (struct capture_plan){
        .asked = asked,
        .from_hold = amount_min(asked, hold->amount),
    };
    ret->excess = (struct use){
        .amount = amount_take(asked, ret->from_hold),
        .at = command->now,
        .product = uuid_is_zero(hold->product.uuid) ? NULL : &hold->product,
    };
    if (amount_is_positive(ret->excess.amount))
        ret->beyond = burn_down_plan_lend(view, &ret->excess);
}

/* Would the counters of draws of the hold's grants fit?  The excess may draw on them again: no more
 * than they have posted, with what the hold takes. */
static bool fits_grants(const struct view *view, const struct capture_plan *plan)
{
    const struct hold *hold = view->hold;
    struct amount rest = plan->from_hold;

    for (size_t i = 0; i < hold->part_count; i++) {
        const struct grant *grant = view->hold_grants[i];
        struct amount taken = amount_min(rest, hold->parts[i].amount);
        bool exceeds = amount_is_positive(plan->excess.amount);

        if (!grant_can_count_draws(grant, exceeds ? grant->posted : taken))
            return false;
        rest = amount_take(rest, taken);
    }
    return true;
}

static enum reject plan_reject(const struct view *view, const struct capture *capture,
                               const struct capture_plan *plan)
{
    enum reject reject = burn_down_reject(&plan->beyond, &view->account, capture->policy);

    if (reject == REJECT_NONE && !fits_grants(view, plan))
        return REJECT_OVERFLOW;
    return reject;
}

static enum err capture_facts(struct draft *draft, const struct view *view,
                              const struct capture *capture, struct arena *arena)
{
    struct facts *facts;
    enum err e;

    if (str_is_empty(capture->reason) && str_is_empty(capture->invoice_id) &&
        str_is_empty(capture->metadata) && uuid_is_zero(view->hold->product.uuid))
        return OK;
    e = draft_facts(draft, arena, &facts);
    if (e != OK)
        return e;
    facts->reason = capture->reason;
    facts->invoice_id = capture->invoice_id;
    facts->metadata = capture->metadata;
    facts->product = view->hold->product;
    return OK;
}

/* In the hold's own draw order: captured while the amount lasts, the rest released. */
static void write_parts(struct draft *draft, const struct view *view, struct amount from_hold)
{
    const struct hold *hold = view->hold;
    struct instant now = draft->command->now;

    for (size_t i = 0; i < hold->part_count; i++) {
        struct grant *grant = draft_grant(draft, view->hold_grants[i]);
        struct amount taken = amount_min(from_hold, hold->parts[i].amount);
        struct amount left = amount_take(hold->parts[i].amount, taken);

        if (amount_is_positive(taken))
            draft_add(draft, grant,
                      (struct entry){
                          .kind = ENTRY_CAPTURE,
                          .because = BECAUSE_HELD,
                          .effective_at = now,
                          .of = hold->number,
                          .amount = amount_negate(taken),
                          .held = amount_negate(taken),
                      });
        if (amount_is_positive(left))
            release_part(draft, grant, ENTRY_RELEASE, left, now, hold->number);
        from_hold = amount_take(from_hold, taken);
    }
    assert(amount_is_zero(from_hold));
}

static void write_excess(struct draft *draft, const struct view *view,
                         const struct capture_plan *plan)
{
    if (amount_is_zero(plan->excess.amount))
        return;
    burn_down_write(draft, view, &plan->excess, ENTRY_DRAW, view->hold->number);
    burn_down_write_rest(draft, &plan->excess, &plan->beyond, view->hold->number);
}

enum err decide_capture(const struct view *view, const struct command *command, struct arena *arena,
                        struct decision *ret)
{
    const struct hold *hold = view->hold;
    struct capture_plan plan;
    struct draft draft;
    bool exceeds;
    enum err e;

    ret->reject = capture_reject(view, &command->capture);
    if (ret->reject != REJECT_NONE)
        return OK;
    capture_plan(view, command, &plan);
    ret->reject = plan_reject(view, &command->capture, &plan);
    if (ret->reject == REJECT_BALANCE_EXCEEDED)
        ret->available = amount_take(plan.asked, plan.beyond.uncovered);
    if (ret->reject != REJECT_NONE)
        return OK;

    /* Only an excess meets again the grants that the hold has drawn from. */
    exceeds = amount_is_positive(plan.excess.amount);
    e = draft_open(&draft, view, command, arena,
                   2 * hold->part_count + 1 + plan.beyond.draw_count + BURN_DOWN_REST_MAX,
                   exceeds ? hold->part_count : 0);
    if (e == OK)
        e = capture_facts(&draft, view, &command->capture, arena);
    if (e != OK)
        return e;
    write_parts(&draft, view, plan.from_hold);
    write_excess(&draft, view, &plan);
    draft_close(&draft, ret);
    ret->lent = plan.beyond.lent;
    ret->uncovered = plan.beyond.uncovered;
    ret->covered = amount_take(amount_take(plan.asked, ret->uncovered), ret->lent);
    ret->hold_expires_at = hold->expires_at;
    return OK;
}
