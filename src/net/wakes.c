#include "net/wakes.h"

#include <stdatomic.h>
#include "net/turn.h"

void wakes_init(struct wakes *wakes)
{
    atomic_init(&wakes->newest, NULL);
}

void wakes_push(struct wakes *wakes, struct turn *turn)
{
    struct turn *newest = atomic_load_explicit(&wakes->newest, memory_order_relaxed);

    do
        turn->wake_next = newest;
    while (!atomic_compare_exchange_weak_explicit(&wakes->newest, &newest, turn,
                                                  memory_order_release, memory_order_relaxed));
}

bool wakes_wait(struct wakes *wakes)
{
    return atomic_load_explicit(&wakes->newest, memory_order_relaxed) != NULL;
}

struct turn *wakes_take(struct wakes *wakes)
{
    struct turn *turn = atomic_exchange_explicit(&wakes->newest, NULL, memory_order_acquire);
    struct turn *oldest = NULL;

    while (turn != NULL) {
        struct turn *next = turn->wake_next;
        turn->wake_next = oldest;
        oldest = turn;
        turn = next;
    }
    return oldest;
}
