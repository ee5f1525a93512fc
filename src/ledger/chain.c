#include "ledger/chain.h"

enum err chain_read(struct store_reader *reader, enum environment environment, uint64_t sequence,
                    bool with_facts, struct arena *arena, struct entry *ret)
{
    enum err e = store_read_entry(reader, environment, sequence, with_facts, arena, ret);

    return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
}

enum bound_kind { BOUND_NUMBER = 1, BOUND_SEQUENCE, BOUND_INSTANT };

struct bound {
    enum bound_kind kind;
    uint64_t n;
    struct instant instant;
};

static bool is_beyond(const struct bound *bound, const struct link *link)
{
    switch (bound->kind) {
    case BOUND_NUMBER:
        return link->number > bound->n;
    case BOUND_SEQUENCE:
        return link->entry.sequence >= bound->n;
    case BOUND_INSTANT:
        return !instant_before(link->entry.at, bound->instant);
    }
    never("there are three kinds of bounds");
}

/* The entry of that sequence and number; none where sequence is 0. */
static enum err link_read(const struct chain *chain, uint64_t sequence, uint64_t number,
                          struct link *ret)
{
    struct link link = { .number = number };
    enum err e;

    if ((sequence == 0) != (number == 0))
        return ERR_CORRUPT;
    if (number == 0) {
        *ret = link;
        return OK;
    }
    e = chain_read(chain->reader, chain->environment, sequence, false, chain->arena, &link.entry);
    if (e != OK)
        return e;
    if (link.entry.account != chain->account->number)
        return ERR_CORRUPT;
    *ret = link;
    return OK;
}

/* One step back from a link that is beyond: as far as possible, but to one that is still
 * beyond, or else to the one before. */
static enum err step(const struct chain *chain, const struct bound *bound, struct link *link)
{
    uint64_t jump_number = link->number & (link->number - 1);
    struct link jumped;
    enum err e;

    if (jump_number > 0) {
        e = link_read(chain, link->entry.account_jump, jump_number, &jumped);
        if (e != OK)
            return e;
        if (is_beyond(bound, &jumped)) {
            *link = jumped;
            return OK;
        }
    }
    return link_read(chain, link->entry.account_previous, link->number - 1, link);
}

static enum err seek(const struct chain *chain, const struct bound *bound, struct link *ret)
{
    struct link link;
    enum err e = link_read(chain, chain->account->last_entry, chain->account->entry_count, &link);

    while (e == OK && link.number > 0 && is_beyond(bound, &link))
        e = step(chain, bound, &link);
    if (e == OK)
        *ret = link;
    return e;
}

enum err chain_seek_number(const struct chain *chain, uint64_t n, struct link *ret)
{
    return seek(chain, &(struct bound){ .kind = BOUND_NUMBER, .n = n }, ret);
}

enum err chain_seek_sequence(const struct chain *chain, uint64_t n, struct link *ret)
{
    return seek(chain, &(struct bound){ .kind = BOUND_SEQUENCE, .n = n }, ret);
}

enum err chain_seek_instant(const struct chain *chain, struct instant instant, struct link *ret)
{
    return seek(chain, &(struct bound){ .kind = BOUND_INSTANT, .instant = instant }, ret);
}
