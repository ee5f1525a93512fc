/* Lists of the directory. */
#include "api/native/native.h"

#include "api/page.h"

void native_decode_list_customers(struct call *call)
{
    struct query *query = &call->job.query;
    bool with_archived = false;
    struct params params;

    query->kind = QUERY_CUSTOMERS;
    params_init(&params, call->exchange->request.query, &call->reading);
    page_decode(call, &params, STR("cursor"), CURSOR_CUSTOMERS);
    params_text(&params, STR("alias"), &text_alias, &query->alias);
    params_bool(&params, STR("with_archived"), &with_archived);
    params_close(&params);
    query->archived = with_archived ? ARCHIVED_TOO : ARCHIVED_LEFT_OUT;
}

void native_decode_list_credit_types(struct call *call)
{
    struct params params;

    call->job.query.kind = QUERY_CREDIT_TYPES;
    params_init(&params, call->exchange->request.query, &call->reading);
    page_decode(call, &params, STR("cursor"), CURSOR_CREDIT_TYPES);
    params_close(&params);
}

void native_decode_list_products(struct call *call)
{
    struct params params;

    call->job.query.kind = QUERY_PRODUCTS;
    params_init(&params, call->exchange->request.query, &call->reading);
    page_decode(call, &params, STR("cursor"), CURSOR_PRODUCTS);
    params_close(&params);
}

static void close_list(struct call *call, struct json_writer *writer, enum cursor_list list)
{
    json_end_array(writer);
    page_encode_next(call, list, json_key(writer, STR("next")));
    json_end_object(writer);
}

void native_encode_customers(struct call *call, struct json_writer *writer)
{
    const struct answer *answer = &call->job.answer;

    json_begin_object(writer);
    json_begin_array(json_key(writer, STR("data")));
    for (size_t i = 0; i < answer->customer_count; i++)
        native_put_customer(call, writer, &answer->customers[i]);
    close_list(call, writer, CURSOR_CUSTOMERS);
}

/* The ledger tells all; a page is cut here. */
void native_encode_credit_types(struct call *call, struct json_writer *writer)
{
    const struct query *query = &call->job.query;
    struct answer *answer = &call->job.answer;
    size_t first =
        query->after < answer->credit_type_count ? (size_t)query->after : answer->credit_type_count;
    size_t left = answer->credit_type_count - first;
    size_t count = left < query->limit ? left : query->limit;

    json_begin_object(writer);
    json_begin_array(json_key(writer, STR("data")));
    for (size_t i = first; i < first + count; i++)
        native_put_whole_credit_type(writer, &answer->credit_types[i]);
    answer->next = count < left ? first + count : 0;
    close_list(call, writer, CURSOR_CREDIT_TYPES);
}

void native_encode_products(struct call *call, struct json_writer *writer)
{
    const struct answer *answer = &call->job.answer;

    json_begin_object(writer);
    json_begin_array(json_key(writer, STR("data")));
    for (size_t i = 0; i < answer->product_count; i++)
        native_put_product(writer, &answer->products[i]);
    close_list(call, writer, CURSOR_PRODUCTS);
}
