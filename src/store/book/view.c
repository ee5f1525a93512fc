#include "store/book/books.h"

/* Whose account it is, where customer and credit type do not say: the grant's, the hold's or the
 * deduction's. */
struct found {
    const struct book_grant *grant;
    uint32_t account; /* 0: nothing names one */
};

static void account_note(struct found *found, uint32_t account)
{
    if (found->account == 0)
        found->account = account;
}

static enum err facts_of(struct books *books, enum environment environment, uint64_t sequence,
                         struct arena *arena, const struct facts **ret)
{
    struct entry entry;
    enum err e = books_entry(books, environment, sequence, true, arena, &entry);

    if (e != OK)
        return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
    if (entry.facts == NULL)
        return ERR_CORRUPT;
    *ret = entry.facts;
    return OK;
}

static enum err load_grant(struct books *books, const struct subject *subject, struct arena *arena,
                           struct found *found, struct view *view)
{
    const struct book *book = books_book(books, subject->environment);
    const struct grant *grant;

    if (subject->grant != 0)
        found->grant = book_grant(book, subject->grant);
    else if (!uuid_is_zero(subject->grant_id.uuid))
        found->grant = book_grant_find(book, subject->grant_id);
    if (found->grant == NULL)
        return OK;
    grant = &found->grant->grant;
    view->grant = grant;
    account_note(found, grant->account);
    if (subject->grant != 0 && grant->rollover == NULL)
        return OK; /* time asks only for what rolls over */
    return facts_of(books, subject->environment, grant->facts_entry, arena, &view->grant_facts);
}

/* The grant that a part or a draw is of. */
static enum err grant_of(const struct book *book, uint64_t number, const struct grant **ret)
{
    const struct book_grant *grant = book_grant(book, number);

    if (grant == NULL)
        return ERR_CORRUPT;
    *ret = &grant->grant;
    return OK;
}

/* --- holds --- */

/* One that has ended is read from where the backend keeps it; its parts are gone. */
static enum err hold_find(struct books *books, const struct subject *subject, struct arena *arena,
                          const struct hold **ret)
{
    const struct book_hold *hold =
        book_hold(books_book(books, subject->environment), subject->hold);
    struct hold *copy;
    enum err e = OK;

    if (hold != NULL && hold->hold.status == HOLD_OPEN) {
        *ret = &hold->hold;
        return OK;
    }
    copy = arena_new(arena, struct hold, 1);
    if (copy == NULL)
        return ERR_NOMEM;
    if (hold != NULL)
        *copy = hold->hold;
    else
        e = books->backend->read_hold(books, subject->environment, subject->hold, copy);
    copy->parts = NULL;
    copy->part_count = 0;
    copy->part_first = 0;
    *ret = e == OK ? copy : NULL;
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err load_hold(struct books *books, const struct subject *subject, struct arena *arena,
                          struct found *found, struct view *view)
{
    const struct book *book = books_book(books, subject->environment);
    const struct hold *hold;
    const struct grant **grants;
    enum err e;

    if (subject->hold == 0)
        return OK;
    e = hold_find(books, subject, arena, &hold);
    if (e != OK || hold == NULL)
        return e;
    view->hold = hold;
    account_note(found, hold->account);
    grants = arena_new(arena, const struct grant *, hold->part_count);
    if (grants == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < hold->part_count && e == OK; i++)
        e = grant_of(book, hold->parts[i].grant, &grants[i]);
    view->hold_grants = grants;
    return e;
}

/* --- deductions --- */

struct takings {
    struct taken *taken;
    size_t count;
    size_t capacity;
};

/* What of a use the entry took, if anything. */
static struct amount taken_by(const struct entry *entry)
{
    switch (entry->kind) {
    case ENTRY_DRAW:
    case ENTRY_CAPTURE:
        return amount_negate(entry->amount);
    case ENTRY_DEBT:
        return entry->debt;
    case ENTRY_ISSUE:
    case ENTRY_ACTIVATE:
    case ENTRY_EDIT:
    case ENTRY_UNCOVERED:
    case ENTRY_EXPIRE:
    case ENTRY_ROLL_OVER:
    case ENTRY_VOID:
    case ENTRY_REVERSE:
    case ENTRY_HOLD:
    case ENTRY_RELEASE:
    case ENTRY_LAPSE:
    case ENTRY_EXTEND:
    case ENTRY_CREDIT_LIMIT:
    case ENTRY_REPAY:
    case ENTRY_REVERSE_DEBT:
    case ENTRY_REVERSE_REPAY:
        return AMOUNT_ZERO;
    }
    never("not a kind of entry");
}

static enum err taken_add(struct takings *takings, const struct entry *entry, struct arena *arena)
{
    if (takings->count == takings->capacity) {
        size_t capacity = takings->capacity == 0 ? 4 : takings->capacity * 2;
        struct taken *taken = arena_new(arena, struct taken, capacity);

        if (taken == NULL)
            return ERR_NOMEM;
        for (size_t i = 0; i < takings->count; i++)
            taken[i] = takings->taken[i];
        takings->taken = taken;
        takings->capacity = capacity;
    }
    takings->taken[takings->count++] = (struct taken){
        .grant = entry->grant,
        .amount = taken_by(entry),
    };
    return OK;
}

static bool entry_starts_deduction(const struct entry *entry)
{
    return entry->operation == entry->sequence &&
           (entry->kind == ENTRY_UNCOVERED || amount_is_positive(taken_by(entry)));
}

/* The entries of an operation are adjacent.  *ret_first.sequence is 0 when it is no deduction. */
static enum err takings_read(struct books *books, const struct subject *subject,
                             struct arena *arena, struct takings *takings, struct entry *ret_first)
{
    uint64_t sequence = subject->deduction;
    struct entry entry = { .sequence = 0 };
    enum err e = books_entry(books, subject->environment, sequence, false, arena, &entry);

    *ret_first = (struct entry){ .sequence = 0 };
    if (e == OK && entry_starts_deduction(&entry))
        *ret_first = entry;
    if (ret_first->sequence == 0)
        return e == ERR_NOT_FOUND ? OK : e;
    while (e == OK && entry.operation == subject->deduction) {
        if (amount_is_positive(taken_by(&entry)))
            e = taken_add(takings, &entry, arena);
        if (e == OK)
            e = books_entry(books, subject->environment, ++sequence, false, arena, &entry);
    }
    return e == ERR_NOT_FOUND ? OK : e;
}

/* A REVERSE entry of a grant belongs to the last draw from it that is not yet given back whole.
 * `spread` remembers what of each grant's sum has found its draw. */
static enum err reversal_spread(const struct book *book, uint64_t deduction, struct taken *taken,
                                struct index *spread)
{
    struct index_key key = book_reversal_key(deduction, taken->grant);
    struct amount sum = book_reversed(book, deduction, taken->grant);
    struct amount before = { .units = (int64_t)index_find(spread, key) };
    struct amount after;

    taken->reversed = amount_min(amount_take(sum, before), taken->amount);
    if (amount_is_zero(taken->reversed))
        return OK;
    if (amount_add(before, taken->reversed, &after) != OK)
        return ERR_CORRUPT;
    return index_put(spread, key, (uint64_t)after.units);
}

static enum err reversals_spread(const struct book *book, uint64_t deduction,
                                 struct takings *takings)
{
    struct index spread;
    enum err e = OK;

    index_init(&spread, book->reversed.seed);
    for (size_t i = takings->count; i-- > 0 && e == OK;)
        e = reversal_spread(book, deduction, &takings->taken[i], &spread);
    index_finish(&spread);
    return e;
}

/* As the view shows it. */
static enum err takings_show(const struct book *book, const struct takings *takings,
                             struct arena *arena, struct view *view)
{
    /* One that covered nothing is known all the same. */
    struct taken *taken = takings->count > 0 ? takings->taken : arena_new(arena, struct taken, 1);
    const struct grant **grants = arena_new(arena, const struct grant *, takings->count);
    enum err e = OK;

    if (taken == NULL || grants == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < takings->count && e == OK; i++) {
        if (taken[i].grant != 0)
            e = grant_of(book, taken[i].grant, &grants[i]);
    }
    view->taken = taken;
    view->taken_grants = grants;
    view->taken_count = takings->count;
    return e;
}

/* --- and who has repaid what it lent --- */

/* What of it is neither owed any longer nor given back: others have repaid it. */
static struct amount repaid_of(const struct takings *takings, const struct account *account)
{
    const struct taken *last = takings->count > 0 ? &takings->taken[takings->count - 1] : NULL;
    struct amount lent;

    if (last == NULL || last->grant != 0)
        return AMOUNT_ZERO;
    lent = amount_take(last->amount, last->reversed);
    return amount_take(lent, amount_min(lent, account->debt));
}

/* The next grant back along the account's REPAY entries that has something left of what it repaid.
 * *sequence: of the REPAY to begin with, then of the one before. */
static enum err repaid_next(struct books *books, const struct subject *subject, uint32_t account,
                            uint64_t *sequence, const struct grant **ret)
{
    const struct book *book = books_book(books, subject->environment);
    struct entry entry;
    enum err e;

    do {
        if (*sequence == 0)
            return ERR_CORRUPT;
        e = books_entry(books, subject->environment, *sequence, false, NULL, &entry);
        if (e == OK &&
            (entry.kind != ENTRY_REPAY || entry.account != account || entry.of >= *sequence))
            e = ERR_CORRUPT;
        if (e == OK)
            e = grant_of(book, entry.grant, ret);
        if (e != OK)
            return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
        *sequence = entry.of;
    } while (amount_is_zero((*ret)->repaid));
    return OK;
}

struct repaid {
    const struct grant *grant;
    struct repaid *before;
};

static enum err repaid_show(const struct repaid *last, size_t count, struct arena *arena,
                            struct view *view)
{
    const struct grant **grants = arena_new(arena, const struct grant *, count);

    if (grants == NULL)
        return ERR_NOMEM;
    for (size_t i = count; i-- > 0; last = last->before)
        grants[i] = last->grant;
    view->repaid_grants = grants;
    view->repaid_count = count;
    return OK;
}

static enum err load_repaid(struct books *books, const struct subject *subject,
                            const struct account *account, struct amount sum, struct arena *arena,
                            struct view *view)
{
    uint64_t sequence = account->last_repay;
    struct repaid *last = NULL;
    size_t count = 0;
    enum err e = OK;

    while (e == OK && amount_is_positive(sum)) {
        struct repaid *repaid = arena_new(arena, struct repaid, 1);

        if (repaid == NULL)
            return ERR_NOMEM;
        e = repaid_next(books, subject, account->number, &sequence, &repaid->grant);
        if (e != OK)
            return e;
        sum = amount_take(sum, amount_min(sum, repaid->grant->repaid));
        repaid->before = last;
        last = repaid;
        count++;
    }
    return count > 0 ? repaid_show(last, count, arena, view) : OK;
}

static enum err load_deduction(struct books *books, const struct subject *subject,
                               struct arena *arena, struct found *found, struct view *view)
{
    const struct book *book = books_book(books, subject->environment);
    struct takings takings = { .count = 0 };
    const struct account *account;
    struct entry first;
    enum err e;

    if (subject->deduction == 0)
        return OK;
    e = takings_read(books, subject, arena, &takings, &first);
    if (e != OK || first.sequence == 0)
        return e;
    account_note(found, first.account);
    e = reversals_spread(book, subject->deduction, &takings);
    if (e != OK)
        return e;
    account = &book_account(book, first.account)->account;
    e = load_repaid(books, subject, account, repaid_of(&takings, account), arena, view);
    return e == OK ? takings_show(book, &takings, arena, view) : e;
}

/* --- the account --- */

static void account_show(const struct books *books, const struct book_account *account,
                         struct view *view)
{
    view->account = account->account;
    view->credit_type_id =
        directory_credit_type(&books->directory, account->account.credit_type)->id;
    view->grants = live_grants(&account->live);
    view->grant_count = account->live.count;
}

static void load_account(const struct books *books, const struct subject *subject,
                         const struct found *found, struct view *view)
{
    const struct book *book = &books->books[environment_index(subject->environment)];
    const struct credit_type *type;
    const struct book_account *account = NULL;

    if (subject->customer.number == 0 || subject->credit_type == 0) {
        if (found->account != 0)
            account_show(books, book_account(book, found->account), view);
        return;
    }
    account = book_account_find(book, subject->customer.number, subject->credit_type);
    if (account != NULL) {
        account_show(books, account, view);
        return;
    }
    type = directory_credit_type(&books->directory, subject->credit_type);
    assert(type != NULL);
    view->account_is_new = true;
    view->credit_type_id = type->id;
    view->account = (struct account){
        .number = (uint32_t)book_account_count(book) + 1,
        .customer = subject->customer.number,
        .credit_type = subject->credit_type,
    };
}

enum err books_load_view(struct store *store, const struct subject *subject, struct arena *arena,
                         struct view *ret)
{
    struct books *books = books_of(store);
    const struct book *book = books_book(books, subject->environment);
    struct view view = { .next_sequence = book->end.sequence + 1 };
    struct found found = { .account = 0 };
    enum err e;

    e = load_grant(books, subject, arena, &found, &view);
    if (e == OK)
        e = load_hold(books, subject, arena, &found, &view);
    if (e == OK)
        e = load_deduction(books, subject, arena, &found, &view);
    if (e != OK)
        return e;
    load_account(books, subject, &found, &view);
    if (!str_is_empty(subject->uniqueness_key))
        view.uniqueness_key_taken =
            book_grant_unique(book, book_uniqueness_fingerprint(subject->uniqueness_key)) != NULL;
    *ret = view;
    return OK;
}
