#include "store/embedded/database.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#define SQL_TEXT_MAX 4096 /* of a statement with {book} filled in */

static const char *const texts[] = {
#define SQL(name, text) [SQL_##name] = (text),
#include "store/embedded/statements.def"
#undef SQL
};

/* --- errors --- */

/* A quota that is used up is no SQLITE_FULL.  Nor does SQLite keep the errno of a commit that
 * fails, so sqlite3_system_errno() is that of some other call; but nothing has failed since.  What
 * a failed sync had promised before may be lost too: that is never for want of room. */
static bool is_out_of_room(int code)
{
    bool is_write =
        code == SQLITE_IOERR_WRITE || code == SQLITE_IOERR_TRUNCATE || code == SQLITE_IOERR_SHMSIZE;

    return is_write && (errno == ENOSPC || errno == EDQUOT);
}

enum err database_err(int code)
{
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return OK;
    case SQLITE_FULL:
    case SQLITE_BUSY:
        return ERR_FULL;
    case SQLITE_NOMEM:
        return ERR_NOMEM;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ERR_CORRUPT;
    default:
        break; /* SQLite may have more codes than we know */
    }
    return is_out_of_room(code) ? ERR_FULL : ERR_IO;
}

const char *database_message(const struct database *database)
{
    return sqlite3_errmsg(database->handle);
}

/* --- connections --- */

static int open_flags(enum database_mode mode)
{
    switch (mode) {
    case DATABASE_READ:
        return SQLITE_OPEN_READONLY;
    case DATABASE_READ_STILL:
        return SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
    case DATABASE_WRITE:
    case DATABASE_KEEP:
        return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    }
    never("not a mode");
}

/* Its count of the memory in use, which nobody asks for, is a lock for every piece.  Refused where
 * somebody has started the library before: then it counts. */
static void library_prepare(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

enum err database_open(struct database *database, const char *path, enum database_mode mode,
                       int timeout_ms)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int code = pthread_once(&once, library_prepare);
    enum err e;

    assert(code == 0);
    *database = (struct database){ .handle = NULL };
    flags |= open_flags(mode);
    code = sqlite3_open_v2(path, &database->handle, flags, NULL);
    if (database->handle == NULL)
        return ERR_NOMEM;
    e = database_err(code);
    if (e != OK) {
        database_close(database);
        return e;
    }
    sqlite3_busy_timeout(database->handle, timeout_ms);
    return OK;
}

void database_close(struct database *database)
{
    int code;

    for (int i = 0; i < ENVIRONMENT_COUNT; i++) {
        for (int which = 0; which < SQL_COUNT; which++)
            sqlite3_finalize(database->statements[i][which]);
    }
    code = sqlite3_close(database->handle);
    assert(code == SQLITE_OK); /* no statement was left behind */
    *database = (struct database){ .handle = NULL };
}

/* --- texts --- */

/* The text with the book's prefix in place of {book}. */
static void text_fill(const char *text, enum environment environment, char ret[SQL_TEXT_MAX])
{
    static const char mark[] = "{book}";
    struct str name = environment == NO_BOOK ? STR_NONE : environment_name(environment);
    size_t used = 0;

    while (*text != '\0') {
        if (strncmp(text, mark, sizeof mark - 1) == 0) {
            assert(environment != NO_BOOK);
            assert(used + name.len < SQL_TEXT_MAX);
            memcpy(ret + used, name.data, name.len);
            used += name.len;
            text += sizeof mark - 1;
        } else {
            assert(used + 1 < SQL_TEXT_MAX);
            ret[used++] = *text++;
        }
    }
    ret[used] = '\0';
}

enum err database_run(struct database *database, const char *text)
{
    return database_err(sqlite3_exec(database->handle, text, NULL, NULL, NULL));
}

enum err database_run_book(struct database *database, enum environment environment,
                           const char *text)
{
    char filled[SQL_TEXT_MAX];

    text_fill(text, environment, filled);
    return database_run(database, filled);
}

enum err database_prepare_book(struct database *database, enum environment environment,
                               const char *text, sqlite3_stmt **ret)
{
    char filled[SQL_TEXT_MAX];

    text_fill(text, environment, filled);
    return database_err(sqlite3_prepare_v2(database->handle, filled, -1, ret, NULL));
}

enum err database_number(struct database *database, const char *text, int64_t *ret)
{
    sqlite3_stmt *statement;
    int64_t number;
    enum err e = database_err(sqlite3_prepare_v2(database->handle, text, -1, &statement, NULL));

    if (e != OK)
        return e;
    e = sql_row(database, statement);
    number = e == OK ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    if (e == OK)
        *ret = number;
    return e;
}

/* --- statements --- */

enum err sql_get(struct database *database, enum environment environment, enum sql which,
                 sqlite3_stmt **ret)
{
    int i = environment == NO_BOOK ? 0 : environment_index(environment);
    sqlite3_stmt **place = &database->statements[i][which];
    char filled[SQL_TEXT_MAX];
    int code;

    assert(which < SQL_COUNT);
    if (*place == NULL) {
        text_fill(texts[which], environment, filled);
        code = sqlite3_prepare_v3(database->handle, filled, -1, SQLITE_PREPARE_PERSISTENT, place,
                                  NULL);
        if (code != SQLITE_OK)
            return database_err(code);
    }
    *ret = *place;
    return OK;
}

enum err sql_run(struct database *database, sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);
    enum err e = database_err(code);

    sqlite3_reset(statement);
    return e;
}

enum err sql_row(struct database *database, sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);
    enum err e;

    if (code == SQLITE_ROW)
        return OK;
    e = code == SQLITE_DONE ? ERR_NOT_FOUND : database_err(code);
    sqlite3_reset(statement);
    return e;
}

void sql_done(sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
}

enum err sql_meta(struct database *database, struct str name, sqlite3_stmt **ret)
{
    enum err e = sql_get(database, NO_BOOK, SQL_META_FIND, ret);

    if (e != OK)
        return e;
    sql_bind_text(*ret, 1, name);
    return sql_row(database, *ret);
}

/* --- binding: nothing is copied, so that nothing can fail --- */

/* A step would not say that memory was short before it: it would run with NULL. */
static void bound(int code)
{
    assert(code == SQLITE_OK);
}

void sql_bind_int(sqlite3_stmt *statement, int place, int64_t value)
{
    bound(sqlite3_bind_int64(statement, place, value));
}

void sql_bind_u64(sqlite3_stmt *statement, int place, uint64_t value)
{
    assert(value <= INT64_MAX);
    bound(sqlite3_bind_int64(statement, place, (int64_t)value));
}

void sql_bind_null(sqlite3_stmt *statement, int place)
{
    bound(sqlite3_bind_null(statement, place));
}

void sql_bind_text(sqlite3_stmt *statement, int place, struct str text)
{
    bound(sqlite3_bind_text64(statement, place, text.data, text.len, SQLITE_STATIC, SQLITE_UTF8));
}

void sql_bind_blob(sqlite3_stmt *statement, int place, const void *data, size_t size)
{
    bound(sqlite3_bind_blob64(statement, place, data == NULL ? "" : data, size, SQLITE_STATIC));
}

void sql_bind_uuid(sqlite3_stmt *statement, int place, const struct uuid *uuid)
{
    if (uuid_is_zero(*uuid))
        sql_bind_null(statement, place);
    else
        sql_bind_blob(statement, place, uuid->bytes, sizeof uuid->bytes);
}

void sql_bind_instant(sqlite3_stmt *statement, int place, struct instant at)
{
    if (instant_is_never(at))
        sql_bind_null(statement, place);
    else
        sql_bind_int(statement, place, at.us);
}

/* --- columns --- */

int64_t sql_int(sqlite3_stmt *statement, int column)
{
    return sqlite3_column_int64(statement, column);
}

bool sql_are_amounts(sqlite3_stmt *statement, int first, int last)
{
    for (int column = first; column <= last; column++) {
        if (sql_int(statement, column) < -AMOUNT_UNITS_MAX)
            return false;
    }
    return true;
}

bool sql_are_numbers(sqlite3_stmt *statement, int first, int last)
{
    for (int column = first; column <= last; column++) {
        if (sql_int(statement, column) < 0)
            return false;
    }
    return true;
}

uint64_t sql_u64(sqlite3_stmt *statement, int column)
{
    return (uint64_t)sqlite3_column_int64(statement, column);
}

uint32_t sql_u32(sqlite3_stmt *statement, int column)
{
    return (uint32_t)sqlite3_column_int64(statement, column);
}

struct instant sql_instant(sqlite3_stmt *statement, int column)
{
    if (sqlite3_column_type(statement, column) == SQLITE_NULL)
        return INSTANT_NEVER;
    return (struct instant){ .us = sqlite3_column_int64(statement, column) };
}

enum err sql_text(sqlite3_stmt *statement, int column, struct arena *arena, struct str *ret)
{
    struct str text = STR_NONE;
    struct str copy = STR_NONE;

    if (sqlite3_column_type(statement, column) != SQLITE_NULL) {
        /* The blob is the same bytes, also of a text with a NUL in it; an empty one is NULL. */
        const void *data = sqlite3_column_blob(statement, column);

        text.data = data == NULL ? "" : data;
        text.len = (size_t)sqlite3_column_bytes(statement, column);
        copy = str_copy(text, arena);
        if (copy.data == NULL)
            return ERR_NOMEM;
    }
    *ret = copy;
    return OK;
}

enum err sql_blob(sqlite3_stmt *statement, int column, void *ret, size_t size)
{
    const void *data = sqlite3_column_blob(statement, column);

    if (data == NULL || (size_t)sqlite3_column_bytes(statement, column) != size)
        return ERR_CORRUPT;
    memcpy(ret, data, size);
    return OK;
}

enum err sql_uuid(sqlite3_stmt *statement, int column, struct uuid *ret)
{
    if (sqlite3_column_type(statement, column) == SQLITE_NULL) {
        *ret = (struct uuid){ .bytes = { 0 } };
        return OK;
    }
    return sql_blob(statement, column, ret->bytes, sizeof ret->bytes);
}
