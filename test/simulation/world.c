#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "store/embedded/embedded.h"
#include "store/memory/memory.h"

enum { JOBS_MAX = 40, PARTS_MAX = 4 };

#define YEAR (365 * DAY)

static const char *const customer_names[CUSTOMERS] = { "ada", "bob", "cyd", "dan", "eve" };
static const enum environment environments[] = { ENVIRONMENT_LIVE, ENVIRONMENT_TEST };

/* What was asked in a round, in order. */
struct asked {
    struct slip *slip;
    const struct job *job;     /* the slip's, or one part of it */
    struct promise *promise;   /* NULL: a query */
    struct snapshot *snapshot; /* a query of the past: what was told then */
    enum environment environment;
    int customer;
};

/* --- the store --- */

static bool is_embedded(const struct world *world)
{
    return world->directory[0] != '\0';
}

static void directory_make(struct world *world)
{
    const char *base = getenv("TMPDIR");

    (void)snprintf(world->directory, sizeof world->directory, "%s/scrip-simulation-XXXXXX",
                   base != NULL ? base : "/tmp");
    if (mkdtemp(world->directory) == NULL) {
        perror(world->directory);
        exit(1);
    }
}

static void directory_remove(struct world *world)
{
    static const char *const names[] = { "scrip.db", "scrip.db-wal", "scrip.db-shm", "lock" };

    for (size_t i = 0; i < array_count(names); i++) {
        char path[512];

        (void)snprintf(path, sizeof path, "%s/%s", world->directory, names[i]);
        (void)unlink(path);
    }
    if (rmdir(world->directory) != 0)
        perror(world->directory);
}

/* Syncing is for the crash tests: here the process lives on. */
static struct store *store_of(struct world *world)
{
    struct embedded_options options = { .directory = world->directory, .sync_off = true };
    char message[EMBEDDED_MESSAGE_BYTES] = "";
    struct store *store;
    enum err e = is_embedded(world) ? embedded_store_open(&options, &store, message)
                                    : memory_store_open(&store);

    if (e != OK)
        fprintf(stderr, "# %s: %s\n", err_name(e), message);
    assert(e == OK);
    return store;
}

void world_open(struct world *world, uint64_t seed, bool embedded)
{
    *world = (struct world){ .random = random_seeded(seed), .seed = seed };
    if (embedded)
        directory_make(world);
    desk_open_over(&world->desk, store_of(world));
    world->clock_us = T0;
    world->is_jumpy = chance(world, 3);
    world->now[0].us = world->now[1].us = T0;
    for (size_t i = 0; i < CUSTOMERS; i++)
        assert_granted(slip_do(ask_customer(&world->desk, customer_names[i])));
    desk_forget_slips(&world->desk);
}

/* --- the clock --- */

static int64_t clock_step(struct world *world)
{
    static const int64_t steps[] = { 1, SECOND, 60 * SECOND, HOUR, DAY };
    int64_t most = steps[random_below(&world->random, array_count(steps))];
    int64_t step = (int64_t)random_below(&world->random, (uint64_t)most + 1);

    if (chance(world, 3))
        return 0;
    return chance(world, 15) ? -step : step;
}

/* An hour or a year either way, or a second twice over, as some clocks tell a leap second. */
static int64_t clock_jump(struct world *world)
{
    static const int64_t jumps[] = { HOUR, -HOUR, YEAR, -YEAR, -SECOND };

    return jumps[random_below(&world->random, array_count(jumps))];
}

static void move_clock(struct world *world)
{
    bool jumps = world->is_jumpy && chance(world, 8);

    world->clock_us += jumps ? clock_jump(world) : clock_step(world);
    desk_set_clock(&world->desk, world->clock_us);
    for (size_t i = 0; i < ENVIRONMENT_COUNT; i++) {
        if (world->now[i].us < world->clock_us)
            world->now[i].us = world->clock_us;
    }
}

/* What was told about an instant may change only while the book has not passed it. */
static void drop_snapshots(struct world *world)
{
    size_t kept = 0;

    for (size_t i = 0; i < world->snapshot_count; i++) {
        struct snapshot *snapshot = &world->snapshots[i];

        if (instant_before(snapshot->at, world->now[environment_index(snapshot->environment)]))
            world->snapshots[kept++] = *snapshot;
    }
    world->snapshot_count = kept;
}

/* --- asking --- */

static struct asked ask_mutation(struct world *world, struct promise *promise)
{
    struct slip *slip = promise_ask(world, promise);

    return (struct asked){
        .slip = slip,
        .job = &slip->job,
        .promise = promise,
        .environment = promise->environment,
        .customer = promise->customer,
    };
}

static struct asked ask_past(struct world *world)
{
    struct snapshot *snapshot =
        &world->snapshots[random_below(&world->random, world->snapshot_count)];
    struct slip *slip =
        ask_balance_at(&world->desk, customer_names[snapshot->customer], snapshot->at.us);

    slip->job.query.without_grants = chance(world, 2);
    return (struct asked){
        .slip = slip_in(slip, snapshot->environment),
        .job = &slip->job,
        .snapshot = snapshot,
        .environment = snapshot->environment,
        .customer = snapshot->customer,
    };
}

static struct asked ask_now(struct world *world)
{
    struct asked asked = {
        .environment = environments[random_below(&world->random, ENVIRONMENT_COUNT)],
        .customer = (int)random_below(&world->random, CUSTOMERS),
    };

    asked.slip =
        slip_in(ask_balance(&world->desk, customer_names[asked.customer]), asked.environment);
    asked.slip->job.query.credit_type = STR(CREDIT_TYPE_USD_NAME);
    asked.job = &asked.slip->job;
    return asked;
}

/* Several new ones of the same book together.  Fills in one of ret for each. */
static size_t ask_group(struct world *world, struct asked *ret, size_t count_max)
{
    struct slip *slips[PARTS_MAX], *group;
    size_t count = 0;

    while (count < PARTS_MAX && count < count_max) {
        struct promise *promise = promise_new(world);

        if (promise == NULL)
            break;
        ret[count] = ask_mutation(world, promise);
        slips[count] = ret[count].slip;
        if (count > 0 && ret[count].environment != ret[0].environment)
            break; /* it was thought of, but never asked for */
        count++;
    }
    if (count == 0)
        return 0;
    group = slip_group(&world->desk, slips, count, chance(world, 2));
    for (size_t i = 0; i < count; i++) {
        ret[i].slip = group;
        ret[i].job = &group->job.parts[i];
    }
    return count;
}

static struct asked ask(struct world *world)
{
    uint64_t draw = random_below(&world->random, 10);
    struct promise *promise = NULL;

    if (draw < 2 && world->snapshot_count > 0)
        return ask_past(world);
    if (draw == 2)
        promise = promise_again(world);
    else if (draw < 8)
        promise = promise_new(world);
    return promise != NULL ? ask_mutation(world, promise) : ask_now(world);
}

/* --- holding the ledger to it --- */

struct expectation {
    bool is_known;
    struct amount posted, held;
};

/* 2. */
static void check_now(const struct asked *asked, const struct expectation *expected)
{
    const struct answer *answer = &asked->job->answer;
    const struct account *account = &answer->balances[0].account;

    assert_granted(asked->slip);
    assert(answer->balance_count == 1);
    if (expected->is_known) {
        assert(amount_equals(account->posted, expected->posted));
        assert(amount_equals(account->held, expected->held));
    }
}

static bool is_about_same(const struct asked *a, const struct asked *b)
{
    return a->environment == b->environment && a->customer == b->customer;
}

/* Remembers what was told, unless something was asked for after it at the same instant. */
static void take_snapshot(struct world *world, const struct asked *asked, const struct asked *end)
{
    const struct answer *answer = &asked->job->answer;
    struct snapshot *snapshot;

    for (const struct asked *later = asked + 1; later < end; later++) {
        if (later->promise != NULL && is_about_same(later, asked))
            return;
    }
    if (world->snapshot_count < SNAPSHOTS_MAX)
        snapshot = &world->snapshots[world->snapshot_count++];
    else
        snapshot = &world->snapshots[random_below(&world->random, SNAPSHOTS_MAX)];
    *snapshot = (struct snapshot){
        .environment = asked->environment,
        .customer = asked->customer,
        .at = answer->now,
        .posted = answer->balances[0].account.posted,
        .held = answer->balances[0].account.held,
    };
}

/* 5. */
static void check_past(const struct asked *asked)
{
    const struct answer *answer = &asked->job->answer;
    struct amount sum = AMOUNT_ZERO;

    assert_granted(asked->slip);
    if (answer->balance_count == 0) { /* it had no account then, and has none now */
        assert(asked->snapshot->posted.units == 0);
        return;
    }
    assert(amount_equals(answer->balances[0].account.posted, asked->snapshot->posted));
    assert(amount_equals(answer->balances[0].account.held, asked->snapshot->held));
    if (asked->job->query.without_grants)
        return;
    for (size_t i = 0; i < answer->balances[0].grant_count; i++) {
        enum err e = amount_add(sum, answer->balances[0].grants[i].grant.posted, &sum);

        assert(e == OK);
    }
    /* What a hold keeps of a grant that has ended is posted, but the grant is not live. */
    assert(sum.units <= asked->snapshot->posted.units);
    assert(sum.units >= asked->snapshot->posted.units - asked->snapshot->held.units);
}

static void check_round(struct world *world, const struct asked *asked, size_t count)
{
    struct expectation expected[ENVIRONMENT_COUNT][CUSTOMERS] = { 0 };
    int place = 0;

    for (size_t i = 0; i < count; i++) {
        const struct job *job = asked[i].job;
        struct expectation *mine =
            &expected[environment_index(asked[i].environment)][asked[i].customer];

        assert_done(asked[i].slip);
        if (i == 0 || asked[i].slip != asked[i - 1].slip)
            assert(asked[i].slip->done_place > place); /* 1. */
        place = asked[i].slip->done_place;
        if (asked[i].snapshot != NULL)
            check_past(&asked[i]);
        else if (asked[i].promise == NULL)
            check_now(&asked[i], mine);
        else
            promise_settle(world, asked[i].promise, job);
        if (asked[i].promise == NULL || job->err != OK || job->replayed ||
            job->decision.reject != REJECT_NONE)
            continue;
        *mine = (struct expectation){
            .is_known = true,
            .posted = job->decision.account_posted,
            .held = job->decision.account_held,
        };
    }
    for (size_t i = 0; i < count; i++) {
        if (asked[i].promise == NULL && asked[i].snapshot == NULL)
            take_snapshot(world, &asked[i], asked + count);
    }
}

/* 4. */
static void check_due(struct world *world)
{
    for (size_t i = 0; i < ENVIRONMENT_COUNT; i++) {
        struct due due;

        if (store_next_due(world->desk.store, environments[i], &due))
            assert(instant_before(world->now[i], due.at));
    }
}

/* --- life and death --- */

/* The book's clock goes on from its last entry: what was only looked at is forgotten. */
static void restart(struct world *world)
{
    if (is_embedded(world)) {
        ledger_close(world->desk.ledger);
        store_close(world->desk.store);
        desk_reopen_over(&world->desk, store_of(world));
    } else {
        desk_restart(&world->desk);
    }
    for (size_t i = 0; i < ENVIRONMENT_COUNT; i++) {
        struct book_end end;

        store_book_end(world->desk.store, environments[i], &end);
        world->now[i].us = world->clock_us;
        if (end.sequence > 0)
            world->now[i] = instant_max(end.last_at, world->now[i]);
    }
    drop_snapshots(world);
    world->restarts++;
}

static size_t ask_some(struct world *world, struct asked *asked, size_t requests_max)
{
    size_t wanted = random_below(&world->random, JOBS_MAX + 1), count = 0;

    if (wanted > requests_max)
        wanted = requests_max;
    while (count < wanted) {
        size_t parts = chance(world, 10) ? ask_group(world, &asked[count], wanted - count) : 0;

        count += parts;
        if (parts == 0)
            asked[count++] = ask(world);
    }
    assert(count <= JOBS_MAX);
    return count;
}

/* --- what there is to see --- */

void world_note(struct world *world, const void *bytes, size_t size)
{
    const unsigned char *byte = bytes;

    for (size_t i = 0; i < size; i++)
        world->digest = (world->digest ^ byte[i]) * UINT64_C(0x100000001b3);
}

static void note_job(struct world *world, const struct job *job)
{
    const struct receipt *receipt = &job->receipt;

    world_note(world, &job->err, sizeof job->err);
    world_note(world, &job->decision.reject, sizeof job->decision.reject);
    world_note(world, &job->decision.operation, sizeof job->decision.operation);
    world_note(world, &job->decision.account_posted, sizeof job->decision.account_posted);
    if (job->has_receipt)
        world_note(world, receipt->body.data, receipt->body.len);
}

static void tell_job(const struct asked *asked)
{
    const struct job *job = asked->job;
    const struct promise *promise = asked->promise;

    printf("#   %s %s ", asked->environment == ENVIRONMENT_LIVE ? "live" : "test",
           customer_names[asked->customer]);
    if (promise == NULL)
        printf("balance");
    else
        printf("%.*s %lld.%06lld", STR_PRINT(command_name(promise->kind)),
               (long long)promise->units / 1000000, (long long)promise->units % 1000000);
    if (promise != NULL && promise->about != 0)
        printf(" of %llu", (unsigned long long)promise->about);
    if (job->err != OK)
        printf(": %s\n", err_name(job->err));
    else if (job->decision.reject != REJECT_NONE)
        printf(": refused, %.*s\n", STR_PRINT(reject_title(job->decision.reject)));
    else
        printf(": %s %llu\n", job->replayed ? "as before" : "done",
               (unsigned long long)job->decision.operation);
}

static void tell_round(const struct world *world, uint64_t round)
{
    printf("# round %llu, at %+lld s\n", (unsigned long long)round,
           (long long)((world->clock_us - T0) / SECOND));
}

void world_round(struct world *world, uint64_t round, size_t requests_max)
{
    struct asked asked[JOBS_MAX];
    size_t count;

    world->random = random_seeded(world->seed * UINT64_C(0x9e3779b97f4a7c15) + round);
    move_clock(world);
    if (world->tells)
        tell_round(world, round);
    drop_snapshots(world);
    if (chance(world, 10) && !is_embedded(world))
        memory_store_fail_commits(world->desk.store, 1, chance(world, 2) ? ERR_FULL : ERR_NOMEM);
    count = ask_some(world, asked, requests_max);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || asked[i].slip != asked[i - 1].slip)
            slip_submit(asked[i].slip);
    }
    desk_turn(&world->desk);
    for (size_t i = 0; i < count; i++) {
        note_job(world, asked[i].job);
        if (world->tells)
            tell_job(&asked[i]);
    }
    (void)fflush(stdout);
    check_round(world, asked, count);
    check_due(world);
    desk_forget_slips(&world->desk);
    if (!is_embedded(world))
        memory_store_fail_commits(world->desk.store, 0, ERR_FULL);
    if (chance(world, 25))
        restart(world);
    if (chance(world, 50))
        desk_verify(&world->desk);
}

void world_close(struct world *world)
{
    desk_verify(&world->desk);
    audit(world);
    for (size_t i = 0; i < ENVIRONMENT_COUNT; i++) {
        struct book_end end;

        store_book_end(world->desk.store, environments[i], &end);
        world_note(world, &end.sequence, sizeof end.sequence);
        world_note(world, end.hash.bytes, sizeof end.hash.bytes);
    }
    desk_close(&world->desk);
    if (is_embedded(world))
        directory_remove(world);
}
