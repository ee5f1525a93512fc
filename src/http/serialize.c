#include "http/serialize.h"

#include <string.h>

#define FIXED_BYTES_MAX 256u /* the status line, and what the network adds, with room to spare */

static const struct {
    int status;
    struct str line;
} status_lines[] = {
#define LINE(status, reason)                                                                       \
    {                                                                                              \
        status, STR_INIT("HTTP/1.1 " #status " " reason "\r\n")                                    \
    }
    LINE(200, "OK"),
    LINE(201, "Created"),
    LINE(202, "Accepted"),
    LINE(204, "No Content"),
    LINE(304, "Not Modified"),
    LINE(400, "Bad Request"),
    LINE(401, "Unauthorized"),
    LINE(402, "Payment Required"),
    LINE(403, "Forbidden"),
    LINE(404, "Not Found"),
    LINE(405, "Method Not Allowed"),
    LINE(406, "Not Acceptable"),
    LINE(408, "Request Timeout"),
    LINE(409, "Conflict"),
    LINE(410, "Gone"),
    LINE(413, "Content Too Large"),
    LINE(414, "URI Too Long"),
    LINE(415, "Unsupported Media Type"),
    LINE(417, "Expectation Failed"),
    LINE(422, "Unprocessable Content"),
    LINE(429, "Too Many Requests"),
    LINE(431, "Request Header Fields Too Large"),
    LINE(500, "Internal Server Error"),
    LINE(501, "Not Implemented"),
    LINE(502, "Bad Gateway"),
    LINE(503, "Service Unavailable"),
    LINE(504, "Gateway Timeout"),
    LINE(505, "HTTP Version Not Supported"),
    LINE(507, "Insufficient Storage"),
#undef LINE
};

static bool status_ends_with_head(int status)
{
    return status == 204 || status == 304;
}

bool serialize_has_body(const struct reply *reply, enum http_method method)
{
    return method != HTTP_HEAD && !status_ends_with_head(reply->status);
}

size_t serialize_size_max(const struct reply *reply)
{
    size_t size = FIXED_BYTES_MAX + reply->content_type.len;

    assert(reply->header_count <= REPLY_HEADERS_MAX);
    for (size_t i = 0; i < reply->header_count; i++)
        size += reply->headers[i].name.len + reply->headers[i].value.len + 4;
    return size;
}

static char *put(char *at, struct str text)
{
    if (text.len > 0)
        memcpy(at, text.data, text.len);
    return at + text.len;
}

static char *put_number(char *at, size_t number)
{
    char digits[20];
    size_t first = sizeof digits;

    do
        digits[--first] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    return put(at, (struct str){ .data = digits + first, .len = sizeof digits - first });
}

static char *put_status(char *at, int status)
{
    assert(status >= 200);
    assert(status <= 599);
    for (size_t i = 0; i < array_count(status_lines); i++) {
        if (status_lines[i].status == status)
            return put(at, status_lines[i].line);
    }
    at = put(at, STR("HTTP/1.1 "));
    at = put_number(at, (size_t)status);
    return put(at, STR(" \r\n")); /* a reason may be empty, its space not */
}

static char *put_header(char *at, struct str name, struct str value)
{
    at = put(at, name);
    at = put(at, STR(": "));
    for (size_t i = 0; i < value.len; i++) {
        char c = value.data[i];
        *at++ = (unsigned char)c < 0x20 || c == 0x7F ? ' ' : c;
    }
    return put(at, STR("\r\n"));
}

static char *put_persistence(char *at, enum persistence persistence)
{
    switch (persistence) {
    case PERSISTENCE_IMPLIED:
        return at;
    case PERSISTENCE_KEPT:
        return put(at, STR("Connection: keep-alive\r\n"));
    case PERSISTENCE_ENDS:
        return put(at, STR("Connection: close\r\n"));
    }
    never("not an enum persistence");
}

size_t serialize_head(const struct reply *reply, enum persistence persistence, struct str date,
                      char *ret)
{
    char *at = put_status(ret, reply->status);

    if (!str_is_empty(date))
        at = put_header(at, STR("Date"), date);
    if (!str_is_empty(reply->content_type))
        at = put_header(at, STR("Content-Type"), reply->content_type);
    if (!status_ends_with_head(reply->status)) {
        at = put(at, STR("Content-Length: "));
        at = put_number(at, reply->body.len);
        at = put(at, STR("\r\n"));
    }
    for (size_t i = 0; i < reply->header_count; i++)
        at = put_header(at, reply->headers[i].name, reply->headers[i].value);
    at = put_persistence(at, persistence);
    at = put(at, STR("\r\n"));
    assert((size_t)(at - ret) <= serialize_size_max(reply));
    return (size_t)(at - ret);
}
