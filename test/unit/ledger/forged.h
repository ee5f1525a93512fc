/* test/unit/ledger/forged.h - a store that shows another store's book, falsified.
 *
 * Only what verify_book() looks at is passed on.  Each forgery is a function that changes what
 * was read, or NULL.
 */
#ifndef FORGED_H
#define FORGED_H

#include "store/operations.h"

struct forged {
    struct store store; /* first */
    struct store *true_store;
    uint64_t read_count; /* of entries */
    uint64_t missing;    /* this entry is not there; 0: all are */
    uint64_t entry_sequence;
    void (*entry)(struct entry *entry, struct facts *facts); /* facts: a copy, if it has some */
    void (*seal)(struct seal *seal);
    bool last_seal_is_missing;
    void (*grant)(struct grant *grant);
    uint64_t grant_number; /* of this one; 0: of the first */
    bool first_grant_is_missing;
    void (*account)(struct account *account);
    void (*hold)(struct hold *hold);
    bool holds_are_missing;
    void (*taken)(struct taken *taken); /* the first of a deduction */
    void (*book_end)(struct book_end *end);
};

void forged_open(struct forged *forged, struct store *true_store);

/* verify names it.  problem: what it must begin with. */
void assert_forgery_found(struct forged *forged, const char *problem);

#endif
