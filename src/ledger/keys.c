#include "ledger/keys.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
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

/* A key with the first bytes of its secret's HMAC, which tell nearly all of them apart without a
 * look elsewhere. */
struct sorted {
    uint64_t first_bytes;
    const struct key *key;
};

static struct sorted sorted_of(const struct key *key)
{
    struct sorted sorted = { .key = key };

    for (size_t i = 0; i < sizeof sorted.first_bytes; i++)
        sorted.first_bytes = sorted.first_bytes << 8 | key->secret_hmac.bytes[i];
    return sorted;
}

static int secret_compare(const void *left, const void *right)
{
    const struct sorted *a = left, *b = right;
    int order;

    if (a->first_bytes != b->first_bytes)
        return a->first_bytes < b->first_bytes ? -1 : 1;
    order = memcmp(a->key->secret_hmac.bytes, b->key->secret_hmac.bytes, DIGEST_BYTES);
    return order != 0 ? order
                      : (a->key->number > b->key->number) - (a->key->number < b->key->number);
}

enum err key_snapshot_index(struct key_snapshot *snapshot)
{
    size_t count = snapshot->key_count, business = 0;
    struct sorted *sorted = arena_new(&snapshot->arena, struct sorted, count);

    snapshot->by_secret = arena_new(&snapshot->arena, const struct key *, count);
    snapshot->business = arena_new(&snapshot->arena, const struct key *, count);
    if (sorted == NULL || snapshot->by_secret == NULL || snapshot->business == NULL)
        return ERR_NOMEM;
    digest_key_init(&snapshot->secrets, snapshot->pepper, sizeof snapshot->pepper);
    for (size_t i = 0; i < count; i++) {
        sorted[i] = sorted_of(&snapshot->keys[i]);
        if (snapshot->keys[i].customer == 0)
            snapshot->business[business++] = &snapshot->keys[i];
    }
    snapshot->business_count = business;
    qsort(sorted, count, sizeof *sorted, secret_compare);
    for (size_t i = 0; i < count; i++)
        snapshot->by_secret[i] = sorted[i].key;
    return OK;
}

const struct key *key_snapshot_numbered(const struct key_snapshot *snapshot, uint32_t number)
{
    size_t low = 0, high = snapshot->key_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (snapshot->keys[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == snapshot->key_count || snapshot->keys[low].number != number)
        return NULL;
    return &snapshot->keys[low];
}

struct digest key_snapshot_hmac(const struct key_snapshot *snapshot, struct str secret)
{
    return digest_hmac(&snapshot->secrets, secret);
}

const struct key **key_snapshot_find(const struct key_snapshot *snapshot,
                                     const struct digest *secret_hmac, size_t *ret_count)
{
    size_t low = 0, high = snapshot->key_count, end;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (memcmp(snapshot->by_secret[middle]->secret_hmac.bytes, secret_hmac->bytes,
                   DIGEST_BYTES) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (end = low; end < snapshot->key_count &&
                    digest_equals(&snapshot->by_secret[end]->secret_hmac, secret_hmac);)
        end++;
    *ret_count = end - low;
    return snapshot->by_secret + low;
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
    if (e == OK) {
        store_pepper(store, snapshot->pepper);
        snapshot->arena = arena;
        e = key_snapshot_index(snapshot);
        arena = snapshot->arena;
    }
    if (e != OK) {
        arena_finish(&arena);
        return e;
    }
    atomic_init(&snapshot->references, 1);
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
