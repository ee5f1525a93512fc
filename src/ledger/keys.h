/* ledger/keys.h - the keys as of the last look, for the threads that authenticate.
 *
 * The ledger's thread reads them from the store into a snapshot and swaps it for the last one,
 * whole.  A snapshot lives in an arena of its own and goes when its last user releases it.
 */
#ifndef LEDGER_KEYS_H
#define LEDGER_KEYS_H

#include <pthread.h>
#include "store/store.h"

struct key_snapshot;

struct keys {
    pthread_mutex_t mutex; /* held for a few instructions only */
    struct key_snapshot *current;
};

void keys_init(struct keys *keys);
void keys_finish(struct keys *keys);
/* On failure the last snapshot stays. */
enum err keys_load(struct keys *keys, struct store *store) MUST_CHECK;
struct key_snapshot *keys_acquire(struct keys *keys); /* any thread */
/* Fills in secrets, from the pepper, and by_secret and business, in the snapshot's arena.
 * ERR_NOMEM */
enum err key_snapshot_index(struct key_snapshot *snapshot) MUST_CHECK;

#endif
