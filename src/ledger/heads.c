#include "ledger/heads.h"

#define PAST_PAGE_FIRST 128 /* grants; few accounts ever had more */

static enum err products_copy(const struct product_set *products, struct arena *arena,
                              const struct product_set **ret)
{
    struct product_set *set = arena_new(arena, struct product_set, 1);
    struct product_id *ids = arena_new(arena, struct product_id, products->count);

    if (set == NULL || ids == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < products->count; i++)
        ids[i] = products->ids[i];
    *set = (struct product_set){ .count = products->count, .ids = ids };
    *ret = set;
    return OK;
}

/* A grant of the store is only borrowed. */
static enum err grant_copy(const struct grant *grant, struct arena *arena, struct grant *ret)
{
    struct grant copy = *grant;
    enum err e = OK;

    if (grant->products != NULL)
        e = products_copy(grant->products, arena, &copy.products);
    if (e == OK && grant->rollover != NULL) {
        struct rollover *rollover = arena_new(arena, struct rollover, 1);

        if (rollover == NULL)
            return ERR_NOMEM;
        *rollover = *grant->rollover;
        copy.rollover = rollover;
    }
    if (e == OK)
        *ret = copy;
    return e;
}

static enum err balance_grants(struct store *store, struct job *job, struct balance_row *row)
{
    struct subject subject = {
        .environment = job->query.environment,
        .customer = job->answer.customer,
        .credit_type = row->account.credit_type,
    };
    struct view view;
    enum err e = store_load_view(store, &subject, job->arena, &view);

    if (e != OK)
        return e;
    row->grants = arena_new(job->arena, struct grant_row, view.grant_count);
    if (row->grants == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; e == OK && i < view.grant_count; i++) {
        row->grants[i].customer = job->answer.customer.id;
        row->grants[i].credit_type = row->credit_type;
        e = grant_copy(view.grants[i], job->arena, &row->grants[i].grant);
    }
    row->grant_count = view.grant_count;
    return e;
}

static enum err balance_rows(struct store *store, struct job *job, uint32_t credit_type)
{
    struct answer *answer = &job->answer;
    struct account *accounts;
    size_t count;
    enum err e = store_accounts_of(store, job->query.environment, answer->customer.number,
                                   job->arena, &accounts, &count);

    if (e != OK)
        return e;
    answer->balances = arena_new(job->arena, struct balance_row, count + 1);
    if (answer->balances == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < count; i++) {
        if (credit_type == 0 || accounts[i].credit_type == credit_type)
            answer->balances[answer->balance_count++].account = accounts[i];
    }
    if (credit_type > 0 && answer->balance_count == 0)
        answer->balances[answer->balance_count++].account = (struct account){
            .customer = answer->customer.number,
            .credit_type = credit_type,
        };
    for (size_t i = 0; i < answer->balance_count; i++) {
        struct balance_row *row = &answer->balances[i];

        row->credit_type = *store_credit_type(store, row->account.credit_type);
    }
    return OK;
}

enum err heads_balance(struct store *store, struct job *job, uint32_t credit_type)
{
    enum err e = balance_rows(store, job, credit_type);

    for (size_t i = 0; e == OK && i < job->answer.balance_count; i++) {
        if (!job->query.without_grants && job->answer.balances[i].account.number > 0)
            e = balance_grants(store, job, &job->answer.balances[i]);
    }
    return e;
}

/* Rows of grants that store_grants copied. */
static struct grant_row *rows_of(struct store *store, struct job *job, struct grant *grants,
                                 size_t count)
{
    struct grant_row *rows = arena_new(job->arena, struct grant_row, count);

    for (size_t i = 0; rows != NULL && i < count; i++) {
        struct customer_ref customer;
        struct account account;

        store_account(store, job->query.environment, grants[i].account, &account);
        store_customer_ref(store, account.customer, &customer);
        rows[i].grant = grants[i];
        rows[i].customer = customer.id;
        rows[i].credit_type = *store_credit_type(store, account.credit_type);
    }
    return rows;
}

enum err heads_grants(struct store *store, struct job *job, const struct grant_filter *filter)
{
    struct answer *answer = &job->answer;
    struct grant *grants;
    enum err e =
        store_grants(store, filter, job->arena, &grants, &answer->grant_count, &answer->next);

    if (e != OK)
        return e;
    answer->grants = rows_of(store, job, grants, answer->grant_count);
    return answer->grants == NULL ? ERR_NOMEM : OK;
}

struct page {
    struct grant *grants;
    size_t count;
    struct page *before;
};

/* All grants that an account ever had, a larger page each time; the newest page first. */
static enum err pages_of(struct store *store, struct job *job, const struct account *account,
                         struct page **ret)
{
    struct grant_filter filter = {
        .environment = job->query.environment,
        .customers = &account->customer,
        .customer_count = 1,
        .credit_types = &account->credit_type,
        .credit_type_count = 1,
        .not_expiring_before = INSTANT_NONE,
        .effective_before = INSTANT_NONE,
        .with_voided = true,
        .limit = PAST_PAGE_FIRST,
    };
    struct page *newest = NULL;
    uint64_t next;

    do {
        struct page *page = arena_new(job->arena, struct page, 1);
        enum err e = page == NULL ? ERR_NOMEM
                                  : store_grants(store, &filter, job->arena, &page->grants,
                                                 &page->count, &next);

        if (e != OK)
            return e;
        page->before = newest;
        newest = page;
        filter.after = next;
        filter.limit *= 2;
    } while (next > 0);
    *ret = newest;
    return OK;
}

/* The book in memory has no list of the grants that were alive then: all are looked at. */
static enum err past_grants(struct store *store, struct job *job, struct balance_row *row)
{
    struct grant *grants;
    struct page *newest;
    size_t total = 0;
    enum err e = pages_of(store, job, &row->account, &newest);

    if (e != OK)
        return e;
    for (struct page *page = newest; page != NULL; page = page->before)
        total += page->count;
    grants = arena_new(job->arena, struct grant, total);
    if (grants == NULL)
        return ERR_NOMEM;
    row->grant_count = total;
    for (struct page *page = newest; page != NULL; page = page->before) {
        total -= page->count;
        for (size_t i = 0; i < page->count; i++)
            grants[total + i] = page->grants[i];
    }
    row->grants = rows_of(store, job, grants, row->grant_count);
    return row->grants == NULL ? ERR_NOMEM : OK;
}

enum err heads_balance_past(struct store *store, struct job *job, uint32_t credit_type)
{
    enum err e = balance_rows(store, job, credit_type);

    for (size_t i = 0; e == OK && i < job->answer.balance_count; i++) {
        if (!job->query.without_grants && job->answer.balances[i].account.number > 0)
            e = past_grants(store, job, &job->answer.balances[i]);
    }
    return e;
}
