/* api/outcome.h - what becomes of a call, encoded.
 *
 * The same bytes whether they are sent at once or kept in a receipt, so this runs on the network's
 * thread, or on the ledger's while the call is there.
 */
#ifndef API_OUTCOME_H
#define API_OUTCOME_H

#include "api/call.h"

/* What a receipt keeps of a reply. */
struct outcome {
    int status;
    struct str content_type;
    struct str body; /* in the arena, or static */
};

/* A group of commands is a success as soon as its parts were tried, whatever became of each: the
 * reply tells of one after the other.  False where the group as a whole was not tried. */
bool outcome_is_by_part(const struct job *job);
/* What became of one part, as if it had been asked for by itself: the body is the writer's next
 * value.  Returns the status. */
int outcome_write_part(const struct call *call, const struct job *part, struct json_writer *writer);
/* The same for its receipt, which it has not yet.  ERR_NOMEM */
enum err outcome_encode_part(const struct call *call, const struct job *part,
                             struct outcome *ret) MUST_CHECK;

/* Of a call that the ledger has answered: a success or a refusal.  ERR_NOMEM */
enum err outcome_encode(struct call *call, struct outcome *ret) MUST_CHECK;
/* Cannot fail. */
struct outcome outcome_of_trouble(struct call *call, enum trouble trouble);

#endif
