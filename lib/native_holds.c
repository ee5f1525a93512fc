/* native_holds.c - Scrip's holds. */
#include "lib/endpoint.h"
#include "lib/native.h"

#define T struct scrip_hold_create_params
static const struct field create_fields[] = {
    NEEDED(T, FIELD_TEXT, customer),
    NEEDED(T, FIELD_AMOUNT, amount),
    NEEDED(T, FIELD_INTEGER, expires_in),
    OPTIONAL(T, FIELD_TEXT, credit_type),
    OPTIONAL(T, FIELD_TEXT, product),
    OPTIONAL_AS(T, FIELD_CHOICE, policy, "policy", native_policies),
    OPTIONAL(T, FIELD_FLAG, dry_run),
    OPTIONAL(T, FIELD_TEXT, reason),
    OPTIONAL(T, FIELD_TEXT, invoice_id),
    OPTIONAL(T, FIELD_JSON, metadata),
};
static const struct shape create_shape = SHAPE(T, create_fields);
#undef T

#define T struct scrip_hold
static const struct field hold_fields[] = {
    OPTIONAL(T, FIELD_TEXT, id),
    NEEDED(T, FIELD_TEXT, status),
    OPTIONAL(T, FIELD_INTEGER, sequence),
    OPTIONAL(T, FIELD_INSTANT, at),
    OPTIONAL(T, FIELD_INSTANT, expires_at),
    OPTIONAL(T, FIELD_TEXT, deduction_id),
    OPTIONAL(T, FIELD_AMOUNT, amount),
    OPTIONAL(T, FIELD_AMOUNT, uncovered),
    OPTIONAL(T, FIELD_AMOUNT, lent),
    MANY(T, FIELD_LIST, draws, draw_count, "draws", &native_draw_shape),
    OPTIONAL_AS(T, FIELD_OBJECT, balance, "balance", &native_account_balance_shape),
    OPTIONAL(T, FIELD_AMOUNT, captured),
    OPTIONAL(T, FIELD_TEXT, customer),
    OPTIONAL_AS(T, FIELD_OBJECT, credit_type, "credit_type", &native_credit_type_shape),
    OPTIONAL(T, FIELD_TEXT, reason),
    OPTIONAL(T, FIELD_TEXT, invoice_id),
    OPTIONAL(T, FIELD_RAW, json),
};
static const struct shape hold_shape = SHAPE(T, hold_fields);
#undef T

static const struct endpoint create = {
    .method = "POST",
    .path = "/scrip/v1/holds",
    .is_mutation = true,
    .body = &create_shape,
    .result = &hold_shape,
};

enum scrip_outcome scrip_hold_create(struct scrip_client *client,
                                     const struct scrip_hold_create_params *params,
                                     const struct scrip_call *call, struct scrip_hold **ret,
                                     struct scrip_error *reterr)
{
    return endpoint_call(client, &create, NULL, params, call, ret, reterr);
}

#define T struct scrip_hold_capture_params
static const struct field capture_fields[] = {
    OPTIONAL(T, FIELD_AMOUNT, amount),
    OPTIONAL_AS(T, FIELD_CHOICE, policy, "policy", native_policies),
    OPTIONAL(T, FIELD_TEXT, reason),
    OPTIONAL(T, FIELD_TEXT, invoice_id),
    OPTIONAL(T, FIELD_JSON, metadata),
};
static const struct shape capture_shape = SHAPE(T, capture_fields);
#undef T

static const struct endpoint capture = {
    .method = "POST",
    .path = "/scrip/v1/holds/{}/capture",
    .subject = "hold_id",
    .is_mutation = true,
    .body = &capture_shape,
    .result = &hold_shape,
};

enum scrip_outcome scrip_hold_capture(struct scrip_client *client, const char *hold_id,
                                      const struct scrip_hold_capture_params *params,
                                      const struct scrip_call *call, struct scrip_hold **ret,
                                      struct scrip_error *reterr)
{
    return endpoint_call(client, &capture, hold_id, params, call, ret, reterr);
}

static const struct endpoint release = {
    .method = "POST",
    .path = "/scrip/v1/holds/{}/release",
    .subject = "hold_id",
    .is_mutation = true,
    .result = &hold_shape,
};

enum scrip_outcome scrip_hold_release(struct scrip_client *client, const char *hold_id,
                                      const struct scrip_call *call, struct scrip_hold **ret,
                                      struct scrip_error *reterr)
{
    return endpoint_call(client, &release, hold_id, NULL, call, ret, reterr);
}

struct extend {
    struct scrip_integer expires_in;
};

static const struct field extend_fields[] = { NEEDED(struct extend, FIELD_INTEGER, expires_in) };
static const struct shape extend_shape = SHAPE(struct extend, extend_fields);

static const struct endpoint extend = {
    .method = "POST",
    .path = "/scrip/v1/holds/{}/extend",
    .subject = "hold_id",
    .is_mutation = true,
    .body = &extend_shape,
    .result = &hold_shape,
};

enum scrip_outcome scrip_hold_extend(struct scrip_client *client, const char *hold_id,
                                     int64_t expires_in, const struct scrip_call *call,
                                     struct scrip_hold **ret, struct scrip_error *reterr)
{
    struct extend params = { .expires_in = scrip_integer_of(expires_in) };

    return endpoint_call(client, &extend, hold_id, &params, call, ret, reterr);
}

static const struct endpoint get = {
    .method = "GET",
    .path = "/scrip/v1/holds/{}",
    .subject = "hold_id",
    .result = &hold_shape,
};

enum scrip_outcome scrip_hold_get(struct scrip_client *client, const char *hold_id,
                                  const struct scrip_call *call, struct scrip_hold **ret,
                                  struct scrip_error *reterr)
{
    return endpoint_call(client, &get, hold_id, NULL, call, ret, reterr);
}

#define T struct scrip_hold_list_params
static const struct field list_fields[] = {
    OPTIONAL(T, FIELD_COUNT, limit),
    OPTIONAL(T, FIELD_TEXT, customer),
    OPTIONAL(T, FIELD_TEXT, credit_type),
};
static const struct shape list_shape = SHAPE(T, list_fields);
#undef T

static const struct endpoint list = {
    .method = "GET",
    .path = "/scrip/v1/holds",
    .query = &list_shape,
    .result = &hold_shape,
    .envelope = "data",
    .cursor_param = "cursor",
    .cursor_member = "next",
};

enum scrip_outcome scrip_hold_list(struct scrip_client *client,
                                   const struct scrip_hold_list_params *params,
                                   const struct scrip_call *call, struct scrip_list **ret,
                                   struct scrip_error *reterr)
{
    return endpoint_list(client, &list, NULL, params, call, ret, reterr);
}

enum scrip_outcome scrip_hold_next(struct scrip_list *holds, const struct scrip_hold **ret,
                                   struct scrip_error *reterr)
{
    return endpoint_next(holds, &list, ret, reterr);
}
