/* Replies as bytes. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "http/serialize.h"

static void head_is(const struct reply *reply, enum persistence persistence, struct str date,
                    const char *expected)
{
    static char head[65536];
    size_t len;

    assert_true(serialize_size_max(reply) < sizeof head);
    len = serialize_head(reply, persistence, date, head);
    head[len] = '\0';
    assert_string_equal(head, expected);
}

static void a_head_has_status_type_length_and_the_replys_headers(void **state)
{
    struct reply reply = {
        .status = 200,
        .content_type = STR("application/json"),
        .body = STR("{}"),
    };

    reply_header(&reply, STR("X-Request-Id"), STR("7"));
    reply_header(&reply, STR("Retry-After"), STR("1"));
    head_is(&reply, PERSISTENCE_IMPLIED, STR("now"),
            "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Type: application/json\r\n"
            "Content-Length: 2\r\nX-Request-Id: 7\r\nRetry-After: 1\r\n\r\n");
    reply.header_count = 0;
    head_is(&reply, PERSISTENCE_KEPT, STR_NONE,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            "Content-Length: 2\r\nConnection: keep-alive\r\n\r\n");
    head_is(&reply, PERSISTENCE_ENDS, STR_NONE,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            "Content-Length: 2\r\nConnection: close\r\n\r\n");
}

static void replies_without_a_body(void **state)
{
    struct reply reply = { .status = 204 };

    head_is(&reply, PERSISTENCE_IMPLIED, STR_NONE, "HTTP/1.1 204 No Content\r\n\r\n");
    assert_false(serialize_has_body(&reply, HTTP_GET));
    reply.status = 304;
    assert_false(serialize_has_body(&reply, HTTP_GET));
    reply.status = 202;
    head_is(&reply, PERSISTENCE_IMPLIED, STR_NONE,
            "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
    assert_true(serialize_has_body(&reply, HTTP_GET));
    assert_false(serialize_has_body(&reply, HTTP_HEAD));
}

static void a_status_without_a_name_is_still_a_status_line(void **state)
{
    struct reply reply = { .status = 599 };

    head_is(&reply, PERSISTENCE_IMPLIED, STR_NONE, "HTTP/1.1 599 \r\nContent-Length: 0\r\n\r\n");
    reply.status = 507;
    head_is(&reply, PERSISTENCE_IMPLIED, STR_NONE,
            "HTTP/1.1 507 Insufficient Storage\r\nContent-Length: 0\r\n\r\n");
}

static void a_header_cannot_begin_another(void **state)
{
    struct reply reply = { .status = 200 };

    reply_header(&reply, STR("Location"), STR("/a\r\nSet-Cookie: x=\"y\"\x7F\t."));
    head_is(&reply, PERSISTENCE_IMPLIED, STR_NONE,
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
            "Location: /a  Set-Cookie: x=\"y\"  .\r\n\r\n");
}

static void the_size_is_enough_for_every_status_and_many_headers(void **state)
{
    static char head[4096], value[200];

    for (int status = 200; status <= 599; status++) {
        struct reply reply = { .status = status, .content_type = STR("application/json") };
        size_t len;

        for (size_t i = 0; i < REPLY_HEADERS_MAX; i++)
            reply_header(&reply, STR("X"), (struct str){ .data = value, .len = sizeof value });
        assert_true(serialize_size_max(&reply) < sizeof head);
        len = serialize_head(&reply, PERSISTENCE_KEPT, STR("Sun, 06 Nov 1994 08:49:37 GMT"), head);
        assert_true(len <= serialize_size_max(&reply));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_has_status_type_length_and_the_replys_headers),
        cmocka_unit_test(replies_without_a_body),
        cmocka_unit_test(a_status_without_a_name_is_still_a_status_line),
        cmocka_unit_test(a_header_cannot_begin_another),
        cmocka_unit_test(the_size_is_enough_for_every_status_and_many_headers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
