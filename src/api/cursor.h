/* api/cursor.h - where the next page of a list starts, as an opaque text.
 *
 * The text says which list it is of and after which number to go on, and for some lists also after
 * which number within that.  It stays valid for ever, because numbers do.  A few bytes of HMAC
 * under the directory's pepper make sure that nobody comes to rely on its inside: a cursor that we
 * did not write is refused.  Pure; any thread.
 */
#ifndef API_CURSOR_H
#define API_CURSOR_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum cursor_list {
    CURSOR_GRANTS = 1,
    CURSOR_CUSTOMERS,
    CURSOR_CREDIT_TYPES,
    CURSOR_LEDGERS,
    CURSOR_LEDGERS_BACK, /* newest first */
    CURSOR_FIELD_KEYS,
    CURSOR_AUDIT,
    CURSOR_AUDIT_BACK,
    CURSOR_ENTRIES,
    CURSOR_BOOK,
    CURSOR_PRODUCTS,
    CURSOR_HOLDS,
    CURSOR_KEYS,
    CURSOR_USAGE_EVENTS,
};

#define CURSOR_PEPPER_BYTES 32
#define CURSOR_TEXT_SIZE 36 /* 27 bytes as base64url */

struct cursor {
    enum cursor_list list;
    uint64_t after; /* > 0 */
    uint64_t within;
};

void cursor_format(struct cursor cursor, const uint8_t pepper[CURSOR_PEPPER_BYTES],
                   char ret_text[CURSOR_TEXT_SIZE]);

/* ERR_MALFORMED  not one that cursor_format() made for this list */
enum err cursor_parse(struct str text, enum cursor_list list,
                      const uint8_t pepper[CURSOR_PEPPER_BYTES], struct cursor *ret) MUST_CHECK;

#endif
