#include "play.h"

#include <stdio.h>
#include "match.h"

struct str play_file_read(const char *path, struct arena *arena)
{
    FILE *file = fopen(path, "rb");
    struct str text = STR_NONE;
    long size;
    char *data;

    if (file == NULL)
        return text;
    fseek(file, 0, SEEK_END);
    size = ftell(file);
    rewind(file);
    data = arena_take(arena, (size_t)size + 1);
    assert(data != NULL);
    if (size > 0 && fread(data, (size_t)size, 1, file) == 1)
        text = (struct str){ .data = data, .len = (size_t)size };
    fclose(file);
    return text;
}

static enum http_method method_of(struct str text)
{
    static const struct {
        struct str text;
        enum http_method method;
    } methods[] = {
        { STR_INIT("GET"), HTTP_GET },       { STR_INIT("HEAD"), HTTP_HEAD },
        { STR_INIT("POST"), HTTP_POST },     { STR_INIT("PUT"), HTTP_PUT },
        { STR_INIT("DELETE"), HTTP_DELETE }, { STR_INIT("PATCH"), HTTP_PATCH },
    };

    for (size_t i = 0; i < array_count(methods); i++)
        if (str_equals(methods[i].text, text))
            return methods[i].method;
    return HTTP_OTHER;
}

static bool is_kable(struct str path)
{
    return str_starts_with(path, STR("/api"));
}

/* The key's headers, as the dialect has them, then the step's own. */
static void headers_make(struct play *play, const struct step *step, struct request *request,
                         struct http_header *headers)
{
    const struct world_key *key = world_key(step->key.len > 0 ? step->key : STR("test"));
    size_t count = 0;

    if (key != NULL && is_kable(request->path)) {
        headers[count++] = (struct http_header){ STR("Kable-Client-Id"), key->client_id };
        headers[count++] = (struct http_header){ STR("Kable-Client-Secret"), key->secret };
    } else if (key != NULL) {
        headers[count++] = (struct http_header){
            STR("Authorization"),
            str_format(&play->arena, "Bearer %.*s", STR_PRINT(key->secret)),
        };
    }
    for (size_t i = 0; i < step->header_count; i++)
        headers[count++] = (struct http_header){
            step->headers[i].name,
            names_replace(&play->names, step->headers[i].value),
        };
    request->headers = headers;
    request->header_count = count;
}

static bool complain(const struct step *step, const char *what, struct str detail)
{
    printf("# line %d: %s %.*s\n", step->line, what, STR_PRINT(detail));
    return false;
}

static struct str reply_value(const struct reply *reply, struct str name)
{
    for (size_t i = 0; i < reply->header_count; i++)
        if (str_equals_ignoring_case(reply->headers[i].name, name))
            return reply->headers[i].value;
    if (str_equals_ignoring_case(name, STR("content-type")))
        return reply->content_type;
    return STR_NONE;
}

static bool check_headers(struct play *play, const struct step *step, const struct reply *reply)
{
    for (size_t i = 0; i < step->expected_header_count; i++) {
        const struct http_header *header = &step->expected_headers[i];
        struct str got = reply_value(reply, header->name);

        if (!match_text(&play->names, header->value, got)) {
            complain(step, "header", header->name);
            return complain(step, "is", got);
        }
    }
    return true;
}

/* Lines of JSON, and tables. */
static bool is_lines(struct str type)
{
    return str_equals(type, STR("application/x-ndjson")) || str_equals(type, STR("text/csv"));
}

static bool check_lines(struct play *play, const struct step *step, struct str body)
{
    if (body.len > 0 && body.data[body.len - 1] == '\n')
        body.len--;
    return match_text(&play->names, step->expected_body, body) ||
           complain(step, "the body is", body);
}

static bool check_body(struct play *play, const struct step *step, const struct reply *reply)
{
    const struct json *expected, *got;
    struct json_error error;
    struct str where;

    if (step->expected_body.len == 0)
        return true;
    if (is_lines(reply->content_type))
        return check_lines(play, step, reply->body);
    if (json_parse(step->expected_body, &play->arena, &expected, &error) != OK)
        return complain(step, "the expected body:", error.why);
    if (json_parse(reply->body, &play->arena, &got, &error) != OK)
        return complain(step, "the body:", error.why);
    if (match_json(&play->names, expected, got, STR(""), &where))
        return true;
    complain(step, "differs at", where);
    return complain(step, "the body is", reply->body);
}

/* Promised of every error of the two dialects: a message, and only texts. */
static bool check_error(const struct step *step, const struct reply *reply, const struct json *body)
{
    if (body->kind != JSON_OBJECT)
        return complain(step, "an error is an object:", reply->body);
    if (str_starts_with(reply->content_type, STR("application/problem")))
        return json_member(body, STR("type")) != NULL && json_member(body, STR("title")) != NULL;
    if (json_member(body, STR("message")) == NULL)
        return complain(step, "an error has a message:", reply->body);
    for (const struct json *node = body->first; node != NULL; node = node->next)
        if (node->kind != JSON_STRING)
            return complain(step, "an error has only texts:", reply->body);
    return true;
}

static bool check_promises(struct play *play, const struct step *step, struct str path,
                           const struct reply *reply)
{
    struct str type = reply->content_type;
    bool is_face = !is_kable(path) && !str_starts_with(path, STR("/v1")) &&
                   !str_starts_with(path, STR("/scrip"));
    const struct json *body;
    struct json_error error;

    if (is_face)
        return true;
    if (reply_value(reply, STR("X-Request-Id")).len == 0)
        return complain(step, "there is no X-Request-Id", STR(""));
    if (reply->status == 200 && is_lines(type))
        return true;
    if (!str_equals(type, STR("application/json")) &&
        !str_equals(type, STR("application/problem+json")))
        return complain(step, "the type is", type);
    if (reply->status == 200 && reply->body.len == 0)
        return true; /* Kable says "no body" */
    if (json_parse(reply->body, &play->arena, &body, &error) != OK)
        return complain(step, "the body is not JSON:", reply->body);
    if (reply->status == 409 &&
        !str_equals(reply_value(reply, STR("x-should-retry")), STR("false")))
        return complain(step, "a 409 must say that a retry is no use", STR(""));
    return reply->status < 400 || check_error(step, reply, body);
}

void play_prepare(struct play *play, const struct step *step)
{
    struct instant now;

    if (step->now.len > 0) {
        if (instant_parse(step->now, INSTANT_ZONE_NEEDED, &now) != OK)
            never("@now is an instant");
        world_set_clock(&play->world, now);
    }
    if (step->disk_is_full)
        world_fill_disk();
}

bool play_request(struct play *play, const struct step *step,
                  struct http_header headers[PLAY_HEADERS_MAX], struct request *ret)
{
    struct request request = { .method = method_of(step->method), .peer = STR("127.0.0.1") };
    struct str target = names_replace(&play->names, step->target);

    request.body = names_replace(&play->names, step->body);
    if (target.data == NULL || request.body.data == NULL)
        return complain(step, "a name stands for nothing", STR(""));
    request.path = str_split(target, '?', &request.query);
    headers_make(play, step, &request, headers);
    *ret = request;
    return true;
}

bool play_check(struct play *play, const struct step *step, const struct request *request,
                const struct reply *reply)
{
    if (reply->status != step->status) {
        complain(step, "the status is not as expected; the body:", reply->body);
        printf("# got %d\n", reply->status);
        return false;
    }
    return check_promises(play, step, request->path, reply) && check_headers(play, step, reply) &&
           check_body(play, step, reply);
}
