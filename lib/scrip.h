/* scrip.h - a client for credit ledgers: Kable's credits, Metronome's credit grants, and Scrip.
 *
 * It speaks to any server of these APIs.  This header is the manual; docs/api/client.md is the
 * tour.
 *
 *     struct scrip_options options = { .url = "http://127.0.0.1:8080" };
 *     struct scrip_error error = SCRIP_ERROR_NONE;
 *     struct scrip_client *client = NULL;
 *     struct scrip_kable_balance *balance = NULL;
 *
 *     options.kable_client_id = getenv("KABLE_CLIENT_ID");
 *     options.kable_client_secret = getenv("KABLE_CLIENT_SECRET");
 *     if (scrip_client_open(&options, &client, &error) != SCRIP_OK ||
 *         scrip_kable_balance_get(client, "acme", NULL, &balance, &error) != SCRIP_OK)
 *         fprintf(stderr, "%s\n", error.message);
 *     else
 *         use(balance->available);
 *     scrip_free(balance);
 *     scrip_client_close(client);
 *     scrip_error_clear(&error);
 *
 * CALLS.  Every call returns an enum scrip_outcome: SCRIP_OK, or what went wrong.  Outputs come
 * last: the result, set on SCRIP_OK only, and the error, which may be NULL.  Arguments are
 * borrowed until the call returns.  Where a parameter is called call, NULL means the defaults.
 *
 * MEMORY.  What a call hands out is one block that owns every text in it: give it back with
 * scrip_free().  Lists are closed with scrip_list_close(), clients with scrip_client_close(),
 * errors cleared with scrip_error_clear(); each of these takes NULL.  Nothing else is owned by
 * the caller.
 *
 * THREADS.  A client belongs to one thread at a time; a process may have many clients.  Only
 * scrip_client_cancel() may be called from elsewhere.  There is no global state, but that
 * libcurl is started once; a program that uses libcurl itself calls curl_global_init() first.
 *
 * OPTIONAL FIELDS.  A text or list that is not there is NULL.  Decimals, instants and integers
 * say is_given; a flag is SCRIP_UNSET.  A struct that is all zero therefore says nothing, and
 * an amount of 0 that was given is something else than none.
 *
 * RETRIES.  Failed attempts are repeated as the official clients of these APIs do: after a broken
 * connection or a timeout, and after the statuses 408, 409, 429 and 5xx, unless the reply says
 * x-should-retry; after retry-after-ms or retry-after, else after half a second, doubled each
 * time up to 8 seconds, less up to a quarter by chance.  A mutation carries an Idempotency-Key,
 * the same for all its attempts, so that a server which keeps to it does the work once.  Of one
 * that does not, ask for one attempt: .attempts_max = 1.
 *
 * The library prints nothing, never ends the process, and follows no redirect.
 */
#ifndef SCRIP_H
#define SCRIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SCRIP_API __attribute__((visibility("default")))
#define SCRIP_MUST_CHECK __attribute__((warn_unused_result))
#else
#define SCRIP_API
#define SCRIP_MUST_CHECK
#endif

struct scrip_client;
struct scrip_list;

#define SCRIP_HEADER_VERSION "0.1.0"
SCRIP_API const char *scrip_version(void); /* of the library that runs */

/* ---- values ------------------------------------------------------------------------------- */

/* An exact decimal of up to 38 digits, 38 of them behind the point: its digits as a whole number,
 * high * 2^64 + low, divided by 10^scale.  Made and read with the functions below; there is no
 * binary floating point anywhere. */
struct scrip_decimal {
    uint64_t high;
    uint64_t low;
    uint8_t scale;
    bool is_negative;
    bool is_given;
};

#define SCRIP_DECIMAL_TEXT_MAX 44 /* with its NUL */

/* For texts that stand in the program: scrip_decimal_of("12.50").  Not given if it is none. */
SCRIP_API struct scrip_decimal scrip_decimal_of(const char *text);
/* Reads "-12.5" or "1.25e-3", the whole of text; false when it is no decimal or has too many
 * digits to be held exactly. */
SCRIP_API bool scrip_decimal_parse(const char *text, struct scrip_decimal *ret) SCRIP_MUST_CHECK;
/* units / 10^scale: scrip_decimal_from_units(1999, 2) is 19.99.  scale is 0 to 38. */
SCRIP_API struct scrip_decimal scrip_decimal_from_units(int64_t units, int scale);
/* The other way; false when it would not be exact, or does not fit. */
SCRIP_API bool scrip_decimal_to_units(struct scrip_decimal decimal, int scale,
                                      int64_t *ret) SCRIP_MUST_CHECK;
/* The shortest exact text, never an exponent, into buffer, which has SCRIP_DECIMAL_TEXT_MAX
 * bytes; returns buffer.  "" when it is not given. */
SCRIP_API const char *scrip_decimal_format(struct scrip_decimal decimal, char *buffer);
/* <0, 0, >0.  What is not given counts as 0. */
SCRIP_API int scrip_decimal_compare(struct scrip_decimal a, struct scrip_decimal b);
/* Exact; false when the result has more than 38 digits. */
SCRIP_API bool scrip_decimal_add(struct scrip_decimal a, struct scrip_decimal b,
                                 struct scrip_decimal *ret) SCRIP_MUST_CHECK;
SCRIP_API bool scrip_decimal_subtract(struct scrip_decimal a, struct scrip_decimal b,
                                      struct scrip_decimal *ret) SCRIP_MUST_CHECK;

/* A moment: microseconds since 1970-01-01T00:00:00Z. */
struct scrip_instant {
    int64_t us;
    bool is_given;
};

#define SCRIP_INSTANT_TEXT_MAX 32

/* For texts that stand in the program: scrip_instant_of("2026-01-01T00:00:00Z"). */
SCRIP_API struct scrip_instant scrip_instant_of(const char *text);
/* RFC 3339, with 'Z' or any offset; decimals of a second beyond the sixth are cut off. */
SCRIP_API bool scrip_instant_parse(const char *text, struct scrip_instant *ret) SCRIP_MUST_CHECK;
SCRIP_API struct scrip_instant scrip_instant_from_seconds(int64_t seconds); /* such as time() */
SCRIP_API const char *scrip_instant_format(struct scrip_instant instant, char *buffer);

struct scrip_integer {
    int64_t value;
    bool is_given;
};
SCRIP_API struct scrip_integer scrip_integer_of(int64_t value);

enum scrip_flag { SCRIP_UNSET = 0, SCRIP_NO, SCRIP_YES };

struct scrip_pair { /* a custom field; a header */
    const char *name;
    const char *value;
};

struct scrip_text { /* not ended by a NUL */
    const char *data;
    size_t size;
};

/* ---- outcomes and errors ------------------------------------------------------------------ */

enum scrip_outcome {
    SCRIP_OK = 0,
    SCRIP_END, /* of a list: there is no further item */
    /* Here */
    SCRIP_USAGE,     /* an argument is missing or wrong: nothing was sent */
    SCRIP_NO_MEMORY, /* nothing leaks, and the client can be used again */
    SCRIP_SYSTEM,    /* no randomness, or libcurl would not start */
    SCRIP_CANCELLED,
    /* On the way.  The fate of a mutation is unknown after TIMEOUT, DISCONNECTED, MALFORMED,
     * TRUNCATED and ENDLESS: repeat it with the error's idempotency_key. */
    SCRIP_UNREACHABLE, /* no such host, or nobody answers there */
    SCRIP_TLS,         /* no encryption, or the certificate is not trusted */
    SCRIP_TIMEOUT,
    SCRIP_DISCONNECTED, /* the connection broke before the reply was whole */
    SCRIP_REDIRECTED,   /* to elsewhere: not followed, and nothing was sent there */
    SCRIP_ENDLESS,      /* the reply is larger than reply_bytes_max */
    SCRIP_MALFORMED,    /* the reply is not HTTP, not JSON, or not what it should be */
    SCRIP_TRUNCATED,    /* the reply ends in the middle of its JSON */
    /* The server's answer is no */
    SCRIP_BAD_REQUEST,  /* 400, 405, 413, 415, 422: what was asked is wrong */
    SCRIP_UNAUTHORIZED, /* 401: the key is wrong, revoked or missing */
    SCRIP_NOT_COVERED,  /* 402: the customer has not enough credit */
    SCRIP_FORBIDDEN,    /* 403: the key may not do this */
    SCRIP_NOT_FOUND,    /* 404, 410 */
    SCRIP_CONFLICT,     /* 409: in use already, or has ended */
    SCRIP_TOO_MANY,     /* 429: too many requests */
    SCRIP_REFUSED,      /* any other 4xx */
    SCRIP_SERVER,       /* 5xx: the server has failed */
    SCRIP_OUTCOME_COUNT
};

/* A short name such as "not covered"; static. */
SCRIP_API const char *scrip_outcome_name(enum scrip_outcome outcome);

/* What went wrong, as a value.  Texts hold what there is of them, cut to their size. */
struct scrip_error {
    enum scrip_outcome outcome;
    int http_status;                /* 0: no reply arrived */
    int attempts;                   /* that were made */
    char message[512];              /* for people; never a secret */
    char code[128];                 /* the server's own: a problem's type, or a code */
    char request_id[128];           /* by which the server's people find it */
    char idempotency_key[128];      /* of the mutation, to repeat it with */
    char location[512];             /* where a redirect pointed to */
    struct scrip_decimal available; /* NOT_COVERED: what there is, if the server says so */
    char *body;                     /* the raw reply, with a NUL behind it, or NULL; owned */
    size_t body_size;
};

#define SCRIP_ERROR_NONE                                                                           \
    {                                                                                              \
        SCRIP_OK, 0, 0, "", "", "", "", "", { 0, 0, 0, false, false }, NULL, 0                     \
    }

/* Frees what the error owns and makes it SCRIP_ERROR_NONE.  A call clears the error that it is
 * given before it sets it anew, so one may serve many calls. */
SCRIP_API void scrip_error_clear(struct scrip_error *error);

/* ---- the client --------------------------------------------------------------------------- */

enum scrip_event_kind {
    SCRIP_EVENT_REQUEST = 1, /* about to be sent */
    SCRIP_EVENT_REPLY,       /* has arrived, whatever its status */
    SCRIP_EVENT_FAILURE,     /* no reply: outcome and message say why */
    SCRIP_EVENT_RETRY,       /* the next attempt follows in delay_ms */
};

/* What the hook sees; borrowed until it returns.  Secrets in headers are shown as "***". */
struct scrip_event {
    enum scrip_event_kind kind;
    int attempt;        /* from 1 */
    const char *method; /* "POST" */
    const char *url;
    int http_status;                  /* REPLY */
    const struct scrip_pair *headers; /* REQUEST, REPLY */
    size_t header_count;
    const char *body; /* REQUEST, REPLY */
    size_t body_size;
    enum scrip_outcome outcome; /* FAILURE, RETRY */
    const char *message;        /* FAILURE */
    int64_t elapsed_ms;         /* REPLY, FAILURE: of this attempt */
    int64_t delay_ms;           /* RETRY */
};

/* Called in the client's thread; may cancel the client, and may call nothing else of it. */
typedef void scrip_hook(const struct scrip_event *event, void *context);

struct scrip_options {
    const char *url; /* "https://api.example.com"; needed */
    /* Either or both: Bearer for Metronome and Scrip; id and secret for Kable. */
    const char *bearer_token;
    const char *kable_client_id;
    const char *kable_client_secret;
    const char *user_agent;     /* of your program: "billing/2.1"; ours follows */
    const char *ca_file;        /* PEM; NULL: what the system trusts */
    int64_t connect_timeout_ms; /* 0: 10 seconds */
    int64_t timeout_ms;         /* of an attempt, from name to last byte; 0: 60 seconds */
    int attempts_max;           /* 0: 3 */
    int64_t retry_delay_ms;     /* before the second attempt; 0: 500 */
    int64_t retry_delay_ms_max; /* 0: 8,000.  What a server asks for is kept to up to a minute */
    size_t reply_bytes_max;     /* 0: 64 MiB */
    scrip_hook *hook;           /* NULL: none */
    void *hook_context;
};

/* USAGE, NO_MEMORY, SYSTEM.  Connects to nobody yet. */
SCRIP_API enum scrip_outcome scrip_client_open(const struct scrip_options *options,
                                               struct scrip_client **ret,
                                               struct scrip_error *reterr) SCRIP_MUST_CHECK;
SCRIP_API void scrip_client_close(struct scrip_client *client);

/* From any thread, or from the hook: the call that runs, or the next one, returns
 * SCRIP_CANCELLED soon, and so do all further ones until scrip_client_resume(). */
SCRIP_API void scrip_client_cancel(struct scrip_client *client);
SCRIP_API void scrip_client_resume(struct scrip_client *client);

/* How one call differs from the client's defaults. */
struct scrip_call {
    const char *idempotency_key; /* of a mutation; NULL: one is made */
    int64_t timeout_ms;
    int attempts_max;
};

/* Gives back what a call handed out; not for lists and their items. */
SCRIP_API void scrip_free(void *result);

/* The reply that a result was read from: for what this version of the library does not know. */
struct scrip_reply {
    int http_status;
    int attempts;
    const char *request_id;      /* NULL if the server gave none */
    const char *idempotency_key; /* that the request carried; NULL if none */
    const char *body;            /* with a NUL behind it */
    size_t body_size;
};

/* Of a result that scrip_free() would take; lives as long as it does. */
SCRIP_API const struct scrip_reply *scrip_reply_of(const void *result);

/* Any other request: path with its query, "/v1/customers?limit=5"; body is JSON or NULL.  What is
 * not a GET is taken for a mutation.  The reply may have any content. */
SCRIP_API enum scrip_outcome scrip_send(struct scrip_client *client, const char *method,
                                        const char *path, const char *body,
                                        const struct scrip_call *call, struct scrip_reply **ret,
                                        struct scrip_error *reterr) SCRIP_MUST_CHECK;

/* A list asks for its pages as it goes and frees each as it leaves it.  An item lives until the
 * next call with its list.
 *
 *     while ((outcome = scrip_metronome_grant_next(list, &grant, &error)) == SCRIP_OK)
 *         ...
 *     if (outcome != SCRIP_END)
 *         report(&error);
 *     scrip_list_close(list);
 *
 * Opening one sends nothing; its client must stay open longer than it.  After an error the same
 * call asks for the same page again.  MALFORMED: among others, when a page points to itself. */
SCRIP_API void scrip_list_close(struct scrip_list *list);

/* ---- Kable's credits: /api/v1/customers/{customerId}/credits -------------------------------- */
/* A customer is named by customerId or clientId; it is encoded for the path here. */

struct scrip_kable_grant_create_params {
    struct scrip_decimal grant_amount; /* needed: how many credits */
    const char *description;
    struct scrip_decimal charge_amount; /* what was, or is to be, paid for them */
    struct scrip_instant expiration;
};

struct scrip_kable_grant {
    const char *credit_grant_id;
    const char *customer_id; /* older servers say neither customer_id nor description */
    const char *description;
    const char *currency;
    struct scrip_decimal grant_amount;
    struct scrip_decimal balance_amount;
    struct scrip_decimal paid_amount;
    struct scrip_instant expiration;
};

struct scrip_kable_balance {
    struct scrip_decimal available;
};

/* POST .../credits/create */
SCRIP_API enum scrip_outcome scrip_kable_grant_create(
    struct scrip_client *client, const char *customer,
    const struct scrip_kable_grant_create_params *params, const struct scrip_call *call,
    struct scrip_kable_grant **ret, struct scrip_error *reterr) SCRIP_MUST_CHECK;
/* GET .../credits/balance */
SCRIP_API enum scrip_outcome scrip_kable_balance_get(struct scrip_client *client,
                                                     const char *customer,
                                                     const struct scrip_call *call,
                                                     struct scrip_kable_balance **ret,
                                                     struct scrip_error *reterr) SCRIP_MUST_CHECK;

/* ---- Metronome's credit grants: /v1/credits -------------------------------------------------- */
/* Ids are UUIDs.  An amount counts what its credit type counts: cents, for USD. */

#define SCRIP_METRONOME_USD_CENTS "2714e483-4ff1-48e4-9e25-ac732e8f24f2"

struct scrip_metronome_amount {
    struct scrip_decimal amount;
    const char *credit_type_id;
};

enum scrip_metronome_rollover_type {
    SCRIP_METRONOME_MAX_PERCENTAGE = 1, /* value is 0 to 1, of the original amount */
    SCRIP_METRONOME_MAX_AMOUNT,
};

struct scrip_metronome_rollover_amount {
    enum scrip_metronome_rollover_type type;
    struct scrip_decimal value;
};

struct scrip_metronome_rollover {
    struct scrip_instant expires_at;
    struct scrip_decimal priority;
    struct scrip_metronome_rollover_amount rollover_amount;
};

struct scrip_metronome_grant_create_params {
    const char *customer_id;                    /* needed */
    struct scrip_metronome_amount grant_amount; /* needed, as are the next four */
    struct scrip_metronome_amount paid_amount;
    const char *name;
    struct scrip_instant expires_at; /* exclusive */
    struct scrip_decimal priority;   /* smaller burns first */
    struct scrip_instant effective_at;
    struct scrip_instant invoice_date;
    const char *reason;
    const char *credit_grant_type;
    const char *const *product_ids; /* in the order in which they are paid for */
    size_t product_id_count;
    const struct scrip_metronome_rollover *rollover_settings;
    const struct scrip_pair *custom_fields;
    size_t custom_field_count;
    const char *uniqueness_key;
};

struct scrip_metronome_grant_edit_params {
    const char *id; /* needed */
    const char *name;
    struct scrip_instant expires_at;
    const char *credit_grant_type;
};

struct scrip_metronome_grant_void_params {
    const char *id; /* needed */
    enum scrip_flag release_uniqueness_key;
    enum scrip_flag void_credit_purchase_invoice;
};

struct scrip_metronome_id {
    const char *id;
};

/* POST /v1/credits/createGrant, editGrant, voidGrant */
SCRIP_API enum scrip_outcome scrip_metronome_grant_create(
    struct scrip_client *client, const struct scrip_metronome_grant_create_params *params,
    const struct scrip_call *call, struct scrip_metronome_id **ret,
    struct scrip_error *reterr) SCRIP_MUST_CHECK;
SCRIP_API enum scrip_outcome scrip_metronome_grant_edit(
    struct scrip_client *client, const struct scrip_metronome_grant_edit_params *params,
    const struct scrip_call *call, struct scrip_metronome_id **ret,
    struct scrip_error *reterr) SCRIP_MUST_CHECK;
SCRIP_API enum scrip_outcome scrip_metronome_grant_void(
    struct scrip_client *client, const struct scrip_metronome_grant_void_params *params,
    const struct scrip_call *call, struct scrip_metronome_id **ret,
    struct scrip_error *reterr) SCRIP_MUST_CHECK;

struct scrip_metronome_grant_list_params {
    int64_t limit; /* of a page, 1 to 100; 0: the server's own */
    /* credit_grant_ids, or any of the others */
    const char *const *credit_grant_ids;
    size_t credit_grant_id_count;
    const char *const *credit_type_ids;
    size_t credit_type_id_count;
    const char *const *customer_ids;
    size_t customer_id_count;
    struct scrip_instant not_expiring_before; /* expires_at >= it */
    struct scrip_instant effective_before;    /* effective_at < it */
};

struct scrip_metronome_unit {
    const char *id;
    const char *name;
};

struct scrip_metronome_unit_amount {
    struct scrip_decimal amount;
    struct scrip_metronome_unit credit_type;
};

struct scrip_metronome_balance {
    struct scrip_decimal excluding_pending;
    struct scrip_decimal including_pending;
    struct scrip_instant effective_at;
};

/* One line of a ledger.  The sign of amount is the server's: its documents do not agree. */
struct scrip_metronome_entry {
    struct scrip_decimal amount;
    struct scrip_decimal running_balance;
    const char *reason;
    struct scrip_instant effective_at;
    const char *created_by;
    const char *credit_grant_id;
    const char *invoice_id;
};

struct scrip_metronome_grant {
    const char *id;
    const char *name;
    const char *customer_id;
    struct scrip_metronome_unit_amount grant_amount;
    struct scrip_metronome_unit_amount paid_amount;
    struct scrip_metronome_balance balance;
    struct scrip_decimal priority;
    struct scrip_instant effective_at;
    struct scrip_instant expires_at;
    const struct scrip_metronome_entry *deductions;
    size_t deduction_count;
    const struct scrip_metronome_entry *pending_deductions;
    size_t pending_deduction_count;
    const struct scrip_metronome_unit *products; /* none: it pays for all */
    size_t product_count;
    const struct scrip_pair *custom_fields;
    size_t custom_field_count;
    const char *invoice_id;
    const char *uniqueness_key;
    const char *reason;
    const char *credit_grant_type;
    struct scrip_text json; /* the item as it came */
};

/* POST /v1/credits/listGrants, page by page.  params may be NULL: all grants. */
SCRIP_API enum scrip_outcome scrip_metronome_grant_list(
    struct scrip_client *client, const struct scrip_metronome_grant_list_params *params,
    const struct scrip_call *call, struct scrip_list **ret,
    struct scrip_error *reterr) SCRIP_MUST_CHECK;
SCRIP_API enum scrip_outcome scrip_metronome_grant_next(
    struct scrip_list *list, const struct scrip_metronome_grant **ret,
    struct scrip_error *reterr) SCRIP_MUST_CHECK;

enum scrip_order { SCRIP_OLDEST_FIRST = 1, SCRIP_NEWEST_FIRST };

struct scrip_metronome_ledger_list_params {
    enum scrip_order sort; /* 0: the server's own */
    const char *const *customer_ids;
    size_t customer_id_count;
    const char *const *credit_type_ids;
    size_t credit_type_id_count;
    struct scrip_instant starting_on;   /* effective_at >= it */
    struct scrip_instant ending_before; /* effective_at < it; not in the future */
};

struct scrip_metronome_ledger {
    struct scrip_metronome_unit credit_type;
    struct scrip_metronome_balance starting_balance;
    struct scrip_metronome_balance ending_balance;
    const struct scrip_metronome_entry *entries;
    size_t entry_count;
    const struct scrip_metronome_entry *pending_entries;
    size_t pending_entry_count;
};

struct scrip_metronome_customer_ledgers {
    const char *customer_id;
    const struct scrip_metronome_ledger *ledgers; /* one a credit type */
    size_t ledger_count;
    struct scrip_text json;
};

/* POST /v1/credits/listEntries, page by page */
SCRIP_API enum scrip_outcome scrip_metronome_ledger_list(
    struct scrip_client *client, const struct scrip_metronome_ledger_list_params *params,
    const struct scrip_call *call, struct scrip_list **ret,
    struct scrip_error *reterr) SCRIP_MUST_CHECK;
SCRIP_API enum scrip_outcome scrip_metronome_ledger_next(
    struct scrip_list *list, const struct scrip_metronome_customer_ledgers **ret,
    struct scrip_error *reterr) SCRIP_MUST_CHECK;

struct scrip_metronome_credit_type_list_params {
    int64_t limit; /* of a page */
};

struct scrip_metronome_credit_type {
    const char *id;
    const char *name;
    enum scrip_flag is_currency;
    struct scrip_text json;
};

/* GET /v1/credit-types/list, page by page */
SCRIP_API enum scrip_outcome scrip_metronome_credit_type_list(
    struct scrip_client *client, const struct scrip_metronome_credit_type_list_params *params,
    const struct scrip_call *call, struct scrip_list **ret,
    struct scrip_error *reterr) SCRIP_MUST_CHECK;
SCRIP_API enum scrip_outcome scrip_metronome_credit_type_next(
    struct scrip_list *list, const struct scrip_metronome_credit_type **ret,
    struct scrip_error *reterr) SCRIP_MUST_CHECK;

/* The rest of what a ledger's clients ask of Metronome: who there is to grant to. */
struct scrip_metronome_customer_list_params {
    int64_t limit; /* of a page */
    const char *ingest_alias;
    const char *const *customer_ids;
    size_t customer_id_count;
};

struct scrip_metronome_customer {
    const char *id;
    const char *name;
    const char *external_id;
    const char *const *ingest_aliases;
    size_t ingest_alias_count;
    const struct scrip_pair *custom_fields;
    size_t custom_field_count;
    struct scrip_instant created_at;
    struct scrip_instant archived_at;
    struct scrip_text json;
};

/* GET /v1/customers, page by page */
SCRIP_API enum scrip_outcome scrip_metronome_customer_list(
    struct scrip_client *client, const struct scrip_metronome_customer_list_params *params,
    const struct scrip_call *call, struct scrip_list **ret,
    struct scrip_error *reterr) SCRIP_MUST_CHECK;
SCRIP_API enum scrip_outcome scrip_metronome_customer_next(
    struct scrip_list *list, const struct scrip_metronome_customer **ret,
    struct scrip_error *reterr) SCRIP_MUST_CHECK;

/* ---- Scrip's own: /scrip/v1 ------------------------------------------------------------------ */
/* A customer, credit type or product is named by id, by either spelling, by alias, or by name where
 * that is unique.  credit_type may be left out where the customer has grants of only one. */

struct scrip_customer_create_params {
    const char *name; /* needed */
    const char *id;   /* NULL: one is made */
    const char *const *aliases;
    size_t alias_count;
    const char *currency;
    const struct scrip_pair *custom_fields;
    size_t custom_field_count;
};

struct scrip_customer {
    const char *id;       /* a UUID */
    const char *kable_id; /* "cus_" and the same 32 digits */
    const char *name;
    const char *const *aliases;
    size_t alias_count;
    const char *currency;
    const struct scrip_pair *custom_fields;
    size_t custom_field_count;
    struct scrip_instant created_at;
    struct scrip_instant updated_at;
    struct scrip_instant archived_at;
    struct scrip_text json;
};

struct scrip_customer_update_params { /* what is not given stays as it is */
    const char *name;
    const char *const *aliases; /* instead of those that there are */
    size_t alias_count;
    const struct scrip_pair *custom_fields; /* instead of those that there are */
    size_t custom_field_count;
};

struct scrip_customer_list_params {
    int64_t limit; /* of a page */
    const char *alias;
    enum scrip_flag with_archived;
};

/* POST /scrip/v1/customers; GET and POST /scrip/v1/customers/{customer}; .../archive */
SCRIP_API enum scrip_outcome scrip_customer_create(
    struct scrip_client *client, const struct scrip_customer_create_params *params,
    const struct scrip_call *call, struct scrip_customer **ret,
    struct scrip_error *reterr) SCRIP_MUST_CHECK;
SCRIP_API enum scrip_outcome scrip_customer_get(struct scrip_client *client, const char *customer,
                                                const struct scrip_call *call,
                                                struct scrip_customer **ret,
                                                struct scrip_error *reterr) SCRIP_MUST_CHECK;
SCRIP_API enum scrip_outcome scrip_customer_update(
    struct scrip_client *client, const char *customer,
    const struct scrip_customer_update_params *params, const struct scrip_call *call,
    struct scrip_customer **ret, struct scrip_error *reterr) SCRIP_MUST_CHECK;
SCRIP_API enum scrip_outcome scrip_customer_archive(struct scrip_client *client,
                                                    const char *customer,
                                                    const struct scrip_call *call,
                                                    struct scrip_customer **ret,
                                                    struct scrip_error *reterr) SCRIP_MUST_CHECK;
/* GET /scrip/v1/customers, page by page */
SCRIP_API enum scrip_outcome scrip_customer_list(struct scrip_client *client,
                                                 const struct scrip_customer_list_params *params,
                                                 const struct scrip_call *call,
                                                 struct scrip_list **ret,
                                                 struct scrip_error *reterr) SCRIP_MUST_CHECK;
SCRIP_API enum scrip_outcome scrip_customer_next(struct scrip_list *list,
                                                 const struct scrip_customer **ret,
                                                 struct scrip_error *reterr) SCRIP_MUST_CHECK;

struct scrip_credit_type_create_params {
    const char *name; /* needed */
    const char *id;
    struct scrip_integer scale; /* decimals, 0 to 12; not given: 6 */
    enum scrip_flag is_currency;
};

struct scrip_credit_type {
    const char *id;
    const char *name;
    struct scrip_integer scale;
    enum scrip_flag is_currency;
};

struct scrip_product_create_params {
    const char *name; /* needed */
    const char *id;
};

struct scrip_product {
    const char *id;
    const char *name;
};

/* POST /scrip/v1/credit-types, /scrip/v1/products */
SCRIP_API enum scrip_outcome scrip_credit_type_create(
    struct scrip_client *client, const struct scrip_credit_type_create_params *params,
    const struct scrip_call *call, struct scrip_credit_type **ret,
    struct scrip_error *reterr) SCRIP_MUST_CHECK;
SCRIP_API enum scrip_outcome scrip_product_create(struct scrip_client *client,
                                                  const struct scrip_product_create_params *params,
                                                  const struct scrip_call *call,
                                                  struct scrip_product **ret,
                                                  struct scrip_error *reterr) SCRIP_MUST_CHECK;

struct scrip_rollover {
    struct scrip_instant expires_at; /* of the new grant; needed */
    struct scrip_decimal priority;
    struct scrip_decimal amount_max; /* this or the next */
    struct scrip_decimal share_max;  /* 0 to 1, of the original amount */
};

struct scrip_grant_create_params {
    const char *customer; /* needed, as are the next two */
    const char *credit_type;
    struct scrip_decimal amount;
    const char *id;
    const char *name;
    struct scrip_decimal paid_amount;
    const char *paid_credit_type;
    struct scrip_decimal priority; /* smaller burns first; not given: 1 */
    struct scrip_instant effective_at;
    struct scrip_instant expires_at; /* exclusive; not given: never */
    const char *const *products;     /* none: it pays for all */
    size_t product_count;
    const struct scrip_rollover *rollover;
    const char *reason;
    const char *grant_type;
    const char *uniqueness_key;
    struct scrip_instant invoice_date;
    const char *invoice_id;
    const struct scrip_pair *custom_fields;
    size_t custom_field_count;
};

struct scrip_grant {
    const char *id;
    const char *status; /* "scheduled", "active", "expired", "voided" */
    const char *customer;
    struct scrip_credit_type credit_type;
    struct scrip_decimal amount;
    struct scrip_decimal posted;
    struct scrip_decimal held;
    struct scrip_decimal available;
    struct scrip_decimal priority;
    struct scrip_instant effective_at;
    struct scrip_instant expires_at;
    const char *const *products;
    size_t product_count;
    const char *name;
    const char *reason;
    const char *grant_type;
    const char *uniqueness_key;
    struct scrip_decimal paid_amount;
    const char *paid_credit_type;
    const char *invoice_id;
    const char *rolled_from;
    const struct scrip_pair *custom_fields;
    size_t custom_field_count;
    struct scrip_text json; /* of an item of a list or a balance */
};

struct scrip_grant_edit_params { /* what is not given stays as it is */
    const char *name;
    struct scrip_instant expires_at;
    const char *grant_type;
    const struct scrip_pair *custom_fields; /* instead of those that there are */
    size_t custom_field_count;
};

struct scrip_grant_void_params {
    enum scrip_flag release_uniqueness_key;
};

struct scrip_grant_change {
    const char *id;
    struct scrip_integer sequence; /* of its entry; not given: nothing had to change */
    struct scrip_instant at;
};

struct scrip_grant_list_params {
    int64_t limit; /* of a page */
    const char *customer;
    const char *credit_type; /* its id */
    struct scrip_instant not_expiring_before;
    struct scrip_instant effective_before;
    enum scrip_flag with_voided;
};

/* POST /scrip/v1/grants; GET and POST /scrip/v1/grants/{id}; .../void, where params may be NULL */
SCRIP_API enum scrip_outcome scrip_grant_create(struct scrip_client *client,
                                                const struct scrip_grant_create_params *params,
                                                const struct scrip_call *call,
                                                struct scrip_grant **ret,
                                                struct scrip_error *reterr) SCRIP_MUST_CHECK;
SCRIP_API enum scrip_outcome scrip_grant_get(struct scrip_client *client, const char *grant_id,
                                             const struct scrip_call *call,
                                             struct scrip_grant **ret,
                                             struct scrip_error *reterr) SCRIP_MUST_CHECK;
SCRIP_API enum scrip_outcome scrip_grant_edit(struct scrip_client *client, const char *grant_id,
                                              const struct scrip_grant_edit_params *params,
                                              const struct scrip_call *call,
                                              struct scrip_grant_change **ret,
                                              struct scrip_error *reterr) SCRIP_MUST_CHECK;
SCRIP_API enum scrip_outcome scrip_grant_void(struct scrip_client *client, const char *grant_id,
                                              const struct scrip_grant_void_params *params,
                                              const struct scrip_call *call,
                                              struct scrip_grant_change **ret,
                                              struct scrip_error *reterr) SCRIP_MUST_CHECK;
/* GET /scrip/v1/grants, page by page */
SCRIP_API enum scrip_outcome scrip_grant_list(struct scrip_client *client,
                                              const struct scrip_grant_list_params *params,
                                              const struct scrip_call *call,
                                              struct scrip_list **ret,
                                              struct scrip_error *reterr) SCRIP_MUST_CHECK;
SCRIP_API enum scrip_outcome scrip_grant_next(struct scrip_list *list,
                                              const struct scrip_grant **ret,
                                              struct scrip_error *reterr) SCRIP_MUST_CHECK;

/* Where the grants do not cover the amount: */
enum scrip_policy {
    SCRIP_REFUSE = 1, /* take nothing: SCRIP_NOT_COVERED, with what is available; the default */
    SCRIP_PARTIAL,    /* take what there is, and say what is uncovered */
};

struct scrip_deduct_params {
    const char *customer;        /* needed */
    struct scrip_decimal amount; /* needed */
    const char *credit_type;
    const char *product;
    struct scrip_instant at; /* not given: now; never in the future */
    enum scrip_policy policy;
    enum scrip_flag dry_run; /* YES: say what would happen, and do nothing */
    const char *reason;
    const char *invoice_id;
    const char *metadata;        /* a JSON object */
    const char *idempotency_key; /* of one in a batch; for one alone, see struct scrip_call */
};

struct scrip_draw {
    const char *grant_id;
    struct scrip_decimal amount;
    struct scrip_decimal balance; /* of the grant, after it; not given long after */
    const char *because;          /* why this grant before the next, in a sentence */
};

struct scrip_account_balance {
    struct scrip_decimal posted;
    struct scrip_decimal held;
    struct scrip_decimal available;
    struct scrip_decimal debt;         /* of an account; not given: it owes nothing */
    struct scrip_decimal credit_limit; /* how far it may owe; not given by entries */
};

/* What a deduction or a reversal did. */
struct scrip_deduction {
    const char *id; /* NULL after a dry run */
    struct scrip_integer sequence;
    struct scrip_instant at;
    const char *deduction_id; /* of a reversal: what it gives back from */
    struct scrip_decimal amount;
    struct scrip_decimal uncovered;
    struct scrip_decimal lent; /* what became debt, or is none any longer; not given: nothing */
    const struct scrip_draw *draws;
    size_t draw_count;
    struct scrip_account_balance balance; /* after it; not given by scrip_deduction_get() */
    /* By scrip_deduction_get() only: */
    struct scrip_decimal reversed; /* how much of it was given back */
    const char *customer;
    struct scrip_credit_type credit_type;
    const char *hold_id; /* of a capture */
    const char *reason;
    const char *invoice_id;
};

/* POST /scrip/v1/deductions */
SCRIP_API enum scrip_outcome scrip_deduct(struct scrip_client *client,
                                          const struct scrip_deduct_params *params,
                                          const struct scrip_call *call,
                                          struct scrip_deduction **ret,
                                          struct scrip_error *reterr) SCRIP_MUST_CHECK;

/* GET /scrip/v1/deductions/{id} */
SCRIP_API enum scrip_outcome scrip_deduction_get(struct scrip_client *client,
                                                 const char *deduction_id,
                                                 const struct scrip_call *call,
                                                 struct scrip_deduction **ret,
                                                 struct scrip_error *reterr) SCRIP_MUST_CHECK;

struct scrip_deduct_batch_params {
    const struct scrip_deduct_params *deductions; /* needed; done in order */
    size_t deduction_count;
    enum scrip_flag atomic; /* YES: all or none */
};

/* The answer to one deduction of a batch: what it did, or why not. */
struct scrip_batch_result {
    const struct scrip_deduction *deduction; /* NULL: refused, and the rest says why */
    int64_t http_status;
    const char *code;
    const char *message;
    struct scrip_decimal available;
    struct scrip_text json;
};

struct scrip_batch {
    const struct scrip_batch_result *results; /* in the order of the deductions */
    size_t result_count;
};

/* POST /scrip/v1/deductions/batch.  SCRIP_OK means that each has an answer. */
SCRIP_API enum scrip_outcome scrip_deduct_batch(struct scrip_client *client,
                                                const struct scrip_deduct_batch_params *params,
                                                const struct scrip_call *call,
                                                struct scrip_batch **ret,
                                                struct scrip_error *reterr) SCRIP_MUST_CHECK;

/* SCRIP_OK, or what the same deduction alone would have been told. */
SCRIP_API enum scrip_outcome scrip_batch_outcome(const struct scrip_batch_result *result);

struct scrip_reverse_params {
    struct scrip_decimal amount; /* not given: all that is left of it */
    const char *reason;
};

/* POST /scrip/v1/deductions/{id}/reverse.  params may be NULL. */
SCRIP_API enum scrip_outcome scrip_reverse(struct scrip_client *client, const char *deduction_id,
                                           const struct scrip_reverse_params *params,
                                           const struct scrip_call *call,
                                           struct scrip_deduction **ret,
                                           struct scrip_error *reterr) SCRIP_MUST_CHECK;

struct scrip_hold_create_params {
    const char *customer;            /* needed */
    struct scrip_decimal amount;     /* needed */
    struct scrip_integer expires_in; /* seconds; needed */
    const char *credit_type;
    const char *product;
    enum scrip_policy policy;
    enum scrip_flag dry_run;
    const char *reason;
    const char *invoice_id;
    const char *metadata; /* a JSON object */
};

struct scrip_hold {
    const char *id;     /* NULL after a dry run */
    const char *status; /* "open", "captured", "released", "lapsed" */
    struct scrip_integer sequence;
    struct scrip_instant at;
    struct scrip_instant expires_at;
    const char *deduction_id; /* of a capture: what it became */
    struct scrip_decimal amount;
    struct scrip_decimal uncovered;
    struct scrip_decimal lent; /* of a capture: what became debt; not given: nothing */
    const struct scrip_draw *draws;
    size_t draw_count;
    struct scrip_account_balance balance; /* after it; not given by get and list */
    /* By get and list only: */
    struct scrip_decimal captured;
    const char *customer;
    struct scrip_credit_type credit_type;
    const char *reason;
    const char *invoice_id;
    struct scrip_text json;
};

struct scrip_hold_list_params {
    int64_t limit;        /* of a page */
    const char *customer; /* NULL: all */
    const char *credit_type;
};

struct scrip_hold_capture_params {
    struct scrip_decimal amount; /* not given: all that is held; may be more */
    enum scrip_policy policy;
    const char *reason;
    const char *invoice_id;
    const char *metadata; /* a JSON object */
};

/* POST /scrip/v1/holds; /scrip/v1/holds/{id}/capture, release, extend.  A hold ends exactly once:
 * the second to end it is told SCRIP_CONFLICT. */
SCRIP_API enum scrip_outcome scrip_hold_create(struct scrip_client *client,
                                               const struct scrip_hold_create_params *params,
                                               const struct scrip_call *call,
                                               struct scrip_hold **ret,
                                               struct scrip_error *reterr) SCRIP_MUST_CHECK;
SCRIP_API enum scrip_outcome scrip_hold_capture(struct scrip_client *client, const char *hold_id,
                                                const struct scrip_hold_capture_params *params,
                                                const struct scrip_call *call,
                                                struct scrip_hold **ret,
                                                struct scrip_error *reterr) SCRIP_MUST_CHECK;
SCRIP_API enum scrip_outcome scrip_hold_release(struct scrip_client *client, const char *hold_id,
                                                const struct scrip_call *call,
                                                struct scrip_hold **ret,
                                                struct scrip_error *reterr) SCRIP_MUST_CHECK;
SCRIP_API enum scrip_outcome scrip_hold_extend(struct scrip_client *client, const char *hold_id,
                                               int64_t expires_in, const struct scrip_call *call,
                                               struct scrip_hold **ret,
                                               struct scrip_error *reterr) SCRIP_MUST_CHECK;

/* GET /scrip/v1/holds/{id}; GET /scrip/v1/holds, the open ones, page by page */
SCRIP_API enum scrip_outcome scrip_hold_get(struct scrip_client *client, const char *hold_id,
                                            const struct scrip_call *call, struct scrip_hold **ret,
                                            struct scrip_error *reterr) SCRIP_MUST_CHECK;
SCRIP_API enum scrip_outcome scrip_hold_list(struct scrip_client *client,
                                             const struct scrip_hold_list_params *params,
                                             const struct scrip_call *call, struct scrip_list **ret,
                                             struct scrip_error *reterr) SCRIP_MUST_CHECK;
SCRIP_API enum scrip_outcome scrip_hold_next(struct scrip_list *list, const struct scrip_hold **ret,
                                             struct scrip_error *reterr) SCRIP_MUST_CHECK;

struct scrip_balance_get_params {
    const char *credit_type;
    struct scrip_instant at;              /* not given: now */
    struct scrip_instant expiring_before; /* say what expires before it, and show only that */
};

struct scrip_balance {
    struct scrip_credit_type credit_type; /* all empty: the customer has no grants */
    struct scrip_instant at;
    struct scrip_decimal posted;
    struct scrip_decimal held;
    struct scrip_decimal available;
    struct scrip_decimal debt;         /* what the customer owes */
    struct scrip_decimal credit_limit; /* how far they may; not given for the past */
    struct scrip_decimal expiring;
    const struct scrip_grant *grants; /* live, in the order in which they burn; no texts */
    size_t grant_count;
};

/* GET /scrip/v1/customers/{customer}/balance.  params may be NULL. */
SCRIP_API enum scrip_outcome scrip_balance_get(struct scrip_client *client, const char *customer,
                                               const struct scrip_balance_get_params *params,
                                               const struct scrip_call *call,
                                               struct scrip_balance **ret,
                                               struct scrip_error *reterr) SCRIP_MUST_CHECK;

struct scrip_credit_limit_params {
    struct scrip_decimal limit; /* 0 or more; needed */
    const char *credit_type;    /* needed where the customer has credits of several */
    const char *reason;
};

struct scrip_credit_limit {
    const char *customer;
    struct scrip_credit_type credit_type;
    struct scrip_instant at;
    struct scrip_decimal credit_limit;
    struct scrip_decimal debt; /* what is owed now; more than the limit, where that was lowered */
};

/* POST /scrip/v1/customers/{customer}/credit-limit: how far the customer may owe.  What grants do
 * not cover is lent up to it, and the next grant pays that first. */
SCRIP_API enum scrip_outcome scrip_credit_limit_set(struct scrip_client *client,
                                                    const char *customer,
                                                    const struct scrip_credit_limit_params *params,
                                                    const struct scrip_call *call,
                                                    struct scrip_credit_limit **ret,
                                                    struct scrip_error *reterr) SCRIP_MUST_CHECK;

struct scrip_entry_list_params {
    int64_t limit; /* of a page */
    /* The rest is for the entries of a customer. */
    const char *credit_type;
    const char *grant;
    struct scrip_instant from;  /* at >= it */
    struct scrip_instant until; /* at < it */
    enum scrip_order order;     /* 0: newest first */
};

/* One line of the book. */
struct scrip_entry {
    struct scrip_integer sequence;
    const char *kind;                  /* "issue", "draw", "hold", "expire", ... */
    struct scrip_instant at;           /* when it was written */
    struct scrip_instant effective_at; /* what it speaks of */
    struct scrip_integer operation; /* the entries of one deduction, hold, ... have it in common */
    const char *customer;           /* of the whole book only */
    struct scrip_credit_type credit_type;
    const char *grant_id;
    const char *deduction_id;
    const char *hold_id;
    const char *reversal_id;
    struct scrip_decimal amount; /* what it did to posted */
    struct scrip_decimal held;   /* what it did to held */
    struct scrip_decimal uncovered;
    struct scrip_decimal debt;         /* what it did to what is owed; not given: nothing */
    struct scrip_decimal credit_limit; /* the new one, of kind "credit_limit" */
    const char *because;
    struct scrip_account_balance grant_balance; /* after it */
    struct scrip_account_balance balance;       /* of the account, after it */
    const char *name;
    const char *reason;
    const char *product;
    const char *invoice_id;
    const char *key; /* who asked, by client id; NULL: it was time */
    struct scrip_text json;
};

/* GET /scrip/v1/customers/{customer}/entries, page by page.  Without a customer GET
 * /scrip/v1/entries: the whole book, in its order.  params may be NULL. */
SCRIP_API enum scrip_outcome scrip_entry_list(struct scrip_client *client, const char *customer,
                                              const struct scrip_entry_list_params *params,
                                              const struct scrip_call *call,
                                              struct scrip_list **ret,
                                              struct scrip_error *reterr) SCRIP_MUST_CHECK;
SCRIP_API enum scrip_outcome scrip_entry_next(struct scrip_list *list,
                                              const struct scrip_entry **ret,
                                              struct scrip_error *reterr) SCRIP_MUST_CHECK;

struct scrip_book {
    struct scrip_integer sequence; /* of the last entry */
    const char *hash;
    struct scrip_instant at;
};

/* GET /scrip/v1/book: the cheapest question that needs a key. */
SCRIP_API enum scrip_outcome scrip_book_get(struct scrip_client *client,
                                            const struct scrip_call *call, struct scrip_book **ret,
                                            struct scrip_error *reterr) SCRIP_MUST_CHECK;

/* Keys: for a client whose own key has scope admin. */

struct scrip_key_create_params {
    const char *name;
    const char *scope; /* "read", "write" or "admin"; NULL: write */
    struct scrip_integer requests_per_second;
};

struct scrip_key {
    const char *client_id;
    const char *secret; /* when it is made, and never again */
    const char *name;
    const char *environment; /* "live" or "test": that of the key that asks */
    const char *scope;
    struct scrip_integer requests_per_second; /* 0: as many as it likes */
    struct scrip_instant created_at;
    struct scrip_instant revoked_at;
    struct scrip_text json;
};

struct scrip_key_list_params {
    int64_t limit; /* of a page */
};

/* POST /scrip/v1/keys, once: a secret is not kept for a second reply, so it carries no idempotency
 * key and is not tried again.  POST /scrip/v1/keys/{client_id}/revoke */
SCRIP_API enum scrip_outcome scrip_key_create(struct scrip_client *client,
                                              const struct scrip_key_create_params *params,
                                              const struct scrip_call *call, struct scrip_key **ret,
                                              struct scrip_error *reterr) SCRIP_MUST_CHECK;
SCRIP_API enum scrip_outcome scrip_key_revoke(struct scrip_client *client, const char *client_id,
                                              const struct scrip_call *call, struct scrip_key **ret,
                                              struct scrip_error *reterr) SCRIP_MUST_CHECK;
/* GET /scrip/v1/keys, page by page */
SCRIP_API enum scrip_outcome scrip_key_list(struct scrip_client *client,
                                            const struct scrip_key_list_params *params,
                                            const struct scrip_call *call, struct scrip_list **ret,
                                            struct scrip_error *reterr) SCRIP_MUST_CHECK;
SCRIP_API enum scrip_outcome scrip_key_next(struct scrip_list *list, const struct scrip_key **ret,
                                            struct scrip_error *reterr) SCRIP_MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif
