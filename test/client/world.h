/* world.h - a client, the scripted server that it talks to, and what its hook has seen. */
#ifndef CLIENT_WORLD_H
#define CLIENT_WORLD_H

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/check.h"
#include "scrip.h"
#include "server.h"

#define SECRET "sk_test.aaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define EVENTS_MAX 64

struct seen {
    enum scrip_event_kind kind;
    int attempt;
    int http_status;
    enum scrip_outcome outcome;
    int64_t delay_ms;
    bool tells_secret;
};

struct world {
    struct server *server;
    struct scrip_client *client;
    struct scrip_error error;
    struct seen events[EVENTS_MAX];
    size_t event_count;
    size_t cancels_at_retry; /* number n, from 1: its delay is known, and not waited for */
    size_t retry_count;
};

/* options: what differs from the world's own, which retries after a millisecond; NULL: nothing. */
void world_open(struct world *world, const struct act *acts, size_t act_count,
                const struct scrip_options *options);
void world_close(struct world *world);

/* The simplest call with the outcome expected of it; a mutation if asked. */
void world_ask(struct world *world, enum scrip_outcome expected);
void world_mutate(struct world *world, const struct scrip_call *call, enum scrip_outcome expected);

/* With a server that says this once. */
void world_open_one(struct world *world, const char *reply);
/* The one request that was sent: "POST /v1/x" and its body. */
void world_wrote(struct world *world, const char *line, const char *body);
void world_ok(const struct world *world, enum scrip_outcome outcome);
void decimal_is(struct scrip_decimal decimal, const char *text);
void instant_is(struct scrip_instant instant, const char *text);

/* The nth event of the kind, from 0; fails when there is none. */
const struct seen *world_event(const struct world *world, enum scrip_event_kind kind, size_t n);

#define BOOK_BODY "{\"sequence\":7,\"hash\":\"ab\",\"at\":null}"
#define BOOK REPLY("200 OK", "", BOOK_BODY)
#define CUSTOMER REPLY("200 OK", "", "{\"id\":\"u\"}")
#define FAILED(status, headers) REPLY(status, headers, "{\"message\":\"words\"} ")

#endif
