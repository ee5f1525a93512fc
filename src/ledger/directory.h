/* ledger/directory.h - commands on what both books share: customers, credit types, products.
 *
 * They write no entries.  Ids, aliases and the names of credit types and products are unique.
 *
 *   ERR_MALFORMED  the command is wrong in itself; *reterr_blame says where
 *   ERR_IO, ERR_NOMEM, ERR_CORRUPT, ERR_FULL
 */
#ifndef LEDGER_DIRECTORY_H
#define LEDGER_DIRECTORY_H

#include "base/random.h"
#include "domain/decision.h"
#include "store/store.h"

struct directory {
    struct store *store;
    struct random *random;
    struct arena *arena;
    struct instant now;
    bool changed; /* out: the store was told to change something, also when it failed */
};

enum err directory_execute(struct directory *directory, const struct command *command,
                           struct decision *ret, struct blame *reterr_blame) MUST_CHECK;

#endif
