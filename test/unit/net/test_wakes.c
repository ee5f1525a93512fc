/* Many threads put, one takes. */
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "net/turn.h"
#include "net/wakes.h"

static void what_was_put_first_is_taken_first(void **state)
{
    static struct turn turns[3];
    struct wakes wakes;
    struct turn *turn;

    wakes_init(&wakes);
    assert_null(wakes_take(&wakes));
    assert_false(wakes_wait(&wakes));
    wakes_push(&wakes, &turns[0]);
    assert_true(wakes_wait(&wakes));
    wakes_push(&wakes, &turns[1]);
    wakes_push(&wakes, &turns[2]);
    turn = wakes_take(&wakes);
    for (size_t i = 0; i < 3; i++) {
        assert_ptr_equal(turn, &turns[i]);
        turn = turn->wake_next;
    }
    assert_null(turn);
    assert_null(wakes_take(&wakes));
    assert_false(wakes_wait(&wakes));
    wakes_push(&wakes, &turns[1]);
    assert_true(wakes_wait(&wakes));
}

#define THREADS 4
#define TURNS_EACH 20000

static struct wakes shared;
static struct turn *pool;

static void *push_all(void *argument)
{
    struct turn *turns = pool + TURNS_EACH * (size_t)(uintptr_t)argument;

    for (size_t i = 0; i < TURNS_EACH; i++) {
        turns[i].sent_bytes = i + 1;
        wakes_push(&shared, &turns[i]);
    }
    return NULL;
}

static void nothing_is_lost_between_threads(void **state)
{
    pthread_t threads[THREADS];
    size_t taken = 0, last[THREADS] = { 0 };

    pool = calloc(THREADS * TURNS_EACH, sizeof *pool);
    assert_non_null(pool);
    wakes_init(&shared);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, push_all, (void *)(uintptr_t)i), 0);
    while (taken < THREADS * TURNS_EACH) {
        struct turn *turn = wakes_take(&shared);
        for (; turn != NULL; turn = turn->wake_next) {
            size_t thread = (size_t)(turn - pool) / TURNS_EACH;
            assert_int_equal(turn->sent_bytes, last[thread] + 1); /* in the order of each */
            last[thread] = turn->sent_bytes;
            taken++;
        }
    }
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_first_is_taken_first),
        cmocka_unit_test(nothing_is_lost_between_threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
