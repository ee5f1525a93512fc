/* The requests of the benchmark say what they are to say, and how long they are. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "request.h"

static char bytes[65536];

static const char *made(struct request_kind kind, uint64_t number)
{
    struct request_text text;
    const char *body;

    kind.secret = "secret";
    assert_true(request_text_init(&text, &kind));
    assert_true(text.len < sizeof bytes);
    request_write(&text, number, bytes);
    bytes[text.len] = '\0';
    assert_int_equal(strlen(bytes), text.len);
    assert_non_null(strstr(bytes, "\r\nAuthorization: Bearer secret\r\n"));
    body = strstr(bytes, "\r\n\r\n");
    assert_non_null(body);
    if (strncmp(bytes, "POST", 4) == 0) {
        const char *length = strstr(bytes, "Content-Length: ");

        assert_non_null(length);
        assert_int_equal(strlen(body + 4), strtoul(length + 16, NULL, 10));
    }
    free(text.bytes);
    return bytes;
}

static void a_deduction_names_its_customer_and_its_key(void **state)
{
    const char *text = made((struct request_kind){ .kind = "deduct", .customers = 100 }, 3);

    assert_non_null(strstr(text, "\"00000000-0000-4000-8000-000000000039\"")); /* 3 * 7919 % 100 */
    assert_null(strstr(text, "Idempotency-Key"));
    text = made((struct request_kind){ .kind = "deduct", .customers = 100, .run = "r1" }, 42);
    assert_non_null(strstr(text, "\r\nIdempotency-Key: r1-000000000042\r\n"));
}

static void no_customer_is_left_out(void **state)
{
    int seen[100] = { 0 };

    for (uint64_t i = 0; i < 100; i++) {
        const char *text = made((struct request_kind){ .kind = "balance", .customers = 100 }, i);

        seen[strtoul(strstr(text, "-8000-") + 6, NULL, 16)]++;
    }
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(seen[i], 1);
}

static void a_batch_goes_on_where_the_one_before_ended(void **state)
{
    struct request_kind kind = {
        .kind = "batch", .customers = 1000000, .batch_size = 3, .run = "r2"
    };
    const char *text = made(kind, 2);

    assert_non_null(strstr(text, "-8000-00000000b99a\"")); /* 6 * 7919 */
    assert_non_null(strstr(text, "\"idempotency_key\":\"r2-000000000006\"},{"));
    assert_non_null(strstr(text, "\"idempotency_key\":\"r2-000000000007\"},{"));
    assert_non_null(strstr(text, "\"idempotency_key\":\"r2-000000000008\"}]}"));
}

static void grants_come_in_order_of_priority(void **state)
{
    struct request_kind kind = { .kind = "grant", .customers = 10, .first = 5 };
    const char *text = made(kind, 4);

    assert_non_null(strstr(text, "-8000-000000000009\""));
    assert_non_null(strstr(text, "\"amount\":\"1000000\",\"priority\":1}"));
    text = made(kind, 29);
    assert_non_null(strstr(text, "-8000-00000000000e\""));
    assert_non_null(strstr(text, "\"amount\":\"3000000\",\"priority\":3}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deduction_names_its_customer_and_its_key),
        cmocka_unit_test(no_customer_is_left_out),
        cmocka_unit_test(a_batch_goes_on_where_the_one_before_ended),
        cmocka_unit_test(grants_come_in_order_of_priority),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
