#include "due.h"

static int compare(const struct book_due *a, const struct book_due *b)
{
    int order = instant_compare(a->at, b->at);

    return order != 0 ? order : (a->number > b->number) - (a->number < b->number);
}

static void swap(struct book_due *a, struct book_due *b)
{
    struct book_due kept = *a;

    *a = *b;
    *b = kept;
}

static void add(struct book *book, struct book_due due)
{
    size_t place = book->due_count;

    if (instant_is_never(due.at))
        return;
    book->due = book_room(book->due, sizeof *book->due, book->due_count, &book->due_capacity);
    book->due[book->due_count++] = due;
    while (place > 0 && compare(&book->due[place], &book->due[(place - 1) / 2]) < 0) {
        swap(&book->due[place], &book->due[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
}

static struct book_due take_first(struct book *book)
{
    struct book_due first = book->due[0];
    size_t place = 0, child;

    book->due[0] = book->due[--book->due_count];
    while ((child = 2 * place + 1) < book->due_count) {
        if (child + 1 < book->due_count && compare(&book->due[child + 1], &book->due[child]) < 0)
            child++;
        if (compare(&book->due[place], &book->due[child]) <= 0)
            break;
        swap(&book->due[place], &book->due[child]);
        place = child;
    }
    return first;
}

void due_add_grant(struct book *book, const struct grant *grant)
{
    add(book, (struct book_due){
                  .at = grant_due_at(grant),
                  .kind = grant->status == GRANT_SCHEDULED ? COMMAND_ACTIVATE : COMMAND_EXPIRE,
                  .number = grant->number,
              });
}

void due_add_hold(struct book *book, const struct hold *hold)
{
    add(book, (struct book_due){
                  .at = hold->expires_at,
                  .kind = COMMAND_LAPSE,
                  .number = hold->number,
              });
}

/* Was it overtaken by an edit, a void, an extension or an end? */
static bool is_stale(const struct book *book, const struct book_due *due)
{
    if (due->kind == COMMAND_LAPSE) {
        const struct hold *hold = &book_hold(book, due->number)->hold;

        return hold->status != HOLD_OPEN || !instant_equals(hold->expires_at, due->at);
    }
    return !instant_equals(grant_due_at(book_grant(book, due->number)), due->at);
}

bool due_take(struct book *book, struct instant to, struct book_due *ret)
{
    while (book->due_count > 0 && !instant_before(to, book->due[0].at)) {
        *ret = take_first(book);
        if (!is_stale(book, ret))
            return true;
    }
    return false;
}
