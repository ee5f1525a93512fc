#include "ledger/filter.h"

#include <stdlib.h>

static int number_compare(const void *left, const void *right)
{
    const uint32_t *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

enum err filter_customers(struct store *store, struct job *job, uint32_t **ret, size_t *ret_count)
{
    const struct query *query = &job->query;
    uint32_t *numbers = arena_new(job->arena, uint32_t, query->customer_count);
    size_t found = 0, kept = 0;

    if (numbers == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < query->customer_count; i++) {
        struct customer_ref ref;
        enum err e = store_customer_resolve(store, query->customers[i], &ref);

        if (e != OK && e != ERR_NOT_FOUND)
            return e;
        if (e == OK)
            numbers[found++] = ref.number;
    }
    qsort(numbers, found, sizeof *numbers, number_compare);
    for (size_t i = 0; i < found; i++) {
        if (kept == 0 || numbers[kept - 1] != numbers[i])
            numbers[kept++] = numbers[i];
    }
    *ret = numbers;
    *ret_count = kept;
    return OK;
}

enum err filter_credit_types(struct store *store, struct job *job, uint32_t **ret,
                             size_t *ret_count)
{
    const struct query *query = &job->query;
    uint32_t *numbers = arena_new(job->arena, uint32_t, query->credit_type_count);
    size_t found = 0;

    if (numbers == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < query->credit_type_count; i++) {
        char text[UUID_TEXT_SIZE];
        const struct credit_type *type;

        uuid_format(query->credit_types[i].uuid, text);
        type = store_credit_type_find(store, (struct str){ .data = text, .len = sizeof text });
        if (type != NULL)
            numbers[found++] = type->number;
    }
    *ret = numbers;
    *ret_count = found;
    return OK;
}
