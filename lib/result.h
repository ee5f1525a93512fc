/* result.h - what a call hands out: a struct that owns all that it points to.
 *
 * One arena a result.  In front of the struct lies a tag that leads back to the result, so that
 * scrip_free() takes the struct itself. */
#ifndef LIB_RESULT_H
#define LIB_RESULT_H

#include "base/arena.h"
#include "lib/client.h"
#include "lib/error.h"
#include "lib/shape.h"

struct result {
    struct arena arena;
    struct scrip_reply reply; /* texts live in the arena, but for the body */
    struct bytes body;
};

/* Takes the response's body over. */
struct result *result_make(const struct request *request, struct response *response) MUST_CHECK;
void result_finish(struct result *result);

/* Room for what is handed out; NULL: no memory. */
void *result_payload(struct result *result, size_t size) MUST_CHECK;

/* Parses the result's body into nodes; the error says what is wrong with it. */
enum scrip_outcome result_parse(const struct result *result, const struct response *response,
                                struct arena *nodes, const struct json **ret,
                                struct scrip_error *error) MUST_CHECK;

/* The reply is not what it should be: adds to the error, which says why, what is known of the
 * reply, its body included. */
void result_complain(struct result *result, struct scrip_error *error);

#endif
