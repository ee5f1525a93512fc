#include "domain/id.h"

#include <string.h>

#define HEX_DIGITS 32

bool uuid_equals(struct uuid a, struct uuid b)
{
    return memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0;
}

bool uuid_is_zero(struct uuid uuid)
{
    return uuid_equals(uuid, (struct uuid){ .bytes = { 0 } });
}

#define EACH(byte) ((byte)*UINT64_C(0x0101010101010101)) /* of eight */

/* Eight digits at once, a byte of x each, the first lowest.  The highest bit of each byte says
 * whether it is one: to add what a bound lacks of 0x80 sets it from that bound on. */
static bool are_hex(uint64_t x)
{
    uint64_t lower = x | EACH(0x20);
    uint64_t are_numerals = (x + EACH(0x80 - '0')) & ~(x + EACH(0x7f - '9'));
    uint64_t are_letters = (lower + EACH(0x80 - 'a')) & ~(lower + EACH(0x7f - 'f'));

    return (x & EACH(0x80)) == 0 && ((are_numerals | are_letters) & EACH(0x80)) == EACH(0x80);
}

/* What eight digits say.  Only letters have the bit 0x40; their low four bits count from 1. */
static uint32_t hex_bytes(uint64_t x)
{
    uint64_t digits = (x & EACH(0x0f)) + 9 * (x >> 6 & EACH(0x01));
    uint64_t pairs = (digits << 4 | digits >> 8) & UINT64_C(0x00ff00ff00ff00ff);

    pairs = (pairs | pairs >> 8) & UINT64_C(0x0000ffff0000ffff);
    return (uint32_t)(pairs | pairs >> 16);
}

static enum err hex_parse(const char digits[HEX_DIGITS], struct uuid *ret)
{
    uint64_t eights[HEX_DIGITS / 8];
    uint32_t bytes[array_count(eights)];

    _Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the first digit is the lowest byte");
    _Static_assert(sizeof bytes == sizeof ret->bytes, "two digits are a byte");
    memcpy(eights, digits, sizeof eights);
    for (size_t i = 0; i < array_count(eights); i++) {
        if (!are_hex(eights[i]))
            return ERR_MALFORMED;
        bytes[i] = hex_bytes(eights[i]);
    }
    memcpy(ret->bytes, bytes, sizeof bytes);
    return OK;
}

enum err uuid_parse(struct str text, struct uuid *ret)
{
    const char *t = text.data;
    char digits[HEX_DIGITS];

    if (text.len != UUID_TEXT_SIZE)
        return ERR_MALFORMED;
    if (t[8] != '-' || t[13] != '-' || t[18] != '-' || t[23] != '-')
        return ERR_MALFORMED;
    memcpy(digits, t, 8);
    memcpy(digits + 8, t + 9, 4);
    memcpy(digits + 12, t + 14, 4);
    memcpy(digits + 16, t + 19, 4);
    memcpy(digits + 20, t + 24, 12);
    return hex_parse(digits, ret);
}

enum err uuid_parse_either(struct str text, struct str prefix, struct uuid *ret)
{
    /* No prefix consists of hex digits, so the two spellings cannot be mistaken. */
    if (!str_starts_with(text, prefix))
        return uuid_parse(text, ret);
    text = str_skip(text, prefix.len);
    if (text.len != HEX_DIGITS)
        return ERR_MALFORMED;
    return hex_parse(text.data, ret);
}

/* Does a dash stand before this byte of a UUID's text? */
static bool dash_before(size_t byte)
{
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

static void hex_write(struct uuid uuid, bool with_dashes, char *to)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < sizeof uuid.bytes; i++) {
        if (with_dashes && dash_before(i))
            *to++ = '-';
        *to++ = digits[uuid.bytes[i] >> 4];
        *to++ = digits[uuid.bytes[i] & 15];
    }
}

void uuid_format(struct uuid uuid, char ret_text[UUID_TEXT_SIZE])
{
    hex_write(uuid, true, ret_text);
}

void uuid_format_prefixed(struct uuid uuid, struct str prefix, char ret_text[PREFIXED_ID_SIZE])
{
    assert(prefix.len == PREFIXED_ID_SIZE - HEX_DIGITS);
    memcpy(ret_text, prefix.data, prefix.len);
    hex_write(uuid, false, ret_text + prefix.len);
}

/* RFC 9562: the version stands in the upper half of byte 6, the variant in the two upper bits of
 * byte 8. */
static void version_set(struct uuid *uuid, int version)
{
    uuid->bytes[6] = (uint8_t)((uuid->bytes[6] & 0x0f) | version << 4);
    uuid->bytes[8] = (uint8_t)((uuid->bytes[8] & 0x3f) | 0x80);
}

struct uuid uuid_from_random(const uint8_t random[16])
{
    struct uuid uuid;

    memcpy(uuid.bytes, random, sizeof uuid.bytes);
    version_set(&uuid, 4);
    return uuid;
}

/* "scrp", the kind, the sequence's first byte; version and variant; its other 7 bytes. */
struct uuid uuid_from_sequence(char kind, uint64_t sequence)
{
    struct uuid uuid = { .bytes = { 's', 'c', 'r', 'p', (uint8_t)kind } };

    assert(sequence > 0);
    uuid.bytes[5] = (uint8_t)(sequence >> 56);
    for (int i = 9; i < 16; i++)
        uuid.bytes[i] = (uint8_t)(sequence >> (8 * (15 - i)));
    version_set(&uuid, 8);
    return uuid;
}

bool uuid_to_sequence(struct uuid uuid, char kind, uint64_t *ret)
{
    uint64_t sequence = uuid.bytes[5];

    for (int i = 9; i < 16; i++)
        sequence = sequence << 8 | uuid.bytes[i];
    if (sequence == 0 || !uuid_equals(uuid, uuid_from_sequence(kind, sequence)))
        return false;
    *ret = sequence;
    return true;
}
