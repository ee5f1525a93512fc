/* ledger/inbox.h - where jobs wait for the one thread that works them off.
 *
 * Any number of threads push; one thread takes all that is there at once, oldest first, and
 * sleeps here when there is nothing.  Pushing takes no lock: it is one swap for a whole list of
 * jobs, and one system call when the taker sleeps, once, however many push.
 *
 * A job counts as waiting from the push until the taker says that its work has begun, so the
 * limit also bounds what was taken and stands aside.
 */
#ifndef LEDGER_INBOX_H
#define LEDGER_INBOX_H

#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

struct job;

struct inbox {
    _Atomic(struct job *) head; /* newest first; a mark of its own once the inbox is closed */
    _Atomic size_t waiting;
    _Atomic size_t wanted; /* so many waiting end the taker's sleep */
    size_t limit;
    _Atomic bool asleep;
    _Atomic bool roused;
    sem_t woken; /* posted by whoever turns `asleep` back, and only then */
};

void inbox_init(struct inbox *inbox, size_t limit);
void inbox_finish(struct inbox *inbox);

/* Any thread.  ERR_BUSY: limit jobs wait, or the inbox is closed; the job is still the caller's. */
enum err inbox_push(struct inbox *inbox, struct job *job) MUST_CHECK;
/* The same for count jobs, the newest first by job->next, down to the oldest.  Returns those that
 * there was no room for, the newest ones, still in that order; NULL: none. */
struct job *inbox_push_all(struct inbox *inbox, struct job *newest, struct job *oldest,
                           size_t count) MUST_CHECK;
size_t inbox_waiting(struct inbox *inbox);
/* Any thread: ends the taker's sleep, or keeps it from the next one. */
void inbox_rouse(struct inbox *inbox);

/* The taker's.  A list by job->next, in the order in which each thread pushed; NULL: nothing. */
struct job *inbox_take(struct inbox *inbox);
/* The same, and from now on nothing can be pushed. */
struct job *inbox_close(struct inbox *inbox);
/* Work on so many jobs has begun. */
void inbox_begun(struct inbox *inbox, size_t count);
/* Until something is pushed, somebody rouses it, or the time is over. */
void inbox_sleep(struct inbox *inbox, int64_t timeout_us);
/* The same until so many wait, counting those whose work has not begun. */
void inbox_sleep_for(struct inbox *inbox, size_t wanted, int64_t timeout_us);

#endif
