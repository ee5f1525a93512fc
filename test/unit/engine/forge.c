#include "forge.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "engine/invariant.h"
#include "story.h"

static const struct forgery *forgery; /* at work */
static size_t seen, wanted;           /* decisions of the kind; the one to forge: the last */
static struct str found;              /* the law that is broken then */

static void copy(const struct view *view, const struct command *command,
                 const struct decision *decision, struct forged *ret)
{
    assert(decision->entry_count <= FORGED_MAX);
    assert(view->grant_count <= FORGED_MAX);
    assert(view->taken_count <= FORGED_MAX);
    *ret = (struct forged){ .view = *view, .command = *command, .decision = *decision };
    for (size_t i = 0; i < decision->entry_count; i++)
        ret->entries[i] = decision->entries[i];
    for (size_t i = 0; i < view->grant_count; i++) {
        ret->grants[i] = *view->grants[i];
        ret->live[i] = &ret->grants[i];
    }
    for (size_t i = 0; i < view->taken_count; i++)
        ret->taken[i] = view->taken[i];
    if (decision->entry_count > 0 && decision->entries[0].facts != NULL) {
        ret->facts = *decision->entries[0].facts;
        ret->entries[0].facts = &ret->facts;
    }
    ret->decision.entries = ret->entries;
    ret->view.grants = ret->live;
    ret->view.taken = view->taken == NULL ? NULL : ret->taken;
}

static void watch(const struct view *view, const struct command *command,
                  const struct decision *decision)
{
    struct forged forged;

    if (command->kind != forgery->kind || ++seen != wanted)
        return;
    copy(view, command, decision, &forged);
    assert(str_is_empty(invariant_of_decision(&forged.view, &forged.command, &forged.decision)));
    forgery->forge(&forged);
    found = invariant_of_decision(&forged.view, &forged.command, &forged.decision);
}

static void tell(void)
{
    seen = 0;
    found = STR_NONE;
    assert_int_equal(
        story_play(str_from_c(forgery->claim), str_from_c(forgery->story), NULL, stderr), 0);
}

void forgery_is_named(void **state)
{
    forgery = *state;
    book_watch = watch;
    wanted = 0;
    tell();
    wanted = seen;
    tell();
    book_watch = NULL;
    if (!str_equals(found, str_from_c(forgery->law)))
        fail_msg("expected '%s', got '%.*s'", forgery->law, STR_PRINT(found));
}
