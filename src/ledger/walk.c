/* Ledgers: an account's entries in order of the instants that they speak of.
 *
 * An entry is never of later than when it was recorded, but it may be of earlier: usage and grants
 * are dated back.  So the entries of [from, until) all lie behind the first one that was recorded
 * at `from`, and may lie anywhere there.  One walk, from the account's last entry back to that
 * first, keeps the page's worth of candidates and sums up all others.  It goes on beyond only as
 * far as the oldest hold that is still open.
 *
 * Voided grants are left out with all that they gave, also to the balances.  A balance of the book
 * where the walk ends has in it what was posted of them by then: what they still have posted now,
 * which only open holds can keep, less what the walk has seen of their changes. */
#include <stdlib.h>
#include "base/index.h"
#include "exact/calendar.h"
#include "ledger/chain.h"
#include "ledger/errand.h"
#include "ledger/ledgers.h"

struct candidate {
    struct instant effective_at;
    uint64_t sequence;
    struct amount amount;
};

struct open_hold {
    struct candidate part; /* amount: what is held */
    struct open_hold *later;
};

struct walk {
    struct job *job;
    struct store_reader *reader;
    const struct ledger_head *head;
    struct ledger_row *row;
    size_t limit;           /* of lines */
    bool goes_on;           /* the ledger's first lines were on an earlier page: */
    struct candidate place; /* ... up to this one */
    struct index known;     /* grants: SHOWN or VOIDED; holds: ENDED */
    struct candidate *kept;
    size_t kept_count;
    struct amount held_left; /* of open holds that were not met yet */
    struct open_hold *holds; /* in the book's order */
    size_t hold_count;
    struct instant first;         /* that a line speaks of; INSTANT_NEVER: there is none yet */
    struct amount voided_now;     /* posted */
    struct amount voided_changes; /* of that, during the walk */
    struct amount early;          /* lines of before `from` */
    struct amount within;         /* lines of the range */
    struct amount passed;         /* of those, the ones of earlier pages */
};

enum known { SHOWN = 1, VOIDED, ENDED };

#define KEPT_MAX(limit) (2 * ((limit) + 1))

static enum err add(struct amount *sum, struct amount amount)
{
    return amount_add(*sum, amount, sum);
}

static int candidate_compare(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;
    int order = instant_compare(a->effective_at, b->effective_at);

    return order != 0 ? order : (a->sequence > b->sequence) - (a->sequence < b->sequence);
}

static int candidate_compare_back(const void *left, const void *right)
{
    return candidate_compare(right, left);
}

static bool is_before_from(const struct query *query, struct instant at)
{
    return !instant_is_none(query->from) && instant_before(at, query->from);
}

static bool is_after_until(const struct query *query, struct instant at)
{
    return !instant_is_none(query->until) && !instant_before(at, query->until);
}

/* --- grants and holds, from the last entry of each --- */

static struct index_key grant_key(uint64_t number)
{
    return (struct index_key){ .high = 0, .low = number };
}

static struct index_key hold_key(uint64_t number)
{
    return (struct index_key){ .high = 1, .low = number };
}

/* May a voided grant have such an entry after it was voided? */
static bool may_follow_void(enum entry_kind kind)
{
    switch (kind) {
    case ENTRY_CAPTURE:
    case ENTRY_RELEASE:
    case ENTRY_LAPSE:
    case ENTRY_REVERSE:
    case ENTRY_REVERSE_REPAY:
        return true;
    case ENTRY_ISSUE:
    case ENTRY_ACTIVATE:
    case ENTRY_EDIT:
    case ENTRY_DRAW:
    case ENTRY_UNCOVERED:
    case ENTRY_EXPIRE:
    case ENTRY_ROLL_OVER:
    case ENTRY_VOID:
    case ENTRY_HOLD:
    case ENTRY_EXTEND:
    case ENTRY_CREDIT_LIMIT:
    case ENTRY_DEBT:
    case ENTRY_REPAY:
    case ENTRY_REVERSE_DEBT:
        return false;
    }
    never("an entry is of a known kind");
}

/* last: the grant's last entry. */
static enum err grant_look(struct walk *walk, const struct entry *last, uint64_t *ret)
{
    struct entry entry = *last;
    enum err e = OK;

    while (e == OK && may_follow_void(entry.kind))
        e = chain_back(walk->reader, walk->job->query.environment, &entry, entry.grant_previous,
                       walk->job->arena, &entry);
    if (e != OK)
        return e;
    *ret = entry.kind == ENTRY_VOID ? VOIDED : SHOWN;
    return index_put(&walk->known, grant_key(last->grant), *ret);
}

static enum err grant_is_voided(struct walk *walk, const struct entry *entry, bool *ret)
{
    uint64_t known = index_find(&walk->known, grant_key(entry->grant));
    enum err e = known == 0 ? grant_look(walk, entry, &known) : OK;

    *ret = known == VOIDED;
    return e;
}

/* A hold ends once, whole; walking back, its end is met before it. */
static enum err hold_meet(struct walk *walk, const struct entry *entry, bool is_voided)
{
    struct open_hold *hold;

    if (amount_is_zero(walk->held_left) || amount_is_zero(entry->held))
        return OK;
    if (entry->kind != ENTRY_HOLD)
        return index_put(&walk->known, hold_key(entry->of), ENDED);
    if (index_find(&walk->known, hold_key(entry->operation)) == ENDED)
        return OK;
    if (amount_compare(entry->held, walk->held_left) > 0)
        return ERR_CORRUPT;
    walk->held_left = amount_take(walk->held_left, entry->held);
    if (is_voided)
        return add(&walk->voided_now, entry->held);
    hold = arena_new(walk->job->arena, struct open_hold, 1);
    if (hold == NULL)
        return ERR_NOMEM;
    *hold = (struct open_hold){
        .part = { entry->effective_at, entry->sequence, entry->held },
        .later = walk->holds,
    };
    walk->holds = hold;
    walk->hold_count++;
    return OK;
}

/* --- lines --- */

/* Keeps the first of the page, and one more to know whether there is more. */
static void kept_cut(struct walk *walk)
{
    qsort(walk->kept, walk->kept_count, sizeof *walk->kept,
          walk->job->query.oldest_first ? candidate_compare : candidate_compare_back);
    if (walk->kept_count > walk->limit + 1)
        walk->kept_count = walk->limit + 1;
}

static bool was_shown(const struct walk *walk, const struct candidate *candidate)
{
    int order = candidate_compare(candidate, &walk->place);

    return walk->goes_on && (walk->job->query.oldest_first ? order <= 0 : order >= 0);
}

static enum err line_meet(struct walk *walk, const struct entry *entry)
{
    struct candidate candidate = { entry->effective_at, entry->sequence, entry->amount };
    const struct query *query = &walk->job->query;
    enum err e;

    walk->first = instant_min(walk->first, entry->effective_at);
    if (is_before_from(query, entry->effective_at))
        return add(&walk->early, entry->amount);
    if (is_after_until(query, entry->effective_at))
        return OK;
    e = add(&walk->within, entry->amount);
    if (e == OK && was_shown(walk, &candidate))
        return add(&walk->passed, entry->amount);
    if (walk->kept_count == KEPT_MAX(walk->limit))
        kept_cut(walk);
    walk->kept[walk->kept_count++] = candidate;
    return e;
}

static enum err entry_meet(struct walk *walk, const struct entry *entry)
{
    bool is_voided;
    enum err e;

    if (entry->grant == 0)
        return OK;
    e = grant_is_voided(walk, entry, &is_voided);
    if (e == OK)
        e = hold_meet(walk, entry, is_voided);
    if (e != OK || amount_is_zero(entry->amount))
        return e;
    return is_voided ? add(&walk->voided_changes, entry->amount) : line_meet(walk, entry);
}

/* *ret_before: the balance before all that was met, without voided grants. */
static enum err walk_back(struct walk *walk, struct amount *ret_before)
{
    const struct query *query = &walk->job->query;
    uint64_t sequence = walk->head->account.last_entry;
    struct amount before = AMOUNT_ZERO;
    enum err e = OK;

    for (uint64_t left = walk->head->account.entry_count; e == OK && left > 0; left--) {
        struct entry entry;

        e = chain_read(walk->reader, query->environment, sequence, false, walk->job->arena, &entry);
        if (e == OK && entry.account != walk->head->account.number)
            e = ERR_CORRUPT;
        if (e != OK)
            return e;
        if (is_before_from(query, entry.at) && amount_is_zero(walk->held_left)) {
            before = entry.account_posted;
            break;
        }
        e = entry_meet(walk, &entry);
        sequence = entry.account_previous;
    }
    if (e == OK)
        e = amount_subtract(before, walk->voided_now, &before);
    if (e == OK)
        e = amount_add(before, walk->voided_changes, ret_before);
    return e;
}

/* --- the row --- */

static enum err balances_fill(struct walk *walk, struct amount before)
{
    const struct query *query = &walk->job->query;
    struct ledger_balance *starting = &walk->row->starting, *ending = &walk->row->ending;
    struct instant now = walk->job->answer.now;
    enum err e = amount_add(before, walk->early, &starting->excluding_pending);

    if (e == OK)
        e = amount_add(starting->excluding_pending, walk->within, &ending->excluding_pending);
    starting->including_pending = starting->excluding_pending;
    ending->including_pending = ending->excluding_pending;
    for (const struct open_hold *hold = walk->holds; e == OK && hold != NULL; hold = hold->later) {
        struct amount taken = amount_negate(hold->part.amount);

        if (is_before_from(query, hold->part.effective_at))
            e = add(&starting->including_pending, taken);
        if (e == OK && !is_after_until(query, hold->part.effective_at))
            e = add(&ending->including_pending, taken);
    }
    if (e == OK)
        e = add(&ending->including_pending, walk->head->coming);
    starting->effective_at =
        !instant_is_none(query->from) ? query->from : instant_min(walk->first, now);
    ending->effective_at = !instant_is_none(query->until) ? query->until : calendar_month_next(now);
    return e;
}

static struct index_key facts_key(uint64_t grant)
{
    return (struct index_key){ .high = 2, .low = grant };
}

/* Of the ISSUE; most lines are of a grant that was met before. */
static enum err grant_facts(struct walk *walk, uint64_t grant, const struct facts **ret)
{
    struct entry issue;
    enum err e;

    *ret = (const struct facts *)(uintptr_t)index_find(&walk->known, facts_key(grant));
    if (*ret != NULL)
        return OK;
    e = chain_read(walk->reader, walk->job->query.environment, grant, true, walk->job->arena,
                   &issue);
    if (e == OK && issue.facts == NULL)
        e = ERR_CORRUPT;
    if (e != OK)
        return e;
    *ret = issue.facts;
    return index_put(&walk->known, facts_key(grant), (uint64_t)(uintptr_t)issue.facts);
}

/* An activation tells of its grant. */
static enum err line_read(struct walk *walk, uint64_t sequence, struct entry *ret)
{
    const struct facts *facts;
    enum err e = errand_entry_alone(walk->job, walk->reader, sequence, ret);

    if (e == OK)
        e = grant_facts(walk, ret->grant, &facts);
    if (e != OK)
        return e;
    ret->grant_id = facts->grant_id;
    if (ret->kind == ENTRY_ACTIVATE)
        ret->facts = facts;
    return OK;
}

static enum err lines_fill(struct walk *walk, size_t count)
{
    struct ledger_row *row = walk->row;
    bool oldest_first = walk->job->query.oldest_first;
    struct amount balance =
        oldest_first ? row->starting.excluding_pending : row->ending.excluding_pending;
    struct amount passed = oldest_first ? walk->passed : amount_negate(walk->passed);
    enum err e = add(&balance, passed);

    row->lines = arena_new(walk->job->arena, struct ledger_line, count);
    if (row->lines == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; e == OK && i < count; i++) {
        const struct candidate *kept = &walk->kept[i];
        struct ledger_line *line = &row->lines[i];

        line->amount = kept->amount;
        if (oldest_first)
            e = add(&balance, kept->amount);
        line->balance = balance;
        if (e == OK && !oldest_first)
            e = amount_subtract(balance, kept->amount, &balance);
        if (e == OK)
            e = line_read(walk, kept->sequence, &line->entry);
    }
    row->line_count = count;
    return e;
}

static void pending_turn(struct ledger_row *row)
{
    for (size_t i = 0; i < row->pending_count / 2; i++) {
        struct ledger_line line = row->pending[i];

        row->pending[i] = row->pending[row->pending_count - 1 - i];
        row->pending[row->pending_count - 1 - i] = line;
    }
}

static enum err pending_fill(struct walk *walk)
{
    const struct query *query = &walk->job->query;
    struct ledger_row *row = walk->row;
    struct amount balance = row->ending.excluding_pending;
    enum err e = OK;

    row->pending = arena_new(walk->job->arena, struct ledger_line, walk->hold_count);
    if (row->pending == NULL)
        return ERR_NOMEM;
    for (const struct open_hold *hold = walk->holds; e == OK && hold != NULL; hold = hold->later) {
        struct ledger_line *line = &row->pending[row->pending_count];

        if (is_after_until(query, hold->part.effective_at))
            continue;
        e = amount_subtract(balance, hold->part.amount, &balance);
        if (e != OK || is_before_from(query, hold->part.effective_at))
            continue;
        line->amount = amount_negate(hold->part.amount);
        line->balance = balance;
        e = line_read(walk, hold->part.sequence, &line->entry);
        row->pending_count++;
    }
    if (!query->oldest_first)
        pending_turn(row);
    return e;
}

/* --- a page --- */

/* Where the page before ended.  A cursor of the other book says nothing in this one. */
static enum err place_read(struct walk *walk, uint64_t sequence)
{
    struct job *job = walk->job;
    struct entry entry;
    enum err e =
        store_read_entry(walk->reader, job->query.environment, sequence, false, job->arena, &entry);

    if (e == ERR_NOT_FOUND || (e == OK && entry.account != walk->head->account.number)) {
        job->blame = (struct blame){ .field = STR("next_page"),
                                     .why = STR("must be the cursor of an earlier page") };
        return ERR_MALFORMED;
    }
    if (e != OK)
        return e;
    walk->goes_on = true;
    walk->place = (struct candidate){ .effective_at = entry.effective_at, .sequence = sequence };
    return OK;
}

/* *ret_whole: the ledger ends on this page. */
static enum err row_fill(struct walk *walk, bool *ret_whole)
{
    struct amount before;
    size_t count;
    enum err e;

    walk->held_left = walk->head->account.held;
    walk->first = INSTANT_NEVER;
    e = walk_back(walk, &before);
    if (e == OK)
        e = balances_fill(walk, before);
    if (e != OK)
        return e;
    kept_cut(walk);
    *ret_whole = walk->kept_count <= walk->limit;
    count = *ret_whole ? walk->kept_count : walk->limit;
    e = lines_fill(walk, count);
    return e == OK && *ret_whole ? pending_fill(walk) : e;
}

/* kept has room for KEPT_MAX(limit). */
static enum err row_walk(struct job *job, struct store_reader *reader, size_t place, size_t limit,
                         struct candidate *kept, bool *ret_whole)
{
    struct walk walk = {
        .job = job,
        .reader = reader,
        .head = &job->errand->heads[place],
        .row = &job->answer.ledgers[place],
        .limit = limit,
        .kept = kept,
    };
    const struct account *account = &walk.head->account;
    bool is_place = job->query.after_entry > 0 && place == 0 &&
                    ledgers_place(account->customer, account->credit_type) == job->query.after;
    enum err e = is_place ? place_read(&walk, job->query.after_entry) : OK;

    index_init(&walk.known, 0);
    if (e == OK)
        e = row_fill(&walk, ret_whole);
    index_finish(&walk.known);
    return e;
}

enum err errand_ledgers(struct job *job, struct store_reader *reader)
{
    struct answer *answer = &job->answer;
    size_t left = job->query.limit;
    size_t count = answer->ledger_count;
    struct candidate *kept = arena_new(job->arena, struct candidate, KEPT_MAX(left));

    assert(left > 0);
    if (kept == NULL)
        return ERR_NOMEM;
    answer->next = job->errand->heads_next;
    for (size_t i = 0; i < count; i++) {
        const struct account *account = &job->errand->heads[i].account;
        const struct ledger_row *row = &answer->ledgers[i];
        bool is_whole = false;
        enum err e = row_walk(job, reader, i, left, kept, &is_whole);

        if (e != OK)
            return e;
        left -= row->line_count;
        if (is_whole && (left > 0 || i + 1 == count))
            continue;
        answer->next = ledgers_place(account->customer, account->credit_type);
        answer->next_entry = is_whole ? 0 : row->lines[row->line_count - 1].entry.sequence;
        answer->ledger_count = i + 1;
        return OK;
    }
    return OK;
}
