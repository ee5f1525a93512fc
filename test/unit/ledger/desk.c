#include "desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/limits.h"
#include "ledger/verify.h"
#include "store/memory/memory.h"

/* --- the desk --- */

static void on_batch_done(void *context)
{
    struct desk *desk = context;

    desk->batches_done++;
}

static void on_failed(void *context, enum err e)
{
    struct desk *desk = context;

    desk->failed = e;
    desk->failed_count++;
}

static void on_halted(void *context, enum err why)
{
    struct desk *desk = context;

    desk->halted = why;
    desk->halted_count++;
}

static enum err ledger_try(struct desk *desk)
{
    struct ledger_options options = {
        .store = desk->store,
        .clock = &desk->clock.clock,
        .random = random_seeded(desk->seed++),
        .batch_done = on_batch_done,
        .failed = on_failed,
        .halted = on_halted,
        .context = desk,
    };

    desk->ledger = NULL;
    return ledger_open(&options, &desk->ledger);
}

static void ledger_make(struct desk *desk)
{
    enum err e = ledger_try(desk);

    assert(e == OK);
}

void desk_open_over(struct desk *desk, struct store *store)
{
    *desk = (struct desk){ .store = store, .seed = 1 };
    clock_manual_init(&desk->clock, T0);
    ledger_make(desk);
}

void desk_restart(struct desk *desk)
{
    ledger_stop(desk->ledger);
    ledger_close(desk->ledger);
    ledger_make(desk);
}

void desk_reopen_over(struct desk *desk, struct store *store)
{
    desk->store = store;
    ledger_make(desk);
}

enum err desk_try_reopen_over(struct desk *desk, struct store *store)
{
    desk->store = store;
    return ledger_try(desk);
}

void desk_open(struct desk *desk)
{
    struct store *store;
    enum err e = memory_store_open(&store);

    assert(e == OK);
    desk_open_over(desk, store);
}

void desk_close(struct desk *desk)
{
    ledger_stop(desk->ledger);
    desk_turn(desk);
    ledger_close(desk->ledger);
    store_close(desk->store);
    desk_forget_slips(desk);
}

void desk_forget_slips(struct desk *desk)
{
    while (desk->slips != NULL) {
        struct slip *slip = desk->slips;

        desk->slips = slip->next;
        arena_finish(&slip->arena);
        free(slip);
    }
}

void desk_set_clock(struct desk *desk, int64_t us)
{
    clock_manual_set(&desk->clock, us);
}

int desk_turn(struct desk *desk)
{
    int turns = 0;

    while (ledger_turn(desk->ledger)) {
        turns++;
        assert(turns < 1000);
    }
    return turns;
}

uint64_t desk_sequence(struct desk *desk)
{
    struct book_end end;

    store_book_end(desk->store, ENVIRONMENT_LIVE, &end);
    return end.sequence;
}

uint64_t desk_batches(struct desk *desk)
{
    struct ledger_counters counters;

    ledger_counters(desk->ledger, &counters);
    return counters.batches;
}

static void verify(struct desk *desk, enum environment environment)
{
    struct verify_report report;
    enum err e = verify_book(desk->store, environment, &report);

    if (e != OK)
        fprintf(stderr, "verify: %s: %s\n", err_name(e), report.problem);
    assert(e == OK);
}

void desk_verify(struct desk *desk)
{
    verify(desk, ENVIRONMENT_LIVE);
    verify(desk, ENVIRONMENT_TEST);
}

/* --- slips --- */

static void on_done(struct job *job)
{
    struct slip *slip = job->context;

    assert(job->magic == JOB_MAGIC);
    slip->done_place = ++slip->desk->done_count;
    slip->done_count++;
}

/* No two are the same, so a replay shows. */
static void on_render(struct job *job, struct receipt *ret)
{
    struct slip *slip = job->context;

    ret->status = job->decision.reject == REJECT_NONE ? 200 : reject_status(job->decision.reject);
    ret->content_type = STR("text/plain");
    ret->body = str_format(job->arena, "reply %d: %lld", ++slip->desk->rendered_count,
                           (long long)job->decision.covered.units);
}

struct slip *slip_new(struct desk *desk)
{
    struct slip *slip = calloc(1, sizeof *slip);

    assert(slip != NULL);
    arena_init(&slip->arena, REQUEST_ARENA_BYTES_MAX);
    slip->desk = desk;
    slip->next = desk->slips;
    desk->slips = slip;
    slip->job.magic = JOB_MAGIC;
    slip->job.arena = &slip->arena;
    slip->job.done = on_done;
    slip->job.context = slip;
    return slip_in(slip, ENVIRONMENT_LIVE);
}

struct slip *slip_in(struct slip *slip, enum environment environment)
{
    slip->job.command.subject.environment = environment;
    slip->job.query.environment = environment;
    return slip;
}

struct slip *slip_key(struct slip *slip, const char *key, const char *request)
{
    slip->job.has_idempotency_key = true;
    slip->job.idempotency_key = digest_sha256(key, strlen(key));
    slip->job.request = digest_sha256(request, strlen(request));
    slip->job.render = on_render;
    return slip;
}

void slip_submit(struct slip *slip)
{
    enum err e = ledger_submit(slip->desk->ledger, &slip->job);

    assert(e == OK);
}

struct slip *slip_do(struct slip *slip)
{
    slip_submit(slip);
    desk_turn(slip->desk);
    assert_done(slip);
    return slip;
}

struct slip *slip_group(struct desk *desk, struct slip **slips, size_t count, bool atomic)
{
    struct slip *group = slip_new(desk);

    group->job.parts = arena_new(&group->arena, struct job, count);
    group->job.part_count = count;
    group->job.atomic = atomic;
    for (size_t i = 0; i < count; i++) {
        group->job.parts[i] = slips[i]->job;
        group->job.parts[i].arena = &group->arena;
    }
    return group;
}

static struct slip *command(struct desk *desk, enum command_kind kind)
{
    struct slip *slip = slip_new(desk);

    slip->job.command.kind = kind;
    return slip;
}

static struct str text(struct slip *slip, const char *c)
{
    return str_copy(str_from_c(c), &slip->arena);
}

struct decimal decimal_of(const char *c)
{
    struct decimal decimal;
    enum err e = decimal_parse(str_from_c(c), DECIMAL_PLAIN, &decimal);

    assert(e == OK);
    return decimal;
}

struct amount amount_of(const char *c)
{
    struct amount amount;
    enum err e = decimal_to_amount(decimal_of(c), 6, ROUND_NONE, &amount);

    assert(e == OK);
    return amount;
}

static struct decimal_option option_of(const char *c)
{
    if (c == NULL)
        return (struct decimal_option){ .given = false };
    return (struct decimal_option){ .given = true, .value = decimal_of(c) };
}

struct slip *ask_customer(struct desk *desk, const char *alias)
{
    struct slip *slip = command(desk, COMMAND_CUSTOMER_CREATE);
    struct str *aliases = arena_new(&slip->arena, struct str, 1);

    aliases[0] = text(slip, alias);
    slip->job.command.customer_create = (struct customer_create){
        .name = aliases[0],
        .aliases = aliases,
        .alias_count = 1,
    };
    return slip;
}

struct slip *ask_credit_type(struct desk *desk, const char *name, int scale)
{
    struct slip *slip = command(desk, COMMAND_CREDIT_TYPE_CREATE);

    slip->job.command.credit_type_create.name = text(slip, name);
    slip->job.command.credit_type_create.scale = scale;
    return slip;
}

struct slip *ask_product(struct desk *desk, const char *name)
{
    struct slip *slip = command(desk, COMMAND_PRODUCT_CREATE);

    slip->job.command.product_create.name = text(slip, name);
    return slip;
}

struct slip *ask_grant(struct desk *desk, const char *customer, const char *amount)
{
    struct slip *slip = command(desk, COMMAND_GRANT_ISSUE);
    struct issue *issue = &slip->job.command.issue;

    issue->customer = text(slip, customer);
    issue->credit_type = STR(CREDIT_TYPE_USD_NAME);
    issue->asked = decimal_of(amount);
    issue->rounding = ROUND_NONE;
    issue->facts = FACTS_NONE;
    issue->facts.effective_at = INSTANT_NONE;
    issue->facts.priority.millionths = 1000000;
    return slip;
}

struct slip *ask_grant_until(struct desk *desk, const char *customer, const char *amount,
                             int64_t expires_us)
{
    struct slip *slip = ask_grant(desk, customer, amount);

    slip->job.command.issue.facts.expires_at.us = expires_us;
    return slip;
}

struct slip *ask_void(struct desk *desk, const struct slip *grant)
{
    struct slip *slip = command(desk, COMMAND_GRANT_VOID);

    slip->job.command.subject.grant_id = grant->job.decision.grant_id;
    return slip;
}

static void fill_use(struct slip *slip, struct deduct *use, const char *customer,
                     const char *amount)
{
    use->customer = text(slip, customer);
    use->asked = decimal_of(amount);
    use->rounding = ROUND_NONE;
    use->policy = POLICY_REFUSE;
    use->at = INSTANT_NONE;
}

struct slip *ask_deduct(struct desk *desk, const char *customer, const char *amount)
{
    struct slip *slip = command(desk, COMMAND_DEDUCT);

    fill_use(slip, &slip->job.command.deduct, customer, amount);
    return slip;
}

struct slip *ask_credit_limit(struct desk *desk, const char *customer, const char *limit)
{
    struct slip *slip = command(desk, COMMAND_CREDIT_LIMIT_SET);
    struct credit_limit_set *set = &slip->job.command.credit_limit_set;

    set->customer = text(slip, customer);
    set->asked = decimal_of(limit);
    set->rounding = ROUND_NONE;
    return slip;
}

struct slip *ask_reverse(struct desk *desk, const struct slip *deduction, const char *amount)
{
    struct slip *slip = command(desk, COMMAND_REVERSE);

    slip->job.command.subject.deduction = deduction->job.decision.operation;
    slip->job.command.reverse.asked = option_of(amount);
    slip->job.command.reverse.rounding = ROUND_NONE;
    return slip;
}

struct slip *ask_hold(struct desk *desk, const char *customer, const char *amount,
                      int64_t expires_in_us)
{
    struct slip *slip = command(desk, COMMAND_HOLD_CREATE);

    fill_use(slip, &slip->job.command.hold.use, customer, amount);
    slip->job.command.hold.expires_in.us = expires_in_us;
    return slip;
}

struct slip *ask_capture(struct desk *desk, const struct slip *hold, const char *amount)
{
    struct slip *slip = command(desk, COMMAND_HOLD_CAPTURE);

    slip->job.command.subject.hold = hold->job.decision.operation;
    slip->job.command.capture.asked = option_of(amount);
    slip->job.command.capture.rounding = ROUND_NONE;
    slip->job.command.capture.policy = POLICY_REFUSE;
    return slip;
}

struct slip *ask_release(struct desk *desk, const struct slip *hold)
{
    struct slip *slip = command(desk, COMMAND_HOLD_RELEASE);

    slip->job.command.subject.hold = hold->job.decision.operation;
    return slip;
}

struct slip *ask_query(struct desk *desk, enum query_kind kind)
{
    struct slip *slip = slip_new(desk);

    slip->job.query.kind = kind;
    slip->job.query.at = INSTANT_NONE;
    slip->job.query.from = INSTANT_NONE;
    slip->job.query.until = INSTANT_NONE;
    slip->job.query.not_expiring_before = INSTANT_NONE;
    slip->job.query.effective_before = INSTANT_NONE;
    slip->job.query.archived = ARCHIVED_LEFT_OUT;
    slip->job.query.limit = PAGE_LIMIT_MAX;
    return slip;
}

struct slip *ask_balance(struct desk *desk, const char *customer)
{
    struct slip *slip = ask_query(desk, QUERY_BALANCE);

    slip->job.query.customer = text(slip, customer);
    return slip;
}

struct slip *ask_balance_at(struct desk *desk, const char *customer, int64_t at_us)
{
    struct slip *slip = ask_balance(desk, customer);

    slip->job.query.at.us = at_us;
    return slip;
}

/* --- what came of it --- */

void assert_done(const struct slip *slip)
{
    assert(slip->done_count == 1);
}

void assert_granted(const struct slip *slip)
{
    assert_done(slip);
    assert(slip->job.err == OK);
    assert(slip->job.decision.reject == REJECT_NONE);
    assert(slip->job.answer.reject == REJECT_NONE);
}

void assert_refused(const struct slip *slip, enum reject reject)
{
    assert_done(slip);
    assert(slip->job.err == OK);
    if (slip->job.query.kind != QUERY_NONE)
        assert(slip->job.answer.reject == reject);
    else
        assert(slip->job.decision.reject == reject);
}

void assert_error(const struct slip *slip, enum err e)
{
    assert_done(slip);
    assert(slip->job.err == e);
}

void assert_amount(struct amount amount, const char *expected)
{
    char shown[AMOUNT_TEXT_MAX];
    struct str got = amount_format(amount, 6, shown);

    if (!str_equals(got, str_from_c(expected)))
        fprintf(stderr, "%.*s, not %s\n", STR_PRINT(got), expected);
    assert(str_equals(got, str_from_c(expected)));
}

void assert_balance(const struct slip *slip, const char *posted, const char *held)
{
    assert_granted(slip);
    assert(slip->job.answer.balance_count == 1);
    assert_amount(slip->job.answer.balances[0].account.posted, posted);
    assert_amount(slip->job.answer.balances[0].account.held, held);
}
