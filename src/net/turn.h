/* net/turn.h - an exchange in its place in its connection's order of replies.
 *
 * States, and what moves a turn between them:
 *
 *   FREE --first byte--> READING --last byte--> RUNNING --DONE--> READY --sent--> FREE
 *                                                |   ^
 *                                          PARKED|   |woken
 *                                                v   |
 *                                                PARKED
 *
 * A connection that ends frees its turns, but for the parked ones: these lose their connection
 * and stay until they are woken; what they reply then is dropped.
 *
 * Turns are made when the server starts, and belong to their loop's thread, but between
 * PARKED and the wake, when the exchange belongs to the application.
 */
#ifndef NET_TURN_H
#define NET_TURN_H

#include <netinet/in.h>
#include "base/arena.h"
#include "http/exchange.h"

struct connection;
struct loop;

enum turn_state {
    TURN_FREE = 1,
    TURN_READING,
    TURN_RUNNING,
    TURN_PARKED,
    TURN_READY,
};

#define TURN_SPARE_BYTES 640u /* what is wrong is said in less */
#define TURN_PIECES 2         /* a head, with a small body behind it; a large body */

struct turn {
    struct exchange exchange; /* first: the application's pointer is ours */
    uint32_t magic;
    enum turn_state state;
    struct loop *loop;
    struct connection *connection; /* NULL: the peer has gone */
    struct turn *next;             /* the reply after this one; or the next that is free */
    struct turn *wake_next;        /* in struct wakes */
    _Atomic bool woken;            /* and not yet taken up: to catch who wakes twice */
    bool keep_alive;
    bool version_1_0;
    struct str pieces[TURN_PIECES]; /* when READY: the bytes of the reply */
    size_t sent_bytes;              /* of these */
    size_t parked_bytes;            /* what its connection counts for it */
    int64_t started_us;
    struct arena arena;
    char spare[TURN_SPARE_BYTES]; /* for the reply when the arena has no more */
    char peer[INET6_ADDRSTRLEN];
};

/* The turns of one loop. */
struct turns {
    struct loop *loop;
    unsigned loop_index;
    struct arena_budget *memory;
    void (*wake)(struct exchange *exchange);
    struct turn *all;
    size_t count;
    size_t made_count; /* those behind have never been touched, and cost no memory yet */
    size_t taken_count;
    struct turn *first_free;
};

/* Their arenas share memory, which outlives them.  ERR_NOMEM */
enum err turns_init(struct turns *turns, struct loop *loop, unsigned loop_index, size_t count,
                    struct arena_budget *memory,
                    void (*wake)(struct exchange *exchange)) MUST_CHECK;
/* Nobody holds an exchange any more. */
void turns_finish(struct turns *turns);

/* A turn in READING, with an empty request; NULL when all are taken. */
struct turn *turn_take(struct turns *turns);
void turn_free(struct turns *turns, struct turn *turn);

/* The turn of an exchange that came back from the application. */
struct turn *turn_of(struct exchange *exchange);

/* Makes the bytes of the reply.  ends: no reply of this connection follows.  False when there
 * is no memory for them; a short reply that says so takes its place, and the connection
 * must end. */
bool turn_make_ready(struct turn *turn, bool ends, struct str date);

size_t turn_unsent_bytes(const struct turn *turn);

#endif
