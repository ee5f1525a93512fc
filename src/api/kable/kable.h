/* api/kable/kable.h - the routes of the Kable dialect, and what they share.
 * Thread: the call's (api/call.h). */
#ifndef API_KABLE_KABLE_H
#define API_KABLE_KABLE_H

#include "api/call.h"
#include "api/fields.h"
#include "api/profile.h"
#include "api/secret.h"

#define ROUTE(method, template, access, decode, encode, follow)                                    \
    route_decode kable_decode_##decode;                                                            \
    route_encode kable_encode_##encode;
#include "api/kable/routes.def"
#undef ROUTE
route_follow kable_follow_create_grant;
route_follow kable_follow_customers;
route_follow kable_follow_events;

/* As auth_pair(), but where keys themselves are to be checked also auth_customer(). */
bool kable_authenticate(const struct key_snapshot *keys, const struct request *request,
                        struct instant now, struct caller *ret);

/* For a success without a body. */
route_encode_text kable_encode_empty;

/* Keys just made: their secrets are nowhere else. */
struct kable_keys {
    struct key keys[ENVIRONMENT_COUNT];
    char secrets[ENVIRONMENT_COUNT][SECRET_TEXT_BYTES];
    char ids[ENVIRONMENT_COUNT][KEY_ID_BYTES];
    size_t count;
};
/* NULL, and the reading says why: there is no memory, or the reply would be kept. */
struct kable_keys *kable_keys_make(struct call *call, const enum environment *environments,
                                   size_t count);
/* {environment, clientId, key, created} */
void kable_put_key(struct json_writer *writer, const struct kable_keys *keys, size_t i,
                   struct str client_id, struct instant created_at);
/* What the customer is called here. */
struct str kable_client_id(const struct customer *customer, char text[PREFIXED_ID_SIZE]);

/* US dollars are counted in cents: so many decimals are moved. */
#define KABLE_CENTS_SCALE 2

/* The pages of a list that this dialect gives in one. */
struct kable_page {
    const struct customer *customers;
    size_t count;
    struct kable_page *next;
};
struct kable_pages {
    struct kable_page *first;
    struct kable_page *last;
    size_t count; /* of customers */
};

#endif
