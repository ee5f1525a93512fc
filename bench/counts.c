/* bench/counts.c - what single operations cost, in instructions: a server without its sockets.
 *
 * For tools/counts, which runs it under callgrind.  Bytes of requests go in, bytes of replies come
 * out, and between them is all of ours but net/: http, api, ledger, engine, store.  One thread, a
 * clock that is set and seeded randomness, so that every run does the same.
 *
 * Only what is done inside measured() is counted.  For each call of it a line is printed:
 *
 *     CASE PHASE OPERATIONS
 *
 * in    bytes to jobs of the ledger: parse, authenticate, decode, submit
 * turn  one turn of the ledger: resolve, decide, append, commit
 * out   jobs to bytes: encode, serialize
 *
 * Run: counts DIR, where DIR does not exist yet. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "api/api.h"
#include "base/limits.h"
#include "http/parse.h"
#include "http/serialize.h"
#include "ledger/ledger.h"
#include "store/embedded/embedded.h"

#define NOW (INT64_C(1767225600) * 1000000) /* 2026-01-01T00:00:00Z */
#define CUSTOMERS 256
#define TOGETHER 64 /* requests of one turn, where there are many */
#define BATCH_SIZE 1000
#define STEP 7 /* neighbours in time are strangers in the book */
#define SECRET "sk_test.jI92Cbu0.XeHWdYM1VTLy4oLtGMw8wrmpt5q9d04n"
#define CENTS "2714e483-4ff1-48e4-9e25-ac732e8f24f2"
#define DATE "Thu, 01 Jan 2026 00:00:00 GMT"

struct world {
    struct clock_manual clock;
    struct store *store;
    struct ledger *ledger;
    struct api *api;
    struct handler handler;
};

/* A request on its way; as in net/turn.h. */
struct ask {
    struct exchange exchange; /* first */
    struct arena arena;
    struct str bytes; /* of the request */
    struct str reply; /* all of it */
    bool is_awake;
};

struct run {
    struct world *world;
    struct ask asks[TOGETHER];
    size_t count;
    struct arena texts; /* of the requests; not measured */
};

static void must(enum err e)
{
    assert(e == OK);
}

/* --- the phases --- */

static void wake(struct exchange *exchange)
{
    ((struct ask *)exchange)->is_awake = true;
}

static void come_in(struct run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        struct ask *ask = &run->asks[i];
        struct parse parse;
        size_t taken;
        enum parse_step step;

        parse_init(&parse);
        step = parse_feed(&parse, ask->bytes, &ask->arena, &ask->exchange.request, &taken);
        assert(step == PARSE_DONE);
        assert(taken == ask->bytes.len);
        ask->is_awake = false;
        if (run->world->handler.start(run->world->handler.context, &ask->exchange) == EXCHANGE_DONE)
            ask->is_awake = true;
    }
    run->world->handler.flush(run->world->handler.context, 0);
}

static void turn(struct run *run)
{
    bool worked = ledger_turn(run->world->ledger);

    assert(worked);
}

static void go_out(struct run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        struct ask *ask = &run->asks[i];
        struct reply *reply = &ask->exchange.reply;
        enum exchange_step step;
        char *bytes;
        size_t size;

        assert(ask->is_awake);
        step = run->world->handler.resume(run->world->handler.context, &ask->exchange);
        assert(step == EXCHANGE_DONE);
        bytes = arena_take(&ask->arena, serialize_size_max(reply) + reply->body.len);
        assert(bytes != NULL);
        size = serialize_head(reply, PERSISTENCE_IMPLIED, STR(DATE), bytes);
        memcpy(bytes + size, reply->body.data, reply->body.len);
        ask->reply = (struct str){ .data = bytes, .len = size + reply->body.len };
    }
}

/* callgrind counts while this runs, and writes down what it has when this ends.  Not static, so
 * that it keeps its name; weak, so that no compiler makes a variant of it. */
void measured(void (*work)(struct run *run), struct run *run);

__attribute__((noinline, weak)) void measured(void (*work)(struct run *run), struct run *run)
{
    work(run);
    __asm__ volatile("" ::: "memory"); /* no tail call: it would have ended before the work */
}

/* --- requests --- */

static struct str customer(struct arena *arena, size_t number)
{
    return str_format(arena, "00000000-0000-4000-8000-%012zx", number % CUSTOMERS);
}

static struct str post(struct arena *arena, const char *path, const char *header, struct str body)
{
    return str_format(arena,
                      "POST %s HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " SECRET "\r\n"
                      "Content-Type: application/json\r\n%sContent-Length: %zu\r\n\r\n%.*s",
                      path, header, body.len, STR_PRINT(body));
}

static struct str deduction(struct arena *arena, size_t number)
{
    return str_format(arena,
                      "{\"customer\":\"%.*s\",\"credit_type\":\"" CENTS "\",\"amount\":\"0.01\"}",
                      STR_PRINT(customer(arena, number * STEP)));
}

static struct str ask_deduct(struct arena *arena, size_t number)
{
    return post(arena, "/scrip/v1/deductions", "", deduction(arena, number));
}

static struct str ask_keyed(struct arena *arena, size_t number)
{
    struct str header = str_format(arena, "Idempotency-Key: bench-%zu\r\n", number);

    return post(arena, "/scrip/v1/deductions", header.data, deduction(arena, number));
}

static struct str ask_balance(struct arena *arena, size_t number)
{
    return str_format(arena,
                      "GET /scrip/v1/customers/%.*s/balance HTTP/1.1\r\nHost: bench\r\n"
                      "Authorization: Bearer " SECRET "\r\n\r\n",
                      STR_PRINT(customer(arena, number * STEP)));
}

static struct str ask_batch(struct arena *arena, size_t number)
{
    size_t size = BATCH_SIZE * 160, len = 0;
    char *text = arena_take(arena, size);

    for (size_t i = 0; i < BATCH_SIZE; i++) {
        struct str item = deduction(arena, number * BATCH_SIZE + i);

        len += (size_t)snprintf(text + len, size - len, "%s%.*s",
                                i == 0 ? "{\"deductions\":[" : ",", STR_PRINT(item));
        assert(len < size - 3);
    }
    memcpy(text + len, "]}", 2);
    return post(arena, "/scrip/v1/deductions/batch", "", (struct str){ text, len + 2 });
}

static struct str ask_customer(struct arena *arena, size_t number)
{
    return post(arena, "/scrip/v1/customers", "",
                str_format(arena, "{\"id\":\"%.*s\",\"name\":\"Customer %zu\"}",
                           STR_PRINT(customer(arena, number)), number));
}

static struct str ask_grant(struct arena *arena, size_t number)
{
    return post(arena, "/scrip/v1/grants", "",
                str_format(arena,
                           "{\"customer\":\"%.*s\",\"credit_type\":\"" CENTS
                           "\",\"amount\":\"1000000\",\"priority\":%zu}",
                           STR_PRINT(customer(arena, number)), number / CUSTOMERS + 1));
}

/* --- cases --- */

static const struct bench_case {
    const char *name; /* NULL: of no interest */
    struct str (*ask)(struct arena *arena, size_t number);
    size_t together; /* requests in a turn */
    size_t weight;   /* operations of a request */
    int rounds;      /* after one to warm up */
} cases[] = {
    { NULL, ask_customer, TOGETHER, 1, CUSTOMERS / TOGETHER },
    { NULL, ask_grant, TOGETHER, 1, 3 * CUSTOMERS / TOGETHER },
    { "deduction-alone", ask_deduct, 1, 1, 16 },
    { "deduction", ask_deduct, TOGETHER, 1, 8 },
    { "deduction-keyed", ask_keyed, TOGETHER, 1, 8 },
    { "balance", ask_balance, TOGETHER, 1, 4 },
    { "batch-of-1000", ask_batch, 1, BATCH_SIZE, 4 },
};

static void prepare(struct run *run, const struct bench_case *what, size_t first)
{
    arena_reset(&run->texts, SIZE_MAX);
    run->count = what->together;
    for (size_t i = 0; i < run->count; i++) {
        struct ask *ask = &run->asks[i];

        arena_reset(&ask->arena, EXCHANGE_KEEP_BYTES);
        ask->exchange = (struct exchange){ .arena = &ask->arena, .wake = wake };
        ask->bytes = what->ask(&run->texts, first + i);
        assert(ask->bytes.data != NULL);
    }
    clock_manual_set(&run->world->clock, run->world->clock.us + 1000);
}

static void check(const struct run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        const struct ask *ask = &run->asks[i];

        if (ask->exchange.reply.status == 200)
            continue;
        fprintf(stderr, "counts: %.*s\nis answered %.*s\n", STR_PRINT(ask->bytes),
                STR_PRINT(ask->reply));
        exit(1);
    }
}

static void phase(struct run *run, const struct bench_case *what, const char *name,
                  void (*work)(struct run *run), bool counts)
{
    if (!counts) {
        work(run);
        return;
    }
    measured(work, run);
    printf("%s %s %zu\n", what->name, name, what->together * what->weight);
}

static void run_case(struct run *run, const struct bench_case *what)
{
    size_t number = 0;

    for (int round = what->name == NULL ? 1 : 0; round <= what->rounds; round++) {
        bool counts = what->name != NULL && round > 0;

        prepare(run, what, number);
        phase(run, what, "in", come_in, counts);
        phase(run, what, "turn", turn, counts);
        phase(run, what, "out", go_out, counts);
        check(run);
        number += what->together;
    }
}

/* --- the world --- */

static void key_add(const char *directory)
{
    char message[EMBEDDED_MESSAGE_BYTES];
    uint8_t pepper[32];
    struct key key = {
        .client_id = STR("kci_3c90e9ac92c64f31ae8ed84d21e18740"),
        .environment = ENVIRONMENT_TEST,
        .scope = KEY_SCOPE_WRITE,
        .name = STR("bench"),
        .created_at = { .us = NOW },
        .revoked_at = INSTANT_NEVER,
    };

    must(embedded_pepper(directory, pepper, message));
    key.secret_hmac = digest_hmac_sha256(pepper, sizeof pepper, STR(SECRET));
    must(embedded_key_add(directory, &key, message));
}

static void world_open(struct world *world, const char *directory)
{
    struct embedded_options embedded = { .directory = directory };
    char message[EMBEDDED_MESSAGE_BYTES];
    struct ledger_options ledger = { .random = random_seeded(1) };
    struct api_options api = { .version = "bench" };

    key_add(directory);
    clock_manual_init(&world->clock, NOW);
    must(embedded_store_open(&embedded, &world->store, message));
    ledger.store = world->store;
    ledger.clock = &world->clock.clock;
    must(ledger_open(&ledger, &world->ledger));
    api.ledger = world->ledger;
    api.clock = &world->clock.clock;
    must(api_open(&api, &world->api));
    world->handler = api_handler(world->api);
}

static void world_close(struct world *world)
{
    api_close(world->api);
    ledger_close(world->ledger);
    store_close(world->store);
}

int main(int argc, char **argv)
{
    static struct world world;
    static struct run run = { .world = &world };

    if (argc != 2) {
        fprintf(stderr, "usage: counts DIR\n");
        return 2;
    }
    world_open(&world, argv[1]);
    arena_init(&run.texts, REQUEST_ARENA_BYTES_MAX);
    for (size_t i = 0; i < TOGETHER; i++)
        arena_init(&run.asks[i].arena, REQUEST_ARENA_BYTES_MAX);
    for (size_t i = 0; i < array_count(cases); i++)
        run_case(&run, &cases[i]);
    for (size_t i = 0; i < TOGETHER; i++)
        arena_finish(&run.asks[i].arena);
    arena_finish(&run.texts);
    world_close(&world);
    return 0;
}
