#include "store/embedded/directory.h"

#include "store/embedded/trail.h"
#include "store/embedded/inside.h"

#define LOAD_ARENA_BYTES ((size_t)64 << 20) /* of one row's texts */

/* --- writing --- */

static enum err aliases_write(struct database *database, const struct customer *customer)
{
    sqlite3_stmt *s;
    enum err e = sql_get(database, NO_BOOK, SQL_ALIASES_DELETE, &s);

    if (e != OK)
        return e;
    sql_bind_int(s, 1, customer->number);
    e = sql_run(database, s);
    if (e == OK)
        e = sql_get(database, NO_BOOK, SQL_ALIAS_INSERT, &s);
    for (size_t i = 0; i < customer->alias_count && e == OK; i++) {
        sql_bind_int(s, 1, customer->number);
        sql_bind_int(s, 2, (int64_t)i);
        sql_bind_text(s, 3, customer->aliases[i]);
        e = sql_run(database, s);
    }
    return e;
}

static enum err customer_write(struct database *database, const struct customer *customer)
{
    sqlite3_stmt *s;
    enum err e = sql_get(database, NO_BOOK, SQL_CUSTOMER_PUT, &s);

    if (e != OK)
        return e;
    sql_bind_int(s, 1, customer->number);
    sql_bind_uuid(s, 2, &customer->id.uuid);
    sql_bind_text(s, 3, customer->name);
    sql_bind_text(s, 4, customer->client_id);
    sql_bind_text(s, 5, customer->custom_fields);
    sql_bind_text(s, 6, customer->profile);
    sql_bind_int(s, 7, customer->created_at.us);
    sql_bind_int(s, 8, customer->updated_at.us);
    sql_bind_instant(s, 9, customer->archived_at);
    sql_bind_int(s, 10, customer->erased);
    e = sql_run(database, s);
    return e == OK ? aliases_write(database, customer) : e;
}

enum err directory_credit_type_write(struct database *database, const struct credit_type *type)
{
    sqlite3_stmt *s;
    enum err e = sql_get(database, NO_BOOK, SQL_CREDIT_TYPE_INSERT, &s);

    if (e != OK)
        return e;
    sql_bind_int(s, 1, type->number);
    sql_bind_uuid(s, 2, &type->id.uuid);
    sql_bind_text(s, 3, type->name);
    sql_bind_int(s, 4, type->scale);
    sql_bind_int(s, 5, type->is_currency);
    sql_bind_int(s, 6, type->created_at.us);
    return sql_run(database, s);
}

static enum err product_write(struct database *database, const struct product *product)
{
    sqlite3_stmt *s;
    enum err e = sql_get(database, NO_BOOK, SQL_PRODUCT_INSERT, &s);

    if (e != OK)
        return e;
    sql_bind_int(s, 1, product->number);
    sql_bind_uuid(s, 2, &product->id.uuid);
    sql_bind_text(s, 3, product->name);
    sql_bind_int(s, 4, product->created_at.us);
    return sql_run(database, s);
}

static enum err field_key_write(struct database *database, const struct custom_field_key *key)
{
    sqlite3_stmt *s;
    enum err e = sql_get(database, NO_BOOK, SQL_FIELD_KEY_PUT, &s);

    if (e != OK)
        return e;
    sql_bind_int(s, 1, key->number);
    sql_bind_text(s, 2, key->entity);
    sql_bind_text(s, 3, key->key);
    sql_bind_int(s, 4, key->enforce_uniqueness);
    sql_bind_int(s, 5, key->created_at.us);
    sql_bind_instant(s, 6, key->removed_at);
    return sql_run(database, s);
}

/* The least number there is where the clock is not frozen. */
static enum err test_clock_write(struct database *database, struct instant frozen_at)
{
    sqlite3_stmt *s;
    enum err e = sql_get(database, NO_BOOK, SQL_META_PUT, &s);

    if (e != OK)
        return e;
    sql_bind_text(s, 1, STR("test_clock"));
    sql_bind_int(s, 2, frozen_at.us);
    return sql_run(database, s);
}

enum err directory_test_clock_read(struct database *database, struct instant *ret)
{
    sqlite3_stmt *s;
    enum err e = sql_meta(database, STR("test_clock"), &s);

    if (e == ERR_NOT_FOUND) {
        *ret = INSTANT_NONE;
        return OK;
    }
    if (e != OK)
        return e;
    ret->us = sql_int(s, 0);
    sql_done(s);
    return OK;
}

enum err directory_change_write(struct database *database, const struct pending_change *change)
{
    switch (change->kind) {
    case CHANGE_CUSTOMER_ADDED:
    case CHANGE_CUSTOMER_REPLACED:
        return customer_write(database, change->customer);
    case CHANGE_CREDIT_TYPE_ADDED:
        return directory_credit_type_write(database, change->credit_type);
    case CHANGE_PRODUCT_ADDED:
        return product_write(database, change->product);
    case CHANGE_FIELD_KEY_PUT:
        return field_key_write(database, change->field_key);
    case CHANGE_KEY_ADDED:
        return embedded_key_write(database, change->key);
    case CHANGE_KEYS_REVOKED:
        return embedded_keys_revoke(database, change->revocation);
    case CHANGE_TEST_CLOCK_PUT:
        return test_clock_write(database, change->frozen_at);
    case CHANGE_USAGE_EVENT_ADDED:
        return embedded_usage_event_write(database, change->environment, change->event);
    case CHANGE_SOURCE_ADDED:
        return trail_source_write(database, change->source);
    case CHANGE_LOG_LINE_ADDED:
        return trail_line_write(database, change->line);
    }
    never("not a kind of change");
}

/* --- reading --- */

static enum err aliases_read(struct database *database, struct customer *customer,
                             struct arena *arena)
{
    struct str *aliases;
    sqlite3_stmt *s;
    size_t count = 0;
    enum err e = sql_get(database, NO_BOOK, SQL_ALIASES_COUNT, &s);

    if (e != OK)
        return e;
    sql_bind_int(s, 1, customer->number);
    e = sql_row(database, s);
    if (e != OK)
        return e;
    aliases = arena_new(arena, struct str, (size_t)sql_int(s, 0));
    customer->alias_count = (size_t)sql_int(s, 0);
    sql_done(s);
    e = aliases == NULL ? ERR_NOMEM : sql_get(database, NO_BOOK, SQL_ALIASES_OF, &s);
    if (e != OK)
        return e;
    sql_bind_int(s, 1, customer->number);
    while ((e = sql_row(database, s)) == OK && count < customer->alias_count) {
        e = sql_text(s, 0, arena, &aliases[count++]);
        if (e != OK)
            break;
    }
    sql_done(s);
    customer->alias_count = count;
    customer->aliases = aliases;
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err customer_row(sqlite3_stmt *s, struct arena *arena, struct customer *ret)
{
    struct customer customer = {
        .number = sql_u32(s, 0),
        .created_at = { sql_int(s, 6) },
        .updated_at = { sql_int(s, 7) },
        .archived_at = sql_instant(s, 8),
        .erased = sql_int(s, 9) != 0,
    };
    enum err e = sql_uuid(s, 1, &customer.id.uuid);

    if (e == OK)
        e = sql_text(s, 2, arena, &customer.name);
    if (e == OK)
        e = sql_text(s, 3, arena, &customer.client_id);
    if (e == OK)
        e = sql_text(s, 4, arena, &customer.custom_fields);
    if (e == OK)
        e = sql_text(s, 5, arena, &customer.profile);
    if (e == OK)
        *ret = customer;
    return e;
}

enum err directory_customers_read(struct database *database, uint32_t after, size_t limit,
                                  struct arena *arena, struct customer **ret, size_t *ret_count)
{
    struct customer *page = arena_new(arena, struct customer, limit);
    size_t count = 0;
    sqlite3_stmt *s;
    enum err e = page == NULL ? ERR_NOMEM : sql_get(database, NO_BOOK, SQL_CUSTOMERS_AFTER, &s);

    if (e != OK)
        return e;
    sql_bind_int(s, 1, after);
    sql_bind_u64(s, 2, limit);
    while ((e = sql_row(database, s)) == OK) {
        assert(count < limit);
        e = customer_row(s, arena, &page[count]);
        if (e == OK)
            e = aliases_read(database, &page[count++], arena);
        if (e != OK)
            break;
    }
    sql_done(s);
    if (e != ERR_NOT_FOUND)
        return e;
    *ret = page;
    *ret_count = count;
    return OK;
}

enum err directory_customer_read(struct database *database, uint32_t number, struct arena *arena,
                                 struct customer *ret)
{
    struct customer *page;
    size_t count;
    enum err e;

    if (number == 0)
        return ERR_NOT_FOUND;
    e = directory_customers_read(database, number - 1, 1, arena, &page, &count);
    if (e != OK)
        return e;
    if (count == 0 || page[0].number != number)
        return ERR_NOT_FOUND;
    *ret = page[0];
    return OK;
}

static enum err product_row(sqlite3_stmt *s, struct arena *arena, struct product *ret)
{
    struct product product = { .number = sql_u32(s, 0), .created_at = { sql_int(s, 3) } };
    enum err e = sql_uuid(s, 1, &product.id.uuid);

    if (e == OK)
        e = sql_text(s, 2, arena, &product.name);
    if (e == OK)
        *ret = product;
    return e;
}

enum err directory_products_read(struct database *database, uint32_t after, size_t limit,
                                 struct arena *arena, struct product **ret, size_t *ret_count)
{
    struct product *page = arena_new(arena, struct product, limit);
    size_t count = 0;
    sqlite3_stmt *s;
    enum err e = page == NULL ? ERR_NOMEM : sql_get(database, NO_BOOK, SQL_PRODUCTS_AFTER, &s);

    if (e != OK)
        return e;
    sql_bind_int(s, 1, after);
    sql_bind_u64(s, 2, limit);
    while ((e = sql_row(database, s)) == OK) {
        assert(count < limit);
        e = product_row(s, arena, &page[count++]);
        if (e != OK)
            break;
    }
    sql_done(s);
    if (e != ERR_NOT_FOUND)
        return e;
    *ret = page;
    *ret_count = count;
    return OK;
}

enum err directory_product_read(struct database *database, struct product_id id,
                                struct arena *arena, struct product *ret)
{
    sqlite3_stmt *s;
    enum err e = sql_get(database, NO_BOOK, SQL_PRODUCT_FIND, &s);

    if (e != OK)
        return e;
    sql_bind_uuid(s, 1, &id.uuid);
    e = sql_row(database, s);
    if (e != OK)
        return e;
    e = product_row(s, arena, ret);
    sql_done(s);
    return e;
}

/* --- loading: each row of a statement into the directory in memory --- */

typedef enum err row_load(sqlite3_stmt *statement, struct directory *directory,
                          struct arena *arena);

static enum err customer_load(sqlite3_stmt *s, struct directory *directory, struct arena *arena)
{
    struct customer_ref ref = {
        .number = sql_u32(s, 0),
        .archived = !instant_is_never(sql_instant(s, 2)),
    };
    struct str fields = STR_NONE;
    enum err e = sql_uuid(s, 1, &ref.id.uuid);

    if (e == OK)
        e = sql_text(s, 3, arena, &fields);
    if (e == OK)
        e = directory_customer_load(directory, &ref);
    return e == OK ? field_values_change(&directory->field_values, STR_NONE, fields) : e;
}

static enum err alias_load(sqlite3_stmt *s, struct directory *directory, struct arena *arena)
{
    struct str alias;
    uint32_t number = sql_u32(s, 0);
    enum err e = sql_text(s, 1, arena, &alias);

    if (e == OK && (number == 0 || number > directory_customer_count(directory)))
        e = ERR_CORRUPT;
    return e == OK ? directory_alias_load(directory, alias, number) : e;
}

static enum err credit_type_load(sqlite3_stmt *s, struct directory *directory, struct arena *arena)
{
    struct credit_type type = {
        .number = sql_u32(s, 0),
        .scale = (int)sql_int(s, 3),
        .is_currency = sql_int(s, 4) != 0,
        .created_at = { sql_int(s, 5) },
    };
    enum err e = sql_uuid(s, 1, &type.id.uuid);

    if (e == OK)
        e = sql_text(s, 2, arena, &type.name);
    if (e == OK && (type.number != directory_credit_type_count(directory) + 1 || type.scale < 0 ||
                    type.scale > CREDIT_TYPE_SCALE_MAX))
        e = ERR_CORRUPT;
    return e == OK ? directory_credit_type_add(directory, &type) : e;
}

static enum err product_load(sqlite3_stmt *s, struct directory *directory, struct arena *arena)
{
    struct product product;
    enum err e = product_row(s, arena, &product);

    if (e == OK && product.number != directory_product_count(directory) + 1)
        e = ERR_CORRUPT;
    return e == OK ? directory_product_add(directory, &product) : e;
}

static enum err field_key_load(sqlite3_stmt *s, struct directory *directory, struct arena *arena)
{
    struct custom_field_key key = {
        .number = sql_u32(s, 0),
        .enforce_uniqueness = sql_int(s, 3) != 0,
        .created_at = { sql_int(s, 4) },
        .removed_at = sql_instant(s, 5),
    };
    enum err e = sql_text(s, 1, arena, &key.entity);

    if (e == OK)
        e = sql_text(s, 2, arena, &key.key);
    if (e == OK && (key.number != field_keys_count(&directory->field_keys) + 1 ||
                    str_is_empty(key.entity) || str_is_empty(key.key)))
        e = ERR_CORRUPT;
    return e == OK ? field_keys_put(&directory->field_keys, &key) : e;
}

static enum err load_rows(struct database *database, sqlite3_stmt *s, row_load *load,
                          struct directory *directory)
{
    struct arena arena;
    enum err e;

    arena_init(&arena, LOAD_ARENA_BYTES);
    while ((e = sql_row(database, s)) == OK) {
        e = load(s, directory, &arena);
        if (e != OK)
            break;
        arena_reset(&arena, LOAD_ARENA_BYTES);
    }
    sql_done(s);
    arena_finish(&arena);
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err directory_load(struct database *database, struct directory *directory)
{
    sqlite3_stmt *s;
    enum err e = sql_get(database, NO_BOOK, SQL_CUSTOMER_REFS, &s);

    if (e == OK)
        e = load_rows(database, s, customer_load, directory);
    if (e == OK)
        e = sql_get(database, NO_BOOK, SQL_ALIASES, &s);
    if (e == OK)
        e = load_rows(database, s, alias_load, directory);
    if (e == OK)
        e = sql_get(database, NO_BOOK, SQL_CREDIT_TYPES, &s);
    if (e == OK)
        e = load_rows(database, s, credit_type_load, directory);
    if (e == OK)
        e = sql_get(database, NO_BOOK, SQL_FIELD_KEYS, &s);
    if (e == OK)
        e = load_rows(database, s, field_key_load, directory);
    if (e == OK)
        e = sql_get(database, NO_BOOK, SQL_PRODUCTS_AFTER, &s);
    if (e != OK)
        return e;
    sql_bind_int(s, 1, 0);
    sql_bind_int(s, 2, -1);
    return load_rows(database, s, product_load, directory);
}
