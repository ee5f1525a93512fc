#include "engine/draft.h"
#include "engine/verb.h"

/* Rule 4.  A limit below what is owed calls nothing in: it only lends no more.  The one that it is
 * already changes nothing. */
enum err decide_credit_limit(const struct view *view, const struct command *command,
                             struct arena *arena, struct decision *ret)
{
    const struct credit_limit_set *set = &command->credit_limit_set;
    struct draft draft;
    struct facts *facts;
    enum err e;

    assert(!amount_is_negative(set->limit));
    if (amount_equals(set->limit, view->account.limit))
        return OK;
    e = draft_open(&draft, view, command, arena, 1, 0);
    if (e == OK)
        e = draft_facts(&draft, arena, &facts);
    if (e != OK)
        return e;
    facts->amount = set->limit;
    facts->reason = set->reason;
    draft_add_account(&draft,
                      (struct entry){ .kind = ENTRY_CREDIT_LIMIT, .effective_at = command->now });
    draft_close(&draft, ret);
    return OK;
}
