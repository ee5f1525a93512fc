/* send.c - a request until it has its reply: attempts, pauses, the hook. */
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "lib/attempt.h"
#include "lib/chance.h"
#include "lib/error.h"
#include "lib/hook.h"
#include "lib/retry.h"

void response_finish(struct response *response)
{
    bytes_finish(&response->body);
}

/* Adds a line; on failure the list is gone and *list is NULL. */
static bool add_header(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer;

    if (line == NULL)
        return true;
    longer = curl_slist_append(*list, line);
    if (longer == NULL) {
        curl_slist_free_all(*list);
        *list = NULL;
        return false;
    }
    *list = longer;
    return true;
}

static struct curl_slist *headers_make(const struct scrip_client *client,
                                       const struct request *request)
{
    char key[sizeof("Idempotency-Key: ") + IDEMPOTENCY_KEY_BYTES_MAX];
    const char *lines[] = {
        client->bearer_header,
        client->kable_id_header,
        client->kable_secret_header,
        client->user_agent,
        "Accept: application/json",
        request->body.data != NULL ? "Content-Type: application/json" : "Content-Type:",
        request->idempotency_key[0] != '\0' ? key : NULL,
        "Expect:",
    };
    struct curl_slist *list = NULL;

    snprintf(key, sizeof key, "Idempotency-Key: %s", request->idempotency_key);
    for (size_t i = 0; i < array_count(lines); i++) {
        if (!add_header(&list, lines[i]))
            return NULL;
    }
    return list;
}

static enum scrip_outcome key_make(struct request *request, struct scrip_error *error)
{
    const char *given = request->call != NULL ? request->call->idempotency_key : NULL;

    if (!request->is_keyed)
        return SCRIP_OK;
    if (given == NULL) {
        if (!chance_key(request->idempotency_key))
            return error_set(error, SCRIP_SYSTEM, "the machine has no randomness to give");
        return SCRIP_OK;
    }
    for (const char *c = given; *c != '\0'; c++) {
        if (*c < ' ' || *c > '~')
            return error_usage(error, "idempotency_key", "must be printable ASCII");
    }
    if (given[0] == '\0' || strlen(given) > IDEMPOTENCY_KEY_BYTES_MAX)
        return error_usage(error, "idempotency_key", "must have 1 to 127 characters");
    memcpy(request->idempotency_key, given, strlen(given) + 1);
    return SCRIP_OK;
}

static int attempts_max_of(const struct scrip_client *client, const struct request *request)
{
    if (request->call != NULL && request->call->attempts_max > 0)
        return request->call->attempts_max;
    return request->is_once ? 1 : client->options.attempts_max;
}

/* What the last attempt leaves in the error. */
static enum scrip_outcome finish_failed(const struct request *request, struct response *response,
                                        enum scrip_outcome outcome, struct scrip_error *error)
{
    if (outcome == SCRIP_OK)
        outcome = error_from_reply(error, response->http_status, &response->body);
    if (error == NULL)
        return outcome;
    if (outcome == SCRIP_REDIRECTED) {
        error_set(error, outcome, "the server redirects (HTTP %d) to %s, which is not followed",
                  response->http_status,
                  response->location[0] != '\0' ? response->location : "nowhere");
        memcpy(error->location, response->location, sizeof error->location);
    }
    memcpy(error->request_id, response->request_id, sizeof error->request_id);
    memcpy(error->idempotency_key, request->idempotency_key, sizeof error->idempotency_key);
    error->attempts = response->attempts;
    return outcome;
}

static bool is_success(const struct response *response)
{
    return response->http_status >= 200 && response->http_status < 300;
}

/* One attempt as the hook sees it. */
static enum scrip_outcome attempt_told(struct scrip_client *client, const struct request *request,
                                       struct curl_slist *headers, struct response *response,
                                       struct scrip_error *error)
{
    int64_t start_us = clock_monotonic_us(), elapsed_ms;
    enum scrip_outcome outcome;

    hook_request(client, request, headers, response->attempts);
    if (atomic_load(&client->is_cancelled))
        return error_set(error, SCRIP_CANCELLED, "cancelled");
    outcome = attempt(client, request, headers, response, error);
    elapsed_ms = (clock_monotonic_us() - start_us) / 1000;
    if (outcome == SCRIP_OK)
        hook_reply(client, request, response, elapsed_ms);
    else
        hook_failure(client, request, response, outcome, error, elapsed_ms);
    return outcome;
}

static enum scrip_outcome send_with(struct scrip_client *client, const struct request *request,
                                    struct curl_slist *headers, struct response *response,
                                    struct scrip_error *error)
{
    int attempts_max = attempts_max_of(client, request);
    enum scrip_outcome outcome;

    for (response->attempts = 1;; response->attempts++) {
        const struct response *arrived;
        int64_t delay_ms;

        outcome = attempt_told(client, request, headers, response, error);
        if (outcome == SCRIP_OK && is_success(response)) {
            scrip_error_clear(error); /* of an attempt before this one */
            return SCRIP_OK;
        }
        arrived = outcome == SCRIP_OK ? response : NULL;
        if (response->attempts == attempts_max || !retry_is_due(outcome, arrived))
            return finish_failed(request, response, outcome, error);
        delay_ms = retry_delay_ms(&client->options, arrived, response->attempts + 1);
        hook_retry(client, request, response, outcome, delay_ms);
        if (!attempt_pause(client, delay_ms)) {
            outcome = error_set(error, SCRIP_CANCELLED, "cancelled");
            return finish_failed(request, response, outcome, error);
        }
    }
}

enum scrip_outcome client_send(struct scrip_client *client, struct request *request,
                               struct response *response, struct scrip_error *error)
{
    struct scrip_error unseen = SCRIP_ERROR_NONE; /* the hook is told messages all the same */
    struct scrip_error *told = error != NULL ? error : &unseen;
    struct curl_slist *headers;
    enum scrip_outcome outcome;

    *response = (struct response){ .body.len_max = client->options.reply_bytes_max };
    outcome = key_make(request, told);
    if (outcome != SCRIP_OK)
        goto out;
    headers = headers_make(client, request);
    if (headers == NULL) {
        outcome = error_no_memory(told);
        goto out;
    }
    outcome = send_with(client, request, headers, response, told);
    curl_slist_free_all(headers);
out:
    scrip_error_clear(&unseen);
    return outcome;
}
