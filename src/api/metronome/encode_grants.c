#include "api/metronome/history.h"
#include "api/metronome/metronome.h"
#include "api/page.h"
#include "exact/calendar.h"

void metronome_put_uuid(struct json_writer *writer, struct uuid uuid)
{
    char text[UUID_TEXT_SIZE];

    uuid_format(uuid, text);
    json_put_string(writer, (struct str){ .data = text, .len = sizeof(text) });
}

void metronome_put_credit_type(struct json_writer *writer, const struct credit_type *type)
{
    json_begin_object(writer);
    json_put_string(json_key(writer, STR("name")), type->name);
    metronome_put_uuid(json_key(writer, STR("id")), type->id.uuid);
    json_end_object(writer);
}

/* For creating, editing and voiding alike. */
void metronome_encode_grant_id(struct call *call, struct json_writer *writer)
{
    json_begin_object(writer);
    json_begin_object(json_key(writer, STR("data")));
    metronome_put_uuid(json_key(writer, STR("id")), call->job.decision.grant_id.uuid);
    json_end_object(writer);
    json_end_object(writer);
}

static void put_text_or_null(struct json_writer *writer, struct str key, struct str text)
{
    json_put_string_or_null(json_key(writer, key), text.len > 0 ? text : STR_NONE);
}

static void put_money(struct json_writer *writer, struct str key, struct amount amount,
                      const struct credit_type *type)
{
    json_begin_object(json_key(writer, key));
    json_put_amount(json_key(writer, STR("amount")), amount, type->scale);
    metronome_put_credit_type(json_key(writer, STR("credit_type")), type);
    json_end_object(writer);
}

/* Grants of the other dialects may say nothing of it. */
static void put_paid(struct json_writer *writer, const struct grant_row *row)
{
    if (row->facts.has_paid)
        put_money(writer, STR("paid_amount"), row->facts.paid_amount, &row->paid_credit_type);
    else
        put_money(writer, STR("paid_amount"), AMOUNT_ZERO, &row->credit_type);
}

/* Now, all posted deductions included. */
static struct amount excluding_pending(const struct grant *grant, struct instant period_end)
{
    switch (grant->status) {
    case GRANT_SCHEDULED: /* worth something in this period, or not yet */
        return instant_before(grant->effective_at, period_end) ? grant->amount : AMOUNT_ZERO;
    case GRANT_ACTIVE:
        return grant->posted;
    case GRANT_EXPIRED:
    case GRANT_VOIDED:
        return AMOUNT_ZERO;
    }
    never("a grant has one of these statuses");
}

static struct amount including_pending(const struct grant *grant, struct instant period_end)
{
    struct amount posted = excluding_pending(grant, period_end);

    if (instant_before(grant->expires_at, period_end))
        return AMOUNT_ZERO;
    return grant->status == GRANT_ACTIVE ? grant_available(grant) : posted;
}

/* The billing period is the calendar month in UTC: there are no plans here that could say
 * another. */
static void put_balance(struct json_writer *writer, const struct grant_row *row,
                        struct instant period_end)
{
    int scale = row->credit_type.scale;

    json_begin_object(json_key(writer, STR("balance")));
    json_put_amount(json_key(writer, STR("excluding_pending")),
                    excluding_pending(&row->grant, period_end), scale);
    json_put_amount(json_key(writer, STR("including_pending")),
                    including_pending(&row->grant, period_end), scale);
    json_put_instant_ms(json_key(writer, STR("effective_at")), period_end);
    json_end_object(writer);
}

static void put_products(struct json_writer *writer, const struct grant_row *row)
{
    if (row->product_count == 0)
        return;
    json_begin_array(json_key(writer, STR("products")));
    for (size_t i = 0; i < row->product_count; i++) {
        json_begin_object(writer);
        metronome_put_uuid(json_key(writer, STR("id")), row->products[i].id.uuid);
        json_put_string(json_key(writer, STR("name")), row->products[i].name);
        json_end_object(writer);
    }
    json_end_array(writer);
}

static void put_priority(struct json_writer *writer, struct priority priority)
{
    struct amount number = { .units = priority.millionths };

    json_put_amount(json_key(writer, STR("priority")), number, PRIORITY_SCALE);
}

static void put_facts(struct json_writer *writer, const struct grant_row *row)
{
    const struct facts *facts = &row->facts;

    metronome_put_uuid(json_key(writer, STR("id")), row->grant.id.uuid);
    json_put_string(json_key(writer, STR("name")), facts->name);
    metronome_put_uuid(json_key(writer, STR("customer_id")), row->customer.uuid);
    put_text_or_null(writer, STR("invoice_id"), facts->invoice_id);
    put_text_or_null(writer, STR("uniqueness_key"), facts->uniqueness_key);
    put_text_or_null(writer, STR("reason"), facts->reason);
    put_text_or_null(writer, STR("credit_grant_type"), facts->grant_type);
    json_put_instant_ms(json_key(writer, STR("effective_at")), row->grant.effective_at);
    /* A grant of another dialect may never expire; here every grant must say when. */
    json_put_instant_ms(json_key(writer, STR("expires_at")),
                        instant_min(row->grant.expires_at, INSTANT_MAX));
    put_priority(writer, row->grant.priority);
    put_money(writer, STR("grant_amount"), row->grant.amount, &row->credit_type);
    put_paid(writer, row);
    put_products(writer, row);
    json_put_raw(json_key(writer, STR("custom_fields")),
                 facts->custom_fields.len > 0 ? facts->custom_fields : STR("{}"));
}

static void put_grant(struct json_writer *writer, const struct grant_row *row,
                      const struct call *call, const struct key_snapshot *keys)
{
    struct instant period_end = calendar_month_next(call->job.answer.now);

    json_begin_object(writer);
    put_facts(writer, row);
    put_balance(writer, row, period_end);
    history_put_deductions(json_key(writer, STR("deductions")), row, keys);
    history_put_pending(json_key(writer, STR("pending_deductions")), row, keys,
                        call->exchange->arena);
    json_end_object(writer);
}

void metronome_encode_grants(struct call *call, struct json_writer *writer)
{
    const struct answer *answer = &call->job.answer;
    struct key_snapshot *keys = call_keys_acquire(call);

    json_begin_object(writer);
    json_begin_array(json_key(writer, STR("data")));
    for (size_t i = 0; i < answer->grant_count; i++)
        put_grant(writer, &answer->grants[i], call, keys);
    json_end_array(writer);
    page_encode_next(call, CURSOR_GRANTS, json_key(writer, STR("next_page")));
    json_end_object(writer);
    ledger_keys_release(keys);
}

static void put_type_of_list(struct json_writer *writer, const struct credit_type *type)
{
    json_begin_object(writer);
    metronome_put_uuid(json_key(writer, STR("id")), type->id.uuid);
    json_put_string(json_key(writer, STR("name")), type->name);
    json_put_bool(json_key(writer, STR("is_currency")), type->is_currency);
    json_end_object(writer);
}

/* There are few, so the ledger answers with all; the page is cut out here. */
void metronome_encode_credit_types(struct call *call, struct json_writer *writer)
{
    const struct query *query = &call->job.query;
    struct answer *answer = &call->job.answer;
    size_t shown = 0;

    answer->next = 0;
    json_begin_object(writer);
    json_begin_array(json_key(writer, STR("data")));
    for (size_t i = 0; i < answer->credit_type_count; i++) {
        const struct credit_type *type = &answer->credit_types[i];

        if (type->number <= query->after)
            continue;
        if (shown++ == query->limit) {
            answer->next = answer->credit_types[i - 1].number;
            break;
        }
        put_type_of_list(writer, type);
    }
    json_end_array(writer);
    page_encode_next(call, CURSOR_CREDIT_TYPES, json_key(writer, STR("next_page")));
    json_end_object(writer);
}
