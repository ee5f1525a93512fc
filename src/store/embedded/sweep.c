#include "store/embedded/sweep.h"

#include "exact/uint128.h"
#include "store/embedded/state_rows.h"

void sweep_init(struct sweep *sweep, size_t rows_min)
{
    *sweep = (struct sweep){ .rows_min = rows_min, .replay_from = 1 };
}

void sweep_finish(struct sweep *sweep)
{
    room_free(sweep->written);
    sweep->written = NULL;
}

static size_t total(const struct sweep *sweep)
{
    return sweep->account_count + sweep->grant_count + sweep->hold_count;
}

/* The mark and the row of what stands at that place of the round. */
static enum err write_at(struct database *database, struct book *book, const struct sweep *sweep,
                         size_t place, bool **ret_dirty)
{
    if (place < sweep->account_count) {
        struct book_account *account = book_account(book, (uint32_t)place + 1);

        *ret_dirty = &account->dirty;
        return account->dirty ? state_account_write(database, book, account) : OK;
    }
    place -= sweep->account_count;
    if (place < sweep->grant_count) {
        struct book_grant *grant = book_grant_at(book, place);

        *ret_dirty = &grant->dirty;
        if (!grant->dirty)
            return OK;
        book_grant_rest(book, grant);
        return state_grant_write(database, book, grant);
    }
    place -= sweep->grant_count;
    assert(place < sweep->hold_count);
    *ret_dirty = &book->holds[place]->dirty;
    return *(*ret_dirty) ? state_hold_write(database, book, book->holds[place]) : OK;
}

/* Moves the hand on by one. */
static enum err step(struct sweep *sweep, struct database *database, struct book *book)
{
    bool **written = room_grow(sweep->written, sizeof *written, &sweep->written_capacity,
                               sweep->written_count + 1);
    bool *dirty;
    enum err e;

    if (written == NULL)
        return ERR_NOMEM;
    sweep->written = written;
    e = write_at(database, book, sweep, sweep->hand, &dirty);
    if (e != OK)
        return e;
    if (*dirty) {
        *dirty = false;
        written[sweep->written_count++] = dirty;
    }
    sweep->hand++;
    return OK;
}

/* How far the hand should be, at that end of the book. */
static size_t place_due(const struct sweep *sweep, uint64_t end)
{
    uint64_t entries = end - sweep->start;

    if (entries >= SWEEP_ENTRIES)
        return total(sweep);
    return (size_t)((uint128)total(sweep) * entries / SWEEP_ENTRIES);
}

static bool is_round(const struct sweep *sweep, uint64_t end)
{
    return sweep->hand == total(sweep) &&
           (end - sweep->start >= SWEEP_ENTRIES || sweep->rows_min > 0);
}

static enum err replay_from_write(struct sweep *sweep, struct database *database,
                                  enum environment environment, uint64_t replay_from)
{
    static const char *const names[] = { "live_replay_from", "test_replay_from" };
    sqlite3_stmt *s;
    enum err e = sql_get(database, NO_BOOK, SQL_META_PUT, &s);

    if (e != OK)
        return e;
    sql_bind_text(s, 1, str_from_c(names[environment_index(environment)]));
    sql_bind_u64(s, 2, replay_from);
    e = sql_run(database, s);
    if (e == OK)
        sweep->replay_from = replay_from;
    return e;
}

static void commit_start(struct sweep *sweep)
{
    assert(sweep->written_count == 0);
    sweep->hand_before = sweep->hand;
    sweep->replay_from_before = sweep->replay_from;
}

enum err sweep_write(struct sweep *sweep, struct database *database, struct book *book)
{
    uint64_t end = book->end.sequence;
    size_t due = place_due(sweep, end);
    enum err e = OK;

    commit_start(sweep);
    while (e == OK && sweep->hand < total(sweep) &&
           (sweep->hand < due || sweep->written_count < sweep->rows_min))
        e = step(sweep, database, book);
    if (e == OK && is_round(sweep, end) && sweep->replay_from != sweep->start + 1)
        e = replay_from_write(sweep, database, book->environment, sweep->start + 1);
    return e;
}

/* Sets out again, over all there is now. */
static void set_out(struct sweep *sweep, struct book *book)
{
    book_holds_forget(book);
    sweep->start = book->end.sequence;
    sweep->account_count = book_account_count(book);
    sweep->grant_count = book_grant_count(book);
    sweep->hold_count = book->hold_count;
    sweep->hand = 0;
}

void sweep_committed(struct sweep *sweep, struct book *book)
{
    sweep->written_count = 0;
    if (is_round(sweep, book->end.sequence))
        set_out(sweep, book);
}

void sweep_undone(struct sweep *sweep)
{
    for (size_t i = 0; i < sweep->written_count; i++)
        *sweep->written[i] = true;
    sweep->written_count = 0;
    sweep->hand = sweep->hand_before;
    sweep->replay_from = sweep->replay_from_before;
}

enum err sweep_write_all(struct sweep *sweep, struct database *database, struct book *book)
{
    enum err e = OK;

    commit_start(sweep);
    sweep->account_count = book_account_count(book);
    sweep->grant_count = book_grant_count(book);
    sweep->hold_count = book->hold_count;
    sweep->hand = 0;
    while (e == OK && sweep->hand < total(sweep))
        e = step(sweep, database, book);
    if (e == OK && sweep->replay_from != book->end.sequence + 1)
        e = replay_from_write(sweep, database, book->environment, book->end.sequence + 1);
    return e;
}
