/* engine/draft.h - the entries of a decision while they are written.
 *
 * A verb first finds out whether it may, and how many entries there will be; then it opens a
 * draft, from where there is no way back, and adds them in order.  The draft fills in what all
 * entries of an operation share, and gets the balances after from the fold, on copies: the view
 * is never written.  The engine's own.  Pure, but for the arena.
 */
#ifndef ENGINE_DRAFT_H
#define ENGINE_DRAFT_H

#include "base/arena.h"
#include "domain/command.h"
#include "domain/decision.h"
#include "domain/view.h"

struct draft {
    const struct command *command;
    struct entry *entries;
    size_t count;
    size_t capacity;
    uint64_t sequence;      /* of the first entry */
    struct account account; /* as it is after the entries so far */
    struct facts *opening;  /* of the first entry; NULL: nothing to say */
    struct grant grant;     /* the copy in hand */
    /* Copies of grants that may come up again, findable by number. */
    struct grant *tracked;
    size_t tracked_count;
    size_t tracked_max;
    struct grant **slots;
    size_t slot_count; /* a power of two */
};

/* Room for entry_count_max entries.  tracked_max: how many of the first grants asked for may be
 * asked for again after others; 0 where every grant has its turn once.  ERR_NOMEM */
enum err draft_open(struct draft *draft, const struct view *view, const struct command *command,
                    struct arena *arena, size_t entry_count_max, size_t tracked_max) MUST_CHECK;

/* What the first entry says; to be filled in.  ERR_NOMEM */
enum err draft_facts(struct draft *draft, struct arena *arena, struct facts **ret) MUST_CHECK;

/* The grant as it is after the entries so far.  Good until the next is asked for. */
struct grant *draft_grant(struct draft *draft, const struct grant *grant);

/* Each completes the entry, of which the verb says kind, effective_at and the changes, and
 * appends it.  An entry that does not follow is a bug. */
void draft_add(struct draft *draft, struct grant *grant, struct entry entry);
void draft_add_issue(struct draft *draft, struct entry entry, struct grant *ret);
void draft_add_account(struct draft *draft, struct entry entry);

/* What a grant pays when it becomes effective, before anything else: the account's debt, as far
 * as it goes (rule 4).  Adds no entry where nothing is owed. */
void draft_repay(struct draft *draft, struct grant *grant, struct instant effective_at);

/* What a grant that has ended may not keep: it expires, or is voided, at once (rules 5 and 9).
 * Adds no entry for a grant that is active.  of: the hold or deduction that gave it back. */
void draft_settle(struct draft *draft, struct grant *grant, uint64_t of);
/* The end of an active grant: all that is not held, maybe nothing (rule 6). */
void draft_expire(struct draft *draft, struct grant *grant, struct instant effective_at);

/* The entries and the balances after become the decision's. */
void draft_close(struct draft *draft, struct decision *ret);

#endif
