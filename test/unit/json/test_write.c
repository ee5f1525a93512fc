/* The writer: what it writes our reader reads, and what does not fit is said once. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "json/read.h"
#include "json/write.h"

static struct arena arena;

static int setup(void **state)
{
    arena_init(&arena, 16u << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_finish(&arena);
    return 0;
}

static void text_is(struct json_writer *w, const char *expected)
{
    struct str text;

    assert_int_equal(json_writer_finish(w, &text), OK);
    if (!str_equals(text, str_from_c(expected)))
        fail_msg("%.*s\nis not\n%s", STR_PRINT(text), expected);
}

/* One of everything. */
static void write_all(struct json_writer *w)
{
    json_begin_object(w);
    json_put_string(json_key(w, STR("id")), STR("crd_1"));
    json_put_amount(json_key(w, STR("balance")), (struct amount){ .units = 12500000 }, 6);
    json_put_amount_string(json_key(w, STR("exact")), (struct amount){ .units = -1 }, 6);
    json_put_instant(json_key(w, STR("at")), (struct instant){ .us = 1 });
    json_put_instant_ms(json_key(w, STR("effective_at")), (struct instant){ .us = 1999 });
    json_put_instant(json_key(w, STR("expires_at")), INSTANT_NEVER);
    json_begin_array(json_key(w, STR("list")));
    json_put_null(w);
    json_put_bool(w, true);
    json_put_bool(w, false);
    json_put_integer(w, INT64_MIN);
    json_put_raw(w, STR("1e3"));
    json_begin_object(w);
    json_end_object(w);
    json_begin_array(w);
    json_end_array(w);
    json_put_string_or_null(w, STR_NONE);
    json_put_string_or_null(w, STR(""));
    json_end_array(w);
    json_put_integer(json_key(w, STR("last")), 0);
    json_end_object(w);
}

static const char all[] =
    "{\"id\":\"crd_1\",\"balance\":12.5,\"exact\":\"-0.000001\","
    "\"at\":\"1970-01-01T00:00:00.000001Z\",\"effective_at\":\"1970-01-01T00:00:00.001Z\","
    "\"expires_at\":null,\"list\":[null,true,false,-9223372036854775808,1e3,{},[],null,\"\"],"
    "\"last\":0}";

static void commas_and_colons_are_where_they_belong(void **state)
{
    struct json_writer w;

    json_writer_init_in(&w, &arena);
    write_all(&w);
    text_is(&w, all);
}

static void what_fits_to_the_byte_fits_and_one_byte_less_does_not(void **state)
{
    char buffer[sizeof all];
    struct json_writer w;
    struct str text = STR_NONE;

    json_writer_init(&w, buffer, sizeof all - 1);
    write_all(&w);
    text_is(&w, all);
    for (size_t size = 0; size < sizeof all - 1; size++) {
        memset(buffer, '#', sizeof buffer);
        json_writer_init(&w, size == 0 ? NULL : buffer, size);
        write_all(&w);
        assert_int_equal(json_writer_finish(&w, &text), ERR_RANGE);
        assert_null(text.data);
        assert_int_equal(buffer[size], '#');
    }
}

static void an_arena_is_grown_into_until_it_is_full(void **state)
{
    struct arena small;
    struct json_writer w;
    struct str text;
    const struct json *json;
    struct json_error error;

    json_writer_init_in(&w, &arena);
    json_begin_array(&w);
    for (int64_t i = 0; i < 100000; i++)
        json_put_integer(&w, i);
    json_end_array(&w);
    assert_int_equal(json_writer_finish(&w, &text), OK);
    assert_int_equal(json_parse(text, &arena, &json, &error), OK);
    assert_int_equal(json->count, 100000);

    arena_init(&small, 8192);
    json_writer_init_in(&w, &small);
    json_begin_array(&w);
    for (int64_t i = 0; i < 100000; i++)
        json_put_integer(&w, i);
    json_end_array(&w);
    assert_int_equal(json_writer_finish(&w, &text), ERR_NOMEM);
    arena_finish(&small);
}

static void strings_are_escaped_no_more_than_needed(void **state)
{
    struct json_writer w;

    json_writer_init_in(&w, &arena);
    json_put_string(&w, STR("\"\\/\b\f\n\r\t\x01\x1F\x7F a\xC3\xA9\xE2\x80\xA8\xF0\x9F\x98\x80"));
    text_is(&w, "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7F "
                "a\xC3\xA9\xE2\x80\xA8\xF0\x9F\x98\x80\"");
}

/* Every byte that a string may hold comes back. */
static void what_is_written_is_what_is_read(void **state)
{
    char bytes[127];
    struct str text = { .data = bytes, .len = sizeof bytes }, written;
    struct json_writer w;
    const struct json *json;
    struct json_error error;

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i + 1);
    json_writer_init_in(&w, &arena);
    json_begin_object(&w);
    json_put_string(json_key(&w, text), text);
    json_end_object(&w);
    assert_int_equal(json_writer_finish(&w, &written), OK);
    assert_int_equal(json_parse(written, &arena, &json, &error), OK);
    assert_true(str_equals(json->first->name, text));
    assert_true(str_equals(json->first->text, text));
}

/* One that is special stands anywhere in a text of any length: eight bytes are looked at together,
 * and none of them may be overlooked. */
static void a_special_byte_is_seen_wherever_it_is(void **state)
{
    static const char specials[] = { '"', '\\', '\x01', '\x1F', '\n', ' ', '!', '\x7F' };
    char bytes[20];
    struct arena_mark mark = arena_mark(&arena);

    for (size_t len = 1; len <= sizeof bytes; len++) {
        for (size_t at = 0; at < len; at++) {
            for (size_t i = 0; i < sizeof specials; i++) {
                struct str text = { .data = bytes, .len = len }, written;
                bool escaped = (unsigned char)specials[i] < 0x20 || i < 2;
                const struct json *json;
                struct json_error error;
                struct json_writer w;

                memset(bytes, 'x', len);
                bytes[at] = specials[i];
                json_writer_init_in(&w, &arena);
                json_begin_object(&w);
                json_put_string(json_key(&w, text), text);
                json_end_object(&w);
                assert_int_equal(json_writer_finish(&w, &written), OK);
                assert_int_equal(memchr(written.data, '\\', written.len) != NULL, escaped);
                assert_int_equal(json_parse(written, &arena, &json, &error), OK);
                assert_true(str_equals(json->first->name, text));
                assert_true(str_equals(json->first->text, text));
                arena_rewind(&arena, mark);
            }
        }
    }
}

static void integers_are_whole(void **state)
{
    struct json_writer w;

    json_writer_init_in(&w, &arena);
    json_begin_array(&w);
    json_put_integer(&w, INT64_MAX);
    json_put_integer(&w, -1);
    json_put_integer(&w, 10);
    json_end_array(&w);
    text_is(&w, "[9223372036854775807,-1,10]");
}

#define story(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* Who sees that there is no memory left may stop where he is. */
static void without_memory_it_may_end_in_the_middle(void **state)
{
    struct arena none;
    struct json_writer w;
    struct str text = STR("untouched");

    arena_init(&none, 0);
    json_writer_init_in(&w, &none);
    json_begin_object(&w);
    json_begin_array(json_key(&w, STR("results")));
    assert_true(w.overflowed);
    assert_int_equal(json_writer_finish(&w, &text), ERR_NOMEM);
    assert_true(str_equals(text, STR("untouched")));
    arena_finish(&none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        story(commas_and_colons_are_where_they_belong),
        story(what_fits_to_the_byte_fits_and_one_byte_less_does_not),
        story(an_arena_is_grown_into_until_it_is_full),
        story(strings_are_escaped_no_more_than_needed),
        story(what_is_written_is_what_is_read),
        story(a_special_byte_is_seen_wherever_it_is),
        story(integers_are_whole),
        cmocka_unit_test(without_memory_it_may_end_in_the_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
