#include "harness.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/clock.h"

#define PATIENCE_S 20
#define CLIENT_BYTES (SIZE_MOST + (1u << 16))

static char filler[SIZE_MOST];

static struct str parked_name(const struct request *request)
{
    struct str rest = request->path;

    (void)str_split(str_skip(rest, 1), '/', &rest);
    return rest;
}

static enum exchange_step park(struct harness *harness, struct exchange *exchange)
{
    pthread_mutex_lock(&harness->mutex);
    assert_true(harness->parked_count < PARKED_MAX);
    harness->parked[harness->parked_count++] = exchange;
    pthread_cond_broadcast(&harness->changed);
    pthread_mutex_unlock(&harness->mutex);
    return EXCHANGE_PARKED;
}

static void block(struct harness *harness)
{
    pthread_mutex_lock(&harness->mutex);
    harness->blocked_count++;
    pthread_cond_broadcast(&harness->changed);
    while (!harness->unblocked)
        pthread_cond_wait(&harness->changed, &harness->mutex);
    pthread_mutex_unlock(&harness->mutex);
}

static enum exchange_step gather(struct harness *harness, struct exchange *exchange)
{
    pthread_mutex_lock(&harness->mutex);
    assert_true(harness->gathered_count < PARKED_MAX);
    harness->gathered[harness->gathered_count++] = exchange;
    pthread_mutex_unlock(&harness->mutex);
    return EXCHANGE_PARKED;
}

/* Nobody rings for those. */
static void flush(void *context, unsigned loop_index)
{
    struct harness *harness = context;

    pthread_mutex_lock(&harness->mutex);
    harness->flush_count += harness->gathered_count > 0;
    while (harness->gathered_count > 0) {
        struct exchange *exchange = harness->gathered[--harness->gathered_count];
        exchange->wake(exchange);
    }
    pthread_mutex_unlock(&harness->mutex);
}

size_t harness_flushes(struct harness *harness)
{
    size_t count;

    pthread_mutex_lock(&harness->mutex);
    count = harness->flush_count;
    pthread_mutex_unlock(&harness->mutex);
    return count;
}

static enum exchange_step start(void *context, struct exchange *exchange)
{
    struct harness *harness = context;
    const struct request *request = &exchange->request;
    struct reply *reply = &exchange->reply;
    char number[32] = "";

    if (request->path.len < sizeof number)
        memcpy(number, parked_name(request).data, parked_name(request).len);
    if (str_starts_with(request->path, STR("/told/")))
        exchange->parked_bytes = strtoul(number, NULL, 10);
    if (str_starts_with(request->path, STR("/park/")) ||
        str_starts_with(request->path, STR("/late/")) ||
        str_starts_with(request->path, STR("/told/")) ||
        str_starts_with(request->path, STR("/twice/"))) {
        exchange->parked = str_starts_with(request->path, STR("/twice/")) ? harness : NULL;
        return park(harness, exchange);
    }
    if (str_starts_with(request->path, STR("/gather/")))
        return gather(harness, exchange);
    reply->status = 200;
    reply->content_type = STR("text/plain");
    if (str_equals(request->path, STR("/echo"))) {
        reply->body = request->body;
    } else if (str_starts_with(request->path, STR("/size/"))) {
        reply->body = (struct str){ filler, strtoul(number, NULL, 10) };
    } else if (str_starts_with(request->path, STR("/status/"))) {
        reply->status = (int)strtoul(number, NULL, 10);
        reply->content_type = STR_NONE;
    } else if (str_equals(request->path, STR("/block"))) {
        block(harness);
    } else if (str_equals(request->path, STR("/loop"))) {
        reply->body = str_format(exchange->arena, "%u", exchange->loop_index);
    } else {
        reply->body = str_format(exchange->arena, "%d %.*s ? %.*s from %.*s", (int)request->method,
                                 STR_PRINT(request->path), STR_PRINT(request->query),
                                 STR_PRINT(request->peer));
        reply_header(reply, STR("X-Test"), STR("yes"));
    }
    return EXCHANGE_DONE;
}

static enum exchange_step resume(void *context, struct exchange *exchange)
{
    struct harness *harness = context;
    const struct request *request = &exchange->request;
    char number[32] = "";

    if (exchange->parked != NULL) {
        exchange->parked = NULL;
        return park(harness, exchange);
    }
    exchange->reply.status = 200;
    exchange->reply.content_type = STR("text/plain");
    exchange->reply.body = parked_name(request);
    if ((str_starts_with(request->path, STR("/late/")) ||
         str_starts_with(request->path, STR("/told/"))) &&
        request->path.len < sizeof number) {
        memcpy(number, parked_name(request).data, parked_name(request).len);
        exchange->reply.body = (struct str){ filler, strtoul(number, NULL, 10) };
    }
    pthread_mutex_lock(&harness->mutex);
    harness->resumed_count++;
    pthread_cond_broadcast(&harness->changed);
    pthread_mutex_unlock(&harness->mutex);
    return EXCHANGE_DONE;
}

struct server_config harness_config(struct harness *harness)
{
    return (struct server_config){
        .host = "127.0.0.1",
        .thread_count = 1,
        .connections_max = 64,
        .handler = { .context = harness, .start = start, .resume = resume, .flush = flush },
    };
}

void harness_open(struct harness *harness, const struct server_config *config)
{
    struct open_error error;

    *harness = (struct harness){ .server = NULL };
    pthread_mutex_init(&harness->mutex, NULL);
    pthread_cond_init(&harness->changed, NULL);
    for (size_t i = 0; i < sizeof filler; i++)
        filler[i] = (char)('a' + i % 23);
    if (server_open(config, &harness->server, &error) != OK)
        fail_msg("%s", error.text);
    assert_true(server_port(harness->server) > 0);
}

void harness_close(struct harness *harness)
{
    server_close(harness->server);
    pthread_cond_destroy(&harness->changed);
    pthread_mutex_destroy(&harness->mutex);
}

void harness_stop_and_close(struct harness *harness)
{
    assert_int_equal(server_stop(harness->server), 0);
    harness_close(harness);
}

/* Waits until *value, which the mutex guards, is count. */
static void wait_for(struct harness *harness, const size_t *value, size_t count)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    pthread_mutex_lock(&harness->mutex);
    while (*value < count) {
        if (pthread_cond_timedwait(&harness->changed, &harness->mutex, &until) == ETIMEDOUT)
            break;
    }
    if (*value != count)
        fail_msg("%zu, not %zu", *value, count);
    pthread_mutex_unlock(&harness->mutex);
}

void harness_wait_parked(struct harness *harness, size_t count)
{
    wait_for(harness, &harness->parked_count, count);
}

void harness_wait_resumed(struct harness *harness, size_t count)
{
    wait_for(harness, &harness->resumed_count, count);
}

void harness_wait_blocked(struct harness *harness)
{
    wait_for(harness, &harness->blocked_count, 1);
}

void harness_unblock(struct harness *harness)
{
    pthread_mutex_lock(&harness->mutex);
    harness->unblocked = true;
    pthread_cond_broadcast(&harness->changed);
    pthread_mutex_unlock(&harness->mutex);
}

bool harness_wake(struct harness *harness, const char *path)
{
    struct exchange *exchange = NULL;

    pthread_mutex_lock(&harness->mutex);
    for (size_t i = 0; i < harness->parked_count && exchange == NULL; i++) {
        if (path != NULL && !str_equals(harness->parked[i]->request.path, str_from_c(path)))
            continue;
        exchange = harness->parked[i];
        harness->parked_count--;
        memmove(&harness->parked[i], &harness->parked[i + 1],
                (harness->parked_count - i) * sizeof harness->parked[0]);
    }
    pthread_mutex_unlock(&harness->mutex);
    if (exchange == NULL)
        return false;
    exchange->wake(exchange);
    server_ring(harness->server);
    return true;
}

uint64_t harness_counter(struct harness *harness, enum counter counter)
{
    struct counters counters;

    server_counters(harness->server, &counters);
    return counters.values[counter];
}

uint64_t harness_faults(struct harness *harness, enum fault fault)
{
    struct counters counters;

    server_counters(harness->server, &counters);
    return counters.faults[fault];
}

void harness_wait_counter(struct harness *harness, enum counter counter, uint64_t value)
{
    int64_t until_us = clock_monotonic_us() + PATIENCE_S * 1000000;

    while (harness_counter(harness, counter) < value) {
        if (clock_monotonic_us() > until_us)
            fail_msg("%s is %lu, not %lu", counter_metric(counter),
                     (unsigned long)harness_counter(harness, counter), (unsigned long)value);
        (void)poll(NULL, 0, 1);
    }
}

void client_open(struct client *client, struct harness *harness)
{
    const struct timeval patience = { .tv_sec = PATIENCE_S };
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(server_port(harness->server)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };

    *client = (struct client){ .fd = socket(AF_INET, SOCK_STREAM, 0) };
    client->buffer = malloc(CLIENT_BYTES);
    client->head = malloc(CLIENT_BYTES);
    client->body = malloc(CLIENT_BYTES);
    assert_true(client->buffer != NULL && client->head != NULL && client->body != NULL);
    assert_true(client->fd >= 0);
    assert_int_equal(setsockopt(client->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience),
                     0);
    assert_int_equal(setsockopt(client->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience),
                     0);
    if (connect(client->fd, (struct sockaddr *)&address, sizeof address) != 0)
        fail_msg("cannot connect: %s", strerror(errno));
}

void client_close(struct client *client)
{
    close(client->fd);
    free(client->buffer);
    free(client->head);
    free(client->body);
}

void client_reset(struct client *client)
{
    const struct linger now = { .l_onoff = 1, .l_linger = 0 };

    assert_int_equal(setsockopt(client->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now), 0);
    client_close(client);
}

void client_send_bytes(struct client *client, const void *bytes, size_t size)
{
    const char *at = bytes;

    while (size > 0) {
        ssize_t sent = send(client->fd, at, size, MSG_NOSIGNAL);
        if (sent <= 0)
            fail_msg("cannot send: %s", strerror(errno));
        at += sent;
        size -= (size_t)sent;
    }
}

void client_send(struct client *client, const char *text)
{
    client_send_bytes(client, text, strlen(text));
}

/* Waits for more bytes; false at the end of them. */
static bool client_receive(struct client *client)
{
    ssize_t received;

    assert_true(client->len < CLIENT_BYTES);
    received = recv(client->fd, client->buffer + client->len, CLIENT_BYTES - client->len, 0);
    if (received < 0)
        fail_msg("cannot receive: %s", strerror(errno));
    client->len += (size_t)received;
    return received > 0;
}

static void client_take(struct client *client, char *to, size_t size)
{
    while (client->len < size) {
        if (!client_receive(client))
            fail_msg("ended after %zu of %zu bytes", client->len, size);
    }
    memcpy(to, client->buffer, size);
    client->len -= size;
    memmove(client->buffer, client->buffer + size, client->len);
}

void client_reply(struct client *client, bool head_only)
{
    const char *end, *length;

    while ((end = memmem(client->buffer, client->len, "\r\n\r\n", 4)) == NULL) {
        if (!client_receive(client))
            fail_msg("ended in a head: %.*s", (int)client->len, client->buffer);
    }
    size_t head_len = (size_t)(end - client->buffer) + 4;
    client_take(client, client->head, head_len);
    client->head[head_len] = '\0';
    assert_memory_equal(client->head, "HTTP/1.1 ", 9);
    client->status = (int)strtol(client->head + 9, NULL, 10);
    length = strstr(client->head, "Content-Length: ");
    client->body_len = length == NULL || head_only ? 0 : strtoul(length + 16, NULL, 10);
    client_take(client, client->body, client->body_len);
}

void client_reply_is(struct client *client, int status, const char *body)
{
    client_reply(client, false);
    assert_int_equal(client->status, status);
    if (client->body_len != strlen(body) || memcmp(client->body, body, client->body_len) != 0)
        fail_msg("\"%.*s\" is not \"%s\"", (int)client->body_len, client->body, body);
}

bool client_head_has(const struct client *client, const char *text)
{
    return strstr(client->head, text) != NULL;
}

void client_sees_end(struct client *client)
{
    if (client_receive(client))
        fail_msg("not the end: %.*s", (int)client->len, client->buffer);
    assert_int_equal(client->len, 0);
}
