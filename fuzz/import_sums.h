/* fuzz/import_sums.h - what in an export follows from its other lines. */
#ifndef FUZZ_IMPORT_SUMS_H
#define FUZZ_IMPORT_SUMS_H

#include "base/str.h"

/* The lines, with what is right in the place of each "=": in a check or the end the number of lines
 * and their sum, in a seal the hash.  This is docs/export-format.md read once more, apart from
 * what the program does.  In memory of its own, for the caller to free. */
struct str sums_put(struct str lines);

#endif
