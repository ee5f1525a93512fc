#include "store/book/undo.h"

#include <stdalign.h>
#include <string.h>
#include "store/book/room.h"

/* The journal of an unusually large batch is not kept for the ordinary ones after it. */
#define UNDO_KEPT_BYTES ((size_t)8 << 20)

/* Stands behind its record, so that the journal can be read backwards. */
struct undo_tail {
    undo_play *play;
    void *owner;
    size_t size; /* of the record, rounded up to its alignment */
};

void undo_init(struct undo *undo)
{
    *undo = (struct undo){ .used = 0 };
}

void undo_finish(struct undo *undo)
{
    room_free(undo->bytes);
    undo_init(undo);
}

enum err undo_write(struct undo *undo, undo_play *play, void *owner, const void *record,
                    size_t size)
{
    const size_t align = alignof(max_align_t);
    size_t rounded = (size + align - 1) / align * align;
    size_t needed = undo->used + rounded + sizeof(struct undo_tail);
    char *bytes;

    _Static_assert(sizeof(struct undo_tail) % alignof(void *) == 0, "tails stay aligned");
    if (undo->off)
        return OK;
    needed = (needed + align - 1) / align * align;
    bytes = room_grow(undo->bytes, 1, &undo->capacity, needed);
    if (bytes == NULL)
        return ERR_NOMEM;
    undo->bytes = bytes;
    memcpy(bytes + undo->used, record, size);
    *(struct undo_tail *)(void *)(bytes + needed - sizeof(struct undo_tail)) =
        (struct undo_tail){ .play = play, .owner = owner, .size = needed - undo->used };
    undo->used = needed;
    return OK;
}

void undo_rewind(struct undo *undo, size_t position)
{
    assert(position <= undo->used);
    while (undo->used > position) {
        struct undo_tail tail;

        memcpy(&tail, undo->bytes + undo->used - sizeof tail, sizeof tail);
        assert(tail.size <= undo->used);
        undo->used -= tail.size;
        tail.play(tail.owner, undo->bytes + undo->used);
    }
    assert(undo->used == position);
}

void undo_forget(struct undo *undo)
{
    undo->used = 0;
    if (undo->capacity > UNDO_KEPT_BYTES) {
        room_free(undo->bytes);
        undo->bytes = NULL;
        undo->capacity = 0;
    }
}
