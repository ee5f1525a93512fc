/* Histories: all entries of a grant in a list of grants, and pages through an account's or a
 * grant's entries. */
#include "ledger/chain.h"
#include "ledger/errand.h"

/* Does an entry of this kind say why where it is the first of its operation? */
static bool is_of_use(enum entry_kind kind)
{
    switch (kind) {
    case ENTRY_DRAW:
    case ENTRY_UNCOVERED:
    case ENTRY_REVERSE:
    case ENTRY_HOLD:
    case ENTRY_CAPTURE:
    case ENTRY_RELEASE:
    case ENTRY_DEBT:
    case ENTRY_REVERSE_DEBT:
    case ENTRY_REVERSE_REPAY:
        return true;
    case ENTRY_ISSUE:
    case ENTRY_ACTIVATE:
    case ENTRY_EDIT:
    case ENTRY_EXPIRE:
    case ENTRY_ROLL_OVER:
    case ENTRY_VOID:
    case ENTRY_LAPSE:
    case ENTRY_EXTEND:
    case ENTRY_CREDIT_LIMIT:
    case ENTRY_REPAY:
        return false;
    }
    never("an entry is of a known kind");
}

enum err errand_entry_alone(struct job *job, struct store_reader *reader, uint64_t sequence,
                            struct entry *ret)
{
    struct entry entry, first;
    enum err e = chain_read(reader, job->query.environment, sequence, true, job->arena, &entry);

    if (e == OK && is_of_use(entry.kind) && entry.operation != sequence) {
        e = chain_read(reader, job->query.environment, entry.operation, true, job->arena, &first);
        if (e == OK)
            entry.facts = first.facts;
    }
    if (e == OK)
        *ret = entry;
    return e;
}

static enum err grant_id_read(struct job *job, struct store_reader *reader, struct entry *entry)
{
    struct entry issue;
    enum err e;

    if (entry->grant == 0)
        return OK;
    e = chain_read(reader, job->query.environment, entry->grant, true, job->arena, &issue);
    if (e != OK)
        return e;
    if (issue.facts == NULL)
        return ERR_CORRUPT;
    entry->grant_id = issue.facts->grant_id;
    if (entry->kind == ENTRY_ACTIVATE)
        entry->facts = issue.facts;
    return OK;
}

enum err errand_entry(struct job *job, struct store_reader *reader, uint64_t sequence,
                      struct entry *ret)
{
    enum err e = errand_entry_alone(job, reader, sequence, ret);

    return e == OK ? grant_id_read(job, reader, ret) : e;
}

static void reverse_order(struct entry *entries, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        struct entry entry = entries[i];

        entries[i] = entries[count - 1 - i];
        entries[count - 1 - i] = entry;
    }
}

/* --- all of a grant --- */

enum err errand_history(struct job *job, struct store_reader *reader, struct grant_row *row)
{
    size_t count = row->grant.entry_count;
    uint64_t sequence = row->grant.last_entry;

    row->entries = arena_new(job->arena, struct entry, count);
    if (row->entries == NULL)
        return ERR_NOMEM;
    for (size_t i = count; i > 0; i--) {
        struct entry *entry = &row->entries[i - 1];
        enum err e = errand_entry_alone(job, reader, sequence, entry);

        if (e == OK && entry->grant != row->grant.number)
            e = ERR_CORRUPT;
        if (e != OK)
            return e;
        entry->grant_id = row->grant.id;
        sequence = entry->grant_previous;
    }
    row->entry_count = count;
    return OK;
}

/* --- a page --- */

/* The numbers, in their chain, of the entries that the page may show: (low, high]. */
struct range {
    uint64_t low;
    uint64_t high;
};

static struct balance balance_after(const struct entry *entry)
{
    return (struct balance){
        .posted = entry->account_posted,
        .held = entry->account_held,
        .debt = entry->account_debt,
    };
}

/* The balances at both ends of the range, which cursors do not move. */
static enum err balances_find(const struct chain *chain, struct range range, struct answer *ret)
{
    struct link opening, closing;
    enum err e = chain_seek_number(chain, range.low, &opening);

    if (e == OK)
        e = chain_seek_number(chain, range.high, &closing);
    if (e != OK)
        return e;
    if (opening.number > 0)
        ret->opening = balance_after(&opening.entry);
    if (closing.number > 0)
        ret->closing = balance_after(&closing.entry);
    return OK;
}

/* By the instants of the query. */
static enum err range_find(const struct chain *chain, const struct query *query, struct range *ret)
{
    struct range range = { .low = 0, .high = chain->count };
    struct link link;
    enum err e = OK;

    if (!instant_is_none(query->from)) {
        e = chain_seek_instant(chain, query->from, &link);
        range.low = e == OK ? link.number : 0;
    }
    if (e == OK && !instant_is_none(query->until)) {
        e = chain_seek_instant(chain, query->until, &link);
        range.high = e == OK ? link.number : 0;
    }
    if (range.low > range.high)
        range.low = range.high;
    if (e == OK)
        *ret = range;
    return e;
}

/* Behind the page before. */
static enum err range_continue(const struct chain *chain, const struct query *query,
                               struct range *range)
{
    struct link link;
    enum err e;

    if (query->after == 0)
        return OK;
    e = chain_seek_sequence(chain, query->after + (query->oldest_first ? 1 : 0), &link);
    if (e != OK)
        return e;
    if (query->oldest_first && link.number > range->low)
        range->low = link.number;
    if (!query->oldest_first && link.number < range->high)
        range->high = link.number;
    if (range->low > range->high)
        range->low = range->high;
    return OK;
}

/* Cuts the range to a page.  *ret: there is more. */
static bool range_cut(struct range *range, const struct query *query)
{
    if (range->high - range->low <= query->limit)
        return false;
    if (query->oldest_first)
        range->high = range->low + query->limit;
    else
        range->low = range->high - query->limit;
    return true;
}

/* The entries of the range, newest first, from the one that is its last. */
static enum err range_read(struct job *job, const struct chain *chain, uint64_t sequence,
                           size_t count)
{
    struct answer *answer = &job->answer;
    enum err e = OK;

    answer->entries = arena_new(job->arena, struct entry, count);
    if (answer->entries == NULL)
        return ERR_NOMEM;
    answer->entry_count = count;
    for (size_t i = 0; e == OK && i < count; i++) {
        struct entry *entry = &answer->entries[i];

        if (chain->kind == CHAIN_OF_GRANT)
            e = errand_entry_alone(job, chain->reader, sequence, entry);
        else
            e = errand_entry(job, chain->reader, sequence, entry);
        if (e == OK && !chain_has(chain, entry))
            e = ERR_CORRUPT;
        if (chain->kind == CHAIN_OF_GRANT)
            entry->grant_id = job->errand->grant.id;
        sequence = chain_previous(chain, entry);
    }
    return e;
}

enum err errand_entries(struct job *job, struct store_reader *reader)
{
    struct answer *answer = &job->answer;
    struct chain chain = {
        .reader = reader,
        .arena = job->arena,
        .environment = job->query.environment,
    };
    struct range range;
    struct link link;
    bool has_more;
    enum err e;

    assert(job->query.limit > 0);
    if (job->errand->grant.number > 0)
        chain_of_grant(&chain, &job->errand->grant);
    else
        chain_of_account(&chain, &job->errand->account);
    e = range_find(&chain, &job->query, &range);
    if (e == OK && job->query.with_balances && chain.kind == CHAIN_OF_ACCOUNT)
        e = balances_find(&chain, range, answer);
    if (e == OK)
        e = range_continue(&chain, &job->query, &range);
    if (e != OK)
        return e;
    has_more = range_cut(&range, &job->query);
    e = chain_seek_number(&chain, range.high, &link);
    if (e == OK)
        e = range_read(job, &chain, link.number > 0 ? link.entry.sequence : 0,
                       (size_t)(range.high - range.low));
    if (e != OK)
        return e;
    if (job->query.oldest_first)
        reverse_order(answer->entries, answer->entry_count);
    if (has_more)
        answer->next = answer->entries[answer->entry_count - 1].sequence;
    return OK;
}
