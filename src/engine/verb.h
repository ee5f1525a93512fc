/* engine/verb.h - the verbs, a file each.  The engine's own; others call engine_decide().
 *
 * Each decides one kind of command.  ret comes with the account's balances as they are; a verb
 * that refuses sets ret->reject (and ret->available), one that agrees fills in the rest.
 * Refusals are found in the order of domain/reject.def, before anything is written.
 * Pure, but for the arena.
 */
#ifndef ENGINE_VERB_H
#define ENGINE_VERB_H

#include "base/arena.h"
#include "domain/command.h"
#include "domain/decision.h"
#include "domain/view.h"

typedef enum err verb(const struct view *view, const struct command *command, struct arena *arena,
                      struct decision *ret);

verb decide_issue;
verb decide_edit;
verb decide_void;
verb decide_activate;
verb decide_expire;
verb decide_deduct;
verb decide_reverse;
verb decide_hold;
verb decide_capture;
verb decide_release;
verb decide_lapse;
verb decide_extend;
verb decide_credit_limit;

/* Is there room in the account for more, with all that is scheduled? */
bool account_has_room(const struct account *account, struct amount more);

#endif
