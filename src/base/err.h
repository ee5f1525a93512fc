/* base/err.h - what can go wrong with the world, and with what a caller sent.
 *
 * A refusal ("not enough credit") is not an error: it is an answer, and lives in
 * domain/reject.def.  A bug of ours is not an error either: it is an assertion.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/check.h"
#include "base/str.h"

enum err {
    OK = 0,
    ERR_MALFORMED, /* the caller sent something that is not what it should be; see struct blame */
    ERR_RANGE,     /* a number is too large, or something did not fit its limit */
    ERR_NOMEM,     /* out of memory, or out of an arena */
    ERR_NOT_FOUND, /* there is no such thing */
    ERR_BUSY,      /* somebody else holds it, or a queue is full: try again */
    ERR_IO,        /* a disk, socket or library failed; of a commit: the file is in doubt */
    ERR_FULL,      /* the disk is full; nothing was changed */
    ERR_CORRUPT,   /* what was read is not what was written */
    ERR_COUNT
};

/* A short name such as "IO", for logs. */
const char *err_name(enum err e);

/* Which part of a caller's input is wrong, and why.  Both texts are for the caller to read:
 * field is a path such as "grant_amount.amount", why completes the sentence "<field> ...",
 * e.g. "must be a decimal number".  Borrowed: string literals or request memory. */
struct blame {
    struct str field;
    struct str why;
};

#endif
