/* api/call.h - one request on its way through the api, and what a dialect supplies.
 *
 * A call lives in its exchange's arena.  Its steps, in the order of api.c:
 *
 *     recognise   method and path to a route; the prefix of the path says which dialect
 *     admit       who asks, and may they?
 *     decode      the route's own: fills in the job, or says what is wrong
 *     submit      to the ledger; the exchange is parked
 *     follow      only where one answer is not enough: asks for more, and is parked again
 *     encode      the route's own for a success; the dialect's for a refusal or trouble
 *
 * Up to submit and from resume on a call belongs to its network thread, between them to the
 * ledger's, where it is encoded only for a receipt.
 */
#ifndef API_CALL_H
#define API_CALL_H

#include "api/auth.h"
#include "api/idempotency.h"
#include "api/origin.h"
#include "api/reading.h"
#include "api/router.h"
#include "api/trouble.h"
#include "json/write.h"
#include "ledger/ledger.h"

struct api;
struct call;

enum access { ACCESS_READ = 1, ACCESS_WRITE, ACCESS_ADMIN };

/* Fills in call->job, or call->reading where something is wrong.  Sets call->is_answered where
 * the ledger need not be asked. */
typedef void route_decode(struct call *call);
/* The same for a body that is not JSON; also says its type.  ERR_NOMEM */
typedef enum err route_encode_text(struct call *call, struct str *ret_type, struct str *ret);
/* After an answer: true when it has filled in call->job anew, to be submitted once more. */
typedef bool route_follow(struct call *call);
/* The body of a success. */
typedef void route_encode(struct call *call, struct json_writer *writer);
typedef void part_encode(const struct job *part, struct json_writer *writer);

struct route {
    enum http_method method;
    struct str template; /* "/v1/customers/{customer_id}" */
    enum access access;
    route_decode *decode;
    route_encode *encode; /* NULL: the reply has no body but "{}" */
    route_follow *follow; /* NULL: one answer is enough */
};

#define DIALECT_PREFIXES_MAX 2
#define DIALECT_CREDENTIALS_MAX 4

struct dialect {
    struct str prefixes[DIALECT_PREFIXES_MAX]; /* "/v1": paths that are its own, known or not */
    struct str credentials[DIALECT_CREDENTIALS_MAX]; /* headers that say who asks: once each */
    const struct route *routes;
    size_t route_count;
    bool (*authenticate)(const struct key_snapshot *keys, const struct request *request,
                         struct instant now, struct caller *ret);
    int (*success_status)(const struct call *call);
    int (*refusal_status)(enum reject reject);
    struct str error_type; /* content type of its error bodies */
    struct str challenge;  /* WWW-Authenticate of its 401; STR_NONE: none */
    void (*write_trouble)(const struct call *call, enum trouble trouble,
                          struct json_writer *writer);
    void (*write_refusal)(const struct call *call, enum reject reject, struct json_writer *writer);
    void (*write_fault)(enum fault fault, struct json_writer *writer); /* NULL: as the network */
    struct str broken_body; /* for when there is no memory for any other */
};

extern const struct dialect metronome_dialect, kable_dialect, native_dialect;

#define CALL_MAGIC 0x63616c6cu

struct call {
    unsigned magic;
    struct api *api;
    struct exchange *exchange;
    const struct dialect *dialect;
    const struct route *route;
    struct str params[ROUTE_PARAMS_MAX];
    char request_id_text[REQUEST_ID_SIZE];
    struct str request_id;
    uint64_t request_number; /* the second half of it */
    struct caller caller;
    struct reading reading;
    struct idempotency idempotency;
    bool is_answered;
    enum trouble trouble; /* what the reply tells, if that */
    struct str allow;     /* METHOD_WRONG: the methods that are served */
    struct job job;
    route_encode_text *encode_text; /* not NULL: instead of the route's encode */
    struct str link;                /* for a Link header, where there is one */
    part_encode *encode_part;       /* of a group: the body of the success of one part */
    void *context; /* what the route's own functions leave for each other, in the arena */
};

/* Is it to change something: a command, or a group of them? */
bool call_is_command(const struct call *call);

/* What becomes of the call: exactly one of success, a refusal, or trouble. */
enum reject call_refusal(const struct call *call); /* REJECT_NONE: none */
struct blame call_blame(const struct call *call);  /* of MALFORMED, or of a refusal */

bool call_contract_b(const struct call *call);
/* The keys as they are now, for names in replies; release them. */
struct key_snapshot *call_keys_acquire(const struct call *call);

#endif
