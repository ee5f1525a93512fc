/* The undo journal. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/random.h"
#include "store/book/undo.h"

static void put_back(void *owner, const void *record)
{
    *(int *)owner = *(const int *)record;
}

static void set(struct undo *undo, int *value, int to)
{
    assert_int_equal(undo_write(undo, put_back, value, value, sizeof *value), OK);
    *value = to;
}

static void changes_are_taken_back_last_first(void **state)
{
    struct undo undo;
    int a = 1, b = 2;
    size_t mark;

    undo_init(&undo);
    set(&undo, &a, 10);
    mark = undo.used;
    set(&undo, &a, 11);
    set(&undo, &b, 20);
    set(&undo, &a, 12);
    undo_rewind(&undo, mark);
    assert_int_equal(a, 10);
    assert_int_equal(b, 2);
    undo_rewind(&undo, 0);
    assert_int_equal(a, 1);
    undo_finish(&undo);
}

static void what_stands_is_forgotten(void **state)
{
    struct undo undo;
    int a = 1;

    undo_init(&undo);
    set(&undo, &a, 2);
    undo_forget(&undo);
    undo_rewind(&undo, 0);
    assert_int_equal(a, 2);
    undo_finish(&undo);
}

static size_t last_size;

static void note_size(void *owner, const void *record)
{
    const char *bytes = record;

    assert_int_equal((uintptr_t)record % 16, 0);
    last_size = (unsigned char)bytes[0] + 256u * (unsigned char)bytes[1];
    for (size_t i = 2; i < last_size; i++)
        assert_int_equal(bytes[i], (char)i);
}

static void records_of_all_sizes_come_back_whole(void **state)
{
    struct random random = random_seeded(4);
    static size_t sizes[3000];
    struct undo undo;

    undo_init(&undo);
    for (size_t i = 0; i < 3000; i++) {
        char bytes[600];

        sizes[i] = random_below(&random, 590) + 2;
        bytes[0] = (char)(sizes[i] % 256);
        bytes[1] = (char)(sizes[i] / 256);
        for (size_t k = 2; k < sizes[i]; k++)
            bytes[k] = (char)k;
        sizes[i] |= undo.used << 16;
        assert_int_equal(undo_write(&undo, note_size, NULL, bytes, sizes[i] & 0xffff), OK);
    }
    for (size_t i = 3000; i-- > 0;) {
        undo_rewind(&undo, sizes[i] >> 16);
        assert_int_equal(last_size, sizes[i] & 0xffff);
    }
    undo_finish(&undo);
}

static void nothing_is_written_while_it_is_off(void **state)
{
    struct undo undo;
    int a = 1;

    undo_init(&undo);
    undo.off = true;
    set(&undo, &a, 2);
    assert_int_equal(undo.used, 0);
    undo_finish(&undo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_are_taken_back_last_first),
        cmocka_unit_test(what_stands_is_forgotten),
        cmocka_unit_test(records_of_all_sizes_come_back_whole),
        cmocka_unit_test(nothing_is_written_while_it_is_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
