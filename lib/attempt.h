/* attempt.h - one request to the server and its reply, by libcurl. */
#ifndef LIB_ATTEMPT_H
#define LIB_ATTEMPT_H

#include "lib/client.h"

/* SCRIP_OK: a reply has arrived, whatever its status; otherwise why none has, in *error.
 * headers are the lines to send. */
enum scrip_outcome attempt(struct scrip_client *client, const struct request *request,
                           struct curl_slist *headers, struct response *response,
                           struct scrip_error *error) MUST_CHECK;

/* Waits, unless the client is cancelled: then false, at once. */
bool attempt_pause(struct scrip_client *client, int64_t delay_ms) MUST_CHECK;

#endif
