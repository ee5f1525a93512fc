/* Each typed call: what it writes, byte for byte, and what it reads. */
#include <stdio.h>
#include "world.h"

static struct world world;

static int teardown(void **state)
{
    world_close(&world);
    return 0;
}

#define OPEN(reply)                                                                                \
    do {                                                                                           \
        const struct act act_ = { reply, KEEP };                                                   \
        world_open(&world, &act_, 1, NULL);                                                        \
    } while (0)

static void wrote(const char *line, const char *body)
{
    const char *request;

    assert_int_equal(server_request_count(world.server), 1);
    request = server_request(world.server, 0);
    if (strncmp(request, line, strlen(line)) != 0 ||
        strncmp(request + strlen(line), " HTTP/1.1\r\n", 11) != 0)
        fail_msg("%s\nis not\n%.100s", line, request);
    assert_string_equal(server_body(world.server, 0), body);
}

static void is(struct scrip_decimal decimal, const char *text)
{
    char buffer[SCRIP_DECIMAL_TEXT_MAX];

    assert_string_equal(scrip_decimal_format(decimal, buffer), text);
}

static void is_at(struct scrip_instant instant, const char *text)
{
    char buffer[SCRIP_INSTANT_TEXT_MAX];

    assert_string_equal(scrip_instant_format(instant, buffer), text);
}

static void ok(enum scrip_outcome outcome)
{
    if (outcome != SCRIP_OK)
        fail_msg("%s: %s", scrip_outcome_name(outcome), world.error.message);
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

    OPEN(REPLY("201 Created", "X-Request-Id: req-9\r\n",
               "{\"creditGrantId\":\"crd_f5\",\"customerId\":\"cus_82\",\"description\":null,"
               "\"currency\":\"USD\",\"expiration\":\"2023-01-01T00:00:00.000Z\",\"new\":[{}],"
               "\"balanceAmount\":100,\"grantAmount\":100.0,\"paidAmount\":199.99}"));
    ok(scrip_kable_grant_create(world.client, "you/1 @%..", &params, NULL, &grant, &world.error));
    wrote("POST /api/v1/customers/you%2F1%20%40%25../credits/create",
          "{\"grantAmount\":100,\"description\":\"A top-up \\\"grant\\\"\",\"chargeAmount\":199.99,"
          "\"expiration\":\"2023-01-01T00:00:00.000Z\"}");
    assert_string_equal(grant->credit_grant_id, "crd_f5");
    assert_string_equal(grant->customer_id, "cus_82");
    assert_null(grant->description);
    assert_string_equal(grant->currency, "USD");
    is(grant->grant_amount, "100");
    is(grant->balance_amount, "100");
    is(grant->paid_amount, "199.99");
    is_at(grant->expiration, "2023-01-01T00:00:00.000Z");
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

    OPEN(REPLY("200 OK", "",
               "{\"creditGrantId\":\"crd_f5\",\"currency\":\"USD\",\"balanceAmount\":0,"
               "\"grantAmount\":5e-1}\n"));
    ok(scrip_kable_grant_create(world.client, "a", &params, NULL, &grant, &world.error));
    wrote("POST /api/v1/customers/a/credits/create", "{\"grantAmount\":0.5}");
    assert_null(grant->customer_id);
    assert_false(grant->paid_amount.is_given);
    assert_false(grant->expiration.is_given);
    assert_true(grant->balance_amount.is_given);
    is(grant->balance_amount, "0");
    is(grant->grant_amount, "0.5");
    assert_null(scrip_reply_of(grant)->request_id);
    scrip_free(grant);
}

static void kable_balance(void **state)
{
    struct scrip_kable_balance *balance = NULL;

    OPEN(REPLY("200 OK", "", "{\"available\":75.000001}"));
    ok(scrip_kable_balance_get(world.client, "cus_1", NULL, &balance, &world.error));
    wrote("GET /api/v1/customers/cus_1/credits/balance", "");
    is(balance->available, "75.000001");
    scrip_free(balance);
}

/* Not what some would make of it: the balance of nobody. */
static void a_customer_called_dots(void **state)
{
    struct scrip_kable_balance *balance = NULL;

    OPEN(REPLY("200 OK", "", "{\"available\":1}"));
    ok(scrip_kable_balance_get(world.client, "..", NULL, &balance, &world.error));
    wrote("GET /api/v1/customers/../credits/balance", "");
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

    OPEN(REPLY("200 OK", "", "{\"data\":{\"id\":\"g-1\"}}"));
    ok(scrip_metronome_grant_create(world.client, &params, NULL, &id, &world.error));
    wrote("POST /v1/credits/createGrant",
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

    OPEN(REPLY("200 OK", "", "{\"data\":{\"id\":\"g-1\"}}"));
    ok(scrip_metronome_grant_edit(world.client, &params, NULL, &id, &world.error));
    wrote("POST /v1/credits/editGrant", "{\"id\":\"g-1\",\"name\":\"New\"}");
    assert_string_equal(id->id, "g-1");
    scrip_free(id);
}

static void metronome_grant_void(void **state)
{
    struct scrip_metronome_grant_void_params params = { .id = "g-1",
                                                        .release_uniqueness_key = SCRIP_YES,
                                                        .void_credit_purchase_invoice = SCRIP_NO };
    struct scrip_metronome_id *id = NULL;

    OPEN(REPLY("200 OK", "", "{\"data\":{\"id\":\"g-1\"}}"));
    ok(scrip_metronome_grant_void(world.client, &params, NULL, &id, &world.error));
    wrote(
        "POST /v1/credits/voidGrant",
        "{\"id\":\"g-1\",\"release_uniqueness_key\":true,\"void_credit_purchase_invoice\":false}");
    scrip_free(id);
}

static void customer_create(void **state)
{
    const char *aliases[] = { "acme", "acme/eu" };
    struct scrip_customer_create_params params = { .name = "Acme",
                                                   .aliases = aliases,
                                                   .alias_count = 2 };
    struct scrip_customer *customer = NULL;

    OPEN(REPLY("200 OK", "",
               "{\"id\":\"u\",\"kable_id\":\"cus_u\",\"name\":\"Acme\",\"aliases\":[\"acme\","
               "\"acme/eu\"],\"currency\":\"USD\",\"custom_fields\":{\"a\":\"b\",\"n\":1},"
               "\"created_at\":\"2026-01-01T00:00:00.000Z\",\"archived_at\":null}"));
    ok(scrip_customer_create(world.client, &params, NULL, &customer, &world.error));
    wrote("POST /scrip/v1/customers", "{\"name\":\"Acme\",\"aliases\":[\"acme\",\"acme/eu\"]}");
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

    OPEN(REPLY("200 OK", "",
               "{\"id\":\"t\",\"name\":\"tokens\",\"scale\":0,\"is_currency\":false}"));
    ok(scrip_credit_type_create(world.client, &params, NULL, &type, &world.error));
    wrote("POST /scrip/v1/credit-types", "{\"name\":\"tokens\",\"scale\":0}");
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

    OPEN(REPLY("200 OK", "",
               "{\"id\":\"g\",\"status\":\"active\",\"priority\":2,\"expires_at\":null,"
               "\"amount\":\"10.5\",\"posted\":\"10.5\",\"held\":\"0\",\"available\":\"10.5\","
               "\"credit_type\":{\"id\":\"t\",\"name\":\"USD (cents)\",\"scale\":6}}"));
    ok(scrip_grant_create(world.client, &params, NULL, &grant, &world.error));
    wrote(
        "POST /scrip/v1/grants",
        "{\"customer\":\"acme\",\"credit_type\":\"USD (cents)\",\"amount\":\"10.5\",\"priority\":2,"
        "\"rollover\":{\"expires_at\":\"2027-01-01T00:00:00.000Z\",\"share_max\":\"0.25\"}}");
    is(grant->available, "10.5");
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

    OPEN(REPLY("200 OK", "", DEDUCTION));
    ok(scrip_deduct(world.client, &params, NULL, &deduction, &world.error));
    wrote("POST /scrip/v1/deductions",
          "{\"customer\":\"acme\",\"amount\":\"5.5\",\"policy\":\"partial\",\"dry_run\":false,"
          "\"reason\":\"calls\",\"metadata\":{\"a\": [1]}}");
    assert_int_equal(deduction->sequence.value, 9);
    is_at(deduction->at, "2026-01-01T00:00:00.000001Z");
    is(deduction->uncovered, "0.5");
    assert_int_equal(deduction->draw_count, 1);
    assert_string_equal(deduction->draws[0].because, "expiry");
    is(deduction->balance.held, "1");
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

    OPEN(REPLY("200 OK", "",
               "{\"results\":[" DEDUCTION
               ",{\"type\":\"/problems/balance-exceeded\",\"title\":\"t\",\"status\":402,"
               "\"detail\":\"d\",\"available\":\"6\"},{\"title\":\"odd\"}]}"));
    ok(scrip_deduct_batch(world.client, &params, NULL, &batch, &world.error));
    wrote("POST /scrip/v1/deductions/batch",
          "{\"deductions\":[{\"customer\":\"a\",\"amount\":\"5\",\"idempotency_key\":\"k1\"},"
          "{\"customer\":\"b\",\"amount\":\"7\"},{\"customer\":\"c\",\"amount\":\"7\"}]}");
    assert_int_equal(batch->result_count, 3);
    assert_int_equal(scrip_batch_outcome(&batch->results[0]), SCRIP_OK);
    is(batch->results[0].deduction->amount, "5");
    assert_null(batch->results[1].deduction);
    assert_int_equal(scrip_batch_outcome(&batch->results[1]), SCRIP_NOT_COVERED);
    assert_string_equal(batch->results[1].message, "d");
    is(batch->results[1].available, "6");
    assert_int_equal(scrip_batch_outcome(&batch->results[2]), SCRIP_REFUSED);
    assert_memory_equal(batch->results[2].json.data, "{\"title\":\"odd\"}",
                        batch->results[2].json.size);
    scrip_free(batch);
}

static void reverse(void **state)
{
    struct scrip_deduction *deduction = NULL;

    OPEN(REPLY("200 OK", "",
               "{\"id\":\"r\",\"deduction_id\":\"d/1\",\"amount\":\"5\",\"draws\":[]}"));
    ok(scrip_reverse(world.client, "d/1", NULL, NULL, &deduction, &world.error));
    wrote("POST /scrip/v1/deductions/d%2F1/reverse", "{}");
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

    OPEN(HOLD);
    ok(scrip_hold_create(world.client, &params, NULL, &hold, &world.error));
    wrote("POST /scrip/v1/holds", "{\"customer\":\"acme\",\"amount\":\"5\",\"expires_in\":60}");
    assert_string_equal(hold->status, "open");
    is(hold->balance.available, "4");
    scrip_free(hold);
}

static void hold_capture(void **state)
{
    struct scrip_hold_capture_params params = { .amount = scrip_decimal_of("0") };
    struct scrip_hold *hold = NULL;

    OPEN(HOLD);
    ok(scrip_hold_capture(world.client, "h", &params, NULL, &hold, &world.error));
    wrote("POST /scrip/v1/holds/h/capture", "{\"amount\":\"0\"}");
    scrip_free(hold);
}

static void hold_release(void **state)
{
    struct scrip_hold *hold = NULL;

    OPEN(HOLD);
    ok(scrip_hold_release(world.client, "h", NULL, &hold, &world.error));
    wrote("POST /scrip/v1/holds/h/release", "{}");
    scrip_free(hold);
}

static void hold_extend(void **state)
{
    struct scrip_hold *hold = NULL;

    OPEN(HOLD);
    ok(scrip_hold_extend(world.client, "h", 600, NULL, &hold, &world.error));
    wrote("POST /scrip/v1/holds/h/extend", "{\"expires_in\":600}");
    scrip_free(hold);
}

static void balance(void **state)
{
    struct scrip_balance_get_params params = { .credit_type = "USD (cents)",
                                               .at =
                                                   scrip_instant_of("2026-01-01T00:00:00+01:00") };
    struct scrip_balance *answer = NULL;

    OPEN(REPLY("200 OK", "",
               "{\"credit_type\":null,\"at\":\"2026-01-01T00:00:00.000Z\",\"posted\":\"0\","
               "\"held\":\"0\",\"available\":\"0\",\"grants\":[{\"id\":\"g\",\"amount\":\"5\"}]}"));
    ok(scrip_balance_get(world.client, "acme", &params, NULL, &answer, &world.error));
    wrote("GET /scrip/v1/customers/acme/balance?credit_type=USD%20%28cents%29&"
          "at=2025-12-31T23%3A00%3A00.000Z",
          "");
    assert_null(answer->credit_type.id);
    assert_false(answer->expiring.is_given);
    assert_int_equal(answer->grant_count, 1);
    assert_memory_equal(answer->grants[0].json.data, "{\"id\":\"g\",\"amount\":\"5\"}",
                        answer->grants[0].json.size);
    scrip_free(answer);
}

static void anything_else(void **state)
{
    struct scrip_reply *reply = NULL;

    OPEN(REPLY("200 OK", "", "not JSON"));
    ok(scrip_send(world.client, "PUT", "/v1/x?y=1", "{}", NULL, &reply, &world.error));
    wrote("PUT /v1/x?y=1", "{}");
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
        CASE(anything_else),
        CASE(arguments_that_are_missing),
    };

    return cmocka_run_group_tests_name("calls", tests, NULL, NULL);
}
