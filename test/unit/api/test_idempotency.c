/* Two fingerprints of a request with an Idempotency-Key. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "api/idempotency.h"
#include "base/limits.h"

static const struct request first = {
    .method = HTTP_POST,
    .path = STR_INIT("/v1/customers"),
    .query = STR_INIT("a=b"),
    .body = STR_INIT("{}"),
};

/* With one key; false when it is refused. */
static bool read(struct request request, enum environment environment, struct str key,
                 struct idempotency *ret)
{
    struct http_header header = { STR("idempotency-KEY"), key };
    struct blame blame;

    request.headers = &header;
    request.header_count = 1;
    return idempotency_read(&request, environment, ret, &blame) == OK;
}

static void without_a_key_there_is_nothing_to_remember(void **state)
{
    struct idempotency idempotency;
    struct blame blame;

    assert_int_equal(idempotency_read(&first, ENVIRONMENT_LIVE, &idempotency, &blame), OK);
    assert_false(idempotency.given);
}

static void a_key_is_1_to_255_printable_characters(void **state)
{
    static char text[IDEMPOTENCY_KEY_BYTES_MAX + 1];
    struct idempotency idempotency;
    struct str longest = { .data = text, .len = IDEMPOTENCY_KEY_BYTES_MAX };
    struct str too_long = { .data = text, .len = sizeof(text) };

    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = (char)(' ' + i % ('~' - ' ' + 1));
    assert_true(read(first, ENVIRONMENT_LIVE, STR("k"), &idempotency));
    assert_true(idempotency.given);
    assert_true(read(first, ENVIRONMENT_LIVE, longest, &idempotency));
    assert_false(read(first, ENVIRONMENT_LIVE, too_long, &idempotency));
    assert_false(read(first, ENVIRONMENT_LIVE, STR(""), &idempotency));
    assert_false(read(first, ENVIRONMENT_LIVE, STR("a\tb"), &idempotency));
    assert_false(read(first, ENVIRONMENT_LIVE, STR("\x7f"), &idempotency));
    assert_false(read(first, ENVIRONMENT_LIVE, STR("\xc3\xa9"), &idempotency));
}

static void a_key_is_of_its_environment(void **state)
{
    struct idempotency live, test, again;

    assert_true(read(first, ENVIRONMENT_LIVE, STR("k"), &live));
    assert_true(read(first, ENVIRONMENT_TEST, STR("k"), &test));
    assert_true(read(first, ENVIRONMENT_LIVE, STR("k"), &again));
    assert_false(digest_equals(&live.key, &test.key));
    assert_true(digest_equals(&live.key, &again.key));
}

static void a_request_is_its_method_path_query_and_body(void **state)
{
    struct request others[5];
    struct idempotency one, other;

    for (size_t i = 0; i < array_count(others); i++)
        others[i] = first;
    others[0].method = HTTP_PUT;
    others[1].path = STR("/v1/customerz");
    others[2].query = STR("a=c");
    others[3].body = STR("{} ");
    /* The same bytes, cut differently. */
    others[4].path = STR("/v1/customersa");
    others[4].query = STR("=b");

    assert_true(read(first, ENVIRONMENT_LIVE, STR("k"), &one));
    for (size_t i = 0; i < array_count(others); i++) {
        assert_true(read(others[i], ENVIRONMENT_LIVE, STR("k"), &other));
        assert_true(digest_equals(&one.key, &other.key));
        assert_false(digest_equals(&one.request, &other.request));
    }
}

static void two_keys_are_refused(void **state)
{
    struct http_header headers[] = {
        { STR("Idempotency-Key"), STR("a") },
        { STR("Idempotency-Key"), STR("a") },
    };
    struct request request = first;
    struct idempotency idempotency;
    struct blame blame;

    request.headers = headers;
    request.header_count = 2;
    assert_int_equal(idempotency_read(&request, ENVIRONMENT_LIVE, &idempotency, &blame),
                     ERR_MALFORMED);
    assert_true(str_equals(blame.field, STR("Idempotency-Key")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_key_there_is_nothing_to_remember),
        cmocka_unit_test(a_key_is_1_to_255_printable_characters),
        cmocka_unit_test(a_key_is_of_its_environment),
        cmocka_unit_test(a_request_is_its_method_path_query_and_body),
        cmocka_unit_test(two_keys_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
