/* store/book/trail.h - what is in memory of sources and of the directory's log: the sources of
 * this run by their fingerprint, and where each of the two tables ends.  Thread: the ledger's. */
#ifndef STORE_BOOK_TRAIL_H
#define STORE_BOOK_TRAIL_H

#include "domain/trail.h"
#include "store/book/undo.h"

struct trail {
    struct undo *undo;    /* borrowed */
    struct index sources; /* fingerprint -> number */
    uint32_t source_last;
    uint64_t log_last;
    struct instant log_last_at; /* INSTANT_NONE: no line yet */
};

void trail_init(struct trail *trail, uint64_t seed, struct undo *undo);
void trail_finish(struct trail *trail);

/* A source with the next number, to be found by its fingerprint.  ERR_NOMEM */
enum err trail_source_add(struct trail *trail, struct index_key fingerprint,
                          uint32_t *ret_number) MUST_CHECK;
/* A line with the next number, not before the last.  ERR_NOMEM */
enum err trail_line_add(struct trail *trail, struct log_line *line) MUST_CHECK;

#endif
