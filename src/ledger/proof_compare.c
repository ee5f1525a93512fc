/* The state that a store keeps against the one that follows from its entries. */
#include <inttypes.h>
#include "base/limits.h"
#include "ledger/proof.h"

/* Sums of 128 bits: those of a false book need not fit an amount. */
static uint128 wide(struct amount amount)
{
    return (uint128)(uint64_t)amount.units;
}

static bool same_products(const struct product_set *a, const struct product_set *b)
{
    size_t count = a == NULL ? 0 : a->count;

    if (count != (b == NULL ? 0 : b->count))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!uuid_equals(a->ids[i].uuid, b->ids[i].uuid))
            return false;
    }
    return true;
}

static bool same_rollover(const struct rollover *a, const struct rollover *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return a->kind == b->kind && amount_equals(a->amount_max, b->amount_max) &&
           a->millionths_max == b->millionths_max &&
           a->priority.millionths == b->priority.millionths &&
           instant_equals(a->expires_at, b->expires_at);
}

static bool same_terms(const struct grant *a, const struct grant *b)
{
    return uuid_equals(a->id.uuid, b->id.uuid) && a->account == b->account &&
           a->status == b->status && a->priority.millionths == b->priority.millionths &&
           instant_equals(a->effective_at, b->effective_at) &&
           instant_equals(a->expires_at, b->expires_at) &&
           same_products(a->products, b->products) && same_rollover(a->rollover, b->rollover);
}

static bool same_amounts(const struct grant *a, const struct grant *b)
{
    return amount_equals(a->amount, b->amount) && amount_equals(a->scheduled, b->scheduled) &&
           amount_equals(a->posted, b->posted) && amount_equals(a->held, b->held) &&
           amount_equals(a->drawn, b->drawn) && amount_equals(a->reversed, b->reversed) &&
           amount_equals(a->expired, b->expired) && amount_equals(a->voided, b->voided) &&
           amount_equals(a->rolled_over, b->rolled_over) && amount_equals(a->repaid, b->repaid);
}

static struct index_key number_key(uint64_t number)
{
    return (struct index_key){ .low = number };
}

static enum err compare_grant(struct proof *proof, const struct grant *grant)
{
    const struct proof_grant *proved =
        (void *)(uintptr_t)index_find(&proof->grants, number_key(grant->number));

    if (proved == NULL)
        return proof_problem(proof, "state: no entry issues grant %" PRIu64, grant->number);
    if (!same_amounts(grant, &proved->grant))
        return proof_problem(
            proof, "state: the balances of grant %" PRIu64 " are not those of its entries",
            grant->number);
    if (!same_terms(grant, &proved->grant))
        return proof_problem(proof,
                             "state: the terms of grant %" PRIu64 " are not those of its entries",
                             grant->number);
    if (grant->last_entry != proved->grant.last_entry ||
        grant->entry_count != proved->grant.entry_count ||
        grant->facts_entry != proved->grant.facts_entry)
        return proof_problem(
            proof, "state: grant %" PRIu64 " stands for other entries than its own", grant->number);
    return OK;
}

static enum err compare_grants(struct proof *proof, struct store *store)
{
    struct grant_filter filter = {
        .environment = proof->environment,
        .not_expiring_before = INSTANT_NONE,
        .effective_before = INSTANT_NONE,
        .with_voided = true,
        .limit = PAGE_LIMIT_MAX,
    };
    uint64_t total = 0, next;

    do {
        struct arena_mark mark = arena_mark(&proof->scratch);
        struct grant *grants;
        size_t count;
        enum err e = store_grants(store, &filter, &proof->scratch, &grants, &count, &next);

        for (size_t i = 0; e == OK && i < count; i++)
            e = compare_grant(proof, &grants[i]);
        if (e != OK)
            return e;
        total += count;
        filter.after = next;
        arena_rewind(&proof->scratch, mark);
    } while (next > 0);
    if (total != proof->report->grants)
        return proof_problem(proof, "state: %" PRIu64 " grants, but the entries issue %" PRIu64,
                             total, proof->report->grants);
    return OK;
}

/* Whose an account is, by number and by the id in its first entry. */
static enum err compare_owner(struct proof *proof, struct store *store,
                              const struct account *account, const struct proof_account *proved)
{
    const struct credit_type *type = store_credit_type(store, account->credit_type);
    struct customer_ref customer;

    store_customer_ref(store, account->customer, &customer);
    if (type == NULL || !uuid_equals(customer.id.uuid, proved->customer_id.uuid) ||
        !uuid_equals(type->id.uuid, proved->credit_type_id.uuid))
        return proof_problem(proof, "state: account %" PRIu32 " is not whose its entries say",
                             account->number);
    return OK;
}

static bool same_account(const struct account *a, const struct account *b)
{
    return amount_equals(a->posted, b->posted) && amount_equals(a->held, b->held) &&
           amount_equals(a->scheduled, b->scheduled) && amount_equals(a->uncovered, b->uncovered) &&
           amount_equals(a->lent, b->lent) && amount_equals(a->limit, b->limit) &&
           amount_equals(a->debt, b->debt) && a->last_repay == b->last_repay &&
           a->entry_count == b->entry_count && a->last_entry == b->last_entry;
}

static enum err compare_account(struct proof *proof, struct store *store,
                                const struct proof_account *proved)
{
    const struct account *account = &proved->account;
    struct account kept;

    if (wide(account->posted) != proved->posted || wide(account->held) != proved->held ||
        wide(account->scheduled) != proved->scheduled)
        return proof_problem(proof, "account %" PRIu32 ": its balance is not the sum of its grants",
                             account->number);
    if (wide(account->debt) + proved->repaid != wide(proved->kept_lent))
        return proof_problem(proof,
                             "account %" PRIu32 ": what it lent is not what it owes and its "
                             "grants have repaid",
                             account->number);
    store_account(store, proof->environment, account->number, &kept);
    if (!same_account(&kept, account))
        return proof_problem(
            proof, "state: the balances of account %" PRIu32 " are not those of its entries",
            account->number);
    return compare_owner(proof, store, &kept, proved);
}

static void sum_grants(struct proof *proof)
{
    for (struct proof_grant *grant = proof->newest_grant; grant != NULL; grant = grant->older) {
        struct proof_account *account =
            (void *)(uintptr_t)index_find(&proof->accounts, number_key(grant->grant.account));

        account->posted += wide(grant->grant.posted);
        account->held += wide(grant->grant.held);
        account->scheduled += wide(grant->grant.scheduled);
        account->repaid += wide(grant->grant.repaid);
    }
}

static enum err compare_accounts(struct proof *proof, struct store *store)
{
    enum err e = OK;

    sum_grants(proof);
    for (struct proof_account *account = proof->newest_account; e == OK && account != NULL;
         account = account->older)
        e = compare_account(proof, store, account);
    return e;
}

static bool same_hold(const struct hold *a, const struct hold *b)
{
    if (a->account != b->account || a->status != b->status ||
        !instant_equals(a->expires_at, b->expires_at) ||
        !uuid_equals(a->product.uuid, b->product.uuid) || !amount_equals(a->amount, b->amount) ||
        !amount_equals(a->captured, b->captured) || a->part_count != b->part_count)
        return false;
    for (size_t i = 0; i < a->part_count; i++) {
        if (a->parts[i].grant != b->parts[i].grant ||
            !amount_equals(a->parts[i].amount, b->parts[i].amount))
            return false;
    }
    return true;
}

/* Open ones: of those that have ended a store need not keep the parts. */
static enum err compare_hold(struct proof *proof, struct store *store, const struct hold *hold)
{
    struct subject subject = { .environment = proof->environment, .hold = hold->number };
    struct arena_mark mark = arena_mark(&proof->scratch);
    struct view view;
    enum err e = store_load_view(store, &subject, &proof->scratch, &view);

    if (e != OK)
        return e;
    if (view.hold == NULL || !same_hold(view.hold, hold))
        return proof_problem(proof, "state: hold %" PRIu64 " is not what its entries say",
                             hold->number);
    arena_rewind(&proof->scratch, mark);
    return OK;
}

/* What was given back of a deduction to one grant. */
static enum err compare_reversal(struct proof *proof, struct store *store, struct index_key key,
                                 uint64_t units)
{
    struct subject subject = { .environment = proof->environment, .deduction = key.high };
    struct arena_mark mark = arena_mark(&proof->scratch);
    uint128 sum = 0;
    struct view view;
    enum err e = store_load_view(store, &subject, &proof->scratch, &view);

    if (e != OK)
        return e;
    for (size_t i = 0; i < view.taken_count; i++) {
        if (view.taken[i].grant == key.low)
            sum += wide(view.taken[i].reversed);
    }
    if (sum != units)
        return proof_problem(
            proof, "state: what was reversed of deduction %" PRIu64 " is not what its entries say",
            key.high);
    arena_rewind(&proof->scratch, mark);
    return OK;
}

static enum err compare_reversals(struct proof *proof, struct store *store)
{
    struct index_key key;
    uint64_t units;
    size_t place = 0;
    enum err e = OK;

    while (e == OK && index_next(&proof->reversed, &place, &key, &units))
        e = compare_reversal(proof, store, key, units);
    return e;
}

enum err proof_compare(struct proof *proof, struct store *store)
{
    enum err e = compare_grants(proof, store);

    if (e == OK)
        e = compare_accounts(proof, store);
    for (struct proof_hold *hold = proof->newest_hold; e == OK && hold != NULL;
         hold = hold->older) {
        if (hold->hold.status == HOLD_OPEN)
            e = compare_hold(proof, store, &hold->hold);
    }
    if (e == OK)
        e = compare_reversals(proof, store);
    return e;
}
