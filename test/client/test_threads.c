/* Cancellation from another thread, and many clients at once. */
#include <pthread.h>
#include "world.h"

static struct world world;

static int teardown(void **state)
{
    world_close(&world);
    return 0;
}

/* Cancels as soon as the server has got the request: the call is then in the middle of its wait. */
static void *cancel_when_asked(void *argument)
{
    server_await(world.server, 1);
    scrip_client_cancel(world.client);
    return NULL;
}

static void a_call_that_waits(void **state)
{
    struct scrip_options options = { .timeout_ms = 600000 };
    const struct act acts[] = { { "", HANG }, { BOOK, KEEP } };
    pthread_t thread;

    world_open(&world, acts, 2, &options);
    assert_int_equal(pthread_create(&thread, NULL, cancel_when_asked, NULL), 0);
    world_ask(&world, SCRIP_CANCELLED);
    pthread_join(thread, NULL);
    world_ask(&world, SCRIP_CANCELLED); /* until it is taken back */
    assert_int_equal(server_request_count(world.server), 1);
    scrip_client_resume(world.client);
    world_ask(&world, SCRIP_OK);
}

static void a_pause_between_attempts(void **state)
{
    struct scrip_options options = { .retry_delay_ms = 600000, .retry_delay_ms_max = 600000 };
    const struct act acts[] = { { FAILED("500 No", ""), KEEP } };
    pthread_t thread;

    world_open(&world, acts, 1, &options);
    assert_int_equal(pthread_create(&thread, NULL, cancel_when_asked, NULL), 0);
    world_ask(&world, SCRIP_CANCELLED);
    pthread_join(thread, NULL);
}

static void before_it_begins(void **state)
{
    world_open(&world, NULL, 0, NULL);
    scrip_client_cancel(world.client);
    world_mutate(&world, NULL, SCRIP_CANCELLED);
    assert_int_equal(server_request_count(world.server), 0);
}

#define THREADS 8
#define CALLS 20

struct worker {
    pthread_t thread;
    struct server *server;
    int done;
};

static void *work(void *argument)
{
    struct worker *worker = argument;
    struct scrip_options options = { .url = server_url(worker->server), .retry_delay_ms = 1 };
    struct scrip_client *client = NULL;

    if (scrip_client_open(&options, &client, NULL) != SCRIP_OK)
        return NULL;
    for (int i = 0; i < CALLS; i++) {
        struct scrip_book *book = NULL;

        if (scrip_book_get(client, NULL, &book, NULL) == SCRIP_OK && book->sequence.value == 7)
            worker->done++;
        scrip_free(book);
    }
    scrip_client_close(client);
    return NULL;
}

static void many_clients(void **state)
{
    struct worker workers[THREADS] = { { .done = 0 } };
    struct act acts[CALLS];

    for (size_t i = 0; i < CALLS; i++)
        acts[i] = (struct act){ BOOK, KEEP };
    world_open(&world, NULL, 0, NULL);
    for (size_t i = 0; i < THREADS; i++) {
        workers[i].server = server_start(acts, CALLS);
        assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        assert_int_equal(workers[i].done, CALLS);
        server_stop(workers[i].server);
    }
}

#define CASE(test) cmocka_unit_test_teardown(test, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_call_that_waits),
        CASE(a_pause_between_attempts),
        CASE(before_it_begins),
        CASE(many_clients),
    };

    return cmocka_run_group_tests_name("threads", tests, NULL, NULL);
}
