#include "ledger/execute.h"

#include "engine/decide.h"
#include "ledger/ahead.h"
#include "ledger/audit.h"
#include "ledger/directory.h"
#include "ledger/pulse.h"
#include "ledger/receipt.h"
#include "ledger/resolve.h"
#include "ledger/test_clock.h"

enum err execute_append(struct ledger *ledger, struct batch *batch, enum environment environment,
                        const struct decision *decision)
{
    assert(if_then(decision->reject != REJECT_NONE, decision->entry_count == 0));
    if (decision->entry_count == 0)
        return OK;
    batch->changed = true;
    batch->appended[environment_index(environment)] = true;
    batch->entries += decision->entry_count;
    return store_append(ledger->store, environment, decision->entries, decision->entry_count);
}

/* What replies show besides the numbers.  Called while the view is good. */
static void tell(struct ledger *ledger, const struct view *view, const struct command *command,
                 struct decision *decision)
{
    const struct account *account = &view->account;
    struct customer_ref customer = command->subject.customer;
    uint32_t credit_type = command->subject.credit_type;

    if (account->number > 0 && !view->account_is_new) {
        store_customer_ref(ledger->store, account->customer, &customer);
        credit_type = account->credit_type;
    }
    if (customer.number > 0)
        decision->customer = customer.id;
    if (credit_type > 0)
        decision->credit_type = *store_credit_type(ledger->store, credit_type);
    decision->grant_id = command->subject.grant_id;
    decision->at = command->kind == COMMAND_DEDUCT ? command->deduct.at : command->now;
}

/* From names to a decision; nothing is changed. */
static enum err decide(struct ledger *ledger, struct job *job)
{
    struct command *command = &job->command;
    struct decision *decision = &job->decision;
    struct resolver resolver = {
        .store = ledger->store,
        .random = &ledger->random,
        .arena = job->arena,
        .now = pulse_now(ledger, command->subject.environment),
    };
    struct view view;
    enum err e = resolve_command(&resolver, command, decision, &job->blame);

    if (e != OK || decision->reject != REJECT_NONE)
        return e;
    e = store_load_view(ledger->store, &command->subject, job->arena, &view);
    if (e == OK)
        e = resolve_by_view(&resolver, &view, command, decision, &job->blame);
    if (e != OK || decision->reject != REJECT_NONE)
        return e;
    e = engine_decide(&view, command, job->arena, decision);
    if (e != OK)
        return e;
    tell(ledger, &view, command, decision);
    return OK;
}

static enum err execute_book(struct ledger *ledger, struct batch *batch, struct job *job)
{
    enum err e = decide(ledger, job);

    if (e != OK)
        return e;
    if (command_is_dry_run(&job->command)) {
        job->decision.operation = 0;
        return OK;
    }
    e = audit_stamp(ledger->store, &job->command, &job->decision);
    if (e != OK)
        return e;
    return execute_append(ledger, batch, job->command.subject.environment, &job->decision);
}

/* A key that is to be revoked is looked up; the others look at none. */
static enum err keys_ready(struct ledger *ledger, enum command_kind kind)
{
    return kind == COMMAND_KEY_REVOKE && ledger->keys_are_stale ? pulse_keys_read(ledger) : OK;
}

static enum err execute_directory(struct ledger *ledger, struct batch *batch, struct job *job)
{
    enum err e = keys_ready(ledger, job->command.kind);
    struct directory directory = {
        .store = ledger->store,
        .random = &ledger->random,
        .arena = job->arena,
        .now = pulse_now(ledger, ENVIRONMENT_LIVE), /* both books share it */
        .keys = ledger->keys.current,
    };

    if (e == OK)
        e = directory_execute(&directory, &job->command, &job->decision, &job->blame);
    if (e == OK && directory.changed) {
        batch->changed = true;
        e = audit_log(ledger->store, &job->command, &job->decision,
                      pulse_now(ledger, ENVIRONMENT_LIVE), job->arena);
    }
    if (e == OK && directory.keys_changed)
        batch->keys_changed = true;
    return e;
}

/* --- a place in a batch to go back to --- */

struct place {
    struct store_mark mark;
    uint64_t entries;
    struct instant test_now;
};

static struct place place_here(struct ledger *ledger, const struct batch *batch)
{
    return (struct place){
        .mark = store_mark(ledger->store),
        .entries = batch->entries,
        .test_now = pulse_now(ledger, ENVIRONMENT_TEST),
    };
}

/* Nothing since then has happened. */
static enum err go_back(struct ledger *ledger, struct batch *batch, const struct place *place)
{
    batch->entries = place->entries;
    pulse_move_test(ledger, place->test_now);
    return store_rewind(ledger->store, place->mark);
}

/* What only concerns the job is kept in it, and then nothing of it has happened. */
static enum err take_back(struct ledger *ledger, struct batch *batch, const struct place *before,
                          struct job *job, enum err why)
{
    enum err e = job_take_error(job, why);

    return e == OK ? go_back(ledger, batch, before) : e;
}

enum err execute_command(struct ledger *ledger, struct batch *batch, struct job *job)
{
    struct place before = place_here(ledger, batch);
    bool is_answered;
    enum err e = receipt_replay(ledger, job, &is_answered);

    if (e != OK)
        return job_take_error(job, e);
    if (is_answered)
        return OK;
    if (job->command.kind == COMMAND_TEST_CLOCK_SET)
        e = test_clock_execute(ledger, batch, job);
    else if (command_is_of_directory(job->command.kind))
        e = execute_directory(ledger, batch, job);
    else
        e = execute_book(ledger, batch, job);
    if (e == OK)
        e = receipt_keep(ledger, batch, job);
    if (e != OK)
        return take_back(ledger, batch, &before, job, e);
    if (job->command.kind == COMMAND_TEST_CLOCK_SET)
        test_clock_executed(ledger, job);
    return OK;
}

/* --- groups --- */

static bool part_has_failed(const struct job *part)
{
    if (part->err != OK || part->decision.reject != REJECT_NONE)
        return true;
    return part->replayed && part->receipt.status >= 400;
}

/* What the part before has made due comes before this one. */
static enum err execute_part(struct ledger *ledger, struct batch *batch, struct job *part)
{
    bool is_complete;
    enum err e;

    do {
        batch->time_budget = LEDGER_BATCH_MAX;
        e = pulse_catch_up(ledger, batch, part->command.subject.environment, &is_complete);
    } while (e == OK && !is_complete);
    return e == OK ? execute_command(ledger, batch, part) : e;
}

static void part_reset(struct job *part)
{
    part->err = OK;
    part->decision = (struct decision){ .reject = REJECT_NONE };
    part->has_receipt = false;
    part->replayed = false;
}

/* One part of an atomic group has failed: none has happened, and its receipt is not kept either,
 * unless it was kept before. */
static enum err group_undo(struct ledger *ledger, struct batch *batch, const struct place *before,
                           struct job *group, size_t failed)
{
    struct job *why = &group->parts[failed];

    group->err = why->err;
    group->blame = why->blame;
    group->decision.reject = why->decision.reject;
    group->decision.blame = why->decision.blame;
    if (why->err == OK && why->decision.reject == REJECT_NONE)
        group->decision.reject = REJECT_BATCH_REFUSED; /* the receipt tells why */
    if (!why->replayed)
        why->has_receipt = false;
    for (size_t i = 0; i < group->part_count; i++) {
        if (i == failed)
            continue;
        part_reset(&group->parts[i]);
        group->parts[i].decision.reject = REJECT_BATCH_REFUSED;
    }
    return go_back(ledger, batch, before);
}

static enum err execute_parts(struct ledger *ledger, struct batch *batch, struct job *group)
{
    struct place before = place_here(ledger, batch);
    size_t ahead = 0;
    enum err e = OK;

    for (size_t i = 0; e == OK && i < group->part_count; i++) {
        if (i == ahead)
            ahead += ahead_parts(ledger->store, &group->parts[i], group->part_count - i);
        e = execute_part(ledger, batch, &group->parts[i]);
        if (e == OK && group->atomic && part_has_failed(&group->parts[i]))
            return group_undo(ledger, batch, &before, group, i);
    }
    return e;
}

enum err execute_group(struct ledger *ledger, struct batch *batch, struct job *job)
{
    struct place before = place_here(ledger, batch);
    bool is_answered;
    enum err e = receipt_replay(ledger, job, &is_answered);

    if (e != OK)
        return job_take_error(job, e);
    if (is_answered)
        return OK;
    e = execute_parts(ledger, batch, job);
    if (e != OK)
        return e;
    e = receipt_keep(ledger, batch, job);
    return e == OK ? OK : take_back(ledger, batch, &before, job, e);
}

/* --- after a batch that came to nothing --- */

enum err execute_again(struct ledger *ledger, struct job *job, enum err why)
{
    bool is_answered;
    enum err e;

    assert(why != OK);
    part_reset(job);
    for (size_t i = 0; i < job->part_count; i++) {
        part_reset(&job->parts[i]);
        job->parts[i].err = why;
    }
    e = receipt_replay(ledger, job, &is_answered);
    if (e != OK)
        return job_take_error(job, e);
    if (!is_answered)
        job->err = why;
    return OK;
}
