/* Every decision of random sessions, with one number in it wrong: the laws say so, and the fold does
 * not take an entry whose balances it does not lead to.
 *
 *     tamper [SESSIONS]
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include "book.h"
#include "engine/fold.h"
#include "engine/invariant.h"
#include "session.h"

#define LENGTH 100
#define ENTRIES_MAX 256
#define HOLD_PARTS 16

/* Where an entry says something, and whether any other number there is against a law. */
struct place {
    const char *name;
    size_t offset;
    bool is_law;  /* of a decision */
    bool is_fold; /* of the fold of a grant */
};

#define PLACE(field, is_law, is_fold)                                                              \
    {                                                                                              \
#field, offsetof(struct entry, field), is_law, is_fold                                     \
    }
static const struct place places[] = {
    PLACE(sequence, true, false),
    PLACE(at.us, true, false),
    PLACE(effective_at.us, false, false),
    PLACE(operation, true, false),
    PLACE(grant, false, true),
    PLACE(of, false, false),
    PLACE(amount.units, true, true),
    PLACE(held.units, true, true),
    PLACE(uncovered.units, false, true),
    PLACE(grant_posted.units, true, true),
    PLACE(grant_held.units, true, true),
    PLACE(account_posted.units, true, false),
    PLACE(account_held.units, true, false),
};

static unsigned long tried, seen;

/* The number at a place, some other way; the same when there is no other way left. */
static int64_t other(int64_t number, int way)
{
    switch (way) {
    case 0:
        return (int64_t)((uint64_t)number + 1);
    case 1:
        return (int64_t)((uint64_t)number - 1);
    case 2:
        return number > INT64_MIN ? -number : number;
    case 3:
        return 0;
    case 4:
        return INT64_MAX;
    default:
        return INT64_MIN;
    }
}

#define IS_HUGE 4 /* and more than that */

static void fail(const struct place *place, const struct command *command,
                 const struct entry *entry, const char *what)
{
    fprintf(stderr, "# %s of a %.*s, by a %.*s: %s\n", place->name,
            STR_PRINT(entry_kind_name(entry->kind)), STR_PRINT(command_name(command->kind)), what);
    abort();
}

static const struct grant *grant_of(const struct view *view, const struct entry *entry)
{
    if (view->grant != NULL && view->grant->number == entry->grant)
        return view->grant;
    for (size_t i = 0; i < view->grant_count; i++) {
        if (view->grants[i]->number == entry->grant)
            return view->grants[i];
    }
    return NULL;
}

/* As what is read from a disk is folded; only the first entry follows on the view. */
static bool is_refused(const struct view *view, const struct command *command,
                       const struct place *place, const struct entry *entry,
                       const struct entry *wrong)
{
    const struct grant *known = grant_of(view, entry);
    struct account account = view->account;
    struct hold_part parts[HOLD_PARTS];
    struct hold hold;
    struct grant grant;
    bool ret = fold_account(&account, wrong) != OK;

    if (known != NULL && entry->kind != ENTRY_ISSUE) {
        grant = *known;
        if (fold_grant(&grant, wrong) != OK)
            ret = true;
        else if (place->is_fold)
            fail(place, command, entry, "the grant is folded");
    } else if (entry->kind == ENTRY_ISSUE) {
        ret = fold_issue(wrong, &grant) != OK || ret;
    }
    if (view->hold != NULL && view->hold->part_count <= HOLD_PARTS) {
        hold = *view->hold;
        for (size_t i = 0; i < hold.part_count; i++)
            parts[i] = view->hold->parts[i];
        hold.parts = parts;
        ret = fold_hold(&hold, wrong) != OK || ret;
    }
    return ret;
}

static void tamper(const struct view *view, const struct command *command,
                   const struct decision *decision, size_t index, const struct place *place)
{
    static struct entry entries[ENTRIES_MAX];
    struct decision wrong = *decision;
    int64_t *number = (int64_t *)(void *)((char *)&entries[index] + place->offset);

    wrong.entries = entries;
    for (int way = 0; way < 6; way++) {
        int64_t right;
        bool is_seen;

        for (size_t i = 0; i < decision->entry_count; i++)
            entries[i] = decision->entries[i];
        right = *number;
        *number = other(right, way);
        if (*number == right)
            continue;
        tried++;
        is_seen = way >= IS_HUGE; /* the laws are of sums that fit; a disk may have anything */
        if (!is_seen)
            is_seen = !str_is_empty(invariant_of_decision(view, command, &wrong));
        if (index == 0 || entries[index].kind == ENTRY_ISSUE)
            is_seen =
                is_refused(view, command, place, &decision->entries[index], &entries[index]) ||
                is_seen;
        seen += is_seen;
        if (entries[index].grant == 0 && place->is_fold)
            continue; /* what it says of a grant is of none */
        if (!is_seen && place->is_law)
            fail(place, command, &decision->entries[index], "nobody sees it");
    }
}

static void watch(const struct view *view, const struct command *command,
                  const struct decision *decision)
{
    if (decision->entry_count > ENTRIES_MAX)
        return;
    for (size_t i = 0; i < decision->entry_count; i++) {
        for (size_t k = 0; k < array_count(places); k++)
            tamper(view, command, decision, i, &places[k]);
    }
}

int main(int argc, char **argv)
{
    static struct step steps[LENGTH];
    uint64_t sessions = argc > 1 ? strtoull(argv[1], NULL, 10) : 200;

    book_watch = watch;
    for (uint64_t seed = 1; seed <= sessions; seed++) {
        struct random random = random_seeded(seed);

        steps_generate(&random, steps, LENGTH);
        if (!session_play(steps, LENGTH, stderr))
            abort();
    }
    printf("# %lu of %lu wrong numbers were seen\n", seen, tried);
    printf("ok 1 - no wrong balance goes unseen\n1..1\n");
    return EXIT_SUCCESS;
}
