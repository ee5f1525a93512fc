/* The hash table, against a plain array that cannot be wrong. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/index.h"
#include "base/random.h"

static struct index_key key_of(uint64_t number)
{
    return (struct index_key){ .high = number / 64, .low = number % 64 };
}

static void an_empty_index_has_nothing(void **state)
{
    struct index index;

    index_init(&index, 1);
    assert_int_equal(index_find(&index, key_of(1)), 0);
    assert_false(index_remove(&index, key_of(1)));
    assert_int_equal(index.capacity, 0);
    index_finish(&index);
}

/* Adds, replaces, finds and removes at random: long runs, wrap-around and growth all occur. */
static void it_does_what_a_plain_array_does(void **state)
{
    enum { KEYS = 3000 };
    static uint64_t model[KEYS];
    struct random random = random_seeded(6);
    struct index index;
    size_t count = 0;

    index_init(&index, random_u64(&random));
    for (int step = 0; step < 300000; step++) {
        uint64_t number = random_below(&random, KEYS);
        uint64_t grows = random_below(&random, 100) < (step / 50000 % 2 == 0 ? 60u : 40u);

        assert_int_equal(index_find(&index, key_of(number)), model[number]);
        if (grows) {
            uint64_t value = random_u64(&random) | 1;

            count += model[number] == 0;
            model[number] = value;
            assert_int_equal(index_put(&index, key_of(number), value), OK);
        } else {
            assert_int_equal(index_remove(&index, key_of(number)), model[number] != 0);
            count -= model[number] != 0;
            model[number] = 0;
        }
        assert_int_equal(index.count, count);
    }
    for (uint64_t number = 0; number < KEYS; number++)
        assert_int_equal(index_find(&index, key_of(number)), model[number]);
    assert_true(index.capacity <= 4096);
    index_finish(&index);
}

static void it_is_never_more_than_seven_eighths_full(void **state)
{
    struct index index;

    index_init(&index, 2);
    for (uint64_t i = 0; i < 100000; i++) {
        assert_int_equal(index_put(&index, (struct index_key){ .low = i << 40 }, i + 1), OK);
        assert_true(index.count * 8 <= index.capacity * 7);
        assert_int_equal(index.capacity & (index.capacity - 1), 0);
    }
    assert_int_equal(index.capacity, 131072);
    for (uint64_t i = 0; i < 100000; i++)
        assert_int_equal(index_find(&index, (struct index_key){ .low = i << 40 }), i + 1);
    index_finish(&index);
    assert_int_equal(index.count, 0);
}

static void a_key_is_read_from_bytes_first_byte_highest(void **state)
{
    const uint8_t bytes[16] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };
    struct index_key key = index_key_from_bytes(bytes);

    assert_true(key.high == UINT64_C(0x0102030405060708));
    assert_true(key.low == UINT64_C(0x090A0B0C0D0E0F10));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_index_has_nothing),
        cmocka_unit_test(it_does_what_a_plain_array_does),
        cmocka_unit_test(it_is_never_more_than_seven_eighths_full),
        cmocka_unit_test(a_key_is_read_from_bytes_first_byte_highest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
