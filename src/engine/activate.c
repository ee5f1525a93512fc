#include "engine/draft.h"
#include "engine/verb.h"

/* Rule 6.  There is nothing to do for a grant that was voided before its time. */
enum err decide_activate(const struct view *view, const struct command *command,
                         struct arena *arena, struct decision *ret)
{
    const struct grant *grant = view->grant;
    struct draft draft;
    struct grant *copy;
    enum err e;

    assert(grant != NULL);
    if (grant->status != GRANT_SCHEDULED || instant_before(command->now, grant->effective_at))
        return OK;
    e = draft_open(&draft, view, command, arena, 2, 0);
    if (e != OK)
        return e;
    copy = draft_grant(&draft, grant);
    draft_add(&draft, copy,
              (struct entry){
                  .kind = ENTRY_ACTIVATE,
                  .effective_at = grant->effective_at,
                  .amount = grant->scheduled,
              });
    draft_repay(&draft, copy, grant->effective_at);
    draft_close(&draft, ret);
    return OK;
}
