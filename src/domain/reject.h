/* domain/reject.h - why the ledger says no.  The list is domain/reject.def.  Static; any thread. */
#ifndef DOMAIN_REJECT_H
#define DOMAIN_REJECT_H

#include "base/str.h"

enum reject {
    REJECT_NONE = 0,
#define REJECT(name, http_status, title) REJECT_##name,
#include "domain/reject.def"
#undef REJECT
    REJECT_COUNT
};

struct str reject_name(enum reject reject); /* "BALANCE_EXCEEDED"; "" for NONE */
struct str reject_title(enum reject reject);
int reject_status(enum reject reject); /* the native API's HTTP status */

#endif
