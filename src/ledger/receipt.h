/* ledger/receipt.h - the reply to a mutation, kept under its idempotency key (rule 11).
 *
 * Kept are replies of commands that began executing: successes, and refusals by the state of the
 * book.  A command that was wrong in itself (status 400), or named what is not in the directory,
 * may be put right and sent again under its key.  A dry run keeps nothing.
 * Thread: the ledger's.
 */
#ifndef LEDGER_RECEIPT_H
#define LEDGER_RECEIPT_H

#include "ledger/state.h"

/* Answers a job whose key is known: with its receipt, or with KEY_REUSED when the receipt is of
 * another request.  *ret: it was answered.  ERR_NOMEM, and what the store fails with. */
enum err receipt_replay(struct ledger *ledger, struct job *job, bool *ret) MUST_CHECK;

/* Has the reply rendered and kept, if it is one to keep.  ERR_NOMEM: there was none to render it or
 * to keep it; and what else the store fails with. */
enum err receipt_keep(struct ledger *ledger, struct batch *batch, struct job *job) MUST_CHECK;

#endif
