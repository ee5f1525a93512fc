/* What the network refuses, and whom it does not wait for. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/limits.h"
#include "http/fault.h"

static struct harness harness;
static struct client client;

static void begin(const struct server_config *config)
{
    harness_open(&harness, config);
    client_open(&client, &harness);
}

static void end(void)
{
    client_close(&client);
    harness_stop_and_close(&harness);
}

/* The peer is told why in JSON, and the connection ends. */
static void refused_with(enum fault fault, int status)
{
    struct reply reply = fault_reply(fault);

    client_reply(&client, false);
    assert_int_equal(client.status, status);
    assert_int_equal(client.body_len, reply.body.len);
    assert_memory_equal(client.body, reply.body.data, reply.body.len);
    assert_true(client_head_has(&client, "\r\nContent-Type: application/json\r\n"));
    assert_true(client_head_has(&client, "\r\nConnection: close\r\n"));
    client_sees_end(&client);
    assert_int_equal(harness_faults(&harness, fault), 1);
}

static char *repeated(char c, size_t count)
{
    char *text = malloc(count + 1);

    memset(text, c, count);
    text[count] = '\0';
    return text;
}

static void what_cannot_be_read_is_answered_and_ends_the_connection(void **state)
{
    static const struct {
        const char *request;
        enum fault fault;
        int status;
    } cases[] = {
        { "GET / HTTP/1.1\r\n\r\n", FAULT_HOST_MISSING, 400 },
        { "GET / HTTP/1.1\nHost: test\n\n", FAULT_LINE_END, 400 },
        { "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\n"
          "Transfer-Encoding: chunked\r\n\r\n",
          FAULT_LENGTH_REPEATED, 400 },
        { "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 4194305\r\n\r\n", FAULT_BODY_LARGE,
          413 },
        { "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 5000000\r\n"
          "Expect: 100-continue\r\n\r\n",
          FAULT_BODY_LARGE, 413 },
        { "POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: gzip\r\n\r\n", FAULT_CODING, 501 },
        { "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", FAULT_VERSION, 505 },
    };
    struct server_config config = harness_config(&harness);

    for (size_t i = 0; i < array_count(cases); i++) {
        begin(&config);
        client_send(&client, cases[i].request);
        refused_with(cases[i].fault, cases[i].status);
        end();
    }
}

static void replies_before_a_fault_come_first(void **state)
{
    struct server_config config = harness_config(&harness);

    begin(&config);
    client_send(&client, GET("/park/1") GET("/loop") "GET /\r\n\r\n" GET("/never"));
    harness_wait_parked(&harness, 1);
    assert_true(harness_wake(&harness, NULL));
    client_reply_is(&client, 200, "1");
    assert_false(client_head_has(&client, "Connection: close"));
    client_reply_is(&client, 200, "0");
    refused_with(FAULT_REQUEST_LINE, 400);
    end();
}

static void long_targets_and_long_heads_are_refused_before_they_end(void **state)
{
    struct server_config config = harness_config(&harness);
    char *long_text = repeated('a', REQUEST_HEAD_BYTES_MAX);

    begin(&config);
    client_send(&client, "GET /");
    client_send(&client, long_text);
    refused_with(FAULT_TARGET_LONG, 414);
    end();
    begin(&config);
    client_send(&client, "GET / HTTP/1.1\r\nHost: test\r\nX: ");
    client_send(&client, long_text);
    refused_with(FAULT_HEAD_LARGE, 431);
    end();
    free(long_text);
}

/* Whoever sends on without looking must still find the reply: no RST may overtake it. */
static void a_refused_upload_still_gets_its_reply(void **state)
{
    struct server_config config = harness_config(&harness);
    char *body = repeated('a', 2u << 20);

    begin(&config);
    client_send(&client, "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 9000000\r\n\r\n");
    client_send(&client, body);
    refused_with(FAULT_BODY_LARGE, 413);
    end();
    free(body);
}

/* What large requests have taken is missing to the next large one; a small one is served. */
static void large_requests_share_their_memory(void **state)
{
    const char *head = "POST /park/large HTTP/1.1\r\nHost: test\r\nContent-Length: 2000000\r\n\r\n";
    struct server_config config = harness_config(&harness);
    char *body = repeated('a', 2000000);
    struct client large, small;

    config.request_bytes_max = 7u << 20; /* one, and not two */
    begin(&config);
    client_open(&large, &harness);
    client_send(&large, head);
    client_send(&large, body);
    harness_wait_parked(&harness, 1);
    client_send(&client, head);
    client_send(&client, body);
    refused_with(FAULT_MEMORY, 503);
    assert_true(client_head_has(&client, "\r\nRetry-After: 1\r\n"));
    client_open(&small, &harness);
    client_send(&small, "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhello");
    client_reply_is(&small, 200, "hello");
    client_close(&small);
    assert_true(harness_wake(&harness, NULL));
    client_reply_is(&large, 200, "large");
    client_send(&large, head); /* what the first gave back */
    client_send(&large, body);
    harness_wait_parked(&harness, 1);
    assert_true(harness_wake(&harness, NULL));
    client_reply_is(&large, 200, "large");
    client_close(&large);
    end();
    free(body);
}

static void a_request_that_does_not_arrive_in_time(void **state)
{
    static const char *const parts[] = {
        "G",
        "GET / HTTP/1.1\r\nHost: test\r\n",
        "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n1",
    };
    struct server_config config = harness_config(&harness);

    config.request_timeout_ms = 30;
    for (size_t i = 0; i < array_count(parts); i++) {
        begin(&config);
        client_send(&client, parts[i]);
        refused_with(FAULT_TIMEOUT, 408);
        end();
    }
}

/* Ends although there is always something new: the time is for the whole. */
static void a_request_in_drops_is_not_waited_for(void **state)
{
    struct server_config config = harness_config(&harness);
    uint64_t bytes = 0;

    config.request_timeout_ms = 50;
    begin(&config);
    client_send(&client, "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 4000000\r\n\r\n");
    while (harness_faults(&harness, FAULT_TIMEOUT) == 0) {
        client_send(&client, "a");
        harness_wait_counter(&harness, COUNTER_BYTES_IN, ++bytes);
    }
    refused_with(FAULT_TIMEOUT, 408);
    end();
}

static void an_idle_connection_is_closed_without_a_word(void **state)
{
    struct server_config config = harness_config(&harness);

    config.idle_timeout_ms = 30;
    begin(&config);
    client_send(&client, GET("/loop"));
    client_reply_is(&client, 200, "0");
    client_sees_end(&client);
    assert_int_equal(harness_counter(&harness, COUNTER_CONNECTIONS_TIMED_OUT), 1);
    end();
}

static void an_empty_line_between_requests_does_not_make_a_request_late(void **state)
{
    struct server_config config = harness_config(&harness);

    config.request_timeout_ms = 30;
    config.idle_timeout_ms = 60;
    begin(&config);
    client_send(&client, GET("/loop") "\r\n");
    client_reply_is(&client, 200, "0");
    client_sees_end(&client);
    end();
}

static void parking_takes_as_long_as_it_takes(void **state)
{
    struct server_config config = harness_config(&harness);
    struct client idle;

    config.idle_timeout_ms = 200; /* and not sooner than a busy machine lets the client speak */
    config.request_timeout_ms = 200;
    begin(&config);
    client_send(&client, GET("/park/1"));
    harness_wait_parked(&harness, 1);
    for (unsigned i = 0; i < 3; i++) { /* others come and time out, this one stays */
        client_open(&idle, &harness);
        client_sees_end(&idle);
        client_close(&idle);
    }
    assert_true(harness_wake(&harness, NULL));
    client_reply_is(&client, 200, "1");
    end();
}

static void a_peer_that_does_not_read_is_let_go(void **state)
{
    struct server_config config = harness_config(&harness);

    config.write_timeout_ms = 30;
    begin(&config);
    for (unsigned i = 0; i < 8; i++)
        client_send(&client, GET("/size/4000000"));
    harness_wait_counter(&harness, COUNTER_CONNECTIONS_CLOSED, 1);
    assert_int_equal(harness_counter(&harness, COUNTER_CONNECTIONS_TIMED_OUT), 1);
    end();
}

static void a_slow_reader_gets_everything(void **state)
{
    struct server_config config = harness_config(&harness);

    begin(&config);
    for (unsigned i = 0; i < 40; i++)
        client_send(&client, GET("/size/1000000"));
    for (unsigned i = 0; i < 40; i++) {
        client_reply(&client, false);
        assert_int_equal(client.body_len, 1000000);
    }
    end();
}

static void requests_in_flight_have_a_limit(void **state)
{
    struct server_config config = harness_config(&harness);
    const unsigned count = 3 * CONNECTION_PIPELINE_MAX;
    char text[128];

    begin(&config);
    for (unsigned i = 0; i < count; i++) {
        snprintf(text, sizeof text, "GET /park/%u HTTP/1.1\r\nHost: test\r\n\r\n", i);
        client_send(&client, text);
    }
    for (unsigned i = 0; i < count; i++) {
        unsigned left = count - i;
        harness_wait_parked(&harness,
                            left < CONNECTION_PIPELINE_MAX ? left : CONNECTION_PIPELINE_MAX);
        assert_true(harness_wake(&harness, NULL));
        snprintf(text, sizeof text, "%u", i);
        client_reply_is(&client, 200, text);
    }
    end();
}

static void unread_replies_have_a_limit(void **state)
{
    struct server_config config = harness_config(&harness);
    const unsigned fit = REPLY_BACKLOG_BYTES_MAX / 1000000 + 1;
    char text[4096];
    size_t len = (size_t)snprintf(text, sizeof text, "%s", GET("/park/gate"));

    for (unsigned i = 0; i < 20; i++) /* in one piece, so that they are met in one go */
        len += (size_t)snprintf(text + len, sizeof text - len, "%s", GET("/size/1000000"));
    begin(&config);
    client_send(&client, text);
    harness_wait_counter(&harness, COUNTER_REQUESTS, 1 + fit);
    assert_int_equal(harness_counter(&harness, COUNTER_REQUESTS), 1 + fit);
    harness_wait_parked(&harness, 1);
    assert_true(harness_wake(&harness, NULL));
    client_reply_is(&client, 200, "gate");
    for (unsigned i = 0; i < 20; i++) {
        client_reply(&client, false);
        assert_int_equal(client.body_len, 1000000);
    }
    end();
}

/* Who asks for much at once, and reads none of it, costs no more than is foretold for it. */
static void large_requests_are_few_at_once(void **state)
{
    enum { COUNT = 20, BYTES = 4000000 };
    struct server_config config = harness_config(&harness);
    const unsigned fit = PARKED_BYTES_MAX / BYTES + 1;
    char text[4096];
    size_t len = 0;

    for (unsigned i = 0; i < COUNT; i++) /* in one piece, so that they are met in one go */
        len += (size_t)snprintf(text + len, sizeof text - len, GET("/told/%d"), BYTES);
    begin(&config);
    client_send(&client, text);
    harness_wait_parked(&harness, fit);
    assert_int_equal(harness_counter(&harness, COUNTER_REQUESTS), fit);
    for (unsigned i = 0; i < COUNT; i++) {
        unsigned left = COUNT - i;

        harness_wait_parked(&harness, left < fit ? left : fit);
        assert_true(harness_wake(&harness, NULL));
        client_reply(&client, false);
        assert_int_equal(client.body_len, BYTES);
    }
    end();
}

/* Who is not read because of unread replies is not blamed for a request that does not come. */
static void a_request_that_we_do_not_read_is_not_late(void **state)
{
    struct server_config config = harness_config(&harness);
    struct client idle;

    config.request_timeout_ms = 400;
    config.idle_timeout_ms = 500;
    begin(&config);
    client_send(&client, GET("/park/gate"));
    for (unsigned i = 0; i < 9; i++)
        client_send(&client, GET("/late/1000000"));
    client_send(&client, "GET /loop HTTP/1.1\r\nHost: te");
    harness_wait_parked(&harness, 10);
    for (unsigned i = 0; i < 9; i++)
        assert_true(harness_wake(&harness, "/late/1000000"));
    harness_wait_resumed(&harness, 9);
    client_send(&client, "st\r\n\r\n");
    client_open(&idle, &harness);
    client_sees_end(&idle);
    client_close(&idle);
    assert_true(harness_wake(&harness, NULL));
    client_reply_is(&client, 200, "gate");
    for (unsigned i = 0; i < 9; i++) {
        client_reply(&client, false);
        assert_int_equal(client.body_len, 1000000);
    }
    client_reply_is(&client, 200, "0");
    end();
}

static void connections_have_a_limit(void **state)
{
    struct server_config config = harness_config(&harness);
    struct client second, others[5];

    config.connections_max = 2;
    begin(&config);
    client_open(&second, &harness);
    harness_wait_counter(&harness, COUNTER_CONNECTIONS_ACCEPTED, 2);
    client_send(&client, GET("/block"));
    harness_wait_blocked(&harness);
    for (size_t i = 0; i < array_count(others); i++) /* to be met by the loop in one go */
        client_open(&others[i], &harness);
    harness_unblock(&harness);
    client_reply_is(&client, 200, "");
    for (size_t i = 0; i < array_count(others); i++) {
        client_reply_is(&others[i], 503, "{\"message\":\"too many connections\"}");
        client_sees_end(&others[i]);
        client_close(&others[i]);
    }
    assert_int_equal(harness_counter(&harness, COUNTER_CONNECTIONS_REFUSED), 5);
    client_close(&second);
    harness_wait_counter(&harness, COUNTER_CONNECTIONS_CLOSED, 1);
    client_open(&second, &harness);
    client_send(&second, GET("/loop"));
    client_reply_is(&second, 200, "0");
    client_close(&second);
    end();
}

/* What was written to stderr while a request was served. */
static size_t stderr_of_one_request(bool access_log, char *ret, size_t size)
{
    struct server_config config = harness_config(&harness);
    FILE *file = tmpfile();
    int saved = dup(STDERR_FILENO);
    size_t len;

    assert_non_null(file);
    config.access_log = access_log;
    assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
    begin(&config);
    client_send(&client,
                "POST /echo?secret=1 HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\nab");
    client_reply_is(&client, 200, "ab");
    end();
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    close(saved);
    rewind(file);
    len = fread(ret, 1, size - 1, file);
    ret[len] = '\0';
    fclose(file);
    return len;
}

static void the_access_log_is_a_line_a_request_when_asked_for(void **state)
{
    char text[1024];

    assert_int_equal(stderr_of_one_request(false, text, sizeof text), 0);
    assert_true(stderr_of_one_request(true, text, sizeof text) > 0);
    assert_non_null(strstr(text, "info access: POST /echo 200 "));
    assert_null(strstr(text, "secret"));
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_read_is_answered_and_ends_the_connection),
        cmocka_unit_test(replies_before_a_fault_come_first),
        cmocka_unit_test(long_targets_and_long_heads_are_refused_before_they_end),
        cmocka_unit_test(a_refused_upload_still_gets_its_reply),
        cmocka_unit_test(large_requests_share_their_memory),
        cmocka_unit_test(a_request_that_does_not_arrive_in_time),
        cmocka_unit_test(a_request_in_drops_is_not_waited_for),
        cmocka_unit_test(an_idle_connection_is_closed_without_a_word),
        cmocka_unit_test(an_empty_line_between_requests_does_not_make_a_request_late),
        cmocka_unit_test(parking_takes_as_long_as_it_takes),
        cmocka_unit_test(a_peer_that_does_not_read_is_let_go),
        cmocka_unit_test(a_slow_reader_gets_everything),
        cmocka_unit_test(requests_in_flight_have_a_limit),
        cmocka_unit_test(unread_replies_have_a_limit),
        cmocka_unit_test(large_requests_are_few_at_once),
        cmocka_unit_test(a_request_that_we_do_not_read_is_not_late),
        cmocka_unit_test(connections_have_a_limit),
        cmocka_unit_test(the_access_log_is_a_line_a_request_when_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
