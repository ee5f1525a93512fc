#include "net/connection.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <string.h>
#include "base/clock.h"
#include "base/log.h"
#include "net/loop.h"
#include "net/output.h"

#define CONNECTION_MAGIC 0x636f6e6eu

/* So much of a body buys it another request_timeout_ms: 6.4 kB/s by default. */
#define BODY_PROGRESS_BYTES (64u << 10)

static struct connection *connection_of(uv_handle_t *handle)
{
    struct connection *connection = handle->data;

    assert(connection->magic == CONNECTION_MAGIC);
    return connection;
}

/* The end. */

/* Takes the first turn out of the order. */
static struct turn *turns_shift(struct connection *connection)
{
    struct turn *turn = connection->first;

    assert(turn->connection == connection);
    connection->first = turn->next;
    if (connection->first == NULL)
        connection->last = NULL;
    connection->turn_count--;
    turn->next = NULL;
    return turn;
}

static void on_closed(uv_handle_t *handle)
{
    struct connection *connection = connection_of(handle);
    struct loop *loop = connection->loop;

    while (connection->first != NULL) {
        struct turn *turn = turns_shift(connection);
        if (turn->state == TURN_PARKED) { /* the application still has it */
            turn->connection = NULL;
            atomic_store(&turn->exchange.abandoned, true);
        } else {
            turn_free(&loop->turns, turn);
        }
    }
    assert(connection->turn_count == 0);
    if (connection->tls != NULL && connection->tls->ssl != NULL)
        tls_session_finish(connection->tls);
    connection->state = CONNECTION_FREE;
    loop_closed(loop, connection);
}

void connection_close(struct connection *connection)
{
    if (connection->state == CONNECTION_CLOSING)
        return;
    connection->state = CONNECTION_CLOSING;
    uv_close(&connection->handle, on_closed);
}

static void wait_begin(struct connection *connection, enum wait wait, int64_t timeout_ms)
{
    connection->wait = wait;
    connection->deadline_ms =
        wait == WAIT_NOTHING ? INT64_MAX : loop_now_ms(connection->loop) + timeout_ms;
}

static void on_shutdown(uv_shutdown_t *shutdown, int status)
{
    struct connection *connection = shutdown->data;

    if (status < 0 || connection->peer_ended)
        connection_close(connection);
}

static void read_begin(struct connection *connection);

/* The last reply is sent, or none is owed: ends our side, and waits for the peer's. */
static void connection_finish(struct connection *connection)
{
    if (connection->tls != NULL) {
        tls_end(connection->tls);
        output_flush(connection);
    }
    if (connection->state != CONNECTION_OPEN)
        return;
    connection->state = CONNECTION_LINGERING;
    connection->shutdown.data = connection;
    wait_begin(connection, WAIT_LINGER, connection->loop->config->linger_timeout_ms);
    if (uv_shutdown(&connection->shutdown, &connection->stream, on_shutdown) != 0)
        connection_close(connection);
    else if (!connection->peer_ended)
        read_begin(connection);
}

void connection_end_input(struct connection *connection)
{
    connection->input_ended = true;
}

/* Turns. */

/* Forgets the request that is being read. */
static void reading_drop(struct connection *connection)
{
    struct turn *turn = connection->reading, *before = connection->first;

    if (turn == NULL)
        return;
    connection->reading = NULL;
    connection->turn_count--;
    if (before == turn) {
        connection->first = connection->last = NULL;
    } else {
        while (before->next != turn)
            before = before->next;
        before->next = NULL;
        connection->last = before;
    }
    turn_free(&connection->loop->turns, turn);
}

static bool reading_begin(struct connection *connection)
{
    struct turn *turn = turn_take(&connection->loop->turns);

    if (turn == NULL)
        return false;
    turn->connection = connection;
    turn->exchange.connection = connection->number;
    memcpy(turn->peer, connection->peer, sizeof turn->peer);
    turn->exchange.request.peer = str_from_c(turn->peer);
    if (connection->last == NULL)
        connection->first = turn;
    else
        connection->last->next = turn;
    connection->last = turn;
    connection->turn_count++;
    connection->reading = turn;
    connection->continue_sent = false;
    connection->wait = WAIT_NOTHING; /* so that its time begins now */
    parse_init(&connection->parse);
    return true;
}

static void parked_bytes_set(struct connection *connection, struct turn *turn, size_t bytes)
{
    assert(turn->connection == connection);
    assert(connection->parked_bytes >= turn->parked_bytes);
    connection->parked_bytes += bytes - turn->parked_bytes;
    turn->parked_bytes = bytes;
}

void connection_parked(struct connection *connection, struct turn *turn)
{
    parked_bytes_set(connection, turn, turn->exchange.parked_bytes);
}

void connection_reply(struct connection *connection, struct turn *turn)
{
    bool ends = connection->input_ended && connection->last == turn;

    parked_bytes_set(connection, turn, 0);
    if (!turn_make_ready(turn, ends, date_str(&connection->loop->date)))
        connection->input_ended = true;
    connection->unsent_bytes += turn_unsent_bytes(turn);
}

static void access_log(const struct turn *turn)
{
    const struct request *request = &turn->exchange.request;
    static const char *const methods[] = {
        [HTTP_GET] = "GET",         [HTTP_HEAD] = "HEAD",   [HTTP_POST] = "POST",
        [HTTP_PUT] = "PUT",         [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE",
        [HTTP_OPTIONS] = "OPTIONS", [HTTP_OTHER] = "-",
    };

    log_line(LOG_INFO, "access", "%s %.*s %d %zu %" PRId64, methods[request->method],
             STR_PRINT(request->path), turn->exchange.reply.status, turn->sent_bytes,
             clock_monotonic_us() - turn->started_us);
}

void connection_turn_sent(struct connection *connection)
{
    struct turn *turn = turns_shift(connection);

    assert(turn_unsent_bytes(turn) == 0);
    if (connection->loop->config->access_log)
        access_log(turn);
    turn_free(&connection->loop->turns, turn);
}

/* Bytes to requests. */

/* The request being read is whole: hands it to the application. */
static void request_start(struct connection *connection)
{
    struct loop *loop = connection->loop;
    const struct handler *handler = &loop->config->handler;
    struct turn *turn = connection->reading;

    connection->reading = NULL;
    turn->keep_alive = connection->parse.head.keep_alive;
    turn->version_1_0 = connection->parse.head.version_1_0;
    if (!turn->keep_alive || loop->stopping)
        connection_end_input(connection);
    if (loop->config->access_log)
        turn->started_us = clock_monotonic_us();
    loop_counters_add(&loop->counters, COUNTER_REQUESTS, 1);
    turn->state = TURN_RUNNING;
    switch (handler->start(handler->context, &turn->exchange)) {
    case EXCHANGE_DONE:
        connection_reply(connection, turn);
        return;
    case EXCHANGE_PARKED:
        turn->state = TURN_PARKED;
        connection_parked(connection, turn);
        return;
    }
    never("a handler answers DONE or PARKED");
}

/* The request being read cannot be: says why, and ends. */
static void request_refuse(struct connection *connection, enum fault fault)
{
    const struct handler *handler = &connection->loop->config->handler;
    struct turn *turn = connection->reading;

    loop_counters_add_fault(&connection->loop->counters, fault);
    connection->reading = NULL;
    connection_end_input(connection);
    turn->keep_alive = false;
    if (connection->loop->config->access_log)
        turn->started_us = clock_monotonic_us();
    if (str_is_empty(turn->exchange.request.path)) /* or in any state, says head_read() */
        turn->exchange.request.path = STR("-");
    turn->exchange.reply = fault_reply(fault);
    if (handler->refuse != NULL)
        handler->refuse(handler->context, &turn->exchange, fault);
    turn->state = TURN_RUNNING;
    connection_reply(connection, turn);
}

/* Moves what is not parsed to the front when there is little room behind it. */
static void input_compact(struct connection *connection)
{
    size_t len = connection->input_end - connection->input_start;

    if (connection->input_start == 0 ||
        (len > 0 && connection->input_end < sizeof connection->input / 2))
        return;
    if (len > 0)
        memmove(connection->input, connection->input + connection->input_start, len);
    connection->input_start = 0;
    connection->input_end = len;
}

/* Decrypts more of what was fed into the input.  False: there is no more, or no room. */
static bool input_refill(struct connection *connection)
{
    size_t len = 0, room;

    if (connection->tls == NULL || connection->state != CONNECTION_OPEN)
        return false;
    input_compact(connection);
    room = sizeof connection->input - connection->input_end;
    if (room == 0)
        return false;
    switch (tls_read(connection->tls, connection->input + connection->input_end, room, &len)) {
    case TLS_READ_SOME:
        connection->input_end += len;
        return true;
    case TLS_READ_NOTHING:
        return false;
    case TLS_READ_ENDED:
        reading_drop(connection);
        connection_end_input(connection);
        return false;
    case TLS_READ_FAILED:
        output_flush(connection); /* the alert */
        connection_close(connection);
        return false;
    }
    never("not an enum tls_read");
}

static bool may_start_more(const struct connection *connection)
{
    return connection->state == CONNECTION_OPEN && !connection->input_ended &&
           (connection->reading != NULL || connection->turn_count < CONNECTION_PIPELINE_MAX) &&
           connection->unsent_bytes < REPLY_BACKLOG_BYTES_MAX &&
           connection->parked_bytes < PARKED_BYTES_MAX;
}

/* Parses what there is; false when more has to come first. */
static bool input_parse(struct connection *connection)
{
    struct str input = { connection->input + connection->input_start,
                         connection->input_end - connection->input_start };
    struct turn *turn = connection->reading;
    size_t taken;
    enum parse_step step =
        parse_feed(&connection->parse, input, &turn->arena, &turn->exchange.request, &taken);

    connection->input_start += taken;
    switch (step) {
    case PARSE_DONE:
        request_start(connection);
        return true;
    case PARSE_FAULT:
        request_refuse(connection, connection->parse.fault);
        return true;
    case PARSE_MORE:
        return false;
    }
    never("not an enum parse_step");
}

/* Starts all requests that are there and may be. */
static void requests_start(struct connection *connection)
{
    bool more = true; /* in the input than an incomplete request */

    while (may_start_more(connection)) {
        if (!more || connection->input_start == connection->input_end) {
            if (!input_refill(connection))
                break;
        }
        if (connection->reading == NULL && !reading_begin(connection)) {
            connection_end_input(connection); /* all turns are taken: one client the fewer */
            break;
        }
        more = input_parse(connection);
    }
    if (connection->reading != NULL && connection->parse.state == PARSE_HEAD &&
        connection->input_start == connection->input_end)
        reading_drop(connection); /* an empty line between requests begins none */
}

/* The socket. */

static void on_allocate(uv_handle_t *handle, size_t size, uv_buf_t *ret)
{
    struct connection *connection = connection_of(handle);

    (void)size;
    if (connection->tls != NULL || connection->state == CONNECTION_LINGERING) {
        *ret = (uv_buf_t){ .base = connection->loop->scratch, .len = LOOP_SCRATCH_BYTES };
        return;
    }
    input_compact(connection);
    assert(connection->input_end < sizeof connection->input);
    *ret = (uv_buf_t){ .base = connection->input + connection->input_end,
                       .len = sizeof connection->input - connection->input_end };
}

static void on_read_end(struct connection *connection, bool in_order)
{
    connection->peer_ended = true;
    connection->is_read = false;
    uv_read_stop(&connection->stream);
    if (connection->state == CONNECTION_LINGERING || !in_order) {
        connection_close(connection);
        return;
    }
    reading_drop(connection); /* what was asked before still gets its reply */
    connection_end_input(connection);
    connection_advance(connection);
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer)
{
    struct connection *connection = stream->data;

    assert(connection->magic == CONNECTION_MAGIC);
    if (size == 0 || connection->state == CONNECTION_CLOSING)
        return;
    if (size < 0) {
        on_read_end(connection, size == UV_EOF);
        return;
    }
    loop_counters_add(&connection->loop->counters, COUNTER_BYTES_IN, (uint64_t)size);
    if (connection->state == CONNECTION_LINGERING)
        return;
    if (connection->tls == NULL) {
        connection->input_end += (size_t)size;
    } else if (!tls_feed(connection->tls, (struct str){ buffer->base, (size_t)size })) {
        connection_close(connection);
        return;
    }
    connection_advance(connection);
}

static void read_begin(struct connection *connection)
{
    if (connection->is_read)
        return;
    connection->is_read = true;
    if (uv_read_start(&connection->stream, on_allocate, on_read) != 0)
        connection_close(connection);
}

static void read_end(struct connection *connection)
{
    if (!connection->is_read)
        return;
    connection->is_read = false;
    uv_read_stop(&connection->stream);
}

/* What an open connection waits for. */
static void wait_choose(struct connection *connection)
{
    const struct server_config *config = connection->loop->config;

    if (connection->writing) {
        if (connection->wait != WAIT_WRITE) {
            wait_begin(connection, WAIT_WRITE, config->write_timeout_ms);
            connection->progress_mark = uv_stream_get_write_queue_size(&connection->stream);
        }
    } else if (connection->tls != NULL && !tls_session_is_established(connection->tls)) {
        if (connection->wait != WAIT_HANDSHAKE)
            wait_begin(connection, WAIT_HANDSHAKE, config->request_timeout_ms);
    } else if (connection->reading != NULL && may_start_more(connection)) {
        size_t read = connection->parse.body_bytes;
        if (connection->wait != WAIT_REQUEST || read >= connection->progress_mark) {
            wait_begin(connection, WAIT_REQUEST, config->request_timeout_ms);
            connection->progress_mark = read + BODY_PROGRESS_BYTES;
        }
    } else if (connection->turn_count == 0) {
        wait_begin(connection, WAIT_IDLE, config->idle_timeout_ms);
    } else {
        wait_begin(connection, WAIT_NOTHING, 0);
    }
}

void connection_advance(struct connection *connection)
{
    bool room;

    do {
        requests_start(connection);
        room = may_start_more(connection);
        output_flush(connection);
        /* Sending may have made the room that parsing had to wait for. */
    } while (!room && may_start_more(connection));
    output_continue(connection);
    if (connection->state != CONNECTION_OPEN)
        return;
    if (connection->input_ended && connection->turn_count == 0 && output_is_drained(connection)) {
        connection_finish(connection);
        return;
    }
    if (may_start_more(connection))
        read_begin(connection);
    else
        read_end(connection);
    if (connection->state == CONNECTION_OPEN)
        wait_choose(connection);
}

void connection_check_deadline(struct connection *connection, int64_t now_ms)
{
    size_t unwritten;

    if (connection->state == CONNECTION_CLOSING || now_ms < connection->deadline_ms)
        return;
    switch (connection->wait) {
    case WAIT_REQUEST:
        request_refuse(connection, FAULT_TIMEOUT);
        connection_advance(connection);
        return;
    case WAIT_WRITE:
        unwritten = uv_stream_get_write_queue_size(&connection->stream);
        if (unwritten != connection->progress_mark) { /* slow, but it takes some */
            connection->progress_mark = unwritten;
            wait_begin(connection, WAIT_WRITE, connection->loop->config->write_timeout_ms);
            return;
        }
        break;
    case WAIT_IDLE:
    case WAIT_HANDSHAKE:
    case WAIT_LINGER:
        break;
    case WAIT_NOTHING:
        never("nothing has no deadline");
    }
    if (connection->wait != WAIT_LINGER)
        loop_counters_add(&connection->loop->counters, COUNTER_CONNECTIONS_TIMED_OUT, 1);
    connection_close(connection);
}

/* The beginning. */

static void peer_read(struct connection *connection)
{
    struct sockaddr_storage address;
    int size = sizeof address;

    connection->peer[0] = '\0';
    if (uv_tcp_getpeername(&connection->tcp, (struct sockaddr *)&address, &size) != 0)
        return;
    if (address.ss_family == AF_INET6)
        uv_ip6_name((struct sockaddr_in6 *)&address, connection->peer, sizeof connection->peer);
    else
        uv_ip4_name((struct sockaddr_in *)&address, connection->peer, sizeof connection->peer);
}

/* Everything but its input, which needs no cleaning. */
static void connection_reset(struct connection *connection, struct loop *loop)
{
    memset(connection, 0, offsetof(struct connection, input));
    connection->magic = CONNECTION_MAGIC;
    connection->loop = loop;
    connection->state = CONNECTION_OPEN;
    connection->wait = WAIT_NOTHING;
    connection->deadline_ms = INT64_MAX;
    connection->tls = loop_tls_session(loop, connection);
    parse_init(&connection->parse);
}

void connection_accept(struct connection *connection, struct loop *loop, uv_stream_t *listener)
{
    int status;

    connection_reset(connection, loop);
    status = uv_tcp_init(&loop->uv, &connection->tcp);
    assert(status == 0);
    connection->handle.data = connection;
    loop_opened(loop, connection);
    if (uv_accept(listener, &connection->stream) != 0 || uv_tcp_nodelay(&connection->tcp, 1) != 0 ||
        (connection->tls != NULL && tls_session_init(connection->tls, loop->tls) != OK)) {
        connection_close(connection);
        return;
    }
    peer_read(connection);
    connection_advance(connection);
}
