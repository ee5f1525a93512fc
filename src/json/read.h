/* json/read.h - JSON as RFC 8259 has it, and nothing beyond it; numbers stay text.
 *
 * A tree of small nodes in the caller's arena.  Only what every reader understands the same way
 * is taken: no comments, no trailing commas, no NaN, no two members of one name, no lone
 * surrogate, no invalid UTF-8, no NUL in a string, nothing behind the value, no nesting beyond
 * JSON_DEPTH_MAX and no more than JSON_VALUES_MAX values in the outermost one.  A number is the
 * text that the client wrote; exact/decimal.h reads it.
 *
 * Ownership: nodes live in the arena and borrow from the text that was parsed, which must stay
 * as long as they are used.  The tree is never changed after it is made, so it may be handed
 * to another thread.  No global state.
 *
 * Walking an array or object:
 *     for (const struct json *node = parent->first; node != NULL; node = node->next)
 */
#ifndef JSON_READ_H
#define JSON_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/check.h"
#include "base/err.h"
#include "base/str.h"

enum json_kind {
    JSON_NULL = 1,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT,
};

struct json {
    enum json_kind kind;
    uint32_t count;           /* of members or elements */
    struct str name;          /* of a member, decoded; else empty */
    struct str text;          /* of a string, decoded; of anything else, as it was written */
    const struct json *first; /* member or element; in the order in which they were written */
    const struct json *next;  /* member or element of the same parent */
};

/* What is wrong, and where: the number of bytes before it. */
struct json_error {
    size_t offset;
    struct str why; /* such as "a string is not closed"; static */
};

/* Reads the whole of text as one value.
 *
 *   ERR_MALFORMED  it is not one; *reterr says why
 *   ERR_NOMEM      the arena is full.  A node takes 64 bytes, so texts of many tiny values need
 *                  up to 32 times their own size, though no more than JSON_VALUES_MAX nodes
 *
 * On error *ret is untouched, and the arena is as it was. */
enum err json_parse(struct str text, struct arena *arena, const struct json **ret,
                    struct json_error *reterr) MUST_CHECK;

/* The error as a struct blame's why: "must be valid JSON; at byte 17: ...".  In the arena; a
 * shorter text when it is full. */
struct str json_error_why(const struct json_error *error, struct arena *arena);

/* The member of that name; NULL when there is none.  Precondition: object is an object. */
const struct json *json_member(const struct json *object, struct str name);

#endif
