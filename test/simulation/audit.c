/* The entries, read one by one, against the sum of what replies have said. */
#include "world.h"

static void add_entry(struct sums *sums, const struct entry *entry)
{
    if (entry->key == 0)
        return; /* time's own: an expiry's rollover grants nothing new */
    if (entry->kind == ENTRY_ISSUE)
        sums->granted += entry->facts->amount.units;
    else if (entry->kind == ENTRY_DRAW || entry->kind == ENTRY_CAPTURE)
        sums->taken -= entry->amount.units;
    else if (entry->kind == ENTRY_REVERSE)
        sums->reversed += entry->amount.units;
}

static void audit_book(struct world *world, enum environment environment)
{
    const struct sums *promised = &world->sums[environment_index(environment)];
    struct sums sums = { .granted = 0 };
    struct store_reader *reader;
    struct book_end end;
    struct arena arena;
    enum err e = store_reader_open(world->desk.store, &reader);

    assert(e == OK);
    arena_init(&arena, 1 << 20);
    store_book_end(world->desk.store, environment, &end);
    for (uint64_t sequence = 1; sequence <= end.sequence; sequence++) {
        struct arena_mark mark = arena_mark(&arena);
        struct entry entry;

        e = store_read_entry(reader, environment, sequence, true, &arena, &entry);
        assert(e == OK);
        add_entry(&sums, &entry);
        arena_rewind(&arena, mark);
    }
    arena_finish(&arena);
    store_reader_close(reader);
    assert(sums.granted == promised->granted);
    assert(sums.taken == promised->taken);
    assert(sums.reversed == promised->reversed);
}

void audit(struct world *world)
{
    audit_book(world, ENVIRONMENT_LIVE);
    audit_book(world, ENVIRONMENT_TEST);
}
