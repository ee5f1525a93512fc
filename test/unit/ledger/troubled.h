/* test/unit/ledger/troubled.h - a store whose calls fail when a test says so, with nothing done.
 *
 * Of one store at a time, the calls that the ledger's thread makes and that may fail are counted,
 * and one of them, or all from that one on, can fail. */
#ifndef TROUBLED_H
#define TROUBLED_H

#include "store/store.h"

struct troubled {
    enum err with;
    bool lasts;   /* those behind it fail too */
    long fail_at; /* 0: none */
    long taken;
};
extern struct troubled troubled;

/* From now on, for the life of the store. */
void troubled_open(struct store *store);
void troubled_begin(enum err with, long fail_at, bool lasts);
/* Nothing fails any more.  Whether anything did. */
bool troubled_end(void);

#endif
