/* endpoint.h - the calls as a table, and what does them. */
#ifndef LIB_ENDPOINT_H
#define LIB_ENDPOINT_H

#include "lib/client.h"
#include "lib/shape.h"

struct endpoint {
    const char *method;
    const char *path;    /* "{}" stands for the id or name that is given with the call */
    const char *subject; /* what the "{}" is called, for messages; NULL without one */
    bool is_mutation;
    bool is_once; /* a mutation that takes no idempotency key, and is not tried again */
    const struct shape *query; /* of params; NULL: nothing of them goes there */
    const struct shape *body;
    const struct shape *result; /* of a list: of its items */
    const char *envelope;       /* the member that the result is in; NULL: it is the whole */
    /* Lists only */
    const char *cursor_param;
    const char *cursor_member;
};

/* params may be NULL where nothing in them is needed.  ret is the address of a pointer to a struct
 * of the result's shape. */
enum scrip_outcome endpoint_call(struct scrip_client *client, const struct endpoint *endpoint,
                                 const char *subject, const void *params,
                                 const struct scrip_call *call, void *ret,
                                 struct scrip_error *error) MUST_CHECK;

/* The request, its texts in the arena. */
enum scrip_outcome endpoint_request(const struct endpoint *endpoint, const char *subject,
                                    const void *params, const struct scrip_call *call,
                                    struct arena *arena, struct request *ret,
                                    struct scrip_error *error) MUST_CHECK;

/* A list; see list.c. */
enum scrip_outcome endpoint_list(struct scrip_client *client, const struct endpoint *endpoint,
                                 const char *subject, const void *params,
                                 const struct scrip_call *call, struct scrip_list **ret,
                                 struct scrip_error *error) MUST_CHECK;
/* ret as above.  USAGE: the items are others than the endpoint's. */
enum scrip_outcome endpoint_next(struct scrip_list *list, const struct endpoint *endpoint,
                                 void *ret, struct scrip_error *error) MUST_CHECK;

#endif
