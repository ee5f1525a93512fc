/* api/metronome/history.h - a grant's entries as Metronome's deductions.
 *
 * Posted: what has left the grant, negative, and what came back, positive; with the balance of the
 * grant after it.  Pending: what open holds have reserved.  Thread: the call's (api/call.h).
 */
#ifndef API_METRONOME_HISTORY_H
#define API_METRONOME_HISTORY_H

#include "api/call.h"

/* A line of a ledger, or a deduction of a grant: the same object. */
void history_put_line(struct json_writer *writer, const struct ledger_line *line, int scale,
                      const struct key_snapshot *keys);

/* keys: for the names of those who asked.  Both of these write an array. */
void history_put_deductions(struct json_writer *writer, const struct grant_row *row,
                            const struct key_snapshot *keys);
/* Needs memory for the open holds; without it the writer has overflowed. */
void history_put_pending(struct json_writer *writer, const struct grant_row *row,
                         const struct key_snapshot *keys, struct arena *arena);

#endif
