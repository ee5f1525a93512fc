#include "wire.h"

#include <string.h>
#include "base/check.h"
#include "http/parse.h"
#include "http/serialize.h"

static struct str join(struct str a, struct str b, struct arena *arena)
{
    char *data = arena_take(arena, a.len + b.len + 1);

    assert(data != NULL);
    memcpy(data, a.data, a.len);
    if (b.len > 0)
        memcpy(data + a.len, b.data, b.len);
    return (struct str){ .data = data, .len = a.len + b.len };
}

static struct str request_bytes(const struct request *request, struct str method,
                                struct arena *arena)
{
    struct str head =
        str_format(arena, "%.*s %.*s%s%.*s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %zu\r\n",
                   STR_PRINT(method), STR_PRINT(request->path), request->query.len > 0 ? "?" : "",
                   STR_PRINT(request->query), request->body.len);

    for (size_t i = 0; i < request->header_count; i++)
        head =
            str_format(arena, "%.*s%.*s: %.*s\r\n", STR_PRINT(head),
                       STR_PRINT(request->headers[i].name), STR_PRINT(request->headers[i].value));
    return join(join(head, STR("\r\n"), arena), request->body, arena);
}

struct request wire_request(const struct request *request, struct str method, struct arena *arena)
{
    struct str bytes = request_bytes(request, method, arena);
    struct request read = { .path = STR_NONE };
    enum parse_step step = PARSE_MORE;
    struct parse parse;
    size_t taken;

    parse_init(&parse);
    while (step == PARSE_MORE) {
        step = parse_feed(&parse, bytes, arena, &read, &taken);
        bytes = str_skip(bytes, taken);
        assert(step != PARSE_MORE || taken > 0);
    }
    assert(step == PARSE_DONE && bytes.len == 0);
    read.peer = request->peer;
    return read;
}

static struct str line_take(struct str *rest)
{
    struct str line = str_split(*rest, '\n', rest);

    assert(line.len > 0 && line.data[line.len - 1] == '\r');
    return str_take(line, line.len - 1);
}

static struct reply reply_read(struct str bytes)
{
    struct str status = line_take(&bytes);
    struct reply reply = { .status = 0 };

    for (size_t i = strlen("HTTP/1.1 "); i < strlen("HTTP/1.1 200"); i++)
        reply.status = reply.status * 10 + (status.data[i] - '0');
    for (struct str line = line_take(&bytes); line.len > 0; line = line_take(&bytes)) {
        struct str value, name = str_split(line, ':', &value);

        value = str_skip(value, 1);
        if (str_equals(name, STR("Content-Type")))
            reply.content_type = value;
        else if (!str_equals(name, STR("Content-Length")))
            reply_header(&reply, name, value);
    }
    reply.body = bytes;
    return reply;
}

struct reply wire_reply(const struct reply *reply, enum http_method method, struct arena *arena)
{
    struct str head = { .data = arena_take(arena, serialize_size_max(reply)) };

    assert(head.data != NULL);
    head.len = serialize_head(reply, PERSISTENCE_IMPLIED, STR(""), (char *)(uintptr_t)head.data);
    return reply_read(join(head, serialize_has_body(reply, method) ? reply->body : STR(""), arena));
}
