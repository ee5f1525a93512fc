/* test/conformance/match.h - does a reply say what was expected?  And the names that stand for
 * parts of replies. */
#ifndef TEST_CONFORMANCE_MATCH_H
#define TEST_CONFORMANCE_MATCH_H

#include <stdbool.h>
#include "base/arena.h"
#include "json/read.h"

#define NAMES_MAX 64

struct names {
    struct arena *arena; /* outlives the replies */
    struct str names[NAMES_MAX];
    struct str values[NAMES_MAX];
    size_t count;
};

/* text with each {{name}} in it replaced.  data NULL: a name stands for nothing. */
struct str names_replace(const struct names *names, struct str text);

/* expected: one {{name}} with any text around it, or plain text. */
bool match_text(struct names *names, struct str expected, struct str got);

/* False: *reterr_where is the path to what differs. */
bool match_json(struct names *names, const struct json *expected, const struct json *got,
                struct str path, struct str *reterr_where);

#endif
