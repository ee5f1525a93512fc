#include "net/output.h"

#include "net/loop.h"

/* Turns of one write; each is one or two pieces. */
#define WRITE_TURNS_MAX CONNECTION_PIPELINE_MAX
#define WRITE_PIECES_MAX (WRITE_TURNS_MAX * TURN_PIECES)

/* What one write carries. */
struct batch {
    unsigned count;
    size_t bytes;
    uv_buf_t pieces[WRITE_PIECES_MAX];
};

static void batch_add(struct batch *batch, struct str piece)
{
    assert(batch->count < WRITE_PIECES_MAX);
    /* libuv's buffers are not const, but it does not write into what it sends. */
    batch->pieces[batch->count++] =
        (uv_buf_t){ .base = (char *)(uintptr_t)piece.data, .len = piece.len };
    batch->bytes += piece.len;
}

/* What a turn has not sent yet, from the front. */
static struct str unsent_piece(const struct turn *turn, size_t sent_bytes)
{
    if (sent_bytes < turn->pieces[0].len)
        return str_skip(turn->pieces[0], sent_bytes);
    return str_skip(turn->pieces[1], sent_bytes - turn->pieces[0].len);
}

static void gather_turns(struct connection *connection, struct batch *batch)
{
    struct turn *turn = connection->first;

    for (unsigned i = 0; i < WRITE_TURNS_MAX && turn != NULL && turn->state == TURN_READY; i++) {
        struct str piece = unsent_piece(turn, turn->sent_bytes);
        batch_add(batch, piece);
        piece = unsent_piece(turn, turn->sent_bytes + piece.len);
        if (piece.len > 0)
            batch_add(batch, piece);
        turn = turn->next;
    }
}

/* count bytes of the turns in front are sent: frees those that are sent whole. */
static void turns_sent(struct connection *connection, size_t count)
{
    while (count > 0) {
        struct turn *turn = connection->first;
        size_t unsent = turn_unsent_bytes(turn);
        size_t part = count < unsent ? count : unsent;

        turn->sent_bytes += part;
        connection->unsent_bytes -= part;
        count -= part;
        if (part == unsent)
            connection_turn_sent(connection);
    }
}

/* Encrypts what is ready, as far as there is room. */
static void encrypt_turns(struct connection *connection)
{
    struct turn *turn;
    size_t taken;

    while ((turn = connection->first) != NULL && turn->state == TURN_READY) {
        taken = tls_write(connection->tls, unsent_piece(turn, turn->sent_bytes));
        if (taken == 0)
            return;
        turns_sent(connection, taken);
    }
}

static void gather(struct connection *connection, struct batch *batch)
{
    struct str output;

    batch->count = 0;
    batch->bytes = 0;
    if (connection->tls == NULL) {
        gather_turns(connection, batch);
        return;
    }
    encrypt_turns(connection);
    output = tls_output(connection->tls);
    if (output.len > 0)
        batch_add(batch, output);
}

static void sent(struct connection *connection, size_t count)
{
    loop_counters_add(&connection->loop->counters, COUNTER_BYTES_OUT, count);
    if (connection->tls == NULL)
        turns_sent(connection, count);
    else
        tls_output_sent(connection->tls, count);
}

static void on_written(uv_write_t *write, int status)
{
    struct connection *connection = write->data;

    connection->writing = false;
    if (connection->state == CONNECTION_CLOSING)
        return;
    if (status < 0) {
        connection_close(connection);
        return;
    }
    connection->wait = WAIT_NOTHING; /* so that the time of the next write begins anew */
    sent(connection, connection->write_bytes);
    connection_advance(connection);
}

/* Leaves the batch to the loop, which writes it when the peer takes more. */
static void write_later(struct connection *connection, const struct batch *batch)
{
    connection->write.data = connection;
    connection->write_bytes = batch->bytes;
    connection->writing = true;
    if (uv_write(&connection->write, &connection->stream, batch->pieces, batch->count,
                 on_written) != 0) {
        connection->writing = false;
        connection_close(connection);
    }
}

void output_flush(struct connection *connection)
{
    struct batch batch;
    int written;

    while (!connection->writing && connection->state != CONNECTION_CLOSING) {
        gather(connection, &batch);
        if (batch.count == 0) {
            if (connection->unsent_bytes > 0 && connection->first->state == TURN_READY)
                connection_close(connection); /* TLS will not take it */
            return;
        }
        loop_counters_add(&connection->loop->counters, COUNTER_WRITES, 1);
        written = uv_try_write(&connection->stream, batch.pieces, batch.count);
        if (written < 0 && written != UV_EAGAIN) {
            connection_close(connection);
            return;
        }
        if (written > 0)
            sent(connection, (size_t)written);
        if (written == UV_EAGAIN || (size_t)written < batch.bytes) {
            gather(connection, &batch);
            write_later(connection, &batch);
        }
    }
}

void output_continue(struct connection *connection)
{
    const struct str text = STR("HTTP/1.1 100 Continue\r\n\r\n");
    struct batch batch = { .count = 0 };
    int written;

    if (connection->reading == NULL || connection->first != connection->reading ||
        connection->continue_sent || connection->writing ||
        !parse_wants_continue(&connection->parse))
        return;
    if (connection->tls != NULL) {
        connection->continue_sent = tls_write(connection->tls, text) == text.len;
        output_flush(connection);
        return;
    }
    batch_add(&batch, text);
    written = uv_try_write(&connection->stream, batch.pieces, batch.count);
    connection->continue_sent = written == (int)text.len;
    if (written > 0 && !connection->continue_sent)
        connection_close(connection); /* half a line cannot be taken back */
}

bool output_is_drained(struct connection *connection)
{
    return !connection->writing &&
           (connection->tls == NULL || tls_output(connection->tls).len == 0);
}
