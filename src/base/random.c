#include "base/random.h"

#include <limits.h>
#include <openssl/rand.h>
#include <stdbool.h>
#include <string.h>
#include "base/check.h"

struct random random_system(void)
{
    return (struct random){ .state = { 0, 0, 0, 0 } };
}

static bool asks_the_system(const struct random *random)
{
    return (random->state[0] | random->state[1] | random->state[2] | random->state[3]) == 0;
}

/* SplitMix64 (Vigna): spreads a seed, however poor, over the state. */
static uint64_t split_mix(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

struct random random_seeded(uint64_t seed)
{
    struct random random;

    for (size_t i = 0; i < array_count(random.state); i++)
        random.state[i] = split_mix(&seed);
    assert(!asks_the_system(&random)); /* SplitMix64 gives 0 at most once in its period */
    return random;
}

static uint64_t rotate_left(uint64_t x, int bits)
{
    return (x << bits) | (x >> (64 - bits));
}

/* xoshiro256** 1.0 (Blackman and Vigna, public domain). */
static uint64_t xoshiro(uint64_t s[4])
{
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t shifted = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate_left(s[3], 45);
    return result;
}

static void system_bytes(void *ret, size_t size)
{
    int status;

    assert(size <= INT_MAX);
    status = RAND_bytes(ret, (int)size);
    assert(status == 1); /* a machine without randomness must not make ids or secrets */
}

void random_bytes(struct random *random, void *ret, size_t size)
{
    unsigned char *to = ret;

    if (asks_the_system(random)) {
        system_bytes(ret, size);
        return;
    }
    while (size > 0) {
        uint64_t word = xoshiro(random->state);
        size_t part = size < sizeof word ? size : sizeof word;

        memcpy(to, &word, part);
        to += part;
        size -= part;
    }
}

uint64_t random_u64(struct random *random)
{
    uint64_t word;

    if (!asks_the_system(random))
        return xoshiro(random->state);
    system_bytes(&word, sizeof word);
    return word;
}

uint64_t random_below(struct random *random, uint64_t limit)
{
    uint64_t surplus, word;

    assert(limit > 0);
    /* The 2^64 mod limit smallest words are thrown away; what is left divides evenly. */
    surplus = -limit % limit;
    do
        word = random_u64(random);
    while (word < surplus);
    return word % limit;
}
