/* store/book/due.h - what time will ask next: a heap of instants.
 *
 * Entries are never looked for and removed.  One that has been overtaken (the grant was voided,
 * its expiry moved, the hold captured) stays until it comes to the top, where the owner sees
 * that it no longer holds and drops it.  Were there many of those, they would be thrown out
 * together: whenever the heap has doubled since the last time, it is sifted through.
 *
 * Invariant: every grant and hold that time must ask something of has an entry with the right
 * instant.  It may have several; the second finds nothing to do.
 *
 * Putting a change back may need an entry again that was thrown out meanwhile, and must not
 * fail.  So each change that can be put back first sets room aside (due_reserve).
 * Thread: the one that owns the book.
 */
#ifndef STORE_BOOK_DUE_H
#define STORE_BOOK_DUE_H

#include <stdbool.h>
#include <stddef.h>
#include "store/store.h"

/* 16 bytes: kind in the lowest two bits of tag, the number above, so that equal instants are
 * ordered by number. */
struct due_entry {
    int64_t at_us;
    uint64_t tag;
};

/* Does it still hold? */
typedef bool due_holds(const void *owner, const struct due *due);

struct due_heap {
    struct due_entry *entries;
    size_t count;
    size_t capacity;
    size_t reserved; /* entries that undoing may put back */
    size_t sift_at;  /* the count at which it is sifted through */
    due_holds *holds;
    const void *owner;
};

void due_init(struct due_heap *heap, due_holds *holds, const void *owner);
void due_finish(struct due_heap *heap);

enum err due_push(struct due_heap *heap, struct due due) MUST_CHECK;
/* The earliest that still holds; false when there is none. */
bool due_first(struct due_heap *heap, struct due *ret);

enum err due_reserve(struct due_heap *heap) MUST_CHECK;
void due_put_back(struct due_heap *heap, struct due due); /* within what is reserved */
void due_release(struct due_heap *heap);                  /* the batch has ended */

#endif
