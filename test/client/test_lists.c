/* Lists: page by page, to the end, and what can go wrong between. */
#include "world.h"

static struct world world;

static int teardown(void **state)
{
    world_close(&world);
    return 0;
}

#define UNIT "\"credit_type\":{\"id\":\"t\",\"name\":\"USD (cents)\"}"
#define GRANT(id)                                                                                  \
    "{\"id\":\"" id "\",\"name\":\"Grant " id "\",\"customer_id\":\"c\",\"uniqueness_key\":null,"  \
    "\"effective_at\":\"2026-01-01T00:00:00.000Z\",\"expires_at\":\"2027-01-01T00:00:00.000Z\","   \
    "\"priority\":0.5,\"grant_amount\":{\"amount\":100," UNIT "},"                                 \
    "\"paid_amount\":{\"amount\":10.5," UNIT "},\"balance\":{\"excluding_pending\":80,"            \
    "\"including_pending\":79.5,\"effective_at\":\"2026-02-01T00:00:00.000Z\"},"                   \
    "\"deductions\":[{\"amount\":-20,\"reason\":\"r\",\"running_balance\":80,\"effective_at\":"    \
    "\"2026-01-02T00:00:00.000Z\",\"created_by\":\"me\",\"credit_grant_id\":\"" id "\"}],"         \
    "\"pending_deductions\":[],\"products\":[{\"id\":\"p\",\"name\":\"P\"}],"                      \
    "\"custom_fields\":{\"a\":\"b\"}}"
#define PAGE(data, next) REPLY("200 OK", "", "{\"data\":[" data "],\"next_page\":" next "}")

static void three_pages(void **state)
{
    const char *customers[] = { "c-1", "c-2" }, *types[] = { "t" };
    const struct scrip_metronome_grant_list_params params = {
        .limit = 2,
        .credit_type_ids = types,
        .credit_type_id_count = 1,
        .customer_ids = customers,
        .customer_id_count = 2,
        .not_expiring_before = scrip_instant_of("2026-01-01T00:00:00Z"),
        .effective_before = scrip_instant_of("2026-02-01T00:00:00Z"),
    };
    const struct act acts[] = { { PAGE(GRANT("1") "," GRANT("2"), "\"CUR=/+\""), KEEP },
                                { PAGE("", "\"more\""), CLOSE }, /* empty, and not the last */
                                { PAGE(GRANT("3"), "null"), KEEP } };
    static const char body[] = "{\"credit_type_ids\":[\"t\"],\"customer_ids\":[\"c-1\",\"c-2\"],"
                               "\"not_expiring_before\":\"2026-01-01T00:00:00.000Z\","
                               "\"effective_before\":\"2026-02-01T00:00:00.000Z\"}";
    const struct scrip_metronome_grant *grant = NULL;
    struct scrip_list *list = NULL;
    char text[SCRIP_DECIMAL_TEXT_MAX];

    world_open(&world, acts, array_count(acts), NULL);
    assert_int_equal(scrip_metronome_grant_list(world.client, &params, NULL, &list, &world.error),
                     SCRIP_OK);
    assert_int_equal(server_request_count(world.server), 0); /* nothing before it is asked for */

    assert_int_equal(scrip_metronome_grant_next(list, &grant, &world.error), SCRIP_OK);
    assert_string_equal(grant->id, "1");
    assert_string_equal(scrip_decimal_format(grant->balance.including_pending, text), "79.5");
    assert_string_equal(scrip_decimal_format(grant->deductions[0].amount, text), "-20");
    assert_string_equal(grant->products[0].name, "P");
    assert_string_equal(grant->custom_fields[0].name, "a");
    assert_null(grant->uniqueness_key);
    assert_memory_equal(grant->json.data, GRANT("1"), grant->json.size);
    assert_int_equal(scrip_metronome_grant_next(list, &grant, &world.error), SCRIP_OK);
    assert_string_equal(grant->id, "2");
    assert_int_equal(server_request_count(world.server), 1);

    assert_int_equal(scrip_metronome_grant_next(list, &grant, &world.error), SCRIP_OK);
    assert_string_equal(grant->name, "Grant 3");
    assert_int_equal(server_request_count(world.server), 3);
    assert_int_equal(scrip_metronome_grant_next(list, &grant, &world.error), SCRIP_END);
    assert_int_equal(scrip_metronome_grant_next(list, &grant, &world.error), SCRIP_END);
    assert_int_equal(server_request_count(world.server), 3);

    assert_memory_equal(server_request(world.server, 0), "POST /v1/credits/listGrants?limit=2 H",
                        37);
    assert_memory_equal(server_request(world.server, 1),
                        "POST /v1/credits/listGrants?limit=2&next_page=CUR%3D%2F%2B H", 60);
    assert_memory_equal(server_request(world.server, 2),
                        "POST /v1/credits/listGrants?limit=2&next_page=more H", 52);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(server_body(world.server, i), body);
    scrip_list_close(list);
}

/* The page that failed is asked for again, and no item is lost or seen twice. */
static void a_page_that_fails_once(void **state)
{
    const struct act acts[] = { { PAGE(GRANT("1"), "\"two\""), KEEP },
                                { FAILED("404 No", ""), KEEP },
                                { PAGE("{\"id\":3}", "\"three\""), KEEP },
                                { PAGE(GRANT("2"), "\"\""), KEEP } };
    const struct scrip_metronome_grant *grant = NULL;
    struct scrip_list *list = NULL;

    world_open(&world, acts, array_count(acts), NULL);
    assert_int_equal(scrip_metronome_grant_list(world.client, NULL, NULL, &list, NULL), SCRIP_OK);
    assert_int_equal(scrip_metronome_grant_next(list, &grant, NULL), SCRIP_OK);
    assert_int_equal(scrip_metronome_grant_next(list, &grant, &world.error), SCRIP_NOT_FOUND);
    assert_int_equal(scrip_metronome_grant_next(list, &grant, &world.error), SCRIP_MALFORMED);
    assert_non_null(strstr(world.error.message, "data[0].id must be a string"));
    assert_non_null(world.error.body);
    assert_string_equal(grant->id, "1"); /* still there */
    assert_int_equal(scrip_metronome_grant_next(list, &grant, &world.error), SCRIP_OK);
    assert_string_equal(grant->id, "2");
    assert_int_equal(scrip_metronome_grant_next(list, &grant, &world.error), SCRIP_END);
    for (size_t i = 1; i < 4; i++)
        assert_memory_equal(server_request(world.server, i),
                            "POST /v1/credits/listGrants?next_page=two H", 43);
    scrip_list_close(list);
}

static void pages_that_are_none(void **state)
{
    static const char *const bodies[] = {
        REPLY("200 OK", "", "[]"),
        REPLY("200 OK", "", "{}"),
        REPLY("200 OK", "", "{\"data\":{}}"),
        REPLY("200 OK", "", "{\"data\":[1]}"),
        REPLY("200 OK", "", "{\"data\":[null]}"),
        REPLY("200 OK", "", "{\"data\":[],\"next_page\":5}"),
    };

    for (size_t i = 0; i < array_count(bodies); i++) {
        const struct act act = { bodies[i], KEEP };
        const struct scrip_metronome_grant *grant = NULL;
        struct scrip_list *list = NULL;

        world_open(&world, &act, 1, NULL);
        assert_int_equal(scrip_metronome_grant_list(world.client, NULL, NULL, &list, NULL),
                         SCRIP_OK);
        assert_int_equal(scrip_metronome_grant_next(list, &grant, &world.error), SCRIP_MALFORMED);
        assert_null(grant);
        scrip_list_close(list);
        if (i + 1 < array_count(bodies))
            world_close(&world);
    }
}

/* An SDK would ask for it for ever. */
static void a_page_that_points_to_itself(void **state)
{
    const struct act acts[] = { { PAGE(GRANT("1"), "\"x\""), KEEP },
                                { PAGE(GRANT("2"), "\"x\""), KEEP } };
    const struct scrip_metronome_grant *grant = NULL;
    struct scrip_list *list = NULL;

    world_open(&world, acts, array_count(acts), NULL);
    assert_int_equal(scrip_metronome_grant_list(world.client, NULL, NULL, &list, NULL), SCRIP_OK);
    assert_int_equal(scrip_metronome_grant_next(list, &grant, NULL), SCRIP_OK);
    assert_int_equal(scrip_metronome_grant_next(list, &grant, &world.error), SCRIP_MALFORMED);
    assert_non_null(strstr(world.error.message, "points to itself"));
    scrip_list_close(list);
}

static void ledgers(void **state)
{
    static const char reply[] = REPLY(
        "200 OK", "",
        "{\"data\":[{\"customer_id\":\"c\",\"ledgers\":[{" UNIT ",\"starting_balance\":"
        "{\"excluding_pending\":0,\"including_pending\":0,\"effective_at\":"
        "\"2026-01-01T00:00:00.000Z\"},\"ending_balance\":{\"excluding_pending\":400,"
        "\"including_pending\":110},\"entries\":[{\"amount\":400,\"running_balance\":400,"
        "\"invoice_id\":null}],\"pending_entries\":[{\"amount\":-290,\"running_balance\":110}]}]}],"
        "\"next_page\":null}");
    const struct act act = { reply, KEEP };
    const struct scrip_metronome_ledger_list_params params = { .sort = SCRIP_NEWEST_FIRST };
    const struct scrip_metronome_customer_ledgers *customer = NULL;
    struct scrip_list *list = NULL;

    world_open(&world, &act, 1, NULL);
    assert_int_equal(scrip_metronome_ledger_list(world.client, &params, NULL, &list, NULL),
                     SCRIP_OK);
    assert_int_equal(scrip_metronome_ledger_next(list, &customer, &world.error), SCRIP_OK);
    assert_memory_equal(server_request(world.server, 0), "POST /v1/credits/listEntries?sort=desc H",
                        40);
    assert_string_equal(server_body(world.server, 0), "{}");
    assert_string_equal(customer->ledgers[0].credit_type.name, "USD (cents)");
    assert_int_equal(scrip_decimal_compare(customer->ledgers[0].pending_entries[0].amount,
                                           scrip_decimal_of("-290")),
                     0);
    assert_null(customer->ledgers[0].entries[0].invoice_id);
    assert_int_equal(scrip_metronome_ledger_next(list, &customer, NULL), SCRIP_END);
    scrip_list_close(list);
}

static void credit_types(void **state)
{
    const struct act act = {
        PAGE("{\"id\":\"t\",\"name\":\"USD (cents)\",\"is_currency\":true},{}", "null"), KEEP
    };
    const struct scrip_metronome_credit_type_list_params params = { .limit = 100 };
    const struct scrip_metronome_credit_type *type = NULL;
    struct scrip_list *list = NULL;

    world_open(&world, &act, 1, NULL);
    assert_int_equal(scrip_metronome_credit_type_list(world.client, &params, NULL, &list, NULL),
                     SCRIP_OK);
    assert_int_equal(scrip_metronome_credit_type_next(list, &type, &world.error), SCRIP_OK);
    assert_memory_equal(server_request(world.server, 0), "GET /v1/credit-types/list?limit=100 H",
                        37);
    assert_int_equal(type->is_currency, SCRIP_YES);
    assert_int_equal(scrip_metronome_credit_type_next(list, &type, &world.error), SCRIP_OK);
    assert_null(type->id);
    assert_int_equal(type->is_currency, SCRIP_UNSET);
    scrip_list_close(list);
}

static void customers_by_ids(void **state)
{
    const struct act act = { PAGE("{\"id\":\"c\",\"ingest_aliases\":[\"a\"]}", "null"), KEEP };
    const char *ids[] = { "c-1", "c-2" };
    const struct scrip_metronome_customer_list_params params = { .customer_ids = ids,
                                                                 .customer_id_count = 2 };
    const struct scrip_metronome_customer *customer = NULL;
    struct scrip_list *list = NULL;

    world_open(&world, &act, 1, NULL);
    assert_int_equal(scrip_metronome_customer_list(world.client, &params, NULL, &list, NULL),
                     SCRIP_OK);
    assert_int_equal(scrip_metronome_customer_next(list, &customer, &world.error), SCRIP_OK);
    assert_memory_equal(server_request(world.server, 0),
                        "GET /v1/customers?customer_ids=c-1%2Cc-2 H", 42);
    assert_string_equal(customer->ingest_aliases[0], "a");
    scrip_list_close(list);
}

static void entries_of_our_own(void **state)
{
    const struct act acts[] = {
        { REPLY("200 OK", "",
                "{\"data\":[{\"sequence\":2,\"kind\":\"draw\",\"amount\":\"-5\",\"balance\":"
                "{\"posted\":\"5\"}}],\"next\":\"n\"}"),
          KEEP },
        { REPLY("200 OK", "", "{\"data\":[],\"next\":null}"), KEEP },
    };
    const struct scrip_entry_list_params params = { .order = SCRIP_OLDEST_FIRST, .limit = 1 };
    const struct scrip_entry *entry = NULL;
    struct scrip_list *list = NULL;

    world_open(&world, acts, 2, NULL);
    assert_int_equal(scrip_entry_list(world.client, "a/b", &params, NULL, &list, NULL), SCRIP_OK);
    assert_int_equal(scrip_entry_next(list, &entry, &world.error), SCRIP_OK);
    assert_string_equal(entry->kind, "draw");
    assert_int_equal(scrip_entry_next(list, &entry, &world.error), SCRIP_END);
    assert_memory_equal(server_request(world.server, 1),
                        "GET /scrip/v1/customers/a%2Fb/entries?limit=1&order=asc&cursor=n H", 66);
    scrip_list_close(list);
}

static void the_whole_book(void **state)
{
    const struct act acts[] = {
        { REPLY("200 OK", "",
                "{\"data\":[{\"sequence\":1,\"customer\":\"c\",\"credit_type\":{\"id\":\"t\"}}],"
                "\"next\":\"n\"}"),
          KEEP },
        { REPLY("200 OK", "", "{\"data\":[],\"next\":null}"), KEEP },
    };
    const struct scrip_entry *entry = NULL;
    struct scrip_list *list = NULL;

    world_open(&world, acts, 2, NULL);
    assert_int_equal(scrip_entry_list(world.client, NULL, NULL, NULL, &list, NULL), SCRIP_OK);
    assert_int_equal(scrip_entry_next(list, &entry, &world.error), SCRIP_OK);
    assert_string_equal(entry->customer, "c");
    assert_int_equal(scrip_entry_next(list, &entry, &world.error), SCRIP_END);
    assert_memory_equal(server_request(world.server, 0), "GET /scrip/v1/entries?format=json H", 35);
    assert_memory_equal(server_request(world.server, 1),
                        "GET /scrip/v1/entries?format=json&cursor=n H", 44);
    scrip_list_close(list);
}

#define OWN_PAGE(item) REPLY("200 OK", "", "{\"data\":[" item "],\"next\":null}")

static void customers_holds_and_keys(void **state)
{
    const struct act acts[] = {
        { OWN_PAGE("{\"id\":\"c\",\"name\":\"N\"}"), KEEP },
        { OWN_PAGE("{\"id\":\"h\",\"status\":\"open\",\"amount\":\"5\"}"), KEEP },
        { OWN_PAGE("{\"client_id\":\"k\",\"requests_per_second\":0}"), KEEP },
        { OWN_PAGE("{\"id\":\"g\",\"amount\":\"5\"}"), KEEP },
    };
    const struct scrip_customer_list_params customers = { .alias = "a b",
                                                          .with_archived = SCRIP_YES };
    const struct scrip_hold_list_params holds = { .customer = "acme" };
    const struct scrip_key_list_params keys = { .limit = 5 };
    const struct scrip_grant_list_params grants = { .with_voided = SCRIP_NO };
    const struct scrip_customer *customer = NULL;
    const struct scrip_hold *hold = NULL;
    const struct scrip_key *key = NULL;
    const struct scrip_grant *grant = NULL;
    struct scrip_list *list = NULL;

    world_open(&world, acts, array_count(acts), NULL);
    assert_int_equal(scrip_customer_list(world.client, &customers, NULL, &list, NULL), SCRIP_OK);
    assert_int_equal(scrip_customer_next(list, &customer, &world.error), SCRIP_OK);
    assert_string_equal(customer->name, "N");
    scrip_list_close(list);
    assert_int_equal(scrip_hold_list(world.client, &holds, NULL, &list, NULL), SCRIP_OK);
    assert_int_equal(scrip_hold_next(list, &hold, &world.error), SCRIP_OK);
    assert_string_equal(hold->status, "open");
    scrip_list_close(list);
    assert_int_equal(scrip_key_list(world.client, &keys, NULL, &list, NULL), SCRIP_OK);
    assert_int_equal(scrip_key_next(list, &key, &world.error), SCRIP_OK);
    assert_true(key->requests_per_second.is_given);
    scrip_list_close(list);
    assert_int_equal(scrip_grant_list(world.client, &grants, NULL, &list, NULL), SCRIP_OK);
    assert_int_equal(scrip_grant_next(list, &grant, &world.error), SCRIP_OK);
    assert_string_equal(grant->id, "g");
    scrip_list_close(list);
    assert_memory_equal(server_request(world.server, 0),
                        "GET /scrip/v1/customers?alias=a%20b&with_archived=true H", 56);
    assert_memory_equal(server_request(world.server, 1), "GET /scrip/v1/holds?customer=acme H", 35);
    assert_memory_equal(server_request(world.server, 2), "GET /scrip/v1/keys?limit=5 H", 28);
    assert_memory_equal(server_request(world.server, 3), "GET /scrip/v1/grants?with_voided=false H",
                        40);
}

static void a_list_of_other_things(void **state)
{
    const struct scrip_metronome_grant *grant = NULL;
    struct scrip_list *list = NULL;

    world_open(&world, NULL, 0, NULL);
    assert_int_equal(scrip_grant_list(world.client, NULL, NULL, &list, NULL), SCRIP_OK);
    assert_int_equal(scrip_metronome_grant_next(list, &grant, &world.error), SCRIP_USAGE);
    assert_int_equal(scrip_metronome_grant_next(NULL, &grant, &world.error), SCRIP_USAGE);
    assert_int_equal(scrip_grant_next(list, NULL, &world.error), SCRIP_USAGE);
    assert_int_equal(scrip_entry_list(world.client, "", NULL, NULL, &list, &world.error),
                     SCRIP_USAGE);
    assert_int_equal(server_request_count(world.server), 0);
    scrip_list_close(list);
}

#define CASE(test) cmocka_unit_test_teardown(test, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(three_pages),
        CASE(a_page_that_fails_once),
        CASE(pages_that_are_none),
        CASE(a_page_that_points_to_itself),
        CASE(ledgers),
        CASE(credit_types),
        CASE(customers_by_ids),
        CASE(entries_of_our_own),
        CASE(the_whole_book),
        CASE(customers_holds_and_keys),
        CASE(a_list_of_other_things),
    };

    return cmocka_run_group_tests_name("lists", tests, NULL, NULL);
}
