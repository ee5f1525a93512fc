/* domain/command.h - what somebody, or time, asks to change.
 *
 * A dialect fills in what was asked: names as text, amounts as decimals.  The ledger resolves
 * (ledger/resolve.c): names to numbers, decimals to amounts at the credit type's scale, "not
 * given" to now, and writes the results into the fields marked (resolved), and `subject`.  The
 * engine reads only those.
 * Texts are borrowed from the request's arena.
 */
#ifndef DOMAIN_COMMAND_H
#define DOMAIN_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"
#include "domain/directory.h"
#include "domain/entry.h"
#include "domain/environment.h"
#include "domain/id.h"
#include "domain/trail.h"
#include "exact/decimal.h"
#include "exact/instant.h"

enum command_kind {
    COMMAND_NONE = 0,
#define BOOK_COMMAND(name, arm, text) COMMAND_##name,
#define TIME_COMMAND(name, arm, text) COMMAND_##name,
#define DIRECTORY_COMMAND(name, arm, text) COMMAND_##name,
#include "domain/command.def"
#undef BOOK_COMMAND
#undef TIME_COMMAND
#undef DIRECTORY_COMMAND
    COMMAND_COUNT
};

struct str command_name(enum command_kind kind); /* "issue grant" */
bool command_is_of_directory(enum command_kind kind);

/* What a deduction does where the grants do not cover it (rule 4). */
enum policy {
    POLICY_REFUSE = 1,
    POLICY_PARTIAL,
};

/* A decimal that may be absent. */
struct decimal_option {
    bool given;
    struct decimal value;
};

/* Whom a command is about, in the store's numbers.  Filled in by the ledger. */
struct subject {
    enum environment environment;
    struct customer_ref customer; /* number 0: none */
    uint32_t credit_type;         /* 0: none */
    struct grant_id grant_id;     /* nil: none */
    uint64_t grant;               /* number, for time commands; 0: none, or use grant_id */
    uint64_t hold;                /* number; 0: none */
    uint64_t deduction;           /* first entry of the deduction; 0: none */
    struct str uniqueness_key;    /* must be free; empty: none */
};

struct issue {
    struct str customer;
    struct str credit_type;
    struct decimal asked;
    enum rounding rounding; /* ROUND_NONE (native) or ROUND_HALF_EVEN (the two dialects) */
    struct decimal_option paid;
    struct str paid_credit_type;
    struct str *product_names; /* by id, or by name where unique */
    size_t product_name_count;
    struct decimal_option rollover_amount_max;
    bool only_listed_fields; /* custom fields must be on the list of keys */
    struct facts facts;      /* all but the fields marked so are filled in by the dialect ... */
    /* (resolved): facts.customer, facts.credit_type, facts.amount, facts.paid_amount,
     * facts.paid_credit_type, facts.products, facts.rollover.amount_max; facts.grant_id if nil;
     * facts.effective_at if INSTANT_NONE: now */
};

/* Only what is given changes. */
struct edit {
    bool has_name, has_expires_at, has_grant_type, has_custom_fields;
    struct str name;
    struct instant expires_at;
    struct str grant_type;
    struct str custom_fields; /* the whole new object */
    /* Or a part of it, of which (resolved) makes the whole: fields to set, or keys to delete.
     * Only those on the list of keys. */
    struct str fields_set; /* empty: none */
    const struct str *fields_deleted;
    size_t fields_deleted_count;
};

struct void_grant {
    bool release_uniqueness_key;
    bool void_purchase_invoice;
};

struct deduct {
    struct str customer;
    struct str credit_type; /* empty: the only one that the customer has */
    struct str product;     /* empty: no particular product */
    struct decimal asked;
    enum rounding rounding;
    enum policy policy;
    struct instant at; /* INSTANT_NONE: now.  (resolved) */
    bool at_or_now;    /* what lies in the future was now: somebody's clock is ahead */
    struct str reason;
    struct str invoice_id;
    struct str metadata;
    bool dry_run;
    struct amount amount;         /* (resolved) */
    bool has_product;             /* (resolved) */
    struct product_id product_id; /* (resolved) */
};

struct reverse {
    struct decimal_option asked; /* absent: all that is left */
    enum rounding rounding;
    struct str reason;
    struct amount amount; /* (resolved); 0: all that is left */
};

struct hold_create {
    struct deduct use; /* as a deduction, but it only reserves; use.at must be absent */
    struct span expires_in;
    struct instant expires_at; /* (resolved) */
};

struct capture {
    struct decimal_option asked; /* absent: all that is held */
    enum rounding rounding;
    enum policy policy;   /* for the excess over what is held */
    bool whole;           /* (resolved): amount was absent */
    struct amount amount; /* (resolved) */
    struct str reason, invoice_id, metadata;
};

struct extend {
    struct span expires_in;
    struct instant expires_at; /* (resolved) */
};

/* How far a customer may owe a credit type (rule 4). */
struct credit_limit_set {
    struct str customer;
    struct str credit_type;
    struct decimal asked; /* 0 or more */
    enum rounding rounding;
    struct str reason;
    struct amount limit; /* (resolved) */
};

struct expire {
    struct grant_id rolled_id; /* the id of the new grant, should there be a rollover */
};

struct customer_create {
    struct customer_id id; /* nil: the ledger makes one */
    struct str name;
    const struct str *aliases;
    size_t alias_count;
    struct str client_id; /* Kable dialect; also counted as an alias */
    struct str custom_fields;
    bool only_listed_fields; /* they must be on the list of keys */
    struct str profile;
    const struct key *keys; /* of the customer's own, as in struct key_create */
    size_t key_count;
};

struct customer_update {
    struct str customer;
    bool has_name, has_aliases, has_profile, has_custom_fields;
    struct str name;
    const struct str *aliases;
    size_t alias_count;
    struct str profile;
    /* Pure; makes the new profile of the old one and what was given.  NULL: what was given is it.
     * ERR_NOMEM */
    enum err (*profile_merge)(struct str before, struct str given, struct arena *arena,
                              struct str *ret);
    struct str custom_fields;
};

struct customer_archive {
    struct str customer;
    bool erase; /* also forget name, aliases, profile and fields, and revoke its own keys */
    bool again; /* one that is archived stays so, and that is no refusal */
};

/* All or nothing; those of other keys stay. */
struct fields_set {
    struct str customer;
    struct str fields;
};

struct fields_delete {
    struct str customer;
    const struct str *keys;
    size_t key_count;
};

struct field_key_add {
    struct str entity;
    struct str key;
    bool enforce_uniqueness;
};

struct field_key_remove {
    struct str entity;
    struct str key;
};

struct credit_type_create {
    struct credit_type_id id; /* nil: the ledger makes one */
    struct str name;
    int scale;
    bool is_currency;
};

struct product_create {
    struct product_id id; /* nil: the ledger makes one */
    struct str name;
};

/* The secret is the dialect's secret: here is only its HMAC.  Client id, environment, scope, name
 * and rate are filled in too. */
struct key_create {
    struct str customer; /* whose own key it is to be; empty: the business's */
    struct key key;
};

struct key_revoke {
    struct str customer; /* whose own keys; empty: the business's, which client_id names */
    struct str client_id;
    bool everywhere; /* in both environments */
    enum environment environment;
    bool has_secret; /* only the one with this secret, which must be there */
    struct digest secret_hmac;
    struct span after; /* they open things for so long yet */
};

/* Usage that is not to be deducted, or could not be. */
struct usage_record {
    struct str customer; /* who is unknown is recorded as such */
    struct instant at;
    struct str transaction_id;
    struct str data; /* JSON object, or empty */
    struct str because;
};

/* Of the test environment only.  Neither given: the clock follows the real one again. */
struct test_clock_set {
    struct instant now; /* INSTANT_NONE: not given */
    bool has_advance;
    struct span advance;
};

struct command {
    enum command_kind kind;
    uint32_t key;           /* who asks; 0: the ledger itself */
    struct origin origin;   /* from where */
    struct instant now;     /* (resolved): the ledger's clock */
    struct subject subject; /* (resolved), but for environment, and ids named in the path */
    union {
        struct issue issue;
        struct edit edit;
        struct void_grant void_grant;
        struct deduct deduct;
        struct reverse reverse;
        struct hold_create hold;
        struct capture capture;
        struct extend extend;
        struct credit_limit_set credit_limit_set;
        struct expire expire;
        struct customer_create customer_create;
        struct customer_update customer_update;
        struct customer_archive customer_archive;
        struct fields_set fields_set;
        struct fields_delete fields_delete;
        struct field_key_add field_key_add;
        struct field_key_remove field_key_remove;
        struct credit_type_create credit_type_create;
        struct product_create product_create;
        struct key_create key_create;
        struct key_revoke key_revoke;
        struct usage_record usage_record;
        struct test_clock_set test_clock_set;
    };
};

/* Only decided: nothing comes into the book, and no reply is kept. */
bool command_is_dry_run(const struct command *command);

#endif
