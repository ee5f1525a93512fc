/* store/book/fields.h - custom fields: the list of their keys, and how many have which value.
 *
 * Every value is counted, that of a removed key too: should the key be added again, and be
 * unique from then on, it is known what is in use.  A slot a value (base/index.h): nothing for
 * those who have no custom fields.
 *
 *   ERR_NOMEM    part of it may have been done: rewind
 *   ERR_CORRUPT  somebody has lost a value that was never counted
 *
 * Thread: the one that owns the store.
 */
#ifndef STORE_BOOK_FIELDS_H
#define STORE_BOOK_FIELDS_H

#include "base/index.h"
#include "domain/directory.h"
#include "store/book/room.h"
#include "store/book/undo.h"

/* --- keys --- */

struct field_keys {
    struct undo *undo;    /* borrowed */
    struct chunked keys;  /* struct custom_field_key, by number - 1; they own their texts */
    struct index by_name; /* entity and key -> number */
};

void field_keys_init(struct field_keys *keys, uint64_t seed, struct undo *undo);
void field_keys_finish(struct field_keys *keys);
/* A new one, whose number is count + 1, or one of these as it is from now on. */
enum err field_keys_put(struct field_keys *keys, const struct custom_field_key *key) MUST_CHECK;
size_t field_keys_count(const struct field_keys *keys);
const struct custom_field_key *field_keys_at(const struct field_keys *keys, uint32_t number);
/* NULL: there was never one. */
const struct custom_field_key *field_keys_find(const struct field_keys *keys, struct str entity,
                                               struct str key);

/* --- values --- */

struct field_values {
    struct undo *undo;   /* borrowed */
    struct index counts; /* key and value -> how many have it */
};

void field_values_init(struct field_values *values, uint64_t seed, struct undo *undo);
void field_values_finish(struct field_values *values);
/* Somebody who had the fields `before` has `after` (domain/custom_fields.h). */
enum err field_values_change(struct field_values *values, struct str before,
                             struct str after) MUST_CHECK;
uint64_t field_values_count(const struct field_values *values, struct str key, struct str value);

#endif
