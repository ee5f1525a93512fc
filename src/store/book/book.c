#include "store/book/book.h"

#include "engine/fold.h"

static bool due_still_holds(const void *owner, const struct due *due)
{
    const struct book *book = owner;
    const struct book_hold *hold;
    const struct book_grant *grant;

    if (due->kind == COMMAND_LAPSE) {
        hold = book_hold(book, due->number);
        return hold != NULL && hold->hold.status == HOLD_OPEN &&
               instant_equals(hold->hold.expires_at, due->at);
    }
    grant = book_grant(book, due->number);
    if (grant == NULL)
        return false;
    return instant_equals(grant_due_at(&grant->grant), due->at) &&
           (due->kind == COMMAND_ACTIVATE) == (grant->grant.status == GRANT_SCHEDULED);
}

void book_init(struct book *book, enum environment environment, const struct book_needs *needs)
{
    *book = (struct book){
        .environment = environment,
        .directory = needs->directory,
        .intern = needs->intern,
        .undo = needs->undo,
        .read = needs->read,
        .read_context = needs->read_context,
    };
    chunked_init(&book->accounts, sizeof(struct book_account));
    chunked_init(&book->grants, sizeof(struct book_grant));
    number_index_init(&book->grants_by_id, needs->seed);
    number_index_init(&book->grants_by_number, needs->seed);
    index_init(&book->grant_jumps, needs->seed);
    number_index_init(&book->uniqueness, needs->seed);
    field_values_init(&book->field_values, needs->seed, needs->undo);
    index_init(&book->reversed, needs->seed);
    index_init(&book->holds_by_number, needs->seed);
    due_init(&book->due, due_still_holds, book);
}

void book_finish(struct book *book)
{
    for (uint32_t number = 1; number <= book_account_count(book); number++) {
        struct book_account *account = book_account(book, number);

        live_finish(&account->live);
        room_free(account->grants);
        room_free(account->jumps);
    }
    for (size_t i = 0; i < book->hold_count; i++) {
        room_free(book->holds[i]->hold.parts);
        room_free(book->holds[i]);
    }
    room_free(book->holds);
    room_free(book->first_accounts);
    chunked_finish(&book->accounts);
    chunked_finish(&book->grants);
    number_index_finish(&book->grants_by_id);
    number_index_finish(&book->grants_by_number);
    grant_jumps_finish(book);
    number_index_finish(&book->uniqueness);
    field_values_finish(&book->field_values);
    index_finish(&book->reversed);
    index_finish(&book->holds_by_number);
    due_finish(&book->due);
}

static void end_put_back(void *owner, const void *record)
{
    struct book *book = owner;

    book->end = *(const struct book_end *)record;
}

/* NULL: it is of none, or of one that is yet to come. */
static struct book_grant *grant_of(const struct book *book, const struct entry *entry)
{
    return entry->grant == 0 ? NULL : book_grant(book, entry->grant);
}

static enum err apply(struct book *book, struct book_grant *grant, const struct entry *entry)
{
    enum err e;

    assert(entry->sequence == book->end.sequence + 1);
    e = undo_write(book->undo, end_put_back, book, &book->end, sizeof book->end);
    if (e == OK)
        e = book_account_apply(book, entry);
    if (e == OK && entry->grant != 0)
        e = book_grant_apply(book, grant, entry);
    if (e == OK)
        e = book_hold_apply(book, entry);
    if (e == OK)
        e = book_reversal_apply(book, entry);
    if (e != OK)
        return e;
    book->end.sequence = entry->sequence;
    book->end.last_at = entry->at;
    return OK;
}

enum err book_apply(struct book *book, const struct entry *entry)
{
    return apply(book, grant_of(book, entry), entry);
}

enum err book_append(struct book *book, struct entry *entry)
{
    struct book_grant *grant = grant_of(book, entry);
    enum err e = book_account_chain(book, entry);

    if (e == OK)
        e = book_grant_chain(book, grant, entry);
    if (e != OK)
        return e;
    e = apply(book, grant, entry);
    assert(e != ERR_CORRUPT); /* the engine decided on what we showed it */
    return e;
}
