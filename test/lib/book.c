#include "book.h"

#include <stdlib.h>
#include <string.h>
#include "due.h"
#include "engine/decide.h"
#include "engine/fold.h"
#include "engine/invariant.h"

#define ARENA_BYTES_MAX ((size_t)2 << 30)

void book_init(struct book *book, struct instant start)
{
    *book = (struct book){ .now = start };
    arena_init(&book->arena, ARENA_BYTES_MAX);
    arena_init(&book->scratch, ARENA_BYTES_MAX);
    index_init(&book->grants_by_id, 1);
}

void book_finish(struct book *book)
{
    for (size_t i = 0; i < book->account_count; i++)
        free(book->accounts[i]->live);
    free(book->entries);
    free(book->grants);
    free(book->holds);
    free(book->accounts);
    free(book->keys);
    free(book->key_grants);
    free(book->due);
    index_finish(&book->grants_by_id);
    arena_finish(&book->scratch);
    arena_finish(&book->arena);
}

void *book_room(void *array, size_t size, size_t count, size_t *capacity)
{
    if (count < *capacity)
        return array;
    *capacity = *capacity == 0 ? 16 : *capacity * 2;
    array = realloc(array, size * *capacity);
    assert(array != NULL);
    return array;
}

static void *kept(struct book *book, size_t size, size_t count)
{
    void *memory = arena_take_array(&book->arena, size, count);

    assert(memory != NULL);
    return memory;
}

struct uuid book_new_id(struct book *book)
{
    return uuid_from_sequence('t', ++book->id_count);
}

/* --- finding --- */

/* Grants and holds are both called after the sequence of their first entry, so their arrays are
 * sorted. */
struct grant *book_grant(const struct book *book, uint64_t number)
{
    size_t low = 0, high = book->grant_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (book->grants[middle]->number < number)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == book->grant_count || book->grants[low]->number != number)
        return NULL;
    return book->grants[low];
}

struct grant *book_grant_by_id(const struct book *book, struct grant_id id)
{
    uint64_t number = index_find(&book->grants_by_id, index_key_from_bytes(id.uuid.bytes));

    return number == 0 ? NULL : book_grant(book, number);
}

struct book_hold *book_hold(const struct book *book, uint64_t number)
{
    for (size_t i = 0; i < book->hold_count; i++) {
        if (book->holds[i]->hold.number == number)
            return book->holds[i];
    }
    return NULL;
}

struct book_account *book_account(const struct book *book, uint32_t customer, uint32_t credit_type)
{
    for (size_t i = 0; i < book->account_count; i++) {
        struct book_account *account = book->accounts[i];

        if (account->account.customer == customer && account->account.credit_type == credit_type)
            return account;
    }
    return NULL;
}

const struct facts *book_facts(const struct book *book, const struct grant *grant)
{
    return book->entries[grant->facts_entry - 1].facts;
}

/* --- the live grants, in burn order --- */

/* Where a grant stands, or would stand. */
static size_t live_place(const struct book_account *account, const struct grant *grant)
{
    size_t low = 0, high = account->live_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (grant_burn_compare(account->live[middle], grant) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void live_remove(struct book_account *account, struct grant *grant)
{
    size_t place = live_place(account, grant);

    assert(place < account->live_count && account->live[place] == grant);
    account->live_count--;
    memmove(account->live + place, account->live + place + 1,
            (account->live_count - place) * sizeof *account->live);
}

static void live_add(struct book_account *account, struct grant *grant)
{
    size_t place = live_place(account, grant);

    account->live = book_room(account->live, sizeof *account->live, account->live_count,
                              &account->live_capacity);
    memmove(account->live + place + 1, account->live + place,
            (account->live_count - place) * sizeof *account->live);
    account->live[place] = grant;
    account->live_count++;
}

/* --- appending --- */

static const struct facts *keep_facts(struct book *book, const struct facts *facts)
{
    struct facts *copy;
    struct product_id *ids;

    if (facts == NULL)
        return NULL;
    copy = kept(book, sizeof *copy, 1);
    *copy = *facts;
    ids = kept(book, sizeof *ids, facts->products.count);
    if (facts->products.count > 0)
        memcpy(ids, facts->products.ids, facts->products.count * sizeof *ids);
    copy->products.ids = ids;
    return copy;
}

static void append_issue(struct book *book, struct book_account *account, const struct entry *entry)
{
    struct grant *grant = kept(book, sizeof *grant, 1);
    enum err e = fold_issue(entry, grant);

    assert(e == OK);
    book->grants =
        book_room(book->grants, sizeof *book->grants, book->grant_count, &book->grant_capacity);
    book->grants[book->grant_count++] = grant;
    e = index_put(&book->grants_by_id, index_key_from_bytes(grant->id.uuid.bytes), grant->number);
    assert(e == OK);
    if (!str_is_empty(entry->facts->uniqueness_key)) {
        size_t capacity = book->key_capacity;

        book->keys = book_room(book->keys, sizeof *book->keys, book->key_count, &capacity);
        book->key_grants = book_room(book->key_grants, sizeof *book->key_grants, book->key_count,
                                     &book->key_capacity);
        book->keys[book->key_count] = entry->facts->uniqueness_key;
        book->key_grants[book->key_count++] = grant->id;
    }
    if (grant_is_live(grant))
        live_add(account, grant);
    due_add_grant(book, grant);
}

static void release_key(struct book *book, struct grant_id id)
{
    for (size_t i = 0; i < book->key_count; i++) {
        if (!uuid_equals(book->key_grants[i].uuid, id.uuid))
            continue;
        book->key_count--;
        book->keys[i] = book->keys[book->key_count];
        book->key_grants[i] = book->key_grants[book->key_count];
        return;
    }
}

static void append_to_grant(struct book *book, struct book_account *account,
                            const struct entry *entry)
{
    struct grant *grant = book_grant(book, entry->grant);
    struct instant due_at;
    enum err e;

    assert(grant != NULL);
    due_at = grant_due_at(grant);
    if (grant_is_live(grant))
        live_remove(account, grant); /* its place may change */
    e = fold_grant(grant, entry);
    assert(e == OK);
    if (grant_is_live(grant))
        live_add(account, grant);
    if (!instant_equals(due_at, grant_due_at(grant)))
        due_add_grant(book, grant);
    if (entry->flags & ENTRY_RELEASES_UNIQUENESS_KEY)
        release_key(book, grant->id);
}

static struct book_hold *append_hold(struct book *book, const struct entry *first)
{
    struct book_hold *made = kept(book, sizeof *made, 1);

    assert(first->facts != NULL);
    assert(first->of == first->sequence);
    made->hold = (struct hold){
        .number = first->sequence,
        .account = first->account,
        .status = HOLD_OPEN,
        .expires_at = first->facts->hold_expires_at,
        .product = first->facts->product,
    };
    book->holds =
        book_room(book->holds, sizeof *book->holds, book->hold_count, &book->hold_capacity);
    book->holds[book->hold_count++] = made;
    due_add_hold(book, &made->hold);
    return made;
}

static void append_part(struct book *book, struct book_hold *hold, const struct entry *entry,
                        size_t part_count_max)
{
    enum err e;

    if (hold->hold.parts == NULL) {
        hold->hold.parts = kept(book, sizeof *hold->hold.parts, part_count_max);
        hold->grants = kept(book, sizeof *hold->grants, part_count_max);
    }
    hold->hold.parts[hold->hold.part_count] =
        (struct hold_part){ .grant = entry->grant, .amount = entry->held };
    hold->grants[hold->hold.part_count++] = book_grant(book, entry->grant);
    e = amount_add(hold->hold.amount, entry->held, &hold->hold.amount);
    assert(e == OK);
}

static void append_to_hold(struct book *book, const struct entry *entry, size_t left)
{
    struct book_hold *hold = book_hold(book, entry->of);
    struct instant expires_at;
    enum err e;

    if (entry->kind == ENTRY_HOLD) {
        if (hold == NULL)
            hold = append_hold(book, entry);
        append_part(book, hold, entry, hold->hold.parts == NULL ? left : 0);
        return;
    }
    if (hold == NULL)
        return; /* `of` is a deduction, or a REPAY */
    expires_at = hold->hold.expires_at;
    e = fold_hold(&hold->hold, entry);
    assert(e == OK);
    if (!instant_equals(expires_at, hold->hold.expires_at))
        due_add_hold(book, &hold->hold);
}

/* left: how many entries of the operation there still are, with this one. */
static void append(struct book *book, const struct entry *entry, size_t left)
{
    struct book_account *account = book->accounts[entry->account - 1];
    struct entry *mine;
    enum err e;

    assert(entry->sequence == book->entry_count + 1);
    book->entries =
        book_room(book->entries, sizeof *book->entries, book->entry_count, &book->entry_capacity);
    mine = &book->entries[book->entry_count++];
    *mine = *entry;
    mine->facts = keep_facts(book, entry->facts);
    if (mine->kind == ENTRY_ISSUE)
        append_issue(book, account, mine);
    else if (mine->grant != 0)
        append_to_grant(book, account, mine);
    if (mine->of != 0)
        append_to_hold(book, mine, left);
    e = fold_account(&account->account, mine);
    assert(e == OK);
}

/* --- the view --- */

/* The account that the subject names, or that its grant, hold or deduction is of. */
static struct book_account *account_of(const struct book *book, const struct subject *subject,
                                       const struct view *view)
{
    if (subject->customer.number != 0 && subject->credit_type != 0)
        return book_account(book, subject->customer.number, subject->credit_type);
    if (view->grant != NULL)
        return book->accounts[view->grant->account - 1];
    if (view->hold != NULL)
        return book->accounts[view->hold->account - 1];
    if (subject->deduction != 0 && subject->deduction <= book->entry_count)
        return book->accounts[book->entries[subject->deduction - 1].account - 1];
    return NULL;
}

/* Made when the command's entries are appended; until then only promised. */
static struct book_account *account_new(struct book *book, const struct subject *subject)
{
    struct book_account *account = kept(book, sizeof *account, 1);

    account->account = (struct account){
        .number = (uint32_t)book->account_count + 1,
        .customer = subject->customer.number,
        .credit_type = subject->credit_type,
    };
    account->customer = subject->customer.id;
    account->credit_type = (struct credit_type_id){
        .uuid = uuid_from_sequence('c', subject->credit_type),
    };
    return account;
}

static bool is_taken(const struct entry *entry)
{
    return entry->kind == ENTRY_DRAW || entry->kind == ENTRY_CAPTURE || entry->kind == ENTRY_DEBT ||
           entry->kind == ENTRY_UNCOVERED;
}

/* A reversal belongs to the last draw of its grant that is not yet given back whole. */
static void view_reversal(struct view *view, struct taken *taken, const struct entry *entry)
{
    uint64_t grant;

    if (!entry_gives_back(entry, &grant))
        return;
    for (size_t i = view->taken_count; i > 0; i--) {
        struct taken *one = &taken[i - 1];

        if (one->grant != grant || amount_equals(one->amount, one->reversed))
            continue;
        one->reversed.units += entry->amount.units - entry->debt.units;
        assert(one->reversed.units <= one->amount.units);
        return;
    }
    never("a reversal gives back a draw");
}

/* All that have repaid something, the last first: more than a store shows. */
static void view_repaid(struct book *book, uint32_t account, struct view *view)
{
    const struct grant **grants =
        arena_new(&book->scratch, const struct grant *, book->entry_count);

    assert(grants != NULL);
    for (size_t i = book->entry_count; i > 0; i--) {
        const struct entry *entry = &book->entries[i - 1];
        const struct grant *grant;

        if (entry->kind != ENTRY_REPAY || entry->account != account)
            continue;
        grant = book_grant(book, entry->grant);
        if (amount_is_positive(grant->repaid))
            grants[view->repaid_count++] = grant;
    }
    view->repaid_grants = grants;
}

static void view_deduction(struct book *book, uint64_t deduction, struct view *view)
{
    const struct grant **grants;
    struct taken *taken;
    size_t end = deduction;

    if (deduction == 0 || deduction > book->entry_count ||
        !is_taken(&book->entries[deduction - 1]) ||
        book->entries[deduction - 1].operation != deduction)
        return;
    while (end < book->entry_count && book->entries[end].operation == deduction)
        end++;
    taken = arena_new(&book->scratch, struct taken, end - deduction + 1);
    grants = arena_new(&book->scratch, const struct grant *, end - deduction + 1);
    assert(taken != NULL && grants != NULL);
    for (size_t i = deduction - 1; i < end; i++) {
        const struct entry *entry = &book->entries[i];

        if (entry->kind == ENTRY_UNCOVERED || !is_taken(entry))
            continue;
        grants[view->taken_count] = entry->grant != 0 ? book_grant(book, entry->grant) : NULL;
        taken[view->taken_count++] = (struct taken){
            .grant = entry->grant,
            .amount = entry->grant != 0 ? amount_negate(entry->amount) : entry->debt,
        };
    }
    view->taken = taken;
    view->taken_grants = grants;
    for (size_t i = end; i < book->entry_count; i++) {
        if (book->entries[i].of == deduction)
            view_reversal(view, taken, &book->entries[i]);
    }
    view_repaid(book, book->entries[deduction - 1].account, view);
}

static bool key_is_taken(const struct book *book, struct str key)
{
    for (size_t i = 0; i < book->key_count && !str_is_empty(key); i++) {
        if (str_equals(book->keys[i], key))
            return true;
    }
    return false;
}

static struct book_account *view_load(struct book *book, const struct subject *subject,
                                      struct view *ret)
{
    struct book_hold *hold = book_hold(book, subject->hold);
    struct book_account *account;

    *ret = (struct view){ .next_sequence = book->entry_count + 1 };
    ret->grant = subject->grant != 0 ? book_grant(book, subject->grant)
                                     : book_grant_by_id(book, subject->grant_id);
    if (ret->grant != NULL)
        ret->grant_facts = book_facts(book, ret->grant);
    if (hold != NULL) {
        ret->hold = &hold->hold;
        ret->hold_grants = (const struct grant *const *)hold->grants;
    }
    view_deduction(book, subject->deduction, ret);
    ret->uniqueness_key_taken = key_is_taken(book, subject->uniqueness_key);
    account = account_of(book, subject, ret);
    if (account == NULL && subject->customer.number == 0)
        return NULL; /* the command names what there is not */
    if (account == NULL) {
        account = account_new(book, subject);
        ret->account_is_new = true;
    }
    ret->account = account->account;
    ret->credit_type_id = account->credit_type;
    ret->grants = account->live;
    ret->grant_count = account->live_count;
    return account;
}

/* --- executing --- */

static bool is_dry(const struct command *command)
{
    return (command->kind == COMMAND_DEDUCT && command->deduct.dry_run) ||
           (command->kind == COMMAND_HOLD_CREATE && command->hold.use.dry_run);
}

static void write_decision(struct book *book, struct book_account *account,
                           const struct decision *decision)
{
    if (account->account.number > book->account_count) {
        book->accounts = book_room(book->accounts, sizeof *book->accounts, book->account_count,
                                   &book->account_capacity);
        book->accounts[book->account_count++] = account;
    }
    for (size_t i = 0; i < decision->entry_count; i++)
        append(book, &decision->entries[i], decision->entry_count - i);
}

void (*book_watch)(const struct view *view, const struct command *command,
                   const struct decision *decision);

static struct decision decide(struct book *book, struct command *command)
{
    struct book_account *account;
    struct view view;
    struct decision decision;
    struct str broken;
    enum err e;

    arena_reset(&book->scratch, (size_t)1 << 20);
    account = view_load(book, &command->subject, &view);
    e = engine_decide(&view, command, &book->scratch, &decision);
    assert(e == OK);
    broken = invariant_of_decision(&view, command, &decision);
    if (!str_is_empty(broken))
        check_failed(broken.data, __FILE__, __LINE__);
    if (book_watch != NULL)
        book_watch(&view, command, &decision);
    if (decision.entry_count > 0 && !is_dry(command))
        write_decision(book, account, &decision);
    return decision;
}

struct decision book_execute(struct book *book, struct command *command)
{
    book_advance(book, book->now);
    command->now = book->now;
    return decide(book, command);
}

void book_advance(struct book *book, struct instant to)
{
    struct book_due due;

    while (due_take(book, to, &due)) {
        struct command command = { .kind = due.kind, .now = due.at };

        /* What is due now because of an entry dated back is done now. */
        if (instant_before(due.at, book->now))
            command.now = book->now;
        book->now = command.now;
        if (due.kind == COMMAND_LAPSE)
            command.subject.hold = due.number;
        else
            command.subject.grant = due.number;
        if (due.kind == COMMAND_EXPIRE)
            command.expire.rolled_id.uuid = book_new_id(book);
        (void)decide(book, &command);
    }
    book->now = instant_max(book->now, to);
}
