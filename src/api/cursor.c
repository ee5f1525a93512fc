#include "api/cursor.h"

#include <string.h>
#include "base/digest.h"

#define VERSION 2
#define PLAIN_BYTES 18 /* version, list, two numbers */
#define PROOF_BYTES 9
#define ALL_BYTES (PLAIN_BYTES + PROOF_BYTES)

_Static_assert(ALL_BYTES % 3 == 0, "base64 without padding");
_Static_assert(ALL_BYTES / 3 * 4 == CURSOR_TEXT_SIZE, "4 characters for 3 bytes");

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void number_put(uint64_t number, uint8_t ret[8])
{
    for (int i = 0; i < 8; i++)
        ret[i] = (uint8_t)(number >> (56 - 8 * i));
}

static uint64_t number_get(const uint8_t bytes[8])
{
    uint64_t number = 0;

    for (int i = 0; i < 8; i++)
        number = number << 8 | bytes[i];
    return number;
}

static void bytes_make(struct cursor cursor, const uint8_t *pepper, uint8_t ret[ALL_BYTES])
{
    struct digest proof;

    ret[0] = VERSION;
    ret[1] = (uint8_t)cursor.list;
    number_put(cursor.after, ret + 2);
    number_put(cursor.within, ret + 10);
    proof = digest_hmac_sha256(pepper, CURSOR_PEPPER_BYTES,
                               (struct str){ .data = (const char *)ret, .len = PLAIN_BYTES });
    memcpy(ret + PLAIN_BYTES, proof.bytes, PROOF_BYTES);
}

void cursor_format(struct cursor cursor, const uint8_t pepper[CURSOR_PEPPER_BYTES],
                   char ret_text[CURSOR_TEXT_SIZE])
{
    uint8_t bytes[ALL_BYTES];

    assert(cursor.after > 0);
    bytes_make(cursor, pepper, bytes);
    for (size_t i = 0; i < ALL_BYTES / 3; i++) {
        unsigned three = (unsigned)bytes[3 * i] << 16 | (unsigned)bytes[3 * i + 1] << 8 |
                         (unsigned)bytes[3 * i + 2];

        for (size_t j = 0; j < 4; j++)
            ret_text[4 * i + j] = alphabet[three >> (18 - 6 * j) & 63];
    }
}

enum err cursor_parse(struct str text, enum cursor_list list,
                      const uint8_t pepper[CURSOR_PEPPER_BYTES], struct cursor *ret)
{
    char wanted[CURSOR_TEXT_SIZE];
    uint8_t bytes[ALL_BYTES];
    struct cursor cursor = { .list = list };

    if (text.len != CURSOR_TEXT_SIZE)
        return ERR_MALFORMED;
    for (size_t i = 0; i < ALL_BYTES / 3; i++) {
        unsigned three = 0;

        for (size_t j = 0; j < 4; j++) {
            const char *place = memchr(alphabet, text.data[4 * i + j], sizeof(alphabet) - 1);

            if (place == NULL)
                return ERR_MALFORMED;
            three = three << 6 | (unsigned)(place - alphabet);
        }
        bytes[3 * i] = (uint8_t)(three >> 16);
        bytes[3 * i + 1] = (uint8_t)(three >> 8);
        bytes[3 * i + 2] = (uint8_t)three;
    }
    cursor.after = number_get(bytes + 2);
    cursor.within = number_get(bytes + 10);
    if (cursor.after == 0)
        return ERR_MALFORMED;
    cursor_format(cursor, pepper, wanted);
    if (memcmp(wanted, text.data, CURSOR_TEXT_SIZE) != 0)
        return ERR_MALFORMED;
    *ret = cursor;
    return OK;
}
