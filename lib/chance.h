/* chance.h - the only place where the library asks for randomness. */
#ifndef LIB_CHANCE_H
#define LIB_CHANCE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/check.h"

#define CHANCE_KEY_SIZE 37 /* a UUID as text, with its NUL */

/* A fresh idempotency key; false when the machine has no randomness. */
bool chance_key(char ret[CHANCE_KEY_SIZE]) MUST_CHECK;
/* 0..limit-1, for jitter: without randomness it is 0, and slightly uneven for large limits. */
uint64_t chance_below(uint64_t limit);

#endif
