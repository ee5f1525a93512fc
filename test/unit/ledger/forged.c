#include "forged.h"

#include <string.h>

struct forged_reader {
    struct store_reader reader; /* first */
    struct forged *forged;
    struct store_reader *true_reader;
    struct facts facts;
};

static struct forged_reader only_reader; /* verify opens one */

static struct forged *forged_of(struct store *store)
{
    return (struct forged *)store;
}

static enum err open_reader(struct store *store, struct store_reader **ret)
{
    only_reader.reader.operations = store->operations;
    only_reader.forged = forged_of(store);
    *ret = &only_reader.reader;
    return store_reader_open(forged_of(store)->true_store, &only_reader.true_reader);
}

static void close_reader(struct store_reader *reader)
{
    store_reader_close(((struct forged_reader *)reader)->true_reader);
}

static enum err read_entry(struct store_reader *reader, enum environment environment,
                           uint64_t sequence, bool with_facts, struct arena *arena,
                           struct entry *ret)
{
    struct forged_reader *own = (struct forged_reader *)reader;
    struct forged *forged = own->forged;
    enum err e;

    forged->read_count++;
    if (sequence == forged->missing)
        return ERR_NOT_FOUND;
    e = store_read_entry(own->true_reader, environment, sequence, with_facts, arena, ret);
    if (e != OK || forged->entry == NULL || sequence != forged->entry_sequence)
        return e;
    if (ret->facts != NULL) {
        own->facts = *ret->facts;
        ret->facts = &own->facts;
    }
    forged->entry(ret, ret->facts != NULL ? &own->facts : NULL);
    return OK;
}

static enum err read_seal(struct store_reader *reader, enum environment environment,
                          uint64_t after_sequence, struct seal *ret)
{
    struct forged_reader *own = (struct forged_reader *)reader;
    struct seal next;
    enum err e = store_read_seal(own->true_reader, environment, after_sequence, ret);

    if (e == OK && own->forged->last_seal_is_missing &&
        store_read_seal(own->true_reader, environment, ret->last_sequence, &next) != OK)
        return ERR_NOT_FOUND;
    if (e == OK && own->forged->seal != NULL)
        own->forged->seal(ret);
    return e;
}

static enum err grants(struct store *store, const struct grant_filter *filter, struct arena *arena,
                       struct grant **ret, size_t *ret_count, uint64_t *ret_next)
{
    struct forged *forged = forged_of(store);
    enum err e = store_grants(forged->true_store, filter, arena, ret, ret_count, ret_next);

    if (e != OK || filter->after > 0 || *ret_count == 0)
        return e;
    if (forged->grant != NULL)
        forged->grant(&(*ret)[0]);
    if (forged->first_grant_is_missing) {
        (*ret)++;
        (*ret_count)--;
    }
    return OK;
}

static void account(struct store *store, enum environment environment, uint32_t number,
                    struct account *ret)
{
    struct forged *forged = forged_of(store);

    store_account(forged->true_store, environment, number, ret);
    if (forged->account != NULL)
        forged->account(ret);
}

static enum err load_view(struct store *store, const struct subject *subject, struct arena *arena,
                          struct view *ret)
{
    struct forged *forged = forged_of(store);
    enum err e = store_load_view(forged->true_store, subject, arena, ret);
    struct hold *hold;

    if (e != OK || forged->hold == NULL || ret->hold == NULL)
        return e;
    hold = arena_new(arena, struct hold, 1);
    *hold = *ret->hold;
    hold->parts = arena_new(arena, struct hold_part, hold->part_count);
    memcpy(hold->parts, ret->hold->parts, hold->part_count * sizeof *hold->parts);
    forged->hold(hold);
    ret->hold = hold;
    return OK;
}

static void book_end(struct store *store, enum environment environment, struct book_end *ret)
{
    struct forged *forged = forged_of(store);

    store_book_end(forged->true_store, environment, ret);
    if (forged->book_end != NULL)
        forged->book_end(ret);
}

static void customer_ref(struct store *store, uint32_t number, struct customer_ref *ret)
{
    store_customer_ref(forged_of(store)->true_store, number, ret);
}

static const struct credit_type *credit_type(struct store *store, uint32_t number)
{
    return store_credit_type(forged_of(store)->true_store, number);
}

static const struct store_operations operations = {
    .reader_open = open_reader,
    .reader_close = close_reader,
    .read_entry = read_entry,
    .read_seal = read_seal,
    .grants = grants,
    .account = account,
    .load_view = load_view,
    .book_end = book_end,
    .customer_ref = customer_ref,
    .credit_type = credit_type,
};

void forged_open(struct forged *forged, struct store *true_store)
{
    *forged = (struct forged){ .store.operations = &operations, .true_store = true_store };
}
