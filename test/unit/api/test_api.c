/* The api as a whole, where a .http file cannot tell the story: a ledger that cannot, memory that
 * runs out, the same request twice at once. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "base/limits.h"
#include "world.h"

#define ARENA_BYTES_MAX (64u << 20)

static struct world world;
static struct arena arena;

static const struct http_header headers[] = {
    { STR_INIT("Authorization"),
      STR_INIT("Bearer sk_test.jI92Cbu0.XeHWdYM1VTLy4oLtGMw8wrmpt5q9d04n") },
    { STR_INIT("Idempotency-Key"), STR_INIT("once") },
};

static struct request request_of(enum http_method method, struct str path, struct str body)
{
    return (struct request){
        .method = method,
        .path = path,
        .body = body,
        .headers = headers,
        .header_count = 1,
    };
}

static struct reply ask(enum http_method method, struct str path, struct str body)
{
    struct request request = request_of(method, path, body);

    return world_ask(&world, &request, &arena);
}

static struct str header(const struct reply *reply, struct str name)
{
    for (size_t i = 0; i < reply->header_count; i++)
        if (str_equals_ignoring_case(reply->headers[i].name, name))
            return reply->headers[i].value;
    return STR_NONE;
}

static void contains(struct str text, const char *part)
{
    if (memmem(text.data, text.len, part, strlen(part)) == NULL)
        fail_msg("\"%s\" is not in \"%.*s\"", part, STR_PRINT(text));
}

static int world_set_up(void **state)
{
    arena_init(&arena, ARENA_BYTES_MAX);
    world_open(&world, &(const struct world_options){ .embedded = false });
    return 0;
}

static int world_tear_down(void **state)
{
    world_close(&world);
    arena_finish(&arena);
    return 0;
}

static void ignore(struct job *job)
{
}

/* As many questions as there is room for, which nobody answers. */
static void fill_inbox(void)
{
    struct job *jobs = arena_new(&arena, struct job, LEDGER_INBOX_MAX);

    assert_non_null(jobs);
    for (size_t i = 0; i < LEDGER_INBOX_MAX; i++) {
        jobs[i].magic = JOB_MAGIC;
        jobs[i].arena = &arena;
        jobs[i].done = ignore;
        jobs[i].query.kind = QUERY_BOOK;
        jobs[i].query.environment = ENVIRONMENT_TEST;
        assert_int_equal(ledger_submit(world.ledger, &jobs[i]), OK);
    }
}

static void a_ledger_that_takes_no_more_is_busy(void **state)
{
    static const struct str paths[] = {
        STR_INIT("/v1/customers"),
        STR_INIT("/scrip/v1/customers"),
    };

    fill_inbox();
    for (size_t i = 0; i < array_count(paths); i++) {
        struct reply reply = ask(HTTP_POST, paths[i], STR("{\"name\":\"x\"}"));

        assert_int_equal(reply.status, 503);
        assert_true(str_equals(header(&reply, STR("Retry-After")), STR("1")));
        contains(reply.body, "busy");
    }
    (void)ledger_turn(world.ledger);
    assert_int_equal(ask(HTTP_POST, paths[0], STR("{\"name\":\"x\"}")).status, 200);
}

static void an_unknown_fate_is_told_so(void **state)
{
    struct request request = request_of(HTTP_POST, STR("/v1/customers"), STR("{\"name\":\"x\"}"));
    struct reply reply;

    memory_store_fail_commits(world.store, 1, ERR_IO);
    reply = world_ask(&world, &request, &arena);
    assert_int_equal(reply.status, 503);
    contains(reply.body, "may have taken effect");
    /* Without an idempotency key a retry might do it twice. */
    assert_true(str_equals(header(&reply, STR("x-should-retry")), STR("false")));
    assert_null(header(&reply, STR("Retry-After")).data);

    request.header_count = 2;
    reply = world_ask(&world, &request, &arena);
    assert_int_equal(reply.status, 503);
    assert_null(header(&reply, STR("x-should-retry")).data);
    assert_true(str_equals(header(&reply, STR("Retry-After")), STR("1")));
    assert_int_equal(ask(HTTP_GET, STR("/readyz"), STR("")).status, 503);
}

static void a_request_that_does_not_fit_its_arena_is_answered(void **state)
{
    struct str body = STR("{\"name\":\"x\",\"custom_fields\":{}}");
    bool was_answered = false;

    /* From no memory at all to enough: a reply each time, never a crash. */
    for (size_t bytes = 0; bytes < 64u << 10; bytes += 1u << 10) {
        struct request request = request_of(HTTP_POST, STR("/v1/customers"), body);
        struct arena small;
        struct reply reply;

        arena_init(&small, bytes);
        reply = world_ask(&world, &request, &small);
        assert_true(reply.status == 200 || reply.status == 503 || reply.status == 500);
        was_answered = reply.status == 200;
        arena_finish(&small);
    }
    assert_true(was_answered);
}

static void a_reply_to_a_key_is_the_same_byte_for_byte(void **state)
{
    struct request request = request_of(HTTP_POST, STR("/scrip/v1/customers"),
                                        STR("{\"name\":\"x\",\"aliases\":[\"y\"]}"));
    struct reply first, second;

    request.header_count = 2;
    first = world_ask(&world, &request, &arena);
    second = world_ask(&world, &request, &arena);
    assert_int_equal(first.status, 200);
    assert_int_equal(second.status, 200);
    assert_true(str_equals(first.body, second.body));
    assert_true(str_equals(first.content_type, second.content_type));
    /* But each request has its own id. */
    assert_false(
        str_equals(header(&first, STR("X-Request-Id")), header(&second, STR("X-Request-Id"))));
}

static void a_refusal_is_remembered_as_well(void **state)
{
    struct request request = request_of(HTTP_POST, STR("/scrip/v1/deductions"),
                                        STR("{\"customer\":\"acme\",\"amount\":\"1\"}"));
    struct reply first, second;

    (void)ask(HTTP_POST, STR("/scrip/v1/customers"),
              STR("{\"name\":\"x\",\"aliases\":[\"acme\"]}"));
    request.header_count = 2;
    first = world_ask(&world, &request, &arena);
    assert_int_equal(first.status, 402);
    (void)ask(HTTP_POST, STR("/scrip/v1/grants"),
              STR("{\"customer\":\"acme\",\"credit_type\":\"USD (cents)\",\"amount\":\"9\"}"));
    second = world_ask(&world, &request, &arena);
    assert_int_equal(second.status, 402);
    assert_true(str_equals(first.body, second.body));
}

static void head_is_what_get_is(void **state)
{
    assert_int_equal(ask(HTTP_HEAD, STR("/scrip/v1/book"), STR("")).status, 200);
    assert_int_equal(ask(HTTP_HEAD, STR("/healthz"), STR("")).status, 200);
}

static void metrics_count_what_the_ledger_did(void **state)
{
    struct reply reply;

    (void)ask(HTTP_POST, STR("/v1/customers"), STR("{\"name\":\"x\"}"));
    reply = ask(HTTP_GET, STR("/metrics"), STR(""));
    assert_int_equal(reply.status, 200);
    contains(reply.body, "scrip_build_info{version=\"test\"} 1\n");
    contains(reply.body, "# TYPE scrip_ledger_commands_total counter\n");
    contains(reply.body, "\nscrip_ledger_commands_total 1\n");
    contains(reply.body, "\nscrip_ready 1\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_ledger_that_takes_no_more_is_busy, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(an_unknown_fate_is_told_so, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(a_request_that_does_not_fit_its_arena_is_answered,
                                        world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(a_reply_to_a_key_is_the_same_byte_for_byte, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(a_refusal_is_remembered_as_well, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(head_is_what_get_is, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(metrics_count_what_the_ledger_did, world_set_up,
                                        world_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
