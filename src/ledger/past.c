/* What a balance was, by the jumps of the chains of the account and of each grant. */
#include <stdlib.h>
#include "ledger/chain.h"
#include "ledger/errand.h"

static enum err read_back(struct job *job, struct store_reader *reader, const struct entry *from,
                          uint64_t sequence, struct entry *ret)
{
    return chain_back(reader, job->query.environment, from, sequence, job->arena, ret);
}

/* Back over the entries that leave a status as it is: EDIT, or the CAPTURE of what is held.  There
 * are few of either in a row. */
static enum err deciding_entry(struct job *job, struct store_reader *reader,
                               const struct entry *last, struct entry *ret)
{
    struct entry entry = *last;
    enum err e = OK;

    while (e == OK && (entry.kind == ENTRY_EDIT || entry.kind == ENTRY_CAPTURE))
        e = read_back(job, reader, &entry, entry.grant_previous, &entry);
    *ret = entry;
    return e;
}

/* Could it be drawn from, then or later?  grant is of now; what stands in *ret_status matters only
 * if so.  A grant that has ended has nothing that is not held, and stays so. */
static enum err past_status(struct job *job, struct store_reader *reader, const struct grant *grant,
                            const struct entry *last, enum grant_status *ret_status)
{
    bool has_ended_now = grant->status == GRANT_EXPIRED || grant->status == GRANT_VOIDED;
    struct entry entry;
    enum err e;

    *ret_status = GRANT_ACTIVE;
    if (amount_compare(last->grant_posted, last->grant_held) > 0)
        return OK;
    if (!amount_is_zero(last->grant_posted) && !has_ended_now)
        return OK;
    e = deciding_entry(job, reader, last, &entry);
    if (e != OK)
        return e;
    if (entry.kind == ENTRY_VOID)
        *ret_status = GRANT_VOIDED;
    else if (entry.kind == ENTRY_EXPIRE)
        *ret_status = GRANT_EXPIRED;
    else if (entry.kind == ENTRY_ISSUE && amount_is_zero(entry.grant_posted))
        *ret_status = GRANT_SCHEDULED;
    return OK;
}

/* The ISSUE or EDIT that was the last one then.  EDITs name the one before; those of an old file
 * do not. */
static enum err past_facts_entry(struct job *job, struct store_reader *reader,
                                 const struct grant *grant, const struct entry *last,
                                 struct entry *ret)
{
    uint64_t sequence;
    struct entry entry;
    enum err e =
        chain_read(reader, job->query.environment, grant->facts_entry, false, job->arena, &entry);

    while (e == OK && entry.of > last->sequence)
        e = read_back(job, reader, &entry, entry.of, &entry);
    if (e != OK)
        return e;
    sequence = entry.of;
    if (sequence == 0) {
        entry = *last;
        while (e == OK && entry.kind != ENTRY_EDIT && entry.kind != ENTRY_ISSUE)
            e = read_back(job, reader, &entry, entry.grant_previous, &entry);
        sequence = entry.sequence;
    }
    if (e != OK)
        return e;
    return chain_read(reader, job->query.environment, sequence, true, job->arena, ret);
}

/* An edit since then may have changed the expiry. */
static enum err past_terms(struct job *job, struct store_reader *reader, const struct entry *last,
                           struct grant *grant)
{
    struct entry entry;
    enum err e;

    if (grant->facts_entry <= last->sequence)
        return OK;
    e = past_facts_entry(job, reader, grant, last, &entry);
    if (e == OK && entry.facts == NULL)
        e = ERR_CORRUPT;
    if (e != OK)
        return e;
    grant->expires_at = entry.facts->expires_at;
    grant->facts_entry = entry.sequence;
    return OK;
}

/* Turns a grant of now into that of then, which last tells: its terms, its status, what it had.
 * How it came to that is not told. */
static enum err past_fill(struct job *job, struct store_reader *reader, const struct link *last,
                          struct grant *grant)
{
    enum grant_status status;
    enum err e = past_status(job, reader, grant, &last->entry, &status);

    if (e == OK)
        e = past_terms(job, reader, &last->entry, grant);
    if (e != OK)
        return e;
    grant->status = status;
    grant->posted = last->entry.grant_posted;
    grant->held = last->entry.grant_held;
    grant->scheduled = status == GRANT_SCHEDULED ? grant->amount : AMOUNT_ZERO;
    grant->drawn = AMOUNT_ZERO;
    grant->reversed = AMOUNT_ZERO;
    grant->expired = AMOUNT_ZERO;
    grant->voided = AMOUNT_ZERO;
    grant->rolled_over = AMOUNT_ZERO;
    grant->repaid = AMOUNT_ZERO;
    grant->entry_count = last->number;
    grant->last_entry = last->entry.sequence;
    return OK;
}

/* account_last: the account's last entry then.  *ret: was the grant alive? */
static enum err past_grant(struct job *job, struct store_reader *reader, uint64_t account_last,
                           struct grant *grant, bool *ret)
{
    struct chain chain = {
        .reader = reader,
        .arena = job->arena,
        .environment = job->query.environment,
    };
    struct link last;
    enum err e;

    *ret = false;
    if (grant->number > account_last)
        return OK;
    chain_of_grant(&chain, grant);
    e = chain_seek_sequence(&chain, account_last + 1, &last);
    if (e == OK && last.number == 0)
        e = ERR_CORRUPT; /* it was issued by then */
    if (e == OK)
        e = past_fill(job, reader, &last, grant);
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
        enum err e =
            past_grant(job, reader, row->account.last_entry, &row->grants[i].grant, &was_alive);

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
    };
    struct instant just_after = { .us = job->query.at.us + 1 };
    struct link link;
    enum err e;

    chain_of_account(&chain, account);
    e = chain_seek_instant(&chain, just_after, &link);
    if (e != OK)
        return e;
    account->posted = link.number > 0 ? link.entry.account_posted : AMOUNT_ZERO;
    account->held = link.number > 0 ? link.entry.account_held : AMOUNT_ZERO;
    account->last_entry = link.number > 0 ? link.entry.sequence : 0;
    account->entry_count = link.number;
    account->debt = link.number > 0 ? link.entry.account_debt : AMOUNT_ZERO;
    account->uncovered = AMOUNT_ZERO; /* no entry says */
    account->lent = AMOUNT_ZERO;
    account->limit = AMOUNT_ZERO;
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
