/* The index of remembered keys, against a plain array that cannot be wrong; and what it takes. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include "base/random.h"
#include "store/book/number_index.h"
#include "store/book/room.h"

/* --- memory, counted --- */

#define HEAD 16 /* of a block: what it has, so that it can be taken off */

static struct {
    size_t bytes, bytes_max, block_max;
    bool is_over; /* there is no more */
} memory;

void *__wrap_room_new(size_t size);
void __wrap_room_free(void *block);

/* As malloc does it: 8 bytes more, in steps of 16. */
static size_t block_bytes(size_t size)
{
    return (size + 8 + 15) / 16 * 16;
}

void *__wrap_room_new(size_t size)
{
    char *block = memory.is_over ? NULL : calloc(1, size + HEAD);

    if (block == NULL)
        return NULL;
    *(size_t *)(void *)block = block_bytes(size);
    memory.bytes += block_bytes(size);
    if (memory.bytes > memory.bytes_max)
        memory.bytes_max = memory.bytes;
    if (size > memory.block_max)
        memory.block_max = size;
    return block + HEAD;
}

void __wrap_room_free(void *block)
{
    if (block == NULL)
        return;
    memory.bytes -= *(size_t *)(void *)((char *)block - HEAD);
    free((char *)block - HEAD);
}

static int memory_fresh(void **state)
{
    memory.is_over = false;
    memory.bytes = memory.bytes_max = memory.block_max = 0;
    return 0;
}

/* --- keys --- */

#define SEED UINT64_C(0x1122334455667788)

/* Every fourth is of one fold: what cancels the seed in the first half leaves nothing of the
 * second.  Who does not know the seed cannot. */
static struct index_key key_of(uint64_t number)
{
    if (number % 4 == 0)
        return (struct index_key){ .high = SEED ^ UINT64_C(0xA0761D6478BD642F), .low = number };
    return (struct index_key){ .high = number / 64, .low = number % 64 };
}

/* --- the model: the key of each receipt by its number, oldest to newest --- */

enum { KEYS = 4000, NUMBERS = 400000 };

struct model {
    struct number_index index;
    uint64_t keys[NUMBERS]; /* + 1; 0: it is not there */
    uint64_t first, last;   /* numbers that are there */
    struct random random;
};

/* The candidates below a number, down to the one that is the key's; 0: none is. */
static uint64_t model_find(const struct model *model, uint64_t key, uint64_t below)
{
    uint64_t number = below;

    while ((number = number_index_find(&model->index, key_of(key), number)) != 0) {
        assert_in_range(number, model->first, model->last);
        assert_true(number < below);
        if (model->keys[number] == key + 1)
            break;
        below = number;
    }
    return number;
}

static void model_check(const struct model *model, uint64_t key)
{
    uint64_t number = model->last + 1;

    for (uint64_t i = model->last; i >= model->first; i--) {
        if (model->keys[i] != key + 1)
            continue;
        number = model_find(model, key, number);
        assert_int_equal(number, i);
    }
    assert_int_equal(model_find(model, key, number), 0);
}

static void model_add(struct model *model)
{
    uint64_t key = random_below(&model->random, KEYS);

    model->keys[++model->last] = key + 1;
    assert_int_equal(number_index_put(&model->index, key_of(key), model->last), OK);
}

static void model_take_back(struct model *model)
{
    uint64_t key = model->keys[model->last] - 1;

    assert_true(number_index_remove(&model->index, key_of(key), model->last));
    assert_false(number_index_remove(&model->index, key_of(key), model->last));
    model->keys[model->last--] = 0;
}

/* The oldest goes, and now and then comes back, as when a batch is rewound. */
static void model_forget(struct model *model)
{
    uint64_t key = model->keys[model->first] - 1;

    assert_true(number_index_remove(&model->index, key_of(key), model->first));
    if (random_below(&model->random, 4) == 0) {
        memory.is_over = true;
        assert_int_equal(number_index_put(&model->index, key_of(key), model->first), OK);
        memory.is_over = false;
    } else {
        model->keys[model->first++] = 0;
    }
}

static void it_does_what_a_plain_array_does(void **state)
{
    static struct model model;

    model = (struct model){ .first = 1, .random = random_seeded(6) };
    number_index_init(&model.index, SEED);
    for (int step = 0; step < 200000; step++) {
        uint64_t what = random_below(&model.random, 100);
        uint64_t shrinks = step / 20000 % 2 == 0 ? 30 : 60;

        if (what < shrinks && model.first <= model.last)
            model_forget(&model);
        else if (what < 65 && model.first <= model.last)
            model_take_back(&model);
        else
            model_add(&model);
        assert_int_equal(model.index.count, model.last + 1 - model.first);
        if (step % 16 == 0)
            model_check(&model, random_below(&model.random, KEYS));
    }
    for (uint64_t key = 0; key < KEYS; key++)
        model_check(&model, key);
    while (model.first <= model.last)
        model_take_back(&model);
    assert_int_equal(model_find(&model, 4, NUMBERS), 0);
    number_index_finish(&model.index);
    assert_int_equal(memory.bytes, 0);
}

static void an_empty_index_has_nothing_and_takes_nothing(void **state)
{
    struct number_index index;

    number_index_init(&index, SEED);
    assert_int_equal(number_index_find(&index, key_of(1), UINT64_MAX), 0);
    assert_false(number_index_remove(&index, key_of(1), 1));
    assert_int_equal(memory.bytes_max, 0);
    number_index_finish(&index);
}

static void the_largest_number_is_one_and_a_larger_one_is_refused(void **state)
{
    struct number_index index;

    number_index_init(&index, SEED);
    assert_int_equal(number_index_put(&index, key_of(1), NUMBER_INDEX_MAX), OK);
    assert_int_equal(number_index_put(&index, key_of(1), NUMBER_INDEX_MAX + 1), ERR_RANGE);
    assert_int_equal(number_index_find(&index, key_of(1), UINT64_MAX), NUMBER_INDEX_MAX);
    assert_int_equal(number_index_find(&index, key_of(1), NUMBER_INDEX_MAX), 0);
    assert_false(number_index_remove(&index, key_of(1), 2 * NUMBER_INDEX_MAX + 1));
    assert_true(number_index_remove(&index, key_of(1), NUMBER_INDEX_MAX));
    number_index_finish(&index);
}

static void a_put_without_memory_changes_nothing(void **state)
{
    struct number_index index;
    uint64_t refused = 0;

    number_index_init(&index, SEED);
    for (uint64_t number = 1; number <= 20000; number++) {
        enum err e;

        memory.is_over = number % 2 == 0;
        e = number_index_put(&index, key_of(number), number);
        if (e == OK)
            continue;
        assert_int_equal(e, ERR_NOMEM);
        assert_true(memory.is_over);
        assert_true(number_index_find(&index, key_of(number), number + 1) != number);
        memory.is_over = false;
        assert_int_equal(number_index_put(&index, key_of(number), number), OK);
        refused++;
    }
    assert_true(refused > 1000);
    for (uint64_t number = 1; number <= 20000; number++)
        assert_int_equal(number_index_find(&index, key_of(number), number + 1), number);
    number_index_finish(&index);
}

/* At every size, and what is held at once while it grows. */
static void a_key_takes_16_bytes_at_most(void **state)
{
    struct random random = random_seeded(7);
    struct number_index index;

    number_index_init(&index, SEED);
    for (uint64_t number = 1; number <= 2000000; number++) {
        struct index_key key = { .high = random_u64(&random), .low = random_u64(&random) };

        memory.bytes_max = memory.bytes;
        memory.block_max = 0;
        assert_int_equal(number_index_put(&index, key, number), OK);
        if (number < 50000)
            continue;
        assert_true(memory.bytes <= 16 * number);
        assert_true(memory.bytes_max <= 16 * number + number / 64);
        assert_true(memory.block_max <= number / 64); /* so long is a put, at worst */
    }
    number_index_finish(&index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_empty_index_has_nothing_and_takes_nothing, memory_fresh),
        cmocka_unit_test_setup(it_does_what_a_plain_array_does, memory_fresh),
        cmocka_unit_test_setup(the_largest_number_is_one_and_a_larger_one_is_refused, memory_fresh),
        cmocka_unit_test_setup(a_put_without_memory_changes_nothing, memory_fresh),
        cmocka_unit_test_setup(a_key_takes_16_bytes_at_most, memory_fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
