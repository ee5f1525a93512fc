/* Text with its length. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/arena.h"
#include "base/str.h"

static void text_is(struct str s, const char *expected)
{
    assert_true(str_equals(s, str_from_c(expected)));
}

static void texts_are_compared_by_their_bytes(void **state)
{
    assert_true(str_equals(STR(""), STR_NONE));
    assert_true(str_equals(STR("a\0b"), (struct str){ .data = "a\0b", .len = 3 }));
    assert_false(str_equals(STR("a\0b"), STR("a\0c")));
    assert_true(str_equals_ignoring_case(STR("Content-LENGTH"), STR("content-length")));
    assert_false(str_equals_ignoring_case(STR("[a]"), STR("{a}"))); /* only letters */
    assert_false(str_equals_ignoring_case(STR("a"), STR("ab")));
    assert_true(str_compare(STR("a"), STR("b")) < 0);
    assert_true(str_compare(STR("a"), STR("ab")) < 0);
    assert_true(str_compare(STR("\xC3"), STR("z")) > 0);
    assert_int_equal(str_compare(STR("ab"), STR("ab")), 0);
    assert_int_equal(str_compare(STR_NONE, STR("")), 0);
}

static void parts_of_a_text(void **state)
{
    struct str rest;
    size_t at;

    assert_true(str_starts_with(STR("Bearer x"), STR("Bearer ")));
    assert_false(str_starts_with(STR("Bear"), STR("Bearer ")));
    assert_true(str_starts_with(STR_NONE, STR_NONE));
    text_is(str_skip(STR("abc"), 1), "bc");
    text_is(str_take(STR("abc"), 1), "a");
    text_is(str_skip(STR_NONE, 0), "");
    assert_true(str_find(STR("a=b=c"), '=', &at));
    assert_int_equal(at, 1);
    assert_false(str_find(STR_NONE, '=', &at));

    text_is(str_split(STR("a=b=c"), '=', &rest), "a");
    text_is(rest, "b=c");
    text_is(str_split(STR("a="), '=', &rest), "a");
    assert_non_null(rest.data); /* there was one, with nothing behind it */
    assert_true(str_is_empty(rest));
    text_is(str_split(STR("abc"), '=', &rest), "abc");
    assert_null(rest.data);
    assert_null(str_from_c(NULL).data);
}

static void utf8_is_taken_and_nothing_that_only_looks_like_it(void **state)
{
    static const struct str good[] = {
        STR_INIT(""),
        STR_INIT("plain text, longer than a word"),
        STR_INIT("\xC2\x80"),
        STR_INIT("\xDF\xBF"),
        STR_INIT("\xE0\xA0\x80"),
        STR_INIT("\xED\x9F\xBF"),
        STR_INIT("\xEE\x80\x80"),
        STR_INIT("\xEF\xBF\xBF"),
        STR_INIT("\xF0\x90\x80\x80"),
        STR_INIT("\xF4\x8F\xBF\xBF"),
        STR_INIT("1234567\xC3\xA9"),
        STR_INIT("a\0b"),
        STR_INIT("12345678\xE2\x82\xAC"
                 "12345678"),
    };
    static const struct str bad[] = {
        STR_INIT("\x80"),
        STR_INIT("\xBF"),
        STR_INIT("\xC0\x80"),
        STR_INIT("\xC1\xBF"),
        STR_INIT("\xC3"),
        STR_INIT("\xC3("),
        STR_INIT("\xE0\x9F\xBF"),
        STR_INIT("\xE2\x82"),
        STR_INIT("\xE2\x82("),
        STR_INIT("\xED\xA0\x80"),
        STR_INIT("\xED\xBF\xBF"),
        STR_INIT("\xF0\x8F\xBF\xBF"),
        STR_INIT("\xF0\x9F\x98"),
        STR_INIT("\xF4\x90\x80\x80"),
        STR_INIT("\xF5\x80\x80\x80"),
        STR_INIT("\xF8\x88\x80\x80\x80"),
        STR_INIT("\xFE"),
        STR_INIT("\xFF"),
        STR_INIT("12345678\xC3"),
        STR_INIT("1234567\x80"
                 "12345678"),
    };

    for (size_t i = 0; i < array_count(good); i++)
        assert_true(str_is_utf8(good[i]));
    for (size_t i = 0; i < array_count(bad); i++)
        assert_false(str_is_utf8(bad[i]));
    assert_true(str_is_utf8(STR_NONE));
}

static void copies_live_in_the_arena_with_a_nul_behind(void **state)
{
    struct arena arena;
    struct str copy;

    arena_init(&arena, 8192);
    copy = str_copy(str_take(STR("abcdef"), 3), &arena);
    assert_string_equal(copy.data, "abc");
    assert_int_equal(copy.len, 3);
    assert_string_equal(str_copy(STR_NONE, &arena).data, "");
    copy = str_format(&arena, "%s-%03d", "x", 7);
    assert_string_equal(copy.data, "x-007");
    assert_int_equal(copy.len, 5);
    assert_null(str_format(&arena, "%9000d", 1).data);
    assert_null(str_copy((struct str){ .data = "", .len = SIZE_MAX }, &arena).data);
    arena_finish(&arena);
}

static void a_list_of_many_says_that_there_are_more(void **state)
{
    struct str texts[STR_LIST_MAX + 1];
    struct arena arena;

    arena_init(&arena, 8192);
    for (size_t i = 0; i < array_count(texts); i++)
        texts[i] = STR("a");
    assert_string_equal(str_list(texts, 0, &arena).data, "");
    assert_string_equal(str_list(texts, 2, &arena).data, "\"a\", \"a\"");
    assert_int_equal(str_list(texts, 10, &arena).len, 10 * strlen("\"a\", ") - strlen(", "));
    assert_int_equal(str_list(texts, 11, &arena).len,
                     10 * strlen("\"a\", ") - strlen(", ") + strlen(" or another"));
    while (str_list(texts, 1, &arena).data != NULL) {
    }
    assert_null(str_list(texts, 11, &arena).data);
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_compared_by_their_bytes),
        cmocka_unit_test(parts_of_a_text),
        cmocka_unit_test(utf8_is_taken_and_nothing_that_only_looks_like_it),
        cmocka_unit_test(copies_live_in_the_arena_with_a_nul_behind),
        cmocka_unit_test(a_list_of_many_says_that_there_are_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
