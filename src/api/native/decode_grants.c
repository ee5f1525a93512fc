#include "api/native/native.h"

#include "api/page.h"
#include "base/limits.h"

#define PRIORITY_DEFAULT INT64_C(1000000) /* 1, in millionths */
#define SHARE_SCALE 6                     /* a share is kept in millionths */

static void read_share(struct fields *rollover, struct decimal share, struct rollover *ret)
{
    struct amount millionths;

    if (decimal_is_negative(share) ||
        decimal_to_amount(share, SHARE_SCALE, ROUND_NONE, &millionths) != OK ||
        millionths.units > 1000000)
        fields_blame(rollover, STR("share_max"), STR("must be from 0 to 1, with up to 6 decimals"));
    else
        ret->millionths_max = (uint32_t)millionths.units;
}

/* Up to an amount, or up to a share of the original amount. */
static void read_rollover(struct fields *body, struct issue *issue)
{
    struct rollover *ret = &issue->facts.rollover;
    struct decimal_option share = { .given = false };
    struct fields rollover;

    if (!fields_object(body, STR("rollover"), FIELD_OPTIONAL, &rollover))
        return;
    ret->priority.millionths = PRIORITY_DEFAULT;
    fields_instant(&rollover, STR("expires_at"), FIELD_REQUIRED, &ret->expires_at);
    fields_priority(&rollover, STR("priority"), FIELD_OPTIONAL, &ret->priority);
    fields_amount(&rollover, STR("amount_max"), FIELD_OPTIONAL, &issue->rollover_amount_max);
    fields_amount(&rollover, STR("share_max"), FIELD_OPTIONAL, &share);
    if (share.given == issue->rollover_amount_max.given)
        fields_blame(&rollover, STR("amount_max"), STR("or share_max is required, and not both"));
    ret->kind = share.given ? ROLLOVER_MAX_PERCENTAGE : ROLLOVER_MAX_AMOUNT;
    if (share.given)
        read_share(&rollover, share.value, ret);
    fields_close(&rollover);
}

static void read_terms(struct fields *body, struct facts *facts)
{
    native_read_id(body, GRANT_PREFIX, &facts->grant_id.uuid);
    facts->priority.millionths = PRIORITY_DEFAULT;
    fields_priority(body, STR("priority"), FIELD_OPTIONAL, &facts->priority);
    fields_instant(body, STR("effective_at"), FIELD_OPTIONAL, &facts->effective_at);
    fields_instant(body, STR("expires_at"), FIELD_OPTIONAL, &facts->expires_at);
}

static void read_texts(struct fields *body, struct facts *facts)
{
    fields_text(body, STR("name"), FIELD_OPTIONAL, &text_name, &facts->name);
    fields_text(body, STR("reason"), FIELD_OPTIONAL, &text_free, &facts->reason);
    fields_text(body, STR("grant_type"), FIELD_OPTIONAL, &text_free, &facts->grant_type);
    fields_text(body, STR("uniqueness_key"), FIELD_OPTIONAL, &text_uniqueness_key,
                &facts->uniqueness_key);
    fields_instant(body, STR("invoice_date"), FIELD_OPTIONAL, &facts->invoice_date);
    fields_text(body, STR("invoice_id"), FIELD_OPTIONAL, &text_reference, &facts->invoice_id);
    fields_string_map(body, STR("custom_fields"), FIELD_OPTIONAL, &text_free,
                      &facts->custom_fields);
}

static void read_amounts(struct fields *body, struct issue *issue)
{
    struct decimal_option granted = { .given = false };

    fields_text(body, STR("customer"), FIELD_REQUIRED, &text_reference, &issue->customer);
    fields_text(body, STR("credit_type"), FIELD_REQUIRED, &text_reference, &issue->credit_type);
    fields_amount(body, STR("amount"), FIELD_REQUIRED, &granted);
    issue->asked = granted.value;
    fields_amount(body, STR("paid_amount"), FIELD_OPTIONAL, &issue->paid);
    fields_text(body, STR("paid_credit_type"), FIELD_OPTIONAL, &text_reference,
                &issue->paid_credit_type);
    if (issue->paid.given && decimal_is_negative(issue->paid.value))
        fields_blame(body, STR("paid_amount"), STR("must not be negative"));
}

void native_decode_create_grant(struct call *call)
{
    struct issue *issue = &call->job.command.issue;
    struct fields body;

    call->job.command.kind = COMMAND_GRANT_ISSUE;
    issue->rounding = ROUND_NONE;
    issue->facts = FACTS_NONE;
    issue->facts.effective_at = INSTANT_NONE;
    fields_init(&body, call->exchange->request.body, &call->reading);
    read_amounts(&body, issue);
    read_terms(&body, &issue->facts);
    read_texts(&body, &issue->facts);
    fields_texts(&body, STR("products"), &text_reference, PRODUCTS_PER_GRANT_MAX,
                 &issue->product_names, &issue->product_name_count);
    read_rollover(&body, issue);
    fields_close(&body);
}

void native_decode_list_grants(struct call *call)
{
    struct query *query = &call->job.query;
    struct str *customer;
    struct params params;

    query->kind = QUERY_GRANTS;
    customer = arena_new(call->exchange->arena, struct str, 1);
    if (customer == NULL) {
        reading_out_of_memory(&call->reading);
        return;
    }
    params_init(&params, call->exchange->request.query, &call->reading);
    page_decode(call, &params, STR("cursor"), CURSOR_GRANTS);
    params_text(&params, STR("customer"), &text_reference, customer);
    params_text(&params, STR("credit_type"), &text_reference, &query->credit_type);
    params_instant(&params, STR("not_expiring_before"), &query->not_expiring_before);
    params_instant(&params, STR("effective_before"), &query->effective_before);
    params_bool(&params, STR("with_voided"), &query->with_voided);
    params_close(&params);
    query->customers = customer;
    query->customer_count = customer->len > 0 ? 1 : 0;
}
