/* The arena: aligned, zeroed, bounded, and free of charge once it is warm. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/arena.h"

static void memory_is_aligned_zeroed_and_apart(void **state)
{
    struct arena arena;
    unsigned char *last = NULL;

    arena_init(&arena, 1u << 20);
    for (size_t size = 1; size < 1000; size += 7) {
        unsigned char *data = arena_take(&arena, size);

        assert_non_null(data);
        assert_int_equal((uintptr_t)data % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(data[i], 0);
        memset(data, 0xFF, size);
        if (last != NULL)
            assert_int_equal(last[0], 0xFF); /* nobody zeroed it */
        last = data;
    }
    arena_finish(&arena);
}

static void what_was_rewound_is_zeroed_again(void **state)
{
    struct arena arena;
    struct arena_mark mark;
    char *before, *data, *again;

    arena_init(&arena, 1u << 20);
    before = arena_take(&arena, 10);
    memcpy(before, "kept", 5);
    mark = arena_mark(&arena);
    data = arena_take(&arena, 100);
    memset(data, 0xFF, 100);
    arena_take(&arena, 100000); /* into another chunk */
    arena_rewind(&arena, mark);
    again = arena_take(&arena, 100);
    assert_ptr_equal(again, data);
    assert_int_equal(again[99], 0);
    assert_string_equal(before, "kept");
    arena_finish(&arena);
}

static void the_limit_is_an_error_that_leaves_the_arena_usable(void **state)
{
    struct arena arena;

    arena_init(&arena, 64u << 10);
    assert_null(arena_take(&arena, 64u << 10)); /* the chunk's own head does not fit */
    assert_non_null(arena_take(&arena, 60u << 10));
    assert_null(arena_take(&arena, 8u << 10));
    assert_non_null(arena_take(&arena, 1u << 10));
    assert_true(arena.total_bytes <= arena.limit_bytes);
    assert_null(arena_take(&arena, SIZE_MAX));
    assert_null(arena_take(&arena, SIZE_MAX - 16));
    assert_null(arena_take_array(&arena, SIZE_MAX / 2, 3)); /* the product wraps */
    arena_finish(&arena);

    arena_init(&arena, 0);
    assert_null(arena_take(&arena, 1));
    arena_finish(&arena);
}

static void chunks_double_and_are_kept_for_the_next_request(void **state)
{
    struct arena arena;
    size_t total_bytes;

    arena_init(&arena, 1u << 20);
    for (int i = 0; i < 1000; i++)
        assert_non_null(arena_take(&arena, 100));
    total_bytes = arena.total_bytes;
    assert_true(total_bytes >= 100000 && total_bytes < 300000);

    for (int request = 0; request < 3; request++) {
        arena_reset(&arena, 1u << 20);
        for (int i = 0; i < 1000; i++)
            assert_non_null(arena_take(&arena, 100));
        assert_int_equal(arena.total_bytes, total_bytes);
    }
    arena_reset(&arena, 10000);
    assert_true(arena.total_bytes > 0 && arena.total_bytes <= 10000);
    arena_reset(&arena, 0);
    assert_int_equal(arena.total_bytes, 0);
    arena_finish(&arena);
}

/* Small chunks left from before must not stand in the way of one large piece. */
static void unused_chunks_make_room(void **state)
{
    struct arena arena;

    arena_init(&arena, 64u << 10);
    while (arena_take(&arena, 1000) != NULL)
        ;
    arena_rewind(&arena, (struct arena_mark){ .chunk = NULL });
    assert_non_null(arena_take(&arena, 60u << 10));
    arena_finish(&arena);
}

/* Two large arenas get what one budget has, and a small one always something. */
static void a_budget_is_shared(void **state)
{
    struct arena_budget budget;
    struct arena first, second;

    arena_budget_init(&budget, 128u << 10, 8u << 10, 0);
    arena_init_within(&first, 1u << 20, &budget);
    arena_init_within(&second, 1u << 20, &budget);
    assert_non_null(arena_take(&first, 90u << 10));
    assert_true(budget.used_bytes > 90u << 10);
    assert_null(arena_take(&second, 30u << 10)); /* there is room, but not for what is large */
    assert_non_null(arena_take(&second, 6u << 10));
    assert_null(arena_take(&second, 6u << 10));
    arena_reset(&first, 0);
    assert_non_null(arena_take(&second, 60u << 10));
    assert_null(arena_take(&first, 60u << 10));
    arena_finish(&second);
    arena_finish(&first);
    assert_int_equal(budget.used_bytes, 0);
    assert_non_null(arena_take(&first, 90u << 10)); /* it is still within the same budget */
    assert_null(arena_take(&second, 90u << 10));
    arena_finish(&first);
    arena_finish(&second);
    arena_budget_finish(&budget);
}

/* What one large request had is there for the next, and for small ones when they want it. */
static void large_chunks_are_handed_on(void **state)
{
    struct arena_budget budget;
    struct arena first, second;
    void *large;

    arena_budget_init(&budget, 1u << 20, 8u << 10, 300u << 10);
    arena_init_within(&first, 4u << 20, &budget);
    arena_init_within(&second, 4u << 20, &budget);
    large = arena_take(&first, 200u << 10);
    assert_non_null(large);
    memset(large, 0xFF, 200u << 10);
    arena_reset(&first, 0);
    assert_int_equal(first.total_bytes, 0);
    assert_true(budget.spare_bytes >= 200u << 10);
    assert_int_equal(budget.used_bytes, budget.spare_bytes);

    assert_ptr_not_equal(arena_take(&second, 90u << 10), large); /* it is much more than that */
    arena_finish(&second);
    assert_true(budget.spare_bytes >= 290u << 10);
    assert_ptr_equal(arena_take(&second, 170u << 10), large);
    assert_int_equal(((char *)large)[0], 0);
    assert_int_equal(((char *)large)[(170u << 10) - 1], 0);
    assert_true(second.total_bytes >= 200u << 10); /* all of it counts */
    arena_finish(&second);

    assert_non_null(arena_take(&first, 400u << 10)); /* too much to be kept */
    arena_finish(&first);
    assert_int_equal(budget.used_bytes, budget.spare_bytes);
    assert_non_null(arena_take(&first, 700u << 10)); /* there is no room beside the spares */
    assert_int_equal(budget.spare_bytes, 0);
    arena_finish(&first);

    arena_init_within(&first, 190u << 10, &budget);
    assert_non_null(arena_take(&second, 200u << 10));
    arena_finish(&second);
    assert_non_null(arena_take(&first, 170u << 10)); /* a spare one would break its limit */
    assert_true(first.total_bytes <= 190u << 10);
    arena_finish(&first);
    arena_budget_finish(&budget);
    assert_int_equal(budget.used_bytes, 0);
}

static void nothing_is_kept_when_it_is_short(void **state)
{
    struct arena_budget budget;
    struct arena first, second;

    arena_budget_init(&budget, 64u << 10, 8u << 10, 0);
    arena_init_within(&first, 1u << 20, &budget);
    arena_init_within(&second, 1u << 20, &budget);
    assert_non_null(arena_take(&first, 6u << 10));
    arena_reset(&first, 8u << 10);
    assert_true(first.total_bytes > 0);
    assert_non_null(arena_take(&second, 30u << 10));
    arena_reset(&first, 8u << 10);
    assert_int_equal(first.total_bytes, 0);
    arena_finish(&second);
    arena_finish(&first);
    arena_budget_finish(&budget);
}

static void nothing_may_be_asked_for(void **state)
{
    struct arena arena;

    arena_init(&arena, 1u << 20);
    assert_non_null(arena_take(&arena, 0));
    assert_non_null(arena_new(&arena, struct arena, 0));
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_aligned_zeroed_and_apart),
        cmocka_unit_test(what_was_rewound_is_zeroed_again),
        cmocka_unit_test(the_limit_is_an_error_that_leaves_the_arena_usable),
        cmocka_unit_test(chunks_double_and_are_kept_for_the_next_request),
        cmocka_unit_test(unused_chunks_make_room),
        cmocka_unit_test(a_budget_is_shared),
        cmocka_unit_test(large_chunks_are_handed_on),
        cmocka_unit_test(nothing_is_kept_when_it_is_short),
        cmocka_unit_test(nothing_may_be_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
