/* daemon/serve.c - scrip serve: wires the store, the ledger, the dialects and the network.
 *
 * Started from the bottom up and stopped from the top down: the network answers what it has
 * accepted, then the ledger ends, then the store writes its state and closes.
 */
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "api/api.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "daemon/commands.h"
#include "daemon/metrics.h"
#include "daemon/options.h"
#include "daemon/process.h"
#include "ledger/ledger.h"
#include "net/server.h"
#include "store/embedded/embedded.h"

#define HOST_SIZE 256
#define TIMEOUT_SECONDS_MAX 86400
#define REQUEST_MEMORY_MB_MIN 16
#define REQUEST_MEMORY_MB_MAX (1 << 20)

/* The command line as it was given, then as it was understood. */
struct serve_flags {
    const char *data, *listen, *threads, *tls_cert, *tls_key, *kable_contract, *receipt_hours;
    const char *request_memory;
    const char *request_timeout, *idle_timeout, *write_timeout;
    bool access_log, core_dumps;
    char host[HOST_SIZE];
    int64_t port, thread_count, receipt_hour_count;
    int64_t request_memory_mb;
    int64_t request_timeout_s, idle_timeout_s, write_timeout_s;
    bool kable_contract_b;
};

/* What runs; NULL what does not (yet, or any more). */
struct service {
    struct store *store;
    struct ledger *ledger;
    struct api *api;
    struct server *server;
    struct metrics_source metrics;
};

/* "127.0.0.1:8080", "[::1]:8080", ":8080" (every address). */
static bool read_listen(const char *text, struct serve_flags *flags)
{
    const char *colon = strrchr(text, ':');
    const char *host = text;
    size_t len;

    if (colon == NULL) {
        fprintf(stderr, "scrip: --listen takes HOST:PORT, not \"%s\"\n", text);
        return false;
    }
    len = (size_t)(colon - text);
    if (len >= 2 && host[0] == '[' && host[len - 1] == ']') {
        host++;
        len -= 2;
    }
    if (len >= HOST_SIZE) {
        fprintf(stderr, "scrip: the host in --listen is too long\n");
        return false;
    }
    if (len == 0)
        memcpy(flags->host, "0.0.0.0", sizeof("0.0.0.0"));
    else
        memcpy(flags->host, host, len);
    return option_number("listen HOST:PORT", colon + 1, 0, 65535, &flags->port);
}

static bool read_contract(const char *text, bool *ret_is_b)
{
    if (strcmp(text, "a") != 0 && strcmp(text, "b") != 0) {
        fprintf(stderr, "scrip: --kable-contract is a or b, not \"%s\"\n", text);
        return false;
    }
    *ret_is_b = text[0] == 'b';
    return true;
}

/* What clients may cost. */
static bool read_bounds(struct serve_flags *flags)
{
    return option_number("request-memory", flags->request_memory, REQUEST_MEMORY_MB_MIN,
                         REQUEST_MEMORY_MB_MAX, &flags->request_memory_mb) &&
           option_number("request-timeout", flags->request_timeout, 1, TIMEOUT_SECONDS_MAX,
                         &flags->request_timeout_s) &&
           option_number("idle-timeout", flags->idle_timeout, 1, TIMEOUT_SECONDS_MAX,
                         &flags->idle_timeout_s) &&
           option_number("write-timeout", flags->write_timeout, 1, TIMEOUT_SECONDS_MAX,
                         &flags->write_timeout_s);
}

static enum options_outcome read_flags(int count, char **arguments, struct serve_flags *flags)
{
    const struct option list[] = {
        { "data", "DIR", "the data directory; made if there is none", &flags->data, NULL },
        { "listen", "HOST:PORT", "where to listen; port 0 takes a free one", &flags->listen, NULL },
        { "threads", "N", "network threads", &flags->threads, NULL },
        { "tls-cert", "FILE", "PEM certificate chain: speak TLS", &flags->tls_cert, NULL },
        { "tls-key", "FILE", "PEM key of the certificate", &flags->tls_key, NULL },
        { "access-log", NULL, "log a line a request", NULL, &flags->access_log },
        { "core-dumps", NULL, "allow them, and debuggers: secrets stand in them", NULL,
          &flags->core_dumps },
        { "receipt-hours", "N", "how long idempotency keys are kept", &flags->receipt_hours, NULL },
        { "request-memory", "MB", "of all large requests together; beyond: 503",
          &flags->request_memory, NULL },
        { "request-timeout", "SECONDS", "for a whole head, or 64 kB more of a body",
          &flags->request_timeout, NULL },
        { "idle-timeout", "SECONDS", "between two requests of a connection", &flags->idle_timeout,
          NULL },
        { "write-timeout", "SECONDS", "for a client to take more of a reply", &flags->write_timeout,
          NULL },
        { "kable-contract", "a|b", "a: Kable's POSTs answer 200; b: 201", &flags->kable_contract,
          NULL },
    };
    const struct options options = {
        .usage = "scrip serve [--data DIR] [--listen HOST:PORT] [--threads N]",
        .about =
            "Runs the server until SIGTERM or SIGINT, which let it finish what it has accepted.",
        .list = list,
        .count = array_count(list),
    };
    int words;
    enum options_outcome outcome = options_read(&options, count, arguments, 0, &words);

    if (outcome != OPTIONS_READ)
        return outcome;
    if (!read_listen(flags->listen, flags) ||
        !option_number("threads", flags->threads, 1, NET_THREADS_MAX, &flags->thread_count) ||
        !option_number("receipt-hours", flags->receipt_hours, RECEIPT_HOURS_MIN, INT64_C(24) * 365,
                       &flags->receipt_hour_count) ||
        !read_bounds(flags) || !read_contract(flags->kable_contract, &flags->kable_contract_b))
        return OPTIONS_WRONG;
    if ((flags->tls_cert == NULL) != (flags->tls_key == NULL)) {
        fprintf(stderr, "scrip: --tls-cert and --tls-key go together\n");
        return OPTIONS_WRONG;
    }
    return OPTIONS_READ;
}

/* On the ledger's thread.  What was acknowledged is on disk; nothing else may be answered. */
static void ledger_failed(void *context, enum err e)
{
    log_line(LOG_ERROR, "ledger",
             "the book cannot be written (%s); stopping at once, to recover on "
             "the next start",
             err_name(e));
    _exit(EXIT_WORLD);
}

static void ledger_halted(void *context, enum err why)
{
    (void)context;
    if (why == OK)
        log_line(LOG_INFO, "ledger", "changes are taken again");
    else if (why == ERR_FULL)
        log_line(LOG_ERROR, "ledger", "the disk is full: changes get 507 until there is room");
    else
        log_line(LOG_ERROR, "ledger", "out of memory: changes get 503 until there is some");
}

/* On the ledger's and the reader's threads. */
static void ledger_batch_done(void *context)
{
    struct service *service = context;
    struct server *server = atomic_load(&service->metrics.server);

    if (server != NULL) /* without one there is nobody who asks */
        server_ring(server);
}

/* A book that does not add up opens no better the next time: EXIT_NO tells systemd not to try. */
static bool open_store(const struct serve_flags *flags, struct service *service, int *ret_code)
{
    const struct embedded_options options = { .directory = flags->data };
    char message[EMBEDDED_MESSAGE_BYTES] = "";
    unsigned mode;
    enum err e = embedded_store_open(&options, &service->store, message);

    if (e != OK) {
        log_line(LOG_ERROR, "store", "cannot open %s", message);
        *ret_code = e == ERR_CORRUPT ? EXIT_NO : EXIT_WORLD;
        return false;
    }
    if (process_shares(flags->data, &mode))
        log_line(LOG_WARNING, "store", "others have rights to %s (mode %04o): chmod 0700 it",
                 flags->data, mode);
    return true;
}

static bool open_ledger(const struct serve_flags *flags, struct service *service)
{
    const struct ledger_options options = {
        .store = service->store,
        .clock = clock_system(),
        .random = random_system(),
        .receipt_retention = { .us = flags->receipt_hour_count * SPAN_US_PER_HOUR },
        .batch_done = ledger_batch_done,
        .failed = ledger_failed,
        .halted = ledger_halted,
        .context = service,
    };
    enum err e = ledger_open(&options, &service->ledger);

    if (e == OK)
        e = ledger_start(service->ledger);
    if (e != OK)
        log_line(LOG_ERROR, "ledger", "cannot start: %s", err_name(e));
    return e == OK;
}

static bool open_api(const struct serve_flags *flags, struct service *service)
{
    const struct api_options options = {
        .ledger = service->ledger,
        .clock = clock_system(),
        .kable_contract_b = flags->kable_contract_b,
        .write_network_metrics = metrics_of_network,
        .context = &service->metrics,
        .version = SCRIP_VERSION,
    };
    enum err e = api_open(&options, &service->api);

    if (e != OK)
        log_line(LOG_ERROR, "api", "cannot start: %s", err_name(e));
    return e == OK;
}

static bool open_server(const struct serve_flags *flags, struct service *service)
{
    const struct server_config config = {
        .host = flags->host,
        .port = (uint16_t)flags->port,
        .thread_count = (unsigned)flags->thread_count,
        .handler = api_handler(service->api),
        .tls_certificate_path = flags->tls_cert,
        .tls_key_path = flags->tls_key,
        .access_log = flags->access_log,
        .request_bytes_max = (size_t)flags->request_memory_mb << 20,
        .request_timeout_ms = flags->request_timeout_s * 1000,
        .idle_timeout_ms = flags->idle_timeout_s * 1000,
        .write_timeout_ms = flags->write_timeout_s * 1000,
    };
    struct open_error error;

    if (server_open(&config, &service->server, &error) != OK) {
        log_line(LOG_ERROR, "net", "%s", error.text);
        return false;
    }
    atomic_store(&service->metrics.server, service->server);
    return true;
}

/* Signals that end the server; blocked in every thread, and waited for by the first. */
static sigset_t ending_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return set;
}

static void serve_until_signalled(const struct serve_flags *flags, struct service *service)
{
    sigset_t set = ending_signals();
    bool bracket = strchr(flags->host, ':') != NULL;
    int number;

    printf("listening on %s://%s%s%s:%u\n", flags->tls_cert != NULL ? "https" : "http",
           bracket ? "[" : "", flags->host, bracket ? "]" : "", server_port(service->server));
    fflush(stdout);
    process_notify("READY=1");
    while (sigwait(&set, &number) != 0) {
    }
    log_line(LOG_INFO, "serve", "%s: finishing what was accepted", strsignal(number));
    process_notify("STOPPING=1");
}

static void close_all(struct service *service)
{
    size_t parked = service->server != NULL ? server_stop(service->server) : 0;

    if (parked > 0)
        log_line(LOG_WARNING, "net", "%zu requests were cut off unanswered", parked);
    if (service->ledger != NULL)
        ledger_stop(service->ledger);
    if (service->server != NULL)
        server_close(service->server);
    if (service->api != NULL)
        api_close(service->api);
    if (service->ledger != NULL)
        ledger_close(service->ledger);
    if (service->store != NULL)
        store_close(service->store);
}

int command_serve(int count, char **arguments)
{
    struct serve_flags flags = {
        .data = DATA_DIRECTORY_DEFAULT,
        .listen = "127.0.0.1:8080",
        .threads = "2",
        .kable_contract = "a",
        .receipt_hours = "72",
        .request_memory = "1024",
        .request_timeout = "10",
        .idle_timeout = "75",
        .write_timeout = "30",
    };
    struct service service = { .store = NULL };
    sigset_t set = ending_signals();
    int code = EXIT_WORLD;
    enum options_outcome outcome = read_flags(count, arguments, &flags);

    _Static_assert(RECEIPT_HOURS_DEFAULT == 72, "the default above");
    _Static_assert(REQUESTS_BYTES_MAX_DEFAULT >> 20 == 1024, "the default above");
    if (outcome != OPTIONS_READ)
        return outcome == OPTIONS_HELPED ? EXIT_WELL : EXIT_USAGE;
    if (!flags.core_dumps)
        process_seal();
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (open_store(&flags, &service, &code) && open_ledger(&flags, &service) &&
        open_api(&flags, &service) && open_server(&flags, &service)) {
        serve_until_signalled(&flags, &service);
        code = EXIT_WELL;
    }
    close_all(&service);
    return code;
}
