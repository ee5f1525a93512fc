#include <inttypes.h>
#include <stdio.h>
#include "store/embedded/inside.h"
#include "store/embedded/portable.h"
#include "store/embedded/rows.h"
#include "store/embedded/schema.h"
#include "store/seal.h"

#define INSERT_BYTES 512
#define IMPORT_ARENA_BYTES ((size_t)64 << 20) /* of one entry's facts */

static const char *const table_names[] = {
#define PORTABLE(name, kind, table, order, log) [PORTABLE_##name] = (table),
#include "store/embedded/portable.def"
#undef PORTABLE
};

struct column {
    struct str name; /* SQLite's, as long as the statement */
    enum cell_kind kind;
};

/* A table of a book, or of the directory. */
struct target {
    sqlite3_stmt *select; /* never run: the columns' names and types are its */
    sqlite3_stmt *insert;
    int column_count;
    struct column columns[PORTABLE_CELLS_MAX];
};

/* What has been sealed of a book. */
struct sealed {
    uint64_t sequence;
    struct digest hash;
};

struct import {
    struct database database;
    const char *path;
    bool is_newest; /* only then can entries be read back, and held against their seals at once */
    struct target targets[ENVIRONMENT_COUNT][PORTABLE_COUNT]; /* the directory's in the first */
    struct sealed sealed[ENVIRONMENT_COUNT];
    struct sealer sealer;
    struct arena arena;
};

/* --- tables --- */

static enum cell_kind column_kind(const char *declared)
{
    struct str type = str_from_c(declared);

    if (str_equals(type, STR("INTEGER")))
        return CELL_INTEGER;
    if (str_equals(type, STR("TEXT")))
        return CELL_TEXT;
    return str_equals(type, STR("BLOB")) ? CELL_BLOB : CELL_ANY;
}

static int environment_place(enum portable table, enum environment environment)
{
    return portable_is_of_book(table) ? environment_index(environment) : 0;
}

static enum err insert_prepare(struct database *database, enum environment environment,
                               const char *table, struct target *target)
{
    char text[INSERT_BYTES];
    int used = snprintf(text, sizeof text, "INSERT INTO %s VALUES (?1", table);

    for (int i = 1; i < target->column_count; i++)
        used += snprintf(text + used, sizeof text - (size_t)used, ",?%d", i + 1);
    used += snprintf(text + used, sizeof text - (size_t)used, ")");
    assert(used < (int)sizeof text);
    return database_prepare_book(database, environment, text, &target->insert);
}

static enum err target_open(struct import *import, enum portable table,
                            enum environment environment)
{
    struct target *target = &import->targets[environment_place(table, environment)][table];
    char text[INSERT_BYTES];
    enum err e;

    snprintf(text, sizeof text, "SELECT * FROM %s", table_names[table]);
    e = database_prepare_book(&import->database, environment, text, &target->select);
    if (e != OK)
        return e;
    target->column_count = sqlite3_column_count(target->select);
    assert(target->column_count <= PORTABLE_CELLS_MAX);
    for (int i = 0; i < target->column_count; i++)
        target->columns[i] = (struct column){
            .name = str_from_c(sqlite3_column_name(target->select, i)),
            .kind = column_kind(sqlite3_column_decltype(target->select, i)),
        };
    return insert_prepare(&import->database, environment, table_names[table], target);
}

static enum err targets_open(struct import *import)
{
    enum err e = OK;

    for (int t = 0; t < PORTABLE_COUNT && e == OK; t++) {
        bool is_of_book = portable_is_of_book((enum portable)t);

        e = target_open(import, (enum portable)t, is_of_book ? ENVIRONMENT_LIVE : NO_BOOK);
        if (e == OK && is_of_book)
            e = target_open(import, (enum portable)t, ENVIRONMENT_TEST);
    }
    return e;
}

static const struct column *column_find(const struct target *target, struct str name, int *ret)
{
    for (int i = 0; i < target->column_count; i++) {
        if (str_equals(target->columns[i].name, name)) {
            *ret = i;
            return &target->columns[i];
        }
    }
    return NULL;
}

bool import_column(const struct import *import, enum portable table, struct str name,
                   enum cell_kind *ret)
{
    int place;
    const struct column *column = column_find(&import->targets[0][table], name, &place);

    if (column != NULL)
        *ret = column->kind;
    return column != NULL;
}

/* --- seals --- */

static enum err seal_entries(struct import *import, enum environment environment, uint64_t last)
{
    struct sealed *sealed = &import->sealed[environment_index(environment)];
    enum err e = OK;

    while (sealed->sequence < last && e == OK) {
        struct entry entry;

        e = rows_entry_read(&import->database, environment, sealed->sequence + 1, true,
                            &import->arena, &entry);
        if (e == OK)
            sealer_add(&import->sealer, &entry);
        if (e == OK)
            sealed->sequence++;
        arena_reset(&import->arena, IMPORT_ARENA_BYTES);
    }
    return e;
}

static enum err seal_check(struct import *import, enum environment environment,
                           char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    struct sealed *sealed = &import->sealed[environment_index(environment)];
    struct seal seal;
    enum err e = rows_seal_last(&import->database, environment, &seal);

    if (e == OK && seal.last_sequence <= sealed->sequence)
        e = ERR_CORRUPT;
    if (e == OK) {
        sealer_start(&import->sealer, &sealed->hash);
        e = seal_entries(import, environment, seal.last_sequence);
    }
    if (e == OK) {
        sealed->hash = sealer_take(&import->sealer, seal.at);
        e = digest_equals(&sealed->hash, &seal.hash) ? OK : ERR_CORRUPT;
    }
    if (e != ERR_CORRUPT && e != ERR_NOT_FOUND)
        return e;
    file_tell(ret_message, "the entries before it are not those that were sealed");
    return ERR_MALFORMED;
}

/* --- rows --- */

static void cell_bind(sqlite3_stmt *s, int place, const struct cell *cell)
{
    switch (cell->kind) {
    case CELL_INTEGER:
        sql_bind_int(s, place, cell->integer);
        return;
    case CELL_TEXT:
        sql_bind_text(s, place, cell->bytes);
        return;
    case CELL_BLOB:
        sql_bind_blob(s, place, cell->bytes.data, cell->bytes.len);
        return;
    case CELL_ANY:
        break;
    }
    never("a cell has a value");
}

/* A key that came without its secret's hash gets one that no secret has. */
static void hash_bind(const struct target *target)
{
    static const uint8_t none[DIGEST_BYTES];
    int place = 0;
    const struct column *column = column_find(target, STR("secret_hmac"), &place);

    assert(column != NULL);
    sql_bind_blob(target->insert, place + 1, none, sizeof none);
}

/* The first column is the row's key; SQLite would make up a number. */
static bool has_key(const struct target *target, const struct portable_row *row)
{
    for (size_t i = 0; i < row->cell_count; i++) {
        if (str_equals(row->cells[i].name, target->columns[0].name))
            return true;
    }
    return false;
}

static enum err row_bind(const struct target *target, const struct portable_row *row,
                         char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    if (!has_key(target, row)) {
        file_tell(ret_message, "it has no \"%.*s\"", STR_PRINT(target->columns[0].name));
        return ERR_MALFORMED;
    }
    (void)sqlite3_clear_bindings(target->insert);
    if (row->table == PORTABLE_KEY)
        hash_bind(target);
    for (size_t i = 0; i < row->cell_count; i++) {
        const struct cell *cell = &row->cells[i];
        int place;

        if (column_find(target, cell->name, &place) == NULL) {
            file_tell(ret_message, "there is no column \"%.*s\"", STR_PRINT(cell->name));
            return ERR_MALFORMED;
        }
        cell_bind(target->insert, place + 1, cell);
    }
    return OK;
}

/* A pepper was made with the tables. */
static enum err pepper_replace(struct import *import, const struct portable_row *row)
{
    bool is_pepper =
        row->table == PORTABLE_SETTING && str_equals(row->cells[0].bytes, STR("pepper"));

    return is_pepper ? database_run(&import->database, "DELETE FROM meta WHERE name = 'pepper'")
                     : OK;
}

static enum err row_insert(sqlite3_stmt *insert)
{
    int code = sqlite3_step(insert);
    enum err e = database_err(code);

    (void)sqlite3_reset(insert);
    if ((code & 0xff) == SQLITE_CONSTRAINT || (code & 0xff) == SQLITE_MISMATCH)
        return ERR_MALFORMED;
    return e;
}

enum err import_row(struct import *import, const struct portable_row *row,
                    char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    const struct target *target =
        &import->targets[environment_place(row->table, row->environment)][row->table];
    enum err e = row_bind(target, row, ret_message);

    if (e != OK)
        return e;
    ret_message[0] = '\0';
    e = pepper_replace(import, row);
    if (e == OK)
        e = row_insert(target->insert);
    if (e == OK && row->table == PORTABLE_SEAL && import->is_newest)
        e = seal_check(import, row->environment, ret_message);
    if (e != OK && ret_message[0] == '\0')
        file_tell(ret_message, "%s", database_message(&import->database));
    return e;
}

/* --- its beginning and end --- */

/* What is killed is of no use, so there is no journal, and one sync at the end. */
static const char import_settings[] = "PRAGMA page_size=" FILE_PAGE_BYTES ";"
                                      "PRAGMA journal_mode=OFF;"
                                      "PRAGMA synchronous=OFF;"
                                      "PRAGMA cache_size=-65536;"
                                      "PRAGMA trusted_schema=OFF;";

static enum err make_tables(struct import *import, int format,
                            char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    enum err e = database_run(&import->database, import_settings);

    if (e == OK)
        e = schema_make(&import->database, format, ret_message);
    if (e == OK)
        e = database_run(&import->database, "DELETE FROM credit_types; BEGIN");
    return e == OK ? targets_open(import) : e;
}

enum err import_begin(const struct unfinished *to, int format, struct import **ret,
                      char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    struct import *import = room_new(sizeof *import);
    enum err e;

    file_tell(ret_message, "%s: out of memory", to->path);
    if (import == NULL)
        return ERR_NOMEM;
    import->path = to->path;
    import->is_newest = format == schema_version();
    sealer_init(&import->sealer);
    arena_init(&import->arena, IMPORT_ARENA_BYTES);
    e = database_open(&import->database, to->path, DATABASE_WRITE, 0);
    if (e == OK) {
        ret_message[0] = '\0';
        e = make_tables(import, format, ret_message);
        if (e != OK && ret_message[0] == '\0')
            file_tell(ret_message, "%s: %s", to->path, database_message(&import->database));
    }
    if (e != OK) {
        import_end(import);
        return e;
    }
    *ret = import;
    ret_message[0] = '\0';
    return OK;
}

/* The one part of the state that is written with its entry, and that no sweep completes.  What is
 * given back of a debt is of no grant (entry_gives_back). */
static const char fill_reversals[] =
    "INSERT INTO {book}_reversals (deduction, grant_number, last_entry, amount)"
    " SELECT of_operation, CASE kind WHEN 9 THEN grant_number ELSE 0 END AS place, max(sequence),"
    " sum(CASE kind WHEN 18 THEN -debt ELSE amount END)"
    " FROM {book}_entries WHERE kind IN (9, 18, 19) GROUP BY of_operation, place";

/* Of a format from before there were debts. */
static const char fill_reversals_of_grants[] =
    "INSERT INTO {book}_reversals (deduction, grant_number, last_entry, amount)"
    " SELECT of_operation, grant_number, max(sequence), sum(amount) FROM {book}_entries"
    " WHERE kind = 9 GROUP BY of_operation, grant_number";

enum err import_commit(struct import *import, char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    enum cell_kind kind;
    bool has_debts = import_column(import, PORTABLE_ENTRY, STR("debt"), &kind);
    const char *fill = has_debts ? fill_reversals : fill_reversals_of_grants;
    enum err e = OK;

    _Static_assert(ENTRY_REVERSE == 9, "the statements above");
    _Static_assert(ENTRY_REVERSE_DEBT == 18, "the statement above");
    _Static_assert(ENTRY_REVERSE_REPAY == 19, "the statement above");
    for (int i = 0; i < ENVIRONMENT_COUNT && e == OK; i++)
        e = database_run_book(&import->database, (enum environment)(i + 1), fill);
    if (e == OK)
        e = database_run(&import->database, "COMMIT");
    if (e != OK)
        file_tell(ret_message, "%s: %s", import->path, database_message(&import->database));
    return e;
}

void import_end(struct import *import)
{
    if (import == NULL)
        return;
    for (int i = 0; i < ENVIRONMENT_COUNT; i++) {
        for (int t = 0; t < PORTABLE_COUNT; t++) {
            sqlite3_finalize(import->targets[i][t].select);
            sqlite3_finalize(import->targets[i][t].insert);
        }
    }
    if (import->database.handle != NULL)
        database_close(&import->database);
    arena_finish(&import->arena);
    room_free(import);
}
