#include "suite.h"

#include "readings.h"

static const struct digest receipt_key = { .bytes = { 1, 2, 3 } };

void readings_prepare(struct desk *desk)
{
    struct receipt receipt = {
        .at = desk->now,
        .status = 200,
        .content_type = STR("application/json"),
        .body = STR("{}"),
    };

    assert_int_equal(store_receipt_append(desk->store, &receipt_key, &receipt), OK);
}

static enum err read_directory(struct store_reader *reader, struct arena *arena)
{
    struct usage_event_page page = { .environment = ENVIRONMENT_LIVE, .until = 9, .limit = 9 };
    struct log_range range = { .until = 9 };
    struct customer *customers, customer;
    struct product *products;
    struct usage_event *events;
    struct log_line *lines;
    struct product product;
    struct source source;
    uint64_t last;
    size_t count;
    enum err e = store_read_customer(reader, 1, arena, &customer);

    if (e == OK)
        e = store_read_customers(reader, 0, 9, arena, &customers, &count);
    if (e == OK)
        e = store_read_products(reader, 0, 9, arena, &products, &count);
    if (e == OK)
        e = store_read_product(reader, products[0].id, arena, &product);
    if (e == OK)
        e = store_read_usage_events(reader, &page, arena, &events, &count);
    if (e == OK)
        e = store_read_usage_event_last(reader, ENVIRONMENT_LIVE, &last);
    if (e == OK)
        e = store_read_source(reader, 1, arena, &source);
    if (e == OK)
        e = store_read_lines(reader, &range, 9, arena, &lines, &count);
    return e;
}

enum err readings_of_reader(struct store_reader *reader, struct arena *arena)
{
    struct entry entry;
    struct seal seal;
    enum err e = read_directory(reader, arena);

    if (e != OK)
        return e;
    e = store_reader_begin(reader);
    if (e != OK)
        return e;
    for (uint64_t i = 1; e == OK && i < 9; i++)
        e = store_read_entry(reader, ENVIRONMENT_LIVE, i, true, arena, &entry);
    if (e == OK)
        e = store_read_seal(reader, ENVIRONMENT_LIVE, 0, &seal);
    if (e == OK)
        e = read_directory(reader, arena);
    store_reader_end(reader);
    return e;
}

enum err readings_of_store(struct store *store, struct instant now, struct arena *arena)
{
    struct receipt receipt;
    struct customer customer;
    struct key *keys;
    size_t count;
    enum err e = store_customer_load(store, 1, arena, &customer);

    if (e == OK)
        e = store_receipt_find(store, &receipt_key, arena, &receipt);
    if (e == OK)
        e = store_keys(store, arena, &keys, &count);
    (void)store_keys_changed(store);
    if (e == OK)
        e = store_begin(store);
    if (e == OK)
        e = store_receipts_forget(store, now);
    store_abort(store);
    return e;
}
