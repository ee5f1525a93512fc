/* api/origin.h - where a request comes from, for the audit log; and what it is called.  Pure. */
#ifndef API_ORIGIN_H
#define API_ORIGIN_H

#include "domain/trail.h"
#include "http/exchange.h"

#define REQUEST_ID_SIZE 36 /* "req_" and 32 hex digits */

/* run: of the server, the same for all its requests; number: of the request. */
struct str request_id_format(uint64_t run, uint64_t number, char ret_text[REQUEST_ID_SIZE]);

/* Borrowed from the exchange.  Also makes the fingerprint, so that the ledger need not. */
struct origin origin_of(const struct exchange *exchange, uint64_t run, uint64_t number);

#endif
