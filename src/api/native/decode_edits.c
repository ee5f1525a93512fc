/* What is changed of things that are there: grants and customers. */
#include "api/native/native.h"

#include "base/limits.h"

/* The grant that the path names. */
static void read_path_grant(struct call *call, struct grant_id *ret)
{
    if (uuid_parse_either(call->params[0], GRANT_PREFIX, &ret->uuid) == OK)
        return;
    call->job.decision.reject = REJECT_GRANT_UNKNOWN;
    call->job.answer.reject = REJECT_GRANT_UNKNOWN;
    call->is_answered = true;
}

void native_decode_get_grant(struct call *call)
{
    struct query *query = &call->job.query;
    struct grant_id *id = arena_new(call->exchange->arena, struct grant_id, 1);

    query->kind = QUERY_GRANTS;
    query->with_voided = true;
    query->limit = 1;
    query->grants = id;
    query->grant_count = 1;
    if (id == NULL)
        reading_out_of_memory(&call->reading);
    else
        read_path_grant(call, id);
    native_read_no_params(call);
}

bool native_follow_grant(struct call *call)
{
    struct answer *answer = &call->job.answer;

    if (answer->reject == REJECT_NONE && answer->grant_count == 0)
        answer->reject = REJECT_GRANT_UNKNOWN;
    return false;
}

void native_decode_edit_grant(struct call *call)
{
    struct command *command = &call->job.command;
    struct edit *edit = &command->edit;
    struct fields body;

    command->kind = COMMAND_GRANT_EDIT;
    read_path_grant(call, &command->subject.grant_id);
    fields_init(&body, call->exchange->request.body, &call->reading);
    edit->has_name = fields_has(&body, STR("name"));
    fields_text(&body, STR("name"), FIELD_OPTIONAL, &text_name, &edit->name);
    edit->has_expires_at = fields_has(&body, STR("expires_at"));
    fields_instant(&body, STR("expires_at"), FIELD_OPTIONAL, &edit->expires_at);
    edit->has_grant_type = fields_has(&body, STR("grant_type"));
    fields_text(&body, STR("grant_type"), FIELD_OPTIONAL, &text_free, &edit->grant_type);
    edit->has_custom_fields = fields_has(&body, STR("custom_fields"));
    native_read_custom_fields(&body, &edit->custom_fields);
    fields_close(&body);
}

void native_decode_void_grant(struct call *call)
{
    struct command *command = &call->job.command;
    struct fields body;

    command->kind = COMMAND_GRANT_VOID;
    read_path_grant(call, &command->subject.grant_id);
    fields_init(&body, call->exchange->request.body, &call->reading);
    fields_bool(&body, STR("release_uniqueness_key"), &command->void_grant.release_uniqueness_key);
    fields_close(&body);
}

/* Only what is given changes; aliases and custom fields are replaced whole. */
void native_decode_update_customer(struct call *call)
{
    struct customer_update *update = &call->job.command.customer_update;
    struct str *aliases = NULL;
    struct fields body;

    call->job.command.kind = COMMAND_CUSTOMER_UPDATE;
    update->customer = call->params[0];
    fields_init(&body, call->exchange->request.body, &call->reading);
    update->has_name = fields_has(&body, STR("name"));
    fields_text(&body, STR("name"), FIELD_OPTIONAL, &text_name, &update->name);
    update->has_aliases = fields_has(&body, STR("aliases"));
    fields_texts(&body, STR("aliases"), &text_alias, ALIASES_PER_CUSTOMER_MAX, &aliases,
                 &update->alias_count);
    update->aliases = aliases;
    update->has_custom_fields = fields_has(&body, STR("custom_fields"));
    native_read_custom_fields(&body, &update->custom_fields);
    fields_close(&body);
}

void native_decode_archive_customer(struct call *call)
{
    struct fields body;

    call->job.command.kind = COMMAND_CUSTOMER_ARCHIVE;
    call->job.command.customer_archive.customer = call->params[0];
    fields_init(&body, call->exchange->request.body, &call->reading);
    fields_close(&body);
}
