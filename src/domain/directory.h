/* domain/directory.h - customers, credit types, products, keys: shared by both books.
 *
 * Plain facts, not entries: they have no balance.  Texts are borrowed; where a store returns
 * one of these structs, its texts live in the arena that the store was given.
 */
#ifndef DOMAIN_DIRECTORY_H
#define DOMAIN_DIRECTORY_H

#include "base/digest.h"
#include "domain/environment.h"
#include "domain/id.h"
#include "exact/instant.h"

/* What a command needs of a customer: cheap, no text. */
struct customer_ref {
    uint32_t number; /* from 1, in order of creation; 0: none */
    struct customer_id id;
    bool archived; /* archived (Metronome) is cancelled (Kable): no new grants */
};

struct customer {
    uint32_t number;
    struct customer_id id;
    struct str name;
    const struct str *aliases; /* what usage and paths may call it, besides its id */
    size_t alias_count;
    struct str client_id; /* the Kable dialect's immutable alias; also among aliases; or empty */
    struct str custom_fields; /* a JSON object of strings, "{}" when there are none */
    struct str profile; /* a JSON object of what a dialect keeps of its own: contact, currency */
    struct instant created_at;
    struct instant updated_at;
    struct instant archived_at; /* INSTANT_NEVER: active */
    bool erased;                /* its identity was deleted; the number and the entries remain */
};

/* A unit that credits are counted in.  scale: decimals, 0 to 12, fixed at creation (rule 1). */
struct credit_type {
    uint32_t number; /* from 1; 0: none */
    struct credit_type_id id;
    struct str name;
    int scale;
    bool is_currency;
    struct instant created_at;
};
#define CREDIT_TYPE_SCALE_MAX 12
#define CREDIT_TYPE_SCALE_DEFAULT 6

/* Two credit types exist in every directory. */
#define CREDIT_TYPE_USD_UUID "2714e483-4ff1-48e4-9e25-ac732e8f24f2" /* "USD (cents)" */
#define CREDIT_TYPE_USD_NAME "USD (cents)"
#define CREDIT_TYPE_CREDITS_UUID "c4ed1750-0000-4000-8000-6b61626c6500" /* the Kable dialect's */
#define CREDIT_TYPE_CREDITS_NAME "Credits"

struct product {
    uint32_t number;
    struct product_id id;
    struct str name;
    struct instant created_at;
};

enum key_scope {
    KEY_SCOPE_WRITE = 1, /* reads and mutations */
    KEY_SCOPE_READ,
    KEY_SCOPE_ADMIN, /* also keys themselves, in the native API */
};

/* A secret that may use the server.  The secret itself is nowhere: only an HMAC of it under the
 * data directory's own pepper. */
struct key {
    uint32_t number;      /* from 1: who asked, in entries; 0 is the ledger itself */
    struct str client_id; /* "kci_" and 32 hex digits: the Kable-Client-Id */
    enum environment environment;
    enum key_scope scope;
    struct str name;
    struct digest secret_hmac;
    struct instant created_at;
    struct instant revoked_at; /* INSTANT_NEVER: valid */
    uint32_t customer;         /* a customer's own key (Kable's authenticate); 0: the business's */
    uint32_t requests_per_second; /* 0: no limit */
    /* Where customer is not 0, and the key was read: what the customer calls itself, its client id
     * or else its first alias. */
    struct customer_id customer_id;
    struct str customer_client_id;
};

/* Keys from now on, or from an instant to come, revoked; one that is revoked sooner stays so. */
struct key_revocation {
    uint32_t customer; /* keys of this customer's own; 0: of the business, which client_id names */
    bool everywhere;   /* in both environments */
    enum environment environment;
    bool has_secret; /* only the one with this secret */
    struct digest secret_hmac;
    struct str client_id; /* only this one; empty: all of the customer */
    struct instant at;
};

/* Usage that was reported and not deducted: it named no amount, or could not be. */
struct usage_event {
    uint64_t number;                /* from 1, in each environment, in order of arrival */
    uint32_t customer;              /* 0: nobody was so called */
    struct customer_id customer_id; /* as read */
    struct str client_id;           /* what the event called the customer */
    struct instant at;              /* the event's own instant */
    struct instant recorded_at;
    struct str transaction_id; /* or empty */
    struct str data;           /* a JSON object, or empty */
    struct str because;        /* why it was not deducted */
    uint32_t key;              /* who reported it */
};

/* A custom field that things of this kind may have: entity "customer", key "crm_id".  It keeps its
 * number, and the values their place, when it is removed and added again. */
struct custom_field_key {
    uint32_t number; /* from 1; 0: none */
    struct str entity;
    struct str key;
    bool enforce_uniqueness; /* no two may have the same value */
    struct instant created_at;
    struct instant removed_at; /* INSTANT_NEVER: it is on the list */
};

/* Those whose values are kept here. */
#define CUSTOM_FIELDS_OF_CUSTOMER STR("customer")
#define CUSTOM_FIELDS_OF_GRANT STR("credit_grant")

#endif
