/* net/loop.h - one thread of the network: a uv loop with its listener, connections and turns.
 *
 * Everything in struct loop belongs to its thread, but for wakes and async, which take what
 * other threads send, and counters, which others read.
 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include <uv.h>
#include "http/date.h"
#include "net/connection.h"
#include "net/counters.h"
#include "net/server.h"
#include "net/wakes.h"

#define LOOP_SCRATCH_BYTES (64u << 10) /* what one read of ciphertext brings at most */

struct loop {
    uv_loop_t uv;
    uv_tcp_t listener;
    uv_async_t async;
    uv_timer_t tick;
    uv_prepare_t wait; /* what is to be done before the thread waits */
    uv_thread_t thread;

    const struct server_config *config; /* the server's, every default filled in */
    struct tls *tls;                    /* the server's; NULL: plain */
    unsigned index;
    struct date date; /* of the last tick */

    struct turns turns;
    struct connection *connections;   /* all, connection_count of them */
    struct tls_session *tls_sessions; /* one each, when there is TLS */
    size_t connection_count;
    size_t connection_made_count; /* those behind have never been touched */
    size_t connection_open_count;
    uint64_t connection_opened_count; /* ever */
    struct connection *first_open;
    struct connection *first_free;
    struct connection *first_woken;
    char *scratch; /* for bytes that are consumed before the next event */

    uv_tcp_t refusal; /* a connection over the limit, while it is sent away */
    bool refusing;
    bool accept_waits;

    unsigned stop_looks; /* since the wish to stop */
    bool stopping;
    bool stopping_now; /* the grace is over */
    int64_t stop_deadline_ms;
    _Atomic bool stop_wanted;

    struct wakes wakes;
    struct loop_counters counters;
};

/* fd is a bound socket, and the loop's from here on, also on an error.  memory is what the
 * requests of all loops share.
 *   ERR_NOMEM   ERR_IO  with *reterr */
enum err loop_init(struct loop *loop, const struct server_config *config, struct tls *tls,
                   struct arena_budget *memory, unsigned index, int fd,
                   struct open_error *reterr) MUST_CHECK;
/* Its thread has ended, or never began, and nobody wakes its exchanges any more. */
void loop_finish(struct loop *loop);

/* The life of its thread: until loop_stop() and the end of what was accepted. */
void loop_run(struct loop *loop);

/* Any thread: exchanges of this loop may have been woken. */
void loop_ring(struct loop *loop);

/* Any thread: begins the end. */
void loop_stop(struct loop *loop);

int64_t loop_now_ms(const struct loop *loop);

/* For connection.c. */
void loop_opened(struct loop *loop, struct connection *connection);
void loop_closed(struct loop *loop, struct connection *connection);
struct tls_session *loop_tls_session(struct loop *loop, const struct connection *connection);

#endif
