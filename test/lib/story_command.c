/* The commands of a story, turned into commands of the book. */
#include "exact/decimal.h"
#include "story.h"

/* Whose account a line is about.  Names of customers, grants, products and holds are the
 * story's own business; the book gets numbers and ids. */
static void set_subject(struct story *story, struct command *command)
{
    command->subject.environment = ENVIRONMENT_TEST;
    command->subject.customer = (struct customer_ref){
        .number = story->customer,
        .id = { .uuid = uuid_from_sequence('u', story->customer) },
        .archived = story->archived,
    };
    command->subject.credit_type = 1;
}

static void execute(struct story *story, struct command *command)
{
    size_t before = story->book.entry_count;

    story->decision = book_execute(&story->book, command);
    story->commanded = true;
    story->reject_told = false;
    story->is_history = false;
    story->entry_told = 0;
    story->entry_count = story->book.entry_count - before;
    if (story->entry_count > 0) {
        story->entries = story->book.entries + before;
    } else { /* a dry run, or nothing */
        story->entries = story->decision.entries;
        story->entry_count = story->decision.entry_count;
    }
    if (story->listener != NULL)
        story->listener->done(story->listener, story, command);
}

static void pass_time(struct story *story, struct instant to)
{
    book_advance(&story->book, to);
    if (story->listener != NULL)
        story->listener->done(story->listener, story, NULL);
}

static void unknown_word(struct story *story)
{
    story_fail(story, "'%.*s' is not understood", STR_PRINT(story->words[story->word]));
    story->word = story->word_count;
}

struct priority story_priority(struct story *story, struct str text)
{
    struct priority priority = { .millionths = 0 };
    struct decimal decimal;
    struct amount amount;

    if (decimal_parse(text, DECIMAL_PLAIN, &decimal) == OK &&
        decimal_to_amount(decimal, PRIORITY_SCALE, ROUND_NONE, &amount) == OK)
        priority.millionths = amount.units;
    else
        story_fail(story, "'%.*s' is no priority", STR_PRINT(text));
    return priority;
}

static struct product_id product_named(struct story *story, struct str text)
{
    return (struct product_id){ .uuid = story_find_or_add(story, text, 'p')->id };
}

static struct product_set read_products(struct story *story)
{
    struct str text = story_word(story), rest = text;
    struct product_id *ids = arena_new(&story->arena, struct product_id, text.len);
    struct product_set set = { .ids = ids };

    assert(ids != NULL);
    while (rest.len > 0) {
        struct str name = str_split(rest, ',', &rest);

        ids[set.count++] = product_named(story, name);
    }
    return set;
}

static struct rollover read_rollover(struct story *story)
{
    struct str most = story_word(story);
    struct rollover rollover = { .kind = ROLLOVER_MAX_AMOUNT };

    if (most.len > 1 && most.data[most.len - 1] == '%') {
        int64_t units = story_amount(story, str_take(most, most.len - 1)).units;

        rollover.kind = ROLLOVER_MAX_PERCENTAGE;
        for (int i = 0; i < story->scale; i++)
            units /= 10;
        rollover.millionths_max = (uint32_t)units * 10000;
    } else {
        rollover.amount_max = story_amount(story, most);
    }
    rollover.priority = story_priority(story, story_word(story));
    rollover.expires_at = story_instant(story, story_word(story));
    return rollover;
}

static void read_grant_terms(struct story *story, struct facts *facts)
{
    while (story->word < story->word_count) {
        if (story_word_is(story, "priority"))
            facts->priority = story_priority(story, story_word(story));
        else if (story_word_is(story, "effective"))
            facts->effective_at = story_instant(story, story_word(story));
        else if (story_word_is(story, "expires"))
            facts->expires_at = story_instant(story, story_word(story));
        else if (story_word_is(story, "products"))
            facts->products = read_products(story);
        else if (story_word_is(story, "key"))
            facts->uniqueness_key = story_word(story);
        else if (story_word_is(story, "rollover"))
            facts->rollover = read_rollover(story);
        else
            unknown_word(story);
    }
}

static struct command issue_command(struct story *story)
{
    struct command command = { .kind = COMMAND_GRANT_ISSUE };
    struct facts *facts = &command.issue.facts;

    set_subject(story, &command);
    *facts = FACTS_NONE;
    facts->customer = command.subject.customer.id;
    facts->credit_type.uuid = uuid_from_sequence('c', 1);
    facts->effective_at = story->book.now;
    facts->priority.millionths = 1000000;
    facts->name = story_word(story);
    facts->amount = story_amount(story, story_word(story));
    read_grant_terms(story, facts);
    command.subject.uniqueness_key = facts->uniqueness_key;
    return command;
}

static void play_grant(struct story *story)
{
    struct command command = issue_command(story);
    struct facts *facts = &command.issue.facts;

    facts->grant_id.uuid = story_find_or_add(story, facts->name, 'g')->id;
    command.subject.grant_id = facts->grant_id;
    execute(story, &command);
}

static void play_grants(struct story *story)
{
    int64_t count = story_amount(story, story_word(story)).units;
    struct command command = issue_command(story);

    for (int i = 0; i < story->scale; i++)
        count /= 10;
    for (int64_t i = 0; i < count; i++) {
        command.issue.facts.grant_id.uuid = book_new_id(&story->book);
        command.subject.grant_id = command.issue.facts.grant_id;
        execute(story, &command);
        if (story->decision.reject != REJECT_NONE)
            return;
    }
}

/* The words that uses and holds share.  False: it is none of them. */
static bool read_use_word(struct story *story, struct deduct *use)
{
    if (story_word_is(story, "product")) {
        use->has_product = true;
        use->product_id = product_named(story, story_word(story));
    } else if (story_word_is(story, "partial")) {
        use->policy = POLICY_PARTIAL;
    } else if (story_word_is(story, "dry")) {
        use->dry_run = true;
    } else if (story_word_is(story, "reason")) {
        use->reason = story_word(story);
    } else {
        return false;
    }
    return true;
}

static void play_use(struct story *story)
{
    struct command command = { .kind = COMMAND_DEDUCT };
    struct deduct *deduct = &command.deduct;
    struct str name = STR_NONE;

    set_subject(story, &command);
    deduct->amount = story_amount(story, story_word(story));
    deduct->policy = POLICY_REFUSE;
    deduct->at = story->book.now;
    while (story->word < story->word_count) {
        if (story_word_is(story, "as")) {
            name = story_word(story);
        } else if (story_word_is(story, "dated")) {
            deduct->at = story_instant(story, story_word(story));
        } else if (story_word_is(story, "at")) {
            deduct->at = story_instant(story, story_word(story));
            pass_time(story, deduct->at);
        } else if (!read_use_word(story, deduct)) {
            unknown_word(story);
        }
    }
    execute(story, &command);
    if (!str_is_empty(name))
        story_find_or_add(story, name, 'd')->number = story->decision.operation;
}

static void play_hold(struct story *story)
{
    struct command command = { .kind = COMMAND_HOLD_CREATE };
    struct hold_create *hold = &command.hold;
    struct str name = story_word(story);

    set_subject(story, &command);
    hold->use.amount = story_amount(story, story_word(story));
    hold->use.policy = POLICY_REFUSE;
    if (instant_add(story->book.now, (struct span){ .us = SPAN_US_PER_DAY }, &hold->expires_at) !=
        OK)
        never("a day later is an instant");
    while (story->word < story->word_count) {
        if (story_word_is(story, "expires"))
            hold->expires_at = story_instant(story, story_word(story));
        else if (!read_use_word(story, &hold->use))
            unknown_word(story);
    }
    execute(story, &command);
    if (story->decision.reject == REJECT_NONE && !hold->use.dry_run)
        story_find_or_add(story, name, 'h')->number = story->decision.operation;
}

/* The number of what has that name.  One that the book does not have stands for what nobody
 * has named. */
static uint64_t number_named(struct story *story, struct str text, char kind)
{
    const struct story_name *name = story_find(story, text, kind);

    return name != NULL ? name->number : UINT64_MAX;
}

static void play_capture(struct story *story)
{
    struct command command = { .kind = COMMAND_HOLD_CAPTURE };
    struct str name = STR_NONE;

    command.subject.hold = number_named(story, story_word(story), 'h');
    command.capture.whole = true;
    command.capture.policy = POLICY_REFUSE;
    while (story->word < story->word_count) {
        if (story_word_is(story, "partial")) {
            command.capture.policy = POLICY_PARTIAL;
        } else if (story_word_is(story, "as")) {
            name = story_word(story);
        } else {
            command.capture.whole = false;
            command.capture.amount = story_amount(story, story_word(story));
        }
    }
    execute(story, &command);
    if (!str_is_empty(name))
        story_find_or_add(story, name, 'd')->number = story->decision.operation;
}

static void play_release(struct story *story)
{
    struct command command = { .kind = COMMAND_HOLD_RELEASE };

    command.subject.hold = number_named(story, story_word(story), 'h');
    execute(story, &command);
}

static void play_extend(struct story *story)
{
    struct command command = { .kind = COMMAND_HOLD_EXTEND };

    command.subject.hold = number_named(story, story_word(story), 'h');
    command.extend.expires_at = story_instant(story, story_word(story));
    execute(story, &command);
}

static void play_reverse(struct story *story)
{
    struct command command = { .kind = COMMAND_REVERSE };

    command.subject.deduction = number_named(story, story_word(story), 'd');
    if (story->word < story->word_count) {
        command.reverse.asked.given = true;
        command.reverse.amount = story_amount(story, story_word(story));
    }
    execute(story, &command);
}

static void play_limit(struct story *story)
{
    struct command command = { .kind = COMMAND_CREDIT_LIMIT_SET };

    set_subject(story, &command);
    command.credit_limit_set.limit = story_amount(story, story_word(story));
    execute(story, &command);
}

static void play_void(struct story *story)
{
    struct command command = { .kind = COMMAND_GRANT_VOID };

    command.subject.grant_id.uuid = story_find_or_add(story, story_word(story), 'g')->id;
    command.void_grant.release_uniqueness_key = story_word_is(story, "releasing");
    execute(story, &command);
}

static void play_edit(struct story *story)
{
    struct command command = { .kind = COMMAND_GRANT_EDIT };
    struct edit *edit = &command.edit;

    command.subject.grant_id.uuid = story_find_or_add(story, story_word(story), 'g')->id;
    while (story->word < story->word_count) {
        if (story_word_is(story, "name")) {
            edit->has_name = true;
            edit->name = story_word(story);
        } else if (story_word_is(story, "type")) {
            edit->has_grant_type = true;
            edit->grant_type = story_word(story);
        } else if (story_word_is(story, "expires")) {
            edit->has_expires_at = true;
            edit->expires_at = story_instant(story, story_word(story));
        } else {
            unknown_word(story);
        }
    }
    execute(story, &command);
}

static void play_at(struct story *story)
{
    size_t before = story->book.entry_count;

    pass_time(story, story_instant(story, story_word(story)));
    story->decision = (struct decision){ .reject = REJECT_NONE };
    story->commanded = true;
    story->reject_told = false;
    story->is_history = false;
    story->entry_told = 0;
    story->entries = story->book.entries + before;
    story->entry_count = story->book.entry_count - before;
}

void story_command(struct story *story, struct str verb)
{
    static const struct {
        const char *verb;
        void (*play)(struct story *story);
    } rows[] = {
        { "at", play_at },           { "grant", play_grant },   { "grants", play_grants },
        { "use", play_use },         { "hold", play_hold },     { "capture", play_capture },
        { "release", play_release }, { "extend", play_extend }, { "reverse", play_reverse },
        { "void", play_void },       { "edit", play_edit },     { "limit", play_limit },
    };

    for (size_t i = 0; i < array_count(rows); i++) {
        if (str_equals(verb, str_from_c(rows[i].verb))) {
            rows[i].play(story);
            return;
        }
    }
    story_fail(story, "there is no command '%.*s'", STR_PRINT(verb));
    story->word = story->word_count;
}
