#include "api/api.h"

#include <stdatomic.h>
#include <string.h>
#include "api/faces.h"
#include "api/faults.h"
#include "api/origin.h"
#include "api/outbox.h"
#include "api/outcome.h"
#include "api/rate.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/random.h"

#define API_ARENA_BYTES_MAX (1u << 20) /* the split templates of some 60 routes are 10 kB */
#define ROW_BYTES 700u                 /* an entry in a page, written out */
#define HISTORY_ROWS 10                /* of a grant; some have many more */
#define RETRY_AFTER_SECONDS STR("1")   /* a batch takes milliseconds, a rate is a second's */

static const struct dialect *const dialects[] = {
    &metronome_dialect,
    &kable_dialect,
    &native_dialect,
};
#define DIALECT_COUNT array_count(dialects)

struct api {
    struct arena arena; /* this struct lives in it */
    struct api_options options;
    struct router routers[DIALECT_COUNT];
    struct faults faults[DIALECT_COUNT];
    struct rate_table rates;
    uint64_t start_mark;            /* differs from one start of the server to the next */
    _Atomic uint64_t request_count; /* the other half of a request's id */
    struct outbox outboxes[NET_THREADS_MAX];
    struct origin_last last_origins[NET_THREADS_MAX];
};

bool call_contract_b(const struct call *call)
{
    return call->api->options.kable_contract_b;
}

struct key_snapshot *call_keys_acquire(const struct call *call)
{
    return ledger_keys_acquire(call->api->options.ledger);
}

/* --- replies --- */

/* The Metronome SDKs send a 409 three times, and a 503 as well, unless they are told not to: a
 * conflict stays one, and what may have happened must not happen twice. */
static bool is_no_use_to_retry(const struct call *call, int status)
{
    return status == 409 || (call->trouble == TROUBLE_UNSURE && !call->idempotency.given);
}

static enum exchange_step reply_outcome(struct call *call, const struct outcome *outcome)
{
    struct reply *reply = &call->exchange->reply;

    *reply = (struct reply){
        .status = outcome->status,
        .content_type = outcome->content_type,
        .body = outcome->body,
    };
    reply_header(reply, STR("X-Request-Id"), call->request_id);
    if (call->allow.len > 0)
        reply_header(reply, STR("Allow"), call->allow);
    if (call->link.len > 0)
        reply_header(reply, STR("Link"), call->link);
    if (outcome->status == 401 && call->dialect->challenge.len > 0)
        reply_header(reply, STR("WWW-Authenticate"), call->dialect->challenge);
    if (is_no_use_to_retry(call, outcome->status))
        reply_header(reply, STR("x-should-retry"), STR("false"));
    else if (outcome->status == 503 || outcome->status == 429)
        reply_header(reply, STR("Retry-After"), RETRY_AFTER_SECONDS);
    return EXCHANGE_DONE;
}

static enum exchange_step reply_trouble(struct call *call, enum trouble trouble)
{
    struct outcome outcome;

    call->trouble = trouble;
    outcome = outcome_of_trouble(call, trouble);
    return reply_outcome(call, &outcome);
}

/* A failure that leaves the file in doubt leaves a command in doubt: it may be found there when
 * the book is recovered. */
static enum trouble trouble_of_job(const struct job *job)
{
    return job->query.kind == QUERY_NONE && job->err == ERR_IO ? TROUBLE_UNSURE
                                                               : trouble_of(job->err);
}

/* There was no memory to tell what has happened, or for what was to follow; of a question, nothing
 * has. */
static enum trouble trouble_of_silence(const struct job *job)
{
    return job->query.kind == QUERY_NONE ? TROUBLE_UNSURE : TROUBLE_UNAVAILABLE;
}

static enum exchange_step reply_answer(struct call *call)
{
    struct outcome outcome;

    if (call->job.err != OK && !outcome_is_by_part(&call->job))
        return reply_trouble(call, trouble_of_job(&call->job));
    if (call->job.has_receipt)
        outcome = (struct outcome){
            .status = call->job.receipt.status,
            .content_type = call->job.receipt.content_type,
            .body = call->job.receipt.body,
        };
    else if (outcome_encode(call, &outcome) != OK)
        return reply_trouble(call, trouble_of_silence(&call->job));
    return reply_outcome(call, &outcome);
}

/* --- the ledger's side --- */

/* Ledger thread.  A status left 0 says that the arena is full. */
static void job_rendered(struct job *job, struct receipt *ret)
{
    struct call *call = job->context;
    struct outcome outcome;

    assert(call->magic == CALL_MAGIC);
    if (outcome_encode(call, &outcome) != OK)
        return;
    ret->status = outcome.status;
    ret->content_type = outcome.content_type;
    ret->body = outcome.body;
}

/* Ledger or reader thread. */
static void job_done_wake(struct job *job)
{
    struct call *call = job->context;

    assert(call->magic == CALL_MAGIC);
    call->exchange->wake(call->exchange);
}

/* Ledger thread, while the call is there. */
static void part_rendered(struct job *part, struct receipt *ret)
{
    const struct call *call = part->context;
    struct outcome outcome;

    assert(call->magic == CALL_MAGIC);
    if (outcome_encode_part(call, part, &outcome) != OK)
        return;
    ret->status = outcome.status;
    ret->content_type = outcome.content_type;
    ret->body = outcome.body;
}

static void part_prepare(struct call *call, struct job *part)
{
    part->arena = call->exchange->arena;
    part->context = call;
    part->command.subject.environment = call->caller.environment;
    part->command.key = call->caller.key;
    part->command.origin = call->job.command.origin;
    part->render = part->has_idempotency_key ? part_rendered : NULL;
}

/* A job that was answered may ask again: what it was told is forgotten. */
static void job_prepare(struct call *call)
{
    struct job *job = &call->job;
    bool is_command = call_is_command(call);

    assert(is_command != (job->query.kind != QUERY_NONE));
    job->magic = JOB_MAGIC;
    job->arena = call->exchange->arena;
    job->done = job_done_wake;
    job->context = call;
    job->asker = call->exchange->connection;
    job->abandoned = &call->exchange->abandoned;
    job->query.environment = call->caller.environment;
    job->command.subject.environment = call->caller.environment;
    job->command.key = call->caller.key;
    if (is_command)
        job->command.origin = origin_of(call->exchange, call->api->start_mark, call->request_number,
                                        &call->api->last_origins[call->exchange->loop_index]);
    job->has_idempotency_key = is_command && call->idempotency.given;
    job->idempotency_key = call->idempotency.key;
    job->request = call->idempotency.request;
    job->render = job->has_idempotency_key ? job_rendered : NULL;
    job->err = OK;
    job->decision = (struct decision){ .reject = REJECT_NONE };
    job->answer = (struct answer){ .reject = REJECT_NONE };
    for (size_t i = 0; i < job->part_count; i++)
        part_prepare(call, &job->parts[i]);
}

/* A balance has as many rows as there are grants, which only the ledger knows. */
static size_t rows_foretold(const struct job *job)
{
    if (job->query.kind == QUERY_NONE)
        return job->part_count;
    if (job->query.kind == QUERY_BALANCE)
        return 0;
    return job->query.with_entries ? HISTORY_ROWS * job->query.limit : job->query.limit;
}

static enum exchange_step submit(struct call *call)
{
    struct exchange *exchange = call->exchange;
    struct api *api = call->api;

    assert(exchange->loop_index < NET_THREADS_MAX);
    job_prepare(call);
    exchange->parked_bytes = exchange->arena->total_bytes + ROW_BYTES * rows_foretold(&call->job);
    /* From here on the exchange may be woken at any moment, even before this returns. */
    exchange->parked = call;
    outbox_put(&api->outboxes[exchange->loop_index], api->options.ledger, &call->job);
    return EXCHANGE_PARKED;
}

static void api_flush(void *context, unsigned loop_index)
{
    struct api *api = context;

    assert(loop_index < NET_THREADS_MAX);
    outbox_flush(&api->outboxes[loop_index], api->options.ledger);
}

/* --- the steps up to there --- */

static bool is_own_path(const struct dialect *dialect, struct str path)
{
    for (size_t i = 0; i < DIALECT_PREFIXES_MAX; i++) {
        struct str prefix = dialect->prefixes[i];

        if (prefix.len > 0 && str_starts_with(path, prefix) &&
            (path.len == prefix.len || path.data[prefix.len] == '/'))
            return true;
    }
    return false;
}

/* What nobody owns is left as it is: whose client that was is not known. */
static void api_refuse(void *context, struct exchange *exchange, enum fault fault)
{
    const struct api *api = context;

    for (size_t i = 0; i < DIALECT_COUNT; i++)
        if (is_own_path(dialects[i], exchange->request.path))
            faults_word(&api->faults[i], fault, &exchange->reply);
}

/* What nobody owns is answered in the native style. */
static size_t dialect_index_of(struct str path)
{
    size_t index = 0;

    while (index < DIALECT_COUNT - 1 && !is_own_path(dialects[index], path))
        index++;
    return index;
}

static enum trouble recognise(struct call *call)
{
    const struct request *request = &call->exchange->request;
    size_t index = dialect_index_of(request->path);
    struct route_found found;
    struct path path;
    enum err e;

    call->dialect = dialects[index];
    e = path_split(request->path, call->exchange->arena, &path);
    if (e == ERR_MALFORMED)
        reading_blame(&call->reading, STR("path"), STR("must be percent-encoded UTF-8"));
    if (e != OK)
        return trouble_of(e);
    found = router_find(&call->api->routers[index], request->method, &path);
    switch (found.match) {
    case ROUTE_FOUND:
        call->route = found.route;
        for (size_t i = 0; i < ROUTE_PARAMS_MAX; i++)
            call->params[i] = found.params[i];
        return TROUBLE_NONE;
    case ROUTE_METHOD_WRONG:
        call->allow = methods_format(found.methods, call->exchange->arena);
        return TROUBLE_METHOD_WRONG;
    case ROUTE_UNKNOWN:
        return TROUBLE_ROUTE_UNKNOWN;
    }
    never("a path is known, or not");
}

/* Of two that differ, a proxy in between may have checked the other. */
static bool credentials_are_clear(struct call *call)
{
    const struct str *credentials = call->dialect->credentials;

    for (size_t i = 0; i < DIALECT_CREDENTIALS_MAX && credentials[i].len > 0; i++)
        if (request_header_count(&call->exchange->request, credentials[i]) > 1)
            reading_blame(&call->reading, credentials[i], STR("must be given once"));
    return reading_is_fine(&call->reading);
}

static enum trouble admit(struct call *call)
{
    struct clock *clock = call->api->options.clock;
    struct instant now = { .us = clock->now_us(clock) };
    struct key_snapshot *keys;
    bool is_known;

    if (!credentials_are_clear(call))
        return TROUBLE_MALFORMED;
    keys = call_keys_acquire(call);
    is_known = call->dialect->authenticate(keys, &call->exchange->request, now, &call->caller);
    ledger_keys_release(keys);
    if (!is_known)
        return TROUBLE_UNAUTHORIZED;
    if (!rate_admits(&call->api->rates, call->caller.key, call->caller.requests_per_second, now.us))
        return TROUBLE_RATE_EXCEEDED;
    if (call->route->access == ACCESS_ADMIN && call->caller.scope != KEY_SCOPE_ADMIN)
        return TROUBLE_NOT_ADMIN;
    if (call->route->access == ACCESS_WRITE && call->caller.scope == KEY_SCOPE_READ)
        return TROUBLE_FORBIDDEN;
    return TROUBLE_NONE;
}

static enum trouble decode(struct call *call)
{
    const struct request *request = &call->exchange->request;
    enum err e = OK;

    if (request->method == HTTP_POST)
        e = idempotency_read(request, call->caller.environment, &call->idempotency,
                             &call->reading.blame);
    if (e == OK) {
        call->route->decode(call);
        e = call->reading.err;
    }
    call->reading.err = e;
    return e == OK ? TROUBLE_NONE : trouble_of(e);
}

/* One of a kind: the start of this server, and the count of its requests. */
static uint64_t request_number_take(struct api *api)
{
    return atomic_fetch_add_explicit(&api->request_count, 1, memory_order_relaxed);
}

/* Nothing asked for yet: an instant of 0 would be a moment in 1970. */
static void query_init(struct query *query)
{
    query->at = INSTANT_NONE;
    query->from = INSTANT_NONE;
    query->until = INSTANT_NONE;
    query->not_expiring_before = INSTANT_NONE;
    query->effective_before = INSTANT_NONE;
    query->archived = ARCHIVED_LEFT_OUT;
    query->limit = PAGE_LIMIT_DEFAULT;
}

/* NULL: out of memory. */
static struct call *call_make(struct api *api, struct exchange *exchange)
{
    struct call *call = arena_new(exchange->arena, struct call, 1);

    if (call == NULL)
        return NULL;
    call->magic = CALL_MAGIC;
    call->api = api;
    call->exchange = exchange;
    call->request_number = request_number_take(api);
    call->request_id =
        request_id_format(api->start_mark, call->request_number, call->request_id_text);
    reading_init(&call->reading, exchange->arena);
    query_init(&call->job.query);
    return call;
}

static enum exchange_step api_start(void *context, struct exchange *exchange)
{
    struct api *api = context;
    enum trouble trouble;
    struct call *call;

    if (faces_answer(&api->options, exchange))
        return EXCHANGE_DONE;
    call = call_make(api, exchange);
    if (call == NULL) {
        exchange->reply = (struct reply){ .status = 503 };
        return EXCHANGE_DONE;
    }
    trouble = recognise(call);
    if (trouble == TROUBLE_NONE)
        trouble = admit(call);
    if (trouble == TROUBLE_NONE)
        trouble = decode(call);
    if (trouble != TROUBLE_NONE)
        return reply_trouble(call, trouble);
    return call->is_answered ? reply_answer(call) : submit(call);
}

static enum exchange_step api_resume(void *context, struct exchange *exchange)
{
    struct call *call = exchange->parked;

    assert(call != NULL);
    assert(call->magic == CALL_MAGIC);
    assert(call->exchange == exchange);
    if (call->job.err == OK && call->route->follow != NULL && call->route->follow(call))
        return submit(call);
    if (call->reading.err == ERR_NOMEM)
        return reply_trouble(call, trouble_of_silence(&call->job));
    if (!reading_is_fine(&call->reading))
        return reply_trouble(call, trouble_of(call->reading.err));
    return reply_answer(call);
}

/* --- open and close --- */

enum err api_open(const struct api_options *options, struct api **ret)
{
    struct random random = random_system();
    struct arena arena;
    struct api *api;
    enum err e = ERR_NOMEM;

    assert(options->ledger != NULL);
    arena_init(&arena, API_ARENA_BYTES_MAX);
    api = arena_new(&arena, struct api, 1);
    if (api == NULL)
        goto out;
    api->options = *options;
    api->start_mark = random_u64(&random);
    assert(api->start_mark != 0);
    e = rate_table_init(&api->rates, &arena);
    if (e != OK)
        goto out;
    for (size_t i = 0; i < DIALECT_COUNT; i++) {
        e = router_init(&api->routers[i], dialects[i]->routes, dialects[i]->route_count, &arena);
        if (e == OK)
            e = faults_init(&api->faults[i], dialects[i], &arena);
        if (e != OK)
            goto out;
    }
    api->arena = arena;
    *ret = api;
    e = OK;
out:
    if (e != OK)
        arena_finish(&arena);
    return e;
}

struct handler api_handler(struct api *api)
{
    return (struct handler){
        .context = api,
        .start = api_start,
        .resume = api_resume,
        .refuse = api_refuse,
        .flush = api_flush,
    };
}

void api_close(struct api *api)
{
    struct arena arena = api->arena;

    arena_finish(&arena);
}
