/* test/property/oracle.h - a second, slow, obvious answer to what a step does.
 *
 * It keeps one list of lines and nothing that could be stale: every balance, every state of a
 * grant or hold is found by adding up all the lines each time.  It shares the names of things
 * with the engine (domain/), but no rule.
 */
#ifndef TEST_PROPERTY_ORACLE_H
#define TEST_PROPERTY_ORACLE_H

#include "domain/entry.h"
#include "domain/reject.h"
#include "step.h"

#define LINES_MAX 65536
#define THINGS_MAX 8192

/* One line of the book as it should be.  Numbers of lines count from 1. */
struct line {
    enum entry_kind kind;
    int grant;   /* in order of issue; -1: of the account */
    int account; /* a customer's number */
    int64_t change, held, uncovered, debt;
    int64_t limit; /* of a credit_limit */
    enum because because;
    int64_t at, effective;
    int operation; /* the first line's number */
    int of;        /* a line's number; 0: none */
};

struct promise {
    int step, rolls; /* who made it, and how often it rolled over since */
    int account;
    int line;
    int terms_line; /* which last said what its terms are */
    int64_t amount, priority, effective, expires;
    unsigned products;
    enum rolls rolls_over;
    int64_t rolls_max, rolls_priority, rolls_expires;
};

struct reserve {
    int step;
    int account;
    int line;
    int product;
    int64_t expires;
};

struct outcome {
    enum reject reject;
    int64_t available, covered, lent, uncovered;
};

struct oracle {
    int64_t now;
    struct line lines[LINES_MAX + 1]; /* from 1 */
    int line_count;
    struct promise promises[THINGS_MAX];
    int promise_count;
    struct reserve reserves[THINGS_MAX];
    int reserve_count;
    int use_lines[STEPS_MAX]; /* by step: the first line of its use or capture; 0: none */
    int key_owner[KEY_COUNT]; /* a promise; -1: free */
    int operation;
};

void oracle_init(struct oracle *oracle);
struct outcome oracle_step(struct oracle *oracle, const struct step *step);

int oracle_find_promise(const struct oracle *oracle, int step, int rolls); /* -1: none */
int oracle_find_reserve(const struct oracle *oracle, int step);            /* -1: none */

/* Sums over all lines. */
int64_t oracle_posted(const struct oracle *oracle, int grant);
int64_t oracle_held(const struct oracle *oracle, int grant);
int64_t oracle_sum(const struct oracle *oracle, int grant, enum entry_kind kind);
int64_t oracle_uncovered(const struct oracle *oracle, int account);
int64_t oracle_debt(const struct oracle *oracle, int account);
int64_t oracle_limit(const struct oracle *oracle, int account);
int64_t oracle_repaid(const struct oracle *oracle, int grant); /* and not given back */
enum grant_status oracle_status(const struct oracle *oracle, int grant);
bool oracle_has_line(const struct oracle *oracle, int grant, enum entry_kind kind);
int64_t oracle_left(const struct oracle *oracle, int grant);      /* posted and not held */
int64_t oracle_held_by(const struct oracle *oracle, int reserve); /* what a hold still holds */

/* For the oracle's own files. */
int64_t oracle_least(int64_t a, int64_t b);
int oracle_write(struct oracle *oracle, struct line line);
void oracle_write_end(struct oracle *oracle, int grant, enum entry_kind kind, int64_t effective,
                      int of);
/* Gives back what a hold holds, from a number of captured units on, in its order. */
void oracle_end_hold(struct oracle *oracle, int reserve, enum entry_kind kind, int64_t captured);
int oracle_promise(struct oracle *oracle, struct promise promise);
/* A grant that has just become effective pays what is owed. */
void oracle_repay(struct oracle *oracle, int grant, int64_t effective);
/* The last line that repaid for an account, of a grant that has at least so much of it left; 0:
 * there is none. */
int oracle_last_repay(const struct oracle *oracle, int account, int64_t left);
/* The one thing that is due first, up to an hour; of two at one instant, the older.  False:
 * nothing is. */
bool oracle_happens(struct oracle *oracle, int64_t until);

#endif
