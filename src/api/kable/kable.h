/* api/kable/kable.h - the routes of the Kable dialect, and what they share. */
#ifndef API_KABLE_KABLE_H
#define API_KABLE_KABLE_H

#include "api/call.h"
#include "api/fields.h"
#include "api/profile.h"

#define ROUTE(method, template, access, decode, encode, follow)                                    \
    route_decode kable_decode_##decode;                                                            \
    route_encode kable_encode_##encode;
#include "api/kable/routes.def"
#undef ROUTE
route_follow kable_follow_create_grant;
route_follow kable_follow_customers;

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
