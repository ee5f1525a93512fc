/* Grants: which may be drawn from, in which order, and when time asks something of them. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "domain/grant.h"

static struct instant at(int64_t us)
{
    return (struct instant){ .us = us };
}

static struct grant active(int64_t posted, int64_t held)
{
    return (struct grant){
        .number = 1,
        .status = GRANT_ACTIVE,
        .effective_at = at(10),
        .expires_at = at(20),
        .posted = { .units = posted },
        .held = { .units = held },
    };
}

static void a_grant_is_drawable_from_effective_at_until_before_expires_at(void **state)
{
    struct grant grant = active(5, 4);

    assert_false(grant_is_drawable(&grant, at(9)));
    assert_true(grant_is_drawable(&grant, at(10)));
    assert_true(grant_is_drawable(&grant, at(19)));
    assert_false(grant_is_drawable(&grant, at(20)));
    grant.expires_at = INSTANT_NEVER;
    assert_true(grant_is_drawable(&grant, INSTANT_MAX));
}

static void what_is_held_is_not_available(void **state)
{
    struct grant grant = active(5, 5);
    struct account account = { .posted = { .units = 9 }, .held = { .units = 4 } };

    assert_false(grant_is_drawable(&grant, at(15)));
    assert_true(amount_is_zero(grant_available(&grant)));
    assert_int_equal(account_available(&account).units, 5);
}

static void only_active_grants_are_drawable(void **state)
{
    static const enum grant_status others[] = { GRANT_SCHEDULED, GRANT_EXPIRED, GRANT_VOIDED };

    for (size_t i = 0; i < array_count(others); i++) {
        struct grant grant = active(5, 0);

        grant.status = others[i];
        assert_false(grant_is_drawable(&grant, at(15)));
    }
}

static void a_grant_for_products_covers_those_alone(void **state)
{
    struct product_id ids[] = { { .uuid = { .bytes = { 1 } } }, { .uuid = { .bytes = { 2 } } } };
    struct product_id other = { .uuid = { .bytes = { 3 } } };
    struct product_set set = { .count = 2, .ids = ids };
    struct grant grant = active(5, 0);

    assert_true(grant_covers_product(&grant, NULL));
    assert_true(grant_covers_product(&grant, &other));
    grant.products = &set;
    assert_true(grant_covers_product(&grant, &ids[0]));
    assert_true(grant_covers_product(&grant, &ids[1]));
    assert_false(grant_covers_product(&grant, &other));
    assert_false(grant_covers_product(&grant, NULL));
    set.count = 0;
    assert_true(grant_covers_product(&grant, NULL));
}

static void before(const struct grant *a, const struct grant *b)
{
    assert_true(grant_burn_compare(a, b) < 0);
    assert_true(grant_burn_compare(b, a) > 0);
}

static void burn_order_is_priority_expiry_start_number(void **state)
{
    struct grant a = active(1, 0), b = active(1, 0);

    assert_int_equal(grant_burn_compare(&a, &a), 0);
    b.number = 2;
    before(&a, &b);
    b.effective_at = at(9);
    before(&b, &a); /* later issued, but earlier effective */
    a.expires_at = at(19);
    before(&a, &b);
    b.expires_at = INSTANT_NEVER;
    before(&a, &b);
    b.priority.millionths = -1;
    before(&b, &a);
    a.priority.millionths = INT64_MIN;
    before(&a, &b);
}

static void a_grant_is_live_while_it_may_be_drawn_from_again(void **state)
{
    struct grant grant = active(5, 5);

    assert_true(grant_is_live(&grant)); /* what is held may come back */
    grant.posted = grant.held = AMOUNT_ZERO;
    assert_false(grant_is_live(&grant));
    grant.status = GRANT_SCHEDULED;
    assert_true(grant_is_live(&grant));
    grant = active(5, 5);
    grant.status = GRANT_EXPIRED;
    assert_false(grant_is_live(&grant));
    grant.status = GRANT_VOIDED;
    assert_false(grant_is_live(&grant));
}

static void time_asks_a_grant_to_begin_and_to_end(void **state)
{
    struct grant grant = active(0, 0);

    assert_true(instant_equals(grant_due_at(&grant), at(20))); /* also with nothing left */
    grant.status = GRANT_SCHEDULED;
    assert_true(instant_equals(grant_due_at(&grant), at(10)));
    grant.status = GRANT_EXPIRED;
    assert_true(instant_is_never(grant_due_at(&grant)));
    grant.status = GRANT_VOIDED;
    assert_true(instant_is_never(grant_due_at(&grant)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_grant_is_drawable_from_effective_at_until_before_expires_at),
        cmocka_unit_test(what_is_held_is_not_available),
        cmocka_unit_test(only_active_grants_are_drawable),
        cmocka_unit_test(a_grant_for_products_covers_those_alone),
        cmocka_unit_test(burn_order_is_priority_expiry_start_number),
        cmocka_unit_test(a_grant_is_live_while_it_may_be_drawn_from_again),
        cmocka_unit_test(time_asks_a_grant_to_begin_and_to_end),
    };

    return cmocka_run_group_tests_name("domain/grant", tests, NULL, NULL);
}
