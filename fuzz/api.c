/* Requests of the three dialects, one after the other, against a whole server but for its sockets
 * (test/conformance/world.h).
 *
 *     POST /scrip/v1/grants?x=y
 *     Idempotency-Key: once
 *
 *     {"customer": "acme", "amount": "5"}
 *     ###
 *     GET /scrip/v1/book
 *
 * The key is added, unless the request brings one.  A line "@now 2024-02-01T00:00:00Z" in front of
 * a request sets the clock.  Whatever is asked: no reply says that we were wrong, each is what its
 * type says, one that is asked for again under its key is the same, and in the end the books
 * prove themselves. */
#include <string.h>
#include "fuzz.h"
#include "json/read.h"
#include "ledger/verify.h"
#include "world.h"

#define ARENA_BYTES (64u << 20)
#define REQUESTS_MAX 128
#define HEADERS_MAX 12

static struct str line_take(struct str *rest)
{
    struct str after, line = str_split(*rest, '\n', &after);

    *rest = after;
    return line;
}

static enum http_method method_of(struct str text)
{
    static const struct str names[] = { STR_INIT("GET"), STR_INIT("HEAD"),  STR_INIT("POST"),
                                        STR_INIT("PUT"), STR_INIT("PATCH"), STR_INIT("DELETE") };

    for (size_t i = 0; i < array_count(names); i++) {
        if (str_equals(names[i], text))
            return (enum http_method)(HTTP_GET + i);
    }
    return HTTP_OTHER;
}

/* Up to a line that begins with ###. */
static struct str block_take(struct str *rest)
{
    struct str block = { .data = rest->data, .len = 0 };

    while (rest->len > 0) {
        struct str line = line_take(rest);

        if (str_starts_with(line, STR("###")))
            break;
        block.len = (size_t)(line.data + line.len - block.data);
    }
    return block;
}

static bool is_kable(struct str path)
{
    return str_starts_with(path, STR("/api"));
}

static void add_key(struct request *request, struct http_header *headers, struct arena *arena)
{
    const struct world_key *key = world_key(STR("test"));

    if (request_header(request, STR("Authorization")).data != NULL ||
        request_header(request, STR("Kable-Client-Id")).data != NULL)
        return;
    if (is_kable(request->path)) {
        headers[request->header_count++] =
            (struct http_header){ STR("Kable-Client-Id"), key->client_id };
        headers[request->header_count++] =
            (struct http_header){ STR("Kable-Client-Secret"), key->secret };
    } else {
        headers[request->header_count++] =
            (struct http_header){ STR("Authorization"),
                                  str_format(arena, "Bearer %.*s", STR_PRINT(key->secret)) };
    }
}

/* The network hands over no NUL, and nothing but what is above a space in a target. */
static bool target_is_possible(struct str target)
{
    for (size_t i = 0; i < target.len; i++) {
        if (target.data[i] <= ' ' || target.data[i] == 0x7f)
            return false;
    }
    return target.len > 0 && target.data[0] == '/';
}

static bool request_read(struct str block, struct world *world, struct http_header *headers,
                         struct arena *arena, struct request *ret)
{
    struct str target, line = line_take(&block);
    struct instant now;

    if (str_starts_with(line, STR("@now "))) {
        if (instant_parse(str_skip(line, 5), INSTANT_ZONE_NEEDED, &now) == OK)
            world_set_clock(world, now);
        line = line_take(&block);
    }
    *ret =
        (struct request){ .method = method_of(str_split(line, ' ', &target)), .headers = headers };
    if (!target_is_possible(target))
        return false;
    ret->path = str_split(target, '?', &ret->query);
    while (block.len > 0 && (line = line_take(&block)).len > 0) {
        struct str value;
        struct str name = str_split(line, ':', &value);

        if (ret->header_count < HEADERS_MAX)
            headers[ret->header_count++] = (struct http_header){
                name, value.len > 0 && value.data[0] == ' ' ? str_skip(value, 1) : value
            };
    }
    add_key(ret, headers, arena);
    ret->body = block.data == NULL ? STR_NONE : block;
    return true;
}

static void check_json(struct str body, struct arena *arena)
{
    const struct json *tree;
    struct json_error error;

    assert(json_parse(body, arena, &tree, &error) == OK);
    assert(tree->kind == JSON_OBJECT || tree->kind == JSON_ARRAY);
}

static void check_reply(const struct reply *reply, struct arena *arena)
{
    assert(reply->status >= 200 && reply->status < 600);
    assert(reply->status != 500); /* and 501, 503, 507 are not for what a client sends either */
    assert(reply->status < 500 || reply->status == 501);
    if (str_equals(reply->content_type, STR("application/json")) ||
        str_equals(reply->content_type, STR("application/problem+json")))
        check_json(reply->body, arena);
}

/* Rule 11. */
static void check_again(struct world *world, const struct request *request,
                        const struct reply *reply, struct arena *arena)
{
    struct reply again;

    if (request_header(request, STR("Idempotency-Key")).data == NULL ||
        request->method == HTTP_GET || request->method == HTTP_HEAD || reply->status >= 400)
        return;
    again = world_ask(world, request, arena);
    assert(again.status == reply->status);
    assert(str_equals(again.body, reply->body));
}

static void ask(struct world *world, struct str block)
{
    struct http_header headers[HEADERS_MAX + 2];
    struct request request;
    struct arena arena;

    arena_init(&arena, ARENA_BYTES);
    if (request_read(block, world, headers, &arena, &request)) {
        struct reply reply = world_ask(world, &request, &arena);

        check_reply(&reply, &arena);
        check_again(world, &request, &reply, &arena);
    }
    arena_finish(&arena);
}

static void check_book(struct world *world, enum environment environment)
{
    struct verify_report report;

    assert(verify_book(world->store, environment, &report) == OK);
}

void fuzz_one(struct str input)
{
    static const struct world_options options = { .embedded = false };
    struct world world;

    world_open(&world, &options);
    for (int i = 0; i < REQUESTS_MAX && input.len > 0; i++)
        ask(&world, block_take(&input));
    check_book(&world, ENVIRONMENT_TEST);
    check_book(&world, ENVIRONMENT_LIVE);
    world_close(&world);
}
