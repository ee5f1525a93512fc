/* net/server.h - an HTTP/1.1 server: sockets, threads and timeouts around a handler.
 *
 * A server has a few threads, each with its own listening socket on the same port; the kernel
 * deals connections out among them.  A connection, and every exchange on it, lives on one
 * thread: there the handler is called, see http/exchange.h.  Requests of a connection may be in
 * flight together; their replies leave in the order of the requests, those that are ready
 * together in one write.
 *
 *     struct server *server;
 *     e = server_open(&config, &server, &error);   listens, and serves from here on
 *     server_port(server);                         which port, when config said 0
 *     server_stop(server);                         ends what was accepted, then the threads
 *     ...                                          the application ends its own threads
 *     server_close(server);                        gives everything back
 *
 * The process ignores SIGPIPE from server_open() on, and its limit of open files is raised as
 * far as it may be.  Signals are not delivered to the server's threads.
 *
 * What the network answers by itself is JSON, {"message":"..."}, and ends the connection:
 * requests that cannot be read (http/fault.def).  One that is too large for the memory that is
 * left to all of them is such a request: 503.
 */
#ifndef NET_SERVER_H
#define NET_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include "base/limits.h"
#include "http/exchange.h"
#include "net/counters.h"
#include "net/tls.h"

/* For all but host, thread_count and handler, 0 or NULL means the default. */
struct server_config {
    const char *host;      /* a name or an address to listen at: "127.0.0.1", "::", "localhost" */
    uint16_t port;         /* 0: any that is free */
    unsigned thread_count; /* 1 to NET_THREADS_MAX */
    struct handler handler;
    const char *tls_certificate_path; /* PEM, both or none */
    const char *tls_key_path;
    bool access_log;            /* a line a request: method path status bytes micros */
    unsigned connections_max;   /* a thread; default CONNECTIONS_MAX */
    size_t request_bytes_max;   /* of all requests; default 1 GB */
    int64_t request_timeout_ms; /* a whole head, or 64 kB more of a body; default 10 s */
    int64_t idle_timeout_ms;    /* between requests; default 75 s */
    int64_t write_timeout_ms;   /* the peer takes nothing of a reply; default 30 s */
    int64_t linger_timeout_ms;  /* the peer does not end after us; default 2 s */
    int64_t grace_ms;           /* server_stop() waits no longer than this; default 30 s */
};

struct server;

/* Listens and serves.  config is copied; its texts must stay.
 *   ERR_NOMEM
 *   ERR_BUSY  somebody else listens there
 *   ERR_IO    anything else: the address, the certificate, the key, the machine
 * *reterr is set on every error, for the operator to read. */
enum err server_open(const struct server_config *config, struct server **ret,
                     struct open_error *reterr) MUST_CHECK;

uint16_t server_port(const struct server *server);

/* Any thread, at any time before server_close(). */
void server_counters(struct server *server, struct counters *ret);

/* Any thread, at any time before server_close(): the threads take up the exchanges that were
 * woken.  Once for all that were woken together. */
void server_ring(struct server *server);

/* Takes no more connections, closes those that are idle, answers what has been asked, parked
 * exchanges too, and ends the threads.  What is not done after config.grace_ms is cut off:
 * returns how many exchanges are still parked, or 0.  They stay valid, and may be woken (which
 * does nothing more), until server_close(). */
size_t server_stop(struct server *server);

/* After server_stop(), and after every thread that could wake an exchange has ended. */
void server_close(struct server *server);

#endif
