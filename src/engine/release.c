#include "engine/release.h"

#include "engine/verb.h"

void release_part(struct draft *draft, struct grant *grant, enum entry_kind kind,
                  struct amount part, struct instant effective_at, uint64_t hold)
{
    assert(kind == ENTRY_RELEASE || kind == ENTRY_LAPSE);
    draft_add(draft, grant,
              (struct entry){
                  .kind = kind,
                  .effective_at = effective_at,
                  .of = hold,
                  .held = amount_negate(part),
              });
    draft_settle(draft, grant, hold);
}

static enum err release_all(const struct view *view, const struct command *command,
                            enum entry_kind kind, struct instant effective_at, struct arena *arena,
                            struct decision *ret)
{
    const struct hold *hold = view->hold;
    struct draft draft;
    enum err e;

    assert(hold->status == HOLD_OPEN);
    assert(hold->part_count > 0);
    e = draft_open(&draft, view, command, arena, 2 * hold->part_count, 0);
    if (e != OK)
        return e;
    for (size_t i = 0; i < hold->part_count; i++)
        release_part(&draft, draft_grant(&draft, view->hold_grants[i]), kind, hold->parts[i].amount,
                     effective_at, hold->number);
    draft_close(&draft, ret);
    ret->hold_expires_at = hold->expires_at;
    return OK;
}

enum err decide_release(const struct view *view, const struct command *command, struct arena *arena,
                        struct decision *ret)
{
    if (view->hold == NULL)
        ret->reject = REJECT_HOLD_UNKNOWN;
    else if (view->hold->status != HOLD_OPEN)
        ret->reject = REJECT_HOLD_ENDED;
    if (ret->reject != REJECT_NONE)
        return OK;
    return release_all(view, command, ENTRY_RELEASE, command->now, arena, ret);
}

/* There is nothing to do for a hold that has ended before its time, or was extended. */
enum err decide_lapse(const struct view *view, const struct command *command, struct arena *arena,
                      struct decision *ret)
{
    const struct hold *hold = view->hold;

    assert(hold != NULL);
    if (hold->status != HOLD_OPEN || instant_before(command->now, hold->expires_at))
        return OK;
    return release_all(view, command, ENTRY_LAPSE, hold->expires_at, arena, ret);
}
