/* test/contract/storm.h - a disk that fills up, fails at anything, and loses power.
 *
 * A VFS of SQLite's in front of the real one.  It counts, fails where it is told to, and
 * remembers what has not been synced, so that it can say what a disk may hold after a power cut:
 * of everything since the last sync any part may have arrived, sector by sector. */
#ifndef TEST_CONTRACT_STORM_H
#define TEST_CONTRACT_STORM_H

#include "base/random.h"

enum storm_operation {
    STORM_OPEN = 1,
    STORM_READ,
    STORM_WRITE,
    STORM_TRUNCATE,
    STORM_SYNC,
    STORM_OPERATION_COUNT
};

enum storm_fault {
    STORM_FAILS = 1, /* this once: EIO, and nothing was done */
    STORM_IS_DEAD,   /* the same of everything from then on */
    STORM_IS_SHORT, /* a write: half of it was done, and then there was no room; others: as above */
    STORM_IS_FIXED, /* a write or truncation, and all later ones: the file system is read-only */
    STORM_FAULT_COUNT
};

struct storm {
    long writes, syncs;              /* so far */
    long operations;                 /* so far */
    long fault_at;                   /* the operation that meets a fault; 0: none */
    enum storm_fault fault;          /* which */
    enum storm_operation met;        /* what it was that met it; 0: nothing has */
    long full_from;                  /* from this write on the disk is full; 0: never */
    long fail_sync;                  /* this sync fails; 0: none */
    const char *directory;           /* whose files are remembered; NULL: none */
    void (*on_write)(void *context); /* before each; or NULL */
    void *context;
};
extern struct storm storm;

/* The default VFS from now on; everything is forgotten that was known of files. */
void storm_start(void);
void storm_stop(void);

/* Makes in to_directory what a power cut would leave, now, of the files in from_directory. */
void storm_image(const char *from_directory, const char *to_directory, struct random *random);

#endif
