/* ledger/verify.h - proves a book from its entries alone.
 *
 * Reads every entry of an environment in order; recomputes the hash chain; folds grants,
 * accounts and holds again; checks rule 12 and the chains backwards; then compares with the state
 * that the store has.  Needs memory for the state, not for the entries.  On the thread that owns
 * the store, and not in a batch.
 *
 *   ERR_CORRUPT  something is wrong: ret->problem says what first, and where
 *   ERR_IO, ERR_NOMEM
 */
#ifndef LEDGER_VERIFY_H
#define LEDGER_VERIFY_H

#include "store/store.h"

#define VERIFY_PROBLEM_BYTES 512

struct verify_report {
    uint64_t entries;
    uint64_t grants;
    uint64_t accounts;
    uint64_t seals;
    struct digest hash; /* of the last seal */
    char problem[VERIFY_PROBLEM_BYTES];
};

enum err verify_book(struct store *store, enum environment environment,
                     struct verify_report *ret) MUST_CHECK;

#endif
