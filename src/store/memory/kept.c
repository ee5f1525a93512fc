#include "store/memory/kept.h"

#include "store/book/copy.h"

void kept_init(struct kept *kept)
{
    arena_init(&kept->arena, SIZE_MAX);
    for (int i = 0; i < ENVIRONMENT_COUNT; i++) {
        chunked_init(&kept->entries[i], sizeof(struct entry));
        chunked_init(&kept->seals[i], sizeof(struct seal));
        chunked_init(&kept->events[i], sizeof(struct usage_event));
    }
    chunked_init(&kept->receipts, sizeof(struct kept_receipt));
    chunked_init(&kept->customers, sizeof(const struct customer *));
    chunked_init(&kept->products, sizeof(struct product));
    chunked_init(&kept->keys, sizeof(struct key));
    chunked_init(&kept->sources, sizeof(struct source));
    chunked_init(&kept->lines, sizeof(struct log_line));
}

void kept_finish(struct kept *kept)
{
    for (int i = 0; i < ENVIRONMENT_COUNT; i++) {
        chunked_finish(&kept->entries[i]);
        chunked_finish(&kept->seals[i]);
        chunked_finish(&kept->events[i]);
    }
    chunked_finish(&kept->receipts);
    chunked_finish(&kept->customers);
    chunked_finish(&kept->products);
    chunked_finish(&kept->keys);
    chunked_finish(&kept->sources);
    chunked_finish(&kept->lines);
    arena_finish(&kept->arena);
}

/* --- adding --- */

/* How much there is of everything, to go back to. */
struct kept_counts {
    size_t entries[ENVIRONMENT_COUNT], seals[ENVIRONMENT_COUNT], events[ENVIRONMENT_COUNT];
    size_t receipts, customers, products, keys, sources, lines;
};

static struct kept_counts kept_counts(const struct kept *kept)
{
    struct kept_counts counts = {
        .receipts = kept->receipts.count,
        .customers = kept->customers.count,
        .products = kept->products.count,
        .keys = kept->keys.count,
        .sources = kept->sources.count,
        .lines = kept->lines.count,
    };

    for (int i = 0; i < ENVIRONMENT_COUNT; i++) {
        counts.entries[i] = kept->entries[i].count;
        counts.seals[i] = kept->seals[i].count;
        counts.events[i] = kept->events[i].count;
    }
    return counts;
}

static void kept_cut(struct kept *kept, const struct kept_counts *counts)
{
    chunked_cut(&kept->receipts, counts->receipts);
    chunked_cut(&kept->customers, counts->customers);
    chunked_cut(&kept->products, counts->products);
    chunked_cut(&kept->keys, counts->keys);
    chunked_cut(&kept->sources, counts->sources);
    chunked_cut(&kept->lines, counts->lines);
    for (int i = 0; i < ENVIRONMENT_COUNT; i++) {
        chunked_cut(&kept->entries[i], counts->entries[i]);
        chunked_cut(&kept->seals[i], counts->seals[i]);
        chunked_cut(&kept->events[i], counts->events[i]);
    }
}

static enum err keep_entries(struct kept *kept, const struct pending *pending, int i)
{
    void *slot;
    enum err e = OK;

    for (size_t k = 0; k < pending->entries[i].count && e == OK; k++) {
        const struct entry *entry = &pending->entries[i].entries[k];

        e = chunked_add(&kept->entries[i], &slot);
        if (e != OK)
            return e;
        *(struct entry *)slot = *entry;
        e = copy_facts(entry->facts, &kept->arena, &((struct entry *)slot)->facts);
    }
    if (e == OK && pending->entries[i].count > 0) {
        e = chunked_add(&kept->seals[i], &slot);
        if (e == OK)
            *(struct seal *)slot = pending->seals[i];
    }
    return e;
}

static enum err keep_receipts(struct kept *kept, const struct pending *pending)
{
    void *slot;
    enum err e = OK;

    for (size_t i = 0; i < pending->receipt_count && e == OK; i++) {
        struct kept_receipt *receipt;

        e = chunked_add(&kept->receipts, &slot);
        if (e != OK)
            return e;
        receipt = slot;
        receipt->key = pending->receipts[i].key;
        e = copy_receipt(&pending->receipts[i].receipt, &kept->arena, &receipt->receipt);
    }
    return e;
}

static enum err keep_source(struct kept *kept, const struct source *source)
{
    void *slot;
    enum err e = chunked_add(&kept->sources, &slot);

    return e == OK ? copy_source(source, &kept->arena, slot) : e;
}

static enum err keep_line(struct kept *kept, const struct log_line *line)
{
    void *slot;
    enum err e = chunked_add(&kept->lines, &slot);

    return e == OK ? copy_line(line, &kept->arena, slot) : e;
}

static enum err keep_product(struct kept *kept, const struct product *product)
{
    void *slot;
    enum err e = chunked_add(&kept->products, &slot);

    return e == OK ? copy_product(product, &kept->arena, slot) : e;
}

enum err kept_key(struct kept *kept, const struct key *key)
{
    struct key copy;
    void *slot;
    enum err e = copy_key(key, &kept->arena, &copy);

    if (e == OK)
        e = chunked_add(&kept->keys, &slot);
    if (e != OK)
        return e;
    copy.number = (uint32_t)kept->keys.count;
    *(struct key *)slot = copy;
    return OK;
}

static enum err keep_event(struct kept *kept, const struct pending_change *change)
{
    struct chunked *events = &kept->events[environment_index(change->environment)];
    struct usage_event copy;
    void *slot;
    enum err e = copy_usage_event(change->event, &kept->arena, &copy);

    if (e == OK)
        e = chunked_add(events, &slot);
    if (e != OK)
        return e;
    copy.number = events->count;
    *(struct usage_event *)slot = copy;
    return OK;
}

/* copies[i] is the copy of the customer of change i, if it is about one. */
static enum err keep_changes(struct kept *kept, const struct pending *pending,
                             struct customer *copies)
{
    void *slot;
    enum err e = OK;

    for (size_t i = 0; i < pending->change_count && e == OK; i++) {
        const struct pending_change *change = &pending->changes[i];

        switch (change->kind) {
        case CHANGE_CUSTOMER_ADDED:
            e = chunked_add(&kept->customers, &slot);
            if (e == OK)
                *(const struct customer **)slot = &copies[i];
            if (e == OK)
                e = copy_customer(change->customer, &kept->arena, &copies[i]);
            break;
        case CHANGE_CUSTOMER_REPLACED:
            e = copy_customer(change->customer, &kept->arena, &copies[i]);
            break;
        case CHANGE_PRODUCT_ADDED:
            e = keep_product(kept, change->product);
            break;
        case CHANGE_KEY_ADDED:
            e = kept_key(kept, change->key);
            break;
        case CHANGE_USAGE_EVENT_ADDED:
            e = keep_event(kept, change);
            break;
        case CHANGE_SOURCE_ADDED:
            e = keep_source(kept, change->source);
            break;
        case CHANGE_LOG_LINE_ADDED:
            e = keep_line(kept, change->line);
            break;
        case CHANGE_KEYS_REVOKED:      /* once nothing can fail */
        case CHANGE_CREDIT_TYPE_ADDED: /* the directory in memory has all there is of these */
        case CHANGE_FIELD_KEY_PUT:
        case CHANGE_TEST_CLOCK_PUT:
            break;
        }
    }
    return e;
}

static bool is_revoked_by(const struct key_revocation *revocation, const struct key *key)
{
    return key->customer == revocation->customer &&
           (revocation->everywhere || key->environment == revocation->environment) &&
           (!revocation->has_secret ||
            digest_equals(&key->secret_hmac, &revocation->secret_hmac)) &&
           (revocation->client_id.len == 0 || str_equals(key->client_id, revocation->client_id)) &&
           instant_before(revocation->at, key->revoked_at);
}

static void revoke_keys(struct kept *kept, const struct key_revocation *revocation)
{
    for (size_t i = 0; i < kept->keys.count; i++) {
        struct key *key = chunked_at(&kept->keys, i);

        if (is_revoked_by(revocation, key))
            key->revoked_at = revocation->at;
    }
}

/* Nothing can fail any more. */
static void replace(struct kept *kept, const struct pending *pending, const struct customer *copies)
{
    for (size_t i = 0; i < pending->change_count; i++) {
        const struct pending_change *change = &pending->changes[i];

        if (change->kind == CHANGE_CUSTOMER_REPLACED)
            *(const struct customer **)chunked_at(&kept->customers, change->customer->number - 1) =
                &copies[i];
        if (change->kind == CHANGE_KEYS_REVOKED)
            revoke_keys(kept, change->revocation);
    }
}

enum err kept_add(struct kept *kept, const struct pending *pending)
{
    struct kept_counts before = kept_counts(kept);
    struct customer *copies = arena_new(&kept->arena, struct customer, pending->change_count);
    enum err e = copies == NULL ? ERR_NOMEM : OK;

    for (int i = 0; i < ENVIRONMENT_COUNT && e == OK; i++)
        e = keep_entries(kept, pending, i);
    if (e == OK)
        e = keep_receipts(kept, pending);
    if (e == OK)
        e = keep_changes(kept, pending, copies);
    if (e != OK) {
        kept_cut(kept, &before);
        return e;
    }
    replace(kept, pending, copies);
    if (pending->forget_until > kept->forgotten)
        kept->forgotten = pending->forget_until;
    return OK;
}

/* --- looking --- */

enum err kept_entry(const struct kept *kept, enum environment environment, uint64_t sequence,
                    struct entry *ret)
{
    const struct chunked *entries = &kept->entries[environment_index(environment)];

    if (sequence == 0 || sequence > entries->count)
        return ERR_NOT_FOUND;
    *ret = *(const struct entry *)chunked_at(entries, sequence - 1);
    return OK;
}

enum err kept_customer(const struct kept *kept, uint32_t number, struct arena *arena,
                       struct customer *ret)
{
    if (number == 0 || number > kept->customers.count)
        return ERR_NOT_FOUND;
    return copy_customer(*(const struct customer **)chunked_at(&kept->customers, number - 1), arena,
                         ret);
}
