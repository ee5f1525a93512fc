/* daemon/verify.h - proving both books, and saying what came of it.  One thread. */
#ifndef DAEMON_VERIFY_H
#define DAEMON_VERIFY_H

struct store;

/* A line a book on stdout: what it holds and its hash, or what is wrong with it first.
 * EXIT_WELL, EXIT_NO, EXIT_WORLD */
int verify_both(struct store *store);
enum verify_mode { VERIFY_READ_ONLY = 1, VERIFY_AS_SERVED };
/* The same of a data file in no directory of its own.  AS_SERVED opens it as a server would, and
 * brings it up to date. */
int verify_file(const char *path, enum verify_mode mode);

#endif
