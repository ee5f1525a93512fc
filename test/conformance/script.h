/* test/conformance/script.h - a .http file: requests, and the replies that they must get.
 *
 *     # A line of story.
 *     ### what this step is about
 *     @as live                     another key than "test"; "none": no key at all
 *     @now 2024-02-01T00:00:00Z    the clock is set before the request; of the first step: the
 *                                  world begins then
 *     @full                        the next commit meets a full disk
 *     POST /v1/customers
 *     Idempotency-Key: once
 *
 *     {"name": "Acme"}
 *
 *     HTTP 200
 *     content-type: application/json
 *
 *     {"data": {"id": "{{customer}}", "...": true}}
 *
 * {{name}} in a request is what the name stands for.  In an expected text it is compared, or, at
 * its first use, kept; {{*}} is anything.  An expected object has these members and no others,
 * in any order, unless one is called "...".  A number must be written the same.  Steps share a
 * world and names, from the top of a file to its end.
 */
#ifndef TEST_CONFORMANCE_SCRIPT_H
#define TEST_CONFORMANCE_SCRIPT_H

#include "base/arena.h"
#include "http/exchange.h"

#define SCRIPT_HEADERS_MAX 16

struct step {
    struct step *next;
    int line; /* of its title */
    struct str title;
    struct str key; /* "" by default */
    struct str now;
    bool disk_is_full;
    struct str method;
    struct str target;
    struct http_header headers[SCRIPT_HEADERS_MAX];
    size_t header_count;
    struct str body;
    int status;
    struct http_header expected_headers[SCRIPT_HEADERS_MAX];
    size_t expected_header_count;
    struct str expected_body; /* empty: not looked at */
};

/* NULL, with *reterr_line, where the text is not of that form. */
struct step *script_parse(struct str text, struct arena *arena, size_t *ret_count,
                          int *reterr_line);

#endif
