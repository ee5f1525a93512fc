/* ledger/ahead.h - what the next jobs need is fetched into the processor's caches in time.
 *
 * Of a hundred thousand customers each is a stranger to the caches, and waiting for its memory
 * takes longer than what is done with it.  Only a hint: it changes nothing but the time.
 * Thread: the ledger's.
 */
#ifndef LEDGER_AHEAD_H
#define LEDGER_AHEAD_H

#include "ledger/state.h"

/* Looks at the first few of a list, or of the parts of a group: at least one, and returns how many.
 * Look again when those have been executed. */
size_t ahead_jobs(struct store *store, const struct job *first);
size_t ahead_parts(struct store *store, const struct job *parts, size_t count);

#endif
