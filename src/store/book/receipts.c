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

/* Committed or not. */
static enum err receipt_read(struct books *books, uint64_t number, struct arena *arena,
                             struct index_key *ret_key, struct receipt *ret)
{
    const struct pending_receipt *pending;

    if (number <= committed_last(books))
        return books->backend->read_receipt(books, number, arena, ret_key, ret);
    pending = &books->pending.receipts[number - committed_last(books) - 1];
    *ret_key = pending->key;
    return copy_receipt(&pending->receipt, arena, ret);
}

enum err books_receipt_find(struct store *store, const struct digest *key, struct arena *arena,
                            struct receipt *ret)
{
    struct books *books = books_of(store);
    struct index_key wanted = receipt_key(key);
    uint64_t number = books->receipt_last + 1;
    struct index_key found;
    struct receipt receipt;

    while ((number = number_index_find(&books->receipts, wanted, number)) >
           books->receipt_forgotten) {
        enum err e = receipt_read(books, number, arena, &found, &receipt);

        if (e != OK)
            return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
        if (found.high == wanted.high && found.low == wanted.low) {
            *ret = receipt;
            return OK;
        }
    }
    return ERR_NOT_FOUND;
}

/* --- adding --- */

struct receipt_added {
    struct index_key key;
    uint64_t number;
};

static void receipt_take_out(void *owner, const void *record)
{
    const struct receipt_added *added = record;
    struct books *books = owner;
    bool was_there = number_index_remove(&books->receipts, added->key, added->number);

    assert(was_there);
    books->receipt_last = added->number - 1;
}

enum err books_receipt_append(struct store *store, const struct digest *key,
                              const struct receipt *receipt)
{
    struct books *books = books_of(store);
    struct receipt_added added = { .key = receipt_key(key), .number = books->receipt_last + 1 };
    size_t position = books->undo.used;
    enum err e = number_index_put(&books->receipts, added.key, added.number);

    if (e != OK)
        return e;
    e = undo_write(&books->undo, receipt_take_out, books, &added, sizeof added);
    if (e != OK) {
        receipt_take_out(books, &added);
        return e;
    }
    e = pending_receipt_add(&books->pending, added.key, receipt);
    if (e != OK) {
        undo_rewind(&books->undo, position);
        return e;
    }
    books->receipt_last++;
    return OK;
}

/* --- forgetting --- */

struct receipt_forgotten {
    struct index_key key;
    uint64_t number;
    bool was_there;
    uint64_t forgotten; /* and the instant, as they were */
    struct instant oldest_at;
};

static void receipt_put_back(void *owner, const void *record)
{
    const struct receipt_forgotten *forgotten = record;
    struct books *books = owner;

    if (forgotten->was_there) {
        enum err e = number_index_put(&books->receipts, forgotten->key, forgotten->number);

        assert(e == OK); /* there was room for it before */
    }
    books->receipt_forgotten = forgotten->forgotten;
    books->receipt_oldest_at = forgotten->oldest_at;
}

/* Forgets the next committed receipt if it is old enough.  *ret_more: it was. */
static enum err forget_next(struct books *books, struct instant older_than, bool *ret_more)
{
    struct receipt_forgotten gone = {
        .forgotten = books->receipt_forgotten,
        .oldest_at = books->receipt_oldest_at,
    };
    struct instant at;
    enum err e =
        books->backend->next_receipt(books, books->receipt_forgotten, &gone.number, &gone.key, &at);

    *ret_more = false;
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    if (!instant_before(at, older_than)) {
        books->receipt_oldest_at = at;
        return OK;
    }
    gone.was_there = number_index_remove(&books->receipts, gone.key, gone.number);
    e = undo_write(&books->undo, receipt_put_back, books, &gone, sizeof gone);
    if (e != OK) {
        receipt_put_back(books, &gone);
        return e;
    }
    e = pending_forget(&books->pending, gone.number);
    if (e != OK)
        return e; /* the caller rewinds */
    books->receipt_forgotten = gone.number;
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
