/* One connection: requests in, replies out, in order. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static struct harness harness;
static struct client client;

static void a_request_gets_its_reply_and_the_connection_stays(void **state)
{
    client_send(&client, GET("/head/x?a=1"));
    client_reply_is(&client, 200, "1 /head/x ? a=1 from 127.0.0.1");
    assert_true(client_head_has(&client, "\r\nContent-Type: text/plain\r\n"));
    assert_true(client_head_has(&client, "\r\nX-Test: yes\r\n"));
    assert_true(client_head_has(&client, "\r\nDate: "));
    assert_false(client_head_has(&client, "Connection"));
    client_send(&client, "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhello");
    client_reply_is(&client, 200, "hello");
    assert_int_equal(harness_counter(&harness, COUNTER_CONNECTIONS_ACCEPTED), 1);
}

static void a_head_request_gets_the_length_but_no_body(void **state)
{
    client_send(&client, "HEAD /size/1000 HTTP/1.1\r\nHost: test\r\n\r\n" GET("/loop"));
    client_reply(&client, true);
    assert_true(client_head_has(&client, "\r\nContent-Length: 1000\r\n"));
    client_reply_is(&client, 200, "0");
}

/* Three requests of one read are handed on together, and answered without anybody's ringing. */
static void what_came_together_is_handed_on_together(void **state)
{
    client_send(&client, GET("/gather/1") GET("/gather/2") GET("/gather/3"));
    client_reply_is(&client, 200, "1");
    client_reply_is(&client, 200, "2");
    client_reply_is(&client, 200, "3");
    assert_int_equal(harness_flushes(&harness), 1);
}

static void a_status_without_a_body(void **state)
{
    client_send(&client, GET("/status/204") GET("/status/404") GET("/loop"));
    client_reply(&client, false);
    assert_int_equal(client.status, 204);
    assert_false(client_head_has(&client, "Content-"));
    client_reply_is(&client, 404, "");
    client_reply_is(&client, 200, "0");
}

static void close_is_honoured(void **state)
{
    client_send(&client,
                "GET /loop HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n" GET("/never"));
    client_reply_is(&client, 200, "0");
    assert_true(client_head_has(&client, "\r\nConnection: close\r\n"));
    client_sees_end(&client);
    assert_int_equal(harness_counter(&harness, COUNTER_REQUESTS), 1);
}

static void http_1_0_closes_unless_asked_to_stay(void **state)
{
    client_send(&client, "GET /loop HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
                         "GET /loop HTTP/1.0\r\n\r\n");
    client_reply_is(&client, 200, "0");
    assert_true(client_head_has(&client, "\r\nConnection: keep-alive\r\n"));
    client_reply_is(&client, 200, "0");
    assert_true(client_head_has(&client, "\r\nConnection: close\r\n"));
    client_sees_end(&client);
}

static void a_request_may_trickle_in(void **state)
{
    const char *text = "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";

    for (const char *at = text; *at != '\0'; at++)
        client_send_bytes(&client, at, 1);
    client_reply_is(&client, 200, "abcde");
}

static void an_empty_line_between_requests_is_nothing(void **state)
{
    client_send(&client, GET("/loop") "\r\n");
    client_reply_is(&client, 200, "0");
    client_send(&client, "\r\n" GET("/loop"));
    client_reply_is(&client, 200, "0");
}

static void large_bodies_go_both_ways(void **state)
{
    const size_t size = 3u << 20;
    char head[128], *body = malloc(size);

    for (size_t i = 0; i < size; i++)
        body[i] = (char)('A' + i % 19);
    snprintf(head, sizeof head, "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: %zu\r\n\r\n",
             size);
    client_send(&client, head);
    client_send_bytes(&client, body, size);
    client_reply(&client, false);
    assert_int_equal(client.body_len, size);
    assert_memory_equal(client.body, body, size);
    free(body);
}

static void replies_keep_the_order_of_requests_and_share_a_write(void **state)
{
    uint64_t writes;

    client_send(&client, GET("/park/1") GET("/loop") GET("/park/2") GET("/size/3"));
    harness_wait_parked(&harness, 2);
    harness_wait_counter(&harness, COUNTER_REQUESTS, 4);
    writes = harness_counter(&harness, COUNTER_WRITES);
    assert_true(harness_wake(&harness, "/park/2"));
    harness_wait_counter(&harness, COUNTER_WAKES, 1);
    assert_true(harness_wake(&harness, "/park/1"));
    client_reply_is(&client, 200, "1");
    client_reply_is(&client, 200, "0");
    client_reply_is(&client, 200, "2");
    client_reply_is(&client, 200, "abc");
    assert_int_equal(harness_counter(&harness, COUNTER_WRITES) - writes, 1);
}

static void what_is_ready_does_not_wait_for_what_is_behind_it(void **state)
{
    client_send(&client, GET("/loop") GET("/park/1"));
    client_reply_is(&client, 200, "0");
    harness_wait_parked(&harness, 1);
    client_send(&client, GET("/size/2")); /* and the connection is read on while it waits */
    harness_wait_counter(&harness, COUNTER_REQUESTS, 3);
    assert_true(harness_wake(&harness, NULL));
    client_reply_is(&client, 200, "1");
    client_reply_is(&client, 200, "ab");
}

static void an_exchange_may_park_again(void **state)
{
    client_send(&client, GET("/twice/x"));
    harness_wait_parked(&harness, 1);
    assert_true(harness_wake(&harness, NULL));
    harness_wait_parked(&harness, 1);
    assert_true(harness_wake(&harness, NULL));
    client_reply_is(&client, 200, "x");
}

static void a_peer_that_only_stops_sending_still_gets_its_replies(void **state)
{
    client_send(&client, GET("/park/1") GET("/size/2") "GET /cut-off HT");
    assert_int_equal(shutdown(client.fd, SHUT_WR), 0);
    harness_wait_parked(&harness, 1);
    assert_true(harness_wake(&harness, NULL));
    client_reply_is(&client, 200, "1");
    client_reply_is(&client, 200, "ab");
    client_sees_end(&client);
}

static void expect_100_is_answered_before_the_body(void **state)
{
    client_send(&client, "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n"
                         "Expect: 100-continue\r\n\r\n");
    client_reply(&client, true);
    assert_string_equal(client.head, "HTTP/1.1 100 Continue\r\n\r\n");
    client_send(&client, "ok");
    client_reply_is(&client, 200, "ok");
    client_send(&client, "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n"
                         "Expect: 100-continue\r\n\r\nno"); /* it did not wait: no need */
    client_reply_is(&client, 200, "no");
}

static void expect_100_waits_for_the_replies_before_it(void **state)
{
    client_send(&client, GET("/park/1") "POST /echo HTTP/1.1\r\nHost: test\r\n"
                                        "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    harness_wait_parked(&harness, 1);
    assert_true(harness_wake(&harness, NULL));
    client_reply_is(&client, 200, "1");
    client_reply(&client, true);
    assert_int_equal(client.status, 100);
    client_send(&client, "ok");
    client_reply_is(&client, 200, "ok");
}

static void an_offer_to_upgrade_is_passed_over(void **state)
{
    client_send(&client, "GET /loop HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\n"
                         "Upgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n" GET("/loop"));
    client_reply_is(&client, 200, "0");
    client_reply_is(&client, 200, "0");
}

static void a_peer_that_resets_while_parked_does_no_harm(void **state)
{
    struct client other;

    client_open(&other, &harness);
    client_send(&other, GET("/park/gone") GET("/twice/gone"));
    harness_wait_parked(&harness, 2);
    client_reset(&other);
    harness_wait_counter(&harness, COUNTER_CONNECTIONS_CLOSED, 1);
    assert_true(harness_wake(&harness, NULL)); /* its memory is still there */
    assert_true(harness_wake(&harness, NULL));
    harness_wait_parked(&harness, 1);
    assert_true(harness_wake(&harness, NULL));
    client_send(&client, GET("/park/here"));
    harness_wait_parked(&harness, 1);
    assert_true(harness_wake(&harness, NULL));
    client_reply_is(&client, 200, "here");
    assert_int_equal(harness.resumed_count, 3);
}

static void a_peer_that_closes_while_parked_does_no_harm(void **state)
{
    struct client other;

    client_open(&other, &harness);
    client_send(&other, GET("/park/gone") GET("/size/5000000"));
    harness_wait_parked(&harness, 1);
    client_close(&other);
    assert_true(harness_wake(&harness, NULL));
    harness_wait_counter(&harness, COUNTER_CONNECTIONS_CLOSED, 1);
    client_send(&client, GET("/loop"));
    client_reply_is(&client, 200, "0");
}

static void a_peer_that_closes_in_the_middle_of_a_request(void **state)
{
    static const char *const parts[] = {
        "",
        "GET",
        "GET / HTTP/1.1\r\nHost: test\r\n",
        "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\nabc",
        "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
        "HEAD /x HTTP/1.1\r\n\r\n",
    };

    for (size_t i = 0; i < array_count(parts); i++) {
        struct client other;

        client_open(&other, &harness);
        client_send(&other, parts[i]);
        if (i % 2 == 0)
            client_close(&other);
        else
            client_reset(&other);
        harness_wait_counter(&harness, COUNTER_CONNECTIONS_CLOSED, i + 1);
    }
    client_send(&client, GET("/loop"));
    client_reply_is(&client, 200, "0");
    assert_int_equal(harness_counter(&harness, COUNTER_REQUESTS), 1);
}

static int setup(void **state)
{
    struct server_config config = harness_config(&harness);

    harness_open(&harness, &config);
    client_open(&client, &harness);
    return 0;
}

static int teardown(void **state)
{
    client_close(&client);
    harness_stop_and_close(&harness);
    return 0;
}

#define story(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        story(a_request_gets_its_reply_and_the_connection_stays),
        story(a_head_request_gets_the_length_but_no_body),
        story(what_came_together_is_handed_on_together),
        story(a_status_without_a_body),
        story(close_is_honoured),
        story(http_1_0_closes_unless_asked_to_stay),
        story(a_request_may_trickle_in),
        story(an_empty_line_between_requests_is_nothing),
        story(large_bodies_go_both_ways),
        story(replies_keep_the_order_of_requests_and_share_a_write),
        story(what_is_ready_does_not_wait_for_what_is_behind_it),
        story(an_exchange_may_park_again),
        story(a_peer_that_only_stops_sending_still_gets_its_replies),
        story(expect_100_is_answered_before_the_body),
        story(expect_100_waits_for_the_replies_before_it),
        story(an_offer_to_upgrade_is_passed_over),
        story(a_peer_that_resets_while_parked_does_no_harm),
        story(a_peer_that_closes_while_parked_does_no_harm),
        story(a_peer_that_closes_in_the_middle_of_a_request),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
