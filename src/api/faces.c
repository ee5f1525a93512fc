#include "api/faces.h"

#include <inttypes.h>
#include "api/openapi.h"
#include "ledger/ledger.h"

#define TYPE_JSON STR("application/json")
#define TYPE_TEXT STR("text/plain; charset=utf-8")
#define TYPE_METRICS STR("text/plain; version=0.0.4; charset=utf-8")

typedef struct reply face_answer(const struct api_options *options,
                                 const struct exchange *exchange);

/* Says nothing of the ledger: the process is up and its loops turn. */
static struct reply healthz(const struct api_options *options, const struct exchange *exchange)
{
    return (struct reply){
        .status = 200,
        .content_type = TYPE_JSON,
        .body = STR("{\"status\":\"ok\"}"),
    };
}

static struct reply readyz(const struct api_options *options, const struct exchange *exchange)
{
    bool is_ready = ledger_is_ready(options->ledger);

    return (struct reply){
        .status = is_ready ? 200 : 503,
        .content_type = TYPE_JSON,
        .body = is_ready ? STR("{\"status\":\"ready\"}") : STR("{\"status\":\"not ready\"}"),
    };
}

struct metric {
    const char *name;
    const char *type;
    const char *help;
    uint64_t value;
};

/* Empty when the arena is full: the page as a whole says so then. */
static struct str metrics_text(const struct metric *metrics, size_t count, struct arena *arena)
{
    struct str text = STR("");

    for (size_t i = 0; i < count && text.data != NULL; i++) {
        const struct metric *metric = &metrics[i];

        text =
            str_format(arena, "%.*s# HELP scrip_%s %s\n# TYPE scrip_%s %s\nscrip_%s %" PRIu64 "\n",
                       STR_PRINT(text), metric->name, metric->help, metric->name, metric->type,
                       metric->name, metric->value);
    }
    return text;
}

static struct str ledger_metrics(struct ledger *ledger, struct arena *arena)
{
    struct ledger_counters c;

    ledger_counters(ledger, &c);
    {
        const struct metric metrics[] = {
            { "ready", "gauge", "1 when the book can be written.", ledger_is_ready(ledger) },
            { "ledger_batches_total", "counter", "Commits tried.", c.batches },
            { "ledger_jobs_total", "counter", "Jobs taken from the inbox.", c.jobs },
            { "ledger_commands_total", "counter", "Commands executed.", c.commands },
            { "ledger_refusals_total", "counter", "Commands refused.", c.refusals },
            { "ledger_queries_total", "counter", "Queries answered.", c.queries },
            { "ledger_entries_total", "counter", "Entries written.", c.entries },
            { "ledger_replays_total", "counter", "Replies given again from a receipt.", c.replays },
            { "ledger_busy_total", "counter", "Jobs turned away by a full inbox.", c.busy },
            { "ledger_commit_microseconds_total", "counter", "Time spent in commits.",
              c.commit_us },
            { "ledger_inbox_jobs", "gauge", "Jobs waiting now.", c.inbox },
            { "ledger_batch_jobs_max", "gauge", "The largest batch so far.", c.batch_max },
        };

        return metrics_text(metrics, array_count(metrics), arena);
    }
}

static struct reply metrics(const struct api_options *options, const struct exchange *exchange)
{
    struct arena *arena = exchange->arena;
    struct str ledger = ledger_metrics(options->ledger, arena);
    struct str network = STR("");
    struct str version = options->version != NULL ? str_from_c(options->version) : STR("unknown");
    struct str text;

    if (options->write_network_metrics != NULL)
        network = options->write_network_metrics(options->context, arena);
    text = str_format(arena,
                      "# HELP scrip_build_info What is running.\n# TYPE scrip_build_info gauge\n"
                      "scrip_build_info{version=\"%.*s\"} 1\n%.*s%.*s",
                      STR_PRINT(version), STR_PRINT(ledger), STR_PRINT(network));
    if (ledger.data == NULL || network.data == NULL || text.data == NULL)
        return (
            struct reply){ .status = 503, .content_type = TYPE_TEXT, .body = STR("no memory\n") };
    return (struct reply){ .status = 200, .content_type = TYPE_METRICS, .body = text };
}

static struct reply openapi(const struct api_options *options, const struct exchange *exchange)
{
    struct str known = request_header(&exchange->request, STR("If-None-Match"));
    struct reply reply = { .status = 304 };

    if (!str_equals(known, openapi_etag))
        reply = (struct reply){
            .status = 200,
            .content_type = TYPE_JSON,
            .body = openapi_document,
        };
    reply_header(&reply, STR("ETag"), openapi_etag);
    return reply;
}

static const struct {
    struct str path;
    face_answer *answer;
} faces[] = {
    { STR_INIT("/healthz"), healthz },
    { STR_INIT("/readyz"), readyz },
    { STR_INIT("/metrics"), metrics },
    { STR_INIT("/openapi.json"), openapi },
};

bool faces_answer(const struct api_options *options, struct exchange *exchange)
{
    const struct request *request = &exchange->request;

    for (size_t i = 0; i < array_count(faces); i++) {
        if (!str_equals(request->path, faces[i].path))
            continue;
        if (request->method == HTTP_GET || request->method == HTTP_HEAD) {
            exchange->reply = faces[i].answer(options, exchange);
        } else {
            exchange->reply = (struct reply){ .status = 405 };
            reply_header(&exchange->reply, STR("Allow"), STR("GET, HEAD"));
        }
        return true;
    }
    return false;
}
