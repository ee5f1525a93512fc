/* domain/jump.h - which entries the chains of an account and of a grant jump over.
 *
 * The entries of an account are numbered from 1, those of a grant too.  Each knows the one before
 * it, and jumps to an earlier one, so that any of them is found from the last in few steps.  What
 * the next entry jumps to is among those that the jumps of the last one lead along, so that much
 * has to be known to add to a chain.
 *
 * Account: number n jumps to n with its lowest 1 bit cleared; O(log^2 n) steps.
 *
 * Grant: the first 16 do not jump, for most grants never have more, and there are many.  After
 * them the chain is Myers' ("An applicative random-access stack", 1983), O(log n) steps: those
 * after the 16th are cut from the oldest on into as few trees as possible, each as large as it can
 * be, of 2^k - 1 entries; the newest of a tree is its root, and jumps over the tree.  What is
 * below a root is two trees of half the size, to be cut the same way.  Pure.
 */
#ifndef DOMAIN_JUMP_H
#define DOMAIN_JUMP_H

#include <stdint.h>

#define JUMPLESS_ENTRIES 16u /* of a grant */
#define JUMPS_MAX 66u        /* along which entries jumps may lead */

/* The size of the first tree of so many entries.  Precondition: entries > 0. */
static inline uint64_t jump_tree(uint64_t entries)
{
    return (UINT64_C(1) << (63 - __builtin_clzll(entries + 1))) - 1;
}

/* The number that entry number n jumps to; 0: it does not jump. */
static inline uint64_t jump_of_account(uint64_t n)
{
    return n & (n - 1);
}

static inline uint64_t jump_of_grant(uint64_t n)
{
    uint64_t left = n > JUMPLESS_ENTRIES ? n - JUMPLESS_ENTRIES : 0, tree = 0;

    while (left > 0) {
        tree = jump_tree(left);
        left -= tree;
    }
    return tree == 0 ? 0 : n - tree;
}

/* Along how many entries the jumps of entry number n lead, itself among them; 0: there are none,
 * nor will the next one jump. */
static inline uint32_t jumps_of_account(uint64_t n)
{
    uint32_t count = 0;

    for (; n > 0; n &= n - 1)
        count++;
    return count;
}

static inline uint32_t jumps_of_grant(uint64_t n)
{
    uint32_t count = n < JUMPLESS_ENTRIES ? 0 : 1;

    for (uint64_t left = count > 0 ? n - JUMPLESS_ENTRIES : 0; left > 0; count++)
        left -= jump_tree(left);
    return count;
}

#endif
