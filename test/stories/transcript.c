/* What must come of a story, and its life. */
#include "transcript.h"

#include <inttypes.h>
#include <stdlib.h>
#include "json/write.h"

/* --- replies --- */

/* What time gave an id of its own is called by its number. */
static struct str grant_id_text(struct transcript *t, const struct story *story, uint64_t number)
{
    const struct grant *grant = book_grant(&story->book, number);

    if (grant == NULL) /* a dry run issues none, so this is not */
        never("an entry is of a grant that is there");
    if (uuid_is_zero(story->book.entries[grant->number - 1].facts->rolled_from.uuid))
        return transcript_uuid(t, grant->id.uuid);
    return str_format(t->arena, "{{rolled-%" PRIu64 "}}", number);
}

static bool draw_amount(const struct entry *entry, struct amount *ret)
{
    if (entry->kind == ENTRY_DRAW || entry->kind == ENTRY_CAPTURE)
        *ret = amount_negate(entry->amount);
    else if (entry->kind == ENTRY_HOLD)
        *ret = entry->held;
    else if (entry->kind == ENTRY_REVERSE || entry->kind == ENTRY_REVERSE_REPAY)
        *ret = entry->amount;
    else
        return false;
    return true;
}

/* What is left out where it is 0. */
static void put_unless_zero(struct json_writer *w, const struct story *story, struct str key,
                            struct amount amount)
{
    if (!amount_is_zero(amount))
        transcript_put_amount(w, story, key, amount);
}

/* What a grant has after all that the operation did to it on end. */
static void put_draw(struct transcript *t, struct json_writer *w, const struct story *story,
                     size_t place, struct amount amount)
{
    const struct entry *entries = story->entries;
    const struct entry *entry = &entries[place];

    while (place + 1 < story->entry_count && entries[place + 1].grant == entry->grant)
        place++;
    json_begin_object(w);
    json_put_string(json_key(w, STR("grant_id")), grant_id_text(t, story, entry->grant));
    transcript_put_amount(w, story, STR("amount"), amount);
    transcript_put_amount(w, story, STR("balance"),
                          amount_take(entries[place].grant_posted, entries[place].grant_held));
    json_put_string(json_key(w, STR("because")), because_text(entry->because));
    json_end_object(w);
}

static void put_use_reply(struct transcript *t, struct json_writer *w, const struct story *story,
                          bool is_reversal)
{
    struct amount amount;

    transcript_put_amount(w, story, STR("amount"), story->decision.covered);
    if (!is_reversal)
        transcript_put_amount(w, story, STR("uncovered"), story->decision.uncovered);
    put_unless_zero(w, story, STR("lent"), story->decision.lent);
    json_begin_array(json_key(w, STR("draws")));
    for (size_t i = 0; i < story->entry_count; i++)
        if (draw_amount(&story->entries[i], &amount))
            put_draw(t, w, story, i, amount);
    json_end_array(w);
    json_begin_object(json_key(w, STR("balance")));
    transcript_put_balance(w, story, story->decision.account_posted, story->decision.account_held);
    put_unless_zero(w, story, STR("debt"), story->decision.account_debt);
    json_put_bool(json_key(w, STR("...")), true);
    json_end_object(w);
}

static struct str reply_of(struct transcript *t, const struct story *story,
                           const struct command *command)
{
    struct json_writer *w = transcript_object(t);

    if (command->kind == COMMAND_DEDUCT || command->kind == COMMAND_HOLD_CREATE ||
        command->kind == COMMAND_HOLD_CAPTURE || command->kind == COMMAND_REVERSE)
        put_use_reply(t, w, story, command->kind == COMMAND_REVERSE);
    if (command->kind == COMMAND_CREDIT_LIMIT_SET) {
        transcript_put_amount(w, story, STR("credit_limit"), story->decision.account_limit);
        transcript_put_amount(w, story, STR("debt"), story->decision.account_debt);
    }
    return transcript_end_open(w);
}

static int status_of(enum reject reject)
{
    static const int statuses[] = {
#define REJECT(name, status, title) [REJECT_##name] = (status),
#include "domain/reject.def"
#undef REJECT
    };

    return statuses[reject];
}

static struct str problem_type(struct transcript *t, struct str name)
{
    char *slug = arena_take(t->arena, name.len + 1);

    assert(slug != NULL);
    for (size_t i = 0; i < name.len; i++)
        slug[i] = name.data[i] == '_' ? '-' : (char)(name.data[i] | 0x20);
    return str_format(t->arena, "/problems/%.*s", (int)name.len, slug);
}

static struct str refusal_of(struct transcript *t, const struct story *story)
{
    struct json_writer *w = transcript_object(t);
    enum reject reject = story->decision.reject;

    json_put_string(json_key(w, STR("type")), problem_type(t, reject_name(reject)));
    if (reject == REJECT_BALANCE_EXCEEDED)
        transcript_put_amount(w, story, STR("available"), story->decision.available);
    transcript_put_text(w, STR("field"), story->decision.blame.field);
    return transcript_end_open(w);
}

static struct str malformed(struct transcript *t, struct str field)
{
    struct json_writer *w = transcript_object(t);

    json_put_string(json_key(w, STR("type")), STR("/problems/malformed"));
    json_put_string(json_key(w, STR("field")), field);
    return transcript_end_open(w);
}

/* --- entries --- */

static void put_entry(struct transcript *t, struct json_writer *w, const struct story *story,
                      const struct entry *entry)
{
    json_begin_object(w);
    json_put_integer(json_key(w, STR("sequence")), (int64_t)entry->sequence);
    json_put_string(json_key(w, STR("kind")), entry_kind_name(entry->kind));
    json_put_instant(json_key(w, STR("at")), entry->at);
    json_put_instant(json_key(w, STR("effective_at")), entry->effective_at);
    json_put_integer(json_key(w, STR("operation")), (int64_t)entry->operation);
    transcript_put_amount(w, story, STR("amount"), entry->amount);
    transcript_put_amount(w, story, STR("held"), entry->held);
    transcript_put_amount(w, story, STR("uncovered"), entry->uncovered);
    put_unless_zero(w, story, STR("debt"), entry->debt);
    if (entry->kind == ENTRY_CREDIT_LIMIT)
        transcript_put_amount(w, story, STR("credit_limit"), entry->facts->amount);
    if (entry->because != 0)
        json_put_string(json_key(w, STR("because")), because_text(entry->because));
    if (entry->grant != 0) {
        json_put_string(json_key(w, STR("grant_id")), grant_id_text(t, story, entry->grant));
        json_begin_object(json_key(w, STR("grant_balance")));
        transcript_put_balance(w, story, entry->grant_posted, entry->grant_held);
        json_end_object(w);
    }
    json_begin_object(json_key(w, STR("balance")));
    transcript_put_balance(w, story, entry->account_posted, entry->account_held);
    put_unless_zero(w, story, STR("debt"), entry->account_debt);
    json_put_bool(json_key(w, STR("...")), true);
    json_end_object(w);
    json_put_bool(json_key(w, STR("...")), true);
    json_end_object(w);
}

/* The newest of an account, which nobody has asked for yet; the newest first. */
static void ask_entries(struct transcript *t, const struct story *story, uint32_t account)
{
    const struct book *book = &story->book;
    struct json_writer *w = transcript_object(t);
    size_t count = 0;

    json_begin_array(json_key(w, STR("data")));
    for (size_t i = book->entry_count; i > t->entries_told; i--) {
        if (book->entries[i - 1].account != account)
            continue;
        put_entry(t, w, story, &book->entries[i - 1]);
        count++;
    }
    json_end_array(w);
    if (count == 0)
        return;
    transcript_ask(
        t, story,
        &(struct transcript_step){
            "GET",
            str_format(t->arena, "/scrip/v1/customers/%.*s/entries?limit=%zu",
                       STR_PRINT(transcript_uuid(t, book->accounts[account - 1]->customer.uuid)),
                       count),
            STR(""), 200, transcript_end_open(w) });
}

static void tell_entries(struct transcript *t, const struct story *story)
{
    for (uint32_t account = 1; account <= story->book.account_count; account++)
        ask_entries(t, story, account);
    t->entries_told = story->book.entry_count;
}

/* What no request can say; NULL: all of it can be said. */
static const char *unsayable(const struct command *command)
{
    const struct facts *facts = &command->issue.facts;

    if (command->kind == COMMAND_GRANT_EDIT && command->edit.has_expires_at &&
        instant_is_never(command->edit.expires_at))
        return "an expiry that is taken away";
    if (command->kind != COMMAND_GRANT_ISSUE)
        return NULL;
    if (facts->priority.millionths < 0)
        return "a priority below zero";
    if (facts->rollover.kind != 0 && instant_is_never(facts->rollover.expires_at))
        return "a rollover that never expires";
    return NULL;
}

/* What comes after it in this book would be about another one. */
static void give_up(struct transcript *t, const char *why)
{
    printf("# %.*s: %s\n", STR_PRINT(t->title), why);
    t->has_given_up = true;
}

static void done(struct story_listener *listener, struct story *story,
                 const struct command *command)
{
    struct transcript *t = (struct transcript *)listener;
    struct json_writer *body = transcript_object(t);
    bool is_refused = story->decision.reject != REJECT_NONE;
    struct transcript_step asked = { .method = "POST" };

    if (command != NULL && unsayable(command) != NULL && !t->has_given_up)
        give_up(t, unsayable(command));
    if (t->has_given_up)
        return;
    if (command == NULL) {
        tell_entries(t, story);
        return;
    }
    transcript_make_credit_type(t, story);
    transcript_make_customer(t, story);
    asked.target = transcript_request(t, story, command, body);
    if (asked.target.len == 0) {
        give_up(t, "a command that has no request");
        return;
    }
    asked.body = transcript_end(body);
    asked.status = is_refused ? status_of(story->decision.reject) : 200;
    /* Over HTTP a hold is for a number of seconds, which begins with 1. */
    if (story->decision.reject == REJECT_EXPIRES_IN_PAST)
        asked.reply = malformed(t, STR("expires_in"));
    else
        asked.reply = is_refused ? refusal_of(t, story) : reply_of(t, story, command);
    transcript_ask(t, story, &asked);
    tell_entries(t, story);
}

/* --- the book as it is --- */

static const char *grant_status_word(enum grant_status status)
{
    static const char *const words[] = { "?", "scheduled", "active", "expired", "voided" };

    return words[status];
}

static void put_grant(struct transcript *t, struct json_writer *w, const struct story *story,
                      const struct grant *grant)
{
    json_put_string(json_key(w, STR("id")), grant_id_text(t, story, grant->number));
    json_put_string(json_key(w, STR("status")), str_from_c(grant_status_word(grant->status)));
    transcript_put_priority(w, grant->priority);
    json_put_instant(json_key(w, STR("effective_at")), grant->effective_at);
    json_put_instant(json_key(w, STR("expires_at")), grant->expires_at);
    transcript_put_amount(w, story, STR("amount"), grant->amount);
    transcript_put_balance(w, story, grant->posted, grant->held);
    json_put_bool(json_key(w, STR("...")), true);
}

static void ask_grant(struct transcript *t, const struct story *story, const struct grant *grant)
{
    const struct facts *facts = book_facts(&story->book, grant);
    struct json_writer *w = transcript_object(t);

    put_grant(t, w, story, grant);
    transcript_put_text(w, STR("name"), facts->name);
    transcript_put_text(w, STR("grant_type"), facts->grant_type);
    transcript_ask(
        t, story,
        &(struct transcript_step){ "GET",
                                   str_format(t->arena, "/scrip/v1/grants/%.*s",
                                              STR_PRINT(grant_id_text(t, story, grant->number))),
                                   STR(""), 200, transcript_end(w) });
}

static void ask_hold(struct transcript *t, const struct story *story, const struct hold *hold)
{
    static const char *const words[] = { "?", "open", "captured", "released", "lapsed" };
    struct json_writer *w = transcript_object(t);

    json_put_string(json_key(w, STR("status")), str_from_c(words[hold->status]));
    json_put_instant(json_key(w, STR("expires_at")), hold->expires_at);
    transcript_put_amount(w, story, STR("amount"), hold->amount);
    transcript_put_amount(w, story, STR("captured"), hold->captured);
    transcript_ask(t, story,
                   &(struct transcript_step){
                       "GET",
                       transcript_path(t, "holds", uuid_from_sequence('h', hold->number), ""),
                       STR(""), 200, transcript_end_open(w) });
}

static struct str balance_path(struct transcript *t, const struct book_account *account,
                               struct str query)
{
    return str_format(t->arena, "/scrip/v1/customers/%.*s/balance%.*s",
                      STR_PRINT(transcript_uuid(t, account->customer.uuid)), STR_PRINT(query));
}

static void ask_balance(struct transcript *t, const struct story *story,
                        const struct book_account *account)
{
    struct json_writer *w = transcript_object(t);

    transcript_put_balance(w, story, account->account.posted, account->account.held);
    json_begin_array(json_key(w, STR("grants")));
    for (size_t i = 0; i < account->live_count; i++) {
        json_begin_object(w);
        put_grant(t, w, story, account->live[i]);
        json_end_object(w);
    }
    json_end_array(w);
    transcript_ask(t, story,
                   &(struct transcript_step){ "GET", balance_path(t, account, STR("")), STR(""),
                                              200, transcript_end_open(w) });
}

/* What the account had when the entry in the middle of the book was written. */
static void ask_past(struct transcript *t, const struct story *story,
                     const struct book_account *account)
{
    const struct book *book = &story->book;
    struct instant at = book->entries[book->entry_count / 2].at;
    struct amount posted = AMOUNT_ZERO, held = AMOUNT_ZERO;
    struct json_writer *w = transcript_object(t);
    char text[INSTANT_TEXT_MAX];

    for (size_t i = 0; i < book->entry_count; i++) {
        const struct entry *entry = &book->entries[i];

        if (entry->account != account->account.number || instant_before(at, entry->at))
            continue;
        posted = entry->account_posted;
        held = entry->account_held;
    }
    transcript_put_balance(w, story, posted, held);
    transcript_ask(
        t, story,
        &(struct transcript_step){
            "GET",
            balance_path(t, account,
                         str_format(t->arena, "?at=%.*s", STR_PRINT(instant_format(at, text)))),
            STR(""), 200, transcript_end_open(w) });
}

static void expected(struct story_listener *listener, struct story *story)
{
    struct transcript *t = (struct transcript *)listener;
    const struct book *book = &story->book;

    if (t->has_given_up)
        return;
    for (size_t i = 0; i < book->account_count; i++) {
        ask_balance(t, story, book->accounts[i]);
        ask_past(t, story, book->accounts[i]);
    }
    for (size_t i = 0; i < book->grant_count; i++)
        ask_grant(t, story, book->grants[i]);
    for (size_t i = 0; i < book->hold_count; i++)
        ask_hold(t, story, &book->holds[i]->hold);
}

/* --- life --- */

static void begun(struct story_listener *listener, struct story *story)
{
    struct transcript *t = (struct transcript *)listener;

    (void)story;
    transcript_file_close(t);
    t->book++;
    t->entries_told = 0;
    t->scale = -1;
    t->made_count = 0;
    t->archived = 0;
    t->has_given_up = false;
}

void transcript_open(struct transcript *transcript, const char *directory, struct str title,
                     struct arena *arena)
{
    *transcript = (struct transcript){
        .listener = { .begun = begun, .done = done, .expected = expected },
        .directory = directory,
        .title = title,
        .arena = arena,
    };
}

void transcript_close(struct transcript *transcript)
{
    transcript_file_close(transcript);
    free(transcript->made);
}
