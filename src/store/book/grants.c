#include <string.h>
#include "base/digest.h"
#include "domain/custom_fields.h"
#include "domain/jump.h"
#include "engine/fold.h"
#include "store/book/book.h"

#define FACTS_BYTES_MAX ((size_t)64 << 20)

_Static_assert(offsetof(struct book_grant, grant) == 0, "a struct grant * is a book_grant");

size_t book_grant_count(const struct book *book)
{
    return book->grants.count;
}

struct book_grant *book_grant_at(const struct book *book, size_t index)
{
    struct book_grant *grant = chunked_at(&book->grants, index);

    assert(grant->index == index);
    return grant;
}

static struct index_key id_key(struct grant_id id)
{
    return index_key_from_bytes(id.uuid.bytes);
}

static struct index_key number_key(uint64_t number)
{
    return (struct index_key){ .high = 0, .low = number };
}

struct book_grant *book_grant(const struct book *book, uint64_t number)
{
    struct number_walk walk = number_walk_start(&book->grants_by_number, number_key(number));
    uint64_t place;

    while ((place = number_walk_next(&walk)) != 0) {
        struct book_grant *grant = book_grant_at(book, place - 1);

        if (grant->grant.number == number)
            return grant;
    }
    return NULL;
}

struct book_grant *book_grant_find(const struct book *book, struct grant_id id)
{
    struct number_walk walk = number_walk_start(&book->grants_by_id, id_key(id));
    uint64_t place;

    while ((place = number_walk_next(&walk)) != 0) {
        struct book_grant *grant = book_grant_at(book, place - 1);

        if (uuid_equals(grant->grant.id.uuid, id.uuid))
            return grant;
    }
    return NULL;
}

size_t book_grant_index_after(const struct book *book, uint64_t number)
{
    size_t low = 0, high = book->grants.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (book_grant_at(book, middle)->grant.number <= number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct index_key book_uniqueness_fingerprint(struct str key)
{
    struct digest digest;

    if (str_is_empty(key))
        return (struct index_key){ .high = 0 };
    digest = digest_sha256(key.data, key.len);
    return index_key_from_bytes(digest.bytes);
}

static bool fingerprint_is_some(struct index_key key)
{
    return (key.high | key.low) != 0;
}

struct book_grant *book_grant_unique(const struct book *book, struct index_key fingerprint)
{
    struct number_walk walk = number_walk_start(&book->uniqueness, fingerprint);
    uint64_t place;

    while ((place = number_walk_next(&walk)) != 0) {
        struct book_grant *grant = book_grant_at(book, place - 1);

        if (grant->uniqueness.high == fingerprint.high && grant->uniqueness.low == fingerprint.low)
            return grant;
    }
    return NULL;
}

/* Where it is found by the indexes. */
static uint64_t place_of(const struct book_grant *grant)
{
    return (uint64_t)grant->index + 1;
}

static void names_remove(struct book *book, const struct book_grant *grant)
{
    const struct grant *state = &grant->grant;

    number_index_remove(&book->grants_by_id, id_key(state->id), place_of(grant));
    number_index_remove(&book->grants_by_number, number_key(state->number), place_of(grant));
    if (fingerprint_is_some(grant->uniqueness))
        number_index_remove(&book->uniqueness, grant->uniqueness, place_of(grant));
}

static bool due_of_grant(const struct grant *grant, struct due *ret)
{
    *ret = (struct due){
        .at = grant_due_at(grant),
        .kind = grant->status == GRANT_SCHEDULED ? COMMAND_ACTIVATE : COMMAND_EXPIRE,
        .number = grant->number,
    };
    return !instant_is_never(ret->at);
}

/* --- a new grant --- */

static struct book_account *account_of(const struct book *book, const struct grant *grant)
{
    return book_account(book, grant->account);
}

static void grant_remove(void *owner, const void *record)
{
    struct book *book = owner;
    struct book_grant *grant = book_grant_at(book, book->grants.count - 1);
    struct book_account *account = account_of(book, &grant->grant);

    if (grant_is_live(&grant->grant))
        live_remove(&account->live, &grant->grant);
    names_remove(book, grant);
    grant_jumps_drop(book, grant->grant.number);
    assert(account->grants[account->grant_count - 1] == grant->index);
    account->grant_count--;
    chunked_cut(&book->grants, book->grants.count - 1);
}

/* Everything that may fail, so that grant_add either does all of its work or none. */
static enum err grant_reserve(struct book *book, struct book_account *account)
{
    size_t capacity = account->grant_capacity;
    uint32_t *grants;
    enum err e = live_reserve(&account->live);

    if (e != OK)
        return e;
    grants = room_grow(account->grants, sizeof *grants, &capacity, account->grant_count + 1);
    if (grants == NULL)
        return ERR_NOMEM;
    account->grants = grants;
    account->grant_capacity = (uint32_t)capacity;
    return OK;
}

/* Makes the last grant findable. */
static enum err names_add(struct book *book, const struct book_grant *grant)
{
    const struct grant *state = &grant->grant;
    enum err e = number_index_put(&book->grants_by_id, id_key(state->id), place_of(grant));

    if (e == OK)
        e = number_index_put(&book->grants_by_number, number_key(state->number), place_of(grant));
    if (e == OK && fingerprint_is_some(grant->uniqueness))
        e = number_index_put(&book->uniqueness, grant->uniqueness, place_of(grant));
    return e;
}

/* Adds it to its account's list; the live ones are the caller's. */
static enum err grant_add(struct book *book, const struct grant *state, struct index_key uniqueness,
                          struct book_grant **ret)
{
    struct book_account *account = account_of(book, state);
    struct book_grant *grant;
    struct due due;
    void *slot;
    enum err e = grant_reserve(book, account);

    if (e == OK && due_of_grant(state, &due))
        e = due_push(&book->due, due); /* left behind by a failure, it does no harm */
    if (e == OK)
        e = chunked_add(&book->grants, &slot);
    if (e != OK)
        return e;
    grant = slot;
    *grant = (struct book_grant){
        .grant = *state,
        .uniqueness = uniqueness,
        .index = (uint32_t)(book->grants.count - 1),
    };
    e = names_add(book, grant);
    if (e == OK)
        e = undo_write(book->undo, grant_remove, book, "", 1);
    if (e != OK) {
        names_remove(book, grant);
        chunked_cut(&book->grants, grant->index);
        return e;
    }
    account->grants[account->grant_count++] = grant->index;
    *ret = grant;
    return OK;
}

/* Numbers rise and ids are unique, or the file is not ours. */
static bool grant_fits(const struct book *book, const struct grant *grant)
{
    size_t count = book->grants.count;

    if (grant->entry_count == 0 || grant->account == 0 || grant->account > book->accounts.count)
        return false;
    if (count > 0 && book_grant_at(book, count - 1)->grant.number >= grant->number)
        return false;
    return book_grant_find(book, grant->id) == NULL;
}

enum err book_grant_load(struct book *book, const struct grant *grant, struct index_key uniqueness)
{
    struct book_grant *added;
    enum err e;

    if (!grant_fits(book, grant))
        return ERR_CORRUPT;
    e = grant_add(book, grant, uniqueness, &added);
    if (e == OK && grant_is_live(&added->grant))
        e = live_append(&account_of(book, grant)->live, &added->grant);
    return e;
}

void book_loaded(struct book *book)
{
    for (uint32_t number = 1; number <= book->accounts.count; number++)
        live_sort(&book_account(book, number)->live);
}

/* A grant that had the custom fields `before` has `after`. */
static enum err fields_change(struct book *book, struct book_grant *grant, struct str before,
                              struct str after)
{
    grant->has_fields = custom_fields_count(after) > 0;
    return field_values_change(&book->field_values, before, after);
}

enum err book_grant_fields_load(struct book *book, uint64_t number, struct str fields)
{
    struct book_grant *grant = book_grant(book, number);

    assert(grant != NULL);
    return fields_change(book, grant, STR_NONE, fields);
}

static enum err grant_issue(struct book *book, const struct entry *entry)
{
    const struct facts *facts = entry->facts;
    struct grant state;
    struct book_grant *grant;
    enum err e;

    if (facts == NULL)
        return ERR_CORRUPT;
    e = fold_issue(entry, &state);
    if (e != OK)
        return e;
    if (!grant_fits(book, &state))
        return ERR_CORRUPT;
    e = intern_products(book->intern, &facts->products, &state.products);
    if (e == OK)
        e = intern_rollover(book->intern, &facts->rollover, &state.rollover);
    if (e == OK)
        e = grant_add(book, &state, book_uniqueness_fingerprint(facts->uniqueness_key), &grant);
    if (e != OK)
        return e;
    grant->dirty = true;
    if (grant_is_live(&grant->grant))
        live_insert(&account_of(book, &state)->live, &grant->grant);
    return fields_change(book, grant, STR_NONE, facts->custom_fields);
}

/* --- a grant that changes --- */

struct grant_change {
    struct book *book;
    struct book_grant before;
    uint64_t jump;        /* what was at the place that the new entry takes */
    uint32_t jumps_after; /* 0: it takes none */
};

static bool same_due(const struct grant *a, const struct grant *b)
{
    return a->status == b->status && instant_equals(grant_due_at(a), grant_due_at(b));
}

/* Does it stay where it is among the live ones, if it is one? */
static bool same_place(const struct grant *a, const struct grant *b)
{
    return grant_is_live(a) == grant_is_live(b) && grant_burn_compare(a, b) == 0;
}

static void grant_put_back(void *owner, const void *record)
{
    struct book_grant *grant = owner;
    const struct grant_change *change = record;
    const struct book_grant *before = &change->before;
    struct book *book = change->book;
    struct live *live = &account_of(book, &grant->grant)->live;
    bool moved = !same_place(&grant->grant, &before->grant);
    bool other_due = !same_due(&grant->grant, &before->grant);
    struct jumps *jumps;
    struct due due;
    enum err e;

    if (moved && grant_is_live(&grant->grant))
        live_remove(live, &grant->grant);
    if (fingerprint_is_some(before->uniqueness) && !fingerprint_is_some(grant->uniqueness)) {
        e = number_index_put(&book->uniqueness, before->uniqueness, place_of(grant));
        assert(e == OK); /* there was room for it before */
    }
    jumps = change->jumps_after > 0 ? grant_jumps_find(book, grant->grant.number) : NULL;
    if (jumps != NULL)
        jumps->sequences[change->jumps_after - 1] = change->jump;
    *grant = *before;
    if (moved && grant_is_live(&grant->grant))
        live_insert(live, &grant->grant);
    if (other_due && due_of_grant(&grant->grant, &due))
        due_put_back(&book->due, due);
}

/* Room for what this change, and taking it back, may need.  *ret_jump: where the entry takes its
 * place among the jumps; NULL: it takes none. */
static enum err grant_change_reserve(struct book *book, struct book_grant *grant,
                                     uint64_t **ret_jump)
{
    struct grant_change change = { .book = book, .before = *grant };
    struct jumps *jumps = NULL;
    enum err e = live_reserve(&account_of(book, &grant->grant)->live);

    *ret_jump = NULL;
    if (e != OK || book->undo->off)
        return e;
    e = due_reserve(&book->due);
    change.jumps_after = jumps_of_grant(grant->grant.entry_count + 1);
    if (e == OK && change.jumps_after > 0)
        e = grant_jumps_reserve(book, grant->grant.number, change.jumps_after, &jumps);
    if (e != OK)
        return e;
    if (jumps != NULL) {
        *ret_jump = &jumps->sequences[change.jumps_after - 1];
        change.jump = **ret_jump;
    }
    return undo_write(book->undo, grant_put_back, grant, &change, sizeof change);
}

static enum err due_follow(struct book *book, const struct grant *before, const struct grant *after)
{
    struct due due;

    if (same_due(before, after) || !due_of_grant(after, &due))
        return OK;
    return due_push(&book->due, due);
}

static void live_follow(struct book *book, const struct grant *before, struct book_grant *grant)
{
    struct live *live = &account_of(book, before)->live;
    struct grant after = grant->grant;

    if (same_place(before, &after))
        return;
    if (grant_is_live(before)) {
        grant->grant = *before; /* it is found by the keys that it went in with */
        live_remove(live, &grant->grant);
        grant->grant = after;
    }
    if (grant_is_live(&after))
        live_insert(live, &grant->grant);
}

static void uniqueness_release(struct book *book, struct book_grant *grant)
{
    if (!fingerprint_is_some(grant->uniqueness))
        return;
    number_index_remove(&book->uniqueness, grant->uniqueness, place_of(grant));
    grant->uniqueness = (struct index_key){ .high = 0 };
}

/* An EDIT tells what the custom fields are; what they were stands in the facts that held until
 * then. */
static enum err fields_follow(struct book *book, struct book_grant *grant,
                              const struct entry *entry, uint64_t facts_before)
{
    struct arena arena;
    struct entry before;
    enum err e;

    if (entry->kind != ENTRY_EDIT)
        return OK;
    if (entry->facts == NULL)
        return ERR_CORRUPT;
    if (!grant->has_fields)
        return fields_change(book, grant, STR_NONE, entry->facts->custom_fields);
    arena_init(&arena, FACTS_BYTES_MAX);
    e = book->read(book->read_context, book->environment, facts_before, true, &arena, &before);
    if (e == OK && before.facts == NULL)
        e = ERR_CORRUPT;
    if (e == OK)
        e = fields_change(book, grant, before.facts->custom_fields, entry->facts->custom_fields);
    arena_finish(&arena);
    return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
}

enum err book_grant_apply(struct book *book, struct book_grant *grant, const struct entry *entry)
{
    struct grant before;
    uint64_t *jump;
    enum err e;

    if (grant == NULL)
        return entry->kind == ENTRY_ISSUE ? grant_issue(book, entry) : ERR_CORRUPT;
    if (entry->sequence <= grant->grant.last_entry)
        return OK;
    if (entry->kind == ENTRY_ISSUE || entry->account != grant->grant.account)
        return ERR_CORRUPT;
    e = grant_change_reserve(book, grant, &jump);
    if (e != OK)
        return e;
    before = grant->grant;
    e = fold_grant(&grant->grant, entry);
    if (e != OK)
        return e;
    assert(grant->grant.last_entry == entry->sequence);
    if (jump != NULL)
        *jump = entry->sequence;
    grant->dirty = true;
    live_follow(book, &before, grant);
    if (entry->kind == ENTRY_VOID && (entry->flags & ENTRY_RELEASES_UNIQUENESS_KEY) != 0)
        uniqueness_release(book, grant);
    e = fields_follow(book, grant, entry, before.facts_entry);
    return e == OK ? due_follow(book, &before, &grant->grant) : e;
}

enum err book_grant_chain(struct book *book, const struct book_grant *grant, struct entry *entry)
{
    struct jumps *jumps;
    uint64_t count;
    enum err e;

    entry->grant_previous = grant == NULL ? 0 : grant->grant.last_entry;
    entry->grant_jump = 0;
    if (grant == NULL || grant->grant.entry_count < JUMPLESS_ENTRIES)
        return OK;
    count = grant->grant.entry_count;
    jumps = grant_jumps_find(book, entry->grant);
    if (jumps == NULL) {
        e = grant_jumps_read(book, entry->grant, grant->grant.last_entry, jumps_of_grant(count),
                             &jumps);
        if (e != OK)
            return e;
    }
    entry->grant_jump = jumps->sequences[jumps_of_grant(count + 1) - 2];
    return OK;
}

void book_grant_rest(struct book *book, const struct book_grant *grant)
{
    if (grant->grant.entry_count >= JUMPLESS_ENTRIES && !grant_is_live(&grant->grant))
        grant_jumps_drop(book, grant->grant.number);
}
