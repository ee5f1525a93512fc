#include "store/book/undo_index.h"

struct index_change {
    struct index_key key;
    uint64_t before; /* 0: it was not there */
};

static void put_back(void *owner, const void *record)
{
    const struct index_change *change = record;
    struct index *index = owner;

    if (change->before == 0) {
        bool was_there = index_remove(index, change->key);

        assert(was_there);
    } else {
        enum err e = index_put(index, change->key, change->before);

        assert(e == OK); /* there was room for it before */
    }
}

enum err undo_index_set(struct undo *undo, struct index *index, struct index_key key,
                        uint64_t value)
{
    struct index_change change = { .key = key, .before = index_find(index, key) };
    size_t position = undo->used;
    enum err e = OK;

    if (change.before == value)
        return OK;
    e = undo_write(undo, put_back, index, &change, sizeof change);
    if (e != OK)
        return e;
    if (value == 0)
        index_remove(index, key);
    else
        e = index_put(index, key, value);
    if (e != OK && !undo->off)
        undo->used = position; /* there is nothing to take back */
    return e;
}
