/* test/conformance/world.h - a whole server but for its sockets: the api over a ledger over a
 * store of either kind, with a clock that stands still until it is set.
 *
 * Requests are made by hand, and the ledger is turned by hand until the reply is there. */
#ifndef TEST_CONFORMANCE_WORLD_H
#define TEST_CONFORMANCE_WORLD_H

#include "api/api.h"
#include "ledger/ledger.h"
#include "place.h"
#include "store/memory/memory.h"
#include "store/operations.h"

#define WORLD_START STR("2024-01-15T12:00:00Z")

struct world_options {
    bool kable_contract_b;
    bool embedded;    /* else in memory */
    struct str start; /* empty: WORLD_START */
};

struct world {
    struct clock_manual clock;
    bool embedded;
    struct place place;                 /* embedded */
    struct store_operations operations; /* the store's, but for a disk that may be full */
    struct store *store;
    struct ledger *ledger;
    struct api *api;
};

/* A key that the world knows. */
struct world_key {
    struct str name; /* "test", "live", "read", "admin", "revoked", "slow": two requests a second */
    struct str client_id;
    struct str secret;
};
/* NULL: there is no such key. */
const struct world_key *world_key(struct str name);

void world_open(struct world *world, const struct world_options *options);
void world_close(struct world *world);

/* The next commit meets a full disk. */
void world_fill_disk(void);

void world_set_clock(struct world *world, struct instant now);

/* The reply's texts live in the arena, as the request's must. */
struct reply world_ask(struct world *world, const struct request *request, struct arena *arena);

#endif
