/* What has become of holds and deductions. */
#include "api/native/native.h"

#include "api/page.h"

static void read_id(struct call *call, enum query_kind kind, char id_kind, enum reject unknown)
{
    struct params params;
    struct uuid uuid;

    call->job.query.kind = kind;
    params_init(&params, call->exchange->request.query, &call->reading);
    params_close(&params);
    if (uuid_parse(call->params[0], &uuid) == OK &&
        uuid_to_sequence(uuid, id_kind, &call->job.query.number))
        return;
    call->job.answer.reject = unknown;
    call->is_answered = true;
}

void native_decode_get_hold(struct call *call)
{
    read_id(call, QUERY_HOLD, HOLD_ID_KIND, REJECT_HOLD_UNKNOWN);
}

void native_decode_get_deduction(struct call *call)
{
    read_id(call, QUERY_DEDUCTION, DEDUCTION_ID_KIND, REJECT_DEDUCTION_UNKNOWN);
}

void native_decode_list_holds(struct call *call)
{
    struct query *query = &call->job.query;
    struct params params;

    query->kind = QUERY_HOLDS;
    params_init(&params, call->exchange->request.query, &call->reading);
    page_decode(call, &params, STR("cursor"), CURSOR_HOLDS);
    params_text(&params, STR("customer"), &text_reference, &query->customer);
    params_text(&params, STR("credit_type"), &text_reference, &query->credit_type);
    params_close(&params);
}

/* --- replies --- */

static struct str status_name(enum hold_status status)
{
    switch (status) {
    case HOLD_OPEN:
        return STR("open");
    case HOLD_CAPTURED:
        return STR("captured");
    case HOLD_RELEASED:
        return STR("released");
    case HOLD_LAPSED:
        return STR("lapsed");
    }
    never("a hold has one of these statuses");
}

static void put_owner(struct json_writer *writer, const struct use_row *row)
{
    native_put_uuid(json_key(writer, STR("customer")), row->customer.uuid);
    native_put_credit_type(json_key(writer, STR("credit_type")), &row->credit_type);
}

/* What it took or reserved when it was made, without the grants' balances of then. */
static void put_draws(struct json_writer *writer, const struct use_row *row)
{
    json_begin_array(json_key(writer, STR("draws")));
    for (size_t i = 0; i < row->entry_count; i++) {
        const struct entry *entry = &row->entries[i];
        struct amount amount;

        if (!native_draw_amount(entry, &amount))
            continue;
        json_begin_object(writer);
        native_put_uuid(json_key(writer, STR("grant_id")), entry->grant_id.uuid);
        json_put_amount_string(json_key(writer, STR("amount")), amount, row->credit_type.scale);
        json_put_string(json_key(writer, STR("because")), because_text(entry->because));
        json_end_object(writer);
    }
    json_end_array(writer);
}

static void put_hold_numbers(struct json_writer *writer, const struct use_row *row)
{
    const struct hold *hold = &row->hold;
    int scale = row->credit_type.scale;

    native_put_uuid(json_key(writer, STR("id")), uuid_from_sequence(HOLD_ID_KIND, hold->number));
    json_put_integer(json_key(writer, STR("sequence")), (int64_t)hold->number);
    json_put_instant(json_key(writer, STR("at")), row->entries[0].at);
    json_put_string(json_key(writer, STR("status")), status_name(hold->status));
    json_put_instant(json_key(writer, STR("expires_at")), hold->expires_at);
    json_put_amount_string(json_key(writer, STR("amount")), hold->amount, scale);
    json_put_amount_string(json_key(writer, STR("captured")), hold->captured, scale);
    put_owner(writer, row);
    native_put_use_facts(writer, row->entries[0].facts);
}

void native_encode_one_hold(struct call *call, struct json_writer *writer)
{
    const struct use_row *row = call->job.answer.uses;

    assert(row->entry_count > 0);
    json_begin_object(writer);
    put_hold_numbers(writer, row);
    put_draws(writer, row);
    json_end_object(writer);
}

void native_encode_holds(struct call *call, struct json_writer *writer)
{
    const struct answer *answer = &call->job.answer;

    json_begin_object(writer);
    json_begin_array(json_key(writer, STR("data")));
    for (size_t i = 0; i < answer->use_count; i++) {
        json_begin_object(writer);
        put_hold_numbers(writer, &answer->uses[i]);
        json_end_object(writer);
    }
    json_end_array(writer);
    page_encode_next(call, CURSOR_HOLDS, json_key(writer, STR("next")));
    json_end_object(writer);
}

void native_encode_one_deduction(struct call *call, struct json_writer *writer)
{
    const struct use_row *row = call->job.answer.uses;
    const struct entry *first = row->entries;
    int scale = row->credit_type.scale;

    assert(row->entry_count > 0);
    json_begin_object(writer);
    native_put_uuid(json_key(writer, STR("id")),
                    uuid_from_sequence(DEDUCTION_ID_KIND, first->sequence));
    json_put_integer(json_key(writer, STR("sequence")), (int64_t)first->sequence);
    json_put_instant(json_key(writer, STR("at")), first->effective_at);
    json_put_instant(json_key(writer, STR("recorded_at")), first->at);
    json_put_amount_string(json_key(writer, STR("amount")), row->covered, scale);
    json_put_amount_string(json_key(writer, STR("uncovered")), row->uncovered, scale);
    if (amount_is_positive(row->lent))
        json_put_amount_string(json_key(writer, STR("lent")), row->lent, scale);
    json_put_amount_string(json_key(writer, STR("reversed")), row->reversed, scale);
    put_owner(writer, row);
    if (first->of > 0)
        native_put_uuid(json_key(writer, STR("hold_id")),
                        uuid_from_sequence(HOLD_ID_KIND, first->of));
    native_put_use_facts(writer, first->facts);
    put_draws(writer, row);
    json_end_object(writer);
}
