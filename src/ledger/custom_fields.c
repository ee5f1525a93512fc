#include "ledger/custom_fields.h"

#include "base/limits.h"
#include "domain/custom_fields.h"

#define KEY_SHOWN_BYTES_MAX ((size_t)4 * CUSTOM_FIELD_KEY_CHARACTERS)

static enum err blame(struct blame *reterr_blame, struct str field, struct str why)
{
    *reterr_blame = (struct blame){ .field = field, .why = why };
    return ERR_MALFORMED;
}

/* "custom_fields.crm_id": "is not a custom field key of customer" */
static enum err blame_key(const struct field_rules *rules, struct str path, struct str key,
                          struct blame *reterr_blame)
{
    struct blame told = {
        .field = str_format(rules->arena, "%.*s.%.*s", STR_PRINT(path), STR_PRINT(key)),
        .why =
            str_format(rules->arena, "is not a custom field key of %.*s", STR_PRINT(rules->entity)),
    };

    if (told.field.data == NULL || told.why.data == NULL)
        return ERR_NOMEM;
    if (key.len > KEY_SHOWN_BYTES_MAX)
        told.field = path;
    *reterr_blame = told;
    return ERR_MALFORMED;
}

/* May the key be used?  *ret: it is on the list. */
static bool key_is_fine(const struct field_rules *rules, const struct custom_field_key *row)
{
    if (row == NULL)
        return !rules->only_listed;
    return instant_is_never(row->removed_at);
}

static bool is_there(struct str fields, const struct custom_field *field)
{
    struct str value;

    return custom_fields_find(fields, field->key, &value) && str_equals(value, field->value);
}

static enum err size_check(struct str fields, struct blame *reterr_blame)
{
    if (fields.len > CUSTOM_FIELDS_BYTES_MAX || custom_fields_count(fields) > CUSTOM_FIELDS_MAX)
        return blame(reterr_blame, STR("custom_fields"), STR("are too many"));
    return OK;
}

enum err field_rules_check(const struct field_rules *rules, struct str before, struct str after,
                           struct decision *ret, struct blame *reterr_blame)
{
    struct custom_field field;
    bool is_taken = false;
    enum err e = size_check(after, reterr_blame);

    while (e == OK && custom_fields_next(&after, &field)) {
        const struct custom_field_key *row;

        if (is_there(before, &field))
            continue;
        row = store_field_key_find(rules->store, rules->entity, field.key);
        if (!key_is_fine(rules, row))
            e = blame_key(rules, STR("custom_fields"), field.key, reterr_blame);
        else if (row != NULL && row->enforce_uniqueness)
            is_taken = is_taken || store_field_value_count(rules->store, rules->environment, row,
                                                           field.value) > 0;
    }
    if (e == OK && is_taken) {
        ret->reject = REJECT_CUSTOM_FIELD_VALUE_TAKEN;
        ret->blame.field = STR("custom_fields");
    }
    return e;
}

enum err field_rules_set(const struct field_rules *rules, struct str before, struct str set,
                         struct str *ret_after, struct decision *ret, struct blame *reterr_blame)
{
    struct str after;
    enum err e = size_check(set, reterr_blame);

    if (e == OK)
        e = custom_fields_set(before, set, rules->arena, &after);
    if (e == OK)
        e = field_rules_check(rules, before, after, ret, reterr_blame);
    if (e == OK)
        *ret_after = after;
    return e;
}

enum err field_rules_delete(const struct field_rules *rules, struct str before,
                            const struct str *keys, size_t key_count, struct str *ret_after,
                            struct blame *reterr_blame)
{
    for (size_t i = 0; i < key_count; i++) {
        const struct custom_field_key *row =
            store_field_key_find(rules->store, rules->entity, keys[i]);

        if (!key_is_fine(rules, row))
            return blame_key(rules, STR("keys"), keys[i], reterr_blame);
    }
    return custom_fields_without(before, keys, key_count, rules->arena, ret_after);
}

/* --- what is not shown --- */

static bool is_hidden(const struct custom_field_key *key, struct str entity)
{
    return !instant_is_never(key->removed_at) && str_equals(key->entity, entity);
}

enum err hidden_fields_find(struct store *store, struct str entity, struct arena *arena,
                            struct hidden_fields *ret)
{
    uint32_t key_count = store_field_key_count(store);
    size_t count = 0;
    struct str *keys;

    for (uint32_t number = 1; number <= key_count; number++)
        count += is_hidden(store_field_key(store, number), entity);
    keys = arena_new(arena, struct str, count);
    if (keys == NULL)
        return ERR_NOMEM;
    count = 0;
    for (uint32_t number = 1; number <= key_count; number++) {
        const struct custom_field_key *key = store_field_key(store, number);

        if (is_hidden(key, entity))
            keys[count++] = key->key;
    }
    *ret = (struct hidden_fields){ .keys = keys, .count = count };
    return OK;
}

enum err hidden_fields_drop(const struct hidden_fields *hidden, struct arena *arena,
                            struct str *fields)
{
    if (hidden->count == 0 || custom_fields_count(*fields) == 0)
        return OK;
    return custom_fields_without(*fields, hidden->keys, hidden->count, arena, fields);
}
