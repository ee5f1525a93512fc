/* test/simulation/world.h - the whole ledger in one thread, under one seed.
 *
 * The world asks for things at random, moves the clock at will, forward and back, lets commits
 * fail, sends requests again as clients do that got no reply, and restarts the ledger.  It
 * remembers every reply, and holds the ledger to what it has said:
 *
 *   1. Jobs come back in the order in which they were asked.
 *   2. A balance shows what the commands before it in its batch have done (read your writes).
 *   3. A request sent again gets its first reply, byte for byte, also after a restart; one that
 *      failed has had no effect.
 *   4. After a batch nothing is due any more (rule 6).
 *   5. A balance asked for at a past instant is what was told then.
 *   6. What entries say was granted, drawn and given back is what replies said (rule 12).
 *   7. The book proves itself, also as it is read again.
 *   8. However the clock went, entries never go back in time, and each grant expires at its own
 *      instant: not before it, nor later than the book was when it came to that.  After it
 *      nothing more is drawn from the grant or held of it.
 */
#ifndef WORLD_H
#define WORLD_H

#include "base/random.h"
#include "desk.h"

enum { CUSTOMERS = 5, PROMISES_MAX = 4096, SNAPSHOTS_MAX = 64, BODY_BYTES = 64 };

/* Something asked for under an idempotency key, enough to ask it again. */
struct promise {
    uint64_t key;
    enum command_kind kind;
    enum environment environment;
    int customer;
    int64_t units;
    int64_t expires_us;   /* or a span, for holds */
    int64_t effective_us; /* a grant's, or a use's `at`; INSTANT_NONE */
    int64_t priority;
    bool rolls_over, partial, whole;
    struct grant_id grant_id;
    uint64_t about; /* the hold or deduction */
    /* the reply */
    bool is_kept;
    struct instant kept_at;
    int status;
    size_t body_size;
    char body[BODY_BYTES];
    uint64_t operation;
};

/* A balance as it was told. */
struct snapshot {
    enum environment environment;
    int customer;
    struct instant at;
    struct amount posted, held;
};

/* What replies have promised, in units, of one book. */
struct sums {
    int64_t granted, taken, lent, reversed, limited;
};

struct world {
    struct random random;
    struct desk desk;
    char directory[256]; /* of an embedded store; empty: the memory store */
    int64_t clock_us;
    bool is_jumpy; /* the clock is set right, or wrong, by an hour or a year */
    struct instant now[ENVIRONMENT_COUNT]; /* each book's, as rule 10 has it */
    struct promise promises[PROMISES_MAX];
    size_t promise_count;
    struct snapshot snapshots[SNAPSHOTS_MAX];
    size_t snapshot_count;
    struct sums sums[ENVIRONMENT_COUNT];
    uint64_t replays, failures, restarts; /* for the one who looks on */
    uint64_t seed;
    uint64_t digest;   /* of every reply so far, and at the end of the books */
    bool tells;        /* every request and what became of it, as a story */
    bool is_sabotaged; /* a mistake of ours, to see it found: nothing may be given back */
};

/* embedded: over a data directory, made for the purpose, that restarts read again. */
void world_open(struct world *world, uint64_t seed, bool embedded);
/* A batch of whatever, and all that is to be checked after it.  What it is depends on the seed and
 * the number of the round; it can be left out, or be of fewer requests. */
void world_round(struct world *world, uint64_t round, size_t requests_max);
/* Proves the books, and audits them. */
void world_close(struct world *world);

/* --- the parts --- */

struct slip *promise_ask(struct world *world, const struct promise *promise);
/* A new one that the world thinks of. */
struct promise *promise_new(struct world *world);
/* One that may be sent again; NULL: there is none. */
struct promise *promise_again(struct world *world);
/* Holds the reply against it. */
void promise_settle(struct world *world, struct promise *promise, const struct job *job);

/* Something that must be the same the next time. */
void world_note(struct world *world, const void *bytes, size_t size);

void audit(struct world *world);

static inline bool chance(struct world *world, uint64_t one_in)
{
    return random_below(&world->random, one_in) == 0;
}

#endif
