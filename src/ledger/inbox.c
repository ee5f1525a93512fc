#include "ledger/inbox.h"

#include <time.h>
#include "base/clock.h"
#include "ledger/ledger.h"

/* Design.  The jobs form a stack: pushing swaps the head, taking swaps it for NULL and turns the
 * list around.  There is no pop of a single element, and so no ABA problem.
 *
 * Sleeping: the taker says so in `asleep` and then looks at the head once more; a pusher
 * changes the head and then looks at `asleep`.  In the one order of all these operations
 * (they are sequentially consistent) one of the two must see the other.  Whoever turns `asleep`
 * back does the waking, so there is one wake-up for all who push meanwhile. */

static struct job closed_mark; /* only its address is used */
#define CLOSED (&closed_mark)

void inbox_init(struct inbox *inbox, size_t limit)
{
    pthread_condattr_t attributes;

    assert(limit > 0);
    inbox->limit = limit;
    atomic_init(&inbox->head, NULL);
    atomic_init(&inbox->waiting, 0);
    atomic_init(&inbox->asleep, false);
    atomic_init(&inbox->roused, false);
    pthread_mutex_init(&inbox->mutex, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&inbox->woken, &attributes);
    pthread_condattr_destroy(&attributes);
}

void inbox_finish(struct inbox *inbox)
{
    struct job *head = atomic_load(&inbox->head);

    assert(head == NULL || head == CLOSED);
    pthread_cond_destroy(&inbox->woken);
    pthread_mutex_destroy(&inbox->mutex);
}

static void wake(struct inbox *inbox)
{
    if (!atomic_load(&inbox->asleep))
        return;
    if (!atomic_exchange(&inbox->asleep, false))
        return;
    pthread_mutex_lock(&inbox->mutex);
    pthread_cond_signal(&inbox->woken);
    pthread_mutex_unlock(&inbox->mutex);
}

enum err inbox_push(struct inbox *inbox, struct job *job)
{
    struct job *head;

    assert(job != NULL);
    if (atomic_fetch_add(&inbox->waiting, 1) >= inbox->limit)
        goto busy;
    head = atomic_load(&inbox->head);
    do {
        if (head == CLOSED)
            goto busy;
        job->next = head;
    } while (!atomic_compare_exchange_weak(&inbox->head, &head, job));
    wake(inbox);
    return OK;
busy:
    atomic_fetch_sub(&inbox->waiting, 1);
    return ERR_BUSY;
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

void inbox_sleep(struct inbox *inbox, int64_t timeout_us)
{
    struct timespec deadline = deadline_after(timeout_us > 0 ? timeout_us : 0);
    int status = 0;

    pthread_mutex_lock(&inbox->mutex);
    atomic_store(&inbox->asleep, true);
    if (atomic_load(&inbox->head) != NULL || atomic_exchange(&inbox->roused, false))
        atomic_store(&inbox->asleep, false);
    while (atomic_load(&inbox->asleep) && status == 0)
        status = pthread_cond_timedwait(&inbox->woken, &inbox->mutex, &deadline);
    atomic_store(&inbox->asleep, false);
    pthread_mutex_unlock(&inbox->mutex);
}
