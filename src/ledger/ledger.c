#include "ledger/ledger.h"

#include "ledger/batch.h"
#include "ledger/pulse.h"
#include "ledger/state.h"

#define MEMORY_BYTES_MAX (64u << 10)

/* --- life --- */

/* A book's clock goes on where the book ends (rule 10). */
static void clocks_open(struct ledger *ledger)
{
    static const enum environment environments[ENVIRONMENT_COUNT] = { ENVIRONMENT_LIVE,
                                                                      ENVIRONMENT_TEST };

    for (size_t i = 0; i < ENVIRONMENT_COUNT; i++) {
        struct book_end end;

        store_book_end(ledger->store, environments[i], &end);
        ledger->now[i] = end.sequence > 0 ? end.last_at : INSTANT_MIN;
    }
    if (!instant_is_none(store_test_clock(ledger->store)))
        pulse_move_test(ledger, store_test_clock(ledger->store));
    pulse_clocks(ledger);
}

static struct span retention_or_default(struct span given)
{
    if (given.us == 0)
        return (struct span){ .us = RECEIPT_HOURS_DEFAULT * SPAN_US_PER_HOUR };
    assert(given.us >= RECEIPT_HOURS_MIN * SPAN_US_PER_HOUR);
    return given;
}

enum err ledger_open(const struct ledger_options *options, struct ledger **ret)
{
    struct ledger *ledger;
    struct arena memory;
    enum err e;

    assert(options->store != NULL);
    assert(options->clock != NULL);
    arena_init(&memory, MEMORY_BYTES_MAX);
    ledger = arena_new(&memory, struct ledger, 1);
    if (ledger == NULL)
        return ERR_NOMEM;
    ledger->memory = memory;
    ledger->options = *options;
    ledger->options.receipt_retention = retention_or_default(options->receipt_retention);
    ledger->store = options->store;
    ledger->random = options->random;
    arena_init(&ledger->scratch, REQUEST_ARENA_BYTES_MAX);
    inbox_init(&ledger->inbox, LEDGER_INBOX_MAX);
    reader_init(&ledger->reader, &ledger->options);
    keys_init(&ledger->keys);
    clocks_open(ledger);
    ledger->keys_looked_at = ledger->now[0];
    e = keys_load(&ledger->keys, ledger->store);
    if (e != OK)
        ledger_close(ledger);
    else
        *ret = ledger;
    return e;
}

void ledger_close(struct ledger *ledger)
{
    struct arena memory;
    struct job *late;

    assert(!ledger->is_started);
    late = inbox_close(&ledger->inbox);
    assert(late == NULL);
    assert(ledger->todo.first == NULL);
    reader_finish(&ledger->reader);
    inbox_finish(&ledger->inbox);
    keys_finish(&ledger->keys);
    arena_finish(&ledger->scratch);
    memory = ledger->memory; /* the ledger goes with it */
    arena_finish(&memory);
}

/* --- the thread --- */

#define GATHER_US_MIN 50   /* sleeping for less is not worth the waking */
#define GATHER_US_MAX 1000 /* an eighth of the slowest sync that we would wait for */

/* Those who have just been answered are about to ask again.  Where a commit is slow, it is better
 * to wait for them a little than to make them wait for the commit of the others, and the others for
 * theirs: else clients fall apart into two halves, each waiting for two commits. */
static void gather(struct ledger *ledger)
{
    int64_t wait_us = ledger->last_commit_us / 8;
    size_t expected = ledger->last_count + inbox_waiting(&ledger->inbox);

    if (wait_us < GATHER_US_MIN || ledger->last_count < 2)
        return;
    if (expected > LEDGER_BATCH_MAX)
        expected = LEDGER_BATCH_MAX;
    inbox_sleep_for(&ledger->inbox, expected, wait_us < GATHER_US_MAX ? wait_us : GATHER_US_MAX);
}

static void *ledger_main(void *context)
{
    struct ledger *ledger = context;

    while (!atomic_load(&ledger->stops)) {
        bool worked = batch_turn(ledger);

        if (ledger->todo.first != NULL)
            continue;
        if (!worked || ledger->is_behind)
            inbox_sleep(&ledger->inbox, pulse_sleep_us(ledger));
        else
            gather(ledger);
    }
    batch_gather(ledger, inbox_close(&ledger->inbox));
    while (ledger->todo.first != NULL)
        (void)batch_turn(ledger);
    return NULL;
}

enum err ledger_start(struct ledger *ledger)
{
    enum err e;

    assert(!ledger->is_started);
    e = reader_start(&ledger->reader);
    if (e != OK)
        return e;
    if (pthread_create(&ledger->thread, NULL, ledger_main, ledger) != 0) {
        reader_stop(&ledger->reader);
        return ERR_NOMEM;
    }
    ledger->is_started = true;
    return OK;
}

void ledger_stop(struct ledger *ledger)
{
    if (!ledger->is_started)
        return;
    atomic_store(&ledger->stops, true);
    inbox_rouse(&ledger->inbox);
    pthread_join(ledger->thread, NULL);
    reader_stop(&ledger->reader);
    ledger->is_started = false;
}

bool ledger_turn(struct ledger *ledger)
{
    assert(!ledger->is_started);
    return batch_turn(ledger);
}

/* --- any thread --- */

static bool is_asked(const struct command *command)
{
    switch (command->kind) {
    case COMMAND_NONE:
    case COMMAND_COUNT:
    case COMMAND_ACTIVATE:
    case COMMAND_EXPIRE:
    case COMMAND_LAPSE:
        return false;
    case COMMAND_GRANT_ISSUE:
    case COMMAND_GRANT_EDIT:
    case COMMAND_GRANT_VOID:
    case COMMAND_DEDUCT:
    case COMMAND_REVERSE:
    case COMMAND_HOLD_CREATE:
    case COMMAND_HOLD_CAPTURE:
    case COMMAND_HOLD_RELEASE:
    case COMMAND_HOLD_EXTEND:
    case COMMAND_CREDIT_LIMIT_SET:
    case COMMAND_CUSTOMER_CREATE:
    case COMMAND_CUSTOMER_UPDATE:
    case COMMAND_CUSTOMER_ARCHIVE:
    case COMMAND_CUSTOMER_FIELDS_SET:
    case COMMAND_CUSTOMER_FIELDS_DELETE:
    case COMMAND_CUSTOM_FIELD_KEY_ADD:
    case COMMAND_CUSTOM_FIELD_KEY_REMOVE:
    case COMMAND_CREDIT_TYPE_CREATE:
    case COMMAND_PRODUCT_CREATE:
    case COMMAND_KEY_CREATE:
    case COMMAND_KEY_REVOKE:
    case COMMAND_USAGE_RECORD:
    case COMMAND_TEST_CLOCK_SET:
        return true;
    }
    never("there is no such command");
}

static void job_check(const struct job *job)
{
    int asked = is_asked(&job->command) + (job->query.kind != QUERY_NONE) + job_is_group(job);
    enum environment environment = job_environment(job);

    assert(job->magic == JOB_MAGIC);
    assert(job->arena != NULL);
    assert(job->done != NULL);
    assert(asked == 1);
    assert(environment == ENVIRONMENT_LIVE || environment == ENVIRONMENT_TEST);
    assert(if_then(job->has_idempotency_key, job->render != NULL));
    for (size_t i = 0; i < job->part_count; i++) {
        assert(is_asked(&job->parts[i].command));
        assert(job->parts[i].part_count == 0);
        assert(job->parts[i].arena == job->arena);
        assert(job_environment(&job->parts[i]) == environment);
    }
}

struct job *ledger_submit_all(struct ledger *ledger, struct job *newest, struct job *oldest,
                              size_t count)
{
    struct job *refused;

    for (struct job *job = newest; job != oldest; job = job->next)
        job_check(job);
    job_check(oldest);
    refused = inbox_push_all(&ledger->inbox, newest, oldest, count);
    for (struct job *job = refused; job != NULL; job = job->next)
        count_add(ledger->counters.busy, 1);
    return refused;
}

enum err ledger_submit(struct ledger *ledger, struct job *job)
{
    return ledger_submit_all(ledger, job, job, 1) == NULL ? OK : ERR_BUSY;
}

struct key_snapshot *ledger_keys_acquire(struct ledger *ledger)
{
    return keys_acquire(&ledger->keys);
}

void ledger_counters(struct ledger *ledger, struct ledger_counters *ret)
{
    struct counters *counters = &ledger->counters;

    *ret = (struct ledger_counters){
        .batches = atomic_load(&counters->batches),
        .jobs = atomic_load(&counters->jobs),
        .commands = atomic_load(&counters->commands),
        .refusals = atomic_load(&counters->refusals),
        .queries = atomic_load(&counters->queries),
        .entries = atomic_load(&counters->entries),
        .replays = atomic_load(&counters->replays),
        .busy = atomic_load(&counters->busy),
        .commit_us = atomic_load(&counters->commit_us),
        .inbox = inbox_waiting(&ledger->inbox),
        .batch_max = atomic_load(&counters->batch_max),
    };
}

bool ledger_is_ready(struct ledger *ledger)
{
    if (atomic_load(&ledger->has_failed))
        return false;
    return clock_monotonic_us() >= atomic_load(&ledger->full_until_us);
}
