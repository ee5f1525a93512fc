/* The live grants of an account, against sorting them. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/random.h"
#include "store/book/live.h"

enum { GRANTS = 400 };

static struct grant grants[GRANTS];

static void grants_make(struct random *random)
{
    for (uint64_t i = 0; i < GRANTS; i++)
        grants[i] = (struct grant){
            .number = i + 1,
            .status = GRANT_ACTIVE,
            .priority = { (int64_t)random_below(random, 3) },
            .effective_at = { (int64_t)random_below(random, 3) },
            .expires_at = { (int64_t)random_below(random, 5) + 100 },
        };
}

static void check(const struct live *live, const bool *is_in)
{
    size_t count = 0;

    for (size_t i = 0; i < GRANTS; i++)
        count += is_in[i];
    assert_int_equal(live->count, count);
    for (uint32_t i = 0; i < live->count; i++) {
        const struct grant *grant = live_grants(live)[i];

        assert_true(is_in[grant->number - 1]);
        if (i > 0)
            assert_true(grant_burn_compare(live_grants(live)[i - 1], grant) < 0);
    }
}

static void they_are_in_burn_order_as_they_come_and_go(void **state)
{
    struct random random = random_seeded(2);
    static bool is_in[GRANTS];
    struct live live = { .count = 0 };

    grants_make(&random);
    for (int step = 0; step < 40000; step++) {
        size_t i = random_below(&random, GRANTS);
        bool fills = step / 4000 % 2 == 0;

        if (is_in[i] && (!fills || step % 5 == 0)) {
            live_remove(&live, &grants[i]);
            is_in[i] = false;
        } else if (!is_in[i] && fills) {
            assert_int_equal(live_reserve(&live), OK);
            live_insert(&live, &grants[i]);
            is_in[i] = true;
        }
        if (step % 50 == 0)
            check(&live, is_in);
    }
    live_finish(&live);
}

/* As burning does: from the front, while new ones join at the back. */
static void a_queue_does_not_grow(void **state)
{
    static struct grant queue[20000];
    struct live live = { .count = 0 };

    for (uint64_t i = 0; i < 20000; i++) {
        queue[i] = (struct grant){ .number = i + 1, .status = GRANT_ACTIVE };
        assert_int_equal(live_reserve(&live), OK);
        live_insert(&live, &queue[i]);
        if (i >= 10) {
            assert_int_equal(live_grants(&live)[0]->number, i - 9);
            live_remove(&live, &queue[i - 10]);
        }
    }
    assert_int_equal(live.count, 10);
    assert_in_range(live.capacity, 11, 16);
    live_finish(&live);
}

static void what_was_appended_is_sorted_once(void **state)
{
    struct random random = random_seeded(3);
    static bool is_in[GRANTS];
    struct live live = { .count = 0 };

    grants_make(&random);
    for (size_t i = 0; i < GRANTS; i++) {
        assert_int_equal(live_append(&live, &grants[i]), OK);
        is_in[i] = true;
    }
    live_sort(&live);
    check(&live, is_in);
    live_finish(&live);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_are_in_burn_order_as_they_come_and_go),
        cmocka_unit_test(a_queue_does_not_grow),
        cmocka_unit_test(what_was_appended_is_sorted_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
