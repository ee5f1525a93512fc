/* store/book/live.h - the live grants of one account in burn order (rule 3).
 *
 * A sorted array of pointers with room at both ends.  Burning empties grants at the front, so
 * the front moves and nothing is copied; elsewhere the shorter side is moved.
 * The grants are borrowed.  Thread: the one that owns the book. */
#ifndef STORE_BOOK_LIVE_H
#define STORE_BOOK_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"
#include "domain/grant.h"

struct live {
    struct grant **slots;
    uint32_t start;
    uint32_t count;
    uint32_t capacity;
};

void live_finish(struct live *live);

/* The grants in order: live->count of them. */
static inline struct grant *const *live_grants(const struct live *live)
{
    return live->slots == NULL ? NULL : live->slots + live->start;
}

/* Room for one more, so that live_insert cannot fail. */
enum err live_reserve(struct live *live) MUST_CHECK;
/* In its place.  Preconditions: it is not in there; there is room. */
void live_insert(struct live *live, struct grant *grant);
/* Precondition: it is in there, and its keys have not changed since it went in. */
void live_remove(struct live *live, const struct grant *grant);

/* For loading: at the end, wherever it belongs, and then all into order. */
enum err live_append(struct live *live, struct grant *grant) MUST_CHECK;
void live_sort(struct live *live);

#endif
