/* Every decision of random sessions, with one number in it wrong: the laws say so, and the fold
 * does not take an entry whose balances it does not lead to.
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

/* --- what else a decision says --- */

static bool is_unlawful(const struct view *view, const struct command *command,
                        const struct decision *decision)
{
    bool is_seen = !str_is_empty(invariant_of_decision(view, command, decision));

    tried++;
    seen += is_seen;
    return is_seen;
}

#define SUM(field, is_law)                                                                         \
    {                                                                                              \
#field, offsetof(struct decision, field), is_law, false                                    \
    }
static const struct place sums[] = {
    SUM(operation, true),      SUM(account_posted.units, true), SUM(account_held.units, true),
    SUM(covered.units, false), SUM(uncovered.units, false),
};

static void tamper_sums(const struct view *view, const struct command *command,
                        const struct decision *decision)
{
    for (size_t k = 0; k < array_count(sums); k++) {
        for (int way = 0; way < IS_HUGE; way++) {
            struct decision wrong = *decision;
            int64_t *number = (int64_t *)(void *)((char *)&wrong + sums[k].offset);
            int64_t right = *number;

            *number = other(right, way);
            if (*number != right && !is_unlawful(view, command, &wrong) && sums[k].is_law)
                fail(&sums[k], command, &decision->entries[0], "nobody sees it");
        }
    }
}

/* What is no number: of another kind, without its facts, of another account, for no reason. */
static void tamper_words(const struct view *view, const struct command *command,
                         const struct decision *decision, size_t index)
{
    static const struct place kind = { .name = "kind" };
    static struct entry entries[ENTRIES_MAX];
    struct entry *entry = &entries[index];
    const struct entry *right = &decision->entries[index];
    struct decision wrong = *decision;

    wrong.entries = entries;
    for (size_t i = 0; i < decision->entry_count; i++)
        entries[i] = decision->entries[i];
    for (int code = 1; code < ENTRY_KIND_MAX; code++) {
        if (!entry_kind_from_code(code, &entry->kind))
            continue;
        (void)is_unlawful(view, command, &wrong);
        if (index == 0)
            (void)is_refused(view, command, &kind, right, entry);
    }
    *entry = *right;
    entry->facts = NULL;
    (void)is_unlawful(view, command, &wrong);
    if (index == 0 && right->facts != NULL)
        (void)is_refused(view, command, &kind, right, entry);
    *entry = *right;
    entry->because = 0;
    (void)is_unlawful(view, command, &wrong);
    *entry = *right;
    entry->key++;
    assert(is_unlawful(view, command, &wrong));
    *entry = *right;
    entry->account++;
    assert(is_unlawful(view, command, &wrong));
}

/* --- the state --- */

#define STATE(field) offsetof(struct grant, field)
static const size_t balances[] = {
    STATE(amount.units),   STATE(scheduled.units), STATE(posted.units), STATE(drawn.units),
    STATE(reversed.units), STATE(expired.units),   STATE(voided.units), STATE(rolled_over.units),
};

/* What a grant was promised is where it went, so no balance can be wrong alone. */
static void tamper_grant(const struct grant *grant)
{
    for (size_t k = 0; k < array_count(balances); k++) {
        for (int way = 0; way < IS_HUGE; way++) {
            struct grant wrong = *grant;
            int64_t *number = (int64_t *)(void *)((char *)&wrong + balances[k]);
            int64_t right = *number;

            *number = other(right, way);
            assert(if_then(*number != right, !str_is_empty(invariant_of_grant(&wrong))));
        }
    }
}

/* An entry that finds its grant in another state than it was written for. */
static void tamper_status(const struct view *view, const struct entry *entry)
{
    const struct grant *known = grant_of(view, entry);

    if (known == NULL || entry->kind == ENTRY_ISSUE)
        return;
    for (int status = GRANT_SCHEDULED; status <= GRANT_VOIDED; status++) {
        struct grant grant = *known;

        grant.status = (enum grant_status)status;
        seen += fold_grant(&grant, entry) != OK;
        tried++;
    }
}

static void watch(const struct view *view, const struct command *command,
                  const struct decision *decision)
{
    if (decision->entry_count > ENTRIES_MAX)
        return;
    if (decision->entry_count > 0) {
        tamper_sums(view, command, decision);
        tamper_status(view, &decision->entries[0]);
    }
    for (size_t i = 0; i < view->grant_count; i++)
        tamper_grant(view->grants[i]);
    for (size_t i = 0; i < decision->entry_count; i++) {
        tamper_words(view, command, decision, i);
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
