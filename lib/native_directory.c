/* native_directory.c - Scrip's customers, credit types, products and grants. */
#include "lib/endpoint.h"
#include "lib/native.h"

#define T struct scrip_customer_create_params
static const struct field customer_create_fields[] = {
    NEEDED(T, FIELD_TEXT, name),
    OPTIONAL(T, FIELD_TEXT, id),
    MANY(T, FIELD_TEXTS, aliases, alias_count, "aliases", NULL),
    OPTIONAL(T, FIELD_TEXT, currency),
    MANY(T, FIELD_PAIRS, custom_fields, custom_field_count, "custom_fields", NULL),
};
static const struct shape customer_create_shape = SHAPE(T, customer_create_fields);
#undef T

#define T struct scrip_customer
static const struct field customer_fields[] = {
    NEEDED(T, FIELD_TEXT, id),
    OPTIONAL(T, FIELD_TEXT, kable_id),
    OPTIONAL(T, FIELD_TEXT, name),
    MANY(T, FIELD_TEXTS, aliases, alias_count, "aliases", NULL),
    OPTIONAL(T, FIELD_TEXT, currency),
    MANY(T, FIELD_PAIRS, custom_fields, custom_field_count, "custom_fields", NULL),
    OPTIONAL(T, FIELD_INSTANT, created_at),
    OPTIONAL(T, FIELD_INSTANT, updated_at),
    OPTIONAL(T, FIELD_INSTANT, archived_at),
};
static const struct shape customer_shape = SHAPE(T, customer_fields);
#undef T

static const struct endpoint customer_create = {
    .method = "POST",
    .path = "/scrip/v1/customers",
    .is_mutation = true,
    .body = &customer_create_shape,
    .result = &customer_shape,
};

static const struct endpoint customer_get = {
    .method = "GET",
    .path = "/scrip/v1/customers/{}",
    .subject = "customer",
    .result = &customer_shape,
};

enum scrip_outcome scrip_customer_create(struct scrip_client *client,
                                         const struct scrip_customer_create_params *params,
                                         const struct scrip_call *call, struct scrip_customer **ret,
                                         struct scrip_error *reterr)
{
    return endpoint_call(client, &customer_create, NULL, params, call, ret, reterr);
}

enum scrip_outcome scrip_customer_get(struct scrip_client *client, const char *customer,
                                      const struct scrip_call *call, struct scrip_customer **ret,
                                      struct scrip_error *reterr)
{
    return endpoint_call(client, &customer_get, customer, NULL, call, ret, reterr);
}

#define T struct scrip_credit_type_create_params
static const struct field credit_type_create_fields[] = {
    NEEDED(T, FIELD_TEXT, name),
    OPTIONAL(T, FIELD_TEXT, id),
    OPTIONAL(T, FIELD_INTEGER, scale),
    OPTIONAL(T, FIELD_FLAG, is_currency),
};
static const struct shape credit_type_create_shape = SHAPE(T, credit_type_create_fields);
#undef T

#define T struct scrip_credit_type
static const struct field credit_type_fields[] = {
    NEEDED(T, FIELD_TEXT, id),
    OPTIONAL(T, FIELD_TEXT, name),
    OPTIONAL(T, FIELD_INTEGER, scale),
    OPTIONAL(T, FIELD_FLAG, is_currency),
};
const struct shape native_credit_type_shape = SHAPE(T, credit_type_fields);
#undef T

static const struct endpoint credit_type_create = {
    .method = "POST",
    .path = "/scrip/v1/credit-types",
    .is_mutation = true,
    .body = &credit_type_create_shape,
    .result = &native_credit_type_shape,
};

enum scrip_outcome scrip_credit_type_create(struct scrip_client *client,
                                            const struct scrip_credit_type_create_params *params,
                                            const struct scrip_call *call,
                                            struct scrip_credit_type **ret,
                                            struct scrip_error *reterr)
{
    return endpoint_call(client, &credit_type_create, NULL, params, call, ret, reterr);
}

#define T struct scrip_product_create_params
static const struct field product_create_fields[] = {
    NEEDED(T, FIELD_TEXT, name),
    OPTIONAL(T, FIELD_TEXT, id),
};
static const struct shape product_create_shape = SHAPE(T, product_create_fields);
#undef T

#define T struct scrip_product
static const struct field product_fields[] = {
    NEEDED(T, FIELD_TEXT, id),
    OPTIONAL(T, FIELD_TEXT, name),
};
static const struct shape product_shape = SHAPE(T, product_fields);
#undef T

static const struct endpoint product_create = {
    .method = "POST",
    .path = "/scrip/v1/products",
    .is_mutation = true,
    .body = &product_create_shape,
    .result = &product_shape,
};

enum scrip_outcome scrip_product_create(struct scrip_client *client,
                                        const struct scrip_product_create_params *params,
                                        const struct scrip_call *call, struct scrip_product **ret,
                                        struct scrip_error *reterr)
{
    return endpoint_call(client, &product_create, NULL, params, call, ret, reterr);
}

#define T struct scrip_rollover
static const struct field rollover_fields[] = {
    NEEDED(T, FIELD_INSTANT, expires_at),
    OPTIONAL(T, FIELD_NUMBER, priority),
    OPTIONAL(T, FIELD_AMOUNT, amount_max),
    OPTIONAL(T, FIELD_AMOUNT, share_max),
};
static const struct shape rollover_shape = SHAPE(T, rollover_fields);
#undef T

#define T struct scrip_grant_create_params
static const struct field grant_create_fields[] = {
    NEEDED(T, FIELD_TEXT, customer),
    NEEDED(T, FIELD_TEXT, credit_type),
    NEEDED(T, FIELD_AMOUNT, amount),
    OPTIONAL(T, FIELD_TEXT, id),
    OPTIONAL(T, FIELD_TEXT, name),
    OPTIONAL(T, FIELD_AMOUNT, paid_amount),
    OPTIONAL(T, FIELD_TEXT, paid_credit_type),
    OPTIONAL(T, FIELD_NUMBER, priority),
    OPTIONAL(T, FIELD_INSTANT, effective_at),
    OPTIONAL(T, FIELD_INSTANT, expires_at),
    MANY(T, FIELD_TEXTS, products, product_count, "products", NULL),
    OPTIONAL_AS(T, FIELD_POINTER, rollover, "rollover", &rollover_shape),
    OPTIONAL(T, FIELD_TEXT, reason),
    OPTIONAL(T, FIELD_TEXT, grant_type),
    OPTIONAL(T, FIELD_TEXT, uniqueness_key),
    OPTIONAL(T, FIELD_INSTANT, invoice_date),
    OPTIONAL(T, FIELD_TEXT, invoice_id),
    MANY(T, FIELD_PAIRS, custom_fields, custom_field_count, "custom_fields", NULL),
};
static const struct shape grant_create_shape = SHAPE(T, grant_create_fields);
#undef T

#define T struct scrip_grant
static const struct field grant_fields[] = {
    NEEDED(T, FIELD_TEXT, id),
    OPTIONAL(T, FIELD_TEXT, status),
    OPTIONAL(T, FIELD_TEXT, customer),
    OPTIONAL_AS(T, FIELD_OBJECT, credit_type, "credit_type", &native_credit_type_shape),
    NEEDED(T, FIELD_AMOUNT, amount),
    OPTIONAL(T, FIELD_AMOUNT, posted),
    OPTIONAL(T, FIELD_AMOUNT, held),
    OPTIONAL(T, FIELD_AMOUNT, available),
    OPTIONAL(T, FIELD_NUMBER, priority),
    OPTIONAL(T, FIELD_INSTANT, effective_at),
    OPTIONAL(T, FIELD_INSTANT, expires_at),
    MANY(T, FIELD_TEXTS, products, product_count, "products", NULL),
    OPTIONAL(T, FIELD_TEXT, name),
    OPTIONAL(T, FIELD_TEXT, reason),
    OPTIONAL(T, FIELD_TEXT, grant_type),
    OPTIONAL(T, FIELD_TEXT, uniqueness_key),
    OPTIONAL(T, FIELD_AMOUNT, paid_amount),
    OPTIONAL(T, FIELD_TEXT, paid_credit_type),
    OPTIONAL(T, FIELD_TEXT, invoice_id),
    OPTIONAL(T, FIELD_TEXT, rolled_from),
    MANY(T, FIELD_PAIRS, custom_fields, custom_field_count, "custom_fields", NULL),
    OPTIONAL(T, FIELD_RAW, json),
};
const struct shape native_grant_shape = SHAPE(T, grant_fields);
#undef T

#define T struct scrip_grant_list_params
static const struct field grants_fields[] = {
    OPTIONAL(T, FIELD_COUNT, limit),
    OPTIONAL(T, FIELD_TEXT, customer),
    OPTIONAL(T, FIELD_TEXT, credit_type),
    OPTIONAL(T, FIELD_INSTANT, not_expiring_before),
    OPTIONAL(T, FIELD_INSTANT, effective_before),
    OPTIONAL(T, FIELD_FLAG, with_voided),
};
static const struct shape grants_shape = SHAPE(T, grants_fields);
#undef T

static const struct endpoint grant_create = {
    .method = "POST",
    .path = "/scrip/v1/grants",
    .is_mutation = true,
    .body = &grant_create_shape,
    .result = &native_grant_shape,
};

static const struct endpoint grants = {
    .method = "GET",
    .path = "/scrip/v1/grants",
    .query = &grants_shape,
    .result = &native_grant_shape,
    .envelope = "data",
    .cursor_param = "cursor",
    .cursor_member = "next",
};

enum scrip_outcome scrip_grant_create(struct scrip_client *client,
                                      const struct scrip_grant_create_params *params,
                                      const struct scrip_call *call, struct scrip_grant **ret,
                                      struct scrip_error *reterr)
{
    return endpoint_call(client, &grant_create, NULL, params, call, ret, reterr);
}

enum scrip_outcome scrip_grant_list(struct scrip_client *client,
                                    const struct scrip_grant_list_params *params,
                                    const struct scrip_call *call, struct scrip_list **ret,
                                    struct scrip_error *reterr)
{
    return endpoint_list(client, &grants, NULL, params, call, ret, reterr);
}

enum scrip_outcome scrip_grant_next(struct scrip_list *list, const struct scrip_grant **ret,
                                    struct scrip_error *reterr)
{
    return endpoint_next(list, &grants, ret, reterr);
}
