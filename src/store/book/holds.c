#include <string.h>
#include "engine/fold.h"
#include "store/book/book.h"

static struct index_key number_key(uint64_t number)
{
    return (struct index_key){ .high = 0, .low = number };
}

struct book_hold *book_hold(const struct book *book, uint64_t number)
{
    return (struct book_hold *)(uintptr_t)index_find(&book->holds_by_number, number_key(number));
}

static struct due due_of_hold(const struct hold *hold)
{
    return (struct due){ .at = hold->expires_at, .kind = COMMAND_LAPSE, .number = hold->number };
}

static bool is_due(const struct hold *hold)
{
    return hold->status == HOLD_OPEN && !instant_is_never(hold->expires_at);
}

/* --- a new hold --- */

static void hold_free(struct book_hold *hold)
{
    room_free(hold->hold.parts);
    room_free(hold);
}

static void hold_remove(void *owner, const void *record)
{
    struct book *book = owner;
    struct book_hold *hold;

    assert(book->hold_count > 0);
    hold = book->holds[--book->hold_count];
    index_remove(&book->holds_by_number, number_key(hold->hold.number));
    hold_free(hold);
}

static enum err holds_reserve(struct book *book)
{
    struct book_hold **holds =
        room_grow(book->holds, sizeof *holds, &book->hold_capacity, book->hold_count + 1);

    if (holds == NULL)
        return ERR_NOMEM;
    book->holds = holds;
    return OK;
}

/* In order of number.  Only when a book is opened can one come that is not the last. */
static void place_last(struct book *book, struct book_hold *hold)
{
    size_t place = book->hold_count++;

    for (; place > 0 && book->holds[place - 1]->hold.number > hold->hold.number; place--)
        book->holds[place] = book->holds[place - 1];
    book->holds[place] = hold;
}

/* Without parts. */
static enum err hold_add(struct book *book, const struct hold *state, struct book_hold **ret)
{
    struct book_hold *hold;
    enum err e;

    if (book_hold(book, state->number) != NULL)
        return ERR_CORRUPT;
    e = holds_reserve(book);
    if (e == OK && is_due(state))
        e = due_push(&book->due, due_of_hold(state)); /* left behind, it does no harm */
    if (e != OK)
        return e;
    hold = room_new(sizeof *hold);
    if (hold == NULL)
        return ERR_NOMEM;
    hold->hold = *state;
    e = index_put(&book->holds_by_number, number_key(state->number), (uint64_t)(uintptr_t)hold);
    if (e == OK)
        e = undo_write(book->undo, hold_remove, book, "", 1);
    if (e != OK) {
        index_remove(&book->holds_by_number, number_key(state->number));
        hold_free(hold);
        return e;
    }
    place_last(book, hold);
    *ret = hold;
    return OK;
}

static enum err parts_reserve(struct book_hold *hold, size_t needed)
{
    struct hold_part *parts =
        room_grow(hold->hold.parts, sizeof *parts, &hold->part_capacity, needed);

    if (parts == NULL)
        return ERR_NOMEM;
    hold->hold.parts = parts;
    return OK;
}

enum err book_hold_load(struct book *book, const struct hold *hold, uint64_t last_entry)
{
    struct hold bare = *hold;
    struct book_hold *added;
    enum err e;

    if (hold->account == 0 || hold->account > book_account_count(book))
        return ERR_CORRUPT;
    bare.parts = NULL;
    bare.part_count = 0;
    e = hold_add(book, &bare, &added);
    if (e == OK && hold->part_count > 0)
        e = parts_reserve(added, hold->part_count);
    if (e != OK)
        return e;
    if (hold->part_count > 0)
        memcpy(added->hold.parts, hold->parts, hold->part_count * sizeof *hold->parts);
    added->hold.part_count = hold->part_count;
    added->last_entry = last_entry;
    return OK;
}

void book_holds_forget(struct book *book)
{
    size_t kept = 0;

    assert(book->undo->used == 0);
    for (size_t i = 0; i < book->hold_count; i++) {
        struct book_hold *hold = book->holds[i];

        if (hold->hold.status == HOLD_OPEN || hold->dirty) {
            book->holds[kept++] = hold;
            continue;
        }
        index_remove(&book->holds_by_number, number_key(hold->hold.number));
        hold_free(hold);
    }
    book->hold_count = kept;
}

/* --- a hold that changes --- */

/* An entry lowers at most one part, the first that still holds something. */
struct hold_change {
    struct book *book;
    struct book_hold before;
    struct hold_part part;
};

static bool same_due(const struct hold *a, const struct hold *b)
{
    return a->status == b->status && instant_equals(a->expires_at, b->expires_at);
}

static void hold_put_back(void *owner, const void *record)
{
    struct book_hold *hold = owner;
    const struct hold_change *change = record;
    struct book_hold before = change->before;
    bool other_due = !same_due(&hold->hold, &before.hold);

    before.hold.parts = hold->hold.parts; /* which may have grown */
    before.part_capacity = hold->part_capacity;
    *hold = before;
    if (hold->hold.part_first < hold->hold.part_count)
        hold->hold.parts[hold->hold.part_first] = change->part;
    if (other_due && is_due(&hold->hold))
        due_put_back(&change->book->due, due_of_hold(&hold->hold));
}

static enum err hold_change(struct book *book, struct book_hold *hold)
{
    struct hold_change change = { .book = book, .before = *hold };
    enum err e;

    if (book->undo->off)
        return OK;
    if (hold->hold.part_first < hold->hold.part_count)
        change.part = hold->hold.parts[hold->hold.part_first];
    e = due_reserve(&book->due);
    if (e != OK)
        return e;
    return undo_write(book->undo, hold_put_back, hold, &change, sizeof change);
}

/* --- entries --- */

static bool entry_starts_hold(const struct entry *entry)
{
    return entry->kind == ENTRY_HOLD && entry->sequence == entry->operation;
}

static enum err hold_start(struct book *book, const struct entry *entry)
{
    struct book_hold *hold;
    struct hold state = {
        .number = entry->sequence,
        .account = entry->account,
        .status = HOLD_OPEN,
    };

    if (entry->facts == NULL)
        return ERR_CORRUPT;
    state.expires_at = entry->facts->hold_expires_at;
    state.product = entry->facts->product;
    return hold_add(book, &state, &hold);
}

/* A HOLD entry reserves a part. */
static enum err hold_part_add(struct book_hold *hold, const struct entry *entry)
{
    enum err e;

    if (entry->grant == 0 || !amount_is_positive(entry->held))
        return ERR_CORRUPT;
    e = parts_reserve(hold, hold->hold.part_count + 1);
    if (e != OK)
        return e;
    hold->hold.parts[hold->hold.part_count++] =
        (struct hold_part){ .grant = entry->grant, .amount = entry->held };
    e = amount_add(hold->hold.amount, entry->held, &hold->hold.amount);
    return e == OK ? OK : ERR_CORRUPT;
}

static enum err hold_follow(struct book *book, struct book_hold *hold, const struct entry *entry)
{
    struct hold before = hold->hold;
    enum err e = fold_hold(&hold->hold, entry);

    if (e != OK)
        return e;
    assert(hold->hold.part_count == before.part_count);
    if (!is_due(&hold->hold) || same_due(&before, &hold->hold))
        return OK;
    return due_push(&book->due, due_of_hold(&hold->hold));
}

/* The hold that the entry is about; 0: none. */
static uint64_t hold_of(const struct entry *entry)
{
    switch (entry->kind) {
    case ENTRY_HOLD:
        return entry->operation;
    case ENTRY_CAPTURE:
    case ENTRY_RELEASE:
    case ENTRY_LAPSE:
    case ENTRY_EXTEND:
        return entry->of;
    case ENTRY_UNCOVERED:
    case ENTRY_ISSUE:
    case ENTRY_ACTIVATE:
    case ENTRY_EDIT:
    case ENTRY_DRAW:
    case ENTRY_EXPIRE:
    case ENTRY_ROLL_OVER:
    case ENTRY_VOID:
    case ENTRY_REVERSE:
    case ENTRY_CREDIT_LIMIT:
    case ENTRY_DEBT:
    case ENTRY_REPAY:
    case ENTRY_REVERSE_DEBT:
    case ENTRY_REVERSE_REPAY:
        return 0;
    }
    never("not a kind of entry");
}

enum err book_hold_apply(struct book *book, const struct entry *entry)
{
    uint64_t number = hold_of(entry);
    struct book_hold *hold;
    enum err e;

    if (number == 0)
        return OK;
    hold = book_hold(book, number);
    if (hold == NULL && entry_starts_hold(entry)) {
        e = hold_start(book, entry);
        if (e != OK)
            return e;
        hold = book_hold(book, number);
    }
    if (hold == NULL)
        return ERR_CORRUPT;
    if (entry->sequence <= hold->last_entry)
        return OK;
    e = hold_change(book, hold);
    if (e != OK)
        return e;
    if (entry->kind == ENTRY_HOLD)
        e = hold_part_add(hold, entry);
    else
        e = hold_follow(book, hold, entry);
    if (e != OK)
        return e;
    hold->last_entry = entry->sequence;
    hold->dirty = true;
    return OK;
}

/* --- reversals --- */

struct index_key book_reversal_key(uint64_t deduction, uint64_t grant)
{
    return (struct index_key){ .high = deduction, .low = grant };
}

struct amount book_reversed(const struct book *book, uint64_t deduction, uint64_t grant)
{
    uint64_t units = index_find(&book->reversed, book_reversal_key(deduction, grant));

    assert(units <= AMOUNT_UNITS_MAX);
    return (struct amount){ .units = (int64_t)units };
}

struct reversal_change {
    struct index_key key;
    uint64_t before;
};

static void reversal_put_back(void *owner, const void *record)
{
    struct book *book = owner;
    const struct reversal_change *change = record;
    enum err e;

    if (change->before == 0) {
        index_remove(&book->reversed, change->key);
        return;
    }
    e = index_put(&book->reversed, change->key, change->before);
    assert(e == OK); /* it is there */
}

enum err book_reversal_load(struct book *book, uint64_t deduction, uint64_t grant,
                            struct amount amount)
{
    if (!amount_is_positive(amount))
        return ERR_CORRUPT;
    return index_put(&book->reversed, book_reversal_key(deduction, grant), (uint64_t)amount.units);
}

/* A debt is given back by owing less, the rest by grants that have more again. */
static struct amount given_back(const struct entry *entry)
{
    return entry->kind == ENTRY_REVERSE_DEBT ? amount_negate(entry->debt) : entry->amount;
}

enum err book_reversal_apply(struct book *book, const struct entry *entry)
{
    struct reversal_change change;
    struct amount amount, sum;
    uint64_t grant;
    enum err e;

    if (!entry_gives_back(entry, &grant))
        return OK;
    amount = given_back(entry);
    change.key = book_reversal_key(entry->of, grant);
    sum = book_reversed(book, entry->of, grant);
    if (book->reversed_until != NULL &&
        index_find(book->reversed_until, change.key) >= entry->sequence)
        return OK;
    change.before = (uint64_t)sum.units;
    if (!amount_is_positive(amount))
        return amount_is_zero(amount) ? OK : ERR_CORRUPT;
    if (amount_add(sum, amount, &sum) != OK)
        return ERR_CORRUPT;
    /* Added first: what an index has no room for leaves nothing to take back. */
    e = index_put(&book->reversed, change.key, (uint64_t)sum.units);
    if (e != OK)
        return e;
    e = undo_write(book->undo, reversal_put_back, book, &change, sizeof change);
    if (e != OK)
        reversal_put_back(book, &change);
    return e;
}
