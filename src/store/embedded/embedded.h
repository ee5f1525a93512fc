/* store/embedded/embedded.h - a data directory: SQLite used as a log, the book in memory.
 *
 * DIR/scrip.db (and its -wal and -shm), DIR/lock.  The hot path only appends; the state of
 * grants and accounts is written lazily, a little each commit, and completed on opening by
 * replaying the entries after it.  docs/operations.md says how to look inside, back up and restore.
 *
 * Errors of opening:
 *   ERR_BUSY     another process owns the directory, or it holds a file that is not whole
 *   ERR_CORRUPT  the file is damaged, or newer than this program (message tells)
 *   ERR_IO, ERR_FULL, ERR_NOMEM
 *
 * Threads: of a store as in store/store.h; the functions of keys: any.
 */
#ifndef STORE_EMBEDDED_EMBEDDED_H
#define STORE_EMBEDDED_EMBEDDED_H

#include "store/store.h"

#define EMBEDDED_MESSAGE_BYTES 512
#define EMBEDDED_FILE "scrip.db" /* of a data directory */

struct embedded_options {
    const char *directory; /* made, with mode 0700, when it does not exist */
    const char *file;      /* NULL, or a data file in no directory of its own: takes no lock */
    bool read_only;        /* for verify: takes no lock, changes nothing */
    bool sync_off;         /* for tests and bulk loads only: a crash may lose everything */
    size_t lazy_rows;      /* state rows written a commit, at least; 0: as the entries require */
};

/* On failure ret_message says what and where, for a person. */
enum err embedded_store_open(const struct embedded_options *options, struct store **ret,
                             char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;

/* Keys are kept by `scrip key`, also while a server runs: these open the directory's file
 * briefly, without the lock, and touch only the table of keys.  number is filled in.  To add one,
 * and to read the pepper for it, the directory is made when it does not exist.
 *
 * A secret says which environment is meant and is what a revocation ends, so two valid keys of the
 * business must not share one, however many processes add keys at once:
 *   ERR_BUSY  another has it */
enum err embedded_key_add(const char *directory, struct key *key,
                          char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;
enum err embedded_keys(const char *directory, struct arena *arena, struct key **ret,
                       size_t *ret_count, char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;
/* By client id.  ERR_NOT_FOUND */
enum err embedded_key_revoke(const char *directory, struct str client_id, struct instant now,
                             char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;
enum err embedded_pepper(const char *directory, uint8_t ret[32],
                         char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;

#endif
