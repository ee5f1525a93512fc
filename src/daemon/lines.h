/* daemon/lines.h - what the export and the import know of each other (docs/export-format.md).
 * One thread. */
#ifndef DAEMON_LINES_H
#define DAEMON_LINES_H

#include <stdbool.h>
#include <stdint.h>
#include "base/digest.h"

#define EXPORT_VERSION 1
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

void line_sum_init(struct line_sum *sum);
void line_sum_finish(struct line_sum *sum);
void line_sum_add(struct line_sum *sum, struct str line);
bool line_sum_is_due(const struct line_sum *sum);
/* In hex; and begins anew. */
void line_sum_take(struct line_sum *sum, char ret_hex[2 * DIGEST_BYTES + 1]);

#endif
