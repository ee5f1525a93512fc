#include "net/turn.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include "base/limits.h"
#include "http/serialize.h"

#define TURN_MAGIC 0x7475726eu

/* A body up to this size is copied behind its head: cheaper than a piece of its own. */
#define BODY_BYTES_JOINED 4096u

_Static_assert(offsetof(struct turn, exchange) == 0, "turn_of() casts");

enum err turns_init(struct turns *turns, struct loop *loop, unsigned loop_index, size_t count,
                    struct arena_budget *memory, void (*wake)(struct exchange *exchange))
{
    struct turn *all = calloc(count, sizeof *all);

    if (all == NULL)
        return ERR_NOMEM;
    *turns = (struct turns){
        .loop = loop,
        .loop_index = loop_index,
        .memory = memory,
        .wake = wake,
        .all = all,
        .count = count,
    };
    return OK;
}

void turns_finish(struct turns *turns)
{
    for (size_t i = 0; i < turns->made_count; i++)
        arena_finish(&turns->all[i].arena);
    free(turns->all);
    *turns = (struct turns){ .all = NULL };
}

/* A turn that was never used; NULL when there is none. */
static struct turn *turn_make(struct turns *turns)
{
    struct turn *turn;

    if (turns->made_count == turns->count)
        return NULL;
    turn = &turns->all[turns->made_count++];
    turn->magic = TURN_MAGIC;
    turn->state = TURN_FREE;
    turn->loop = turns->loop;
    arena_init_within(&turn->arena, REQUEST_ARENA_BYTES_MAX, turns->memory);
    turn->exchange.arena = &turn->arena;
    turn->exchange.wake = turns->wake;
    turn->exchange.loop_index = turns->loop_index;
    return turn;
}

struct turn *turn_take(struct turns *turns)
{
    struct turn *turn = turns->first_free;

    if (turn != NULL)
        turns->first_free = turn->next;
    else
        turn = turn_make(turns);
    if (turn == NULL)
        return NULL;
    assert(turn->state == TURN_FREE);
    turns->taken_count++;
    turn->state = TURN_READING;
    turn->next = NULL;
    turn->keep_alive = false;
    turn->version_1_0 = false;
    turn->sent_bytes = 0;
    turn->parked_bytes = 0;
    turn->exchange.parked_bytes = 0;
    turn->exchange.request = (struct request){ .method = HTTP_OTHER };
    turn->exchange.reply = (struct reply){ .status = 0 };
    turn->exchange.parked = NULL;
    atomic_store_explicit(&turn->exchange.abandoned, false, memory_order_relaxed);
    return turn;
}

void turn_free(struct turns *turns, struct turn *turn)
{
    assert(turn->magic == TURN_MAGIC);
    assert(turn->state != TURN_FREE);
    assert(turn->state != TURN_PARKED);
    assert(turns->taken_count > 0);
    arena_reset(&turn->arena, EXCHANGE_KEEP_BYTES);
    turn->state = TURN_FREE;
    turn->connection = NULL;
    turn->next = turns->first_free; /* the last used is the next: its memory is warm */
    turns->first_free = turn;
    turns->taken_count--;
}

struct turn *turn_of(struct exchange *exchange)
{
    struct turn *turn = (struct turn *)exchange;

    assert(turn->magic == TURN_MAGIC);
    return turn;
}

bool turn_make_ready(struct turn *turn, bool ends, struct str date)
{
    const struct reply *reply = &turn->exchange.reply;
    bool has_body = serialize_has_body(reply, turn->exchange.request.method);
    struct str body = has_body ? reply->body : STR_NONE;
    bool joined = body.len <= BODY_BYTES_JOINED;
    enum persistence persistence = PERSISTENCE_IMPLIED;
    size_t size = serialize_size_max(reply) + (joined ? body.len : 0);
    char *head = arena_take(&turn->arena, size);

    if (head == NULL && size <= sizeof turn->spare)
        head = turn->spare;
    assert(turn->state == TURN_RUNNING);
    turn->state = TURN_READY;
    turn->pieces[1] = STR_NONE;
    if (head == NULL) {
        turn->pieces[0] = STR("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n"
                              "Connection: close\r\n\r\n");
        return false;
    }
    if (ends || !turn->keep_alive)
        persistence = PERSISTENCE_ENDS;
    else if (turn->version_1_0)
        persistence = PERSISTENCE_KEPT;
    size = serialize_head(reply, persistence, date, head);
    if (joined && body.len > 0)
        memcpy(head + size, body.data, body.len);
    else
        turn->pieces[1] = body;
    turn->pieces[0] = (struct str){ .data = head, .len = size + (joined ? body.len : 0) };
    return true;
}

size_t turn_unsent_bytes(const struct turn *turn)
{
    size_t bytes = turn->pieces[0].len + turn->pieces[1].len;

    assert(turn->state == TURN_READY);
    assert(turn->sent_bytes <= bytes);
    return bytes - turn->sent_bytes;
}
