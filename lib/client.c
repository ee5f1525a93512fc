#include "lib/client.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include "lib/error.h"

#define CONNECT_TIMEOUT_MS_DEFAULT 10000
#define TIMEOUT_MS_DEFAULT 60000
#define TIMEOUT_MS_MAX 86400000 /* a day; libcurl takes it on every machine */
#define ATTEMPTS_MAX_DEFAULT 3
#define RETRY_DELAY_MS_DEFAULT 500
#define RETRY_DELAY_MS_MAX_DEFAULT 8000
#define REPLY_BYTES_MAX_DEFAULT ((size_t)64 << 20)
#define REPLY_BYTES_MAX (SIZE_MAX / 128)   /* so that no sum of sizes overflows */
#define CLIENT_ARENA_BYTES_MAX (64u << 10) /* a URL and a few headers */

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;
static CURLcode curl_code; /* written by the once, read after it */

static void curl_start(void)
{
    curl_code = curl_global_init(CURL_GLOBAL_DEFAULT);
}

bool client_is_usable(const struct scrip_client *client, struct scrip_error *error)
{
    error_begin(error);
    if (client != NULL && client->magic == CLIENT_MAGIC)
        return true;
    error_usage(error, "client", "is not open");
    return false;
}

/* What would end a header's line, or never be part of one. */
static bool is_header_value(const char *text)
{
    if (text[0] == '\0')
        return false;
    for (const char *c = text; *c != '\0'; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            return false;
    }
    return true;
}

static enum scrip_outcome make_header(struct scrip_client *client, const char *option,
                                      const char *prefix, const char *value, const char **ret,
                                      struct scrip_error *error)
{
    if (value == NULL)
        return SCRIP_OK;
    if (!is_header_value(value))
        return error_usage(error, option, "is empty, or has characters that no header may have");
    *ret = str_format(&client->arena, "%s%s", prefix, value).data;
    return *ret != NULL ? SCRIP_OK : error_no_memory(error);
}

/* The program's own, and then ours. */
static enum scrip_outcome make_user_agent(struct scrip_client *client, struct scrip_error *error)
{
    const char *name = client->options.user_agent;

    if (name != NULL && !is_header_value(name))
        return error_usage(error, "user_agent", "has characters that no header may have");
    client->user_agent =
        str_format(&client->arena, "User-Agent: %s%slibscrip/%s", name != NULL ? name : "",
                   name != NULL ? " " : "", SCRIP_VERSION)
            .data;
    return client->user_agent != NULL ? SCRIP_OK : error_no_memory(error);
}

static enum scrip_outcome make_headers(struct scrip_client *client, struct scrip_error *error)
{
    const struct scrip_options *options = &client->options;
    enum scrip_outcome outcome;

    if ((options->kable_client_id == NULL) != (options->kable_client_secret == NULL))
        return error_usage(error, "kable_client_id", "and kable_client_secret go together");
    outcome = make_header(client, "bearer_token", "Authorization: Bearer ", options->bearer_token,
                          &client->bearer_header, error);
    if (outcome == SCRIP_OK)
        outcome =
            make_header(client, "kable_client_id", "Kable-Client-Id: ", options->kable_client_id,
                        &client->kable_id_header, error);
    if (outcome == SCRIP_OK)
        outcome = make_header(client, "kable_client_secret",
                              "Kable-Client-Secret: ", options->kable_client_secret,
                              &client->kable_secret_header, error);
    if (outcome == SCRIP_OK)
        outcome = make_user_agent(client, error);
    return outcome;
}

/* A part of a URL, and whether there is one. */
static bool url_part(CURLU *url, CURLUPart part, char **ret)
{
    *ret = NULL;
    return curl_url_get(url, part, ret, 0) == CURLUE_OK && (*ret)[0] != '\0';
}

static enum scrip_outcome check_parts(struct scrip_client *client, CURLU *url,
                                      struct scrip_error *error)
{
    static const CURLUPart unwanted[] = { CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY,
                                          CURLUPART_FRAGMENT };
    char *scheme = NULL, *host = NULL, *port = NULL, *part = NULL;
    enum scrip_outcome outcome = SCRIP_OK;

    for (size_t i = 0; i < array_count(unwanted) && outcome == SCRIP_OK; i++) {
        if (url_part(url, unwanted[i], &part))
            outcome = error_usage(error, "url", "must have no user, query or fragment");
        curl_free(part);
    }
    if (outcome != SCRIP_OK)
        goto out;
    if (!url_part(url, CURLUPART_SCHEME, &scheme) ||
        (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0) ||
        !url_part(url, CURLUPART_HOST, &host)) {
        outcome = error_usage(error, "url", "must be like https://api.example.com");
        goto out;
    }
    url_part(url, CURLUPART_PORT, &port);
    client->host = str_format(&client->arena, "%s%s%s", host, port != NULL ? ":" : "",
                              port != NULL ? port : "");
    if (client->host.data == NULL)
        outcome = error_no_memory(error);
out:
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    return outcome;
}

static enum scrip_outcome read_url(struct scrip_client *client, struct scrip_error *error)
{
    struct str text = str_from_c(client->options.url);
    enum scrip_outcome outcome;
    CURLUcode code;
    CURLU *url;

    if (text.len == 0)
        return error_usage(error, "url", "is needed");
    url = curl_url();
    if (url == NULL)
        return error_no_memory(error);
    code = curl_url_set(url, CURLUPART_URL, client->options.url, 0);
    if (code == CURLUE_OUT_OF_MEMORY)
        outcome = error_no_memory(error);
    else if (code != CURLUE_OK)
        outcome = error_usage(error, "url", "must be like https://api.example.com");
    else
        outcome = check_parts(client, url, error);
    curl_url_cleanup(url);
    if (outcome != SCRIP_OK)
        return outcome;
    while (text.len > 0 && text.data[text.len - 1] == '/')
        text.len--;
    client->url = str_copy(text, &client->arena);
    return client->url.data != NULL ? SCRIP_OK : error_no_memory(error);
}

/* 0 is the default; what is below is a mistake. */
static enum scrip_outcome check_number(int64_t *number, int64_t default_value, int64_t max,
                                       const char *name, struct scrip_error *error)
{
    if (*number < 0 || *number > max)
        return error_usage(error, name, "is out of range");
    if (*number == 0)
        *number = default_value;
    return SCRIP_OK;
}

static enum scrip_outcome check_numbers(struct scrip_options *options, struct scrip_error *error)
{
    int64_t attempts_max = options->attempts_max;
    enum scrip_outcome outcome;

    outcome = check_number(&options->connect_timeout_ms, CONNECT_TIMEOUT_MS_DEFAULT, TIMEOUT_MS_MAX,
                           "connect_timeout_ms", error);
    if (outcome == SCRIP_OK)
        outcome = check_number(&options->timeout_ms, TIMEOUT_MS_DEFAULT, TIMEOUT_MS_MAX,
                               "timeout_ms", error);
    if (outcome == SCRIP_OK)
        outcome = check_number(&attempts_max, ATTEMPTS_MAX_DEFAULT, 1000, "attempts_max", error);
    if (outcome == SCRIP_OK)
        outcome = check_number(&options->retry_delay_ms, RETRY_DELAY_MS_DEFAULT, TIMEOUT_MS_MAX,
                               "retry_delay_ms", error);
    if (outcome == SCRIP_OK)
        outcome = check_number(&options->retry_delay_ms_max, RETRY_DELAY_MS_MAX_DEFAULT,
                               TIMEOUT_MS_MAX, "retry_delay_ms_max", error);
    options->attempts_max = (int)attempts_max;
    if (options->reply_bytes_max == 0)
        options->reply_bytes_max = REPLY_BYTES_MAX_DEFAULT;
    if (options->reply_bytes_max > REPLY_BYTES_MAX)
        options->reply_bytes_max = REPLY_BYTES_MAX;
    return outcome;
}

static enum scrip_outcome keep_ca_file(struct scrip_client *client, struct scrip_error *error)
{
    if (client->options.ca_file == NULL)
        return SCRIP_OK;
    client->options.ca_file = str_copy(str_from_c(client->options.ca_file), &client->arena).data;
    return client->options.ca_file != NULL ? SCRIP_OK : error_no_memory(error);
}

static enum scrip_outcome client_init(struct scrip_client *client, struct scrip_error *error)
{
    enum scrip_outcome outcome = check_numbers(&client->options, error);

    if (outcome == SCRIP_OK)
        outcome = read_url(client, error);
    if (outcome == SCRIP_OK)
        outcome = make_headers(client, error);
    if (outcome == SCRIP_OK)
        outcome = keep_ca_file(client, error);
    if (outcome != SCRIP_OK)
        return outcome;
    client->multi = curl_multi_init();
    client->easy = curl_easy_init();
    return client->multi != NULL && client->easy != NULL ? SCRIP_OK : error_no_memory(error);
}

enum scrip_outcome scrip_client_open(const struct scrip_options *options, struct scrip_client **ret,
                                     struct scrip_error *reterr)
{
    struct scrip_client *client;
    enum scrip_outcome outcome;

    error_begin(reterr);
    if (options == NULL || ret == NULL)
        return error_usage(reterr, options == NULL ? "options" : "ret", "is needed");
    pthread_once(&curl_once, curl_start);
    if (curl_code != CURLE_OK)
        return error_set(reterr, SCRIP_SYSTEM, "libcurl does not start: %s",
                         curl_easy_strerror(curl_code));
    client = alloc_take(sizeof *client);
    if (client == NULL)
        return error_no_memory(reterr);
    client->magic = CLIENT_MAGIC;
    client->options = *options;
    arena_init(&client->arena, CLIENT_ARENA_BYTES_MAX);
    outcome = client_init(client, reterr);
    if (outcome == SCRIP_OK)
        *ret = client;
    else
        scrip_client_close(client);
    return outcome;
}

void scrip_client_close(struct scrip_client *client)
{
    if (client == NULL || client->magic != CLIENT_MAGIC)
        return;
    client->magic = 0;
    curl_easy_cleanup(client->easy);
    curl_multi_cleanup(client->multi);
    arena_finish(&client->arena);
    alloc_return(client);
}

void scrip_client_cancel(struct scrip_client *client)
{
    if (client == NULL || client->magic != CLIENT_MAGIC)
        return;
    atomic_store(&client->is_cancelled, true);
    curl_multi_wakeup(client->multi);
}

void scrip_client_resume(struct scrip_client *client)
{
    if (client != NULL && client->magic == CLIENT_MAGIC)
        atomic_store(&client->is_cancelled, false);
}
