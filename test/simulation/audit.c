/* The entries, read one by one, against the sum of what replies have said. */
#include "world.h"

#include <stdlib.h>

static void add_entry(struct sums *sums, const struct entry *entry)
{
    if (entry->key == 0)
        return; /* time's own: an expiry's rollover grants nothing new */
    if (entry->kind == ENTRY_ISSUE)
        sums->granted += entry->facts->amount.units;
    else if (entry->kind == ENTRY_DRAW || entry->kind == ENTRY_CAPTURE)
        sums->taken -= entry->amount.units;
    else if (entry->kind == ENTRY_DEBT)
        sums->lent += entry->debt.units;
    else if (entry->kind == ENTRY_REVERSE || entry->kind == ENTRY_REVERSE_REPAY)
        sums->reversed += entry->amount.units;
    else if (entry->kind == ENTRY_REVERSE_DEBT)
        sums->reversed -= entry->debt.units;
    else if (entry->kind == ENTRY_CREDIT_LIMIT)
        sums->limited += entry->facts->amount.units;
}

/* What is known of a grant while the entries go by, at its number. */
struct term {
    struct instant expires_at;
    bool is_over;
};

struct terms {
    struct term *list;
    struct instant last_at;
};

/* 8. */
static void check_expiry(const struct terms *terms, struct term *term, const struct entry *entry)
{
    struct instant soonest = instant_max(term->expires_at, terms->last_at);

    assert(!instant_before(entry->at, term->expires_at));
    /* What a hold has kept expires when the hold lets go of it. */
    assert(term->is_over || instant_equals(entry->at, soonest));
    assert(instant_equals(entry->effective_at, term->expires_at) || term->is_over);
    term->is_over = true;
}

/* 8. */
static void follow(struct terms *terms, const struct entry *entry)
{
    struct term *term = &terms->list[entry->grant];

    assert(!instant_before(entry->at, terms->last_at));
    if (entry->kind == ENTRY_ISSUE)
        *term = (struct term){ .expires_at = entry->facts->expires_at };
    else if (entry->kind == ENTRY_EDIT && entry->facts != NULL)
        term->expires_at = entry->facts->expires_at;
    else if (entry->kind == ENTRY_EXPIRE)
        check_expiry(terms, term, entry);
    else if (entry->kind == ENTRY_DRAW || entry->kind == ENTRY_HOLD)
        assert(!term->is_over && instant_before(entry->effective_at, term->expires_at));
    terms->last_at = entry->at;
}

static void audit_book(struct world *world, enum environment environment)
{
    const struct sums *promised = &world->sums[environment_index(environment)];
    struct sums sums = { .granted = 0 };
    struct terms terms = { .last_at = INSTANT_MIN };
    struct store_reader *reader;
    struct book_end end;
    struct arena arena;
    enum err e = store_reader_open(world->desk.store, &reader);

    assert(e == OK);
    arena_init(&arena, 1 << 20);
    store_book_end(world->desk.store, environment, &end);
    terms.list = calloc(end.sequence + 1, sizeof *terms.list);
    assert(terms.list != NULL);
    for (uint64_t sequence = 1; sequence <= end.sequence; sequence++) {
        struct arena_mark mark = arena_mark(&arena);
        struct entry entry;

        e = store_read_entry(reader, environment, sequence, true, &arena, &entry);
        assert(e == OK);
        add_entry(&sums, &entry);
        follow(&terms, &entry);
        arena_rewind(&arena, mark);
    }
    free(terms.list);
    arena_finish(&arena);
    store_reader_close(reader);
    assert(sums.granted == promised->granted);
    assert(sums.taken == promised->taken);
    assert(sums.lent == promised->lent);
    assert(sums.reversed == promised->reversed);
    assert(sums.limited == promised->limited);
}

void audit(struct world *world)
{
    audit_book(world, ENVIRONMENT_LIVE);
    audit_book(world, ENVIRONMENT_TEST);
}
