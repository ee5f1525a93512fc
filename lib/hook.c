#include "lib/hook.h"

#define HOOK_ARENA_BYTES_MAX (1u << 20)
#define HEADERS_SHOWN_MAX 100

static void tell(struct scrip_client *client, const struct request *request, struct arena *arena,
                 struct scrip_event *event)
{
    event->method = request->method;
    event->url =
        str_format(arena, "%.*s%.*s", STR_PRINT(client->url), STR_PRINT(request->path)).data;
    if (event->url == NULL)
        event->url = "";
    client->options.hook(event, client->options.hook_context);
}

static bool is_secret(struct str name)
{
    return str_equals_ignoring_case(name, STR("Authorization")) ||
           str_equals_ignoring_case(name, STR("Kable-Client-Secret"));
}

/* "Name: value" as a pair. */
static bool pair_from_line(struct str line, struct arena *arena, struct scrip_pair *ret)
{
    struct str value, name = str_split(line, ':', &value);

    while (value.len > 0 && value.data[0] == ' ')
        value = str_skip(value, 1);
    if (is_secret(name))
        value = STR("***");
    ret->name = str_copy(name, arena).data;
    ret->value = str_copy(value, arena).data;
    return ret->name != NULL && ret->value != NULL;
}

/* Lines without a value are for libcurl: "do not send this". */
static size_t sent_headers(const struct curl_slist *lines, struct arena *arena,
                           struct scrip_pair *ret)
{
    size_t count = 0;

    for (; lines != NULL && count < HEADERS_SHOWN_MAX; lines = lines->next) {
        struct str line = str_from_c(lines->data);

        if (line.data[line.len - 1] != ':' && pair_from_line(line, arena, &ret[count]))
            count++;
    }
    return count;
}

void hook_request(struct scrip_client *client, const struct request *request,
                  const struct curl_slist *headers, int attempt)
{
    struct scrip_pair pairs[HEADERS_SHOWN_MAX];
    struct scrip_event event = {
        .kind = SCRIP_EVENT_REQUEST,
        .attempt = attempt,
        .headers = pairs,
        .body = request->body.data,
        .body_size = request->body.len,
    };
    struct arena arena;

    if (client->options.hook == NULL)
        return;
    arena_init(&arena, HOOK_ARENA_BYTES_MAX);
    event.header_count = sent_headers(headers, &arena, pairs);
    tell(client, request, &arena, &event);
    arena_finish(&arena);
}

void hook_reply(struct scrip_client *client, const struct request *request,
                const struct response *response, int64_t elapsed_ms)
{
    struct scrip_pair pairs[HEADERS_SHOWN_MAX];
    struct scrip_event event = {
        .kind = SCRIP_EVENT_REPLY,
        .attempt = response->attempts,
        .http_status = response->http_status,
        .headers = pairs,
        .body = response->body.data,
        .body_size = response->body.len,
        .elapsed_ms = elapsed_ms,
    };
    struct curl_header *header = NULL;
    struct arena arena;

    if (client->options.hook == NULL)
        return;
    while (event.header_count < HEADERS_SHOWN_MAX &&
           (header = curl_easy_nextheader(client->easy, CURLH_HEADER, -1, header)) != NULL)
        pairs[event.header_count++] =
            (struct scrip_pair){ .name = header->name, .value = header->value };
    arena_init(&arena, HOOK_ARENA_BYTES_MAX);
    tell(client, request, &arena, &event);
    arena_finish(&arena);
}

void hook_failure(struct scrip_client *client, const struct request *request,
                  const struct response *response, enum scrip_outcome outcome,
                  const struct scrip_error *error, int64_t elapsed_ms)
{
    struct scrip_event event = {
        .kind = SCRIP_EVENT_FAILURE,
        .attempt = response->attempts,
        .outcome = outcome,
        .message = error->message,
        .elapsed_ms = elapsed_ms,
    };
    struct arena arena;

    if (client->options.hook == NULL)
        return;
    arena_init(&arena, HOOK_ARENA_BYTES_MAX);
    tell(client, request, &arena, &event);
    arena_finish(&arena);
}

void hook_retry(struct scrip_client *client, const struct request *request,
                const struct response *response, enum scrip_outcome outcome, int64_t delay_ms)
{
    struct scrip_event event = {
        .kind = SCRIP_EVENT_RETRY,
        .attempt = response->attempts + 1,
        .http_status = outcome == SCRIP_OK ? response->http_status : 0,
        .outcome = outcome,
        .delay_ms = delay_ms,
    };
    struct arena arena;

    if (client->options.hook == NULL)
        return;
    arena_init(&arena, HOOK_ARENA_BYTES_MAX);
    tell(client, request, &arena, &event);
    arena_finish(&arena);
}
