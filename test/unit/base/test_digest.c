/* SHA-256 and HMAC against published vectors. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include "base/digest.h"

static void hex_is(struct digest digest, const char *expected)
{
    char hex[2 * DIGEST_BYTES + 1];

    digest_to_hex(&digest, hex);
    assert_string_equal(hex, expected);
}

/* FIPS 180-4. */
#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void a_digest_is_sha256(void **state)
{
    hex_is(digest_sha256("", 0), EMPTY);
    hex_is(digest_sha256(NULL, 0), EMPTY);
    hex_is(digest_sha256("abc", 3), ABC);
}

static void an_hmac_is_that_of_rfc_4231(void **state)
{
    hex_is(digest_hmac_sha256("Jefe", 4, STR("what do ya want for nothing?")),
           "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    hex_is(digest_hmac_sha256("", 0, STR_NONE),
           "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void an_hmac_of_any_length_is_that_of_openssl(void **state)
{
    uint8_t key[80], text[400];

    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)(7 * i + 1);
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (uint8_t)(13 * i);
    for (size_t key_size = 0; key_size <= sizeof key; key_size += 8) {
        for (size_t len = 0; len <= sizeof text; len++) {
            struct str message = { .data = (const char *)text, .len = len };
            struct digest ours = digest_hmac_sha256(key, key_size, message);
            struct digest theirs;

            assert_non_null(HMAC(EVP_sha256(), key, (int)key_size, text, len, theirs.bytes, NULL));
            assert_memory_equal(ours.bytes, theirs.bytes, DIGEST_BYTES);
        }
    }
}

static void a_stream_gives_the_digest_of_its_pieces_and_starts_anew(void **state)
{
    struct digest_stream stream;

    digest_stream_init(&stream);
    hex_is(digest_stream_take(&stream), EMPTY);
    digest_stream_add(&stream, "a", 1);
    digest_stream_add(&stream, "", 0);
    digest_stream_add(&stream, "bc", 2);
    hex_is(digest_stream_take(&stream), ABC);
    digest_stream_add(&stream, "abc", 3);
    hex_is(digest_stream_take(&stream), ABC);
}

static void digests_are_equal_to_the_last_bit(void **state)
{
    struct digest a = digest_sha256("abc", 3), b = a;

    assert_true(digest_equals(&a, &b));
    b.bytes[DIGEST_BYTES - 1] ^= 1;
    assert_false(digest_equals(&a, &b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_digest_is_sha256),
        cmocka_unit_test(an_hmac_is_that_of_rfc_4231),
        cmocka_unit_test(an_hmac_of_any_length_is_that_of_openssl),
        cmocka_unit_test(a_stream_gives_the_digest_of_its_pieces_and_starts_anew),
        cmocka_unit_test(digests_are_equal_to_the_last_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
