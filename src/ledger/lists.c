/* Pages of customers and products. */
#include "base/limits.h"
#include "ledger/errand.h"

static bool customer_is_listed(const struct query *query, const struct customer *customer)
{
    bool is_archived = !instant_is_never(customer->archived_at);

    if (customer->erased || customer->number <= query->after)
        return false;
    switch (query->archived) {
    case ARCHIVED_LEFT_OUT:
        return !is_archived;
    case ARCHIVED_ONLY:
        return is_archived;
    case ARCHIVED_TOO:
        return true;
    }
    never("a list is of active customers, of archived ones, or of both");
}

/* False when the page is full. */
static bool list_add(struct job *job, const struct customer *customer)
{
    struct answer *answer = &job->answer;

    if (!customer_is_listed(&job->query, customer))
        return true;
    if (answer->customer_count == job->query.limit) {
        answer->next = answer->customers[answer->customer_count - 1].number;
        return false;
    }
    answer->customers[answer->customer_count++] = *customer;
    return true;
}

static enum err list_named(struct job *job, struct store_reader *reader)
{
    const struct errand *errand = job->errand;

    for (size_t i = 0; i < errand->customer_count; i++) {
        struct customer customer;
        enum err e = store_read_customer(reader, errand->customers[i], job->arena, &customer);

        if (e != OK)
            return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
        if (!list_add(job, &customer))
            break;
    }
    return OK;
}

/* One more than a page at a time, so that it is known whether there are more.  A page that has
 * looked at LIST_SCAN_MAX ends short. */
static enum err list_all(struct job *job, struct store_reader *reader)
{
    uint64_t after = job->query.after;
    size_t looked_at = 0, count, wanted = job->query.limit + 1;

    if (after >= UINT32_MAX)
        return OK;
    do {
        struct customer *customers;
        enum err e =
            store_read_customers(reader, (uint32_t)after, wanted, job->arena, &customers, &count);

        if (e != OK)
            return e;
        for (size_t i = 0; i < count; i++) {
            if (!list_add(job, &customers[i]))
                return OK;
            after = customers[i].number;
        }
        looked_at += count;
    } while (count == wanted && looked_at < LIST_SCAN_MAX);
    job->answer.next = count == wanted ? after : 0;
    return OK;
}

enum err errand_customers(struct job *job, struct store_reader *reader)
{
    struct answer *answer = &job->answer;
    enum err e;

    assert(job->query.limit > 0);
    answer->customers = arena_new(job->arena, struct customer, job->query.limit);
    if (answer->customers == NULL)
        return ERR_NOMEM;
    e = job->errand->has_customers ? list_named(job, reader) : list_all(job, reader);
    for (size_t i = 0; e == OK && i < answer->customer_count; i++)
        e = hidden_fields_drop(&job->errand->hidden, job->arena,
                               &answer->customers[i].custom_fields);
    return e;
}

enum err errand_products(struct job *job, struct store_reader *reader)
{
    struct answer *answer = &job->answer;
    enum err e;

    assert(job->query.limit > 0);
    if (job->query.after >= UINT32_MAX)
        return OK;
    e = store_read_products(reader, (uint32_t)job->query.after, job->query.limit + 1, job->arena,
                            &answer->products, &answer->product_count);
    if (e != OK)
        return e;
    if (answer->product_count > job->query.limit) {
        answer->product_count = job->query.limit;
        answer->next = answer->products[job->query.limit - 1].number;
    }
    return OK;
}

/* A page looks at no more than LIST_SCAN_MAX. */
enum err errand_usage_events(struct job *job, struct store_reader *reader)
{
    const struct query *query = &job->query;
    struct answer *answer = &job->answer;
    struct usage_event_page page = {
        .environment = query->environment,
        .customer = job->errand->customer,
        .after = query->after,
        .until = query->after + LIST_SCAN_MAX,
        .limit = query->limit + 1,
    };
    uint64_t last;
    enum err e = store_read_usage_event_last(reader, query->environment, &last);

    assert(query->limit > 0);
    if (e != OK || query->after >= last)
        return e;
    e = store_read_usage_events(reader, &page, job->arena, &answer->usage_events,
                                &answer->usage_event_count);
    if (e != OK)
        return e;
    if (answer->usage_event_count > query->limit) {
        answer->usage_event_count = query->limit;
        answer->next = answer->usage_events[query->limit - 1].number;
    } else if (last > page.until) {
        answer->next = page.until;
    }
    return OK;
}
