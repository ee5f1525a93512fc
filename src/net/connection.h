/* net/connection.h - one peer: bytes in, turns in order, bytes out.
 *
 * Invariants:
 *  1. Turns stand in the order of their requests; only the last may be READING, and then it
 *     is connection->reading.  Replies leave from the front.
 *  2. Between two events of the loop, what is ready and can be written is written: everybody
 *     who changes a connection calls connection_advance() before going back to the loop.
 *  3. input[input_start..input_end) has been read and not parsed.  When there is anything
 *     more than an incomplete head in it, the connection waits for room and is not read.
 *  4. After input_ended no request is started; when the last reply is sent, it ends.
 *  5. wait and deadline_ms say what the connection waits for and how long.
 *
 * OPEN --the last reply is sent--> LINGERING --the peer ends too, or time--> CLOSING --> freed.
 * Lingering is for the peer's sake: closing with unread bytes would make its kernel throw
 * away the reply that tells it what was wrong.
 *
 * All on the loop's thread.
 */
#ifndef NET_CONNECTION_H
#define NET_CONNECTION_H

#include <uv.h>
#include "base/limits.h"
#include "http/parse.h"
#include "net/tls.h"
#include "net/turn.h"

struct loop;

enum connection_state {
    CONNECTION_FREE = 1,
    CONNECTION_OPEN,
    CONNECTION_LINGERING,
    CONNECTION_CLOSING,
};

enum wait {
    WAIT_NOTHING = 1, /* for the application, which minds its own time */
    WAIT_HANDSHAKE,   /* of TLS */
    WAIT_IDLE,        /* for the next request to begin */
    WAIT_REQUEST,     /* for the rest of one */
    WAIT_WRITE,       /* for the peer to take what is written */
    WAIT_LINGER,      /* for the peer to end */
};

struct connection {
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
    };
    uint32_t magic;
    enum connection_state state;
    struct loop *loop;
    uint64_t number;         /* no two since the start have the same */
    struct connection *next; /* in the list of the open, or of the free */
    struct connection *previous;
    struct connection *next_woken; /* in the loop's list of those with something new to send */
    bool is_woken;

    struct turn *first;
    struct turn *last;
    struct turn *reading;
    unsigned turn_count;
    size_t unsent_bytes; /* of the turns that are READY */
    size_t parked_bytes; /* of the turns that are PARKED, as they foretold */

    struct parse parse;
    size_t input_start;
    size_t input_end;
    bool input_ended;
    bool peer_ended;
    bool is_read;       /* the loop reads from the socket */
    bool continue_sent; /* for the request being read */

    bool writing; /* write_bytes are with the kernel or the loop */
    size_t write_bytes;
    uv_write_t write;
    uv_shutdown_t shutdown;

    enum wait wait;
    int64_t deadline_ms;
    size_t progress_mark; /* of what is waited for, when the deadline was last set */

    struct tls_session *tls; /* NULL: plain */
    char peer[INET6_ADDRSTRLEN];
    char input[CONNECTION_INPUT_BYTES];
};

/* Takes in what the listener has.  The connection comes from the loop's pool.  On an error it
 * closes by itself. */
void connection_accept(struct connection *connection, struct loop *loop, uv_stream_t *listener);

/* Parses, starts, sends and ends whatever can be, and sets what is waited for.  After this the
 * connection may be closing. */
void connection_advance(struct connection *connection);

/* The application has parked a turn of this connection, for the first time or again. */
void connection_parked(struct connection *connection, struct turn *turn);

/* The application has answered a turn of this connection; connection_advance() comes next. */
void connection_reply(struct connection *connection, struct turn *turn);

/* No request is started after those that have begun. */
void connection_end_input(struct connection *connection);

/* Ends it now, whatever is in flight. */
void connection_close(struct connection *connection);

/* Called every now and then; ends what waits too long. */
void connection_check_deadline(struct connection *connection, int64_t now_ms);

/* For output.c: its first turn is sent whole. */
void connection_turn_sent(struct connection *connection);

#endif
