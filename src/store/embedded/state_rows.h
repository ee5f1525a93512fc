/* store/embedded/state_rows.h - accounts, grants, holds and reversals as rows.
 * Thread: the one that owns the book. */
#ifndef STORE_EMBEDDED_STATE_ROWS_H
#define STORE_EMBEDDED_STATE_ROWS_H

#include "store/book/book.h"
#include "store/embedded/database.h"

enum err state_account_write(struct database *database, const struct book *book,
                             const struct book_account *account) MUST_CHECK;
enum err state_grant_write(struct database *database, const struct book *book,
                           const struct book_grant *grant) MUST_CHECK;
enum err state_hold_write(struct database *database, const struct book *book,
                          const struct book_hold *hold) MUST_CHECK;
/* What has been given back of a draw, by the REVERSE entry just appended. */
enum err state_reversal_write(struct database *database, const struct book *book,
                              const struct entry *entry) MUST_CHECK;

/* All accounts, grants and open holds into an empty book.  ERR_NOMEM, ERR_CORRUPT */
enum err state_load(struct database *database, struct book *book) MUST_CHECK;
/* What was given back; ret_until is told the last entry that each sum stands for. */
enum err state_reversals_load(struct database *database, struct book *book,
                              struct index *ret_until) MUST_CHECK;
/* A hold's row, also an ended one's; its parts in the arena, or left out when that is NULL.
 * ERR_NOT_FOUND */
enum err state_hold_read(struct database *database, enum environment environment, uint64_t number,
                         struct arena *arena, struct hold *ret,
                         uint64_t *ret_last_entry) MUST_CHECK;

#endif
