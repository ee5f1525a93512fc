#include "base/prefetch.h"
#include "store/book/books.h"

/* From a name to the grants that are drawn from it is a chain of some six places, each of which
 * says where the next is, and of a large book none of them is in a cache.  So the chains of many
 * are followed side by side, by one place of all of them at a time. */

/* How far one has come. */
struct ahead {
    const struct directory *directory;
    const struct book *book;
    struct index_key id;
    uint32_t customer;                  /* who most likely is so called; 0: there is none */
    const struct book_account *account; /* the customer's first: most have one; or NULL */
    const struct grant *grant;          /* its first live one, or NULL */
};

/* False: what is called otherwise than by its id is not followed. */
static bool set_out(const struct books *books, const struct store_soon *soon, struct ahead *ret)
{
    struct uuid id;

    if (uuid_parse_either(soon->customer, CUSTOMER_PREFIX, &id) != OK)
        return false;
    *ret = (struct ahead){
        .directory = &books->directory,
        .book = &books->books[environment_index(soon->environment)],
        .id = index_key_from_bytes(id.bytes),
    };
    number_index_prefetch(&ret->directory->customers_by_id, ret->id);
    return true;
}

static void to_customer(struct ahead *ahead)
{
    const struct book *book = ahead->book;
    struct number_walk walk = number_walk_start(&ahead->directory->customers_by_id, ahead->id);

    ahead->customer = (uint32_t)number_walk_next(&walk);
    if (ahead->customer == 0)
        return;
    prefetch(chunked_at(&ahead->directory->customers, ahead->customer - 1));
    if (ahead->customer < book->first_account_capacity)
        prefetch(&book->first_accounts[ahead->customer]);
}

static void to_account(struct ahead *ahead)
{
    uint32_t number = book_account_first(ahead->book, ahead->customer);

    if (number == 0)
        return;
    ahead->account = chunked_at(&ahead->book->accounts, number - 1);
    prefetch_bytes(ahead->account, sizeof *ahead->account);
}

static void to_live(struct ahead *ahead)
{
    if (ahead->account == NULL)
        return;
    prefetch(live_grants(&ahead->account->live));
    prefetch(ahead->account->jumps);
}

/* The first is drawn from; the second is looked at to tell why the first came first. */
static void to_grants(struct ahead *ahead)
{
    const struct live *live = ahead->account == NULL ? NULL : &ahead->account->live;
    struct grant *const *grants = live == NULL || live->count == 0 ? NULL : live_grants(live);

    if (grants == NULL)
        return;
    ahead->grant = grants[0];
    prefetch_bytes(ahead->grant, sizeof(struct book_grant));
    if (live->count > 1)
        prefetch_bytes(grants[1], sizeof(struct grant));
}

static void to_number(struct ahead *ahead)
{
    const struct number_index *numbers = &ahead->book->grants_by_number;

    if (ahead->grant != NULL)
        number_index_prefetch(numbers, (struct index_key){ .low = ahead->grant->number });
}

void books_prefetch(struct store *store, const struct store_soon *soon, size_t count)
{
    static void (*const steps[])(struct ahead * ahead) = { to_customer, to_account, to_live,
                                                           to_grants, to_number };
    struct ahead ahead[STORE_SOON_MAX];
    size_t followed = 0;

    for (size_t i = 0; i < count; i++)
        followed += set_out(books_of(store), &soon[i], &ahead[followed]);
    for (size_t step = 0; step < array_count(steps); step++) {
        for (size_t i = 0; i < followed; i++)
            steps[step](&ahead[i]);
    }
}
