#include "forged.h"

#include <stdio.h>
#include <string.h>
#include "ledger/verify.h"

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
    for (size_t i = 0; forged->grant != NULL && i < *ret_count; i++) {
        if (forged->grant_number == 0 ? i == 0 : (*ret)[i].number == forged->grant_number)
            forged->grant(&(*ret)[i]);
    }
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

static void forge_hold(struct forged *forged, struct arena *arena, struct view *view)
{
    struct hold *hold = arena_new(arena, struct hold, 1);

    *hold = *view->hold;
    hold->parts = arena_new(arena, struct hold_part, hold->part_count);
    memcpy(hold->parts, view->hold->parts, hold->part_count * sizeof *hold->parts);
    forged->hold(hold);
    view->hold = hold;
}

static void forge_taken(struct forged *forged, struct arena *arena, struct view *view)
{
    struct taken *taken = arena_new(arena, struct taken, view->taken_count);

    memcpy(taken, view->taken, view->taken_count * sizeof *taken);
    forged->taken(&taken[0]);
    view->taken = taken;
}

static enum err load_view(struct store *store, const struct subject *subject, struct arena *arena,
                          struct view *ret)
{
    struct forged *forged = forged_of(store);
    enum err e = store_load_view(forged->true_store, subject, arena, ret);

    if (e != OK)
        return e;
    if (forged->holds_are_missing)
        ret->hold = NULL;
    if (forged->hold != NULL && ret->hold != NULL)
        forge_hold(forged, arena, ret);
    if (forged->taken != NULL && ret->taken_count > 0)
        forge_taken(forged, arena, ret);
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

void assert_forgery_found(struct forged *forged, const char *problem)
{
    struct verify_report report;
    enum err e = verify_book(&forged->store, ENVIRONMENT_LIVE, &report);
    bool is_named = strncmp(report.problem, problem, strlen(problem)) == 0;

    if (e != ERR_CORRUPT || !is_named)
        fprintf(stderr, "%s: \"%s\", not \"%s...\"\n", err_name(e), report.problem, problem);
    assert(e == ERR_CORRUPT);
    assert(is_named);
}
