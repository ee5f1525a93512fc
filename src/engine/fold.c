/* Each fold is a step on a copy, then either a comparison with the entry's balances after
 * (fold_*) or their writing (fold_*_fill), then the copy becomes the state.  So the engine, the
 * stores and verify agree by construction, and an error leaves everything as it was. */
#include "engine/fold.h"

/* Do the signs of the entry's changes suit its kind? */
enum sign { NEGATIVE = -1, ZERO, POSITIVE };

static enum sign sign_of(struct amount amount)
{
    return (amount.units > 0) - (amount.units < 0);
}

static bool moves(const struct entry *entry, enum sign amount, enum sign held)
{
    return sign_of(entry->amount) == amount && sign_of(entry->held) == held;
}

/* What leaves a grant is counted where it went. */
static enum err leaves_to(struct amount *counter, const struct entry *entry)
{
    return amount_subtract(*counter, entry->amount, counter);
}

static enum err step_activate(struct grant *grant, const struct entry *entry)
{
    if (grant->status != GRANT_SCHEDULED || !moves(entry, POSITIVE, ZERO) ||
        !amount_equals(entry->amount, grant->scheduled))
        return ERR_CORRUPT;
    grant->status = GRANT_ACTIVE;
    grant->scheduled = AMOUNT_ZERO;
    return OK;
}

static enum err step_edit(struct grant *grant, const struct entry *entry)
{
    if (!moves(entry, ZERO, ZERO) || entry->facts == NULL)
        return ERR_CORRUPT;
    if (entry->of != 0 && entry->of != grant->facts_entry)
        return ERR_CORRUPT;
    if (!instant_before(grant->effective_at, entry->facts->expires_at))
        return ERR_CORRUPT;
    grant->expires_at = entry->facts->expires_at;
    grant->facts_entry = entry->sequence;
    return OK;
}

static enum err step_draw(struct grant *grant, const struct entry *entry)
{
    if (grant->status != GRANT_ACTIVE || !moves(entry, NEGATIVE, ZERO))
        return ERR_CORRUPT;
    return leaves_to(&grant->drawn, entry);
}

static enum err step_expire(struct grant *grant, const struct entry *entry)
{
    if (grant->status != GRANT_ACTIVE && grant->status != GRANT_EXPIRED)
        return ERR_CORRUPT;
    if (!amount_equals(amount_negate(entry->amount), grant_available(grant)) ||
        !amount_is_zero(entry->held))
        return ERR_CORRUPT;
    grant->status = GRANT_EXPIRED;
    return leaves_to(&grant->expired, entry);
}

static enum err step_roll_over(struct grant *grant, const struct entry *entry)
{
    if (grant->status != GRANT_ACTIVE || !moves(entry, NEGATIVE, ZERO))
        return ERR_CORRUPT;
    return leaves_to(&grant->rolled_over, entry);
}

/* A scheduled grant is in no balance, so its VOID has no amount; the facts tell. */
static bool void_facts_follow(const struct grant *grant, const struct entry *entry)
{
    if (grant->status != GRANT_SCHEDULED)
        return true;
    return entry->facts != NULL && amount_equals(entry->facts->amount, grant->scheduled);
}

static enum err step_void(struct grant *grant, const struct entry *entry)
{
    enum err e;

    if (!amount_equals(amount_negate(entry->amount), grant_available(grant)) ||
        !amount_is_zero(entry->held) || !void_facts_follow(grant, entry))
        return ERR_CORRUPT;
    e = leaves_to(&grant->voided, entry);
    if (e == OK)
        e = amount_add(grant->voided, grant->scheduled, &grant->voided);
    grant->scheduled = AMOUNT_ZERO;
    grant->status = GRANT_VOIDED;
    return e;
}

static enum err step_reverse(struct grant *grant, const struct entry *entry)
{
    if (grant->status == GRANT_SCHEDULED || !moves(entry, POSITIVE, ZERO))
        return ERR_CORRUPT;
    return amount_add(grant->reversed, entry->amount, &grant->reversed);
}

/* A grant repays once, before anything else is taken of it. */
static enum err step_repay(struct grant *grant, const struct entry *entry)
{
    if (grant->status != GRANT_ACTIVE || !moves(entry, NEGATIVE, ZERO) ||
        !amount_equals(grant->posted, grant->amount))
        return ERR_CORRUPT;
    return leaves_to(&grant->repaid, entry);
}

static enum err step_reverse_repay(struct grant *grant, const struct entry *entry)
{
    if (!moves(entry, POSITIVE, ZERO) || amount_compare(entry->amount, grant->repaid) > 0)
        return ERR_CORRUPT;
    return leaves_to(&grant->repaid, entry);
}

static enum err step_hold(struct grant *grant, const struct entry *entry)
{
    return grant->status == GRANT_ACTIVE && moves(entry, ZERO, POSITIVE) ? OK : ERR_CORRUPT;
}

static enum err step_capture(struct grant *grant, const struct entry *entry)
{
    if (!moves(entry, NEGATIVE, NEGATIVE) || !amount_equals(entry->amount, entry->held))
        return ERR_CORRUPT;
    return leaves_to(&grant->drawn, entry);
}

static enum err step_unhold(struct grant *grant, const struct entry *entry)
{
    (void)grant;
    return moves(entry, ZERO, NEGATIVE) ? OK : ERR_CORRUPT;
}

/* What is particular to the kind: its conditions, the status, the counters. */
static enum err step_kind(struct grant *grant, const struct entry *entry)
{
    switch (entry->kind) {
    case ENTRY_ACTIVATE:
        return step_activate(grant, entry);
    case ENTRY_EDIT:
        return step_edit(grant, entry);
    case ENTRY_DRAW:
        return step_draw(grant, entry);
    case ENTRY_EXPIRE:
        return step_expire(grant, entry);
    case ENTRY_ROLL_OVER:
        return step_roll_over(grant, entry);
    case ENTRY_VOID:
        return step_void(grant, entry);
    case ENTRY_REVERSE:
        return step_reverse(grant, entry);
    case ENTRY_HOLD:
        return step_hold(grant, entry);
    case ENTRY_CAPTURE:
        return step_capture(grant, entry);
    case ENTRY_RELEASE:
    case ENTRY_LAPSE:
        return step_unhold(grant, entry);
    case ENTRY_REPAY:
        return step_repay(grant, entry);
    case ENTRY_REVERSE_REPAY:
        return step_reverse_repay(grant, entry);
    case ENTRY_ISSUE:     /* makes a grant; it changes none */
    case ENTRY_UNCOVERED: /* of the account */
    case ENTRY_EXTEND:
    case ENTRY_CREDIT_LIMIT:
    case ENTRY_DEBT:
    case ENTRY_REVERSE_DEBT:
        return ERR_CORRUPT;
    }
    return ERR_CORRUPT; /* what was read is not what was written */
}

/* What a disk gives back may be anything. */
static bool is_amount(struct amount amount)
{
    return amount.units >= -AMOUNT_UNITS_MAX;
}

static bool is_sane(const struct entry *entry)
{
    const struct facts *facts = entry->facts;

    return is_amount(entry->amount) && is_amount(entry->held) && is_amount(entry->uncovered) &&
           is_amount(entry->debt) && is_amount(entry->grant_posted) &&
           is_amount(entry->grant_held) && is_amount(entry->account_posted) &&
           is_amount(entry->account_held) && is_amount(entry->account_debt) &&
           !instant_is_none(entry->at) &&
           (facts == NULL || (is_amount(facts->amount) && !instant_is_none(facts->effective_at) &&
                              !instant_is_none(facts->expires_at)));
}

static enum err grant_step(struct grant *grant, const struct entry *entry)
{
    if (!is_sane(entry))
        return ERR_CORRUPT;
    if (entry->grant != grant->number || entry->account != grant->account ||
        entry->sequence <= grant->last_entry || !amount_is_zero(entry->uncovered))
        return ERR_CORRUPT;
    if (step_kind(grant, entry) != OK ||
        amount_add(grant->posted, entry->amount, &grant->posted) != OK ||
        amount_add(grant->held, entry->held, &grant->held) != OK)
        return ERR_CORRUPT;
    /* Rule 12. */
    if (amount_is_negative(grant->held) || amount_compare(grant->held, grant->posted) > 0 ||
        amount_compare(grant->reversed, grant->drawn) > 0)
        return ERR_CORRUPT;
    grant->entry_count++;
    grant->last_entry = entry->sequence;
    return OK;
}

enum err fold_grant_fill(struct grant *grant, struct entry *entry)
{
    struct grant after = *grant;
    enum err e = grant_step(&after, entry);

    if (e != OK)
        return e;
    entry->grant_posted = after.posted;
    entry->grant_held = after.held;
    *grant = after;
    return OK;
}

/* The balances after that the entry was written with must be those that it leads to. */
static bool grant_agrees(const struct entry *entry, const struct entry *filled)
{
    return amount_equals(entry->grant_posted, filled->grant_posted) &&
           amount_equals(entry->grant_held, filled->grant_held);
}

enum err fold_grant(struct grant *grant, const struct entry *entry)
{
    struct grant after = *grant;
    struct entry filled = *entry;
    enum err e = fold_grant_fill(&after, &filled);

    if (e == OK && !grant_agrees(entry, &filled))
        e = ERR_CORRUPT;
    if (e == OK)
        *grant = after;
    return e;
}

/* An ISSUE has the grant's amount when that is effective at once, otherwise none. */
static bool issue_is_sound(const struct entry *entry)
{
    const struct facts *facts = entry->facts;

    if (facts == NULL || entry->kind != ENTRY_ISSUE || entry->grant != entry->sequence ||
        !is_sane(entry))
        return false;
    if (!amount_is_positive(facts->amount) || !amount_is_zero(entry->held) ||
        !amount_is_zero(entry->uncovered) || !amount_is_zero(entry->debt) ||
        !instant_before(facts->effective_at, facts->expires_at))
        return false;
    return instant_before(entry->at, facts->effective_at)
               ? amount_is_zero(entry->amount)
               : amount_equals(entry->amount, facts->amount);
}

enum err fold_issue_fill(struct entry *entry, struct grant *ret)
{
    const struct facts *facts = entry->facts;
    bool scheduled;

    if (!issue_is_sound(entry))
        return ERR_CORRUPT;
    scheduled = amount_is_zero(entry->amount);
    *ret = (struct grant){
        .id = facts->grant_id,
        .number = entry->sequence,
        .account = entry->account,
        .status = scheduled ? GRANT_SCHEDULED : GRANT_ACTIVE,
        .priority = facts->priority,
        .effective_at = facts->effective_at,
        .expires_at = facts->expires_at,
        .amount = facts->amount,
        .scheduled = scheduled ? facts->amount : AMOUNT_ZERO,
        .posted = entry->amount,
        .products = facts->products.count > 0 ? &facts->products : NULL,
        .rollover = facts->rollover.kind != 0 ? &facts->rollover : NULL,
        .entry_count = 1,
        .last_entry = entry->sequence,
        .facts_entry = entry->sequence,
    };
    entry->grant_posted = ret->posted;
    entry->grant_held = ret->held;
    return OK;
}

enum err fold_issue(const struct entry *entry, struct grant *ret)
{
    struct entry filled = *entry;
    struct grant grant;
    enum err e = fold_issue_fill(&filled, &grant);

    if (e == OK && !grant_agrees(entry, &filled))
        e = ERR_CORRUPT;
    if (e == OK)
        *ret = grant;
    return e;
}

/* How what is scheduled changes: an entry that schedules has its amount in the facts alone. */
static enum err step_scheduled(struct amount *scheduled, const struct entry *entry)
{
    if (entry->kind == ENTRY_ACTIVATE)
        return amount_subtract(*scheduled, entry->amount, scheduled);
    if (entry->kind == ENTRY_ISSUE && amount_is_zero(entry->amount)) {
        if (entry->facts == NULL)
            return ERR_CORRUPT;
        return amount_add(*scheduled, entry->facts->amount, scheduled);
    }
    if (entry->kind == ENTRY_VOID && entry->facts != NULL)
        return amount_subtract(*scheduled, entry->facts->amount, scheduled);
    return OK;
}

static enum err step_limit(struct account *account, const struct entry *entry)
{
    if (!amount_is_zero(entry->debt) || entry->facts == NULL ||
        amount_is_negative(entry->facts->amount))
        return ERR_CORRUPT;
    account->limit = entry->facts->amount;
    return OK;
}

static enum err step_lend(struct account *account, const struct entry *entry)
{
    if (!amount_is_positive(entry->debt) ||
        amount_compare(entry->debt, account_credit(account)) > 0 ||
        amount_add(account->lent, entry->debt, &account->lent) != OK)
        return ERR_CORRUPT;
    return amount_add(account->debt, entry->debt, &account->debt);
}

/* What is owed falls; a debt is paid out of a grant, or was lent in vain. */
static enum err step_owe_less(struct account *account, const struct entry *entry)
{
    if (!amount_is_negative(entry->debt) ||
        amount_compare(amount_negate(entry->debt), account->debt) > 0)
        return ERR_CORRUPT;
    return amount_add(account->debt, entry->debt, &account->debt);
}

static enum err step_account_repay(struct account *account, const struct entry *entry)
{
    if (!amount_equals(entry->debt, entry->amount) || entry->of != account->last_repay)
        return ERR_CORRUPT;
    account->last_repay = entry->sequence;
    return step_owe_less(account, entry);
}

/* Most entries are not, and need not be looked at closely. */
static bool may_be_of_debt(const struct entry *entry)
{
    return entry->debt.units != 0 || entry->kind >= ENTRY_CREDIT_LIMIT;
}

/* What the account owes, and may owe (rule 4). */
static enum err step_debt(struct account *account, const struct entry *entry)
{
    switch (entry->kind) {
    case ENTRY_CREDIT_LIMIT:
        return entry->grant == 0 ? step_limit(account, entry) : ERR_CORRUPT;
    case ENTRY_DEBT:
        return entry->grant == 0 ? step_lend(account, entry) : ERR_CORRUPT;
    case ENTRY_REVERSE_DEBT:
        return entry->grant == 0 ? step_owe_less(account, entry) : ERR_CORRUPT;
    case ENTRY_REPAY:
        return step_account_repay(account, entry);
    case ENTRY_ISSUE:
    case ENTRY_ACTIVATE:
    case ENTRY_EDIT:
    case ENTRY_DRAW:
    case ENTRY_UNCOVERED:
    case ENTRY_EXPIRE:
    case ENTRY_ROLL_OVER:
    case ENTRY_VOID:
    case ENTRY_REVERSE:
    case ENTRY_HOLD:
    case ENTRY_CAPTURE:
    case ENTRY_RELEASE:
    case ENTRY_LAPSE:
    case ENTRY_EXTEND:
    case ENTRY_REVERSE_REPAY:
        return amount_is_zero(entry->debt) ? OK : ERR_CORRUPT;
    }
    return ERR_CORRUPT;
}

/* Balances change in grants alone, and what is uncovered is an entry of its own. */
static bool is_of_its_kind(const struct entry *entry)
{
    if (entry->grant == 0 && !moves(entry, ZERO, ZERO))
        return false;
    return entry->kind == ENTRY_UNCOVERED ? amount_is_positive(entry->uncovered)
                                          : amount_is_zero(entry->uncovered);
}

static enum err account_step(struct account *account, const struct entry *entry)
{
    struct amount whole;

    if (entry->account != account->number || entry->sequence <= account->last_entry ||
        !is_sane(entry) || !is_of_its_kind(entry))
        return ERR_CORRUPT;
    if (amount_add(account->posted, entry->amount, &account->posted) != OK ||
        amount_add(account->held, entry->held, &account->held) != OK ||
        amount_add(account->uncovered, entry->uncovered, &account->uncovered) != OK ||
        step_scheduled(&account->scheduled, entry) != OK ||
        (may_be_of_debt(entry) && step_debt(account, entry) != OK) ||
        amount_add(account->posted, account->scheduled, &whole) != OK)
        return ERR_CORRUPT;
    if (amount_is_negative(account->held) || amount_is_negative(account->scheduled) ||
        amount_compare(account->held, account->posted) > 0)
        return ERR_CORRUPT;
    account->entry_count++;
    account->last_entry = entry->sequence;
    return OK;
}

enum err fold_account_fill(struct account *account, struct entry *entry)
{
    struct account after = *account;
    enum err e = account_step(&after, entry);

    if (e != OK)
        return e;
    entry->account_posted = after.posted;
    entry->account_held = after.held;
    entry->account_debt = after.debt;
    *account = after;
    return OK;
}

enum err fold_account(struct account *account, const struct entry *entry)
{
    struct account after = *account;
    struct entry filled = *entry;
    enum err e = fold_account_fill(&after, &filled);

    if (e == OK && (!amount_equals(entry->account_posted, filled.account_posted) ||
                    !amount_equals(entry->account_held, filled.account_held) ||
                    !amount_equals(entry->account_debt, filled.account_debt)))
        e = ERR_CORRUPT;
    if (e == OK)
        *account = after;
    return e;
}

/* How a hold ended: a capture also releases what it leaves. */
static enum hold_status ended_as(const struct hold *hold, enum entry_kind kind)
{
    if (amount_is_positive(hold->captured))
        return HOLD_CAPTURED;
    return kind == ENTRY_LAPSE ? HOLD_LAPSED : HOLD_RELEASED;
}

/* Parts leave in draw order, so the entry is about the first that still holds something. */
static enum err lower_part(struct hold *hold, const struct entry *entry)
{
    struct amount captured = hold->captured;
    struct hold_part *part;

    if (hold->status != HOLD_OPEN || hold->part_first >= hold->part_count)
        return ERR_CORRUPT;
    part = &hold->parts[hold->part_first];
    if (part->grant != entry->grant || !amount_is_negative(entry->held) ||
        amount_compare(amount_negate(entry->held), part->amount) > 0)
        return ERR_CORRUPT;
    if (entry->kind == ENTRY_CAPTURE && amount_subtract(captured, entry->held, &captured) != OK)
        return ERR_CORRUPT;

    part->amount = amount_take(part->amount, amount_negate(entry->held));
    hold->captured = captured;
    if (amount_is_zero(part->amount))
        hold->part_first++;
    if (hold->part_first == hold->part_count)
        hold->status = ended_as(hold, entry->kind);
    return OK;
}

static enum err extend(struct hold *hold, const struct entry *entry)
{
    if (hold->status != HOLD_OPEN || entry->facts == NULL)
        return ERR_CORRUPT;
    hold->expires_at = entry->facts->hold_expires_at;
    return OK;
}

enum err fold_hold(struct hold *hold, const struct entry *entry)
{
    if (entry->of != hold->number || entry->account != hold->account || !is_sane(entry))
        return ERR_CORRUPT;
    switch (entry->kind) {
    case ENTRY_CAPTURE:
    case ENTRY_RELEASE:
    case ENTRY_LAPSE:
        return lower_part(hold, entry);
    case ENTRY_EXTEND:
        return extend(hold, entry);
    case ENTRY_HOLD: /* builds it */
    case ENTRY_DRAW: /* the excess of a capture */
    case ENTRY_UNCOVERED:
    case ENTRY_DEBT:
    case ENTRY_EXPIRE: /* what was released into an ended grant */
    case ENTRY_VOID:
        return OK;
    case ENTRY_ISSUE:
    case ENTRY_ACTIVATE:
    case ENTRY_EDIT:
    case ENTRY_ROLL_OVER:
    case ENTRY_REVERSE:
    case ENTRY_CREDIT_LIMIT:
    case ENTRY_REPAY:
    case ENTRY_REVERSE_DEBT:
    case ENTRY_REVERSE_REPAY:
        return ERR_CORRUPT;
    }
    return ERR_CORRUPT;
}
