/* test/contract/storm.h - a disk that fills up, fails to sync, and loses power.
 *
 * A VFS of SQLite's in front of the real one.  It counts, fails where it is told to, and
 * remembers what has not been synced, so that it can say what a disk may hold after a power cut:
 * of everything since the last sync any part may have arrived, sector by sector. */
#ifndef TEST_CONTRACT_STORM_H
#define TEST_CONTRACT_STORM_H

#include "base/random.h"

struct storm {
    long writes, syncs;              /* so far */
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
