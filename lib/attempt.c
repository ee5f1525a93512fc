#include "lib/attempt.h"

#include <string.h>
#include "base/clock.h"
#include "lib/error.h"

#define HEAD_BYTES_MAX (512u << 10) /* more than libcurl takes of a head */
#define POLL_MS_MAX 1000            /* libcurl keeps its own timers; this is for what it forgets */

struct sink {
    struct bytes *body;
    enum bytes_outcome outcome;
};

static size_t take_body(char *data, size_t size, size_t count, void *context)
{
    struct sink *sink = context;
    size_t len = size * count; /* size is 1, libcurl says */

    sink->outcome = bytes_append(sink->body, data, len);
    return sink->outcome == BYTES_TAKEN ? len : 0;
}

/* Options that do not differ from call to call are set each time too: the handle is reset. */
struct setup {
    CURL *easy;
    CURLcode code; /* of the first that failed */
};

#define SET(setup, option, value)                                                                  \
    ((setup)->code = (setup)->code != CURLE_OK                                                     \
                         ? (setup)->code                                                           \
                         : curl_easy_setopt((setup)->easy, (option), (value)))

static void set_method(struct setup *setup, const struct request *request)
{
    if (strcmp(request->method, "GET") == 0) {
        SET(setup, CURLOPT_HTTPGET, 1L);
        return;
    }
    SET(setup, CURLOPT_POST, 1L);
    SET(setup, CURLOPT_CUSTOMREQUEST, request->method);
    SET(setup, CURLOPT_POSTFIELDS, request->body.data != NULL ? request->body.data : "");
    SET(setup, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
}

static int64_t timeout_ms_of(const struct scrip_client *client, const struct request *request)
{
    if (request->call != NULL && request->call->timeout_ms > 0)
        return request->call->timeout_ms;
    return client->options.timeout_ms;
}

static CURLcode set_up(struct scrip_client *client, const struct request *request, const char *url,
                       struct curl_slist *headers, struct sink *sink)
{
    struct setup setup = { .easy = client->easy };

    curl_easy_reset(client->easy);
    client->curl_error[0] = '\0';
    SET(&setup, CURLOPT_ERRORBUFFER, client->curl_error);
    SET(&setup, CURLOPT_URL, url);
    SET(&setup, CURLOPT_PATH_AS_IS, 1L); /* a customer may be called ".." */
    SET(&setup, CURLOPT_PROTOCOLS_STR, "http,https");
    SET(&setup, CURLOPT_FOLLOWLOCATION, 0L);
    SET(&setup, CURLOPT_NOSIGNAL, 1L);
    SET(&setup, CURLOPT_HTTPHEADER, headers);
    SET(&setup, CURLOPT_CONNECTTIMEOUT_MS, (long)client->options.connect_timeout_ms);
    SET(&setup, CURLOPT_TIMEOUT_MS, (long)timeout_ms_of(client, request));
    SET(&setup, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (client->options.ca_file != NULL)
        SET(&setup, CURLOPT_CAINFO, client->options.ca_file);
    SET(&setup, CURLOPT_WRITEFUNCTION, take_body);
    SET(&setup, CURLOPT_WRITEDATA, sink);
    set_method(&setup, request);
    return setup.code;
}

static CURLcode code_of(struct scrip_client *client)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(client->multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE && message->easy_handle == client->easy)
            return message->data.result;
    }
    return CURLE_ABORTED_BY_CALLBACK; /* not done: it was cancelled */
}

/* By way of the multi interface, whose wait can be ended from another thread. */
static CURLcode run(struct scrip_client *client)
{
    CURLcode code = CURLE_OUT_OF_MEMORY;
    int running = 1;

    if (curl_multi_add_handle(client->multi, client->easy) != CURLM_OK)
        return code;
    while (!atomic_load(&client->is_cancelled)) {
        if (curl_multi_perform(client->multi, &running) != CURLM_OK || running == 0)
            break;
        if (curl_multi_poll(client->multi, NULL, 0, POLL_MS_MAX, NULL) != CURLM_OK)
            break;
    }
    code = code_of(client);
    curl_multi_remove_handle(client->multi, client->easy);
    return code;
}

bool attempt_pause(struct scrip_client *client, int64_t delay_ms)
{
    int64_t end_us = clock_monotonic_us() + delay_ms * 1000, left_ms;

    for (;;) {
        if (atomic_load(&client->is_cancelled))
            return false;
        left_ms = (end_us - clock_monotonic_us() + 999) / 1000;
        if (left_ms <= 0)
            return true;
        if (curl_multi_poll(client->multi, NULL, 0, (int)left_ms, NULL) != CURLM_OK)
            return !atomic_load(&client->is_cancelled);
    }
}

static enum scrip_outcome outcome_of_code(CURLcode code)
{
    switch ((int)code) { /* an enumerator list of theirs, of which we know some */
    case CURLE_OUT_OF_MEMORY:
        return SCRIP_NO_MEMORY;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
    case CURLE_INTERFACE_FAILED:
        return SCRIP_UNREACHABLE;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_ENGINE_INITFAILED:
        return SCRIP_TLS;
    case CURLE_OPERATION_TIMEDOUT:
        return SCRIP_TIMEOUT;
    case CURLE_UNSUPPORTED_PROTOCOL: /* HTTP/0.9: it does not start as HTTP does */
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_BAD_CONTENT_ENCODING:
        return SCRIP_MALFORMED;
    case CURLE_URL_MALFORMAT:
        return SCRIP_USAGE;
    case CURLE_FAILED_INIT:
    case CURLE_NOT_BUILT_IN:
        return SCRIP_SYSTEM;
    default:
        return SCRIP_DISCONNECTED;
    }
}

/* "cannot reach", "127.0.0.1:8080": how a message begins. */
static const char *words_of(enum scrip_outcome outcome)
{
    switch ((int)outcome) {
    case SCRIP_UNREACHABLE:
        return "cannot reach";
    case SCRIP_TLS:
        return "no secure connection to";
    case SCRIP_TIMEOUT:
        return "too long without a whole reply from";
    case SCRIP_DISCONNECTED:
        return "the connection broke to";
    case SCRIP_MALFORMED:
        return "no HTTP from";
    default:
        return "nothing sent to";
    }
}

/* libcurl calls it out of memory when a line of the head grows beyond what it takes. */
static bool head_is_endless(struct scrip_client *client)
{
    curl_off_t first_byte_us = 0;
    void *memory;

    curl_easy_getinfo(client->easy, CURLINFO_STARTTRANSFER_TIME_T, &first_byte_us);
    if (first_byte_us == 0)
        return false;
    memory = alloc_take(HEAD_BYTES_MAX);
    alloc_return(memory);
    return memory != NULL;
}

static enum scrip_outcome explain(struct scrip_client *client, CURLcode code,
                                  const struct sink *sink, struct scrip_error *error)
{
    enum scrip_outcome outcome = outcome_of_code(code);
    char why[CURL_ERROR_SIZE];

    if (atomic_load(&client->is_cancelled))
        return error_set(error, SCRIP_CANCELLED, "cancelled");
    if (outcome == SCRIP_NO_MEMORY && head_is_endless(client))
        return error_set(error, SCRIP_ENDLESS, "the head of the reply does not end");
    if (outcome == SCRIP_NO_MEMORY || sink->outcome == BYTES_NO_MEMORY)
        return error_no_memory(error);
    if (sink->outcome == BYTES_TOO_MANY)
        return error_set(error, SCRIP_ENDLESS, "the reply is larger than %zu bytes",
                         sink->body->len_max);
    error_copy(
        why, sizeof why,
        str_from_c(client->curl_error[0] != '\0' ? client->curl_error : curl_easy_strerror(code)));
    return error_set(error, outcome, "%s %.*s: %s", words_of(outcome), STR_PRINT(client->host),
                     why);
}

static const char *header_of(struct scrip_client *client, const char *name)
{
    struct curl_header *header;

    if (curl_easy_header(client->easy, name, 0, CURLH_HEADER, -1, &header) != CURLHE_OK)
        return NULL;
    return header->value;
}

static void read_head(struct scrip_client *client, struct response *response)
{
    long status = 0;

    curl_easy_getinfo(client->easy, CURLINFO_RESPONSE_CODE, &status);
    response->http_status = (int)status;
    error_copy(response->request_id, sizeof response->request_id,
               str_from_c(header_of(client, "x-request-id")));
    error_copy(response->content_type, sizeof response->content_type,
               str_from_c(header_of(client, "content-type")));
    error_copy(response->location, sizeof response->location,
               str_from_c(header_of(client, "location")));
    response->should_retry = header_of(client, "x-should-retry");
    response->retry_after_ms = header_of(client, "retry-after-ms");
    response->retry_after = header_of(client, "retry-after");
}

enum scrip_outcome attempt(struct scrip_client *client, const struct request *request,
                           struct curl_slist *headers, struct response *response,
                           struct scrip_error *error)
{
    size_t url_size = client->url.len + request->path.len + 1;
    char *url = alloc_take(url_size);
    struct sink sink = { .body = &response->body };
    enum scrip_outcome outcome = SCRIP_NO_MEMORY;
    CURLcode code;

    if (url == NULL)
        return error_no_memory(error);
    memcpy(url, client->url.data, client->url.len);
    memcpy(url + client->url.len, request->path.data, request->path.len);

    bytes_finish(&response->body);
    response->http_status = 0;
    response->request_id[0] = '\0';
    response->location[0] = '\0';
    code = set_up(client, request, url, headers, &sink);
    if (code == CURLE_OK)
        code = run(client);
    if (code != CURLE_OK) {
        outcome = explain(client, code, &sink, error);
        goto out;
    }
    read_head(client, response);
    outcome = SCRIP_OK;
out:
    alloc_return(url);
    return outcome;
}
