#include "cli/table.h"

#include "base/check.h"
#include "cli/text.h"

#define TABLE_ARENA_BYTES_MAX (4u << 20) /* a hundred rows of texts */
#define TABLE_ARENA_BYTES_KEPT 4096u

void table_init(struct table *table, FILE *to, const struct column *columns, size_t count)
{
    assert(count <= TABLE_COLUMNS_MAX);
    *table = (struct table){ .to = to, .columns = columns, .column_count = count };
    arena_init(&table->arena, TABLE_ARENA_BYTES_MAX);
    for (size_t i = 0; i < count; i++)
        table->widths[i] = text_width(columns[i].title);
}

static void pad(FILE *to, size_t count)
{
    for (size_t i = 0; i < count; i++)
        fputc(' ', to);
}

static size_t last_filled(const struct table *table, const char *const *cells)
{
    size_t last = table->column_count - 1;

    assert(table->column_count > 0);
    while (last > 0 && cells[last][0] == '\0')
        last--;
    return last;
}

/* No spaces at the end of a line. */
static void write_row(const struct table *table, const char *const *cells)
{
    size_t last = last_filled(table, cells);

    for (size_t i = 0; i <= last; i++) {
        size_t width = text_width(cells[i]);
        size_t gap = table->widths[i] > width ? table->widths[i] - width : 0;

        if (i > 0)
            fputs("  ", table->to);
        if (table->columns[i].is_number)
            pad(table->to, gap);
        fputs(cells[i], table->to);
        if (!table->columns[i].is_number && i < last)
            pad(table->to, gap);
    }
    fputc('\n', table->to);
}

static void begin(struct table *table)
{
    const char *titles[TABLE_COLUMNS_MAX];

    for (size_t i = 0; i < table->column_count; i++)
        titles[i] = table->columns[i].title;
    write_row(table, titles);
    for (size_t i = 0; i < table->kept_count; i++)
        write_row(table, table->kept[i]);
    arena_reset(&table->arena, TABLE_ARENA_BYTES_KEPT);
    table->has_begun = true;
}

static void widen(struct table *table, const char *const *cells)
{
    for (size_t i = 0; i < table->column_count; i++) {
        size_t width = text_width(cells[i]);

        if (width > table->widths[i])
            table->widths[i] = width;
    }
}

void table_row(struct table *table, const char *const *cells)
{
    const char **shown = table->kept[table->has_begun ? 0 : table->kept_count];

    for (size_t i = 0; i < table->column_count; i++)
        shown[i] = text_shown(cells[i], &table->arena);
    if (table->has_begun) {
        write_row(table, shown);
        arena_reset(&table->arena, TABLE_ARENA_BYTES_KEPT);
        return;
    }
    widen(table, shown);
    if (++table->kept_count == TABLE_ROWS_KEPT)
        begin(table);
}

void table_finish(struct table *table)
{
    if (!table->has_begun && table->kept_count > 0)
        begin(table);
    arena_finish(&table->arena);
}
