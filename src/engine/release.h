/* engine/release.h - parts of a hold go back to their grants.  The engine's own.  Pure. */
#ifndef ENGINE_RELEASE_H
#define ENGINE_RELEASE_H

#include "engine/draft.h"

/* Adds an entry of that kind (RELEASE or LAPSE); what comes back to a grant that has ended leaves
 * it at once (rule 5), by a second entry. */
void release_part(struct draft *draft, struct grant *grant, enum entry_kind kind,
                  struct amount part, struct instant effective_at, uint64_t hold);

#endif
