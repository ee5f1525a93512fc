/* store/embedded/backup.h - a copy of a data file, of one moment.
 *
 * The copy is made page by page through a connection of its own, in one read transaction, without
 * the directory's lock: a server may go on writing.  Until backup_end() the write-ahead log
 * cannot be begun anew, so it grows by what is written meanwhile; who copies slowly looks at it.
 * In the copy, as in every commit, rows of the state may lag behind the entries: opening
 * completes them.
 *
 * One thread.  On failure ret_message says what and where, for a person.
 *
 *   ERR_CORRUPT  not a data file, or one of a newer format
 *   ERR_FULL, ERR_IO, ERR_NOMEM
 */
#ifndef STORE_EMBEDDED_BACKUP_H
#define STORE_EMBEDDED_BACKUP_H

#include "store/embedded/embedded.h"
#include "store/embedded/unfinished.h"

struct backup;

struct backup_progress {
    int64_t bytes_done;
    int64_t bytes_total;
    int64_t log_grown_bytes; /* the write-ahead log, since the start */
};

/* from is a data file; to is empty.  Both are borrowed until backup_end(). */
enum err backup_begin(const char *from, const struct unfinished *to, struct backup **ret,
                      char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;
/* Copies up to so many bytes; more than 0. */
enum err backup_step(struct backup *backup, int64_t bytes, struct backup_progress *ret,
                     char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;
/* Lets go of both.  NULL: nothing to do. */
void backup_end(struct backup *backup);

/* The format of a data file, and the newest, which this program writes. */
enum err data_file_format(const char *path, int *ret, int *ret_newest,
                          char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;

#endif
