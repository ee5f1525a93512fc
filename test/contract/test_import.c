/* Rows from elsewhere: what does not fit is refused by the row, and told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "suite.h"

#include "scene.h"
#include "store/embedded/portable.h"

#define FORMAT_NOW 4

/* An import into a file of its own. */
struct work {
    struct place place;
    struct unfinished file;
    struct import *import;
    char message[EMBEDDED_MESSAGE_BYTES];
};

static enum err work_begin(struct work *work, int format)
{
    char to[512];

    place_make(&work->place);
    snprintf(to, sizeof to, "%s/" EMBEDDED_FILE, work->place.directory);
    work->import = NULL;
    assert_int_equal(unfinished_begin(&work->file, to, work->message), OK);
    return import_begin(&work->file, format, &work->import, work->message);
}

static void work_end(struct work *work)
{
    import_end(work->import);
    unfinished_end(&work->file);
    place_remove(&work->place);
}

static void assert_tells(const struct work *work, const char *what)
{
    if (strstr(work->message, what) == NULL)
        print_message("# \"%s\" does not say \"%s\"\n", work->message, what);
    assert_non_null(strstr(work->message, what));
}

static struct cell number(const char *name, int64_t value)
{
    return (struct cell){ .name = str_from_c(name), .kind = CELL_INTEGER, .integer = value };
}

static struct cell text(const char *name, const char *value)
{
    return (struct cell){ .name = str_from_c(name), .kind = CELL_TEXT, .bytes = str_from_c(value) };
}

static struct cell hash(void)
{
    static const char none[32];

    return (struct cell){ .name = STR("hash"),
                          .kind = CELL_BLOB,
                          .bytes = { .data = none, .len = sizeof none } };
}

static void a_format_that_is_none_has_no_tables(void **state)
{
    static const struct {
        int format;
        const char *told;
    } formats[] = { { 0, "there is none such" }, { FORMAT_NOW + 1, "a newer scrip wrote it" } };

    (void)state;
    for (size_t i = 0; i < array_count(formats); i++) {
        struct work work;

        assert_int_equal(work_begin(&work, formats[i].format), ERR_CORRUPT);
        assert_tells(&work, formats[i].told);
        work_end(&work);
    }
}

static void a_row_that_does_not_fit_its_table_is_refused(void **state)
{
    const struct {
        struct portable_row row;
        const char *told;
    } rows[] = {
        { { .table = PORTABLE_SETTING }, "it has no \"name\"" },
        { { .table = PORTABLE_PRODUCT, .cell_count = 1, .cells = { text("name", "a") } },
          "it has no \"number\"" },
        { { .table = PORTABLE_PRODUCT,
            .cell_count = 2,
            .cells = { number("number", 1), text("colour", "red") } },
          "there is no column \"colour\"" },
        { { .table = PORTABLE_PRODUCT, .cell_count = 1, .cells = { text("number", "one") } },
          "datatype mismatch" },
        { { .table = PORTABLE_PRODUCT, .cell_count = 1, .cells = { number("number", 1) } },
          "NOT NULL" },
        { { .table = PORTABLE_SOURCE,
            .cell_count = 2,
            .cells = { number("number", 1), number("run", 7) } },
          "UNIQUE" }, /* the second time */
    };

    (void)state;
    for (size_t i = 0; i < array_count(rows); i++) {
        struct work work;
        enum err e;

        assert_int_equal(work_begin(&work, FORMAT_NOW), OK);
        e = import_row(work.import, &rows[i].row, work.message);
        if (e == OK)
            e = import_row(work.import, &rows[i].row, work.message);
        assert_int_equal(e, ERR_MALFORMED);
        assert_tells(&work, rows[i].told);
        work_end(&work);
    }
}

/* All rows of a book that is well. */
static void carry(struct work *work, const struct place *from)
{
    struct portable_options options = { .books = { true, true }, .with_secrets = true };
    struct portable_row row;
    struct export *export;
    char path[512];
    int format;
    enum err e;

    snprintf(path, sizeof path, "%s/" EMBEDDED_FILE, from->directory);
    assert_int_equal(export_begin(path, &options, &export, &format, work->message), OK);
    assert_int_equal(work_begin(work, format), OK);
    while ((e = export_next(export, &row, work->message)) == OK)
        assert_int_equal(import_row(work->import, &row, work->message), OK);
    assert_int_equal(e, ERR_NOT_FOUND);
    export_end(export);
}

static void a_seal_covers_what_came_before_it(void **state)
{
    /* Nothing is before the first; behind the others there is more than they cover. */
    static const int64_t lasts[] = { 0, 5, 1000000 };

    (void)state;
    for (size_t i = 0; i < array_count(lasts); i++) {
        struct portable_row row = {
            .table = PORTABLE_SEAL,
            .environment = ENVIRONMENT_LIVE,
            .cell_count = 3,
            .cells = { number("last_sequence", lasts[i]), number("at", 1), hash() },
        };
        struct scene scene;
        struct work work;

        scene_open(&scene, 61);
        scene_batch(&scene, 30); /* one seal, behind more than five entries */
        carry(&work, &scene.place);
        assert_int_equal(import_row(work.import, &row, work.message), ERR_MALFORMED);
        assert_tells(&work, "not those that were sealed");
        work_end(&work);
        assert_int_equal(work_begin(&work, FORMAT_NOW), OK);
        assert_int_equal(import_row(work.import, &row, work.message), ERR_MALFORMED);
        assert_tells(&work, "not those that were sealed");
        work_end(&work);
        scene_close(&scene);
    }
}

/* Two of them give back more than there are numbers for. */
static void what_was_given_back_must_add_up(void **state)
{
    struct work work;

    (void)state;
    assert_int_equal(work_begin(&work, FORMAT_NOW), OK);
    for (int64_t sequence = 1; sequence <= 2; sequence++) {
        struct portable_row row = {
            .table = PORTABLE_ENTRY,
            .environment = ENVIRONMENT_TEST,
            .cell_count = 7,
            .cells = { number("sequence", sequence), number("kind", ENTRY_REVERSE), number("at", 1),
                       number("account", 1), number("of_operation", 1), number("grant_number", 1),
                       number("amount", INT64_MAX) },
        };

        assert_int_equal(import_row(work.import, &row, work.message), OK);
    }
    assert_int_not_equal(import_commit(work.import, work.message), OK);
    assert_tells(&work, "integer overflow");
    work_end(&work);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_format_that_is_none_has_no_tables),
        cmocka_unit_test(a_row_that_does_not_fit_its_table_is_refused),
        cmocka_unit_test(a_seal_covers_what_came_before_it),
        cmocka_unit_test(what_was_given_back_must_add_up),
    };

    return cmocka_run_group_tests_name("embedded store: rows from elsewhere", tests, NULL, NULL);
}
