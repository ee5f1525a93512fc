#include "http/library.h"

/* Its names for methods are ours too: keep them apart. */
#define http_method library_method
#define HTTP_GET LIBRARY_GET
#define HTTP_HEAD LIBRARY_HEAD
#define HTTP_POST LIBRARY_POST
#define HTTP_PUT LIBRARY_PUT
#define HTTP_PATCH LIBRARY_PATCH
#define HTTP_DELETE LIBRARY_DELETE
#define HTTP_OPTIONS LIBRARY_OPTIONS
#include <http_parser.h>

struct reading {
    struct library_head *head;
    bool name_waits; /* the last name has no value yet */
    enum fault fault;
};

static int on_target(http_parser *parser, const char *at, size_t length)
{
    struct reading *reading = parser->data;

    reading->head->target = (struct str){ .data = at, .len = length };
    return 0;
}

static int on_name(http_parser *parser, const char *at, size_t length)
{
    struct reading *reading = parser->data;
    struct library_head *head = reading->head;

    if (reading->name_waits || length == 0 || at[length] != ':')
        reading->fault = FAULT_HEADER_NAME;
    else if (head->header_count == head->header_max)
        reading->fault = FAULT_HEADERS_MANY;
    if (reading->fault != FAULT_NONE)
        return -1;
    head->headers[head->header_count].name = (struct str){ .data = at, .len = length };
    reading->name_waits = true;
    return 0;
}

static int on_value(http_parser *parser, const char *at, size_t length)
{
    struct reading *reading = parser->data;
    struct library_head *head = reading->head;

    if (!reading->name_waits) { /* a second piece: the library took two lines for one */
        reading->fault = FAULT_LINE_FOLDED;
        return -1;
    }
    while (length > 0 && (at[0] == ' ' || at[0] == '\t')) {
        at++;
        length--;
    }
    while (length > 0 && (at[length - 1] == ' ' || at[length - 1] == '\t'))
        length--;
    head->headers[head->header_count++].value = (struct str){ .data = at, .len = length };
    reading->name_waits = false;
    return 0;
}

/* The library remembers what the headers said no longer than this. */
static int on_headers(http_parser *parser)
{
    struct reading *reading = parser->data;

    reading->head->keep_alive = http_should_keep_alive(parser) != 0;
    return 0;
}

static enum fault fault_from_library(enum http_errno error)
{
    if (error == HPE_INVALID_METHOD)
        return FAULT_METHOD;
    if (error == HPE_INVALID_TRANSFER_ENCODING)
        return FAULT_CODING;
    if (error == HPE_INVALID_CONTENT_LENGTH)
        return FAULT_LENGTH;
    if (error == HPE_UNEXPECTED_CONTENT_LENGTH)
        return FAULT_LENGTH_REPEATED;
    return FAULT_HEADER;
}

enum fault library_read(struct str bytes, struct library_head *head)
{
    static const http_parser_settings settings = {
        .on_url = on_target,
        .on_header_field = on_name,
        .on_header_value = on_value,
        .on_headers_complete = on_headers,
    };
    struct reading reading = { .head = head };
    http_parser parser;
    size_t read;

    head->header_count = 0;
    http_parser_init(&parser, HTTP_REQUEST);
    parser.data = &reading;
    read = http_parser_execute(&parser, &settings, bytes.data, bytes.len);
    if (reading.fault != FAULT_NONE)
        return reading.fault;
    if (HTTP_PARSER_ERRNO(&parser) != HPE_OK)
        return fault_from_library(HTTP_PARSER_ERRNO(&parser));
    if (read != bytes.len || reading.name_waits)
        return FAULT_HEADER;
    assert(head->header_count <= head->header_max);
    return FAULT_NONE;
}
