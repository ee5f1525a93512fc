/* client.h - a client, what it sends and what comes back; in here only.
 *
 * One thread at a time, but for is_cancelled and the multi handle's wake-up. */
#ifndef LIB_CLIENT_H
#define LIB_CLIENT_H

#include <curl/curl.h>
#include <stdatomic.h>
#include "base/arena.h"
#include "base/str.h"
#include "lib/alloc.h"
#include "scrip.h"

#define CLIENT_MAGIC 0x53637270u
#define IDEMPOTENCY_KEY_BYTES_MAX 127 /* as an error holds it */

struct scrip_client {
    unsigned magic;
    atomic_bool is_cancelled;
    CURLM *multi; /* keeps connections, and can be woken from another thread */
    CURL *easy;
    struct arena arena;           /* of the texts below */
    struct scrip_options options; /* with the defaults filled in */
    struct str url;               /* without a slash at its end */
    struct str host;              /* for messages: "127.0.0.1:8080" */
    /* "Authorization: Bearer ..." and so on; NULL when it is not used */
    const char *bearer_header;
    const char *kable_id_header;
    const char *kable_secret_header;
    const char *user_agent;
    char curl_error[CURL_ERROR_SIZE];
};

struct request {
    const char *method;
    struct str path;               /* from the slash on, with its query; a NUL behind it */
    struct str body;               /* data is NULL: none */
    bool is_keyed;                 /* carries an idempotency key */
    bool is_once;                  /* one attempt, whatever the client's options say */
    const struct scrip_call *call; /* NULL: the defaults */
    char idempotency_key[IDEMPOTENCY_KEY_BYTES_MAX + 1]; /* empty: none */
};

struct response {
    int http_status;
    int attempts;
    struct bytes body;
    char request_id[128];
    char content_type[64];
    char location[512];
    /* What the server wishes of retries; NULL where it says nothing.  Valid until the easy handle
     * is used again. */
    const char *should_retry;
    const char *retry_after_ms;
    const char *retry_after;
};

/* Sends the request, again and again if need be; SCRIP_OK after a 2xx.  *response is to be
 * finished by the caller, come what may. */
enum scrip_outcome client_send(struct scrip_client *client, struct request *request,
                               struct response *response, struct scrip_error *error) MUST_CHECK;
void response_finish(struct response *response);

/* True for a client that is open; sets the error when it is none. */
bool client_is_usable(const struct scrip_client *client, struct scrip_error *error) MUST_CHECK;

#endif
