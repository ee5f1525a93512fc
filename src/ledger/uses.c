#include "ledger/uses.h"

#include "ledger/chain.h"
#include "ledger/errand.h"
#include "ledger/resolve.h"

static void refuse(struct job *job, enum reject reject, struct str field)
{
    job->answer.reject = reject;
    job->answer.blame.field = field;
}

/* --- the ledger's side --- */

static enum err errand_new(struct job *job)
{
    job->errand = arena_new(job->arena, struct errand, 1);
    return job->errand == NULL ? ERR_NOMEM : OK;
}

static void row_of_account(struct store *store, struct job *job, uint32_t number,
                           struct use_row *ret)
{
    struct customer_ref customer;
    struct account account;

    store_account(store, job->query.environment, number, &account);
    store_customer_ref(store, account.customer, &customer);
    ret->customer = customer.id;
    ret->credit_type = *store_credit_type(store, account.credit_type);
}

static enum err filter_make(struct store *store, struct job *job, struct hold_filter *ret)
{
    const struct query *query = &job->query;
    const struct credit_type *type;
    struct hold_filter filter = {
        .environment = query->environment,
        .after = query->after,
        .limit = query->limit,
    };
    enum reject reject = REJECT_NONE;
    enum err e = OK;

    if (!str_is_empty(query->customer))
        e = resolve_customer(store, query->customer, &job->answer.customer, &reject);
    if (e == OK && reject != REJECT_NONE)
        refuse(job, reject, STR("customer"));
    if (e != OK || reject != REJECT_NONE)
        return e;
    filter.customer = job->answer.customer.number;
    if (!str_is_empty(query->credit_type)) {
        type = store_credit_type_find(store, query->credit_type);
        if (type == NULL) {
            refuse(job, REJECT_CREDIT_TYPE_UNKNOWN, STR("credit_type"));
            return OK;
        }
        filter.credit_type = type->number;
    }
    *ret = filter;
    return OK;
}

enum err uses_answer_holds(struct store *store, struct job *job)
{
    struct answer *answer = &job->answer;
    struct hold_filter filter;
    struct hold *holds;
    enum err e = filter_make(store, job, &filter);

    if (e != OK || answer->reject != REJECT_NONE)
        return e;
    e = store_holds(store, &filter, job->arena, &holds, &answer->use_count, &answer->next);
    if (e == OK)
        e = errand_new(job);
    if (e != OK)
        return e;
    answer->uses = arena_new(job->arena, struct use_row, answer->use_count);
    if (answer->uses == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < answer->use_count; i++) {
        answer->uses[i].hold = holds[i];
        row_of_account(store, job, holds[i].account, &answer->uses[i]);
    }
    return OK;
}

static bool view_knows(const struct query *query, const struct view *view)
{
    return query->kind == QUERY_HOLD ? view->hold != NULL : view->taken != NULL;
}

static enum err taken_copy(struct job *job, const struct view *view)
{
    struct errand *errand = job->errand;

    errand->taken = arena_new(job->arena, struct taken, view->taken_count);
    if (errand->taken == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < view->taken_count; i++)
        errand->taken[i] = view->taken[i];
    errand->taken_count = view->taken_count;
    return OK;
}

enum err uses_answer(struct store *store, struct job *job)
{
    bool is_hold = job->query.kind == QUERY_HOLD;
    struct subject subject = {
        .environment = job->query.environment,
        .hold = is_hold ? job->query.number : 0,
        .deduction = is_hold ? 0 : job->query.number,
    };
    struct book_end end;
    struct view view;
    enum err e = store_load_view(store, &subject, job->arena, &view);

    if (e == OK && !view_knows(&job->query, &view))
        refuse(job, is_hold ? REJECT_HOLD_UNKNOWN : REJECT_DEDUCTION_UNKNOWN, STR_NONE);
    if (e == OK && job->answer.reject == REJECT_NONE)
        e = errand_new(job);
    if (e != OK || job->answer.reject != REJECT_NONE)
        return e;
    job->answer.uses = arena_new(job->arena, struct use_row, 1);
    if (job->answer.uses == NULL)
        return ERR_NOMEM;
    job->answer.use_count = 1;
    row_of_account(store, job, view.account.number, job->answer.uses);
    store_book_end(store, job->query.environment, &end);
    job->errand->book_last = end.sequence;
    if (is_hold) {
        job->answer.uses->hold = *view.hold;
        job->answer.uses->hold.parts = NULL;
        job->answer.uses->hold.part_count = 0;
    }
    return is_hold ? OK : taken_copy(job, &view);
}

/* --- the reader's --- */

enum err errand_holds(struct job *job, struct store_reader *reader)
{
    enum err e = OK;

    for (size_t i = 0; e == OK && i < job->answer.use_count; i++) {
        struct use_row *row = &job->answer.uses[i];

        row->entries = arena_new(job->arena, struct entry, 1);
        if (row->entries == NULL)
            return ERR_NOMEM;
        row->entry_count = 1;
        e = errand_entry(job, reader, row->hold.number, row->entries);
    }
    return e;
}

/* The entries of an operation are adjacent: how many? */
static enum err operation_count(struct job *job, struct store_reader *reader, size_t *ret)
{
    uint64_t first = job->query.number;
    struct entry entry = { .operation = first };
    size_t count = 0;
    enum err e = OK;

    while (e == OK && entry.operation == first && first + count <= job->errand->book_last) {
        e = chain_read(reader, job->query.environment, first + count, false, job->arena, &entry);
        if (e == OK && entry.operation == first)
            count++;
    }
    *ret = count;
    return e;
}

static enum err add(struct amount *sum, struct amount more)
{
    return amount_add(*sum, more, sum) == OK ? OK : ERR_CORRUPT;
}

static enum err row_sum(const struct errand *errand, struct use_row *row)
{
    enum err e = OK;

    for (size_t i = 0; e == OK && i < row->entry_count; i++)
        e = add(&row->uncovered, row->entries[i].uncovered);
    for (size_t i = 0; e == OK && i < errand->taken_count; i++) {
        bool was_lent = errand->taken[i].grant == 0;

        e = add(was_lent ? &row->lent : &row->covered, errand->taken[i].amount);
        if (e == OK)
            e = add(&row->reversed, errand->taken[i].reversed);
    }
    return e;
}

enum err errand_use(struct job *job, struct store_reader *reader)
{
    struct use_row *row = job->answer.uses;
    enum err e = operation_count(job, reader, &row->entry_count);

    if (e != OK)
        return e;
    row->entries = arena_new(job->arena, struct entry, row->entry_count);
    if (row->entries == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; e == OK && i < row->entry_count; i++)
        e = errand_entry(job, reader, job->query.number + i, &row->entries[i]);
    return e == OK ? row_sum(job->errand, row) : e;
}
