/* api/api.h - the faces of the ledger: three dialects over one set of commands and queries.
 *
 * start() recognises the route and the caller, decodes the request into a job and submits it;
 * the exchange is parked until the ledger has answered.  resume() encodes the answer.  Whatever
 * needs no ledger (health, metrics, what is refused at once) is answered in start().
 *
 * Thread: the handler may run on any number of network threads at once; open and close belong to
 * the thread that starts and stops the server.  Close only when no exchange is parked.
 */
#ifndef API_API_H
#define API_API_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "http/exchange.h"

struct api;
struct clock;
struct ledger;

struct api_options {
    struct ledger *ledger; /* borrowed until api_close */
    struct clock *clock;
    bool kable_contract_b; /* a POST of the Kable dialect that succeeds says 201 instead of 200 */
    /* Prometheus text about the network, made in the arena; may be NULL.  Called on network
     * threads. */
    struct str (*write_network_metrics)(void *context, struct arena *arena);
    void *context;
    const char *version; /* borrowed */
};

/* ERR_NOMEM */
enum err api_open(const struct api_options *options, struct api **ret) MUST_CHECK;
struct handler api_handler(struct api *api);
void api_close(struct api *api);

#endif
