/* ledger/custom_fields.h - custom fields against the list of their keys.
 *
 * A key that was never on the list is refused to those who ask for listed ones only, a removed one
 * to everybody; a value that somebody has already is refused where the key says so.  What
 * somebody has already is not asked about again.
 *
 *   ERR_MALFORMED  *reterr_blame says which field, and why
 *   ERR_NOMEM
 *
 * Thread: the ledger's.
 */
#ifndef LEDGER_CUSTOM_FIELDS_H
#define LEDGER_CUSTOM_FIELDS_H

#include "domain/decision.h"
#include "store/store.h"

struct field_rules {
    struct store *store;
    struct arena *arena;
    struct str entity;            /* of a customer or of a grant */
    enum environment environment; /* whose grants a value must not be of */
    bool only_listed;
};

/* May somebody who has the fields `before` have `after`?  Otherwise a refusal in ret. */
enum err field_rules_check(const struct field_rules *rules, struct str before, struct str after,
                           struct decision *ret, struct blame *reterr_blame) MUST_CHECK;
/* before, with `set` in it. */
enum err field_rules_set(const struct field_rules *rules, struct str before, struct str set,
                         struct str *ret_after, struct decision *ret,
                         struct blame *reterr_blame) MUST_CHECK;
/* before, without the fields of these keys. */
enum err field_rules_delete(const struct field_rules *rules, struct str before,
                            const struct str *keys, size_t key_count, struct str *ret_after,
                            struct blame *reterr_blame) MUST_CHECK;

/* The keys of that entity that were removed: their values are kept, and not shown. */
struct hidden_fields {
    const struct str *keys;
    size_t count;
};
enum err hidden_fields_find(struct store *store, struct str entity, struct arena *arena,
                            struct hidden_fields *ret) MUST_CHECK;
/* Takes them out of *fields. */
enum err hidden_fields_drop(const struct hidden_fields *hidden, struct arena *arena,
                            struct str *fields) MUST_CHECK;

#endif
