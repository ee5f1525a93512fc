/* ledger/ledgers.h - which accounts a page of ledgers is about, and what the book in memory knows
 * of them.  For query.c; walk.c does the rest, on the reader's thread.
 *
 * A page goes on after a place: `after` is the number of a customer, then that of a credit type
 * in the lower half; `after_entry` is the last line that was shown of that account, 0 when all
 * were.  Both numbers are those of the directory, which the two books share.
 *
 * Refusals and ERR_NOMEM, ERR_IO, ERR_CORRUPT as in query.h.
 */
#ifndef LEDGER_LEDGERS_H
#define LEDGER_LEDGERS_H

#include "ledger/state.h"

enum err ledgers_answer(struct store *store, struct job *job) MUST_CHECK;

uint64_t ledgers_place(uint32_t customer, uint32_t credit_type);

#endif
