/* native_balances.c - what is left, and how it came about: balances, entries, the book. */
#include "lib/endpoint.h"
#include "lib/native.h"

#define T struct scrip_balance_get_params
static const struct field ask_fields[] = {
    OPTIONAL(T, FIELD_TEXT, credit_type),
    OPTIONAL(T, FIELD_INSTANT, at),
    OPTIONAL(T, FIELD_INSTANT, expiring_before),
};
static const struct shape ask_shape = SHAPE(T, ask_fields);
#undef T

#define T struct scrip_balance
static const struct field balance_fields[] = {
    OPTIONAL_AS(T, FIELD_OBJECT, credit_type, "credit_type", &native_credit_type_shape),
    OPTIONAL(T, FIELD_INSTANT, at),
    NEEDED(T, FIELD_AMOUNT, posted),
    NEEDED(T, FIELD_AMOUNT, held),
    NEEDED(T, FIELD_AMOUNT, available),
    OPTIONAL(T, FIELD_AMOUNT, debt),
    OPTIONAL(T, FIELD_AMOUNT, credit_limit),
    OPTIONAL(T, FIELD_AMOUNT, expiring),
    MANY(T, FIELD_LIST, grants, grant_count, "grants", &native_grant_shape),
};
static const struct shape balance_shape = SHAPE(T, balance_fields);
#undef T

static const struct endpoint balance = {
    .method = "GET",
    .path = "/scrip/v1/customers/{}/balance",
    .subject = "customer",
    .query = &ask_shape,
    .result = &balance_shape,
};

enum scrip_outcome scrip_balance_get(struct scrip_client *client, const char *customer,
                                     const struct scrip_balance_get_params *params,
                                     const struct scrip_call *call, struct scrip_balance **ret,
                                     struct scrip_error *reterr)
{
    return endpoint_call(client, &balance, customer, params, call, ret, reterr);
}

#define T struct scrip_credit_limit_params
static const struct field limit_set_fields[] = {
    NEEDED(T, FIELD_AMOUNT, limit),
    OPTIONAL(T, FIELD_TEXT, credit_type),
    OPTIONAL(T, FIELD_TEXT, reason),
};
static const struct shape limit_set_shape = SHAPE(T, limit_set_fields);
#undef T

#define T struct scrip_credit_limit
static const struct field limit_fields[] = {
    OPTIONAL(T, FIELD_TEXT, customer),
    OPTIONAL_AS(T, FIELD_OBJECT, credit_type, "credit_type", &native_credit_type_shape),
    OPTIONAL(T, FIELD_INSTANT, at),
    NEEDED(T, FIELD_AMOUNT, credit_limit),
    OPTIONAL(T, FIELD_AMOUNT, debt),
};
static const struct shape limit_shape = SHAPE(T, limit_fields);
#undef T

static const struct endpoint limit_set = {
    .method = "POST",
    .path = "/scrip/v1/customers/{}/credit-limit",
    .subject = "customer",
    .is_mutation = true,
    .body = &limit_set_shape,
    .result = &limit_shape,
};

enum scrip_outcome scrip_credit_limit_set(struct scrip_client *client, const char *customer,
                                          const struct scrip_credit_limit_params *params,
                                          const struct scrip_call *call,
                                          struct scrip_credit_limit **ret,
                                          struct scrip_error *reterr)
{
    return endpoint_call(client, &limit_set, customer, params, call, ret, reterr);
}

static const char *const orders[] = { "asc", "desc", NULL };

#define T struct scrip_entry_list_params
static const struct field entries_fields[] = {
    OPTIONAL(T, FIELD_COUNT, limit),   OPTIONAL(T, FIELD_TEXT, credit_type),
    OPTIONAL(T, FIELD_TEXT, grant),    OPTIONAL(T, FIELD_INSTANT, from),
    OPTIONAL(T, FIELD_INSTANT, until), OPTIONAL_AS(T, FIELD_CHOICE, order, "order", orders),
};
static const struct shape entries_shape = SHAPE(T, entries_fields);
#undef T

#define T struct scrip_entry
static const struct field entry_fields[] = {
    NEEDED(T, FIELD_INTEGER, sequence),
    OPTIONAL(T, FIELD_TEXT, kind),
    OPTIONAL(T, FIELD_INSTANT, at),
    OPTIONAL(T, FIELD_INSTANT, effective_at),
    OPTIONAL(T, FIELD_INTEGER, operation),
    OPTIONAL(T, FIELD_TEXT, customer),
    OPTIONAL_AS(T, FIELD_OBJECT, credit_type, "credit_type", &native_credit_type_shape),
    OPTIONAL(T, FIELD_TEXT, grant_id),
    OPTIONAL(T, FIELD_TEXT, deduction_id),
    OPTIONAL(T, FIELD_TEXT, hold_id),
    OPTIONAL(T, FIELD_TEXT, reversal_id),
    OPTIONAL(T, FIELD_AMOUNT, amount),
    OPTIONAL(T, FIELD_AMOUNT, held),
    OPTIONAL(T, FIELD_AMOUNT, uncovered),
    OPTIONAL(T, FIELD_AMOUNT, debt),
    OPTIONAL(T, FIELD_AMOUNT, credit_limit),
    OPTIONAL(T, FIELD_TEXT, because),
    OPTIONAL_AS(T, FIELD_OBJECT, grant_balance, "grant_balance", &native_account_balance_shape),
    OPTIONAL_AS(T, FIELD_OBJECT, balance, "balance", &native_account_balance_shape),
    OPTIONAL(T, FIELD_TEXT, name),
    OPTIONAL(T, FIELD_TEXT, reason),
    OPTIONAL(T, FIELD_TEXT, product),
    OPTIONAL(T, FIELD_TEXT, invoice_id),
    OPTIONAL(T, FIELD_TEXT, key),
    OPTIONAL(T, FIELD_RAW, json),
};
static const struct shape entry_shape = SHAPE(T, entry_fields);
#undef T

static const struct endpoint entries = {
    .method = "GET",
    .path = "/scrip/v1/customers/{}/entries",
    .subject = "customer",
    .query = &entries_shape,
    .result = &entry_shape,
    .envelope = "data",
    .cursor_param = "cursor",
    .cursor_member = "next",
};

static const struct endpoint book_entries = {
    .method = "GET",
    .path = "/scrip/v1/entries?format=json",
    .query = &entries_shape,
    .result = &entry_shape,
    .envelope = "data",
    .cursor_param = "cursor",
    .cursor_member = "next",
};

enum scrip_outcome scrip_entry_list(struct scrip_client *client, const char *customer,
                                    const struct scrip_entry_list_params *params,
                                    const struct scrip_call *call, struct scrip_list **ret,
                                    struct scrip_error *reterr)
{
    const struct endpoint *endpoint = customer != NULL ? &entries : &book_entries;

    return endpoint_list(client, endpoint, customer, params, call, ret, reterr);
}

enum scrip_outcome scrip_entry_next(struct scrip_list *list, const struct scrip_entry **ret,
                                    struct scrip_error *reterr)
{
    return endpoint_next(list, &entries, ret, reterr);
}

#define T struct scrip_book
static const struct field book_fields[] = {
    NEEDED(T, FIELD_INTEGER, sequence),
    OPTIONAL(T, FIELD_TEXT, hash),
    OPTIONAL(T, FIELD_INSTANT, at),
};
static const struct shape book_shape = SHAPE(T, book_fields);
#undef T

static const struct endpoint book = {
    .method = "GET",
    .path = "/scrip/v1/book",
    .result = &book_shape,
};

enum scrip_outcome scrip_book_get(struct scrip_client *client, const struct scrip_call *call,
                                  struct scrip_book **ret, struct scrip_error *reterr)
{
    return endpoint_call(client, &book, NULL, NULL, call, ret, reterr);
}
