/* Sources, and the log of the directory. */
#include "suite.h"

static const struct index_key fingerprint = { .high = 7, .low = 1 };

static uint32_t add_source(struct desk *desk)
{
    const struct source source = { .run = UINT64_MAX,
                                   .ip = STR("127.0.0.1"),
                                   .user_agent = STR("tests") };
    uint32_t number;

    assert_int_equal(store_source_add(desk->store, fingerprint, &source, &number), OK);
    return number;
}

static void add_line(struct desk *desk, struct str action, struct str id, struct instant at)
{
    const struct log_line line = {
        .at = at,
        .key = 3,
        .source = 1,
        .request = 9,
        .action = action,
        .resource_type = STR("customer"),
        .resource_id = id,
    };

    assert_int_equal(store_line_add(desk->store, &line), OK);
}

void a_source_is_known_by_its_fingerprint(void **state)
{
    struct desk *desk = *state;
    struct store_reader *reader;
    struct source found;

    desk_begin(desk);
    assert_int_equal(store_source_find(desk->store, fingerprint), 0);
    assert_int_equal(add_source(desk), 1);
    assert_int_equal(store_source_find(desk->store, fingerprint), 1);
    store_abort(desk->store);
    assert_int_equal(store_source_find(desk->store, fingerprint), 0);
    assert_int_equal(store_source_count(desk->store), 0);
    desk_begin(desk);
    assert_int_equal(add_source(desk), 1);
    desk_commit(desk);
    assert_int_equal(store_source_count(desk->store), 1);
    if (subject_store.reopen != NULL) {
        desk->store = subject_store.reopen(desk->store);
        assert_int_equal(store_source_count(desk->store), 0); /* of this run */
        desk_begin(desk);
        assert_int_equal(add_source(desk), 2);
        store_abort(desk->store);
    }
    assert_int_equal(store_reader_open(desk->store, &reader), OK);
    assert_int_equal(store_read_source(reader, 1, &desk->arena, &found), OK);
    assert_true(found.run == UINT64_MAX);
    assert_true(str_equals(found.ip, STR("127.0.0.1")));
    assert_true(str_equals(found.user_agent, STR("tests")));
    assert_int_equal(store_read_source(reader, 2, &desk->arena, &found), ERR_NOT_FOUND);
    store_reader_close(reader);
}

static size_t read_lines(struct desk *desk, struct log_range range, size_t limit,
                         struct log_line **ret)
{
    struct store_reader *reader;
    size_t count;

    assert_int_equal(store_reader_open(desk->store, &reader), OK);
    assert_int_equal(store_read_lines(reader, &range, limit, &desk->arena, ret, &count), OK);
    store_reader_close(reader);
    return count;
}

void the_log_of_the_directory_only_grows(void **state)
{
    struct desk *desk = *state;
    struct log_line *lines;

    desk_begin(desk);
    add_line(desk, STR("create"), STR("a"), desk_day(2));
    add_line(desk, STR("create"), STR("b"), desk_day(1)); /* a clock that was set back */
    desk_commit(desk);
    desk_begin(desk);
    add_line(desk, STR("create"), STR("c"), desk_day(4));
    assert_int_equal(store_line_last(desk->store), 3);
    store_abort(desk->store);
    assert_int_equal(store_line_last(desk->store), 2);
    if (subject_store.reopen != NULL)
        desk->store = subject_store.reopen(desk->store);
    desk_begin(desk);
    add_line(desk, STR("archive"), STR("a"), desk_day(0));
    desk_commit(desk);
    assert_int_equal(store_line_last(desk->store), 3);

    assert_int_equal(read_lines(desk, (struct log_range){ .until = 9 }, 9, &lines), 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(lines[i].number, i + 1);
        assert_true(instant_equals(lines[i].at, desk_day(2)));
        assert_int_equal(lines[i].key, 3);
        assert_int_equal(lines[i].source, 1);
        assert_int_equal(lines[i].request, 9);
        assert_true(str_equals(lines[i].resource_type, STR("customer")));
    }
    assert_true(str_equals(lines[2].action, STR("archive")));
    assert_int_equal(
        read_lines(desk, (struct log_range){ .until = 3, .newest_first = true }, 2, &lines), 2);
    assert_int_equal(lines[0].number, 3);
    assert_int_equal(lines[1].number, 2);
    assert_int_equal(read_lines(desk, (struct log_range){ .after = 1, .until = 2 }, 9, &lines), 1);
    assert_true(str_equals(lines[0].resource_id, STR("b")));
    assert_int_equal(read_lines(desk,
                                (struct log_range){ .until = 3,
                                                    .resource_type = STR("customer"),
                                                    .resource_id = STR("a") },
                                9, &lines),
                     2);
    assert_int_equal(lines[1].number, 3);
    assert_int_equal(read_lines(desk, (struct log_range){ .after = 3, .until = 3 }, 9, &lines), 0);
}
