/* test/contract/desk.h - commands on a store without a ledger: view, decide, append.
 *
 * Amounts are plain units, days count from the first of January 2024.  Everything that ought to
 * succeed is asserted; refusals are for the caller to look at. */
#ifndef TEST_CONTRACT_DESK_H
#define TEST_CONTRACT_DESK_H

#include "domain/command.h"
#include "domain/decision.h"
#include "store/store.h"

struct desk {
    struct store *store; /* borrowed */
    struct arena arena;  /* of the command in hand, and of what desk_look gave */
    enum environment environment;
    struct instant now;
    uint64_t ids; /* given so far */
};

#define DESK_USD 1u /* numbers of credit types that every directory has */
#define DESK_CREDITS 2u

struct instant desk_day(int day);

void desk_init(struct desk *desk, struct store *store);
void desk_finish(struct desk *desk);

void desk_begin(struct desk *desk);
void desk_commit(struct desk *desk);

struct uuid desk_id(struct desk *desk);
/* A customer so called, with that alias; its number. */
uint32_t desk_customer(struct desk *desk, const char *name);

/* What a grant is to be; what is left out is zero: credit type USD, effective now, without end. */
struct desk_terms {
    uint32_t customer;
    uint32_t credit_type;
    int64_t units;
    int64_t priority;
    struct instant effective_at;
    struct instant expires_at;
    const char *name;
    const char *uniqueness_key;
    struct product_set products;
    struct rollover rollover;
};
struct decision desk_issue(struct desk *desk, struct desk_terms terms);
struct decision desk_deduct(struct desk *desk, uint32_t customer, int64_t units);
struct decision desk_hold(struct desk *desk, uint32_t customer, int64_t units, int days);
struct decision desk_capture(struct desk *desk, uint64_t hold, int64_t units);
struct decision desk_release(struct desk *desk, uint64_t hold);
struct decision desk_reverse(struct desk *desk, uint64_t deduction, int64_t units); /* 0: all */
struct decision desk_credit_limit(struct desk *desk, uint32_t customer, int64_t units);
struct decision desk_void(struct desk *desk, struct grant_id id, bool release_key);
/* Any other: environment and now are filled in. */
struct decision desk_execute(struct desk *desk, struct command *command);

/* Whatever time asks until then, then it is now. */
void desk_advance(struct desk *desk, struct instant to);

/* What the store shows of a subject; good until the next command. */
struct view desk_look(struct desk *desk, struct subject subject);
struct view desk_account(struct desk *desk, uint32_t customer);

#endif
