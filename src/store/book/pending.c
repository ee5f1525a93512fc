#include "store/book/pending.h"

#include "store/book/copy.h"
#include "store/book/room.h"

#define PENDING_BYTES_KEPT ((size_t)4 << 20) /* between batches */

void pending_init(struct pending *pending, struct undo *undo)
{
    *pending = (struct pending){ .undo = undo };
    arena_init(&pending->arena, PENDING_BYTES_MAX);
}

void pending_finish(struct pending *pending)
{
    for (int i = 0; i < ENVIRONMENT_COUNT; i++)
        room_free(pending->entries[i].entries);
    room_free(pending->receipts);
    room_free(pending->changes);
    arena_finish(&pending->arena);
    pending_init(pending, pending->undo);
}

void pending_clear(struct pending *pending)
{
    for (int i = 0; i < ENVIRONMENT_COUNT; i++)
        pending->entries[i].count = 0;
    pending->receipt_count = 0;
    pending->change_count = 0;
    pending->forget_until = 0;
    arena_reset(&pending->arena, PENDING_BYTES_KEPT);
}

bool pending_is_empty(const struct pending *pending)
{
    for (int i = 0; i < ENVIRONMENT_COUNT; i++) {
        if (pending->entries[i].count > 0)
            return false;
    }
    return pending->receipt_count == 0 && pending->change_count == 0 && pending->forget_until == 0;
}

/* How far it was filled. */
struct pending_fill {
    size_t entries[ENVIRONMENT_COUNT];
    size_t receipts;
    size_t changes;
    uint64_t forget_until;
    struct arena_mark arena;
};

static void fill_put_back(void *owner, const void *record)
{
    const struct pending_fill *fill = record;
    struct pending *pending = owner;

    for (int i = 0; i < ENVIRONMENT_COUNT; i++) {
        assert(fill->entries[i] <= pending->entries[i].count);
        pending->entries[i].count = fill->entries[i];
    }
    pending->receipt_count = fill->receipts;
    pending->change_count = fill->changes;
    pending->forget_until = fill->forget_until;
    arena_rewind(&pending->arena, fill->arena);
}

static enum err fill_note(struct pending *pending)
{
    struct pending_fill fill = {
        .receipts = pending->receipt_count,
        .changes = pending->change_count,
        .forget_until = pending->forget_until,
        .arena = arena_mark(&pending->arena),
    };

    for (int i = 0; i < ENVIRONMENT_COUNT; i++)
        fill.entries[i] = pending->entries[i].count;
    return undo_write(pending->undo, fill_put_back, pending, &fill, sizeof fill);
}

enum err pending_entry_add(struct pending *pending, enum environment environment,
                           const struct entry *entry)
{
    struct pending_entries *list = &pending->entries[environment_index(environment)];
    struct entry *entries =
        room_grow(list->entries, sizeof *entries, &list->capacity, list->count + 1);
    const struct facts *facts;
    enum err e;

    if (entries == NULL)
        return ERR_NOMEM;
    list->entries = entries;
    e = fill_note(pending);
    if (e == OK)
        e = copy_facts(entry->facts, &pending->arena, &facts);
    if (e != OK)
        return e;
    entries[list->count] = *entry;
    entries[list->count].facts = facts;
    list->count++;
    return OK;
}

enum err pending_receipt_add(struct pending *pending, struct index_key key,
                             const struct receipt *receipt)
{
    struct pending_receipt *receipts =
        room_grow(pending->receipts, sizeof *receipts, &pending->receipt_capacity,
                  pending->receipt_count + 1);
    struct receipt copy;
    enum err e;

    if (receipts == NULL)
        return ERR_NOMEM;
    pending->receipts = receipts;
    e = fill_note(pending);
    if (e == OK)
        e = copy_receipt(receipt, &pending->arena, &copy);
    if (e != OK)
        return e;
    receipts[pending->receipt_count++] = (struct pending_receipt){ .key = key, .receipt = copy };
    return OK;
}

/* Room for one more change, which the caller writes at changes[change_count++]. */
static enum err change_reserve(struct pending *pending)
{
    struct pending_change *changes = room_grow(
        pending->changes, sizeof *changes, &pending->change_capacity, pending->change_count + 1);

    if (changes == NULL)
        return ERR_NOMEM;
    pending->changes = changes;
    return fill_note(pending);
}

enum err pending_customer(struct pending *pending, enum change_kind kind,
                          const struct customer *customer)
{
    struct customer *copy;
    enum err e = change_reserve(pending);

    assert(kind == CHANGE_CUSTOMER_ADDED || kind == CHANGE_CUSTOMER_REPLACED);
    if (e != OK)
        return e;
    copy = arena_new(&pending->arena, struct customer, 1);
    if (copy == NULL)
        return ERR_NOMEM;
    e = copy_customer(customer, &pending->arena, copy);
    if (e == OK)
        pending->changes[pending->change_count++] =
            (struct pending_change){ .kind = kind, .customer = copy };
    return e;
}

enum err pending_credit_type_add(struct pending *pending, const struct credit_type *type)
{
    struct credit_type *copy;
    enum err e = change_reserve(pending);

    if (e != OK)
        return e;
    copy = arena_new(&pending->arena, struct credit_type, 1);
    if (copy == NULL)
        return ERR_NOMEM;
    *copy = *type;
    e = copy_text(type->name, &pending->arena, &copy->name);
    if (e == OK)
        pending->changes[pending->change_count++] =
            (struct pending_change){ .kind = CHANGE_CREDIT_TYPE_ADDED, .credit_type = copy };
    return e;
}

enum err pending_product_add(struct pending *pending, const struct product *product)
{
    struct product *copy;
    enum err e = change_reserve(pending);

    if (e != OK)
        return e;
    copy = arena_new(&pending->arena, struct product, 1);
    if (copy == NULL)
        return ERR_NOMEM;
    e = copy_product(product, &pending->arena, copy);
    if (e == OK)
        pending->changes[pending->change_count++] =
            (struct pending_change){ .kind = CHANGE_PRODUCT_ADDED, .product = copy };
    return e;
}

enum err pending_field_key(struct pending *pending, const struct custom_field_key *key)
{
    struct custom_field_key *copy;
    enum err e = change_reserve(pending);

    if (e != OK)
        return e;
    copy = arena_new(&pending->arena, struct custom_field_key, 1);
    if (copy == NULL)
        return ERR_NOMEM;
    *copy = *key;
    e = copy_text(key->entity, &pending->arena, &copy->entity);
    if (e == OK)
        e = copy_text(key->key, &pending->arena, &copy->key);
    if (e == OK)
        pending->changes[pending->change_count++] =
            (struct pending_change){ .kind = CHANGE_FIELD_KEY_PUT, .field_key = copy };
    return e;
}

enum err pending_key_add(struct pending *pending, const struct key *key)
{
    struct key *copy;
    enum err e = change_reserve(pending);

    if (e != OK)
        return e;
    copy = arena_new(&pending->arena, struct key, 1);
    if (copy == NULL)
        return ERR_NOMEM;
    e = copy_key(key, &pending->arena, copy);
    if (e == OK)
        pending->changes[pending->change_count++] =
            (struct pending_change){ .kind = CHANGE_KEY_ADDED, .key = copy };
    return e;
}

enum err pending_keys_revoke(struct pending *pending, const struct key_revocation *revocation)
{
    struct key_revocation *copy;
    enum err e = change_reserve(pending);

    if (e != OK)
        return e;
    copy = arena_new(&pending->arena, struct key_revocation, 1);
    if (copy == NULL)
        return ERR_NOMEM;
    *copy = *revocation;
    e = copy_text(revocation->client_id, &pending->arena, &copy->client_id);
    if (e == OK)
        pending->changes[pending->change_count++] =
            (struct pending_change){ .kind = CHANGE_KEYS_REVOKED, .revocation = copy };
    return e;
}

enum err pending_usage_event_add(struct pending *pending, enum environment environment,
                                 const struct usage_event *event)
{
    struct usage_event *copy;
    enum err e = change_reserve(pending);

    if (e != OK)
        return e;
    copy = arena_new(&pending->arena, struct usage_event, 1);
    if (copy == NULL)
        return ERR_NOMEM;
    e = copy_usage_event(event, &pending->arena, copy);
    if (e == OK)
        pending->changes[pending->change_count++] = (struct pending_change){
            .kind = CHANGE_USAGE_EVENT_ADDED, .event = copy, .environment = environment
        };
    return e;
}

enum err pending_source_add(struct pending *pending, const struct source *source)
{
    struct source *copy;
    enum err e = change_reserve(pending);

    if (e != OK)
        return e;
    copy = arena_new(&pending->arena, struct source, 1);
    if (copy == NULL)
        return ERR_NOMEM;
    e = copy_source(source, &pending->arena, copy);
    if (e == OK)
        pending->changes[pending->change_count++] =
            (struct pending_change){ .kind = CHANGE_SOURCE_ADDED, .source = copy };
    return e;
}

enum err pending_line_add(struct pending *pending, const struct log_line *line)
{
    struct log_line *copy;
    enum err e = change_reserve(pending);

    if (e != OK)
        return e;
    copy = arena_new(&pending->arena, struct log_line, 1);
    if (copy == NULL)
        return ERR_NOMEM;
    e = copy_line(line, &pending->arena, copy);
    if (e == OK)
        pending->changes[pending->change_count++] =
            (struct pending_change){ .kind = CHANGE_LOG_LINE_ADDED, .line = copy };
    return e;
}

enum err pending_test_clock(struct pending *pending, struct instant frozen_at)
{
    enum err e = change_reserve(pending);

    if (e == OK)
        pending->changes[pending->change_count++] =
            (struct pending_change){ .kind = CHANGE_TEST_CLOCK_PUT, .frozen_at = frozen_at };
    return e;
}

enum err pending_forget(struct pending *pending, uint64_t until)
{
    enum err e = fill_note(pending);

    assert(until >= pending->forget_until);
    if (e == OK)
        pending->forget_until = until;
    return e;
}

const struct customer *pending_customer_find(const struct pending *pending, uint32_t number)
{
    for (size_t i = pending->change_count; i-- > 0;) {
        const struct pending_change *change = &pending->changes[i];

        if (change->kind != CHANGE_CUSTOMER_ADDED && change->kind != CHANGE_CUSTOMER_REPLACED)
            continue;
        if (change->customer->number == number)
            return change->customer;
    }
    return NULL;
}
