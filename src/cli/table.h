/* cli/table.h - rows under titles.
 *
 * The first rows are kept until there are enough to see how wide the columns must be; the others
 * pass through as they come, so a table may be of any length. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stdio.h>
#include "base/arena.h"

#define TABLE_COLUMNS_MAX 10
#define TABLE_ROWS_KEPT 100

struct column {
    const char *title;
    bool is_number; /* to the right */
};

struct table {
    FILE *to;
    const struct column *columns;
    size_t column_count;
    size_t widths[TABLE_COLUMNS_MAX];
    struct arena arena;
    const char *kept[TABLE_ROWS_KEPT][TABLE_COLUMNS_MAX];
    size_t kept_count;
    bool has_begun; /* the titles are out */
};

void table_init(struct table *table, FILE *to, const struct column *columns, size_t count);
/* One cell a column. */
void table_row(struct table *table, const char *const *cells);
/* Writes what was kept; nothing at all when there was no row. */
void table_finish(struct table *table);

#endif
