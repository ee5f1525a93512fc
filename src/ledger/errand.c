#include "ledger/errand.h"

#include "base/limits.h"

static enum err read_products(struct store_reader *reader, struct arena *arena,
                              struct grant_row *row)
{
    const struct product_set *set = &row->facts.products;
    enum err e = OK;

    row->products = arena_new(arena, struct product, set->count);
    if (row->products == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; e == OK && i < set->count; i++)
        e = store_read_product(reader, set->ids[i], arena, &row->products[i]);
    row->product_count = set->count;
    return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
}

static void find_paid_type(const struct errand *errand, struct grant_row *row)
{
    if (!row->facts.has_paid)
        return;
    for (size_t i = 0; i < errand->credit_type_count; i++) {
        if (uuid_equals(errand->credit_types[i]->id.uuid, row->facts.paid_credit_type.uuid))
            row->paid_credit_type = *errand->credit_types[i];
    }
}

enum err errand_facts(struct job *job, struct store_reader *reader, struct grant_row *row)
{
    struct entry entry;
    enum err e = store_read_entry(reader, job->query.environment, row->grant.facts_entry, true,
                                  job->arena, &entry);

    if (e != OK)
        return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
    if (entry.facts == NULL)
        return ERR_CORRUPT;
    row->facts = *entry.facts;
    e = hidden_fields_drop(&job->errand->hidden, job->arena, &row->facts.custom_fields);
    if (e != OK)
        return e;
    find_paid_type(job->errand, row);
    return read_products(reader, job->arena, row);
}

static enum err run_balance(struct job *job, struct store_reader *reader)
{
    enum err e = job->errand->is_past ? errand_past(job, reader) : OK;

    if (job->query.without_facts)
        return e;
    for (size_t i = 0; e == OK && i < job->answer.balance_count; i++) {
        struct balance_row *row = &job->answer.balances[i];

        for (size_t j = 0; e == OK && j < row->grant_count; j++)
            e = errand_facts(job, reader, &row->grants[j]);
    }
    return e;
}

static enum err run_grants(struct job *job, struct store_reader *reader)
{
    enum err e = OK;

    for (size_t i = 0; e == OK && i < job->answer.grant_count; i++) {
        e = errand_facts(job, reader, &job->answer.grants[i]);
        if (e == OK && job->query.with_entries)
            e = errand_history(job, reader, &job->answer.grants[i]);
    }
    return e;
}

static enum err run_customer(struct job *job, struct store_reader *reader)
{
    enum err e;

    job->answer.customers = arena_new(job->arena, struct customer, 1);
    if (job->answer.customers == NULL)
        return ERR_NOMEM;
    job->answer.customer_count = 1;
    e = store_read_customer(reader, job->errand->customer, job->arena, job->answer.customers);
    if (e == OK)
        e = hidden_fields_drop(&job->errand->hidden, job->arena,
                               &job->answer.customers[0].custom_fields);
    if (e == OK && job->answer.customers->erased) {
        job->answer = (struct answer){ .reject = REJECT_CUSTOMER_UNKNOWN };
        job->answer.blame.field = STR("customer");
    }
    return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
}

/* --- how much --- */

#define HISTORY_ROWS 10 /* of a grant, for want of a better guess */

static size_t rows_of_balances(const struct answer *answer)
{
    size_t rows = 0;

    for (size_t i = 0; i < answer->balance_count; i++)
        rows += answer->balances[i].grant_count;
    return rows;
}

static size_t rows_of_ledgers(const struct job *job)
{
    size_t rows = 0;

    for (size_t i = 0; i < job->answer.ledger_count; i++)
        rows += job->errand->heads[i].account.entry_count;
    return rows;
}

static size_t rows_guess(const struct job *job)
{
    const struct errand *errand = job->errand;

    switch (job->query.kind) {
    case QUERY_BALANCE:
        return rows_of_balances(&job->answer) * (errand->is_past ? HISTORY_ROWS : 1);
    case QUERY_GRANTS:
        return job->answer.grant_count * (job->query.with_entries ? 1 + HISTORY_ROWS : 1);
    case QUERY_CUSTOMERS:
        return errand->has_customers ? errand->customer_count : job->query.limit;
    case QUERY_BOOK_ENTRIES:
    case QUERY_PRODUCTS:
    case QUERY_ENTRIES:
    case QUERY_USAGE_EVENTS:
    case QUERY_AUDIT:
        return job->query.limit;
    case QUERY_HOLDS:
        return job->answer.use_count;
    case QUERY_LEDGERS:
        return rows_of_ledgers(job);
    case QUERY_HOLD:
    case QUERY_DEDUCTION:
        return HISTORY_ROWS;
    case QUERY_CUSTOMER:
        return 1;
    case QUERY_CREDIT_TYPES:
    case QUERY_FIELD_KEYS:
    case QUERY_BOOK:
    case QUERY_TEST_CLOCK:
    case QUERY_NONE:
    case QUERY_COUNT:
        break;
    }
    never("these are answered from memory");
}

size_t errand_rows(const struct job *job)
{
    size_t rows = rows_guess(job);

    if (rows == 0)
        return 1;
    return rows < BOOK_LINES_MAX ? rows : BOOK_LINES_MAX;
}

/* --- all of them --- */

enum err errand_run(struct job *job, struct store_reader *reader)
{
    assert(job->errand != NULL);
    switch (job->query.kind) {
    case QUERY_BALANCE:
        return run_balance(job, reader);
    case QUERY_GRANTS:
        return run_grants(job, reader);
    case QUERY_CUSTOMER:
        return run_customer(job, reader);
    case QUERY_CUSTOMERS:
        return errand_customers(job, reader);
    case QUERY_PRODUCTS:
        return errand_products(job, reader);
    case QUERY_ENTRIES:
        return errand_entries(job, reader);
    case QUERY_BOOK_ENTRIES:
        return errand_book(job, reader);
    case QUERY_HOLDS:
        return errand_holds(job, reader);
    case QUERY_HOLD:
    case QUERY_DEDUCTION:
        return errand_use(job, reader);
    case QUERY_LEDGERS:
        return errand_ledgers(job, reader);
    case QUERY_USAGE_EVENTS:
        return errand_usage_events(job, reader);
    case QUERY_AUDIT:
        return errand_audit(job, reader);
    case QUERY_CREDIT_TYPES:
    case QUERY_FIELD_KEYS:
    case QUERY_BOOK:
    case QUERY_TEST_CLOCK:
    case QUERY_NONE:
    case QUERY_COUNT:
        break;
    }
    never("these are answered from memory");
}
