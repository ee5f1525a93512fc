/* ledger/chain.h - the entries of an account, or of a grant, found from the last one backwards.
 *
 * They are numbered from 1; each knows the one before it, and jumps (domain/jump.h).  So any
 * number, sequence or instant is found without an index: in a grant with O(log n) reads, in an
 * account with O(log^2 n).  For the reader's thread.
 *
 *   ERR_CORRUPT  the chain leads nowhere, or elsewhere   ERR_IO, ERR_NOMEM
 */
#ifndef LEDGER_CHAIN_H
#define LEDGER_CHAIN_H

#include "store/store.h"

enum chain_kind { CHAIN_OF_ACCOUNT = 1, CHAIN_OF_GRANT };

struct chain {
    struct store_reader *reader;
    struct arena *arena;
    enum environment environment;
    enum chain_kind kind;
    uint64_t owner; /* number of the account or grant */
    uint64_t last;  /* sequence of its last entry */
    uint64_t count; /* of its entries */
};

void chain_of_account(struct chain *chain, const struct account *account);
void chain_of_grant(struct chain *chain, const struct grant *grant);

/* An entry and its number in the chain; number 0: before the first, and entry says nothing. */
struct link {
    uint64_t number;
    struct entry entry; /* without facts */
};

/* The last entry with number <= n, sequence < n, at < instant. */
enum err chain_seek_number(const struct chain *chain, uint64_t n, struct link *ret) MUST_CHECK;
enum err chain_seek_sequence(const struct chain *chain, uint64_t n, struct link *ret) MUST_CHECK;
enum err chain_seek_instant(const struct chain *chain, struct instant instant,
                            struct link *ret) MUST_CHECK;

/* The sequence of the entry before it in the chain; 0: it is the first. */
uint64_t chain_previous(const struct chain *chain, const struct entry *entry);

/* Is it of this account, or grant? */
bool chain_has(const struct chain *chain, const struct entry *entry);

/* One entry that must be there; its chains lead back. */
enum err chain_read(struct store_reader *reader, enum environment environment, uint64_t sequence,
                    bool with_facts, struct arena *arena, struct entry *ret) MUST_CHECK;
/* The one of that sequence, without facts, to which an entry of the same account leads back. */
enum err chain_back(struct store_reader *reader, enum environment environment,
                    const struct entry *from, uint64_t sequence, struct arena *arena,
                    struct entry *ret) MUST_CHECK;

#endif
