#include "api/native/native.h"

#include "api/page.h"

static struct str status_name(enum grant_status status)
{
    switch (status) {
    case GRANT_SCHEDULED:
        return STR("scheduled");
    case GRANT_ACTIVE:
        return STR("active");
    case GRANT_EXPIRED:
        return STR("expired");
    case GRANT_VOIDED:
        return STR("voided");
    }
    never("a grant has one of these statuses");
}

void native_put_priority(struct json_writer *writer, struct priority priority)
{
    struct amount number = { .units = priority.millionths };

    json_put_amount(writer, number, PRIORITY_SCALE);
}

void native_put_balance(struct json_writer *writer, struct amount posted, struct amount held,
                        int scale)
{
    json_put_amount_string(json_key(writer, STR("posted")), posted, scale);
    json_put_amount_string(json_key(writer, STR("held")), held, scale);
    json_put_amount_string(json_key(writer, STR("available")), amount_take(posted, held), scale);
}

void native_put_owed(struct json_writer *writer, struct amount debt, struct amount limit, int scale)
{
    if (amount_is_zero(debt) && amount_is_zero(limit))
        return;
    json_put_amount_string(json_key(writer, STR("debt")), debt, scale);
    json_put_amount_string(json_key(writer, STR("credit_limit")), limit, scale);
}

static void put_products(struct json_writer *writer, const struct product_set *products)
{
    if (products == NULL || products->count == 0)
        return;
    json_begin_array(json_key(writer, STR("products")));
    for (size_t i = 0; i < products->count; i++)
        native_put_uuid(writer, products->ids[i].uuid);
    json_end_array(writer);
}

static void put_rollover(struct json_writer *writer, const struct rollover *rollover, int scale)
{
    struct amount share = { .units = 0 };

    if (rollover == NULL || rollover->kind == 0)
        return;
    json_begin_object(json_key(writer, STR("rollover")));
    json_put_instant(json_key(writer, STR("expires_at")), rollover->expires_at);
    native_put_priority(json_key(writer, STR("priority")), rollover->priority);
    share.units = rollover->millionths_max;
    if (rollover->kind == ROLLOVER_MAX_PERCENTAGE)
        json_put_amount_string(json_key(writer, STR("share_max")), share, PRIORITY_SCALE);
    else
        json_put_amount_string(json_key(writer, STR("amount_max")), rollover->amount_max, scale);
    json_end_object(writer);
}

void native_put_grant_numbers(struct json_writer *writer, const struct grant *grant,
                              const struct credit_type *type)
{
    native_put_uuid(json_key(writer, STR("id")), grant->id.uuid);
    json_put_string(json_key(writer, STR("status")), status_name(grant->status));
    native_put_priority(json_key(writer, STR("priority")), grant->priority);
    json_put_instant(json_key(writer, STR("effective_at")), grant->effective_at);
    json_put_instant(json_key(writer, STR("expires_at")), grant->expires_at);
    json_put_amount_string(json_key(writer, STR("amount")), grant->amount, type->scale);
    native_put_balance(writer, grant->posted, grant->held, type->scale);
    put_products(writer, grant->products);
    put_rollover(writer, grant->rollover, type->scale);
}

static void put_text(struct json_writer *writer, struct str key, struct str text)
{
    if (text.len > 0)
        json_put_string(json_key(writer, key), text);
}

/* paid: what was paid, as a decimal; empty: nothing was said of it. */
static void put_facts(struct json_writer *writer, const struct facts *facts, struct str paid)
{
    put_text(writer, STR("name"), facts->name);
    put_text(writer, STR("reason"), facts->reason);
    put_text(writer, STR("grant_type"), facts->grant_type);
    put_text(writer, STR("uniqueness_key"), facts->uniqueness_key);
    put_text(writer, STR("paid_amount"), paid);
    if (facts->has_paid)
        native_put_uuid(json_key(writer, STR("paid_credit_type")), facts->paid_credit_type.uuid);
    put_text(writer, STR("paid_currency"), facts->paid_currency);
    if (instant_is_dated(facts->invoice_date))
        json_put_instant(json_key(writer, STR("invoice_date")), facts->invoice_date);
    put_text(writer, STR("invoice_id"), facts->invoice_id);
    if (!uuid_is_zero(facts->rolled_from.uuid))
        native_put_uuid(json_key(writer, STR("rolled_from")), facts->rolled_from.uuid);
    json_put_raw(json_key(writer, STR("custom_fields")),
                 facts->custom_fields.len > 0 ? facts->custom_fields : STR("{}"));
}

static void put_grant(struct json_writer *writer, const struct grant_row *row, struct str paid)
{
    json_begin_object(writer);
    native_put_grant_numbers(writer, &row->grant, &row->credit_type);
    native_put_uuid(json_key(writer, STR("customer")), row->customer.uuid);
    native_put_credit_type(json_key(writer, STR("credit_type")), &row->credit_type);
    put_facts(writer, &row->facts, paid);
    json_end_object(writer);
}

static enum grant_status status_at(const struct facts *facts, struct instant at)
{
    if (!instant_before(at, facts->expires_at))
        return GRANT_EXPIRED;
    return instant_before(at, facts->effective_at) ? GRANT_SCHEDULED : GRANT_ACTIVE;
}

/* The grant as its first entries leave it. */
static void row_of_decision(const struct decision *decision, struct grant_row *ret)
{
    const struct entry *last = &decision->entries[decision->entry_count - 1];
    const struct facts *facts = decision->entries[0].facts;

    *ret = (struct grant_row){
        .grant = {
            .id = decision->grant_id,
            .number = decision->operation,
            .status = status_at(facts, decision->at),
            .priority = facts->priority,
            .effective_at = facts->effective_at,
            .expires_at = facts->expires_at,
            .amount = facts->amount,
            .posted = last->grant_posted,
            .held = last->grant_held,
            .products = &facts->products,
            .rollover = &facts->rollover,
        },
        .customer = decision->customer,
        .credit_type = decision->credit_type,
        .facts = *facts,
    };
}

void native_encode_grant_made(struct call *call, struct json_writer *writer)
{
    const struct issue *issue = &call->job.command.issue;
    char text[DECIMAL_TEXT_MAX];
    struct grant_row row;

    assert(call->job.decision.entry_count > 0);
    row_of_decision(&call->job.decision, &row);
    /* Not rounded, so what was kept is what was sent. */
    put_grant(writer, &row, issue->paid.given ? decimal_format(issue->paid.value, text) : STR_NONE);
}

static void put_listed(struct json_writer *writer, const struct grant_row *row)
{
    char text[AMOUNT_TEXT_MAX];

    put_grant(writer, row,
              row->facts.has_paid
                  ? amount_format(row->facts.paid_amount, row->paid_credit_type.scale, text)
                  : STR_NONE);
}

void native_encode_one_grant(struct call *call, struct json_writer *writer)
{
    assert(call->job.answer.grant_count == 1);
    put_listed(writer, &call->job.answer.grants[0]);
}

/* Nothing may have changed: then there is no entry. */
void native_encode_grant_changed(struct call *call, struct json_writer *writer)
{
    const struct decision *decision = &call->job.decision;

    json_begin_object(writer);
    native_put_uuid(json_key(writer, STR("id")), decision->grant_id.uuid);
    if (decision->operation > 0)
        json_put_integer(json_key(writer, STR("sequence")), (int64_t)decision->operation);
    else
        json_put_null(json_key(writer, STR("sequence")));
    json_put_instant(json_key(writer, STR("at")), decision->at);
    json_end_object(writer);
}

void native_encode_grants(struct call *call, struct json_writer *writer)
{
    const struct answer *answer = &call->job.answer;

    json_begin_object(writer);
    json_begin_array(json_key(writer, STR("data")));
    for (size_t i = 0; i < answer->grant_count; i++)
        put_listed(writer, &answer->grants[i]);
    json_end_array(writer);
    page_encode_next(call, CURSOR_GRANTS, json_key(writer, STR("next")));
    json_end_object(writer);
}
