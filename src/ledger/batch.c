#include "ledger/batch.h"

#include "ledger/ahead.h"
#include "ledger/errand.h"
#include "ledger/execute.h"
#include "ledger/pulse.h"
#include "ledger/query.h"

#define FULL_SEEN_US (5 * SPAN_US_PER_SECOND) /* a full disk is not ready for so long */

void batch_gather(struct ledger *ledger, struct job *taken)
{
    while (taken != NULL) {
        struct job *next = taken->next;

        job_list_append(&ledger->todo, taken);
        taken = next;
    }
}

static void take_on(struct ledger *ledger, struct batch *batch)
{
    struct job *job = job_list_take(&ledger->todo);

    job_list_append(&batch->jobs, job);
    batch->commands += job_weight(job);
}

static bool has_room(const struct batch *batch)
{
    return batch->commands < LEDGER_BATCH_MAX;
}

static enum err execute_job(struct ledger *ledger, struct batch *batch, struct job *job)
{
    if (job->query.kind != QUERY_NONE)
        return query_answer(ledger, job, pulse_now(ledger, job->query.environment));
    if (job_is_group(job))
        return execute_group(ledger, batch, job);
    return execute_command(ledger, batch, job);
}

/* Time first, in both books. */
static enum err fill_with_time(struct ledger *ledger, struct batch *batch, bool *ret)
{
    enum err e = pulse_catch_up(ledger, batch, ENVIRONMENT_LIVE, ret);

    if (e == OK && *ret)
        e = pulse_catch_up(ledger, batch, ENVIRONMENT_TEST, ret);
    return e;
}

/* A key to be revoked is looked up among those that are committed: one that this batch has changed
 * is not asked about before the next. */
static bool asks_too_early(const struct batch *batch, const struct job *job)
{
    return batch->keys_changed && job->command.kind == COMMAND_KEY_REVOKE;
}

static enum err fill(struct ledger *ledger, struct batch *batch)
{
    bool is_complete;
    size_t ahead = 0; /* so many have been looked at */
    enum err e = fill_with_time(ledger, batch, &is_complete);

    while (e == OK && is_complete && has_room(batch) && ledger->todo.first != NULL) {
        struct job *job = ledger->todo.first;

        e = pulse_catch_up(ledger, batch, job_environment(job), &is_complete);
        if (e != OK || !is_complete || asks_too_early(batch, job))
            break;
        if (ahead == 0)
            ahead = ahead_jobs(ledger->store, job);
        ahead--;
        take_on(ledger, batch);
        e = execute_job(ledger, batch, job);
    }
    return e;
}

/* A few a batch, and none where nothing is committed anyway. */
static enum err forget_receipts(struct ledger *ledger)
{
    struct instant now = pulse_now(ledger, ENVIRONMENT_LIVE);

    return store_receipts_forget(
        ledger->store, (struct instant){ .us = now.us - ledger->options.receipt_retention.us });
}

/* The instant of the seals. */
static struct instant commit_now(const struct ledger *ledger, const struct batch *batch)
{
    bool only_test = batch->appended[environment_index(ENVIRONMENT_TEST)] &&
                     !batch->appended[environment_index(ENVIRONMENT_LIVE)];

    return pulse_now(ledger, only_test ? ENVIRONMENT_TEST : ENVIRONMENT_LIVE);
}

static enum err commit(struct ledger *ledger, struct batch *batch)
{
    int64_t started_us = clock_monotonic_us();
    enum err e;

    assert(batch->changed);
    e = forget_receipts(ledger);
    if (e == OK)
        e = store_commit(ledger->store, commit_now(ledger, batch));
    if (e == OK) {
        count_add(ledger->counters.batches, 1);
        count_add(ledger->counters.entries, batch->entries);
    }
    ledger->last_commit_us = clock_monotonic_us() - started_us;
    count_add(ledger->counters.commit_us, (uint64_t)ledger->last_commit_us);
    return e;
}

static enum err fill_and_commit(struct ledger *ledger, struct batch *batch)
{
    enum err e = store_begin(ledger->store);

    if (e != OK)
        return e;
    e = fill(ledger, batch);
    if (e == OK && batch->changed)
        e = commit(ledger, batch);
    store_abort(ledger->store); /* nothing to do after a commit */
    return e;
}

/* --- when it came to nothing --- */

static bool can_go_on(enum err e)
{
    return e == ERR_FULL || e == ERR_NOMEM;
}

static enum err answer_again(struct ledger *ledger, struct batch *batch, enum err why)
{
    enum err e = store_begin(ledger->store);

    for (struct job *job = batch->jobs.first; e == OK && job != NULL; job = job->next) {
        if (job->query.kind != QUERY_NONE)
            e = query_answer(ledger, job, pulse_complete(ledger, job->query.environment));
        else
            e = execute_again(ledger, job, why);
    }
    store_abort(ledger->store);
    return e;
}

static void fail_jobs(struct batch *batch, enum err e)
{
    for (struct job *job = batch->jobs.first; job != NULL; job = job->next) {
        job->err = e;
        job->errand = NULL;
        job->has_receipt = false;
        for (size_t i = 0; i < job->part_count; i++) {
            job->parts[i].err = e;
            job->parts[i].has_receipt = false;
        }
    }
}

static void fail(struct ledger *ledger, enum err e)
{
    if (atomic_exchange(&ledger->has_failed, true))
        return;
    if (ledger->options.failed != NULL)
        ledger->options.failed(ledger->options.context, e);
}

static void tell_halted(struct ledger *ledger, enum err why)
{
    if (ledger->halted_by == why)
        return;
    ledger->halted_by = why;
    if (ledger->options.halted != NULL)
        ledger->options.halted(ledger->options.context, why);
}

/* Those that would have been in the batch had it got that far are in it too. */
static void undo(struct ledger *ledger, struct batch *batch, enum err why)
{
    enum err e = why;

    while (has_room(batch) && ledger->todo.first != NULL)
        take_on(ledger, batch);
    ledger->is_behind = true;
    pulse_move_test(ledger, batch->test_now);
    if (can_go_on(why)) {
        atomic_store(&ledger->full_until_us, clock_monotonic_us() + FULL_SEEN_US);
        tell_halted(ledger, why);
        e = answer_again(ledger, batch, why);
    }
    if (e == OK)
        return;
    fail_jobs(batch, can_go_on(e) ? e : ERR_IO);
    if (!can_go_on(e))
        fail(ledger, e);
}

/* --- handing back --- */

static void count_job(struct ledger *ledger, const struct job *job)
{
    if (job->query.kind != QUERY_NONE) {
        count_add(ledger->counters.queries, 1);
        return;
    }
    count_add(ledger->counters.commands, job_weight(job));
    if (!job_is_group(job)) {
        count_add(ledger->counters.refusals, job->decision.reject != REJECT_NONE);
        return;
    }
    for (size_t i = 0; i < job->part_count; i++)
        count_add(ledger->counters.refusals, job->parts[i].decision.reject != REJECT_NONE);
}

static void hand_back(struct ledger *ledger, struct job *job)
{
    count_job(ledger, job);
    if (job->query.kind == QUERY_BOOK && job->err == OK)
        query_book(ledger, job);
    if (job->errand == NULL) {
        job->done(job);
        return;
    }
    assert(job->err == OK);
    reader_send(&ledger->reader, job);
}

static void answer(struct ledger *ledger, struct batch *batch)
{
    size_t count = batch->jobs.count;
    struct job *job;

    count_add(ledger->counters.jobs, count);
    if (count > atomic_load_explicit(&ledger->counters.batch_max, memory_order_relaxed))
        atomic_store_explicit(&ledger->counters.batch_max, count, memory_order_relaxed);
    inbox_begun(&ledger->inbox, count);
    while ((job = job_list_take(&batch->jobs)) != NULL)
        hand_back(ledger, job);
    if (count > 0 && ledger->options.batch_done != NULL)
        ledger->options.batch_done(ledger->options.context);
}

static void turn_failed(struct ledger *ledger, struct batch *batch)
{
    while (ledger->todo.first != NULL)
        take_on(ledger, batch);
    fail_jobs(batch, ERR_IO);
}

/* Before the replies: a key that was told of opens, and one whose end was told of does not. */
static void show_keys(struct ledger *ledger)
{
    if (pulse_keys_read(ledger) != OK)
        assert(ledger->keys_are_stale); /* the pulse will try again */
}

static void turn(struct ledger *ledger, struct batch *batch)
{
    enum err e = fill_and_commit(ledger, batch);

    if (e == OK)
        ledger->is_behind = false;
    else
        undo(ledger, batch, e);
    if (e == OK && batch->changed) {
        atomic_store(&ledger->full_until_us, 0);
        tell_halted(ledger, OK);
    }
    if (e == OK && batch->keys_changed)
        show_keys(ledger);
}

bool batch_turn(struct ledger *ledger)
{
    struct batch batch = { .time_budget = LEDGER_BATCH_MAX };
    bool worked;
    enum err e;

    ledger->last_commit_us = 0;
    batch_gather(ledger, inbox_take(&ledger->inbox));
    pulse_clocks(ledger);
    batch.test_now = pulse_now(ledger, ENVIRONMENT_TEST);
    e = pulse_keys(ledger);
    if (e != OK && !can_go_on(e))
        fail(ledger, e);
    if (atomic_load(&ledger->has_failed))
        turn_failed(ledger, &batch);
    else if (ledger->todo.first != NULL || pulse_is_due(ledger))
        turn(ledger, &batch);
    worked = batch.jobs.count > 0 || batch.changed;
    ledger->last_count = batch.jobs.count;
    answer(ledger, &batch);
    return worked;
}
