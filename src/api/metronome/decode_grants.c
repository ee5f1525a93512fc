#include "api/metronome/metronome.h"

#include "api/page.h"
#include "base/limits.h"

#define PERCENTAGE_SCALE 6 /* a share is kept in millionths */

/* {amount, credit_type_id}: the type is USD (cents) unless it says another. */
static void read_money(struct fields *body, struct str name, struct decimal_option *ret_amount,
                       struct str *ret_credit_type)
{
    struct fields money;

    *ret_credit_type = STR(CREDIT_TYPE_USD_UUID);
    if (!fields_object(body, name, FIELD_REQUIRED, &money))
        return;
    fields_number(&money, STR("amount"), FIELD_REQUIRED, ret_amount);
    fields_id(&money, STR("credit_type_id"), FIELD_OPTIONAL, ret_credit_type);
}

static void read_share(struct fields *amount, struct rollover *ret)
{
    struct decimal_option share = { .given = false };
    struct amount millionths;

    ret->kind = ROLLOVER_MAX_PERCENTAGE;
    fields_number(amount, STR("value"), FIELD_REQUIRED, &share);
    if (!share.given)
        return;
    if (decimal_is_negative(share.value) ||
        decimal_to_amount(share.value, PERCENTAGE_SCALE, ROUND_HALF_EVEN, &millionths) != OK ||
        millionths.units > 1000000)
        fields_blame(amount, STR("value"), STR("must be from 0 to 1"));
    else
        ret->millionths_max = (uint32_t)millionths.units;
}

static void read_rollover_amount(struct fields *rollover, struct issue *issue)
{
    struct fields amount;
    struct str type = STR_NONE;

    if (!fields_object(rollover, STR("rollover_amount"), FIELD_REQUIRED, &amount))
        return;
    fields_text(&amount, STR("type"), FIELD_REQUIRED, &text_name, &type);
    if (str_equals(type, STR("MAX_PERCENTAGE"))) {
        read_share(&amount, &issue->facts.rollover);
    } else if (str_equals(type, STR("MAX_AMOUNT"))) {
        issue->facts.rollover.kind = ROLLOVER_MAX_AMOUNT;
        fields_number(&amount, STR("value"), FIELD_REQUIRED, &issue->rollover_amount_max);
        if (issue->rollover_amount_max.given &&
            decimal_is_negative(issue->rollover_amount_max.value))
            fields_blame(&amount, STR("value"), STR("must not be negative"));
    } else {
        fields_blame(&amount, STR("type"), STR("must be MAX_PERCENTAGE or MAX_AMOUNT"));
    }
}

static void read_rollover(struct fields *body, struct issue *issue)
{
    struct fields rollover;

    if (!fields_object(body, STR("rollover_settings"), FIELD_OPTIONAL, &rollover))
        return;
    fields_instant(&rollover, STR("expires_at"), FIELD_REQUIRED, &issue->facts.rollover.expires_at);
    fields_priority(&rollover, STR("priority"), FIELD_REQUIRED, &issue->facts.rollover.priority);
    read_rollover_amount(&rollover, issue);
}

static void read_amounts(struct fields *body, struct issue *issue)
{
    struct decimal_option granted = { .given = false };

    read_money(body, STR("grant_amount"), &granted, &issue->credit_type);
    read_money(body, STR("paid_amount"), &issue->paid, &issue->paid_credit_type);
    issue->asked = granted.value;
    if (issue->paid.given && decimal_is_negative(issue->paid.value))
        fields_blame(body, STR("paid_amount.amount"), STR("must not be negative"));
}

static void read_terms(struct fields *body, struct facts *facts)
{
    fields_text(body, STR("name"), FIELD_REQUIRED, &text_name, &facts->name);
    fields_instant(body, STR("expires_at"), FIELD_REQUIRED, &facts->expires_at);
    fields_instant(body, STR("effective_at"), FIELD_OPTIONAL, &facts->effective_at);
    fields_priority(body, STR("priority"), FIELD_REQUIRED, &facts->priority);
    fields_text(body, STR("reason"), FIELD_OPTIONAL, &text_free, &facts->reason);
    fields_text(body, STR("credit_grant_type"), FIELD_OPTIONAL, &text_free, &facts->grant_type);
    fields_instant(body, STR("invoice_date"), FIELD_OPTIONAL, &facts->invoice_date);
    fields_text(body, STR("uniqueness_key"), FIELD_OPTIONAL, &text_uniqueness_key,
                &facts->uniqueness_key);
    fields_string_map(body, STR("custom_fields"), FIELD_OPTIONAL, &text_field_value,
                      &facts->custom_fields);
}

void metronome_decode_create_grant(struct call *call)
{
    struct issue *issue = &call->job.command.issue;
    struct fields body;

    call->job.command.kind = COMMAND_GRANT_ISSUE;
    issue->rounding = ROUND_HALF_EVEN;
    issue->only_listed_fields = true;
    issue->facts = FACTS_NONE;
    issue->facts.effective_at = INSTANT_NONE;
    fields_init(&body, call->exchange->request.body, &call->reading);
    fields_id(&body, STR("customer_id"), FIELD_REQUIRED, &issue->customer);
    read_amounts(&body, issue);
    read_terms(&body, &issue->facts);
    fields_ids(&body, STR("product_ids"), PRODUCTS_PER_GRANT_MAX, &issue->product_names,
               &issue->product_name_count);
    read_rollover(&body, issue);
}

static void read_filters(struct fields *body, struct query *query)
{
    struct str *customers = NULL;
    struct uuid *credit_types = NULL, *grants = NULL;

    fields_ids(body, STR("customer_ids"), FILTER_VALUES_MAX, &customers, &query->customer_count);
    fields_uuids(body, STR("credit_type_ids"), FILTER_VALUES_MAX, &credit_types,
                 &query->credit_type_count);
    fields_uuids(body, STR("credit_grant_ids"), FILTER_VALUES_MAX, &grants, &query->grant_count);
    query->customers = customers;
    query->credit_types = (struct credit_type_id *)credit_types;
    query->grants = (struct grant_id *)grants;
    if (query->grant_count > 0 && query->customer_count + query->credit_type_count > 0)
        fields_blame(body, STR("credit_grant_ids"),
                     STR("must not be combined with customer_ids or credit_type_ids"));
}

_Static_assert(sizeof(struct credit_type_id) == sizeof(struct uuid), "an id is its UUID");
_Static_assert(sizeof(struct grant_id) == sizeof(struct uuid), "an id is its UUID");

/* Filters are in the body, the page is in the query string.  Empty arrays are as good as none:
 * clients in use send all three. */
void metronome_decode_list_grants(struct call *call)
{
    struct query *query = &call->job.query;
    struct params params;
    struct fields body;

    query->kind = QUERY_GRANTS;
    query->with_entries = true;
    params_init(&params, call->exchange->request.query, &call->reading);
    page_decode(call, &params, STR("next_page"), CURSOR_GRANTS);
    fields_init(&body, call->exchange->request.body, &call->reading);
    read_filters(&body, query);
    fields_instant(&body, STR("not_expiring_before"), FIELD_OPTIONAL, &query->not_expiring_before);
    fields_instant(&body, STR("effective_before"), FIELD_OPTIONAL, &query->effective_before);
}

void metronome_decode_edit_grant(struct call *call)
{
    struct command *command = &call->job.command;
    struct edit *edit = &command->edit;
    struct fields body;

    command->kind = COMMAND_GRANT_EDIT;
    fields_init(&body, call->exchange->request.body, &call->reading);
    fields_uuid(&body, STR("id"), FIELD_REQUIRED, &command->subject.grant_id.uuid);
    edit->has_name = fields_has(&body, STR("name"));
    fields_text(&body, STR("name"), FIELD_OPTIONAL, &text_name, &edit->name);
    edit->has_expires_at = fields_has(&body, STR("expires_at"));
    fields_instant(&body, STR("expires_at"), FIELD_OPTIONAL, &edit->expires_at);
    edit->has_grant_type = fields_has(&body, STR("credit_grant_type"));
    fields_text(&body, STR("credit_grant_type"), FIELD_OPTIONAL, &text_free, &edit->grant_type);
}

void metronome_decode_void_grant(struct call *call)
{
    struct command *command = &call->job.command;
    struct fields body;

    command->kind = COMMAND_GRANT_VOID;
    fields_init(&body, call->exchange->request.body, &call->reading);
    fields_uuid(&body, STR("id"), FIELD_REQUIRED, &command->subject.grant_id.uuid);
    fields_bool(&body, STR("release_uniqueness_key"), &command->void_grant.release_uniqueness_key);
    fields_bool(&body, STR("void_credit_purchase_invoice"),
                &command->void_grant.void_purchase_invoice);
}

void metronome_decode_list_credit_types(struct call *call)
{
    struct params params;

    call->job.query.kind = QUERY_CREDIT_TYPES;
    params_init(&params, call->exchange->request.query, &call->reading);
    page_decode(call, &params, STR("next_page"), CURSOR_CREDIT_TYPES);
}
