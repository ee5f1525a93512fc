/* metronome_ledgers.c - Metronome's lists of grants and of ledger entries. */
#include "lib/endpoint.h"

#define T struct scrip_metronome_unit
static const struct field unit_fields[] = {
    OPTIONAL(T, FIELD_TEXT, id),
    OPTIONAL(T, FIELD_TEXT, name),
};
static const struct shape unit_shape = SHAPE(T, unit_fields);
#undef T

#define T struct scrip_metronome_unit_amount
static const struct field unit_amount_fields[] = {
    NEEDED(T, FIELD_NUMBER, amount),
    OPTIONAL_AS(T, FIELD_OBJECT, credit_type, "credit_type", &unit_shape),
};
static const struct shape unit_amount_shape = SHAPE(T, unit_amount_fields);
#undef T

#define T struct scrip_metronome_balance
static const struct field balance_fields[] = {
    NEEDED(T, FIELD_NUMBER, excluding_pending),
    NEEDED(T, FIELD_NUMBER, including_pending),
    OPTIONAL(T, FIELD_INSTANT, effective_at),
};
static const struct shape balance_shape = SHAPE(T, balance_fields);
#undef T

#define T struct scrip_metronome_entry
static const struct field entry_fields[] = {
    NEEDED(T, FIELD_NUMBER, amount),     OPTIONAL(T, FIELD_NUMBER, running_balance),
    OPTIONAL(T, FIELD_TEXT, reason),     OPTIONAL(T, FIELD_INSTANT, effective_at),
    OPTIONAL(T, FIELD_TEXT, created_by), OPTIONAL(T, FIELD_TEXT, credit_grant_id),
    OPTIONAL(T, FIELD_TEXT, invoice_id),
};
static const struct shape entry_shape = SHAPE(T, entry_fields);
#undef T

#define T struct scrip_metronome_grant_list_params
static const struct field grants_query_fields[] = { OPTIONAL(T, FIELD_COUNT, limit) };
static const struct shape grants_query_shape = SHAPE(T, grants_query_fields);
static const struct field grants_fields[] = {
    MANY(T, FIELD_TEXTS, credit_grant_ids, credit_grant_id_count, "credit_grant_ids", NULL),
    MANY(T, FIELD_TEXTS, credit_type_ids, credit_type_id_count, "credit_type_ids", NULL),
    MANY(T, FIELD_TEXTS, customer_ids, customer_id_count, "customer_ids", NULL),
    OPTIONAL(T, FIELD_INSTANT, not_expiring_before),
    OPTIONAL(T, FIELD_INSTANT, effective_before),
};
static const struct shape grants_shape = SHAPE(T, grants_fields);
#undef T

#define T struct scrip_metronome_grant
static const struct field grant_fields[] = {
    NEEDED(T, FIELD_TEXT, id),
    OPTIONAL(T, FIELD_TEXT, name),
    OPTIONAL(T, FIELD_TEXT, customer_id),
    OPTIONAL_AS(T, FIELD_OBJECT, grant_amount, "grant_amount", &unit_amount_shape),
    OPTIONAL_AS(T, FIELD_OBJECT, paid_amount, "paid_amount", &unit_amount_shape),
    NEEDED_AS(T, FIELD_OBJECT, balance, "balance", &balance_shape),
    OPTIONAL(T, FIELD_NUMBER, priority),
    OPTIONAL(T, FIELD_INSTANT, effective_at),
    OPTIONAL(T, FIELD_INSTANT, expires_at),
    MANY(T, FIELD_LIST, deductions, deduction_count, "deductions", &entry_shape),
    MANY(T, FIELD_LIST, pending_deductions, pending_deduction_count, "pending_deductions",
         &entry_shape),
    MANY(T, FIELD_LIST, products, product_count, "products", &unit_shape),
    MANY(T, FIELD_PAIRS, custom_fields, custom_field_count, "custom_fields", NULL),
    OPTIONAL(T, FIELD_TEXT, invoice_id),
    OPTIONAL(T, FIELD_TEXT, uniqueness_key),
    OPTIONAL(T, FIELD_TEXT, reason),
    OPTIONAL(T, FIELD_TEXT, credit_grant_type),
    OPTIONAL(T, FIELD_RAW, json),
};
static const struct shape grant_shape = SHAPE(T, grant_fields);
#undef T

static const struct endpoint grants = {
    .method = "POST",
    .path = "/v1/credits/listGrants",
    .query = &grants_query_shape,
    .body = &grants_shape,
    .result = &grant_shape,
    .envelope = "data",
    .cursor_param = "next_page", /* in the query: in the body it is passed over */
    .cursor_member = "next_page",
};

enum scrip_outcome scrip_metronome_grant_list(
    struct scrip_client *client, const struct scrip_metronome_grant_list_params *params,
    const struct scrip_call *call, struct scrip_list **ret, struct scrip_error *reterr)
{
    return endpoint_list(client, &grants, NULL, params, call, ret, reterr);
}

enum scrip_outcome scrip_metronome_grant_next(struct scrip_list *list,
                                              const struct scrip_metronome_grant **ret,
                                              struct scrip_error *reterr)
{
    return endpoint_next(list, &grants, ret, reterr);
}

static const char *const sorts[] = { "asc", "desc", NULL };

#define T struct scrip_metronome_ledger_list_params
static const struct field ledgers_query_fields[] = {
    OPTIONAL_AS(T, FIELD_CHOICE, sort, "sort", sorts),
};
static const struct shape ledgers_query_shape = SHAPE(T, ledgers_query_fields);
static const struct field ledgers_fields[] = {
    MANY(T, FIELD_TEXTS, customer_ids, customer_id_count, "customer_ids", NULL),
    MANY(T, FIELD_TEXTS, credit_type_ids, credit_type_id_count, "credit_type_ids", NULL),
    OPTIONAL(T, FIELD_INSTANT, starting_on),
    OPTIONAL(T, FIELD_INSTANT, ending_before),
};
static const struct shape ledgers_shape = SHAPE(T, ledgers_fields);
#undef T

#define T struct scrip_metronome_ledger
static const struct field ledger_fields[] = {
    OPTIONAL_AS(T, FIELD_OBJECT, credit_type, "credit_type", &unit_shape),
    NEEDED_AS(T, FIELD_OBJECT, starting_balance, "starting_balance", &balance_shape),
    NEEDED_AS(T, FIELD_OBJECT, ending_balance, "ending_balance", &balance_shape),
    MANY(T, FIELD_LIST, entries, entry_count, "entries", &entry_shape),
    MANY(T, FIELD_LIST, pending_entries, pending_entry_count, "pending_entries", &entry_shape),
};
static const struct shape ledger_shape = SHAPE(T, ledger_fields);
#undef T

#define T struct scrip_metronome_customer_ledgers
static const struct field customer_ledgers_fields[] = {
    NEEDED(T, FIELD_TEXT, customer_id),
    MANY(T, FIELD_LIST, ledgers, ledger_count, "ledgers", &ledger_shape),
    OPTIONAL(T, FIELD_RAW, json),
};
static const struct shape customer_ledgers_shape = SHAPE(T, customer_ledgers_fields);
#undef T

static const struct endpoint ledgers = {
    .method = "POST",
    .path = "/v1/credits/listEntries",
    .query = &ledgers_query_shape,
    .body = &ledgers_shape,
    .result = &customer_ledgers_shape,
    .envelope = "data",
    .cursor_param = "next_page",
    .cursor_member = "next_page",
};

enum scrip_outcome scrip_metronome_ledger_list(
    struct scrip_client *client, const struct scrip_metronome_ledger_list_params *params,
    const struct scrip_call *call, struct scrip_list **ret, struct scrip_error *reterr)
{
    return endpoint_list(client, &ledgers, NULL, params, call, ret, reterr);
}

enum scrip_outcome scrip_metronome_ledger_next(struct scrip_list *list,
                                               const struct scrip_metronome_customer_ledgers **ret,
                                               struct scrip_error *reterr)
{
    return endpoint_next(list, &ledgers, ret, reterr);
}
