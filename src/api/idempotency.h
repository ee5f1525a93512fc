/* api/idempotency.h - the Idempotency-Key header (rule 11).
 *
 * Two fingerprints: of the environment and the key, under which the ledger keeps the receipt; and
 * of the request, byte for byte, by which it knows a retry from a reuse.  Any thread.
 */
#ifndef API_IDEMPOTENCY_H
#define API_IDEMPOTENCY_H

#include "base/digest.h"
#include "domain/environment.h"
#include "http/exchange.h"

struct idempotency {
    bool given;
    struct digest key;
    struct digest request;
};

bool idempotency_key_is_fine(struct str key);
/* Of one command of a group: its own key, which is fine, and itself as it was written. */
struct idempotency idempotency_of_part(enum environment environment, struct str key,
                                       struct str text);

/* ERR_MALFORMED  the key is not 1 to 255 printable ASCII characters, or is given twice */
enum err idempotency_read(const struct request *request, enum environment environment,
                          struct idempotency *ret, struct blame *reterr_blame) MUST_CHECK;

#endif
