/* ledger/reader.h - the thread that reads from the disk what answers need beside the heads.
 *
 * The ledger's thread sends it jobs with errands, once their batch is committed; it runs them one
 * by one, in the order of ledger/reads.h, and hands the jobs back itself.  Those that were
 * abandoned meanwhile are not run.  Without threads errands run on the caller's, at once.
 */
#ifndef LEDGER_READER_H
#define LEDGER_READER_H

#include <pthread.h>
#include <stdatomic.h>
#include "ledger/inbox.h"
#include "ledger/reads.h"
#include "store/store.h"

struct ledger_options;

struct reader {
    struct store *store;
    const struct ledger_options *options;
    struct store_reader *handle; /* opened, used and closed by one thread; NULL: not yet */
    struct inbox inbox;          /* the ledger's thread pushes */
    struct reads reads;          /* taken from the inbox */
    _Atomic size_t rows_waiting; /* of both */
    _Atomic bool stops;
    bool is_started;
    pthread_t thread;
};

void reader_init(struct reader *reader, const struct ledger_options *options);
void reader_finish(struct reader *reader); /* stopped */

enum err reader_start(struct reader *reader) MUST_CHECK;
/* Started.  Ends the thread after the errand at hand; other jobs are handed back with ERR_BUSY. */
void reader_stop(struct reader *reader);

/* Runs the job's errand and hands the job back, on the reader's thread or at once.  With more than
 * READER_ROWS_MAX waiting, the job is handed back with ERR_BUSY. */
void reader_send(struct reader *reader, struct job *job);

#endif
