/* store/embedded/sweep.h - the state of accounts, grants and holds, written a little each commit.
 *
 * A hand goes over everything that there was when it started, in order, and writes what is dirty.
 * It goes in step with the entries that are appended: by SWEEP_ENTRIES of them it has been
 * round.  Then every change up to its start is written, the book need be replayed only from there,
 * and it starts again.
 *
 * In order, because neighbours lie on the same page: one page is written for many of them, and
 * a grant that is drawn from a thousand times meanwhile is written once.  (To write the oldest
 * change first would keep the replay shorter, at the price of a page a row.)
 *
 * Invariants
 *   1. Every change of an entry up to replay_from - 1 is in the rows.
 *   2. The rows of accounts and grants are those of a first part of them, in order of number:
 *      the hand never passes over one that has no row.
 *
 * Thread: the one that owns the book.
 */
#ifndef STORE_EMBEDDED_SWEEP_H
#define STORE_EMBEDDED_SWEEP_H

#include "store/book/book.h"
#include "store/embedded/database.h"

/* At most twice as many are replayed on opening: about three seconds. */
#define SWEEP_ENTRIES 1000000u

struct sweep {
    uint64_t start;                                /* the last sequence when the hand set out */
    size_t account_count, grant_count, hold_count; /* what there was then */
    size_t hand;                                   /* how many of them are behind it */
    uint64_t replay_from;                          /* as the file has it */
    size_t rows_min; /* written a commit at least, where there are any; 0: in step alone */
    bool **written;  /* dirty marks that this commit took away */
    size_t written_count, written_capacity;
    size_t hand_before; /* this commit */
    uint64_t replay_from_before;
};

void sweep_init(struct sweep *sweep, size_t rows_min);
void sweep_finish(struct sweep *sweep);

/* What is due of it, as part of a commit; then one of the two.  ERR_FULL, ERR_IO, ERR_NOMEM */
enum err sweep_write(struct sweep *sweep, struct database *database, struct book *book) MUST_CHECK;
void sweep_committed(struct sweep *sweep, struct book *book);
void sweep_undone(struct sweep *sweep);
/* All that is dirty, in place of sweep_write. */
enum err sweep_write_all(struct sweep *sweep, struct database *database,
                         struct book *book) MUST_CHECK;

#endif
