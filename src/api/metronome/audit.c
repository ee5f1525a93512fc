/* The audit log. */
#include "api/metronome/metronome.h"
#include "api/page.h"
#include "base/limits.h"

static const struct text_rule text_sort = { .characters_min = 1, .bytes_max = 16 };

/* Oldest first, unless it says otherwise. */
static bool read_order(struct params *params)
{
    struct str sort = STR("date_asc");

    params_text(params, STR("sort"), &text_sort, &sort);
    if (!str_equals(sort, STR("date_asc")) && !str_equals(sort, STR("date_desc")))
        reading_blame(params->reading, STR("sort"), STR("must be date_asc or date_desc"));
    return !str_equals(sort, STR("date_desc"));
}

static void read_resource(struct params *params, struct query *query)
{
    params_text(params, STR("resource_type"), &text_reference, &query->resource_type);
    params_text(params, STR("resource_id"), &text_reference, &query->resource_id);
    if (str_is_empty(query->resource_type) != str_is_empty(query->resource_id))
        reading_blame(params->reading,
                      str_is_empty(query->resource_id) ? STR("resource_id") : STR("resource_type"),
                      STR("is required, since resource_type and resource_id go together"));
}

void metronome_decode_audit_logs(struct call *call)
{
    static const enum cursor_list lists[] = { CURSOR_AUDIT, CURSOR_AUDIT_BACK };
    struct query *query = &call->job.query;
    struct params params;
    enum cursor_list list;

    query->kind = QUERY_AUDIT;
    params_init(&params, call->exchange->request.query, &call->reading);
    params_limit(&params, STR("limit"), PAGE_LIMIT_MAX, &query->limit);
    query->oldest_first = read_order(&params);
    /* A cursor knows its order. */
    if (page_decode_any(call, &params, STR("next_page"), lists, array_count(lists), &list))
        query->oldest_first = list == CURSOR_AUDIT;
    params_instant(&params, STR("starting_on"), &query->from);
    params_instant(&params, STR("ending_before"), &query->until);
    read_resource(&params, query);
}

static void put_actor(struct json_writer *writer, const struct key_snapshot *keys, uint32_t number)
{
    const struct key *key = key_snapshot_numbered(keys, number);

    if (key == NULL)
        return;
    json_begin_object(json_key(writer, STR("actor")));
    json_put_string(json_key(writer, STR("id")), key->client_id);
    json_put_string(json_key(writer, STR("name")), key->name.len > 0 ? key->name : key->client_id);
    json_end_object(writer);
}

static void put_request(struct json_writer *writer, const struct audit_row *row)
{
    char id[REQUEST_ID_SIZE];

    json_begin_object(json_key(writer, STR("request")));
    json_put_string(json_key(writer, STR("id")),
                    request_id_format(row->source.run, row->line.request, id));
    if (row->source.ip.len > 0)
        json_put_string(json_key(writer, STR("ip")), row->source.ip);
    if (row->source.user_agent.len > 0)
        json_put_string(json_key(writer, STR("user_agent")), row->source.user_agent);
    json_end_object(writer);
}

static void put_row(struct json_writer *writer, const struct audit_row *row,
                    const struct key_snapshot *keys)
{
    const struct log_line *line = &row->line;

    json_begin_object(writer);
    metronome_put_uuid(json_key(writer, STR("id")),
                       uuid_from_sequence(row->is_of_book ? 'a' : 'l', line->number));
    json_put_instant_ms(json_key(writer, STR("timestamp")), line->at);
    put_actor(writer, keys, line->key);
    put_request(writer, row);
    json_put_string(json_key(writer, STR("resource_type")), line->resource_type);
    json_put_string(json_key(writer, STR("resource_id")), line->resource_id);
    json_put_string(json_key(writer, STR("action")), line->action);
    json_put_string(json_key(writer, STR("status")), STR("success"));
    json_end_object(writer);
}

/* There is always a next page: what is not there yet comes there. */
void metronome_encode_audit_logs(struct call *call, struct json_writer *writer)
{
    const struct answer *answer = &call->job.answer;
    struct key_snapshot *keys = call_keys_acquire(call);

    assert(answer->next > 0);
    json_begin_object(writer);
    json_begin_array(json_key(writer, STR("data")));
    for (size_t i = 0; i < answer->audit_count; i++)
        put_row(writer, &answer->audit[i], keys);
    json_end_array(writer);
    page_encode_next(call, call->job.query.oldest_first ? CURSOR_AUDIT : CURSOR_AUDIT_BACK,
                     json_key(writer, STR("next_page")));
    json_end_object(writer);
    ledger_keys_release(keys);
}
