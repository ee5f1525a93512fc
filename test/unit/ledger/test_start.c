/* A ledger whose threads the system does not give. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <pthread.h>
#include "desk.h"

static int threads_left;

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *context), void *context);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *context), void *context);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *context), void *context)
{
    return threads_left-- > 0 ? __real_pthread_create(thread, attributes, run, context) : EAGAIN;
}

/* Nothing has begun, so it can be tried again. */
static void a_ledger_starts_with_all_its_threads_or_not(void **state)
{
    struct desk desk;
    struct slip *slip;

    (void)state;
    desk_open(&desk);
    for (int count = 0; count < 2; count++) {
        threads_left = count;
        assert_int_equal(ledger_start(desk.ledger), ERR_NOMEM);
        assert_granted(slip_do(ask_customer(&desk, count == 0 ? "a" : "b"))); /* on this thread */
    }
    threads_left = 2;
    assert_int_equal(ledger_start(desk.ledger), OK);
    slip = ask_customer(&desk, "c");
    slip_submit(slip);
    ledger_stop(desk.ledger);
    assert_granted(slip);
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ledger_starts_with_all_its_threads_or_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
