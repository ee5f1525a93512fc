#include "daemon/metrics.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include "net/server.h"

#define METRICS_BYTES 8192

struct text {
    char *data;
    size_t len;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format, ...)
{
    va_list arguments;
    int len;

    va_start(arguments, format);
    len = vsnprintf(text->data + text->len, METRICS_BYTES - text->len, format, arguments);
    va_end(arguments);
    assert(len >= 0);
    assert((size_t)len < METRICS_BYTES - text->len); /* the lists are short and fixed */
    text->len += (size_t)len;
}

struct str metrics_of_network(void *context, struct arena *arena)
{
    struct metrics_source *source = context;
    struct server *server = atomic_load(&source->server);
    struct counters counters;
    struct text text = { .data = NULL };

    if (server == NULL)
        return STR_NONE;
    text.data = arena_take(arena, METRICS_BYTES);
    if (text.data == NULL)
        return STR_NONE;
    server_counters(server, &counters);
    for (int i = 0; i < COUNTER_COUNT; i++) {
        const char *metric = counter_metric((enum counter)i);

        add(&text,
            "# HELP scrip_net_%s %s\n# TYPE scrip_net_%s counter\nscrip_net_%s %" PRIu64 "\n",
            metric, counter_help((enum counter)i), metric, metric, counters.values[i]);
    }
    add(&text,
        "# HELP scrip_net_connections Connections open now\n"
        "# TYPE scrip_net_connections gauge\nscrip_net_connections %" PRIu64 "\n",
        counters.values[COUNTER_CONNECTIONS_ACCEPTED] -
            counters.values[COUNTER_CONNECTIONS_CLOSED]);
    add(&text, "# HELP scrip_net_faults_total Requests that could not be read, by status\n"
               "# TYPE scrip_net_faults_total counter\n");
    for (int i = FAULT_NONE + 1; i < FAULT_COUNT; i++) {
        if (counters.faults[i] > 0)
            add(&text, "scrip_net_faults_total{fault=\"%s\",status=\"%d\"} %" PRIu64 "\n",
                fault_name((enum fault)i), fault_status((enum fault)i), counters.faults[i]);
    }
    return (struct str){ .data = text.data, .len = text.len };
}
