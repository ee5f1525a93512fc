/* native_grants.c - Scrip's grants. */
#include "lib/endpoint.h"
#include "lib/native.h"

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

static const struct endpoint grant_get = {
    .method = "GET",
    .path = "/scrip/v1/grants/{}",
    .subject = "grant_id",
    .result = &native_grant_shape,
};

enum scrip_outcome scrip_grant_get(struct scrip_client *client, const char *grant_id,
                                   const struct scrip_call *call, struct scrip_grant **ret,
                                   struct scrip_error *reterr)
{
    return endpoint_call(client, &grant_get, grant_id, NULL, call, ret, reterr);
}

#define T struct scrip_grant_edit_params
static const struct field grant_edit_fields[] = {
    OPTIONAL(T, FIELD_TEXT, name),
    OPTIONAL(T, FIELD_INSTANT, expires_at),
    OPTIONAL(T, FIELD_TEXT, grant_type),
    MANY(T, FIELD_PAIRS, custom_fields, custom_field_count, "custom_fields", NULL),
};
static const struct shape grant_edit_shape = SHAPE(T, grant_edit_fields);
#undef T

#define T struct scrip_grant_change
static const struct field grant_change_fields[] = {
    NEEDED(T, FIELD_TEXT, id),
    OPTIONAL(T, FIELD_INTEGER, sequence),
    OPTIONAL(T, FIELD_INSTANT, at),
};
static const struct shape grant_change_shape = SHAPE(T, grant_change_fields);
#undef T

static const struct endpoint grant_edit = {
    .method = "POST",
    .path = "/scrip/v1/grants/{}",
    .subject = "grant_id",
    .is_mutation = true,
    .body = &grant_edit_shape,
    .result = &grant_change_shape,
};

enum scrip_outcome scrip_grant_edit(struct scrip_client *client, const char *grant_id,
                                    const struct scrip_grant_edit_params *params,
                                    const struct scrip_call *call, struct scrip_grant_change **ret,
                                    struct scrip_error *reterr)
{
    return endpoint_call(client, &grant_edit, grant_id, params, call, ret, reterr);
}

#define T struct scrip_grant_void_params
static const struct field grant_void_fields[] = {
    OPTIONAL(T, FIELD_FLAG, release_uniqueness_key),
};
static const struct shape grant_void_shape = SHAPE(T, grant_void_fields);
#undef T

static const struct endpoint grant_void = {
    .method = "POST",
    .path = "/scrip/v1/grants/{}/void",
    .subject = "grant_id",
    .is_mutation = true,
    .body = &grant_void_shape,
    .result = &grant_change_shape,
};

enum scrip_outcome scrip_grant_void(struct scrip_client *client, const char *grant_id,
                                    const struct scrip_grant_void_params *params,
                                    const struct scrip_call *call, struct scrip_grant_change **ret,
                                    struct scrip_error *reterr)
{
    return endpoint_call(client, &grant_void, grant_id, params, call, ret, reterr);
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
