#include "engine/draft.h"
#include "engine/verb.h"

static enum reject edit_reject(const struct view *view, const struct edit *edit)
{
    const struct grant *grant = view->grant;

    if (grant == NULL)
        return REJECT_GRANT_UNKNOWN;
    if (!edit->has_expires_at)
        return REJECT_NONE; /* texts may always change */
    if (!instant_before(grant->effective_at, edit->expires_at))
        return REJECT_EXPIRY_NOT_AFTER_EFFECTIVE;
    /* Rule 8: nothing is revived. */
    if (grant->status == GRANT_EXPIRED)
        return REJECT_GRANT_EXPIRED;
    if (grant->status == GRANT_VOIDED)
        return REJECT_GRANT_VOIDED;
    return REJECT_NONE;
}

static bool edits_anything(const struct edit *edit)
{
    return edit->has_name || edit->has_expires_at || edit->has_grant_type ||
           edit->has_custom_fields;
}

/* The facts complete, so that the last entry with facts tells all. */
static void edit_facts(const struct edit *edit, const struct facts *before, struct facts *ret)
{
    *ret = *before;
    if (edit->has_name)
        ret->name = edit->name;
    if (edit->has_expires_at)
        ret->expires_at = edit->expires_at;
    if (edit->has_grant_type)
        ret->grant_type = edit->grant_type;
    if (edit->has_custom_fields)
        ret->custom_fields = edit->custom_fields;
}

enum err decide_edit(const struct view *view, const struct command *command, struct arena *arena,
                     struct decision *ret)
{
    const struct edit *edit = &command->edit;
    struct draft draft;
    struct grant *grant;
    struct facts *facts;
    enum err e;

    ret->reject = edit_reject(view, edit);
    if (ret->reject != REJECT_NONE || !edits_anything(edit))
        return OK;
    assert(view->grant_facts != NULL);
    facts = arena_new(arena, struct facts, 1);
    if (facts == NULL)
        return ERR_NOMEM;
    e = draft_open(&draft, view, command, arena, 2, 0);
    if (e != OK)
        return e;
    edit_facts(edit, view->grant_facts, facts);
    grant = draft_grant(&draft, view->grant);
    draft_add(&draft, grant,
              (struct entry){
                  .kind = ENTRY_EDIT,
                  .effective_at = command->now,
                  .of = view->grant->facts_entry,
                  .facts = facts,
              });
    if (edit->has_expires_at && !instant_before(command->now, edit->expires_at))
        draft_expire(&draft, grant, edit->expires_at);
    draft_close(&draft, ret);
    return OK;
}
