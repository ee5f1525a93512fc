/* domain/decision.h - the engine's answer to a command: entries to write, or a refusal.
 *
 * A refusal has no entries.  A success may have none either (voiding twice, a dry run after the
 * ledger has taken its entries away for display). */
#ifndef DOMAIN_DECISION_H
#define DOMAIN_DECISION_H

#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"
#include "domain/directory.h"
#include "domain/entry.h"
#include "domain/reject.h"

struct decision {
    enum reject reject;
    struct blame blame;    /* which field a refusal is about, where one is */
    struct entry *entries; /* in the command's arena */
    size_t entry_count;
    uint64_t operation;           /* sequence of the first entry; 0 when there is none */
    struct amount covered;        /* what was drawn, held, captured or given back */
    struct amount lent;           /* what became debt, or REVERSE: what debt it lowered */
    struct amount uncovered;      /* POLICY_PARTIAL: what no grant covered, and no debt either */
    struct amount available;      /* BALANCE_EXCEEDED: what eligible grants had, and the account
                                   * might still have owed */
    struct amount account_posted; /* after */
    struct amount account_held;
    struct amount account_debt;
    struct amount account_limit;
    struct instant hold_expires_at; /* holds */
    /* For the reply; filled in by the ledger. */
    struct customer_id customer;
    struct credit_type credit_type; /* texts in the arena */
    struct grant_id grant_id;       /* grant commands */
    struct instant at;
    struct customer customer_row; /* customer commands: as it is after */
    struct product product;
    struct custom_field_key field_key;
};

#endif
