/* http/head.h - the head of a request, taken apart.
 *
 * The library (http-parser) splits the head, and this is the strict face on it: Debian builds
 * it with its own strictness off, so that it takes spaces in header names, bytes beyond ASCII
 * in targets, lone line feeds and folded headers.  Here these are faults, and so is whatever two
 * readers might take for two different requests.
 *
 * Pure but for the arena: any thread.
 */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include "http/exchange.h"
#include "http/fault.h"

/* What the head says about the message and its connection. */
struct head {
    uint64_t body_bytes; /* by Content-Length; 0 without one */
    bool chunked;
    bool keep_alive;
    bool expects_continue;
    bool version_1_0;
};

/* Reads a whole head, from the request line to the empty line, line_count lines before the
 * empty one.  Fills in method, path, query and headers of the request; they point into bytes,
 * which must live in the arena too.  On a fault *request and *ret are in any state. */
enum fault head_read(struct str bytes, size_t line_count, struct arena *arena,
                     struct request *request, struct head *ret) MUST_CHECK;

#endif
