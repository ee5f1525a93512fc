/* The calls of our own API: what each writes, byte for byte, and what it reads. */
#include "world.h"

static struct world world;

static int teardown(void **state)
{
    world_close(&world);
    return 0;
}

static void customer_create(void **state)
{
    const char *aliases[] = { "acme", "acme/eu" };
    struct scrip_customer_create_params params = { .name = "Acme",
                                                   .aliases = aliases,
                                                   .alias_count = 2 };
    struct scrip_customer *customer = NULL;

    world_open_one(
        &world,
        REPLY("200 OK", "",
              "{\"id\":\"u\",\"kable_id\":\"cus_u\",\"name\":\"Acme\",\"aliases\":[\"acme\","
              "\"acme/eu\"],\"currency\":\"USD\",\"custom_fields\":{\"a\":\"b\",\"n\":1},"
              "\"created_at\":\"2026-01-01T00:00:00.000Z\",\"archived_at\":null}"));
    world_ok(&world, scrip_customer_create(world.client, &params, NULL, &customer, &world.error));
    world_wrote(&world, "POST /scrip/v1/customers",
                "{\"name\":\"Acme\",\"aliases\":[\"acme\",\"acme/eu\"]}");
    assert_string_equal(customer->kable_id, "cus_u");
    assert_int_equal(customer->alias_count, 2);
    assert_string_equal(customer->aliases[1], "acme/eu");
    assert_int_equal(customer->custom_field_count, 2);
    assert_string_equal(customer->custom_fields[0].value, "b");
    assert_string_equal(customer->custom_fields[1].value, "1");
    assert_false(customer->archived_at.is_given);
    scrip_free(customer);
}

static void credit_type_create(void **state)
{
    struct scrip_credit_type_create_params params = { .name = "tokens",
                                                      .scale = scrip_integer_of(0) };
    struct scrip_credit_type *type = NULL;

    world_open_one(&world,
                   REPLY("200 OK", "",
                         "{\"id\":\"t\",\"name\":\"tokens\",\"scale\":0,\"is_currency\":false}"));
    world_ok(&world, scrip_credit_type_create(world.client, &params, NULL, &type, &world.error));
    world_wrote(&world, "POST /scrip/v1/credit-types", "{\"name\":\"tokens\",\"scale\":0}");
    assert_true(type->scale.is_given);
    assert_int_equal(type->scale.value, 0);
    assert_int_equal(type->is_currency, SCRIP_NO);
    scrip_free(type);
}

static void grant_create(void **state)
{
    const struct scrip_rollover rollover = { .expires_at = scrip_instant_of("2027-01-01T00:00:00Z"),
                                             .share_max = scrip_decimal_of("0.25") };
    struct scrip_grant_create_params params = { .customer = "acme",
                                                .credit_type = "USD (cents)",
                                                .amount = scrip_decimal_of("10.50"),
                                                .priority = scrip_decimal_of("2"),
                                                .rollover = &rollover };
    struct scrip_grant *grant = NULL;

    world_open_one(
        &world,
        REPLY("200 OK", "",
              "{\"id\":\"g\",\"status\":\"active\",\"priority\":2,\"expires_at\":null,"
              "\"amount\":\"10.5\",\"posted\":\"10.5\",\"held\":\"0\",\"available\":\"10.5\","
              "\"credit_type\":{\"id\":\"t\",\"name\":\"USD (cents)\",\"scale\":6}}"));
    world_ok(&world, scrip_grant_create(world.client, &params, NULL, &grant, &world.error));
    world_wrote(
        &world, "POST /scrip/v1/grants",
        "{\"customer\":\"acme\",\"credit_type\":\"USD (cents)\",\"amount\":\"10.5\",\"priority\":2,"
        "\"rollover\":{\"expires_at\":\"2027-01-01T00:00:00.000Z\",\"share_max\":\"0.25\"}}");
    decimal_is(grant->available, "10.5");
    assert_int_equal(grant->credit_type.scale.value, 6);
    scrip_free(grant);
}

#define DEDUCTION                                                                                  \
    "{\"id\":\"d\",\"sequence\":9,\"at\":\"2026-01-01T00:00:00.000001Z\",\"amount\":\"5\","        \
    "\"uncovered\":\"0.5\",\"draws\":[{\"grant_id\":\"g\",\"amount\":\"5\",\"balance\":\"0\","     \
    "\"because\":\"expiry\"}],\"balance\":{\"posted\":\"1\",\"held\":\"1\",\"available\":\"0\"}}"

static void deduct(void **state)
{
    struct scrip_deduct_params params = { .customer = "acme",
                                          .amount = scrip_decimal_of("5.5"),
                                          .policy = SCRIP_PARTIAL,
                                          .dry_run = SCRIP_NO,
                                          .metadata = " {\"a\": [1]} ",
                                          .reason = "calls" };
    struct scrip_deduction *deduction = NULL;

    world_open_one(&world, REPLY("200 OK", "", DEDUCTION));
    world_ok(&world, scrip_deduct(world.client, &params, NULL, &deduction, &world.error));
    world_wrote(
        &world, "POST /scrip/v1/deductions",
        "{\"customer\":\"acme\",\"amount\":\"5.5\",\"policy\":\"partial\",\"dry_run\":false,"
        "\"reason\":\"calls\",\"metadata\":{\"a\": [1]}}");
    assert_int_equal(deduction->sequence.value, 9);
    instant_is(deduction->at, "2026-01-01T00:00:00.000001Z");
    decimal_is(deduction->uncovered, "0.5");
    assert_int_equal(deduction->draw_count, 1);
    assert_string_equal(deduction->draws[0].because, "expiry");
    decimal_is(deduction->balance.held, "1");
    scrip_free(deduction);
}

static void deduct_batch(void **state)
{
    const struct scrip_deduct_params deductions[] = {
        { .customer = "a", .amount = scrip_decimal_of("5"), .idempotency_key = "k1" },
        { .customer = "b", .amount = scrip_decimal_of("7") },
        { .customer = "c", .amount = scrip_decimal_of("7") },
    };
    struct scrip_deduct_batch_params params = { .deductions = deductions, .deduction_count = 3 };
    struct scrip_batch *batch = NULL;

    world_open_one(&world,
                   REPLY("200 OK", "",
                         "{\"results\":[" DEDUCTION
                         ",{\"type\":\"/problems/balance-exceeded\",\"title\":\"t\",\"status\":402,"
                         "\"detail\":\"d\",\"available\":\"6\"},{\"title\":\"odd\"}]}"));
    world_ok(&world, scrip_deduct_batch(world.client, &params, NULL, &batch, &world.error));
    world_wrote(&world, "POST /scrip/v1/deductions/batch",
                "{\"deductions\":[{\"customer\":\"a\",\"amount\":\"5\",\"idempotency_key\":\"k1\"},"
                "{\"customer\":\"b\",\"amount\":\"7\"},{\"customer\":\"c\",\"amount\":\"7\"}]}");
    assert_int_equal(batch->result_count, 3);
    assert_int_equal(scrip_batch_outcome(&batch->results[0]), SCRIP_OK);
    decimal_is(batch->results[0].deduction->amount, "5");
    assert_null(batch->results[1].deduction);
    assert_int_equal(scrip_batch_outcome(&batch->results[1]), SCRIP_NOT_COVERED);
    assert_string_equal(batch->results[1].message, "d");
    decimal_is(batch->results[1].available, "6");
    assert_int_equal(scrip_batch_outcome(&batch->results[2]), SCRIP_REFUSED);
    assert_memory_equal(batch->results[2].json.data, "{\"title\":\"odd\"}",
                        batch->results[2].json.size);
    scrip_free(batch);
}

static void reverse(void **state)
{
    struct scrip_deduction *deduction = NULL;

    world_open_one(&world,
                   REPLY("200 OK", "",
                         "{\"id\":\"r\",\"deduction_id\":\"d/1\",\"amount\":\"5\",\"draws\":[]}"));
    world_ok(&world, scrip_reverse(world.client, "d/1", NULL, NULL, &deduction, &world.error));
    world_wrote(&world, "POST /scrip/v1/deductions/d%2F1/reverse", "{}");
    assert_string_equal(deduction->deduction_id, "d/1");
    assert_int_equal(deduction->draw_count, 0);
    scrip_free(deduction);
}

#define HOLD                                                                                       \
    REPLY("200 OK", "",                                                                            \
          "{\"id\":\"h\",\"status\":\"open\",\"expires_at\":\"2026-01-01T00:01:00.000Z\","         \
          "\"amount\":\"5\",\"balance\":{\"posted\":\"9\",\"held\":\"5\",\"available\":\"4\"}}")

static void hold_create(void **state)
{
    struct scrip_hold_create_params params = { .customer = "acme",
                                               .amount = scrip_decimal_of("5"),
                                               .expires_in = scrip_integer_of(60) };
    struct scrip_hold *hold = NULL;

    world_open_one(&world, HOLD);
    world_ok(&world, scrip_hold_create(world.client, &params, NULL, &hold, &world.error));
    world_wrote(&world, "POST /scrip/v1/holds",
                "{\"customer\":\"acme\",\"amount\":\"5\",\"expires_in\":60}");
    assert_string_equal(hold->status, "open");
    decimal_is(hold->balance.available, "4");
    scrip_free(hold);
}

static void hold_capture(void **state)
{
    struct scrip_hold_capture_params params = { .amount = scrip_decimal_of("0") };
    struct scrip_hold *hold = NULL;

    world_open_one(&world, HOLD);
    world_ok(&world, scrip_hold_capture(world.client, "h", &params, NULL, &hold, &world.error));
    world_wrote(&world, "POST /scrip/v1/holds/h/capture", "{\"amount\":\"0\"}");
    scrip_free(hold);
}

static void hold_release(void **state)
{
    struct scrip_hold *hold = NULL;

    world_open_one(&world, HOLD);
    world_ok(&world, scrip_hold_release(world.client, "h", NULL, &hold, &world.error));
    world_wrote(&world, "POST /scrip/v1/holds/h/release", "{}");
    scrip_free(hold);
}

static void hold_extend(void **state)
{
    struct scrip_hold *hold = NULL;

    world_open_one(&world, HOLD);
    world_ok(&world, scrip_hold_extend(world.client, "h", 600, NULL, &hold, &world.error));
    world_wrote(&world, "POST /scrip/v1/holds/h/extend", "{\"expires_in\":600}");
    scrip_free(hold);
}

static void balance(void **state)
{
    struct scrip_balance_get_params params = { .credit_type = "USD (cents)",
                                               .at =
                                                   scrip_instant_of("2026-01-01T00:00:00+01:00") };
    struct scrip_balance *answer = NULL;

    world_open_one(
        &world,
        REPLY("200 OK", "",
              "{\"credit_type\":null,\"at\":\"2026-01-01T00:00:00.000Z\",\"posted\":\"0\","
              "\"held\":\"0\",\"available\":\"0\",\"grants\":[{\"id\":\"g\",\"amount\":\"5\"}]}"));
    world_ok(&world, scrip_balance_get(world.client, "acme", &params, NULL, &answer, &world.error));
    world_wrote(&world,
                "GET /scrip/v1/customers/acme/balance?credit_type=USD%20%28cents%29&"
                "at=2025-12-31T23%3A00%3A00.000Z",
                "");
    assert_null(answer->credit_type.id);
    assert_false(answer->expiring.is_given);
    assert_int_equal(answer->grant_count, 1);
    assert_memory_equal(answer->grants[0].json.data, "{\"id\":\"g\",\"amount\":\"5\"}",
                        answer->grants[0].json.size);
    scrip_free(answer);
}

static void credit_limit(void **state)
{
    struct scrip_credit_limit_params params = { .limit = scrip_decimal_of("50.5"),
                                                .credit_type = "tokens",
                                                .reason = "pays by invoice" };
    struct scrip_credit_limit *answer = NULL;

    world_open_one(
        &world, REPLY("200 OK", "",
                      "{\"customer\":\"c\",\"credit_type\":{\"id\":\"t\",\"name\":\"tokens\","
                      "\"scale\":2},\"at\":\"2026-01-01T00:00:00.000Z\",\"credit_limit\":\"50.5\","
                      "\"debt\":\"60\"}"));
    world_ok(&world,
             scrip_credit_limit_set(world.client, "acme", &params, NULL, &answer, &world.error));
    world_wrote(&world, "POST /scrip/v1/customers/acme/credit-limit",
                "{\"limit\":\"50.5\",\"credit_type\":\"tokens\",\"reason\":\"pays by invoice\"}");
    assert_string_equal(answer->credit_type.name, "tokens");
    decimal_is(answer->credit_limit, "50.5");
    decimal_is(answer->debt, "60");
    assert_true(answer->at.is_given);
    scrip_free(answer);
    answer = NULL;
    params.limit = (struct scrip_decimal){ .is_given = false }; /* 0 would be another thing */
    assert_int_equal(
        scrip_credit_limit_set(world.client, "acme", &params, NULL, &answer, &world.error),
        SCRIP_USAGE);
    assert_null(answer);
}

/* Calls with nothing of their own: a line, a body, one thing that is read. */
static void customer_update_and_archive(void **state)
{
    struct scrip_customer_update_params params = { .name = "New" };
    struct scrip_customer *customer = NULL;

    world_open_one(&world, REPLY("200 OK", "", "{\"id\":\"u\"}"));
    world_ok(&world,
             scrip_customer_update(world.client, "acme", &params, NULL, &customer, &world.error));
    world_wrote(&world, "POST /scrip/v1/customers/acme", "{\"name\":\"New\"}");
    scrip_free(customer);
    world_close(&world);
    world_open_one(
        &world, REPLY("200 OK", "", "{\"id\":\"u\",\"archived_at\":\"2026-01-01T00:00:00.000Z\"}"));
    world_ok(&world, scrip_customer_archive(world.client, "acme", NULL, &customer, &world.error));
    world_wrote(&world, "POST /scrip/v1/customers/acme/archive", "{}");
    assert_true(customer->archived_at.is_given);
    scrip_free(customer);
}

static void grant_get_edit_and_void(void **state)
{
    struct scrip_grant_edit_params params = { .name = "New", .grant_type = "gift" };
    struct scrip_grant_change *change = NULL;
    struct scrip_grant *grant = NULL;

    world_open_one(&world, REPLY("200 OK", "", "{\"id\":\"g\",\"amount\":\"5\",\"name\":\"Old\"}"));
    world_ok(&world, scrip_grant_get(world.client, "g", NULL, &grant, &world.error));
    world_wrote(&world, "GET /scrip/v1/grants/g", "");
    assert_string_equal(grant->name, "Old");
    scrip_free(grant);
    world_close(&world);
    world_open_one(&world, REPLY("200 OK", "", "{\"id\":\"g\",\"sequence\":7}"));
    world_ok(&world, scrip_grant_edit(world.client, "g", &params, NULL, &change, &world.error));
    world_wrote(&world, "POST /scrip/v1/grants/g", "{\"name\":\"New\",\"grant_type\":\"gift\"}");
    scrip_free(change);
    world_close(&world);
    world_open_one(&world, REPLY("200 OK", "", "{\"id\":\"g\",\"sequence\":null}"));
    world_ok(&world, scrip_grant_void(world.client, "g", NULL, NULL, &change, &world.error));
    world_wrote(&world, "POST /scrip/v1/grants/g/void", "{}");
    assert_string_equal(change->id, "g");
    assert_false(change->sequence.is_given);
    scrip_free(change);
}

static void deduction_and_hold_get(void **state)
{
    struct scrip_deduction *deduction = NULL;
    struct scrip_hold *hold = NULL;

    world_open_one(
        &world,
        REPLY("200 OK", "",
              "{\"id\":\"d\",\"amount\":\"5\",\"reversed\":\"2\",\"hold_id\":\"h\",\"draws\":[{"
              "\"grant_id\":\"g\",\"amount\":\"5\",\"because\":\"x\"}]}"));
    world_ok(&world, scrip_deduction_get(world.client, "d", NULL, &deduction, &world.error));
    world_wrote(&world, "GET /scrip/v1/deductions/d", "");
    decimal_is(deduction->reversed, "2");
    assert_false(deduction->balance.posted.is_given);
    assert_false(deduction->draws[0].balance.is_given);
    scrip_free(deduction);
    world_close(&world);
    world_open_one(&world,
                   REPLY("200 OK", "", "{\"id\":\"h\",\"status\":\"lapsed\",\"captured\":\"0\"}"));
    world_ok(&world, scrip_hold_get(world.client, "h", NULL, &hold, &world.error));
    world_wrote(&world, "GET /scrip/v1/holds/h", "");
    assert_string_equal(hold->status, "lapsed");
    assert_true(hold->captured.is_given);
    scrip_free(hold);
}

/* A secret that is lost with its reply stays lost: no key, and no second attempt. */
static void key_create_once(void **state)
{
    struct scrip_key_create_params params = { .name = "n", .scope = "read" };
    const struct act acts[] = { { "", RESET },
                                { FAILED("500 No", ""), KEEP },
                                { REPLY("200 OK", "", "{\"client_id\":\"k\",\"secret\":\"s\"}"),
                                  KEEP } };
    struct scrip_key *key = NULL;
    char value[256];

    world_open(&world, acts, array_count(acts), NULL);
    assert_int_equal(scrip_key_create(world.client, &params, NULL, &key, &world.error),
                     SCRIP_DISCONNECTED);
    assert_int_equal(scrip_key_create(world.client, &params, NULL, &key, &world.error),
                     SCRIP_SERVER);
    assert_int_equal(server_request_count(world.server), 2);
    world_ok(&world, scrip_key_create(world.client, &params, NULL, &key, &world.error));
    for (size_t i = 0; i < 3; i++) {
        assert_memory_equal(server_request(world.server, i), "POST /scrip/v1/keys H", 21);
        assert_string_equal(server_header(world.server, i, "Idempotency-Key", value, sizeof value),
                            "");
        assert_string_equal(server_body(world.server, i), "{\"name\":\"n\",\"scope\":\"read\"}");
    }
    assert_string_equal(key->secret, "s");
    scrip_free(key);
}

static void key_revoke(void **state)
{
    struct scrip_key *key = NULL;

    world_open_one(&world,
                   REPLY("200 OK", "",
                         "{\"client_id\":\"kci_1\",\"revoked_at\":\"2026-01-01T00:00:00.000Z\"}"));
    world_ok(&world, scrip_key_revoke(world.client, "kci_1", NULL, &key, &world.error));
    world_wrote(&world, "POST /scrip/v1/keys/kci_1/revoke", "{}");
    assert_null(key->secret);
    assert_true(key->revoked_at.is_given);
    scrip_free(key);
}

#define CASE(test) cmocka_unit_test_teardown(test, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(customer_create),
        CASE(credit_type_create),
        CASE(grant_create),
        CASE(deduct),
        CASE(deduct_batch),
        CASE(reverse),
        CASE(hold_create),
        CASE(hold_capture),
        CASE(hold_release),
        CASE(hold_extend),
        CASE(balance),
        CASE(credit_limit),
        CASE(customer_update_and_archive),
        CASE(grant_get_edit_and_void),
        CASE(deduction_and_hold_get),
        CASE(key_create_once),
        CASE(key_revoke),
    };

    return cmocka_run_group_tests_name("native", tests, NULL, NULL);
}
