/* ledger/uses.h - holds and deductions by themselves: what has become of them.  For query.c.
 *
 * Refusals and ERR_NOMEM, ERR_IO, ERR_CORRUPT as in query.h.  Thread: the ledger's.
 */
#ifndef LEDGER_USES_H
#define LEDGER_USES_H

#include "ledger/state.h"

enum err uses_answer_holds(struct store *store, struct job *job) MUST_CHECK;
enum err uses_answer(struct store *store, struct job *job) MUST_CHECK;

#endif
