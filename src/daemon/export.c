/* daemon/export.c - scrip export: both books and the directory as lines of JSON.
 *
 * docs/export-format.md says what stands in a line.  Every value is a string: numbers in decimals,
 * bytes in hex.
 */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include "base/arena.h"
#include "base/digest.h"
#include "daemon/commands.h"
#include "daemon/lines.h"
#include "daemon/options.h"
#include "json/write.h"
#include "store/embedded/portable.h"

struct exporter {
    FILE *to;
    struct arena arena; /* of a line */
    struct line_sum sum;
};

/* --- cells --- */

static void put_number(struct json_writer *w, int64_t number)
{
    char text[24];
    int len = snprintf(text, sizeof text, "%" PRId64, number);

    json_put_string(w, (struct str){ .data = text, .len = (size_t)len });
}

/* What our own reader would not take as a text. */
static bool is_plain(struct str text)
{
    size_t at;

    return str_is_utf8(text) && !str_find(text, '\0', &at);
}

static bool put_hex(struct json_writer *w, struct arena *arena, struct str bytes)
{
    static const char digits[] = "0123456789abcdef";
    char *text = arena_take(arena, 2 * bytes.len + 1);

    if (text == NULL)
        return false;
    for (size_t i = 0; i < bytes.len; i++) {
        text[2 * i] = digits[(uint8_t)bytes.data[i] >> 4];
        text[2 * i + 1] = digits[(uint8_t)bytes.data[i] & 15];
    }
    json_put_string(w, (struct str){ .data = text, .len = 2 * bytes.len });
    return true;
}

/* As an object, {"hex": ...} or {"text": ...}: what the column does not say by itself. */
static bool put_marked(struct json_writer *w, struct arena *arena, struct str mark,
                       struct str bytes)
{
    bool done = true;

    json_begin_object(w);
    json_key(w, mark);
    if (str_equals(mark, STR("hex")))
        done = put_hex(w, arena, bytes);
    else
        json_put_string(w, bytes);
    json_end_object(w);
    return done;
}

static bool put_cell(struct json_writer *w, struct arena *arena, const struct portable_row *row,
                     const struct cell *cell)
{
    bool is_setting = row->table == PORTABLE_SETTING && str_equals(cell->name, STR("value"));
    bool is_reply = row->table == PORTABLE_RECEIPT && str_equals(cell->name, STR("body"));

    json_key(w, cell->name);
    switch (cell->kind) {
    case CELL_INTEGER:
        put_number(w, cell->integer);
        return true;
    case CELL_TEXT:
        if (!is_plain(cell->bytes) || is_setting)
            return put_marked(w, arena, is_plain(cell->bytes) ? STR("text") : STR("hex"),
                              cell->bytes);
        json_put_string(w, cell->bytes);
        return true;
    case CELL_BLOB:
        if (is_reply && is_plain(cell->bytes))
            return put_marked(w, arena, STR("text"), cell->bytes);
        return is_setting ? put_marked(w, arena, STR("hex"), cell->bytes)
                          : put_hex(w, arena, cell->bytes);
    case CELL_ANY:
        break;
    }
    never("a cell has a value");
}

/* --- lines --- */

static bool write_line(struct exporter *exporter, struct json_writer *w)
{
    struct str line;

    if (json_writer_finish(w, &line) != OK)
        return false;
    line_sum_add(&exporter->sum, line);
    return fwrite(line.data, 1, line.len, exporter->to) == line.len &&
           putc('\n', exporter->to) != EOF;
}

static bool write_row(struct exporter *exporter, const struct portable_row *row)
{
    struct arena *arena = &exporter->arena;
    struct json_writer w;
    bool done = true;

    arena_reset(arena, LINE_BYTES_MAX);
    json_writer_init_in(&w, arena);
    json_begin_object(&w);
    if (portable_is_of_book(row->table))
        json_put_string(json_key(&w, STR("book")), environment_name(row->environment));
    json_begin_object(json_key(&w, portable_kind(row->table)));
    for (size_t i = 0; i < row->cell_count && done; i++)
        done = put_cell(&w, arena, row, &row->cells[i]);
    if (!done)
        return false;
    json_end_object(&w);
    json_end_object(&w);
    return write_line(exporter, &w);
}

static bool write_head(struct exporter *exporter, const struct portable_options *options,
                       int format)
{
    struct json_writer w;

    json_writer_init_in(&w, &exporter->arena);
    json_begin_object(&w);
    put_number(json_key(&w, STR("scrip_export")), EXPORT_VERSION);
    put_number(json_key(&w, STR("format")), format);
    json_begin_array(json_key(&w, STR("books")));
    for (int i = 0; i < ENVIRONMENT_COUNT; i++) {
        if (options->books[i])
            json_put_string(&w, environment_name((enum environment)(i + 1)));
    }
    json_end_array(&w);
    json_put_bool(json_key(&w, STR("secrets")), options->with_secrets);
    json_end_object(&w);
    return write_line(exporter, &w);
}

/* What the lines since the last such line come to. */
static bool write_sum(struct exporter *exporter, struct str word)
{
    char hex[2 * DIGEST_BYTES + 1];
    struct json_writer w;

    arena_reset(&exporter->arena, LINE_BYTES_MAX);
    line_sum_take(&exporter->sum, hex);
    json_writer_init_in(&w, &exporter->arena);
    json_begin_object(&w);
    json_begin_object(json_key(&w, word));
    put_number(json_key(&w, STR("lines")), (int64_t)exporter->sum.line_count);
    json_put_string(json_key(&w, STR("sha256")), str_from_c(hex));
    json_end_object(&w);
    json_end_object(&w);
    return write_line(exporter, &w);
}

/* ERR_FULL: what was read could not be written. */
static enum err write_rows(struct exporter *exporter, struct export *export,
                           char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    struct portable_row row;
    enum err e;

    while ((e = export_next(export, &row, ret_message)) == OK) {
        if (!write_row(exporter, &row) ||
            (line_sum_is_due(&exporter->sum) && !write_sum(exporter, STR("check"))))
            return ERR_FULL;
    }
    return e == ERR_NOT_FOUND ? OK : e;
}

int lines_export(FILE *to, const char *path, const struct portable_options *options)
{
    struct exporter exporter = { .to = to };
    struct export *export = NULL;
    char message[EMBEDDED_MESSAGE_BYTES] = "";
    int format;
    enum err e = export_begin(path, options, &export, &format, message);

    arena_init(&exporter.arena, LINE_ARENA_BYTES);
    line_sum_init(&exporter.sum);
    if (e == OK && !write_head(&exporter, options, format))
        e = ERR_FULL;
    if (e == OK)
        e = write_rows(&exporter, export, message);
    if (e == OK && (!write_sum(&exporter, STR("end")) || fflush(to) != 0))
        e = ERR_FULL;
    if (e != OK)
        fprintf(stderr, "scrip: the export is not whole: %s\n",
                message[0] != '\0' ? message : "it cannot be written");
    export_end(export);
    arena_finish(&exporter.arena);
    return e == OK ? EXIT_WELL : EXIT_WORLD;
}

static bool read_books(const char *env, struct portable_options *ret)
{
    if (env != NULL && strcmp(env, "live") != 0 && strcmp(env, "test") != 0) {
        fprintf(stderr, "scrip: --env is live or test, not \"%s\"\n", env);
        return false;
    }
    ret->books[environment_index(ENVIRONMENT_LIVE)] = env == NULL || strcmp(env, "live") == 0;
    ret->books[environment_index(ENVIRONMENT_TEST)] = env == NULL || strcmp(env, "test") == 0;
    return true;
}

int command_export(int count, char **arguments)
{
    const char *data = DATA_DIRECTORY_DEFAULT, *env = NULL;
    struct portable_options wanted = { .with_secrets = false };
    const struct option list[] = {
        { "data", "DIR", "the data directory", &data, NULL },
        { "env", "live|test", "one book only, and the directory", &env, NULL },
        { "with-keys", NULL, "what keys need to go on working; keep the file safe then", NULL,
          &wanted.with_secrets },
    };
    const struct options options = {
        .usage = "scrip export [--data DIR] [--env live|test] [--with-keys]",
        .about =
            "Writes the directory and both books, of one moment, to standard output: a JSON\n"
            "object a line, every entry with its facts, every seal.  Works while a server runs.\n"
            "Without --with-keys no key of the import opens anything.",
        .list = list,
        .count = array_count(list),
    };
    char path[PATH_MAX];
    int words;
    enum options_outcome outcome = options_read(&options, count, arguments, 0, &words);

    if (outcome != OPTIONS_READ)
        return outcome == OPTIONS_HELPED ? EXIT_WELL : EXIT_USAGE;
    if (!read_books(env, &wanted))
        return EXIT_USAGE;
    if (snprintf(path, sizeof path, "%s/" EMBEDDED_FILE, data) >= (int)sizeof path) {
        fprintf(stderr, "scrip: the path in --data is too long\n");
        return EXIT_USAGE;
    }
    return lines_export(stdout, path, &wanted);
}
