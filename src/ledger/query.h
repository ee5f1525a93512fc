/* ledger/query.h - the ledger thread's part of answering a query: what is in memory.
 *
 * Fills in job->answer, and job->errand where the disk is needed.  Bounded work, but for a
 * balance with all its grants, which is bounded by ACCOUNT_GRANTS_LIVE_MAX.  Refusals and errors
 * of the job alone are kept in the job, as with commands.
 */
#ifndef LEDGER_QUERY_H
#define LEDGER_QUERY_H

#include "ledger/state.h"

/* now: the instant that the answer is of. */
enum err query_answer(struct ledger *ledger, struct job *job, struct instant now) MUST_CHECK;

/* QUERY_BOOK is answered when the batch is committed, since the hash is made then. */
void query_book(struct ledger *ledger, struct job *job);

#endif
