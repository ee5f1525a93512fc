/* hook.h - tells the program's hook what is sent and what comes; nothing where there is none.
 *
 * Where there is no memory to show headers with, they are not shown. */
#ifndef LIB_HOOK_H
#define LIB_HOOK_H

#include "lib/client.h"

void hook_request(struct scrip_client *client, const struct request *request,
                  const struct curl_slist *headers, int attempt);
void hook_reply(struct scrip_client *client, const struct request *request,
                const struct response *response, int64_t elapsed_ms);
void hook_failure(struct scrip_client *client, const struct request *request,
                  const struct response *response, enum scrip_outcome outcome,
                  const struct scrip_error *error, int64_t elapsed_ms);
void hook_retry(struct scrip_client *client, const struct request *request,
                const struct response *response, enum scrip_outcome outcome, int64_t delay_ms);

#endif
