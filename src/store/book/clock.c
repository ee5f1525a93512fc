/* The test environment's clock, where it was set. */
#include <string.h>
#include "store/book/books.h"

static void clock_restore(void *owner, const void *record)
{
    struct books *books = owner;

    memcpy(&books->test_clock, record, sizeof books->test_clock);
}

struct instant books_test_clock(struct store *store)
{
    return books_of(store)->test_clock;
}

enum err books_test_clock_put(struct store *store, struct instant frozen_at)
{
    struct books *books = books_of(store);
    enum err e = undo_write(&books->undo, clock_restore, books, &books->test_clock,
                            sizeof books->test_clock);

    if (e == OK)
        e = pending_test_clock(&books->pending, frozen_at);
    if (e == OK)
        books->test_clock = frozen_at;
    return e;
}
