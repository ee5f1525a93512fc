/* Who is asking: Bearers and pairs against a snapshot of keys. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "api/auth.h"
#include "ledger/keys.h"

#define NAMES(name, value)                                                                         \
    {                                                                                              \
        STR_INIT(name), STR_INIT(value)                                                            \
    }

#define NOW ((struct instant){ .us = 1000 })

static struct key keys[7];
static struct key_snapshot snapshot;

static void key_add(uint32_t number, struct str client_id, struct str secret)
{
    keys[snapshot.key_count++] = (struct key){
        .number = number,
        .client_id = client_id,
        .environment = number == 2 ? ENVIRONMENT_LIVE : ENVIRONMENT_TEST,
        .scope = KEY_SCOPE_WRITE,
        .secret_hmac = digest_hmac_sha256(snapshot.pepper, sizeof(snapshot.pepper), secret),
        .revoked_at = INSTANT_NEVER,
    };
}

/* Two environments of one business, a key that is revoked, and a customer's own. */
static int keys_set_up(void **state)
{
    snapshot.keys = keys;
    snapshot.pepper[0] = 7;
    key_add(1, STR("kci_a"), STR("sk_test.aaaa"));
    key_add(2, STR("kci_a"), STR("My Bearer Token"));
    key_add(3, STR("kci_b"), STR("sk_test.bbbb"));
    keys[2].revoked_at = (struct instant){ .us = 1 };
    key_add(4, STR("kci_a"), STR("sk_test.cccc"));
    keys[3].customer = 9;
    keys[3].customer_id.uuid.bytes[0] = 9;
    keys[3].customer_client_id = STR("acme");
    key_add(5, STR("kci_own"), STR("sk_live.dddd"));
    keys[4].customer = 9;
    keys[4].environment = ENVIRONMENT_LIVE;
    keys[4].customer_client_id = STR("acme");
    key_add(6, STR("kci_own2"), STR("sk_test.eeee"));
    keys[5] = keys[3];
    keys[5].number = 6;
    keys[5].secret_hmac =
        digest_hmac_sha256(snapshot.pepper, sizeof(snapshot.pepper), STR("sk_test.eeee"));
    keys[5].revoked_at = (struct instant){ .us = 1001 };
    key_add(7, STR("kci_only_live"), STR("sk_live.ffff"));
    keys[6].environment = ENVIRONMENT_LIVE;
    arena_init(&snapshot.arena, 1 << 16);
    return key_snapshot_index(&snapshot) == OK ? 0 : 1;
}

/* The number of the key that these headers open; 0: none. */
static uint32_t bearer(const char *value)
{
    struct http_header header = { STR("Authorization"), str_from_c(value) };
    struct request request = { .headers = &header, .header_count = 1 };
    struct caller caller = { .key = 0 };

    return auth_bearer(&snapshot, &request, NOW, &caller) ? caller.key : 0;
}

static uint32_t pair(struct http_header id, struct http_header secret)
{
    struct http_header headers[] = { id, secret };
    struct request request = { .headers = headers, .header_count = 2 };
    struct caller caller = { .key = 0 };

    return auth_pair(&snapshot, &request, NOW, &caller) ? caller.key : 0;
}

static void a_bearer_is_found_by_its_secret(void **state)
{
    assert_int_equal(bearer("Bearer sk_test.aaaa"), 1);
    assert_int_equal(bearer("bearer sk_test.aaaa"), 1);
    assert_int_equal(bearer("BEARER   sk_test.aaaa"), 1);
    assert_int_equal(bearer("Bearer My Bearer Token"), 2);
}

static void what_is_not_exactly_a_secret_opens_nothing(void **state)
{
    static const char *const values[] = {
        "",
        "Bearer",
        "Bearer ",
        "sk_test.aaaa",
        "Basic sk_test.aaaa",
        "Bearersk_test.aaaa",
        "Bearer sk_test.aaa",
        "Bearer sk_test.aaaaa",
        "Bearer SK_TEST.AAAA",
        "Bearer My Bearer  Token",
        "Bearer sk_test.bbbb", /* revoked */
        "Bearer sk_test.cccc", /* a customer's own */
    };

    for (size_t i = 0; i < array_count(values); i++)
        assert_int_equal(bearer(values[i]), 0);
}

static void a_secret_of_any_length_is_no_danger(void **state)
{
    static char value[100000];

    for (size_t i = 0; i < sizeof(value) - 1; i++)
        value[i] = i < 7 ? "Bearer "[i] : 'x';
    assert_int_equal(bearer(value), 0);
}

static void a_pair_must_be_of_one_key(void **state)
{
    struct http_header a = NAMES("Kable-Client-Id", "kci_a");
    struct http_header b = NAMES("KABLE-CLIENT-ID", "kci_b");
    struct http_header none = NAMES("X-Client-Id", "kci_a");
    struct http_header test = NAMES("kable-client-secret", "sk_test.aaaa");
    struct http_header live = NAMES("Kable-Client-Secret", "My Bearer Token");

    assert_int_equal(pair(a, test), 1);
    assert_int_equal(pair(live, a), 2); /* in any order */
    assert_int_equal(pair(b, test), 0);
    assert_int_equal(pair(none, test), 0);
    assert_int_equal(pair(a, none), 0);
}

/* The number of the key that a customer has shown; 0: none. */
static uint32_t shown_at(struct instant now, const char *business, const char *name,
                         const char *secret)
{
    struct http_header headers[] = {
        { STR("KABLE-CLIENT-ID"), str_from_c(business) },
        { STR("X-API-KEY"), str_from_c(secret) },
        { STR("X-CLIENT-ID"), str_from_c(name) },
    };
    struct request request = { .headers = headers, .header_count = name[0] == 0 ? 2 : 3 };
    struct caller caller = { .key = 0 };

    return auth_customer(&snapshot, &request, now, &caller) ? caller.key : 0;
}

static uint32_t shown(const char *business, const char *name, const char *secret)
{
    return shown_at(NOW, business, name, secret);
}

static void a_customer_is_known_by_its_own_key(void **state)
{
    assert_int_equal(shown("kci_a", "acme", "sk_test.cccc"), 4);
    assert_int_equal(shown("kci_a", "", "sk_test.cccc"), 4);
    assert_int_equal(shown("kci_a", "cus_09000000000000000000000000000000", "sk_test.cccc"), 4);
    assert_int_equal(shown("kci_a", "other", "sk_test.cccc"), 0);
    assert_int_equal(shown("kci_a", "acme", "sk_test.zzzz"), 0);
    assert_int_equal(shown("kci_b", "acme", "sk_test.cccc"), 0); /* its only key is revoked */
    assert_int_equal(shown("kci_none", "acme", "sk_test.cccc"), 0);
    assert_int_equal(shown("", "acme", "sk_test.cccc"), 0);
}

static void a_key_is_of_one_environment(void **state)
{
    assert_int_equal(shown("kci_only_live", "acme", "sk_live.dddd"), 5);
    assert_int_equal(shown("kci_only_live", "acme", "sk_test.cccc"), 0);
}

static void a_key_that_will_be_revoked_opens_until_then(void **state)
{
    assert_int_equal(shown("kci_a", "acme", "sk_test.eeee"), 6);
    assert_int_equal(shown_at((struct instant){ .us = 1001 }, "kci_a", "acme", "sk_test.eeee"), 0);
}

static void a_business_may_show_its_own(void **state)
{
    assert_int_equal(shown("kci_a", "kci_a", "sk_test.aaaa"), 1);
    assert_int_equal(shown("kci_a", "acme", "sk_test.aaaa"), 0);
    assert_int_equal(shown("kci_only_live", "kci_a", "sk_test.aaaa"), 0);
}

static void the_caller_is_who_the_key_says(void **state)
{
    struct http_header header = NAMES("Authorization", "Bearer My Bearer Token");
    struct request request = { .headers = &header, .header_count = 1 };
    struct caller caller;

    assert_true(auth_bearer(&snapshot, &request, NOW, &caller));
    assert_int_equal(caller.environment, ENVIRONMENT_LIVE);
    assert_int_equal(caller.scope, KEY_SCOPE_WRITE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bearer_is_found_by_its_secret),
        cmocka_unit_test(what_is_not_exactly_a_secret_opens_nothing),
        cmocka_unit_test(a_secret_of_any_length_is_no_danger),
        cmocka_unit_test(a_pair_must_be_of_one_key),
        cmocka_unit_test(a_customer_is_known_by_its_own_key),
        cmocka_unit_test(a_key_is_of_one_environment),
        cmocka_unit_test(a_key_that_will_be_revoked_opens_until_then),
        cmocka_unit_test(a_business_may_show_its_own),
        cmocka_unit_test(the_caller_is_who_the_key_says),
    };

    return cmocka_run_group_tests(tests, keys_set_up, NULL);
}
