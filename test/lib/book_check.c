#include <string.h>
#include "book.h"
#include "engine/fold.h"
#include "engine/invariant.h"

static struct str check_account(const struct book *book, const struct book_account *account,
                                struct grant **room)
{
    size_t count = 0, live_count = 0;
    struct str broken;

    for (size_t i = 0; i < book->grant_count; i++) {
        struct grant *grant = book->grants[i];

        if (grant->account != account->account.number)
            continue;
        room[count++] = grant;
        live_count += grant_is_live(grant);
        broken = invariant_of_grant(grant);
        if (!str_is_empty(broken))
            return broken;
    }
    broken = invariant_of_account(&account->account, room, count);
    if (str_is_empty(broken))
        broken = invariant_of_order(account->live, account->live_count);
    if (str_is_empty(broken) && live_count != account->live_count)
        broken = STR("an account knows its live grants");
    return broken;
}

static bool grants_agree(const struct grant *a, const struct grant *b)
{
    return uuid_equals(a->id.uuid, b->id.uuid) && a->number == b->number &&
           a->account == b->account && a->status == b->status &&
           a->priority.millionths == b->priority.millionths &&
           instant_equals(a->effective_at, b->effective_at) &&
           instant_equals(a->expires_at, b->expires_at) && amount_equals(a->amount, b->amount) &&
           amount_equals(a->scheduled, b->scheduled) && amount_equals(a->posted, b->posted) &&
           amount_equals(a->held, b->held) && amount_equals(a->drawn, b->drawn) &&
           amount_equals(a->reversed, b->reversed) && amount_equals(a->expired, b->expired) &&
           amount_equals(a->voided, b->voided) && amount_equals(a->rolled_over, b->rolled_over) &&
           amount_equals(a->repaid, b->repaid) && a->entry_count == b->entry_count &&
           a->last_entry == b->last_entry && a->facts_entry == b->facts_entry;
}

static bool accounts_agree(const struct account *a, const struct account *b)
{
    return a->number == b->number && amount_equals(a->posted, b->posted) &&
           amount_equals(a->held, b->held) && amount_equals(a->scheduled, b->scheduled) &&
           amount_equals(a->uncovered, b->uncovered) && amount_equals(a->lent, b->lent) &&
           amount_equals(a->limit, b->limit) && amount_equals(a->debt, b->debt) &&
           a->last_repay == b->last_repay && a->entry_count == b->entry_count &&
           a->last_entry == b->last_entry;
}

/* Grants and accounts from the entries alone. */
struct replay {
    struct grant *grants;
    size_t grant_count;
    struct account *accounts;
};

static struct grant *replay_grant(struct replay *replay, uint64_t number)
{
    size_t low = 0, high = replay->grant_count;

    while (low + 1 < high) {
        size_t middle = low + (high - low) / 2;

        if (replay->grants[middle].number <= number)
            low = middle;
        else
            high = middle;
    }
    return &replay->grants[low];
}

static enum err replay_entry(struct replay *replay, const struct entry *entry)
{
    enum err e = OK;

    replay->accounts[entry->account - 1].number = entry->account;
    if (entry->kind == ENTRY_ISSUE)
        e = fold_issue(entry, &replay->grants[replay->grant_count++]);
    else if (entry->grant != 0)
        e = fold_grant(replay_grant(replay, entry->grant), entry);
    if (e == OK)
        e = fold_account(&replay->accounts[entry->account - 1], entry);
    return e;
}

static struct str check_replay(const struct book *book, struct arena *arena)
{
    struct replay replay = {
        .grants = arena_new(arena, struct grant, book->grant_count),
        .accounts = arena_new(arena, struct account, book->account_count),
    };

    assert(replay.grants != NULL && replay.accounts != NULL);
    for (size_t i = 0; i < book->entry_count; i++) {
        if (replay_entry(&replay, &book->entries[i]) != OK)
            return STR("every entry follows from those before it");
    }
    for (size_t i = 0; i < book->grant_count; i++) {
        if (!grants_agree(&replay.grants[i], book->grants[i]))
            return STR("grants are what their entries say");
    }
    for (size_t i = 0; i < book->account_count; i++) {
        if (!accounts_agree(&replay.accounts[i], &book->accounts[i]->account))
            return STR("accounts are what their entries say");
    }
    return STR_NONE;
}

static struct str check_time(const struct book *book)
{
    for (size_t i = 1; i < book->entry_count; i++) {
        if (instant_before(book->entries[i].at, book->entries[i - 1].at))
            return STR("the book's clock never runs backwards");
    }
    for (size_t i = 0; i < book->grant_count; i++) {
        if (!instant_before(book->now, grant_due_at(book->grants[i])))
            return STR("what is due has happened");
    }
    return STR_NONE;
}

struct str book_check(const struct book *book)
{
    struct str broken = check_time(book);
    struct grant **room;
    struct arena arena;

    arena_init(&arena, (size_t)1 << 30);
    room = arena_new(&arena, struct grant *, book->grant_count);
    assert(room != NULL);
    for (size_t i = 0; i < book->account_count && str_is_empty(broken); i++)
        broken = check_account(book, book->accounts[i], room);
    if (str_is_empty(broken))
        broken = check_replay(book, &arena);
    arena_finish(&arena);
    return broken;
}
