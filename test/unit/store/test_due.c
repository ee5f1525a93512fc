/* The heap of what is due, against a plain array that cannot be wrong. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/random.h"
#include "store/book/due.h"

enum { THINGS = 200 };

/* When each thing is due; 0: never.  What the heap holds besides has been overtaken. */
struct world {
    int64_t at_us[THINGS];
};

static bool still_holds(const void *owner, const struct due *due)
{
    const struct world *world = owner;

    return world->at_us[due->number] == due->at.us;
}

static struct due due_of(const struct world *world, uint64_t number)
{
    return (struct due){
        .at = { world->at_us[number] },
        .kind = number % 3 == 0   ? COMMAND_ACTIVATE
                : number % 3 == 1 ? COMMAND_EXPIRE
                                  : COMMAND_LAPSE,
        .number = number,
    };
}

/* 0: nothing is due. */
static uint64_t earliest(const struct world *world)
{
    uint64_t best = 0;

    for (uint64_t i = 1; i < THINGS; i++) {
        if (world->at_us[i] != 0 && (best == 0 || world->at_us[i] < world->at_us[best]))
            best = i;
    }
    return best;
}

static void the_earliest_comes_first_whatever_was_overtaken(void **state)
{
    struct random random = random_seeded(1);
    struct world world = { .at_us = { 0 } };
    struct due_heap heap;
    struct due due;
    size_t largest = 0;

    due_init(&heap, still_holds, &world);
    for (int step = 0; step < 100000; step++) {
        uint64_t number = random_below(&random, THINGS - 1) + 1;

        world.at_us[number] = (int64_t)random_below(&random, 1000);
        if (world.at_us[number] != 0)
            assert_int_equal(due_push(&heap, due_of(&world, number)), OK);
        largest = heap.count > largest ? heap.count : largest;
        if (step % 7 != 0)
            continue;
        number = earliest(&world);
        assert_int_equal(due_first(&heap, &due), number != 0);
        if (number == 0)
            continue;
        assert_int_equal(due.number, number);
        assert_int_equal(due.at.us, world.at_us[number]);
        assert_int_equal(due.kind, due_of(&world, number).kind);
        world.at_us[number] = 0; /* done */
    }
    assert_in_range(largest, 500, 2048); /* it was sifted through, again and again */
    due_finish(&heap);
}

static void what_was_thrown_out_can_be_put_back(void **state)
{
    struct world world = { .at_us = { 0 } };
    struct due_heap heap;
    struct due due;

    due_init(&heap, still_holds, &world);
    world.at_us[1] = 5;
    assert_int_equal(due_push(&heap, due_of(&world, 1)), OK);
    assert_int_equal(due_reserve(&heap), OK);
    world.at_us[1] = 0;
    assert_false(due_first(&heap, &due)); /* and it is gone */
    world.at_us[1] = 5;                   /* but its end is taken back */
    due_put_back(&heap, due_of(&world, 1));
    assert_true(due_first(&heap, &due));
    assert_int_equal(due.number, 1);
    due_release(&heap);
    assert_int_equal(heap.reserved, 0);
    due_finish(&heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_earliest_comes_first_whatever_was_overtaken),
        cmocka_unit_test(what_was_thrown_out_can_be_put_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
