/* test/contract/chance.h - commands at random, the same for the same seed on every store. */
#ifndef TEST_CONTRACT_CHANCE_H
#define TEST_CONTRACT_CHANCE_H

#include "base/random.h"
#include "desk.h"

#define CHANCE_KNOWN_MAX 256

struct chance {
    struct desk *desk; /* borrowed */
    struct random random;
    uint32_t customers;
    uint64_t names; /* given so far, also to what was rewound */
    struct product_id products[4];
    uint32_t product_count;
    /* Some grants, holds and deductions of old; a rewind may have undone them. */
    struct grant_id grants[CHANCE_KNOWN_MAX];
    uint64_t holds[CHANCE_KNOWN_MAX];
    uint64_t deductions[CHANCE_KNOWN_MAX];
    size_t grant_count, hold_count, deduction_count;
    size_t refused; /* commands */
};

void chance_init(struct chance *chance, struct desk *desk, uint64_t seed);
/* One change of some kind, inside a batch. */
void chance_step(struct chance *chance);

#endif
