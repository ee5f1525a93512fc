/* api/origin.h - where a request comes from, for the audit log; and what it is called. */
#ifndef API_ORIGIN_H
#define API_ORIGIN_H

#include "base/limits.h"
#include "domain/trail.h"
#include "http/exchange.h"

#define REQUEST_ID_SIZE 36 /* "req_" and 32 hex digits */

/* run: of the server, the same for all its requests; number: of the request. */
struct str request_id_format(uint64_t run, uint64_t number, char ret_text[REQUEST_ID_SIZE]);

#define ORIGIN_IP_BYTES_MAX 63u
#define ORIGIN_AGENT_BYTES_MAX ((size_t)4 * USER_AGENT_CHARACTERS_MAX)

/* The source that was seen last and its fingerprint: mostly the next request has the same.  Of one
 * thread each; all zero at first. */
struct origin_last {
    struct index_key fingerprint;
    size_t used;
    /* its run, its address, a NUL, its user agent */
    char bytes[sizeof(uint64_t) + ORIGIN_IP_BYTES_MAX + 1 + ORIGIN_AGENT_BYTES_MAX];
};

/* Borrowed from the exchange.  Also makes the fingerprint, so that the ledger need not. */
struct origin origin_of(const struct exchange *exchange, uint64_t run, uint64_t number,
                        struct origin_last *last);

#endif
