/* Query strings. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "api/params.h"

static struct arena arena;
static struct reading reading;

static struct params params_of(const char *query)
{
    struct params params;

    reading_init(&reading, &arena);
    params_init(&params, str_from_c(query), &reading);
    return params;
}

static void blames(const char *field)
{
    assert_int_equal(reading.err, ERR_MALFORMED);
    if (!str_equals(reading.blame.field, str_from_c(field)))
        fail_msg("blames %.*s, not %s", STR_PRINT(reading.blame.field), field);
}

static void texts_are_decoded(void **state)
{
    struct params params = params_of("&a=x%20y+z&b&=3&%63=%C3%A9");
    struct str a = STR_NONE, b = STR("kept"), c = STR_NONE, d = STR("kept");

    params_text(&params, STR("a"), &text_name, &a);
    params_text(&params, STR("b"), &text_free, &b);
    params_text(&params, STR("c"), &text_name, &c);
    params_text(&params, STR("d"), &text_name, &d);
    assert_true(reading_is_fine(&reading));
    assert_true(str_equals(a, STR("x y z")));
    assert_int_equal(b.len, 0);
    assert_true(str_equals(c, STR("\xc3\xa9")));
    assert_true(str_equals(d, STR("kept")));
    params_close(&params);
    assert_true(reading_is_fine(&reading));
}

static void what_is_given_twice_is_blamed(void **state)
{
    static const char *const queries[] = { "a=1&b=2&a=2", "a=1&%61=1", "a&a" };

    for (size_t i = 0; i < array_count(queries); i++) {
        struct params params = params_of(queries[i]);
        struct str a;

        params_text(&params, STR("a"), &text_free, &a);
        blames("a");
    }
}

static void what_is_not_utf8_is_blamed(void **state)
{
    static const char *const queries[] = { "a=%ff", "%ff=1", "a=1&b=%C3", "a=\xff", "a=%ED%A0%80" };

    for (size_t i = 0; i < array_count(queries); i++) {
        struct params params = params_of(queries[i]);

        blames("query");
        assert_int_equal(params.count, 0);
    }
}

static void what_nobody_asked_for_is_blamed(void **state)
{
    struct params params = params_of("a=1&colour=blue");
    struct str a;

    params_text(&params, STR("a"), &text_name, &a);
    params_close(&params);
    blames("colour");
}

static void lists_are_joined_or_repeated(void **state)
{
    struct params params = params_of("ids=a,b&x=1&ids=c&ids=,,d%2C");
    struct str *list = NULL;
    size_t count = 0;

    params_list(&params, STR("ids"), 4, &list, &count);
    assert_int_equal(count, 4);
    assert_true(str_equals(list[0], STR("a")));
    assert_true(str_equals(list[2], STR("c")));
    assert_true(str_equals(list[3], STR("d")));
    params_list(&params, STR("ids"), 3, &list, &count);
    blames("ids");
}

static void limits_are_whole_numbers_within_bounds(void **state)
{
    static const struct {
        const char *query;
        size_t expected; /* 0: blamed */
    } cases[] = {
        { "", 50 },         { "limit=1", 1 },  { "limit=100", 100 },
        { "limit=007", 7 }, { "limit=0", 0 },  { "limit=101", 0 },
        { "limit=-1", 0 },  { "limit=", 0 },   { "limit=1.0", 0 },
        { "limit=1e1", 0 }, { "limit= 5", 0 }, { "limit=99999999999999999999999999", 0 },
    };

    for (size_t i = 0; i < array_count(cases); i++) {
        struct params params = params_of(cases[i].query);
        size_t limit = 50;

        params_limit(&params, STR("limit"), 100, &limit);
        if (cases[i].expected == 0)
            blames("limit");
        else
            assert_int_equal(limit, cases[i].expected);
    }
}

static void other_types(void **state)
{
    struct params params =
        params_of("yes=true&no=false&maybe=1&at=2024-01-01T00:00:00%2B01:00&id=x");
    struct instant at = INSTANT_NONE;
    bool yes = false, no = true, maybe = true;
    struct str *ids = NULL;
    size_t count = 0;

    params_bool(&params, STR("yes"), &yes);
    params_bool(&params, STR("no"), &no);
    params_instant(&params, STR("at"), &at);
    params_instant(&params, STR("until"), &at);
    assert_true(reading_is_fine(&reading));
    assert_true(yes);
    assert_false(no);
    assert_true(at.us == INT64_C(1704063600000000));
    params_bool(&params, STR("maybe"), &maybe);
    blames("maybe");
    params_ids(&params, STR("id"), 5, &ids, &count);
    blames("maybe"); /* the first blame stays */
}

static void malformed_escapes_are_blamed(void **state)
{
    (void)params_of("a=%zz");
    blames("query");
    (void)params_of("a=%00");
    blames("query");
}

static int arena_set_up(void **state)
{
    arena_init(&arena, 1u << 20);
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
        cmocka_unit_test(texts_are_decoded),
        cmocka_unit_test(what_is_given_twice_is_blamed),
        cmocka_unit_test(what_is_not_utf8_is_blamed),
        cmocka_unit_test(what_nobody_asked_for_is_blamed),
        cmocka_unit_test(lists_are_joined_or_repeated),
        cmocka_unit_test(limits_are_whole_numbers_within_bounds),
        cmocka_unit_test(other_types),
        cmocka_unit_test(malformed_escapes_are_blamed),
    };

    return cmocka_run_group_tests(tests, arena_set_up, arena_tear_down);
}
