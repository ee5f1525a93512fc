/* http/parse.h - bytes of a connection to requests, one after the other.
 *
 * Feed it what has come, from the first byte that it has not taken yet.  It takes nothing of a
 * head before the head is complete, so the connection's buffer must hold
 * REQUEST_HEAD_BYTES_MAX; a body it takes as it comes.  It stops behind the last byte of a
 * request: what follows belongs to the next.
 *
 * Everything of a request is copied into the arena once: the head as it is, and the body
 * without its chunks.  One thread at a time.
 */
#ifndef HTTP_PARSE_H
#define HTTP_PARSE_H

#include "http/chunked.h"
#include "http/exchange.h"
#include "http/fault.h"
#include "http/head.h"

enum parse_step {
    PARSE_MORE = 1, /* the request is not complete; feed again when more has come */
    PARSE_DONE,     /* *request is complete */
    PARSE_FAULT,    /* parse->fault says why; the connection cannot be read on */
};

enum parse_state {
    PARSE_HEAD = 1,
    PARSE_BODY, /* by Content-Length */
    PARSE_BODY_CHUNKED,
    PARSE_ENDED, /* by PARSE_DONE or PARSE_FAULT; parse_init() comes next */
};

struct parse {
    enum parse_state state;
    enum fault fault;
    struct head head;  /* filled in when state is past PARSE_HEAD */
    size_t line_start; /* in a head that is not complete, */
    size_t scanned;    /* so that no byte is looked at twice */
    size_t line_count;
    unsigned blank_lines; /* in front of the request line */
    struct chunked_body chunked;
    char *body;
    size_t body_bytes;
    size_t body_size; /* of the memory at body */
};

/* Before every request. */
void parse_init(struct parse *parse);

/* *ret_taken, never more than bytes.len, is also set on PARSE_MORE. */
enum parse_step parse_feed(struct parse *parse, struct str bytes, struct arena *arena,
                           struct request *request, size_t *ret_taken) MUST_CHECK;

/* True when the client waits for "100 Continue" before it sends the body. */
bool parse_wants_continue(const struct parse *parse);

#endif
