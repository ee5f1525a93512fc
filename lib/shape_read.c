#include <stdio.h>
#include "lib/decimal.h"
#include "lib/instant.h"
#include "lib/shape.h"
#include "lib/slot.h"

/* Where the reader is, from the outermost inwards; for complaints only. */
struct place {
    const struct place *outer;
    const char *name; /* NULL: an element of a list */
    size_t index;
};

struct reading {
    struct arena *arena;
    struct complaint *complaint;
};

static enum err read_object(const struct reading *reading, const struct shape *shape,
                            const struct json *node, const struct place *place, void *ret);

static size_t place_format(const struct place *place, char *text, size_t size)
{
    size_t len = place->outer != NULL ? place_format(place->outer, text, size) : 0;
    int more;

    if (place->name == NULL)
        more = snprintf(text + len, size - len, "[%zu]", place->index);
    else
        more = snprintf(text + len, size - len, "%s%s", len > 0 ? "." : "", place->name);
    len += (size_t)more;
    return len < size ? len : size - 1;
}

static enum err complain(const struct reading *reading, const struct place *place, const char *why)
{
    char *text = reading->complaint->text;
    size_t len = place != NULL ? place_format(place, text, COMPLAINT_BYTES) : 0;

    snprintf(text + len, COMPLAINT_BYTES - len, "%s%s", len > 0 ? " " : "it ", why);
    return ERR_MALFORMED;
}

static enum err read_text(const struct reading *reading, const struct json *node,
                          const struct place *place, const char **ret)
{
    struct str copy;

    if (node->kind != JSON_STRING)
        return complain(reading, place, "must be a string");
    copy = str_copy(node->text, reading->arena);
    if (copy.data == NULL)
        return ERR_NOMEM;
    *ret = copy.data;
    return OK;
}

static enum err read_decimal(const struct reading *reading, const struct json *node,
                             const struct place *place, struct scrip_decimal *ret)
{
    if (!decimal_from_json(node, ret))
        return complain(reading, place, "must be a decimal number");
    return OK;
}

static enum err read_instant(const struct reading *reading, const struct json *node,
                             const struct place *place, struct scrip_instant *ret)
{
    if (node->kind != JSON_STRING || !instant_read(node->text, ret))
        return complain(reading, place, "must be an RFC 3339 instant");
    return OK;
}

static enum err read_integer(const struct reading *reading, const struct json *node,
                             const struct place *place, int64_t *ret)
{
    struct scrip_decimal decimal;

    if (!decimal_from_json(node, &decimal) || !scrip_decimal_to_units(decimal, 0, ret))
        return complain(reading, place, "must be a whole number");
    return OK;
}

static enum err read_flag(const struct reading *reading, const struct json *node,
                          const struct place *place, enum scrip_flag *ret)
{
    if (node->kind != JSON_TRUE && node->kind != JSON_FALSE)
        return complain(reading, place, "must be true or false");
    *ret = node->kind == JSON_TRUE ? SCRIP_YES : SCRIP_NO;
    return OK;
}

/* A text that the enum does not know stays 0: servers may learn new ones. */
static enum err read_choice(const struct reading *reading, const struct json *node,
                            const struct place *place, const char *const *texts, int *ret)
{
    if (node->kind != JSON_STRING)
        return complain(reading, place, "must be a string");
    for (int i = 0; texts[i] != NULL; i++) {
        if (str_equals(node->text, str_from_c(texts[i])))
            *ret = i + 1;
    }
    return OK;
}

static enum err read_pointer(const struct reading *reading, const struct shape *shape,
                             const struct json *node, const struct place *place, void *slot)
{
    void *object = arena_take(reading->arena, shape->size);
    enum err e;

    if (object == NULL)
        return ERR_NOMEM;
    e = read_object(reading, shape, node, place, object);
    if (e == OK)
        slot_put(slot, object);
    return e;
}

static enum err read_list(const struct reading *reading, const struct shape *shape,
                          const struct json *node, const struct place *place, void *slot,
                          size_t *ret_count)
{
    char *items;
    size_t i = 0;

    if (node->kind != JSON_ARRAY)
        return complain(reading, place, "must be a list");
    items = arena_take_array(reading->arena, shape->size, node->count);
    if (items == NULL)
        return ERR_NOMEM;
    for (const struct json *item = node->first; item != NULL; item = item->next, i++) {
        struct place at = { .outer = place, .index = i };
        enum err e = read_object(reading, shape, item, &at, items + i * shape->size);
        if (e != OK)
            return e;
    }
    assert(i == node->count);
    slot_put(slot, items);
    *ret_count = i;
    return OK;
}

static enum err read_texts(const struct reading *reading, const struct json *node,
                           const struct place *place, const char *const **ret, size_t *ret_count)
{
    const char **texts;
    size_t i = 0;

    if (node->kind != JSON_ARRAY)
        return complain(reading, place, "must be a list");
    texts = arena_new(reading->arena, const char *, node->count);
    if (texts == NULL)
        return ERR_NOMEM;
    for (const struct json *item = node->first; item != NULL; item = item->next, i++) {
        struct place at = { .outer = place, .index = i };
        enum err e = read_text(reading, item, &at, &texts[i]);
        if (e != OK)
            return e;
    }
    *ret = texts;
    *ret_count = i;
    return OK;
}

/* A value that is no string is handed out as its JSON text. */
static enum err read_pairs(const struct reading *reading, const struct json *node,
                           const struct place *place, const struct scrip_pair **ret,
                           size_t *ret_count)
{
    struct scrip_pair *pairs;
    size_t i = 0;

    if (node->kind != JSON_OBJECT)
        return complain(reading, place, "must be an object");
    pairs = arena_new(reading->arena, struct scrip_pair, node->count);
    if (pairs == NULL)
        return ERR_NOMEM;
    for (const struct json *member = node->first; member != NULL; member = member->next, i++) {
        pairs[i].name = str_copy(member->name, reading->arena).data;
        pairs[i].value = str_copy(member->text, reading->arena).data;
        if (pairs[i].name == NULL || pairs[i].value == NULL)
            return ERR_NOMEM;
    }
    *ret = pairs;
    *ret_count = i;
    return OK;
}

static enum err read_json(const struct reading *reading, const struct json *node, const char **ret)
{
    struct str copy = str_copy(node->text, reading->arena);

    if (copy.data == NULL)
        return ERR_NOMEM;
    *ret = copy.data;
    return OK;
}

static enum err read_value(const struct reading *reading, const struct field *field,
                           const struct json *node, const struct place *place, char *ret)
{
    void *value = ret + field->offset;
    size_t *count = (size_t *)(void *)(ret + field->count_offset);

    switch (field->kind) {
    case FIELD_TEXT:
        return read_text(reading, node, place, value);
    case FIELD_NUMBER:
    case FIELD_AMOUNT:
        return read_decimal(reading, node, place, value);
    case FIELD_INSTANT:
        return read_instant(reading, node, place, value);
    case FIELD_INTEGER:
        ((struct scrip_integer *)value)->is_given = true;
        return read_integer(reading, node, place, &((struct scrip_integer *)value)->value);
    case FIELD_COUNT:
        return read_integer(reading, node, place, value);
    case FIELD_FLAG:
        return read_flag(reading, node, place, value);
    case FIELD_CHOICE:
        return read_choice(reading, node, place, field->more, value);
    case FIELD_OBJECT:
        return read_object(reading, field->more, node, place, value);
    case FIELD_POINTER:
    case FIELD_SAME:
        return read_pointer(reading, field->more, node, place, value);
    case FIELD_LIST:
        return read_list(reading, field->more, node, place, value, count);
    case FIELD_TEXTS:
        return read_texts(reading, node, place, value, count);
    case FIELD_PAIRS:
        return read_pairs(reading, node, place, value, count);
    case FIELD_JSON:
        return read_json(reading, node, value);
    case FIELD_RAW:
        *(struct scrip_text *)value =
            (struct scrip_text){ .data = node->text.data, .size = node->text.len };
        return OK;
    }
    never("a field has one of these kinds");
}

/* What a field is read from; NULL when it is not there. */
static const struct json *source_of(const struct field *field, const struct json *object)
{
    const struct json *member;

    if (field->kind == FIELD_RAW)
        return object;
    member = json_member(object, str_from_c(field->name));
    if (member == NULL || member->kind == JSON_NULL)
        return NULL;
    return field->kind == FIELD_SAME ? object : member;
}

static enum err read_object(const struct reading *reading, const struct shape *shape,
                            const struct json *node, const struct place *place, void *ret)
{
    if (node->kind != JSON_OBJECT)
        return complain(reading, place, "must be an object");
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        const struct json *source = source_of(field, node);
        struct place inner = { .outer = place, .name = field->name };
        enum err e;

        if (source == NULL && field->is_needed)
            return complain(reading, &inner, "is missing");
        if (source == NULL)
            continue;
        e = read_value(reading, field, source, field->kind == FIELD_SAME ? place : &inner, ret);
        if (e != OK)
            return e;
    }
    return OK;
}

enum err shape_read(const struct shape *shape, const struct json *node, struct arena *arena,
                    void *ret, struct complaint *reterr)
{
    struct reading reading = { .arena = arena, .complaint = reterr };

    return read_object(&reading, shape, node, NULL, ret);
}
