#include "store/book/directory.h"

#include <string.h>
#include "base/digest.h"
#include "store/book/undo_index.h"

#define NAME_SHARED UINT64_MAX /* several are so called: the name finds none of them */

void directory_init(struct directory *directory, uint64_t seed, struct undo *undo)
{
    *directory = (struct directory){ .undo = undo };
    chunked_init(&directory->customers, sizeof(struct customer_ref));
    chunked_init(&directory->credit_types, sizeof(struct credit_type));
    chunked_init(&directory->products, sizeof(struct product));
    number_index_init(&directory->customers_by_id, seed);
    index_init(&directory->customers_by_alias, seed);
    index_init(&directory->credit_types_by_id, seed);
    index_init(&directory->credit_types_by_name, seed);
    index_init(&directory->products_by_id, seed);
    index_init(&directory->products_by_name, seed);
    field_keys_init(&directory->field_keys, seed, undo);
    field_values_init(&directory->field_values, seed, undo);
}

static void text_free(struct str text)
{
    room_free((void *)(uintptr_t)text.data);
}

void directory_finish(struct directory *directory)
{
    for (size_t i = 0; i < directory->credit_types.count; i++)
        text_free(((struct credit_type *)chunked_at(&directory->credit_types, i))->name);
    for (size_t i = 0; i < directory->products.count; i++)
        text_free(((struct product *)chunked_at(&directory->products, i))->name);
    chunked_finish(&directory->customers);
    chunked_finish(&directory->credit_types);
    chunked_finish(&directory->products);
    number_index_finish(&directory->customers_by_id);
    index_finish(&directory->customers_by_alias);
    index_finish(&directory->credit_types_by_id);
    index_finish(&directory->credit_types_by_name);
    index_finish(&directory->products_by_id);
    index_finish(&directory->products_by_name);
    field_keys_finish(&directory->field_keys);
    field_values_finish(&directory->field_values);
}

/* value 0 removes. */
static enum err name_set(struct directory *directory, struct index *index, struct index_key key,
                         uint64_t value)
{
    return undo_index_set(directory->undo, index, key, value);
}

static void last_cut(void *owner, const void *record)
{
    struct chunked *chunked = owner;

    assert(chunked->count > 0);
    chunked_cut(chunked, chunked->count - 1);
}

/* A new last element, to be taken away again by a rewind. */
static enum err last_add(struct directory *directory, struct chunked *chunked, void **ret)
{
    enum err e = chunked_add(chunked, ret);

    if (e != OK)
        return e;
    e = undo_write(directory->undo, last_cut, chunked, "", 1);
    if (e != OK)
        chunked_cut(chunked, chunked->count - 1);
    return e;
}

static struct index_key uuid_key(struct uuid uuid)
{
    return index_key_from_bytes(uuid.bytes);
}

static struct index_key text_key(struct str text)
{
    struct digest digest = digest_sha256(text.data, text.len);

    return index_key_from_bytes(digest.bytes);
}

/* --- customers --- */

size_t directory_customer_count(const struct directory *directory)
{
    return directory->customers.count;
}

struct customer_ref directory_customer(const struct directory *directory, uint32_t number)
{
    const struct customer_ref *ref;

    assert(number > 0);
    ref = chunked_at(&directory->customers, number - 1);
    assert(ref->number == number);
    return *ref;
}

static void customer_remove(void *owner, const void *record)
{
    struct directory *directory = owner;
    uint32_t number = (uint32_t)directory->customers.count;
    struct customer_ref ref = directory_customer(directory, number);

    number_index_remove(&directory->customers_by_id, uuid_key(ref.id.uuid), number);
    chunked_cut(&directory->customers, number - 1);
}

enum err directory_customer_load(struct directory *directory, const struct customer_ref *ref)
{
    void *slot;
    enum err e;

    if (ref->number != directory->customers.count + 1)
        return ERR_CORRUPT;
    e = chunked_add(&directory->customers, &slot);
    if (e != OK)
        return e;
    *(struct customer_ref *)slot = *ref;
    e = number_index_put(&directory->customers_by_id, uuid_key(ref->id.uuid), ref->number);
    if (e == OK)
        e = undo_write(directory->undo, customer_remove, directory, "", 1);
    if (e != OK)
        customer_remove(directory, "");
    return e;
}

enum err directory_alias_load(struct directory *directory, struct str alias, uint32_t number)
{
    assert(number > 0);
    return name_set(directory, &directory->customers_by_alias, text_key(alias), number);
}

static struct customer_ref ref_of(const struct customer *customer)
{
    return (struct customer_ref){
        .number = customer->number,
        .id = customer->id,
        .archived = !instant_is_never(customer->archived_at),
    };
}

/* number 0 takes the name away, if it is the customer's. */
static enum err alias_set(struct directory *directory, const struct customer *customer,
                          struct str alias, uint32_t number)
{
    struct index *index = &directory->customers_by_alias;
    struct index_key key = text_key(alias);

    if (number == 0 && index_find(index, key) != customer->number)
        return OK;
    return name_set(directory, index, key, number);
}

static enum err aliases_set(struct directory *directory, const struct customer *customer,
                            uint32_t number)
{
    enum err e = OK;

    for (size_t i = 0; i < customer->alias_count && e == OK; i++)
        e = alias_set(directory, customer, customer->aliases[i], number);
    if (e == OK && !str_is_empty(customer->client_id))
        e = alias_set(directory, customer, customer->client_id, number);
    return e;
}

enum err directory_customer_add(struct directory *directory, const struct customer *customer)
{
    struct customer_ref ref = ref_of(customer);
    enum err e = directory_customer_load(directory, &ref);

    assert(e != ERR_CORRUPT);
    if (e == OK)
        e = field_values_change(&directory->field_values, STR_NONE, customer->custom_fields);
    return e == OK ? aliases_set(directory, customer, customer->number) : e;
}

static void ref_put_back(void *owner, const void *record)
{
    *(struct customer_ref *)owner = *(const struct customer_ref *)record;
}

enum err directory_customer_replace(struct directory *directory, const struct customer *before,
                                    const struct customer *after)
{
    struct customer_ref *ref = chunked_at(&directory->customers, after->number - 1);
    enum err e;

    assert(before->number == after->number);
    assert(uuid_equals(before->id.uuid, after->id.uuid));
    e = undo_write(directory->undo, ref_put_back, ref, ref, sizeof *ref);
    if (e != OK)
        return e;
    *ref = ref_of(after);
    e = aliases_set(directory, before, 0);
    if (e == OK)
        e = field_values_change(&directory->field_values, before->custom_fields,
                                after->custom_fields);
    if (e != OK)
        return e;
    return aliases_set(directory, after, after->number);
}

struct customer_ref directory_customer_by_id(const struct directory *directory,
                                             struct customer_id id)
{
    struct number_walk walk = number_walk_start(&directory->customers_by_id, uuid_key(id.uuid));
    uint64_t number;

    while ((number = number_walk_next(&walk)) != 0) {
        struct customer_ref ref = directory_customer(directory, (uint32_t)number);

        if (uuid_equals(ref.id.uuid, id.uuid))
            return ref;
    }
    return (struct customer_ref){ .number = 0 };
}

struct customer_ref directory_customer_resolve(const struct directory *directory, struct str text)
{
    struct customer_ref ref = { .number = 0 };
    struct customer_id id;
    uint64_t number;

    if (uuid_parse_either(text, CUSTOMER_PREFIX, &id.uuid) == OK)
        ref = directory_customer_by_id(directory, id);
    if (ref.number > 0)
        return ref;
    number = index_find(&directory->customers_by_alias, text_key(text));
    return number == 0 ? ref : directory_customer(directory, (uint32_t)number);
}

/* --- credit types and products --- */

static void text_put_away(void *owner, const void *record)
{
    struct str *text = owner;

    text_free(*text);
    *text = STR_NONE;
}

/* text becomes the store's own. */
static enum err text_keep(struct directory *directory, struct str *text)
{
    char *copy = room_new(text->len + 1);
    struct str given = *text;
    enum err e;

    *text = STR_NONE;
    if (copy == NULL)
        return ERR_NOMEM;
    if (given.len > 0)
        memcpy(copy, given.data, given.len);
    e = undo_write(directory->undo, text_put_away, text, "", 1);
    if (e != OK) {
        room_free(copy);
        return e;
    }
    *text = (struct str){ .data = copy, .len = given.len };
    return OK;
}

/* Makes number findable by id and by name. */
static enum err names_add(struct directory *directory, struct index *by_id, struct index *by_name,
                          struct uuid id, struct str name, uint32_t number)
{
    struct index_key key = text_key(name);
    bool shared = index_find(by_name, key) != 0;
    enum err e = name_set(directory, by_id, uuid_key(id), number);

    if (e != OK)
        return e;
    return name_set(directory, by_name, key, shared ? NAME_SHARED : number);
}

/* The number of what text names, by id or by unique name; 0: there is none. */
static uint32_t number_find(const struct index *by_id, const struct index *by_name, struct str text)
{
    struct uuid id;
    uint64_t number = 0;

    if (uuid_parse(text, &id) == OK)
        number = index_find(by_id, uuid_key(id));
    if (number == 0)
        number = index_find(by_name, text_key(text));
    return number == NAME_SHARED ? 0 : (uint32_t)number;
}

enum err directory_credit_type_add(struct directory *directory, const struct credit_type *type)
{
    struct credit_type *kept;
    void *slot;
    enum err e;

    assert(type->number == directory->credit_types.count + 1);
    assert(type->scale >= 0);
    assert(type->scale <= CREDIT_TYPE_SCALE_MAX);
    e = last_add(directory, &directory->credit_types, &slot);
    if (e != OK)
        return e;
    kept = slot;
    *kept = *type;
    e = text_keep(directory, &kept->name);
    if (e != OK)
        return e;
    return names_add(directory, &directory->credit_types_by_id, &directory->credit_types_by_name,
                     kept->id.uuid, kept->name, kept->number);
}

size_t directory_credit_type_count(const struct directory *directory)
{
    return directory->credit_types.count;
}

const struct credit_type *directory_credit_type(const struct directory *directory, uint32_t number)
{
    return number == 0 || number > directory->credit_types.count
               ? NULL
               : chunked_at(&directory->credit_types, number - 1);
}

const struct credit_type *directory_credit_type_find(const struct directory *directory,
                                                     struct str text)
{
    return directory_credit_type(directory, number_find(&directory->credit_types_by_id,
                                                        &directory->credit_types_by_name, text));
}

const struct credit_type *directory_credit_type_by_id(const struct directory *directory,
                                                      struct credit_type_id id)
{
    return directory_credit_type(
        directory, (uint32_t)index_find(&directory->credit_types_by_id, uuid_key(id.uuid)));
}

enum err directory_product_add(struct directory *directory, const struct product *product)
{
    struct product *kept;
    void *slot;
    enum err e;

    assert(product->number == directory->products.count + 1);
    e = last_add(directory, &directory->products, &slot);
    if (e != OK)
        return e;
    kept = slot;
    *kept = *product;
    e = text_keep(directory, &kept->name);
    if (e != OK)
        return e;
    return names_add(directory, &directory->products_by_id, &directory->products_by_name,
                     kept->id.uuid, kept->name, kept->number);
}

size_t directory_product_count(const struct directory *directory)
{
    return directory->products.count;
}

const struct product *directory_product(const struct directory *directory, uint32_t number)
{
    return number == 0 || number > directory->products.count
               ? NULL
               : chunked_at(&directory->products, number - 1);
}

const struct product *directory_product_find(const struct directory *directory, struct str text)
{
    return directory_product(
        directory, number_find(&directory->products_by_id, &directory->products_by_name, text));
}
