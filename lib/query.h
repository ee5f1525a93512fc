/* query.h - the path and query of a request, percent-encoded into an arena. */
#ifndef LIB_QUERY_H
#define LIB_QUERY_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/str.h"

struct query {
    struct arena *arena;
    struct str text; /* with a NUL behind it; data is NULL once there was no memory */
    bool has_params;
};

/* Template is a path, and may have a query; a "{}" in it stands for segment, which is encoded. */
void query_init(struct query *query, struct arena *arena, const char *template,
                const char *segment);
void query_add(struct query *query, const char *name, struct str value);

#endif
