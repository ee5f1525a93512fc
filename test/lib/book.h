/* test/lib/book.h - a tiny book around the pure engine, for stories and the property test.
 *
 * Arrays in memory, one customer directory of plain numbers, time as an argument.  It does what
 * a store and a ledger do for the engine, in the simplest way that is right: view, decide, fold.
 * After every decision it holds the entries against engine/invariant.h and stops at the first
 * broken law; book_check() holds the whole book against them.
 */
#ifndef TEST_LIB_BOOK_H
#define TEST_LIB_BOOK_H

#include "base/arena.h"
#include "base/index.h"
#include "domain/command.h"
#include "domain/decision.h"
#include "domain/view.h"

struct book_hold {
    struct hold hold;
    struct grant **grants; /* of its parts */
};

struct book_account {
    struct account account;
    struct customer_id customer;
    struct credit_type_id credit_type;
    struct grant **live; /* in burn order */
    size_t live_count, live_capacity;
};

struct book_due {
    struct instant at;
    enum command_kind kind;
    uint64_t number;
};

struct book {
    struct arena arena; /* everything that stays */
    struct arena scratch;
    struct instant now;
    struct entry *entries; /* entries[n] has sequence n + 1 */
    size_t entry_count, entry_capacity;
    struct grant **grants; /* in order of number */
    size_t grant_count, grant_capacity;
    struct index grants_by_id;
    struct book_hold **holds; /* in order of number */
    size_t hold_count, hold_capacity;
    struct book_account **accounts; /* accounts[n] has number n + 1 */
    size_t account_count, account_capacity;
    struct str *keys; /* uniqueness keys in use, each with its grant */
    struct grant_id *key_grants;
    size_t key_count, key_capacity;
    struct book_due *due; /* a heap, earliest first; stale ones are passed over */
    size_t due_count, due_capacity;
    uint64_t id_count; /* ids that the book has made */
};

/* Shown every decision of every book before it is written; or NULL. */
extern void (*book_watch)(const struct view *view, const struct command *command,
                          const struct decision *decision);

void book_init(struct book *book, struct instant start);
void book_finish(struct book *book);

/* Everything due up to that instant happens, in order, then it is the book's now.  An instant
 * that lies back is taken for now (rule 10). */
void book_advance(struct book *book, struct instant to);
/* Decides at the book's now, which it fills in, and writes the entries unless it is a dry run.
 * subject.customer, credit_type, and what the command names are the caller's to set.  Facts are
 * copied; texts must outlive the book.  The decision's entries live until the next call. */
struct decision book_execute(struct book *book, struct command *command);

/* An id that this book has not given yet. */
struct uuid book_new_id(struct book *book);

struct grant *book_grant(const struct book *book, uint64_t number);       /* NULL: none */
struct grant *book_grant_by_id(const struct book *book, struct grant_id); /* NULL: none */
struct book_hold *book_hold(const struct book *book, uint64_t number);    /* NULL: none */
struct book_account *book_account(const struct book *book, uint32_t customer,
                                  uint32_t credit_type); /* NULL: none */
/* The facts that hold: of the ISSUE or the last EDIT. */
const struct facts *book_facts(const struct book *book, const struct grant *grant);

/* Holds the whole book against its laws, and against a second book that is folded from the
 * entries alone; STR_NONE, or the law that is broken. */
struct str book_check(const struct book *book);

#endif
