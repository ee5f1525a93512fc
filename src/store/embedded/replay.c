#include "store/embedded/directory.h"
#include "store/embedded/inside.h"
#include "store/embedded/rows.h"
#include "store/embedded/state_rows.h"
#include "store/embedded/trail.h"

#define REPLAY_ARENA_BYTES ((size_t)64 << 20) /* of one entry's facts */

/* Entries and their facts, read side by side. */
struct replay {
    struct database *database;
    struct book *book;
    sqlite3_stmt *entries;
    sqlite3_stmt *facts;
    bool facts_end;
    struct arena arena;
};

/* The facts of that entry, if it has some: both tables are in order of sequence. */
static enum err facts_of(struct replay *replay, uint64_t sequence, const struct facts **ret)
{
    enum err e;

    *ret = NULL;
    if (replay->facts_end || sql_u64(replay->facts, 0) != sequence)
        return OK;
    e = rows_facts(replay->facts, &replay->arena, ret);
    if (e != OK)
        return e;
    e = sql_row(replay->database, replay->facts);
    replay->facts_end = e == ERR_NOT_FOUND;
    return replay->facts_end ? OK : e;
}

/* A hold that had ended when its row was written is not among those that were loaded, but the
 * row already stands for this entry: it has to be there, so that it is not begun again. */
static enum err hold_of(struct replay *replay, const struct entry *entry)
{
    uint64_t number = entry->kind == ENTRY_HOLD ? entry->operation : entry->of;
    uint64_t last_entry, grant;
    struct hold hold;
    enum err e;

    if (number == 0 || entry_gives_back(entry, &grant) || book_hold(replay->book, number) != NULL)
        return OK;
    e = state_hold_read(replay->database, replay->book->environment, number, NULL, &hold,
                        &last_entry);
    if (e == OK && last_entry >= entry->sequence)
        return book_hold_load(replay->book, &hold, last_entry);
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err replay_row(struct replay *replay)
{
    struct entry entry;
    enum err e = rows_entry(replay->entries, &entry);

    if (e == OK && entry.sequence != replay->book->end.sequence + 1)
        e = ERR_CORRUPT;
    if (e == OK)
        e = facts_of(replay, entry.sequence, &entry.facts);
    if (e == OK)
        e = hold_of(replay, &entry);
    if (e == OK)
        e = book_apply(replay->book, &entry);
    return e;
}

static enum err replay_open(struct replay *replay, uint64_t from)
{
    enum environment environment = replay->book->environment;
    enum err e = sql_get(replay->database, environment, SQL_ENTRIES_FROM, &replay->entries);

    if (e == OK)
        e = sql_get(replay->database, environment, SQL_FACTS_FROM, &replay->facts);
    if (e != OK)
        return e;
    sql_bind_u64(replay->entries, 1, from);
    sql_bind_u64(replay->facts, 1, from);
    e = sql_row(replay->database, replay->facts);
    replay->facts_end = e == ERR_NOT_FOUND;
    return replay->facts_end ? OK : e;
}

/* Applies the entries from `from` on, each to what does not yet stand for it. */
static enum err replay_entries(struct database *database, struct book *book, uint64_t from)
{
    struct replay replay = { .database = database, .book = book };
    enum err e = replay_open(&replay, from);

    if (e != OK)
        return e;
    arena_init(&replay.arena, REPLAY_ARENA_BYTES);
    while ((e = sql_row(database, replay.entries)) == OK) {
        e = replay_row(&replay);
        if (e != OK)
            break;
        arena_reset(&replay.arena, REPLAY_ARENA_BYTES);
    }
    sql_done(replay.entries);
    sql_done(replay.facts);
    arena_finish(&replay.arena);
    return e == ERR_NOT_FOUND ? OK : e;
}

/* The last seal, and the instant of the last entry, which must be the one that it covers. */
static enum err end_load(struct database *database, struct book *book)
{
    struct seal seal;
    struct entry last;
    enum err e = rows_seal_last(database, book->environment, &seal);

    if (e == ERR_NOT_FOUND)
        return book->end.sequence == 0 ? OK : ERR_CORRUPT;
    if (e != OK)
        return e;
    if (seal.last_sequence != book->end.sequence)
        return ERR_CORRUPT;
    e = rows_entry_read(database, book->environment, seal.last_sequence, false, NULL, &last);
    if (e != OK)
        return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
    book->end.hash = seal.hash;
    book->end.sealed_at = seal.at;
    book->end.last_at = last.at;
    return OK;
}

static enum err replay_from_read(struct database *database, struct sweep *sweep,
                                 enum environment environment)
{
    static const char *const names[] = { "live_replay_from", "test_replay_from" };
    sqlite3_stmt *s;
    enum err e = sql_meta(database, str_from_c(names[environment_index(environment)]), &s);

    sweep->replay_from = 1;
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    sweep->replay_from = sql_u64(s, 0);
    sql_done(s);
    return sweep->replay_from == 0 || sweep->replay_from > INT64_MAX ? ERR_CORRUPT : OK;
}

static enum err book_load(struct database *database, struct sweep *sweep, struct book *book)
{
    struct index until;
    enum err e = replay_from_read(database, sweep, book->environment);

    index_init(&until, book->reversed.seed);
    if (e == OK)
        e = state_load(database, book);
    if (e == OK)
        e = state_reversals_load(database, book, &until);
    if (e == OK) {
        book->end.sequence = sweep->replay_from - 1;
        book->reversed_until = &until;
        e = replay_entries(database, book, sweep->replay_from);
        book->reversed_until = NULL;
    }
    index_finish(&until);
    if (e == OK)
        e = end_load(database, book);
    sweep->start = book->end.sequence;
    return e;
}

static enum err load_all(struct embedded_store *embedded)
{
    struct books *books = &embedded->books;
    enum err e = directory_load(&embedded->database, &books->directory);
    if (e == OK)
        e = directory_test_clock_read(&embedded->database, &books->test_clock);

    if (e == OK)
        e = trail_load(&embedded->database, &books->trail);
    for (int i = 0; i < ENVIRONMENT_COUNT && e == OK; i++)
        e = book_load(&embedded->database, &embedded->sweeps[i], &books->books[i]);
    if (e == OK)
        e = embedded_receipts_load(embedded);
    return e;
}

/* In one transaction, so that it is of one moment also while somebody else writes. */
enum err embedded_load(struct embedded_store *embedded)
{
    enum err e = database_run(&embedded->database, "BEGIN");

    if (e != OK)
        return e;
    embedded->books.undo.off = true;
    e = load_all(embedded);
    embedded->books.undo.off = false;
    if (e == OK)
        e = database_run(&embedded->database, "COMMIT");
    return e;
}
