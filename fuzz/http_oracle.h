/* fuzz/http_oracle.h - a request as http-parser alone reads it. */
#ifndef FUZZ_HTTP_ORACLE_H
#define FUZZ_HTTP_ORACLE_H

#include "base/str.h"

/* Where the first request of the bytes ends; 0: it is not taken.  ret_body has room for as many
 * bytes. */
size_t http_oracle(struct str bytes, char *ret_body, size_t *ret_body_bytes);

#endif
