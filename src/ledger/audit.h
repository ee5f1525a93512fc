/* ledger/audit.h - who did what: written with each change, read as one list.
 *
 * The book is its own log: the first entry of an operation tells who asked, from where and when.
 * Changes of the directory are lines of a log of their own, which both environments share, as
 * they share the directory.  Refusals change nothing and are in neither; what time did (key 0)
 * is not shown.  Thread: the ledger's.
 */
#ifndef LEDGER_AUDIT_H
#define LEDGER_AUDIT_H

#include "ledger/state.h"

/* Writes into the entries of a decision from where they were asked for. */
enum err audit_stamp(struct store *store, const struct command *command,
                     struct decision *decision) MUST_CHECK;
/* The same; a line for a change of the directory.  now: the live book's clock, so that nobody who
 * sets a test clock moves the log. */
enum err audit_log(struct store *store, const struct command *command,
                   const struct decision *decision, struct instant now,
                   struct arena *arena) MUST_CHECK;

/* The ledger's part of QUERY_AUDIT: where both end, and the grant that is asked about. */
enum err audit_answer(struct store *store, struct job *job) MUST_CHECK;

#endif
