#include <stdio.h>
#include "store/embedded/inside.h"
#include "store/embedded/unfinished.h"

static enum err key_row(sqlite3_stmt *s, struct arena *arena, struct key *ret)
{
    struct key key = {
        .number = sql_u32(s, 0),
        .environment = (enum environment)sql_int(s, 2),
        .scope = (enum key_scope)sql_int(s, 3),
        .created_at = { sql_int(s, 6) },
        .revoked_at = sql_instant(s, 7),
        .customer = sql_u32(s, 8),
        .requests_per_second = sql_u32(s, 9),
    };
    enum err e = sql_text(s, 1, arena, &key.client_id);

    if (key.environment != ENVIRONMENT_LIVE && key.environment != ENVIRONMENT_TEST)
        return ERR_CORRUPT;
    if (key.customer > 0 && sqlite3_column_type(s, 10) == SQLITE_NULL)
        return ERR_CORRUPT; /* there is no such customer */
    if (key.scope < KEY_SCOPE_WRITE || key.scope > KEY_SCOPE_ADMIN)
        return ERR_CORRUPT;
    if (e == OK)
        e = sql_text(s, 4, arena, &key.name);
    if (e == OK)
        e = sql_blob(s, 5, key.secret_hmac.bytes, sizeof key.secret_hmac.bytes);
    if (e == OK && key.customer > 0)
        e = sql_uuid(s, 10, &key.customer_id.uuid);
    if (e == OK && key.customer > 0)
        e = sql_text(s, 11, arena, &key.customer_client_id);
    if (e == OK)
        *ret = key;
    return e;
}

static enum err keys_grow(struct arena *arena, struct key **keys, size_t count, size_t *capacity)
{
    size_t wanted = *capacity == 0 ? 16 : *capacity * 2;
    struct key *grown;

    if (count < *capacity)
        return OK;
    grown = arena_new(arena, struct key, wanted);
    if (grown == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < count; i++)
        grown[i] = (*keys)[i];
    *keys = grown;
    *capacity = wanted;
    return OK;
}

enum err embedded_keys_read(struct database *database, struct arena *arena, struct key **ret,
                            size_t *ret_count)
{
    struct key *keys = NULL;
    size_t count = 0, capacity = 0;
    sqlite3_stmt *s;
    enum err e = sql_get(database, NO_BOOK, SQL_KEYS, &s);

    if (e != OK)
        return e;
    while ((e = sql_row(database, s)) == OK) {
        e = keys_grow(arena, &keys, count, &capacity);
        if (e == OK)
            e = key_row(s, arena, &keys[count++]);
        if (e != OK)
            break;
    }
    sql_done(s);
    if (e != ERR_NOT_FOUND)
        return e;
    *ret = keys;
    *ret_count = count;
    return OK;
}

#define KEY_BYTES_MAX ((size_t)64 << 20) /* of one; more than any line of an import has */

enum err embedded_keys_check(struct database *database)
{
    struct arena arena;
    sqlite3_stmt *s;
    enum err e = sql_get(database, NO_BOOK, SQL_KEYS, &s);

    if (e != OK)
        return e;
    arena_init(&arena, KEY_BYTES_MAX);
    while ((e = sql_row(database, s)) == OK) {
        struct key key;

        e = key_row(s, &arena, &key);
        if (e != OK)
            break;
        arena_reset(&arena, KEY_BYTES_MAX);
    }
    sql_done(s);
    arena_finish(&arena);
    return e == ERR_NOT_FOUND ? OK : e;
}

/* --- a change of a batch --- */

static enum err key_insert(struct database *database, enum sql insert, const struct key *key)
{
    sqlite3_stmt *s;
    enum err e = sql_get(database, NO_BOOK, insert, &s);

    if (e != OK)
        return e;
    sql_bind_text(s, 1, key->client_id);
    sql_bind_int(s, 2, (int64_t)key->environment);
    sql_bind_int(s, 3, (int64_t)key->scope);
    sql_bind_text(s, 4, key->name);
    sql_bind_blob(s, 5, key->secret_hmac.bytes, sizeof key->secret_hmac.bytes);
    sql_bind_int(s, 6, key->created_at.us);
    sql_bind_instant(s, 7, key->revoked_at);
    sql_bind_int(s, 8, key->customer);
    sql_bind_int(s, 9, key->requests_per_second);
    return sql_run(database, s);
}

enum err embedded_key_write(struct database *database, const struct key *key)
{
    return key_insert(database, SQL_KEY_INSERT, key);
}

/* What is not bound is NULL: any. */
enum err embedded_keys_revoke(struct database *database, const struct key_revocation *revocation)
{
    sqlite3_stmt *s;
    enum err e = sql_get(database, NO_BOOK, SQL_KEYS_REVOKE, &s);

    if (e != OK)
        return e;
    (void)sqlite3_clear_bindings(s);
    sql_bind_int(s, 1, revocation->customer);
    sql_bind_int(s, 2, revocation->everywhere ? 0 : (int64_t)revocation->environment);
    if (revocation->has_secret)
        sql_bind_blob(s, 3, revocation->secret_hmac.bytes, sizeof revocation->secret_hmac.bytes);
    if (revocation->client_id.len > 0)
        sql_bind_text(s, 4, revocation->client_id);
    sql_bind_int(s, 5, revocation->at.us);
    return sql_run(database, s);
}

/* --- for `scrip key`: the file for a moment, without the lock --- */

static enum err open_file(const char *directory, bool is_there, struct database *ret,
                          char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    char *path;
    enum err e;

    snprintf(ret_message, EMBEDDED_MESSAGE_BYTES, "%.200s: out of memory", directory);
    e = file_is_finished(directory, ret_message);
    if (e == OK)
        e = file_path(directory, &path);
    if (e != OK)
        return e;
    if (is_there)
        e = file_find(path, ret_message);
    if (e == OK)
        e = file_open(path, DATABASE_KEEP, ret, ret_message);
    room_free(path);
    return e;
}

/* A key may come before the first start: then the file is made. */
static enum err open_or_make(const char *directory, struct database *ret,
                             char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    enum err e = file_directory_make(directory, ret_message);

    return e == OK ? open_file(directory, false, ret, ret_message) : e;
}

static enum err open_briefly(const char *directory, struct database *ret,
                             char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    return open_file(directory, true, ret, ret_message);
}

static void close_briefly(struct database *database, enum err e,
                          char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    if (e == ERR_NOMEM)
        snprintf(ret_message, EMBEDDED_MESSAGE_BYTES, "there is not enough memory");
    else if (e != OK && e != ERR_NOT_FOUND)
        snprintf(ret_message, EMBEDDED_MESSAGE_BYTES, "%s", database_message(database));
    database_close(database);
}

enum err embedded_key_add(const char *directory, struct key *key,
                          char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    struct database database;
    bool is_added;
    enum err e = open_or_make(directory, &database, ret_message);

    if (e != OK)
        return e;
    /* One statement looks and writes, so nobody comes between. */
    e = key_insert(&database, SQL_KEY_INSERT_FREE, key);
    if (e == OK)
        key->number = (uint32_t)sqlite3_last_insert_rowid(database.handle);
    is_added = e == OK && sqlite3_changes(database.handle) > 0;
    close_briefly(&database, e, ret_message);
    if (e != OK || is_added)
        return e;
    snprintf(ret_message, EMBEDDED_MESSAGE_BYTES, "another key has this secret; revoke it first");
    return ERR_BUSY;
}

enum err embedded_keys(const char *directory, struct arena *arena, struct key **ret,
                       size_t *ret_count, char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    struct database database;
    enum err e = open_briefly(directory, &database, ret_message);

    if (e != OK)
        return e;
    e = embedded_keys_read(&database, arena, ret, ret_count);
    close_briefly(&database, e, ret_message);
    return e;
}

enum err embedded_key_revoke(const char *directory, struct str client_id, struct instant now,
                             char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    struct database database;
    sqlite3_stmt *s;
    enum err e = open_briefly(directory, &database, ret_message);

    if (e != OK)
        return e;
    e = sql_get(&database, NO_BOOK, SQL_KEY_REVOKE, &s);
    if (e == OK) {
        sql_bind_text(s, 1, client_id);
        sql_bind_int(s, 2, now.us);
        e = sql_run(&database, s);
    }
    if (e == OK && sqlite3_changes(database.handle) == 0) {
        snprintf(ret_message, EMBEDDED_MESSAGE_BYTES, "there is no key %.*s", STR_PRINT(client_id));
        e = ERR_NOT_FOUND;
    }
    close_briefly(&database, e, ret_message);
    return e;
}

enum err embedded_pepper(const char *directory, uint8_t ret[32],
                         char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    struct database database;
    enum err e = open_or_make(directory, &database, ret_message);

    if (e != OK)
        return e;
    e = file_secret(&database, "pepper", ret, 32);
    close_briefly(&database, e, ret_message);
    return e;
}
