#include "ledger/proof.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include "domain/jump.h"
#include "engine/fold.h"
#include "engine/invariant.h"

#define PROOF_BYTES_MAX SIZE_MAX /* a tool of its own: what the machine has */

void proof_init(struct proof *proof, enum environment environment, struct verify_report *report)
{
    *proof = (struct proof){ .environment = environment, .report = report };
    arena_init(&proof->memory, PROOF_BYTES_MAX);
    arena_init(&proof->scratch, PROOF_BYTES_MAX);
    index_init(&proof->grants, 0);
    index_init(&proof->accounts, 0);
    index_init(&proof->holds, 0);
    index_init(&proof->reversed, 0);
}

void proof_finish(struct proof *proof)
{
    index_finish(&proof->reversed);
    index_finish(&proof->holds);
    index_finish(&proof->accounts);
    index_finish(&proof->grants);
    arena_finish(&proof->scratch);
    arena_finish(&proof->memory);
}

enum err proof_problem(struct proof *proof, const char *format, ...)
{
    struct verify_report *report = proof->report;
    va_list arguments;

    if (report->problem[0] != '\0')
        return ERR_CORRUPT;
    va_start(arguments, format);
    (void)vsnprintf(report->problem, sizeof report->problem, format, arguments);
    va_end(arguments);
    return ERR_CORRUPT;
}

static struct index_key number_key(uint64_t number)
{
    return (struct index_key){ .low = number };
}

static void *number_find(const struct index *index, uint64_t number)
{
    return (void *)(uintptr_t)index_find(index, number_key(number));
}

static enum err number_put(struct index *index, uint64_t number, void *address)
{
    return index_put(index, number_key(number), (uint64_t)(uintptr_t)address);
}

/* --- order --- */

static enum err check_order(struct proof *proof, const struct entry *entry)
{
    if (proof->sequence > 0 && instant_before(entry->at, proof->last_at))
        return proof_problem(proof, "entry %" PRIu64 ": it is earlier than the one before",
                             entry->sequence);
    if (entry->operation != entry->sequence && entry->operation != proof->operation)
        return proof_problem(proof, "entry %" PRIu64 ": its operation %" PRIu64 " is not at hand",
                             entry->sequence, entry->operation);
    return OK;
}

/* --- accounts --- */

static enum err account_open(struct proof *proof, const struct entry *entry,
                             struct proof_account **ret)
{
    struct proof_account *account;
    enum err e;

    if (entry->account != proof->report->accounts + 1)
        return proof_problem(proof, "entry %" PRIu64 ": account %" PRIu32 " is not the next one",
                             entry->sequence, entry->account);
    if (entry->facts == NULL || uuid_is_zero(entry->facts->customer.uuid) ||
        uuid_is_zero(entry->facts->credit_type.uuid))
        return proof_problem(
            proof, "entry %" PRIu64 ": it opens account %" PRIu32 " and does not say whose",
            entry->sequence, entry->account);
    account = arena_new(&proof->memory, struct proof_account, 1);
    if (account == NULL)
        return ERR_NOMEM;
    account->account.number = entry->account;
    account->customer_id = entry->facts->customer;
    account->credit_type_id = entry->facts->credit_type;
    e = number_put(&proof->accounts, entry->account, account);
    if (e != OK)
        return e;
    account->older = proof->newest_account;
    proof->newest_account = account;
    proof->report->accounts++;
    *ret = account;
    return OK;
}

/* The entry becomes the last of `count` along its jumps (domain/jump.h). */
static enum err jump_add(struct proof *proof, struct proof_jumps *jumps, uint32_t count,
                         uint64_t sequence)
{
    if (count == 0)
        return OK;
    if (count > jumps->capacity) {
        uint32_t capacity = 2 * count + 2;
        uint64_t *sequences = arena_new(&proof->memory, uint64_t, capacity);

        if (sequences == NULL)
            return ERR_NOMEM;
        for (uint32_t i = 0; i < jumps->capacity; i++)
            sequences[i] = jumps->sequences[i];
        jumps->sequences = sequences;
        jumps->capacity = capacity;
    }
    jumps->sequences[count - 1] = sequence;
    return OK;
}

/* What a deduction lends is owed, then repaid, until it is given back. */
static enum err account_lend(struct proof *proof, struct proof_account *account,
                             const struct entry *entry)
{
    enum err e = OK;

    if (entry->kind == ENTRY_DEBT || entry->kind == ENTRY_REVERSE_DEBT)
        e = amount_add(account->kept_lent, entry->debt, &account->kept_lent);
    if (entry->kind == ENTRY_REVERSE_REPAY)
        e = amount_subtract(account->kept_lent, entry->amount, &account->kept_lent);
    if (e != OK || amount_is_negative(account->kept_lent))
        return proof_problem(proof, "entry %" PRIu64 ": account %" PRIu32 " did not lend that",
                             entry->sequence, entry->account);
    return OK;
}

/* Where the next entry has to jump, when with it there will be `count` along its jumps. */
static uint64_t jump_expected(const struct proof_jumps *jumps, uint32_t count)
{
    return count > 1 ? jumps->sequences[count - 2] : 0;
}

static enum err jump_problem(struct proof *proof, const struct entry *entry, uint64_t jump,
                             uint64_t expected)
{
    return proof_problem(proof, "entry %" PRIu64 ": it jumps to %" PRIu64 ", not to %" PRIu64,
                         entry->sequence, jump, expected);
}

static enum err account_add(struct proof *proof, const struct entry *entry)
{
    struct proof_account *account = number_find(&proof->accounts, entry->account);
    uint64_t expected;
    enum err e = account != NULL ? OK : account_open(proof, entry, &account);

    if (e != OK)
        return e;
    assert(account != NULL);
    if (entry->account_previous != account->account.last_entry)
        return proof_problem(proof,
                             "entry %" PRIu64 ": its chain leads back to %" PRIu64
                             ", but the entry of account %" PRIu32 " before it is %" PRIu64,
                             entry->sequence, entry->account_previous, entry->account,
                             account->account.last_entry);
    expected = jump_expected(&account->jumps, jumps_of_account(account->account.entry_count + 1));
    if (entry->account_jump != expected)
        return jump_problem(proof, entry, entry->account_jump, expected);
    if (fold_account(&account->account, entry) != OK)
        return proof_problem(proof,
                             "entry %" PRIu64 ": the balances of account %" PRIu32 " do not follow",
                             entry->sequence, entry->account);
    e = account_lend(proof, account, entry);
    if (e != OK)
        return e;
    return jump_add(proof, &account->jumps, jumps_of_account(account->account.entry_count),
                    entry->sequence);
}

/* --- grants --- */

static enum err terms_copy(struct proof *proof, struct grant *grant)
{
    if (grant->products != NULL) {
        struct product_set *set = arena_new(&proof->memory, struct product_set, 1);
        struct product_id *ids =
            arena_new(&proof->memory, struct product_id, grant->products->count);

        if (set == NULL || ids == NULL)
            return ERR_NOMEM;
        for (size_t i = 0; i < grant->products->count; i++)
            ids[i] = grant->products->ids[i];
        *set = (struct product_set){ .count = grant->products->count, .ids = ids };
        grant->products = set;
    }
    if (grant->rollover != NULL) {
        struct rollover *rollover = arena_new(&proof->memory, struct rollover, 1);

        if (rollover == NULL)
            return ERR_NOMEM;
        *rollover = *grant->rollover;
        grant->rollover = rollover;
    }
    return OK;
}

static enum err grant_issue(struct proof *proof, const struct entry *entry,
                            struct proof_grant **ret)
{
    struct proof_grant *grant = arena_new(&proof->memory, struct proof_grant, 1);
    enum err e;

    if (grant == NULL)
        return ERR_NOMEM;
    if (entry->grant_previous != 0 || entry->grant_jump != 0 ||
        fold_issue(entry, &grant->grant) != OK)
        return proof_problem(proof, "entry %" PRIu64 ": the grant that it issues does not add up",
                             entry->sequence);
    e = terms_copy(proof, &grant->grant);
    if (e == OK)
        e = number_put(&proof->grants, grant->grant.number, grant);
    if (e != OK)
        return e;
    grant->older = proof->newest_grant;
    proof->newest_grant = grant;
    proof->report->grants++;
    *ret = grant;
    return OK;
}

static enum err grant_follow(struct proof *proof, const struct entry *entry,
                             struct proof_grant **ret)
{
    struct proof_grant *grant = number_find(&proof->grants, entry->grant);
    uint64_t expected;

    if (grant == NULL || grant->grant.account != entry->account)
        return proof_problem(proof, "entry %" PRIu64 ": account %" PRIu32 " has no grant %" PRIu64,
                             entry->sequence, entry->account, entry->grant);
    if (entry->grant_previous != grant->grant.last_entry)
        return proof_problem(proof,
                             "entry %" PRIu64 ": its chain leads back to %" PRIu64
                             ", but the entry of grant %" PRIu64 " before it is %" PRIu64,
                             entry->sequence, entry->grant_previous, entry->grant,
                             grant->grant.last_entry);
    expected = jump_expected(&grant->jumps, jumps_of_grant(grant->grant.entry_count + 1));
    if (entry->grant_jump != expected)
        return jump_problem(proof, entry, entry->grant_jump, expected);
    if (fold_grant(&grant->grant, entry) != OK)
        return proof_problem(proof, "entry %" PRIu64 ": it does not follow from grant %" PRIu64,
                             entry->sequence, entry->grant);
    *ret = grant;
    return jump_add(proof, &grant->jumps, jumps_of_grant(grant->grant.entry_count),
                    entry->sequence);
}

static enum err grant_add(struct proof *proof, const struct entry *entry)
{
    struct proof_grant *grant = NULL;
    enum err e;

    if (entry->grant == 0 && entry->grant_previous == 0 && entry->grant_jump == 0)
        return OK;
    if (entry->grant == 0)
        return proof_problem(proof, "entry %" PRIu64 ": it is of no grant, but has a grant's chain",
                             entry->sequence);
    if (entry->kind == ENTRY_ISSUE)
        e = grant_issue(proof, entry, &grant);
    else
        e = grant_follow(proof, entry, &grant);
    if (e != OK)
        return e;
    assert(grant != NULL);
    if (grant->is_touched)
        return OK;
    grant->is_touched = true;
    grant->next_touched = proof->touched;
    proof->touched = grant;
    return OK;
}

/* Rule 12 holds between operations; within one a grant may be on its way. */
static enum err grants_settle(struct proof *proof)
{
    enum err e = OK;

    while (proof->touched != NULL) {
        struct proof_grant *grant = proof->touched;
        struct str broken = invariant_of_grant(&grant->grant);

        proof->touched = grant->next_touched;
        grant->is_touched = false;
        if (!str_is_empty(broken) && e == OK)
            e = proof_problem(proof, "after entry %" PRIu64 ": grant %" PRIu64 ": %.*s",
                              proof->sequence, grant->grant.number, STR_PRINT(broken));
    }
    return e;
}

/* --- holds --- */

static enum err hold_open(struct proof *proof, const struct entry *entry, struct proof_hold **ret)
{
    struct proof_hold *hold = arena_new(&proof->memory, struct proof_hold, 1);
    enum err e;

    if (hold == NULL)
        return ERR_NOMEM;
    if (entry->facts == NULL)
        return proof_problem(proof, "entry %" PRIu64 ": the hold does not say when it lapses",
                             entry->sequence);
    hold->hold = (struct hold){
        .number = entry->sequence,
        .account = entry->account,
        .status = HOLD_OPEN,
        .expires_at = entry->facts->hold_expires_at,
        .product = entry->facts->product,
    };
    e = number_put(&proof->holds, entry->sequence, hold);
    if (e != OK)
        return e;
    hold->older = proof->newest_hold;
    proof->newest_hold = hold;
    *ret = hold;
    return OK;
}

/* The parts of a hold follow each other, before anything else is done with it: so no sum of them
 * is larger than what its account has held. */
static enum err hold_part_add(struct proof *proof, struct proof_hold *hold,
                              const struct entry *entry)
{
    enum err e;

    if (entry->account != hold->hold.account ||
        entry->sequence != hold->hold.number + hold->hold.part_count)
        return proof_problem(proof, "entry %" PRIu64 ": it is no part of hold %" PRIu64,
                             entry->sequence, hold->hold.number);
    if (hold->hold.part_count == hold->part_capacity) {
        size_t capacity = 2 * hold->part_capacity + 2;
        struct hold_part *parts = arena_new(&proof->memory, struct hold_part, capacity);

        if (parts == NULL)
            return ERR_NOMEM;
        for (size_t i = 0; i < hold->hold.part_count; i++)
            parts[i] = hold->hold.parts[i];
        hold->hold.parts = parts;
        hold->part_capacity = capacity;
    }
    hold->hold.parts[hold->hold.part_count++] =
        (struct hold_part){ .grant = entry->grant, .amount = entry->held };
    e = amount_add(hold->hold.amount, entry->held, &hold->hold.amount);
    assert(e == OK);
    return OK;
}

static bool is_of_hold(enum entry_kind kind)
{
    return kind == ENTRY_HOLD || kind == ENTRY_CAPTURE || kind == ENTRY_RELEASE ||
           kind == ENTRY_LAPSE || kind == ENTRY_EXTEND;
}

static enum err hold_add(struct proof *proof, const struct entry *entry)
{
    bool is_part = entry->kind == ENTRY_HOLD;
    struct proof_hold *hold = NULL;
    enum err e = OK;

    if (!is_of_hold(entry->kind))
        return OK;
    if (is_part && entry->operation == entry->sequence)
        e = hold_open(proof, entry, &hold);
    else
        hold = number_find(&proof->holds, is_part ? entry->operation : entry->of);
    if (e != OK)
        return e;
    if (hold == NULL)
        return proof_problem(proof, "entry %" PRIu64 ": there is no such hold", entry->sequence);
    if (is_part)
        return hold_part_add(proof, hold, entry);
    if (fold_hold(&hold->hold, entry) != OK)
        return proof_problem(proof, "entry %" PRIu64 ": it does not follow from hold %" PRIu64,
                             entry->sequence, hold->hold.number);
    return OK;
}

/* What it does to the grant is known by now; that it is not too much, the grant's drawn tells, or
 * what the account owes and its grants have repaid. */
static enum err reversal_add(struct proof *proof, const struct entry *entry)
{
    struct amount amount =
        entry->kind == ENTRY_REVERSE_DEBT ? amount_negate(entry->debt) : entry->amount;
    struct index_key key = { .high = entry->of };
    struct amount sum;
    enum err e;

    if (!entry_gives_back(entry, &key.low))
        return OK;
    sum.units = (int64_t)index_find(&proof->reversed, key);
    if (!amount_is_positive(amount))
        return proof_problem(proof, "entry %" PRIu64 ": it gives back nothing", entry->sequence);
    e = amount_add(sum, amount, &sum);
    assert(e == OK); /* no more than was drawn or lent */
    return index_put(&proof->reversed, key, (uint64_t)sum.units);
}

enum err proof_add(struct proof *proof, const struct entry *entry)
{
    enum err e = check_order(proof, entry);

    assert(entry->sequence == proof->sequence + 1);
    if (e == OK && entry->operation == entry->sequence)
        e = grants_settle(proof);
    if (e == OK)
        e = account_add(proof, entry);
    if (e == OK)
        e = grant_add(proof, entry);
    if (e == OK)
        e = hold_add(proof, entry);
    if (e == OK)
        e = reversal_add(proof, entry);
    if (e != OK)
        return e;
    proof->sequence = entry->sequence;
    proof->operation = entry->operation;
    proof->last_at = entry->at;
    proof->report->entries++;
    return OK;
}

enum err proof_end(struct proof *proof)
{
    return grants_settle(proof);
}
