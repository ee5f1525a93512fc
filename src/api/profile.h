/* api/profile.h - what is kept of a customer beyond the facts that all dialects share: a JSON
 * object in the directory, which the ledger does not look into.  Pure; any thread. */
#ifndef API_PROFILE_H
#define API_PROFILE_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct profile {
    struct str currency;           /* "USD": what the customer is charged in */
    struct str stripe_customer_id; /* or empty */
    struct str billing_contact;    /* a JSON object, or empty */
    struct str metadata;           /* the same */
};

#define PROFILE_CURRENCY_DEFAULT STR("USD")
bool profile_has_currency(struct str code); /* one of those that the Kable API knows */

/* What is empty is left out.  ERR_NOMEM */
enum err profile_write(const struct profile *profile, struct arena *arena,
                       struct str *ret) MUST_CHECK;
/* The members of before that given does not have, and those of given: a customer_update's
 * profile_merge.  ERR_NOMEM */
enum err profile_merge(struct str before, struct str given, struct arena *arena,
                       struct str *ret) MUST_CHECK;
/* What the text does not say is as by default.  ERR_NOMEM */
enum err profile_read(struct str text, struct arena *arena, struct profile *ret) MUST_CHECK;

#endif
