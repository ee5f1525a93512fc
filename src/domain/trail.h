/* domain/trail.h - who did what, when, from where: what the audit log is made of.
 *
 * An entry of the book says who asked (its key), from where (its source) and in which request, so
 * the book is its own log.  What the directory was asked to change is in a log of lines.
 * Both name sources by number; there are few, since all requests of one client to one run of the
 * server come from one source.
 */
#ifndef DOMAIN_TRAIL_H
#define DOMAIN_TRAIL_H

#include <stdint.h>
#include "base/index.h"
#include "base/str.h"
#include "exact/instant.h"

/* Where requests come from. */
struct source {
    uint32_t number;       /* from 1; 0: not known */
    uint64_t run;          /* of the server: the first half of the ids of its requests */
    struct str ip;         /* or empty */
    struct str user_agent; /* or empty */
};

/* Where one request comes from, as a command carries it. */
struct origin {
    struct source source;         /* its number is not known yet */
    struct index_key fingerprint; /* of the source; 0: there is nothing to know */
    uint64_t request;             /* the second half of the request's id */
};

/* One change of the directory. */
struct log_line {
    uint64_t number;   /* from 1, without gaps */
    struct instant at; /* never decreases along the log */
    uint32_t key;
    uint32_t source;
    uint64_t request;
    struct str action;        /* "create_customer" */
    struct str resource_type; /* "customer" */
    struct str resource_id;
};

/* Lines with after < number <= until; about that resource, where one is named. */
struct log_range {
    uint64_t after;
    uint64_t until;
    bool newest_first;
    struct str resource_type; /* empty: all */
    struct str resource_id;
};

#endif
