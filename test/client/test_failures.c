/* What can come instead of a reply, each with an outcome of its own; and where secrets go. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "world.h"

static struct world world;

static int teardown(void **state)
{
    world_close(&world);
    return 0;
}

static const struct scrip_options once = { .attempts_max = 1 };

static void play_once(const char *reply, enum ending ending, enum scrip_outcome expected)
{
    const struct act act = { reply, ending };

    world_open(&world, &act, 1, &once);
    world_ask(&world, expected);
    assert_int_equal(server_request_count(world.server), 1);
}

static void a_server_that_is_not_there(void **state)
{
    struct scrip_options options = { .url = "http://127.0.0.1:1", .attempts_max = 1 };

    world_open(&world, NULL, 0, &options);
    world_ask(&world, SCRIP_UNREACHABLE);
    assert_non_null(strstr(world.error.message, "127.0.0.1:1"));
    assert_int_equal(world.error.http_status, 0);
}

static void a_name_that_is_not_there(void **state)
{
    struct scrip_options options = { .url = "http://nobody.invalid", .attempts_max = 1 };

    world_open(&world, NULL, 0, &options);
    world_ask(&world, SCRIP_UNREACHABLE);
    assert_non_null(strstr(world.error.message, "nobody.invalid"));
}

static void a_port_that_speaks_no_tls(void **state)
{
    struct server *rude = server_start_rude("220 mail.example.com ESMTP\r\n");
    struct scrip_options options = { .attempts_max = 3 };
    char url[64];

    snprintf(url, sizeof url, "https%s", server_url(rude) + strlen("http"));
    options.url = url;
    world_open(&world, NULL, 0, &options);
    world_ask(&world, SCRIP_TLS);
    assert_int_equal(world.error.attempts, 1);
    server_stop(rude);
}

static void a_certificate_that_nobody_vouches_for(void **state)
{
    char pem[] = "/tmp/scrip-certificate-XXXXXX";
    const struct act act = { BOOK, KEEP };
    struct scrip_options options = { .attempts_max = 3 };
    struct server *tls;

    certificate_make(pem);
    tls = server_start_tls(&act, 1, pem);
    options.url = server_url(tls);
    world_open(&world, NULL, 0, &options);
    world_ask(&world, SCRIP_TLS);
    assert_int_equal(world.error.attempts, 1); /* it would not be better the second time */
    assert_int_equal(server_request_count(tls), 0);
    world_close(&world);

    options.ca_file = pem;
    world_open(&world, NULL, 0, &options);
    world_ask(&world, SCRIP_OK);
    assert_int_equal(server_request_count(tls), 1);
    scrip_client_close(world.client); /* or the server waits for its next request */
    world.client = NULL;
    server_stop(tls);
    unlink(pem);
}

static void a_file_of_authorities_that_is_none(void **state)
{
    struct scrip_options options = { .ca_file = "/nonexistent" };
    struct server *silent = server_start(NULL, 0); /* one that ends first may be told of instead */
    char url[64];

    snprintf(url, sizeof url, "https%s", server_url(silent) + strlen("http"));
    options.url = url;
    world_open(&world, NULL, 0, &options);
    world_ask(&world, SCRIP_TLS);
    if (strstr(world.error.message, "/nonexistent") == NULL)
        fail_msg("does not name the file: %s", world.error.message);
    server_stop(silent);
}

static void a_wrong_key(void **state)
{
    play_once(REPLY("401 Unauthorized", "X-Request-Id: r-1\r\n", "{\"message\":\"Unauthorized\"}"),
              KEEP, SCRIP_UNAUTHORIZED);
    assert_string_equal(world.error.message, "Unauthorized (HTTP 401)");
    assert_string_equal(world.error.request_id, "r-1");
}

static void bytes_that_are_no_http(void **state)
{
    play_once("SSH-2.0-OpenSSH_9.2\r\n", CLOSE, SCRIP_MALFORMED);
}

static void a_status_that_is_none(void **state)
{
    play_once("HTTP/1.1 099 Odd\r\nContent-Length: 2\r\n\r\n{}", CLOSE, SCRIP_MALFORMED);
}

static void a_page_of_html(void **state)
{
    play_once("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>", KEEP,
              SCRIP_MALFORMED);
    assert_non_null(strstr(world.error.message, "text/html"));
    assert_string_equal(world.error.body, "<html>");
}

static void an_error_of_a_proxy(void **state)
{
    play_once(
        "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
        KEEP, SCRIP_SERVER);
    assert_non_null(strstr(world.error.message, "502"));
    assert_string_equal(world.error.body, "<html>");
    assert_int_equal(world.error.body_size, 6);
}

static void no_body_at_all(void **state)
{
    play_once(REPLY("200 OK", "", ""), KEEP, SCRIP_MALFORMED);
    assert_non_null(strstr(world.error.message, "empty"));
}

static void a_body_that_is_something_else(void **state)
{
    static const char *const bodies[] = {
        REPLY("200 OK", "", "[]"),
        REPLY("200 OK", "", "{}"),
        REPLY("200 OK", "", "null"),
        REPLY("200 OK", "", "{\"sequence\":\"x\"}"),
        REPLY("200 OK", "", "{\"sequence\":1.5}"),
        REPLY("200 OK", "", "{\"sequence\":99999999999999999999999}"),
        REPLY("200 OK", "", "{\"sequence\":1,\"sequence\":2}   "),
        REPLY("200 OK", "", "{\"sequence\":7,\"hash\":12}"),
        REPLY("200 OK", "", "{\"sequence\":7,\"at\":\"sunday\"}"),
        REPLY("200 OK", "", "{\"sequence\":NaN}"),
        REPLY("200 OK", "", "{\"sequence\":7} and more.  "),
    };

    for (size_t i = 0; i < array_count(bodies); i++) {
        print_message("# %s\n", strstr(bodies[i], "\r\n\r\n") + 4);
        play_once(bodies[i], KEEP, SCRIP_MALFORMED);
        assert_non_null(world.error.body);
        assert_int_equal(world.error.http_status, 200);
        if (i + 1 < array_count(bodies))
            world_close(&world);
    }
}

/* Cut off at every byte, with a length that says so. */
static void json_that_is_cut_short(void **state)
{
    static const char body[] =
        "{\"sequence\":7,\"hash\":\"a\\u00e4b\",\"at\":null,\"x\":[true,-1.5e+1]}";
    char reply[256];

    for (size_t len = 1; len < sizeof(body) - 1; len++) {
        snprintf(
            reply, sizeof reply,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%.*s",
            len, (int)len, body);
        play_once(reply, KEEP, SCRIP_TRUNCATED);
        if (len + 1 < sizeof(body) - 1)
            world_close(&world);
    }
}

static void a_reply_that_breaks_off(void **state)
{
    play_once("HTTP/1.1 200 OK\r\nContent-Length: 36\r\n\r\n{\"sequence\"", CLOSE,
              SCRIP_DISCONNECTED);
}

static void a_head_that_breaks_off(void **state)
{
    play_once("HTTP/1.1 200 OK\r\nContent-Len", CLOSE, SCRIP_MALFORMED);
}

static void a_body_that_never_ends(void **state)
{
    struct scrip_options options = { .reply_bytes_max = 100000 };
    const struct act act = { "HTTP/1.1 200 OK\r\n\r\n", FLOOD };

    world_open(&world, &act, 1, &options);
    world_ask(&world, SCRIP_ENDLESS);
    assert_int_equal(world.error.attempts, 1);
    assert_non_null(strstr(world.error.message, "100000"));
}

static void an_error_that_never_ends(void **state)
{
    struct scrip_options options = { .reply_bytes_max = 100000 };
    const struct act act = { "HTTP/1.1 500 No\r\n\r\n", FLOOD };

    world_open(&world, &act, 1, &options);
    world_ask(&world, SCRIP_ENDLESS);
}

static void a_header_that_never_ends(void **state)
{
    const struct act act = { "HTTP/1.1 200 OK\r\nX: ", FLOOD };

    world_open(&world, &act, 1, &once);
    world_ask(&world, SCRIP_ENDLESS);
}

static void a_reply_that_stops(void **state)
{
    struct scrip_options options = { .attempts_max = 1, .timeout_ms = 100 };
    const struct act act = { "HTTP/1.1 200 OK\r\nContent-Length: 36\r\n\r\n{\"seq", HANG };

    world_open(&world, &act, 1, &options);
    world_ask(&world, SCRIP_TIMEOUT);
}

/* Whatever the redirect, the other host hears nothing: neither the request nor the secret. */
static void a_redirect_to_another_host(void **state)
{
    static const char *const statuses[] = { "301 Moved", "302 Found", "303 See Other",
                                            "307 Temporary Redirect", "308 Permanent Redirect" };

    for (size_t i = 0; i < array_count(statuses); i++) {
        const struct act there = { BOOK, KEEP };
        struct server *other = server_start(&there, 1);
        char reply[512];

        snprintf(reply, sizeof reply,
                 "HTTP/1.1 %s\r\nLocation: %s/scrip/v1/book\r\nContent-Length: 0\r\n\r\n",
                 statuses[i], server_url(other));
        play_once(reply, KEEP, SCRIP_REDIRECTED);
        assert_non_null(strstr(world.error.location, server_url(other)));
        assert_non_null(strstr(world.error.message, server_url(other)));
        assert_int_equal(server_request_count(other), 0);
        server_stop(other);
        if (i + 1 < array_count(statuses))
            world_close(&world);
    }
}

static void words_of_a_problem(void **state)
{
    play_once(REPLY("402 Payment Required", "",
                    "{\"type\":\"/problems/balance-exceeded\",\"title\":\"t\",\"detail\":\"not "
                    "covered\",\"available\":\"12.5\"}     "),
              KEEP, SCRIP_NOT_COVERED);
    assert_string_equal(world.error.message, "not covered (HTTP 402)");
    assert_string_equal(world.error.code, "/problems/balance-exceeded");
    assert_int_equal(scrip_decimal_compare(world.error.available, scrip_decimal_of("12.5")), 0);
}

/* What a server says may end on a terminal. */
static void words_that_are_not_for_terminals(void **state)
{
    play_once(REPLY("400 Bad", "", "{\"message\":\"a\\u001b[31mb\\u0007\\nc\"}  "), KEEP,
              SCRIP_BAD_REQUEST);
    assert_string_equal(world.error.message, "a [31mb  c (HTTP 400)");
}

static void options_that_are_wrong(void **state)
{
    static const struct scrip_options wrong[] = {
        { .url = NULL },
        { .url = "" },
        { .url = "ftp://127.0.0.1" },
        { .url = "127.0.0.1:8080" },
        { .url = "http://" },
        { .url = "http://user:" SECRET "@127.0.0.1" },
        { .url = "http://127.0.0.1/?a=b" },
        { .url = "http://127.0.0.1/#a" },
        { .url = "http://127.0.0.1:99999" },
        { .url = "http://127.0.0.1", .bearer_token = "" },
        { .url = "http://127.0.0.1", .bearer_token = "a\r\nX-Evil: 1" },
        { .url = "http://127.0.0.1", .kable_client_id = "kci_1" },
        { .url = "http://127.0.0.1", .kable_client_secret = SECRET },
        { .url = "http://127.0.0.1", .user_agent = "a\nb" },
        { .url = "http://127.0.0.1", .timeout_ms = -1 },
        { .url = "http://127.0.0.1", .attempts_max = -1 },
        { .url = "http://127.0.0.1", .retry_delay_ms = INT64_MAX },
    };
    struct scrip_client *client = NULL;

    world_open(&world, NULL, 0, NULL);
    for (size_t i = 0; i < array_count(wrong); i++) {
        print_message("# row %zu\n", i);
        assert_int_equal(scrip_client_open(&wrong[i], &client, &world.error), SCRIP_USAGE);
        assert_null(client);
        assert_null(strstr(world.error.message, SECRET));
    }
    assert_int_equal(scrip_client_open(NULL, &client, NULL), SCRIP_USAGE);
    scrip_client_close(NULL);
    scrip_client_cancel(NULL);
    scrip_client_resume(NULL);
    scrip_list_close(NULL);
    scrip_free(NULL);
    scrip_error_clear(NULL);
    assert_int_equal(scrip_book_get(NULL, NULL, NULL, NULL), SCRIP_USAGE);
}

static void the_client_goes_on_after_any_of_it(void **state)
{
    const struct act acts[] = { { "nonsense\r\n", CLOSE },
                                { "", RESET },
                                { "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", CLOSE },
                                { BOOK, CLOSE } };

    world_open(&world, acts, array_count(acts), &once);
    world_ask(&world, SCRIP_MALFORMED);
    world_ask(&world, SCRIP_DISCONNECTED);
    world_ask(&world, SCRIP_DISCONNECTED);
    world_ask(&world, SCRIP_OK);
}

#define CASE(test) cmocka_unit_test_teardown(test, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_server_that_is_not_there),
        CASE(a_name_that_is_not_there),
        CASE(a_port_that_speaks_no_tls),
        CASE(a_certificate_that_nobody_vouches_for),
        CASE(a_file_of_authorities_that_is_none),
        CASE(a_wrong_key),
        CASE(bytes_that_are_no_http),
        CASE(a_status_that_is_none),
        CASE(a_page_of_html),
        CASE(an_error_of_a_proxy),
        CASE(no_body_at_all),
        CASE(a_body_that_is_something_else),
        CASE(json_that_is_cut_short),
        CASE(a_reply_that_breaks_off),
        CASE(a_head_that_breaks_off),
        CASE(a_body_that_never_ends),
        CASE(an_error_that_never_ends),
        CASE(a_header_that_never_ends),
        CASE(a_reply_that_stops),
        CASE(a_redirect_to_another_host),
        CASE(words_of_a_problem),
        CASE(words_that_are_not_for_terminals),
        CASE(options_that_are_wrong),
        CASE(the_client_goes_on_after_any_of_it),
    };

    return cmocka_run_group_tests_name("failures", tests, NULL, NULL);
}
