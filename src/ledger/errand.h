/* ledger/errand.h - what an answer still needs of the disk: facts, texts and histories.
 *
 * The ledger's thread fills in the heads of an answer, in the query's turn, and leaves the rest
 * as an errand.  The errand is run by the reader's thread after the commit.  Entries never
 * change, and it reads none after those that the heads name, so what is appended meanwhile
 * does not show.  Customers and products are read as they are by then.
 *
 *   ERR_NOMEM  the answer does not fit the job's arena
 *   ERR_IO, ERR_CORRUPT
 */
#ifndef LEDGER_ERRAND_H
#define LEDGER_ERRAND_H

#include "ledger/custom_fields.h"
#include "ledger/ledger.h"

struct errand {
    /* All of them, by number - 1: a paid amount may name any. */
    const struct credit_type **credit_types;
    size_t credit_type_count;
    struct hidden_fields hidden; /* of what the query lists: customers or grants */
    bool is_past;                /* BALANCE: as it was at query.at; the heads are of now */
    uint32_t customer;           /* CUSTOMER */
    /* CUSTOMERS: only these, rising. */
    bool has_customers;
    uint32_t *customers;
    size_t customer_count;
    /* ENTRIES: the chain of an account or, if grant.number is not 0, of a grant. */
    struct account account;
    struct grant grant;
    struct taken *taken; /* DEDUCTION */
    size_t taken_count;
    uint64_t book_last; /* BOOK_ENTRIES, AUDIT: none after this */
    uint64_t log_last;  /* AUDIT */
    /* LEDGERS: of answer.ledgers, in the same order. */
    struct ledger_head *heads;
    uint64_t heads_next; /* answer.next once all of these are shown */
};

struct ledger_head {
    struct account account;
    struct amount coming; /* what grants will bring and take until the end of the month */
};

/* About how many entries, grants, customers ... it will read, at least 1.  How long a history is
 * shows only when it is read; no more than BOOK_LINES_MAX are guessed. */
size_t errand_rows(const struct job *job);
enum err errand_run(struct job *job, struct store_reader *reader) MUST_CHECK;

/* The parts: each in its file. */
enum err errand_facts(struct job *job, struct store_reader *reader,
                      struct grant_row *row) MUST_CHECK;
enum err errand_past(struct job *job, struct store_reader *reader) MUST_CHECK;
enum err errand_history(struct job *job, struct store_reader *reader,
                        struct grant_row *row) MUST_CHECK;
enum err errand_entries(struct job *job, struct store_reader *reader) MUST_CHECK;
/* An entry with what is to be told of it: the facts of its operation, or of its grant, and the id
 * of its grant; alone: without the latter, which costs another look. */
enum err errand_entry(struct job *job, struct store_reader *reader, uint64_t sequence,
                      struct entry *ret) MUST_CHECK;
enum err errand_entry_alone(struct job *job, struct store_reader *reader, uint64_t sequence,
                            struct entry *ret) MUST_CHECK;
enum err errand_ledgers(struct job *job, struct store_reader *reader) MUST_CHECK;
enum err errand_book(struct job *job, struct store_reader *reader) MUST_CHECK;
enum err errand_holds(struct job *job, struct store_reader *reader) MUST_CHECK;
enum err errand_use(struct job *job, struct store_reader *reader) MUST_CHECK;
enum err errand_audit(struct job *job, struct store_reader *reader) MUST_CHECK;
enum err errand_customers(struct job *job, struct store_reader *reader) MUST_CHECK;
enum err errand_usage_events(struct job *job, struct store_reader *reader) MUST_CHECK;
enum err errand_products(struct job *job, struct store_reader *reader) MUST_CHECK;

#endif
