#include "store/book/books.h"
#include "store/book/copy.h"

#define RECEIPTS_FORGET_MAX 1000 /* a call; a batch brings fewer than it can forget */

static struct index_key receipt_key(const struct digest *key)
{
    return index_key_from_bytes(key->bytes);
}

static uint64_t committed_last(const struct books *books)
{
    return books->receipt_last - books->pending.receipt_count;
}

enum err books_receipt_find(struct store *store, const struct digest *key, struct arena *arena,
                            struct receipt *ret)
{
    struct books *books = books_of(store);
    uint64_t number = index_find(&books->receipts, receipt_key(key));
    enum err e;

    if (number == 0)
        return ERR_NOT_FOUND;
    if (number > committed_last(books))
        return copy_receipt(&books->pending.receipts[number - committed_last(books) - 1].receipt,
                            arena, ret);
    e = books->backend->read_receipt(books, number, arena, ret);
    return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
}

struct receipt_change {
    struct index_key key;
    uint64_t before; /* number, or 0 */
    uint64_t last, forgotten;
    struct instant oldest_at;
};

static void receipt_put_back(void *owner, const void *record)
{
    struct books *books = owner;
    const struct receipt_change *change = record;
    enum err e;

    if (change->before == 0) {
        index_remove(&books->receipts, change->key);
    } else {
        e = index_put(&books->receipts, change->key, change->before);
        assert(e == OK); /* there was room for it before */
    }
    books->receipt_last = change->last;
    books->receipt_forgotten = change->forgotten;
    books->receipt_oldest_at = change->oldest_at;
}

static struct receipt_change change_of(const struct books *books, struct index_key key)
{
    return (struct receipt_change){
        .key = key,
        .before = index_find(&books->receipts, key),
        .last = books->receipt_last,
        .forgotten = books->receipt_forgotten,
        .oldest_at = books->receipt_oldest_at,
    };
}

enum err books_receipt_append(struct store *store, const struct digest *key,
                              const struct receipt *receipt)
{
    struct books *books = books_of(store);
    struct receipt_change change = change_of(books, receipt_key(key));
    size_t position = books->undo.used;
    enum err e = index_put(&books->receipts, change.key, books->receipt_last + 1);

    if (e != OK)
        return e;
    e = undo_write(&books->undo, receipt_put_back, books, &change, sizeof change);
    if (e != OK) {
        receipt_put_back(books, &change);
        return e;
    }
    e = pending_receipt_add(&books->pending, change.key, receipt);
    if (e != OK) {
        undo_rewind(&books->undo, position);
        return e;
    }
    books->receipt_last++;
    return OK;
}

/* Forgets the next committed receipt if it is old enough.  *ret_more: it was. */
static enum err forget_next(struct books *books, struct instant older_than, bool *ret_more)
{
    struct receipt_change change;
    struct index_key key;
    struct instant at;
    uint64_t number;
    enum err e = books->backend->next_receipt(books, books->receipt_forgotten, &number, &key, &at);

    *ret_more = false;
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    change = change_of(books, key);
    if (!instant_before(at, older_than)) {
        books->receipt_oldest_at = at;
        return OK;
    }
    e = undo_write(&books->undo, receipt_put_back, books, &change, sizeof change);
    if (e == OK)
        e = pending_forget(&books->pending, number);
    if (e != OK)
        return e;
    if (change.before == number) /* else the key has been used again since */
        index_remove(&books->receipts, key);
    books->receipt_forgotten = number;
    *ret_more = true;
    return OK;
}

enum err books_receipts_forget(struct store *store, struct instant older_than)
{
    struct books *books = books_of(store);
    size_t position = books->undo.used;
    bool more = true;
    enum err e = OK;

    if (!instant_is_none(books->receipt_oldest_at) &&
        !instant_before(books->receipt_oldest_at, older_than))
        return OK;
    for (int i = 0; i < RECEIPTS_FORGET_MAX && more && e == OK; i++)
        e = forget_next(books, older_than, &more);
    if (e != OK)
        undo_rewind(&books->undo, position);
    return e;
}
