/* ledger/aliases.h - what else a customer may be called: unique among all customers.
 * Thread: the ledger's. */
#ifndef LEDGER_ALIASES_H
#define LEDGER_ALIASES_H

#include "store/store.h"

struct aliases {
    struct str client_id; /* one of them that stays; empty: there is none */
    const struct str *texts;
    size_t count;
};

/* Fills in texts and count: those asked for, each once, in the order given, and client_id.
 *   ERR_MALFORMED  one is empty or too long, or there are too many   ERR_NOMEM */
enum err aliases_collect(struct aliases *aliases, const struct str *asked, size_t asked_count,
                         struct arena *arena, struct blame *reterr_blame) MUST_CHECK;

/* Does any of them name a customer other than owner? */
enum err aliases_are_taken(const struct aliases *aliases, struct store *store, uint32_t owner,
                           bool *ret) MUST_CHECK;

#endif
