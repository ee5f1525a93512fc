/* ledger/test_clock.h - the command that sets the test environment's clock.
 *
 * Set, it stands still; the store keeps the instant, in the same commit, so that a restart finds
 * it there.  What came due on the way is executed before any later command (pulse.h).
 * Thread: the ledger's.
 */
#ifndef LEDGER_TEST_CLOCK_H
#define LEDGER_TEST_CLOCK_H

#include "ledger/state.h"

/* decision.at: what the clock will say.  NOT_TEST, CLOCK_BACKWARDS; ERR_NOMEM */
enum err test_clock_execute(struct ledger *ledger, struct batch *batch, struct job *job) MUST_CHECK;
/* Moves the clock, once nothing of the command can fail any more but its commit. */
void test_clock_executed(struct ledger *ledger, const struct job *job);

#endif
