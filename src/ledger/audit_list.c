/* A page of the audit log: the book and the directory's log, merged by time.
 *
 * What is left of each is a range (low, high] of its numbers, eaten from one end.  In both, time
 * never decreases, so the ends of the range that query.from and query.until leave are found by
 * halving. */
#include <string.h>
#include "base/limits.h"
#include "ledger/audit.h"
#include "ledger/chain.h"
#include "ledger/errand.h"

struct range {
    uint64_t low;
    uint64_t high;
};

/* What is to be told of an operation by its first entry. */
struct told {
    struct str action;
    struct str type;
    char kind; /* for uuid_from_sequence(); 0: a grant */
    uint64_t number;
};

struct audit {
    struct job *job;
    struct store_reader *reader;
    bool oldest_first;
    /* the book */
    struct range book;
    uint64_t *sequences; /* not NULL: of a grant, whose entries the range numbers ... */
    uint64_t first;      /* ... from this number on; as many as the page may look at */
    uint64_t wanted;     /* not 0: only what is of this operation or hold */
    size_t looked_at;
    bool has_entry;
    struct entry entry; /* the next one to show, not yet out of the range */
    /* the directory */
    struct range log;
    struct log_line *lines;
    size_t line_count, line_next;
    struct source source; /* the last one */
};

static struct told told_of_grant(const struct entry *entry, struct str action)
{
    return (struct told){ action, STR("credit_grant"), 0, entry->grant };
}

/* False: it is not what somebody asked for. */
static bool told_of(const struct entry *entry, struct told *ret)
{
    *ret = (struct told){ .number = 0 };
    switch (entry->kind) {
    case ENTRY_ISSUE:
        *ret = told_of_grant(entry, STR("create_grant"));
        break;
    case ENTRY_EDIT:
        *ret = told_of_grant(entry, STR("edit_grant"));
        break;
    case ENTRY_VOID:
        *ret = told_of_grant(entry, STR("void_grant"));
        break;
    case ENTRY_DRAW:
    case ENTRY_DEBT:
    case ENTRY_UNCOVERED:
        *ret = (struct told){ STR("deduct"), STR("deduction"), 'd', entry->operation };
        break;
    case ENTRY_REVERSE:
    case ENTRY_REVERSE_DEBT:
    case ENTRY_REVERSE_REPAY:
        *ret = (struct told){ STR("reverse_deduction"), STR("reversal"), 'r', entry->operation };
        break;
    case ENTRY_HOLD:
        *ret = (struct told){ STR("create_hold"), STR("hold"), 'h', entry->operation };
        break;
    case ENTRY_CAPTURE:
        *ret = (struct told){ STR("capture_hold"), STR("hold"), 'h', entry->of };
        break;
    case ENTRY_RELEASE:
        *ret = (struct told){ STR("release_hold"), STR("hold"), 'h', entry->of };
        break;
    case ENTRY_EXTEND:
        *ret = (struct told){ STR("extend_hold"), STR("hold"), 'h', entry->of };
        break;
    case ENTRY_CREDIT_LIMIT:
        *ret = (struct told){ STR("set_credit_limit"), STR("credit_limit"), 'l', entry->operation };
        break;
    case ENTRY_ACTIVATE:
    case ENTRY_EXPIRE:
    case ENTRY_ROLL_OVER:
    case ENTRY_LAPSE:
    case ENTRY_REPAY:
        return false;
    }
    return entry->key > 0 && entry->operation == entry->sequence;
}

/* --- the book's side --- */

static enum err entry_read(struct audit *audit, uint64_t sequence, bool with_facts,
                           struct entry *ret)
{
    return chain_read(audit->reader, audit->job->query.environment, sequence, with_facts,
                      audit->job->arena, ret);
}

static bool is_wanted(const struct audit *audit, const struct entry *entry)
{
    const struct query *query = &audit->job->query;
    struct told told;

    if (!told_of(entry, &told))
        return false;
    if (str_is_empty(query->resource_type))
        return true;
    if (!str_equals(told.type, query->resource_type))
        return false;
    return audit->sequences != NULL || told.number == audit->wanted;
}

static uint64_t end_of(const struct range *range, bool oldest_first)
{
    return oldest_first ? range->low + 1 : range->high;
}

static void range_eat(struct range *range, bool oldest_first)
{
    assert(range->low < range->high);
    if (oldest_first)
        range->low++;
    else
        range->high--;
}

/* A place in the range is a sequence, or an entry's number among those of a grant; 0 is 0. */
static uint64_t sequence_of(const struct audit *audit, uint64_t place)
{
    return audit->sequences == NULL ? place : audit->sequences[place - audit->first];
}

/* Looks for the next entry to show; gives up after AUDIT_SCAN_MAX. */
static enum err book_peek(struct audit *audit)
{
    while (!audit->has_entry && audit->book.low < audit->book.high &&
           audit->looked_at < AUDIT_SCAN_MAX) {
        uint64_t place = end_of(&audit->book, audit->oldest_first);
        enum err e = entry_read(audit, sequence_of(audit, place), false, &audit->entry);

        if (e != OK)
            return e;
        audit->looked_at++;
        audit->has_entry = is_wanted(audit, &audit->entry);
        if (!audit->has_entry)
            range_eat(&audit->book, audit->oldest_first);
    }
    return OK;
}

/* The number of the last entry before that instant. */
static enum err book_seek(struct audit *audit, struct instant instant, uint64_t *ret)
{
    uint64_t low = 0, high = audit->job->errand->book_last;

    while (low < high) {
        uint64_t middle = low + (high - low + 1) / 2;
        struct entry entry;
        enum err e = entry_read(audit, middle, false, &entry);

        if (e != OK)
            return e;
        if (instant_before(entry.at, instant))
            low = middle;
        else
            high = middle - 1;
    }
    *ret = low;
    return OK;
}

/* From the range's end on which the page begins, as far as it may look, and the one beyond. */
static enum err sequences_read(struct audit *audit, const struct chain *chain)
{
    uint64_t first = audit->book.low, last = audit->book.high;
    struct link link;
    uint64_t sequence;
    enum err e;

    if (last - first > AUDIT_SCAN_MAX && audit->oldest_first)
        last = first + AUDIT_SCAN_MAX;
    if (last - first > AUDIT_SCAN_MAX)
        first = last - AUDIT_SCAN_MAX;
    audit->first = first;
    audit->sequences = arena_new(audit->job->arena, uint64_t, last - first + 1);
    if (audit->sequences == NULL)
        return ERR_NOMEM;
    e = chain_seek_number(chain, last, &link);
    sequence = e == OK ? link.entry.sequence : 0;
    for (uint64_t number = last; e == OK && number > first; number--) {
        struct entry entry;

        audit->sequences[number - first] = sequence;
        e = entry_read(audit, sequence, false, &entry);
        if (e == OK && !chain_has(chain, &entry))
            e = ERR_CORRUPT;
        sequence = e == OK ? entry.grant_previous : 0;
    }
    if (e == OK && (sequence == 0) != (first == 0))
        e = ERR_CORRUPT;
    audit->sequences[0] = sequence;
    return e;
}

/* The range, so far of sequences, becomes one of the grant's entries. */
static enum err grant_entries(struct audit *audit)
{
    struct chain chain = {
        .reader = audit->reader,
        .arena = audit->job->arena,
        .environment = audit->job->query.environment,
    };
    struct link low, high;
    enum err e;

    chain_of_grant(&chain, &audit->job->errand->grant);
    e = chain_seek_sequence(&chain, audit->book.low + 1, &low);
    if (e == OK)
        e = chain_seek_sequence(&chain, audit->book.high + 1, &high);
    if (e != OK)
        return e;
    audit->book = (struct range){ .low = low.number, .high = high.number };
    return sequences_read(audit, &chain);
}

/* Only what is about the resource; its id says where in the book to look. */
static enum err book_narrow(struct audit *audit)
{
    const struct query *query = &audit->job->query;
    static const struct {
        struct str type;
        char kind;
    } kinds[] = {
        { STR_INIT("deduction"), 'd' },
        { STR_INIT("reversal"), 'r' },
        { STR_INIT("hold"), 'h' },
        { STR_INIT("credit_limit"), 'l' },
    };
    struct uuid uuid;

    if (str_is_empty(query->resource_type))
        return OK;
    if (str_equals(query->resource_type, STR("credit_grant")))
        return grant_entries(audit);
    for (size_t i = 0; i < array_count(kinds); i++) {
        if (!str_equals(query->resource_type, kinds[i].type) ||
            uuid_parse(query->resource_id, &uuid) != OK ||
            !uuid_to_sequence(uuid, kinds[i].kind, &audit->wanted))
            continue;
        if (audit->wanted > audit->book.low + 1)
            audit->book.low = audit->wanted - 1; /* nothing is about it before */
        if (kinds[i].kind != 'h' && audit->wanted < audit->book.high)
            audit->book.high = audit->wanted;
    }
    if (audit->wanted == 0 || audit->book.low > audit->book.high)
        audit->book.low = audit->book.high;
    return OK;
}

/* --- the directory's side --- */

static enum err log_read(struct audit *audit, struct range range, bool newest_first, size_t limit,
                         struct log_line **ret, size_t *ret_count)
{
    const struct query *query = &audit->job->query;
    struct log_range asked = {
        .after = range.low,
        .until = range.high,
        .newest_first = newest_first,
        .resource_type = limit == 1 ? STR_NONE : query->resource_type, /* halving, not listing */
        .resource_id = limit == 1 ? STR_NONE : query->resource_id,
    };

    return store_read_lines(audit->reader, &asked, limit, audit->job->arena, ret, ret_count);
}

static enum err log_seek(struct audit *audit, struct instant instant, uint64_t *ret)
{
    uint64_t low = 0, high = audit->job->errand->log_last;

    while (low < high) {
        struct range one = { .high = low + (high - low + 1) / 2 };
        struct log_line *line;
        size_t count;
        enum err e;

        one.low = one.high - 1;
        e = log_read(audit, one, false, 1, &line, &count);
        if (e != OK)
            return e;
        if (count == 0)
            return ERR_CORRUPT;
        if (instant_before(line->at, instant))
            low = one.high;
        else
            high = one.low;
    }
    *ret = low;
    return OK;
}

/* As many as a page could need. */
static enum err log_open(struct audit *audit)
{
    if (audit->log.low >= audit->log.high)
        return OK;
    return log_read(audit, audit->log, !audit->oldest_first, audit->job->query.limit + 1,
                    &audit->lines, &audit->line_count);
}

static const struct log_line *log_peek(const struct audit *audit)
{
    return audit->line_next < audit->line_count ? &audit->lines[audit->line_next] : NULL;
}

/* --- rows --- */

static enum err resource_id(struct audit *audit, const struct told *told, struct str *ret)
{
    struct uuid uuid = uuid_from_sequence(told->kind == 0 ? 'd' : told->kind, told->number);
    char *text = arena_take(audit->job->arena, UUID_TEXT_SIZE);
    struct entry issue;

    if (text == NULL)
        return ERR_NOMEM;
    if (told->kind == 0) {
        enum err e = entry_read(audit, told->number, true, &issue);

        if (e == OK && issue.facts == NULL)
            e = ERR_CORRUPT;
        if (e != OK)
            return e;
        uuid = issue.facts->grant_id.uuid;
    }
    uuid_format(uuid, text);
    *ret = (struct str){ .data = text, .len = UUID_TEXT_SIZE };
    return OK;
}

static enum err source_find(struct audit *audit, struct audit_row *row)
{
    if (row->line.source == 0)
        return OK;
    if (audit->source.number != row->line.source) {
        enum err e =
            store_read_source(audit->reader, row->line.source, audit->job->arena, &audit->source);

        if (e != OK)
            return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
    }
    row->source = audit->source;
    return OK;
}

static enum err show_entry(struct audit *audit, struct audit_row *ret)
{
    const struct entry *entry = &audit->entry;
    struct told told;
    bool is_told = told_of(entry, &told);

    assert(is_told);
    *ret = (struct audit_row){
        .is_of_book = true,
        .line = { .number = entry->sequence,
                  .at = entry->at,
                  .key = entry->key,
                  .source = entry->source,
                  .request = entry->request,
                  .action = told.action,
                  .resource_type = told.type },
    };
    audit->has_entry = false;
    range_eat(&audit->book, audit->oldest_first);
    return resource_id(audit, &told, &ret->line.resource_id);
}

static void show_line(struct audit *audit, struct audit_row *ret)
{
    const struct log_line *line = log_peek(audit);

    *ret = (struct audit_row){ .line = *line };
    audit->line_next++;
    if (audit->oldest_first)
        audit->log.low = line->number;
    else
        audit->log.high = line->number - 1;
}

/* At the same instant the directory's line is the older: what it made may be in the entry. */
static bool line_is_next(const struct audit *audit, const struct log_line *line)
{
    if (!audit->has_entry)
        return true;
    return audit->oldest_first ? !instant_before(audit->entry.at, line->at)
                               : instant_before(audit->entry.at, line->at);
}

static enum err page(struct audit *audit)
{
    struct answer *answer = &audit->job->answer;

    while (answer->audit_count < audit->job->query.limit) {
        struct audit_row *row = &answer->audit[answer->audit_count];
        const struct log_line *line = log_peek(audit);
        enum err e = book_peek(audit);

        if (e != OK)
            return e;
        if (!audit->has_entry && audit->book.low < audit->book.high)
            break; /* it is not known whether the line is next */
        if (!audit->has_entry && line == NULL)
            break;
        if (line != NULL && line_is_next(audit, line))
            show_line(audit, row);
        else
            e = show_entry(audit, row);
        if (e == OK)
            e = source_find(audit, row);
        if (e != OK)
            return e;
        answer->audit_count++;
    }
    return OK;
}

/* --- all of it --- */

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* What the two instants leave, and the page before. */
static enum err ranges_find(struct audit *audit)
{
    const struct query *query = &audit->job->query;
    enum err e = OK;

    audit->book.high = audit->job->errand->book_last;
    audit->log.high = audit->job->errand->log_last;
    if (!instant_is_none(query->from))
        e = book_seek(audit, query->from, &audit->book.low);
    if (e == OK && !instant_is_none(query->from))
        e = log_seek(audit, query->from, &audit->log.low);
    if (e == OK && !instant_is_none(query->until))
        e = book_seek(audit, query->until, &audit->book.high);
    if (e == OK && !instant_is_none(query->until))
        e = log_seek(audit, query->until, &audit->log.high);
    if (e != OK)
        return e;
    if (query->after > 0 && audit->oldest_first) {
        audit->book.low = later(audit->book.low, query->after - 1);
        audit->log.low = later(audit->log.low, query->after_entry);
    } else if (query->after > 0) {
        audit->book.high = earlier(audit->book.high, query->after - 1);
        audit->log.high = earlier(audit->log.high, query->after_entry);
    }
    audit->book.low = earlier(audit->book.low, audit->book.high);
    audit->log.low = earlier(audit->log.low, audit->log.high);
    return OK;
}

/* Where the next page starts, also when there is nothing yet. */
static void tell_next(struct audit *audit)
{
    struct answer *answer = &audit->job->answer;
    uint64_t place = audit->oldest_first ? audit->book.low : audit->book.high;

    answer->next = sequence_of(audit, place) + 1;
    answer->next_entry = audit->oldest_first ? audit->log.low : audit->log.high;
}

enum err errand_audit(struct job *job, struct store_reader *reader)
{
    struct audit audit = {
        .job = job,
        .reader = reader,
        .oldest_first = job->query.oldest_first,
    };
    enum err e;

    assert(job->query.limit > 0);
    job->answer.audit = arena_new(job->arena, struct audit_row, job->query.limit);
    if (job->answer.audit == NULL)
        return ERR_NOMEM;
    e = ranges_find(&audit);
    if (e == OK)
        e = book_narrow(&audit);
    if (e == OK)
        e = log_open(&audit);
    if (e == OK)
        e = page(&audit);
    if (e == OK)
        tell_next(&audit);
    return e;
}
