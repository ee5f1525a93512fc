#include "store/book/books.h"
#include "store/book/copy.h"

enum err books_customer_resolve(struct store *store, struct str text, struct customer_ref *ret)
{
    struct customer_ref ref = directory_customer_resolve(&books_of(store)->directory, text);

    if (ref.number == 0)
        return ERR_NOT_FOUND;
    *ret = ref;
    return OK;
}

void books_customer_ref(struct store *store, uint32_t number, struct customer_ref *ret)
{
    *ret = directory_customer(&books_of(store)->directory, number);
}

uint32_t books_customer_count(struct store *store)
{
    return (uint32_t)directory_customer_count(&books_of(store)->directory);
}

enum err books_customer_load(struct store *store, uint32_t number, struct arena *arena,
                             struct customer *ret)
{
    struct books *books = books_of(store);
    const struct customer *pending = pending_customer_find(&books->pending, number);
    enum err e;

    if (number == 0 || number > directory_customer_count(&books->directory))
        return ERR_NOT_FOUND;
    if (pending != NULL)
        return copy_customer(pending, arena, ret);
    e = books->backend->read_customer(books, number, arena, ret);
    return e == ERR_NOT_FOUND ? ERR_CORRUPT : e; /* it has been there */
}

enum err books_customer_add(struct store *store, const struct customer *customer,
                            uint32_t *ret_number)
{
    struct books *books = books_of(store);
    struct customer numbered = *customer;
    size_t position = books->undo.used;
    enum err e;

    numbered.number = (uint32_t)directory_customer_count(&books->directory) + 1;
    e = directory_customer_add(&books->directory, &numbered);
    if (e == OK)
        e = pending_customer(&books->pending, CHANGE_CUSTOMER_ADDED, &numbered);
    if (e != OK) {
        undo_rewind(&books->undo, position);
        return e;
    }
    *ret_number = numbered.number;
    return OK;
}

enum err books_customer_replace(struct store *store, const struct customer *customer)
{
    struct books *books = books_of(store);
    size_t position = books->undo.used;
    struct customer before;
    struct arena arena;
    enum err e;

    arena_init(&arena, PENDING_BYTES_MAX);
    e = books_customer_load(store, customer->number, &arena, &before);
    assert(e != ERR_NOT_FOUND);
    if (e == OK)
        e = directory_customer_replace(&books->directory, &before, customer);
    if (e == OK)
        e = pending_customer(&books->pending, CHANGE_CUSTOMER_REPLACED, customer);
    if (e != OK)
        undo_rewind(&books->undo, position);
    arena_finish(&arena);
    return e;
}

const struct credit_type *books_credit_type_find(struct store *store, struct str text)
{
    return directory_credit_type_find(&books_of(store)->directory, text);
}

const struct credit_type *books_credit_type(struct store *store, uint32_t number)
{
    return directory_credit_type(&books_of(store)->directory, number);
}

size_t books_credit_type_count(struct store *store)
{
    return directory_credit_type_count(&books_of(store)->directory);
}

enum err books_credit_type_add(struct store *store, const struct credit_type *type,
                               uint32_t *ret_number)
{
    struct books *books = books_of(store);
    struct credit_type numbered = *type;
    size_t position = books->undo.used;
    enum err e;

    numbered.number = (uint32_t)directory_credit_type_count(&books->directory) + 1;
    e = directory_credit_type_add(&books->directory, &numbered);
    if (e == OK)
        e = pending_credit_type_add(&books->pending, &numbered);
    if (e != OK) {
        undo_rewind(&books->undo, position);
        return e;
    }
    *ret_number = numbered.number;
    return OK;
}

enum err books_product_find(struct store *store, struct str text, struct arena *arena,
                            struct product *ret)
{
    const struct product *product = directory_product_find(&books_of(store)->directory, text);

    return product == NULL ? ERR_NOT_FOUND : copy_product(product, arena, ret);
}

enum err books_product_add(struct store *store, const struct product *product, uint32_t *ret_number)
{
    struct books *books = books_of(store);
    struct product numbered = *product;
    size_t position = books->undo.used;
    enum err e;

    numbered.number = (uint32_t)directory_product_count(&books->directory) + 1;
    e = directory_product_add(&books->directory, &numbered);
    if (e == OK)
        e = pending_product_add(&books->pending, &numbered);
    if (e != OK) {
        undo_rewind(&books->undo, position);
        return e;
    }
    *ret_number = numbered.number;
    return OK;
}

/* --- custom fields --- */

const struct custom_field_key *books_field_key_find(struct store *store, struct str entity,
                                                    struct str key)
{
    return field_keys_find(&books_of(store)->directory.field_keys, entity, key);
}

const struct custom_field_key *books_field_key(struct store *store, uint32_t number)
{
    return field_keys_at(&books_of(store)->directory.field_keys, number);
}

uint32_t books_field_key_count(struct store *store)
{
    return (uint32_t)field_keys_count(&books_of(store)->directory.field_keys);
}

enum err books_field_key_put(struct store *store, const struct custom_field_key *key)
{
    struct books *books = books_of(store);
    struct custom_field_key numbered = *key;
    size_t position = books->undo.used;
    enum err e;

    if (numbered.number == 0)
        numbered.number = books_field_key_count(store) + 1;
    e = field_keys_put(&books->directory.field_keys, &numbered);
    if (e == OK)
        e = pending_field_key(&books->pending, &numbered);
    if (e != OK)
        undo_rewind(&books->undo, position);
    return e;
}

uint64_t books_field_value_count(struct store *store, enum environment environment,
                                 const struct custom_field_key *key, struct str value)
{
    struct books *books = books_of(store);

    if (str_equals(key->entity, CUSTOM_FIELDS_OF_CUSTOMER))
        return field_values_count(&books->directory.field_values, key->key, value);
    assert(str_equals(key->entity, CUSTOM_FIELDS_OF_GRANT));
    return field_values_count(&books_book(books, environment)->field_values, key->key, value);
}

/* Keys and events are not kept in memory: they are only ever added to what is written. */

enum err books_key_add(struct store *store, const struct key *key)
{
    return pending_key_add(&books_of(store)->pending, key);
}

enum err books_keys_revoke(struct store *store, const struct key_revocation *revocation)
{
    return pending_keys_revoke(&books_of(store)->pending, revocation);
}

enum err books_usage_event_add(struct store *store, enum environment environment,
                               const struct usage_event *event)
{
    return pending_usage_event_add(&books_of(store)->pending, environment, event);
}

/* --- who did what --- */

uint32_t books_source_find(struct store *store, struct index_key fingerprint)
{
    return (uint32_t)index_find(&books_of(store)->trail.sources, fingerprint);
}

size_t books_source_count(struct store *store)
{
    return books_of(store)->trail.sources.count;
}

enum err books_source_add(struct store *store, struct index_key fingerprint,
                          const struct source *source, uint32_t *ret_number)
{
    struct books *books = books_of(store);
    struct source numbered = *source;
    size_t position = books->undo.used;
    enum err e = trail_source_add(&books->trail, fingerprint, &numbered.number);

    if (e == OK)
        e = pending_source_add(&books->pending, &numbered);
    if (e != OK) {
        undo_rewind(&books->undo, position);
        return e;
    }
    *ret_number = numbered.number;
    return OK;
}

enum err books_line_add(struct store *store, const struct log_line *line)
{
    struct books *books = books_of(store);
    struct log_line numbered = *line;
    size_t position = books->undo.used;
    enum err e = trail_line_add(&books->trail, &numbered);

    if (e == OK)
        e = pending_line_add(&books->pending, &numbered);
    if (e != OK)
        undo_rewind(&books->undo, position);
    return e;
}

uint64_t books_line_last(struct store *store)
{
    return books_of(store)->trail.log_last;
}
