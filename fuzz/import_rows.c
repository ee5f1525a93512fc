#include "import_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/digest.h"
#include "json/read.h"

#define ARENA_BYTES ((size_t)256 << 20)

struct reading {
    struct arena arena;
    const struct import *columns;
    size_t count;
    struct str *rows; /* each as one text */
    bool has_pepper;
};

static int by_text(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static struct str in_hex(struct str bytes, struct arena *arena)
{
    char *hex = arena_take(arena, 2 * bytes.len + 1);

    assert(hex != NULL);
    for (size_t i = 0; i < bytes.len; i++)
        snprintf(hex + 2 * i, 3, "%02x", (uint8_t)bytes.data[i]);
    return (struct str){ .data = hex, .len = 2 * bytes.len };
}

static struct str in_lower_case(struct str hex, struct arena *arena)
{
    char *text = arena_take(arena, hex.len + 1);

    assert(text != NULL);
    for (size_t i = 0; i < hex.len; i++)
        text[i] = "0123456789abcdef"[hex_digit(hex.data[i]) & 15];
    return (struct str){ .data = text, .len = hex.len };
}

/* A number in decimals, all else in hex. */
static struct str value_of(const struct json *value, enum cell_kind kind, struct arena *arena)
{
    struct str text = value->kind == JSON_OBJECT ? value->first->text : value->text;

    if (value->kind == JSON_OBJECT)
        return str_equals(value->first->name, STR("hex")) ? in_lower_case(text, arena)
                                                          : in_hex(text, arena);
    if (kind == CELL_TEXT)
        return in_hex(text, arena);
    if (kind == CELL_BLOB)
        return in_lower_case(text, arena);
    return str_format(arena, "%lld", strtoll(str_copy(text, arena).data, NULL, 10));
}

static enum portable table_of(struct str kind)
{
    enum portable table = (enum portable)0;

    while (!str_equals(portable_kind(table), kind))
        table++;
    return table;
}

static bool is_no_secret(struct str name, struct str value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (value.data[i] != '0')
            return false;
    }
    return str_equals(name, STR("secret_hmac")) && value.len == (size_t)2 * DIGEST_BYTES;
}

static struct str row_text(struct reading *reading, const struct json *line, const struct json *row)
{
    struct arena *arena = &reading->arena;
    struct str cells[PORTABLE_CELLS_MAX], text;
    size_t count = 0;

    for (const struct json *cell = row->first; cell != NULL; cell = cell->next) {
        enum cell_kind kind = CELL_ANY;
        struct str value;

        assert(import_column(reading->columns, table_of(row->name), cell->name, &kind));
        value = value_of(cell, kind, arena);
        if (!is_no_secret(cell->name, value))
            cells[count++] =
                str_format(arena, " %.*s=%.*s", STR_PRINT(cell->name), STR_PRINT(value));
    }
    qsort(cells, count, sizeof cells[0], by_text);
    text = line->count == 2 ? line->first->text : STR("both");
    text = str_format(arena, "%.*s %.*s", STR_PRINT(text), STR_PRINT(row->name));
    for (size_t i = 0; i < count; i++)
        text = str_format(arena, "%.*s%.*s", STR_PRINT(text), STR_PRINT(cells[i]));
    return text;
}

static bool is_pepper(const struct json *row)
{
    const struct json *name = json_member(row, STR("name"));

    return str_equals(row->name, STR("setting")) && name != NULL &&
           str_equals(name->text, STR("pepper"));
}

static void line_read(struct reading *reading, struct str text, bool with_pepper)
{
    const struct json *line, *row;
    struct json_error error;

    assert(json_parse(text, &reading->arena, &line, &error) == OK);
    row = line->count == 2 ? line->first->next : line->first;
    if (row->kind != JSON_OBJECT || str_equals(row->name, STR("check")) ||
        str_equals(row->name, STR("end")))
        return;
    reading->has_pepper |= is_pepper(row);
    if (with_pepper || !is_pepper(row))
        reading->rows[reading->count++] = row_text(reading, line, row);
}

/* The first line is their head. */
static void rows_read(struct reading *reading, struct str lines, bool with_pepper,
                      const struct import *columns)
{
    size_t end, line_count = 0;

    arena_init(&reading->arena, ARENA_BYTES);
    reading->columns = columns;
    for (size_t i = 0; i < lines.len; i++)
        line_count += lines.data[i] == '\n';
    reading->rows = arena_new(&reading->arena, struct str, line_count);
    assert(reading->rows != NULL);
    for (bool is_head = true; str_find(lines, '\n', &end); is_head = false) {
        if (!is_head)
            line_read(reading, str_take(lines, end), with_pepper);
        lines = str_skip(lines, end + 1);
    }
    qsort(reading->rows, reading->count, sizeof reading->rows[0], by_text);
}

bool rows_same(struct str given, struct str exported, const struct import *columns)
{
    struct reading a = { .count = 0 }, b = { .count = 0 };
    bool same;

    rows_read(&a, given, true, columns);
    rows_read(&b, exported, a.has_pepper, columns);
    same = a.count == b.count;
    for (size_t i = 0; i < a.count && i < b.count; i++) {
        if (str_equals(a.rows[i], b.rows[i]))
            continue;
        fprintf(stderr, "# given:    %.*s\n# exported: %.*s\n", STR_PRINT(a.rows[i]),
                STR_PRINT(b.rows[i]));
        same = false;
        break;
    }
    arena_finish(&a.arena);
    arena_finish(&b.arena);
    return same;
}
