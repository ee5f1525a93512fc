#include "ledger/query.h"

#include "ledger/audit.h"
#include "ledger/errand.h"
#include "ledger/filter.h"
#include "ledger/heads.h"
#include "ledger/ledgers.h"
#include "ledger/resolve.h"
#include "ledger/uses.h"

static void refuse(struct job *job, enum reject reject, struct str field)
{
    job->answer.reject = reject;
    job->answer.blame.field = field;
}

static enum err errand_new(struct job *job)
{
    job->errand = arena_new(job->arena, struct errand, 1);
    return job->errand == NULL ? ERR_NOMEM : OK;
}

/* Grants come with facts, which may name any credit type. */
static enum err errand_new_with_credit_types(struct store *store, struct job *job)
{
    size_t count = store_credit_type_count(store);
    const struct credit_type **types = arena_new(job->arena, const struct credit_type *, count);
    enum err e = types == NULL ? ERR_NOMEM : errand_new(job);

    if (e != OK)
        return e;
    for (size_t i = 0; i < count; i++)
        types[i] = store_credit_type(store, (uint32_t)(i + 1));
    job->errand->credit_types = types;
    job->errand->credit_type_count = count;
    return hidden_fields_find(store, CUSTOM_FIELDS_OF_GRANT, job->arena, &job->errand->hidden);
}

static enum err errand_new_with_customers(struct store *store, struct job *job)
{
    enum err e = errand_new(job);

    if (e != OK)
        return e;
    return hidden_fields_find(store, CUSTOM_FIELDS_OF_CUSTOMER, job->arena, &job->errand->hidden);
}

/* answer.customer, or a refusal. */
static enum err find_customer(struct store *store, struct job *job)
{
    enum reject reject;
    enum err e = resolve_customer(store, job->query.customer, &job->answer.customer, &reject);

    if (e == OK && reject != REJECT_NONE)
        refuse(job, reject, STR("customer"));
    return e;
}

static bool balance_needs_errand(const struct job *job)
{
    if (job->query.without_facts)
        return false;
    for (size_t i = 0; i < job->answer.balance_count; i++) {
        if (job->answer.balances[i].grant_count > 0)
            return true;
    }
    return false;
}

static enum err answer_balance(struct store *store, struct job *job)
{
    const struct query *query = &job->query;
    const struct credit_type *type = NULL;
    bool is_past = !instant_is_none(query->at) && instant_before(query->at, job->answer.now);
    enum err e = find_customer(store, job);

    if (e != OK || job->answer.reject != REJECT_NONE)
        return e;
    if (!str_is_empty(query->credit_type)) {
        type = store_credit_type_find(store, query->credit_type);
        if (type == NULL) {
            refuse(job, REJECT_CREDIT_TYPE_UNKNOWN, STR("credit_type"));
            return OK;
        }
    }
    if (!instant_is_none(query->at) && instant_before(job->answer.now, query->at)) {
        refuse(job, REJECT_AT_IN_FUTURE, STR("at"));
        return OK;
    }
    if (is_past)
        e = heads_balance_past(store, job, type == NULL ? 0 : type->number);
    else
        e = heads_balance(store, job, type == NULL ? 0 : type->number);
    if (e == OK && (is_past || balance_needs_errand(job)))
        e = errand_new_with_credit_types(store, job);
    if (e == OK && is_past)
        job->errand->is_past = true;
    return e;
}

static enum err answer_grants(struct store *store, struct job *job)
{
    const struct query *query = &job->query;
    struct grant_filter filter = {
        .environment = query->environment,
        .ids = query->grants,
        .id_count = query->grant_count,
        .not_expiring_before = query->not_expiring_before,
        .effective_before = query->effective_before,
        .with_voided = query->with_voided,
        .after = query->after,
        .limit = query->limit,
    };
    const struct credit_type *type = NULL;
    uint32_t *customers, *credit_types;
    enum err e = filter_customers(store, job, &customers, &filter.customer_count);

    if (!str_is_empty(query->credit_type)) {
        type = store_credit_type_find(store, query->credit_type);
        if (type == NULL) {
            refuse(job, REJECT_CREDIT_TYPE_UNKNOWN, STR("credit_type"));
            return OK;
        }
    }
    if (e == OK)
        e = filter_credit_types(store, job, &credit_types, &filter.credit_type_count);
    if (e != OK)
        return e;
    /* A filter that names only unknown things lets nothing through. */
    if (query->customer_count > 0 && filter.customer_count == 0)
        return OK;
    if (query->credit_type_count > 0 && filter.credit_type_count == 0)
        return OK;
    filter.customers = customers;
    filter.credit_types = credit_types;
    if (type != NULL) {
        filter.credit_types = &type->number;
        filter.credit_type_count = 1;
    }
    e = heads_grants(store, job, &filter);
    if (e == OK && job->answer.grant_count > 0)
        e = errand_new_with_credit_types(store, job);
    return e;
}

static enum err answer_customer(struct store *store, struct job *job)
{
    enum err e = find_customer(store, job);

    if (e != OK || job->answer.reject != REJECT_NONE)
        return e;
    e = errand_new_with_customers(store, job);
    if (e == OK)
        job->errand->customer = job->answer.customer.number;
    return e;
}

/* Named one by one, by alias, or all. */
static enum err answer_customers(struct store *store, struct job *job)
{
    const struct query *query = &job->query;
    struct errand *errand;
    enum err e = errand_new_with_customers(store, job);

    if (e != OK)
        return e;
    errand = job->errand;
    errand->has_customers = query->customer_count > 0 || !str_is_empty(query->alias);
    if (query->customer_count > 0)
        e = filter_customers(store, job, &errand->customers, &errand->customer_count);
    if (e == OK && !str_is_empty(query->alias)) {
        struct customer_ref ref;
        bool is_named = query->customer_count == 0;

        e = store_customer_resolve(store, query->alias, &ref);
        if (e != OK && e != ERR_NOT_FOUND)
            return e;
        for (size_t i = 0; e == OK && i < errand->customer_count; i++)
            is_named = is_named || errand->customers[i] == ref.number;
        errand->customer_count = e == OK && is_named ? 1 : 0;
        errand->customers = arena_new(job->arena, uint32_t, 1);
        if (errand->customers == NULL)
            return ERR_NOMEM;
        errand->customers[0] = e == OK ? ref.number : 0;
        e = OK;
    }
    return e;
}

static enum err answer_credit_types(struct store *store, struct job *job)
{
    struct answer *answer = &job->answer;
    size_t count = store_credit_type_count(store);

    answer->credit_types = arena_new(job->arena, struct credit_type, count);
    if (answer->credit_types == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < count; i++)
        answer->credit_types[i] = *store_credit_type(store, (uint32_t)(i + 1));
    answer->credit_type_count = count;
    return OK;
}

static bool entity_is_asked(const struct query *query, struct str entity)
{
    for (size_t i = 0; i < query->entity_count; i++) {
        if (str_equals(query->entities[i], entity))
            return true;
    }
    return query->entity_count == 0;
}

static enum err answer_field_keys(struct store *store, struct job *job)
{
    struct answer *answer = &job->answer;
    uint32_t count = store_field_key_count(store);

    answer->field_keys = arena_new(job->arena, struct custom_field_key, job->query.limit);
    if (answer->field_keys == NULL)
        return ERR_NOMEM;
    for (uint64_t number = job->query.after + 1; number <= count; number++) {
        const struct custom_field_key *key = store_field_key(store, (uint32_t)number);

        if (!instant_is_never(key->removed_at) || !entity_is_asked(&job->query, key->entity))
            continue;
        if (answer->field_key_count == job->query.limit) {
            answer->next = answer->field_keys[answer->field_key_count - 1].number;
            break;
        }
        answer->field_keys[answer->field_key_count++] = *key;
    }
    return OK;
}

/* The one grant that is named, with a customer to whom it belongs if one is named too. */
static enum err entries_of_grant(struct store *store, struct job *job)
{
    struct grant_filter filter = {
        .environment = job->query.environment,
        .customers = &job->answer.customer.number,
        .customer_count = job->answer.customer.number > 0 ? 1 : 0,
        .ids = job->query.grants,
        .id_count = 1,
        .not_expiring_before = INSTANT_NONE,
        .effective_before = INSTANT_NONE,
        .with_voided = true,
        .limit = 1,
    };
    struct grant *grants;
    uint64_t next;
    size_t count;
    enum err e = store_grants(store, &filter, job->arena, &grants, &count, &next);

    if (e != OK)
        return e;
    if (count == 0) {
        refuse(job, REJECT_GRANT_UNKNOWN, STR("grant"));
        return OK;
    }
    job->errand->grant = grants[0];
    store_account(store, job->query.environment, grants[0].account, &job->errand->account);
    return OK;
}

static enum err entries_of_account(struct store *store, struct job *job)
{
    struct resolver resolver = { .store = store, .arena = job->arena };
    const struct credit_type *type;
    struct account *accounts;
    struct blame blame;
    enum reject reject;
    size_t count;
    enum err e = resolve_credit_type(&resolver, job->query.environment, job->answer.customer.number,
                                     job->query.credit_type, &type, &reject, &blame);

    if (e == OK && reject != REJECT_NONE) {
        job->answer.reject = reject;
        job->answer.blame = blame;
        return OK;
    }
    if (e == OK)
        e = store_accounts_of(store, job->query.environment, job->answer.customer.number,
                              job->arena, &accounts, &count);
    if (e != OK)
        return e;
    job->errand->account.credit_type = type->number;
    for (size_t i = 0; i < count; i++) {
        if (accounts[i].credit_type == type->number)
            job->errand->account = accounts[i];
    }
    return OK;
}

static enum err answer_book_entries(struct store *store, struct job *job)
{
    struct book_end end;
    enum err e = errand_new_with_credit_types(store, job);

    if (e != OK)
        return e;
    store_book_end(store, job->query.environment, &end);
    job->errand->book_last = end.sequence;
    return OK;
}

static enum err answer_entries(struct store *store, struct job *job)
{
    bool by_grant = job->query.grant_count > 0;
    enum err e = OK;

    if (job->query.with_balances && !instant_is_none(job->query.until) &&
        instant_before(job->answer.now, job->query.until)) {
        refuse(job, REJECT_AT_IN_FUTURE, STR("until"));
        return OK;
    }
    if (!by_grant || !str_is_empty(job->query.customer))
        e = find_customer(store, job);
    if (e == OK && job->answer.reject == REJECT_NONE)
        e = errand_new(job);
    if (e != OK || job->answer.reject != REJECT_NONE)
        return e;
    e = by_grant ? entries_of_grant(store, job) : entries_of_account(store, job);
    if (e == OK && job->answer.reject == REJECT_NONE)
        job->answer.entries_credit_type =
            *store_credit_type(store, job->errand->account.credit_type);
    return e;
}

static enum err answer_test_clock(struct store *store, struct job *job)
{
    if (job->query.environment != ENVIRONMENT_TEST)
        refuse(job, REJECT_NOT_TEST, STR_NONE);
    job->answer.clock_is_frozen = !instant_is_none(store_test_clock(store));
    return OK;
}

void query_book(struct ledger *ledger, struct job *job)
{
    struct book_end end;

    store_book_end(ledger->store, job->query.environment, &end);
    job->answer.sequence = end.sequence;
    job->answer.hash = end.hash;
    job->answer.sealed_at = end.sealed_at;
}

static enum err answer(struct store *store, struct job *job)
{
    enum err e;

    switch (job->query.kind) {
    case QUERY_BALANCE:
        return answer_balance(store, job);
    case QUERY_GRANTS:
        return answer_grants(store, job);
    case QUERY_CUSTOMER:
        return answer_customer(store, job);
    case QUERY_CUSTOMERS:
        return answer_customers(store, job);
    case QUERY_CREDIT_TYPES:
        return answer_credit_types(store, job);
    case QUERY_PRODUCTS:
        return errand_new(job);
    case QUERY_AUDIT:
        e = errand_new(job);
        return e == OK ? audit_answer(store, job) : e;
    case QUERY_FIELD_KEYS:
        return answer_field_keys(store, job);
    case QUERY_BOOK:
        return OK;
    case QUERY_TEST_CLOCK:
        return answer_test_clock(store, job);
    case QUERY_ENTRIES:
        return answer_entries(store, job);
    case QUERY_BOOK_ENTRIES:
        return answer_book_entries(store, job);
    case QUERY_HOLDS:
        return uses_answer_holds(store, job);
    case QUERY_HOLD:
    case QUERY_DEDUCTION:
        return uses_answer(store, job);
    case QUERY_USAGE_EVENTS:
        if (!str_is_empty(job->query.customer))
            return answer_customer(store, job);
        return errand_new(job);
    case QUERY_LEDGERS:
        e = errand_new(job);
        return e == OK ? ledgers_answer(store, job) : e;
    case QUERY_NONE:
    case QUERY_COUNT:
        break;
    }
    never("there is no such query");
}

enum err query_answer(struct ledger *ledger, struct job *job, struct instant now)
{
    enum err e;

    job->answer = (struct answer){ .now = now };
    job->errand = NULL;
    job->err = OK;
    e = answer(ledger->store, job);
    if (e != OK || job->answer.reject != REJECT_NONE)
        job->errand = NULL;
    return job_take_error(job, e);
}
