/* listEntries: what a customer has of each credit type, and how it came and went. */
#include "api/metronome/history.h"
#include "api/metronome/metronome.h"
#include "api/page.h"
#include "base/limits.h"

_Static_assert(sizeof(struct credit_type_id) == sizeof(struct uuid), "an id is its UUID");

static void read_sort(struct call *call, struct params *params)
{
    struct str sort = STR("asc");

    params_text(params, STR("sort"), &text_name, &sort);
    call->job.query.oldest_first = str_equals(sort, STR("asc"));
    if (!str_equals(sort, STR("asc")) && !str_equals(sort, STR("desc")))
        reading_blame(&call->reading, STR("sort"), STR("must be asc or desc"));
}

static void read_range(struct fields *body, struct query *query)
{
    fields_instant(body, STR("starting_on"), FIELD_OPTIONAL, &query->from);
    fields_instant(body, STR("ending_before"), FIELD_OPTIONAL, &query->until);
    if (!instant_is_none(query->from) && !instant_is_none(query->until) &&
        !instant_before(query->from, query->until))
        fields_blame(body, STR("starting_on"), STR("must be before ending_before"));
}

/* There is no limit to ask for: a page is what a client can well read at once. */
void metronome_decode_list_entries(struct call *call)
{
    struct query *query = &call->job.query;
    struct str *customers = NULL;
    struct uuid *credit_types = NULL;
    struct params params;
    struct fields body;

    query->kind = QUERY_LEDGERS;
    query->limit = LEDGER_ENTRIES_MAX;
    params_init(&params, call->exchange->request.query, &call->reading);
    read_sort(call, &params);
    page_decode_cursor(call, &params, STR("next_page"),
                       query->oldest_first ? CURSOR_LEDGERS : CURSOR_LEDGERS_BACK);
    fields_init(&body, call->exchange->request.body, &call->reading);
    fields_ids(&body, STR("customer_ids"), FILTER_VALUES_MAX, &customers, &query->customer_count);
    fields_uuids(&body, STR("credit_type_ids"), FILTER_VALUES_MAX, &credit_types,
                 &query->credit_type_count);
    query->customers = customers;
    query->credit_types = (struct credit_type_id *)credit_types;
    read_range(&body, query);
}

static void put_balance(struct json_writer *writer, const struct ledger_balance *balance, int scale)
{
    json_begin_object(writer);
    json_put_amount(json_key(writer, STR("excluding_pending")), balance->excluding_pending, scale);
    json_put_amount(json_key(writer, STR("including_pending")), balance->including_pending, scale);
    json_put_instant_ms(json_key(writer, STR("effective_at")), balance->effective_at);
    json_end_object(writer);
}

static void put_lines(struct json_writer *writer, const struct ledger_line *lines, size_t count,
                      int scale, const struct key_snapshot *keys)
{
    json_begin_array(writer);
    for (size_t i = 0; i < count; i++)
        history_put_line(writer, &lines[i], scale, keys);
    json_end_array(writer);
}

static void put_ledger(struct json_writer *writer, const struct ledger_row *row,
                       const struct key_snapshot *keys)
{
    int scale = row->credit_type.scale;

    json_begin_object(writer);
    metronome_put_credit_type(json_key(writer, STR("credit_type")), &row->credit_type);
    put_balance(json_key(writer, STR("starting_balance")), &row->starting, scale);
    put_balance(json_key(writer, STR("ending_balance")), &row->ending, scale);
    put_lines(json_key(writer, STR("entries")), row->lines, row->line_count, scale, keys);
    put_lines(json_key(writer, STR("pending_entries")), row->pending, row->pending_count, scale,
              keys);
    json_end_object(writer);
}

/* The ledgers of one customer are adjacent; returns how many there are. */
static size_t put_customer(struct json_writer *writer, const struct ledger_row *rows, size_t count,
                           const struct key_snapshot *keys)
{
    struct customer_id customer = rows[0].customer;
    size_t place = 0;

    json_begin_object(writer);
    metronome_put_uuid(json_key(writer, STR("customer_id")), customer.uuid);
    json_begin_array(json_key(writer, STR("ledgers")));
    while (place < count && uuid_equals(rows[place].customer.uuid, customer.uuid))
        put_ledger(writer, &rows[place++], keys);
    json_end_array(writer);
    json_end_object(writer);
    return place;
}

void metronome_encode_ledgers(struct call *call, struct json_writer *writer)
{
    const struct answer *answer = &call->job.answer;
    enum cursor_list list = call->job.query.oldest_first ? CURSOR_LEDGERS : CURSOR_LEDGERS_BACK;
    struct key_snapshot *keys = call_keys_acquire(call);
    size_t place = 0;

    json_begin_object(writer);
    json_begin_array(json_key(writer, STR("data")));
    while (place < answer->ledger_count)
        place += put_customer(writer, &answer->ledgers[place], answer->ledger_count - place, keys);
    json_end_array(writer);
    page_encode_next(call, list, json_key(writer, STR("next_page")));
    json_end_object(writer);
    ledger_keys_release(keys);
}
