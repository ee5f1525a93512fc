#include "store/store.h"

#include "base/limits.h"
#include "store/operations.h"

void store_close(struct store *store)
{
    store_abort(store);
    store->operations->close(store);
}

/* --- batches --- */

enum err store_begin(struct store *store)
{
    enum err e;

    assert(!store->in_batch);
    e = store->operations->begin(store);
    store->in_batch = e == OK;
    return e;
}

enum err store_commit(struct store *store, struct instant now)
{
    enum err e;

    assert(store->in_batch);
    assert(instant_is_dated(now));
    e = store->operations->commit(store, now);
    store->in_batch = false;
    return e;
}

void store_abort(struct store *store)
{
    if (!store->in_batch)
        return;
    store->operations->abort(store);
    store->in_batch = false;
}

struct store_mark store_mark(struct store *store)
{
    assert(store->in_batch);
    return store->operations->mark(store);
}

enum err store_rewind(struct store *store, struct store_mark mark)
{
    assert(store->in_batch);
    assert(mark.position <= store->operations->mark(store).position);
    return store->operations->rewind(store, mark);
}

/* --- the book --- */

/* What a view promises to the engine; store_append asserts the same of the entries after it. */
static void view_check(const struct view *view)
{
    assert(view->next_sequence > 0);
    assert(view->account.held.units >= 0);
    assert(view->account.posted.units >= view->account.held.units);
    assert(if_then(view->account_is_new, view->account.number > 0));
    assert(if_then(view->account_is_new, view->grant_count == 0));
    if (view->grant_count > 0) {
        assert(grant_is_live(view->grants[0]));
        assert(view->grants[0]->account == view->account.number);
    }
    for (size_t i = 1; i < view->grant_count && SCRIP_CHECKS; i++) {
        assert(grant_is_live(view->grants[i]));
        assert(grant_burn_compare(view->grants[i - 1], view->grants[i]) < 0);
    }
    assert(if_then(view->hold != NULL && view->hold->part_count > 0, view->hold_grants != NULL));
    assert(if_then(view->taken_count > 0, view->taken_grants != NULL));
}

enum err store_load_view(struct store *store, const struct subject *subject, struct arena *arena,
                         struct view *ret)
{
    struct view view;
    enum err e;

    assert(subject->environment == ENVIRONMENT_LIVE || subject->environment == ENVIRONMENT_TEST);
    e = store->operations->load_view(store, subject, arena, &view);
    if (e != OK)
        return e;
    view_check(&view);
    *ret = view;
    return OK;
}

void store_prefetch(struct store *store, const struct store_soon *soon, size_t count)
{
    assert(count <= STORE_SOON_MAX);
    if (store->operations->prefetch != NULL)
        store->operations->prefetch(store, soon, count);
}

static void entry_check(const struct entry *entry, const struct entry *first, size_t index)
{
    assert(entry->sequence == first->sequence + index);
    assert(entry->operation > 0);
    assert(entry->operation <= entry->sequence);
    assert(entry->account > 0);
    assert(instant_is_dated(entry->at));
    assert(!instant_before(entry->at, first->at));
    assert(entry->account_held.units >= 0);
    assert(entry->account_posted.units >= entry->account_held.units);
    assert(entry->grant_held.units >= 0);
    assert(entry->grant_posted.units >= entry->grant_held.units);
    assert(if_then(entry->kind == ENTRY_ISSUE, entry->grant == entry->sequence));
    assert(if_then(entry->kind == ENTRY_ISSUE, entry->facts != NULL));
}

enum err store_append(struct store *store, enum environment environment, struct entry *entries,
                      size_t count)
{
    struct book_end before, after;
    enum err e;

    assert(store->in_batch);
    store->operations->book_end(store, environment, &before);
    if (count > 0) {
        assert(entries[0].sequence == before.sequence + 1);
        assert(if_then(before.sequence > 0, !instant_before(entries[0].at, before.last_at)));
    }
    for (size_t i = 0; i < count; i++)
        entry_check(&entries[i], &entries[0], i);
    e = store->operations->append(store, environment, entries, count);
    store->operations->book_end(store, environment, &after);
    assert(after.sequence == before.sequence + (e == OK ? count : 0));
    return e;
}

bool store_next_due(struct store *store, enum environment environment, struct due *ret)
{
    struct due due;

    if (!store->operations->next_due(store, environment, &due))
        return false;
    assert(due.number > 0);
    assert(!instant_is_never(due.at));
    *ret = due;
    return true;
}

void store_book_end(struct store *store, enum environment environment, struct book_end *ret)
{
    store->operations->book_end(store, environment, ret);
}

enum err store_accounts_of(struct store *store, enum environment environment, uint32_t customer,
                           struct arena *arena, struct account **ret, size_t *ret_count)
{
    assert(customer > 0);
    return store->operations->accounts_of(store, environment, customer, arena, ret, ret_count);
}

enum err store_grants(struct store *store, const struct grant_filter *filter, struct arena *arena,
                      struct grant **ret, size_t *ret_count, uint64_t *ret_next)
{
    uint64_t last = filter->after; /* which ret_next may overwrite */
    enum err e;

    assert(filter->limit > 0);
    for (size_t i = 1; i < filter->customer_count; i++)
        assert(filter->customers[i - 1] < filter->customers[i]);
    e = store->operations->grants(store, filter, arena, ret, ret_count, ret_next);
    if (e != OK)
        return e;
    assert(*ret_count <= filter->limit);
    for (size_t i = 0; i < *ret_count; i++) {
        assert((*ret)[i].number > last);
        last = (*ret)[i].number;
    }
    return OK;
}

enum err store_holds(struct store *store, const struct hold_filter *filter, struct arena *arena,
                     struct hold **ret, size_t *ret_count, uint64_t *ret_next)
{
    uint64_t last = filter->after; /* which ret_next may overwrite */
    enum err e;

    assert(filter->limit > 0);
    e = store->operations->holds(store, filter, arena, ret, ret_count, ret_next);
    if (e != OK)
        return e;
    assert(*ret_count <= filter->limit);
    for (size_t i = 0; i < *ret_count; i++) {
        assert((*ret)[i].number > last);
        assert((*ret)[i].status == HOLD_OPEN);
        last = (*ret)[i].number;
    }
    return OK;
}

void store_account(struct store *store, enum environment environment, uint32_t number,
                   struct account *ret)
{
    store->operations->account(store, environment, number, ret);
    assert(ret->number == number);
}

uint32_t store_customer_count(struct store *store)
{
    return store->operations->customer_count(store);
}

/* --- receipts --- */

enum err store_receipt_find(struct store *store, const struct digest *key, struct arena *arena,
                            struct receipt *ret)
{
    return store->operations->receipt_find(store, key, arena, ret);
}

enum err store_receipt_append(struct store *store, const struct digest *key,
                              const struct receipt *receipt)
{
    assert(store->in_batch);
    assert(receipt->status >= 100);
    assert(receipt->status <= 599);
    return store->operations->receipt_append(store, key, receipt);
}

enum err store_receipts_forget(struct store *store, struct instant older_than)
{
    assert(store->in_batch);
    assert(!instant_is_none(older_than));
    return store->operations->receipts_forget(store, older_than);
}

/* --- the directory --- */

enum err store_customer_resolve(struct store *store, struct str text, struct customer_ref *ret)
{
    return store->operations->customer_resolve(store, text, ret);
}

void store_customer_ref(struct store *store, uint32_t number, struct customer_ref *ret)
{
    store->operations->customer_ref(store, number, ret);
    assert(ret->number == number);
}

enum err store_customer_load(struct store *store, uint32_t number, struct arena *arena,
                             struct customer *ret)
{
    return store->operations->customer_load(store, number, arena, ret);
}

enum err store_customer_add(struct store *store, const struct customer *customer,
                            uint32_t *ret_number)
{
    struct customer_ref ref;
    enum err e;

    assert(store->in_batch);
    assert(!uuid_is_zero(customer->id.uuid));
    e = store->operations->customer_add(store, customer, ret_number);
    if (e != OK)
        return e;
    store_customer_ref(store, *ret_number, &ref);
    assert(uuid_equals(ref.id.uuid, customer->id.uuid));
    return OK;
}

enum err store_customer_replace(struct store *store, const struct customer *customer)
{
    struct customer_ref ref;

    assert(store->in_batch);
    store_customer_ref(store, customer->number, &ref);
    assert(uuid_equals(ref.id.uuid, customer->id.uuid));
    return store->operations->customer_replace(store, customer);
}

const struct credit_type *store_credit_type_find(struct store *store, struct str text)
{
    return store->operations->credit_type_find(store, text);
}

const struct credit_type *store_credit_type(struct store *store, uint32_t number)
{
    return store->operations->credit_type(store, number);
}

size_t store_credit_type_count(struct store *store)
{
    return store->operations->credit_type_count(store);
}

enum err store_credit_type_add(struct store *store, const struct credit_type *type,
                               uint32_t *ret_number)
{
    assert(store->in_batch);
    assert(!uuid_is_zero(type->id.uuid));
    assert(type->scale >= 0);
    assert(type->scale <= CREDIT_TYPE_SCALE_MAX);
    return store->operations->credit_type_add(store, type, ret_number);
}

enum err store_product_find(struct store *store, struct str text, struct arena *arena,
                            struct product *ret)
{
    return store->operations->product_find(store, text, arena, ret);
}

enum err store_product_add(struct store *store, const struct product *product, uint32_t *ret_number)
{
    assert(store->in_batch);
    assert(!uuid_is_zero(product->id.uuid));
    return store->operations->product_add(store, product, ret_number);
}

const struct custom_field_key *store_field_key_find(struct store *store, struct str entity,
                                                    struct str key)
{
    return store->operations->field_key_find(store, entity, key);
}

const struct custom_field_key *store_field_key(struct store *store, uint32_t number)
{
    const struct custom_field_key *key = store->operations->field_key(store, number);

    assert(key->number == number);
    return key;
}

uint32_t store_field_key_count(struct store *store)
{
    return store->operations->field_key_count(store);
}

enum err store_field_key_put(struct store *store, const struct custom_field_key *key)
{
    assert(store->in_batch);
    assert(!str_is_empty(key->entity));
    assert(!str_is_empty(key->key));
    assert(if_then(key->number == 0, store_field_key_find(store, key->entity, key->key) == NULL));
    return store->operations->field_key_put(store, key);
}

uint64_t store_field_value_count(struct store *store, enum environment environment,
                                 const struct custom_field_key *key, struct str value)
{
    return store->operations->field_value_count(store, environment, key, value);
}

enum err store_keys(struct store *store, struct arena *arena, struct key **ret, size_t *ret_count)
{
    return store->operations->keys(store, arena, ret, ret_count);
}

enum err store_key_add(struct store *store, const struct key *key)
{
    assert(store->in_batch);
    assert(key->client_id.len > 0);
    assert(key->environment == ENVIRONMENT_LIVE || key->environment == ENVIRONMENT_TEST);
    return store->operations->key_add(store, key);
}

enum err store_keys_revoke(struct store *store, const struct key_revocation *revocation)
{
    assert(store->in_batch);
    assert(revocation->customer > 0 || revocation->client_id.len > 0);
    assert(instant_is_dated(revocation->at));
    return store->operations->keys_revoke(store, revocation);
}

struct instant store_test_clock(struct store *store)
{
    return store->operations->test_clock(store);
}

enum err store_test_clock_put(struct store *store, struct instant frozen_at)
{
    assert(store->in_batch);
    assert(instant_is_none(frozen_at) || instant_is_dated(frozen_at));
    return store->operations->test_clock_put(store, frozen_at);
}

bool store_keys_changed(struct store *store)
{
    return store->operations->keys_changed(store);
}

void store_pepper(struct store *store, uint8_t ret[32])
{
    store->operations->pepper(store, ret);
}

enum err store_usage_event_add(struct store *store, enum environment environment,
                               const struct usage_event *event)
{
    assert(store->in_batch);
    assert(instant_is_dated(event->at));
    return store->operations->usage_event_add(store, environment, event);
}

/* --- who did what --- */

uint32_t store_source_find(struct store *store, struct index_key fingerprint)
{
    return store->operations->source_find(store, fingerprint);
}

size_t store_source_count(struct store *store)
{
    return store->operations->source_count(store);
}

enum err store_source_add(struct store *store, struct index_key fingerprint,
                          const struct source *source, uint32_t *ret_number)
{
    assert(store->in_batch);
    assert(store_source_find(store, fingerprint) == 0);
    return store->operations->source_add(store, fingerprint, source, ret_number);
}

enum err store_line_add(struct store *store, const struct log_line *line)
{
    assert(store->in_batch);
    assert(!str_is_empty(line->action));
    return store->operations->line_add(store, line);
}

uint64_t store_line_last(struct store *store)
{
    return store->operations->line_last(store);
}

/* --- reading beside the ledger --- */

enum err store_reader_open(struct store *store, struct store_reader **ret)
{
    enum err e = store->operations->reader_open(store, ret);

    if (e == OK)
        assert((*ret)->operations == store->operations);
    return e;
}

void store_reader_close(struct store_reader *reader)
{
    reader->operations->reader_close(reader);
}

enum err store_reader_begin(struct store_reader *reader)
{
    return reader->operations->reader_begin(reader);
}

void store_reader_end(struct store_reader *reader)
{
    reader->operations->reader_end(reader);
}

enum err store_read_entry(struct store_reader *reader, enum environment environment,
                          uint64_t sequence, bool with_facts, struct arena *arena,
                          struct entry *ret)
{
    enum err e =
        reader->operations->read_entry(reader, environment, sequence, with_facts, arena, ret);

    if (e == OK)
        assert(ret->sequence == sequence);
    return e;
}

enum err store_read_customer(struct store_reader *reader, uint32_t number, struct arena *arena,
                             struct customer *ret)
{
    return reader->operations->read_customer(reader, number, arena, ret);
}

enum err store_read_product(struct store_reader *reader, struct product_id id, struct arena *arena,
                            struct product *ret)
{
    return reader->operations->read_product(reader, id, arena, ret);
}

enum err store_read_customers(struct store_reader *reader, uint32_t after, size_t limit,
                              struct arena *arena, struct customer **ret, size_t *ret_count)
{
    assert(limit > 0);
    return reader->operations->read_customers(reader, after, limit, arena, ret, ret_count);
}

enum err store_read_products(struct store_reader *reader, uint32_t after, size_t limit,
                             struct arena *arena, struct product **ret, size_t *ret_count)
{
    assert(limit > 0);
    return reader->operations->read_products(reader, after, limit, arena, ret, ret_count);
}

enum err store_read_usage_events(struct store_reader *reader, const struct usage_event_page *page,
                                 struct arena *arena, struct usage_event **ret, size_t *ret_count)
{
    enum err e;

    assert(page->limit > 0);
    e = reader->operations->read_usage_events(reader, page, arena, ret, ret_count);
    for (size_t i = 0; e == OK && i < *ret_count; i++) {
        assert((*ret)[i].number > (i == 0 ? page->after : (*ret)[i - 1].number));
        assert((*ret)[i].number <= page->until);
    }
    return e;
}

enum err store_read_usage_event_last(struct store_reader *reader, enum environment environment,
                                     uint64_t *ret)
{
    return reader->operations->read_usage_event_last(reader, environment, ret);
}

enum err store_read_source(struct store_reader *reader, uint32_t number, struct arena *arena,
                           struct source *ret)
{
    return reader->operations->read_source(reader, number, arena, ret);
}

enum err store_read_lines(struct store_reader *reader, const struct log_range *range, size_t limit,
                          struct arena *arena, struct log_line **ret, size_t *ret_count)
{
    enum err e = reader->operations->read_lines(reader, range, limit, arena, ret, ret_count);

    assert(if_then(e == OK, *ret_count <= limit));
    for (size_t i = 0; e == OK && i < *ret_count; i++) {
        assert((*ret)[i].number > range->after);
        assert((*ret)[i].number <= range->until);
    }
    return e;
}

enum err store_read_seal(struct store_reader *reader, enum environment environment,
                         uint64_t after_sequence, struct seal *ret)
{
    enum err e = reader->operations->read_seal(reader, environment, after_sequence, ret);

    if (e == OK)
        assert(ret->last_sequence > after_sequence);
    return e;
}
