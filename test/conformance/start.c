/* test/conformance/start.c - a server that starts while memory runs out, at its first piece, its
 * second, ... until it is up: it says so, and leaves nothing behind. */
#include <stdio.h>
#include <stdlib.h>
#include "api/api.h"
#include "ledger/ledger.h"
#include "net/server.h"
#include "scarcity.h"
#include "store/memory/memory.h"

/* What is up; NULL what is not. */
struct service {
    struct clock_manual clock;
    struct store *store;
    struct ledger *ledger;
    struct api *api;
    struct server *server;
};

static enum err open_server(struct service *service)
{
    struct server_config config = {
        .host = "127.0.0.1",
        .thread_count = 2,
        .handler = api_handler(service->api),
    };
    struct open_error error;

    return server_open(&config, &service->server, &error);
}

static enum err start(struct service *service)
{
    struct ledger_options ledger = { .clock = &service->clock.clock, .random = random_seeded(1) };
    struct api_options api = { .clock = &service->clock.clock, .version = "test" };
    enum err e = memory_store_open(&service->store);

    ledger.store = service->store;
    if (e == OK)
        e = ledger_open(&ledger, &service->ledger);
    api.ledger = service->ledger;
    if (e == OK)
        e = api_open(&api, &service->api);
    return e == OK ? open_server(service) : e;
}

static void stop(struct service *service)
{
    if (service->server != NULL) {
        (void)server_stop(service->server);
        server_close(service->server);
    }
    if (service->api != NULL)
        api_close(service->api);
    if (service->ledger != NULL)
        ledger_close(service->ledger);
    if (service->store != NULL)
        store_close(service->store);
}

/* How many pieces a start takes. */
static long starts_or_says_so(bool lasts)
{
    long at = 0;
    enum err e;

    do {
        struct service service = { .store = NULL };
        long live = scarcity.live;

        clock_manual_init(&service.clock, INT64_C(1767225600000000));
        scarcity_start(++at, lasts);
        e = start(&service);
        (void)scarcity_stop();
        assert(e == OK || e == ERR_NOMEM);
        assert(if_then(e == OK, !scarcity.met));
        stop(&service);
        assert(scarcity.live == live);
    } while (e != OK);
    return at - 1;
}

int main(void)
{
    for (int i = 0; i < 2; i++) {
        long pieces = starts_or_says_so(i == 1);

        assert(pieces > 5);
        printf("ok %d - a start wants for one of %ld pieces%s\n", i + 1, pieces,
               i == 1 ? " and all after it" : "");
    }
    printf("1..2\n");
    return EXIT_SUCCESS;
}
