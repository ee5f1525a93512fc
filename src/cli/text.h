/* cli/text.h - values as people read them.
 *
 * What a server says is not trusted with the terminal: control characters become "?".  Results
 * live in the arena; when that is full they are "".
 */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include "base/arena.h"
#include "scrip.h"

const char *text_shown(const char *text, struct arena *arena); /* NULL gives "" */
const char *text_decimal(struct scrip_decimal decimal, struct arena *arena);
const char *text_instant(struct scrip_instant instant, struct arena *arena); /* without .000 */
const char *text_integer(struct scrip_integer integer, struct arena *arena);
const char *text_joined(const char *const *texts, size_t count, struct arena *arena);
const char *text_pairs(const struct scrip_pair *pairs, size_t count, struct arena *arena);

/* How many columns it takes: one a character, which is right for most scripts. */
size_t text_width(const char *text);

#endif
