/* test/conformance/wire.h - what passes over a connection, in between. */
#ifndef TEST_CONFORMANCE_WIRE_H
#define TEST_CONFORMANCE_WIRE_H

#include "http/exchange.h"

/* The request, written as a client sends it and read as the server does.  In the arena. */
struct request wire_request(const struct request *request, struct str method, struct arena *arena);
/* The reply, written as the server sends it and read as a client does. */
struct reply wire_reply(const struct reply *reply, enum http_method method, struct arena *arena);

#endif
