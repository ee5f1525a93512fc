/* store/embedded/portable.h - both books and the directory as rows, to be carried elsewhere.
 *
 * Reading is of one moment, through a connection of its own, also while a server writes; writing
 * makes a new file.  Rows come as they are stored: every table of portable.def, each column by
 * its name.  One thread; memory for a row, not for the book.  On failure message says what and
 * where, for a person.
 *
 *   ERR_MALFORMED  (import) the row is not one of that table, or does not fit those before it
 *   ERR_CORRUPT    not a data file, or one of another format
 *   ERR_FULL, ERR_IO, ERR_NOMEM
 */
#ifndef STORE_EMBEDDED_PORTABLE_H
#define STORE_EMBEDDED_PORTABLE_H

#include "store/embedded/embedded.h"
#include "store/embedded/unfinished.h"

enum portable {
#define PORTABLE(name, kind, table, order, log) PORTABLE_##name,
#include "store/embedded/portable.def"
#undef PORTABLE
    PORTABLE_COUNT
};

struct str portable_kind(enum portable table); /* "entry" */
bool portable_is_of_book(enum portable table); /* or of the directory, which both share */

/* CELL_ANY is a column that takes numbers and blobs: no cell, once read, is one. */
enum cell_kind { CELL_INTEGER = 1, CELL_TEXT, CELL_BLOB, CELL_ANY };

struct cell {
    struct str name; /* of the column */
    enum cell_kind kind;
    int64_t integer;
    struct str bytes; /* of a text or a blob */
};

#define PORTABLE_CELLS_MAX 48

/* What is NULL is left out. */
struct portable_row {
    enum portable table;
    enum environment environment; /* 0 for what both books share */
    size_t cell_count;
    struct cell cells[PORTABLE_CELLS_MAX];
};

struct portable_options {
    bool books[ENVIRONMENT_COUNT]; /* by environment_index */
    bool with_secrets; /* the pepper and the hashes of keys; without, the keys open nothing */
};

/* --- reading --- */

struct export;

/* *ret_format: of the file, which is this program's. */
enum err export_begin(const char *path, const struct portable_options *options, struct export **ret,
                      int *ret_format, char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;
/* ERR_NOT_FOUND: there are no more.  Borrowed until the next call. */
enum err export_next(struct export *export, struct portable_row *ret,
                     char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;
void export_end(struct export *export); /* NULL: nothing to do */

/* --- writing --- */

struct import;

/* Tables of that format, without rows.  to is empty, and is borrowed until import_end(). */
enum err import_begin(const struct unfinished *to, int format, struct import **ret,
                      char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;
/* What the column takes; false: there is none of that name. */
bool import_column(const struct import *import, enum portable table, struct str name,
                   enum cell_kind *ret);
/* A seal is held against the entries before it. */
enum err import_row(struct import *import, const struct portable_row *row,
                    char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;
/* When all rows are there. */
enum err import_commit(struct import *import, char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;
void import_end(struct import *import); /* NULL: nothing to do */

#endif
