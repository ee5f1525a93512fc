#include "api/fields.h"

#include "base/limits.h"
#include "json/write.h"

static const struct json no_members = { .kind = JSON_OBJECT };

/* "grant_amount.amount"; of the arena when it is not a name by itself. */
static struct str path_of(const struct fields *fields, struct str name)
{
    struct str path;

    if (fields->path.len == 0)
        return name;
    path =
        str_format(fields->reading->arena, "%.*s.%.*s", STR_PRINT(fields->path), STR_PRINT(name));
    if (path.data == NULL)
        reading_out_of_memory(fields->reading);
    return path;
}

void fields_blame(struct fields *fields, struct str name, struct str why)
{
    if (reading_is_fine(fields->reading))
        reading_blame(fields->reading, path_of(fields, name), why);
}

void fields_blame_kind(struct fields *fields, struct str name, const char *wanted)
{
    struct str why;

    if (!reading_is_fine(fields->reading))
        return;
    why = str_format(fields->reading->arena, "must be %s", wanted);
    if (why.data == NULL)
        reading_out_of_memory(fields->reading);
    else
        fields_blame(fields, name, why);
}

void fields_init(struct fields *fields, struct str body, struct reading *reading)
{
    struct json_error error;
    const struct json *root = &no_members;
    enum err e = OK;

    *fields = (struct fields){ .reading = reading, .object = &no_members };
    if (body.len > 0)
        e = json_parse(body, reading->arena, &root, &error);
    if (e == ERR_MALFORMED)
        reading_blame(reading, STR("body"), json_error_why(&error, reading->arena));
    else if (e != OK)
        reading_out_of_memory(reading);
    else if (root->kind == JSON_OBJECT)
        fields->object = root;
    else if (root->kind != JSON_NULL)
        reading_blame(reading, STR("body"), STR("must be a JSON object"));
}

static const struct json *find_unknown(const struct fields *fields)
{
    for (const struct json *member = fields->object->first; member != NULL; member = member->next) {
        bool is_asked = false;

        for (size_t i = 0; i < fields->asked_count && !is_asked; i++)
            is_asked = str_equals(fields->asked[i], member->name);
        if (!is_asked)
            return member;
    }
    return NULL;
}

/* Where there is no memory to say so, what is missing stays blamed. */
static void blame_instead(struct fields *fields, struct str name)
{
    struct str field = path_of(fields, name);
    struct str why =
        str_format(fields->reading->arena, "is not a known field, and %.*s is required",
                   STR_PRINT(fields->missing));

    if (field.data != NULL && why.data != NULL)
        fields->reading->blame = (struct blame){ .field = field, .why = why };
}

void fields_close(struct fields *fields)
{
    const struct json *unknown = find_unknown(fields);

    if (unknown == NULL)
        return;
    if (fields->missing.len > 0)
        blame_instead(fields, text_cut(unknown->name, NAME_SHOWN_MAX));
    else
        fields_blame(fields, text_cut(unknown->name, NAME_SHOWN_MAX), STR("is not a known field"));
}

const struct json *fields_find(struct fields *fields, struct str name, enum need need)
{
    const struct json *member = json_member(fields->object, name);

    assert(fields->asked_count < FIELDS_MAX);
    fields->asked[fields->asked_count++] = name;
    if (member != NULL && member->kind != JSON_NULL)
        return member;
    if (need == FIELD_REQUIRED && reading_is_fine(fields->reading)) {
        fields->missing = name;
        fields_blame(fields, name, STR("is required"));
    }
    return NULL;
}

bool fields_has(struct fields *fields, struct str name)
{
    const struct json *member = json_member(fields->object, name);

    return member != NULL && member->kind != JSON_NULL;
}

/* NULL: absent, or not a string. */
static const struct json *find_string(struct fields *fields, struct str name, enum need need)
{
    const struct json *member = fields_find(fields, name, need);

    if (member == NULL || member->kind == JSON_STRING)
        return member;
    fields_blame_kind(fields, name, "a string");
    return NULL;
}

void fields_text(struct fields *fields, struct str name, enum need need,
                 const struct text_rule *rule, struct str *ret)
{
    const struct json *member = find_string(fields, name, need);

    if (member != NULL && reading_is_fine(fields->reading))
        reading_text(fields->reading, path_of(fields, name), member->text, rule, ret);
}

void fields_bool(struct fields *fields, struct str name, bool *ret)
{
    const struct json *member = fields_find(fields, name, FIELD_OPTIONAL);

    if (member == NULL)
        return;
    if (member->kind == JSON_TRUE)
        *ret = true;
    else if (member->kind == JSON_FALSE)
        *ret = false;
    else
        fields_blame_kind(fields, name, "true or false");
}

void fields_instant(struct fields *fields, struct str name, enum need need, struct instant *ret)
{
    const struct json *member = find_string(fields, name, need);

    if (member != NULL && reading_is_fine(fields->reading))
        reading_instant(fields->reading, path_of(fields, name), member->text, ret);
}

void fields_uuid(struct fields *fields, struct str name, enum need need, struct uuid *ret)
{
    const struct json *member = find_string(fields, name, need);

    if (member != NULL && reading_is_fine(fields->reading))
        reading_uuid(fields->reading, path_of(fields, name), member->text, ret);
}

void fields_id(struct fields *fields, struct str name, enum need need, struct str *ret)
{
    const struct json *member = find_string(fields, name, need);
    struct uuid uuid;

    if (member == NULL || !reading_is_fine(fields->reading))
        return;
    reading_uuid(fields->reading, path_of(fields, name), member->text, &uuid);
    *ret = member->text;
}

bool fields_object(struct fields *fields, struct str name, enum need need, struct fields *ret)
{
    const struct json *member = fields_find(fields, name, need);

    *ret = (struct fields){ .reading = fields->reading, .object = &no_members };
    if (member == NULL)
        return false;
    if (member->kind != JSON_OBJECT) {
        fields_blame_kind(fields, name, "an object");
        return false;
    }
    ret->object = member;
    ret->path = path_of(fields, name);
    return true;
}

/* "product_ids[2]" */
static struct str element_path(const struct fields *fields, struct str name, size_t index)
{
    struct str array = path_of(fields, name);
    struct str path = str_format(fields->reading->arena, "%.*s[%zu]", STR_PRINT(array), index);

    if (path.data == NULL)
        reading_out_of_memory(fields->reading);
    return path;
}

const struct json *fields_objects(struct fields *fields, struct str name, size_t count_max)
{
    const struct json *member = fields_find(fields, name, FIELD_REQUIRED);

    if (member == NULL || !reading_is_fine(fields->reading))
        return NULL;
    if (member->kind != JSON_ARRAY)
        fields_blame_kind(fields, name, "an array");
    else if (member->count == 0)
        fields_blame(fields, name, STR("must not be empty"));
    else if (member->count > count_max)
        fields_blame(fields, name, STR("has too many elements"));
    return reading_is_fine(fields->reading) ? member : NULL;
}

bool fields_element(struct fields *fields, struct str name, const struct json *node, size_t index,
                    struct fields *ret)
{
    *ret = (struct fields){
        .reading = fields->reading,
        .object = node,
        .path = element_path(fields, name, index),
    };
    if (node->kind == JSON_OBJECT)
        return true;
    reading_blame(fields->reading, ret->path, STR("must be an object"));
    return false;
}

/* NULL: absent, empty, or not an array of at most count_max strings. */
static const struct json *find_strings(struct fields *fields, struct str name, size_t count_max)
{
    const struct json *member = fields_find(fields, name, FIELD_OPTIONAL);
    size_t index = 0;

    if (member == NULL || !reading_is_fine(fields->reading))
        return NULL;
    if (member->kind != JSON_ARRAY) {
        fields_blame_kind(fields, name, "an array");
        return NULL;
    }
    if (member->count > count_max) {
        fields_blame(fields, name, STR("has too many elements"));
        return NULL;
    }
    for (const struct json *node = member->first; node != NULL; node = node->next, index++) {
        if (node->kind == JSON_STRING)
            continue;
        reading_blame(fields->reading, element_path(fields, name, index), STR("must be a string"));
        return NULL;
    }
    return member->count > 0 ? member : NULL;
}

void fields_texts(struct fields *fields, struct str name, const struct text_rule *rule,
                  size_t count_max, struct str **ret, size_t *ret_count)
{
    const struct json *array = find_strings(fields, name, count_max);
    struct str *texts;
    size_t count = 0;

    if (array == NULL)
        return;
    texts = arena_new(fields->reading->arena, struct str, array->count);
    if (texts == NULL) {
        reading_out_of_memory(fields->reading);
        return;
    }
    for (const struct json *node = array->first; node != NULL; node = node->next) {
        reading_text(fields->reading, name, node->text, rule, &texts[count]);
        if (!reading_is_fine(fields->reading)) {
            fields->reading->blame.field = element_path(fields, name, count);
            return;
        }
        count++;
    }
    *ret = texts;
    *ret_count = count;
}

void fields_uuids(struct fields *fields, struct str name, size_t count_max, struct uuid **ret,
                  size_t *ret_count)
{
    const struct json *array = find_strings(fields, name, count_max);
    struct uuid *uuids;
    size_t count = 0;

    if (array == NULL)
        return;
    uuids = arena_new(fields->reading->arena, struct uuid, array->count);
    if (uuids == NULL) {
        reading_out_of_memory(fields->reading);
        return;
    }
    for (const struct json *node = array->first; node != NULL; node = node->next) {
        reading_uuid(fields->reading, name, node->text, &uuids[count]);
        if (!reading_is_fine(fields->reading)) {
            fields->reading->blame.field = element_path(fields, name, count);
            return;
        }
        count++;
    }
    *ret = uuids;
    *ret_count = count;
}

void fields_ids(struct fields *fields, struct str name, size_t count_max, struct str **ret,
                size_t *ret_count)
{
    struct uuid uuid;

    fields_texts(fields, name, &text_reference, count_max, ret, ret_count);
    for (size_t i = 0; i < *ret_count && reading_is_fine(fields->reading); i++)
        reading_uuid(fields->reading, element_path(fields, name, i), (*ret)[i], &uuid);
}

void fields_string_map(struct fields *fields, struct str name, enum need need,
                       const struct text_rule *rule, struct str *ret)
{
    struct fields map;
    struct json_writer writer;
    struct str text;

    if (!fields_object(fields, name, need, &map))
        return;
    json_writer_init_in(&writer, fields->reading->arena);
    json_begin_object(&writer);
    for (const struct json *node = map.object->first; node != NULL; node = node->next) {
        struct str value = STR_NONE;

        if (node->kind != JSON_STRING) {
            fields_blame_kind(&map, node->name, "a string");
            return;
        }
        reading_text(fields->reading, path_of(&map, node->name), node->text, rule, &value);
        json_put_string(json_key(&writer, node->name), value);
    }
    json_end_object(&writer);
    if (json_writer_finish(&writer, &text) != OK)
        reading_out_of_memory(fields->reading);
    else if (text.len > CUSTOM_FIELDS_BYTES_MAX)
        fields_blame(fields, name, STR("is too large"));
    else
        *ret = text;
}

void fields_json_object(struct fields *fields, struct str name, struct str *ret)
{
    const struct json *member = fields_find(fields, name, FIELD_OPTIONAL);

    if (member == NULL)
        return;
    if (member->kind != JSON_OBJECT)
        fields_blame_kind(fields, name, "an object");
    else if (member->text.len > CUSTOM_FIELDS_BYTES_MAX)
        fields_blame(fields, name, STR("is too large"));
    else
        *ret = member->text;
}
