#include "ledger/chain.h"

#include "domain/jump.h"

void chain_of_account(struct chain *chain, const struct account *account)
{
    chain->kind = CHAIN_OF_ACCOUNT;
    chain->owner = account->number;
    chain->last = account->last_entry;
    chain->count = account->entry_count;
}

void chain_of_grant(struct chain *chain, const struct grant *grant)
{
    chain->kind = CHAIN_OF_GRANT;
    chain->owner = grant->number;
    chain->last = grant->last_entry;
    chain->count = grant->entry_count;
}

/* Whoever follows a chain comes to an end. */
static bool leads_back(const struct entry *entry)
{
    return entry->account_previous < entry->sequence && entry->grant_previous < entry->sequence &&
           entry->account_jump <= entry->account_previous &&
           entry->grant_jump <= entry->grant_previous;
}

enum err chain_read(struct store_reader *reader, enum environment environment, uint64_t sequence,
                    bool with_facts, struct arena *arena, struct entry *ret)
{
    struct entry entry;
    enum err e = store_read_entry(reader, environment, sequence, with_facts, arena, &entry);

    if (e == ERR_NOT_FOUND || (e == OK && !leads_back(&entry)))
        return ERR_CORRUPT;
    if (e == OK)
        *ret = entry;
    return e;
}

enum err chain_back(struct store_reader *reader, enum environment environment,
                    const struct entry *from, uint64_t sequence, struct arena *arena,
                    struct entry *ret)
{
    struct entry entry;
    enum err e;

    if (sequence == 0 || sequence >= from->sequence)
        return ERR_CORRUPT;
    e = chain_read(reader, environment, sequence, false, arena, &entry);
    if (e == OK && entry.account != from->account)
        e = ERR_CORRUPT;
    if (e == OK)
        *ret = entry;
    return e;
}

uint64_t chain_previous(const struct chain *chain, const struct entry *entry)
{
    return chain->kind == CHAIN_OF_ACCOUNT ? entry->account_previous : entry->grant_previous;
}

static uint64_t jump_of(const struct chain *chain, const struct entry *entry)
{
    return chain->kind == CHAIN_OF_ACCOUNT ? entry->account_jump : entry->grant_jump;
}

static uint64_t jump_number_of(const struct chain *chain, uint64_t number)
{
    return chain->kind == CHAIN_OF_ACCOUNT ? jump_of_account(number) : jump_of_grant(number);
}

bool chain_has(const struct chain *chain, const struct entry *entry)
{
    return (chain->kind == CHAIN_OF_ACCOUNT ? entry->account : entry->grant) == chain->owner;
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
    if (!chain_has(chain, &link.entry))
        return ERR_CORRUPT;
    *ret = link;
    return OK;
}

/* Between two links: above is beyond the bound, below is not. */
struct search {
    struct link above;
    struct link below; /* number 0: not known; its entry may not have been read */
};

static bool was_read(const struct link *link)
{
    return link->entry.at.us != INSTANT_NONE.us;
}

/* What an entry says of the one that it jumps to, which only an instant cannot be held against. */
static struct link foretell(const struct chain *chain, const struct link *from)
{
    return (struct link){
        .number = jump_number_of(chain, from->number),
        .entry = { .sequence = jump_of(chain, &from->entry), .at = INSTANT_NONE },
    };
}

static bool is_known_not_beyond(const struct bound *bound, const struct link *foretold)
{
    return bound->kind != BOUND_INSTANT && !is_beyond(bound, foretold);
}

/* One step back of what is above: by a jump, if that stays beyond, or else to the one before.  A
 * jump to below, or farther, is not tried again. */
static enum err step(const struct chain *chain, const struct bound *bound, struct search *search)
{
    struct link above = search->above;
    struct link link = foretell(chain, &above);
    enum err e;

    if (link.number > search->below.number && is_known_not_beyond(bound, &link))
        search->below = link;
    if (link.number > search->below.number) {
        e = link_read(chain, link.entry.sequence, link.number, &link);
        if (e != OK)
            return e;
        if (is_beyond(bound, &link)) {
            search->above = link;
            return OK;
        }
        search->below = link;
    }
    if (search->below.number == above.number - 1 && was_read(&search->below)) {
        search->above = search->below;
        return OK;
    }
    return link_read(chain, chain_previous(chain, &above.entry), above.number - 1, &search->above);
}

static enum err seek(const struct chain *chain, const struct bound *bound, struct link *ret)
{
    struct search search = { .below.entry.at = INSTANT_NONE };
    enum err e = link_read(chain, chain->last, chain->count, &search.above);

    while (e == OK && search.above.number > 0 && is_beyond(bound, &search.above))
        e = step(chain, bound, &search);
    if (e == OK)
        *ret = search.above;
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
