#include <string.h>
#include "domain/jump.h"
#include "engine/fold.h"
#include "store/book/book.h"

size_t book_account_count(const struct book *book)
{
    return book->accounts.count;
}

struct book_account *book_account(const struct book *book, uint32_t number)
{
    struct book_account *account;

    assert(number > 0);
    account = chunked_at(&book->accounts, number - 1);
    assert(account->account.number == number);
    return account;
}

uint32_t book_account_first(const struct book *book, uint32_t customer)
{
    return customer < book->first_account_capacity ? book->first_accounts[customer] : 0;
}

struct book_account *book_account_find(const struct book *book, uint32_t customer,
                                       uint32_t credit_type)
{
    uint32_t number = book_account_first(book, customer);

    while (number != 0) {
        struct book_account *account = book_account(book, number);

        if (account->account.credit_type == credit_type)
            return account;
        number = account->next;
    }
    return NULL;
}

/* --- a new account --- */

static enum err first_accounts_grow(struct book *book, uint32_t customer)
{
    size_t before = book->first_account_capacity;
    uint32_t *first = room_grow(book->first_accounts, sizeof *first, &book->first_account_capacity,
                                (size_t)customer + 1);

    if (first == NULL)
        return ERR_NOMEM;
    book->first_accounts = first;
    memset(first + before, 0, (book->first_account_capacity - before) * sizeof *first);
    return OK;
}

/* Where the customer's last account says which is next. */
static uint32_t *last_link(struct book *book, uint32_t customer)
{
    uint32_t *link = &book->first_accounts[customer];

    while (*link != 0)
        link = &book_account(book, *link)->next;
    return link;
}

static void account_remove(void *owner, const void *record)
{
    struct book *book = owner;
    uint32_t number = (uint32_t)book->accounts.count;
    struct book_account *account = book_account(book, number);
    uint32_t *link = &book->first_accounts[account->account.customer];

    assert(account->live.count == 0);
    assert(account->next == 0);
    while (*link != number)
        link = &book_account(book, *link)->next;
    *link = 0;
    live_finish(&account->live);
    room_free(account->grants);
    room_free(account->jumps);
    chunked_cut(&book->accounts, number - 1);
}

static enum err account_add(struct book *book, const struct account *state,
                            struct book_account **ret)
{
    void *slot;
    enum err e;

    if (state->number != book->accounts.count + 1)
        return ERR_CORRUPT;
    e = first_accounts_grow(book, state->customer);
    if (e != OK)
        return e;
    e = chunked_add(&book->accounts, &slot);
    if (e != OK)
        return e;
    e = undo_write(book->undo, account_remove, book, "", 1);
    if (e != OK) {
        chunked_cut(&book->accounts, book->accounts.count - 1);
        return e;
    }
    *ret = slot;
    **ret = (struct book_account){ .account = *state };
    *last_link(book, state->customer) = state->number;
    return OK;
}

enum err book_account_load(struct book *book, const struct account *account)
{
    struct book_account *slot;

    if (account->customer == 0 || account->customer > directory_customer_count(book->directory))
        return ERR_CORRUPT;
    if (directory_credit_type(book->directory, account->credit_type) == NULL)
        return ERR_CORRUPT;
    if (account->entry_count == 0)
        return ERR_CORRUPT;
    if (book_account_find(book, account->customer, account->credit_type) != NULL)
        return ERR_CORRUPT;
    return account_add(book, account, &slot);
}

/* The first entry of an account says whose it is. */
static enum err account_create(struct book *book, const struct entry *entry,
                               struct book_account **ret)
{
    const struct facts *facts = entry->facts;
    const struct credit_type *type;
    struct customer_ref customer;
    struct account state = { .number = entry->account };

    if (facts == NULL)
        return ERR_CORRUPT;
    customer = directory_customer_by_id(book->directory, facts->customer);
    type = directory_credit_type_by_id(book->directory, facts->credit_type);
    if (customer.number == 0 || type == NULL)
        return ERR_CORRUPT;
    if (book_account_find(book, customer.number, type->number) != NULL)
        return ERR_CORRUPT;
    state.customer = customer.number;
    state.credit_type = type->number;
    return account_add(book, &state, ret);
}

/* --- the chain --- */

static uint64_t jump_in_account(const struct entry *entry)
{
    return entry->account_jump;
}

enum err book_account_chain(struct book *book, struct entry *entry)
{
    struct book_account *account;
    uint32_t count;
    enum err e;

    entry->account_previous = 0;
    entry->account_jump = 0;
    if (entry->account == book->accounts.count + 1)
        return OK;
    account = book_account(book, entry->account);
    if (account->jumps == NULL) {
        e = jumps_read(book, account->account.last_entry,
                       jumps_of_account(account->account.entry_count), jump_in_account,
                       &account->jumps);
        if (e != OK)
            return e;
    }
    count = jumps_of_account(account->account.entry_count + 1);
    assert(account->account.entry_count > 0);
    entry->account_previous = account->account.last_entry;
    if (count > 1)
        entry->account_jump = account->jumps->sequences[count - 2];
    return OK;
}

/* --- entries --- */

struct account_change {
    struct book_account *account;
    struct account before;
    uint64_t jump; /* what was at the place that the new entry takes */
    uint32_t jump_index;
    bool dirty;
};

static void account_put_back(void *owner, const void *record)
{
    const struct account_change *change = record;
    struct book_account *account = change->account;

    if (account->jumps != NULL)
        account->jumps->sequences[change->jump_index] = change->jump;
    account->account = change->before;
    account->dirty = change->dirty;
}

static enum err account_change(struct book *book, struct book_account *account)
{
    uint32_t jumps = jumps_of_account(account->account.entry_count + 1);
    struct account_change change = {
        .account = account,
        .before = account->account,
        .jump_index = jumps - 1,
        .dirty = account->dirty,
    };
    bool is_new = account->account.entry_count == 0;
    enum err e;

    if (account->jumps != NULL || (is_new && !book->undo->off)) {
        e = jumps_reserve(&account->jumps, jumps);
        if (e != OK)
            return e;
        change.jump = account->jumps->sequences[change.jump_index];
    }
    return undo_write(book->undo, account_put_back, book, &change, sizeof change);
}

enum err book_account_apply(struct book *book, const struct entry *entry)
{
    struct book_account *account;
    enum err e;

    if (entry->account == 0 || entry->account > book->accounts.count + 1)
        return ERR_CORRUPT;
    if (entry->account == book->accounts.count + 1) {
        e = account_create(book, entry, &account);
        if (e != OK)
            return e;
    }
    account = book_account(book, entry->account);
    if (entry->sequence <= account->account.last_entry)
        return OK;
    e = account_change(book, account);
    if (e != OK)
        return e;
    e = fold_account(&account->account, entry);
    if (e != OK)
        return e;
    assert(account->account.last_entry == entry->sequence);
    if (account->jumps != NULL)
        account->jumps->sequences[jumps_of_account(account->account.entry_count) - 1] =
            entry->sequence;
    account->dirty = true;
    return OK;
}
