#include "api/message.h"

static void write(struct str message, struct json_writer *writer)
{
    json_begin_object(writer);
    json_put_string(json_key(writer, STR("message")), message);
    json_end_object(writer);
}

void message_write_trouble(const struct call *call, enum trouble trouble, struct str text,
                           struct json_writer *writer)
{
    struct blame blame = call_blame(call);
    struct str message = text;

    if (trouble == TROUBLE_MALFORMED && blame.field.len > 0)
        message = str_format(call->exchange->arena, "%.*s %.*s", STR_PRINT(blame.field),
                             STR_PRINT(blame.why));
    write(message.data != NULL ? message : text, writer);
}

static struct str field_of(const struct call *call, const struct refusal *refusal,
                           const struct field_name *names, size_t name_count)
{
    struct str ours = call_blame(call).field;

    for (size_t i = 0; i < name_count; i++)
        if (str_equals(names[i].ours, ours))
            return names[i].theirs;
    return refusal->field;
}

void message_write_refusal(const struct call *call, const struct refusal *refusal,
                           const struct field_name *names, size_t name_count,
                           struct json_writer *writer)
{
    struct str field = field_of(call, refusal, names, name_count);
    struct str message = refusal->text;

    if (refusal->status != 409 && field.len > 0)
        message = str_format(call->exchange->arena, "%.*s %.*s", STR_PRINT(field),
                             STR_PRINT(refusal->text));
    write(message.data != NULL ? message : refusal->text, writer);
}
