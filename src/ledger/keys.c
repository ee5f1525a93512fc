#include "ledger/keys.h"

#include <stdatomic.h>
#include "ledger/ledger.h"

#define KEYS_BYTES_MAX (256u << 20) /* a million customers' own keys */

void keys_init(struct keys *keys)
{
    pthread_mutex_init(&keys->mutex, NULL);
    keys->current = NULL;
}

void keys_finish(struct keys *keys)
{
    if (keys->current != NULL)
        ledger_keys_release(keys->current);
    keys->current = NULL;
    pthread_mutex_destroy(&keys->mutex);
}

static enum err snapshot_make(struct store *store, struct key_snapshot **ret)
{
    struct key_snapshot *snapshot;
    struct arena arena;
    enum err e;

    arena_init(&arena, KEYS_BYTES_MAX);
    snapshot = arena_new(&arena, struct key_snapshot, 1);
    e = snapshot == NULL ? ERR_NOMEM : OK;
    if (e == OK)
        e = store_keys(store, &arena, &snapshot->keys, &snapshot->key_count);
    if (e != OK) {
        arena_finish(&arena);
        return e;
    }
    store_pepper(store, snapshot->pepper);
    atomic_init(&snapshot->references, 1);
    snapshot->arena = arena;
    *ret = snapshot;
    return OK;
}

enum err keys_load(struct keys *keys, struct store *store)
{
    struct key_snapshot *snapshot, *last;
    enum err e = snapshot_make(store, &snapshot);

    if (e != OK)
        return e;
    pthread_mutex_lock(&keys->mutex);
    last = keys->current;
    keys->current = snapshot;
    pthread_mutex_unlock(&keys->mutex);
    if (last != NULL)
        ledger_keys_release(last);
    return OK;
}

struct key_snapshot *keys_acquire(struct keys *keys)
{
    struct key_snapshot *snapshot;
    int before;

    pthread_mutex_lock(&keys->mutex);
    snapshot = keys->current;
    assert(snapshot != NULL);
    before = atomic_fetch_add(&snapshot->references, 1);
    pthread_mutex_unlock(&keys->mutex);
    assert(before > 0);
    return snapshot;
}

void ledger_keys_release(struct key_snapshot *snapshot)
{
    int before = atomic_fetch_sub(&snapshot->references, 1);
    struct arena arena;

    assert(before > 0);
    if (before > 1)
        return;
    arena = snapshot->arena; /* the snapshot goes with it */
    arena_finish(&arena);
}
