/* domain/id.h - the identities of things: one 128-bit value, two spellings.
 *
 * The Metronome dialect writes a UUID ("ca18b2c0-....-............"), the Kable dialect a
 * prefix and the same 32 hex digits ("cus_ca18b2c0...", "crd_..."); both name one thing.
 * Each kind of thing has its own struct, so that the compiler refuses to mix them.
 *
 * What a deduction and a hold are called on the wire is made from the sequence number of their
 * first entry (uuid_from_sequence), so finding one by its id costs no index.  Pure; any thread.
 */
#ifndef DOMAIN_ID_H
#define DOMAIN_ID_H

#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"
#include "base/str.h"

struct uuid {
    uint8_t bytes[16];
};
struct customer_id {
    struct uuid uuid;
};
struct grant_id {
    struct uuid uuid;
};
struct credit_type_id {
    struct uuid uuid;
};
struct product_id {
    struct uuid uuid;
};

#define UUID_TEXT_SIZE 36   /* 8-4-4-4-12, lower case, no NUL */
#define PREFIXED_ID_SIZE 36 /* "cus_" and 32 hex digits, no NUL */
#define CUSTOMER_PREFIX STR("cus_")
#define GRANT_PREFIX STR("crd_")

bool uuid_equals(struct uuid a, struct uuid b);
bool uuid_is_zero(struct uuid uuid); /* the nil UUID: "none" */

/* Reads 8-4-4-4-12 hex digits in any letter case.  ERR_MALFORMED: text is anything else. */
enum err uuid_parse(struct str text, struct uuid *ret) MUST_CHECK;
/* Reads prefix and 32 hex digits, or a UUID.  ERR_MALFORMED */
enum err uuid_parse_either(struct str text, struct str prefix, struct uuid *ret) MUST_CHECK;
void uuid_format(struct uuid uuid, char ret_text[UUID_TEXT_SIZE]);
/* prefix has 4 bytes. */
void uuid_format_prefixed(struct uuid uuid, struct str prefix, char ret_text[PREFIXED_ID_SIZE]);

/* 16 random bytes made a version 4 UUID. */
struct uuid uuid_from_random(const uint8_t random[16]);

/* A version 8 UUID that holds a sequence number of the book; kind tells deductions ('d') from
 * holds ('h') and reversals ('r').  uuid_to_sequence: false when uuid is not one of that kind. */
struct uuid uuid_from_sequence(char kind, uint64_t sequence);
bool uuid_to_sequence(struct uuid uuid, char kind, uint64_t *ret);

#endif
