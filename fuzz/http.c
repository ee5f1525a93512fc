/* Bytes as requests of one connection.
 *
 * The first byte of the input says in what pieces the rest arrives.  However it arrives, the same
 * requests come of it, up to the same fault; and what we take http-parser takes too, with the same
 * body, ending at the same byte: nobody in front of us can be made to see other requests. */
#include <stdlib.h>
#include <string.h>
#include "base/limits.h"
#include "fuzz.h"
#include "http/parse.h"
#include "http_oracle.h"

#define ARENA_BYTES (32u << 20)
#define REQUESTS_MAX 32

/* What came of the bytes. */
struct course {
    struct request requests[REQUESTS_MAX];
    size_t ends[REQUESTS_MAX];
    size_t count;
    enum parse_step last; /* of the one after them */
    enum fault fault;
    struct arena arena;
};

/* Feeds as a connection does: what was not taken comes again, with more behind it. */
static void course_run(struct course *course, struct str bytes, size_t piece)
{
    struct parse parse;
    size_t from = 0, until = piece < bytes.len ? piece : bytes.len;

    arena_init(&course->arena, ARENA_BYTES);
    course->count = 0;
    course->fault = FAULT_NONE;
    parse_init(&parse);
    for (;;) {
        struct str here = { .data = bytes.data + from, .len = until - from };
        size_t taken;

        course->last =
            parse_feed(&parse, here, &course->arena, &course->requests[course->count], &taken);
        assert(taken <= here.len);
        from += taken;
        if (course->last == PARSE_FAULT) {
            course->fault = parse.fault;
            assert(fault_status(parse.fault) >= 400);
            return;
        }
        if (course->last == PARSE_DONE) {
            course->ends[course->count++] = from;
            if (course->count == REQUESTS_MAX)
                return;
            parse_init(&parse);
        } else if (until == bytes.len) {
            return;
        } else {
            until = bytes.len - until < piece ? bytes.len : until + piece;
        }
    }
}

static void check_same(const struct request *a, const struct request *b)
{
    assert(a->method == b->method);
    assert(str_equals(a->path, b->path));
    assert(str_equals(a->query, b->query));
    assert(str_equals(a->body, b->body));
    assert(a->header_count == b->header_count);
    for (size_t i = 0; i < a->header_count; i++) {
        assert(str_equals(a->headers[i].name, b->headers[i].name));
        assert(str_equals(a->headers[i].value, b->headers[i].value));
    }
}

/* Nothing in a head that could begin another line, or another header, when it is passed on. */
static void check_clean(const struct request *request)
{
    size_t hosts = 0;

    assert(request->header_count <= REQUEST_HEADERS_MAX);
    for (size_t i = 0; i < request->header_count; i++) {
        struct http_header header = request->headers[i];

        assert(header.name.len > 0);
        for (size_t j = 0; j < header.name.len; j++)
            assert(header.name.data[j] > ' ' && header.name.data[j] != ':');
        for (size_t j = 0; j < header.value.len; j++)
            assert(header.value.data[j] != '\r' && header.value.data[j] != '\n');
        hosts += str_equals_ignoring_case(header.name, STR("host"));
    }
    assert(hosts <= 1);
    for (size_t i = 0; i < request->path.len; i++)
        assert(request->path.data[i] > ' ');
}

static void check_oracle(const struct course *course, struct str bytes)
{
    size_t from = 0;

    for (size_t i = 0; i < course->count; i++) {
        struct str rest = str_skip(bytes, from);
        char *body = malloc(rest.len);
        size_t body_bytes, read = http_oracle(rest, body, &body_bytes);

        assert(body != NULL);
        assert(read == course->ends[i] - from);
        assert(
            str_equals((struct str){ .data = body, .len = body_bytes }, course->requests[i].body));
        free(body);
        from = course->ends[i];
    }
}

void fuzz_one(struct str input)
{
    static struct course whole, pieces;
    size_t piece = fuzz_byte(&input);

    course_run(&whole, input, input.len);
    course_run(&pieces, input, piece + 1);
    /* Of two faults the one that has arrived is told, but what came before is the same. */
    assert(whole.count == pieces.count);
    assert(whole.last == pieces.last);
    for (size_t i = 0; i < whole.count; i++) {
        assert(whole.ends[i] == pieces.ends[i]);
        check_same(&whole.requests[i], &pieces.requests[i]);
        check_clean(&whole.requests[i]);
    }
    check_oracle(&whole, input);
    arena_finish(&whole.arena);
    arena_finish(&pieces.arena);
}
