/* store/embedded/database.h - a connection to the file, and its statements.
 *
 * Every SQL text stands in statements.def.  A statement is prepared when it is first used, and
 * kept.  Of each statement on a book there are two, one for live_ and one for test_: the
 * word {book} in the text is replaced by a constant, and nothing else ever is.
 *
 *   ERR_FULL     no room on the disk, or another process would not let go of the file
 *   ERR_NOMEM
 *   ERR_CORRUPT  not a database, or one with a damaged page
 *   ERR_IO       anything else
 *
 * A connection belongs to one thread, and is closed by whoever opened it.
 */
#ifndef STORE_EMBEDDED_DATABASE_H
#define STORE_EMBEDDED_DATABASE_H

#include <sqlite3.h>
#include "base/arena.h"
#include "domain/entry.h"
#include "domain/environment.h"

enum sql {
#define SQL(name, text) SQL_##name,
#include "store/embedded/statements.def"
#undef SQL
    SQL_COUNT
};

/* What the statement that inserts entries has bound: most of it is the same for the next. */
#define ENTRY_COLUMNS 26
struct database_bound {
    bool is_known;
    int64_t values[ENTRY_COLUMNS];
};

struct database {
    sqlite3 *handle;
    struct database_bound bound[ENVIRONMENT_COUNT];
    sqlite3_stmt *statements[ENVIRONMENT_COUNT][SQL_COUNT];
};

enum database_mode { DATABASE_READ = 1, DATABASE_READ_STILL, DATABASE_WRITE, DATABASE_KEEP };

/* DATABASE_READ_STILL: path is SQLite's URI of a file that nobody writes.  DATABASE_WRITE makes the
 * file if there is none; so does DATABASE_KEEP, but it leaves an older format alone (file_open),
 * for a server of that format may be at work on it.  The timeout is how long to wait for another
 * process.  On failure nothing needs to be closed. */
enum err database_open(struct database *database, const char *path, enum database_mode mode,
                       int timeout_ms) MUST_CHECK;
void database_close(struct database *database);

/* What went wrong last, in SQLite's words; borrowed until the next call. */
const char *database_message(const struct database *database);
/* The error for an extended result code of SQLite's, right after the call that gave it. */
enum err database_err(int code);

/* Runs a constant text, maybe of several statements. */
enum err database_run(struct database *database, const char *text) MUST_CHECK;
/* The same with {book} filled in. */
enum err database_run_book(struct database *database, enum environment environment,
                           const char *text) MUST_CHECK;
/* A statement that is used once; the caller finalizes it. */
enum err database_prepare_book(struct database *database, enum environment environment,
                               const char *text, sqlite3_stmt **ret) MUST_CHECK;
/* One number from a constant text. */
enum err database_number(struct database *database, const char *text, int64_t *ret) MUST_CHECK;

/* Statements that are on no book have environment 0. */
#define NO_BOOK ((enum environment)0)
enum err sql_get(struct database *database, enum environment environment, enum sql which,
                 sqlite3_stmt **ret) MUST_CHECK;
/* Runs it to the end and resets it, whatever comes. */
enum err sql_run(struct database *database, sqlite3_stmt *statement) MUST_CHECK;
/* The next row.  ERR_NOT_FOUND: there is none; it has been reset, as after an error. */
enum err sql_row(struct database *database, sqlite3_stmt *statement) MUST_CHECK;
void sql_done(sqlite3_stmt *statement); /* with its rows */
/* A value of meta, as column 0; then sql_done().  ERR_NOT_FOUND */
enum err sql_meta(struct database *database, struct str name, sqlite3_stmt **ret) MUST_CHECK;

/* Binding: texts, blobs and uuids must stay until the statement is done.  Places count from 1. */
void sql_bind_int(sqlite3_stmt *statement, int place, int64_t value);
void sql_bind_u64(sqlite3_stmt *statement, int place, uint64_t value);
void sql_bind_null(sqlite3_stmt *statement, int place);
void sql_bind_text(sqlite3_stmt *statement, int place, struct str text); /* absent: NULL */
void sql_bind_blob(sqlite3_stmt *statement, int place, const void *data, size_t size);
void sql_bind_uuid(sqlite3_stmt *statement, int place, const struct uuid *uuid); /* nil: NULL */
void sql_bind_instant(sqlite3_stmt *statement, int place, struct instant at);    /* NEVER: NULL */

/* Columns count from 0.  What the row does not have as it was written is ERR_CORRUPT. */
int64_t sql_int(sqlite3_stmt *statement, int column);
/* Whether every one of these holds what an amount can be: of a damaged row that is not known. */
bool sql_are_amounts(sqlite3_stmt *statement, int first, int last);
bool sql_are_numbers(sqlite3_stmt *statement, int first, int last); /* from 0 on */
uint64_t sql_u64(sqlite3_stmt *statement, int column);
uint32_t sql_u32(sqlite3_stmt *statement, int column);
struct instant sql_instant(sqlite3_stmt *statement, int column);
enum err sql_text(sqlite3_stmt *statement, int column, struct arena *arena,
                  struct str *ret) MUST_CHECK;
enum err sql_uuid(sqlite3_stmt *statement, int column, struct uuid *ret) MUST_CHECK;
enum err sql_blob(sqlite3_stmt *statement, int column, void *ret, size_t size) MUST_CHECK;

#endif
