/* What a balance was.  The account's by the jumps of its chain; a grant's by going back over what
 * has happened to it since. */
#include <stdlib.h>
#include "ledger/chain.h"
#include "ledger/errand.h"

/* What lies between then and now of a grant, and the entry that it stood at. */
struct past {
    struct entry last;
    bool was_there;                          /* otherwise last says nothing */
    bool edited, activated, expired, voided; /* since */
};

static void past_note(struct past *past, const struct entry *entry)
{
    past->edited = past->edited || entry->kind == ENTRY_EDIT;
    past->activated = past->activated || entry->kind == ENTRY_ACTIVATE;
    past->voided = past->voided || (entry->kind == ENTRY_VOID && entry->of == 0);
    /* One of a hold or a deduction takes what has come back to a grant that had expired. */
    past->expired = past->expired || (entry->kind == ENTRY_EXPIRE && entry->of == 0);
}

/* One read for each change since then; what was before it costs nothing. */
static enum err past_find(struct job *job, struct store_reader *reader, const struct grant *grant,
                          struct past *ret)
{
    struct entry entry;

    *ret = (struct past){ .was_there = false };
    for (uint64_t sequence = grant->last_entry; sequence > 0; sequence = entry.grant_previous) {
        enum err e =
            chain_read(reader, job->query.environment, sequence, false, job->arena, &entry);

        if (e != OK)
            return e;
        if (!instant_before(job->query.at, entry.at)) {
            ret->last = entry;
            ret->was_there = true;
            return OK;
        }
        past_note(ret, &entry);
    }
    return OK;
}

/* An edit since then may have changed the expiry: what held is with the edit before, or the
 * issue. */
static enum err past_terms(struct job *job, struct store_reader *reader, const struct past *past,
                           struct grant *grant)
{
    struct entry entry = past->last;
    enum err e = OK;

    if (!past->edited)
        return OK;
    while (e == OK && entry.kind != ENTRY_EDIT && entry.kind != ENTRY_ISSUE) {
        if (entry.grant_previous == 0)
            return ERR_CORRUPT;
        e = chain_read(reader, job->query.environment, entry.grant_previous, false, job->arena,
                       &entry);
    }
    if (e == OK)
        e = chain_read(reader, job->query.environment, entry.sequence, true, job->arena, &entry);
    if (e != OK)
        return e;
    if (entry.facts == NULL)
        return ERR_CORRUPT;
    grant->expires_at = entry.facts->expires_at;
    grant->facts_entry = entry.sequence;
    return OK;
}

/* grant still has the status of now, and the terms of then. */
static enum grant_status past_status(const struct past *past, const struct grant *grant,
                                     struct instant at)
{
    if (grant->status == GRANT_VOIDED && !past->voided)
        return GRANT_VOIDED;
    if (grant->status == GRANT_SCHEDULED || past->activated)
        return GRANT_SCHEDULED;
    if (past->voided && instant_before(at, grant->effective_at))
        return GRANT_SCHEDULED; /* it never came to be active */
    if (!past->expired && !instant_before(at, grant->expires_at))
        return GRANT_EXPIRED;
    return GRANT_ACTIVE;
}

/* Turns a grant of now into that of then: its terms, its status, what it had.  How it came to
 * that is not told.  *ret: was it alive? */
static enum err past_grant(struct job *job, struct store_reader *reader, struct grant *grant,
                           bool *ret)
{
    struct past past;
    enum err e = past_find(job, reader, grant, &past);

    *ret = false;
    if (e != OK || !past.was_there)
        return e;
    e = past_terms(job, reader, &past, grant);
    if (e != OK)
        return e;
    grant->status = past_status(&past, grant, job->query.at);
    grant->posted = past.last.grant_posted;
    grant->held = past.last.grant_held;
    grant->scheduled = grant->status == GRANT_SCHEDULED ? grant->amount : AMOUNT_ZERO;
    grant->drawn = AMOUNT_ZERO;
    grant->reversed = AMOUNT_ZERO;
    grant->expired = AMOUNT_ZERO;
    grant->voided = AMOUNT_ZERO;
    grant->rolled_over = AMOUNT_ZERO;
    grant->last_entry = past.last.sequence;
    *ret = grant_is_live(grant);
    return OK;
}

static int row_compare(const void *left, const void *right)
{
    const struct grant_row *a = left, *b = right;

    return grant_burn_compare(&a->grant, &b->grant);
}

static enum err past_grants(struct job *job, struct store_reader *reader, struct balance_row *row)
{
    size_t kept = 0;

    row->account.scheduled = AMOUNT_ZERO;
    for (size_t i = 0; i < row->grant_count; i++) {
        bool was_alive;
        enum err e = past_grant(job, reader, &row->grants[i].grant, &was_alive);

        if (e == OK && was_alive)
            e = amount_add(row->account.scheduled, row->grants[i].grant.scheduled,
                           &row->account.scheduled);
        if (e != OK)
            return e;
        if (was_alive)
            row->grants[kept++] = row->grants[i];
    }
    row->grant_count = kept;
    if (kept > 0)
        qsort(row->grants, kept, sizeof *row->grants, row_compare);
    return OK;
}

static enum err past_account(struct job *job, struct store_reader *reader, struct account *account)
{
    struct chain chain = {
        .reader = reader,
        .arena = job->arena,
        .environment = job->query.environment,
        .account = account,
    };
    struct instant just_after = { .us = job->query.at.us + 1 };
    struct link link;
    enum err e = chain_seek_instant(&chain, just_after, &link);

    if (e != OK)
        return e;
    account->posted = link.number > 0 ? link.entry.account_posted : AMOUNT_ZERO;
    account->held = link.number > 0 ? link.entry.account_held : AMOUNT_ZERO;
    account->last_entry = link.number > 0 ? link.entry.sequence : 0;
    account->entry_count = link.number;
    account->uncovered = AMOUNT_ZERO; /* no entry says */
    return OK;
}

enum err errand_past(struct job *job, struct store_reader *reader)
{
    enum err e = OK;

    for (size_t i = 0; e == OK && i < job->answer.balance_count; i++) {
        struct balance_row *row = &job->answer.balances[i];

        e = past_account(job, reader, &row->account);
        if (e == OK)
            e = past_grants(job, reader, row);
    }
    return e;
}
