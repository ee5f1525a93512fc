/* ledger/chain.h - the entries of an account, found from its last one backwards.
 *
 * Entry number n of an account (from 1) knows the one before it and jumps to the one whose
 * number is n with its lowest 1 bit cleared.  So any number, sequence or instant is found in
 * O(log^2 n) reads, without an index.  For the reader's thread.
 *
 *   ERR_CORRUPT  the chain leads nowhere, or elsewhere   ERR_IO, ERR_NOMEM
 */
#ifndef LEDGER_CHAIN_H
#define LEDGER_CHAIN_H

#include "store/store.h"

struct chain {
    struct store_reader *reader;
    struct arena *arena;
    enum environment environment;
    const struct account *account;
};

/* An entry and its number in its account; number 0: before the first, and entry says nothing. */
struct link {
    uint64_t number;
    struct entry entry; /* without facts */
};

/* The last entry with number <= n, sequence < n, at < instant. */
enum err chain_seek_number(const struct chain *chain, uint64_t n, struct link *ret) MUST_CHECK;
enum err chain_seek_sequence(const struct chain *chain, uint64_t n, struct link *ret) MUST_CHECK;
enum err chain_seek_instant(const struct chain *chain, struct instant instant,
                            struct link *ret) MUST_CHECK;

/* One entry that must be there. */
enum err chain_read(struct store_reader *reader, enum environment environment, uint64_t sequence,
                    bool with_facts, struct arena *arena, struct entry *ret) MUST_CHECK;

#endif
