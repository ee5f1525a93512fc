/* The reader: what RFC 8259 allows, and a corpus of what it does not. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/clock.h"
#include "base/limits.h"
#include "json/read.h"

static struct arena arena;

static int setup(void **state)
{
    arena_init(&arena, 64u << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_finish(&arena);
    return 0;
}

static const struct json *parsed(struct str text)
{
    const struct json *json = NULL;
    struct json_error error;

    if (json_parse(text, &arena, &json, &error) != OK)
        fail_msg("%.*s: %zu: %.*s", STR_PRINT(text), error.offset, STR_PRINT(error.why));
    return json;
}

static void text_is(const struct json *json, enum json_kind kind, const char *expected)
{
    assert_non_null(json);
    assert_int_equal(json->kind, kind);
    if (!str_equals(json->text, str_from_c(expected)))
        fail_msg("%.*s is not %s", STR_PRINT(json->text), expected);
}

static void every_kind_of_value_is_read(void **state)
{
    text_is(parsed(STR("null")), JSON_NULL, "null");
    text_is(parsed(STR(" true\n")), JSON_TRUE, "true");
    text_is(parsed(STR("\tfalse\r")), JSON_FALSE, "false");
    text_is(parsed(STR("\"\"")), JSON_STRING, "");
    text_is(parsed(STR(" [ 1 , [ ] ] ")), JSON_ARRAY, "[ 1 , [ ] ]");
    text_is(parsed(STR("{}")), JSON_OBJECT, "{}");
    assert_int_equal(parsed(STR("[]"))->count, 0);
    assert_null(parsed(STR("{ }"))->first);
}

static void a_number_is_the_text_that_was_written(void **state)
{
    static const char *const rows[] = {
        "0",
        "-0",
        "1",
        "-1.50",
        "1e3",
        "1E+400",
        "1e-999999999",
        "0.1000000000000000000000001",
        "123456789012345678901234567890123456789012345678901234567890",
        "9223372036854775808",
        "0e0",
    };

    for (size_t i = 0; i < array_count(rows); i++)
        text_is(parsed(str_from_c(rows[i])), JSON_NUMBER, rows[i]);
}

static void strings_are_decoded(void **state)
{
    text_is(parsed(STR("\"a\\\"\\\\\\/\\b\\f\\n\\r\\tz\"")), JSON_STRING, "a\"\\/\b\f\n\r\tz");
    text_is(parsed(STR("\"\\u0041\\u00e9\\u20AC\\uD83D\\uDE00\"")), JSON_STRING,
            "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
    text_is(parsed(STR("\"\xC3\xA9 \x7F \xF0\x9F\x98\x80 \\u0001\"")), JSON_STRING,
            "\xC3\xA9 \x7F \xF0\x9F\x98\x80 \x01");
    text_is(parsed(STR("\"\\uDBFF\\uDFFF\\uD7FF\\uE000\"")), JSON_STRING,
            "\xF4\x8F\xBF\xBF\xED\x9F\xBF\xEE\x80\x80");
    text_is(parsed(STR("\"\xE2\x80\xA8\"")), JSON_STRING, "\xE2\x80\xA8"); /* U+2028 */
}

static void a_string_without_escapes_is_not_copied(void **state)
{
    struct str text = STR("[\"borrowed\"]");

    assert_ptr_equal(parsed(text)->first->text.data, text.data + 2);
}

static void members_are_found_by_name_and_keep_their_order(void **state)
{
    const struct json *json =
        parsed(STR("{\"b\": 1, \"\": 2, \"\\u0061\": {\"b\": [true, null, \"x\"]}, \"A\": 3}"));
    const struct json *list = json_member(json_member(json, STR("a")), STR("b"));
    const char *const names[] = { "b", "", "a", "A" };
    size_t i = 0;

    assert_int_equal(json->count, 4);
    for (const struct json *member = json->first; member != NULL; member = member->next)
        assert_true(str_equals(member->name, str_from_c(names[i++])));
    assert_int_equal(i, 4);
    text_is(json_member(json, STR("")), JSON_NUMBER, "2");
    assert_null(json_member(json, STR("c")));
    assert_int_equal(list->count, 3);
    text_is(list->first, JSON_TRUE, "true");
    text_is(list->first->next, JSON_NULL, "null");
    text_is(list->first->next->next, JSON_STRING, "x");
    assert_null(list->first->next->next->next);
    text_is(json_member(json, STR("a")), JSON_OBJECT, "{\"b\": [true, null, \"x\"]}");
}

struct hostile {
    struct str text;
    const char *why; /* part of what is said */
    size_t offset;
};

static const struct hostile hostile[] = {
    { STR_INIT(""), "too early", 0 },
    { STR_INIT(" \n"), "too early", 2 },
    { STR_INIT("\0"), "a value is missing", 0 },
    { STR_INIT("NaN"), "a value is missing", 0 },
    { STR_INIT("nan"), "not one of JSON's", 0 },
    { STR_INIT("Infinity"), "a value is missing", 0 },
    { STR_INIT("-Infinity"), "minus sign", 1 },
    { STR_INIT("True"), "a value is missing", 0 },
    { STR_INIT("nul"), "not one of JSON's", 0 },
    { STR_INIT("nulll"), "followed by something else", 4 },
    { STR_INIT("undefined"), "a value is missing", 0 },
    /* numbers */
    { STR_INIT("+1"), "a value is missing", 0 },
    { STR_INIT("-"), "minus sign", 1 },
    { STR_INIT("--1"), "minus sign", 1 },
    { STR_INIT(".5"), "a value is missing", 0 },
    { STR_INIT("5."), "decimal point", 2 },
    { STR_INIT("5.e1"), "decimal point", 2 },
    { STR_INIT("007"), "needless zero", 1 },
    { STR_INIT("-01"), "needless zero", 2 },
    { STR_INIT("1e"), "exponent", 2 },
    { STR_INIT("1e+"), "exponent", 3 },
    { STR_INIT("1e+-1"), "exponent", 3 },
    { STR_INIT("1e1.5"), "something else", 3 },
    { STR_INIT("0x10"), "something else", 1 },
    { STR_INIT("1_000"), "something else", 1 },
    { STR_INIT("1 000"), "something else", 2 },
    { STR_INIT("1\xC2\xA0"), "something else", 1 },
    { STR_INIT("1\0"), "something else", 1 },
    { STR_INIT("1\f"), "something else", 1 },
    /* strings */
    { STR_INIT("\""), "not closed", 1 },
    { STR_INIT("\"a"), "not closed", 2 },
    { STR_INIT("\"a\\"), "not closed", 3 },
    { STR_INIT("\"a\\\""), "not closed", 4 },
    { STR_INIT("'a'"), "a value is missing", 0 },
    { STR_INIT("\"a\nb\""), "control character", 2 },
    { STR_INIT("\"a\0b\""), "control character", 2 },
    { STR_INIT("\"\x1F\""), "control character", 1 },
    { STR_INIT("\"\\u0000\""), "NUL", 7 },
    { STR_INIT("\"\\x41\""), "backslash", 2 },
    { STR_INIT("\"\\'\""), "backslash", 2 },
    { STR_INIT("\"\\\0\""), "backslash", 2 },
    { STR_INIT("\"\\U0041\""), "backslash", 2 },
    { STR_INIT("\"\\u12\""), "hexadecimal", 5 },
    { STR_INIT("\"\\u12G4\""), "hexadecimal", 5 },
    { STR_INIT("\"\\u+123\""), "hexadecimal", 3 },
    { STR_INIT("\"\\uD800\""), "surrogate", 7 },
    { STR_INIT("\"\\uDC00\""), "surrogate", 7 },
    { STR_INIT("\"\\uD800x\""), "surrogate", 7 },
    { STR_INIT("\"\\uD800\\n\""), "surrogate", 8 },
    { STR_INIT("\"\\uD800\\u0041\""), "surrogate", 13 },
    { STR_INIT("\"\\uD800\\uD800\""), "surrogate", 13 },
    { STR_INIT("\"\\uDC00\\uD800\""), "surrogate", 7 },
    { STR_INIT("\"\xFF\""), "UTF-8", 1 },
    { STR_INIT("\"\xC3\""), "UTF-8", 1 },
    { STR_INIT("\"\xC0\x80\""), "UTF-8", 1 },
    { STR_INIT("\"\xED\xA0\x80\""), "UTF-8", 1 },
    { STR_INIT("\"\xF4\x90\x80\x80\""), "UTF-8", 1 },
    { STR_INIT("\"\\u0041\x80\""), "UTF-8", 1 },
    { STR_INIT("\"\\\xC3\xA9\""), "backslash", 2 },
    { STR_INIT("\xEF\xBB\xBF{}"), "a value is missing", 0 }, /* a byte order mark */
    { STR_INIT("\xFF\xFE{\0}\0"), "a value is missing", 0 }, /* UTF-16 */
    /* arrays */
    { STR_INIT("["), "too early", 1 },
    { STR_INIT("[1"), "comma or ']'", 2 },
    { STR_INIT("[1,"), "too early", 3 },
    { STR_INIT("[1,]"), "a value is missing", 3 },
    { STR_INIT("[,1]"), "a value is missing", 1 },
    { STR_INIT("[1,,2]"), "a value is missing", 3 },
    { STR_INIT("[1 2]"), "comma or ']'", 3 },
    { STR_INIT("[1}"), "comma or ']'", 2 },
    { STR_INIT("]"), "a value is missing", 0 },
    { STR_INIT("[1]]"), "something else", 3 },
    { STR_INIT("[1] [2]"), "something else", 4 },
    { STR_INIT("[1]//"), "something else", 3 },
    /* objects */
    { STR_INIT("{"), "double quotes", 1 },
    { STR_INIT("{\"a\""), "':'", 4 },
    { STR_INIT("{\"a\":"), "too early", 5 },
    { STR_INIT("{\"a\":}"), "a value is missing", 5 },
    { STR_INIT("{\"a\":1"), "comma or '}'", 6 },
    { STR_INIT("{\"a\":1,}"), "double quotes", 7 },
    { STR_INIT("{,\"a\":1}"), "double quotes", 1 },
    { STR_INIT("{a:1}"), "double quotes", 1 },
    { STR_INIT("{'a':1}"), "double quotes", 1 },
    { STR_INIT("{1:1}"), "double quotes", 1 },
    { STR_INIT("{null:1}"), "double quotes", 1 },
    { STR_INIT("{\"a\" 1}"), "':'", 5 },
    { STR_INIT("{\"a\"::1}"), "a value is missing", 5 },
    { STR_INIT("{\"a\":1 \"b\":2}"), "comma or '}'", 7 },
    { STR_INIT("{\"a\":1]"), "comma or '}'", 6 },
    { STR_INIT("{\"\\uD800\":1}"), "surrogate", 8 },
    { STR_INIT("{\"a\":1,\"b\":2,\"a\":3}"), "same name", 19 },
    { STR_INIT("{\"a\":1,\"\\u0061\":3}"), "same name", 18 },
    { STR_INIT("[{\"x\":{\"\":1,\"\":2}}]"), "same name", 17 },
    /* comments */
    { STR_INIT("/* c */ 1"), "a value is missing", 0 },
    { STR_INIT("1 // c"), "something else", 2 },
    { STR_INIT("# c\n1"), "a value is missing", 0 },
};

static void what_is_hostile_is_refused_with_a_reason(void **state)
{
    for (size_t i = 0; i < array_count(hostile); i++) {
        const struct json *json = NULL;
        struct json_error error = { .why = STR_INIT("") };
        enum err e = json_parse(hostile[i].text, &arena, &json, &error);

        if (e != ERR_MALFORMED || strstr(error.why.data, hostile[i].why) == NULL ||
            error.offset != hostile[i].offset)
            fail_msg("row %zu: %.*s: %s, %zu: %.*s", i, STR_PRINT(hostile[i].text), err_name(e),
                     error.offset, STR_PRINT(error.why));
        assert_null(json);
    }
    assert_int_equal(arena.used, 0); /* and all of it was given back */
}

/* Each row again in memory of exactly its size, where a sanitizer sees what is read beyond; and
 * a valid text cut off at each of its bytes. */
static void nothing_is_read_beyond_the_end(void **state)
{
    struct str whole = STR("{\"a\":[1.5e3,\"x\\uD83D\\uDE00\",true,null],\"b\":{\"c\":false}}");

    for (size_t i = 0; i < array_count(hostile); i++) {
        struct str text = hostile[i].text;
        char *exact = malloc(text.len + (text.len == 0));
        const struct json *json;
        struct json_error error;

        memcpy(exact, text.data, text.len);
        assert_int_equal(
            json_parse((struct str){ .data = exact, .len = text.len }, &arena, &json, &error),
            ERR_MALFORMED);
        free(exact);
    }
    for (size_t len = 0; len < whole.len; len++) {
        char *exact = malloc(len + 1);
        const struct json *json;
        struct json_error error;

        memcpy(exact + 1, whole.data, len);
        assert_int_equal(
            json_parse((struct str){ .data = exact + 1, .len = len }, &arena, &json, &error),
            ERR_MALFORMED);
        assert_true(error.offset <= len);
        free(exact);
    }
    parsed(whole);
}

static struct str repeated(const char *piece, size_t count)
{
    size_t len = strlen(piece);
    char *data = arena_take(&arena, len * count);

    assert_non_null(data);
    for (size_t i = 0; i < count; i++)
        memcpy(data + i * len, piece, len);
    return (struct str){ .data = data, .len = len * count };
}

static void nesting_has_a_limit(void **state)
{
    struct str open = repeated("[", 4000000), close = repeated("]", JSON_DEPTH_MAX + 1);
    struct str text = str_format(&arena, "%.*s%.*s", (int)JSON_DEPTH_MAX, open.data,
                                 (int)JSON_DEPTH_MAX, close.data);
    const struct json *json;
    struct json_error error;

    parsed(text);
    text = str_format(&arena, "%.*s%.*s", (int)JSON_DEPTH_MAX + 1, open.data,
                      (int)JSON_DEPTH_MAX + 1, close.data);
    assert_int_equal(json_parse(text, &arena, &json, &error), ERR_MALFORMED);
    assert_int_equal(error.offset, JSON_DEPTH_MAX);
    assert_int_equal(json_parse(open, &arena, &json, &error), ERR_MALFORMED);
    assert_int_equal(json_parse(repeated("{\"\":", 1000), &arena, &json, &error), ERR_MALFORMED);
}

/* Small values take more memory than text; a body full of them is the client's mistake. */
static void the_number_of_values_has_a_limit(void **state)
{
    struct str zeros = repeated("0,", JSON_VALUES_MAX);
    struct str text = str_format(&arena, "[%.*s]", (int)zeros.len - 1, zeros.data);
    const struct json *json;
    struct json_error error;

    assert_int_equal(parsed(text)->count, JSON_VALUES_MAX);
    text = str_format(&arena, "[%.*s0]", (int)zeros.len, zeros.data);
    assert_int_equal(json_parse(text, &arena, &json, &error), ERR_MALFORMED);
    assert_true(str_equals(error.why, STR("there are too many values")));
    text = str_format(&arena, "{\"a\":[%.*s]}", (int)zeros.len - 1, zeros.data);
    assert_int_equal(json_parse(text, &arena, &json, &error), ERR_MALFORMED); /* nested ones too */
}

/* An object with members "k0", "k1", ...; and the last one again if twins. */
static struct str object_of(size_t count, bool twins)
{
    size_t size = count * 16 + 64, len = 1;
    char *data = arena_take(&arena, size);

    assert_non_null(data);
    data[0] = '{';
    for (size_t i = 0; i < count; i++)
        len += (size_t)snprintf(data + len, size - len, "\"k%zu\":1,", i * 7919 % count);
    len += (size_t)snprintf(data + len, size - len, "\"%s\":1}", twins ? "k0" : "last");
    assert_true(len < size);
    return (struct str){ .data = data, .len = len };
}

static void twins_are_found_in_objects_of_any_size_in_good_time(void **state)
{
    static const size_t counts[] = { 1, 15, 16, 17, 1000, 200000 };
    int64_t start_us = clock_monotonic_us();
    struct json_error error;
    const struct json *json;

    for (size_t i = 0; i < array_count(counts); i++) {
        struct arena_mark mark = arena_mark(&arena);

        assert_int_equal(parsed(object_of(counts[i], false))->count, counts[i] + 1);
        assert_int_equal(json_parse(object_of(counts[i], true), &arena, &json, &error),
                         ERR_MALFORMED);
        assert_non_null(strstr(error.why.data, "same name"));
        arena_rewind(&arena, mark);
    }
    assert_true(clock_monotonic_us() - start_us < 20000000); /* all pairs would take minutes */
}

static void a_full_arena_is_an_error_of_its_own(void **state)
{
    struct arena small;
    struct str many = repeated("[[],\"\\n\",", 1), text;
    const struct json *json = NULL;
    struct json_error error;

    arena_init(&small, 8192);
    text = str_format(&arena, "%.*s%.*s0]", STR_PRINT(many), 2000, repeated("1,", 1000).data);
    assert_int_equal(json_parse(text, &small, &json, &error), ERR_NOMEM);
    text = object_of(100, false);
    assert_int_equal(json_parse(text, &small, &json, &error), ERR_NOMEM);
    text = str_format(&arena, "\"\\n%.*s\"", 9000, repeated("x", 9000).data);
    assert_int_equal(json_parse(text, &small, &json, &error), ERR_NOMEM);
    assert_null(json);
    assert_int_equal(json_parse(STR("[1,2,3]"), &small, &json, &error), OK); /* still usable */
    arena_finish(&small);
    arena_init(&small, 0);
    assert_int_equal(json_parse(STR("1"), &small, &json, &error), ERR_NOMEM);
    arena_finish(&small);
}

static void the_error_reads_as_a_sentence(void **state)
{
    struct json_error error = { .offset = 17, .why = STR_INIT("a ':' is missing") };
    struct arena none;

    assert_string_equal(json_error_why(&error, &arena).data,
                        "must be valid JSON; at byte 17: a ':' is missing");
    arena_init(&none, 0);
    assert_string_equal(json_error_why(&error, &none).data, "must be valid JSON");
}

#define story(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        story(every_kind_of_value_is_read),
        story(a_number_is_the_text_that_was_written),
        story(strings_are_decoded),
        story(a_string_without_escapes_is_not_copied),
        story(members_are_found_by_name_and_keep_their_order),
        story(what_is_hostile_is_refused_with_a_reason),
        story(nothing_is_read_beyond_the_end),
        story(nesting_has_a_limit),
        story(the_number_of_values_has_a_limit),
        story(twins_are_found_in_objects_of_any_size_in_good_time),
        story(a_full_arena_is_an_error_of_its_own),
        story(the_error_reads_as_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
