/* Ids: one value, two spellings, and numbers of the book that look like ids. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "domain/id.h"

#define TEXT "ca18b2c0-4a4f-4c1e-8b5d-0123456789ab"
#define HEX "ca18b2c04a4f4c1e8b5d0123456789ab"

static struct uuid parsed(struct str text)
{
    struct uuid uuid = { .bytes = { 0 } };

    assert_int_equal(uuid_parse_either(text, CUSTOMER_PREFIX, &uuid), OK);
    return uuid;
}

static void both_spellings_name_one_thing(void **state)
{
    struct uuid uuid = parsed(STR(TEXT));
    char text[UUID_TEXT_SIZE], prefixed[PREFIXED_ID_SIZE];

    assert_int_equal(uuid.bytes[0], 0xca);
    assert_int_equal(uuid.bytes[15], 0xab);
    assert_true(uuid_equals(uuid, parsed(STR("cus_" HEX))));
    uuid_format(uuid, text);
    assert_memory_equal(text, TEXT, sizeof text);
    uuid_format_prefixed(uuid, GRANT_PREFIX, prefixed);
    assert_memory_equal(prefixed, "crd_" HEX, sizeof prefixed);
}

static void letter_case_does_not_matter(void **state)
{
    assert_true(
        uuid_equals(parsed(STR(TEXT)), parsed(STR("CA18B2C0-4A4F-4C1E-8B5D-0123456789AB"))));
}

static void anything_else_is_malformed_and_changes_nothing(void **state)
{
    static const char *const texts[] = {
        "",
        "cus_",
        "cus_" TEXT,
        HEX,
        "crd_" HEX,
        "cus_" HEX "0",
        TEXT "0",
        "ca18b2c0-4a4f-4c1e-8b5d-0123456789a",
        "ca18b2c0-4a4f-4c1e-8b5d-0123456789ag",
        "ca18b2c0 4a4f-4c1e-8b5d-0123456789ab",
        "ca18b2c-04a4f-4c1e-8b5d-0123456789ab",
        "{a18b2c0-4a4f-4c1e-8b5d-0123456789a}",
        " a18b2c0-4a4f-4c1e-8b5d-0123456789ab",
        "cus_ca18b2c04a4f4c1e8b5d0123456789a-",
        "CUS_" HEX,
    };

    for (size_t i = 0; i < array_count(texts); i++) {
        struct uuid uuid = { .bytes = { 7 } };

        assert_int_equal(uuid_parse_either(str_from_c(texts[i]), CUSTOMER_PREFIX, &uuid),
                         ERR_MALFORMED);
        assert_int_equal(uuid.bytes[0], 7);
    }
    assert_int_equal(uuid_parse(STR("cus_" HEX), &(struct uuid){ .bytes = { 0 } }), ERR_MALFORMED);
}

/* Digits are read eight at a time: a neighbour must not make one of what is none, nor change it. */
static void each_byte_at_each_place_is_a_digit_or_malformed(void **state)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    static const char fills[] = "0f9A";

    for (size_t place = 0; place < 32; place++) {
        for (int byte = 0; byte < 256; byte++) {
            const char *found = byte == 0 ? NULL : strchr(digits, byte);
            char text[] = "cus_" HEX;
            struct uuid uuid = { .bytes = { 0 } };
            enum err e;
            int read;

            memset(text + 4, fills[byte % 4], 32);
            text[4 + place] = (char)byte;
            e = uuid_parse_either((struct str){ text, sizeof text - 1 }, CUSTOMER_PREFIX, &uuid);
            assert_int_equal(e, found == NULL ? ERR_MALFORMED : OK);
            if (found == NULL)
                continue;
            read = place % 2 == 0 ? uuid.bytes[place / 2] >> 4 : uuid.bytes[place / 2] & 15;
            assert_int_equal(read, (found - digits) % 16);
        }
    }
}

static void ids_are_equal_or_not_and_have_a_zero(void **state)
{
    struct uuid a = { .bytes = { 1, 2 } }, b = { .bytes = { 1, 3 } };

    assert_true(uuid_equals(a, a));
    assert_false(uuid_equals(a, b));
    assert_false(uuid_is_zero(a));
    assert_true(uuid_is_zero((struct uuid){ .bytes = { 0 } }));
}

static void random_ids_are_of_version_4(void **state)
{
    uint8_t random[16];
    struct uuid uuid;

    for (int fill = 0; fill < 256; fill += 51) {
        memset(random, fill, sizeof random);
        uuid = uuid_from_random(random);
        assert_int_equal(uuid.bytes[6] >> 4, 4);
        assert_int_equal(uuid.bytes[8] >> 6, 2);
        assert_int_equal(uuid.bytes[0], fill);
    }
}

static void numbers_of_the_book_come_back_out_of_their_ids(void **state)
{
    static const uint64_t sequences[] = { 1, 255, 256, UINT64_C(1) << 56, UINT64_MAX };

    for (size_t i = 0; i < array_count(sequences); i++) {
        struct uuid uuid = uuid_from_sequence('d', sequences[i]);
        uint64_t sequence = 0;

        assert_int_equal(uuid.bytes[6] >> 4, 8);
        assert_int_equal(uuid.bytes[8] >> 6, 2);
        assert_true(uuid_to_sequence(uuid, 'd', &sequence));
        assert_true(sequence == sequences[i]);
        /* A hold's id is not a deduction's. */
        assert_false(uuid_to_sequence(uuid, 'h', &sequence));
        uuid.bytes[7] ^= 1;
        assert_false(uuid_to_sequence(uuid, 'd', &sequence));
    }
}

static void other_ids_are_not_numbers(void **state)
{
    uint64_t sequence = 5;
    struct uuid none = uuid_from_sequence('d', 1);

    none.bytes[15] = 0;
    assert_false(uuid_to_sequence(none, 'd', &sequence));
    assert_false(uuid_to_sequence(parsed(STR(TEXT)), 'd', &sequence));
    assert_int_equal(sequence, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_spellings_name_one_thing),
        cmocka_unit_test(letter_case_does_not_matter),
        cmocka_unit_test(anything_else_is_malformed_and_changes_nothing),
        cmocka_unit_test(each_byte_at_each_place_is_a_digit_or_malformed),
        cmocka_unit_test(ids_are_equal_or_not_and_have_a_zero),
        cmocka_unit_test(random_ids_are_of_version_4),
        cmocka_unit_test(numbers_of_the_book_come_back_out_of_their_ids),
        cmocka_unit_test(other_ids_are_not_numbers),
    };

    return cmocka_run_group_tests_name("domain/id", tests, NULL, NULL);
}
