/* base/random.h - the only place that asks for randomness.
 *
 * random_system() draws from OpenSSL's generator; random_seeded() repeats itself for the same
 * seed, for tests and simulation.  Not for secrets unless system.  One thread at a time.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t state[4]; /* xoshiro256**; all zero means: ask the system */
};

struct random random_system(void);
struct random random_seeded(uint64_t seed);
void random_bytes(struct random *random, void *ret, size_t size);
uint64_t random_u64(struct random *random);
uint64_t random_below(struct random *random, uint64_t limit); /* 0..limit-1, unbiased; limit > 0 */

#endif
