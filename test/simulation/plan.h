/* test/simulation/plan.h - which rounds of a world are played, and how much of each; and the least
 * of it that still fails. */
#ifndef PLAN_H
#define PLAN_H

#include "world.h"

#define PLAN_ROUNDS_MAX 4096
#define PLAN_WHOLE UINT8_MAX /* all that the round thinks of */

struct plan {
    uint64_t seed;
    bool embedded, is_sabotaged;
    size_t rounds;
    uint8_t parts[PLAN_ROUNDS_MAX]; /* of each: 0: it is left out; n: at most n - 1 requests */
};

void plan_init(struct plan *plan, uint64_t seed, size_t rounds, bool embedded);
/* Aborts where the ledger does not keep its word.  The digest of all that came of it. */
uint64_t plan_play(const struct plan *plan, bool tells);
/* The same in a child process: whether it got to its end. */
bool plan_holds(const struct plan *plan);
/* Leaves out of a plan that does not hold whatever can be, so that it still does not. */
void plan_shrink(struct plan *plan);
size_t plan_round_count(const struct plan *plan);

#endif
