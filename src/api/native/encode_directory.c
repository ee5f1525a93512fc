#include "api/native/native.h"

#include "api/profile.h"

void native_put_uuid(struct json_writer *writer, struct uuid uuid)
{
    char text[UUID_TEXT_SIZE];

    uuid_format(uuid, text);
    json_put_string(writer, (struct str){ .data = text, .len = sizeof(text) });
}

void native_put_credit_type(struct json_writer *writer, const struct credit_type *type)
{
    json_begin_object(writer);
    native_put_uuid(json_key(writer, STR("id")), type->id.uuid);
    json_put_string(json_key(writer, STR("name")), type->name);
    json_put_integer(json_key(writer, STR("scale")), type->scale);
    json_end_object(writer);
}

void native_put_customer(struct call *call, struct json_writer *writer,
                         const struct customer *customer)
{
    struct profile profile = { .currency = PROFILE_CURRENCY_DEFAULT };
    char id[PREFIXED_ID_SIZE];

    uuid_format_prefixed(customer->id.uuid, CUSTOMER_PREFIX, id);
    if (profile_read(customer->profile, call->exchange->arena, &profile) != OK)
        json_writer_overflow(writer);
    json_begin_object(writer);
    native_put_uuid(json_key(writer, STR("id")), customer->id.uuid);
    json_put_string(json_key(writer, STR("kable_id")),
                    (struct str){ .data = id, .len = sizeof(id) });
    json_put_string(json_key(writer, STR("name")), customer->name);
    json_begin_array(json_key(writer, STR("aliases")));
    for (size_t i = 0; i < customer->alias_count; i++)
        json_put_string(writer, customer->aliases[i]);
    json_end_array(writer);
    json_put_string(json_key(writer, STR("currency")), profile.currency);
    json_put_raw(json_key(writer, STR("custom_fields")),
                 customer->custom_fields.len > 0 ? customer->custom_fields : STR("{}"));
    json_put_instant(json_key(writer, STR("created_at")), customer->created_at);
    json_put_instant(json_key(writer, STR("updated_at")), customer->updated_at);
    json_put_instant(json_key(writer, STR("archived_at")), customer->archived_at);
    json_end_object(writer);
}

void native_encode_customer_made(struct call *call, struct json_writer *writer)
{
    native_put_customer(call, writer, &call->job.decision.customer_row);
}

void native_encode_customer(struct call *call, struct json_writer *writer)
{
    assert(call->job.answer.customer_count == 1);
    native_put_customer(call, writer, &call->job.answer.customers[0]);
}

void native_put_whole_credit_type(struct json_writer *writer, const struct credit_type *type)
{
    json_begin_object(writer);
    native_put_uuid(json_key(writer, STR("id")), type->id.uuid);
    json_put_string(json_key(writer, STR("name")), type->name);
    json_put_integer(json_key(writer, STR("scale")), type->scale);
    json_put_bool(json_key(writer, STR("is_currency")), type->is_currency);
    json_put_instant(json_key(writer, STR("created_at")), type->created_at);
    json_end_object(writer);
}

void native_encode_credit_type(struct call *call, struct json_writer *writer)
{
    native_put_whole_credit_type(writer, &call->job.decision.credit_type);
}

void native_put_product(struct json_writer *writer, const struct product *product)
{
    json_begin_object(writer);
    native_put_uuid(json_key(writer, STR("id")), product->id.uuid);
    json_put_string(json_key(writer, STR("name")), product->name);
    json_put_instant(json_key(writer, STR("created_at")), product->created_at);
    json_end_object(writer);
}

void native_encode_product(struct call *call, struct json_writer *writer)
{
    native_put_product(writer, &call->job.decision.product);
}
