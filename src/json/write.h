/* json/write.h - JSON text, written straight to where it is sent from.
 *
 * Compact: no white space.  A writer that runs out of room remembers it and goes on; any number
 * of writes follow, none of them checked, and json_writer_finish() asks once.
 *
 *     json_begin_object(&w);
 *     json_put_string(json_key(&w, STR("id")), id);
 *     json_put_amount(json_key(&w, STR("balance")), balance, scale);
 *     json_end_object(&w);
 *     e = json_writer_finish(&w, &body);
 *
 * That keys and values alternate and that what is begun is ended is asserted.  Texts are
 * borrowed until the call returns, and should be valid UTF-8: they are escaped, not checked.
 * One thread.
 */
#ifndef JSON_WRITE_H
#define JSON_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/check.h"
#include "base/err.h"
#include "base/str.h"
#include "exact/amount.h"
#include "exact/instant.h"

#define JSON_WRITER_DEPTH_MAX 32u

struct json_writer {
    char *data;
    size_t len;
    size_t size;
    struct arena *arena; /* to grow in; NULL: data is the caller's, and does not grow */
    uint32_t objects;    /* bit n: what was begun at depth n is an object */
    unsigned depth;
    bool needs_comma;
    bool has_key; /* its value is next */
    bool overflowed;
};

void json_writer_init(struct json_writer *w, char *data, size_t size);
void json_writer_init_in(struct json_writer *w, struct arena *arena);

/* The text, which lives where it was written.  Precondition: one whole value was written.
 *
 *   ERR_RANGE  it did not fit the caller's buffer
 *   ERR_NOMEM  it did not fit the arena
 */
enum err json_writer_finish(struct json_writer *w, struct str *ret) MUST_CHECK;
/* There was no memory for what was to be written: the end will tell. */
void json_writer_overflow(struct json_writer *w);

void json_begin_object(struct json_writer *w);
void json_end_object(struct json_writer *w);
void json_begin_array(struct json_writer *w);
void json_end_array(struct json_writer *w);

/* Returns w, for the value that must follow. */
struct json_writer *json_key(struct json_writer *w, struct str key);

void json_put_null(struct json_writer *w);
void json_put_bool(struct json_writer *w, bool value);
void json_put_integer(struct json_writer *w, int64_t value);
void json_put_string(struct json_writer *w, struct str text);
void json_put_string_or_null(struct json_writer *w, struct str text); /* null for STR_NONE */
/* text is JSON already: a number as a client wrote it, or a value from json_parse(). */
void json_put_raw(struct json_writer *w, struct str text);

/* As a number: 12.5; as a string: "12.5". */
void json_put_amount(struct json_writer *w, struct amount amount, int scale);
void json_put_amount_string(struct json_writer *w, struct amount amount, int scale);

/* As a string; with 3 decimals, or with 6 where they are needed to be exact.  NEVER and NONE
 * are null. */
void json_put_instant(struct json_writer *w, struct instant instant);
void json_put_instant_ms(struct json_writer *w, struct instant instant); /* 3 decimals, cut off */

#endif
