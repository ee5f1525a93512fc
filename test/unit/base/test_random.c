/* Randomness: repeatable when seeded, never when not, and without bias. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/random.h"
#include "base/check.h"

static void the_same_seed_tells_the_same_story(void **state)
{
    struct random a = random_seeded(42), b = random_seeded(42), c = random_seeded(43);
    unsigned char bytes_a[37], bytes_b[37];

    for (int i = 0; i < 1000; i++) {
        uint64_t word = random_u64(&a);

        assert_true(word == random_u64(&b));
        assert_true(word != random_u64(&c));
    }
    random_bytes(&a, bytes_a, sizeof bytes_a);
    random_bytes(&b, bytes_b, sizeof bytes_b);
    assert_memory_equal(bytes_a, bytes_b, sizeof bytes_a);
}

/* The reference implementation's first words for the state 1, 2, 3, 4. */
static void it_is_xoshiro256_starstar(void **state)
{
    struct random random = { .state = { 1, 2, 3, 4 } };

    assert_true(random_u64(&random) == 11520);
    assert_true(random_u64(&random) == 0);
    assert_true(random_u64(&random) == 1509978240);
    assert_true(random_u64(&random) == UINT64_C(1215971899390074240));
}

static void the_system_does_not_repeat_itself(void **state)
{
    struct random random = random_system();
    unsigned char once[32] = { 0 }, twice[32] = { 0 };

    random_bytes(&random, once, sizeof once);
    random_bytes(&random, twice, sizeof twice);
    assert_memory_not_equal(once, twice, sizeof once);
    assert_true(random_u64(&random) != random_u64(&random));
}

static void numbers_below_a_limit_are_spread_evenly(void **state)
{
    struct random random = random_seeded(7);
    int counts[6] = { 0 };

    for (int i = 0; i < 60000; i++)
        counts[random_below(&random, 6)]++;
    for (size_t i = 0; i < array_count(counts); i++)
        assert_in_range(counts[i], 9600, 10400); /* over four deviations */
    assert_int_equal(random_below(&random, 1), 0);

    /* Taking a word modulo 3/4 of all words would give the first third of them half the time. */
    counts[0] = 0;
    for (int i = 0; i < 60000; i++)
        counts[0] += random_below(&random, UINT64_C(3) << 62) < UINT64_C(1) << 62;
    assert_in_range(counts[0], 19500, 20500);
    for (int i = 0; i < 100; i++)
        assert_true(random_below(&random, UINT64_MAX) < UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_tells_the_same_story),
        cmocka_unit_test(it_is_xoshiro256_starstar),
        cmocka_unit_test(the_system_does_not_repeat_itself),
        cmocka_unit_test(numbers_below_a_limit_are_spread_evenly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
