/* store/book/book.h - one environment's book in memory: the fold over its entries.
 *
 * Accounts, grants with their balances, holds, uniqueness keys, what reversals gave back, and what
 * is due.  The embedded and the memory store share it.  Balances change in engine/fold.h only;
 * here is who owns them and how they are found.
 *
 * Definitions
 *   index      the place of a grant in order of number, from 0.  A grant's number is the
 *              sequence of the entry that issued it.
 *   dirty      changed since its state was last written to a disk; a backend that writes
 *              state lazily clears it.
 *
 * Invariants
 *   1. Every struct remembers the last entry that it stands for, so that an entry is applied
 *      to each of them once, also when it is read again after a restart.
 *   2. account->live holds exactly the grants of the account with grant_is_live, in burn order.
 *   3. A grant or an open hold that time must ask something of is in the due heap (due.h).
 *   4. Every change is in the undo journal before it is made; structs never move.
 *   5. jumps, where they are there, are those of the last entry (jumps.h).
 *
 * Pointers that are returned are borrowed: for the book's life, to a hold until the batch is over.
 * Thread: the one that owns the store (store/store.h).
 */
#ifndef STORE_BOOK_BOOK_H
#define STORE_BOOK_BOOK_H

#include "base/index.h"
#include "domain/hold.h"
#include "store/book/directory.h"
#include "store/book/due.h"
#include "store/book/intern.h"
#include "store/book/jumps.h"
#include "store/book/live.h"
#include "store/book/number_index.h"
#include "store/book/room.h"
#include "store/book/undo.h"
#include "store/store.h"

struct book_grant {
    struct grant grant;          /* first: a struct grant * is one of these */
    struct index_key uniqueness; /* fingerprint of its uniqueness key; 0: none, or released */
    uint32_t index;
    bool has_fields; /* custom fields: in the facts that hold */
    bool dirty;
};

struct book_account {
    struct account account;
    struct live live;
    uint32_t *grants; /* the indexes of all its grants, rising */
    uint32_t grant_count;
    uint32_t grant_capacity;
    struct jumps *jumps; /* NULL: not in memory */
    uint32_t next;       /* the customer's next account; 0: none */
    bool dirty;
};

struct book_hold {
    struct hold hold; /* first */
    size_t part_capacity;
    uint64_t last_entry;
    bool dirty;
};

/* Reads an entry of this book, committed or not; without facts it needs no arena. */
typedef enum err book_read(void *context, enum environment environment, uint64_t sequence,
                           bool with_facts, struct arena *arena, struct entry *ret);

struct book {
    enum environment environment;
    const struct directory *directory; /* borrowed, like the next two */
    struct intern *intern;
    struct undo *undo;
    book_read *read;
    void *read_context;
    struct book_end end;
    struct chunked accounts;
    struct chunked grants;
    struct number_index grants_by_id;     /* -> index + 1 */
    struct number_index grants_by_number; /* -> index + 1 */
    struct index grant_jumps;             /* by number -> address; only of long ones, as needed */
    struct number_index uniqueness;       /* -> index + 1, of whose key it still is */
    struct field_values field_values;     /* custom fields of grants, voided ones too */
    struct index reversed;                /* (deduction, grant or 0: lent) -> units */
    const struct index *reversed_until;   /* while reading: -> the last entry in it; else NULL */
    struct index holds_by_number;         /* -> address */
    struct book_hold **holds;             /* in order of number; ended ones until forgotten */
    size_t hold_count;
    size_t hold_capacity;
    uint32_t *first_accounts; /* by customer number */
    size_t first_account_capacity;
    struct due_heap due;
};

/* What of the store a book needs; borrowed. */
struct book_needs {
    const struct directory *directory;
    struct intern *intern;
    struct undo *undo;
    book_read *read;
    void *read_context;
    uint64_t seed;
};

void book_init(struct book *book, enum environment environment, const struct book_needs *needs);
void book_finish(struct book *book);

/* Fills in the chain fields, then applies.  The entry continues the book.
 * ERR_NOMEM, and what reading may give: part of it may have been done, rewind. */
enum err book_append(struct book *book, struct entry *entry) MUST_CHECK;
/* Applies an entry to whatever does not yet stand for it.  ERR_CORRUPT: it does not follow. */
enum err book_apply(struct book *book, const struct entry *entry) MUST_CHECK;

/* --- accounts (accounts.c) --- */

size_t book_account_count(const struct book *book);
struct book_account *book_account(const struct book *book, uint32_t number);
/* NULL: there is none. */
struct book_account *book_account_find(const struct book *book, uint32_t customer,
                                       uint32_t credit_type);
/* 0: there is none. */
uint32_t book_account_first(const struct book *book, uint32_t customer);
/* As it was written; its number is the next one.  ERR_NOMEM, ERR_CORRUPT */
enum err book_account_load(struct book *book, const struct account *account) MUST_CHECK;
enum err book_account_apply(struct book *book, const struct entry *entry) MUST_CHECK;
/* Fills in account_previous and account_jump.  Precondition: entry.account exists, or is new. */
enum err book_account_chain(struct book *book, struct entry *entry) MUST_CHECK;

/* --- grants (grants.c) --- */

size_t book_grant_count(const struct book *book);
struct book_grant *book_grant_at(const struct book *book, size_t index);
struct book_grant *book_grant(const struct book *book, uint64_t number);         /* or NULL */
struct book_grant *book_grant_find(const struct book *book, struct grant_id id); /* or NULL */
/* The index of the first grant with a larger number. */
size_t book_grant_index_after(const struct book *book, uint64_t number);
struct index_key book_uniqueness_fingerprint(struct str key);
/* The grant that has taken the uniqueness key, or NULL. */
struct book_grant *book_grant_unique(const struct book *book, struct index_key fingerprint);
/* As it was written, with numbers rising; then, once, book_loaded.  ERR_NOMEM, ERR_CORRUPT */
enum err book_grant_load(struct book *book, const struct grant *grant,
                         struct index_key uniqueness) MUST_CHECK;
void book_loaded(struct book *book);
/* The custom fields of a grant that was loaded. */
enum err book_grant_fields_load(struct book *book, uint64_t number, struct str fields) MUST_CHECK;
/* grant, here and below: the entry's own as the book has it; NULL: it is new. */
enum err book_grant_apply(struct book *book, struct book_grant *grant,
                          const struct entry *entry) MUST_CHECK;
/* Fills in grant_previous and grant_jump. */
enum err book_grant_chain(struct book *book, const struct book_grant *grant,
                          struct entry *entry) MUST_CHECK;
/* Its state has been written: what it only needs while it is used can go.  The last thing of a
 * batch. */
void book_grant_rest(struct book *book, const struct book_grant *grant);

/* --- holds and reversals (holds.c) --- */

struct book_hold *book_hold(const struct book *book, uint64_t number); /* or NULL */
/* As it was written; parts are copied.  ERR_CORRUPT: there is no such account. */
enum err book_hold_load(struct book *book, const struct hold *hold, uint64_t last_entry) MUST_CHECK;
enum err book_hold_apply(struct book *book, const struct entry *entry) MUST_CHECK;
/* Forgets the holds that have ended and are not dirty: they can be read from elsewhere.
 * Not in a batch. */
void book_holds_forget(struct book *book);

struct index_key book_reversal_key(uint64_t deduction, uint64_t grant);
/* grant 0: of what the deduction lent. */
struct amount book_reversed(const struct book *book, uint64_t deduction, uint64_t grant);
enum err book_reversal_load(struct book *book, uint64_t deduction, uint64_t grant,
                            struct amount amount) MUST_CHECK;
/* Nothing to do for an entry that gives nothing back. */
enum err book_reversal_apply(struct book *book, const struct entry *entry) MUST_CHECK;

#endif
