#include "engine/draft.h"
#include "engine/verb.h"

static unsigned void_flags(const struct void_grant *void_grant)
{
    return (void_grant->release_uniqueness_key ? ENTRY_RELEASES_UNIQUENESS_KEY : 0) |
           (void_grant->void_purchase_invoice ? ENTRY_VOIDS_PURCHASE_INVOICE : 0);
}

/* Rule 8.  What is held stays for its hold. */
enum err decide_void(const struct view *view, const struct command *command, struct arena *arena,
                     struct decision *ret)
{
    struct draft draft;
    struct grant *grant;
    struct facts *facts = NULL;
    enum err e;

    if (view->grant == NULL) {
        ret->reject = REJECT_GRANT_UNKNOWN;
        return OK;
    }
    if (view->grant->status == GRANT_VOIDED)
        return OK;
    e = draft_open(&draft, view, command, arena, 1, 0);
    if (e == OK && view->grant->status == GRANT_SCHEDULED)
        e = draft_facts(&draft, arena, &facts);
    if (e != OK)
        return e;
    grant = draft_grant(&draft, view->grant);
    if (facts != NULL)
        facts->amount = grant->scheduled;
    draft_add(&draft, grant,
              (struct entry){
                  .kind = ENTRY_VOID,
                  .flags = void_flags(&command->void_grant),
                  .effective_at = command->now,
                  .amount = amount_negate(grant_available(grant)),
              });
    draft_close(&draft, ret);
    return OK;
}
