#include "ledger/pulse.h"

#include "engine/decide.h"
#include "ledger/execute.h"

static const enum environment environments[ENVIRONMENT_COUNT] = { ENVIRONMENT_LIVE,
                                                                  ENVIRONMENT_TEST };

static struct instant clock_now(struct ledger *ledger)
{
    struct clock *clock = ledger->options.clock;
    struct instant now = { .us = clock->now_us(clock) };

    assert(instant_is_dated(now));
    return now;
}

static bool is_frozen(struct ledger *ledger, enum environment environment)
{
    return environment == ENVIRONMENT_TEST && !instant_is_none(store_test_clock(ledger->store));
}

void pulse_clocks(struct ledger *ledger)
{
    struct instant clock = clock_now(ledger);

    for (size_t i = 0; i < ENVIRONMENT_COUNT; i++)
        if (!is_frozen(ledger, environments[i]))
            ledger->now[i] = instant_max(ledger->now[i], clock);
}

void pulse_move_test(struct ledger *ledger, struct instant now)
{
    ledger->now[environment_index(ENVIRONMENT_TEST)] = now;
}

struct instant pulse_now(const struct ledger *ledger, enum environment environment)
{
    return ledger->now[environment_index(environment)];
}

static bool due_by_now(struct ledger *ledger, enum environment environment, struct due *ret)
{
    return store_next_due(ledger->store, environment, ret) &&
           !instant_before(pulse_now(ledger, environment), ret->at);
}

struct instant pulse_complete(struct ledger *ledger, enum environment environment)
{
    struct book_end end;
    struct due due;

    if (!due_by_now(ledger, environment, &due))
        return pulse_now(ledger, environment);
    store_book_end(ledger->store, environment, &end);
    if (!instant_before(end.last_at, due.at))
        return end.last_at;
    return (struct instant){ .us = due.at.us - 1 };
}

bool pulse_is_due(struct ledger *ledger)
{
    struct due due;

    for (size_t i = 0; i < ENVIRONMENT_COUNT; i++) {
        if (due_by_now(ledger, environments[i], &due))
            return true;
    }
    return false;
}

/* Entries never go back in time (domain/entry.h): what was due while the book was already
 * later, which only happens when a clock was set back, is recorded at the book's end. */
static struct instant recorded_at(struct ledger *ledger, enum environment environment,
                                  struct instant due_at)
{
    struct book_end end;

    store_book_end(ledger->store, environment, &end);
    assert(end.sequence > 0); /* what is due is of an entry */
    return instant_max(end.last_at, due_at);
}

static struct command command_of_time(struct ledger *ledger, enum environment environment,
                                      const struct due *due)
{
    struct command command = {
        .kind = due->kind,
        .now = recorded_at(ledger, environment, due->at),
        .subject.environment = environment,
    };
    uint8_t random[16];

    if (due->kind == COMMAND_LAPSE)
        command.subject.hold = due->number;
    else
        command.subject.grant = due->number;
    if (due->kind == COMMAND_EXPIRE) {
        random_bytes(&ledger->random, random, sizeof random);
        command.expire.rolled_id.uuid = uuid_from_random(random);
    }
    return command;
}

/* Nobody can be refused, and something must come of it, or it would stay due for ever. */
static enum err execute_due(struct ledger *ledger, struct batch *batch,
                            enum environment environment, const struct due *due)
{
    struct command command = command_of_time(ledger, environment, due);
    struct decision decision;
    struct view view;
    enum err e = store_load_view(ledger->store, &command.subject, &ledger->scratch, &view);

    if (e == OK)
        e = engine_decide(&view, &command, &ledger->scratch, &decision);
    if (e != OK)
        return e;
    assert(decision.reject == REJECT_NONE);
    assert(decision.entry_count > 0);
    return execute_append(ledger, batch, environment, &decision);
}

enum err pulse_catch_up(struct ledger *ledger, struct batch *batch, enum environment environment,
                        bool *ret)
{
    struct arena_mark mark = arena_mark(&ledger->scratch);
    struct due due;
    enum err e = OK;

    while (e == OK && batch->time_budget > 0 && due_by_now(ledger, environment, &due)) {
        e = execute_due(ledger, batch, environment, &due);
        arena_rewind(&ledger->scratch, mark);
        batch->time_budget--;
    }
    if (e == OK)
        *ret = !due_by_now(ledger, environment, &due);
    return e;
}

int64_t pulse_sleep_us(struct ledger *ledger)
{
    int64_t clock = clock_now(ledger).us;
    int64_t sleep_us = PULSE_US;
    struct due due;

    if (ledger->is_behind || atomic_load(&ledger->has_failed))
        return sleep_us;
    for (size_t i = 0; i < ENVIRONMENT_COUNT; i++) {
        if (!store_next_due(ledger->store, environments[i], &due))
            continue;
        if (is_frozen(ledger, environments[i])) {
            if (due_by_now(ledger, environments[i], &due))
                return 0;
            continue; /* no time passes by itself */
        }
        if (due.at.us <= clock)
            return 0;
        if (due.at.us - clock < sleep_us)
            sleep_us = due.at.us - clock;
    }
    return sleep_us;
}

enum err pulse_keys_read(struct ledger *ledger)
{
    enum err e = keys_load(&ledger->keys, ledger->store);

    ledger->keys_are_stale = e != OK;
    return e;
}

enum err pulse_keys(struct ledger *ledger)
{
    struct instant now = clock_now(ledger);
    int64_t since_us = instant_span(ledger->keys_looked_at, now).us;

    if (since_us >= 0 && since_us < PULSE_US)
        return OK;
    ledger->keys_looked_at = now;
    if (!ledger->keys_are_stale && !store_keys_changed(ledger->store))
        return OK;
    return pulse_keys_read(ledger);
}
