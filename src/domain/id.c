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

static enum err hex_parse(const char digits[HEX_DIGITS], struct uuid *ret)
{
    struct uuid uuid;
    int all = 0;

    for (size_t i = 0; i < sizeof uuid.bytes; i++) {
        int high = hex_digit(digits[2 * i]), low = hex_digit(digits[2 * i + 1]);

        all |= high | low;
        uuid.bytes[i] = (uint8_t)((unsigned)high << 4 | (unsigned)low);
    }
    if (all < 0)
        return ERR_MALFORMED;
    *ret = uuid;
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
