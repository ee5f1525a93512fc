#include "http_oracle.h"

#include <http_parser.h>
#include <string.h>

struct reading {
    char *body;
    size_t body_bytes;
    bool ended;
};

static int on_body(http_parser *parser, const char *at, size_t length)
{
    struct reading *reading = parser->data;

    memcpy(reading->body + reading->body_bytes, at, length);
    reading->body_bytes += length;
    return 0;
}

/* Stops it there. */
static int on_end(http_parser *parser)
{
    struct reading *reading = parser->data;

    reading->ended = true;
    http_parser_pause(parser, 1);
    return 0;
}

size_t http_oracle(struct str bytes, char *ret_body, size_t *ret_body_bytes)
{
    static const http_parser_settings settings = {
        .on_body = on_body,
        .on_message_complete = on_end,
    };
    struct reading reading = { .body = ret_body };
    http_parser parser;
    size_t read;

    http_parser_init(&parser, HTTP_REQUEST);
    parser.data = &reading;
    read = http_parser_execute(&parser, &settings, bytes.data, bytes.len);
    *ret_body_bytes = reading.body_bytes;
    return reading.ended ? read : 0;
}
