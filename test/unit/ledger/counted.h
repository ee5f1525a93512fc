/* test/unit/ledger/counted.h - how many entries are read beside the ledger.
 *
 * A store whose readers count; one at a time, and readers that are opened from now on.
 */
#ifndef COUNTED_H
#define COUNTED_H

#include "store/operations.h"

struct counted {
    struct store_operations operations; /* the store's, but for what counts */
    const struct store_operations *true_operations;
    size_t reads;
};

void counted_open(struct counted *counted, struct store *store);

#endif
