/* test/unit/engine/world.h - an account with a few grants, and commands about it. */
#ifndef TEST_UNIT_ENGINE_WORLD_H
#define TEST_UNIT_ENGINE_WORLD_H

#include "base/arena.h"
#include "domain/command.h"
#include "domain/decision.h"
#include "domain/view.h"

#define WORLD_GRANTS_MAX 8
#define WORLD_NOW 1000

/* Grants 1 to n of 100 each, active from instant 1, in burn order by their expiry 2001, 2002,
 * ...; the next entry is 100. */
struct world {
    struct arena arena;
    struct grant grants[WORLD_GRANTS_MAX];
    struct grant *live[WORLD_GRANTS_MAX];
    struct view view;
    struct command command;
    struct decision decision;
};

void world_init(struct world *world, size_t grant_count);
void world_finish(struct world *world);
struct instant instant_at(int64_t us);
struct amount amount_of(int64_t units);
/* command becomes a deduction that is refused where it is not covered. */
void world_deduct(struct world *world, int64_t units);
enum err world_decide(struct world *world);

#endif
