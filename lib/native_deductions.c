/* native_deductions.c - Scrip's deductions, batches of them, reversals. */
#include "lib/endpoint.h"
#include "lib/error.h"
#include "lib/native.h"

const char *const native_policies[] = { "refuse", "partial", NULL };

#define T struct scrip_deduct_params
static const struct field deduct_fields[] = {
    NEEDED(T, FIELD_TEXT, customer),
    NEEDED(T, FIELD_AMOUNT, amount),
    OPTIONAL(T, FIELD_TEXT, credit_type),
    OPTIONAL(T, FIELD_TEXT, product),
    OPTIONAL(T, FIELD_INSTANT, at),
    OPTIONAL_AS(T, FIELD_CHOICE, policy, "policy", native_policies),
    OPTIONAL(T, FIELD_FLAG, dry_run),
    OPTIONAL(T, FIELD_TEXT, reason),
    OPTIONAL(T, FIELD_TEXT, invoice_id),
    OPTIONAL(T, FIELD_JSON, metadata),
    OPTIONAL(T, FIELD_TEXT, idempotency_key),
};
static const struct shape deduct_shape = SHAPE(T, deduct_fields);
#undef T

#define T struct scrip_draw
static const struct field draw_fields[] = {
    NEEDED(T, FIELD_TEXT, grant_id),
    NEEDED(T, FIELD_AMOUNT, amount),
    OPTIONAL(T, FIELD_AMOUNT, balance),
    OPTIONAL(T, FIELD_TEXT, because),
};
const struct shape native_draw_shape = SHAPE(T, draw_fields);
#undef T

#define T struct scrip_account_balance
static const struct field account_balance_fields[] = {
    NEEDED(T, FIELD_AMOUNT, posted),         OPTIONAL(T, FIELD_AMOUNT, held),
    OPTIONAL(T, FIELD_AMOUNT, available),    OPTIONAL(T, FIELD_AMOUNT, debt),
    OPTIONAL(T, FIELD_AMOUNT, credit_limit),
};
const struct shape native_account_balance_shape = SHAPE(T, account_balance_fields);
#undef T

#define T struct scrip_deduction
static const struct field deduction_fields[] = {
    OPTIONAL(T, FIELD_TEXT, id),
    OPTIONAL(T, FIELD_INTEGER, sequence),
    OPTIONAL(T, FIELD_INSTANT, at),
    OPTIONAL(T, FIELD_TEXT, deduction_id),
    NEEDED(T, FIELD_AMOUNT, amount),
    OPTIONAL(T, FIELD_AMOUNT, uncovered),
    OPTIONAL(T, FIELD_AMOUNT, lent),
    MANY_NEEDED(T, FIELD_LIST, draws, draw_count, "draws", &native_draw_shape),
    OPTIONAL_AS(T, FIELD_OBJECT, balance, "balance", &native_account_balance_shape),
    OPTIONAL(T, FIELD_AMOUNT, reversed),
    OPTIONAL(T, FIELD_TEXT, customer),
    OPTIONAL_AS(T, FIELD_OBJECT, credit_type, "credit_type", &native_credit_type_shape),
    OPTIONAL(T, FIELD_TEXT, hold_id),
    OPTIONAL(T, FIELD_TEXT, reason),
    OPTIONAL(T, FIELD_TEXT, invoice_id),
};
static const struct shape deduction_shape = SHAPE(T, deduction_fields);
#undef T

static const struct endpoint deduct = {
    .method = "POST",
    .path = "/scrip/v1/deductions",
    .is_mutation = true,
    .body = &deduct_shape,
    .result = &deduction_shape,
};

enum scrip_outcome scrip_deduct(struct scrip_client *client,
                                const struct scrip_deduct_params *params,
                                const struct scrip_call *call, struct scrip_deduction **ret,
                                struct scrip_error *reterr)
{
    return endpoint_call(client, &deduct, NULL, params, call, ret, reterr);
}

static const struct endpoint deduction_get = {
    .method = "GET",
    .path = "/scrip/v1/deductions/{}",
    .subject = "deduction_id",
    .result = &deduction_shape,
};

enum scrip_outcome scrip_deduction_get(struct scrip_client *client, const char *deduction_id,
                                       const struct scrip_call *call, struct scrip_deduction **ret,
                                       struct scrip_error *reterr)
{
    return endpoint_call(client, &deduction_get, deduction_id, NULL, call, ret, reterr);
}

#define T struct scrip_deduct_batch_params
static const struct field batch_fields[] = {
    MANY_NEEDED(T, FIELD_LIST, deductions, deduction_count, "deductions", &deduct_shape),
    OPTIONAL(T, FIELD_FLAG, atomic),
};
static const struct shape batch_shape = SHAPE(T, batch_fields);
#undef T

/* A deduction is known by its draws; anything else is a problem. */
#define T struct scrip_batch_result
static const struct field result_fields[] = {
    OPTIONAL_AS(T, FIELD_SAME, deduction, "draws", &deduction_shape),
    OPTIONAL_AS(T, FIELD_TEXT, code, "type", NULL),
    OPTIONAL_AS(T, FIELD_TEXT, message, "detail", NULL),
    OPTIONAL_AS(T, FIELD_COUNT, http_status, "status", NULL),
    OPTIONAL(T, FIELD_AMOUNT, available),
    OPTIONAL(T, FIELD_RAW, json),
};
static const struct shape result_shape = SHAPE(T, result_fields);
#undef T

#define T struct scrip_batch
static const struct field results_fields[] = {
    MANY_NEEDED(T, FIELD_LIST, results, result_count, "results", &result_shape),
};
static const struct shape results_shape = SHAPE(T, results_fields);
#undef T

static const struct endpoint deduct_batch = {
    .method = "POST",
    .path = "/scrip/v1/deductions/batch",
    .is_mutation = true,
    .body = &batch_shape,
    .result = &results_shape,
};

enum scrip_outcome scrip_deduct_batch(struct scrip_client *client,
                                      const struct scrip_deduct_batch_params *params,
                                      const struct scrip_call *call, struct scrip_batch **ret,
                                      struct scrip_error *reterr)
{
    return endpoint_call(client, &deduct_batch, NULL, params, call, ret, reterr);
}

enum scrip_outcome scrip_batch_outcome(const struct scrip_batch_result *result)
{
    if (result == NULL)
        return SCRIP_USAGE;
    if (result->deduction != NULL)
        return SCRIP_OK;
    if (result->http_status < 400 || result->http_status > 599)
        return SCRIP_REFUSED;
    return outcome_of_status((int)result->http_status);
}

#define T struct scrip_reverse_params
static const struct field reverse_fields[] = {
    OPTIONAL(T, FIELD_AMOUNT, amount),
    OPTIONAL(T, FIELD_TEXT, reason),
};
static const struct shape reverse_shape = SHAPE(T, reverse_fields);
#undef T

static const struct endpoint reverse = {
    .method = "POST",
    .path = "/scrip/v1/deductions/{}/reverse",
    .subject = "deduction_id",
    .is_mutation = true,
    .body = &reverse_shape,
    .result = &deduction_shape,
};

enum scrip_outcome scrip_reverse(struct scrip_client *client, const char *deduction_id,
                                 const struct scrip_reverse_params *params,
                                 const struct scrip_call *call, struct scrip_deduction **ret,
                                 struct scrip_error *reterr)
{
    return endpoint_call(client, &reverse, deduction_id, params, call, ret, reterr);
}
