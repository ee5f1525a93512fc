/* domain/custom_fields.h - the custom fields of a customer or a grant.
 *
 * They travel and are kept as one text: a flat JSON object of strings without white space, as
 * json/write.h writes it, where a text has one spelling only.  So keys and values are compared as
 * they stand between their quotes, and nothing here has to know what an escape means.  No fields
 * are "{}" or nothing at all.  Pure.
 */
#ifndef DOMAIN_CUSTOM_FIELDS_H
#define DOMAIN_CUSTOM_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct custom_field {
    struct str key;
    struct str value;
};

/* Takes the next field off *rest, which is the whole text at first.  False: there is none, or
 * what follows is not one. */
bool custom_fields_next(struct str *rest, struct custom_field *ret);
size_t custom_fields_count(struct str fields);
/* False: there is none of that key. */
bool custom_fields_find(struct str fields, struct str key, struct str *ret_value);

/* before with the fields of `set`: those of the same key are replaced, the others stay.
 * ERR_NOMEM */
enum err custom_fields_set(struct str before, struct str set, struct arena *arena,
                           struct str *ret) MUST_CHECK;
/* before without the fields of these keys, of which it need not have any.  ERR_NOMEM */
enum err custom_fields_without(struct str before, const struct str *keys, size_t key_count,
                               struct arena *arena, struct str *ret) MUST_CHECK;

#endif
