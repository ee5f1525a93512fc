/* http/chunked.h - takes the chunks off a body, strictly.
 *
 * Not by the library: as Debian builds it, it takes any two bytes for the CR LF that ends a
 * chunk, and that is how requests are smuggled.  Extensions are read and dropped, and so
 * are trailers; one that speaks of the length of the body is refused.
 * Pure: any thread.
 */
#ifndef HTTP_CHUNKED_H
#define HTTP_CHUNKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"
#include "http/fault.h"

enum chunked_body_state {
    CHUNKED_SIZE = 1,  /* hex digits */
    CHUNKED_EXTENSION, /* ";..." until CR */
    CHUNKED_SIZE_LF,   /* the LF after them */
    CHUNKED_DATA,      /* size_left bytes */
    CHUNKED_DATA_CR,   /* CR LF behind the data */
    CHUNKED_DATA_LF,
    CHUNKED_TRAILER_LINE, /* the first byte of a line behind the last chunk */
    CHUNKED_TRAILER_NAME, /* until the colon */
    CHUNKED_TRAILER,      /* the rest of it */
    CHUNKED_TRAILER_LF,
    CHUNKED_LAST_LF, /* the LF of the empty line */
    CHUNKED_ENDED,
};

struct chunked_body {
    enum chunked_body_state state;
    unsigned digits;      /* of the size, so far */
    uint64_t size_left;   /* of the data of this chunk */
    uint64_t data_bytes;  /* of all chunks announced so far */
    uint64_t frame_bytes; /* of all that is not data */
    uint64_t trailer_bytes;
    size_t name_bytes;     /* of a trailer's name, so far */
    uint8_t framing_names; /* a bit for each name that it may still become */
};

void chunked_body_init(struct chunked_body *chunked);

/* Reads on in bytes, up to the end of the first stretch of data: *ret_data, maybe empty.
 * *ret_taken is how many bytes were read, those of the data too.  When it returns FAULT_NONE
 * and took all of bytes, or the state is CHUNKED_ENDED, there is no more to be had from them. */
enum fault chunked_body_next(struct chunked_body *chunked, struct str bytes, size_t *ret_taken,
                             struct str *ret_data) MUST_CHECK;

#endif
