/* domain/entry.h - one immutable line in the book.
 *
 * Everything else about grants and holds is a fold over entries.  An entry has two instants:
 * `at`, when it was recorded, which never decreases along the book; and `effective_at`, the
 * instant that it speaks of (the use, the expiry, the start of the grant).  They differ for
 * usage and grants that are dated back.
 *
 * The entries of one deduction, hold, capture or reversal are adjacent and share `operation`,
 * the sequence of the first of them.  Plain data; the functions are pure.
 */
#ifndef DOMAIN_ENTRY_H
#define DOMAIN_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"
#include "domain/grant.h"
#include "domain/id.h"
#include "exact/amount.h"
#include "exact/instant.h"

/* ENTRY(name, code, text): code is stored and never reused. */
enum entry_kind {
#define ENTRY(name, code, text) ENTRY_##name = (code),
#include "domain/entry.def"
#undef ENTRY
};
#define ENTRY_KIND_MAX 32

struct str entry_kind_name(enum entry_kind kind); /* "draw" */
bool entry_kind_from_code(int code, enum entry_kind *ret);

/* Why this grant was drawn from before the next one that could have been (rule 3). */
enum because {
    BECAUSE_ONLY = 1, /* no other grant could cover the use */
    BECAUSE_PRIORITY,
    BECAUSE_EXPIRY,    /* same priority, sooner expiry */
    BECAUSE_EFFECTIVE, /* same expiry, earlier effective_at */
    BECAUSE_CREATION,  /* all the same, issued earlier */
    BECAUSE_HELD,      /* the hold had reserved it */
    BECAUSE_REVERSED,  /* it gives back what it took */
};
struct str because_text(enum because because);

/* Bits of entry.flags. */
#define ENTRY_RELEASES_UNIQUENESS_KEY 1u
#define ENTRY_VOIDS_PURCHASE_INVOICE 2u

/* What an entry says besides its numbers; NULL where there is nothing to say.  Absent texts are
 * STR_NONE, absent ids nil, absent instants INSTANT_NEVER.
 *   The first entry of an account    customer, credit_type
 *   ISSUE and EDIT                   the terms and the texts of the grant, complete
 *   the first of an operation        reason, invoice_id, product, metadata, hold_expires_at
 *   EXTEND                           hold_expires_at
 *   VOID of a scheduled grant        amount: what was scheduled, since no balance shows it
 *   CREDIT_LIMIT                     amount: the new limit
 */
struct facts {
    struct customer_id customer;
    struct credit_type_id credit_type;
    /* terms of a grant */
    struct grant_id grant_id;
    struct amount amount;
    struct priority priority;
    struct instant effective_at;
    struct instant expires_at;
    struct product_set products; /* count 0: any product */
    struct rollover rollover;    /* kind 0: none */
    struct grant_id rolled_from; /* the grant that this one continues */
    /* texts of a grant */
    struct str name;
    struct str reason;
    struct str grant_type;
    struct str uniqueness_key;
    struct str custom_fields; /* JSON object of strings, or STR_NONE */
    bool has_paid;
    struct amount paid_amount;
    struct credit_type_id paid_credit_type;
    struct str paid_currency; /* Kable dialect: "USD" */
    struct instant invoice_date;
    struct str invoice_id;
    /* of a use */
    struct product_id product;
    struct str metadata; /* JSON object, or STR_NONE */
    struct instant hold_expires_at;
};

/* All that an entry can say, absent. */
#define FACTS_NONE                                                                                 \
    ((struct facts){                                                                               \
        .effective_at = INSTANT_NEVER,                                                             \
        .expires_at = INSTANT_NEVER,                                                               \
        .invoice_date = INSTANT_NEVER,                                                             \
        .hold_expires_at = INSTANT_NEVER,                                                          \
    })

struct entry {
    uint64_t sequence; /* from 1, without gaps */
    enum entry_kind kind;
    unsigned flags;
    enum because because; /* draws and holds; otherwise 0 */
    struct instant at;
    struct instant effective_at;
    uint64_t operation;
    uint32_t account;
    uint32_t key;            /* who asked; 0: the ledger itself */
    uint32_t source;         /* from where (domain/trail.h); 0: not known */
    uint64_t request;        /* and in which request of that source's run */
    uint64_t grant;          /* number; 0: an entry of the account, not of a grant */
    uint64_t of;             /* the hold or deduction that it continues or gives back, or 0.
                              * EDIT: the entry whose facts held before it (0: of an old file);
                              * REPAY: the account's REPAY before it */
    struct amount amount;    /* change of the posted balance: negative for what leaves */
    struct amount held;      /* change of what is held */
    struct amount uncovered; /* UNCOVERED: what no grant covered */
    struct amount debt;      /* change of what the account owes */
    /* balances after it */
    struct amount grant_posted;
    struct amount grant_held;
    struct amount account_posted;
    struct amount account_held;
    struct amount account_debt;
    /* the chains backwards (domain/jump.h), filled in by the store; 0: none */
    uint64_t account_previous;
    uint64_t account_jump;
    uint64_t grant_previous;
    uint64_t grant_jump;
    const struct facts *facts;
    /* not stored: for replies */
    struct grant_id grant_id;
};

/* Does the entry give back a part of the deduction that it is `of`?  *ret_grant: of what a draw
 * took from that grant; 0: of what the deduction lent. */
static inline bool entry_gives_back(const struct entry *entry, uint64_t *ret_grant)
{
    bool lent = entry->kind == ENTRY_REVERSE_DEBT || entry->kind == ENTRY_REVERSE_REPAY;

    if (!lent && entry->kind != ENTRY_REVERSE)
        return false;
    *ret_grant = lent ? 0 : entry->grant;
    return true;
}

#endif
