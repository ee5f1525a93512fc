/* store/memory/memory.h - a store that keeps everything in memory and loses it on close.
 *
 * For tests, the simulation and as the second opinion on the embedded store: the same contract,
 * with arrays in place of tables.  Its readers may be used from other threads (one lock). */
#ifndef STORE_MEMORY_MEMORY_H
#define STORE_MEMORY_MEMORY_H

#include "store/store.h"

enum err memory_store_open(struct store **ret) MUST_CHECK;
/* Makes a key known, as `scrip key create` does for an embedded store. */
enum err memory_store_key_add(struct store *store, const struct key *key) MUST_CHECK;
/* The next count commits fail with e, undoing their batch. */
void memory_store_fail_commits(struct store *store, int count, enum err e);

#endif
