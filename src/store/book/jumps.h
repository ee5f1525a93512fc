/* store/book/jumps.h - what has to be known of a chain to add to it (domain/jump.h).
 *
 * An account has its own once it was new or added to; a grant only with more than
 * JUMPLESS_ENTRIES, and found by its number, so that the others cost nothing.  What is not in
 * memory is read when it is needed.
 *
 * Popping leaves what was popped where it was, and a push is undone by putting back the one
 * sequence that it wrote over.  So jumps are given back outside of batches only, or as the last
 * thing of one.  Thread: the one that owns the book.
 */
#ifndef STORE_BOOK_JUMPS_H
#define STORE_BOOK_JUMPS_H

#include <stdint.h>
#include "base/err.h"

struct book;
struct entry;

/* The sequences along the jumps of the last entry, oldest first. */
struct jumps {
    uint32_t capacity;
    uint64_t sequences[];
};

/* Room for so many; NULL: none yet.  Its place may change.  ERR_NOMEM: it is as it was. */
enum err jumps_reserve(struct jumps **jumps, uint32_t needed) MUST_CHECK;

/* Reads `count` of them, back from the last entry.  *ret is new, with room for one more. */
typedef uint64_t jump_of_entry(const struct entry *entry);
enum err jumps_read(const struct book *book, uint64_t last, uint32_t count, jump_of_entry *jump,
                    struct jumps **ret) MUST_CHECK;

/* --- of the grants of a book --- */

struct jumps *grant_jumps_find(const struct book *book, uint64_t number); /* or NULL */
enum err grant_jumps_reserve(struct book *book, uint64_t number, uint32_t needed,
                             struct jumps **ret) MUST_CHECK;
enum err grant_jumps_read(struct book *book, uint64_t number, uint64_t last, uint32_t count,
                          struct jumps **ret) MUST_CHECK;
void grant_jumps_drop(struct book *book, uint64_t number);
void grant_jumps_finish(struct book *book);

#endif
