#include <stdlib.h>
#include "base/limits.h"
#include "store/book/books.h"
#include "store/book/copy.h"

/* The grants to look at, in order of number: all of the book, or the ones that are named, or
 * those of some accounts, merged by a heap with one run an account. */
struct run {
    const uint32_t *at; /* the next index */
    const uint32_t *end;
};

struct scan {
    const struct book *book;
    bool all;
    size_t index;     /* all: the next */
    struct run *runs; /* a heap: the one with the smallest next index is at the top */
    size_t run_count;
    size_t run_capacity;
};

static bool scan_has_more(const struct scan *scan)
{
    return scan->all ? scan->index < book_grant_count(scan->book) : scan->run_count > 0;
}

static void runs_sink(struct scan *scan, size_t index)
{
    struct run run = scan->runs[index];

    for (;;) {
        size_t child = 2 * index + 1;

        if (child + 1 < scan->run_count && *scan->runs[child + 1].at < *scan->runs[child].at)
            child++;
        if (child >= scan->run_count || *scan->runs[child].at >= *run.at)
            break;
        scan->runs[index] = scan->runs[child];
        index = child;
    }
    scan->runs[index] = run;
}

static const struct book_grant *scan_next(struct scan *scan)
{
    struct run *top;
    size_t index;

    assert(scan_has_more(scan));
    if (scan->all)
        return book_grant_at(scan->book, scan->index++);
    top = &scan->runs[0];
    index = *top->at++;
    if (top->at == top->end)
        *top = scan->runs[--scan->run_count];
    if (scan->run_count > 0)
        runs_sink(scan, 0);
    return book_grant_at(scan->book, index);
}

/* --- what to look at --- */

/* The place in indexes (rising) of the first that is not below. */
static size_t first_not_below(const uint32_t *indexes, size_t count, size_t index)
{
    size_t low = 0;

    while (low < count) {
        size_t middle = low + (count - low) / 2;

        if (indexes[middle] < index)
            low = middle + 1;
        else
            count = middle;
    }
    return low;
}

static bool credit_type_passes(const struct grant_filter *filter, uint32_t credit_type)
{
    for (size_t i = 0; i < filter->credit_type_count; i++) {
        if (filter->credit_types[i] == credit_type)
            return true;
    }
    return filter->credit_type_count == 0;
}

/* Adds what account has behind first; with runs NULL, only counts it. */
static void run_add(struct scan *scan, const struct book_account *account, size_t first)
{
    size_t skipped = first_not_below(account->grants, account->grant_count, first);

    if (skipped == account->grant_count)
        return;
    if (scan->runs != NULL) {
        assert(scan->run_count < scan->run_capacity);
        scan->runs[scan->run_count] = (struct run){
            .at = account->grants + skipped,
            .end = account->grants + account->grant_count,
        };
    }
    scan->run_count++;
}

static void runs_add(struct scan *scan, const struct grant_filter *filter, size_t first)
{
    scan->run_count = 0;
    for (size_t i = 0; i < filter->customer_count; i++) {
        uint32_t number = book_account_first(scan->book, filter->customers[i]);

        while (number != 0) {
            const struct book_account *account = book_account(scan->book, number);

            if (credit_type_passes(filter, account->account.credit_type))
                run_add(scan, account, first);
            number = account->next;
        }
    }
}

static enum err scan_customers(struct scan *scan, const struct grant_filter *filter, size_t first,
                               struct arena *arena)
{
    runs_add(scan, filter, first);
    scan->run_capacity = scan->run_count;
    scan->runs = arena_new(arena, struct run, scan->run_capacity);
    if (scan->runs == NULL)
        return ERR_NOMEM;
    runs_add(scan, filter, first);
    for (size_t i = scan->run_count / 2; i-- > 0;)
        runs_sink(scan, i);
    return OK;
}

static int compare_indexes(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* One run with the named grants. */
static enum err scan_ids(struct scan *scan, const struct grant_filter *filter, size_t first,
                         struct arena *arena)
{
    uint32_t *indexes = arena_new(arena, uint32_t, filter->id_count);
    size_t count = 0, kept = 0;

    scan->runs = arena_new(arena, struct run, 1);
    if (indexes == NULL || scan->runs == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < filter->id_count; i++) {
        const struct book_grant *grant = book_grant_find(scan->book, filter->ids[i]);

        if (grant != NULL && grant->index >= first)
            indexes[count++] = grant->index;
    }
    qsort(indexes, count, sizeof *indexes, compare_indexes);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || indexes[kept - 1] != indexes[i])
            indexes[kept++] = indexes[i];
    }
    scan->runs[0] = (struct run){ .at = indexes, .end = indexes + kept };
    scan->run_count = kept > 0 ? 1 : 0;
    return OK;
}

static enum err scan_open(struct scan *scan, const struct book *book,
                          const struct grant_filter *filter, struct arena *arena)
{
    size_t first = filter->after == 0 ? 0 : book_grant_index_after(book, filter->after);

    *scan = (struct scan){ .book = book, .index = first };
    if (filter->id_count > 0)
        return scan_ids(scan, filter, first, arena);
    if (filter->customer_count > 0)
        return scan_customers(scan, filter, first, arena);
    scan->all = true;
    return OK;
}

/* --- what passes --- */

static bool customer_passes(const struct grant_filter *filter, uint32_t customer)
{
    size_t place = first_not_below(filter->customers, filter->customer_count, customer);

    if (filter->customer_count == 0)
        return true;
    return place < filter->customer_count && filter->customers[place] == customer;
}

static bool grant_passes(const struct book *book, const struct grant_filter *filter,
                         const struct grant *grant)
{
    const struct account *account = &book_account(book, grant->account)->account;

    if (grant->status == GRANT_VOIDED && !filter->with_voided)
        return false;
    if (filter->live_only && !grant_is_live(grant))
        return false;
    if (!instant_is_none(filter->not_expiring_before) &&
        instant_before(grant->expires_at, filter->not_expiring_before))
        return false;
    if (!instant_is_none(filter->effective_before) &&
        !instant_before(grant->effective_at, filter->effective_before))
        return false;
    return credit_type_passes(filter, account->credit_type) &&
           customer_passes(filter, account->customer);
}

enum err books_grants(struct store *store, const struct grant_filter *filter, struct arena *arena,
                      struct grant **ret, size_t *ret_count, uint64_t *ret_next)
{
    const struct book *book = books_book(books_of(store), filter->environment);
    struct grant *page = arena_new(arena, struct grant, filter->limit);
    struct scan scan;
    size_t count = 0, looked = 0;
    uint64_t last = 0;
    enum err e = page == NULL ? ERR_NOMEM : scan_open(&scan, book, filter, arena);

    if (e != OK)
        return e;
    while (scan_has_more(&scan) && count < filter->limit && looked < LIST_SCAN_MAX) {
        const struct book_grant *grant = scan_next(&scan);

        last = grant->grant.number;
        looked++;
        if (!grant_passes(book, filter, &grant->grant))
            continue;
        e = copy_grant(&grant->grant, arena, &page[count++]);
        if (e != OK)
            return e;
    }
    *ret = page;
    *ret_count = count;
    *ret_next = scan_has_more(&scan) ? last : 0;
    return OK;
}
