/* test/contract/outage.h - calls that fail when a test says so: of SQLite's, or of the system's.
 *
 * A program that is linked with outage.c and outage_link_args has those calls of our own code
 * counted here, and can have one of them fail, with nothing done. */
#ifndef TEST_CONTRACT_OUTAGE_H
#define TEST_CONTRACT_OUTAGE_H

#include <stdbool.h>

enum outage_kind {
    OUTAGE_NONE,
    OUTAGE_DATABASE,
    OUTAGE_SYSTEM,
    OUTAGE_CHECKPOINT, /* SQLite's, of its log */
    OUTAGE_SYNC,       /* of what it has moved */
    OUTAGE_RENAME      /* the system's, to a name that is free */
};

struct outage {
    enum outage_kind kind;
    long taken;   /* calls of that kind, since it began */
    long fail_at; /* this one fails */
    bool lasts;   /* and all after it */
    bool met;     /* it has failed */
    int error;    /* the system's errno */
};
extern struct outage outage;

/* errno is EIO; or set outage.error. */
void outage_begin(enum outage_kind kind, long fail_at, bool lasts);
void outage_end(void);

/* Says of every file system that it is read-only; it keeps nobody from writing. */
extern bool outage_says_read_only;

#endif
