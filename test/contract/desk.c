#include "desk.h"

#include <stdio.h>
#include <string.h>
#include "engine/decide.h"

#define DESK_ARENA_BYTES ((size_t)256 << 20)
#define DESK_EPOCH_US INT64_C(1704067200000000) /* 2024-01-01T00:00:00Z */

struct instant desk_day(int day)
{
    return (struct instant){ .us = DESK_EPOCH_US + day * SPAN_US_PER_DAY };
}

void desk_init(struct desk *desk, struct store *store)
{
    *desk = (struct desk){
        .store = store,
        .environment = ENVIRONMENT_LIVE,
        .now = desk_day(0),
    };
    arena_init(&desk->arena, DESK_ARENA_BYTES);
}

void desk_finish(struct desk *desk)
{
    arena_finish(&desk->arena);
}

static void must(enum err e)
{
    assert(e == OK);
}

void desk_begin(struct desk *desk)
{
    must(store_begin(desk->store));
}

void desk_commit(struct desk *desk)
{
    must(store_commit(desk->store, desk->now));
}

struct uuid desk_id(struct desk *desk)
{
    uint8_t bytes[16] = { 0xd5, 0xe5 };

    desk->ids++;
    for (int i = 0; i < 8; i++)
        bytes[15 - i] = (uint8_t)(desk->ids >> 8 * i);
    return uuid_from_random(bytes);
}

uint32_t desk_customer(struct desk *desk, const char *name)
{
    struct str alias = str_from_c(name);
    struct customer customer = {
        .id = { desk_id(desk) },
        .name = alias,
        .aliases = &alias,
        .alias_count = 1,
        .custom_fields = STR("{}"),
        .profile = STR("{}"),
        .created_at = desk->now,
        .updated_at = desk->now,
        .archived_at = INSTANT_NEVER,
    };
    uint32_t number;

    must(store_customer_add(desk->store, &customer, &number));
    return number;
}

struct decision desk_execute(struct desk *desk, struct command *command)
{
    struct decision decision = { .reject = REJECT_NONE };
    struct view view;

    arena_reset(&desk->arena, 1 << 20);
    command->now = desk->now;
    command->subject.environment = desk->environment;
    must(store_load_view(desk->store, &command->subject, &desk->arena, &view));
    must(engine_decide(&view, command, &desk->arena, &decision));
    if (decision.entry_count > 0)
        must(store_append(desk->store, desk->environment, decision.entries, decision.entry_count));
    return decision;
}

static void subject_fill(struct desk *desk, struct subject *subject, uint32_t customer,
                         uint32_t credit_type)
{
    store_customer_ref(desk->store, customer, &subject->customer);
    subject->credit_type = credit_type == 0 ? DESK_USD : credit_type;
}

struct decision desk_issue(struct desk *desk, struct desk_terms terms)
{
    struct command command = { .kind = COMMAND_GRANT_ISSUE };
    struct facts *facts = &command.issue.facts;

    subject_fill(desk, &command.subject, terms.customer, terms.credit_type);
    *facts = FACTS_NONE;
    facts->customer = command.subject.customer.id;
    facts->credit_type = store_credit_type(desk->store, command.subject.credit_type)->id;
    facts->grant_id.uuid = desk_id(desk);
    facts->amount.units = terms.units;
    facts->priority.millionths = terms.priority * 1000000;
    facts->effective_at = terms.effective_at.us == 0 ? desk->now : terms.effective_at;
    facts->expires_at = terms.expires_at.us == 0 ? INSTANT_NEVER : terms.expires_at;
    facts->name = str_from_c(terms.name);
    facts->uniqueness_key = str_from_c(terms.uniqueness_key);
    facts->products = terms.products;
    facts->rollover = terms.rollover;
    command.subject.uniqueness_key = facts->uniqueness_key;
    command.subject.grant_id = facts->grant_id;
    return desk_execute(desk, &command);
}

static struct deduct use_of(struct desk *desk, int64_t units)
{
    return (struct deduct){
        .policy = POLICY_REFUSE,
        .at = desk->now,
        .amount = { .units = units },
    };
}

struct decision desk_deduct(struct desk *desk, uint32_t customer, int64_t units)
{
    struct command command = { .kind = COMMAND_DEDUCT, .deduct = use_of(desk, units) };

    subject_fill(desk, &command.subject, customer, 0);
    return desk_execute(desk, &command);
}

struct decision desk_hold(struct desk *desk, uint32_t customer, int64_t units, int days)
{
    struct command command = { .kind = COMMAND_HOLD_CREATE };

    command.hold.use = use_of(desk, units);
    command.hold.expires_at.us = desk->now.us + days * SPAN_US_PER_DAY;
    subject_fill(desk, &command.subject, customer, 0);
    return desk_execute(desk, &command);
}

struct decision desk_capture(struct desk *desk, uint64_t hold, int64_t units)
{
    struct command command = { .kind = COMMAND_HOLD_CAPTURE, .subject.hold = hold };

    command.capture.policy = POLICY_REFUSE;
    command.capture.amount.units = units;
    return desk_execute(desk, &command);
}

struct decision desk_release(struct desk *desk, uint64_t hold)
{
    struct command command = { .kind = COMMAND_HOLD_RELEASE, .subject.hold = hold };

    return desk_execute(desk, &command);
}

struct decision desk_reverse(struct desk *desk, uint64_t deduction, int64_t units)
{
    struct command command = { .kind = COMMAND_REVERSE, .subject.deduction = deduction };

    command.reverse.amount.units = units;
    return desk_execute(desk, &command);
}

struct decision desk_credit_limit(struct desk *desk, uint32_t customer, int64_t units)
{
    struct command command = { .kind = COMMAND_CREDIT_LIMIT_SET };

    command.credit_limit_set.limit.units = units;
    subject_fill(desk, &command.subject, customer, 0);
    return desk_execute(desk, &command);
}

struct decision desk_void(struct desk *desk, struct grant_id id, bool release_key)
{
    struct command command = { .kind = COMMAND_GRANT_VOID, .subject.grant_id = id };

    command.void_grant.release_uniqueness_key = release_key;
    return desk_execute(desk, &command);
}

void desk_advance(struct desk *desk, struct instant to)
{
    struct due due;

    while (store_next_due(desk->store, desk->environment, &due) && !instant_before(to, due.at)) {
        struct command command = { .kind = due.kind };
        struct decision decision;

        if (due.kind == COMMAND_LAPSE)
            command.subject.hold = due.number;
        else
            command.subject.grant = due.number;
        if (due.kind == COMMAND_EXPIRE)
            command.expire.rolled_id.uuid = desk_id(desk);
        if (instant_before(desk->now, due.at))
            desk->now = due.at;
        decision = desk_execute(desk, &command);
        assert(decision.entry_count > 0); /* or it would be due for ever */
    }
    if (instant_before(desk->now, to))
        desk->now = to;
}

struct view desk_look(struct desk *desk, struct subject subject)
{
    struct view view;

    subject.environment = desk->environment;
    must(store_load_view(desk->store, &subject, &desk->arena, &view));
    return view;
}

struct view desk_account(struct desk *desk, uint32_t customer)
{
    struct subject subject = { .credit_type = DESK_USD };

    store_customer_ref(desk->store, customer, &subject.customer);
    return desk_look(desk, subject);
}
