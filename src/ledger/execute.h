/* ledger/execute.h - one command: looked up, resolved, decided, appended, its receipt written.
 *
 * What only concerns the job (a refusal, a field found wrong late, an arena that is full) is kept
 * in the job, and OK returned; then nothing of it is in the store.  Any error returned concerns
 * the whole batch, which must be undone.  Thread: the ledger's.
 */
#ifndef LEDGER_EXECUTE_H
#define LEDGER_EXECUTE_H

#include "ledger/state.h"

enum err execute_command(struct ledger *ledger, struct batch *batch, struct job *job) MUST_CHECK;
enum err execute_group(struct ledger *ledger, struct batch *batch, struct job *job) MUST_CHECK;

/* When the batch has come to nothing: answers the job with what it was answered before, if that is
 * committed, or else with why. */
enum err execute_again(struct ledger *ledger, struct job *job, enum err why) MUST_CHECK;

/* Appends the entries of a decision, if it has any. */
enum err execute_append(struct ledger *ledger, struct batch *batch, enum environment environment,
                        const struct decision *decision) MUST_CHECK;

#endif
