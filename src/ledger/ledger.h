/* ledger/ledger.h - the one thread that owns the books.
 *
 * Net threads submit jobs.  The ledger takes everything that has arrived as one batch: time's
 * own commands first (rule 6), then for each job resolve, view, decide, append; then one commit;
 * then all jobs are handed back.  While it commits, the next batch gathers.
 *
 * A job that only asks takes its turn in the same order.  One whose answer needs the disk goes
 * on to the reader thread after the commit.
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "base/clock.h"
#include "base/random.h"
#include "domain/command.h"
#include "domain/decision.h"
#include "domain/query.h"
#include "store/store.h"

struct ledger;
struct job;

/* Called with each finished job, on the ledger's or the reader's thread: hand it to the thread
 * that waits for it, and return at once. */
typedef void job_done(struct job *job);
/* Called on the ledger's thread, before the commit, for a command with an idempotency key: fill in
 * status, content type and body of the reply to job->decision (into job->arena), which become the
 * receipt.  A status left 0 says that the arena is full: the job fails with ERR_NOMEM. */
typedef void job_render(struct job *job, struct receipt *ret);

#define JOB_MAGIC 0x6a6f6221u

/* Made by a net thread, owned by the ledger from submit to done, then the net thread's again.
 * Everything it points to lives in its arena, which moves with it. */
struct job {
    unsigned magic;
    struct job *next; /* the ledger's, while it owns the job; or of a list to be submitted */
    struct arena *arena;
    job_done *done;
    job_render *render; /* NULL: the reply is made after done */
    void *context;      /* the submitter's */
    uint64_t asker;     /* long reads of one asker stand behind each other; 0 is one, too */
    /* NULL, or true once nobody waits for the answer: what would be read for it is not, and it is
     * handed back with ERR_BUSY.  A command is carried out all the same. */
    const _Atomic bool *abandoned;

    /* asked: one command, or one query (the other's kind is NONE), or a group of commands */
    struct command command;
    struct query query;
    /* A group: parts are jobs of their own, each with a command and perhaps an idempotency key and
     * a render, in the same arena; their magic and done are not looked at.  They are executed in
     * order in one batch, with nothing between, and answered each in its part; then the
     * group is done.  atomic: all or nothing.  When one is refused, that one says why, all others
     * say BATCH_REFUSED, and decision.reject and decision.blame of the group repeat the reason. */
    struct job *parts;
    size_t part_count;
    bool atomic;
    bool has_idempotency_key;
    struct digest idempotency_key; /* fingerprint of environment and key */
    struct digest request;         /* fingerprint of the whole request */

    /* answered */
    enum err err;       /* not OK: the world is wrong; decision and answer say nothing */
    struct blame blame; /* ERR_MALFORMED found late: which field */
    struct decision decision;
    struct answer answer;
    bool has_receipt; /* reply with this, byte for byte: a replay, or what render() made */
    bool replayed;
    struct receipt receipt;

    struct errand *errand; /* the ledger's: what is left for the reader */
    size_t rows;           /* the reader's: about how many it will read */
    uint64_t round;        /* in which it will */
};

struct ledger_options {
    struct store *store; /* borrowed; used by the ledger alone until ledger_close */
    struct clock *clock;
    struct random random;          /* for ids */
    struct span receipt_retention; /* 0: the default */
    /* Called after a batch was handed back, to wake the threads that wait; may be NULL. */
    void (*batch_done)(void *context);
    /* The book cannot go on (a failed sync, corruption): the process must stop.  Never returns
     * to normal work: later jobs get ERR_IO.  May be NULL. */
    void (*failed)(void *context, enum err e);
    /* Changes are turned away, because of ERR_FULL or ERR_NOMEM; or, with OK, are taken again.
     * Once for each time that it turns, on the ledger's thread.  May be NULL. */
    void (*halted)(void *context, enum err why);
    void *context;
};

/* Does not start a thread: ledger_turn() may be called instead, for tests and simulation.
 * Fails with what the store fails with when its keys are read, and with ERR_NOMEM. */
enum err ledger_open(const struct ledger_options *options, struct ledger **ret) MUST_CHECK;
/* The ledger thread (a batch at a time, asleep between) and a reader thread.  ERR_NOMEM: the
 * system gives no more threads. */
enum err ledger_start(struct ledger *ledger) MUST_CHECK;
/* Finishes what was submitted, then ends the threads.  Later submits get ERR_BUSY, and so do
 * queries that still wait for the reader: they change nothing, and there may be minutes of them. */
void ledger_stop(struct ledger *ledger);
void ledger_close(struct ledger *ledger); /* stopped; the store is left open */

/* Any thread.  ERR_BUSY: the inbox is full, or the ledger stops; the job is still the caller's. */
enum err ledger_submit(struct ledger *ledger, struct job *job) MUST_CHECK;
/* The same for count jobs at once, the newest first by job->next, down to the oldest.  Returns
 * those that there was no room for, still the caller's, in the same way; NULL: none. */
struct job *ledger_submit_all(struct ledger *ledger, struct job *newest, struct job *oldest,
                              size_t count) MUST_CHECK;

/* One batch on the calling thread, readers' work included: what has been submitted and what
 * time asks.  True when there was anything to do.  Only without ledger_start. */
bool ledger_turn(struct ledger *ledger);

/* Keys as of the last look (twice a second, and before the reply to a command that changes them):
 * a snapshot that is swapped whole.  Any thread.  Valid until released; never changes. */
struct key_snapshot {
    struct key *keys; /* in order of number */
    size_t key_count;
    const struct key **by_secret; /* all of them, in order of secret_hmac, then of number */
    const struct key **business;  /* the business's own, in order of number */
    size_t business_count;
    uint8_t pepper[32];
    struct digest_key secrets; /* of it, for key_snapshot_hmac() */
    struct arena arena;
    _Atomic int references;
};
struct key_snapshot *ledger_keys_acquire(struct ledger *ledger);
void ledger_keys_release(struct key_snapshot *snapshot);
/* NULL: there is none.  Quick, also among a hundred thousand. */
const struct key *key_snapshot_numbered(const struct key_snapshot *snapshot, uint32_t number);
/* What is kept of a secret. */
struct digest key_snapshot_hmac(const struct key_snapshot *snapshot, struct str secret);
/* The keys with that secret, in order of number; usually one.  How long it takes tells nothing:
 * what is compared are HMACs under a pepper that nobody knows. */
const struct key **key_snapshot_find(const struct key_snapshot *snapshot,
                                     const struct digest *secret_hmac, size_t *ret_count);

/* For /metrics; any thread. */
struct ledger_counters {
    uint64_t batches, jobs, commands, refusals, queries, entries, replays, busy;
    uint64_t commit_us; /* in commits, altogether */
    uint64_t inbox;     /* waiting now */
    uint64_t batch_max; /* largest batch so far */
};
void ledger_counters(struct ledger *ledger, struct ledger_counters *ret);
/* False when the disk is full or the book has failed: /readyz. */
bool ledger_is_ready(struct ledger *ledger);

#endif
