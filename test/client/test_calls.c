/* Each typed call: what it writes, byte for byte, and what it reads. */
#include <stdio.h>
#include "world.h"

static struct world world;

static int teardown(void **state)
{
    world_close(&world);
    return 0;
}

static void headers(void **state)
{
    struct scrip_options options = { .user_agent = "billing/2.1",
                                     .kable_client_id = "kci_1",
                                     .kable_client_secret = SECRET };
    const struct act acts[] = { { CUSTOMER, KEEP }, { BOOK, KEEP } };
    char value[256];

    world_open(&world, acts, 2, &options);
    world_mutate(&world, NULL, SCRIP_OK);
    world_ask(&world, SCRIP_OK);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(server_header(world.server, i, "Authorization", value, sizeof value),
                            "Bearer " SECRET);
        assert_string_equal(server_header(world.server, i, "Kable-Client-Id", value, sizeof value),
                            "kci_1");
        assert_string_equal(
            server_header(world.server, i, "Kable-Client-Secret", value, sizeof value), SECRET);
        assert_string_equal(server_header(world.server, i, "User-Agent", value, sizeof value),
                            "billing/2.1 libscrip/" SCRIP_VERSION);
        assert_string_equal(server_header(world.server, i, "Accept", value, sizeof value),
                            "application/json");
        assert_string_equal(server_header(world.server, i, "Content-Type", value, sizeof value),
                            i == 0 ? "application/json" : "");
        assert_string_equal(server_header(world.server, i, "Expect", value, sizeof value), "");
    }
}

static void a_prefix_and_a_slash_too_many(void **state)
{
    char url[64];
    struct scrip_options options = { .url = url };
    struct act act = { BOOK, KEEP };
    struct server *server = server_start(&act, 1);

    snprintf(url, sizeof url, "%s/ledger//", server_url(server));
    world_open(&world, NULL, 0, &options);
    world_ask(&world, SCRIP_OK);
    assert_memory_equal(server_request(server, 0), "GET /ledger/scrip/v1/book HTTP/1.1", 34);
    scrip_client_close(world.client);
    world.client = NULL;
    server_stop(server);
}

static void kable_grant_create(void **state)
{
    struct scrip_kable_grant_create_params params = {
        .grant_amount = scrip_decimal_of("100"),
        .description = "A top-up \"grant\"",
        .charge_amount = scrip_decimal_of("199.99"),
        .expiration = scrip_instant_of("2023-01-01T00:00:00Z"),
    };
    struct scrip_kable_grant *grant = NULL;

    world_open_one(
        &world,
        REPLY("201 Created", "X-Request-Id: req-9\r\n",
              "{\"creditGrantId\":\"crd_f5\",\"customerId\":\"cus_82\",\"description\":null,"
              "\"currency\":\"USD\",\"expiration\":\"2023-01-01T00:00:00.000Z\",\"new\":[{}],"
              "\"balanceAmount\":100,\"grantAmount\":100.0,\"paidAmount\":199.99}"));
    world_ok(&world, scrip_kable_grant_create(world.client, "you/1 @%..", &params, NULL, &grant,
                                              &world.error));
    world_wrote(
        &world, "POST /api/v1/customers/you%2F1%20%40%25../credits/create",
        "{\"grantAmount\":100,\"description\":\"A top-up \\\"grant\\\"\",\"chargeAmount\":199.99,"
        "\"expiration\":\"2023-01-01T00:00:00.000Z\"}");
    assert_string_equal(grant->credit_grant_id, "crd_f5");
    assert_string_equal(grant->customer_id, "cus_82");
    assert_null(grant->description);
    assert_string_equal(grant->currency, "USD");
    decimal_is(grant->grant_amount, "100");
    decimal_is(grant->balance_amount, "100");
    decimal_is(grant->paid_amount, "199.99");
    instant_is(grant->expiration, "2023-01-01T00:00:00.000Z");
    assert_int_equal(scrip_reply_of(grant)->http_status, 201);
    assert_int_equal(scrip_reply_of(grant)->attempts, 1);
    assert_string_equal(scrip_reply_of(grant)->request_id, "req-9");
    assert_int_equal(strlen(scrip_reply_of(grant)->idempotency_key), 36);
    assert_non_null(strstr(scrip_reply_of(grant)->body, "\"new\":[{}]"));
    scrip_free(grant);
}

/* The older contract: fewer fields, and none of them zero that are not there. */
static void kable_grant_of_the_older_contract(void **state)
{
    struct scrip_kable_grant_create_params params = { .grant_amount = scrip_decimal_of("0.5") };
    struct scrip_kable_grant *grant = NULL;

    world_open_one(&world,
                   REPLY("200 OK", "",
                         "{\"creditGrantId\":\"crd_f5\",\"currency\":\"USD\",\"balanceAmount\":0,"
                         "\"grantAmount\":5e-1}\n"));
    world_ok(&world,
             scrip_kable_grant_create(world.client, "a", &params, NULL, &grant, &world.error));
    world_wrote(&world, "POST /api/v1/customers/a/credits/create", "{\"grantAmount\":0.5}");
    assert_null(grant->customer_id);
    assert_false(grant->paid_amount.is_given);
    assert_false(grant->expiration.is_given);
    assert_true(grant->balance_amount.is_given);
    decimal_is(grant->balance_amount, "0");
    decimal_is(grant->grant_amount, "0.5");
    assert_null(scrip_reply_of(grant)->request_id);
    scrip_free(grant);
}

static void kable_balance(void **state)
{
    struct scrip_kable_balance *balance = NULL;

    world_open_one(&world, REPLY("200 OK", "", "{\"available\":75.000001}"));
    world_ok(&world, scrip_kable_balance_get(world.client, "cus_1", NULL, &balance, &world.error));
    world_wrote(&world, "GET /api/v1/customers/cus_1/credits/balance", "");
    decimal_is(balance->available, "75.000001");
    scrip_free(balance);
}

/* Not what some would make of it: the balance of nobody. */
static void a_customer_called_dots(void **state)
{
    struct scrip_kable_balance *balance = NULL;

    world_open_one(&world, REPLY("200 OK", "", "{\"available\":1}"));
    world_ok(&world, scrip_kable_balance_get(world.client, "..", NULL, &balance, &world.error));
    world_wrote(&world, "GET /api/v1/customers/../credits/balance", "");
    scrip_free(balance);
}

static void metronome_grant_create(void **state)
{
    const char *products[] = { "p-1", "p-2" };
    const struct scrip_pair fields[] = { { "plan", "gold" }, { "x", "" } };
    const struct scrip_metronome_rollover rollover = {
        .expires_at = scrip_instant_of("2027-01-01T00:00:00Z"),
        .priority = scrip_decimal_of("0"),
        .rollover_amount = { SCRIP_METRONOME_MAX_PERCENTAGE, scrip_decimal_of("0.5") },
    };
    struct scrip_metronome_grant_create_params params = {
        .customer_id = "c-1",
        .grant_amount = { scrip_decimal_of("1000"), SCRIP_METRONOME_USD_CENTS },
        .paid_amount = { scrip_decimal_of("0"), SCRIP_METRONOME_USD_CENTS },
        .name = "Grant",
        .expires_at = scrip_instant_of("2026-01-01T00:00:00Z"),
        .priority = scrip_decimal_of("0.5"),
        .product_ids = products,
        .product_id_count = 2,
        .rollover_settings = &rollover,
        .custom_fields = fields,
        .custom_field_count = 2,
        .uniqueness_key = "k",
    };
    struct scrip_metronome_id *id = NULL;

    world_open_one(&world, REPLY("200 OK", "", "{\"data\":{\"id\":\"g-1\"}}"));
    world_ok(&world, scrip_metronome_grant_create(world.client, &params, NULL, &id, &world.error));
    world_wrote(
        &world, "POST /v1/credits/createGrant",
        "{\"customer_id\":\"c-1\",\"grant_amount\":{\"amount\":1000,\"credit_type_id\":"
        "\"2714e483-4ff1-48e4-9e25-ac732e8f24f2\"},\"paid_amount\":{\"amount\":0,"
        "\"credit_type_id\":\"2714e483-4ff1-48e4-9e25-ac732e8f24f2\"},\"name\":\"Grant\","
        "\"expires_at\":\"2026-01-01T00:00:00.000Z\",\"priority\":0.5,"
        "\"product_ids\":[\"p-1\",\"p-2\"],\"rollover_settings\":{\"expires_at\":"
        "\"2027-01-01T00:00:00.000Z\",\"priority\":0,\"rollover_amount\":{\"type\":"
        "\"MAX_PERCENTAGE\",\"value\":0.5}},\"custom_fields\":{\"plan\":\"gold\",\"x\":\"\"},"
        "\"uniqueness_key\":\"k\"}");
    assert_string_equal(id->id, "g-1");
    scrip_free(id);
}

static void metronome_grant_edit(void **state)
{
    struct scrip_metronome_grant_edit_params params = { .id = "g-1", .name = "New" };
    struct scrip_metronome_id *id = NULL;

    world_open_one(&world, REPLY("200 OK", "", "{\"data\":{\"id\":\"g-1\"}}"));
    world_ok(&world, scrip_metronome_grant_edit(world.client, &params, NULL, &id, &world.error));
    world_wrote(&world, "POST /v1/credits/editGrant", "{\"id\":\"g-1\",\"name\":\"New\"}");
    assert_string_equal(id->id, "g-1");
    scrip_free(id);
}

static void metronome_grant_void(void **state)
{
    struct scrip_metronome_grant_void_params params = { .id = "g-1",
                                                        .release_uniqueness_key = SCRIP_YES,
                                                        .void_credit_purchase_invoice = SCRIP_NO };
    struct scrip_metronome_id *id = NULL;

    world_open_one(&world, REPLY("200 OK", "", "{\"data\":{\"id\":\"g-1\"}}"));
    world_ok(&world, scrip_metronome_grant_void(world.client, &params, NULL, &id, &world.error));
    world_wrote(
        &world, "POST /v1/credits/voidGrant",
        "{\"id\":\"g-1\",\"release_uniqueness_key\":true,\"void_credit_purchase_invoice\":false}");
    scrip_free(id);
}

static void anything_else(void **state)
{
    struct scrip_reply *reply = NULL;

    world_open_one(&world, REPLY("200 OK", "", "not JSON"));
    world_ok(&world,
             scrip_send(world.client, "PUT", "/v1/x?y=1", "{}", NULL, &reply, &world.error));
    world_wrote(&world, "PUT /v1/x?y=1", "{}");
    assert_string_equal(reply->body, "not JSON");
    assert_int_equal(reply->body_size, 8);
    scrip_free(reply);
    assert_int_equal(scrip_send(world.client, "GET", "v1", NULL, NULL, &reply, NULL), SCRIP_USAGE);
    assert_int_equal(scrip_send(world.client, "GET", "/a b", NULL, NULL, &reply, NULL),
                     SCRIP_USAGE);
    assert_int_equal(scrip_send(world.client, "GET", "/a\r\nb", NULL, NULL, &reply, NULL),
                     SCRIP_USAGE);
    assert_int_equal(scrip_send(world.client, "BREW", "/", NULL, NULL, &reply, NULL), SCRIP_USAGE);
    assert_int_equal(server_request_count(world.server), 1);
}

/* Each names what is missing, and sends nothing. */
static void arguments_that_are_missing(void **state)
{
    struct scrip_kable_grant_create_params no_amount = { .description = "x" };
    struct scrip_metronome_grant_create_params no_type = {
        .customer_id = "c",
        .grant_amount = { scrip_decimal_of("5"), NULL },
    };
    struct scrip_deduct_params bad = { .customer = "a", .amount = scrip_decimal_of("ten") };
    struct scrip_deduct_params metadata = { .customer = "a",
                                            .amount = scrip_decimal_of("1"),
                                            .metadata = "[1]" };
    struct scrip_deduct_params choice = { .customer = "a",
                                          .amount = scrip_decimal_of("1"),
                                          .policy = (enum scrip_policy)3 };
    struct scrip_deduct_params latin = { .customer = "a\xff", .amount = scrip_decimal_of("1") };
    struct scrip_deduct_batch_params empty = { .atomic = SCRIP_YES };
    struct scrip_error *e = &world.error;
    struct scrip_kable_balance *balance_ = NULL;
    struct scrip_kable_grant *grant = NULL;
    struct scrip_metronome_id *id = NULL;
    struct scrip_deduction *deduction = NULL;
    struct scrip_batch *batch = NULL;

    world_open(&world, NULL, 0, NULL);
#define REFUSED(call, words)                                                                       \
    assert_int_equal(call, SCRIP_USAGE);                                                           \
    assert_string_equal(e->message, words)

    REFUSED(scrip_kable_balance_get(world.client, "", NULL, &balance_, e), "customer is needed");
    REFUSED(scrip_kable_balance_get(world.client, NULL, NULL, &balance_, e), "customer is needed");
    REFUSED(scrip_kable_balance_get(world.client, "a", NULL, NULL, e), "ret is needed");
    REFUSED(scrip_kable_grant_create(world.client, "a", NULL, NULL, &grant, e), "params is needed");
    REFUSED(scrip_kable_grant_create(world.client, "a", &no_amount, NULL, &grant, e),
            "grantAmount is needed");
    REFUSED(scrip_metronome_grant_create(world.client, &no_type, NULL, &id, e),
            "credit_type_id is needed");
    REFUSED(scrip_deduct(world.client, &bad, NULL, &deduction, e), "amount is needed");
    REFUSED(scrip_deduct(world.client, &metadata, NULL, &deduction, e),
            "metadata must be a JSON object");
    REFUSED(scrip_deduct(world.client, &choice, NULL, &deduction, e),
            "policy is none of its choices");
    REFUSED(scrip_deduct(world.client, &latin, NULL, &deduction, e), "customer must be UTF-8");
    REFUSED(scrip_deduct_batch(world.client, &empty, NULL, &batch, e), "deductions is needed");
    assert_int_equal(server_request_count(world.server), 0);
}

#define CASE(test) cmocka_unit_test_teardown(test, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(headers),
        CASE(a_prefix_and_a_slash_too_many),
        CASE(kable_grant_create),
        CASE(kable_grant_of_the_older_contract),
        CASE(kable_balance),
        CASE(a_customer_called_dots),
        CASE(metronome_grant_create),
        CASE(metronome_grant_edit),
        CASE(metronome_grant_void),
        CASE(anything_else),
        CASE(arguments_that_are_missing),
    };

    return cmocka_run_group_tests_name("calls", tests, NULL, NULL);
}
