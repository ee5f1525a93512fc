#include "ledger/aliases.h"

#include <stdlib.h>
#include "base/limits.h"

struct placed {
    struct str text;
    size_t place;
};

/* By text, and of equal ones the first given first. */
static int placed_compare(const void *left, const void *right)
{
    const struct placed *a = left, *b = right;
    int order = str_compare(a->text, b->text);

    return order != 0 ? order : (a->place > b->place) - (a->place < b->place);
}

static enum err aliases_check(const struct str *asked, size_t count, struct blame *reterr_blame)
{
    *reterr_blame = (struct blame){ .field = STR("aliases"), .why = STR("are too many") };
    if (count > ALIASES_PER_CUSTOMER_MAX)
        return ERR_MALFORMED;
    reterr_blame->why = STR("must not be empty, nor too long");
    for (size_t i = 0; i < count; i++) {
        if (str_is_empty(asked[i]) || asked[i].len > ALIAS_BYTES_MAX)
            return ERR_MALFORMED;
    }
    *reterr_blame = (struct blame){ .field = STR_NONE };
    return OK;
}

/* Keeps the first of those that are equal. */
static size_t drop_repeated(struct str *texts, struct placed *placed, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        placed[i] = (struct placed){ .text = texts[i], .place = i };
    qsort(placed, count, sizeof *placed, placed_compare);
    for (size_t i = 1; i < count; i++) {
        if (str_equals(placed[i - 1].text, placed[i].text))
            texts[placed[i].place] = STR_NONE;
    }
    for (size_t i = 0; i < count; i++) {
        if (!str_is_empty(texts[i]))
            texts[kept++] = texts[i];
    }
    assert(kept <= count);
    return kept;
}

enum err aliases_collect(struct aliases *aliases, const struct str *asked, size_t asked_count,
                         struct arena *arena, struct blame *reterr_blame)
{
    struct placed *placed;
    struct str *texts;
    size_t count = asked_count;
    enum err e = aliases_check(asked, asked_count, reterr_blame);

    if (e == OK && !str_is_empty(aliases->client_id))
        e = aliases_check(&aliases->client_id, 1, reterr_blame);
    if (e != OK)
        return e;
    texts = arena_new(arena, struct str, asked_count + 1);
    placed = arena_new(arena, struct placed, asked_count + 1);
    if (texts == NULL || placed == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < asked_count; i++)
        texts[i] = asked[i];
    if (!str_is_empty(aliases->client_id))
        texts[count++] = aliases->client_id;
    aliases->texts = texts;
    aliases->count = drop_repeated(texts, placed, count);
    return OK;
}

enum err aliases_are_taken(const struct aliases *aliases, struct store *store, uint32_t owner,
                           bool *ret)
{
    bool is_taken = false;

    for (size_t i = 0; i < aliases->count && !is_taken; i++) {
        struct customer_ref other;
        enum err e = store_customer_resolve(store, aliases->texts[i], &other);

        if (e != OK && e != ERR_NOT_FOUND)
            return e;
        is_taken = e == OK && other.number != owner;
    }
    *ret = is_taken;
    return OK;
}
