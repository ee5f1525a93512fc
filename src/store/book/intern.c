#include "store/book/intern.h"

#include <string.h>
#include "base/digest.h"
#include "store/book/room.h"

void intern_init(struct intern *intern, uint64_t seed)
{
    *intern = (struct intern){ .count = 0 };
    index_init(&intern->index, seed);
}

void intern_finish(struct intern *intern)
{
    index_finish(&intern->index);
    for (size_t i = 0; i < intern->count; i++)
        room_free(intern->copies[i]);
    room_free(intern->copies);
    *intern = (struct intern){ .count = 0 };
}

/* The content's fingerprint, half a SHA-256: two contents do not share one. */
static struct index_key fingerprint(const void *content, size_t size)
{
    struct digest digest = digest_sha256(content, size);

    return index_key_from_bytes(digest.bytes);
}

/* Keeps a new copy and makes it findable. */
static enum err keep(struct intern *intern, struct index_key key, void *copy)
{
    void **copies = room_grow(intern->copies, sizeof *copies, &intern->capacity, intern->count + 1);
    enum err e;

    if (copies == NULL)
        return ERR_NOMEM;
    intern->copies = copies;
    e = index_put(&intern->index, key, (uint64_t)(uintptr_t)copy);
    if (e == OK)
        copies[intern->count++] = copy;
    return e;
}

static void *found(const struct intern *intern, struct index_key key)
{
    return (void *)(uintptr_t)index_find(&intern->index, key);
}

/* The set and its ids in one piece. */
static struct product_set *products_copy(const struct product_set *set)
{
    size_t ids_bytes = set->count * sizeof *set->ids;
    struct product_set *copy = room_new(sizeof *copy + ids_bytes);

    if (copy == NULL)
        return NULL;
    memcpy(copy + 1, set->ids, ids_bytes);
    *copy = (struct product_set){ .count = set->count, .ids = (const void *)(copy + 1) };
    return copy;
}

enum err intern_products(struct intern *intern, const struct product_set *set,
                         const struct product_set **ret)
{
    struct index_key key;
    struct product_set *copy;
    enum err e;

    if (set->count == 0) {
        *ret = NULL;
        return OK;
    }
    key = fingerprint(set->ids, set->count * sizeof *set->ids);
    copy = found(intern, key);
    if (copy == NULL) {
        copy = products_copy(set);
        if (copy == NULL)
            return ERR_NOMEM;
        e = keep(intern, key, copy);
        if (e != OK) {
            room_free(copy);
            return e;
        }
    }
    assert(copy->count == set->count);
    *ret = copy;
    return OK;
}

enum err intern_rollover(struct intern *intern, const struct rollover *rollover,
                         const struct rollover **ret)
{
    /* The fields, because a struct's padding is nobody's. */
    const int64_t content[] = {
        rollover->kind,           rollover->amount_max.units,
        rollover->millionths_max, rollover->priority.millionths,
        rollover->expires_at.us,
    };
    struct index_key key;
    struct rollover *copy;
    enum err e;

    if (rollover->kind == 0) {
        *ret = NULL;
        return OK;
    }
    key = fingerprint(content, sizeof content);
    copy = found(intern, key);
    if (copy == NULL) {
        copy = room_new(sizeof *copy);
        if (copy == NULL)
            return ERR_NOMEM;
        *copy = *rollover;
        e = keep(intern, key, copy);
        if (e != OK) {
            room_free(copy);
            return e;
        }
    }
    assert(copy->kind == rollover->kind);
    *ret = copy;
    return OK;
}
