#include "suite.h"

#include <stdlib.h>

int suite_setup(void **state)
{
    struct desk *desk = malloc(sizeof *desk);

    assert_non_null(desk);
    desk_init(desk, subject_store.open());
    *state = desk;
    return 0;
}

int suite_teardown(void **state)
{
    struct desk *desk = *state;

    subject_store.close(desk->store);
    desk_finish(desk);
    free(desk);
    return 0;
}
