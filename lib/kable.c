/* kable.c - Kable's credits. */
#include "lib/endpoint.h"

#define T struct scrip_kable_grant_create_params
static const struct field grant_create_fields[] = {
    NEEDED_AS(T, FIELD_NUMBER, grant_amount, "grantAmount", NULL),
    OPTIONAL_AS(T, FIELD_TEXT, description, "description", NULL),
    OPTIONAL_AS(T, FIELD_NUMBER, charge_amount, "chargeAmount", NULL),
    OPTIONAL_AS(T, FIELD_INSTANT, expiration, "expiration", NULL),
};
static const struct shape grant_create_shape = SHAPE(T, grant_create_fields);
#undef T

#define T struct scrip_kable_grant
static const struct field grant_fields[] = {
    NEEDED_AS(T, FIELD_TEXT, credit_grant_id, "creditGrantId", NULL),
    OPTIONAL_AS(T, FIELD_TEXT, customer_id, "customerId", NULL),
    OPTIONAL_AS(T, FIELD_TEXT, description, "description", NULL),
    OPTIONAL_AS(T, FIELD_TEXT, currency, "currency", NULL),
    NEEDED_AS(T, FIELD_NUMBER, grant_amount, "grantAmount", NULL),
    NEEDED_AS(T, FIELD_NUMBER, balance_amount, "balanceAmount", NULL),
    OPTIONAL_AS(T, FIELD_NUMBER, paid_amount, "paidAmount", NULL),
    OPTIONAL_AS(T, FIELD_INSTANT, expiration, "expiration", NULL),
};
static const struct shape grant_shape = SHAPE(T, grant_fields);
#undef T

static const struct field balance_fields[] = {
    NEEDED(struct scrip_kable_balance, FIELD_NUMBER, available),
};
static const struct shape balance_shape = SHAPE(struct scrip_kable_balance, balance_fields);

static const struct endpoint grant_create = {
    .method = "POST",
    .path = "/api/v1/customers/{}/credits/create",
    .subject = "customer",
    .is_mutation = true,
    .body = &grant_create_shape,
    .result = &grant_shape,
};

static const struct endpoint balance = {
    .method = "GET",
    .path = "/api/v1/customers/{}/credits/balance",
    .subject = "customer",
    .result = &balance_shape,
};

enum scrip_outcome scrip_kable_grant_create(struct scrip_client *client, const char *customer,
                                            const struct scrip_kable_grant_create_params *params,
                                            const struct scrip_call *call,
                                            struct scrip_kable_grant **ret,
                                            struct scrip_error *reterr)
{
    return endpoint_call(client, &grant_create, customer, params, call, ret, reterr);
}

enum scrip_outcome scrip_kable_balance_get(struct scrip_client *client, const char *customer,
                                           const struct scrip_call *call,
                                           struct scrip_kable_balance **ret,
                                           struct scrip_error *reterr)
{
    return endpoint_call(client, &balance, customer, NULL, call, ret, reterr);
}
