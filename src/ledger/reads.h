/* ledger/reads.h - the jobs that wait for the reader, in the order in which it runs them.
 *
 * Askers take turns: a round runs one read of each.  So who asks for a hundred at once waits for
 * his own, and another waits for one of them.
 *
 * Short reads and long ones wait apart.  While there are both, either kind gets half of the rows
 * that are read: a short read waits for no more than one long one, whoever asks for those, and
 * for the short ones before it and as many rows of long ones again.
 *
 * The reader's thread only.  Nothing fails.
 */
#ifndef LEDGER_READS_H
#define LEDGER_READS_H

#include <stddef.h>
#include <stdint.h>

struct job;

/* In order of round, then of arrival. */
struct reads_line {
    struct job *first;
    uint64_t round; /* of the last that was taken */
};

struct reads {
    struct reads_line short_ones;
    struct reads_line long_ones;
    size_t owed_rows; /* read of long ones, and not yet of the short ones that wait beside them */
};

/* job->asker and job->rows say where it belongs. */
void reads_add(struct reads *reads, struct job *job);
struct job *reads_take(struct reads *reads); /* NULL: empty */

#endif
