#include "suite.h"

#include "changes.h"

void changes_of_directory(struct desk *desk, const char *name)
{
    struct store *store = desk->store;
    struct credit_type type = { .name = str_from_c(name), .created_at = desk->now };
    struct product product = { .name = STR("seats"), .created_at = desk->now };
    struct custom_field_key field = { .entity = STR("customer"),
                                      .key = str_from_c(name),
                                      .created_at = desk->now,
                                      .removed_at = INSTANT_NEVER };
    struct key key = { .client_id = str_from_c(name),
                       .environment = ENVIRONMENT_LIVE,
                       .scope = KEY_SCOPE_READ,
                       .created_at = desk->now,
                       .revoked_at = INSTANT_NEVER,
                       .customer = 1 };
    struct key_revocation revocation = { .customer = 1, .everywhere = true, .at = desk->now };
    struct usage_event event = { .customer = 1,
                                 .client_id = STR("acme"),
                                 .at = desk->now,
                                 .recorded_at = desk->now,
                                 .because = STR("no amount") };
    struct source source = { .run = 9, .ip = STR("127.0.0.1"), .user_agent = STR("tests") };
    struct log_line line = { .at = desk->now,
                             .source = 1,
                             .action = STR("create"),
                             .resource_type = STR("customer"),
                             .resource_id = STR("a") };
    uint32_t number;

    type.id.uuid = desk_id(desk);
    product.id.uuid = desk_id(desk);
    assert_int_equal(store_credit_type_add(store, &type, &number), OK);
    assert_int_equal(store_product_add(store, &product, &number), OK);
    assert_int_equal(store_field_key_put(store, &field), OK);
    assert_int_equal(store_key_add(store, &key), OK);
    assert_int_equal(store_keys_revoke(store, &revocation), OK);
    assert_int_equal(store_usage_event_add(store, ENVIRONMENT_LIVE, &event), OK);
    assert_int_equal(
        store_source_add(store, (struct index_key){ .high = 7, .low = 1 }, &source, &number), OK);
    assert_int_equal(store_line_add(store, &line), OK);
    assert_int_equal(store_test_clock_put(store, desk->now), OK);
}

void changes_of_book(struct desk *desk)
{
    struct decision deduction;
    uint64_t hold;

    desk->environment = ENVIRONMENT_LIVE;
    desk_customer(desk, "another");
    desk_issue(desk, (struct desk_terms){ .customer = 1, .units = 1000, .uniqueness_key = "u" });
    deduction = desk_deduct(desk, 1, 20);
    assert_int_equal(desk_reverse(desk, deduction.operation, 5).reject, REJECT_NONE);
    hold = desk_hold(desk, 1, 30, 5).operation;
    assert_int_equal(desk_capture(desk, hold, 10).reject, REJECT_NONE);
    assert_int_equal(desk_hold(desk, 1, 7, 5).reject, REJECT_NONE);
}
