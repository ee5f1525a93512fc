/* engine/burn_down.h - which grants a use takes from, and how much of each (rules 2 to 4).
 *
 * Shared by deductions, holds, and what a capture takes beyond its hold.  First a plan, which looks
 * no further than the use is covered; then, when nothing refuses, its entries.
 * Pure, but for the arena.
 */
#ifndef ENGINE_BURN_DOWN_H
#define ENGINE_BURN_DOWN_H

#include "engine/draft.h"

struct use {
    struct amount amount;
    struct instant at;                /* judged by rule 2 at this instant */
    const struct product_id *product; /* NULL: no particular one */
};

struct burn_down {
    struct amount covered;
    struct amount lent;      /* becomes debt */
    struct amount uncovered; /* the rest; this or lent more than 0: covered is all that eligible
                              * grants have */
    size_t draw_count;
    bool overflows; /* a grant's counter of draws would not fit */
};

/* Of the grants alone, as a hold is. */
struct burn_down burn_down_plan(const struct view *view, const struct use *use);
/* And what no grant covers is lent, as far as the account may owe more. */
struct burn_down burn_down_plan_lend(const struct view *view, const struct use *use);
/* BALANCE_EXCEEDED, or OVERFLOW: a counter of a grant or of the account would not fit.  Of what is
 * refused for want of credit nothing would be counted. */
enum reject burn_down_reject(const struct burn_down *plan, const struct account *account,
                             enum policy policy);
/* Adds the entries of the plan: kind is ENTRY_DRAW or ENTRY_HOLD.  of: the hold, or 0. */
void burn_down_write(struct draft *draft, const struct view *view, const struct use *use,
                     enum entry_kind kind, uint64_t of);
/* What no grant covered, as entries of the account (rule 4). */
void burn_down_write_rest(struct draft *draft, const struct use *use, const struct burn_down *plan,
                          uint64_t of);
#define BURN_DOWN_REST_MAX 2 /* entries */

/* Would the grant's counter of draws fit, with more?  A capture draws what is held, too. */
bool grant_can_count_draws(const struct grant *grant, struct amount more);

#endif
