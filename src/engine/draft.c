#include "engine/draft.h"

#include "engine/fold.h"

static enum err track(struct draft *draft, struct arena *arena, size_t tracked_max)
{
    if (tracked_max == 0)
        return OK;
    draft->slot_count = 4;
    while (draft->slot_count < 2 * tracked_max)
        draft->slot_count *= 2;
    draft->tracked_max = tracked_max;
    draft->tracked = arena_new(arena, struct grant, tracked_max);
    draft->slots = arena_new(arena, struct grant *, draft->slot_count);
    return draft->tracked == NULL || draft->slots == NULL ? ERR_NOMEM : OK;
}

enum err draft_facts(struct draft *draft, struct arena *arena, struct facts **ret)
{
    assert(draft->count == 0);
    if (draft->opening == NULL) {
        draft->opening = arena_new(arena, struct facts, 1);
        if (draft->opening == NULL)
            return ERR_NOMEM;
        *draft->opening = FACTS_NONE;
    }
    *ret = draft->opening;
    return OK;
}

enum err draft_open(struct draft *draft, const struct view *view, const struct command *command,
                    struct arena *arena, size_t entry_count_max, size_t tracked_max)
{
    struct facts *facts;
    enum err e;

    assert(view->next_sequence > 0);
    assert(view->account.number > 0);
    assert(entry_count_max > 0);
    *draft = (struct draft){
        .command = command,
        .entries = arena_new(arena, struct entry, entry_count_max),
        .capacity = entry_count_max,
        .sequence = view->next_sequence,
        .account = view->account,
    };
    if (draft->entries == NULL)
        return ERR_NOMEM;
    if (view->account_is_new) {
        e = draft_facts(draft, arena, &facts);
        if (e != OK)
            return e;
        facts->customer = command->subject.customer.id;
        facts->credit_type = view->credit_type_id;
    }
    return track(draft, arena, tracked_max);
}

/* Fibonacci hashing: numbers are near one another. */
static size_t slot_of(const struct draft *draft, uint64_t number)
{
    return (size_t)(number * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (draft->slot_count - 1);
}

struct grant *draft_grant(struct draft *draft, const struct grant *grant)
{
    struct grant *copy = &draft->grant;

    assert(grant->account == draft->account.number);
    if (draft->slot_count > 0) {
        size_t slot = slot_of(draft, grant->number);

        while (draft->slots[slot] != NULL && draft->slots[slot]->number != grant->number)
            slot = (slot + 1) & (draft->slot_count - 1);
        if (draft->slots[slot] != NULL)
            return draft->slots[slot];
        if (draft->tracked_count < draft->tracked_max) {
            copy = &draft->tracked[draft->tracked_count++];
            draft->slots[slot] = copy;
        }
    }
    *copy = *grant;
    return copy;
}

/* What all entries of an operation share. */
static struct entry *next_entry(struct draft *draft, struct entry entry)
{
    struct entry *next;

    assert(draft->count < draft->capacity);
    next = &draft->entries[draft->count];
    *next = entry;
    next->sequence = draft->sequence + draft->count;
    next->operation = draft->sequence;
    next->at = draft->command->now;
    next->account = draft->account.number;
    next->key = draft->command->key;
    if (draft->count == 0 && next->facts == NULL)
        next->facts = draft->opening;
    return next;
}

/* An entry that does not follow from what we know is our own mistake, not the world's. */
static void must_follow(enum err e)
{
    assert(e == OK);
}

static void append(struct draft *draft, struct entry *entry)
{
    must_follow(fold_account_fill(&draft->account, entry));
    draft->count++;
}

void draft_add(struct draft *draft, struct grant *grant, struct entry entry)
{
    struct entry *next = next_entry(draft, entry);

    next->grant = grant->number;
    next->grant_id = grant->id;
    must_follow(fold_grant_fill(grant, next));
    append(draft, next);
}

void draft_add_issue(struct draft *draft, struct entry entry, struct grant *ret)
{
    struct entry *next = next_entry(draft, entry);

    assert(entry.facts != NULL);
    next->grant = next->sequence;
    next->grant_id = next->facts->grant_id;
    must_follow(fold_issue_fill(next, ret));
    append(draft, next);
}

void draft_add_account(struct draft *draft, struct entry entry)
{
    assert(entry.grant == 0);
    append(draft, next_entry(draft, entry));
}

void draft_expire(struct draft *draft, struct grant *grant, struct instant effective_at)
{
    draft_add(draft, grant,
              (struct entry){
                  .kind = ENTRY_EXPIRE,
                  .effective_at = effective_at,
                  .amount = amount_negate(grant_available(grant)),
              });
}

void draft_repay(struct draft *draft, struct grant *grant, struct instant effective_at)
{
    struct amount part = amount_min(draft->account.debt, grant_available(grant));

    if (amount_is_zero(part))
        return;
    draft_add(draft, grant,
              (struct entry){
                  .kind = ENTRY_REPAY,
                  .effective_at = effective_at,
                  .of = draft->account.last_repay,
                  .amount = amount_negate(part),
                  .debt = amount_negate(part),
              });
}

void draft_settle(struct draft *draft, struct grant *grant, uint64_t of)
{
    assert(grant->status != GRANT_SCHEDULED);
    assert(amount_is_positive(grant_available(grant))); /* it has just been given something */
    if (grant->status == GRANT_ACTIVE)
        return;
    draft_add(draft, grant,
              (struct entry){
                  .kind = grant->status == GRANT_EXPIRED ? ENTRY_EXPIRE : ENTRY_VOID,
                  .effective_at = draft->command->now,
                  .of = of,
                  .amount = amount_negate(grant_available(grant)),
              });
}

void draft_close(struct draft *draft, struct decision *ret)
{
    assert(draft->count > 0);
    ret->entries = draft->entries;
    ret->entry_count = draft->count;
    ret->operation = draft->sequence;
    ret->account_posted = draft->account.posted;
    ret->account_held = draft->account.held;
    ret->account_debt = draft->account.debt;
    ret->account_limit = draft->account.limit;
}
