#include "daemon/lines.h"

void line_sum_init(struct line_sum *sum)
{
    *sum = (struct line_sum){ .line_count = 0 };
    digest_stream_init(&sum->stream);
}

void line_sum_add(struct line_sum *sum, struct str line)
{
    digest_stream_add(&sum->stream, line.data, line.len);
    digest_stream_add(&sum->stream, "\n", 1);
    sum->line_count++;
}

bool line_sum_is_due(const struct line_sum *sum)
{
    return sum->line_count - sum->told >= LINES_PER_CHECK;
}

void line_sum_take(struct line_sum *sum, char ret_hex[2 * DIGEST_BYTES + 1])
{
    struct digest digest = digest_stream_take(&sum->stream);

    digest_to_hex(&digest, ret_hex);
    sum->told = sum->line_count;
}
