#include "net/loop.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/log.h"

#define LISTEN_BACKLOG 1024 /* connections that the kernel holds for us; it has its own bound */

#define STOP_LOOKS 3 /* at the sockets, after the wish to stop */

#define TICK_MS_MAX 1000
#define TICK_MS_MIN 5

int64_t loop_now_ms(const struct loop *loop)
{
    return (int64_t)uv_now(&loop->uv);
}

/* Connections. */

/* NULL when all are open. */
static struct connection *connection_take(struct loop *loop)
{
    struct connection *connection = loop->first_free;

    if (connection != NULL)
        loop->first_free = connection->next;
    else if (loop->connection_made_count < loop->connection_count)
        connection = &loop->connections[loop->connection_made_count++];
    return connection;
}

struct tls_session *loop_tls_session(struct loop *loop, const struct connection *connection)
{
    return loop->tls == NULL ? NULL : &loop->tls_sessions[connection - loop->connections];
}

void loop_opened(struct loop *loop, struct connection *connection)
{
    connection->previous = NULL;
    connection->next = loop->first_open;
    if (loop->first_open != NULL)
        loop->first_open->previous = connection;
    loop->first_open = connection;
    loop->connection_open_count++;
    loop->connection_opened_count++;
    connection->number = loop->connection_opened_count << 16 | loop->index;
    loop_counters_add(&loop->counters, COUNTER_CONNECTIONS_ACCEPTED, 1);
}

/* When it is stopping, and what was accepted is done, or has been cut off. */
static void check_stopped(struct loop *loop)
{
    if (loop->stopping && loop->connection_open_count == 0 &&
        (loop->turns.taken_count == 0 || loop->stopping_now))
        uv_stop(&loop->uv);
}

void loop_closed(struct loop *loop, struct connection *connection)
{
    assert(connection->state == CONNECTION_FREE);
    assert(loop->connection_open_count > 0);
    if (connection->previous != NULL)
        connection->previous->next = connection->next;
    else
        loop->first_open = connection->next;
    if (connection->next != NULL)
        connection->next->previous = connection->previous;
    connection->next = loop->first_free;
    loop->first_free = connection;
    loop->connection_open_count--;
    loop_counters_add(&loop->counters, COUNTER_CONNECTIONS_CLOSED, 1);
    check_stopped(loop);
}

/* Accepting. */

static void accept_one(struct loop *loop);

static void on_refused(uv_handle_t *handle)
{
    struct loop *loop = handle->data;

    loop->refusing = false;
    if (loop->accept_waits && !loop->stopping) {
        loop->accept_waits = false;
        accept_one(loop);
    }
}

/* Sends a connection over the limit away.  One at a time: the others wait in the kernel. */
static void refuse_one(struct loop *loop)
{
    static char text[] = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
                         "Content-Length: 34\r\nRetry-After: 1\r\nConnection: close\r\n\r\n"
                         "{\"message\":\"too many connections\"}";
    const uv_buf_t piece = { .base = text, .len = sizeof text - 1 };
    int status;

    if (loop->refusing) {
        loop->accept_waits = true; /* libuv stops accepting until this one is taken */
        return;
    }
    loop->refusing = true;
    loop_counters_add(&loop->counters, COUNTER_CONNECTIONS_REFUSED, 1);
    status = uv_tcp_init(&loop->uv, &loop->refusal);
    assert(status == 0);
    loop->refusal.data = loop;
    if (uv_accept((uv_stream_t *)&loop->listener, (uv_stream_t *)&loop->refusal) == 0 &&
        loop->tls == NULL)
        (void)uv_try_write((uv_stream_t *)&loop->refusal, &piece, 1);
    uv_close((uv_handle_t *)&loop->refusal, on_refused);
}

static void accept_one(struct loop *loop)
{
    struct connection *connection = connection_take(loop);

    if (connection == NULL)
        refuse_one(loop);
    else
        connection_accept(connection, loop, (uv_stream_t *)&loop->listener);
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct loop *loop = listener->data;

    if (status < 0)
        log_line(LOG_WARNING, "net", "cannot accept a connection: %s", uv_strerror(status));
    else
        accept_one(loop);
}

/* Waking and stopping. */

static void connection_note_woken(struct loop *loop, struct connection *connection)
{
    if (connection->is_woken)
        return;
    connection->is_woken = true;
    connection->next_woken = loop->first_woken;
    loop->first_woken = connection;
}

/* Takes up a parked exchange again. */
static void turn_resume(struct loop *loop, struct turn *turn)
{
    const struct handler *handler = &loop->config->handler;
    struct connection *connection = turn->connection;
    bool was_woken = atomic_exchange(&turn->woken, false);

    assert(was_woken);
    assert(turn->state == TURN_PARKED);
    turn->state = TURN_RUNNING;
    switch (handler->resume(handler->context, &turn->exchange)) {
    case EXCHANGE_PARKED:
        turn->state = TURN_PARKED;
        if (connection != NULL)
            connection_parked(connection, turn);
        return;
    case EXCHANGE_DONE:
        if (connection == NULL) {
            turn_free(&loop->turns, turn);
        } else {
            connection_reply(connection, turn);
            connection_note_woken(loop, connection);
        }
        return;
    }
    never("a handler answers DONE or PARKED");
}

static void wakes_drain(struct loop *loop)
{
    struct turn *turn = wakes_take(&loop->wakes);

    if (turn == NULL)
        return;
    loop_counters_add(&loop->counters, COUNTER_WAKES, 1);
    while (turn != NULL) {
        struct turn *next = turn->wake_next;
        turn_resume(loop, turn);
        turn = next;
    }
    while (loop->first_woken != NULL) {
        struct connection *connection = loop->first_woken;
        loop->first_woken = connection->next_woken;
        connection->is_woken = false;
        if (connection->state == CONNECTION_OPEN)
            connection_advance(connection);
    }
    check_stopped(loop);
}

static void stop_begin(struct loop *loop)
{
    struct connection *connection, *next;

    loop->stopping = true;
    loop->stop_deadline_ms = loop_now_ms(loop) + loop->config->grace_ms;
    uv_close((uv_handle_t *)&loop->listener, NULL);
    for (connection = loop->first_open; connection != NULL; connection = next) {
        next = connection->next;
        if (connection->state != CONNECTION_OPEN || connection->reading != NULL)
            continue;
        if (connection->turn_count == 0) {
            connection_close(connection); /* all it asked has been answered */
        } else {
            connection_end_input(connection);
            connection_advance(connection);
        }
    }
    check_stopped(loop);
}

/* Peers that the kernel has connected to us, and what they have sent, are still taken: closing the
 * listener would reset them.  It is all there by the next look at the sockets, but in no order: one
 * look to accept, one to read, and one because we may come first in each. */
static void stop_approach(struct loop *loop)
{
    if (loop->stop_looks++ == STOP_LOOKS)
        stop_begin(loop);
    else
        uv_async_send(&loop->async);
}

static void on_async(uv_async_t *async)
{
    struct loop *loop = async->data;

    if (atomic_load(&loop->stop_wanted) && !loop->stopping)
        stop_approach(loop);
    wakes_drain(loop);
}

static void exchange_wake(struct exchange *exchange)
{
    struct turn *turn = turn_of(exchange);
    bool was_woken = atomic_exchange(&turn->woken, true);

    assert(!was_woken);
    wakes_push(&turn->loop->wakes, turn);
}

void loop_ring(struct loop *loop)
{
    if (wakes_wait(&loop->wakes))
        uv_async_send(&loop->async);
}

/* All that was there has been started and resumed. */
static void on_wait(uv_prepare_t *wait)
{
    struct loop *loop = wait->data;
    const struct handler *handler = &loop->config->handler;

    if (handler->flush == NULL)
        return;
    handler->flush(handler->context, loop->index);
    loop_ring(loop); /* what could not be handed on was answered at once */
}

void loop_stop(struct loop *loop)
{
    atomic_store(&loop->stop_wanted, true);
    uv_async_send(&loop->async);
}

/* Time. */

static void on_tick(uv_timer_t *timer)
{
    struct loop *loop = timer->data;
    int64_t now_ms = loop_now_ms(loop);
    struct connection *connection, *next;

    loop->date = date_from_us(clock_system()->now_us(clock_system()));
    if (loop->stopping && now_ms >= loop->stop_deadline_ms)
        loop->stopping_now = true;
    for (connection = loop->first_open; connection != NULL; connection = next) {
        next = connection->next;
        if (loop->stopping_now)
            connection_close(connection);
        else
            connection_check_deadline(connection, now_ms);
    }
    check_stopped(loop);
}

/* Short enough for the shortest of the timeouts. */
static uint64_t tick_ms(const struct server_config *config)
{
    const int64_t timeouts_ms[] = { config->request_timeout_ms, config->idle_timeout_ms,
                                    config->write_timeout_ms, config->linger_timeout_ms,
                                    config->grace_ms };
    int64_t tick_ms = TICK_MS_MAX;

    for (size_t i = 0; i < array_count(timeouts_ms); i++) {
        if (timeouts_ms[i] / 2 < tick_ms)
            tick_ms = timeouts_ms[i] / 2;
    }
    return (uint64_t)(tick_ms < TICK_MS_MIN ? TICK_MS_MIN : tick_ms);
}

/* Beginning and end. */

static enum err pools_init(struct loop *loop, struct arena_budget *memory)
{
    size_t count = loop->config->connections_max;

    loop->connection_count = count;
    loop->connections = calloc(count, sizeof *loop->connections);
    loop->scratch = calloc(1, LOOP_SCRATCH_BYTES);
    if (loop->connections == NULL || loop->scratch == NULL)
        return ERR_NOMEM;
    if (loop->tls != NULL) {
        loop->tls_sessions = calloc(count, sizeof *loop->tls_sessions);
        if (loop->tls_sessions == NULL)
            return ERR_NOMEM;
    }
    return turns_init(&loop->turns, loop, loop->index,
                      EXCHANGES_PER_CONNECTION * count + CONNECTION_PIPELINE_MAX, memory,
                      exchange_wake);
}

static void pools_finish(struct loop *loop)
{
    turns_finish(&loop->turns);
    free(loop->tls_sessions);
    free(loop->scratch);
    free(loop->connections);
}

static enum err listen_at(struct loop *loop, int fd, struct open_error *reterr)
{
    int status = uv_tcp_open(&loop->listener, fd);

    if (status != 0)
        close(fd);
    else
        status = uv_listen((uv_stream_t *)&loop->listener, LISTEN_BACKLOG, on_connection);
    if (status == 0)
        return OK;
    snprintf(reterr->text, sizeof reterr->text, "cannot listen: %s", uv_strerror(status));
    return status == UV_EADDRINUSE ? ERR_BUSY : ERR_IO;
}

enum err loop_init(struct loop *loop, const struct server_config *config, struct tls *tls,
                   struct arena_budget *memory, unsigned index, int fd, struct open_error *reterr)
{
    enum err e;
    int status;

    *loop = (struct loop){ .config = config, .tls = tls, .index = index };
    loop->date = date_from_us(clock_system()->now_us(clock_system()));
    wakes_init(&loop->wakes);
    e = pools_init(loop, memory);
    status = e == OK ? uv_loop_init(&loop->uv) : UV_ENOMEM;
    if (status != 0) {
        pools_finish(loop);
        close(fd);
        snprintf(reterr->text, sizeof reterr->text, "cannot set up: %s", uv_strerror(status));
        return e == OK ? ERR_IO : e;
    }
    status = uv_async_init(&loop->uv, &loop->async, on_async) |
             uv_timer_init(&loop->uv, &loop->tick) | uv_prepare_init(&loop->uv, &loop->wait) |
             uv_tcp_init(&loop->uv, &loop->listener);
    assert(status == 0);
    loop->async.data = loop->tick.data = loop->wait.data = loop->listener.data = loop;
    e = listen_at(loop, fd, reterr);
    if (e != OK)
        loop_finish(loop);
    return e;
}

static void handle_close(uv_handle_t *handle, void *context)
{
    (void)context;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

void loop_finish(struct loop *loop)
{
    struct connection *connection, *next;
    int status;

    for (connection = loop->first_open; connection != NULL; connection = next) {
        next = connection->next;
        connection_close(connection);
    }
    uv_walk(&loop->uv, handle_close, NULL);
    while (uv_run(&loop->uv, UV_RUN_DEFAULT) != 0)
        continue; /* an earlier uv_stop() may have been left over */
    status = uv_loop_close(&loop->uv);
    assert(status == 0);
    pools_finish(loop);
}

void loop_run(struct loop *loop)
{
    uint64_t every_ms = tick_ms(loop->config);
    int status = uv_timer_start(&loop->tick, on_tick, every_ms, every_ms);

    assert(status == 0);
    status = uv_prepare_start(&loop->wait, on_wait);
    assert(status == 0);
    (void)uv_run(&loop->uv, UV_RUN_DEFAULT);
}
