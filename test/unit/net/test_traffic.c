/* Many clients, many threads, replies woken in no order: every reply is its request's. */
#include "harness.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include "base/random.h"

#define THREADS 3
#define CLIENTS 8
#define ROUNDS 60
#define PIPELINED 12

static struct harness harness;
static _Atomic bool done;

/* Wakes what is parked, from the front or by the name of a later one. */
static void *wake_all(void *argument)
{
    struct random random = random_seeded((uintptr_t)argument);

    while (!atomic_load(&done)) {
        pthread_mutex_lock(&harness.mutex);
        while (harness.parked_count == 0 && !atomic_load(&done))
            pthread_cond_wait(&harness.changed, &harness.mutex);
        struct exchange *exchange = NULL;
        if (harness.parked_count > 0) {
            size_t at = random_below(&random, harness.parked_count);
            exchange = harness.parked[at];
            harness.parked[at] = harness.parked[--harness.parked_count];
        }
        pthread_mutex_unlock(&harness.mutex);
        if (exchange != NULL)
            exchange->wake(exchange);
        server_ring(harness.server);
    }
    return NULL;
}

struct expected {
    char body[64];
    size_t size; /* when larger than body */
};

/* Adds a request to text; returns its length. */
static size_t make_request(struct random *random, unsigned number, char *text, size_t size,
                           struct expected *expected)
{
    expected->size = 0;
    snprintf(expected->body, sizeof expected->body, "%u-%u", number,
             (unsigned)random_below(random, 1000000));
    switch (random_below(random, 4)) {
    case 0:
        return (size_t)snprintf(text, size, "GET /park/%s HTTP/1.1\r\nHost: t\r\n\r\n",
                                expected->body);
    case 1:
        return (size_t)snprintf(text, size, "GET /twice/%s HTTP/1.1\r\nHost: t\r\n\r\n",
                                expected->body);
    case 2:
        expected->size = random_below(random, 30000);
        return (size_t)snprintf(text, size, "GET /size/%zu HTTP/1.1\r\nHost: t\r\n\r\n",
                                expected->size);
    }
    return (size_t)snprintf(text, size,
                            "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: %zu\r\n\r\n%s",
                            strlen(expected->body), expected->body);
}

static void *client_run(void *argument)
{
    unsigned number = (unsigned)(uintptr_t)argument;
    struct random random = random_seeded(100 + number);
    struct client client;

    client_open(&client, &harness);
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct expected expected[PIPELINED];
        char text[8192];
        size_t len = 0, cut, count = 1 + random_below(&random, PIPELINED);

        for (size_t i = 0; i < count; i++)
            len += make_request(&random, number, text + len, sizeof text - len, &expected[i]);
        cut = random_below(&random, len);
        client_send_bytes(&client, text, cut);
        client_send_bytes(&client, text + cut, len - cut);
        if (random_below(&random, 10) == 0) { /* goes away in the middle, and comes back */
            client_reset(&client);
            client_open(&client, &harness);
            continue;
        }
        for (size_t i = 0; i < count; i++) {
            client_reply(&client, false);
            assert_int_equal(client.status, 200);
            if (expected[i].size > 0)
                assert_int_equal(client.body_len, expected[i].size);
            else if (client.body_len > 0)
                assert_memory_equal(client.body, expected[i].body, client.body_len);
        }
    }
    client_close(&client);
    return NULL;
}

static void every_reply_is_its_requests(void **state)
{
    struct server_config config = harness_config(&harness);
    pthread_t clients[CLIENTS], wakers[2];
    struct counters counters;

    config.thread_count = THREADS;
    harness_open(&harness, &config);
    atomic_store(&done, false);
    for (uintptr_t i = 0; i < array_count(wakers); i++)
        assert_int_equal(pthread_create(&wakers[i], NULL, wake_all, (void *)(i + 1)), 0);
    for (uintptr_t i = 0; i < CLIENTS; i++)
        assert_int_equal(pthread_create(&clients[i], NULL, client_run, (void *)i), 0);
    for (size_t i = 0; i < CLIENTS; i++)
        assert_int_equal(pthread_join(clients[i], NULL), 0);
    assert_int_equal(server_stop(harness.server), 0);
    pthread_mutex_lock(&harness.mutex);
    atomic_store(&done, true);
    pthread_cond_broadcast(&harness.changed);
    pthread_mutex_unlock(&harness.mutex);
    for (size_t i = 0; i < array_count(wakers); i++)
        assert_int_equal(pthread_join(wakers[i], NULL), 0);
    server_counters(harness.server, &counters);
    assert_int_equal(counters.values[COUNTER_CONNECTIONS_ACCEPTED],
                     counters.values[COUNTER_CONNECTIONS_CLOSED]);
    harness_close(&harness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reply_is_its_requests),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
