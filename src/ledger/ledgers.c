#include "ledger/ledgers.h"

#include "exact/calendar.h"
#include "ledger/errand.h"
#include "ledger/filter.h"

#define ALL_CREDIT_TYPES UINT32_MAX

/* A page while its accounts are gathered. */
struct gathering {
    struct store *store;
    struct job *job;
    uint32_t *customers; /* count 0: all */
    size_t customer_count;
    uint32_t *credit_types; /* count 0: all */
    size_t credit_type_count;
    uint32_t after_customer;
    uint32_t after_credit_type;
    bool is_full; /* and there is more */
};

uint64_t ledgers_place(uint32_t customer, uint32_t credit_type)
{
    return (uint64_t)customer << 32 | credit_type;
}

/* --- what the live grants will bring --- */

/* Grants that become effective within the month, and those that expire within it; what is held
 * of them is counted with the holds. */
static enum err coming_add(const struct grant *grant, struct instant month_end,
                           struct amount *coming)
{
    bool ends = instant_before(grant->expires_at, month_end);

    if (grant->status == GRANT_SCHEDULED)
        return !ends && instant_before(grant->effective_at, month_end)
                   ? amount_add(*coming, grant->scheduled, coming)
                   : OK;
    return ends ? amount_subtract(*coming, grant_available(grant), coming) : OK;
}

static enum err coming_of(struct store *store, struct job *job, const struct account *account,
                          struct amount *ret)
{
    struct subject subject = {
        .environment = job->query.environment,
        .customer = { .number = account->customer },
        .credit_type = account->credit_type,
    };
    struct instant month_end = calendar_month_next(job->answer.now);
    struct view view;
    enum err e;

    *ret = AMOUNT_ZERO;
    if (!instant_is_none(job->query.until))
        return OK; /* the past has come already */
    store_customer_ref(store, account->customer, &subject.customer);
    e = store_load_view(store, &subject, job->arena, &view);
    for (size_t i = 0; e == OK && i < view.grant_count; i++)
        e = coming_add(view.grants[i], month_end, ret);
    return e;
}

/* --- which accounts --- */

static bool credit_type_passes(const struct gathering *gathering, uint32_t credit_type)
{
    for (size_t i = 0; i < gathering->credit_type_count; i++)
        if (gathering->credit_types[i] == credit_type)
            return true;
    return gathering->job->query.credit_type_count == 0;
}

static enum err account_add(struct gathering *gathering, const struct account *account)
{
    struct job *job = gathering->job;
    struct answer *answer = &job->answer;
    struct errand *errand = job->errand;
    struct customer_ref customer;
    size_t place = answer->ledger_count;

    if (place == LEDGERS_PER_PAGE_MAX) {
        const struct account *last = &errand->heads[place - 1].account;

        gathering->is_full = true;
        errand->heads_next = ledgers_place(last->customer, last->credit_type);
        return OK;
    }
    store_customer_ref(gathering->store, account->customer, &customer);
    answer->ledgers[place].customer = customer.id;
    answer->ledgers[place].credit_type = *store_credit_type(gathering->store, account->credit_type);
    answer->ledger_count++;
    errand->heads[place].account = *account;
    return coming_of(gathering->store, job, account, &errand->heads[place].coming);
}

/* The customer's accounts, from behind the place where the page before ended. */
static enum err customer_add(struct gathering *gathering, uint32_t customer)
{
    struct job *job = gathering->job;
    bool is_behind = customer != gathering->after_customer;
    struct account *accounts;
    size_t count;
    enum err e = store_accounts_of(gathering->store, job->query.environment, customer, job->arena,
                                   &accounts, &count);

    for (size_t i = 0; e == OK && i < count && !gathering->is_full; i++) {
        bool is_place = !is_behind && accounts[i].credit_type == gathering->after_credit_type;
        bool is_new = is_behind || (is_place && job->query.after_entry > 0);

        if (is_new && credit_type_passes(gathering, accounts[i].credit_type))
            e = account_add(gathering, &accounts[i]);
        is_behind = is_behind || is_place;
    }
    return e;
}

static enum err gather_named(struct gathering *gathering)
{
    enum err e = OK;

    for (size_t i = 0; e == OK && i < gathering->customer_count && !gathering->is_full; i++) {
        if (gathering->customers[i] >= gathering->after_customer)
            e = customer_add(gathering, gathering->customers[i]);
    }
    return e;
}

/* A page that has looked at LIST_SCAN_MAX customers ends short. */
static enum err gather_all(struct gathering *gathering)
{
    uint32_t last = store_customer_count(gathering->store);
    uint32_t first = gathering->after_customer > 0 ? gathering->after_customer : 1;
    enum err e = OK;

    for (uint32_t number = first; e == OK && number <= last && !gathering->is_full; number++) {
        if (number - first == LIST_SCAN_MAX) {
            gathering->job->errand->heads_next = ledgers_place(number - 1, ALL_CREDIT_TYPES);
            break;
        }
        e = customer_add(gathering, number);
    }
    return e;
}

/* --- the query --- */

static void refuse(struct job *job, enum reject reject, struct str field)
{
    job->answer.reject = reject;
    job->answer.blame.field = field;
}

static enum err customers_are_known(struct store *store, const struct query *query, bool *ret)
{
    *ret = true;
    for (size_t i = 0; i < query->customer_count && *ret; i++) {
        struct customer_ref ref;
        enum err e = store_customer_resolve(store, query->customers[i], &ref);

        if (e != OK && e != ERR_NOT_FOUND)
            return e;
        *ret = e == OK;
    }
    return OK;
}

static enum err filters_read(struct gathering *gathering)
{
    struct job *job = gathering->job;
    const struct query *query = &job->query;
    bool are_known;
    enum err e = customers_are_known(gathering->store, query, &are_known);

    if (e == OK)
        e = filter_customers(gathering->store, job, &gathering->customers,
                             &gathering->customer_count);
    if (e == OK)
        e = filter_credit_types(gathering->store, job, &gathering->credit_types,
                                &gathering->credit_type_count);
    if (e != OK)
        return e;
    if (!are_known)
        refuse(job, REJECT_CUSTOMER_UNKNOWN, STR("customers"));
    else if (gathering->credit_type_count < query->credit_type_count)
        refuse(job, REJECT_CREDIT_TYPE_UNKNOWN, STR("credit_types"));
    else if (!instant_is_none(query->until) && instant_before(job->answer.now, query->until))
        refuse(job, REJECT_AT_IN_FUTURE, STR("until"));
    return OK;
}

enum err ledgers_answer(struct store *store, struct job *job)
{
    struct gathering gathering = {
        .store = store,
        .job = job,
        .after_customer = (uint32_t)(job->query.after >> 32),
        .after_credit_type = (uint32_t)job->query.after,
    };
    enum err e = filters_read(&gathering);

    if (e != OK || job->answer.reject != REJECT_NONE)
        return e;
    job->answer.ledgers = arena_new(job->arena, struct ledger_row, LEDGERS_PER_PAGE_MAX);
    job->errand->heads = arena_new(job->arena, struct ledger_head, LEDGERS_PER_PAGE_MAX);
    if (job->answer.ledgers == NULL || job->errand->heads == NULL)
        return ERR_NOMEM;
    return job->query.customer_count > 0 ? gather_named(&gathering) : gather_all(&gathering);
}
