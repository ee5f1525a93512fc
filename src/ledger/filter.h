/* ledger/filter.h - the names in a query's filters as the store's numbers.
 *
 * Unknown names are left out, so *ret_count may be less than was asked for.  ERR_NOMEM, ERR_IO,
 * ERR_CORRUPT.  Thread: the ledger's. */
#ifndef LEDGER_FILTER_H
#define LEDGER_FILTER_H

#include "ledger/state.h"

/* query.customers: rising, each once. */
enum err filter_customers(struct store *store, struct job *job, uint32_t **ret,
                          size_t *ret_count) MUST_CHECK;
/* query.credit_types */
enum err filter_credit_types(struct store *store, struct job *job, uint32_t **ret,
                             size_t *ret_count) MUST_CHECK;

#endif
