#include <stdio.h>
#include <string.h>
#include "world.h"

#define UNIT INT64_C(1000000)

static const char *const customer_names[CUSTOMERS] = { "ada", "bob", "cyd", "dan", "eve" };

static struct decimal decimal_of_units(int64_t units)
{
    return decimal_from_amount((struct amount){ .units = units }, 6);
}

/* --- thinking of something --- */

static const struct promise *earlier(struct world *world, enum environment environment,
                                     enum command_kind kind)
{
    for (int tries = 0; tries < 20 && world->promise_count > 0; tries++) {
        const struct promise *promise =
            &world->promises[random_below(&world->random, world->promise_count)];

        if (promise->environment == environment && promise->kind == kind && promise->is_kept &&
            promise->status == 200)
            return promise;
    }
    return NULL;
}

static void think_of_grant(struct world *world, struct promise *promise)
{
    int64_t now = world->now[environment_index(promise->environment)].us;

    promise->units = (int64_t)random_below(&world->random, 1000 * UNIT) + 1;
    promise->priority = (int64_t)random_below(&world->random, 3);
    promise->expires_us = INSTANT_NEVER.us;
    promise->effective_us = INSTANT_NONE.us;
    if (!chance(world, 4))
        promise->expires_us = now + (int64_t)random_below(&world->random, 3 * DAY) + 1;
    if (chance(world, 5) && promise->expires_us > now + HOUR)
        promise->effective_us = now + (int64_t)random_below(&world->random, HOUR);
    promise->rolls_over = promise->expires_us != INSTANT_NEVER.us && chance(world, 3);
}

static void think_of_use(struct world *world, struct promise *promise)
{
    int64_t now = world->now[environment_index(promise->environment)].us;

    promise->units = (int64_t)random_below(&world->random, 200 * UNIT) + 1;
    promise->partial = chance(world, 3);
    promise->expires_us = (int64_t)random_below(&world->random, DAY) + 1;
    promise->effective_us = INSTANT_NONE.us;
    if (promise->kind == COMMAND_DEDUCT && chance(world, 10))
        promise->effective_us = now - (int64_t)random_below(&world->random, DAY);
}

/* Falls back on a grant where there is nothing yet that it could be about. */
static void think_of_following(struct world *world, struct promise *promise,
                               enum command_kind about)
{
    const struct promise *first = earlier(world, promise->environment, about);

    if (first == NULL) {
        promise->kind = COMMAND_GRANT_ISSUE;
        think_of_grant(world, promise);
        return;
    }
    promise->customer = first->customer;
    promise->about = first->operation;
    promise->grant_id = first->grant_id;
    promise->whole = chance(world, 2);
    promise->units = (int64_t)random_below(&world->random, 100 * UNIT) + 1;
    promise->expires_us = (int64_t)random_below(&world->random, 2 * DAY) + 1;
    if (promise->kind == COMMAND_GRANT_EDIT)
        promise->expires_us += world->now[environment_index(promise->environment)].us - DAY / 2;
}

struct promise *promise_new(struct world *world)
{
    static const struct {
        enum command_kind kind;
        uint64_t weight;
        enum command_kind about;
    } rows[] = {
        { COMMAND_DEDUCT, 30, COMMAND_NONE },
        { COMMAND_GRANT_ISSUE, 15, COMMAND_NONE },
        { COMMAND_HOLD_CREATE, 15, COMMAND_NONE },
        { COMMAND_HOLD_CAPTURE, 8, COMMAND_HOLD_CREATE },
        { COMMAND_HOLD_RELEASE, 5, COMMAND_HOLD_CREATE },
        { COMMAND_HOLD_EXTEND, 3, COMMAND_HOLD_CREATE },
        { COMMAND_REVERSE, 8, COMMAND_DEDUCT },
        { COMMAND_GRANT_EDIT, 3, COMMAND_GRANT_ISSUE },
        { COMMAND_GRANT_VOID, 2, COMMAND_GRANT_ISSUE },
        { COMMAND_CREDIT_LIMIT_SET, 2, COMMAND_NONE },
    };
    struct promise *promise;
    uint64_t draw = random_below(&world->random, 91);
    size_t row = 0;

    if (world->promise_count == PROMISES_MAX)
        return NULL;
    while (draw >= rows[row].weight)
        draw -= rows[row++].weight;
    promise = &world->promises[world->promise_count++];
    *promise = (struct promise){
        .key = random_u64(&world->random),
        .kind = rows[row].kind,
        .environment = chance(world, 5) ? ENVIRONMENT_TEST : ENVIRONMENT_LIVE,
        .customer = (int)random_below(&world->random, CUSTOMERS),
    };
    if (rows[row].about != COMMAND_NONE)
        think_of_following(world, promise, rows[row].about);
    else if (promise->kind == COMMAND_GRANT_ISSUE)
        think_of_grant(world, promise);
    else
        think_of_use(world, promise);
    return promise;
}

struct promise *promise_again(struct world *world)
{
    struct promise *promise;
    struct instant now;

    if (world->promise_count == 0)
        return NULL;
    promise = &world->promises[random_below(&world->random, world->promise_count)];
    now = world->now[environment_index(promise->environment)];
    /* After three days a receipt may be forgotten, and the request is a new one. */
    if (promise->is_kept && now.us - promise->kept_at.us > 3 * DAY - HOUR)
        return NULL;
    return promise;
}

/* --- asking for it --- */

static void fill_use(const struct promise *promise, struct deduct *use)
{
    use->asked = decimal_of_units(promise->units);
    use->policy = promise->partial ? POLICY_PARTIAL : POLICY_REFUSE;
    use->at.us = promise->effective_us;
}

static struct decimal_option option_of(const struct promise *promise)
{
    return (struct decimal_option){ .given = !promise->whole,
                                    .value = decimal_of_units(promise->units) };
}

static struct slip *ask_grant_of(struct world *world, const struct promise *promise)
{
    struct slip *slip =
        ask_grant_until(&world->desk, customer_names[promise->customer], "1", promise->expires_us);
    struct issue *issue = &slip->job.command.issue;

    issue->asked = decimal_of_units(promise->units);
    issue->facts.priority.millionths = promise->priority;
    issue->facts.effective_at.us = promise->effective_us;
    if (promise->rolls_over)
        issue->facts.rollover = (struct rollover){
            .kind = ROLLOVER_MAX_PERCENTAGE,
            .millionths_max = 500000,
            .expires_at.us = promise->expires_us + DAY,
        };
    return slip;
}

static struct slip *ask_about(struct world *world, const struct promise *promise)
{
    struct slip *slip = slip_new(&world->desk);
    struct command *command = &slip->job.command;

    command->kind = promise->kind;
    if (promise->kind == COMMAND_REVERSE) {
        command->subject.deduction = promise->about;
        command->reverse.asked = option_of(promise);
        command->reverse.rounding = ROUND_NONE;
    } else if (promise->kind == COMMAND_HOLD_CAPTURE) {
        command->subject.hold = promise->about;
        command->capture.asked = option_of(promise);
        command->capture.rounding = ROUND_NONE;
        command->capture.policy = POLICY_PARTIAL;
    } else if (promise->kind == COMMAND_GRANT_EDIT) {
        command->subject.grant_id = promise->grant_id;
        command->edit.has_expires_at = true;
        command->edit.expires_at.us = promise->expires_us;
    } else if (promise->kind == COMMAND_GRANT_VOID) {
        command->subject.grant_id = promise->grant_id;
    } else {
        command->subject.hold = promise->about;
        if (promise->kind == COMMAND_HOLD_EXTEND)
            command->extend.expires_in.us = promise->expires_us;
    }
    return slip;
}

struct slip *promise_ask(struct world *world, const struct promise *promise)
{
    const char *customer = customer_names[promise->customer];
    struct slip *slip;
    char key[32];

    if (promise->kind == COMMAND_GRANT_ISSUE) {
        slip = ask_grant_of(world, promise);
    } else if (promise->kind == COMMAND_DEDUCT) {
        slip = ask_deduct(&world->desk, customer, "1");
        fill_use(promise, &slip->job.command.deduct);
    } else if (promise->kind == COMMAND_HOLD_CREATE) {
        slip = ask_hold(&world->desk, customer, "1", promise->expires_us);
        fill_use(promise, &slip->job.command.hold.use);
    } else if (promise->kind == COMMAND_CREDIT_LIMIT_SET) {
        slip = ask_credit_limit(&world->desk, customer, "1");
        slip->job.command.credit_limit_set.asked = decimal_of_units(promise->units);
    } else {
        slip = ask_about(world, promise);
    }
    slip->job.command.key = 1; /* time's own entries have 0 */
    (void)snprintf(key, sizeof key, "%016llx", (unsigned long long)promise->key);
    return slip_key(slip_in(slip, promise->environment), key, key);
}

/* --- holding the ledger to it --- */

static void promise_keep(struct world *world, struct promise *promise, const struct job *job)
{
    struct sums *sums = &world->sums[environment_index(promise->environment)];
    const struct decision *decision = &job->decision;

    assert(!promise->is_kept);
    promise->is_kept = true;
    promise->kept_at = world->now[environment_index(promise->environment)];
    promise->status = job->receipt.status;
    assert(job->receipt.body.len <= BODY_BYTES);
    promise->body_size = job->receipt.body.len;
    memcpy(promise->body, job->receipt.body.data, promise->body_size);
    promise->operation = decision->operation;
    if (promise->kind == COMMAND_GRANT_ISSUE)
        promise->grant_id = decision->grant_id;
    if (decision->reject != REJECT_NONE)
        return;
    assert(!(world->is_sabotaged && promise->kind == COMMAND_REVERSE));
    if (promise->kind == COMMAND_GRANT_ISSUE)
        sums->granted += promise->units;
    else if (promise->kind == COMMAND_DEDUCT || promise->kind == COMMAND_HOLD_CAPTURE)
        sums->taken += decision->covered.units;
    else if (promise->kind == COMMAND_REVERSE)
        sums->reversed += decision->covered.units;
    else if (promise->kind == COMMAND_CREDIT_LIMIT_SET && decision->entry_count > 0)
        sums->limited += decision->account_limit.units;
    if (promise->kind == COMMAND_DEDUCT || promise->kind == COMMAND_HOLD_CAPTURE)
        sums->lent += decision->lent.units;
}

void promise_settle(struct world *world, struct promise *promise, const struct job *job)
{
    if (job->err != OK) {
        assert(job->err == ERR_FULL || job->err == ERR_NOMEM);
        assert(!promise->is_kept); /* or it would have been replayed */
        world->failures++;
        return;
    }
    assert(job->decision.reject != REJECT_KEY_REUSED);
    if (!job->replayed) {
        if (job->has_receipt)
            promise_keep(world, promise, job);
        return;
    }
    assert(promise->is_kept);
    assert(job->receipt.status == promise->status);
    assert(job->receipt.body.len == promise->body_size);
    assert(memcmp(job->receipt.body.data, promise->body, promise->body_size) == 0);
    world->replays++;
}
