#include "api/native/native.h"

#include "api/page.h"
#include "base/limits.h"

static void read_order(struct call *call, struct params *params, bool *ret_oldest_first)
{
    struct str order = STR_NONE;

    params_text(params, STR("order"), &text_name, &order);
    if (order.data == NULL || str_equals(order, STR("newest")) || str_equals(order, STR("desc")))
        return;
    if (str_equals(order, STR("oldest")) || str_equals(order, STR("asc")))
        *ret_oldest_first = true;
    else
        reading_blame(&call->reading, STR("order"), STR("must be newest or oldest"));
}

static void read_grant(struct call *call, struct params *params)
{
    struct query *query = &call->job.query;
    struct str text = STR_NONE;
    struct grant_id *id;

    params_text(params, STR("grant"), &text_reference, &text);
    if (text.data == NULL)
        return;
    id = arena_new(call->exchange->arena, struct grant_id, 1);
    if (id == NULL)
        reading_out_of_memory(&call->reading);
    else if (uuid_parse_either(text, GRANT_PREFIX, &id->uuid) != OK)
        reading_blame(&call->reading, STR("grant"), STR("must be a UUID"));
    query->grants = id;
    query->grant_count = 1;
}

static void read_period(struct call *call, struct params *params)
{
    struct query *query = &call->job.query;

    query->kind = QUERY_ENTRIES;
    query->customer = call->params[0];
    params_text(params, STR("credit_type"), &text_reference, &query->credit_type);
    params_instant(params, STR("from"), &query->from);
    params_instant(params, STR("until"), &query->until);
    if (!instant_is_none(query->from) && !instant_is_none(query->until) &&
        instant_before(query->until, query->from))
        reading_blame(&call->reading, STR("until"), STR("must not be before from"));
}

void native_decode_entries(struct call *call)
{
    struct params params;

    params_init(&params, call->exchange->request.query, &call->reading);
    page_decode(call, &params, STR("cursor"), CURSOR_ENTRIES);
    read_period(call, &params);
    read_grant(call, &params);
    read_order(call, &params, &call->job.query.oldest_first);
    params_close(&params);
}

void native_decode_statement(struct call *call)
{
    struct params params;

    call->job.query.with_balances = true;
    call->job.query.oldest_first = true;
    params_init(&params, call->exchange->request.query, &call->reading);
    page_decode(call, &params, STR("cursor"), CURSOR_ENTRIES);
    read_period(call, &params);
    params_close(&params);
}

static void read_format(struct call *call, struct params *params)
{
    struct str format = STR_NONE;

    params_text(params, STR("format"), &text_name, &format);
    call->encode_text = native_encode_book_jsonl;
    if (str_equals(format, STR("json")))
        call->encode_text = NULL;
    else if (str_equals(format, STR("csv")))
        call->encode_text = native_encode_book_csv;
    else if (format.data != NULL && !str_equals(format, STR("jsonl")))
        reading_blame(&call->reading, STR("format"), STR("must be jsonl, csv or json"));
}

void native_decode_book_entries(struct call *call)
{
    struct query *query = &call->job.query;
    struct params params;

    query->kind = QUERY_BOOK_ENTRIES;
    params_init(&params, call->exchange->request.query, &call->reading);
    page_decode_cursor(call, &params, STR("cursor"), CURSOR_BOOK);
    query->limit = BOOK_LINES_MAX;
    params_limit(&params, STR("limit"), BOOK_LINES_MAX, &query->limit);
    read_format(call, &params);
    params_close(&params);
}
