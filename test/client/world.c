#include "world.h"

static bool tells(const char *text, size_t size)
{
    return text != NULL && memmem(text, size, SECRET, sizeof(SECRET) - 1) != NULL;
}

static void see(const struct scrip_event *event, void *context)
{
    struct world *world = context;
    struct seen *seen = &world->events[world->event_count++];

    assert_in_range(world->event_count, 1, EVENTS_MAX);
    *seen = (struct seen){
        .kind = event->kind,
        .attempt = event->attempt,
        .http_status = event->http_status,
        .outcome = event->outcome,
        .delay_ms = event->delay_ms,
    };
    assert_non_null(event->method);
    assert_non_null(event->url);
    seen->tells_secret = tells(event->url, strlen(event->url));
    for (size_t i = 0; i < event->header_count; i++)
        if (tells(event->headers[i].value, strlen(event->headers[i].value)))
            seen->tells_secret = true;
    if (event->kind == SCRIP_EVENT_RETRY && ++world->retry_count == world->cancels_at_retry)
        scrip_client_cancel(world->client);
}

void world_open(struct world *world, const struct act *acts, size_t act_count,
                const struct scrip_options *options)
{
    struct scrip_options own = { .url = NULL };

    *world = (struct world){ .error = SCRIP_ERROR_NONE };
    world->server = server_start(acts, act_count);
    if (options != NULL)
        own = *options;
    if (own.url == NULL)
        own.url = server_url(world->server);
    if (own.bearer_token == NULL)
        own.bearer_token = SECRET;
    if (own.connect_timeout_ms == 0)
        own.connect_timeout_ms = 60000; /* with TLS and valgrind on a busy machine */
    if (own.retry_delay_ms == 0)
        own.retry_delay_ms = 1;
    own.hook = see;
    own.hook_context = world;
    assert_int_equal(scrip_client_open(&own, &world->client, &world->error), SCRIP_OK);
}

void world_close(struct world *world)
{
    assert_null(strstr(world->error.message, SECRET));
    for (size_t i = 0; i < world->event_count; i++)
        assert_false(world->events[i].tells_secret);
    scrip_error_clear(&world->error);
    scrip_client_close(world->client);
    server_stop(world->server);
}

static void check(struct world *world, enum scrip_outcome got, enum scrip_outcome expected)
{
    if (got != expected)
        fail_msg("%s, not %s: %s", scrip_outcome_name(got), scrip_outcome_name(expected),
                 world->error.message);
    assert_int_equal(world->error.outcome, expected);
    assert_int_equal(world->error.message[0] == '\0', expected == SCRIP_OK);
}

void world_ask(struct world *world, enum scrip_outcome expected)
{
    struct scrip_book *book = NULL;

    check(world, scrip_book_get(world->client, NULL, &book, &world->error), expected);
    assert_int_equal(book != NULL, expected == SCRIP_OK);
    if (book != NULL)
        assert_int_equal(book->sequence.value, 7);
    scrip_free(book);
}

void world_mutate(struct world *world, const struct scrip_call *call, enum scrip_outcome expected)
{
    struct scrip_customer_create_params params = { .name = "Acme" };
    struct scrip_customer *customer = NULL;

    check(world, scrip_customer_create(world->client, &params, call, &customer, &world->error),
          expected);
    assert_int_equal(customer != NULL, expected == SCRIP_OK);
    scrip_free(customer);
}

const struct seen *world_event(const struct world *world, enum scrip_event_kind kind, size_t n)
{
    for (size_t i = 0; i < world->event_count; i++) {
        if (world->events[i].kind == kind && n-- == 0)
            return &world->events[i];
    }
    fail_msg("there is no such event");
    return NULL;
}

void world_open_one(struct world *world, const char *reply)
{
    const struct act act = { reply, KEEP };

    world_open(world, &act, 1, NULL);
}

void world_wrote(struct world *world, const char *line, const char *body)
{
    const char *request;

    assert_int_equal(server_request_count(world->server), 1);
    request = server_request(world->server, 0);
    if (strncmp(request, line, strlen(line)) != 0 ||
        strncmp(request + strlen(line), " HTTP/1.1\r\n", 11) != 0)
        fail_msg("%s\nis not\n%.100s", line, request);
    assert_string_equal(server_body(world->server, 0), body);
}

void world_ok(const struct world *world, enum scrip_outcome outcome)
{
    if (outcome != SCRIP_OK)
        fail_msg("%s: %s", scrip_outcome_name(outcome), world->error.message);
}

void decimal_is(struct scrip_decimal decimal, const char *text)
{
    char buffer[SCRIP_DECIMAL_TEXT_MAX];

    assert_string_equal(scrip_decimal_format(decimal, buffer), text);
}

void instant_is(struct scrip_instant instant, const char *text)
{
    char buffer[SCRIP_INSTANT_TEXT_MAX];

    assert_string_equal(scrip_instant_format(instant, buffer), text);
}
