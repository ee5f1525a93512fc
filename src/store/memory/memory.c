#include "store/memory/memory.h"

#include <string.h>
#include "store/book/copy.h"
#include "store/memory/state.h"
#include "store/well_known.h"

void memory_lock(struct memory_store *memory)
{
    int status = pthread_mutex_lock(&memory->lock);

    assert(status == 0);
}

void memory_unlock(struct memory_store *memory)
{
    int status = pthread_mutex_unlock(&memory->lock);

    assert(status == 0);
}

/* --- the backend --- */

static enum err memory_write(struct books *books)
{
    struct memory_store *memory = memory_of(books);
    enum err e;

    if (memory->fail_count > 0) {
        memory->fail_count--;
        return memory->fail_with;
    }
    memory_lock(memory);
    e = kept_add(&memory->kept, &books->pending);
    memory_unlock(memory);
    return e;
}

static enum err memory_ready(struct books *books)
{
    (void)books;
    return OK;
}

static enum err memory_read_entry(struct books *books, enum environment environment,
                                  uint64_t sequence, bool with_facts, struct arena *arena,
                                  struct entry *ret)
{
    (void)with_facts;
    (void)arena;
    return kept_entry(&memory_of(books)->kept, environment, sequence, ret);
}

/* The book forgets no hold here. */
static enum err memory_read_hold(struct books *books, enum environment environment, uint64_t number,
                                 struct hold *ret)
{
    (void)books;
    (void)environment;
    (void)number;
    (void)ret;
    return ERR_NOT_FOUND;
}

static enum err memory_read_customer(struct books *books, uint32_t number, struct arena *arena,
                                     struct customer *ret)
{
    return kept_customer(&memory_of(books)->kept, number, arena, ret);
}

static enum err memory_read_receipt(struct books *books, uint64_t number, struct arena *arena,
                                    struct index_key *ret_key, struct receipt *ret)
{
    const struct kept *kept = &memory_of(books)->kept;
    const struct kept_receipt *receipt;

    if (number <= kept->forgotten || number > kept->receipts.count)
        return ERR_NOT_FOUND;
    receipt = chunked_at(&kept->receipts, number - 1);
    *ret_key = receipt->key;
    return copy_receipt(&receipt->receipt, arena, ret);
}

static enum err memory_next_receipt(struct books *books, uint64_t number, uint64_t *ret_number,
                                    struct index_key *ret_key, struct instant *ret_at)
{
    const struct kept *kept = &memory_of(books)->kept;
    const struct kept_receipt *receipt;

    if (number >= kept->receipts.count)
        return ERR_NOT_FOUND;
    receipt = chunked_at(&kept->receipts, number);
    *ret_number = number + 1;
    *ret_key = receipt->key;
    *ret_at = receipt->receipt.at;
    return OK;
}

/* --- keys --- */

/* What its customer calls itself; an erased one has no names any more. */
static enum err key_name_customer(const struct kept *kept, struct arena *arena, struct key *key)
{
    struct customer customer;
    enum err e;

    if (key->customer == 0)
        return OK;
    e = kept_customer(kept, key->customer, arena, &customer);
    assert(e != ERR_NOT_FOUND);
    if (e != OK)
        return e;
    key->customer_id = customer.id;
    key->customer_client_id = customer.client_id;
    if (customer.client_id.len == 0 && customer.alias_count > 0)
        key->customer_client_id = customer.aliases[0];
    return OK;
}

static enum err memory_keys(struct store *store, struct arena *arena, struct key **ret,
                            size_t *ret_count)
{
    struct memory_store *memory = memory_of(books_of(store));
    size_t count = memory->kept.keys.count;
    struct key *keys = arena_new(arena, struct key, count);

    if (keys == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < count; i++) {
        enum err e = copy_key(chunked_at(&memory->kept.keys, i), arena, &keys[i]);

        if (e == OK)
            e = key_name_customer(&memory->kept, arena, &keys[i]);
        if (e != OK)
            return e;
    }
    *ret = keys;
    *ret_count = count;
    return OK;
}

static bool memory_keys_changed(struct store *store)
{
    struct memory_store *memory = memory_of(books_of(store));
    bool changed = memory->keys_changed;

    memory->keys_changed = false;
    return changed;
}

static void memory_pepper(struct store *store, uint8_t ret[32])
{
    (void)store;
    memset(ret, 'p', 32); /* nothing is kept, so there is nothing to steal */
}

enum err memory_store_key_add(struct store *store, const struct key *key)
{
    struct memory_store *memory = memory_of(books_of(store));
    enum err e = kept_key(&memory->kept, key);

    if (e == OK)
        memory->keys_changed = true;
    return e;
}

void memory_store_fail_commits(struct store *store, int count, enum err e)
{
    struct memory_store *memory = memory_of(books_of(store));

    assert(count >= 0);
    assert(e != OK);
    memory->fail_count = count;
    memory->fail_with = e;
}

/* --- open and close --- */

static void memory_close(struct store *store)
{
    struct memory_store *memory = memory_of(books_of(store));

    kept_finish(&memory->kept);
    pthread_mutex_destroy(&memory->lock);
    books_finish(&memory->books);
    room_free(memory);
}

static const struct books_backend memory_backend = {
    .read_entry = memory_read_entry,
    .read_hold = memory_read_hold,
    .read_customer = memory_read_customer,
    .read_receipt = memory_read_receipt,
    .next_receipt = memory_next_receipt,
    .write = memory_write,
    .ready = memory_ready,
};

static const struct store_operations memory_operations = {
    BOOKS_OPERATIONS,
    .close = memory_close,
    .keys = memory_keys,
    .keys_changed = memory_keys_changed,
    .pepper = memory_pepper,
    .reader_open = memory_reader_open,
    .reader_close = memory_reader_close,
    .read_entry = memory_reader_entry,
    .read_customer = memory_reader_customer,
    .read_product = memory_reader_product,
    .read_customers = memory_reader_customers,
    .read_products = memory_reader_products,
    .read_usage_events = memory_reader_usage_events,
    .read_usage_event_last = memory_reader_usage_event_last,
    .read_source = memory_reader_source,
    .read_lines = memory_reader_lines,
    .reader_begin = memory_reader_begin,
    .reader_end = memory_reader_end,
    .read_seal = memory_reader_seal,
};

enum err memory_store_open(struct store **ret)
{
    struct memory_store *memory = room_new(sizeof *memory);
    enum err e = OK;
    int status;

    if (memory == NULL)
        return ERR_NOMEM;
    books_init(&memory->books, &memory_operations, &memory_backend, 1);
    kept_init(&memory->kept);
    status = pthread_mutex_init(&memory->lock, NULL);
    assert(status == 0);
    memory->books.undo.off = true;
    for (size_t i = 0; i < well_known_count() && e == OK; i++) {
        struct credit_type type = well_known_credit_type(i);

        e = directory_credit_type_add(&memory->books.directory, &type);
    }
    memory->books.undo.off = false;
    if (e != OK) {
        memory_close(&memory->books.store);
        return e;
    }
    *ret = &memory->books.store;
    return OK;
}
