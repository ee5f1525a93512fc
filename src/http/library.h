/* http/library.h - http-parser, behind our words: splits the headers of a complete head.
 *
 * The only place that knows the library.  It is lenient, and Debian builds it with its own
 * strictness off; http/head.c has refused before what must not reach it, and judges after.
 * Pure: any thread.
 */
#ifndef HTTP_LIBRARY_H
#define HTTP_LIBRARY_H

#include "http/exchange.h"
#include "http/fault.h"

struct library_head {
    struct str target;
    struct http_header *headers; /* the caller's, with room for header_max */
    size_t header_max;
    size_t header_count;
    bool keep_alive;
};

/* Reads the request line and headers in bytes, up to and with the empty line.  Values come
 * without surrounding white space. */
enum fault library_read(struct str bytes, struct library_head *head) MUST_CHECK;

#endif
