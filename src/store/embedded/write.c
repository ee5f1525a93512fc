#include "store/embedded/directory.h"
#include "store/embedded/inside.h"
#include "store/embedded/rows.h"
#include "store/embedded/state_rows.h"

static enum err book_write(struct embedded_store *embedded, int i)
{
    struct database *database = &embedded->database;
    const struct pending_entries *pending = &embedded->books.pending.entries[i];
    struct book *book = &embedded->books.books[i];
    enum err e = OK;

    if (pending->count == 0)
        return OK;
    for (size_t k = 0; k < pending->count && e == OK; k++)
        e = rows_entry_write(database, book->environment, &pending->entries[k]);
    for (size_t k = 0; k < pending->count && e == OK; k++)
        e = state_reversal_write(database, book, &pending->entries[k]);
    if (e == OK)
        e = rows_seal_write(database, book->environment, &embedded->books.pending.seals[i]);
    if (e == OK)
        e = sweep_write(&embedded->sweeps[i], database, book);
    return e;
}

static enum err batch_write(struct embedded_store *embedded)
{
    const struct pending *pending = &embedded->books.pending;
    enum err e = OK;

    for (size_t i = 0; i < pending->change_count && e == OK; i++)
        e = directory_change_write(&embedded->database, &pending->changes[i]);
    for (int i = 0; i < ENVIRONMENT_COUNT && e == OK; i++)
        e = book_write(embedded, i);
    if (e == OK)
        e = embedded_receipts_write(embedded);
    return e;
}

static enum err run(struct database *database, enum sql which)
{
    sqlite3_stmt *s;
    enum err e = sql_get(database, NO_BOOK, which, &s);

    return e == OK ? sql_run(database, s) : e;
}

/* One transaction around it.  What fails is as if it had not been begun, except that after
 * ERR_IO and ERR_CORRUPT nobody knows. */
static enum err transaction(struct embedded_store *embedded,
                            enum err (*work)(struct embedded_store *embedded))
{
    struct database *database = &embedded->database;
    enum err e = run(database, SQL_BEGIN);

    if (e == OK) {
        e = work(embedded);
        if (e == OK)
            e = run(database, SQL_COMMIT);
        if (e != OK && sqlite3_get_autocommit(database->handle) == 0 &&
            run(database, SQL_ROLLBACK) != OK)
            e = ERR_IO;
    }
    if (e == ERR_IO || e == ERR_CORRUPT)
        embedded->failed = true;
    return e;
}

enum err embedded_write(struct books *books)
{
    struct embedded_store *embedded = embedded_of(books);
    enum err e = transaction(embedded, batch_write);

    for (int i = 0; i < ENVIRONMENT_COUNT && e != OK; i++)
        sweep_undone(&embedded->sweeps[i]);
    return e;
}

static enum err state_write(struct embedded_store *embedded)
{
    enum err e = OK;

    for (int i = 0; i < ENVIRONMENT_COUNT && e == OK; i++)
        e = sweep_write_all(&embedded->sweeps[i], &embedded->database, &embedded->books.books[i]);
    return e;
}

enum err embedded_write_state(struct embedded_store *embedded)
{
    enum err e = transaction(embedded, state_write);

    for (int i = 0; i < ENVIRONMENT_COUNT && e != OK; i++)
        sweep_undone(&embedded->sweeps[i]);
    return e;
}
