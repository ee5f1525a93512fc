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
