#include "base/limits.h"
#include "engine/draft.h"
#include "engine/verb.h"

/* A grant whose time was over before it was issued: history that is moved in. */
static bool is_past(const struct command *command)
{
    return !instant_before(command->now, command->issue.facts.expires_at);
}

static enum reject issue_reject(const struct view *view, const struct command *command)
{
    const struct facts *facts = &command->issue.facts;

    if (view->grant != NULL)
        return REJECT_ID_TAKEN;
    if (view->uniqueness_key_taken)
        return REJECT_UNIQUENESS_KEY_TAKEN;
    if (command->subject.customer.archived)
        return REJECT_CUSTOMER_ARCHIVED;
    if (!amount_is_positive(facts->amount))
        return REJECT_AMOUNT_NOT_POSITIVE;
    if (!instant_before(facts->effective_at, facts->expires_at))
        return REJECT_EXPIRY_NOT_AFTER_EFFECTIVE;
    if (view->grant_count >= ACCOUNT_GRANTS_LIVE_MAX && !is_past(command))
        return REJECT_ACCOUNT_FULL;
    if (!account_has_room(&view->account, facts->amount))
        return REJECT_OVERFLOW;
    return REJECT_NONE;
}

enum err decide_issue(const struct view *view, const struct command *command, struct arena *arena,
                      struct decision *ret)
{
    const struct facts *facts = &command->issue.facts;
    bool scheduled = instant_before(command->now, facts->effective_at);
    struct draft draft;
    struct grant grant;
    enum err e;

    ret->reject = issue_reject(view, command);
    if (ret->reject != REJECT_NONE)
        return OK;
    e = draft_open(&draft, view, command, arena, 2, 0);
    if (e != OK)
        return e;
    draft_add_issue(&draft,
                    (struct entry){
                        .kind = ENTRY_ISSUE,
                        .effective_at = facts->effective_at,
                        .amount = scheduled ? AMOUNT_ZERO : facts->amount,
                        .facts = facts,
                    },
                    &grant);
    if (is_past(command))
        draft_expire(&draft, &grant, facts->expires_at);
    else if (!scheduled)
        draft_repay(&draft, &grant, command->now);
    draft_close(&draft, ret);
    return OK;
}
