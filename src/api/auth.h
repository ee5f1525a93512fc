/* api/auth.h - who is asking.
 *
 * A secret is looked up by its HMAC under the directory's pepper: what is compared is never the
 * secret itself.  A key that is revoked by now opens nothing, and a customer's own nothing but
 * auth_customer().  Pure over a snapshot of the keys; any thread.
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

/* Does it come with "Authorization: Bearer ...", whatever that opens? */
bool auth_is_bearer(const struct request *request);

/* "Authorization: Bearer <secret>", the scheme in any letter case.  A secret may have spaces
 * inside.  False: there is none, or it opens nothing. */
bool auth_bearer(const struct key_snapshot *keys, const struct request *request, struct instant now,
                 struct caller *ret);

/* Kable-Client-Id and Kable-Client-Secret, which must be of the same key. */
bool auth_pair(const struct key_snapshot *keys, const struct request *request, struct instant now,
               struct caller *ret);

/* X-API-KEY, which is the secret of a customer's own key, of the environment of a business's key
 * with that Kable-Client-Id; or the business's own secret.  X-CLIENT-ID, where it is given, must
 * name the same customer, or the same business. */
bool auth_customer(const struct key_snapshot *keys, const struct request *request,
                   struct instant now, struct caller *ret);

#endif
