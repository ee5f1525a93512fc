#include "ledger/reads.h"

#include "base/limits.h"
#include "ledger/ledger.h"

/* An asker's reads are in rounds of their own, and begin in the next one. */
static uint64_t round_of(const struct reads_line *line, const struct job *job)
{
    uint64_t last = line->round;

    for (const struct job *other = line->first; other != NULL; other = other->next)
        if (other->asker == job->asker)
            last = other->round; /* they rise */
    return last + 1;
}

static void line_add(struct reads_line *line, struct job *job)
{
    struct job **place = &line->first;

    job->round = round_of(line, job);
    while (*place != NULL && (*place)->round <= job->round)
        place = &(*place)->next;
    job->next = *place;
    *place = job;
}

static struct job *line_take(struct reads_line *line)
{
    struct job *job = line->first;

    assert(job != NULL);
    assert(job->round >= line->round);
    line->first = job->next;
    line->round = job->round;
    job->next = NULL;
    return job;
}

void reads_add(struct reads *reads, struct job *job)
{
    assert(job->rows > 0);
    line_add(job->rows > READ_ROWS_SHORT_MAX ? &reads->long_ones : &reads->short_ones, job);
}

struct job *reads_take(struct reads *reads)
{
    bool is_long = reads->short_ones.first == NULL ||
                   (reads->long_ones.first != NULL && reads->owed_rows == 0);
    struct job *job;

    if (is_long && reads->long_ones.first == NULL)
        return NULL;
    job = line_take(is_long ? &reads->long_ones : &reads->short_ones);
    if (is_long)
        reads->owed_rows = job->rows;
    else
        reads->owed_rows -= job->rows < reads->owed_rows ? job->rows : reads->owed_rows;
    return job;
}
