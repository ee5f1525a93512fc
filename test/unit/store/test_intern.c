/* One copy of what many grants share. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "store/book/intern.h"

static void equal_contents_are_one(void **state)
{
    struct product_id ids[2] = { { { { 1 } } }, { { { 2 } } } };
    struct product_id turned[2] = { { { { 2 } } }, { { { 1 } } } };
    struct product_set set = { .count = 2, .ids = ids };
    const struct product_set *first, *again, *other;
    struct intern intern;

    intern_init(&intern, 7);
    assert_int_equal(intern_products(&intern, &set, &first), OK);
    assert_true(first->ids != ids);
    set.ids = turned;
    assert_int_equal(intern_products(&intern, &set, &other), OK);
    assert_true(other != first); /* the order is theirs */
    ids[0].uuid.bytes[0] = 1;
    set.ids = ids;
    assert_int_equal(intern_products(&intern, &set, &again), OK);
    assert_ptr_equal(again, first);
    set.count = 1;
    assert_int_equal(intern_products(&intern, &set, &other), OK);
    assert_int_equal(other->count, 1);
    set.count = 0;
    assert_int_equal(intern_products(&intern, &set, &other), OK);
    assert_null(other);
    intern_finish(&intern);
}

static void rollovers_differ_by_every_field(void **state)
{
    const struct rollover base = { ROLLOVER_MAX_AMOUNT, { 1 }, 2, { 3 }, { 4 } };
    struct rollover changed[6] = { base, base, base, base, base, base };
    const struct rollover *seen[6], *again;
    struct intern intern;

    changed[1].kind = ROLLOVER_MAX_PERCENTAGE;
    changed[2].amount_max.units++;
    changed[3].millionths_max++;
    changed[4].priority.millionths++;
    changed[5].expires_at.us++;
    intern_init(&intern, 7);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(intern_rollover(&intern, &changed[i], &seen[i]), OK);
        for (int k = 0; k < i; k++)
            assert_true(seen[i] != seen[k]);
    }
    assert_int_equal(intern_rollover(&intern, &base, &again), OK);
    assert_ptr_equal(again, seen[0]);
    assert_int_equal(again->millionths_max, 2);
    changed[0].kind = 0;
    assert_int_equal(intern_rollover(&intern, &changed[0], &again), OK);
    assert_null(again);
    intern_finish(&intern);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_contents_are_one),
        cmocka_unit_test(rollovers_differ_by_every_field),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
