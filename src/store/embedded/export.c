#include "store/embedded/inside.h"
#include "store/embedded/portable.h"
#include "store/embedded/schema.h"

static const struct {
    struct str kind;
    const char *select;
    bool is_of_book;
    bool is_log;
} tables[] = {
#define PORTABLE(name, word, table, order, log)                                                    \
    [PORTABLE_##name] = { STR_INIT(word), "SELECT * FROM " table " ORDER BY " order,               \
                          (table)[0] == '{', (log) != 0 },
#include "store/embedded/portable.def"
#undef PORTABLE
};

#define CURSORS_MAX 3 /* of a log */

struct cursor {
    enum portable table;
    sqlite3_stmt *statement; /* NULL: no more */
    bool is_fresh;           /* its row has not been given out */
};

struct export
{
    struct database database;
    struct portable_options options;
    enum portable next; /* the first table that has not been begun */
    enum environment environment;
    struct cursor cursors[CURSORS_MAX];
    size_t cursor_count;
};

struct str portable_kind(enum portable table)
{
    assert(table < PORTABLE_COUNT);
    return tables[table].kind;
}

bool portable_is_of_book(enum portable table)
{
    assert(table < PORTABLE_COUNT);
    return tables[table].is_of_book;
}

/* --- one row --- */

static struct cell cell_of(sqlite3_stmt *s, int column)
{
    struct cell cell = { .name = str_from_c(sqlite3_column_name(s, column)) };

    if (sqlite3_column_type(s, column) == SQLITE_INTEGER) {
        cell.kind = CELL_INTEGER;
        cell.integer = sqlite3_column_int64(s, column);
        return cell;
    }
    cell.kind = sqlite3_column_type(s, column) == SQLITE_TEXT ? CELL_TEXT : CELL_BLOB;
    cell.bytes.data = sqlite3_column_blob(s, column);
    cell.bytes.len = (size_t)sqlite3_column_bytes(s, column);
    if (cell.bytes.data == NULL)
        cell.bytes = STR("");
    return cell;
}

static bool is_secret(enum portable table, struct str column)
{
    return table == PORTABLE_KEY && str_equals(column, STR("secret_hmac"));
}

static void row_of(const struct export *export, const struct cursor *cursor,
                   struct portable_row *ret)
{
    int columns = sqlite3_column_count(cursor->statement);

    ret->table = cursor->table;
    ret->environment = tables[cursor->table].is_of_book ? export->environment : NO_BOOK;
    ret->cell_count = 0;
    assert(columns <= PORTABLE_CELLS_MAX);
    for (int i = 0; i < columns; i++) {
        struct cell cell = cell_of(cursor->statement, i);

        if (sqlite3_column_type(cursor->statement, i) == SQLITE_NULL ||
            (!export->options.with_secrets && is_secret(cursor->table, cell.name)))
            continue;
        ret->cells[ret->cell_count++] = cell;
    }
}

/* Where the replay of a book begins is a matter of the rows that are not carried. */
static bool is_carried(const struct export *export, const struct portable_row *row)
{
    struct str name;

    if (row->table != PORTABLE_SETTING)
        return true;
    name = row->cells[0].bytes;
    if (str_equals(name, STR("pepper")))
        return export->options.with_secrets;
    return !str_equals(name, STR("live_replay_from")) && !str_equals(name, STR("test_replay_from"));
}

/* --- one table after the other, a log's side by side --- */

static void cursors_close(struct export *export)
{
    for (size_t i = 0; i < export->cursor_count; i++)
        sqlite3_finalize(export->cursors[i].statement);
    export->cursor_count = 0;
}

static enum err cursor_open(struct export *export, enum portable table)
{
    struct cursor *cursor = &export->cursors[export->cursor_count];

    assert(export->cursor_count < CURSORS_MAX);
    *cursor = (struct cursor){ .table = table };
    export->cursor_count++;
    return database_prepare_book(&export->database,
                                 tables[table].is_of_book ? export->environment : NO_BOOK,
                                 tables[table].select, &cursor->statement);
}

/* The book after that one, of those that are wanted; NO_BOOK: none. */
static enum environment book_after(const struct export *export, enum environment environment)
{
    for (int i = (int)environment; i < ENVIRONMENT_COUNT; i++) {
        if (export->options.books[i])
            return (enum environment)(i + 1);
    }
    return NO_BOOK;
}

static enum portable first_of_books(void)
{
    enum portable table = (enum portable)0;

    while (!tables[table].is_of_book)
        table++;
    return table;
}

/* ERR_NOT_FOUND: there is no table left. */
static enum err cursors_open_next(struct export *export)
{
    enum err e;

    cursors_close(export);
    if (export->next == PORTABLE_COUNT || export->next == first_of_books()) {
        export->environment = book_after(export, export->environment);
        if (export->environment == NO_BOOK)
            return ERR_NOT_FOUND;
        export->next = first_of_books();
    }
    do {
        e = cursor_open(export, export->next);
        export->next++;
    } while (e == OK && export->next < PORTABLE_COUNT && tables[export->next - 1].is_log &&
             tables[export->next].is_log);
    return e;
}

/* Has a row in hand, or is at its end. */
static enum err cursor_fill(struct export *export, struct cursor *cursor)
{
    enum err e;

    if (cursor->is_fresh || cursor->statement == NULL)
        return OK;
    e = sql_row(&export->database, cursor->statement);
    if (e == OK)
        cursor->is_fresh = true;
    if (e != ERR_NOT_FOUND)
        return e;
    sqlite3_finalize(cursor->statement);
    cursor->statement = NULL;
    return OK;
}

/* The one whose row comes first: of the same number the entry, then its facts, then the seal. */
static enum err cursor_first(struct export *export, struct cursor **ret)
{
    *ret = NULL;
    for (size_t i = 0; i < export->cursor_count; i++) {
        struct cursor *cursor = &export->cursors[i];
        enum err e = cursor_fill(export, cursor);

        if (e != OK)
            return e;
        if (cursor->statement != NULL &&
            (*ret == NULL || sql_int(cursor->statement, 0) < sql_int((*ret)->statement, 0)))
            *ret = cursor;
    }
    return OK;
}

static enum err next_row(struct export *export, struct portable_row *ret)
{
    struct cursor *cursor;
    enum err e = cursor_first(export, &cursor);

    while (e == OK && cursor == NULL) {
        e = cursors_open_next(export);
        if (e == OK)
            e = cursor_first(export, &cursor);
    }
    if (e != OK)
        return e;
    row_of(export, cursor, ret);
    cursor->is_fresh = false;
    return OK;
}

enum err export_next(struct export *export, struct portable_row *ret,
                     char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    enum err e = next_row(export, ret);

    while (e == OK && !is_carried(export, ret))
        e = next_row(export, ret);
    if (e != OK && e != ERR_NOT_FOUND)
        file_tell(ret_message, "%s", database_message(&export->database));
    return e;
}

/* --- its beginning and end --- */

enum err export_begin(const char *path, const struct portable_options *options, struct export **ret,
                      int *ret_format, char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    struct export *export = room_new(sizeof *export);
    enum err e;

    file_tell(ret_message, "%s: out of memory", path);
    if (export == NULL)
        return ERR_NOMEM;
    export->options = *options;
    e = file_open(path, DATABASE_READ, &export->database, ret_message);
    if (e != OK) {
        room_free(export);
        return e;
    }
    e = database_run(&export->database, "BEGIN");
    if (e != OK) {
        file_tell(ret_message, "%s: %s", path, database_message(&export->database));
        export_end(export);
        return e;
    }
    *ret_format = schema_version();
    *ret = export;
    ret_message[0] = '\0';
    return OK;
}

void export_end(struct export *export)
{
    if (export == NULL)
        return;
    cursors_close(export);
    database_close(&export->database);
    room_free(export);
}
