#include "record.h"

#include <stdio.h>
#include "http/serialize.h"
#include "json/write.h"

static FILE *file;

static struct str method_name(enum http_method method)
{
    switch (method) {
    case HTTP_GET:
        return STR("GET");
    case HTTP_HEAD:
        return STR("HEAD");
    case HTTP_POST:
        return STR("POST");
    case HTTP_PUT:
        return STR("PUT");
    case HTTP_PATCH:
        return STR("PATCH");
    case HTTP_DELETE:
        return STR("DELETE");
    case HTTP_OPTIONS:
        return STR("OPTIONS");
    case HTTP_OTHER:
        return STR("OTHER");
    }
    never("not a method");
}

void record_open(const char *path)
{
    file = path != NULL ? fopen(path, "a") : NULL;
    assert(path == NULL || file != NULL);
}

void record_exchange(const struct request *request, const struct reply *reply, struct arena *arena)
{
    struct json_writer writer;
    struct str line;

    if (file == NULL)
        return;
    json_writer_init_in(&writer, arena);
    json_begin_object(&writer);
    json_put_string(json_key(&writer, STR("method")), method_name(request->method));
    json_put_string(json_key(&writer, STR("path")), request->path);
    json_put_string(json_key(&writer, STR("query")), request->query);
    json_put_string(json_key(&writer, STR("request")), request->body);
    json_put_integer(json_key(&writer, STR("status")), reply->status);
    json_put_string(json_key(&writer, STR("type")), reply->content_type);
    json_begin_object(json_key(&writer, STR("headers")));
    for (size_t i = 0; i < reply->header_count; i++)
        json_put_string(json_key(&writer, reply->headers[i].name), reply->headers[i].value);
    json_end_object(&writer);
    json_put_string(json_key(&writer, STR("body")),
                    serialize_has_body(reply, request->method) ? reply->body : STR(""));
    json_end_object(&writer);
    if (json_writer_finish(&writer, &line) != OK)
        never("a line fits");
    fprintf(file, "%.*s\n", STR_PRINT(line));
}

void record_close(void)
{
    if (file != NULL && fclose(file) != 0)
        never("the record is written");
    file = NULL;
}
