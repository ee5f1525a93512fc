/* ledger/resolve.h - from what was asked to what the engine understands.
 *
 * Names become numbers, decimals become amounts at the scale of the credit type, "not given"
 * becomes now or a new id.  What cannot be resolved is refused in ret->reject and ret->blame, where
 * blame.field is our own word for the part of the command ("amount", "credit_type",
 * "products", ...), which a dialect puts into its own.
 *
 *   ERR_MALFORMED  the command is wrong in itself; *reterr_blame says where
 *   ERR_IO, ERR_NOMEM, ERR_CORRUPT
 *
 * Thread: the ledger's.
 */
#ifndef LEDGER_RESOLVE_H
#define LEDGER_RESOLVE_H

#include "base/random.h"
#include "domain/decision.h"
#include "store/store.h"

struct resolver {
    struct store *store;
    struct random *random;
    struct arena *arena;
    struct instant now;
};

/* A book command, before its view is loaded: fills in subject and what needs no view. */
enum err resolve_command(const struct resolver *resolver, struct command *command,
                         struct decision *ret, struct blame *reterr_blame) MUST_CHECK;

/* The same command with its view: amounts whose credit type is that of a hold or a deduction, and
 * the custom fields that a grant will have.  Where the view knows neither hold nor deduction,
 * nothing is done; the engine will refuse. */
enum err resolve_by_view(const struct resolver *resolver, const struct view *view,
                         struct command *command, struct decision *ret,
                         struct blame *reterr_blame) MUST_CHECK;

/* What queries need too.  A refusal is returned in *ret_reject. */
enum err resolve_customer(struct store *store, struct str text, struct customer_ref *ret,
                          enum reject *ret_reject) MUST_CHECK;
/* The credit type that text names; where it is empty, that of the customer's only account, or
 * USD (cents) where there is none.  On a refusal ret is NULL, and ret_blame says which it has. */
enum err resolve_credit_type(const struct resolver *resolver, enum environment environment,
                             uint32_t customer, struct str text, const struct credit_type **ret,
                             enum reject *ret_reject, struct blame *ret_blame) MUST_CHECK;

#endif
