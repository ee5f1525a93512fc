/* The law of a decision, found again from view, command and entries alone: neither the fold nor
 * the verbs have a say here.  Each law returns STR_NONE, or the sentence that is broken. */
#include "engine/invariant.h"

#include "exact/uint128.h"

struct check {
    const struct view *view;
    const struct command *command;
    const struct decision *decision;
    size_t hint; /* where in view->grants the last grant was found */
};

static uint128 wide(struct amount amount)
{
    return (uint128)(uint64_t)amount.units;
}

static bool refuses_nothing_written(const struct check *check)
{
    return check->decision->entry_count == 0 && check->decision->operation == 0 &&
           check->decision->covered.units == 0;
}

static struct str law_of_sequence(const struct check *check)
{
    const struct decision *decision = check->decision;

    for (size_t i = 0; i < decision->entry_count; i++) {
        const struct entry *entry = &decision->entries[i];

        if (entry->sequence != check->view->next_sequence + i)
            return STR("sequences have no gaps");
        if (entry->operation != check->view->next_sequence)
            return STR("an operation is called after its first entry");
        if (entry->account != check->view->account.number)
            return STR("a decision is about one account");
        if (entry->at.us != check->command->now.us || entry->key != check->command->key)
            return STR("an entry says when it was recorded, and who asked");
        if (entry->effective_at.us > entry->at.us && entry->kind != ENTRY_ISSUE)
            return STR("only a scheduled grant speaks of the future");
    }
    if (decision->entry_count > 0 && decision->operation != check->view->next_sequence)
        return STR("a decision is called after its first entry");
    if (check->view->account_is_new && decision->entry_count > 0) {
        const struct facts *facts = decision->entries[0].facts;

        if (facts == NULL || uuid_is_zero(facts->customer.uuid))
            return STR("the first entry of an account names its customer");
    }
    return STR_NONE;
}

static struct str law_of_account(const struct check *check)
{
    int64_t posted = check->view->account.posted.units;
    int64_t held = check->view->account.held.units;
    int64_t debt = check->view->account.debt.units;

    for (size_t i = 0; i < check->decision->entry_count; i++) {
        const struct entry *entry = &check->decision->entries[i];

        posted += entry->amount.units;
        held += entry->held.units;
        debt += entry->debt.units;
        if (entry->account_posted.units != posted || entry->account_held.units != held ||
            entry->account_debt.units != debt)
            return STR("the account's balances run on from entry to entry");
        if (debt < 0 || (entry->debt.units > 0 && debt > check->view->account.limit.units))
            return STR("an account owes no less than nothing, and borrows no more than its limit");
        if (held < 0 || held > posted)
            return STR("no more is held of an account than is posted");
    }
    if (check->decision->account_posted.units != posted ||
        check->decision->account_held.units != held || check->decision->account_debt.units != debt)
        return STR("a decision says the balances after its last entry");
    return STR_NONE;
}

static const struct grant *find_among(struct grant *const *grants, size_t count, size_t *hint,
                                      uint64_t number)
{
    for (size_t i = 0; i < count; i++) {
        size_t at = (*hint + i) % count;

        if (grants[at]->number == number) {
            *hint = at;
            return grants[at];
        }
    }
    return NULL;
}

static const struct grant *find_view_grant(struct check *check, uint64_t number)
{
    const struct view *view = check->view;

    if (view->grant != NULL && view->grant->number == number)
        return view->grant;
    for (size_t i = 0; view->hold != NULL && i < view->hold->part_count; i++) {
        if (view->hold_grants[i]->number == number)
            return view->hold_grants[i];
    }
    for (size_t i = 0; i < view->taken_count; i++) {
        if (view->taken[i].grant == number)
            return view->taken_grants[i];
    }
    for (size_t i = 0; i < view->repaid_count; i++) {
        if (view->repaid_grants[i]->number == number)
            return view->repaid_grants[i];
    }
    return find_among(view->grants, view->grant_count, &check->hint, number);
}

/* Each grant has one turn in a deduction and in a hold, in burn order (law_of_draws). */
static bool may_come_again(const struct check *check)
{
    return check->command->kind != COMMAND_DEDUCT && check->command->kind != COMMAND_HOLD_CREATE;
}

/* The balances of the grant of entry index before that entry.  False: there is no such grant. */
static bool balances_before(struct check *check, size_t index, int64_t *ret_posted,
                            int64_t *ret_held)
{
    const struct entry *entries = check->decision->entries;
    const struct grant *grant;

    for (size_t i = may_come_again(check) ? index : 0; i > 0; i--) {
        if (entries[i - 1].grant == entries[index].grant) {
            *ret_posted = entries[i - 1].grant_posted.units;
            *ret_held = entries[i - 1].grant_held.units;
            return true;
        }
    }
    *ret_posted = *ret_held = 0;
    if (entries[index].kind == ENTRY_ISSUE)
        return true;
    grant = find_view_grant(check, entries[index].grant);
    if (grant == NULL)
        return false;
    *ret_posted = grant->posted.units;
    *ret_held = grant->held.units;
    return true;
}

static struct str law_of_grants(struct check *check)
{
    for (size_t i = 0; i < check->decision->entry_count; i++) {
        const struct entry *entry = &check->decision->entries[i];
        int64_t posted, held;

        if (entry->grant == 0) {
            if (entry->amount.units != 0 || entry->held.units != 0)
                return STR("balances change in grants alone");
            continue;
        }
        if (!balances_before(check, i, &posted, &held))
            return STR("an entry is of a grant that the view shows");
        if (entry->grant_posted.units != posted + entry->amount.units ||
            entry->grant_held.units != held + entry->held.units)
            return STR("a grant's balances run on from entry to entry");
        if (entry->grant_held.units < 0 || entry->grant_held.units > entry->grant_posted.units)
            return STR("no more is held of a grant than is posted");
    }
    return STR_NONE;
}

/* What the entries of a kind move: posted and held together, so that draws and holds count. */
static uint128 moved(const struct decision *decision, enum entry_kind kind)
{
    uint128 sum = 0;

    for (size_t i = 0; i < decision->entry_count; i++) {
        const struct entry *entry = &decision->entries[i];
        int64_t units = entry->amount.units != 0 ? entry->amount.units : entry->held.units;

        if (entry->kind == kind)
            sum += (uint128)(uint64_t)(units < 0 ? -units : units);
    }
    return sum;
}

static uint128 lent(const struct decision *decision)
{
    uint128 sum = 0;

    for (size_t i = 0; i < decision->entry_count; i++) {
        if (decision->entries[i].kind == ENTRY_DEBT)
            sum += wide(decision->entries[i].debt);
    }
    return sum;
}

static uint128 uncovered(const struct decision *decision)
{
    uint128 sum = 0;

    for (size_t i = 0; i < decision->entry_count; i++)
        sum += wide(decision->entries[i].uncovered);
    return sum;
}

/* Rules 2 to 4: the draws are the first eligible grants in burn order; each but the last is
 * emptied; when something is uncovered, there is no other. */
static struct str law_of_draws(const struct check *check, const struct deduct *use,
                               enum entry_kind kind, struct instant at)
{
    const struct view *view = check->view;
    const struct decision *decision = check->decision;
    const struct product_id *product = use->has_product ? &use->product_id : NULL;
    bool is_last = false;
    size_t draw = 0;

    for (size_t i = 0; i < view->grant_count && !is_last; i++) {
        const struct grant *grant = view->grants[i];
        const struct entry *entry = &decision->entries[draw];

        if (!grant_is_drawable(grant, at) || !grant_covers_product(grant, product))
            continue;
        if (draw == decision->entry_count || entry->kind != kind) {
            is_last = true;
        } else {
            if (entry->grant != grant->number || entry->because == 0)
                return STR("the next eligible grant in burn order is drawn from");
            is_last = entry->grant_posted.units != entry->grant_held.units;
            draw++;
        }
        if (is_last && (decision->uncovered.units != 0 || decision->lent.units != 0))
            return STR("nothing is lent or uncovered while a grant has something");
    }
    if (draw < decision->entry_count && decision->entries[draw].kind == kind)
        return STR("only the last draw leaves something, and only eligible grants are drawn from");
    return STR_NONE;
}

static struct str law_of_use(const struct check *check, const struct deduct *use,
                             enum entry_kind kind, struct instant at)
{
    const struct decision *decision = check->decision;

    if (wide(decision->covered) + wide(decision->lent) + wide(decision->uncovered) !=
        wide(use->amount))
        return STR("draws, debt and what is uncovered make up the use");
    if (moved(decision, kind) != wide(decision->covered))
        return STR("a decision says what its draws cover");
    if (kind == ENTRY_DRAW && uncovered(decision) != wide(decision->uncovered))
        return STR("what is uncovered stands in the book");
    if (lent(decision) != wide(decision->lent))
        return STR("what is lent stands in the book");
    if (kind == ENTRY_HOLD && (lent(decision) != 0 || uncovered(decision) != 0))
        return STR("a hold is not a use yet: it owes nothing, and leaves nothing uncovered");
    if (use->policy != POLICY_PARTIAL && decision->uncovered.units != 0)
        return STR("a use that is not covered is refused");
    return law_of_draws(check, use, kind, at);
}

static struct str law_of_hold_end(const struct check *check)
{
    int64_t freed = 0;

    for (size_t i = 0; i < check->decision->entry_count; i++) {
        freed -= check->decision->entries[i].held.units;
        if (check->decision->entries[i].of != check->view->hold->number)
            return STR("the entries of a hold's life name it");
    }
    if (check->decision->entry_count > 0 && freed != check->view->hold->amount.units)
        return STR("a hold ends whole");
    return STR_NONE;
}

static struct str law_of_capture(const struct check *check)
{
    const struct decision *decision = check->decision;
    const struct capture *capture = &check->command->capture;
    struct amount asked = capture->whole ? check->view->hold->amount : capture->amount;

    if (lent(decision) != wide(decision->lent))
        return STR("what is lent stands in the book");
    if (wide(decision->covered) + lent(decision) + uncovered(decision) != wide(asked))
        return STR("captured, drawn, lent and uncovered make up the capture");
    if (moved(decision, ENTRY_CAPTURE) + moved(decision, ENTRY_DRAW) != wide(decision->covered))
        return STR("a decision says what its capture covers");
    if (moved(decision, ENTRY_DRAW) > 0 && moved(decision, ENTRY_RELEASE) > 0)
        return STR("a capture draws on others only when its hold is used up");
    return law_of_hold_end(check);
}

static struct str law_of_reversal(const struct check *check)
{
    const struct decision *decision = check->decision;
    uint128 left = 0;
    int64_t owed = 0;

    for (size_t i = 0; i < check->view->taken_count; i++)
        left += wide(check->view->taken[i].amount) - wide(check->view->taken[i].reversed);
    for (size_t i = 0; i < decision->entry_count; i++)
        owed -= decision->entries[i].debt.units;
    if (owed != decision->lent.units)
        return STR("a decision says what is owed no longer");
    if (moved(decision, ENTRY_REVERSE) + moved(decision, ENTRY_REVERSE_REPAY) +
                wide(decision->lent) !=
            wide(decision->covered) ||
        decision->covered.units <= 0)
        return STR("a decision says what it gives back");
    if (wide(decision->covered) > left)
        return STR("no more is given back than was taken");
    return STR_NONE;
}

/* Rule 4: what a new grant has pays what is owed, before anything else happens to it; who has
 * nothing to pay with is one that was issued expired. */
static struct str law_of_repayment(const struct check *check)
{
    const struct decision *decision = check->decision;
    int64_t owed = check->view->account.debt.units;

    for (size_t i = 0; i < decision->entry_count; i++) {
        const struct entry *entry = &decision->entries[i];
        const struct entry *next = i + 1 < decision->entry_count ? entry + 1 : NULL;
        int64_t due = entry->amount.units < owed ? entry->amount.units : owed;
        bool comes = entry->kind == ENTRY_ISSUE || entry->kind == ENTRY_ACTIVATE;

        if (!comes || due <= 0 || (next != NULL && next->kind == ENTRY_EXPIRE))
            continue;
        if (next == NULL || next->kind != ENTRY_REPAY || next->grant != entry->grant ||
            next->debt.units != -due || next->amount.units != -due)
            return STR("a grant that becomes effective pays what is owed first");
        owed -= due;
    }
    return STR_NONE;
}

/* Rule 7: what leaves for a new grant arrives in it. */
static struct str law_of_rollover(const struct check *check)
{
    const struct decision *decision = check->decision;

    if (moved(decision, ENTRY_ROLL_OVER) != moved(decision, ENTRY_ISSUE))
        return STR("what rolls over is what the new grant has");
    return STR_NONE;
}

static struct str law_of_verb(const struct check *check)
{
    const struct command *command = check->command;

    switch (command->kind) {
    case COMMAND_DEDUCT:
        return law_of_use(check, &command->deduct, ENTRY_DRAW, command->deduct.at);
    case COMMAND_HOLD_CREATE:
        return law_of_use(check, &command->hold.use, ENTRY_HOLD, command->now);
    case COMMAND_HOLD_CAPTURE:
        return law_of_capture(check);
    case COMMAND_HOLD_RELEASE:
    case COMMAND_LAPSE:
        return law_of_hold_end(check);
    case COMMAND_REVERSE:
        return law_of_reversal(check);
    case COMMAND_EXPIRE:
        return law_of_rollover(check);
    case COMMAND_GRANT_ISSUE:
    case COMMAND_ACTIVATE:
    case COMMAND_GRANT_EDIT:
    case COMMAND_GRANT_VOID:
    case COMMAND_HOLD_EXTEND:
    case COMMAND_CREDIT_LIMIT_SET:
        return STR_NONE;
    case COMMAND_CUSTOMER_CREATE:
    case COMMAND_CUSTOMER_UPDATE:
    case COMMAND_CUSTOMER_ARCHIVE:
    case COMMAND_CUSTOMER_FIELDS_SET:
    case COMMAND_CUSTOMER_FIELDS_DELETE:
    case COMMAND_CUSTOM_FIELD_KEY_ADD:
    case COMMAND_CUSTOM_FIELD_KEY_REMOVE:
    case COMMAND_CREDIT_TYPE_CREATE:
    case COMMAND_PRODUCT_CREATE:
    case COMMAND_KEY_CREATE:
    case COMMAND_KEY_REVOKE:
    case COMMAND_USAGE_RECORD:
    case COMMAND_TEST_CLOCK_SET:
    case COMMAND_NONE:
    case COMMAND_COUNT:
        break;
    }
    return STR("a decision is about a command of the book");
}

struct str invariant_of_decision(const struct view *view, const struct command *command,
                                 const struct decision *decision)
{
    struct check check = { .view = view, .command = command, .decision = decision };
    struct str broken;

    if (decision->reject != REJECT_NONE)
        return refuses_nothing_written(&check) ? STR_NONE : STR("a refusal writes nothing");
    broken = law_of_sequence(&check);
    if (str_is_empty(broken))
        broken = law_of_account(&check);
    if (str_is_empty(broken))
        broken = law_of_grants(&check);
    if (str_is_empty(broken))
        broken = law_of_repayment(&check);
    if (str_is_empty(broken))
        broken = law_of_verb(&check);
    return broken;
}
