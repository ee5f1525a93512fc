/* store/embedded/unfinished.h - a data file that gets its name when it is whole.
 *
 * Until then it is PATH.incomplete.  What is left of one that was killed is overwritten by the
 * next; but a data directory that holds one is not opened (file_is_finished).  On failure
 * ret_message says what and where.  One thread.
 *
 *   ERR_BUSY   something of that name is there, or is just being written
 *   ERR_FULL, ERR_IO, ERR_NOMEM
 */
#ifndef STORE_EMBEDDED_UNFINISHED_H
#define STORE_EMBEDDED_UNFINISHED_H

#include "store/embedded/embedded.h"

struct unfinished {
    char *to;   /* the name that it is to have */
    char *path; /* the one that it has */
    int lock;   /* file descriptor, locked; or -1.  Closed last: to close it would end the locks
                 * that SQLite has on the file */
    bool is_published;
};

/* An empty file, readable by its owner alone. */
enum err unfinished_begin(struct unfinished *file, const char *to,
                          char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;
/* Makes it one file, without a log beside it, and brings it to the disk.  Nobody else may have it
 * open. */
enum err unfinished_settle(struct unfinished *file,
                           char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;
/* Gives it its name, for good. */
enum err unfinished_publish(struct unfinished *file,
                            char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;
/* Removes what was not published. */
void unfinished_end(struct unfinished *file);

/* ERR_BUSY: the data directory holds a file that is not whole.  ERR_IO: whether it does cannot be
 * told. */
enum err file_is_finished(const char *directory,
                          char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;

/* A directory that is to become a data directory: made, or found empty.  It needs no lock: who
 * opens it meets the unfinished file in it.
 *   ERR_BUSY  there is something in it */
struct new_directory {
    const char *path; /* borrowed */
    bool is_made;
};
enum err new_directory_begin(struct new_directory *directory, const char *path,
                             char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;
/* Leaves it as it was found, if it is empty. */
void new_directory_abandon(const struct new_directory *directory);

#endif
