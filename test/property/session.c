#include "session.h"

#include <stdarg.h>
#include "book.h"

struct session {
    struct book book;
    struct oracle *oracle;
    const struct step *step;
    FILE *report;
    bool failed;
};

static __attribute__((format(printf, 2, 3))) void differ(struct session *session,
                                                         const char *format, ...)
{
    va_list arguments;

    if (!session->failed) {
        fprintf(session->report, "step %d: ", session->step->number);
        va_start(arguments, format);
        vfprintf(session->report, format, arguments);
        va_end(arguments);
        fputc('\n', session->report);
    }
    session->failed = true;
}

static void same(struct session *session, const char *what, int64_t expected, int64_t got)
{
    if (expected != got)
        differ(session, "expected %s %lld, got %lld", what, (long long)expected, (long long)got);
}

static struct instant instant_of(int64_t hour)
{
    const int64_t start_us = INT64_C(1704067200) * SPAN_US_PER_SECOND; /* 2024-01-01 */

    if (hour == HOUR_NEVER)
        return INSTANT_NEVER;
    return (struct instant){ .us = start_us + hour * SPAN_US_PER_HOUR };
}

static struct product_id product_of(int product)
{
    return (struct product_id){ .uuid = uuid_from_sequence('p', (uint64_t)product + 1) };
}

/* --- a step as a command --- */

static void set_customer(struct command *command, int customer)
{
    command->subject.customer.number = (uint32_t)customer + 1;
    command->subject.customer.id.uuid = uuid_from_sequence('u', (uint64_t)customer + 1);
    command->subject.credit_type = 1;
}

static void set_grant(struct session *session, struct command *command)
{
    int grant =
        oracle_find_promise(session->oracle, session->step->target, session->step->target_rolls);

    /* Both issue in the same order. */
    command->subject.grant_id.uuid =
        grant < 0 ? uuid_from_sequence('?', 1) : session->book.grants[grant]->id.uuid;
}

static void set_hold(struct session *session, struct command *command)
{
    int reserve = oracle_find_reserve(session->oracle, session->step->target);

    command->subject.hold = reserve < 0 ? UINT64_MAX : session->book.holds[reserve]->hold.number;
}

static void fill_issue(struct session *session, struct command *command, struct product_id *ids)
{
    static const struct str keys[KEY_COUNT] = { STR_INIT("k0"), STR_INIT("k1"), STR_INIT("k2") };
    const struct step *step = session->step;
    struct facts *facts = &command->issue.facts;
    int name = step->target >= 0 ? step->target : step->number;

    set_customer(command, step->customer);
    *facts = FACTS_NONE;
    facts->customer = command->subject.customer.id;
    facts->credit_type.uuid = uuid_from_sequence('c', 1);
    facts->grant_id.uuid = uuid_from_sequence('g', (uint64_t)name + 1);
    facts->amount.units = step->amount;
    facts->priority.millionths = step->priority * 1000000;
    facts->effective_at = instant_of(step->effective);
    facts->expires_at = instant_of(step->expires);
    facts->products.ids = ids;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        if (step->products >> i & 1)
            ids[facts->products.count++] = product_of(i);
    }
    if (step->rolls != ROLLS_NOT) {
        facts->rollover.kind =
            step->rolls == ROLLS_AMOUNT ? ROLLOVER_MAX_AMOUNT : ROLLOVER_MAX_PERCENTAGE;
        facts->rollover.amount_max.units = step->rolls == ROLLS_AMOUNT ? step->rolls_max : 0;
        facts->rollover.millionths_max =
            step->rolls == ROLLS_PERCENT ? (uint32_t)step->rolls_max * 10000 : 0;
        facts->rollover.priority.millionths = step->rolls_priority * 1000000;
        facts->rollover.expires_at = instant_of(step->rolls_expires);
    }
    if (step->key >= 0)
        facts->uniqueness_key = keys[step->key];
    command->subject.uniqueness_key = facts->uniqueness_key;
    command->subject.grant_id = facts->grant_id;
}

static void fill_use(struct session *session, struct command *command, struct deduct *use)
{
    const struct step *step = session->step;

    set_customer(command, step->customer);
    use->amount.units = step->amount;
    use->policy = step->partial ? POLICY_PARTIAL : POLICY_REFUSE;
    use->dry_run = step->dry;
    use->at = step->has_hour ? instant_of(step->hour) : session->book.now;
    use->has_product = step->product >= 0;
    if (use->has_product)
        use->product_id = product_of(step->product);
}

static void fill_command(struct session *session, struct command *command, struct product_id *ids)
{
    const struct step *step = session->step;

    switch (step->kind) {
    case STEP_AT:
        break;
    case STEP_ISSUE:
        command->kind = COMMAND_GRANT_ISSUE;
        fill_issue(session, command, ids);
        break;
    case STEP_USE:
        command->kind = COMMAND_DEDUCT;
        fill_use(session, command, &command->deduct);
        break;
    case STEP_HOLD:
        command->kind = COMMAND_HOLD_CREATE;
        fill_use(session, command, &command->hold.use);
        command->hold.expires_at = instant_of(step->hour);
        break;
    case STEP_CAPTURE:
        command->kind = COMMAND_HOLD_CAPTURE;
        set_hold(session, command);
        command->capture.whole = !step->has_amount;
        command->capture.amount.units = step->has_amount ? step->amount : 0;
        command->capture.policy = step->partial ? POLICY_PARTIAL : POLICY_REFUSE;
        break;
    case STEP_RELEASE:
        command->kind = COMMAND_HOLD_RELEASE;
        set_hold(session, command);
        break;
    case STEP_EXTEND:
        command->kind = COMMAND_HOLD_EXTEND;
        set_hold(session, command);
        command->extend.expires_at = instant_of(step->hour);
        break;
    case STEP_REVERSE:
        command->kind = COMMAND_REVERSE;
        command->subject.deduction =
            step->target < 0 ? 0 : (uint64_t)session->oracle->use_lines[step->target];
        command->reverse.asked.given = step->has_amount;
        command->reverse.amount.units = step->has_amount ? step->amount : 0;
        break;
    case STEP_VOID:
        command->kind = COMMAND_GRANT_VOID;
        set_grant(session, command);
        command->void_grant.release_uniqueness_key = step->releasing;
        break;
    case STEP_LIMIT:
        command->kind = COMMAND_CREDIT_LIMIT_SET;
        set_customer(command, step->customer);
        command->credit_limit_set.limit.units = step->amount;
        break;
    case STEP_EDIT:
        command->kind = COMMAND_GRANT_EDIT;
        set_grant(session, command);
        command->edit.has_name = step->has_name;
        command->edit.name = STR("renamed");
        command->edit.has_expires_at = step->has_hour;
        command->edit.expires_at = instant_of(step->hour);
        break;
    }
}

/* --- comparing --- */

static void compare_entry(struct session *session, int number, const struct entry *entry)
{
    struct oracle *oracle = session->oracle;
    const struct line *line = &oracle->lines[number];
    int64_t posted = 0, held = 0, debt = 0;

    same(session, "entry of kind", line->kind, entry->kind);
    same(session, "sequence", number, (int64_t)entry->sequence);
    same(session, "operation", line->operation, (int64_t)entry->operation);
    same(session, "of", line->of, (int64_t)entry->of);
    same(session, "change", line->change, entry->amount.units);
    same(session, "change of what is held", line->held, entry->held.units);
    same(session, "uncovered", line->uncovered, entry->uncovered.units);
    same(session, "change of the debt", line->debt, entry->debt.units);
    if (line->kind == ENTRY_CREDIT_LIMIT)
        same(session, "limit", line->limit, entry->facts->amount.units);
    same(session, "because", line->because, entry->because);
    same(session, "at", instant_of(line->at).us, entry->at.us);
    same(session, "effective_at", instant_of(line->effective).us, entry->effective_at.us);
    same(session, "grant", line->grant < 0 ? 0 : oracle->promises[line->grant].line,
         (int64_t)entry->grant);
    if (line->grant >= 0) {
        same(session, "posted in the grant", oracle_posted(oracle, line->grant),
             entry->grant_posted.units);
        same(session, "held in the grant", oracle_held(oracle, line->grant),
             entry->grant_held.units);
    }
    for (int i = 1; i <= number; i++) {
        posted += oracle->lines[i].account == line->account ? oracle->lines[i].change : 0;
        held += oracle->lines[i].account == line->account ? oracle->lines[i].held : 0;
        debt += oracle->lines[i].account == line->account ? oracle->lines[i].debt : 0;
    }
    same(session, "posted in the account", posted, entry->account_posted.units);
    same(session, "held in the account", held, entry->account_held.units);
    same(session, "debt of the account", debt, entry->account_debt.units);
}

static void compare_entries(struct session *session, int before, const struct entry *entries,
                            size_t count)
{
    struct oracle *oracle = session->oracle;
    int line_count = oracle->line_count;

    same(session, "number of entries", line_count - before, (int64_t)count);
    for (size_t i = 0; i < count && !session->failed; i++) {
        oracle->line_count = before + 1 + (int)i; /* as it was after that line */
        compare_entry(session, oracle->line_count, &entries[i]);
    }
    oracle->line_count = line_count;
}

static void compare_decision(struct session *session, const struct outcome *outcome,
                             const struct decision *decision)
{
    if (outcome->reject != decision->reject)
        differ(session, "expected refused '%.*s', got '%.*s'",
               STR_PRINT(reject_name(outcome->reject)), STR_PRINT(reject_name(decision->reject)));
    same(session, "available", outcome->available, decision->available.units);
    same(session, "covered", outcome->covered, decision->covered.units);
    same(session, "lent", outcome->lent, decision->lent.units);
    same(session, "uncovered", outcome->uncovered, decision->uncovered.units);
}

static void compare_grant(struct session *session, int index)
{
    const struct oracle *oracle = session->oracle;
    const struct promise *p = &oracle->promises[index];
    const struct grant *grant = session->book.grants[index];
    bool scheduled = oracle_status(oracle, index) == GRANT_SCHEDULED;
    bool promised = oracle_has_line(oracle, index, ENTRY_ACTIVATE) ||
                    oracle_sum(oracle, index, ENTRY_ISSUE) > 0;

    same(session, "status", oracle_status(oracle, index), grant->status);
    same(session, "amount", p->amount, grant->amount.units);
    same(session, "priority", p->priority * 1000000, grant->priority.millionths);
    same(session, "expires_at", instant_of(p->expires).us, grant->expires_at.us);
    same(session, "effective_at", instant_of(p->effective).us, grant->effective_at.us);
    same(session, "scheduled", scheduled ? p->amount : 0, grant->scheduled.units);
    same(session, "posted", oracle_posted(oracle, index), grant->posted.units);
    same(session, "held", oracle_held(oracle, index), grant->held.units);
    same(session, "drawn",
         -oracle_sum(oracle, index, ENTRY_DRAW) - oracle_sum(oracle, index, ENTRY_CAPTURE),
         grant->drawn.units);
    same(session, "reversed", oracle_sum(oracle, index, ENTRY_REVERSE), grant->reversed.units);
    same(session, "expired", -oracle_sum(oracle, index, ENTRY_EXPIRE), grant->expired.units);
    same(session, "rolled over", -oracle_sum(oracle, index, ENTRY_ROLL_OVER),
         grant->rolled_over.units);
    same(session, "repaid", oracle_repaid(oracle, index), grant->repaid.units);
    /* A grant that was voided before its day was never posted. */
    same(session, "voided",
         -oracle_sum(oracle, index, ENTRY_VOID) + (scheduled || promised ? 0 : p->amount),
         grant->voided.units);
}

static void compare_holds(struct session *session)
{
    const struct oracle *oracle = session->oracle;

    same(session, "number of holds", oracle->reserve_count, (int64_t)session->book.hold_count);
    for (int i = 0; i < oracle->reserve_count && !session->failed; i++) {
        const struct hold *hold = &session->book.holds[i]->hold;
        int64_t held = 0;

        for (size_t part = 0; part < hold->part_count; part++)
            held += hold->parts[part].amount.units;
        same(session, "hold of", oracle_held_by(oracle, i), held);
        same(session, "hold is open", oracle_held_by(oracle, i) > 0, hold->status == HOLD_OPEN);
        same(session, "hold expires_at", instant_of(oracle->reserves[i].expires).us,
             hold->expires_at.us);
    }
}

static void compare_state(struct session *session)
{
    const struct oracle *oracle = session->oracle;
    struct str broken;

    same(session, "number of grants", oracle->promise_count, (int64_t)session->book.grant_count);
    same(session, "number of lines", oracle->line_count, (int64_t)session->book.entry_count);
    for (int i = 0; i < oracle->promise_count && !session->failed; i++)
        compare_grant(session, i);
    compare_holds(session);
    for (int i = 0; i < CUSTOMER_COUNT; i++) {
        const struct book_account *account = book_account(&session->book, (uint32_t)i + 1, 1);

        same(session, "uncovered in the account", oracle_uncovered(oracle, i),
             account == NULL ? 0 : account->account.uncovered.units);
        same(session, "debt", oracle_debt(oracle, i),
             account == NULL ? 0 : account->account.debt.units);
        same(session, "limit", oracle_limit(oracle, i),
             account == NULL ? 0 : account->account.limit.units);
    }
    broken = session->failed ? STR_NONE : book_check(&session->book);
    if (!str_is_empty(broken))
        differ(session, "broken: %.*s", STR_PRINT(broken));
}

/* --- playing --- */

static void play_step(struct session *session)
{
    const struct step *step = session->step;
    struct product_id ids[PRODUCT_COUNT];
    struct command command = { .kind = COMMAND_NONE };
    struct decision decision = { .reject = REJECT_NONE };
    int before = session->oracle->line_count;
    struct outcome outcome;

    fill_command(session, &command, ids);
    if (step->kind == STEP_AT)
        book_advance(&session->book, instant_of(step->hour));
    else
        decision = book_execute(&session->book, &command);
    outcome = oracle_step(session->oracle, step);
    compare_decision(session, &outcome, &decision);
    if (step->dry) {
        compare_entries(session, before, decision.entries, decision.entry_count);
        session->oracle->line_count = before;
    } else {
        size_t count = session->book.entry_count - (size_t)before;

        compare_entries(session, before, count == 0 ? NULL : session->book.entries + before, count);
    }
    if (!session->failed)
        compare_state(session);
}

bool session_play(const struct step *steps, size_t count, FILE *report)
{
    static struct oracle oracle;
    struct session session = { .oracle = &oracle, .report = report };

    oracle_init(&oracle);
    book_init(&session.book, instant_of(0));
    for (size_t i = 0; i < count && !session.failed; i++) {
        session.step = &steps[i];
        play_step(&session);
    }
    book_finish(&session.book);
    return !session.failed;
}
