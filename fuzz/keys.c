/* The headers that say who asks, and under which key: one line of the input is one header.
 *
 * Only one of the known secrets opens anything, and to each idempotency key its own fingerprint. */
#include "api/auth.h"
#include "api/idempotency.h"
#include "base/limits.h"
#include "fuzz.h"
#include "ledger/keys.h"

#define HEADERS_MAX 16
#define SECRET STR("My Bearer Token")
#define CUSTOMER_SECRET STR("sk_test.a customer's")
#define NOW ((struct instant){ .us = 1000 })
#define CLIENT STR("kci_3c90e9ac92c64f31ae8ed84d21e18740")

static struct key keys[2];
static struct key_snapshot snapshot = { .keys = keys, .key_count = 2, .pepper = { 1, 2, 3 } };

static struct digest hmac_of(struct str secret)
{
    return digest_hmac_sha256(snapshot.pepper, sizeof snapshot.pepper, secret);
}

/* One of the business, and one that a customer of it has. */
static void start(void)
{
    keys[0] = (struct key){
        .number = 7,
        .client_id = CLIENT,
        .environment = ENVIRONMENT_TEST,
        .scope = KEY_SCOPE_READ,
        .secret_hmac = hmac_of(SECRET),
        .revoked_at = INSTANT_NEVER,
    };
    keys[1] = (struct key){
        .number = 8,
        .client_id = STR("kci_own"),
        .environment = ENVIRONMENT_TEST,
        .scope = KEY_SCOPE_WRITE,
        .secret_hmac = hmac_of(CUSTOMER_SECRET),
        .revoked_at = INSTANT_NEVER,
        .customer = 9,
        .customer_client_id = STR("acme"),
    };
    arena_init(&snapshot.arena, 1 << 16);
    assert(key_snapshot_index(&snapshot) == OK);
}

static size_t headers_read(struct str input, struct http_header *headers)
{
    size_t count = 0;

    while (input.len > 0 && count < HEADERS_MAX) {
        struct str value, rest, line = str_split(input, '\n', &rest);

        headers[count].name = str_split(line, ':', &value);
        if (value.len > 0 && value.data[0] == ' ')
            value = str_skip(value, 1);
        headers[count++].value = value;
        input = rest;
    }
    return count;
}

static bool is_fine(struct str key)
{
    for (size_t i = 0; i < key.len; i++) {
        if ((unsigned char)key.data[i] < ' ' || (unsigned char)key.data[i] > '~')
            return false;
    }
    return key.len > 0 && key.len <= IDEMPOTENCY_KEY_BYTES_MAX;
}

static bool ends_with(struct str text, struct str end)
{
    return text.len >= end.len && str_equals(str_skip(text, text.len - end.len), end);
}

static void check_auth(const struct request *request)
{
    struct str bearer = request_header(request, STR("authorization"));
    struct caller caller;

    if (auth_bearer(&snapshot, request, NOW, &caller)) {
        assert(caller.key == 7 && caller.scope == KEY_SCOPE_READ);
        assert(ends_with(bearer, SECRET));
    }
    if (auth_pair(&snapshot, request, NOW, &caller)) {
        assert(caller.key == 7);
        assert(str_equals(request_header(request, STR("kable-client-secret")), SECRET));
        assert(str_equals(request_header(request, STR("kable-client-id")), CLIENT));
    }
    if (auth_customer(&snapshot, request, NOW, &caller)) {
        struct str secret = request_header(request, STR("x-api-key"));

        assert(str_equals(secret, caller.key == 8 ? CUSTOMER_SECRET : SECRET));
    }
}

static void check_idempotency(const struct request *request)
{
    struct idempotency test, live;
    struct blame blame;
    struct str key = STR_NONE;
    size_t count = 0;
    enum err e;

    for (size_t i = 0; i < request->header_count; i++) {
        if (!str_equals_ignoring_case(request->headers[i].name, STR("idempotency-key")))
            continue;
        key = request->headers[i].value;
        count++;
    }
    e = idempotency_read(request, ENVIRONMENT_TEST, &test, &blame);
    assert(e == (count == 0 || (count == 1 && is_fine(key)) ? OK : ERR_MALFORMED));
    if (e != OK || count == 0)
        return;
    assert(test.given);
    assert(idempotency_read(request, ENVIRONMENT_LIVE, &live, &blame) == OK);
    assert(!digest_equals(&test.key, &live.key));
    assert(digest_equals(&test.request, &live.request));
}

void fuzz_one(struct str input)
{
    struct http_header headers[HEADERS_MAX];
    struct request request = { .method = HTTP_POST, .path = STR("/"), .headers = headers };

    if (keys[0].number == 0)
        start();
    request.header_count = headers_read(input, headers);
    check_auth(&request);
    check_idempotency(&request);
}
