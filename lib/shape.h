/* shape.h - how a struct of scrip.h looks on the wire, as a table.
 *
 * One table a struct, one line a field; the reader and the two writers below know the kinds.
 * A struct that is asked with and one that is answered with are described alike.
 */
#ifndef LIB_SHAPE_H
#define LIB_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/str.h"
#include "json/read.h"
#include "json/write.h"
#include "lib/query.h"
#include "scrip.h"

enum field_kind {
    FIELD_TEXT = 1, /* const char * */
    FIELD_NUMBER,   /* struct scrip_decimal, written as a number */
    FIELD_AMOUNT,   /* struct scrip_decimal, written as a string; both are read from either */
    FIELD_INSTANT,  /* struct scrip_instant */
    FIELD_INTEGER,  /* struct scrip_integer */
    FIELD_COUNT,    /* int64_t; 0 is not given */
    FIELD_FLAG,     /* enum scrip_flag */
    FIELD_CHOICE,   /* an enum from 1, 0 is not given; more: its texts, ended by NULL */
    FIELD_OBJECT, /* a struct in the struct; more: its shape.  Optional: absent when all in it is */
    FIELD_POINTER, /* a pointer to a struct */
    FIELD_SAME,    /* a pointer to a struct that is read from this very object, if it has a member
                     * of this name */
    FIELD_LIST,    /* a pointer to structs and their count */
    FIELD_TEXTS,   /* a pointer to texts and their count */
    FIELD_PAIRS,   /* a pointer to pairs and their count; an object on the wire */
    FIELD_JSON,    /* const char *, a JSON object as text */
    FIELD_RAW,     /* struct scrip_text, the object itself as it came; read only */
};

struct field {
    const char *name;
    enum field_kind kind;
    bool is_needed;
    size_t offset;
    size_t count_offset; /* LIST, TEXTS, PAIRS: of the size_t */
    const void *more;
};

struct shape {
    size_t size;
    const struct field *fields;
    size_t count;
};

#define SHAPE(type, list)                                                                          \
    {                                                                                              \
        .size = sizeof(type), .fields = (list), .count = array_count(list)                         \
    }

#define OPTIONAL(type, kind, member)                                                               \
    {                                                                                              \
#member, kind, false, offsetof(type, member), 0, NULL                                      \
    }
#define NEEDED(type, kind, member)                                                                 \
    {                                                                                              \
#member, kind, true, offsetof(type, member), 0, NULL                                       \
    }
/* With another name on the wire, or with more to say. */
#define OPTIONAL_AS(type, kind, member, name, more)                                                \
    {                                                                                              \
        name, kind, false, offsetof(type, member), 0, more                                         \
    }
#define NEEDED_AS(type, kind, member, name, more)                                                  \
    {                                                                                              \
        name, kind, true, offsetof(type, member), 0, more                                          \
    }
#define MANY(type, kind, member, counter, name, more)                                              \
    {                                                                                              \
        name, kind, false, offsetof(type, member), offsetof(type, counter), more                   \
    }
#define MANY_NEEDED(type, kind, member, counter, name, more)                                       \
    {                                                                                              \
        name, kind, true, offsetof(type, member), offsetof(type, counter), more                    \
    }

#define COMPLAINT_BYTES 256

/* What is wrong and where: "data[3].grant_amount.amount must be a decimal number". */
struct complaint {
    char text[COMPLAINT_BYTES];
};

/* Reads node into ret, which is zero before; texts and lists go into the arena, FIELD_RAW borrows.
 * Members that the shape does not know are passed over.
 *
 *   ERR_MALFORMED  *reterr says what
 *   ERR_NOMEM */
enum err shape_read(const struct shape *shape, const struct json *node, struct arena *arena,
                    void *ret, struct complaint *reterr) MUST_CHECK;

/* Writes what is given of params as an object.  The same errors, and arena is for FIELD_JSON. */
enum err shape_write(const struct shape *shape, const void *params, struct arena *arena,
                     struct json_writer *writer, struct complaint *reterr) MUST_CHECK;

/* Writes what is given of params as "name=value&name=value", percent-encoded, behind what text
 * has.  TEXT, INSTANT, COUNT, FLAG, CHOICE and TEXTS (comma-joined) only. */
enum err shape_write_query(const struct shape *shape, const void *params, struct query *query,
                           struct complaint *reterr) MUST_CHECK;

#endif
