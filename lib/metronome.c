/* metronome.c - Metronome's credit grants: creating, editing, voiding; credit types, customers. */
#include "lib/endpoint.h"

#define T struct scrip_metronome_amount
static const struct field amount_fields[] = {
    NEEDED(T, FIELD_NUMBER, amount),
    NEEDED(T, FIELD_TEXT, credit_type_id),
};
static const struct shape amount_shape = SHAPE(T, amount_fields);
#undef T

static const char *const rollover_types[] = { "MAX_PERCENTAGE", "MAX_AMOUNT", NULL };

#define T struct scrip_metronome_rollover_amount
static const struct field rollover_amount_fields[] = {
    NEEDED_AS(T, FIELD_CHOICE, type, "type", rollover_types),
    NEEDED(T, FIELD_NUMBER, value),
};
static const struct shape rollover_amount_shape = SHAPE(T, rollover_amount_fields);
#undef T

#define T struct scrip_metronome_rollover
static const struct field rollover_fields[] = {
    NEEDED(T, FIELD_INSTANT, expires_at),
    NEEDED(T, FIELD_NUMBER, priority),
    NEEDED_AS(T, FIELD_OBJECT, rollover_amount, "rollover_amount", &rollover_amount_shape),
};
static const struct shape rollover_shape = SHAPE(T, rollover_fields);
#undef T

#define T struct scrip_metronome_grant_create_params
static const struct field grant_create_fields[] = {
    NEEDED(T, FIELD_TEXT, customer_id),
    NEEDED_AS(T, FIELD_OBJECT, grant_amount, "grant_amount", &amount_shape),
    NEEDED_AS(T, FIELD_OBJECT, paid_amount, "paid_amount", &amount_shape),
    NEEDED(T, FIELD_TEXT, name),
    NEEDED(T, FIELD_INSTANT, expires_at),
    NEEDED(T, FIELD_NUMBER, priority),
    OPTIONAL(T, FIELD_INSTANT, effective_at),
    OPTIONAL(T, FIELD_INSTANT, invoice_date),
    OPTIONAL(T, FIELD_TEXT, reason),
    OPTIONAL(T, FIELD_TEXT, credit_grant_type),
    MANY(T, FIELD_TEXTS, product_ids, product_id_count, "product_ids", NULL),
    OPTIONAL_AS(T, FIELD_POINTER, rollover_settings, "rollover_settings", &rollover_shape),
    MANY(T, FIELD_PAIRS, custom_fields, custom_field_count, "custom_fields", NULL),
    OPTIONAL(T, FIELD_TEXT, uniqueness_key),
};
static const struct shape grant_create_shape = SHAPE(T, grant_create_fields);
#undef T

#define T struct scrip_metronome_grant_edit_params
static const struct field grant_edit_fields[] = {
    NEEDED(T, FIELD_TEXT, id),
    OPTIONAL(T, FIELD_TEXT, name),
    OPTIONAL(T, FIELD_INSTANT, expires_at),
    OPTIONAL(T, FIELD_TEXT, credit_grant_type),
};
static const struct shape grant_edit_shape = SHAPE(T, grant_edit_fields);
#undef T

#define T struct scrip_metronome_grant_void_params
static const struct field grant_void_fields[] = {
    NEEDED(T, FIELD_TEXT, id),
    OPTIONAL(T, FIELD_FLAG, release_uniqueness_key),
    OPTIONAL(T, FIELD_FLAG, void_credit_purchase_invoice),
};
static const struct shape grant_void_shape = SHAPE(T, grant_void_fields);
#undef T

static const struct field id_fields[] = {
    NEEDED(struct scrip_metronome_id, FIELD_TEXT, id),
};
static const struct shape id_shape = SHAPE(struct scrip_metronome_id, id_fields);

#define MUTATION(verb, shape)                                                                      \
    {                                                                                              \
        .method = "POST", .path = "/v1/credits/" verb, .is_mutation = true, .body = &(shape),      \
        .result = &id_shape, .envelope = "data"                                                    \
    }
static const struct endpoint grant_create = MUTATION("createGrant", grant_create_shape);
static const struct endpoint grant_edit = MUTATION("editGrant", grant_edit_shape);
static const struct endpoint grant_void = MUTATION("voidGrant", grant_void_shape);

enum scrip_outcome scrip_metronome_grant_create(
    struct scrip_client *client, const struct scrip_metronome_grant_create_params *params,
    const struct scrip_call *call, struct scrip_metronome_id **ret, struct scrip_error *reterr)
{
    return endpoint_call(client, &grant_create, NULL, params, call, ret, reterr);
}

enum scrip_outcome scrip_metronome_grant_edit(
    struct scrip_client *client, const struct scrip_metronome_grant_edit_params *params,
    const struct scrip_call *call, struct scrip_metronome_id **ret, struct scrip_error *reterr)
{
    return endpoint_call(client, &grant_edit, NULL, params, call, ret, reterr);
}

enum scrip_outcome scrip_metronome_grant_void(
    struct scrip_client *client, const struct scrip_metronome_grant_void_params *params,
    const struct scrip_call *call, struct scrip_metronome_id **ret, struct scrip_error *reterr)
{
    return endpoint_call(client, &grant_void, NULL, params, call, ret, reterr);
}

#define T struct scrip_metronome_credit_type_list_params
static const struct field credit_types_fields[] = { OPTIONAL(T, FIELD_COUNT, limit) };
static const struct shape credit_types_shape = SHAPE(T, credit_types_fields);
#undef T

#define T struct scrip_metronome_credit_type
static const struct field credit_type_fields[] = {
    OPTIONAL(T, FIELD_TEXT, id),
    OPTIONAL(T, FIELD_TEXT, name),
    OPTIONAL(T, FIELD_FLAG, is_currency),
    OPTIONAL(T, FIELD_RAW, json),
};
static const struct shape credit_type_shape = SHAPE(T, credit_type_fields);
#undef T

static const struct endpoint credit_types = {
    .method = "GET",
    .path = "/v1/credit-types/list",
    .query = &credit_types_shape,
    .result = &credit_type_shape,
    .envelope = "data",
    .cursor_param = "next_page",
    .cursor_member = "next_page",
};

enum scrip_outcome scrip_metronome_credit_type_list(
    struct scrip_client *client, const struct scrip_metronome_credit_type_list_params *params,
    const struct scrip_call *call, struct scrip_list **ret, struct scrip_error *reterr)
{
    return endpoint_list(client, &credit_types, NULL, params, call, ret, reterr);
}

enum scrip_outcome scrip_metronome_credit_type_next(struct scrip_list *list,
                                                    const struct scrip_metronome_credit_type **ret,
                                                    struct scrip_error *reterr)
{
    return endpoint_next(list, &credit_types, ret, reterr);
}

#define T struct scrip_metronome_customer_list_params
static const struct field customers_fields[] = {
    OPTIONAL(T, FIELD_COUNT, limit),
    OPTIONAL(T, FIELD_TEXT, ingest_alias),
    MANY(T, FIELD_TEXTS, customer_ids, customer_id_count, "customer_ids", NULL),
};
static const struct shape customers_shape = SHAPE(T, customers_fields);
#undef T

#define T struct scrip_metronome_customer
static const struct field customer_fields[] = {
    NEEDED(T, FIELD_TEXT, id),
    OPTIONAL(T, FIELD_TEXT, name),
    OPTIONAL(T, FIELD_TEXT, external_id),
    MANY(T, FIELD_TEXTS, ingest_aliases, ingest_alias_count, "ingest_aliases", NULL),
    MANY(T, FIELD_PAIRS, custom_fields, custom_field_count, "custom_fields", NULL),
    OPTIONAL(T, FIELD_INSTANT, created_at),
    OPTIONAL(T, FIELD_INSTANT, archived_at),
    OPTIONAL(T, FIELD_RAW, json),
};
static const struct shape customer_shape = SHAPE(T, customer_fields);
#undef T

static const struct endpoint customers = {
    .method = "GET",
    .path = "/v1/customers",
    .query = &customers_shape,
    .result = &customer_shape,
    .envelope = "data",
    .cursor_param = "next_page",
    .cursor_member = "next_page",
};

enum scrip_outcome scrip_metronome_customer_list(
    struct scrip_client *client, const struct scrip_metronome_customer_list_params *params,
    const struct scrip_call *call, struct scrip_list **ret, struct scrip_error *reterr)
{
    return endpoint_list(client, &customers, NULL, params, call, ret, reterr);
}

enum scrip_outcome scrip_metronome_customer_next(struct scrip_list *list,
                                                 const struct scrip_metronome_customer **ret,
                                                 struct scrip_error *reterr)
{
    return endpoint_next(list, &customers, ret, reterr);
}
