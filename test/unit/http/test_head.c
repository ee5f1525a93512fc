/* The strict face: what is taken and what is refused, one request a line.
 *
 * Half of the requests refused here the library takes, as Debian builds it. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/limits.h"
#include "http/parse.h"

static struct parse parse;
static struct request request;
static struct arena arena;

static enum fault read_whole(struct str text)
{
    size_t taken;
    enum parse_step step;

    arena_reset(&arena, 1u << 20);
    parse_init(&parse);
    request = (struct request){ .method = HTTP_GET };
    step = parse_feed(&parse, text, &arena, &request, &taken);
    if (step == PARSE_FAULT)
        return parse.fault;
    if (step != PARSE_DONE)
        fail_msg("not complete: %.*s", STR_PRINT(text));
    assert_int_equal(taken, text.len);
    return FAULT_NONE;
}

#define H "Host: example.com\r\n"

static void heads_that_are_taken(void **state)
{
    static const char *const cases[] = {
        "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n",
        "GET / HTTP/1.1\r\nhOsT:example.com:8080\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
        "GET / HTTP/1.1\r\nHost:\r\n\r\n", /* no authority in the target */
        "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.2\r\n" H "\r\n", /* a version to come is read as the one we know */
        "\r\n\r\nGET / HTTP/1.1\r\n" H "\r\n",
        "GET / HTTP/1.1\r\n" H "X-Empty:\r\nX-Blank: \t \r\nX-Utf8: \xC3\xA9\r\n\r\n",
        "GET / HTTP/1.1\r\n" H "A: :\r\n!#$%&'*+-.^_`|~09azAZ: odd but a token\r\n\r\n",
        "POST / HTTP/1.1\r\n" H "Content-Type: application/json\r\n"
        "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
        "POST / HTTP/1.1\r\n" H "Content-Type: application/json\r\nContent-Length: 0\r\n\r\n",
        "POST / HTTP/1.1\r\n" H "Content-Type: application/json\r\n\r\n",
        "POST / HTTP/1.1\r\n" H "Content-Length: 00002 \r\n\r\n{}",
        "POST / HTTP/1.1\r\n" H "Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\n" H "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n"
        "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n",
        "GET /chat HTTP/1.1\r\n" H "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        "TRACE / HTTP/1.1\r\n" H "\r\n",
        "OPTIONS * HTTP/1.1\r\n" H "\r\n",
        "GET /a/../b%2F%00?x=[1]&y={\"z\"}|^ HTTP/1.1\r\n" H "\r\n", /* for the router to judge */
        "GET / HTTP/1.0\r\nExpect: anything\r\n\r\n",
    };

    for (size_t i = 0; i < array_count(cases); i++) {
        enum fault fault = read_whole(str_from_c(cases[i]));
        if (fault != FAULT_NONE)
            fail_msg("fault %d: %s", (int)fault, cases[i]);
    }
}

static const struct {
    enum fault fault;
    const char *text;
} refused[] = {
    /* Lines. */
    { FAULT_LINE_END, "GET / HTTP/1.1\n" H "\r\n" },
    { FAULT_LINE_END, "GET / HTTP/1.1\r\nHost: example.com\n\r\n" },
    { FAULT_LINE_END, "GET / HTTP/1.1\r\n" H "\n" },
    { FAULT_LINE_END, "\nGET / HTTP/1.1\r\n" H "\r\n" },
    { FAULT_LINE_FOLDED, "GET / HTTP/1.1\r\n" H "X: 1\r\n 2\r\n\r\n" },
    { FAULT_LINE_FOLDED, "GET / HTTP/1.1\r\n" H "X: 1\r\n\t2\r\n\r\n" },
    { FAULT_LINE_FOLDED, "GET / HTTP/1.1\r\n " H "\r\n" },
    { FAULT_REQUEST_LINE, "\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n" H "\r\n" },

    /* The request line. */
    { FAULT_REQUEST_LINE, "GET /\r\n" H "\r\n" }, /* HTTP/0.9 */
    { FAULT_REQUEST_LINE, "GET\r\n" H "\r\n" },
    { FAULT_REQUEST_LINE, "GET  / HTTP/1.1\r\n" H "\r\n" },
    { FAULT_REQUEST_LINE, "GET /  HTTP/1.1\r\n" H "\r\n" },
    { FAULT_REQUEST_LINE, "GET / HTTP/1.1 \r\n" H "\r\n" },
    { FAULT_REQUEST_LINE, " GET / HTTP/1.1\r\n" H "\r\n" },
    { FAULT_REQUEST_LINE, "GET / HTTP/1\r\n" H "\r\n" },
    { FAULT_REQUEST_LINE, "GET / HTTP/1.10\r\n" H "\r\n" },
    { FAULT_REQUEST_LINE, "GET / HTTP/x.1\r\n" H "\r\n" },
    { FAULT_REQUEST_LINE, "GET / http/1.1\r\n" H "\r\n" },
    { FAULT_REQUEST_LINE, "GET / HTTPS/1.1\r\n" H "\r\n" },
    { FAULT_REQUEST_LINE, "G@T / HTTP/1.1\r\n" H "\r\n" },
    { FAULT_REQUEST_LINE, "GET /\x01 HTTP/1.1\r\n" H "\r\n" },
    { FAULT_REQUEST_LINE, "GET / a HTTP/1.1\r\n" H "\r\n" },
    { FAULT_VERSION, "GET / HTTP/2.0\r\n" H "\r\n" },
    { FAULT_VERSION, "GET / HTTP/0.9\r\n" H "\r\n" },
    { FAULT_VERSION, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" },
    { FAULT_METHOD, "CONNECT example.com:443 HTTP/1.1\r\n" H "\r\n" },
    { FAULT_METHOD, "BREW / HTTP/1.1\r\n" H "\r\n" },
    { FAULT_METHOD, "get / HTTP/1.1\r\n" H "\r\n" },

    /* Targets. */
    { FAULT_TARGET, "GET * HTTP/1.1\r\n" H "\r\n" },
    { FAULT_TARGET, "GET /a#b HTTP/1.1\r\n" H "\r\n" },
    { FAULT_TARGET, "GET /\xC3\xA9 HTTP/1.1\r\n" H "\r\n" },
    { FAULT_TARGET, "GET /a\tb HTTP/1.1\r\n" H "\r\n" },
    { FAULT_TARGET, "GET example.com HTTP/1.1\r\n" H "\r\n" },
    { FAULT_TARGET, "GET ftp://example.com/ HTTP/1.1\r\n" H "\r\n" },
    { FAULT_TARGET, "GET http:///a HTTP/1.1\r\n" H "\r\n" },
    { FAULT_TARGET, "GET http://a@b/ HTTP/1.1\r\n" H "\r\n" },

    /* Headers. */
    { FAULT_HEADER_NAME, "GET / HTTP/1.1\r\nHost : example.com\r\n\r\n" },
    { FAULT_HEADER_NAME, "GET / HTTP/1.1\r\n" H "X Y: 1\r\n\r\n" },
    { FAULT_HEADER, "GET / HTTP/1.1\r\n" H "X(Y): 1\r\n\r\n" },
    { FAULT_HEADER, "GET / HTTP/1.1\r\n" H ": 1\r\n\r\n" },
    { FAULT_HEADER, "GET / HTTP/1.1\r\n" H "X\r\n\r\n" },
    { FAULT_HEADER_VALUE, "GET / HTTP/1.1\r\n" H "X: a\x01\r\n\r\n" },
    { FAULT_HEADER_VALUE, "GET / HTTP/1.1\r\n" H "X: a\x7F\r\n\r\n" },
    { FAULT_HEADER_VALUE, "GET / HTTP/1.1\r\n" H "X: a\rY: b\r\n\r\n" },
    { FAULT_HOST_MISSING, "GET / HTTP/1.1\r\n\r\n" },
    { FAULT_HOST_MISSING, "GET / HTTP/1.1\r\nX: y\r\n\r\n" },
    { FAULT_HOST_REPEATED, "GET / HTTP/1.1\r\n" H H "\r\n" },
    { FAULT_HOST, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n" },
    { FAULT_HOST, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n" },
    { FAULT_HOST, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n" },
    { FAULT_EXPECTATION, "POST / HTTP/1.1\r\n" H "Expect: 200-ok\r\n\r\n" },

    /* Where the body ends. */
    { FAULT_LENGTH, "POST / HTTP/1.1\r\n" H "Content-Length: \r\n\r\n" },
    { FAULT_LENGTH, "POST / HTTP/1.1\r\n" H "Content-Length: 4x\r\n\r\n" },
    { FAULT_LENGTH, "POST / HTTP/1.1\r\n" H "Content-Length: +4\r\n\r\n" },
    { FAULT_LENGTH, "POST / HTTP/1.1\r\n" H "Content-Length: -4\r\n\r\n" },
    { FAULT_LENGTH, "POST / HTTP/1.1\r\n" H "Content-Length: 4, 4\r\n\r\n" },
    { FAULT_LENGTH, "POST / HTTP/1.1\r\n" H "Content-Length: 0x4\r\n\r\n" },
    { FAULT_LENGTH, "POST / HTTP/1.1\r\n" H "Content-Length: 1 2\r\n\r\n" },
    { FAULT_LENGTH_REPEATED,
      "POST / HTTP/1.1\r\n" H "Content-Length: 4\r\nContent-Length: 4\r\n\r\n" },
    { FAULT_LENGTH_REPEATED,
      "POST / HTTP/1.1\r\n" H "Content-Length: 4\r\nContent-Length: 5\r\n\r\n" },
    { FAULT_LENGTH_REPEATED,
      "POST / HTTP/1.1\r\n" H "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n" },
    { FAULT_LENGTH_REPEATED,
      "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n" },
    { FAULT_CODING, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: gzip\r\n\r\n" },
    { FAULT_CODING, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: gzip, chunked\r\n\r\n" },
    { FAULT_CODING, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: identity\r\n\r\n" },
    { FAULT_CODING, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: xchunked\r\n\r\n" },
    { FAULT_CODING, "POST / HTTP/1.1\r\n" H "Transfer-Encoding:\r\n\r\n" },
    { FAULT_CODING_REPEATED,
      "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" },
    { FAULT_CODING_VERSION, "POST / HTTP/1.0\r\n" H "Transfer-Encoding: chunked\r\n\r\n" },
    { FAULT_CHUNK, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n1\r\nabc" },
    { FAULT_BODY_LARGE, "POST / HTTP/1.1\r\n" H "Content-Length: 4194305\r\n\r\n" },
    { FAULT_BODY_LARGE, "POST / HTTP/1.1\r\n" H "Content-Length: 999999999999999999\r\n\r\n" },
    { FAULT_LENGTH, "POST / HTTP/1.1\r\n" H "Content-Length: 18446744073709551616\r\n\r\n" },
    { FAULT_BODY_LARGE, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n400001\r\n" },
};

static void heads_that_are_refused(void **state)
{
    for (size_t i = 0; i < array_count(refused); i++) {
        enum fault fault = read_whole(str_from_c(refused[i].text));
        if (fault != refused[i].fault)
            fail_msg("fault %d, not %d: %s", (int)fault, (int)refused[i].fault, refused[i].text);
    }
    /* NUL, which the table cannot say. */
    assert_int_equal(read_whole(STR("GET / HTTP/1.1\r\n" H "X: a\0b\r\n\r\n")), FAULT_HEADER_VALUE);
    assert_int_equal(read_whole(STR("GET /\0 HTTP/1.1\r\n" H "\r\n")), FAULT_REQUEST_LINE);
    assert_int_equal(read_whole(STR("GET / HTTP/1.1\r\n" H "X\0: a\r\n\r\n")), FAULT_HEADER_VALUE);
}

static void every_byte_of_a_name_and_of_a_value(void **state)
{
    static const char token[] = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    char name_case[] = "GET / HTTP/1.1\r\n" H "X?Y: 1\r\n\r\n";
    char value_case[] = "GET / HTTP/1.1\r\n" H "X: 0123456789abcdefghi\r\n\r\n";
    size_t at = sizeof "GET / HTTP/1.1\r\n" H "X" - 1;

    for (int c = 0; c < 256; c++) {
        bool is_token = c != 0 && strchr(token, c) != NULL;
        bool is_text = c == '\t' || (c >= 0x20 && c != 0x7F);

        if (c == ':') /* then the name is "X", and the value "Y: 1" */
            is_token = true;
        name_case[at] = (char)c;
        assert_int_equal(read_whole((struct str){ name_case, sizeof name_case - 1 }) == FAULT_NONE,
                         is_token);
        for (size_t place = 0; place < 19; place++) { /* eight are looked at in one go */
            char before = value_case[at + 2 + place];
            value_case[at + 2 + place] = (char)c;
            assert_int_equal(read_whole((struct str){ value_case, sizeof value_case - 1 }) ==
                                 FAULT_NONE,
                             is_text);
            value_case[at + 2 + place] = before;
        }
    }
}

static void target_is(const char *target, const char *path, const char *query)
{
    struct str text = str_format(&arena, "GET %s HTTP/1.1\r\n" H "\r\n", target);
    char copy[512];

    assert_true(text.len < sizeof copy);
    memcpy(copy, text.data, text.len);
    assert_int_equal(read_whole((struct str){ copy, text.len }), FAULT_NONE);
    assert_true(str_equals(request.path, str_from_c(path)));
    assert_true(str_equals(request.query, str_from_c(query)));
}

static void targets_become_path_and_query(void **state)
{
    target_is("/", "/", "");
    target_is("/v1/credits/a%2Fb", "/v1/credits/a%2Fb", "");
    target_is("/a?x=1&y=?", "/a", "x=1&y=?");
    target_is("/a?", "/a", "");
    target_is("//a//b", "//a//b", "");
    target_is("http://example.com/a?x=1", "/a", "x=1");
    target_is("HTTPS://example.com:8443/a", "/a", "");
    target_is("http://example.com", "/", "");
    target_is("http://[::1]:80?x=1", "/", "x=1");
    target_is("/http://example.com/", "/http://example.com/", "");
}

static void methods_and_headers_arrive(void **state)
{
    static const struct {
        const char *name;
        enum http_method method;
    } methods[] = {
        { "GET", HTTP_GET },         { "HEAD", HTTP_HEAD },      { "POST", HTTP_POST },
        { "PUT", HTTP_PUT },         { "PATCH", HTTP_PATCH },    { "DELETE", HTTP_DELETE },
        { "OPTIONS", HTTP_OPTIONS }, { "PROPFIND", HTTP_OTHER },
    };
    char text[256];

    for (size_t i = 0; i < array_count(methods); i++) {
        struct str made =
            str_format(&arena, "%s / HTTP/1.1\r\n" H "A:  b \t\r\nC:d\r\n\r\n", methods[i].name);
        memcpy(text, made.data, made.len);
        assert_int_equal(read_whole((struct str){ text, made.len }), FAULT_NONE);
        assert_int_equal(request.method, methods[i].method);
        assert_int_equal(request.header_count, 3);
        assert_true(str_equals(request.headers[0].name, STR("Host")));
        assert_true(str_equals(request.headers[1].value, STR("b")));
        assert_true(str_equals(request.headers[2].name, STR("C")));
        assert_true(str_equals(request.headers[2].value, STR("d")));
    }
}

static void who_keeps_the_connection(void **state)
{
    static const struct {
        const char *text;
        bool keep_alive;
    } cases[] = {
        { "GET / HTTP/1.1\r\n" H "\r\n", true },
        { "GET / HTTP/1.1\r\n" H "Connection: close\r\n\r\n", false },
        { "GET / HTTP/1.1\r\n" H "Connection: x, Close\r\n\r\n", false },
        { "GET / HTTP/1.1\r\n" H "Connection: keep-alive\r\nConnection: close\r\n\r\n", false },
        { "GET / HTTP/1.1\r\n" H "Connection: closed\r\n\r\n", true },
        { "GET / HTTP/1.0\r\n\r\n", false },
        { "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true },
        { "POST / HTTP/1.1\r\n" H "Connection: close\r\nContent-Length: 1\r\n\r\na", false },
        { "GET / HTTP/1.1\r\n" H "Connection: upgrade, close\r\nUpgrade: h2c\r\n\r\n", false },
        { "GET / HTTP/1.1\r\n" H "Connection: upgrade\r\nUpgrade: h2c\r\n\r\n", true },
    };

    for (size_t i = 0; i < array_count(cases); i++) {
        assert_int_equal(read_whole(str_from_c(cases[i].text)), FAULT_NONE);
        assert_int_equal(parse.head.keep_alive, cases[i].keep_alive);
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
        cmocka_unit_test(heads_that_are_taken),
        cmocka_unit_test(heads_that_are_refused),
        cmocka_unit_test(every_byte_of_a_name_and_of_a_value),
        cmocka_unit_test(targets_become_path_and_query),
        cmocka_unit_test(methods_and_headers_arrive),
        cmocka_unit_test(who_keeps_the_connection),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
