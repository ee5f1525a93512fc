/* api/reading.h - what the reading of a request has come to.
 *
 * Decoders read field after field without asking each time how it went: the first thing that is
 * wrong is kept, later ones are not, and one question at the end tells (as with an overflowed
 * writer).  A value that could not be read is left as it was.
 *
 * The texts of a blame are for the caller: "grant_amount.amount" and "must be a number".
 * Thread: that of the request.
 */
#ifndef API_READING_H
#define API_READING_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "domain/id.h"
#include "exact/instant.h"

struct reading {
    struct arena *arena;
    enum err err; /* OK, ERR_MALFORMED with a blame, or ERR_NOMEM */
    struct blame blame;
};

void reading_init(struct reading *reading, struct arena *arena);
bool reading_is_fine(const struct reading *reading);

/* The field is wrong, and this is why. */
void reading_blame(struct reading *reading, struct str field, struct str why);
void reading_out_of_memory(struct reading *reading);

/* How long a text may be.  0: no such bound. */
struct text_rule {
    size_t characters_min;
    size_t characters_max;
    size_t bytes_max;
};
extern const struct text_rule text_free; /* reasons, descriptions */
extern const struct text_rule text_name; /* what people call a thing */
extern const struct text_rule
    text_reference; /* what a request calls a thing by: an id, an alias, a name */
extern const struct text_rule text_alias;
extern const struct text_rule text_uniqueness_key;
extern const struct text_rule text_field_value; /* of a custom field, where it is as Metronome's */

/* The conversions that JSON strings and query parameters share.  field names what text is of. */
void reading_instant(struct reading *reading, struct str field, struct str text,
                     struct instant *ret);
void reading_uuid(struct reading *reading, struct str field, struct str text, struct uuid *ret);
/* Blames what breaks the rule, is not UTF-8, or has control characters but tab and line ends. */
void reading_text(struct reading *reading, struct str field, struct str text,
                  const struct text_rule *rule, struct str *ret);
/* At most that many characters of the text, which is UTF-8. */
struct str text_cut(struct str text, size_t characters);
#define NAME_SHOWN_MAX 64 /* characters of an unknown name that are sent back */

#endif
