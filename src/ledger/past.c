/* What a balance was.  The account's by the jumps of its chain; a grant's from its own entries,
 * folded anew, unless nothing has happened to it since. */
#include <stdlib.h>
#include "engine/fold.h"
#include "ledger/chain.h"
#include "ledger/errand.h"

struct past_entry {
    struct entry entry;
    struct past_entry *later;
};

static bool has_terms(enum entry_kind kind)
{
    return kind == ENTRY_ISSUE || kind == ENTRY_EDIT || kind == ENTRY_VOID;
}

/* The entries of a grant up to `at`, oldest first; NULL: it had none yet. */
static enum err past_entries(struct job *job, struct store_reader *reader, uint64_t last,
                             struct past_entry **ret)
{
    struct past_entry *oldest = NULL;
    struct entry entry;

    for (uint64_t sequence = last; sequence > 0; sequence = entry.grant_previous) {
        struct past_entry *past;
        enum err e =
            chain_read(reader, job->query.environment, sequence, false, job->arena, &entry);

        if (e == OK && has_terms(entry.kind))
            e = chain_read(reader, job->query.environment, sequence, true, job->arena, &entry);
        if (e != OK)
            return e;
        if (instant_before(job->query.at, entry.at))
            continue;
        past = arena_new(job->arena, struct past_entry, 1);
        if (past == NULL)
            return ERR_NOMEM;
        *past = (struct past_entry){ .entry = entry, .later = oldest };
        oldest = past;
    }
    *ret = oldest;
    return OK;
}

static enum err past_fold(struct past_entry *oldest, struct grant *ret)
{
    struct grant grant;
    enum err e =
        oldest->entry.kind == ENTRY_ISSUE ? fold_issue(&oldest->entry, &grant) : ERR_CORRUPT;

    for (struct past_entry *past = oldest->later; e == OK && past != NULL; past = past->later)
        e = fold_grant(&grant, &past->entry);
    if (e == OK)
        *ret = grant;
    return e;
}

/* Turns a grant of now into that of then.  *ret: was it alive? */
static enum err past_grant(struct job *job, struct store_reader *reader, struct grant *grant,
                           bool *ret)
{
    struct past_entry *oldest;
    struct entry last;
    enum err e =
        chain_read(reader, job->query.environment, grant->last_entry, false, job->arena, &last);

    if (e == OK && instant_before(job->query.at, last.at)) {
        e = past_entries(job, reader, grant->last_entry, &oldest);
        if (e == OK && oldest == NULL) {
            *ret = false;
            return OK;
        }
        if (e == OK)
            e = past_fold(oldest, grant);
    }
    if (e == OK)
        *ret = grant_is_live(grant);
    return e;
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
