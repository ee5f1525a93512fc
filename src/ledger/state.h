/* ledger/state.h - what the ledger is made of.  For the files of ledger/ only.
 *
 * Everything belongs to the ledger's thread but what says otherwise.
 */
#ifndef LEDGER_STATE_H
#define LEDGER_STATE_H

#include <pthread.h>
#include <stdatomic.h>
#include "base/arena.h"
#include "base/limits.h"
#include "ledger/inbox.h"
#include "ledger/keys.h"
#include "ledger/ledger.h"
#include "ledger/reader.h"

struct job_list {
    struct job *first;
    struct job *last;
    size_t count;
};

/* Jobs answered together: one look at the clock, one commit. */
struct batch {
    struct job_list jobs;
    size_t commands;                  /* taken on, the parts of groups counted */
    size_t time_budget;               /* commands of time that may still be executed */
    bool changed;                     /* there is something to commit */
    bool keys_changed;                /* and keys are among it */
    bool appended[ENVIRONMENT_COUNT]; /* entries to which book? */
    uint64_t entries;
    struct instant test_now; /* where the test clock stood before */
};

struct counters {
    _Atomic uint64_t batches, jobs, commands, refusals, queries, entries, replays, busy;
    _Atomic uint64_t commit_us, batch_max;
};
#define count_add(counter, number)                                                                 \
    atomic_fetch_add_explicit(&(counter), number, memory_order_relaxed)

struct ledger {
    struct arena memory; /* this struct lies in it */
    struct ledger_options options;
    struct store *store;
    struct random random;
    struct inbox inbox;                    /* any thread pushes */
    struct job_list todo;                  /* taken from the inbox, not yet in a batch */
    struct instant now[ENVIRONMENT_COUNT]; /* each book's clock: rule 10 */
    struct instant keys_looked_at;
    bool keys_are_stale;
    struct arena scratch; /* for the commands of time; empty between them */
    struct keys keys;     /* any thread */
    struct reader reader;
    struct counters counters; /* any thread */
    enum err halted_by;       /* what options.halted() was told last */
    bool is_behind;           /* the last batch came to nothing: no hurry with the next */
    size_t last_count;        /* jobs of the last batch */
    int64_t last_commit_us;   /* how long its commit took; 0: there was nothing to commit */
    _Atomic bool has_failed;
    _Atomic int64_t full_until_us; /* monotonic; not ready before */
    _Atomic bool stops;
    bool is_started;
    pthread_t thread;
};

void job_list_append(struct job_list *list, struct job *job);
struct job *job_list_take(struct job_list *list); /* NULL: empty */

/* The environment that a command, a query or a group is about. */
enum environment job_environment(const struct job *job);
bool job_is_group(const struct job *job);
/* How many commands or queries it is. */
size_t job_weight(const struct job *job);
/* Sorts out an error while a job was answered: one of the job alone is kept in it, and OK
 * returned; any other is returned. */
enum err job_take_error(struct job *job, enum err e);

#endif
