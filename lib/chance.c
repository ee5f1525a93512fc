#include "lib/chance.h"

#include <stdio.h>
#include <sys/random.h>

static bool fill(void *ret, size_t size)
{
    return getentropy(ret, size) == 0;
}

bool chance_key(char ret[CHANCE_KEY_SIZE])
{
    uint8_t b[16];

    if (!fill(b, sizeof b))
        return false;
    b[6] = (uint8_t)((b[6] & 0x0F) | 0x40); /* version 4, variant 1 */
    b[8] = (uint8_t)((b[8] & 0x3F) | 0x80);
    snprintf(ret, CHANCE_KEY_SIZE,
             "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
             b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
             b[15]);
    return true;
}

uint64_t chance_below(uint64_t limit)
{
    uint64_t number = 0;

    assert(limit > 0);
    return fill(&number, sizeof number) ? number % limit : 0;
}
