/* When a request is sent again, and after how long: the table of the official clients, row by row.
 *
 * Delays are not waited for: the hook is told them, and cancels. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "world.h"

static struct world world;

static int teardown(void **state)
{
    world_close(&world);
    return 0;
}

/* A row: the first reply, and whether a second request follows. */
struct row {
    const char *what;
    const char *reply;
    bool is_retried;
    enum scrip_outcome outcome; /* of the first, where it is not retried */
};

#define ROW(status, is_retried, outcome)                                                           \
    {                                                                                              \
        status, FAILED(status, ""), is_retried, outcome                                            \
    }

static const struct row statuses[] = {
    ROW("408 Request Timeout", true, SCRIP_REFUSED),
    ROW("409 Conflict", true, SCRIP_CONFLICT),
    ROW("429 Too Many Requests", true, SCRIP_TOO_MANY),
    ROW("500 Internal Server Error", true, SCRIP_SERVER),
    ROW("501 Not Implemented", true, SCRIP_SERVER),
    ROW("502 Bad Gateway", true, SCRIP_SERVER),
    ROW("503 Service Unavailable", true, SCRIP_SERVER),
    ROW("504 Gateway Timeout", true, SCRIP_SERVER),
    ROW("507 Insufficient Storage", true, SCRIP_SERVER),
    ROW("599 Whatever", true, SCRIP_SERVER),
    ROW("400 Bad Request", false, SCRIP_BAD_REQUEST),
    ROW("401 Unauthorized", false, SCRIP_UNAUTHORIZED),
    ROW("402 Payment Required", false, SCRIP_NOT_COVERED),
    ROW("403 Forbidden", false, SCRIP_FORBIDDEN),
    ROW("404 Not Found", false, SCRIP_NOT_FOUND),
    ROW("405 Method Not Allowed", false, SCRIP_BAD_REQUEST),
    ROW("410 Gone", false, SCRIP_NOT_FOUND),
    ROW("413 Content Too Large", false, SCRIP_BAD_REQUEST),
    ROW("418 I'm a teapot", false, SCRIP_REFUSED),
    ROW("422 Unprocessable Content", false, SCRIP_BAD_REQUEST),
};

static const struct row headers[] = {
    { "x-should-retry: true wins over 400", FAILED("400 Bad", "X-Should-Retry: true\r\n"), true,
      SCRIP_BAD_REQUEST },
    { "x-should-retry: false wins over 409", FAILED("409 No", "x-should-retry: false\r\n"), false,
      SCRIP_CONFLICT },
    { "x-should-retry: false wins over 500", FAILED("500 No", "x-should-retry: false\r\n"), false,
      SCRIP_SERVER },
    { "x-should-retry: perhaps says nothing", FAILED("500 No", "x-should-retry: perhaps\r\n"), true,
      SCRIP_SERVER },
};

static void play_row(const struct row *row)
{
    const struct act acts[] = { { row->reply, KEEP }, { BOOK, KEEP } };

    print_message("# %s\n", row->what);
    world_open(&world, acts, array_count(acts), NULL);
    world_ask(&world, row->is_retried ? SCRIP_OK : row->outcome);
    assert_int_equal(server_request_count(world.server), row->is_retried ? 2 : 1);
}

static void statuses_that_are_retried(void **state)
{
    for (size_t i = 0; i < array_count(statuses); i++) {
        play_row(&statuses[i]);
        if (i + 1 < array_count(statuses))
            world_close(&world);
    }
}

/* What is told when attempts run out is the outcome of the status. */
static void statuses_have_their_outcomes(void **state)
{
    struct scrip_options once = { .attempts_max = 1 };

    for (size_t i = 0; i < array_count(statuses); i++) {
        const struct act act = { statuses[i].reply, KEEP };

        world_open(&world, &act, 1, &once);
        world_ask(&world, statuses[i].outcome);
        assert_int_equal(world.error.attempts, 1);
        assert_int_equal(world.error.http_status, strtol(statuses[i].what, NULL, 10));
        assert_string_equal(world.error.body, "{\"message\":\"words\"} ");
        if (i + 1 < array_count(statuses))
            world_close(&world);
    }
}

static void the_server_has_the_last_word(void **state)
{
    for (size_t i = 0; i < array_count(headers); i++) {
        play_row(&headers[i]);
        if (i + 1 < array_count(headers))
            world_close(&world);
    }
}

static void a_connection_that_is_reset(void **state)
{
    const struct act acts[] = { { "", RESET }, { BOOK, KEEP } };

    world_open(&world, acts, array_count(acts), NULL);
    world_ask(&world, SCRIP_OK);
    assert_int_equal(server_request_count(world.server), 2);
    assert_int_equal(world_event(&world, SCRIP_EVENT_FAILURE, 0)->outcome, SCRIP_DISCONNECTED);
}

static void a_connection_that_closes_without_a_word(void **state)
{
    const struct act acts[] = { { "", CLOSE }, { BOOK, KEEP } };

    world_open(&world, acts, array_count(acts), NULL);
    world_ask(&world, SCRIP_OK);
    assert_int_equal(server_request_count(world.server), 2);
}

static void a_reply_that_is_cut_off(void **state)
{
    const struct act acts[] = {
        { "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"sequence\"", CLOSE }, { BOOK, KEEP }
    };

    world_open(&world, acts, array_count(acts), NULL);
    world_ask(&world, SCRIP_OK);
    assert_int_equal(server_request_count(world.server), 2);
    assert_int_equal(world_event(&world, SCRIP_EVENT_FAILURE, 0)->outcome, SCRIP_DISCONNECTED);
}

static void a_reply_that_takes_too_long(void **state)
{
    struct scrip_options options = { .timeout_ms = 700 }; /* time enough for the second */
    const struct act acts[] = { { "", HANG }, { BOOK, KEEP } };

    world_open(&world, acts, array_count(acts), &options);
    world_ask(&world, SCRIP_OK);
    assert_int_equal(server_request_count(world.server), 2);
    assert_int_equal(world_event(&world, SCRIP_EVENT_FAILURE, 0)->outcome, SCRIP_TIMEOUT);
}

static void nobody_there(void **state)
{
    struct scrip_options options = { .url = "http://127.0.0.1:1" };

    world_open(&world, NULL, 0, &options);
    world_ask(&world, SCRIP_UNREACHABLE);
    assert_int_equal(world.error.attempts, 3);
    assert_int_equal(world.error.http_status, 0);
}

static void three_attempts_and_no_more(void **state)
{
    const struct act acts[] = { { FAILED("500 No", ""), KEEP },
                                { FAILED("503 No", ""), KEEP },
                                { FAILED("502 No", "X-Request-Id: last\r\n"), KEEP },
                                { BOOK, KEEP } };

    world_open(&world, acts, array_count(acts), NULL);
    world_ask(&world, SCRIP_SERVER);
    assert_int_equal(server_request_count(world.server), 3);
    assert_int_equal(world.error.attempts, 3);
    assert_int_equal(world.error.http_status, 502);
    assert_string_equal(world.error.request_id, "last");
}

static void attempts_can_be_chosen(void **state)
{
    const struct act acts[] = { { FAILED("500 No", ""), KEEP }, { FAILED("500 No", ""), KEEP },
                                { FAILED("500 No", ""), KEEP }, { FAILED("500 No", ""), KEEP },
                                { FAILED("500 No", ""), KEEP }, { CUSTOMER, KEEP } };
    struct scrip_options options = { .attempts_max = 1 };
    struct scrip_call call = { .attempts_max = 5 };

    world_open(&world, acts, array_count(acts), &options);
    world_ask(&world, SCRIP_SERVER);
    assert_int_equal(server_request_count(world.server), 1);
    world_mutate(&world, &call, SCRIP_OK);
    assert_int_equal(server_request_count(world.server), 6);
}

/* The delay after the last of the acts, when those before it make the client wait for none. */
static int64_t delay_after(const struct act *acts, size_t count)
{
    struct scrip_options official = { .retry_delay_ms = 500, .attempts_max = 100 };

    world_open(&world, acts, count, &official);
    world.cancels_at_retry = count;
    world_ask(&world, SCRIP_CANCELLED);
    assert_int_equal(server_request_count(world.server), count);
    return world_event(&world, SCRIP_EVENT_RETRY, count - 1)->delay_ms;
}

static void the_server_says_when(void **state)
{
    static const struct {
        const char *reply;
        int64_t min_ms, max_ms;
    } rows[] = {
        { FAILED("429 No", "retry-after-ms: 20\r\n"), 20, 20 },
        { FAILED("429 No", "retry-after-ms: 1500.7\r\n"), 1500, 1500 },
        { FAILED("429 No", "retry-after: 2\r\n"), 2000, 2000 },
        { FAILED("503 No", "Retry-After: 0.25\r\n"), 250, 250 },
        { FAILED("429 No", "retry-after: 60\r\n"), 60000, 60000 },
        { FAILED("429 No", "retry-after-ms: 30\r\nretry-after: 2\r\n"), 30, 30 },
        { FAILED("429 No", "retry-after-ms: soon\r\nretry-after: 2\r\n"), 2000, 2000 },
        /* what cannot be granted, or says nothing: as if it were not there */
        { FAILED("429 No", "retry-after: 61\r\n"), 375, 500 },
        { FAILED("429 No", "retry-after: 99999999999999999999\r\n"), 375, 500 },
        { FAILED("429 No", "retry-after: -1\r\n"), 375, 500 },
        { FAILED("429 No", "retry-after: soon\r\n"), 375, 500 },
        { FAILED("429 No", "retry-after: Wed, 21 Oct 2015 07:28:00 GMT\r\n"), 375, 500 },
        { FAILED("429 No", ""), 375, 500 },
    };

    for (size_t i = 0; i < array_count(rows); i++) {
        const struct act act = { rows[i].reply, KEEP };

        print_message("# row %zu\n", i);
        assert_in_range(delay_after(&act, 1), rows[i].min_ms, rows[i].max_ms);
        if (i + 1 < array_count(rows))
            world_close(&world);
    }
}

static void the_server_says_when_by_date(void **state)
{
    char reply[256], date[64];
    time_t soon = time(NULL) + 30;
    struct tm tm;
    const struct act act = { reply, KEEP };

    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&soon, &tm));
    snprintf(reply, sizeof reply, FAILED("503 No", "Retry-After: %s\r\n"), date);
    assert_in_range(delay_after(&act, 1), 20000, 30000);
}

static void half_a_second_doubled_up_to_eight(void **state)
{
    static const int64_t full_ms[] = { 500, 1000, 2000, 4000, 8000, 8000, 8000 };
    struct act acts[array_count(full_ms)];

    for (size_t i = 0; i < array_count(full_ms); i++) {
        acts[i] = (struct act){ FAILED("500 No", ""), KEEP };
        print_message("# before attempt %zu\n", i + 2);
        assert_in_range(delay_after(acts, i + 1), full_ms[i] * 3 / 4, full_ms[i]);
        acts[i] = (struct act){ FAILED("500 No", "retry-after-ms: 0\r\n"), KEEP };
        if (i + 1 < array_count(full_ms))
            world_close(&world);
    }
}

/* Without it all clients of a server that was down come back at once. */
static void the_delay_is_jittered(void **state)
{
    const struct act act = { FAILED("500 No", ""), KEEP };
    int64_t first = delay_after(&act, 1);
    bool differs = false;

    for (int i = 0; i < 20 && !differs; i++) {
        world_close(&world);
        differs = delay_after(&act, 1) != first;
    }
    assert_true(differs);
}

static const char *key_of(size_t request, char buffer[256])
{
    return server_header(world.server, request, "Idempotency-Key", buffer, 256);
}

static void a_mutation_keeps_its_key(void **state)
{
    const struct act acts[] = {
        { "", RESET }, { FAILED("500 No", ""), CLOSE }, { CUSTOMER, KEEP }, { CUSTOMER, KEEP }
    };
    char first[256], other[256];

    world_open(&world, acts, array_count(acts), NULL);
    world_mutate(&world, NULL, SCRIP_OK);
    world_mutate(&world, NULL, SCRIP_OK);
    assert_int_equal(server_request_count(world.server), 4);
    assert_int_equal(strlen(key_of(0, first)), 36);
    assert_string_equal(key_of(1, other), first);
    assert_string_equal(key_of(2, other), first);
    assert_string_not_equal(key_of(3, other), first);
    assert_string_equal(server_body(world.server, 2), server_body(world.server, 0));
}

static void a_key_of_ones_own(void **state)
{
    const struct act acts[] = { { CUSTOMER, KEEP }, { FAILED("404 No", ""), KEEP } };
    struct scrip_call call = { .idempotency_key = "order 17" }, bad = { .idempotency_key = "a\nb" };
    char key[256];

    world_open(&world, acts, array_count(acts), NULL);
    world_mutate(&world, &call, SCRIP_OK);
    assert_string_equal(key_of(0, key), "order 17");
    world_mutate(&world, &call, SCRIP_NOT_FOUND);
    assert_string_equal(world.error.idempotency_key, "order 17");
    world_mutate(&world, &bad, SCRIP_USAGE);
    assert_int_equal(server_request_count(world.server), 2);
}

static void a_question_has_none(void **state)
{
    const struct act acts[] = { { BOOK, KEEP }, { REPLY("200 OK", "", "{\"data\":[]}"), KEEP } };
    const struct scrip_metronome_grant *grant = NULL;
    struct scrip_list *list = NULL;
    char key[256];

    world_open(&world, acts, array_count(acts), NULL);
    world_ask(&world, SCRIP_OK);
    assert_int_equal(scrip_metronome_grant_list(world.client, NULL, NULL, &list, NULL), SCRIP_OK);
    assert_int_equal(scrip_metronome_grant_next(list, &grant, NULL), SCRIP_END);
    scrip_list_close(list);
    assert_string_equal(key_of(0, key), "");
    assert_string_equal(key_of(1, key), ""); /* though it is a POST */
}

#define CASE(test) cmocka_unit_test_teardown(test, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(statuses_that_are_retried),
        CASE(statuses_have_their_outcomes),
        CASE(the_server_has_the_last_word),
        CASE(a_connection_that_is_reset),
        CASE(a_connection_that_closes_without_a_word),
        CASE(a_reply_that_is_cut_off),
        CASE(a_reply_that_takes_too_long),
        CASE(nobody_there),
        CASE(three_attempts_and_no_more),
        CASE(attempts_can_be_chosen),
        CASE(the_server_says_when),
        CASE(the_server_says_when_by_date),
        CASE(half_a_second_doubled_up_to_eight),
        CASE(the_delay_is_jittered),
        CASE(a_mutation_keeps_its_key),
        CASE(a_key_of_ones_own),
        CASE(a_question_has_none),
    };

    return cmocka_run_group_tests_name("retries", tests, NULL, NULL);
}
