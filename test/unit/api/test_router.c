/* From method and path to a route. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "api/call.h"
#include "api/router.h"

static const struct route routes[] = {
    { .method = HTTP_GET, .template = STR_INIT("/v1/customers") },
    { .method = HTTP_POST, .template = STR_INIT("/v1/customers") },
    { .method = HTTP_POST, .template = STR_INIT("/v1/customers/archive") },
    { .method = HTTP_POST, .template = STR_INIT("/v1/customers/{id}") },
    { .method = HTTP_GET, .template = STR_INIT("/v1/customers/{id}/grants/{grant}") },
};

struct table {
    struct arena arena;
    struct router router;
};

static int table_set_up(void **state)
{
    static struct table table;

    arena_init(&table.arena, 1u << 20);
    assert_int_equal(router_init(&table.router, routes, array_count(routes), &table.arena), OK);
    *state = &table;
    return 0;
}

static int table_tear_down(void **state)
{
    struct table *table = *state;

    arena_finish(&table->arena);
    return 0;
}

static struct route_found find(struct table *table, enum http_method method, const char *text)
{
    struct path path;

    assert_int_equal(path_split(str_from_c(text), &table->arena, &path), OK);
    return router_find(&table->router, method, &path);
}

static void finds(struct table *table, enum http_method method, const char *path, size_t index)
{
    struct route_found found = find(table, method, path);

    assert_int_equal(found.match, ROUTE_FOUND);
    assert_ptr_equal(found.route, &routes[index]);
}

static void a_path_and_a_method_name_a_route(void **state)
{
    finds(*state, HTTP_GET, "/v1/customers", 0);
    finds(*state, HTTP_POST, "/v1/customers", 1);
    finds(*state, HTTP_HEAD, "/v1/customers", 0);
}

static void the_earlier_of_two_templates_wins(void **state)
{
    finds(*state, HTTP_POST, "/v1/customers/archive", 2);
    finds(*state, HTTP_POST, "/v1/customers/archived", 3);
}

static void parameters_are_decoded_after_the_path_is_split(void **state)
{
    struct route_found found = find(*state, HTTP_GET, "/v1/customers/a%2Fb%20c/grants/%67rants");

    assert_int_equal(found.match, ROUTE_FOUND);
    assert_true(str_equals(found.params[0], STR("a/b c")));
    assert_true(str_equals(found.params[1], STR("grants")));
    /* A literal may be written in escapes as well. */
    finds(*state, HTTP_GET, "/v1/%63ustomers", 0);
}

static void what_is_not_in_the_table_is_unknown(void **state)
{
    static const char *const paths[] = {
        "/",
        "/v1",
        "/v1/",
        "/v1/customers/",
        "//v1/customers",
        "/v1/Customers",
        "/v1/customers//grants/g",
        "/v1/customers/a/grants",
        "/v1/customers/a/grants/g/h",
        "/1/2/3/4/5/6/7/8/9/10",
    };

    for (size_t i = 0; i < array_count(paths); i++)
        assert_int_equal(find(*state, HTTP_GET, paths[i]).match, ROUTE_UNKNOWN);
}

static void the_wrong_method_is_told_the_right_ones(void **state)
{
    struct table *table = *state;
    struct route_found found = find(table, HTTP_DELETE, "/v1/customers");

    assert_int_equal(found.match, ROUTE_METHOD_WRONG);
    assert_true(str_equals(methods_format(found.methods, &table->arena), STR("GET, HEAD, POST")));
    found = find(table, HTTP_GET, "/v1/customers/archive");
    assert_int_equal(found.match, ROUTE_METHOD_WRONG);
    assert_true(str_equals(methods_format(found.methods, &table->arena), STR("POST")));
}

static void a_malformed_escape_is_refused(void **state)
{
    struct table *table = *state;
    struct path path;

    assert_int_equal(path_split(STR("/v1/%zz"), &table->arena, &path), ERR_MALFORMED);
    assert_int_equal(path_split(STR("/v1/%00"), &table->arena, &path), ERR_MALFORMED);
    assert_int_equal(path_split(STR("*"), &table->arena, &path), ERR_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_and_a_method_name_a_route),
        cmocka_unit_test(the_earlier_of_two_templates_wins),
        cmocka_unit_test(parameters_are_decoded_after_the_path_is_split),
        cmocka_unit_test(what_is_not_in_the_table_is_unknown),
        cmocka_unit_test(the_wrong_method_is_told_the_right_ones),
        cmocka_unit_test(a_malformed_escape_is_refused),
    };

    return cmocka_run_group_tests(tests, table_set_up, table_tear_down);
}
