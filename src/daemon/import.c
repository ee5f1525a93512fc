/* daemon/import.c - scrip import: a data directory from an export, whole or not at all.
 *
 * Every line is held against the table that it is for, every thousand lines against their sum,
 * every seal against the entries before it; then the book is proved as scrip verify does.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "daemon/commands.h"
#include "daemon/lines.h"
#include "daemon/options.h"
#include "daemon/verify.h"
#include "json/read.h"
#include "store/embedded/portable.h"

struct importer {
    FILE *from;
    char *line; /* LINE_BYTES_MAX, and one more */
    struct line_sum sum;
    struct arena arena; /* the tree of a line */
    struct import *import;
    const struct unfinished *to;
    bool ended; /* the last line has come */
    char message[EMBEDDED_MESSAGE_BYTES];
};

__attribute__((format(printf, 2, 3))) static enum err wrong(struct importer *importer,
                                                            const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(importer->message, sizeof importer->message, format, arguments);
    va_end(arguments);
    return ERR_MALFORMED;
}

/* --- a line --- */

/* ERR_NOT_FOUND: there is none. */
static enum err read_line(struct importer *importer, struct str *ret)
{
    size_t len = 0;
    int c = getc(importer->from);

    if (c == EOF)
        return ferror(importer->from) ? ERR_IO : ERR_NOT_FOUND;
    for (; c != EOF && c != '\n'; c = getc(importer->from)) {
        if (len == LINE_BYTES_MAX)
            return wrong(importer, "it is longer than any line of an export");
        importer->line[len++] = (char)c;
    }
    if (c == EOF)
        return ferror(importer->from) ? ERR_IO : wrong(importer, "it is cut off");
    *ret = (struct str){ .data = importer->line, .len = len };
    return OK;
}

static enum err parse(struct importer *importer, struct str line, const struct json **ret)
{
    struct json_error error;
    enum err e = json_parse(line, &importer->arena, ret, &error);

    if (e == ERR_MALFORMED)
        return wrong(importer, "at byte %zu: %.*s", error.offset, STR_PRINT(error.why));
    if (e == OK && ((*ret)->kind != JSON_OBJECT || (*ret)->count == 0))
        return wrong(importer, "it is not an object");
    return e;
}

static bool read_number(struct str text, int64_t *ret)
{
    char digits[24], *end;
    long long number;

    if (text.len == 0 || text.len >= sizeof digits ||
        (text.data[0] != '-' && (text.data[0] < '0' || text.data[0] > '9')))
        return false; /* strtoll() would take white space and a plus */
    memcpy(digits, text.data, text.len);
    digits[text.len] = '\0';
    errno = 0;
    number = strtoll(digits, &end, 10);
    if (errno != 0 || *end != '\0')
        return false;
    *ret = number;
    return true;
}

/* A member that is a number, as text. */
static enum err member_number(struct importer *importer, const struct json *object, struct str name,
                              int64_t *ret)
{
    const struct json *member = json_member(object, name);

    if (member == NULL || member->kind != JSON_STRING || !read_number(member->text, ret))
        return wrong(importer, "%.*s is not a number in a string", STR_PRINT(name));
    return OK;
}

/* --- cells --- */

static enum err read_hex(struct importer *importer, struct str text, struct str *ret)
{
    char *bytes = arena_take(&importer->arena, text.len / 2 + 1);

    if (bytes == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < text.len / 2; i++) {
        int high = hex_digit(text.data[2 * i]), low = hex_digit(text.data[2 * i + 1]);

        if (high < 0 || low < 0)
            return wrong(importer, "\"%.40s\" is not in hex", text.data);
        bytes[i] = (char)(high * 16 + low);
    }
    if (text.len % 2 != 0)
        return wrong(importer, "an odd number of hex digits");
    *ret = (struct str){ .data = bytes, .len = text.len / 2 };
    return OK;
}

static enum err read_marked(struct importer *importer, const struct json *value, struct cell *ret)
{
    const struct json *member = value->first;

    if (value->count != 1 || member->kind != JSON_STRING)
        return wrong(importer, "%.*s is not a value", STR_PRINT(ret->name));
    ret->bytes = member->text;
    if (str_equals(member->name, STR("text")) && ret->kind != CELL_INTEGER) {
        ret->kind = ret->kind == CELL_ANY ? CELL_TEXT : ret->kind;
        return OK;
    }
    if (str_equals(member->name, STR("hex")) && ret->kind != CELL_INTEGER) {
        ret->kind = ret->kind == CELL_ANY ? CELL_BLOB : ret->kind;
        return read_hex(importer, member->text, &ret->bytes);
    }
    return wrong(importer, "%.*s is not a value", STR_PRINT(ret->name));
}

static enum err read_cell(struct importer *importer, enum portable table, const struct json *value,
                          struct cell *ret)
{
    *ret = (struct cell){ .name = value->name };
    if (!import_column(importer->import, table, value->name, &ret->kind))
        return wrong(importer, "there is no \"%.*s\" in this", STR_PRINT(value->name));
    if (value->kind == JSON_OBJECT)
        return read_marked(importer, value, ret);
    if (value->kind != JSON_STRING)
        return wrong(importer, "%.*s is not a string", STR_PRINT(value->name));
    if (ret->kind == CELL_BLOB)
        return read_hex(importer, value->text, &ret->bytes);
    ret->bytes = value->text;
    if (ret->kind == CELL_TEXT)
        return OK;
    ret->kind = CELL_INTEGER;
    return read_number(value->text, &ret->integer)
               ? OK
               : wrong(importer, "%.*s is not a number", STR_PRINT(value->name));
}

/* --- rows --- */

static bool read_table(struct str kind, enum portable *ret)
{
    for (int t = 0; t < PORTABLE_COUNT; t++) {
        if (str_equals(portable_kind((enum portable)t), kind)) {
            *ret = (enum portable)t;
            return true;
        }
    }
    return false;
}

static bool read_book(const struct json *value, enum environment *ret)
{
    for (int i = 0; i < ENVIRONMENT_COUNT; i++) {
        *ret = (enum environment)(i + 1);
        if (value->kind == JSON_STRING && str_equals(value->text, environment_name(*ret)))
            return true;
    }
    return false;
}

/* {"customer": {...}} or {"book": "live", "entry": {...}} */
static enum err read_row(struct importer *importer, const struct json *line,
                         struct portable_row *ret)
{
    const struct json *book = json_member(line, STR("book"));
    const struct json *cells = book != NULL ? book->next : line->first;
    enum err e = OK;

    if (line->count != (book != NULL ? 2u : 1u) || cells == NULL || cells->kind != JSON_OBJECT ||
        !read_table(cells->name, &ret->table) ||
        portable_is_of_book(ret->table) != (book != NULL) || cells->count > PORTABLE_CELLS_MAX)
        return wrong(importer, "it is not a line of an export");
    ret->environment = (enum environment)0;
    if (book != NULL && !read_book(book, &ret->environment))
        return wrong(importer, "there is no such book");
    ret->cell_count = 0;
    for (const struct json *value = cells->first; value != NULL && e == OK; value = value->next)
        e = read_cell(importer, ret->table, value, &ret->cells[ret->cell_count++]);
    return e;
}

/* {"check": {"lines": ..., "sha256": ...}}, of the lines before it. */
static enum err check_sum(struct importer *importer, const struct json *sum)
{
    char hex[2 * DIGEST_BYTES + 1];
    uint64_t first = importer->sum.told + 1, last = importer->sum.line_count;
    const struct json *given = json_member(sum, STR("sha256"));
    int64_t lines = 0;
    enum err e = member_number(importer, sum, STR("lines"), &lines);

    if (e != OK)
        return e;
    line_sum_take(&importer->sum, hex);
    if (lines == (int64_t)last && given != NULL && str_equals(given->text, str_from_c(hex)))
        return OK;
    return wrong(importer, "lines %" PRIu64 " to %" PRIu64 " are not as they were written", first,
                 last);
}

static enum err take_line(struct importer *importer, struct str text)
{
    struct portable_row row;
    const struct json *line;
    enum err e = parse(importer, text, &line);

    if (e != OK)
        return e;
    if (importer->ended)
        return wrong(importer, "it comes after the last");
    if (line->first->kind == JSON_OBJECT && (str_equals(line->first->name, STR("check")) ||
                                             str_equals(line->first->name, STR("end")))) {
        importer->ended = str_equals(line->first->name, STR("end"));
        return check_sum(importer, line->first);
    }
    e = read_row(importer, line, &row);
    return e == OK ? import_row(importer->import, &row, importer->message) : e;
}

/* {"scrip_export": "1", "format": "3", ...} */
static enum err take_head(struct importer *importer, struct str text)
{
    const struct json *line;
    int64_t version = 0, format = 0;
    enum err e = parse(importer, text, &line);

    if (e == OK)
        e = member_number(importer, line, STR("scrip_export"), &version);
    if (e == OK && version != EXPORT_VERSION)
        return wrong(importer, "an export of version %" PRId64 "; this program reads %d", version,
                     EXPORT_VERSION);
    if (e == OK)
        e = member_number(importer, line, STR("format"), &format);
    if (e == OK && (format < EXPORT_FORMAT_OLDEST || format > INT_MAX))
        return wrong(importer, "there is no export of format %" PRId64, format);
    return e == OK ? import_begin(importer->to, (int)format, &importer->import, importer->message)
                   : e;
}

/* --- the file --- */

static enum err take_lines(struct importer *importer)
{
    struct str line;
    enum err e;

    while ((e = read_line(importer, &line)) == OK) {
        arena_reset(&importer->arena, LINE_BYTES_MAX);
        e = importer->import == NULL ? take_head(importer, line) : take_line(importer, line);
        if (e != OK)
            return e;
        line_sum_add(&importer->sum, line);
    }
    if (e != ERR_NOT_FOUND)
        return e;
    return importer->ended ? OK : wrong(importer, "the file ends before its last line");
}

static int tell(const struct importer *importer, enum err e)
{
    fprintf(stderr, "scrip: nothing was imported: line %" PRIu64 ": %s\n",
            importer->sum.line_count + 1,
            importer->message[0] != '\0' ? importer->message : err_name(e));
    return e == ERR_MALFORMED || e == ERR_CORRUPT ? EXIT_NO : EXIT_WORLD;
}

static int take_file(FILE *from, const struct unfinished *to)
{
    struct importer importer = { .from = from, .to = to, .line = malloc(LINE_BYTES_MAX + 1) };
    enum err e = importer.line != NULL ? OK : ERR_NOMEM;
    int code = EXIT_WELL;

    arena_init(&importer.arena, LINE_ARENA_BYTES);
    line_sum_init(&importer.sum);
    if (e == OK)
        e = take_lines(&importer);
    if (e == OK)
        e = import_commit(importer.import, importer.message);
    if (e != OK)
        code = tell(&importer, e);
    import_end(importer.import);
    arena_finish(&importer.arena);
    free(importer.line);
    return code;
}

static int import_file(FILE *from, const char *to)
{
    char message[EMBEDDED_MESSAGE_BYTES] = "";
    struct unfinished file;
    int code = EXIT_WORLD;

    if (unfinished_begin(&file, to, message) == OK) {
        code = take_file(from, &file);
        if (code == EXIT_WELL)
            code = verify_file(file.path, VERIFY_AS_SERVED);
        if (code == EXIT_WELL &&
            (unfinished_settle(&file, message) != OK || unfinished_publish(&file, message) != OK))
            code = EXIT_WORLD;
        unfinished_end(&file);
    }
    if (message[0] != '\0')
        fprintf(stderr, "scrip: nothing was imported: %s\n", message);
    return code;
}

int lines_import(FILE *from, const char *data)
{
    char message[EMBEDDED_MESSAGE_BYTES] = "", to[PATH_MAX];
    struct new_directory directory;
    int code;

    if (snprintf(to, sizeof to, "%s/" EMBEDDED_FILE, data) >= (int)sizeof to) {
        fprintf(stderr, "scrip: the path in --data is too long\n");
        return EXIT_USAGE;
    }
    if (new_directory_begin(&directory, data, message) != OK) {
        fprintf(stderr, "scrip: nothing was imported: %s\n", message);
        return EXIT_WORLD;
    }
    code = import_file(from, to);
    if (code == EXIT_WELL)
        printf("imported into %s\n", data);
    else
        new_directory_abandon(&directory);
    return code;
}

int command_import(int count, char **arguments)
{
    const char *data = NULL;
    const struct option list[] = {
        { "data", "DIR", "a new or empty directory", &data, NULL },
    };
    const struct options options = {
        .usage = "scrip import --data DIR [FILE]",
        .about =
            "Makes a data directory of an export; without FILE, of standard input.  The books\n"
            "have the same entries, seals and hashes, and are proved.  What is wrong is told\n"
            "with its line, and nothing is left behind.",
        .list = list,
        .count = array_count(list),
    };
    FILE *from = stdin;
    int words, code;
    enum options_outcome outcome = options_read(&options, count, arguments, 1, &words);

    if (outcome != OPTIONS_READ)
        return outcome == OPTIONS_HELPED ? EXIT_WELL : EXIT_USAGE;
    if (data == NULL) {
        fprintf(stderr, "scrip: into which directory?  usage: %s\n", options.usage);
        return EXIT_USAGE;
    }
    if (words == 1)
        from = fopen(arguments[0], "re");
    if (from == NULL) {
        fprintf(stderr, "scrip: %s: %s\n", arguments[0], strerror(errno));
        return EXIT_WORLD;
    }
    code = lines_import(from, data);
    if (from != stdin)
        fclose(from);
    return code;
}
