/* test/unit/ledger/desk.h - a ledger over the memory store, and slips to ask it with.
 *
 * The clock stands still until it is moved, randomness repeats itself, and nothing happens until
 * desk_turn() is called, unless a test starts the threads.  A slip is a job with its own arena;
 * whatever is asked for goes to the live environment unless slip_in() says otherwise.  All
 * that can go wrong here is a bug of the test, and is asserted.
 */
#ifndef DESK_H
#define DESK_H

#include "ledger/ledger.h"

#define SECOND INT64_C(1000000)
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)
#define T0 (INT64_C(1767225600) * SECOND) /* 2026-01-01T00:00:00Z */

struct slip;

struct desk {
    struct clock_manual clock;
    struct store *store;
    struct ledger *ledger;
    struct slip *slips;
    uint64_t seed;   /* of the ledger's randomness */
    enum err failed; /* what the ledger failed with */
    int failed_count;
    enum err halted; /* what keeps changes from being made; OK: nothing */
    int halted_count;
    _Atomic int done_count;
    _Atomic int batches_done;
    int rendered_count;
};

struct slip {
    struct job job;
    struct arena arena;
    struct desk *desk;
    _Atomic int done_count;
    int done_place; /* 1: the first that was handed back, ... */
    struct slip *next;
};

void desk_open(struct desk *desk);
/* Over a store that the caller made, which the desk will close. */
void desk_open_over(struct desk *desk, struct store *store);
void desk_close(struct desk *desk);
/* Another ledger over the same store, as after a restart of the process. */
void desk_restart(struct desk *desk);
void desk_set_clock(struct desk *desk, int64_t us);
/* Another store in place of the one that was, which the caller has closed. */
void desk_reopen_over(struct desk *desk, struct store *store);
/* The same where the ledger may fail to open; then there is none. */
enum err desk_try_reopen_over(struct desk *desk, struct store *store) MUST_CHECK;
/* Gives back the slips so far. */
void desk_forget_slips(struct desk *desk);
/* Turns until there is nothing to do; the number of turns that had something. */
int desk_turn(struct desk *desk);

/* --- slips --- */

struct slip *slip_new(struct desk *desk);
struct slip *slip_in(struct slip *slip, enum environment environment);
/* Gives it an idempotency key; request is what tells a retry from a reuse. */
struct slip *slip_key(struct slip *slip, const char *key, const char *request);
void slip_submit(struct slip *slip);
/* Submits and turns. */
struct slip *slip_do(struct slip *slip);
/* A group of commands out of other slips, which are used up. */
struct slip *slip_group(struct desk *desk, struct slip **slips, size_t count, bool atomic);

struct slip *ask_customer(struct desk *desk, const char *alias);
struct slip *ask_credit_type(struct desk *desk, const char *name, int scale);
struct slip *ask_product(struct desk *desk, const char *name);
/* From now on, for ever, priority 1, in USD (cents). */
struct slip *ask_grant(struct desk *desk, const char *customer, const char *amount);
struct slip *ask_grant_until(struct desk *desk, const char *customer, const char *amount,
                             int64_t expires_us);
struct slip *ask_void(struct desk *desk, const struct slip *grant);
struct slip *ask_deduct(struct desk *desk, const char *customer, const char *amount);
struct slip *ask_reverse(struct desk *desk, const struct slip *deduction, const char *amount);
struct slip *ask_credit_limit(struct desk *desk, const char *customer, const char *limit);
struct slip *ask_hold(struct desk *desk, const char *customer, const char *amount,
                      int64_t expires_in_us);
struct slip *ask_capture(struct desk *desk, const struct slip *hold, const char *amount);
struct slip *ask_release(struct desk *desk, const struct slip *hold);
struct slip *ask_query(struct desk *desk, enum query_kind kind);
struct slip *ask_balance(struct desk *desk, const char *customer);
struct slip *ask_balance_at(struct desk *desk, const char *customer, int64_t at_us);

/* --- what came of it --- */

void assert_done(const struct slip *slip);
void assert_granted(const struct slip *slip); /* done, and neither refused nor in error */
void assert_refused(const struct slip *slip, enum reject reject);
void assert_error(const struct slip *slip, enum err e);
void assert_amount(struct amount amount, const char *expected); /* at scale 6 */
/* The only balance of an answer: posted and held. */
void assert_balance(const struct slip *slip, const char *posted, const char *held);
struct amount amount_of(const char *text); /* at scale 6 */
struct decimal decimal_of(const char *text);
uint64_t desk_sequence(struct desk *desk); /* of the live book */
uint64_t desk_batches(struct desk *desk);  /* committed so far */
/* Both books prove themselves. */
void desk_verify(struct desk *desk);

#endif
