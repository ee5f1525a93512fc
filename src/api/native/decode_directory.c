#include "api/native/native.h"

#include "api/params.h"
#include "api/profile.h"
#include "base/limits.h"

void native_read_id(struct fields *fields, struct str prefix, struct uuid *ret)
{
    struct str text = STR_NONE;
    struct uuid uuid;

    fields_text(fields, STR("id"), FIELD_OPTIONAL, &text_reference, &text);
    if (text.data == NULL)
        return;
    if (uuid_parse_either(text, prefix, &uuid) != OK || uuid_is_zero(uuid))
        fields_blame(fields, STR("id"), STR("must be a UUID"));
    else
        *ret = uuid;
}

void native_read_no_params(struct call *call)
{
    struct params params;

    params_init(&params, call->exchange->request.query, &call->reading);
    params_close(&params);
}

void native_read_custom_fields(struct fields *body, struct str *ret)
{
    fields_string_map(body, STR("custom_fields"), FIELD_OPTIONAL, &text_free, ret);
}

static void read_profile(struct call *call, struct fields *body, struct str *ret)
{
    struct profile profile = { .currency = STR_NONE };

    fields_text(body, STR("currency"), FIELD_OPTIONAL, &text_name, &profile.currency);
    if (profile.currency.len == 0)
        return;
    if (!profile_has_currency(profile.currency))
        fields_blame(body, STR("currency"), STR("must be a currency such as USD"));
    if (profile_write(&profile, call->exchange->arena, ret) != OK)
        reading_out_of_memory(&call->reading);
}

void native_decode_create_customer(struct call *call)
{
    struct customer_create *create = &call->job.command.customer_create;
    struct str *aliases = NULL;
    struct fields body;

    call->job.command.kind = COMMAND_CUSTOMER_CREATE;
    create->custom_fields = STR("{}");
    create->profile = STR("{}");
    fields_init(&body, call->exchange->request.body, &call->reading);
    native_read_id(&body, CUSTOMER_PREFIX, &create->id.uuid);
    fields_text(&body, STR("name"), FIELD_REQUIRED, &text_name, &create->name);
    fields_texts(&body, STR("aliases"), &text_alias, ALIASES_PER_CUSTOMER_MAX, &aliases,
                 &create->alias_count);
    create->aliases = aliases;
    fields_string_map(&body, STR("custom_fields"), FIELD_OPTIONAL, &text_free,
                      &create->custom_fields);
    read_profile(call, &body, &create->profile);
    fields_close(&body);
}

void native_decode_create_credit_type(struct call *call)
{
    struct credit_type_create *create = &call->job.command.credit_type_create;
    int64_t scale = CREDIT_TYPE_SCALE_DEFAULT;
    struct fields body;

    call->job.command.kind = COMMAND_CREDIT_TYPE_CREATE;
    fields_init(&body, call->exchange->request.body, &call->reading);
    native_read_id(&body, STR("crt_"), &create->id.uuid);
    fields_text(&body, STR("name"), FIELD_REQUIRED, &text_name, &create->name);
    fields_integer(&body, STR("scale"), FIELD_OPTIONAL, 0, CREDIT_TYPE_SCALE_MAX, &scale);
    fields_bool(&body, STR("is_currency"), &create->is_currency);
    fields_close(&body);
    create->scale = (int)scale;
}

void native_decode_create_product(struct call *call)
{
    struct product_create *create = &call->job.command.product_create;
    struct fields body;

    call->job.command.kind = COMMAND_PRODUCT_CREATE;
    fields_init(&body, call->exchange->request.body, &call->reading);
    native_read_id(&body, STR("prd_"), &create->id.uuid);
    fields_text(&body, STR("name"), FIELD_REQUIRED, &text_name, &create->name);
    fields_close(&body);
}
