/* ledger/pulse.h - time, which moves the books also when nobody asks.
 *
 * Each book has a clock, which follows the ledger's but never runs backwards, not even across a
 * restart (rule 10).  What is due by it is executed as commands of time, each at the very
 * instant at which it was due, before any other command of the batch (rule 6).
 * Thread: the ledger's.
 */
#ifndef LEDGER_PULSE_H
#define LEDGER_PULSE_H

#include "ledger/state.h"

#define PULSE_US (500 * SPAN_US_PER_MS) /* the longest sleep: the clock may jump */

/* Looks at the clock, once a batch. */
void pulse_clocks(struct ledger *ledger);
struct instant pulse_now(const struct ledger *ledger, enum environment environment);
/* The last instant up to which the committed book is complete: now, unless something due before
 * is missing because it could not be written. */
struct instant pulse_complete(struct ledger *ledger, enum environment environment);

/* The test environment's clock stands still, or moves, at an instant that a command set, or is set
 * back to where it was before one that has not happened.  Nothing but the ledger's own memory of it
 * changes. */
void pulse_move_test(struct ledger *ledger, struct instant now);

/* Is there anything that time asks by now? */
bool pulse_is_due(struct ledger *ledger);
/* Executes what is due in that book.  *ret is false when the batch's share of time is used up:
 * then no other command may be executed before the rest of it. */
enum err pulse_catch_up(struct ledger *ledger, struct batch *batch, enum environment environment,
                        bool *ret) MUST_CHECK;
/* How long the ledger may sleep. */
int64_t pulse_sleep_us(struct ledger *ledger);

/* Twice a second: have keys changed? */
enum err pulse_keys(struct ledger *ledger) MUST_CHECK;
/* Reads them now.  When it fails they are stale, and are read again the next time that somebody
 * looks. */
enum err pulse_keys_read(struct ledger *ledger) MUST_CHECK;

#endif
