/* ledger/heads.h - grants and balances as the book in memory has them.  For query.c.
 *
 *   ERR_NOMEM, ERR_IO, ERR_CORRUPT
 *
 * Thread: the ledger's.
 */
#ifndef LEDGER_HEADS_H
#define LEDGER_HEADS_H

#include "ledger/state.h"

/* A row for each account of the customer, or the one of credit_type (0: all), which need not
 * exist.  Live grants unless the query says without. */
enum err heads_balance(struct store *store, struct job *job, uint32_t credit_type) MUST_CHECK;

/* The same with all grants that the accounts ever had. */
enum err heads_balance_past(struct store *store, struct job *job, uint32_t credit_type) MUST_CHECK;

/* A page of grants. */
enum err heads_grants(struct store *store, struct job *job,
                      const struct grant_filter *filter) MUST_CHECK;

#endif
