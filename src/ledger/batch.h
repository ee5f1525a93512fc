/* ledger/batch.h - one turn of the ledger: everything that has arrived, and one commit.
 *
 *     gather   take the inbox; look at the clock
 *     fill     time's own commands, then job after job; time again where a job made something due
 *     commit   once, unless nothing was changed
 *     answer   hand the jobs back, or send them on to the reader
 *
 * A batch that cannot be committed has not happened.  When the disk is full or memory short, its
 * commands fail with that error and its queries are answered again from what is committed.
 * After any other error the ledger has failed: all jobs get ERR_IO, now and later.
 * Thread: the ledger's.
 */
#ifndef LEDGER_BATCH_H
#define LEDGER_BATCH_H

#include "ledger/state.h"

/* True when there was anything to do. */
bool batch_turn(struct ledger *ledger);

/* Adds to what waits outside the inbox. */
void batch_gather(struct ledger *ledger, struct job *taken);

#endif
