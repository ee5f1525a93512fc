#include "store/embedded/upgrade.h"

#include "base/index.h"
#include "domain/jump.h"
#include "store/book/jumps.h"
#include "store/book/room.h"

/* --- format 3: the jumps of grants --- */

/* A grant with so many entries that the next one jumps. */
struct chain {
    uint64_t entry_count;
    struct jumps *jumps; /* along those of the last entry */
};

/* By number of the grant: how many entries it has, while they are fewer than JUMPLESS_ENTRIES;
 * then the address of its chain, which is larger than any such number. */
struct chains {
    struct index index;
};

static struct chain *chain_at(uint64_t value)
{
    return value < JUMPLESS_ENTRIES ? NULL : (struct chain *)(uintptr_t)value;
}

static void chains_finish(struct chains *chains)
{
    struct index_key key;
    uint64_t value;
    size_t place = 0;

    while (index_next(&chains->index, &place, &key, &value)) {
        struct chain *chain = chain_at(value);

        if (chain != NULL)
            room_free(chain->jumps);
        room_free(chain);
    }
    index_finish(&chains->index);
}

static enum err chain_begin(struct chains *chains, struct index_key key, struct chain **ret)
{
    struct chain *chain = room_new(sizeof *chain);
    enum err e;

    if (chain == NULL)
        return ERR_NOMEM;
    chain->entry_count = JUMPLESS_ENTRIES - 1;
    e = index_put(&chains->index, key, (uint64_t)(uintptr_t)chain);
    if (e == OK)
        *ret = chain;
    else
        room_free(chain);
    return e;
}

/* *ret: the entry that the next one of the grant, at that sequence, jumps to; 0: none. */
static enum err chain_extend(struct chain *chain, uint64_t sequence, uint64_t *ret)
{
    uint32_t places = jumps_of_grant(chain->entry_count + 1);
    enum err e = jumps_reserve(&chain->jumps, places);

    if (e != OK)
        return e;
    *ret = places >= 2 ? chain->jumps->sequences[places - 2] : 0;
    chain->jumps->sequences[places - 1] = sequence;
    chain->entry_count++;
    return OK;
}

static enum err jump_of_next(struct chains *chains, uint64_t grant, uint64_t sequence,
                             uint64_t *ret)
{
    struct index_key key = { .low = grant };
    uint64_t value = index_find(&chains->index, key);
    struct chain *chain = chain_at(value);
    enum err e = OK;

    *ret = 0;
    if (chain == NULL && value + 1 < JUMPLESS_ENTRIES)
        return index_put(&chains->index, key, value + 1);
    if (chain == NULL)
        e = chain_begin(chains, key, &chain);
    return e == OK ? chain_extend(chain, sequence, ret) : e;
}

static enum err write_jumps(struct database *database, struct chains *chains, sqlite3_stmt *entries,
                            sqlite3_stmt *update)
{
    enum err e;

    while ((e = sql_row(database, entries)) == OK) {
        uint64_t sequence = sql_u64(entries, 0), jump;

        e = jump_of_next(chains, sql_u64(entries, 1), sequence, &jump);
        if (e != OK)
            return e;
        if (jump == 0)
            continue;
        sql_bind_u64(update, 1, sequence);
        sql_bind_u64(update, 2, jump);
        e = sql_run(database, update);
        if (e != OK)
            return e;
    }
    return e == ERR_NOT_FOUND ? OK : e;
}

static const char count_entries[] =
    "UPDATE {book}_grants SET entry_count = (SELECT c.entries FROM ("
    " SELECT e.grant_number, count(*) AS entries FROM {book}_entries AS e"
    " JOIN {book}_grants AS g ON g.number = e.grant_number AND e.sequence <= g.last_entry"
    " GROUP BY e.grant_number) AS c WHERE c.grant_number = {book}_grants.number)";

enum err upgrade_grant_jumps(struct database *database, enum environment environment)
{
    sqlite3_stmt *entries = NULL, *update = NULL;
    struct chains chains;
    enum err e = database_prepare_book(database, environment,
                                       "SELECT sequence, grant_number FROM {book}_entries"
                                       " WHERE grant_number > 0 ORDER BY sequence",
                                       &entries);

    index_init(&chains.index, 0);
    if (e == OK)
        e = database_prepare_book(database, environment,
                                  "UPDATE {book}_entries SET grant_jump = ?2 WHERE sequence = ?1",
                                  &update);
    if (e == OK)
        e = write_jumps(database, &chains, entries, update);
    sqlite3_finalize(entries);
    sqlite3_finalize(update);
    chains_finish(&chains);
    return e == OK ? database_run_book(database, environment, count_entries) : e;
}
