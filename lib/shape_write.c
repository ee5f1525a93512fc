#include <stdio.h>
#include <string.h>
#include "lib/decimal.h"
#include "lib/instant.h"
#include "lib/shape.h"
#include "lib/slot.h"

struct writing {
    struct arena *arena;
    struct json_writer *writer;
    struct complaint *complaint;
};

static enum err write_object(const struct writing *writing, const struct shape *shape,
                             const char *params);

/* Fields of the outer structs are not named: a program knows which call it makes. */
static enum err complain(struct complaint *complaint, const struct field *field, const char *why)
{
    snprintf(complaint->text, COMPLAINT_BYTES, "%s %s", field->name, why);
    return ERR_MALFORMED;
}

static size_t count_of(const struct field *field, const char *params)
{
    return *(const size_t *)(const void *)(params + field->count_offset);
}

static bool shape_is_given(const struct shape *shape, const char *params);

static bool field_is_given(const struct field *field, const char *params)
{
    const void *value = params + field->offset;

    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_JSON:
    case FIELD_POINTER:
        return slot_get(value) != NULL;
    case FIELD_NUMBER:
    case FIELD_AMOUNT:
        return ((const struct scrip_decimal *)value)->is_given;
    case FIELD_INSTANT:
        return ((const struct scrip_instant *)value)->is_given;
    case FIELD_INTEGER:
        return ((const struct scrip_integer *)value)->is_given;
    case FIELD_COUNT:
        return *(const int64_t *)value != 0;
    case FIELD_FLAG:
    case FIELD_CHOICE:
        return *(const int *)value != 0;
    case FIELD_OBJECT:
        return shape_is_given(field->more, value);
    case FIELD_LIST:
    case FIELD_TEXTS:
    case FIELD_PAIRS:
        return count_of(field, params) > 0;
    case FIELD_SAME:
    case FIELD_RAW:
        return false; /* read only */
    }
    never("a field has one of these kinds");
}

static bool shape_is_given(const struct shape *shape, const char *params)
{
    for (size_t i = 0; i < shape->count; i++) {
        if (field_is_given(&shape->fields[i], params))
            return true;
    }
    return false;
}

static struct str choice_text(const struct field *field, int choice)
{
    const char *const *texts = field->more;

    for (int i = 0; texts[i] != NULL; i++) {
        if (i + 1 == choice)
            return str_from_c(texts[i]);
    }
    return STR_NONE;
}

static enum err write_decimal(const struct writing *writing, const struct field *field,
                              struct scrip_decimal decimal)
{
    char text[SCRIP_DECIMAL_TEXT_MAX];
    struct str formatted;

    if (!decimal_is_sound(decimal))
        return complain(writing->complaint, field, "is not a decimal");
    formatted = str_from_c(scrip_decimal_format(decimal, text));
    if (field->kind == FIELD_AMOUNT)
        json_put_string(writing->writer, formatted);
    else
        json_put_raw(writing->writer, formatted);
    return OK;
}

static enum err write_text(const struct writing *writing, const struct field *field,
                           const char *text)
{
    struct str value = str_from_c(text);

    if (text == NULL)
        return complain(writing->complaint, field, "holds no text");
    if (!str_is_utf8(value))
        return complain(writing->complaint, field, "must be UTF-8");
    json_put_string(writing->writer, value);
    return OK;
}

static enum err write_instant(const struct writing *writing, const struct field *field,
                              struct scrip_instant instant)
{
    if (!instant_is_sound(instant))
        return complain(writing->complaint, field, "is not an instant");
    json_put_instant(writing->writer, (struct instant){ .us = instant.us });
    return OK;
}

static enum err write_json(const struct writing *writing, const struct field *field,
                           const char *text)
{
    const struct json *node;
    struct json_error why;
    enum err e = json_parse(str_from_c(text), writing->arena, &node, &why);

    if (e == ERR_NOMEM)
        return e;
    if (e != OK || node->kind != JSON_OBJECT)
        return complain(writing->complaint, field, "must be a JSON object");
    json_put_raw(writing->writer, node->text);
    return OK;
}

static enum err write_texts(const struct writing *writing, const struct field *field,
                            const char *const *texts, size_t count)
{
    enum err e = OK;

    json_begin_array(writing->writer);
    for (size_t i = 0; i < count && e == OK; i++)
        e = write_text(writing, field, texts[i]);
    json_end_array(writing->writer);
    return e;
}

static enum err write_pairs(const struct writing *writing, const struct field *field,
                            const struct scrip_pair *pairs, size_t count)
{
    enum err e = OK;

    json_begin_object(writing->writer);
    for (size_t i = 0; i < count && e == OK; i++) {
        if (pairs[i].name == NULL || !str_is_utf8(str_from_c(pairs[i].name)))
            return complain(writing->complaint, field, "has a name that is none");
        json_key(writing->writer, str_from_c(pairs[i].name));
        e = write_text(writing, field, pairs[i].value);
    }
    if (e == OK)
        json_end_object(writing->writer);
    return e;
}

static enum err write_list(const struct writing *writing, const struct shape *shape,
                           const char *items, size_t count)
{
    enum err e = OK;

    json_begin_array(writing->writer);
    for (size_t i = 0; i < count && e == OK; i++)
        e = write_object(writing, shape, items + i * shape->size);
    if (e == OK)
        json_end_array(writing->writer);
    return e;
}

static enum err write_choice(const struct writing *writing, const struct field *field, int choice)
{
    struct str text = choice_text(field, choice);

    if (text.data == NULL)
        return complain(writing->complaint, field, "is none of its choices");
    json_put_string(writing->writer, text);
    return OK;
}

static enum err write_value(const struct writing *writing, const struct field *field,
                            const char *params)
{
    const void *value = params + field->offset;

    switch (field->kind) {
    case FIELD_TEXT:
        return write_text(writing, field, *(const char *const *)value);
    case FIELD_NUMBER:
    case FIELD_AMOUNT:
        return write_decimal(writing, field, *(const struct scrip_decimal *)value);
    case FIELD_INSTANT:
        return write_instant(writing, field, *(const struct scrip_instant *)value);
    case FIELD_INTEGER:
        json_put_integer(writing->writer, ((const struct scrip_integer *)value)->value);
        return OK;
    case FIELD_COUNT:
        json_put_integer(writing->writer, *(const int64_t *)value);
        return OK;
    case FIELD_FLAG:
        json_put_bool(writing->writer, *(const enum scrip_flag *)value == SCRIP_YES);
        return OK;
    case FIELD_CHOICE:
        return write_choice(writing, field, *(const int *)value);
    case FIELD_OBJECT:
        return write_object(writing, field->more, value);
    case FIELD_POINTER:
        return write_object(writing, field->more, slot_get(value));
    case FIELD_LIST:
        return write_list(writing, field->more, slot_get(value), count_of(field, params));
    case FIELD_TEXTS:
        return write_texts(writing, field, slot_get(value), count_of(field, params));
    case FIELD_PAIRS:
        return write_pairs(writing, field, slot_get(value), count_of(field, params));
    case FIELD_JSON:
        return write_json(writing, field, *(const char *const *)value);
    case FIELD_SAME:
    case FIELD_RAW:
        break;
    }
    never("what is read only is never given");
}

/* On an error the text is left unfinished: nobody will read it. */
static enum err write_object(const struct writing *writing, const struct shape *shape,
                             const char *params)
{
    json_begin_object(writing->writer);
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        enum err e;

        if (!field_is_given(field, params)) {
            if (field->is_needed)
                return complain(writing->complaint, field, "is needed");
            continue;
        }
        json_key(writing->writer, str_from_c(field->name));
        e = write_value(writing, field, params);
        if (e != OK)
            return e;
    }
    json_end_object(writing->writer);
    return OK;
}

enum err shape_write(const struct shape *shape, const void *params, struct arena *arena,
                     struct json_writer *writer, struct complaint *reterr)
{
    struct writing writing = { .arena = arena, .writer = writer, .complaint = reterr };

    return write_object(&writing, shape, params);
}

/* texts as one, with commas between them. */
static struct str join(const char *const *texts, size_t count, struct arena *arena)
{
    size_t size = 1, len = 0;
    char *joined;

    for (size_t i = 0; i < count; i++)
        size += str_from_c(texts[i]).len + 1;
    joined = arena_new(arena, char, size);
    if (joined == NULL)
        return STR_NONE;
    for (size_t i = 0; i < count; i++) {
        struct str text = str_from_c(texts[i]);

        if (i > 0)
            joined[len++] = ',';
        if (text.len > 0)
            memcpy(joined + len, text.data, text.len);
        len += text.len;
    }
    assert(len < size);
    return (struct str){ .data = joined, .len = len };
}

static void add_joined(struct query *query, const char *name, const char *const *texts,
                       size_t count)
{
    struct str joined = join(texts, count, query->arena);

    if (joined.data == NULL)
        query->text = STR_NONE;
    else
        query_add(query, name, joined);
}

static enum err add_param(struct query *query, const struct field *field, const char *params,
                          struct complaint *complaint)
{
    const void *value = params + field->offset;
    char text[SCRIP_INSTANT_TEXT_MAX];
    struct str choice;

    switch (field->kind) {
    case FIELD_TEXT:
        query_add(query, field->name, str_from_c(*(const char *const *)value));
        return OK;
    case FIELD_INSTANT:
        if (!instant_is_sound(*(const struct scrip_instant *)value))
            return complain(complaint, field, "is not an instant");
        scrip_instant_format(*(const struct scrip_instant *)value, text);
        query_add(query, field->name, str_from_c(text));
        return OK;
    case FIELD_COUNT:
        snprintf(text, sizeof text, "%lld", (long long)*(const int64_t *)value);
        query_add(query, field->name, str_from_c(text));
        return OK;
    case FIELD_FLAG:
        query_add(query, field->name,
                  *(const enum scrip_flag *)value == SCRIP_YES ? STR("true") : STR("false"));
        return OK;
    case FIELD_CHOICE:
        choice = choice_text(field, *(const int *)value);
        if (choice.data == NULL)
            return complain(complaint, field, "is none of its choices");
        query_add(query, field->name, choice);
        return OK;
    case FIELD_TEXTS:
        add_joined(query, field->name, slot_get(value), count_of(field, params));
        return OK;
    case FIELD_NUMBER:
    case FIELD_AMOUNT:
    case FIELD_INTEGER:
    case FIELD_OBJECT:
    case FIELD_POINTER:
    case FIELD_LIST:
    case FIELD_PAIRS:
    case FIELD_JSON:
    case FIELD_SAME:
    case FIELD_RAW:
        break;
    }
    never("a query has none of these kinds");
}

enum err shape_write_query(const struct shape *shape, const void *params, struct query *query,
                           struct complaint *reterr)
{
    for (size_t i = 0; i < shape->count; i++) {
        enum err e = OK;

        if (field_is_given(&shape->fields[i], params))
            e = add_param(query, &shape->fields[i], params, reterr);
        if (e != OK)
            return e;
    }
    return OK;
}
