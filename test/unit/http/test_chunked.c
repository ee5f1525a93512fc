/* Bodies in chunks. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "base/limits.h"
#include "http/chunked.h"

struct outcome {
    enum fault fault;
    bool ended;
    size_t taken;
    size_t data_bytes;
    char data[256];
};

/* Feeds text in pieces of at most piece_size bytes. */
static struct outcome read_in_pieces(struct str text, size_t piece_size)
{
    struct outcome outcome = { .fault = FAULT_NONE };
    struct chunked_body chunked;

    chunked_body_init(&chunked);
    while (text.len > 0 && outcome.fault == FAULT_NONE && !outcome.ended) {
        struct str piece = str_take(text, piece_size < text.len ? piece_size : text.len);
        struct str data;
        size_t taken;

        outcome.fault = chunked_body_next(&chunked, piece, &taken, &data);
        if (outcome.fault != FAULT_NONE)
            break;
        assert_true(taken > 0);
        assert_true(outcome.data_bytes + data.len < sizeof outcome.data);
        if (data.len > 0)
            memcpy(outcome.data + outcome.data_bytes, data.data, data.len);
        outcome.data_bytes += data.len;
        outcome.taken += taken;
        outcome.ended = chunked.state == CHUNKED_ENDED;
        text = str_skip(text, taken);
    }
    return outcome;
}

static void chunks_are_joined_however_they_arrive(void **state)
{
    static const struct {
        const char *text;
        const char *data;
    } cases[] = {
        { "0\r\n\r\n", "" },
        { "3\r\nabc\r\n0\r\n\r\n", "abc" },
        { "3\r\nabc\r\n00A\r\n0123456789\r\n0\r\n\r\n", "abc0123456789" },
        { "a\r\n\r\n\r\n\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n\r\n\r\n\r\n" },
        { "1;name=value;q=\"x y\"\r\na\r\n0;last\r\n\r\n", "a" },
        { "1\r\na\r\n0\r\nX-Sum: 1\r\nX-Other:\r\n\r\n", "a" },
    };

    for (size_t i = 0; i < array_count(cases); i++) {
        struct str text = str_from_c(cases[i].text);
        for (size_t size = 1; size <= text.len; size++) {
            struct outcome outcome = read_in_pieces(text, size);
            assert_int_equal(outcome.fault, FAULT_NONE);
            assert_true(outcome.ended);
            assert_int_equal(outcome.taken, text.len);
            assert_int_equal(outcome.data_bytes, strlen(cases[i].data));
            assert_memory_equal(outcome.data, cases[i].data, outcome.data_bytes);
        }
    }
}

static void what_follows_the_end_is_left(void **state)
{
    struct str text = STR("1\r\na\r\n0\r\n\r\nGET / HTTP/1.1\r\n");
    struct outcome outcome = read_in_pieces(text, text.len);

    assert_true(outcome.ended);
    assert_int_equal(outcome.taken, 11);
}

static void malformed_chunks_are_refused(void **state)
{
    static const char *const cases[] = {
        "\r\n",
        "g\r\n",
        "-1\r\n",
        "+1\r\na\r\n",
        "0x1\r\na\r\n",
        " 1\r\na\r\n",
        "1 \r\na\r\n",
        "1\na\r\n",
        "1\r\ra\r\n",
        "1\r\rX",
        ";\r\n",
        "000000001\r\na\r\n",
        "4x\r\nabcd",
        "1;a\nb\r\na\r\n",
        "1;\x01\r\na\r\n",
        "1;\x7F\r\n",
        "1\r\nabc\r\n",
        "1\r\naX\n0\r\n\r\n",
        "1\r\na\n0\r\n\r\n",
        "1\r\na\r0\r\n\r\n",
        "1\r\na0\r\n\r\n",
        "0\r\nX: 1\n\r\n",
        "0\r\nX: \x02\r\n\r\n",
        "0\r\n\rX",
    };

    for (size_t i = 0; i < array_count(cases); i++) {
        struct str text = str_from_c(cases[i]);
        assert_int_equal(read_in_pieces(text, text.len).fault, FAULT_CHUNK);
        assert_int_equal(read_in_pieces(text, 1).fault, FAULT_CHUNK);
    }
}

static void a_body_too_large_is_refused_when_it_is_announced(void **state)
{
    char text[64];
    struct outcome outcome;
    int len = snprintf(text, sizeof text, "%x\r\n", REQUEST_BODY_BYTES_MAX);

    outcome = read_in_pieces((struct str){ text, (size_t)len }, 1);
    assert_int_equal(outcome.fault, FAULT_NONE);
    len = snprintf(text, sizeof text, "%x\r\n", REQUEST_BODY_BYTES_MAX + 1);
    outcome = read_in_pieces((struct str){ text, (size_t)len }, 1);
    assert_int_equal(outcome.fault, FAULT_BODY_LARGE);
    len = snprintf(text, sizeof text, "1\r\na\r\n%x\r\n", REQUEST_BODY_BYTES_MAX);
    outcome = read_in_pieces((struct str){ text, (size_t)len }, 1);
    assert_int_equal(outcome.fault, FAULT_BODY_LARGE);
    outcome = read_in_pieces(STR("ffffffff\r\n"), 1);
    assert_int_equal(outcome.fault, FAULT_BODY_LARGE);
}

/* Feeds the same piece over and over. */
static enum fault repeat(struct chunked_body *chunked, struct str piece, size_t times)
{
    enum fault fault = FAULT_NONE;

    for (size_t i = 0; i < times && fault == FAULT_NONE; i++) {
        for (struct str rest = piece; rest.len > 0 && fault == FAULT_NONE;) {
            struct str data;
            size_t taken = 0;
            fault = chunked_body_next(chunked, rest, &taken, &data);
            rest = str_skip(rest, taken);
        }
    }
    return fault;
}

static void frames_and_trailers_have_an_end(void **state)
{
    struct chunked_body chunked;

    chunked_body_init(&chunked); /* single bytes are odd, but somebody may send them so */
    assert_int_equal(repeat(&chunked, STR("1\r\na\r\n"), 100000), FAULT_NONE);
    chunked_body_init(&chunked);
    assert_int_equal(repeat(&chunked, STR("1;0123456789\r\na\r\n"), 100000), FAULT_CHUNKS_SMALL);
    chunked_body_init(&chunked);
    assert_int_equal(repeat(&chunked, STR("0\r\n"), 1), FAULT_NONE);
    assert_int_equal(repeat(&chunked, STR("X: 1\r\n"), 100000), FAULT_CHUNKS_SMALL);
    chunked_body_init(&chunked);
    assert_int_equal(repeat(&chunked, STR("1\r\na\r\n"), 100000), FAULT_NONE);
    assert_int_equal(repeat(&chunked, STR("0\r\n"), 1), FAULT_NONE);
    assert_int_equal(repeat(&chunked, STR("X: 1\r\n"), 100000), FAULT_TRAILERS_LARGE);
}

/* Another reader may believe what they say of the length. */
static void trailers_are_headers_and_say_nothing_of_the_length(void **state)
{
    static const char *const refused[] = {
        "Content-Length: 5",
        "content-length:5",
        "Transfer-Encoding: chunked",
        "X",
        "X : 1",
        ": 1",
        " X: 1",
        "GET / HTTP/1.1",
        "X\x7f: 1",
        "\n",
    };
    static const char *const fine[] = {
        "Content-Lengt: 5",     "Content-Lengths: 5", "X-Content-Length: 5", "T:",
        "X: Content-Length: 5",
    };

    for (size_t i = 0; i < array_count(refused) + array_count(fine); i++) {
        bool is_fine = i >= array_count(refused);
        char text[128];

        snprintf(text, sizeof text, "0\r\n%s\r\n\r\n",
                 is_fine ? fine[i - array_count(refused)] : refused[i]);
        for (size_t size = 1; size < 8; size++) {
            struct outcome outcome = read_in_pieces(str_from_c(text), size);

            assert_int_equal(outcome.fault, is_fine ? FAULT_NONE : FAULT_TRAILER);
            assert_int_equal(outcome.ended, is_fine);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chunks_are_joined_however_they_arrive),
        cmocka_unit_test(what_follows_the_end_is_left),
        cmocka_unit_test(malformed_chunks_are_refused),
        cmocka_unit_test(a_body_too_large_is_refused_when_it_is_announced),
        cmocka_unit_test(frames_and_trailers_have_an_end),
        cmocka_unit_test(trailers_are_headers_and_say_nothing_of_the_length),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
