#include "store/book/fields.h"

#include <string.h>
#include "base/digest.h"
#include "domain/custom_fields.h"
#include "store/book/undo_index.h"

/* Two texts; the length of the first tells where it ends. */
static struct index_key pair_key(struct str first, struct str second)
{
    struct digest_stream stream;
    uint64_t len = first.len;
    struct digest digest;

    digest_stream_init(&stream);
    digest_stream_add(&stream, &len, sizeof len);
    digest_stream_add(&stream, first.data, first.len);
    digest_stream_add(&stream, second.data, second.len);
    digest = digest_stream_take(&stream);
    return index_key_from_bytes(digest.bytes);
}

/* --- keys --- */

void field_keys_init(struct field_keys *keys, uint64_t seed, struct undo *undo)
{
    *keys = (struct field_keys){ .undo = undo };
    chunked_init(&keys->keys, sizeof(struct custom_field_key));
    index_init(&keys->by_name, seed);
}

static void texts_free(const struct custom_field_key *key)
{
    room_free((void *)(uintptr_t)key->entity.data); /* both are in one piece */
}

void field_keys_finish(struct field_keys *keys)
{
    for (size_t i = 0; i < keys->keys.count; i++)
        texts_free(chunked_at(&keys->keys, i));
    chunked_finish(&keys->keys);
    index_finish(&keys->by_name);
}

size_t field_keys_count(const struct field_keys *keys)
{
    return keys->keys.count;
}

const struct custom_field_key *field_keys_at(const struct field_keys *keys, uint32_t number)
{
    assert(number > 0);
    return chunked_at(&keys->keys, number - 1);
}

const struct custom_field_key *field_keys_find(const struct field_keys *keys, struct str entity,
                                               struct str key)
{
    uint64_t number = index_find(&keys->by_name, pair_key(entity, key));

    return number == 0 ? NULL : field_keys_at(keys, (uint32_t)number);
}

static void last_cut(void *owner, const void *record)
{
    struct field_keys *keys = owner;

    texts_free(chunked_at(&keys->keys, keys->keys.count - 1));
    chunked_cut(&keys->keys, keys->keys.count - 1);
}

static enum err texts_keep(struct custom_field_key *key)
{
    char *texts = room_new(key->entity.len + key->key.len + 1);

    if (texts == NULL)
        return ERR_NOMEM;
    memcpy(texts, key->entity.data, key->entity.len);
    memcpy(texts + key->entity.len, key->key.data, key->key.len);
    key->entity.data = texts;
    key->key.data = texts + key->entity.len;
    return OK;
}

static enum err key_add(struct field_keys *keys, const struct custom_field_key *key)
{
    struct custom_field_key kept = *key;
    void *slot;
    enum err e = chunked_add(&keys->keys, &slot);

    if (e != OK)
        return e;
    e = texts_keep(&kept);
    if (e == OK) {
        *(struct custom_field_key *)slot = kept;
        e = undo_write(keys->undo, last_cut, keys, "", 1);
        if (e != OK)
            texts_free(&kept);
    }
    if (e != OK) {
        chunked_cut(&keys->keys, keys->keys.count - 1);
        return e;
    }
    return undo_index_set(keys->undo, &keys->by_name, pair_key(key->entity, key->key), key->number);
}

static void key_put_back(void *owner, const void *record)
{
    *(struct custom_field_key *)owner = *(const struct custom_field_key *)record;
}

enum err field_keys_put(struct field_keys *keys, const struct custom_field_key *key)
{
    struct custom_field_key *kept;
    enum err e;

    assert(key->number > 0);
    assert(key->number <= keys->keys.count + 1);
    if (key->number > keys->keys.count)
        return key_add(keys, key);
    kept = chunked_at(&keys->keys, key->number - 1);
    assert(str_equals(kept->entity, key->entity));
    assert(str_equals(kept->key, key->key));
    e = undo_write(keys->undo, key_put_back, kept, kept, sizeof *kept);
    if (e != OK)
        return e;
    kept->enforce_uniqueness = key->enforce_uniqueness;
    kept->created_at = key->created_at;
    kept->removed_at = key->removed_at;
    return OK;
}

/* --- values --- */

void field_values_init(struct field_values *values, uint64_t seed, struct undo *undo)
{
    *values = (struct field_values){ .undo = undo };
    index_init(&values->counts, seed);
}

void field_values_finish(struct field_values *values)
{
    index_finish(&values->counts);
}

/* Counts those that are in `some` and not in `others`: one more, or one less. */
static enum err count_new(struct field_values *values, struct str some, struct str others,
                          bool is_more)
{
    struct custom_field field;
    struct str other;

    while (custom_fields_next(&some, &field)) {
        struct index_key key;
        uint64_t count;
        enum err e;

        if (custom_fields_find(others, field.key, &other) && str_equals(other, field.value))
            continue;
        key = pair_key(field.key, field.value);
        count = index_find(&values->counts, key);
        if (!is_more && count == 0)
            return ERR_CORRUPT;
        e = undo_index_set(values->undo, &values->counts, key, is_more ? count + 1 : count - 1);
        if (e != OK)
            return e;
    }
    return OK;
}

enum err field_values_change(struct field_values *values, struct str before, struct str after)
{
    enum err e = count_new(values, after, before, true);

    return e == OK ? count_new(values, before, after, false) : e;
}

uint64_t field_values_count(const struct field_values *values, struct str key, struct str value)
{
    return index_find(&values->counts, pair_key(key, value));
}
