/* Custom fields: the list of keys, and who has which value. */
#include "suite.h"

#include "domain/custom_fields.h"

static const struct custom_field_key *key_of(struct desk *desk, struct str entity)
{
    return store_field_key_find(desk->store, entity, STR("k"));
}

static void put_key(struct desk *desk, struct str entity, bool is_removed)
{
    const struct custom_field_key *before = key_of(desk, entity);
    struct custom_field_key key = {
        .number = before == NULL ? 0 : before->number,
        .entity = entity,
        .key = STR("k"),
        .enforce_uniqueness = true,
        .created_at = desk->now,
        .removed_at = is_removed ? desk->now : INSTANT_NEVER,
    };

    assert_int_equal(store_field_key_put(desk->store, &key), OK);
}

void a_custom_field_key_is_kept_and_taken_back(void **state)
{
    struct desk *desk = *state;

    desk_begin(desk);
    put_key(desk, CUSTOM_FIELDS_OF_CUSTOMER, false);
    assert_int_equal(store_field_key_count(desk->store), 1);
    store_abort(desk->store);
    assert_int_equal(store_field_key_count(desk->store), 0);
    assert_null(key_of(desk, CUSTOM_FIELDS_OF_CUSTOMER));
    desk_begin(desk);
    put_key(desk, CUSTOM_FIELDS_OF_CUSTOMER, false);
    put_key(desk, CUSTOM_FIELDS_OF_GRANT, false);
    put_key(desk, CUSTOM_FIELDS_OF_GRANT, true);
    desk_commit(desk);
    if (subject_store.reopen != NULL)
        desk->store = subject_store.reopen(desk->store);
    assert_int_equal(store_field_key_count(desk->store), 2);
    assert_int_equal(key_of(desk, CUSTOM_FIELDS_OF_CUSTOMER)->number, 1);
    assert_true(key_of(desk, CUSTOM_FIELDS_OF_CUSTOMER)->enforce_uniqueness);
    assert_true(instant_is_never(key_of(desk, CUSTOM_FIELDS_OF_CUSTOMER)->removed_at));
    assert_true(instant_equals(key_of(desk, CUSTOM_FIELDS_OF_GRANT)->removed_at, desk->now));
    desk_begin(desk);
    put_key(desk, CUSTOM_FIELDS_OF_GRANT, false);
    assert_true(instant_is_never(key_of(desk, CUSTOM_FIELDS_OF_GRANT)->removed_at));
    store_abort(desk->store);
    assert_true(instant_equals(key_of(desk, CUSTOM_FIELDS_OF_GRANT)->removed_at, desk->now));
}

static uint64_t count_of(struct desk *desk, struct str entity, const char *value)
{
    return store_field_value_count(desk->store, ENVIRONMENT_LIVE, key_of(desk, entity),
                                   str_from_c(value));
}

static void set_customer(struct desk *desk, uint32_t number, struct str fields)
{
    struct customer customer;

    assert_int_equal(store_customer_load(desk->store, number, &desk->arena, &customer), OK);
    customer.custom_fields = fields;
    assert_int_equal(store_customer_replace(desk->store, &customer), OK);
}

static void set_grant(struct desk *desk, struct grant_id id, struct str fields)
{
    struct command command = {
        .kind = COMMAND_GRANT_EDIT,
        .subject = { .grant_id = id },
        .edit = { .has_custom_fields = true, .custom_fields = fields },
    };

    assert_int_equal(desk_execute(desk, &command).reject, REJECT_NONE);
}

/* What is said of `grants` and `customers` holds, also when everything is read again. */
static void must_count(struct desk *desk, const char *value, uint64_t customers, uint64_t grants)
{
    for (int opened = 0; opened < 2; opened++) {
        assert_int_equal(count_of(desk, CUSTOM_FIELDS_OF_CUSTOMER, value), customers);
        assert_int_equal(count_of(desk, CUSTOM_FIELDS_OF_GRANT, value), grants);
        if (subject_store.reopen != NULL)
            desk->store = subject_store.reopen(desk->store);
    }
}

void values_of_custom_fields_are_counted(void **state)
{
    struct desk *desk = *state;
    struct grant_id first, second;

    desk_begin(desk);
    put_key(desk, CUSTOM_FIELDS_OF_CUSTOMER, false);
    put_key(desk, CUSTOM_FIELDS_OF_GRANT, false);
    desk_customer(desk, "a");
    desk_customer(desk, "b");
    first = desk_issue(desk, (struct desk_terms){ .customer = 1, .units = 5 })
                .entries[0]
                .facts->grant_id;
    second = desk_issue(desk, (struct desk_terms){ .customer = 1, .units = 5 })
                 .entries[0]
                 .facts->grant_id;
    set_customer(desk, 1, STR("{\"k\":\"1\",\"l\":\"1\"}"));
    set_customer(desk, 2, STR("{\"k\":\"1\"}"));
    set_grant(desk, first, STR("{\"k\":\"1\"}"));
    desk_commit(desk);
    must_count(desk, "1", 2, 1);
    for (int attempt = 0; attempt < 2; attempt++) {
        desk_begin(desk);
        set_customer(desk, 1, STR("{\"k\":\"2\"}"));
        set_grant(desk, second, STR("{\"k\":\"1\"}"));
        set_grant(desk, first, STR("{}"));
        set_grant(desk, second, STR("{\"k\":\"2\"}"));
        assert_int_equal(count_of(desk, CUSTOM_FIELDS_OF_CUSTOMER, "1"), 1);
        assert_int_equal(count_of(desk, CUSTOM_FIELDS_OF_GRANT, "1"), 0);
        assert_int_equal(count_of(desk, CUSTOM_FIELDS_OF_GRANT, "2"), 1);
        if (attempt == 0) {
            store_abort(desk->store);
            must_count(desk, "1", 2, 1);
            must_count(desk, "2", 0, 0);
        }
    }
    desk_commit(desk);
    must_count(desk, "1", 1, 0);
    must_count(desk, "2", 1, 1);
    /* The other book has its own grants, and the same customers. */
    assert_int_equal(store_field_value_count(desk->store, ENVIRONMENT_TEST,
                                             key_of(desk, CUSTOM_FIELDS_OF_GRANT), STR("2")),
                     0);
}
