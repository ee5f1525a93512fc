/* ledger/directory.h - commands on what both books share: customers, credit types, products.
 *
 * They write no entries.  Ids, aliases and the names of credit types and products are unique.
 *
 *   ERR_MALFORMED  the command is wrong in itself; *reterr_blame says where
 *   ERR_IO, ERR_NOMEM, ERR_CORRUPT, ERR_FULL
 *
 * Thread: the ledger's.
 */
#ifndef LEDGER_DIRECTORY_H
#define LEDGER_DIRECTORY_H

#include "base/random.h"
#include "ledger/keys.h"
#include "domain/decision.h"
#include "store/store.h"

struct directory {
    struct store *store;
    struct random *random;
    struct arena *arena;
    struct instant now;
    const struct key_snapshot *keys; /* as they were committed last */
    bool changed;                    /* out: the store was told to change something */
    bool keys_changed;               /* out: keys among it, or what their customers are called */
};

enum err directory_execute(struct directory *directory, const struct command *command,
                           struct decision *ret, struct blame *reterr_blame) MUST_CHECK;

/* Fills in ret->customer_row as it is, or refuses; one that was erased is unknown. */
enum err directory_customer_find(struct directory *directory, struct str text,
                                 struct decision *ret) MUST_CHECK;

/* directory_keys.c: keys, and usage that was not deducted. */
enum err directory_keys_add(struct directory *directory, uint32_t customer, const struct key *keys,
                            size_t count) MUST_CHECK;
enum err directory_keys_revoke(struct directory *directory,
                               const struct key_revocation *revocation) MUST_CHECK;
enum err directory_key_create(struct directory *directory, const struct key_create *asked,
                              struct decision *ret) MUST_CHECK;
enum err directory_key_revoke(struct directory *directory, const struct key_revoke *asked,
                              struct decision *ret) MUST_CHECK;
enum err directory_usage_record(struct directory *directory, const struct command *command,
                                struct decision *ret) MUST_CHECK;

#endif
