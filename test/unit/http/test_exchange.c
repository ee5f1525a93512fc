/* Requests, replies, and the text of targets. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "http/exchange.h"

static void text_is(struct str s, const char *expected)
{
    if (!str_equals(s, str_from_c(expected)))
        fail_msg("\"%.*s\" is not \"%s\"", STR_PRINT(s), expected);
}

static void the_first_header_of_a_name_is_found_in_any_case(void **state)
{
    const struct http_header headers[] = {
        { STR("Content-Type"), STR("application/json") },
        { STR("content-type"), STR("text/plain") },
        { STR("X-Empty"), STR("") },
    };
    struct request request = { .headers = headers, .header_count = 3 };

    text_is(request_header(&request, STR("CONTENT-TYPE")), "application/json");
    assert_non_null(request_header(&request, STR("x-empty")).data);
    assert_null(request_header(&request, STR("X")).data);
}

static void percent_signs_are_decoded_once(void **state)
{
    static const struct {
        const char *text;
        bool plus_is_space;
        const char *expected; /* NULL: malformed */
    } cases[] = {
        { "plain", false, "plain" },     { "", false, "" },          { "a%2Fb", false, "a/b" },
        { "%c3%A9", false, "\xC3\xA9" }, { "%2541", false, "%41" }, /* once, not twice */
        { "a+b", false, "a+b" },         { "a+b%2B", true, "a b+" }, { "%", false, NULL },
        { "%4", false, NULL },           { "a%4", false, NULL },     { "%4g", false, NULL },
        { "%g4", false, NULL },          { "%-1", false, NULL },     { "%00", false, NULL },
        { "100%25", false, "100%" },
    };
    struct arena arena;

    arena_init(&arena, 1u << 16);
    for (size_t i = 0; i < array_count(cases); i++) {
        struct str decoded = STR("untouched");
        enum err e =
            percent_decode(str_from_c(cases[i].text), cases[i].plus_is_space, &arena, &decoded);
        assert_int_equal(e, cases[i].expected == NULL ? ERR_MALFORMED : OK);
        text_is(decoded, cases[i].expected == NULL ? "untouched" : cases[i].expected);
    }
    arena_finish(&arena);
}

static void a_full_arena_is_an_error(void **state)
{
    struct arena arena;
    struct str decoded;

    arena_init(&arena, 0);
    assert_int_equal(percent_decode(STR("plain"), false, &arena, &decoded), OK); /* as it is */
    assert_int_equal(percent_decode(STR("%41"), false, &arena, &decoded), ERR_NOMEM);
    arena_finish(&arena);
}

static void a_query_is_walked_pair_by_pair(void **state)
{
    struct str rest = STR("a=1&&b=&c&=d&e=f=g&");
    static const char *const expected[][2] = {
        { "a", "1" }, { "b", "" }, { "c", "" }, { "", "d" }, { "e", "f=g" },
    };
    struct str name, value;

    for (size_t i = 0; i < array_count(expected); i++) {
        assert_true(query_next(&rest, &name, &value));
        text_is(name, expected[i][0]);
        text_is(value, expected[i][1]);
    }
    assert_false(query_next(&rest, &name, &value));
    rest = STR_NONE;
    assert_false(query_next(&rest, &name, &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_header_of_a_name_is_found_in_any_case),
        cmocka_unit_test(percent_signs_are_decoded_once),
        cmocka_unit_test(a_full_arena_is_an_error),
        cmocka_unit_test(a_query_is_walked_pair_by_pair),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
