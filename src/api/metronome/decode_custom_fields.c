/* Custom fields: the list of their keys, and the values of customers and grants. */
#include "api/metronome/metronome.h"

#include "api/page.h"
#include "base/limits.h"

#define DELETED_KEYS_MAX CUSTOM_FIELDS_MAX

static const struct str entities[] = {
    STR_INIT("alert"),
    STR_INIT("billable_metric"),
    STR_INIT("charge"),
    STR_INIT("commit"),
    STR_INIT("contract_credit"),
    STR_INIT("contract_product"),
    STR_INIT("contract"),
    STR_INIT("credit_grant"),
    STR_INIT("customer_plan"),
    STR_INIT("customer"),
    STR_INIT("discount"),
    STR_INIT("invoice"),
    STR_INIT("plan"),
    STR_INIT("professional_service"),
    STR_INIT("product"),
    STR_INIT("rate_card"),
    STR_INIT("scheduled_charge"),
    STR_INIT("subscription"),
    STR_INIT("package_commit"),
    STR_INIT("package_credit"),
    STR_INIT("package_subscription"),
    STR_INIT("package_scheduled_charge"),
};

static const struct text_rule text_field_key = {
    .characters_min = 1,
    .characters_max = CUSTOM_FIELD_KEY_CHARACTERS,
};

static bool entity_is_known(struct str entity)
{
    for (size_t i = 0; i < array_count(entities); i++) {
        if (str_equals(entities[i], entity))
            return true;
    }
    return false;
}

static void read_entity(struct fields *body, struct str *ret)
{
    fields_text(body, STR("entity"), FIELD_REQUIRED, &text_reference, ret);
    if (ret->len > 0 && !entity_is_known(*ret))
        fields_blame(body, STR("entity"), STR("must be an entity that has custom fields"));
}

/* --- keys --- */

/* A key is compared as it stands in JSON, so it has nothing in it that would be escaped there. */
static void read_new_key(struct fields *body, struct str *ret)
{
    size_t place;

    fields_text(body, STR("key"), FIELD_REQUIRED, &text_field_key, ret);
    for (size_t i = 0; i < ret->len; i++) {
        if ((unsigned char)ret->data[i] < 0x20)
            fields_blame(body, STR("key"), STR("must be one line without tabs"));
    }
    if (str_find(*ret, '"', &place) || str_find(*ret, '\\', &place))
        fields_blame(body, STR("key"), STR("must not have quotes or backslashes"));
}

void metronome_decode_add_key(struct call *call)
{
    struct field_key_add *add = &call->job.command.field_key_add;
    struct fields body;

    call->job.command.kind = COMMAND_CUSTOM_FIELD_KEY_ADD;
    fields_init(&body, call->exchange->request.body, &call->reading);
    read_entity(&body, &add->entity);
    read_new_key(&body, &add->key);
    if (fields_find(&body, STR("enforce_uniqueness"), FIELD_REQUIRED) != NULL)
        fields_bool(&body, STR("enforce_uniqueness"), &add->enforce_uniqueness);
}

void metronome_decode_remove_key(struct call *call)
{
    struct field_key_remove *remove = &call->job.command.field_key_remove;
    struct fields body;

    call->job.command.kind = COMMAND_CUSTOM_FIELD_KEY_REMOVE;
    fields_init(&body, call->exchange->request.body, &call->reading);
    read_entity(&body, &remove->entity);
    fields_text(&body, STR("key"), FIELD_REQUIRED, &text_reference, &remove->key);
}

void metronome_decode_list_keys(struct call *call)
{
    struct query *query = &call->job.query;
    struct str *asked = NULL;
    struct params params;
    struct fields body;

    query->kind = QUERY_FIELD_KEYS;
    params_init(&params, call->exchange->request.query, &call->reading);
    page_decode_cursor(call, &params, STR("next_page"), CURSOR_FIELD_KEYS);
    fields_init(&body, call->exchange->request.body, &call->reading);
    fields_texts(&body, STR("entities"), &text_reference, array_count(entities), &asked,
                 &query->entity_count);
    query->entities = asked;
    for (size_t i = 0; i < query->entity_count; i++) {
        if (!entity_is_known(asked[i]))
            fields_blame(&body, STR("entities"), STR("must be entities that have custom fields"));
    }
}

/* --- values --- */

struct owner {
    bool is_customer; /* otherwise a grant */
    struct str id;
};

/* Of plans, contracts and the like there are none here. */
static struct owner read_owner(struct fields *body)
{
    struct owner owner = { .id = STR_NONE };
    struct str entity = STR_NONE;

    read_entity(body, &entity);
    owner.is_customer = str_equals(entity, CUSTOM_FIELDS_OF_CUSTOMER);
    if (!owner.is_customer && !str_equals(entity, CUSTOM_FIELDS_OF_GRANT))
        fields_blame(body, STR("entity"), STR("must be customer or credit_grant to have values"));
    fields_id(body, STR("entity_id"), FIELD_REQUIRED, &owner.id);
    return owner;
}

static struct edit *edit_grant(struct call *call, struct owner owner)
{
    struct command *command = &call->job.command;

    command->kind = COMMAND_GRANT_EDIT;
    if (reading_is_fine(&call->reading))
        reading_uuid(&call->reading, STR("entity_id"), owner.id, &command->subject.grant_id.uuid);
    return &command->edit;
}

void metronome_decode_set_values(struct call *call)
{
    struct command *command = &call->job.command;
    struct str values = STR("{}");
    struct owner owner;
    struct fields body;

    fields_init(&body, call->exchange->request.body, &call->reading);
    owner = read_owner(&body);
    fields_string_map(&body, STR("custom_fields"), FIELD_REQUIRED, &text_field_value, &values);
    if (!owner.is_customer) {
        edit_grant(call, owner)->fields_set = values;
        return;
    }
    command->kind = COMMAND_CUSTOMER_FIELDS_SET;
    command->fields_set.customer = owner.id;
    command->fields_set.fields = values;
}

void metronome_decode_delete_values(struct call *call)
{
    struct command *command = &call->job.command;
    struct str *keys = NULL;
    struct owner owner;
    struct fields body;
    size_t count = 0;

    fields_init(&body, call->exchange->request.body, &call->reading);
    owner = read_owner(&body);
    (void)fields_find(&body, STR("keys"), FIELD_REQUIRED);
    fields_texts(&body, STR("keys"), &text_reference, DELETED_KEYS_MAX, &keys, &count);
    if (!owner.is_customer) {
        struct edit *edit = edit_grant(call, owner);

        edit->fields_deleted = keys;
        edit->fields_deleted_count = count;
        return;
    }
    command->kind = COMMAND_CUSTOMER_FIELDS_DELETE;
    command->fields_delete.customer = owner.id;
    command->fields_delete.keys = keys;
    command->fields_delete.key_count = count;
}
