/* store/book/copy.h - deep copies into an arena: every text and list that the struct points to.
 *
 *   ERR_NOMEM  the arena is full; *ret is untouched
 *
 * Any thread; the arena is its own.
 */
#ifndef STORE_BOOK_COPY_H
#define STORE_BOOK_COPY_H

#include "store/store.h"

/* An absent text stays absent. */
enum err copy_text(struct str text, struct arena *arena, struct str *ret) MUST_CHECK;
enum err copy_facts(const struct facts *facts, struct arena *arena,
                    const struct facts **ret) MUST_CHECK; /* NULL gives NULL */
enum err copy_customer(const struct customer *customer, struct arena *arena,
                       struct customer *ret) MUST_CHECK;
enum err copy_product(const struct product *product, struct arena *arena,
                      struct product *ret) MUST_CHECK;
enum err copy_key(const struct key *key, struct arena *arena, struct key *ret) MUST_CHECK;
enum err copy_usage_event(const struct usage_event *event, struct arena *arena,
                          struct usage_event *ret) MUST_CHECK;
enum err copy_source(const struct source *source, struct arena *arena,
                     struct source *ret) MUST_CHECK;
enum err copy_line(const struct log_line *line, struct arena *arena,
                   struct log_line *ret) MUST_CHECK;
enum err copy_receipt(const struct receipt *receipt, struct arena *arena,
                      struct receipt *ret) MUST_CHECK;
/* products and rollover too. */
enum err copy_grant(const struct grant *grant, struct arena *arena, struct grant *ret) MUST_CHECK;

#endif
