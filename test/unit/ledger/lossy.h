/* test/unit/ledger/lossy.h - a store that does not give back what was written, when a test says so.
 *
 * Of one store at a time, what is asked of it to answer queries is counted, as far as it can be
 * lost in the way that is set; one of it is lost. */
#ifndef LOSSY_H
#define LOSSY_H

#include "store/store.h"

enum loss {
    LOSS_UNREADABLE = 1,   /* ERR_IO, of whatever it is */
    LOSS_MISSING,          /* an entry, customer, product, source or seal is not there */
    LOSS_FACTS,            /* an entry has none */
    LOSS_CHAIN,            /* it leads nowhere */
    LOSS_ACCOUNT_PREVIOUS, /* one of its links leads to itself */
    LOSS_ACCOUNT_JUMP,
    LOSS_GRANT_PREVIOUS,
    LOSS_GRANT_JUMP,
    LOSS_OF,     /* of an EDIT too */
    LOSS_OWNER,  /* it is another account's, and another grant's */
    LOSS_HELD,   /* it held more than there was */
    LOSS_TYPE,   /* its facts name a credit type that there is none of */
    LOSS_BEFORE, /* an EDIT does not name the one before, as in an old file: no harm */
    LOSS_COUNT
};

struct lossy {
    enum loss loss;
    long taken, fail_at; /* 0: none */
};
extern struct lossy lossy;

/* From now on, for the life of the store. */
void lossy_open(struct store *store);

#endif
