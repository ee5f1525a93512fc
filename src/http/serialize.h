/* http/serialize.h - a reply's head as bytes.
 *
 * The caller brings the memory: serialize_size_max() says how much.  The body is not touched;
 * the caller sends it behind the head, when serialize_has_body() says so.  Pure: any thread.
 */
#ifndef HTTP_SERIALIZE_H
#define HTTP_SERIALIZE_H

#include "http/exchange.h"

/* What the reply says about the connection's future. */
enum persistence {
    PERSISTENCE_IMPLIED = 1, /* HTTP/1.1: the connection stays open, and nobody need say so */
    PERSISTENCE_KEPT,        /* HTTP/1.0 that asked for it: "Connection: keep-alive" */
    PERSISTENCE_ENDS,        /* "Connection: close" */
};

/* False for the statuses whose replies end with the head, and for HEAD. */
bool serialize_has_body(const struct reply *reply, enum http_method method);

/* Enough for the head of this reply. */
size_t serialize_size_max(const struct reply *reply);

/* Writes the status line, Date (unless date is empty), Content-Type, Content-Length, the
 * reply's own headers, Connection, and the empty line.  Control characters in header values
 * become spaces: nobody's text can begin a new line here.  Returns the bytes written. */
size_t serialize_head(const struct reply *reply, enum persistence persistence, struct str date,
                      char *ret);

#endif
