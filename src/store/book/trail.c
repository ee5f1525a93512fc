#include "store/book/trail.h"

#include "store/book/undo_index.h"

void trail_init(struct trail *trail, uint64_t seed, struct undo *undo)
{
    *trail = (struct trail){ .undo = undo, .log_last_at = INSTANT_NONE };
    index_init(&trail->sources, seed);
}

void trail_finish(struct trail *trail)
{
    index_finish(&trail->sources);
}

struct trail_ends {
    uint32_t source_last;
    uint64_t log_last;
    struct instant log_last_at;
};

static void ends_put_back(void *owner, const void *record)
{
    const struct trail_ends *ends = record;
    struct trail *trail = owner;

    trail->source_last = ends->source_last;
    trail->log_last = ends->log_last;
    trail->log_last_at = ends->log_last_at;
}

static enum err ends_note(struct trail *trail)
{
    struct trail_ends ends = {
        .source_last = trail->source_last,
        .log_last = trail->log_last,
        .log_last_at = trail->log_last_at,
    };

    return undo_write(trail->undo, ends_put_back, trail, &ends, sizeof ends);
}

enum err trail_source_add(struct trail *trail, struct index_key fingerprint, uint32_t *ret_number)
{
    enum err e = ends_note(trail);

    assert(index_find(&trail->sources, fingerprint) == 0);
    if (e == OK)
        e = undo_index_set(trail->undo, &trail->sources, fingerprint, trail->source_last + 1);
    if (e == OK)
        *ret_number = ++trail->source_last;
    return e;
}

enum err trail_line_add(struct trail *trail, struct log_line *line)
{
    enum err e = ends_note(trail);

    if (e != OK)
        return e;
    if (trail->log_last > 0)
        line->at = instant_max(line->at, trail->log_last_at);
    line->number = ++trail->log_last;
    trail->log_last_at = line->at;
    return OK;
}
