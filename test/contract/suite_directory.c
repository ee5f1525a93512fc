/* Customers, credit types, products, keys. */
#include "suite.h"

#include <string.h>
#include "store/well_known.h"

/* The number that text names; 0: nobody's. */
static uint32_t resolve(struct desk *desk, struct str text)
{
    struct customer_ref ref;

    return store_customer_resolve(desk->store, text, &ref) == OK ? ref.number : 0;
}

static struct customer load(struct desk *desk, uint32_t number)
{
    struct customer customer;

    assert_int_equal(store_customer_load(desk->store, number, &desk->arena, &customer), OK);
    return customer;
}

void customers_are_found_by_all_their_names(void **state)
{
    struct desk *desk = *state;
    struct str aliases[] = { STR("acme"), STR("acme.example"), STR("kci_1") };
    struct customer customer = {
        .id = { desk_id(desk) },
        .name = STR("Acme, Inc."),
        .aliases = aliases,
        .alias_count = 3,
        .client_id = STR("kci_1"),
        .custom_fields = STR("{\"crm\":\"7\"}"),
        .profile = STR("{\"currency\":\"USD\"}"),
        .created_at = desk->now,
        .updated_at = desk->now,
        .archived_at = INSTANT_NEVER,
    };
    char id[UUID_TEXT_SIZE], prefixed[PREFIXED_ID_SIZE];
    struct customer loaded;
    uint32_t number;

    uuid_format(customer.id.uuid, id);
    uuid_format_prefixed(customer.id.uuid, CUSTOMER_PREFIX, prefixed);
    desk_begin(desk);
    assert_int_equal(store_customer_add(desk->store, &customer, &number), OK);
    assert_int_equal(number, 1);
    for (int committed = 0; committed < 2; committed++) {
        assert_int_equal(resolve(desk, (struct str){ id, sizeof id }), 1);
        assert_int_equal(resolve(desk, (struct str){ prefixed, sizeof prefixed }), 1);
        assert_int_equal(resolve(desk, STR("acme")), 1);
        assert_int_equal(resolve(desk, STR("acme.example")), 1);
        assert_int_equal(resolve(desk, STR("kci_1")), 1);
        assert_int_equal(resolve(desk, STR("Acme, Inc.")), 0);
        loaded = load(desk, 1);
        assert_true(str_equals(loaded.name, customer.name));
        assert_int_equal(loaded.alias_count, 3);
        assert_true(str_equals(loaded.aliases[0], STR("acme")));
        assert_true(str_equals(loaded.aliases[2], STR("kci_1")));
        assert_true(str_equals(loaded.client_id, STR("kci_1")));
        assert_true(str_equals(loaded.custom_fields, customer.custom_fields));
        assert_true(str_equals(loaded.profile, customer.profile));
        assert_true(instant_is_never(loaded.archived_at));
        if (committed == 0) {
            desk_commit(desk);
            if (subject_store.reopen != NULL)
                desk->store = subject_store.reopen(desk->store);
        }
    }
    assert_int_equal(store_customer_load(desk->store, 2, &desk->arena, &loaded), ERR_NOT_FOUND);
}

void a_replaced_customer_loses_its_old_names(void **state)
{
    struct desk *desk = *state;
    struct str alias = STR("new");
    struct customer customer;
    struct customer_ref ref;

    desk_begin(desk);
    desk_customer(desk, "old");
    desk_commit(desk);
    for (int attempt = 0; attempt < 2; attempt++) {
        desk_begin(desk);
        customer = load(desk, 1);
        customer.aliases = &alias;
        customer.name = STR("New");
        customer.archived_at = desk_day(1);
        customer.erased = true;
        assert_int_equal(store_customer_replace(desk->store, &customer), OK);
        assert_true(str_equals(load(desk, 1).name, STR("New")));
        assert_int_equal(resolve(desk, STR("old")), 0);
        assert_int_equal(resolve(desk, STR("new")), 1);
        if (attempt == 0) {
            store_abort(desk->store);
            assert_int_equal(resolve(desk, STR("old")), 1);
            assert_int_equal(resolve(desk, STR("new")), 0);
            assert_true(str_equals(load(desk, 1).name, STR("old")));
        }
    }
    desk_commit(desk);
    if (subject_store.reopen != NULL)
        desk->store = subject_store.reopen(desk->store);
    assert_int_equal(resolve(desk, STR("old")), 0);
    assert_int_equal(resolve(desk, STR("new")), 1);
    store_customer_ref(desk->store, 1, &ref);
    assert_true(ref.archived);
    assert_true(load(desk, 1).erased);
    assert_true(instant_equals(load(desk, 1).archived_at, desk_day(1)));
}

void credit_types_are_there_from_the_start(void **state)
{
    struct desk *desk = *state;
    struct credit_type tokens = { .name = STR("tokens"), .scale = 0, .created_at = desk->now };
    const struct credit_type *found;
    uint32_t number;

    assert_int_equal(store_credit_type_count(desk->store), well_known_count());
    assert_int_equal(store_credit_type_find(desk->store, STR(CREDIT_TYPE_USD_UUID))->number, 1);
    assert_int_equal(store_credit_type_find(desk->store, STR(CREDIT_TYPE_CREDITS_NAME))->number, 2);
    found = store_credit_type_find(desk->store, STR("EUR"));
    assert_true(found->is_currency);
    assert_int_equal(found->scale, 6);
    assert_null(store_credit_type_find(desk->store, STR("tokens")));
    assert_null(store_credit_type(desk->store, 0));

    tokens.id.uuid = desk_id(desk);
    desk_begin(desk);
    assert_int_equal(store_credit_type_add(desk->store, &tokens, &number), OK);
    store_abort(desk->store);
    assert_null(store_credit_type_find(desk->store, STR("tokens")));
    desk_begin(desk);
    assert_int_equal(store_credit_type_add(desk->store, &tokens, &number), OK);
    desk_commit(desk);
    if (subject_store.reopen != NULL)
        desk->store = subject_store.reopen(desk->store);
    found = store_credit_type_find(desk->store, STR("tokens"));
    assert_int_equal(found->number, number);
    assert_int_equal(found->scale, 0);
    assert_false(found->is_currency);
    assert_ptr_equal(store_credit_type(desk->store, number), found);
    assert_int_equal(store_credit_type_count(desk->store), well_known_count() + 1);
}

static enum err product_find(struct desk *desk, struct str text, struct product *ret)
{
    return store_product_find(desk->store, text, &desk->arena, ret);
}

static struct product_id product_add(struct desk *desk, struct str name)
{
    struct product product = { .name = name, .created_at = desk->now };
    uint32_t number;

    product.id.uuid = desk_id(desk);
    assert_int_equal(store_product_add(desk->store, &product, &number), OK);
    return product.id;
}

void products_are_found_by_id_and_unique_name(void **state)
{
    struct desk *desk = *state;
    struct product_id id;
    struct product product;
    char text[UUID_TEXT_SIZE];

    desk_begin(desk);
    id = product_add(desk, STR("api calls"));
    product_add(desk, STR("storage"));
    uuid_format(id.uuid, text);
    assert_int_equal(product_find(desk, STR("api calls"), &product), OK);
    assert_true(uuid_equals(product.id.uuid, id.uuid));
    assert_int_equal(product.number, 1);
    assert_int_equal(product_find(desk, (struct str){ text, sizeof text }, &product), OK);
    desk_commit(desk);

    desk_begin(desk); /* a name of two names neither */
    product_add(desk, STR("api calls"));
    assert_int_equal(product_find(desk, STR("api calls"), &product), ERR_NOT_FOUND);
    store_abort(desk->store);
    assert_int_equal(product_find(desk, STR("api calls"), &product), OK);
    if (subject_store.reopen != NULL)
        desk->store = subject_store.reopen(desk->store);
    assert_int_equal(product_find(desk, STR("storage"), &product), OK);
    assert_int_equal(product.number, 2);
    assert_int_equal(product_find(desk, STR("nothing"), &product), ERR_NOT_FOUND);
}

void keys_are_told_of(void **state)
{
    struct desk *desk = *state;
    struct key key = {
        .client_id = STR("kci_00000000000000000000000000000001"),
        .environment = ENVIRONMENT_TEST,
        .scope = KEY_SCOPE_READ,
        .name = STR("ci"),
        .secret_hmac = digest_sha256("secret", 6),
        .created_at = desk->now,
        .revoked_at = INSTANT_NEVER,
        .requests_per_second = 10,
    };
    struct key *keys;
    size_t count;
    uint8_t pepper[32], again[32];

    assert_int_equal(store_keys(desk->store, &desk->arena, &keys, &count), OK);
    assert_int_equal(count, 0);
    store_keys_changed(desk->store);
    assert_false(store_keys_changed(desk->store));
    subject_store.key_add(desk->store, &key);
    assert_true(store_keys_changed(desk->store));
    assert_false(store_keys_changed(desk->store));
    assert_int_equal(store_keys(desk->store, &desk->arena, &keys, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(keys[0].number, 1);
    assert_int_equal(keys[0].environment, ENVIRONMENT_TEST);
    assert_int_equal(keys[0].scope, KEY_SCOPE_READ);
    assert_true(str_equals(keys[0].client_id, key.client_id));
    assert_true(str_equals(keys[0].name, STR("ci")));
    assert_true(digest_equals(&keys[0].secret_hmac, &key.secret_hmac));
    assert_true(instant_is_never(keys[0].revoked_at));
    assert_int_equal(keys[0].requests_per_second, 10);

    store_pepper(desk->store, pepper);
    if (subject_store.reopen != NULL)
        desk->store = subject_store.reopen(desk->store);
    store_pepper(desk->store, again);
    assert_memory_equal(pepper, again, sizeof pepper);
}

/* --- a customer's own keys, and usage that was not deducted --- */

static struct digest secret_of(int number)
{
    return (struct digest){ .bytes = { (uint8_t)number } };
}

static void key_add(struct desk *desk, const char *client_id, uint32_t customer,
                    enum environment environment, int secret)
{
    struct key key = {
        .client_id = str_from_c(client_id),
        .environment = environment,
        .scope = KEY_SCOPE_READ,
        .secret_hmac = secret_of(secret),
        .created_at = desk->now,
        .revoked_at = INSTANT_NEVER,
        .customer = customer,
    };

    assert_int_equal(store_key_add(desk->store, &key), OK);
}

static struct key key_find(struct desk *desk, const char *client_id)
{
    struct key *keys;
    size_t count;

    assert_int_equal(store_keys(desk->store, &desk->arena, &keys, &count), OK);
    for (size_t i = 0; i < count; i++)
        if (str_equals(keys[i].client_id, str_from_c(client_id)))
            return keys[i];
    return (struct key){ .number = 0 };
}

static bool key_is_revoked_at(struct desk *desk, const char *client_id, struct instant at)
{
    return instant_equals(key_find(desk, client_id).revoked_at, at);
}

void a_customer_has_keys_of_its_own(void **state)
{
    struct desk *desk = *state;
    struct key_revocation one = {
        .customer = 1,
        .environment = ENVIRONMENT_LIVE,
        .has_secret = true,
        .secret_hmac = secret_of(1),
    };
    struct key_revocation all = { .customer = 1, .everywhere = true };
    struct store_mark mark;
    struct key key;

    desk_begin(desk);
    desk_customer(desk, "acme");
    desk_customer(desk, "other");
    key_add(desk, "kci_a", 1, ENVIRONMENT_LIVE, 1);
    key_add(desk, "kci_b", 1, ENVIRONMENT_LIVE, 2);
    key_add(desk, "kci_c", 1, ENVIRONMENT_TEST, 3);
    key_add(desk, "kci_d", 2, ENVIRONMENT_LIVE, 4);
    mark = store_mark(desk->store);
    key_add(desk, "kci_undone", 2, ENVIRONMENT_LIVE, 5);
    assert_int_equal(store_rewind(desk->store, mark), OK);
    desk_commit(desk);
    assert_int_equal(key_find(desk, "kci_undone").number, 0);
    key = key_find(desk, "kci_d");
    assert_int_equal(key.customer, 2);
    assert_true(str_equals(key.customer_client_id, STR("other")));
    assert_false(uuid_is_zero(key.customer_id.uuid));
    assert_true(key_is_revoked_at(desk, "kci_d", INSTANT_NEVER));

    /* One of them, from the day after tomorrow on. */
    one.at = desk_day(3);
    desk_begin(desk);
    assert_int_equal(store_keys_revoke(desk->store, &one), OK);
    desk_commit(desk);
    assert_true(key_is_revoked_at(desk, "kci_a", desk_day(3)));
    assert_true(key_is_revoked_at(desk, "kci_b", INSTANT_NEVER));

    /* All of them later: the first stays revoked from when it was.  Then sooner. */
    for (int day = 4; day >= 2; day -= 2) {
        all.at = desk_day(day);
        desk_begin(desk);
        assert_int_equal(store_keys_revoke(desk->store, &all), OK);
        desk_commit(desk);
        assert_true(key_is_revoked_at(desk, "kci_a", desk_day(day == 4 ? 3 : 2)));
        assert_true(key_is_revoked_at(desk, "kci_b", desk_day(day)));
        assert_true(key_is_revoked_at(desk, "kci_c", desk_day(day)));
        assert_true(key_is_revoked_at(desk, "kci_d", INSTANT_NEVER));
    }
    if (subject_store.reopen != NULL) {
        desk->store = subject_store.reopen(desk->store);
        assert_true(key_is_revoked_at(desk, "kci_c", desk_day(2)));
    }
}

static void event_add(struct desk *desk, enum environment environment, uint32_t customer,
                      const char *name)
{
    struct usage_event event = {
        .customer = customer,
        .client_id = str_from_c(name),
        .at = desk_day(0),
        .recorded_at = desk->now,
        .transaction_id = customer > 0 ? STR("t-1") : STR_NONE,
        .data = STR("{\"a\":1}"),
        .because = STR("no amount"),
        .key = 7,
    };

    assert_int_equal(store_usage_event_add(desk->store, environment, &event), OK);
}

/* The numbers of a page, as digits. */
static int page_of(struct desk *desk, uint32_t customer, uint64_t after, uint64_t until,
                   size_t limit)
{
    struct usage_event_page page = {
        .environment = ENVIRONMENT_LIVE,
        .customer = customer,
        .after = after,
        .until = until,
        .limit = limit,
    };
    struct store_reader *reader;
    struct usage_event *events;
    size_t count;
    int digits = 0;

    assert_int_equal(store_reader_open(desk->store, &reader), OK);
    assert_int_equal(store_read_usage_events(reader, &page, &desk->arena, &events, &count), OK);
    store_reader_close(reader);
    for (size_t i = 0; i < count; i++) {
        digits = digits * 10 + (int)events[i].number;
        assert_true(str_equals(events[i].data, STR("{\"a\":1}")));
        assert_true(instant_equals(events[i].at, desk_day(0)));
        assert_int_equal(events[i].key, 7);
        assert_int_equal(events[i].transaction_id.len, events[i].customer > 0 ? 3 : 0);
        assert_true(events[i].customer == 0 || !uuid_is_zero(events[i].customer_id.uuid));
    }
    return digits;
}

void usage_that_was_not_deducted_is_kept(void **state)
{
    struct desk *desk = *state;
    struct store_reader *reader;
    struct store_mark mark;
    uint64_t last;

    desk_begin(desk);
    desk_customer(desk, "acme");
    event_add(desk, ENVIRONMENT_LIVE, 1, "acme");
    event_add(desk, ENVIRONMENT_LIVE, 0, "nobody");
    mark = store_mark(desk->store);
    event_add(desk, ENVIRONMENT_LIVE, 1, "undone");
    assert_int_equal(store_rewind(desk->store, mark), OK);
    event_add(desk, ENVIRONMENT_TEST, 1, "acme");
    event_add(desk, ENVIRONMENT_LIVE, 1, "acme");
    desk_commit(desk);
    desk_begin(desk);
    event_add(desk, ENVIRONMENT_LIVE, 1, "aborted");
    store_abort(desk->store);
    if (subject_store.reopen != NULL)
        desk->store = subject_store.reopen(desk->store);
    assert_int_equal(page_of(desk, 0, 0, 100, 10), 123);
    assert_int_equal(page_of(desk, 1, 0, 100, 10), 13);
    assert_int_equal(page_of(desk, 0, 0, 2, 10), 12);
    assert_int_equal(page_of(desk, 0, 1, 100, 1), 2);
    assert_int_equal(store_reader_open(desk->store, &reader), OK);
    assert_int_equal(store_read_usage_event_last(reader, ENVIRONMENT_TEST, &last), OK);
    store_reader_close(reader);
    assert_int_equal(last, 1);
}
