/* The end of a server: what was accepted is answered, and nothing else is waited for. */
#include "harness.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/clock.h"

static struct harness harness;

static void *stop(void *argument)
{
    size_t *parked = argument;

    *parked = server_stop(harness.server);
    return NULL;
}

static int try_connect(void)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(server_port(harness.server)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int error = connect(fd, (struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;

    close(fd);
    return error;
}

static void what_is_parked_is_finished_and_the_idle_are_closed(void **state)
{
    struct server_config config = harness_config(&harness);
    static const char more[100000];
    struct client busy, idle, reading;
    size_t parked = 99;
    pthread_t thread;

    config.grace_ms = 3600 * 1000; /* neither is needed */
    config.linger_timeout_ms = 3600 * 1000;
    harness_open(&harness, &config);
    client_open(&idle, &harness);
    client_open(&busy, &harness);
    client_open(&reading, &harness);
    client_send(&idle, GET("/size/1"));
    client_reply_is(&idle, 200, "a");
    client_send(&busy, GET("/park/1") GET("/park/2"));
    harness_wait_parked(&harness, 2);
    client_send(&reading, "GET /siz");
    harness_wait_counter(&harness, COUNTER_BYTES_IN,
                         sizeof GET("/size/1") + sizeof GET("/park/1") + sizeof GET("/park/2") + 5);

    assert_int_equal(pthread_create(&thread, NULL, stop, &parked), 0);
    client_sees_end(&idle);
    assert_int_equal(try_connect(), ECONNREFUSED);
    client_send(&reading, "e/2 HTTP/1.1\r\nHost: test\r\n\r\n");
    client_reply_is(&reading, 200, "ab");
    assert_true(client_head_has(&reading, "Connection: close"));
    client_send_bytes(&busy, more, sizeof more); /* too late, and no harm */
    assert_true(harness_wake(&harness, "/park/2"));
    assert_true(harness_wake(&harness, "/park/1"));
    client_reply_is(&busy, 200, "1");
    client_reply_is(&busy, 200, "2");
    assert_true(client_head_has(&busy, "Connection: close"));
    client_sees_end(&busy);
    client_close(&busy);
    client_close(&idle);
    client_close(&reading);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(parked, 0);
    harness_close(&harness);
}

static unsigned loop_of(struct client *client)
{
    client_send(client, GET("/loop"));
    client_reply(client, false);
    return client->body[0] == '0' ? 0 : 1;
}

/* A client on that thread: the kernel spreads them. */
static void client_open_on(struct client *client, unsigned loop_index)
{
    client_open(client, &harness);
    while (loop_of(client) != loop_index) {
        client_close(client);
        client_open(client, &harness);
    }
}

/* One thread is held, and its listener takes all that come once the other has ended its own. */
static void who_is_connected_but_not_accepted_is_answered(void **state)
{
    struct server_config config = harness_config(&harness);
    struct client held, idle, queued[20];
    size_t parked = 99;
    pthread_t thread;

    config.thread_count = 2;
    harness_open(&harness, &config);
    client_open_on(&held, 0);
    client_open_on(&idle, 1);
    client_send(&held, GET("/block"));
    harness_wait_blocked(&harness);
    assert_int_equal(pthread_create(&thread, NULL, stop, &parked), 0);
    client_sees_end(&idle);
    for (size_t i = 0; i < array_count(queued); i++) {
        client_open(&queued[i], &harness);
        client_send(&queued[i], GET("/size/1"));
    }
    harness_unblock(&harness);
    for (size_t i = 0; i < array_count(queued); i++) {
        client_reply_is(&queued[i], 200, "a");
        client_sees_end(&queued[i]);
        client_close(&queued[i]);
    }
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(parked, 0);
    client_close(&held);
    client_close(&idle);
    harness_close(&harness);
}

static void the_grace_ends_even_when_the_application_does_not_answer(void **state)
{
    struct server_config config = harness_config(&harness);
    struct client client;

    config.grace_ms = 30;
    harness_open(&harness, &config);
    client_open(&client, &harness);
    client_send(&client, GET("/park/1") GET("/park/2"));
    harness_wait_parked(&harness, 2);
    assert_int_equal(server_stop(harness.server), 2);
    client_sees_end(&client);
    client_close(&client);
    assert_true(harness_wake(&harness, NULL)); /* late, and allowed */
    assert_int_equal(harness.resumed_count, 0);
    harness_close(&harness);
    assert_int_equal(harness.resumed_count, 0); /* nobody is called after the end */
}

static void exchanges_without_a_peer_are_waited_for_too(void **state)
{
    struct server_config config = harness_config(&harness);
    struct client client;
    size_t parked = 99;
    pthread_t thread;

    harness_open(&harness, &config);
    client_open(&client, &harness);
    client_send(&client, GET("/park/1"));
    harness_wait_parked(&harness, 1);
    client_reset(&client);
    harness_wait_counter(&harness, COUNTER_CONNECTIONS_CLOSED, 1);
    assert_int_equal(pthread_create(&thread, NULL, stop, &parked), 0);
    assert_true(harness_wake(&harness, NULL));
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(parked, 0);
    assert_int_equal(harness.resumed_count, 1);
    harness_close(&harness);
}

static void stopping_a_server_that_nobody_used(void **state)
{
    struct server_config config = harness_config(&harness);

    config.thread_count = 3;
    harness_open(&harness, &config);
    harness_stop_and_close(&harness);
}

static void a_port_that_is_taken_is_an_error_in_words(void **state)
{
    struct server_config config = harness_config(&harness);
    struct server *second;
    struct open_error error;

    config.thread_count = 2;
    harness_open(&harness, &config);
    config.port = server_port(harness.server);
    assert_int_equal(server_open(&config, &second, &error), ERR_BUSY);
    assert_true(error.text[0] != '\0');
    harness_stop_and_close(&harness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_parked_is_finished_and_the_idle_are_closed),
        cmocka_unit_test(who_is_connected_but_not_accepted_is_answered),
        cmocka_unit_test(the_grace_ends_even_when_the_application_does_not_answer),
        cmocka_unit_test(exchanges_without_a_peer_are_waited_for_too),
        cmocka_unit_test(stopping_a_server_that_nobody_used),
        cmocka_unit_test(a_port_that_is_taken_is_an_error_in_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
