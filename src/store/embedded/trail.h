/* store/embedded/trail.h - sources and the directory's log as rows.  Thread: the connection's. */
#ifndef STORE_EMBEDDED_TRAIL_H
#define STORE_EMBEDDED_TRAIL_H

#include "store/book/trail.h"
#include "store/embedded/database.h"

enum err trail_source_write(struct database *database, const struct source *source) MUST_CHECK;
enum err trail_line_write(struct database *database, const struct log_line *line) MUST_CHECK;

/* Where the two tables end: the sources of an earlier run are not met again. */
enum err trail_load(struct database *database, struct trail *trail) MUST_CHECK;

/* ERR_NOT_FOUND */
enum err trail_source_read(struct database *database, uint32_t number, struct arena *arena,
                           struct source *ret) MUST_CHECK;
/* At most limit lines of the range, in its order. */
enum err trail_lines_read(struct database *database, const struct log_range *range, size_t limit,
                          struct arena *arena, struct log_line **ret, size_t *ret_count) MUST_CHECK;

#endif
