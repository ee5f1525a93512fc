#include "domain/custom_fields.h"

#include <string.h>

/* Takes a quoted text off *rest. */
static bool take_quoted(struct str *rest, struct str *ret)
{
    size_t end = 1;

    if (rest->len == 0 || rest->data[0] != '"')
        return false;
    while (end < rest->len && rest->data[end] != '"')
        end += rest->data[end] == '\\' ? 2 : 1;
    if (end >= rest->len)
        return false;
    *ret = (struct str){ .data = rest->data + 1, .len = end - 1 };
    *rest = str_skip(*rest, end + 1);
    return true;
}

static bool take_char(struct str *rest, char c)
{
    if (rest->len == 0 || rest->data[0] != c)
        return false;
    *rest = str_skip(*rest, 1);
    return true;
}

bool custom_fields_next(struct str *rest, struct custom_field *ret)
{
    struct str left = *rest;
    struct custom_field field;

    if (!take_char(&left, '{') && !take_char(&left, ','))
        return false;
    if (!take_quoted(&left, &field.key) || !take_char(&left, ':') ||
        !take_quoted(&left, &field.value))
        return false;
    *rest = left;
    *ret = field;
    return true;
}

size_t custom_fields_count(struct str fields)
{
    struct custom_field field;
    size_t count = 0;

    while (custom_fields_next(&fields, &field))
        count++;
    return count;
}

bool custom_fields_find(struct str fields, struct str key, struct str *ret_value)
{
    struct custom_field field;

    while (custom_fields_next(&fields, &field)) {
        if (!str_equals(field.key, key))
            continue;
        *ret_value = field.value;
        return true;
    }
    return false;
}

/* --- new ones --- */

struct made {
    char *data;
    size_t len;
    size_t size;
};

/* size: for the longest that may be added. */
static enum err made_open(struct made *made, size_t size, struct arena *arena)
{
    *made = (struct made){ .size = size + sizeof "{}" };
    made->data = arena_take(arena, made->size);
    return made->data == NULL ? ERR_NOMEM : OK;
}

static void put(struct made *made, struct str text)
{
    assert(text.len <= made->size - made->len);
    if (text.len > 0)
        memcpy(made->data + made->len, text.data, text.len);
    made->len += text.len;
}

static void made_add(struct made *made, const struct custom_field *field)
{
    put(made, made->len == 0 ? STR("{\"") : STR(",\""));
    put(made, field->key);
    put(made, STR("\":\""));
    put(made, field->value);
    put(made, STR("\""));
}

static struct str made_close(struct made *made)
{
    put(made, made->len == 0 ? STR("{}") : STR("}"));
    return (struct str){ .data = made->data, .len = made->len };
}

enum err custom_fields_set(struct str before, struct str set, struct arena *arena, struct str *ret)
{
    struct custom_field field;
    struct str rest = before, found;
    struct made made;
    enum err e = made_open(&made, before.len + set.len, arena);

    if (e != OK)
        return e;
    while (custom_fields_next(&rest, &field)) {
        if (custom_fields_find(set, field.key, &found))
            field.value = found;
        made_add(&made, &field);
    }
    rest = set;
    while (custom_fields_next(&rest, &field)) {
        if (!custom_fields_find(before, field.key, &found))
            made_add(&made, &field);
    }
    *ret = made_close(&made);
    return OK;
}

static bool is_among(struct str key, const struct str *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_equals(keys[i], key))
            return true;
    }
    return false;
}

enum err custom_fields_without(struct str before, const struct str *keys, size_t key_count,
                               struct arena *arena, struct str *ret)
{
    struct custom_field field;
    struct made made;
    enum err e = made_open(&made, before.len, arena);

    if (e != OK)
        return e;
    while (custom_fields_next(&before, &field)) {
        if (!is_among(field.key, keys, key_count))
            made_add(&made, &field);
    }
    *ret = made_close(&made);
    return OK;
}
