#include "engine/draft.h"
#include "engine/verb.h"

static enum reject extend_reject(const struct view *view, const struct command *command)
{
    if (view->hold == NULL)
        return REJECT_HOLD_UNKNOWN;
    if (!instant_before(command->now, command->extend.expires_at))
        return REJECT_EXPIRES_IN_PAST;
    if (view->hold->status != HOLD_OPEN)
        return REJECT_HOLD_ENDED;
    return REJECT_NONE;
}

enum err decide_extend(const struct view *view, const struct command *command, struct arena *arena,
                       struct decision *ret)
{
    struct draft draft;
    struct facts *facts;
    enum err e;

    ret->reject = extend_reject(view, command);
    if (ret->reject != REJECT_NONE)
        return OK;
    e = draft_open(&draft, view, command, arena, 1, 0);
    if (e == OK)
        e = draft_facts(&draft, arena, &facts);
    if (e != OK)
        return e;
    facts->hold_expires_at = command->extend.expires_at;
    draft_add_account(&draft, (struct entry){
                                  .kind = ENTRY_EXTEND,
                                  .effective_at = command->now,
                                  .of = view->hold->number,
                              });
    draft_close(&draft, ret);
    ret->hold_expires_at = command->extend.expires_at;
    return OK;
}
