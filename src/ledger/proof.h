/* ledger/proof.h - the state that follows from a book's entries, while verify reads them.
 *
 * Every entry is held against what went before it: sequence and time go on, the chains lead
 * back to where they must, and the balances follow.  After each operation rule 12 holds for the
 * grants that it touched.  The first thing that is wrong is told in report->problem, and
 * ERR_CORRUPT returned.
 * Thread: the one that owns the store.
 */
#ifndef LEDGER_PROOF_H
#define LEDGER_PROOF_H

#include "base/index.h"
#include "exact/uint128.h"
#include "ledger/verify.h"

/* Sequences along the jumps of the last entry, oldest first. */
struct proof_jumps {
    uint64_t *sequences;
    uint32_t capacity;
};

struct proof_grant {
    struct grant grant; /* products and rollover in the proof's memory */
    struct proof_jumps jumps;
    bool is_touched; /* by the operation at hand */
    struct proof_grant *next_touched;
    struct proof_grant *older;
};

struct proof_account {
    struct account account;
    struct customer_id customer_id; /* as its first entry says */
    struct credit_type_id credit_type_id;
    struct amount kept_lent; /* by its deductions, less what was given back: owed, or repaid */
    uint128 posted, held, scheduled, repaid; /* sums of its grants, for the comparison */
    struct proof_jumps jumps;
    struct proof_account *older;
};

struct proof_hold {
    struct hold hold;
    size_t part_capacity;
    struct proof_hold *older;
};

struct proof {
    enum environment environment;
    struct verify_report *report;
    struct arena memory;                  /* the state */
    struct arena scratch;                 /* for an entry, or a page of the store's state */
    struct index grants, accounts, holds; /* number -> address */
    struct index reversed;                /* deduction, grant or 0 -> units given back */
    struct proof_grant *newest_grant;
    struct proof_grant *touched;
    struct proof_account *newest_account;
    struct proof_hold *newest_hold;
    uint64_t sequence; /* of the last entry */
    uint64_t operation;
    struct instant last_at;
};

void proof_init(struct proof *proof, enum environment environment, struct verify_report *report);
void proof_finish(struct proof *proof);

/* The next entry, with facts.  ERR_CORRUPT, ERR_NOMEM */
enum err proof_add(struct proof *proof, const struct entry *entry) MUST_CHECK;

/* After the last entry. */
enum err proof_end(struct proof *proof) MUST_CHECK;

/* The store's own state against this one.  ERR_CORRUPT, ERR_NOMEM, ERR_IO */
enum err proof_compare(struct proof *proof, struct store *store) MUST_CHECK;

/* Writes the problem, unless there is one already.  Always ERR_CORRUPT. */
enum err proof_problem(struct proof *proof, const char *format, ...)
    __attribute__((format(printf, 2, 3))) MUST_CHECK;

#endif
