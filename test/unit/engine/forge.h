/* test/unit/engine/forge.h - decisions that came about in a story, forged.
 *
 * A forgery keeps every law that is looked at before the one that it breaks, so that a law which
 * sees nothing is not helped out by another.
 */
#ifndef TEST_UNIT_ENGINE_FORGE_H
#define TEST_UNIT_ENGINE_FORGE_H

#include "domain/command.h"
#include "domain/decision.h"
#include "domain/view.h"

#define FORGED_MAX 8 /* entries, grants and takings of a story here */

/* A decision, and what it was decided on, all of it open to forgery. */
struct forged {
    struct view view;
    struct command command;
    struct decision decision;
    struct entry entries[FORGED_MAX];
    struct facts facts; /* of the first entry, where it has any */
    struct grant grants[FORGED_MAX];
    struct grant *live[FORGED_MAX];
    struct taken taken[FORGED_MAX];
};

struct forgery {
    const char *claim;
    const char *story;
    enum command_kind kind; /* of the last of the story's commands of this kind */
    void (*forge)(struct forged *forged);
    const char *law;
};

#define FORGERY(story, kind, forge, law)                                                           \
    {                                                                                              \
#forge, story, COMMAND_##kind, forge, law                                                  \
    }

/* Tells the story, forges, and fails where not that very law is named: a case of a group.
 * state: its struct forgery. */
void forgery_is_named(void **state);

#endif
