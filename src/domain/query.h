/* domain/query.h - what somebody asks to know, and the answer.
 *
 * A query takes its turn with the commands, so it sees every reply that was sent before it.
 * The ledger thread answers from the book in memory (heads); what a long list needs of the disk
 * (texts and histories) is read by a reader thread, up to the sequence that the heads carry.
 * Asked texts are borrowed; answers live in the job's arena.
 */
#ifndef DOMAIN_QUERY_H
#define DOMAIN_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/digest.h"
#include "domain/directory.h"
#include "domain/entry.h"
#include "domain/grant.h"
#include "domain/hold.h"
#include "domain/reject.h"
#include "domain/trail.h"

enum query_kind {
    QUERY_NONE = 0,
    QUERY_BALANCE,      /* accounts of one customer, with their live grants */
    QUERY_GRANTS,       /* grants by filter, in order of creation */
    QUERY_CUSTOMER,     /* one */
    QUERY_CUSTOMERS,    /* in order of creation */
    QUERY_CREDIT_TYPES, /* all, in order of creation */
    QUERY_PRODUCTS,
    QUERY_BOOK,    /* the last sequence and hash */
    QUERY_ENTRIES, /* the history of a customer's account or grant, a page at a time */
    QUERY_LEDGERS, /* what moved the balances of accounts, by the instants that entries speak of */
    QUERY_HOLDS,   /* open ones, in order of creation */
    QUERY_HOLD,    /* one, also an ended one */
    QUERY_DEDUCTION,    /* one, with what was given back of it */
    QUERY_TEST_CLOCK,   /* what the test environment's clock says */
    QUERY_BOOK_ENTRIES, /* all entries of the book, oldest first, a page at a time */
    QUERY_AUDIT,        /* who did what */
    QUERY_FIELD_KEYS,   /* the custom fields that things may have, in order of creation */
    QUERY_USAGE_EVENTS, /* usage that was not deducted, in order of arrival */
    QUERY_COUNT
};

enum archived_filter { ARCHIVED_LEFT_OUT = 1, ARCHIVED_ONLY, ARCHIVED_TOO };

struct query {
    enum query_kind kind;
    enum environment environment;
    struct str customer;    /* BALANCE, CUSTOMER, HOLDS (empty: all): any spelling or alias */
    uint64_t number;        /* HOLD, DEDUCTION */
    struct str credit_type; /* BALANCE, GRANTS: empty means all */
    struct instant at;      /* BALANCE: INSTANT_NONE means now; the future is refused */
    /* BALANCE: what the caller does not need.  Without facts, which are on the disk, or without
     * grants at all, a balance of now is answered from memory. */
    bool without_grants;
    bool without_facts; /* no texts; numbers, instants and ids only */
    /* ENTRIES: customer, and credit_type or one of grants, say whose.  INSTANT_NONE:
     * no bound. */
    struct instant from;  /* at >= from; before until */
    struct instant until; /* at < until */
    bool oldest_first;    /* otherwise newest first */
    bool with_balances;   /* ENTRIES of an account: opening and closing too; until may not lie in
                           * the future */
    /* GRANTS, LEDGERS and CUSTOMERS: a filter with count 0 lets all through.  LEDGERS: from and
     * until are of effective_at, and limit is of entries; unknown names are refused. */
    const struct str *customers;
    size_t customer_count;
    const struct credit_type_id *credit_types;
    size_t credit_type_count;
    const struct grant_id *grants;
    size_t grant_count;
    struct instant not_expiring_before; /* INSTANT_NONE: any; expires_at >= it */
    struct instant effective_before;    /* INSTANT_NONE: any; effective_at < it */
    bool with_voided;
    bool with_entries;        /* GRANTS: the history of each grant */
    struct str resource_type; /* AUDIT: of this one resource; empty: of all */
    struct str resource_id;
    const struct str *entities; /* FIELD_KEYS: count 0: all */
    size_t entity_count;
    struct str alias; /* CUSTOMERS: only the one so called; empty: all */
    enum archived_filter archived;
    /* number of the last grant, customer, ... or sequence of the last entry, of the page before;
     * 0: from the start */
    uint64_t after;
    uint64_t after_entry; /* LEDGERS: `next_entry` of the page before */
    size_t limit;         /* 1..PAGE_LIMIT_MAX; LEDGERS: 1..LEDGER_ENTRIES_MAX */
};

/* A grant with what a list shows of it. */
struct grant_row {
    struct grant grant; /* a copy; products and rollover point into the arena */
    struct customer_id customer;
    struct credit_type credit_type;
    struct credit_type paid_credit_type; /* number 0: nothing was said about payment */
    struct facts facts;
    struct product *products; /* with names, in the grant's order */
    size_t product_count;
    struct entry *entries; /* oldest first; with_entries only */
    size_t entry_count;
};

struct balance_row {
    struct credit_type credit_type;
    struct account account;
    struct grant_row *grants; /* live, in burn order; without entries */
    size_t grant_count;
};

/* A balance without and with what is pending. */
struct ledger_balance {
    struct amount excluding_pending;
    struct amount including_pending;
    struct instant effective_at;
};

struct ledger_line {
    struct entry entry;    /* facts of a use are those of its operation, of a grant its own */
    struct amount amount;  /* of a pending line: what is still held, negative */
    struct amount balance; /* of the credit type, after it */
};

/* What a customer has of a credit type, and how it came and went; voided grants and all that they
 * gave are left out.  Lines are in order of effective_at, then of the book, so
 *     starting + all lines = ending, excluding_pending, always.
 * A ledger with more lines than a page goes on on the next, with the same balances; the pending
 * lines come with its last part. */
struct ledger_row {
    struct customer_id customer;
    struct credit_type credit_type;
    struct ledger_balance starting; /* just before query.from, or before the first line */
    struct ledger_balance ending;   /* just before query.until, or the end of this month */
    struct ledger_line *lines;
    size_t line_count;
    struct ledger_line *pending; /* open holds */
    size_t pending_count;
};

/* An entry with what says whose it is. */
struct book_line {
    struct entry entry; /* as in answer.entries */
    struct customer_id customer;
    const struct credit_type *credit_type;
};

struct balance {
    struct amount posted;
    struct amount held;
    struct amount debt;
};

/* A hold or a deduction with the entries that made it, oldest first. */
struct use_row {
    struct customer_id customer;
    struct credit_type credit_type;
    struct hold hold; /* HOLD, HOLDS; without parts */
    struct amount covered;
    struct amount lent;
    struct amount reversed;
    struct amount uncovered;
    struct entry *entries; /* HOLDS: only the first */
    size_t entry_count;
};

/* Something that somebody did. */
struct audit_row {
    bool is_of_book; /* the line is made from an entry, else it is one of the directory's log */
    struct log_line line;
    struct source source;
};

struct answer {
    /* CUSTOMER_UNKNOWN, CREDIT_TYPE_UNKNOWN, CREDIT_TYPE_NEEDED, GRANT_UNKNOWN, AT_IN_FUTURE */
    enum reject reject;
    struct blame blame;
    struct instant now; /* the instant that the answer is of: the ledger's clock, and while a full
                         * disk keeps time from being written, the last that the book has */
    struct customer_ref customer;
    struct balance_row *balances;
    size_t balance_count;
    struct grant_row *grants;
    size_t grant_count;
    struct customer *customers;
    size_t customer_count;
    struct credit_type *credit_types;
    size_t credit_type_count;
    struct product *products;
    size_t product_count;
    /* AUDIT: next is 1 and the sequence, next_entry the line, up to which all is told; always */
    struct audit_row *audit;
    size_t audit_count;
    struct custom_field_key *field_keys; /* FIELD_KEYS */
    size_t field_key_count;
    /* ENTRIES: facts of a use are those of its operation.  grant_id is filled in. */
    struct entry *entries;
    size_t entry_count;
    struct credit_type entries_credit_type;
    struct balance opening; /* with_balances: before from, and before until */
    struct balance closing;
    bool clock_is_frozen; /* TEST_CLOCK; it says `now` */
    struct use_row *uses; /* HOLDS, HOLD, DEDUCTION */
    size_t use_count;
    struct book_line *lines; /* BOOK_ENTRIES */
    size_t line_count;
    struct ledger_row *ledgers; /* in order of customers, then of accounts */
    size_t ledger_count;
    struct usage_event *usage_events;
    size_t usage_event_count;
    uint64_t next;       /* `after` of the next page; 0: there is none */
    uint64_t next_entry; /* LEDGERS */
    uint64_t sequence;   /* BOOK */
    struct digest hash;
    struct instant sealed_at;
};

#endif
