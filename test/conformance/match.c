#include "match.h"

#include <string.h>

static bool find_pair(struct str text, struct str pair, size_t *ret)
{
    const char *place = memmem(text.data, text.len, pair.data, pair.len);

    if (text.len == 0 || place == NULL)
        return false;
    *ret = (size_t)(place - text.data);
    return true;
}

/* "before{{name}}after" */
static bool split(struct str text, struct str *ret_before, struct str *ret_name,
                  struct str *ret_after)
{
    size_t open, close;

    if (!find_pair(text, STR("{{"), &open))
        return false;
    if (!find_pair(str_skip(text, open + 2), STR("}}"), &close))
        return false;
    *ret_before = str_take(text, open);
    *ret_name = str_take(str_skip(text, open + 2), close);
    *ret_after = str_skip(text, open + 2 + close + 2);
    return true;
}

static const struct str *find(const struct names *names, struct str name)
{
    for (size_t i = 0; i < names->count; i++)
        if (str_equals(names->names[i], name))
            return &names->values[i];
    return NULL;
}

struct str names_replace(const struct names *names, struct str text)
{
    struct str before, name, after;

    while (split(text, &before, &name, &after)) {
        const struct str *value = find(names, name);

        if (value == NULL)
            return STR_NONE;
        text = str_format(names->arena, "%.*s%.*s%.*s", STR_PRINT(before), STR_PRINT(*value),
                          STR_PRINT(after));
        assert(text.data != NULL);
    }
    return text.data == NULL ? STR("") : text;
}

static bool ends_with(struct str text, struct str end)
{
    return text.len >= end.len && str_equals(str_skip(text, text.len - end.len), end);
}

bool match_text(struct names *names, struct str expected, struct str got)
{
    struct str before, name, after;
    const struct str *value;

    if (!split(expected, &before, &name, &after))
        return str_equals(expected, got);
    if (got.len < before.len + after.len || !str_starts_with(got, before) || !ends_with(got, after))
        return false;
    got = str_take(str_skip(got, before.len), got.len - before.len - after.len);
    if (str_equals(name, STR("*")))
        return true;
    value = find(names, name);
    if (value != NULL)
        return str_equals(*value, got);
    assert(names->count < NAMES_MAX);
    names->names[names->count] = str_copy(name, names->arena);
    names->values[names->count] = str_copy(got, names->arena);
    names->count++;
    return true;
}

static struct str below(struct names *names, struct str path, struct str name)
{
    struct str deeper = str_format(names->arena, "%.*s.%.*s", STR_PRINT(path), STR_PRINT(name));

    assert(deeper.data != NULL);
    return deeper;
}

static bool match_object(struct names *names, const struct json *expected, const struct json *got,
                         struct str path, struct str *reterr_where)
{
    bool is_open = json_member(expected, STR("...")) != NULL;

    for (const struct json *node = expected->first; node != NULL; node = node->next) {
        const struct json *member = json_member(got, node->name);
        struct str deeper = below(names, path, node->name);

        if (str_equals(node->name, STR("...")))
            continue;
        *reterr_where = deeper;
        if (member == NULL || !match_json(names, node, member, deeper, reterr_where))
            return false;
    }
    for (const struct json *node = got->first; node != NULL && !is_open; node = node->next) {
        *reterr_where = below(names, path, node->name);
        if (json_member(expected, node->name) == NULL)
            return false;
    }
    return true;
}

static bool match_array(struct names *names, const struct json *expected, const struct json *got,
                        struct str path, struct str *reterr_where)
{
    const struct json *element = got->first;

    *reterr_where = path;
    if (expected->count != got->count)
        return false;
    for (const struct json *node = expected->first; node != NULL; node = node->next) {
        if (!match_json(names, node, element, below(names, path, STR("[]")), reterr_where))
            return false;
        element = element->next;
    }
    return true;
}

bool match_json(struct names *names, const struct json *expected, const struct json *got,
                struct str path, struct str *reterr_where)
{
    *reterr_where = path;
    if (expected->kind == JSON_STRING && str_equals(expected->text, STR("{{*}}")))
        return true;
    if (expected->kind != got->kind)
        return false;
    switch (expected->kind) {
    case JSON_NULL:
    case JSON_FALSE:
    case JSON_TRUE:
        return true;
    case JSON_NUMBER:
        return str_equals(expected->text, got->text);
    case JSON_STRING:
        return match_text(names, expected->text, got->text);
    case JSON_ARRAY:
        return match_array(names, expected, got, path, reterr_where);
    case JSON_OBJECT:
        return match_object(names, expected, got, path, reterr_where);
    }
    never("JSON has these kinds");
}
