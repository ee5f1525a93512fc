#include "lossy.h"

#include "store/operations.h"

struct lossy lossy;
static struct store_operations operations;
static const struct store_operations *true_operations;

static bool is_lost(enum loss loss)
{
    return lossy.loss == loss && ++lossy.taken == lossy.fail_at;
}

static enum err load_view(struct store *store, const struct subject *subject, struct arena *arena,
                          struct view *ret)
{
    return is_lost(LOSS_UNREADABLE) ? ERR_IO
                                    : true_operations->load_view(store, subject, arena, ret);
}

static enum err accounts_of(struct store *store, enum environment environment, uint32_t customer,
                            struct arena *arena, struct account **ret, size_t *ret_count)
{
    return is_lost(LOSS_UNREADABLE)
               ? ERR_IO
               : true_operations->accounts_of(store, environment, customer, arena, ret, ret_count);
}

static enum err customer_resolve(struct store *store, struct str text, struct customer_ref *ret)
{
    return is_lost(LOSS_UNREADABLE) ? ERR_IO : true_operations->customer_resolve(store, text, ret);
}

static enum err customer_load(struct store *store, uint32_t number, struct arena *arena,
                              struct customer *ret)
{
    return is_lost(LOSS_UNREADABLE) ? ERR_IO
                                    : true_operations->customer_load(store, number, arena, ret);
}

static enum err grants(struct store *store, const struct grant_filter *filter, struct arena *arena,
                       struct grant **ret, size_t *ret_count, uint64_t *ret_next)
{
    return is_lost(LOSS_UNREADABLE)
               ? ERR_IO
               : true_operations->grants(store, filter, arena, ret, ret_count, ret_next);
}

static enum err holds(struct store *store, const struct hold_filter *filter, struct arena *arena,
                      struct hold **ret, size_t *ret_count, uint64_t *ret_next)
{
    return is_lost(LOSS_UNREADABLE)
               ? ERR_IO
               : true_operations->holds(store, filter, arena, ret, ret_count, ret_next);
}

static enum err reader_begin(struct store_reader *reader)
{
    return is_lost(LOSS_UNREADABLE) ? ERR_IO : true_operations->reader_begin(reader);
}

static enum err read_customer(struct store_reader *reader, uint32_t number, struct arena *arena,
                              struct customer *ret)
{
    if (is_lost(LOSS_MISSING))
        return ERR_NOT_FOUND;
    return is_lost(LOSS_UNREADABLE) ? ERR_IO
                                    : true_operations->read_customer(reader, number, arena, ret);
}

static enum err read_product(struct store_reader *reader, struct product_id id, struct arena *arena,
                             struct product *ret)
{
    if (is_lost(LOSS_MISSING))
        return ERR_NOT_FOUND;
    return is_lost(LOSS_UNREADABLE) ? ERR_IO
                                    : true_operations->read_product(reader, id, arena, ret);
}

static enum err read_customers(struct store_reader *reader, uint32_t after, size_t limit,
                               struct arena *arena, struct customer **ret, size_t *ret_count)
{
    return is_lost(LOSS_UNREADABLE)
               ? ERR_IO
               : true_operations->read_customers(reader, after, limit, arena, ret, ret_count);
}

static enum err read_products(struct store_reader *reader, uint32_t after, size_t limit,
                              struct arena *arena, struct product **ret, size_t *ret_count)
{
    return is_lost(LOSS_UNREADABLE)
               ? ERR_IO
               : true_operations->read_products(reader, after, limit, arena, ret, ret_count);
}

static enum err read_usage_events(struct store_reader *reader, const struct usage_event_page *page,
                                  struct arena *arena, struct usage_event **ret, size_t *ret_count)
{
    return is_lost(LOSS_UNREADABLE)
               ? ERR_IO
               : true_operations->read_usage_events(reader, page, arena, ret, ret_count);
}

static enum err read_usage_event_last(struct store_reader *reader, enum environment environment,
                                      uint64_t *ret)
{
    return is_lost(LOSS_UNREADABLE)
               ? ERR_IO
               : true_operations->read_usage_event_last(reader, environment, ret);
}

static enum err read_source(struct store_reader *reader, uint32_t number, struct arena *arena,
                            struct source *ret)
{
    if (is_lost(LOSS_MISSING))
        return ERR_NOT_FOUND;
    return is_lost(LOSS_UNREADABLE) ? ERR_IO
                                    : true_operations->read_source(reader, number, arena, ret);
}

static enum err read_lines(struct store_reader *reader, const struct log_range *range, size_t limit,
                           struct arena *arena, struct log_line **ret, size_t *ret_count)
{
    if (limit == 1 && is_lost(LOSS_MISSING)) { /* that one; a list may be short */
        *ret_count = 0;
        return OK;
    }
    return is_lost(LOSS_UNREADABLE)
               ? ERR_IO
               : true_operations->read_lines(reader, range, limit, arena, ret, ret_count);
}

static enum err read_seal(struct store_reader *reader, enum environment environment,
                          uint64_t after_sequence, struct seal *ret)
{
    return is_lost(LOSS_UNREADABLE)
               ? ERR_IO
               : true_operations->read_seal(reader, environment, after_sequence, ret);
}

static void change(struct entry *entry, struct arena *arena)
{
    if (entry->account_previous > 0 && is_lost(LOSS_CHAIN)) {
        entry->account_previous = 0;
        entry->account_jump = 0;
        entry->grant_previous = 0;
        entry->grant_jump = 0;
    }
    if (is_lost(LOSS_ACCOUNT_PREVIOUS))
        entry->account_previous = entry->sequence;
    if (is_lost(LOSS_ACCOUNT_JUMP))
        entry->account_jump = entry->sequence;
    if (is_lost(LOSS_GRANT_PREVIOUS))
        entry->grant_previous = entry->sequence;
    if (is_lost(LOSS_GRANT_JUMP))
        entry->grant_jump = entry->sequence;
    if (entry->kind == ENTRY_EDIT && is_lost(LOSS_OF))
        entry->of = entry->sequence;
    if (entry->held.units > 0 && is_lost(LOSS_HELD))
        entry->held.units *= 100;
    if (is_lost(LOSS_OWNER)) {
        entry->account++;
        entry->grant++;
    }
    if (entry->kind == ENTRY_EDIT && is_lost(LOSS_BEFORE))
        entry->of = 0;
    if (entry->facts != NULL && is_lost(LOSS_FACTS))
        entry->facts = NULL;
    if (entry->facts != NULL && is_lost(LOSS_TYPE)) {
        struct facts *facts = arena_new(arena, struct facts, 1);

        *facts = *entry->facts;
        facts->credit_type.uuid.bytes[0]++;
        entry->facts = facts;
    }
}

static enum err read_entry(struct store_reader *reader, enum environment environment,
                           uint64_t sequence, bool with_facts, struct arena *arena,
                           struct entry *ret)
{
    enum err e;

    if (is_lost(LOSS_MISSING))
        return ERR_NOT_FOUND;
    if (is_lost(LOSS_UNREADABLE))
        return ERR_IO;
    e = true_operations->read_entry(reader, environment, sequence, with_facts, arena, ret);
    if (e == OK)
        change(ret, arena);
    return e;
}

static enum err reader_open(struct store *store, struct store_reader **ret)
{
    enum err e = true_operations->reader_open(store, ret);

    if (e == OK)
        (*ret)->operations = &operations;
    return e;
}

void lossy_open(struct store *store)
{
    true_operations = store->operations;
    operations = *store->operations;
    lossy.fail_at = 0;
#define OWN(name) operations.name = name
    OWN(load_view);
    OWN(accounts_of);
    OWN(customer_resolve);
    OWN(customer_load);
    OWN(grants);
    OWN(holds);
    OWN(reader_begin);
    OWN(read_customer);
    OWN(read_product);
    OWN(read_customers);
    OWN(read_products);
    OWN(read_usage_events);
    OWN(read_usage_event_last);
    OWN(read_source);
    OWN(read_lines);
    OWN(read_seal);
    OWN(read_entry);
    OWN(reader_open);
#undef OWN
    store->operations = &operations;
}
