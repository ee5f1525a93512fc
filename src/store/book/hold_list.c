/* Lists of open holds. */
#include "base/limits.h"
#include "store/book/books.h"

static bool passes(const struct book *book, const struct hold_filter *filter,
                   const struct hold *hold)
{
    const struct account *account = &book_account(book, hold->account)->account;

    if (hold->status != HOLD_OPEN)
        return false;
    if (filter->customer > 0 && account->customer != filter->customer)
        return false;
    return filter->credit_type == 0 || account->credit_type == filter->credit_type;
}

/* The place of the first hold with number > after. */
static size_t first_after(const struct book *book, uint64_t after)
{
    size_t low = 0, high = book->hold_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (book->holds[middle]->hold.number <= after)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

enum err books_holds(struct store *store, const struct hold_filter *filter, struct arena *arena,
                     struct hold **ret, size_t *ret_count, uint64_t *ret_next)
{
    const struct book *book = books_book(books_of(store), filter->environment);
    struct hold *page = arena_new(arena, struct hold, filter->limit);
    size_t place = first_after(book, filter->after);
    size_t count = 0, looked = 0;
    uint64_t last = 0;

    if (page == NULL)
        return ERR_NOMEM;
    for (; place < book->hold_count && count < filter->limit && looked < LIST_SCAN_MAX;
         place++, looked++) {
        const struct hold *hold = &book->holds[place]->hold;

        last = hold->number;
        if (!passes(book, filter, hold))
            continue;
        page[count] = *hold;
        page[count].parts = NULL;
        page[count].part_count = 0;
        page[count].part_first = 0;
        count++;
    }
    *ret = page;
    *ret_count = count;
    *ret_next = place < book->hold_count ? last : 0;
    return OK;
}
