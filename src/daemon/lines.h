/* daemon/lines.h - a whole book as lines of JSON and back, and what the two directions know of each
 * other (docs/export-format.md).  What goes wrong is told on stderr.  One thread. */
#ifndef DAEMON_LINES_H
#define DAEMON_LINES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "base/digest.h"

#define EXPORT_VERSION 1
#define EXPORT_FORMAT_OLDEST 2 /* of rows: before, there were no tables for all that is exported */
/* The longest holds the reply to a batch of 10,000 deductions: some 6 MB. */
#define LINE_BYTES_MAX (32u << 20)
#define LINE_ARENA_BYTES (160u << 20) /* the tree of one */
#define LINES_PER_CHECK 1000u

/* A SHA-256 over lines, each with its newline; since the last one that told of it. */
struct line_sum {
    struct digest_stream stream;
    uint64_t line_count; /* of all */
    uint64_t told;       /* of them, up to the last that told */
};

struct portable_options;

/* What is committed in the data file of that path.  EXIT_WELL, EXIT_WORLD */
int lines_export(FILE *to, const char *path, const struct portable_options *options);
/* A data directory, which is new or empty, of an export; or nothing, and the directory is as it
 * was.  EXIT_WELL, EXIT_NO: the lines are wrong, EXIT_USAGE: the path is too long, EXIT_WORLD */
int lines_import(FILE *from, const char *data);

void line_sum_init(struct line_sum *sum);
void line_sum_add(struct line_sum *sum, struct str line);
bool line_sum_is_due(const struct line_sum *sum);
/* In hex; and begins anew. */
void line_sum_take(struct line_sum *sum, char ret_hex[2 * DIGEST_BYTES + 1]);

#endif
