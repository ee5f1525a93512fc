/* The histogram, against the sorted list of all that was put into it. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/random.h"
#include "histogram.h"

enum { SPANS = 20000 };

static struct histogram histogram;

static int compare(const void *left, const void *right)
{
    const int64_t *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

static void nothing_takes_no_time(void **state)
{
    memset(&histogram, 0, sizeof histogram);
    assert_int_equal(histogram_at(&histogram, 500), 0);
    assert_int_equal(histogram.count, 0);
}

/* Spans of all sizes, from nanoseconds to hours. */
static void a_percentile_is_that_of_the_list_to_one_in_128(void **state)
{
    static const unsigned permilles[] = { 1, 10, 500, 900, 990, 999, 1000 };
    static int64_t list[SPANS];
    struct random random = random_seeded(1);

    memset(&histogram, 0, sizeof histogram);
    for (size_t i = 0; i < SPANS; i++) {
        list[i] = (int64_t)(random_u64(&random) >> (20 + random_below(&random, 44)));
        histogram_add(&histogram, list[i]);
    }
    qsort(list, SPANS, sizeof list[0], compare);
    assert_int_equal(histogram.max_ns, list[SPANS - 1]);
    for (size_t i = 0; i < sizeof permilles / sizeof permilles[0]; i++) {
        int64_t exact = list[(SPANS * permilles[i] + 999) / 1000 - 1];
        int64_t told = histogram_at(&histogram, permilles[i]);

        assert_true(told >= exact);
        assert_true(told - exact <= exact / 128);
    }
}

static void short_spans_are_exact(void **state)
{
    for (int64_t ns = 0; ns < 256; ns++) {
        memset(&histogram, 0, sizeof histogram);
        histogram_add(&histogram, ns);
        histogram_add(&histogram, INT64_MAX); /* so that the maximum does not help */
        assert_int_equal(histogram_at(&histogram, 500), ns);
    }
    assert_int_equal(histogram_at(&histogram, 1000), INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_takes_no_time),
        cmocka_unit_test(a_percentile_is_that_of_the_list_to_one_in_128),
        cmocka_unit_test(short_spans_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
