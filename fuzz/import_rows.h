/* fuzz/import_rows.h - what the lines of an export say, however they are written. */
#ifndef FUZZ_IMPORT_ROWS_H
#define FUZZ_IMPORT_ROWS_H

#include "store/embedded/portable.h"

/* Every row is in both, and says the same: in whatever order rows and cells are, however a number
 * or the bytes of a text are spelled.  A pepper may be in the second alone, and a key's
 * hash that is of no secret.  columns: an import that was begun, for the kinds of columns. */
bool rows_same(struct str given, struct str exported, const struct import *columns);

#endif
