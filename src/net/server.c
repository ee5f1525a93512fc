#include "net/server.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>
#include "net/listen.h"
#include "net/loop.h"

struct server {
    struct server_config config;
    struct tls *tls;
    struct arena_budget memory; /* of the requests */
    uint16_t port;
    bool stopped;
    unsigned loop_count; /* that loop_init() has made */
    struct loop loops[];
};

static int64_t or_default(int64_t value, int64_t otherwise)
{
    assert(value >= 0);
    return value == 0 ? otherwise : value;
}

static void defaults_fill(struct server_config *config)
{
    assert(config->host != NULL);
    assert(config->thread_count >= 1);
    assert(config->thread_count <= NET_THREADS_MAX);
    assert(config->handler.start != NULL);
    assert(config->handler.resume != NULL);
    if (config->connections_max == 0)
        config->connections_max = CONNECTIONS_MAX;
    if (config->request_bytes_max == 0)
        config->request_bytes_max = REQUESTS_BYTES_MAX_DEFAULT;
    config->request_timeout_ms = or_default(config->request_timeout_ms, INT64_C(10000));
    config->idle_timeout_ms = or_default(config->idle_timeout_ms, INT64_C(75000));
    config->write_timeout_ms = or_default(config->write_timeout_ms, INT64_C(30000));
    config->linger_timeout_ms = or_default(config->linger_timeout_ms, INT64_C(2000));
    config->grace_ms = or_default(config->grace_ms, INT64_C(30000));
}

static void process_set_up(void)
{
    struct rlimit files;

    signal(SIGPIPE, SIG_IGN);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files); /* too few: accepting says so */
    }
}

static enum err tls_set_up(struct server *server, struct open_error *reterr)
{
    const struct server_config *config = &server->config;

    if (config->tls_certificate_path == NULL && config->tls_key_path == NULL)
        return OK;
    if (config->tls_certificate_path == NULL || config->tls_key_path == NULL) {
        snprintf(reterr->text, sizeof reterr->text, "TLS needs both a certificate and its key");
        return ERR_IO;
    }
    return tls_open(config->tls_certificate_path, config->tls_key_path, &server->tls, reterr);
}

static enum err loops_set_up(struct server *server, struct open_error *reterr)
{
    const unsigned count = server->config.thread_count;
    int fds[NET_THREADS_MAX];
    enum err e =
        listen_bind(server->config.host, server->config.port, count, fds, &server->port, reterr);
    unsigned i;

    if (e != OK)
        return e;
    for (i = 0; i < count && e == OK; i++) {
        e = loop_init(&server->loops[i], &server->config, server->tls, &server->memory, i, fds[i],
                      reterr);
        if (e == OK)
            server->loop_count++;
    }
    for (; i < count; i++)
        close(fds[i]);
    return e;
}

static void thread_main(void *argument)
{
    struct loop *loop = argument;
    char name[16];

    snprintf(name, sizeof name, "net-%u", loop->index);
    (void)pthread_setname_np(pthread_self(), name);
    loop_run(loop);
}

/* Starts one thread a loop, with all signals blocked: they are for the main thread.  Returns
 * how many have started. */
static unsigned threads_start(struct server *server)
{
    sigset_t all, before;
    unsigned started = 0;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (started < server->loop_count &&
           uv_thread_create(&server->loops[started].thread, thread_main, &server->loops[started]) ==
               0)
        started++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

static void threads_stop(struct server *server, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        loop_stop(&server->loops[i]);
    for (unsigned i = 0; i < count; i++)
        uv_thread_join(&server->loops[i].thread);
    server->stopped = true;
}

static void memory_set_up(struct server *server)
{
    size_t limit = server->config.request_bytes_max;
    size_t spare = limit / 4 < REQUESTS_SPARE_BYTES_MAX ? limit / 4 : REQUESTS_SPARE_BYTES_MAX;

    arena_budget_init(&server->memory, limit, EXCHANGE_KEEP_BYTES, spare);
}

enum err server_open(const struct server_config *config, struct server **ret,
                     struct open_error *reterr)
{
    size_t size = sizeof(struct server) + config->thread_count * sizeof(struct loop);
    struct server *server = calloc(1, size);
    unsigned started;
    enum err e = ERR_NOMEM;

    snprintf(reterr->text, sizeof reterr->text, "out of memory");
    if (server == NULL)
        return ERR_NOMEM;
    server->config = *config;
    server->stopped = true; /* until it runs */
    defaults_fill(&server->config);
    memory_set_up(server);
    process_set_up();
    e = tls_set_up(server, reterr);
    if (e == OK)
        e = loops_set_up(server, reterr);
    if (e != OK)
        goto out;
    started = threads_start(server);
    if (started < server->loop_count) {
        threads_stop(server, started);
        snprintf(reterr->text, sizeof reterr->text, "cannot start a thread");
        e = ERR_IO;
        goto out;
    }
    server->stopped = false;
    *ret = server;
out:
    if (e != OK)
        server_close(server);
    return e;
}

uint16_t server_port(const struct server *server)
{
    return server->port;
}

void server_counters(struct server *server, struct counters *ret)
{
    *ret = (struct counters){ .values = { 0 } };
    for (unsigned i = 0; i < server->loop_count; i++)
        counters_add_loop(ret, &server->loops[i].counters);
}

void server_ring(struct server *server)
{
    for (unsigned i = 0; i < server->loop_count; i++)
        loop_ring(&server->loops[i]);
}

size_t server_stop(struct server *server)
{
    size_t parked = 0;

    assert(!server->stopped);
    threads_stop(server, server->loop_count);
    for (unsigned i = 0; i < server->loop_count; i++)
        parked += server->loops[i].turns.taken_count;
    return parked;
}

void server_close(struct server *server)
{
    assert(server->stopped);
    for (unsigned i = 0; i < server->loop_count; i++)
        loop_finish(&server->loops[i]);
    tls_close(server->tls);
    arena_budget_finish(&server->memory);
    free(server);
}
