/* Usage that was reported and not deducted, for whoever prices it later. */
#include "api/native/native.h"
#include "api/page.h"

void native_decode_usage_events(struct call *call)
{
    struct params params;

    call->job.query.kind = QUERY_USAGE_EVENTS;
    params_init(&params, call->exchange->request.query, &call->reading);
    params_text(&params, STR("customer"), &text_reference, &call->job.query.customer);
    page_decode(call, &params, STR("cursor"), CURSOR_USAGE_EVENTS);
    params_close(&params);
}

static void put_event(struct json_writer *writer, const struct usage_event *event)
{
    json_begin_object(writer);
    json_put_integer(json_key(writer, STR("number")), (int64_t)event->number);
    json_key(writer, STR("customer_id"));
    if (event->customer > 0)
        native_put_uuid(writer, event->customer_id.uuid);
    else
        json_put_null(writer);
    json_put_string(json_key(writer, STR("client_id")), event->client_id);
    json_put_instant(json_key(writer, STR("at")), event->at);
    json_put_instant(json_key(writer, STR("recorded_at")), event->recorded_at);
    json_put_string_or_null(json_key(writer, STR("transaction_id")), event->transaction_id);
    json_key(writer, STR("data"));
    if (event->data.len > 0)
        json_put_raw(writer, event->data);
    else
        json_put_null(writer);
    json_put_string(json_key(writer, STR("because")), event->because);
    json_end_object(writer);
}

void native_encode_usage_events(struct call *call, struct json_writer *writer)
{
    const struct answer *answer = &call->job.answer;

    json_begin_object(writer);
    json_begin_array(json_key(writer, STR("data")));
    for (size_t i = 0; i < answer->usage_event_count; i++)
        put_event(writer, &answer->usage_events[i]);
    json_end_array(writer);
    page_encode_next(call, CURSOR_USAGE_EVENTS, json_key(writer, STR("next")));
    json_end_object(writer);
}
