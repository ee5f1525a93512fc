/* http/exchange.h - one request and its reply, as they pass between the network and an
 * application.  Knows no sockets and no credit.
 *
 * The network fills in the request, calls handler.start() on its own thread, and sends the
 * reply when the application says EXCHANGE_DONE.  An application that must wait says
 * EXCHANGE_PARKED; when what it waited for has happened it calls exchange->wake() from any
 * thread, then rings the network, once for all that it has woken, and the network calls
 * handler.resume() on the exchange's own thread.  Between PARKED and wake() the exchange, its
 * request and its arena stay valid, also when the peer has gone.
 *
 * Ownership: everything a request points to lives in exchange->arena until the reply is sent.
 * The reply's body may live there too, or be static.
 */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "http/fault.h"

enum http_method {
    HTTP_GET = 1,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS,
    HTTP_OTHER,
};

struct http_header {
    struct str name;  /* as sent; compare with str_equals_ignoring_case() */
    struct str value; /* without surrounding white space */
};

struct request {
    enum http_method method;
    struct str path;  /* as sent, still percent-encoded, without the query: "/v1/credits/a%2Fb" */
    struct str query; /* as sent, without the '?' */
    const struct http_header *headers;
    size_t header_count;
    struct str body; /* whole, de-chunked */
    struct str peer; /* "127.0.0.1", for the audit log */
};

/* The value of the first header of that name, in any letter case; STR_NONE if there is none. */
struct str request_header(const struct request *request, struct str name);
/* How many headers have that name. */
size_t request_header_count(const struct request *request, struct str name);

#define REPLY_HEADERS_MAX 8

struct reply {
    int status;
    struct str content_type;                       /* STR_NONE: no body and none of that header */
    struct http_header headers[REPLY_HEADERS_MAX]; /* beyond those that the network adds */
    size_t header_count;
    struct str body;
};

/* Adds a header; more than REPLY_HEADERS_MAX is a bug.  value is borrowed until sent. */
void reply_header(struct reply *reply, struct str name, struct str value);

enum exchange_step { EXCHANGE_DONE = 1, EXCHANGE_PARKED };

struct exchange {
    struct request request;
    struct reply reply;
    struct arena *arena;
    void (*wake)(struct exchange *exchange); /* any thread, once for each EXCHANGE_PARKED */
    void *parked;                            /* the application's own, while parked */
    unsigned loop_index;                     /* which network thread this exchange lives on, 0.. */
    /* Set by the application before PARKED: about what the request will have taken of memory
     * when its reply is made.  0: little.  The network starts few such requests at once. */
    size_t parked_bytes;
    uint64_t connection;    /* which it came in on: no two since the start have the same */
    _Atomic bool abandoned; /* the peer has gone, nobody will read the reply; for any thread */
};

/* What the network calls, on the exchange's network thread. */
struct handler {
    void *context;
    enum exchange_step (*start)(void *context, struct exchange *exchange);
    enum exchange_step (*resume)(void *context, struct exchange *exchange);
    /* A request could not be read; what is known of it is its path, or "-".  The reply is made
     * already, and may be given other words.  Cannot fail.  May be NULL. */
    void (*refuse)(void *context, struct exchange *exchange, enum fault fault);
    /* This thread has started and resumed all that was there, and will wait: what was gathered is
     * to be handed on.  What is woken meanwhile needs no ringing.  May be NULL. */
    void (*flush)(void *context, unsigned loop_index);
};

/* Percent-decoding for paths and queries, into the arena; a text with nothing to decode is
 * returned as it is.
 *   ERR_MALFORMED  a '%' without two hex digits, or a NUL   ERR_NOMEM */
enum err percent_decode(struct str text, bool plus_is_space, struct arena *arena,
                        struct str *ret) MUST_CHECK;

/* Walks a query string: sets *ret_name and *ret_value (still encoded) and moves *rest on.
 * False at the end. */
bool query_next(struct str *rest, struct str *ret_name, struct str *ret_value);

#endif
