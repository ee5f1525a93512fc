/* engine/invariant.h - the law of the book (rule 12).
 *
 * The same functions run after each decision (in builds with -Dchecks=true), in every property
 * and simulation step, and in `scrip verify`.  They return the first law that is broken, or
 * STR_NONE, so that verify can print it and tests can assert it.  Pure.
 */
#ifndef ENGINE_INVARIANT_H
#define ENGINE_INVARIANT_H

#include "domain/command.h"
#include "domain/decision.h"
#include "domain/view.h"

/* amount = scheduled + posted + drawn - reversed + repaid + expired + voided + rolled over,
 * 0 <= held <= posted, nothing negative, status and balances agree. */
struct str invariant_of_grant(const struct grant *grant);
/* The account's balances are the sums of its grants', all of which must be given; no debt is below
 * zero. */
struct str invariant_of_account(const struct account *account, struct grant *const *grants,
                                size_t grant_count);
/* Burn order is strict. */
struct str invariant_of_order(struct grant *const *grants, size_t grant_count);
/* draws + debt + uncovered = the use; a new grant pays what is owed first; sequences without gaps;
 * a refusal writes nothing; the balances in the entries follow from the view. */
struct str invariant_of_decision(const struct view *view, const struct command *command,
                                 const struct decision *decision);

#endif
