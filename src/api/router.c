#include "api/router.h"

#include "api/call.h"

static bool is_param(struct str segment)
{
    return segment.len > 2 && segment.data[0] == '{' && segment.data[segment.len - 1] == '}';
}

/* Fails only for a table that we have written wrongly. */
static void template_split(struct str template, struct path *ret)
{
    struct str rest = template;

    assert(str_starts_with(template, STR("/")));
    rest = str_skip(rest, 1);
    ret->count = 0;
    while (rest.data != NULL) {
        struct str segment = str_split(rest, '/', &rest);

        assert(segment.len > 0);
        assert(ret->count < ROUTE_SEGMENTS_MAX);
        ret->segments[ret->count++] = is_param(segment) ? STR_NONE : segment;
    }
}

enum err router_init(struct router *router, const struct route *routes, size_t count,
                     struct arena *arena)
{
    struct route_shape *shapes = arena_new(arena, struct route_shape, count);

    if (shapes == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < count; i++)
        template_split(routes[i].template, &shapes[i].path);
    *router = (struct router){ .routes = routes, .shapes = shapes, .count = count };
    return OK;
}

enum err path_split(struct str path, struct arena *arena, struct path *ret)
{
    struct path split = { .count = 0 };
    struct str rest = path;
    enum err e;

    if (!str_starts_with(path, STR("/")))
        return ERR_MALFORMED;
    rest = str_skip(rest, 1);
    while (rest.data != NULL) {
        struct str segment = str_split(rest, '/', &rest);

        if (split.count == ROUTE_SEGMENTS_MAX) {
            split.count = 0;
            break;
        }
        e = percent_decode(segment, false, arena, &split.segments[split.count]);
        if (e == OK && !str_is_utf8(split.segments[split.count]))
            e = ERR_MALFORMED;
        if (e != OK)
            return e;
        split.count++;
    }
    *ret = split;
    return OK;
}

static bool shape_matches(const struct route_shape *shape, const struct path *path)
{
    if (shape->path.count != path->count)
        return false;
    for (size_t i = 0; i < path->count; i++) {
        struct str wanted = shape->path.segments[i];

        if (path->segments[i].len == 0)
            return false;
        if (wanted.len > 0 && !str_equals(wanted, path->segments[i]))
            return false;
    }
    return true;
}

static void params_take(const struct route_shape *shape, const struct path *path,
                        struct str ret[ROUTE_PARAMS_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < path->count; i++) {
        if (shape->path.segments[i].len > 0)
            continue;
        assert(count < ROUTE_PARAMS_MAX);
        ret[count++] = path->segments[i];
    }
}

struct route_found router_find(const struct router *router, enum http_method method,
                               const struct path *path)
{
    struct route_found found = { .match = ROUTE_UNKNOWN };

    if (path->count == 0)
        return found;
    if (method == HTTP_HEAD)
        method = HTTP_GET;
    for (size_t i = 0; i < router->count; i++) {
        const struct route *route = &router->routes[i];

        if (!shape_matches(&router->shapes[i], path))
            continue;
        if (route->method == method) {
            found = (struct route_found){ .match = ROUTE_FOUND, .route = route };
            params_take(&router->shapes[i], path, found.params);
            return found;
        }
        found.match = ROUTE_METHOD_WRONG;
        found.methods |= 1u << route->method;
    }
    return found;
}

struct str methods_format(unsigned methods, struct arena *arena)
{
    bool get = (methods & 1u << HTTP_GET) != 0;
    bool post = (methods & 1u << HTTP_POST) != 0;

    assert(get || post);
    assert((methods & ~(1u << HTTP_GET | 1u << HTTP_POST)) == 0);
    return str_format(arena, "%s%s%s", get ? "GET, HEAD" : "", get && post ? ", " : "",
                      post ? "POST" : "");
}
