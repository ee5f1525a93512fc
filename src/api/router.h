/* api/router.h - from method and path to a route.
 *
 * Templates are split once, when the table is made.  A path is split at its slashes first and
 * decoded after, so that a name with an encoded slash in it stays one segment.  Where two
 * templates match, the earlier one in the table wins.  Pure after router_init(); any thread.
 */
#ifndef API_ROUTER_H
#define API_ROUTER_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "http/exchange.h"

#define ROUTE_SEGMENTS_MAX 8u /* our longest template has 6 */
#define ROUTE_PARAMS_MAX 2u

struct route;

struct path {
    struct str segments[ROUTE_SEGMENTS_MAX]; /* decoded */
    size_t count;
};

/* A template, split: a segment of length 0 stands for a parameter. */
struct route_shape {
    struct path path;
};

struct router {
    const struct route *routes;
    struct route_shape *shapes; /* one for each route */
    size_t count;
};

enum route_match {
    ROUTE_FOUND = 1,
    ROUTE_METHOD_WRONG, /* the path is known, but not with this method */
    ROUTE_UNKNOWN,
};

struct route_found {
    enum route_match match;
    const struct route *route;           /* FOUND */
    struct str params[ROUTE_PARAMS_MAX]; /* FOUND: in the order of the template, never empty */
    unsigned methods;                    /* METHOD_WRONG: bit 1 << method for each that is served */
};

/* The shapes live in the arena, the routes are borrowed.  ERR_NOMEM */
enum err router_init(struct router *router, const struct route *routes, size_t count,
                     struct arena *arena) MUST_CHECK;

/* Splits and decodes.  A path with more segments than any template has *ret->count 0.
 *   ERR_MALFORMED  a '%' without two hex digits, a NUL, or what is not UTF-8   ERR_NOMEM */
enum err path_split(struct str path, struct arena *arena, struct path *ret) MUST_CHECK;

/* HEAD finds what GET finds. */
struct route_found router_find(const struct router *router, enum http_method method,
                               const struct path *path);

/* "GET, HEAD, POST" for an Allow header; data is NULL when the arena is full. */
struct str methods_format(unsigned methods, struct arena *arena);

#endif
