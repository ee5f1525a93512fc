/* Cursors: stable, opaque, and nobody else's. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "api/cursor.h"

static const uint8_t pepper[CURSOR_PEPPER_BYTES] = { 1, 2, 3 };
static const uint8_t other_pepper[CURSOR_PEPPER_BYTES] = { 1, 2, 4 };

static struct str written(struct cursor cursor, char text[CURSOR_TEXT_SIZE])
{
    cursor_format(cursor, pepper, text);
    return (struct str){ .data = text, .len = CURSOR_TEXT_SIZE };
}

static void a_cursor_is_read_as_it_was_written(void **state)
{
    static const uint64_t numbers[] = { 1, 2, 255, 256, UINT64_C(1) << 40, UINT64_MAX };

    for (size_t i = 0; i < array_count(numbers); i++) {
        char text[CURSOR_TEXT_SIZE];
        struct cursor got = { .after = 0 };
        struct cursor cursor = { CURSOR_GRANTS, numbers[i], UINT64_MAX - numbers[i] };
        struct str made = written(cursor, text);

        assert_int_equal(cursor_parse(made, CURSOR_GRANTS, pepper, &got), OK);
        assert_true(got.after == numbers[i]);
        assert_true(got.within == UINT64_MAX - numbers[i]);
    }
}

static void it_can_stand_in_a_query_as_it_is(void **state)
{
    for (uint64_t number = 1; number < 1000; number++) {
        char text[CURSOR_TEXT_SIZE];
        struct str cursor = written((struct cursor){ CURSOR_CUSTOMERS, number, 0 }, text);

        for (size_t i = 0; i < cursor.len; i++) {
            char c = cursor.data[i];

            assert_true((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                        (c >= '0' && c <= '9') || c == '-' || c == '_');
        }
    }
}

static void any_other_character_anywhere_is_refused(void **state)
{
    char text[CURSOR_TEXT_SIZE];
    struct str cursor = written((struct cursor){ CURSOR_GRANTS, 7, 0 }, text);
    struct cursor got = { .after = 42 };

    for (size_t i = 0; i < CURSOR_TEXT_SIZE; i++) {
        char kept = text[i];

        for (int c = 0; c < 256; c++) {
            text[i] = (char)c;
            if (text[i] != kept)
                assert_int_equal(cursor_parse(cursor, CURSOR_GRANTS, pepper, &got), ERR_MALFORMED);
        }
        text[i] = kept;
    }
    assert_true(got.after == 42);
}

static void so_is_one_of_another_list_directory_or_length(void **state)
{
    char text[CURSOR_TEXT_SIZE];
    struct str cursor = written((struct cursor){ CURSOR_GRANTS, 7, 0 }, text);
    struct cursor got;

    assert_int_equal(cursor_parse(cursor, CURSOR_CUSTOMERS, pepper, &got), ERR_MALFORMED);
    assert_int_equal(cursor_parse(cursor, CURSOR_GRANTS, other_pepper, &got), ERR_MALFORMED);
    assert_int_equal(cursor_parse(str_take(cursor, 20), CURSOR_GRANTS, pepper, &got),
                     ERR_MALFORMED);
    assert_int_equal(cursor_parse(STR(""), CURSOR_GRANTS, pepper, &got), ERR_MALFORMED);
    assert_int_equal(cursor_parse(STR("abc"), CURSOR_GRANTS, pepper, &got), ERR_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cursor_is_read_as_it_was_written),
        cmocka_unit_test(it_can_stand_in_a_query_as_it_is),
        cmocka_unit_test(any_other_character_anywhere_is_refused),
        cmocka_unit_test(so_is_one_of_another_list_directory_or_length),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
