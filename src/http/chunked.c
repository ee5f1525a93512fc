#include "http/chunked.h"

#include <string.h>
#include "base/check.h"
#include "base/limits.h"

#define SIZE_DIGITS_MAX 8u /* of a limit of 4 MB, with room for zeros in front */

/* A body in chunks of one byte has 5 bytes of frame for each; more is somebody's attack. */
#define FRAME_BYTES_PER_DATA_BYTE 8u

void chunked_body_init(struct chunked_body *chunked)
{
    *chunked = (struct chunked_body){ .state = CHUNKED_SIZE };
}

static bool byte_is_text(char c)
{
    unsigned char byte = (unsigned char)c;

    return (byte >= 0x20 && byte != 0x7F) || byte == '\t';
}

static enum fault size_take(struct chunked_body *chunked, char c)
{
    int digit = hex_digit(c);

    if (digit >= 0) {
        if (++chunked->digits > SIZE_DIGITS_MAX)
            return FAULT_CHUNK;
        chunked->size_left = chunked->size_left * 16 + (uint64_t)digit;
        return FAULT_NONE;
    }
    if (chunked->digits == 0)
        return FAULT_CHUNK;
    if (c == '\r')
        chunked->state = CHUNKED_SIZE_LF;
    else if (c == ';')
        chunked->state = CHUNKED_EXTENSION;
    else
        return FAULT_CHUNK;
    return FAULT_NONE;
}

/* The line of a chunk's size is complete. */
static enum fault size_end(struct chunked_body *chunked)
{
    chunked->digits = 0;
    chunked->data_bytes += chunked->size_left;
    if (chunked->data_bytes > REQUEST_BODY_BYTES_MAX)
        return FAULT_BODY_LARGE;
    chunked->state = chunked->size_left > 0 ? CHUNKED_DATA : CHUNKED_TRAILER_LINE;
    return FAULT_NONE;
}

/* c must be wanted; then comes next. */
static enum fault expect(struct chunked_body *chunked, char c, char wanted,
                         enum chunked_body_state next)
{
    if (c != wanted)
        return FAULT_CHUNK;
    chunked->state = next;
    return FAULT_NONE;
}

/* c is text, or the CR at the end of it; then comes next. */
static enum fault text_take(struct chunked_body *chunked, char c, enum chunked_body_state next)
{
    if (c == '\r')
        chunked->state = next;
    else if (!byte_is_text(c))
        return FAULT_CHUNK;
    return FAULT_NONE;
}

/* What says where a message ends has no business behind its end: another reader may believe it. */
static const struct str framing[] = { STR_INIT("content-length"), STR_INIT("transfer-encoding") };

_Static_assert(sizeof framing / sizeof framing[0] <= 8, "a bit for each in framing_names");

static bool byte_is_name(char c)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

    return is_letter || (c >= '0' && c <= '9') || (c != '\0' && strchr(others, c) != NULL);
}

/* A name, of at least one byte, and no white space before its colon. */
static enum fault trailer_name_take(struct chunked_body *chunked, char c)
{
    char lower = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);

    for (size_t i = 0; i < array_count(framing); i++) {
        bool is_end = chunked->name_bytes == framing[i].len;

        if ((chunked->framing_names >> i & 1) == 0)
            continue;
        if (c == ':' && is_end)
            return FAULT_TRAILER;
        if (is_end || framing[i].data[chunked->name_bytes] != lower)
            chunked->framing_names &= (uint8_t) ~(1u << i);
    }
    if (c == ':' && chunked->name_bytes > 0)
        chunked->state = CHUNKED_TRAILER;
    else if (!byte_is_name(c))
        return FAULT_TRAILER;
    chunked->name_bytes++;
    return FAULT_NONE;
}

static enum fault trailer_take(struct chunked_body *chunked, char c)
{
    if (++chunked->trailer_bytes > REQUEST_HEAD_BYTES_MAX)
        return FAULT_TRAILERS_LARGE;
    if (chunked->state == CHUNKED_TRAILER)
        return text_take(chunked, c, CHUNKED_TRAILER_LF);
    if (chunked->state == CHUNKED_TRAILER_LINE && c == '\r') {
        chunked->state = CHUNKED_LAST_LF;
        return FAULT_NONE;
    }
    if (chunked->state == CHUNKED_TRAILER_LINE) {
        chunked->state = CHUNKED_TRAILER_NAME;
        chunked->name_bytes = 0;
        chunked->framing_names = (1u << array_count(framing)) - 1;
    }
    return trailer_name_take(chunked, c);
}

/* One byte of the frame. */
static enum fault frame_take(struct chunked_body *chunked, char c)
{
    if (++chunked->frame_bytes >
        REQUEST_HEAD_BYTES_MAX + FRAME_BYTES_PER_DATA_BYTE * chunked->data_bytes)
        return FAULT_CHUNKS_SMALL;
    switch (chunked->state) {
    case CHUNKED_SIZE:
        return size_take(chunked, c);
    case CHUNKED_EXTENSION:
        return text_take(chunked, c, CHUNKED_SIZE_LF);
    case CHUNKED_SIZE_LF:
        return c == '\n' ? size_end(chunked) : FAULT_CHUNK;
    case CHUNKED_DATA_CR:
        return expect(chunked, c, '\r', CHUNKED_DATA_LF);
    case CHUNKED_DATA_LF:
        return expect(chunked, c, '\n', CHUNKED_SIZE);
    case CHUNKED_TRAILER_LINE:
    case CHUNKED_TRAILER_NAME:
    case CHUNKED_TRAILER:
        return trailer_take(chunked, c);
    case CHUNKED_TRAILER_LF:
        return expect(chunked, c, '\n', CHUNKED_TRAILER_LINE);
    case CHUNKED_LAST_LF:
        return expect(chunked, c, '\n', CHUNKED_ENDED);
    case CHUNKED_DATA:
    case CHUNKED_ENDED:
        break;
    }
    never("data is not part of the frame, and nothing comes after the end");
}

enum fault chunked_body_next(struct chunked_body *chunked, struct str bytes, size_t *ret_taken,
                             struct str *ret_data)
{
    size_t taken = 0;
    enum fault fault;

    *ret_data = STR_NONE;
    while (taken < bytes.len && chunked->state != CHUNKED_DATA && chunked->state != CHUNKED_ENDED) {
        fault = frame_take(chunked, bytes.data[taken++]);
        if (fault != FAULT_NONE)
            return fault;
    }
    if (chunked->state == CHUNKED_DATA) {
        size_t size = bytes.len - taken;
        if (size > chunked->size_left)
            size = (size_t)chunked->size_left;
        *ret_data = str_take(str_skip(bytes, taken), size);
        chunked->size_left -= size;
        taken += size;
        if (chunked->size_left == 0)
            chunked->state = CHUNKED_DATA_CR;
    }
    *ret_taken = taken;
    return FAULT_NONE;
}
