/* domain/grant.h - a grant as the book has it now, and the accounts that grants belong to.
 *
 * A grant is a fold over its entries (engine/fold.h).  Only the numbers that decide are here;
 * its texts stay with the entry that last stated them (facts_entry).
 *
 * Conservation (rule 12), for every grant, always:
 *     amount = scheduled + posted + drawn - reversed + repaid + expired + voided + rolled_over
 *     0 <= held <= posted
 * A grant that is not yet effective is scheduled: its amount is promised, but in no balance until
 * the entry that activates it, at effective_at.  Plain data; the functions are pure.
 */
#ifndef DOMAIN_GRANT_H
#define DOMAIN_GRANT_H

#include <stdbool.h>
#include <stddef.h>
#include "domain/environment.h"
#include "domain/id.h"
#include "exact/amount.h"
#include "exact/instant.h"

enum grant_status {
    GRANT_SCHEDULED = 1, /* not yet effective */
    GRANT_ACTIVE,
    GRANT_EXPIRED, /* only what holds keep may remain posted (rule 5) */
    GRANT_VOIDED,
};

/* Smaller burns first.  A decimal of 6 places: the Metronome API allows fractions. */
struct priority {
    int64_t millionths;
};
#define PRIORITY_SCALE 6

/* A set of products that a grant is limited to; in the order given. */
struct product_set {
    size_t count;
    const struct product_id *ids;
};

enum rollover_kind { ROLLOVER_MAX_AMOUNT = 1, ROLLOVER_MAX_PERCENTAGE };

/* What happens to the rest when a grant expires (rule 7). */
struct rollover {
    enum rollover_kind kind;
    struct amount amount_max;  /* MAX_AMOUNT */
    uint32_t millionths_max;   /* MAX_PERCENTAGE: of the original amount, 0..1000000 */
    struct priority priority;  /* of the new grant */
    struct instant expires_at; /* of the new grant */
};

struct grant {
    struct grant_id id;
    uint64_t number; /* the sequence of the entry that issued it; unique in its book */
    uint32_t account;
    enum grant_status status;
    struct priority priority;
    struct instant effective_at;
    struct instant expires_at; /* INSTANT_NEVER: never */
    struct amount amount;      /* as issued */
    struct amount scheduled;
    struct amount posted;
    struct amount held;
    struct amount drawn;
    struct amount reversed;
    struct amount expired;
    struct amount voided;
    struct amount rolled_over;
    struct amount repaid; /* of the account's debt, less what reversals have given back of that */
    const struct product_set *products; /* NULL: any product */
    const struct rollover *rollover;    /* NULL: none */
    uint64_t entry_count;
    uint64_t last_entry;  /* the last entry of this grant */
    uint64_t facts_entry; /* the entry whose facts hold: ISSUE or the last EDIT */
};

/* One customer's grants of one credit type in one environment.
 * posted, held and scheduled are the sums of its grants'.  posted + scheduled fits an amount,
 * always: what would make it too large is refused, so that an activation, which nobody asks for
 * and nobody could be refused, cannot overflow. */
struct account {
    uint32_t number; /* from 1, dense, in order of creation */
    uint32_t customer;
    uint32_t credit_type;
    struct amount posted;
    struct amount held;
    struct amount scheduled;
    struct amount uncovered; /* all that partial deductions could not cover, ever */
    struct amount lent;      /* all that deductions have lent, ever */
    struct amount limit;     /* how far it may owe */
    struct amount debt;      /* what it owes; more than the limit only if that was lowered since */
    uint64_t last_repay;     /* the last REPAY entry; each names the one before it */
    uint64_t entry_count;
    uint64_t last_entry;
};

/* posted less held. */
struct amount grant_available(const struct grant *grant);
struct amount account_available(const struct account *account);
/* How much more the account may owe. */
struct amount account_credit(const struct account *account);

/* Rule 2, but for the product: can this grant be drawn from by a use at that instant? */
bool grant_is_drawable(const struct grant *grant, struct instant at);
/* The rest of rule 2.  product NULL: a use of no particular product, which only grants for any
 * product may cover. */
bool grant_covers_product(const struct grant *grant, const struct product_id *product);
/* Rule 3: <0 when a burns before b.  Total: 0 only for a grant and itself. */
int grant_burn_compare(const struct grant *a, const struct grant *b);
/* Can it ever be drawn from again (scheduled, or active with something posted)? */
bool grant_is_live(const struct grant *grant);
/* When time will next ask something of it (rule 6): a scheduled grant to be activated, an active
 * one to expire, even with nothing left.  INSTANT_NEVER: no more. */
struct instant grant_due_at(const struct grant *grant);

#endif
