#include "world.h"

#include "engine/decide.h"

struct instant instant_at(int64_t us)
{
    return (struct instant){ .us = us };
}

struct amount amount_of(int64_t units)
{
    return (struct amount){ .units = units };
}

void world_init(struct world *world, size_t grant_count)
{
    assert(grant_count <= WORLD_GRANTS_MAX);
    *world = (struct world){ .view = { .next_sequence = 100 } };
    arena_init(&world->arena, (size_t)1 << 20);
    world->view.account = (struct account){
        .number = 1,
        .posted = amount_of(100 * (int64_t)grant_count),
        .last_entry = 99,
    };
    world->view.grants = world->live;
    world->view.grant_count = grant_count;
    for (size_t i = 0; i < grant_count; i++) {
        world->live[i] = &world->grants[i];
        world->grants[i] = (struct grant){
            .id = { .uuid = uuid_from_sequence('g', i + 1) },
            .number = i + 1,
            .account = 1,
            .status = GRANT_ACTIVE,
            .effective_at = instant_at(1),
            .expires_at = instant_at(2001 + (int64_t)i),
            .amount = amount_of(100),
            .posted = amount_of(100),
            .last_entry = i + 1,
            .facts_entry = i + 1,
        };
    }
    world->command.now = instant_at(WORLD_NOW);
    world->command.subject.customer.id.uuid.bytes[0] = 7;
    world->command.key = 3;
}

void world_finish(struct world *world)
{
    arena_finish(&world->arena);
}

void world_deduct(struct world *world, int64_t units)
{
    world->command.kind = COMMAND_DEDUCT;
    world->command.deduct = (struct deduct){
        .policy = POLICY_REFUSE,
        .at = world->command.now,
        .amount = amount_of(units),
    };
}

enum err world_decide(struct world *world)
{
    return engine_decide(&world->view, &world->command, &world->arena, &world->decision);
}
