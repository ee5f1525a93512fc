/* Lists of what is in the directory, a page at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include "base/limits.h"
#include "desk.h"

static void customers_are_listed_by_page(void **state)
{
    struct desk desk;
    struct slip *slip;
    uint64_t after = 0;
    size_t seen = 0, pages = 0;

    (void)state;
    desk_open(&desk);
    for (int i = 0; i < 10; i++) {
        char name[16];

        (void)snprintf(name, sizeof name, "customer %d", i);
        slip_do(ask_customer(&desk, name));
    }
    for (int i = 0; i < 10; i += 5) {
        slip = slip_new(&desk);
        slip->job.command.kind = COMMAND_CUSTOMER_ARCHIVE;
        slip->job.command.customer_archive.customer =
            i == 0 ? STR("customer 0") : STR("customer 5");
        assert_granted(slip_do(slip));
    }
    do {
        slip = ask_query(&desk, QUERY_CUSTOMERS);
        slip->job.query.limit = 4;
        slip->job.query.after = after;
        slip_do(slip);
        seen += slip->job.answer.customer_count;
        after = slip->job.answer.next;
        pages++;
    } while (after > 0);
    assert_int_equal(seen, 8);
    assert_int_equal(pages, 2);
    slip = ask_query(&desk, QUERY_CUSTOMERS);
    slip->job.query.archived = ARCHIVED_ONLY;
    assert_int_equal(slip_do(slip)->job.answer.customer_count, 2);
    slip = ask_query(&desk, QUERY_CUSTOMERS);
    slip->job.query.archived = ARCHIVED_TOO;
    assert_int_equal(slip_do(slip)->job.answer.customer_count, 10);
    slip = ask_query(&desk, QUERY_CUSTOMERS);
    slip->job.query.alias = STR("customer 3");
    assert_int_equal(slip_do(slip)->job.answer.customer_count, 1);
    assert_true(str_equals(slip->job.answer.customers[0].name, STR("customer 3")));
    slip = ask_query(&desk, QUERY_CUSTOMERS);
    slip->job.query.alias = STR("nobody");
    assert_int_equal(slip_do(slip)->job.answer.customer_count, 0);
    desk_close(&desk);
}

static struct slip *ask_customers(struct desk *desk, const struct str *names, size_t count)
{
    struct slip *slip = ask_query(desk, QUERY_CUSTOMERS);

    slip->job.query.customers = names;
    slip->job.query.customer_count = count;
    return slip;
}

static void customers_that_are_named_are_listed_by_page(void **state)
{
    static const struct str names[] = { STR_INIT("c"), STR_INIT("nobody"), STR_INIT("a"),
                                        STR_INIT("c"), STR_INIT("e"),      STR_INIT("b") };
    struct desk desk;
    struct slip *slip;

    (void)state;
    desk_open(&desk);
    for (char i = 'a'; i < 'f'; i++)
        slip_do(ask_customer(&desk, (char[]){ i, '\0' }));
    slip = slip_new(&desk);
    slip->job.command.kind = COMMAND_CUSTOMER_ARCHIVE;
    slip->job.command.customer_archive.customer = STR("e");
    slip->job.command.customer_archive.erase = true;
    assert_granted(slip_do(slip));

    slip = ask_customers(&desk, names, array_count(names)); /* once each, in order of creation */
    slip->job.query.archived = ARCHIVED_TOO;
    slip->job.query.limit = 2;
    assert_granted(slip_do(slip));
    assert_int_equal(slip->job.answer.customer_count, 2);
    assert_true(str_equals(slip->job.answer.customers[0].name, STR("a")));
    assert_true(str_equals(slip->job.answer.customers[1].name, STR("b")));
    assert_int_equal(slip->job.answer.next, 2);
    slip = ask_customers(&desk, names, array_count(names));
    slip->job.query.archived = ARCHIVED_TOO;
    slip->job.query.after = 2;
    assert_granted(slip_do(slip));
    assert_int_equal(slip->job.answer.customer_count, 1);
    assert_true(str_equals(slip->job.answer.customers[0].name, STR("c")));
    assert_int_equal(slip->job.answer.next, 0);

    slip = ask_query(&desk, QUERY_CUSTOMERS); /* who was erased is in no list */
    slip->job.query.archived = ARCHIVED_TOO;
    assert_int_equal(slip_do(slip)->job.answer.customer_count, 4);

    slip = ask_customers(&desk, names, 3); /* by alias, among those that are named */
    slip->job.query.alias = STR("c");
    assert_int_equal(slip_do(slip)->job.answer.customer_count, 1);
    assert_true(str_equals(slip->job.answer.customers[0].name, STR("c")));
    slip = ask_customers(&desk, names, 3);
    slip->job.query.alias = STR("a");
    assert_int_equal(slip_do(slip)->job.answer.customer_count, 1);
    assert_true(str_equals(slip->job.answer.customers[0].name, STR("a")));
    slip = ask_customers(&desk, names, 3);
    slip->job.query.alias = STR("b");
    assert_int_equal(slip_do(slip)->job.answer.customer_count, 0);
    desk_close(&desk);
}

/* No number is that large; a cursor may be. */
static void behind_every_number_there_is_nothing(void **state)
{
    static const enum query_kind kinds[] = { QUERY_CUSTOMERS, QUERY_PRODUCTS };
    struct desk desk;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "a"));
    slip_do(ask_product(&desk, "b"));
    for (size_t i = 0; i < array_count(kinds); i++) {
        struct slip *slip = ask_query(&desk, kinds[i]);

        slip->job.query.after = UINT64_C(1) << 32; /* its lower half is that of the first */
        assert_granted(slip_do(slip));
        assert_int_equal(slip->job.answer.customer_count, 0);
        assert_int_equal(slip->job.answer.product_count, 0);
        assert_int_equal(slip->job.answer.next, 0);
    }
    desk_close(&desk);
}

static void submit_many(struct desk *desk, int count, struct slip *(*ask)(struct desk *desk, int i))
{
    for (int i = 0; i < count; i++) {
        slip_submit(ask(desk, i));
        if (i % 1000 == 0) {
            desk_turn(desk);
            desk_forget_slips(desk);
        }
    }
    desk_turn(desk);
    desk_forget_slips(desk);
}

static struct slip *ask_numbered(struct desk *desk, int i)
{
    char name[16];

    (void)snprintf(name, sizeof name, "customer %d", i);
    return ask_customer(desk, name);
}

static struct slip *ask_archive(struct desk *desk, int i)
{
    struct slip *slip = slip_new(desk);

    slip->job.command.kind = COMMAND_CUSTOMER_ARCHIVE;
    slip->job.command.customer_archive.customer = str_format(&slip->arena, "customer %d", i);
    return slip;
}

static struct slip *ask_usage(struct desk *desk, int i)
{
    struct slip *slip = slip_new(desk);

    (void)i;
    slip->job.command.kind = COMMAND_USAGE_RECORD;
    slip->job.command.usage_record.customer = STR("customer 1");
    slip->job.command.usage_record.at.us = T0;
    slip->job.command.usage_record.because = STR("no amount");
    return slip;
}

/* A page that has looked at many and found none is short, and the list goes on. */
static void a_page_looks_at_so_many(void **state)
{
    enum { MANY = LIST_SCAN_MAX + 200 };
    struct desk desk;
    struct slip *slip;
    uint64_t after = 0;
    size_t pages = 0, seen = 0;

    (void)state;
    desk_open(&desk);
    submit_many(&desk, MANY, ask_numbered);
    submit_many(&desk, MANY - 1, ask_archive);
    do {
        slip = ask_query(&desk, QUERY_CUSTOMERS);
        slip->job.query.after = after;
        assert_granted(slip_do(slip));
        seen += slip->job.answer.customer_count;
        after = slip->job.answer.next;
        pages++;
    } while (after > 0);
    assert_int_equal(seen, 1);
    assert_int_equal(pages, 2);
    slip = ask_query(&desk, QUERY_CUSTOMERS);
    slip->job.query.after = UINT64_C(1) << 32; /* not from the first on */
    assert_int_equal(slip_do(slip)->job.answer.next, 0);

    submit_many(&desk, MANY, ask_usage);
    slip = ask_usage(&desk, 0);
    slip->job.command.usage_record.customer = STR("customer 2");
    slip_do(slip);
    for (pages = 0, seen = 0; after > 0 || pages == 0; pages++) {
        slip = ask_query(&desk, QUERY_USAGE_EVENTS);
        slip->job.query.customer = STR("customer 2");
        slip->job.query.after = after;
        assert_granted(slip_do(slip));
        seen += slip->job.answer.usage_event_count;
        after = slip->job.answer.next;
    }
    assert_int_equal(seen, 1);
    assert_int_equal(pages, 2);
    desk_close(&desk);
}

static void custom_field_keys_are_listed_by_page(void **state)
{
    const struct str entities[] = { CUSTOM_FIELDS_OF_CUSTOMER, CUSTOM_FIELDS_OF_GRANT };
    struct desk desk;
    uint64_t after = 0;
    size_t seen = 0, pages = 0;

    (void)state;
    desk_open(&desk);
    for (int i = 0; i < 10; i++) {
        struct slip *slip = slip_new(&desk);

        slip->job.command.kind = COMMAND_CUSTOM_FIELD_KEY_ADD;
        slip->job.command.field_key_add.entity = entities[i % 2];
        slip->job.command.field_key_add.key = str_format(&slip->arena, "key %d", i);
        assert_granted(slip_do(slip));
    }
    do {
        struct slip *slip = ask_query(&desk, QUERY_FIELD_KEYS);

        slip->job.query.entities = &entities[1];
        slip->job.query.entity_count = 1;
        slip->job.query.limit = 2;
        slip->job.query.after = after;
        assert_granted(slip_do(slip));
        for (size_t i = 0; i < slip->job.answer.field_key_count; i++, seen++)
            assert_int_equal(slip->job.answer.field_keys[i].number, 2 * (seen + 1));
        after = slip->job.answer.next;
        pages++;
    } while (after > 0);
    assert_int_equal(seen, 5);
    assert_int_equal(pages, 3);
    desk_close(&desk);
}

static void products_and_credit_types_are_listed(void **state)
{
    struct desk desk;
    struct slip *slip;
    size_t well_known;

    (void)state;
    desk_open(&desk);
    slip = slip_do(ask_query(&desk, QUERY_CREDIT_TYPES));
    well_known = slip->job.answer.credit_type_count;
    assert_true(well_known >= 2);
    slip_do(ask_credit_type(&desk, "points", 0));
    slip = slip_do(ask_query(&desk, QUERY_CREDIT_TYPES));
    assert_int_equal(slip->job.answer.credit_type_count, well_known + 1);
    assert_true(str_equals(slip->job.answer.credit_types[well_known].name, STR("points")));
    slip_do(ask_product(&desk, "a"));
    slip_do(ask_product(&desk, "b"));
    slip = ask_query(&desk, QUERY_PRODUCTS);
    slip->job.query.limit = 1;
    slip_do(slip);
    assert_int_equal(slip->job.answer.product_count, 1);
    assert_int_equal(slip->job.answer.next, 1);
    slip = ask_query(&desk, QUERY_PRODUCTS);
    slip->job.query.after = 1;
    slip_do(slip);
    assert_int_equal(slip->job.answer.product_count, 1);
    assert_true(str_equals(slip->job.answer.products[0].name, STR("b")));
    assert_int_equal(slip->job.answer.next, 0);
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(customers_are_listed_by_page),
        cmocka_unit_test(customers_that_are_named_are_listed_by_page),
        cmocka_unit_test(behind_every_number_there_is_nothing),
        cmocka_unit_test(a_page_looks_at_so_many),
        cmocka_unit_test(custom_field_keys_are_listed_by_page),
        cmocka_unit_test(products_and_credit_types_are_listed),
    };

    return cmocka_run_group_tests_name("ledger: lists", tests, NULL, NULL);
}
