/* api/auth.h - who is asking.
 *
 * A secret is looked up by its HMAC under the directory's pepper; what is compared, in constant
 * time, is never the secret itself.  A revoked key, and a customer's own key, open nothing.
 * Pure over a snapshot of the keys; any thread.
 */
#ifndef API_AUTH_H
#define API_AUTH_H

#include <stdbool.h>
#include "http/exchange.h"
#include "ledger/ledger.h"

struct caller {
    uint32_t key; /* its number */
    enum environment environment;
    enum key_scope scope;
    uint32_t requests_per_second; /* 0: no limit */
};

/* "Authorization: Bearer <secret>", the scheme in any letter case.  A secret may have spaces
 * inside.  False: there is none, or it opens nothing. */
bool auth_bearer(const struct key_snapshot *keys, const struct request *request,
                 struct caller *ret);

/* Kable-Client-Id and Kable-Client-Secret, which must be of the same key. */
bool auth_pair(const struct key_snapshot *keys, const struct request *request, struct caller *ret);

#endif
