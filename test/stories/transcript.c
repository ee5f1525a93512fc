#include "transcript.h"

#include <inttypes.h>
#include <stdlib.h>
#include "due.h"
#include "json/write.h"

#define CREDIT_TYPE STR("story credits")

/* --- steps --- */

static void file_open(struct transcript *t)
{
    struct str path =
        str_format(t->arena, "%s/%.*s-%02d.http", t->directory, STR_PRINT(t->title), t->book);

    t->file = fopen(path.data, "w");
    assert(t->file != NULL);
}

static void file_close(struct transcript *t)
{
    if (t->file != NULL)
        assert(fclose(t->file) == 0);
    t->file = NULL;
}

struct asked {
    const char *method;
    struct str target;
    struct str body; /* or empty */
    int status;
    struct str reply;
};

static void ask(struct transcript *t, const struct story *story, const struct asked *asked)
{
    char now[INSTANT_TEXT_MAX];

    if (t->file == NULL)
        file_open(t);
    fprintf(t->file, "### %.*s line %d\n@now %.*s\n%s %.*s\n", STR_PRINT(t->title), story->line,
            STR_PRINT(instant_format(story->book.now, now)), asked->method,
            STR_PRINT(asked->target));
    if (asked->method[0] == 'P')
        fprintf(t->file, "Idempotency-Key: step-%d\n", ++t->step);
    fprintf(t->file, "\n%.*s\n\nHTTP %d\n\n%.*s\n\n", STR_PRINT(asked->body), asked->status,
            STR_PRINT(asked->reply));
}

static struct json_writer *writer_new(struct transcript *t)
{
    struct json_writer *w = arena_new(t->arena, struct json_writer, 1);

    assert(w != NULL);
    json_writer_init_in(w, t->arena);
    json_begin_object(w);
    return w;
}

static struct str writer_end(struct json_writer *w)
{
    struct str text;

    json_end_object(w);
    assert(json_writer_finish(w, &text) == OK);
    return text;
}

/* There may be other members. */
static struct str writer_end_open(struct json_writer *w)
{
    json_put_bool(json_key(w, STR("...")), true);
    return writer_end(w);
}

static struct str uuid_text(struct transcript *t, struct uuid uuid)
{
    char *text = arena_take(t->arena, UUID_TEXT_SIZE + 1);

    assert(text != NULL);
    uuid_format(uuid, text);
    return (struct str){ .data = text, .len = UUID_TEXT_SIZE };
}

static void put_text(struct json_writer *w, struct str key, struct str text)
{
    if (text.len > 0)
        json_put_string(json_key(w, key), text);
}

static void put_amount(struct json_writer *w, const struct story *story, struct str key,
                       struct amount amount)
{
    json_put_amount_string(json_key(w, key), amount, story->scale);
}

static void put_balance(struct json_writer *w, const struct story *story, struct amount posted,
                        struct amount held)
{
    put_amount(w, story, STR("posted"), posted);
    put_amount(w, story, STR("held"), held);
    put_amount(w, story, STR("available"), amount_take(posted, held));
}

/* --- what has to be there --- */

static bool is_made(struct transcript *t, struct uuid id)
{
    for (size_t i = 0; i < t->made_count; i++)
        if (uuid_equals(t->made[i], id))
            return true;
    t->made = book_room(t->made, sizeof *t->made, t->made_count, &t->made_capacity);
    t->made[t->made_count++] = id;
    return false;
}

static void make(struct transcript *t, const struct story *story, const char *path, struct uuid id,
                 struct str name)
{
    struct json_writer *body = writer_new(t);

    if (is_made(t, id))
        return;
    json_put_string(json_key(body, STR("id")), uuid_text(t, id));
    json_put_string(json_key(body, STR("name")), name);
    ask(t, story,
        &(struct asked){ "POST", str_from_c(path), writer_end(body), 200,
                         writer_end_open(writer_new(t)) });
}

static struct customer_id customer_of(const struct story *story)
{
    return (struct customer_id){ .uuid = uuid_from_sequence('u', story->customer) };
}

static void make_customer(struct transcript *t, const struct story *story)
{
    struct uuid id = customer_of(story).uuid;

    make(t, story, "/scrip/v1/customers", id, STR("somebody"));
    if (!story->archived || t->archived == story->customer)
        return;
    t->archived = story->customer;
    ask(t, story,
        &(struct asked){
            "POST",
            str_format(t->arena, "/scrip/v1/customers/%.*s/archive", STR_PRINT(uuid_text(t, id))),
            STR(""), 200, writer_end_open(writer_new(t)) });
}

static void make_product(struct transcript *t, const struct story *story, struct uuid id)
{
    make(t, story, "/scrip/v1/products", id, uuid_text(t, id));
}

static void make_credit_type(struct transcript *t, const struct story *story)
{
    struct json_writer *body = writer_new(t);

    if (t->scale == story->scale)
        return;
    assert(t->scale == -1); /* a book has one */
    t->scale = story->scale;
    json_put_string(json_key(body, STR("name")), CREDIT_TYPE);
    json_put_integer(json_key(body, STR("scale")), t->scale);
    ask(t, story,
        &(struct asked){ "POST", STR("/scrip/v1/credit-types"), writer_end(body), 200,
                         writer_end_open(writer_new(t)) });
}

/* --- commands --- */

static void put_owner(struct transcript *t, struct json_writer *w, const struct story *story)
{
    json_put_string(json_key(w, STR("customer")), uuid_text(t, customer_of(story).uuid));
    json_put_string(json_key(w, STR("credit_type")), CREDIT_TYPE);
}

static void put_priority(struct json_writer *w, struct priority priority)
{
    json_put_amount(json_key(w, STR("priority")), (struct amount){ .units = priority.millionths },
                    PRIORITY_SCALE);
}

static void put_rollover(struct json_writer *w, const struct story *story,
                         const struct rollover *rollover)
{
    if (rollover->kind == 0)
        return;
    json_begin_object(json_key(w, STR("rollover")));
    put_priority(w, rollover->priority);
    json_put_instant(json_key(w, STR("expires_at")), rollover->expires_at);
    if (rollover->kind == ROLLOVER_MAX_AMOUNT)
        put_amount(w, story, STR("amount_max"), rollover->amount_max);
    else
        json_put_amount_string(json_key(w, STR("share_max")),
                               (struct amount){ .units = rollover->millionths_max },
                               PRIORITY_SCALE);
    json_end_object(w);
}

static struct str issue_path(struct transcript *t, const struct story *story,
                             const struct command *command, struct json_writer *w)
{
    const struct facts *facts = &command->issue.facts;

    json_put_string(json_key(w, STR("id")), uuid_text(t, facts->grant_id.uuid));
    put_owner(t, w, story);
    put_amount(w, story, STR("amount"), facts->amount);
    put_priority(w, facts->priority);
    json_put_instant(json_key(w, STR("effective_at")), facts->effective_at);
    json_put_instant(json_key(w, STR("expires_at")), facts->expires_at);
    put_text(w, STR("name"), facts->name);
    put_text(w, STR("uniqueness_key"), facts->uniqueness_key);
    put_rollover(w, story, &facts->rollover);
    if (facts->products.count > 0) {
        json_begin_array(json_key(w, STR("products")));
        for (size_t i = 0; i < facts->products.count; i++) {
            make_product(t, story, facts->products.ids[i].uuid);
            json_put_string(w, uuid_text(t, facts->products.ids[i].uuid));
        }
        json_end_array(w);
    }
    return STR("/scrip/v1/grants");
}

static void put_policy(struct json_writer *w, enum policy policy)
{
    json_put_string(json_key(w, STR("policy")),
                    policy == POLICY_PARTIAL ? STR("partial") : STR("refuse"));
}

static void put_use(struct transcript *t, struct json_writer *w, const struct story *story,
                    const struct deduct *use)
{
    put_owner(t, w, story);
    put_amount(w, story, STR("amount"), use->amount);
    put_policy(w, use->policy);
    put_text(w, STR("reason"), use->reason);
    json_put_bool(json_key(w, STR("dry_run")), use->dry_run);
    if (use->has_product) {
        make_product(t, story, use->product_id.uuid);
        json_put_string(json_key(w, STR("product")), uuid_text(t, use->product_id.uuid));
    }
}

static struct str deduct_path(struct transcript *t, const struct story *story,
                              const struct command *command, struct json_writer *w)
{
    put_use(t, w, story, &command->deduct);
    json_put_instant(json_key(w, STR("at")), command->deduct.at);
    return STR("/scrip/v1/deductions");
}

static int64_t seconds_until(const struct story *story, struct instant instant)
{
    return instant_span(story->book.now, instant).us / SPAN_US_PER_SECOND;
}

static void put_expires_in(struct json_writer *w, const struct story *story,
                           struct instant expires_at)
{
    json_put_integer(json_key(w, STR("expires_in")), seconds_until(story, expires_at));
}

static struct str hold_path(struct transcript *t, const struct story *story,
                            const struct command *command, struct json_writer *w)
{
    put_use(t, w, story, &command->hold.use);
    put_expires_in(w, story, command->hold.expires_at);
    return STR("/scrip/v1/holds");
}

static struct str path_of(struct transcript *t, const char *list, struct uuid id, const char *verb)
{
    return str_format(t->arena, "/scrip/v1/%s/%.*s%s", list, STR_PRINT(uuid_text(t, id)), verb);
}

static struct str hold_verb(struct transcript *t, const struct command *command, const char *verb)
{
    return path_of(t, "holds", uuid_from_sequence('h', command->subject.hold), verb);
}

static struct str capture_path(struct transcript *t, const struct story *story,
                               const struct command *command, struct json_writer *w)
{
    if (!command->capture.whole)
        put_amount(w, story, STR("amount"), command->capture.amount);
    put_policy(w, command->capture.policy);
    return hold_verb(t, command, "/capture");
}

static struct str release_path(struct transcript *t, const struct story *story,
                               const struct command *command, struct json_writer *w)
{
    (void)story;
    (void)w;
    return hold_verb(t, command, "/release");
}

static struct str extend_path(struct transcript *t, const struct story *story,
                              const struct command *command, struct json_writer *w)
{
    put_expires_in(w, story, command->extend.expires_at);
    return hold_verb(t, command, "/extend");
}

static struct str reverse_path(struct transcript *t, const struct story *story,
                               const struct command *command, struct json_writer *w)
{
    if (command->reverse.asked.given)
        put_amount(w, story, STR("amount"), command->reverse.amount);
    return path_of(t, "deductions", uuid_from_sequence('d', command->subject.deduction),
                   "/reverse");
}

static struct str void_path(struct transcript *t, const struct story *story,
                            const struct command *command, struct json_writer *w)
{
    (void)story;
    json_put_bool(json_key(w, STR("release_uniqueness_key")),
                  command->void_grant.release_uniqueness_key);
    return path_of(t, "grants", command->subject.grant_id.uuid, "/void");
}

static struct str edit_path(struct transcript *t, const struct story *story,
                            const struct command *command, struct json_writer *w)
{
    const struct edit *edit = &command->edit;

    (void)story;
    if (edit->has_name)
        json_put_string(json_key(w, STR("name")), edit->name);
    if (edit->has_grant_type)
        json_put_string(json_key(w, STR("grant_type")), edit->grant_type);
    if (edit->has_expires_at)
        json_put_instant(json_key(w, STR("expires_at")), edit->expires_at);
    return path_of(t, "grants", command->subject.grant_id.uuid, "");
}

/* Where the command is asked, and its body.  STR_NONE: there is no such request. */
static struct str encode(struct transcript *t, const struct story *story,
                         const struct command *command, struct json_writer *w)
{
    static const struct {
        enum command_kind kind;
        struct str (*encode)(struct transcript *t, const struct story *story,
                             const struct command *command, struct json_writer *w);
    } rows[] = {
        { COMMAND_GRANT_ISSUE, issue_path },    { COMMAND_DEDUCT, deduct_path },
        { COMMAND_HOLD_CREATE, hold_path },     { COMMAND_HOLD_CAPTURE, capture_path },
        { COMMAND_HOLD_RELEASE, release_path }, { COMMAND_HOLD_EXTEND, extend_path },
        { COMMAND_REVERSE, reverse_path },      { COMMAND_GRANT_VOID, void_path },
        { COMMAND_GRANT_EDIT, edit_path },
    };

    for (size_t i = 0; i < array_count(rows); i++)
        if (rows[i].kind == command->kind)
            return rows[i].encode(t, story, command, w);
    return STR_NONE;
}

/* --- replies --- */

/* What time gave an id of its own is called by its number. */
static struct str grant_id_text(struct transcript *t, const struct story *story, uint64_t number)
{
    const struct grant *grant = book_grant(&story->book, number);

    if (grant == NULL) /* a dry run issues none, so this is not */
        never("an entry is of a grant that is there");
    if (uuid_is_zero(story->book.entries[grant->number - 1].facts->rolled_from.uuid))
        return uuid_text(t, grant->id.uuid);
    return str_format(t->arena, "{{rolled-%" PRIu64 "}}", number);
}

static bool draw_amount(const struct entry *entry, struct amount *ret)
{
    if (entry->kind == ENTRY_DRAW || entry->kind == ENTRY_CAPTURE)
        *ret = amount_negate(entry->amount);
    else if (entry->kind == ENTRY_HOLD)
        *ret = entry->held;
    else if (entry->kind == ENTRY_REVERSE)
        *ret = entry->amount;
    else
        return false;
    return true;
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
    put_amount(w, story, STR("amount"), amount);
    put_amount(w, story, STR("balance"),
               amount_take(entries[place].grant_posted, entries[place].grant_held));
    json_put_string(json_key(w, STR("because")), because_text(entry->because));
    json_end_object(w);
}

static void put_use_reply(struct transcript *t, struct json_writer *w, const struct story *story,
                          bool is_reversal)
{
    struct amount amount;

    put_amount(w, story, STR("amount"), story->decision.covered);
    if (!is_reversal)
        put_amount(w, story, STR("uncovered"), story->decision.uncovered);
    json_begin_array(json_key(w, STR("draws")));
    for (size_t i = 0; i < story->entry_count; i++)
        if (draw_amount(&story->entries[i], &amount))
            put_draw(t, w, story, i, amount);
    json_end_array(w);
    json_begin_object(json_key(w, STR("balance")));
    put_balance(w, story, story->decision.account_posted, story->decision.account_held);
    json_put_bool(json_key(w, STR("...")), true);
    json_end_object(w);
}

static struct str reply_of(struct transcript *t, const struct story *story,
                           const struct command *command)
{
    struct json_writer *w = writer_new(t);

    if (command->kind == COMMAND_DEDUCT || command->kind == COMMAND_HOLD_CREATE ||
        command->kind == COMMAND_HOLD_CAPTURE || command->kind == COMMAND_REVERSE)
        put_use_reply(t, w, story, command->kind == COMMAND_REVERSE);
    return writer_end_open(w);
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
    struct json_writer *w = writer_new(t);
    enum reject reject = story->decision.reject;

    json_put_string(json_key(w, STR("type")), problem_type(t, reject_name(reject)));
    if (reject == REJECT_BALANCE_EXCEEDED)
        put_amount(w, story, STR("available"), story->decision.available);
    put_text(w, STR("field"), story->decision.blame.field);
    return writer_end_open(w);
}

static struct str malformed(struct transcript *t, struct str field)
{
    struct json_writer *w = writer_new(t);

    json_put_string(json_key(w, STR("type")), STR("/problems/malformed"));
    json_put_string(json_key(w, STR("field")), field);
    return writer_end_open(w);
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
    put_amount(w, story, STR("amount"), entry->amount);
    put_amount(w, story, STR("held"), entry->held);
    put_amount(w, story, STR("uncovered"), entry->uncovered);
    if (entry->because != 0)
        json_put_string(json_key(w, STR("because")), because_text(entry->because));
    if (entry->grant != 0) {
        json_put_string(json_key(w, STR("grant_id")), grant_id_text(t, story, entry->grant));
        json_begin_object(json_key(w, STR("grant_balance")));
        put_balance(w, story, entry->grant_posted, entry->grant_held);
        json_end_object(w);
    }
    json_begin_object(json_key(w, STR("balance")));
    put_balance(w, story, entry->account_posted, entry->account_held);
    json_put_bool(json_key(w, STR("...")), true);
    json_end_object(w);
    json_put_bool(json_key(w, STR("...")), true);
    json_end_object(w);
}

/* The newest of an account, which nobody has asked for yet; the newest first. */
static void ask_entries(struct transcript *t, const struct story *story, uint32_t account)
{
    const struct book *book = &story->book;
    struct json_writer *w = writer_new(t);
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
    ask(t, story,
        &(struct asked){
            "GET",
            str_format(t->arena, "/scrip/v1/customers/%.*s/entries?limit=%zu",
                       STR_PRINT(uuid_text(t, book->accounts[account - 1]->customer.uuid)), count),
            STR(""), 200, writer_end_open(w) });
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
    struct json_writer *body = writer_new(t);
    bool is_refused = story->decision.reject != REJECT_NONE;
    struct asked asked = { .method = "POST" };

    if (command != NULL && unsayable(command) != NULL && !t->has_given_up)
        give_up(t, unsayable(command));
    if (t->has_given_up)
        return;
    if (command == NULL) {
        tell_entries(t, story);
        return;
    }
    make_credit_type(t, story);
    make_customer(t, story);
    asked.target = encode(t, story, command, body);
    if (asked.target.len == 0) {
        give_up(t, "a command that has no request");
        return;
    }
    asked.body = writer_end(body);
    asked.status = is_refused ? status_of(story->decision.reject) : 200;
    /* Over HTTP a hold is for a number of seconds, which begins with 1. */
    if (story->decision.reject == REJECT_EXPIRES_IN_PAST)
        asked.reply = malformed(t, STR("expires_in"));
    else
        asked.reply = is_refused ? refusal_of(t, story) : reply_of(t, story, command);
    ask(t, story, &asked);
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
    put_priority(w, grant->priority);
    json_put_instant(json_key(w, STR("effective_at")), grant->effective_at);
    json_put_instant(json_key(w, STR("expires_at")), grant->expires_at);
    put_amount(w, story, STR("amount"), grant->amount);
    put_balance(w, story, grant->posted, grant->held);
    json_put_bool(json_key(w, STR("...")), true);
}

static void ask_grant(struct transcript *t, const struct story *story, const struct grant *grant)
{
    const struct facts *facts = book_facts(&story->book, grant);
    struct json_writer *w = writer_new(t);

    put_grant(t, w, story, grant);
    put_text(w, STR("name"), facts->name);
    put_text(w, STR("grant_type"), facts->grant_type);
    ask(t, story,
        &(struct asked){ "GET",
                         str_format(t->arena, "/scrip/v1/grants/%.*s",
                                    STR_PRINT(grant_id_text(t, story, grant->number))),
                         STR(""), 200, writer_end(w) });
}

static void ask_hold(struct transcript *t, const struct story *story, const struct hold *hold)
{
    static const char *const words[] = { "?", "open", "captured", "released", "lapsed" };
    struct json_writer *w = writer_new(t);

    json_put_string(json_key(w, STR("status")), str_from_c(words[hold->status]));
    json_put_instant(json_key(w, STR("expires_at")), hold->expires_at);
    put_amount(w, story, STR("amount"), hold->amount);
    put_amount(w, story, STR("captured"), hold->captured);
    ask(t, story,
        &(struct asked){ "GET", path_of(t, "holds", uuid_from_sequence('h', hold->number), ""),
                         STR(""), 200, writer_end_open(w) });
}

static struct str balance_path(struct transcript *t, const struct book_account *account,
                               struct str query)
{
    return str_format(t->arena, "/scrip/v1/customers/%.*s/balance%.*s",
                      STR_PRINT(uuid_text(t, account->customer.uuid)), STR_PRINT(query));
}

static void ask_balance(struct transcript *t, const struct story *story,
                        const struct book_account *account)
{
    struct json_writer *w = writer_new(t);

    put_balance(w, story, account->account.posted, account->account.held);
    json_begin_array(json_key(w, STR("grants")));
    for (size_t i = 0; i < account->live_count; i++) {
        json_begin_object(w);
        put_grant(t, w, story, account->live[i]);
        json_end_object(w);
    }
    json_end_array(w);
    ask(t, story,
        &(struct asked){ "GET", balance_path(t, account, STR("")), STR(""), 200,
                         writer_end_open(w) });
}

/* What the account had when the entry in the middle of the book was written. */
static void ask_past(struct transcript *t, const struct story *story,
                     const struct book_account *account)
{
    const struct book *book = &story->book;
    struct instant at = book->entries[book->entry_count / 2].at;
    struct amount posted = AMOUNT_ZERO, held = AMOUNT_ZERO;
    struct json_writer *w = writer_new(t);
    char text[INSTANT_TEXT_MAX];

    for (size_t i = 0; i < book->entry_count; i++) {
        const struct entry *entry = &book->entries[i];

        if (entry->account != account->account.number || instant_before(at, entry->at))
            continue;
        posted = entry->account_posted;
        held = entry->account_held;
    }
    put_balance(w, story, posted, held);
    ask(t, story,
        &(struct asked){
            "GET",
            balance_path(t, account,
                         str_format(t->arena, "?at=%.*s", STR_PRINT(instant_format(at, text)))),
            STR(""), 200, writer_end_open(w) });
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
    file_close(t);
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
    file_close(transcript);
    free(transcript->made);
}
