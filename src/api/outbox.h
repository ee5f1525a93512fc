/* api/outbox.h - jobs of one network thread on their way to the ledger.
 *
 * A thread starts the requests that have come to it together, and hands their jobs on together:
 * one swap, and one waking of the ledger, for all of them.  Each network thread has its own, and
 * nobody else touches it.
 */
#ifndef API_OUTBOX_H
#define API_OUTBOX_H

#include <stddef.h>

struct job;
struct ledger;

/* So many start the ledger while more are read. */
#define OUTBOX_JOBS_MAX 32u

struct outbox {
    struct job *newest;
    struct job *oldest;
    size_t count;
    size_t apart[5]; /* another thread's begins on another cache line */
};

/* From here on the job may be done at any moment, even before this returns.  One that the ledger
 * has no room for is done with ERR_BUSY. */
void outbox_put(struct outbox *outbox, struct ledger *ledger, struct job *job);
void outbox_flush(struct outbox *outbox, struct ledger *ledger);

#endif
