/* domain/view.h - what the engine is told: an account as it is.
 *
 * Borrowed from the store until the next append, commit or abort; the engine reads, never writes.
 */
#ifndef DOMAIN_VIEW_H
#define DOMAIN_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "domain/entry.h"
#include "domain/grant.h"
#include "domain/hold.h"

/* What one draw of a deduction took, and what reversals have given back of it.  Reversals fill
 * from the last draw to the first: a REVERSE entry of a grant belongs to the last draw from that
 * grant that is not yet given back whole. */
struct taken {
    uint64_t grant; /* number; 0: it is what the deduction lent */
    struct amount amount;
    struct amount reversed;
};

struct view {
    uint64_t next_sequence;
    struct account account; /* a copy; number is set also when the account is new */
    bool account_is_new;    /* its first entry must carry facts with customer and credit type */
    struct credit_type_id credit_type_id; /* of the account, for those facts */
    /* The live grants of the account (grant_is_live), in burn order (rule 3). */
    struct grant *const *grants;
    size_t grant_count;
    /* The grant that the command names; NULL: there is none of that id in this book. */
    const struct grant *grant;
    /* The facts of grant->facts_entry.  Needed for GRANT_EDIT, and for EXPIRE where
     * grant->rollover is set. */
    const struct facts *grant_facts;
    bool uniqueness_key_taken;
    /* The hold that the command names, also an ended one; NULL: unknown. */
    const struct hold *hold;
    const struct grant *const *hold_grants; /* the grants of hold->parts, in the same order */
    /* The deduction that the command names: what its DRAW entries took, in order; of a capture,
     * its CAPTURE entries too; last what its DEBT entry lent.  A grant may come twice: its hold and
     * the excess.  NULL: unknown; one that covered nothing is known and has count 0. */
    const struct taken *taken;
    const struct grant *const *taken_grants; /* in the same order; NULL for what was lent */
    size_t taken_count;
    /* Where what it lent may have been repaid since: the grants that have repaid something that
     * is not given back, the last to repay first, as many as a reversal can need. */
    const struct grant *const *repaid_grants;
    size_t repaid_count;
};

#endif
