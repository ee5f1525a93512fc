/* Arrays that grow: the chunked ones never move what is in them. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "store/book/room.h"

static void elements_stay_where_they_are(void **state)
{
    enum { COUNT = 5000 };
    static uint64_t *places[COUNT];
    struct chunked chunked;

    chunked_init(&chunked, sizeof(uint64_t));
    for (uint64_t i = 0; i < COUNT; i++) {
        void *place;

        assert_int_equal(chunked_add(&chunked, &place), OK);
        places[i] = place;
        assert_int_equal(*places[i], 0);
        *places[i] = i + 1;
    }
    for (uint64_t i = 0; i < COUNT; i++) {
        assert_ptr_equal(chunked_at(&chunked, i), places[i]);
        assert_int_equal(*places[i], i + 1);
    }
    chunked_finish(&chunked);
}

static void what_is_cut_comes_back_empty(void **state)
{
    struct chunked chunked;
    void *place, *again;

    chunked_init(&chunked, 16);
    for (int i = 0; i < 1025; i++)
        assert_int_equal(chunked_add(&chunked, &place), OK);
    ((char *)place)[3] = 7;
    chunked_cut(&chunked, 1024);
    assert_int_equal(chunked.count, 1024);
    assert_int_equal(chunked_add(&chunked, &again), OK);
    assert_ptr_equal(place, again);
    assert_int_equal(((char *)again)[3], 0);
    chunked_finish(&chunked);
}

static void a_plain_array_keeps_its_items_as_it_grows(void **state)
{
    uint32_t *items = NULL;
    size_t capacity = 0;

    for (uint32_t i = 0; i < 1000; i++) {
        items = room_grow(items, sizeof *items, &capacity, i + 1);
        assert_non_null(items);
        assert_true(capacity > i);
        items[i] = i;
    }
    assert_true(capacity < 2000);
    for (uint32_t i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
    assert_null(room_grow(items, SIZE_MAX / 2, &capacity, 100000));
    assert_int_equal(items[999], 999);
    room_free(items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_stay_where_they_are),
        cmocka_unit_test(what_is_cut_comes_back_empty),
        cmocka_unit_test(a_plain_array_keeps_its_items_as_it_grows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
