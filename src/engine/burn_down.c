#include "engine/burn_down.h"

bool grant_can_count_draws(const struct grant *grant, struct amount more)
{
    struct amount sum;

    /* Reversals let a grant be drawn from again and again, so this sum can grow without end. */
    return amount_add(grant->drawn, more, &sum) == OK;
}

/* Rule 2. */
static bool is_eligible(const struct grant *grant, const struct use *use)
{
    return grant_is_drawable(grant, use->at) && grant_covers_product(grant, use->product);
}

/* The first eligible grant in burn order at or after an index; grant_count: none. */
static size_t next_eligible(const struct view *view, const struct use *use, size_t index)
{
    while (index < view->grant_count && !is_eligible(view->grants[index], use))
        index++;
    return index;
}

struct burn_down burn_down_plan(const struct view *view, const struct use *use)
{
    struct burn_down plan = { .uncovered = use->amount };

    assert(amount_is_positive(use->amount));
    for (size_t i = next_eligible(view, use, 0);
         i < view->grant_count && amount_is_positive(plan.uncovered);
         i = next_eligible(view, use, i + 1)) {
        struct amount part = amount_min(plan.uncovered, grant_available(view->grants[i]));

        plan.uncovered = amount_take(plan.uncovered, part);
        plan.overflows = plan.overflows || !grant_can_count_draws(view->grants[i], part);
        plan.draw_count++;
    }
    plan.covered = amount_take(use->amount, plan.uncovered);
    return plan;
}

struct burn_down burn_down_plan_lend(const struct view *view, const struct use *use)
{
    struct burn_down plan = burn_down_plan(view, use);

    if (amount_is_positive(plan.uncovered)) {
        plan.lent = amount_min(plan.uncovered, account_credit(&view->account));
        plan.uncovered = amount_take(plan.uncovered, plan.lent);
    }
    return plan;
}

enum reject burn_down_reject(const struct burn_down *plan, const struct account *account,
                             enum policy policy)
{
    struct amount sum;

    if (amount_is_positive(plan->uncovered) && policy != POLICY_PARTIAL)
        return REJECT_BALANCE_EXCEEDED;
    if (plan->overflows || amount_add(account->lent, plan->lent, &sum) != OK ||
        amount_add(account->uncovered, plan->uncovered, &sum) != OK)
        return REJECT_OVERFLOW;
    return REJECT_NONE;
}

/* What put a before b (rule 3). */
static enum because because_of(const struct grant *a, const struct grant *b)
{
    assert(grant_burn_compare(a, b) < 0);
    if (a->priority.millionths != b->priority.millionths)
        return BECAUSE_PRIORITY;
    if (!instant_equals(a->expires_at, b->expires_at))
        return BECAUSE_EXPIRY;
    if (!instant_equals(a->effective_at, b->effective_at))
        return BECAUSE_EFFECTIVE;
    return BECAUSE_CREATION;
}

static struct entry part_entry(enum entry_kind kind, struct amount part)
{
    assert(kind == ENTRY_DRAW || kind == ENTRY_HOLD);
    if (kind == ENTRY_DRAW)
        return (struct entry){ .kind = kind, .amount = amount_negate(part) };
    return (struct entry){ .kind = kind, .held = part };
}

void burn_down_write(struct draft *draft, const struct view *view, const struct use *use,
                     enum entry_kind kind, uint64_t of)
{
    struct amount rest = use->amount;
    size_t next = next_eligible(view, use, 0);

    while (next < view->grant_count && amount_is_positive(rest)) {
        const struct grant *grant = view->grants[next];
        struct amount part = amount_min(rest, grant_available(grant));
        struct entry entry = part_entry(kind, part);

        next = next_eligible(view, use, next + 1);
        entry.of = of;
        entry.effective_at = use->at;
        entry.because =
            next < view->grant_count ? because_of(grant, view->grants[next]) : BECAUSE_ONLY;
        draft_add(draft, draft_grant(draft, grant), entry);
        rest = amount_take(rest, part);
    }
}

void burn_down_write_rest(struct draft *draft, const struct use *use, const struct burn_down *plan,
                          uint64_t of)
{
    if (amount_equals(plan->covered, use->amount))
        return;
    if (amount_is_positive(plan->lent))
        draft_add_account(draft, (struct entry){
                                     .kind = ENTRY_DEBT,
                                     .effective_at = use->at,
                                     .of = of,
                                     .debt = plan->lent,
                                 });
    if (amount_is_positive(plan->uncovered))
        draft_add_account(draft, (struct entry){
                                     .kind = ENTRY_UNCOVERED,
                                     .effective_at = use->at,
                                     .of = of,
                                     .uncovered = plan->uncovered,
                                 });
}
