/* JSON bodies, field by field. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "api/fields.h"
#include "base/limits.h"

static struct arena arena;
static struct reading reading;

static struct fields body(const char *text)
{
    struct fields fields;

    reading_init(&reading, &arena);
    fields_init(&fields, str_from_c(text), &reading);
    return fields;
}

static void blames(const char *field, const char *why)
{
    assert_int_equal(reading.err, ERR_MALFORMED);
    if (!str_equals(reading.blame.field, str_from_c(field)) ||
        !str_equals(reading.blame.why, str_from_c(why)))
        fail_msg("blames \"%.*s %.*s\", not \"%s %s\"", STR_PRINT(reading.blame.field),
                 STR_PRINT(reading.blame.why), field, why);
}

static void nothing_and_null_are_empty_objects(void **state)
{
    static const char *const texts[] = { "", "{}", "null", " null\n" };

    for (size_t i = 0; i < array_count(texts); i++) {
        struct fields fields = body(texts[i]);
        struct str name = STR("kept");

        fields_text(&fields, STR("name"), FIELD_OPTIONAL, &text_name, &name);
        fields_close(&fields);
        assert_true(reading_is_fine(&reading));
        assert_true(str_equals(name, STR("kept")));
        fields_text(&fields, STR("name"), FIELD_REQUIRED, &text_name, &name);
        blames("name", "is required");
    }
}

static void other_bodies_are_blamed(void **state)
{
    (void)body("[]");
    blames("body", "must be a JSON object");
    (void)body("{\"a\":1,}");
    assert_int_equal(reading.err, ERR_MALFORMED);
    assert_true(str_equals(reading.blame.field, STR("body")));
}

static void only_the_first_blame_is_kept(void **state)
{
    struct fields fields = body("{\"a\":1,\"b\":2}");
    struct str *list = NULL, text;
    size_t count = 0;

    fields_text(&fields, STR("a"), FIELD_REQUIRED, &text_name, &text);
    fields_text(&fields, STR("b"), FIELD_REQUIRED, &text_name, &text);
    fields_texts(&fields, STR("c"), &text_name, 9, &list, &count);
    fields_close(&fields);
    blames("a", "must be a string");
}

static void a_null_is_as_good_as_absent(void **state)
{
    struct fields fields = body("{\"name\":null}");
    struct str name = STR("kept");

    assert_false(fields_has(&fields, STR("name")));
    fields_text(&fields, STR("name"), FIELD_OPTIONAL, &text_name, &name);
    assert_true(str_equals(name, STR("kept")));
    fields_text(&fields, STR("name"), FIELD_REQUIRED, &text_name, &name);
    blames("name", "is required");
}

static void blames_carry_the_path(void **state)
{
    struct fields fields = body("{\"a\":{\"b\":{\"c\":\"x\"}},\"l\":[\"y\",\"\"],\"m\":[1]}");
    struct decimal_option number = { .given = false };
    struct fields a, b;
    struct str *list;
    size_t count;

    assert_true(fields_object(&fields, STR("a"), FIELD_REQUIRED, &a));
    assert_true(fields_object(&a, STR("b"), FIELD_REQUIRED, &b));
    fields_number(&b, STR("c"), FIELD_REQUIRED, &number);
    blames("a.b.c", "must be a number");

    reading_init(&reading, &arena);
    fields_texts(&fields, STR("l"), &text_alias, 9, &list, &count);
    blames("l[1]", "must not be empty");
    reading_init(&reading, &arena);
    fields_texts(&fields, STR("m"), &text_alias, 9, &list, &count);
    blames("m[0]", "must be a string");
    reading_init(&reading, &arena);
    fields_ids(&fields, STR("l"), 9, &list, &count);
    assert_int_equal(reading.err, ERR_MALFORMED);
    reading_init(&reading, &arena);
    fields_texts(&fields, STR("l"), &text_free, 1, &list, &count);
    blames("l", "has too many elements");
}

static void what_nobody_asked_for_is_blamed_with_its_path(void **state)
{
    struct fields fields = body("{\"a\":{\"b\":1,\"c\":2}}");
    struct decimal_option number;
    struct fields a;

    assert_true(fields_object(&fields, STR("a"), FIELD_OPTIONAL, &a));
    fields_number(&a, STR("b"), FIELD_OPTIONAL, &number);
    fields_close(&fields);
    assert_true(reading_is_fine(&reading));
    fields_close(&a);
    blames("a.c", "is not a known field");
}

static void what_is_missing_may_be_misspelt(void **state)
{
    struct fields fields = body("{\"a\":{\"bb\":1,\"c\":2}}");
    struct decimal_option number;
    struct fields a;

    assert_true(fields_object(&fields, STR("a"), FIELD_REQUIRED, &a));
    fields_number(&a, STR("b"), FIELD_REQUIRED, &number);
    fields_number(&a, STR("d"), FIELD_REQUIRED, &number);
    blames("a.b", "is required");
    fields_close(&a);
    fields_close(&fields);
    blames("a.bb", "is not a known field, and b is required");
}

static void what_is_wrong_comes_before_what_nobody_asked_for(void **state)
{
    struct fields fields = body("{\"a\":\"x\",\"c\":2}");
    struct decimal_option number;

    fields_number(&fields, STR("a"), FIELD_REQUIRED, &number);
    fields_number(&fields, STR("b"), FIELD_REQUIRED, &number);
    fields_close(&fields);
    blames("a", "must be a number");
}

static void a_long_name_is_not_sent_back_whole(void **state)
{
    static char text[2000];
    struct fields fields;

    memset(text, 'x', sizeof(text) - 1);
    memcpy(text, "{\"", 2);
    memcpy(text + sizeof(text) - 6, "\":0}", 5);
    fields = body(text);
    fields_close(&fields);
    assert_int_equal(reading.blame.field.len, NAME_SHOWN_MAX);
}

static void texts_are_counted_in_characters(void **state)
{
    struct text_rule three = { .characters_min = 2, .characters_max = 3 };
    struct fields fields =
        body("{\"a\":\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\",\"b\":\"abcd\",\"c\":\"a\","
             "\"d\":\"a\\u0007b\",\"e\":\"a\\nb\"}");
    struct str text = STR_NONE;

    fields_text(&fields, STR("a"), FIELD_REQUIRED, &three, &text);
    assert_int_equal(text.len, 9);
    assert_true(str_equals(text_cut(text, 1), STR("\xc3\xa9")));
    assert_true(str_equals(text_cut(text, 2), STR("\xc3\xa9\xe2\x82\xac")));
    assert_true(str_equals(text_cut(text, 3), text));
    fields_text(&fields, STR("e"), FIELD_REQUIRED, &three, &text);
    assert_true(reading_is_fine(&reading));
    fields_text(&fields, STR("b"), FIELD_REQUIRED, &three, &text);
    blames("b", "must be at most 3 characters long");
    reading_init(&reading, &arena);
    fields_text(&fields, STR("c"), FIELD_REQUIRED, &three, &text);
    blames("c", "must be at least 2 characters long");
    reading_init(&reading, &arena);
    fields_text(&fields, STR("d"), FIELD_REQUIRED, &three, &text);
    blames("d", "must not have control characters");
}

static void amounts_may_be_numbers_or_plain_strings(void **state)
{
    static const struct {
        const char *text;
        const char *expected; /* NULL: blamed */
    } cases[] = {
        { "{\"a\":12.50}", "12.5" },   { "{\"a\":\"12.50\"}", "12.5" }, { "{\"a\":1.5e2}", "150" },
        { "{\"a\":\"1.5e2\"}", NULL }, { "{\"a\":-3}", "-3" },          { "{\"a\":\"-3\"}", "-3" },
        { "{\"a\":\"+3\"}", NULL },    { "{\"a\":\" 3\"}", NULL },      { "{\"a\":\"\"}", NULL },
        { "{\"a\":\"0x1\"}", NULL },   { "{\"a\":true}", NULL },        { "{\"a\":[1]}", NULL },
        { "{\"a\":1e99}", NULL },      { "{\"a\":\"1,000\"}", NULL },
    };

    for (size_t i = 0; i < array_count(cases); i++) {
        struct fields fields = body(cases[i].text);
        struct decimal_option amount = { .given = false };
        char text[DECIMAL_TEXT_MAX];

        fields_amount(&fields, STR("a"), FIELD_REQUIRED, &amount);
        assert_int_equal(reading_is_fine(&reading), cases[i].expected != NULL);
        assert_int_equal(amount.given, cases[i].expected != NULL);
        if (amount.given)
            assert_true(
                str_equals(decimal_format(amount.value, text), str_from_c(cases[i].expected)));
    }
}

static void whole_numbers_have_bounds(void **state)
{
    static const struct {
        const char *text;
        int64_t expected; /* -1: blamed */
    } cases[] = {
        { "{\"a\":0}", 0 },      { "{\"a\":12}", 12 },   { "{\"a\":1.2e1}", 12 },
        { "{\"a\":13}", -1 },    { "{\"a\":-1}", -1 },   { "{\"a\":0.5}", -1 },
        { "{\"a\":\"5\"}", -1 }, { "{\"a\":1e40}", -1 }, { "{}", 7 },
    };

    for (size_t i = 0; i < array_count(cases); i++) {
        struct fields fields = body(cases[i].text);
        int64_t number = 7;

        fields_integer(&fields, STR("a"), FIELD_OPTIONAL, 0, 12, &number);
        assert_int_equal(reading_is_fine(&reading), cases[i].expected >= 0);
        if (cases[i].expected >= 0)
            assert_true(number == cases[i].expected);
    }
}

static void priorities_are_decimals_from_zero(void **state)
{
    static const struct {
        const char *text;
        int64_t expected; /* in millionths; -1: blamed */
    } cases[] = {
        { "{\"p\":1}", 1000000 },         { "{\"p\":0}", 0 },          { "{\"p\":0.5}", 500000 },
        { "{\"p\":0.0000005}", 0 },       { "{\"p\":0.0000015}", 2 },  { "{\"p\":-0.1}", -1 },
        { "{\"p\":99999999999999}", -1 }, { "{\"p\":\"first\"}", -1 },
    };

    for (size_t i = 0; i < array_count(cases); i++) {
        struct fields fields = body(cases[i].text);
        struct priority priority = { .millionths = -7 };

        fields_priority(&fields, STR("p"), FIELD_REQUIRED, &priority);
        assert_int_equal(reading_is_fine(&reading), cases[i].expected >= 0);
        if (cases[i].expected >= 0)
            assert_true(priority.millionths == cases[i].expected);
    }
}

static void maps_are_kept_as_compact_json(void **state)
{
    struct fields fields =
        body("{\"m\":{ \"a\" : \"1\", \"\\\"\":\"\\n\" }, \"o\": {\"x\": 1.50} }");
    struct str map = STR_NONE, object = STR_NONE;

    fields_string_map(&fields, STR("m"), FIELD_OPTIONAL, &text_free, &map);
    fields_json_object(&fields, STR("o"), &object);
    assert_true(reading_is_fine(&reading));
    assert_true(str_equals(map, STR("{\"a\":\"1\",\"\\\"\":\"\\n\"}")));
    assert_true(str_equals(object, STR("{\"x\": 1.50}")));
    fields_string_map(&fields, STR("o"), FIELD_OPTIONAL, &text_free, &map);
    blames("o.x", "must be a string");
}

static void ids_are_uuids_but_not_nil(void **state)
{
    struct fields fields = body("{\"a\":\"CA18B2C0-0000-4000-8000-000000000001\","
                                "\"b\":\"00000000-0000-0000-0000-000000000000\",\"c\":\"x\"}");
    struct uuid uuid;
    struct str text = STR_NONE;

    fields_uuid(&fields, STR("a"), FIELD_REQUIRED, &uuid);
    fields_id(&fields, STR("a"), FIELD_REQUIRED, &text);
    assert_true(reading_is_fine(&reading));
    assert_int_equal(uuid.bytes[0], 0xca);
    assert_int_equal(text.len, 36);
    fields_uuid(&fields, STR("b"), FIELD_REQUIRED, &uuid);
    blames("b", "must not be the nil UUID");
    reading_init(&reading, &arena);
    fields_id(&fields, STR("c"), FIELD_REQUIRED, &text);
    blames("c", "must be a UUID");
}

static int arena_set_up(void **state)
{
    arena_init(&arena, 4u << 20);
    return 0;
}

static int arena_tear_down(void **state)
{
    arena_finish(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_and_null_are_empty_objects),
        cmocka_unit_test(other_bodies_are_blamed),
        cmocka_unit_test(only_the_first_blame_is_kept),
        cmocka_unit_test(a_null_is_as_good_as_absent),
        cmocka_unit_test(blames_carry_the_path),
        cmocka_unit_test(what_nobody_asked_for_is_blamed_with_its_path),
        cmocka_unit_test(what_is_missing_may_be_misspelt),
        cmocka_unit_test(what_is_wrong_comes_before_what_nobody_asked_for),
        cmocka_unit_test(a_long_name_is_not_sent_back_whole),
        cmocka_unit_test(texts_are_counted_in_characters),
        cmocka_unit_test(amounts_may_be_numbers_or_plain_strings),
        cmocka_unit_test(whole_numbers_have_bounds),
        cmocka_unit_test(priorities_are_decimals_from_zero),
        cmocka_unit_test(maps_are_kept_as_compact_json),
        cmocka_unit_test(ids_are_uuids_but_not_nil),
    };

    return cmocka_run_group_tests(tests, arena_set_up, arena_tear_down);
}
