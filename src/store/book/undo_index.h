/* store/book/undo_index.h - a change of an index that a rewind takes back.
 * Thread: the one that owns the book. */
#ifndef STORE_BOOK_UNDO_INDEX_H
#define STORE_BOOK_UNDO_INDEX_H

#include "base/index.h"
#include "store/book/undo.h"

/* value 0 removes.  ERR_NOMEM: nothing has changed. */
enum err undo_index_set(struct undo *undo, struct index *index, struct index_key key,
                        uint64_t value) MUST_CHECK;

#endif
