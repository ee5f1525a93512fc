/* store/book/law.h - does what was loaded add up?
 *
 * The state of a book is read from rows that a disk may have changed.  Whatever balance has a bit
 * flipped breaks one of these sums, and then nothing may be told or promised from it: rule 12 for
 * every grant; an account's balances are the sums of its grants'; what a grant holds is what the
 * open holds hold of it; what was reversed to a grant is what was reversed of each deduction.
 * Reads nothing: from the entries, `scrip verify` proves far more.
 *
 * Thread: the one that owns the book.
 */
#ifndef STORE_BOOK_LAW_H
#define STORE_BOOK_LAW_H

#include "store/book/book.h"

/* *ret_broken is the first law that is broken, static, or STR_NONE.  ERR_NOMEM */
enum err book_law(const struct book *book, struct str *ret_broken) MUST_CHECK;

#endif
