/* From bytes to requests, in whatever pieces the bytes come. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "base/limits.h"
#include "http/parse.h"

#define H "Host: example.com\r\n"
#define TEXT_BYTES_MOST (6u << 20)

static struct arena arena;
static char text[TEXT_BYTES_MOST];
static size_t text_len;

static void text_begin(void)
{
    text_len = 0;
}

static void text_add(struct str piece)
{
    assert_true(text_len + piece.len <= sizeof text);
    memcpy(text + text_len, piece.data, piece.len);
    text_len += piece.len;
}

static void text_fill(char c, size_t count)
{
    assert_true(text_len + count <= sizeof text);
    memset(text + text_len, c, count);
    text_len += count;
}

/* A connection: what was fed and not taken is fed again with the next bytes. */
struct wire {
    struct parse parse;
    struct request request;
    struct str bytes; /* all that will ever come */
    size_t arrived;
    size_t taken;
};

static enum parse_step wire_arrive(struct wire *wire, size_t count)
{
    enum parse_step step;
    size_t taken;

    wire->arrived += count;
    assert_true(wire->arrived <= wire->bytes.len);
    step = parse_feed(&wire->parse, str_skip(str_take(wire->bytes, wire->arrived), wire->taken),
                      &arena, &wire->request, &taken);
    wire->taken += taken;
    assert_true(wire->taken <= wire->arrived);
    return step;
}

static void wire_begin(struct wire *wire, struct str bytes)
{
    *wire = (struct wire){ .bytes = bytes };
    parse_init(&wire->parse);
    arena_reset(&arena, 1u << 20);
}

static void request_is(const struct request *request, const char *path, const char *body)
{
    assert_true(str_equals(request->path, str_from_c(path)));
    assert_int_equal(request->body.len, strlen(body));
    if (request->body.len > 0)
        assert_memory_equal(request->body.data, body, request->body.len);
}

static const struct {
    const char *text;
    const char *path;
    const char *body;
} samples[] = {
    { "GET /a HTTP/1.1\r\n" H "\r\n", "/a", "" },
    { "\r\n\r\nGET /a HTTP/1.1\r\n" H "Accept: */*\r\n\r\n", "/a", "" },
    { "POST /b HTTP/1.1\r\n" H "Content-Length: 13\r\n\r\n{\"a\": \"\r\n\r\n\"}", "/b",
      "{\"a\": \"\r\n\r\n\"}" },
    { "POST /c HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n"
      "5\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\nX: y\r\n\r\n",
      "/c", "hello world" },
};

static void a_request_may_be_cut_anywhere(void **state)
{
    for (size_t i = 0; i < array_count(samples); i++) {
        struct str bytes = str_from_c(samples[i].text);
        for (size_t cut = 0; cut < bytes.len; cut++) {
            struct wire wire;

            wire_begin(&wire, bytes);
            assert_int_equal(wire_arrive(&wire, cut), PARSE_MORE);
            assert_int_equal(wire_arrive(&wire, bytes.len - cut), PARSE_DONE);
            assert_int_equal(wire.taken, bytes.len);
            request_is(&wire.request, samples[i].path, samples[i].body);
        }
    }
}

static void a_request_may_come_byte_by_byte(void **state)
{
    for (size_t i = 0; i < array_count(samples); i++) {
        struct str bytes = str_from_c(samples[i].text);
        struct wire wire;

        wire_begin(&wire, bytes);
        for (size_t at = 1; at < bytes.len; at++)
            assert_int_equal(wire_arrive(&wire, 1), PARSE_MORE);
        assert_int_equal(wire_arrive(&wire, 1), PARSE_DONE);
        request_is(&wire.request, samples[i].path, samples[i].body);
    }
}

static void requests_follow_each_other_without_a_gap(void **state)
{
    struct wire wire;

    text_begin();
    for (size_t i = 0; i < array_count(samples); i++)
        text_add(str_from_c(samples[i].text));
    wire_begin(&wire, (struct str){ text, text_len });
    for (size_t i = 0; i < array_count(samples); i++) {
        size_t before = wire.taken;

        parse_init(&wire.parse);
        assert_int_equal(wire_arrive(&wire, i == 0 ? text_len : 0), PARSE_DONE);
        assert_int_equal(wire.taken - before, strlen(samples[i].text));
        request_is(&wire.request, samples[i].path, samples[i].body);
    }
    assert_int_equal(wire.taken, text_len);
}

static void a_bare_line_feed_is_refused_as_soon_as_it_is_seen(void **state)
{
    struct wire wire;

    wire_begin(&wire, STR("GET / HTTP/1.1\n"));
    assert_int_equal(wire_arrive(&wire, 14), PARSE_MORE);
    assert_int_equal(wire_arrive(&wire, 1), PARSE_FAULT);
    assert_int_equal(wire.parse.fault, FAULT_LINE_END);
}

/* Feeds text whole; returns FAULT_NONE for a request or for one that wants more. */
static enum fault whole(enum parse_step *ret_step)
{
    struct wire wire;

    wire_begin(&wire, (struct str){ text, text_len });
    *ret_step = wire_arrive(&wire, text_len);
    return wire.parse.fault;
}

static void fault_is(enum fault fault)
{
    enum parse_step step;

    assert_int_equal(whole(&step), fault);
    assert_int_equal(step, fault == FAULT_NONE ? PARSE_DONE : PARSE_FAULT);
}

static void make_target(size_t len)
{
    text_begin();
    text_add(STR("GET /"));
    text_fill('a', len - 1);
    text_add(STR(" HTTP/1.1\r\n" H "\r\n"));
}

static void a_target_has_a_limit(void **state)
{
    enum parse_step step;

    make_target(REQUEST_TARGET_BYTES_MAX);
    fault_is(FAULT_NONE);
    make_target(REQUEST_TARGET_BYTES_MAX + 1);
    fault_is(FAULT_TARGET_LONG);
    make_target(REQUEST_TARGET_BYTES_MAX + 200);
    fault_is(FAULT_TARGET_LONG);
    text_begin(); /* and is refused without waiting for its end */
    text_add(STR("GET /"));
    text_fill('a', REQUEST_TARGET_BYTES_MAX + 200);
    assert_int_equal(whole(&step), FAULT_TARGET_LONG);
}

static void make_head(size_t len)
{
    size_t tail = sizeof "\r\n\r\n" - 1;

    text_begin();
    text_add(STR("GET / HTTP/1.1\r\n" H "X: "));
    text_fill('a', len - text_len - tail);
    text_add(STR("\r\n\r\n"));
    assert_int_equal(text_len, len);
}

static void a_head_has_a_limit(void **state)
{
    enum parse_step step;

    make_head(REQUEST_HEAD_BYTES_MAX);
    fault_is(FAULT_NONE);
    make_head(REQUEST_HEAD_BYTES_MAX + 1);
    fault_is(FAULT_HEAD_LARGE);
    text_len = REQUEST_HEAD_BYTES_MAX - 1;
    assert_int_equal(whole(&step), FAULT_NONE);
    assert_int_equal(step, PARSE_MORE);
    text_len = REQUEST_HEAD_BYTES_MAX; /* the buffer is full, and the end is not in it */
    assert_int_equal(whole(&step), FAULT_HEAD_LARGE);
}

static void make_headers(size_t count)
{
    text_begin();
    text_add(STR("GET / HTTP/1.1\r\n" H));
    for (size_t i = 1; i < count; i++)
        text_add(STR("X: 1\r\n"));
    text_add(STR("\r\n"));
}

static void headers_have_a_limit(void **state)
{
    make_headers(REQUEST_HEADERS_MAX);
    fault_is(FAULT_NONE);
    make_headers(REQUEST_HEADERS_MAX + 1);
    fault_is(FAULT_HEADERS_MANY);
}

static void make_body(size_t len)
{
    char head[128];
    int head_len =
        snprintf(head, sizeof head, "POST / HTTP/1.1\r\n" H "Content-Length: %zu\r\n\r\n", len);

    text_begin();
    text_add((struct str){ head, (size_t)head_len });
    for (size_t i = 0; i < len; i++)
        text[text_len + i] = (char)('a' + i % 23);
    text_len += len;
}

static void bodies_of_many_sizes_arrive_whole_in_pieces_of_many_sizes(void **state)
{
    static const size_t sizes[] = { 1, 4095, 65535, 65536, 65537, 300000, REQUEST_BODY_BYTES_MAX };
    static const size_t pieces[] = { 1000, 16384, 70000, TEXT_BYTES_MOST };

    for (size_t i = 0; i < array_count(sizes); i++) {
        make_body(sizes[i]);
        for (size_t j = 0; j < array_count(pieces); j++) {
            enum parse_step step = PARSE_MORE;
            struct wire wire;

            wire_begin(&wire, (struct str){ text, text_len });
            while (step == PARSE_MORE) {
                size_t left = text_len - wire.arrived;
                step = wire_arrive(&wire, left < pieces[j] ? left : pieces[j]);
            }
            assert_int_equal(step, PARSE_DONE);
            assert_int_equal(wire.request.body.len, sizes[i]);
            assert_memory_equal(wire.request.body.data, text + text_len - sizes[i], sizes[i]);
        }
    }
    make_body(REQUEST_BODY_BYTES_MAX + 1);
    fault_is(FAULT_BODY_LARGE);
}

static void a_promised_body_takes_no_memory_before_it_comes(void **state)
{
    struct wire wire;

    make_body(REQUEST_BODY_BYTES_MAX);
    arena_reset(&arena, 0);
    wire_begin(&wire, (struct str){ text, text_len });
    assert_int_equal(wire_arrive(&wire, 200), PARSE_MORE);
    assert_true(arena.total_bytes < (256u << 10));
}

static void an_arena_that_is_full_is_no_crash(void **state)
{
    struct arena small;

    make_body(1000);
    for (size_t limit = 0; limit < 8192; limit += 512) {
        struct parse parse;
        struct request request;
        size_t taken;
        enum parse_step step;

        arena_init(&small, limit);
        parse_init(&parse);
        step = parse_feed(&parse, (struct str){ text, text_len }, &small, &request, &taken);
        if (step == PARSE_FAULT)
            assert_int_equal(parse.fault, FAULT_MEMORY);
        else
            assert_int_equal(step, PARSE_DONE);
        assert_true(if_then(limit < 1024, step == PARSE_FAULT));
        arena_finish(&small);
    }
}

static void a_client_that_waits_for_100_is_noticed(void **state)
{
    struct wire wire;
    struct str bytes = STR("POST / HTTP/1.1\r\n" H "Content-Length: 2\r\n"
                           "Expect: 100-Continue\r\n\r\n{}");

    wire_begin(&wire, bytes);
    assert_int_equal(wire_arrive(&wire, 10), PARSE_MORE);
    assert_false(parse_wants_continue(&wire.parse));
    assert_int_equal(wire_arrive(&wire, bytes.len - 12), PARSE_MORE);
    assert_true(parse_wants_continue(&wire.parse));
    assert_int_equal(wire_arrive(&wire, 1), PARSE_MORE);
    assert_false(parse_wants_continue(&wire.parse)); /* it did not wait */
    assert_int_equal(wire_arrive(&wire, 1), PARSE_DONE);
    assert_false(parse_wants_continue(&wire.parse));
}

static void every_fault_has_a_reply(void **state)
{
    for (enum fault fault = FAULT_NONE + 1; fault < FAULT_COUNT; fault++) {
        struct reply reply = fault_reply(fault);

        assert_true(reply.status >= 400);
        assert_true(reply.status < 600);
        assert_int_equal(reply.status, fault_status(fault));
        assert_true(str_starts_with(reply.body, STR("{\"message\":\"")));
        assert_true(str_equals(reply.content_type, STR("application/json")));
    }
}

static int setup(void **state)
{
    arena_init(&arena, 16u << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_finish(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_may_be_cut_anywhere),
        cmocka_unit_test(a_request_may_come_byte_by_byte),
        cmocka_unit_test(requests_follow_each_other_without_a_gap),
        cmocka_unit_test(a_bare_line_feed_is_refused_as_soon_as_it_is_seen),
        cmocka_unit_test(a_target_has_a_limit),
        cmocka_unit_test(a_head_has_a_limit),
        cmocka_unit_test(headers_have_a_limit),
        cmocka_unit_test(bodies_of_many_sizes_arrive_whole_in_pieces_of_many_sizes),
        cmocka_unit_test(a_promised_body_takes_no_memory_before_it_comes),
        cmocka_unit_test(an_arena_that_is_full_is_no_crash),
        cmocka_unit_test(a_client_that_waits_for_100_is_noticed),
        cmocka_unit_test(every_fault_has_a_reply),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
