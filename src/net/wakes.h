/* net/wakes.h - parked exchanges that are to be taken up again: many threads put, one takes.
 *
 * A stack of Treiber's that is taken whole, and so has no ABA problem.  Putting rings nobody:
 * who has put the last of a batch does it, so that a batch costs one system call a loop.
 */
#ifndef NET_WAKES_H
#define NET_WAKES_H

#include <stdbool.h>
#include <stddef.h>

struct turn;

struct wakes {
    _Atomic(struct turn *) newest;
};

void wakes_init(struct wakes *wakes);

/* Any thread.  The turn belongs to the loop from here on. */
void wakes_push(struct wakes *wakes, struct turn *turn);

/* Any thread. */
bool wakes_wait(struct wakes *wakes);

/* The loop's thread.  All there are, the oldest first, linked by wake_next; NULL when none. */
struct turn *wakes_take(struct wakes *wakes);

#endif
