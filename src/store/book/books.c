#include "store/book/books.h"

void books_init(struct books *books, const struct store_operations *operations,
                const struct books_backend *backend, uint64_t seed)
{
    struct book_needs needs = {
        .directory = &books->directory,
        .intern = &books->intern,
        .undo = &books->undo,
        .read = books_book_read,
        .read_context = books,
        .seed = seed,
    };

    books->store = (struct store){ .operations = operations };
    books->backend = backend;
    undo_init(&books->undo);
    pending_init(&books->pending, &books->undo);
    directory_init(&books->directory, seed, &books->undo);
    trail_init(&books->trail, seed, &books->undo);
    intern_init(&books->intern, seed);
    book_init(&books->books[0], ENVIRONMENT_LIVE, &needs);
    book_init(&books->books[1], ENVIRONMENT_TEST, &needs);
    sealer_init(&books->sealer);
    number_index_init(&books->receipts, seed);
    books->receipt_last = 0;
    books->test_clock = INSTANT_NONE;
    books->receipt_forgotten = 0;
    books->receipt_oldest_at = INSTANT_NONE;
}

void books_finish(struct books *books)
{
    number_index_finish(&books->receipts);
    for (int i = 0; i < ENVIRONMENT_COUNT; i++)
        book_finish(&books->books[i]);
    intern_finish(&books->intern);
    directory_finish(&books->directory);
    trail_finish(&books->trail);
    pending_finish(&books->pending);
    undo_finish(&books->undo);
}

/* --- entries --- */

uint64_t books_committed(const struct books *books, enum environment environment)
{
    int i = environment_index(environment);

    assert(books->books[i].end.sequence >= books->pending.entries[i].count);
    return books->books[i].end.sequence - books->pending.entries[i].count;
}

enum err books_entry(struct books *books, enum environment environment, uint64_t sequence,
                     bool with_facts, struct arena *arena, struct entry *ret)
{
    const struct pending_entries *pending = &books->pending.entries[environment_index(environment)];
    uint64_t committed = books_committed(books, environment);

    if (sequence == 0 || sequence > committed + pending->count)
        return ERR_NOT_FOUND;
    if (sequence <= committed)
        return books->backend->read_entry(books, environment, sequence, with_facts, arena, ret);
    *ret = pending->entries[sequence - committed - 1];
    assert(ret->sequence == sequence);
    return OK;
}

enum err books_book_read(void *context, enum environment environment, uint64_t sequence,
                         bool with_facts, struct arena *arena, struct entry *ret)
{
    return books_entry(context, environment, sequence, with_facts, arena, ret);
}

static enum err append_all(struct books *books, enum environment environment, struct entry *entries,
                           size_t count)
{
    struct book *book = books_book(books, environment);
    enum err e = OK;

    for (size_t i = 0; i < count && e == OK; i++) {
        e = book_append(book, &entries[i]);
        if (e == OK)
            e = pending_entry_add(&books->pending, environment, &entries[i]);
    }
    return e;
}

enum err books_append(struct store *store, enum environment environment, struct entry *entries,
                      size_t count)
{
    struct books *books = books_of(store);
    size_t position = books->undo.used;
    enum err e = append_all(books, environment, entries, count);

    if (e != OK)
        undo_rewind(&books->undo, position);
    return e;
}

/* --- batches --- */

enum err books_begin(struct store *store)
{
    struct books *books = books_of(store);

    assert(books->undo.used == 0);
    assert(pending_is_empty(&books->pending));
    return books->backend->ready(books);
}

struct store_mark books_mark(struct store *store)
{
    return (struct store_mark){ .position = books_of(store)->undo.used };
}

enum err books_rewind(struct store *store, struct store_mark mark)
{
    undo_rewind(&books_of(store)->undo, mark.position);
    return OK;
}

static void batch_end(struct books *books)
{
    undo_forget(&books->undo);
    pending_clear(&books->pending);
    for (int i = 0; i < ENVIRONMENT_COUNT; i++)
        due_release(&books->books[i].due);
}

void books_abort(struct store *store)
{
    struct books *books = books_of(store);

    undo_rewind(&books->undo, 0);
    assert(pending_is_empty(&books->pending));
    batch_end(books);
}

/* Where the book has new entries, the seal over them. */
static void seal_entries(struct books *books, int i, struct instant now)
{
    const struct pending_entries *pending = &books->pending.entries[i];
    const struct book_end *end = &books->books[i].end;

    if (pending->count == 0)
        return;
    sealer_start(&books->sealer, &end->hash);
    for (size_t k = 0; k < pending->count; k++)
        sealer_add(&books->sealer, &pending->entries[k]);
    books->pending.seals[i] = (struct seal){
        .last_sequence = end->sequence,
        .at = now,
        .hash = sealer_take(&books->sealer, now),
    };
    assert(pending->entries[pending->count - 1].sequence == end->sequence);
}

static void seals_stand(struct books *books)
{
    for (int i = 0; i < ENVIRONMENT_COUNT; i++) {
        struct book_end *end = &books->books[i].end;

        if (books->pending.entries[i].count == 0)
            continue;
        end->hash = books->pending.seals[i].hash;
        end->sealed_at = books->pending.seals[i].at;
    }
}

enum err books_commit(struct store *store, struct instant now)
{
    struct books *books = books_of(store);
    enum err e;

    if (pending_is_empty(&books->pending)) {
        books_abort(store);
        return OK;
    }
    for (int i = 0; i < ENVIRONMENT_COUNT; i++)
        seal_entries(books, i, now);
    e = books->backend->write(books);
    if (e != OK) {
        books_abort(store);
        return e;
    }
    seals_stand(books);
    batch_end(books);
    if (books->backend->written != NULL)
        books->backend->written(books);
    return OK;
}

/* --- looks --- */

bool books_next_due(struct store *store, enum environment environment, struct due *ret)
{
    return due_first(&books_book(books_of(store), environment)->due, ret);
}

void books_book_end(struct store *store, enum environment environment, struct book_end *ret)
{
    *ret = books_book(books_of(store), environment)->end;
}

void books_account(struct store *store, enum environment environment, uint32_t number,
                   struct account *ret)
{
    *ret = book_account(books_book(books_of(store), environment), number)->account;
}

enum err books_accounts_of(struct store *store, enum environment environment, uint32_t customer,
                           struct arena *arena, struct account **ret, size_t *ret_count)
{
    const struct book *book = books_book(books_of(store), environment);
    struct account *accounts;
    size_t count = 0;
    uint32_t number;

    for (number = book_account_first(book, customer); number != 0; count++)
        number = book_account(book, number)->next;
    accounts = arena_new(arena, struct account, count);
    if (accounts == NULL)
        return ERR_NOMEM;
    count = 0;
    for (number = book_account_first(book, customer); number != 0; count++) {
        accounts[count] = book_account(book, number)->account;
        number = book_account(book, number)->next;
    }
    *ret = accounts;
    *ret_count = count;
    return OK;
}
