/* After warm-up a request allocates nothing, here or in libuv. */
#include "harness.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

static _Atomic unsigned allocations;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *__wrap_malloc(size_t size)
{
    atomic_fetch_add(&allocations, 1);
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    atomic_fetch_add(&allocations, 1);
    return __real_calloc(count, size);
}

static void *uv_realloc(void *memory, size_t size)
{
    atomic_fetch_add(&allocations, 1);
    return realloc(memory, size);
}

static struct harness harness;
static struct client client;

/* Every kind of request that is not extraordinary. */
static void round_of_requests(void)
{
    static const char post[] = "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 8000\r\n\r\n";
    static char body[8000];

    client_send(&client, GET("/head/x?y") GET("/size/100000"));
    client_reply(&client, false);
    client_reply(&client, false);
    client_send(&client, post);
    client_send_bytes(&client, body, sizeof body);
    client_reply(&client, false);
    assert_int_equal(client.body_len, sizeof body);
    client_send(&client, GET("/park/1") GET("/park/2") GET("/loop"));
    harness_wait_parked(&harness, 2);
    assert_true(harness_wake(&harness, NULL));
    assert_true(harness_wake(&harness, NULL));
    for (unsigned i = 0; i < 3; i++)
        client_reply(&client, false);
}

/* So many at once as will be, each with the largest body: every turn has met the worst. */
static void warm_up(void)
{
    static const char post[] =
        "POST /park/x HTTP/1.1\r\nHost: test\r\nContent-Length: 8000\r\n\r\n";
    static char body[8000];

    for (unsigned i = 0; i < 8; i++) {
        client_send(&client, post);
        client_send_bytes(&client, body, sizeof body);
    }
    harness_wait_parked(&harness, 8);
    for (unsigned i = 0; i < 8; i++) {
        assert_true(harness_wake(&harness, NULL));
        client_reply_is(&client, 200, "x");
    }
}

static void a_request_allocates_nothing_after_the_first(void **state)
{
    struct server_config config = harness_config(&harness);
    unsigned before;

    assert_int_equal(uv_replace_allocator(__wrap_malloc, uv_realloc, __wrap_calloc, free), 0);
    harness_open(&harness, &config);
    client_open(&client, &harness);
    before = allocations;
    warm_up();
    assert_true(allocations > before); /* they are counted */
    round_of_requests();
    before = allocations;
    for (unsigned i = 0; i < 50; i++)
        round_of_requests();
    assert_int_equal(allocations, before);
    client_close(&client);
    harness_stop_and_close(&harness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_allocates_nothing_after_the_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
