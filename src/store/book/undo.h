/* store/book/undo.h - how to take back what a batch has changed in memory.
 *
 * Whoever changes something that a rewind must restore first writes a record of how it was.
 * Taking back plays the records from the last to the first, so each one finds the world as it was
 * just after its change.
 *
 * Playing a record cannot fail and takes no memory.  Structures that shrink keep their room, so
 * what was taken out can always be put back.
 *
 * Off while a book is read from the disk: there is nothing to go back to.
 * Thread: the one that owns the book.
 */
#ifndef STORE_BOOK_UNDO_H
#define STORE_BOOK_UNDO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/check.h"
#include "base/err.h"

/* Restores what the record tells; owner and record are as they were written. */
typedef void undo_play(void *owner, const void *record);

struct undo {
    char *bytes;
    size_t used;
    size_t capacity;
    bool off;
};

void undo_init(struct undo *undo);
void undo_finish(struct undo *undo);

/* Copies the record.  Call it before the change, and change nothing if it fails: ERR_NOMEM */
enum err undo_write(struct undo *undo, undo_play *play, void *owner, const void *record,
                    size_t size) MUST_CHECK;
/* Takes back everything since used was `position`. */
void undo_rewind(struct undo *undo, size_t position);
/* The changes stand. */
void undo_forget(struct undo *undo);

#endif
