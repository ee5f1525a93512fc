/* Who is asking: Bearers and pairs against a snapshot of keys. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "api/auth.h"

#define NAMES(name, value)                                                                         \
    {                                                                                              \
        STR_INIT(name), STR_INIT(value)                                                            \
    }

static struct key keys[4];
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
    return 0;
}

/* The number of the key that these headers open; 0: none. */
static uint32_t bearer(const char *value)
{
    struct http_header header = { STR("Authorization"), str_from_c(value) };
    struct request request = { .headers = &header, .header_count = 1 };
    struct caller caller = { .key = 0 };

    return auth_bearer(&snapshot, &request, &caller) ? caller.key : 0;
}

static uint32_t pair(struct http_header id, struct http_header secret)
{
    struct http_header headers[] = { id, secret };
    struct request request = { .headers = headers, .header_count = 2 };
    struct caller caller = { .key = 0 };

    return auth_pair(&snapshot, &request, &caller) ? caller.key : 0;
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

static void the_caller_is_who_the_key_says(void **state)
{
    struct http_header header = NAMES("Authorization", "Bearer My Bearer Token");
    struct request request = { .headers = &header, .header_count = 1 };
    struct caller caller;

    assert_true(auth_bearer(&snapshot, &request, &caller));
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
        cmocka_unit_test(the_caller_is_who_the_key_says),
    };

    return cmocka_run_group_tests(tests, keys_set_up, NULL);
}
