/* store/embedded/checkpoint.h - moving pages from the write-ahead log into the file, beside the
 * ledger's thread.
 *
 * SQLite would do it at the end of some commit, which then takes ten times as long as the others,
 * and would not tell of a sync that failed.  So a thread of our own does it, with a connection of
 * its own, while commits go on.  The log is begun anew only when all of it has been moved and
 * nobody writes; under load that moment never comes by itself.  So when the thread has left little
 * enough, the ledger's thread moves the rest, between two commits.
 *
 * The thread starts with the first log that is worth it.  Where it cannot, the ledger's thread
 * does all the work.
 */
#ifndef STORE_EMBEDDED_CHECKPOINT_H
#define STORE_EMBEDDED_CHECKPOINT_H

#include <pthread.h>
#include "store/embedded/database.h"

struct checkpoint {
    struct database *ledger; /* the ledger's connection; borrowed */
    const char *path;        /* borrowed */
    bool sync_off;
    int pages;       /* in the log, as of the last commit */
    bool has_thread; /* from here on the thread's too, under the lock */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool asked;
    bool stopping;
    bool ended; /* it could not start, or was stopped: the ledger's thread does all the work */
    int moved;  /* pages of the log that are in the file */
    enum err err;
};

void checkpoint_init(struct checkpoint *checkpoint, struct database *ledger, const char *path,
                     bool sync_off);
/* Ends the thread; moves nothing. */
void checkpoint_finish(struct checkpoint *checkpoint);

/* After every commit.  ERR_IO, ERR_CORRUPT: a sync failed, of this or of the thread: what was
 * committed is in the log, but nothing more may be. */
enum err checkpoint_after_commit(struct checkpoint *checkpoint) MUST_CHECK;

#endif
