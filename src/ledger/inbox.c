#include "ledger/inbox.h"

#include <errno.h>
#include <time.h>
#include "base/clock.h"
#include "ledger/ledger.h"

/* Design.  The jobs form a stack: pushing swaps the head, taking swaps it for NULL and turns the
 * list around.  There is no pop of a single element, and so no ABA problem.
 *
 * Sleeping: the taker says so in `asleep` and then looks at the head and the count once more; a
 * pusher changes them and then looks at `asleep`.  In the one order of all these operations
 * (they are sequentially consistent) one of the two must see the other.  Whoever turns `asleep`
 * back does the waking, so there is one wake-up for all who push meanwhile. */

static struct job closed_mark; /* only its address is used */
#define CLOSED (&closed_mark)

void inbox_init(struct inbox *inbox, size_t limit)
{
    int status;

    assert(limit > 0);
    inbox->limit = limit;
    atomic_init(&inbox->head, NULL);
    atomic_init(&inbox->waiting, 0);
    atomic_init(&inbox->wanted, 1);
    atomic_init(&inbox->asleep, false);
    atomic_init(&inbox->roused, false);
    status = sem_init(&inbox->woken, 0, 0);
    assert(status == 0);
}

void inbox_finish(struct inbox *inbox)
{
    struct job *head = atomic_load(&inbox->head);

    assert(head == NULL || head == CLOSED);
    sem_destroy(&inbox->woken);
}

static void wake(struct inbox *inbox)
{
    if (!atomic_load(&inbox->asleep))
        return;
    if (atomic_exchange(&inbox->asleep, false))
        (void)sem_post(&inbox->woken);
}

/* How many of count more there is room for; they count as waiting from here on. */
static size_t room_take(struct inbox *inbox, size_t count)
{
    size_t waiting = atomic_fetch_add(&inbox->waiting, count);
    size_t room = waiting < inbox->limit ? inbox->limit - waiting : 0;

    if (room >= count)
        return count;
    atomic_fetch_sub(&inbox->waiting, count - room);
    return room;
}

/* False: the inbox is closed. */
static bool push(struct inbox *inbox, struct job *newest, struct job *oldest)
{
    struct job *head = atomic_load(&inbox->head);

    do {
        if (head == CLOSED)
            return false;
        oldest->next = head;
    } while (!atomic_compare_exchange_weak(&inbox->head, &head, newest));
    return true;
}

struct job *inbox_push_all(struct inbox *inbox, struct job *newest, struct job *oldest,
                           size_t count)
{
    size_t room = room_take(inbox, count);
    struct job *refused = NULL, **link = &refused;

    assert(count > 0);
    oldest->next = NULL;
    for (size_t i = room; i < count; i++) {
        assert(newest != NULL); /* there are count of them */
        *link = newest;
        link = &newest->next;
        newest = newest->next;
    }
    *link = NULL;
    if (room == 0)
        return refused;
    if (push(inbox, newest, oldest)) {
        if (atomic_load(&inbox->waiting) >= atomic_load(&inbox->wanted))
            wake(inbox);
        return refused;
    }
    atomic_fetch_sub(&inbox->waiting, room);
    oldest->next = NULL;
    *link = newest;
    return refused;
}

enum err inbox_push(struct inbox *inbox, struct job *job)
{
    return inbox_push_all(inbox, job, job, 1) == NULL ? OK : ERR_BUSY;
}

size_t inbox_waiting(struct inbox *inbox)
{
    size_t waiting = atomic_load(&inbox->waiting);

    return waiting < inbox->limit ? waiting : inbox->limit; /* those being turned away count not */
}

void inbox_rouse(struct inbox *inbox)
{
    atomic_store(&inbox->roused, true);
    wake(inbox);
}

static struct job *oldest_first(struct job *newest)
{
    struct job *oldest = NULL;

    while (newest != NULL) {
        struct job *older = newest->next;

        newest->next = oldest;
        oldest = newest;
        newest = older;
    }
    return oldest;
}

struct job *inbox_take(struct inbox *inbox)
{
    struct job *head = atomic_load(&inbox->head);

    if (head == NULL || head == CLOSED)
        return NULL;
    return oldest_first(atomic_exchange(&inbox->head, NULL));
}

struct job *inbox_close(struct inbox *inbox)
{
    struct job *head = atomic_exchange(&inbox->head, CLOSED);

    return head == CLOSED ? NULL : oldest_first(head);
}

void inbox_begun(struct inbox *inbox, size_t count)
{
    size_t before = atomic_fetch_sub(&inbox->waiting, count);

    assert(before >= count);
}

static struct timespec deadline_after(int64_t timeout_us)
{
    int64_t us = clock_monotonic_us() + timeout_us;

    return (struct timespec){ .tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000 };
}

/* deadline NULL: for ever.  False: it has passed. */
static bool woken_until(struct inbox *inbox, const struct timespec *deadline)
{
    int status;

    do
        status = deadline == NULL ? sem_wait(&inbox->woken)
                                  : sem_clockwait(&inbox->woken, CLOCK_MONOTONIC, deadline);
    while (status != 0 && errno == EINTR);
    return status == 0;
}

/* A closed inbox has all that it will ever have. */
static bool has_enough(struct inbox *inbox)
{
    struct job *head = atomic_load(&inbox->head);

    return head == CLOSED ||
           (head != NULL && atomic_load(&inbox->waiting) >= atomic_load(&inbox->wanted));
}

void inbox_sleep_for(struct inbox *inbox, size_t wanted, int64_t timeout_us)
{
    struct timespec deadline = deadline_after(timeout_us > 0 ? timeout_us : 0);
    bool woken = false;

    assert(wanted > 0);
    atomic_store(&inbox->wanted, wanted);
    atomic_store(&inbox->asleep, true);
    if (!has_enough(inbox) && !atomic_exchange(&inbox->roused, false))
        woken = woken_until(inbox, &deadline);
    if (!woken && !atomic_exchange(&inbox->asleep, false))
        (void)woken_until(inbox, NULL); /* somebody is about to post, or has */
    atomic_store(&inbox->wanted, 1);
}

void inbox_sleep(struct inbox *inbox, int64_t timeout_us)
{
    inbox_sleep_for(inbox, 1, timeout_us);
}
