/* What must come of a story's commands. */
#include "story.h"

struct text {
    char bytes[AMOUNT_TEXT_MAX];
};

static struct str show(const struct story *story, struct amount amount, struct text *room)
{
    return amount_format(amount, story->scale, room->bytes);
}

static void same_amount(struct story *story, const char *what, struct amount expected,
                        struct amount got)
{
    struct text a, b;

    if (!amount_equals(expected, got))
        story_fail(story, "expected %s %.*s, got %.*s", what, STR_PRINT(show(story, expected, &a)),
                   STR_PRINT(show(story, got, &b)));
}

static void same_text(struct story *story, const char *what, struct str expected, struct str got)
{
    if (!str_equals(expected, got))
        story_fail(story, "expected %s %.*s, got %.*s", what, STR_PRINT(expected), STR_PRINT(got));
}

static void same_instant(struct story *story, const char *what, struct instant expected,
                         struct instant got)
{
    char a[INSTANT_TEXT_MAX], b[INSTANT_TEXT_MAX];

    if (instant_equals(expected, got))
        return;
    story_fail(story, "expected %s %.*s, got %.*s", what,
               STR_PRINT(instant_is_dated(expected) ? instant_format(expected, a) : STR("never")),
               STR_PRINT(instant_is_dated(got) ? instant_format(got, b) : STR("never")));
}

/* --- entries --- */

static bool kind_named(struct str text, enum entry_kind *ret)
{
    enum entry_kind kind;

    for (int code = 0; code < ENTRY_KIND_MAX; code++) {
        if (!entry_kind_from_code(code, &kind) || !str_equals(entry_kind_name(kind), text))
            continue;
        *ret = kind;
        return true;
    }
    return false;
}

static const char *because_word(enum because because)
{
    switch (because) {
    case BECAUSE_ONLY:
        return "only";
    case BECAUSE_PRIORITY:
        return "priority";
    case BECAUSE_EXPIRY:
        return "expiry";
    case BECAUSE_EFFECTIVE:
        return "effective";
    case BECAUSE_CREATION:
        return "creation";
    case BECAUSE_HELD:
        return "held";
    case BECAUSE_REVERSED:
        return "reversed";
    }
    return "nothing";
}

/* What a grant is called: as the story names it, or, for one that time made, as it was issued
 * with a '+' for each rollover. */
static struct str name_of_grant(struct story *story, uint64_t number)
{
    const struct grant *grant = book_grant(&story->book, number);
    const struct facts *facts;
    struct str name;

    if (grant == NULL)
        return number == 0 ? STR("account") : STR("?");
    for (size_t i = 0; i < story->name_count; i++) {
        if (story->names[i].kind == 'g' && uuid_equals(story->names[i].id, grant->id.uuid))
            return story->names[i].text;
    }
    facts = story->book.entries[grant->number - 1].facts;
    if (uuid_is_zero(facts->rolled_from.uuid))
        return facts->name;
    name = name_of_grant(story, book_grant_by_id(&story->book, facts->rolled_from)->number);
    name = str_format(&story->arena, "%.*s+", STR_PRINT(name));
    story_find_or_add(story, name, 'g')->id = grant->id.uuid;
    return name;
}

/* A sign that is told must be right; without one, the size is. */
static void same_change(struct story *story, struct str text, const struct entry *entry)
{
    struct amount told = story_amount(story, text), got = entry->amount;

    if (amount_is_zero(got))
        got = entry->held;
    if (amount_is_zero(got))
        got = entry->uncovered;
    if (amount_is_zero(got))
        got = entry->debt;
    if (entry->kind == ENTRY_CREDIT_LIMIT)
        got = entry->facts->amount;
    if (text.data[0] != '-' && text.data[0] != '+' && amount_is_negative(got))
        got = amount_negate(got);
    same_amount(story, "amount", told, got);
}

static void read_details(struct story *story, const struct entry *entry)
{
    while (story->word < story->word_count) {
        if (story_word_is(story, "leaves"))
            same_amount(story, "leaves", story_amount(story, story_word(story)),
                        amount_take(entry->grant_posted, entry->grant_held));
        else if (story_word_is(story, "running"))
            same_amount(story, "running", story_amount(story, story_word(story)),
                        amount_take(entry->account_posted, entry->account_held));
        else if (story_word_is(story, "because"))
            same_text(story, "because", story_word(story),
                      str_from_c(because_word(entry->because)));
        else if (story_word_is(story, "at"))
            same_instant(story, "at", story_instant(story, story_word(story)), entry->at);
        else if (story_word_is(story, "for"))
            same_instant(story, "for", story_instant(story, story_word(story)),
                         entry->effective_at);
        else
            return;
    }
}

static const struct entry *next_entry(struct story *story)
{
    if (story->entry_told == story->entry_count) {
        story_fail(story, "expected an entry, got no more");
        story->word = story->word_count;
        return NULL;
    }
    return &story->entries[story->entry_told++];
}

/* KIND? AMOUNT? details, after the name. */
static void expect_change(struct story *story, const struct entry *entry)
{
    enum entry_kind kind = ENTRY_DRAW;

    if (story->word < story->word_count && kind_named(story->words[story->word], &kind))
        story->word++;
    same_text(story, "entry", entry_kind_name(kind), entry_kind_name(entry->kind));
    if (story->word < story->word_count) {
        char first = story->words[story->word].data[0];

        if (first == '-' || first == '+' || (first >= '0' && first <= '9'))
            same_change(story, story_word(story), entry);
    }
    read_details(story, entry);
}

/* --- indented lines --- */

static void expect_refused(struct story *story)
{
    struct str got = reject_name(story->decision.reject);

    same_text(story, "refused", story_word(story), str_is_empty(got) ? STR("nothing") : got);
    story->reject_told = true;
}

void story_expect_line(struct story *story)
{
    const struct entry *entry;

    if (!story->commanded) {
        story_fail(story, "expected after a command");
        story->word = story->word_count;
    } else if (story->is_history) {
        entry = next_entry(story);
        if (entry != NULL)
            expect_change(story, entry);
    } else if (story_word_is(story, "refused")) {
        expect_refused(story);
    } else if (story_word_is(story, "available")) {
        same_amount(story, "available", story_amount(story, story_word(story)),
                    story->decision.available);
    } else if (story_word_is(story, "covered")) {
        same_amount(story, "covered", story_amount(story, story_word(story)),
                    story->decision.covered);
    } else if (story_word_is(story, "lent")) {
        same_amount(story, "lent", story_amount(story, story_word(story)), story->decision.lent);
    } else if (story_word_is(story, "uncovered")) {
        same_amount(story, "uncovered", story_amount(story, story_word(story)),
                    story->decision.uncovered);
    } else if (story_word_is(story, "blame")) {
        same_text(story, "blame", story_word(story), story->decision.blame.field);
    } else if (story_word_is(story, "nothing")) {
        if (story->entry_count > 0)
            story_fail(story, "expected no entries, got %zu", story->entry_count);
    } else {
        entry = next_entry(story);
        if (entry == NULL)
            return;
        same_text(story, "grant", story_word(story), name_of_grant(story, entry->grant));
        expect_change(story, entry);
    }
}

/* A command that was not said to be refused succeeds; entries are told all or not at all. */
void story_finish_command(struct story *story)
{
    if (!story->commanded)
        return;
    story->commanded = false;
    if (!story->reject_told && story->decision.reject != REJECT_NONE)
        story_fail(story, "expected success, got refused %.*s",
                   STR_PRINT(reject_name(story->decision.reject)));
    if (story->entry_told > 0 && story->entry_told < story->entry_count)
        story_fail(story, "expected %zu entries, got %zu", story->entry_told, story->entry_count);
    /* Names that time made are known from here on. */
    for (size_t i = 0; i < story->entry_count && story->entry_count < 100; i++)
        (void)name_of_grant(story, story->entries[i].grant);
}

/* --- expect --- */

static const char *status_word(enum grant_status status)
{
    static const char *const words[] = { "?", "scheduled", "active", "expired", "voided" };

    return words[status];
}

static void expect_grant_key(struct story *story, const struct grant *grant, struct str key)
{
    const struct {
        const char *key;
        struct amount got;
    } amounts[] = {
        { "amount", grant->amount },       { "posted", grant->posted },
        { "held", grant->held },           { "available", grant_available(grant) },
        { "scheduled", grant->scheduled }, { "drawn", grant->drawn },
        { "reversed", grant->reversed },   { "expired", grant->expired },
        { "voided", grant->voided },       { "rolled", grant->rolled_over },
        { "repaid", grant->repaid },
    };
    struct str value = story_word(story);

    for (size_t i = 0; i < array_count(amounts); i++) {
        if (str_equals(key, str_from_c(amounts[i].key))) {
            same_amount(story, amounts[i].key, story_amount(story, value), amounts[i].got);
            return;
        }
    }
    if (str_equals(key, STR("status")))
        same_text(story, "status", value, str_from_c(status_word(grant->status)));
    else if (str_equals(key, STR("expires")))
        same_instant(story, "expires", story_instant(story, value), grant->expires_at);
    else if (str_equals(key, STR("effective")))
        same_instant(story, "effective", story_instant(story, value), grant->effective_at);
    else if (str_equals(key, STR("priority")))
        same_amount(story, "priority in millionths",
                    (struct amount){ .units = story_priority(story, value).millionths },
                    (struct amount){ .units = grant->priority.millionths });
    else if (str_equals(key, STR("name")))
        same_text(story, "name", value, book_facts(&story->book, grant)->name);
    else if (str_equals(key, STR("type")))
        same_text(story, "type", value, book_facts(&story->book, grant)->grant_type);
    else
        story_fail(story, "a grant has no '%.*s'", STR_PRINT(key));
}

static void expect_account_key(struct story *story, const struct account *account, struct str key)
{
    struct amount told = story_amount(story, story_word(story));

    if (str_equals(key, STR("posted")))
        same_amount(story, "posted", told, account->posted);
    else if (str_equals(key, STR("held")))
        same_amount(story, "held", told, account->held);
    else if (str_equals(key, STR("available")))
        same_amount(story, "available", told, account_available(account));
    else if (str_equals(key, STR("scheduled")))
        same_amount(story, "scheduled", told, account->scheduled);
    else if (str_equals(key, STR("uncovered")))
        same_amount(story, "uncovered", told, account->uncovered);
    else if (str_equals(key, STR("debt")))
        same_amount(story, "debt", told, account->debt);
    else if (str_equals(key, STR("limit")))
        same_amount(story, "limit", told, account->limit);
    else
        story_fail(story, "an account has no '%.*s'", STR_PRINT(key));
}

static void expect_hold_key(struct story *story, const struct hold *hold, struct str key)
{
    static const char *const words[] = { "?", "open", "captured", "released", "lapsed" };
    struct str value = story_word(story);

    if (str_equals(key, STR("status")))
        same_text(story, "status", value, str_from_c(words[hold->status]));
    else if (str_equals(key, STR("amount")))
        same_amount(story, "amount", story_amount(story, value), hold->amount);
    else if (str_equals(key, STR("captured")))
        same_amount(story, "captured", story_amount(story, value), hold->captured);
    else if (str_equals(key, STR("expires")))
        same_instant(story, "expires", story_instant(story, value), hold->expires_at);
    else
        story_fail(story, "a hold has no '%.*s'", STR_PRINT(key));
}

static const struct account *current_account(struct story *story)
{
    static const struct account none;
    const struct book_account *account = book_account(&story->book, story->customer, 1);

    return account != NULL ? &account->account : &none;
}

/* Every grant issued under a name. */
static void expect_all(struct story *story, struct str name)
{
    size_t word = story->word, count = 0;

    for (size_t i = 0; i < story->book.grant_count; i++) {
        if (!str_equals(book_facts(&story->book, story->book.grants[i])->name, name))
            continue;
        count++;
        story->word = word;
        while (story->word < story->word_count)
            expect_grant_key(story, story->book.grants[i], story_word(story));
    }
    if (count == 0)
        story_fail(story, "there is no grant '%.*s'", STR_PRINT(name));
}

void story_expect(struct story *story)
{
    struct str what = story_word(story);
    const struct story_name *grant = story_find(story, what, 'g');
    const struct story_name *hold = story_find(story, what, 'h');

    if (story->listener != NULL)
        story->listener->expected(story->listener, story);
    if (str_equals(what, STR("all"))) {
        expect_all(story, story_word(story));
        return;
    }
    while (story->word < story->word_count) {
        struct str key = story_word(story);

        if (str_equals(what, STR("account"))) {
            expect_account_key(story, current_account(story), key);
        } else if (grant != NULL) {
            expect_grant_key(
                story, book_grant_by_id(&story->book, (struct grant_id){ .uuid = grant->id }), key);
        } else if (hold != NULL) {
            expect_hold_key(story, &book_hold(&story->book, hold->number)->hold, key);
        } else {
            story_fail(story, "there is no '%.*s'", STR_PRINT(what));
            story->word = story->word_count;
        }
    }
}

/* The entries of a grant, or of the current account, are what the lines below speak of. */
void story_history(struct story *story)
{
    struct str what = story_word(story);
    const struct story_name *name = story_find(story, what, 'g');
    uint32_t account = current_account(story)->number;
    const struct grant *grant = NULL;
    struct entry *entries = arena_new(&story->arena, struct entry, story->book.entry_count);
    size_t count = 0;

    assert(entries != NULL);
    if (name != NULL)
        grant = book_grant_by_id(&story->book, (struct grant_id){ .uuid = name->id });
    for (size_t i = 0; i < story->book.entry_count; i++) {
        const struct entry *entry = &story->book.entries[i];

        if (grant != NULL ? entry->grant == grant->number : entry->account == account)
            entries[count++] = *entry;
    }
    story->decision = (struct decision){ .reject = REJECT_NONE };
    story->commanded = true;
    story->reject_told = false;
    story->is_history = true;
    story->entries = entries;
    story->entry_count = count;
    story->entry_told = 0;
}
