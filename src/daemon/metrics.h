/* daemon/metrics.h - what the network has counted, as Prometheus text for GET /metrics. */
#ifndef DAEMON_METRICS_H
#define DAEMON_METRICS_H

#include "base/arena.h"
#include "base/str.h"

struct server;

/* The api is there before the server is: it looks here. */
struct metrics_source {
    _Atomic(struct server *) server; /* NULL: not yet listening */
};

/* context is a struct metrics_source.  STR_NONE when there is no server yet, or no room in the
 * arena.  Any thread. */
struct str metrics_of_network(void *context, struct arena *arena);

#endif
