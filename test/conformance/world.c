#include "world.h"

#include "base/limits.h"

#define TURNS_MAX 1000

static const struct world_key keys[] = {
    { STR_INIT("test"), STR_INIT("kci_3c90e9ac92c64f31ae8ed84d21e18740"),
      STR_INIT("sk_test.jI92Cbu0.XeHWdYM1VTLy4oLtGMw8wrmpt5q9d04n") },
    { STR_INIT("live"), STR_INIT("kci_3c90e9ac92c64f31ae8ed84d21e18743"),
      STR_INIT("sk_live.M1VTLy4o.qAbs56udYLtGMw6war2gImpt5qjI92Ck") },
    { STR_INIT("read"), STR_INIT("kci_7a11e9ac92c64f31ae8ed84d21e18741"),
      STR_INIT("My Bearer Token") },
    { STR_INIT("admin"), STR_INIT("kci_1ad9e9ac92c64f31ae8ed84d21e18744"),
      STR_INIT("sk_test.admin000.XeHWdYM1VTLy4oLtGMw8wrmpt5q9d04n") },
    { STR_INIT("revoked"), STR_INIT("kci_9b22e9ac92c64f31ae8ed84d21e18742"),
      STR_INIT("sk_test.revoked0.XeHWdYM1VTLy4oLtGMw8wrmpt5q9d04n") },
    { STR_INIT("slow"), STR_INIT("kci_5c33e9ac92c64f31ae8ed84d21e18743"),
      STR_INIT("sk_test.slow0000.XeHWdYM1VTLy4oLtGMw8wrmpt5q9d04n") },
};

const struct world_key *world_key(struct str name)
{
    for (size_t i = 0; i < array_count(keys); i++)
        if (str_equals(keys[i].name, name))
            return &keys[i];
    return NULL;
}

static void must(enum err e)
{
    assert(e == OK);
}

static void key_add(struct world *world, const struct key *key)
{
    char message[EMBEDDED_MESSAGE_BYTES];
    struct key copy = *key;

    if (world->embedded)
        must(embedded_key_add(world->place.directory, &copy, message));
    else
        must(memory_store_key_add(world->store, key));
}

static enum key_scope scope_of(struct str name)
{
    if (str_equals(name, STR("read")))
        return KEY_SCOPE_READ;
    return str_equals(name, STR("admin")) ? KEY_SCOPE_ADMIN : KEY_SCOPE_WRITE;
}

static void add_keys(struct world *world, struct instant now)
{
    uint8_t pepper[32];

    store_pepper(world->store, pepper);
    for (size_t i = 0; i < array_count(keys); i++) {
        const struct world_key *key = &keys[i];
        struct key row = {
            .client_id = key->client_id,
            .environment = str_equals(key->name, STR("live")) ? ENVIRONMENT_LIVE : ENVIRONMENT_TEST,
            .scope = scope_of(key->name),
            .name = key->name,
            .secret_hmac = digest_hmac_sha256(pepper, sizeof(pepper), key->secret),
            .created_at = now,
            .requests_per_second = str_equals(key->name, STR("slow")) ? 2 : 0,
            .revoked_at = str_equals(key->name, STR("revoked")) ? now : INSTANT_NEVER,
        };

        key_add(world, &row);
    }
}

/* --- a full disk --- */

static const struct store_operations *real_operations;
static bool disk_is_full;

void world_fill_disk(void)
{
    disk_is_full = true;
}

static enum err commit(struct store *store, struct instant now)
{
    if (!disk_is_full)
        return real_operations->commit(store, now);
    disk_is_full = false;
    real_operations->abort(store);
    return ERR_FULL;
}

static void store_make(struct world *world)
{
    if (world->embedded) {
        place_make(&world->place);
        world->store = place_open(&world->place);
    } else {
        must(memory_store_open(&world->store));
    }
    disk_is_full = false;
    real_operations = world->store->operations;
    world->operations = *real_operations;
    world->operations.commit = commit;
    world->store->operations = &world->operations;
}

/* --- life --- */

void world_open(struct world *world, const struct world_options *options)
{
    struct ledger_options ledger = { .random = random_seeded(1) };
    struct api_options api = {
        .kable_contract_b = options->kable_contract_b,
        .version = "test",
    };
    struct instant now;

    must(instant_parse(options->start.len > 0 ? options->start : WORLD_START, INSTANT_ZONE_NEEDED,
                       &now));
    clock_manual_init(&world->clock, now.us);
    world->embedded = options->embedded;
    store_make(world);
    add_keys(world, now);
    ledger.store = world->store;
    ledger.clock = &world->clock.clock;
    must(ledger_open(&ledger, &world->ledger));
    api.ledger = world->ledger;
    api.clock = &world->clock.clock;
    must(api_open(&api, &world->api));
}

void world_close(struct world *world)
{
    api_close(world->api);
    ledger_close(world->ledger);
    store_close(world->store);
    if (world->embedded)
        place_remove(&world->place);
}

void world_set_clock(struct world *world, struct instant now)
{
    clock_manual_set(&world->clock, now.us);
}

/* An exchange, and whether it was woken. */
struct asking {
    struct exchange exchange;
    bool is_awake;
};

static void wake(struct exchange *exchange)
{
    ((struct asking *)exchange)->is_awake = true;
}

struct reply world_ask(struct world *world, const struct request *request, struct arena *arena)
{
    struct asking asking = {
        .exchange = { .request = *request, .arena = arena, .wake = wake },
    };
    struct handler handler = api_handler(world->api);
    enum exchange_step step = handler.start(handler.context, &asking.exchange);

    while (step == EXCHANGE_PARKED) {
        handler.flush(handler.context, 0);
        for (int turns = 0; !asking.is_awake; turns++) {
            assert(turns < TURNS_MAX);
            (void)ledger_turn(world->ledger);
        }
        asking.is_awake = false;
        step = handler.resume(handler.context, &asking.exchange);
    }
    return asking.exchange.reply;
}
