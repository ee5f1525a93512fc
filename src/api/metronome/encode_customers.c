#include "api/metronome/metronome.h"

#include "api/page.h"

/* external_id: the first thing that usage may call the customer by. */
static void put_identity(struct json_writer *writer, const struct customer *customer)
{
    metronome_put_uuid(json_key(writer, STR("id")), customer->id.uuid);
    json_key(writer, STR("external_id"));
    if (customer->alias_count > 0)
        json_put_string(writer, customer->aliases[0]);
    else
        metronome_put_uuid(writer, customer->id.uuid);
    json_begin_array(json_key(writer, STR("ingest_aliases")));
    for (size_t i = 0; i < customer->alias_count; i++)
        json_put_string(writer, customer->aliases[i]);
    json_end_array(writer);
    json_put_string(json_key(writer, STR("name")), customer->name);
    json_put_raw(json_key(writer, STR("custom_fields")),
                 customer->custom_fields.len > 0 ? customer->custom_fields : STR("{}"));
}

static void put_detail(struct json_writer *writer, const struct customer *customer)
{
    json_begin_object(writer);
    put_identity(writer, customer);
    json_begin_object(json_key(writer, STR("customer_config")));
    json_put_null(json_key(writer, STR("salesforce_account_id")));
    json_end_object(writer);
    json_put_instant_ms(json_key(writer, STR("created_at")), customer->created_at);
    json_put_instant_ms(json_key(writer, STR("updated_at")), customer->updated_at);
    json_put_instant_ms(json_key(writer, STR("archived_at")), customer->archived_at);
    json_end_object(writer);
}

void metronome_encode_customer_made(struct call *call, struct json_writer *writer)
{
    json_begin_object(writer);
    json_begin_object(json_key(writer, STR("data")));
    put_identity(writer, &call->job.decision.customer_row);
    json_end_object(writer);
    json_end_object(writer);
}

void metronome_encode_customer_archived(struct call *call, struct json_writer *writer)
{
    json_begin_object(writer);
    json_begin_object(json_key(writer, STR("data")));
    metronome_put_uuid(json_key(writer, STR("id")), call->job.decision.customer.uuid);
    json_end_object(writer);
    json_end_object(writer);
}

/* For those that have nothing to say; clients take any JSON. */
void metronome_encode_nothing(struct call *call, struct json_writer *writer)
{
    json_begin_object(writer);
    json_end_object(writer);
}

void metronome_encode_customer(struct call *call, struct json_writer *writer)
{
    assert(call->job.answer.customer_count == 1);
    json_begin_object(writer);
    put_detail(json_key(writer, STR("data")), &call->job.answer.customers[0]);
    json_end_object(writer);
}

void metronome_encode_customers(struct call *call, struct json_writer *writer)
{
    const struct answer *answer = &call->job.answer;

    json_begin_object(writer);
    json_begin_array(json_key(writer, STR("data")));
    for (size_t i = 0; i < answer->customer_count; i++)
        put_detail(writer, &answer->customers[i]);
    json_end_array(writer);
    page_encode_next(call, CURSOR_CUSTOMERS, json_key(writer, STR("next_page")));
    json_end_object(writer);
}
