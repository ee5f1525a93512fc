/* json/plain.h - bytes that stand for themselves in a string: no quote, backslash or control
 * character.  Nearly all do, so eight are looked at together.  For the files of json/ only.
 * Pure.
 */
#ifndef JSON_PLAIN_H
#define JSON_PLAIN_H

#include <stdbool.h>
#include <stdint.h>

#define PLAIN_EACH(byte) (UINT64_C(0x0101010101010101) * (byte))
#define PLAIN_HIGH_BITS PLAIN_EACH(0x80)

/* Is any byte of the word less than limit, which is at most 128?  (Bit Twiddling Hacks, "Determine
 * if a word has a byte less than n".) */
static inline bool plain_has_less(uint64_t word, uint8_t limit)
{
    return ((word - PLAIN_EACH(limit)) & ~word & PLAIN_HIGH_BITS) != 0;
}

static inline bool plain_word(uint64_t word)
{
    return !plain_has_less(word, 0x20) && !plain_has_less(word ^ PLAIN_EACH('"'), 1) &&
           !plain_has_less(word ^ PLAIN_EACH('\\'), 1);
}

static inline bool plain_byte(char c)
{
    return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

#endif
