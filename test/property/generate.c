#include "step.h"

/* 0..limit-1 */
static int below(struct random *random, int limit)
{
    return (int)random_below(random, (uint64_t)limit);
}

static bool one_in(struct random *random, int count)
{
    return below(random, count) == 0;
}

/* What the generator remembers, to let steps speak of one another. */
struct memory {
    struct random *random;
    int64_t now;
    struct step *steps;
    size_t count;
};

/* The number of an earlier step of one of two kinds; sometimes, or when there is none, of any. */
static int earlier(struct memory *memory, enum step_kind a, enum step_kind b)
{
    struct random *random = memory->random;

    if (memory->count == 0)
        return -1;
    if (one_in(random, 25))
        return below(random, (int)memory->count);
    /* Rather a late one: those have not ended yet. */
    for (int tries = 0; tries < 100; tries++) {
        size_t reach = one_in(random, 3) ? memory->count : memory->count / 4 + 1;
        const struct step *step = &memory->steps[memory->count - 1 - random_below(random, reach)];

        if (step->kind == a || step->kind == b)
            return step->number;
    }
    return below(random, (int)memory->count);
}

static int64_t hour_near(struct memory *memory, int before, int after)
{
    int64_t hour = memory->now - before + below(memory->random, before + after + 1);

    return hour < -20 ? -20 : hour;
}

static void fill_issue(struct memory *memory, struct step *step)
{
    struct random *random = memory->random;

    step->amount = one_in(random, 30) ? below(random, 3) - 2 : 1 + below(random, 40);
    step->priority = 1 + below(random, 3);
    step->effective = !one_in(random, 3) ? memory->now : hour_near(memory, 6, 8);
    step->expires =
        one_in(random, 4) ? HOUR_NEVER : step->effective + below(random, 40) - one_in(random, 9);
    step->products = one_in(random, 3) ? 1u + (unsigned)below(random, (1 << PRODUCT_COUNT) - 1) : 0;
    step->key = one_in(random, 8) ? below(random, KEY_COUNT) : -1;
    step->rolls = (enum rolls)(one_in(random, 3) ? 1 + below(random, 2) : 0);
    if (step->rolls != ROLLS_NOT) {
        step->rolls_max = step->rolls == ROLLS_AMOUNT ? 1 + below(random, 20) : below(random, 101);
        step->rolls_priority = 1 + below(random, 3);
        step->rolls_expires = one_in(random, 3) ? HOUR_NEVER : hour_near(memory, 0, 40);
    }
    if (one_in(random, 40))
        step->target = earlier(memory, STEP_ISSUE, STEP_ISSUE); /* the same id again */
}

static void fill_use(struct memory *memory, struct step *step)
{
    struct random *random = memory->random;

    step->amount = one_in(random, 40) ? -below(random, 2) : 1 + below(random, 25);
    step->partial = one_in(random, 3);
    step->dry = one_in(random, 12);
    step->product = one_in(random, 3) ? below(random, PRODUCT_COUNT) : -1;
}

static void fill_target(struct memory *memory, struct step *step)
{
    switch (step->kind) {
    case STEP_CAPTURE:
    case STEP_RELEASE:
    case STEP_EXTEND:
        step->target = earlier(memory, STEP_HOLD, STEP_HOLD);
        break;
    case STEP_REVERSE:
        step->target = earlier(memory, STEP_USE, STEP_CAPTURE);
        break;
    case STEP_VOID:
    case STEP_EDIT:
        step->target = earlier(memory, STEP_ISSUE, STEP_ISSUE);
        step->target_rolls = one_in(memory->random, 6);
        break;
    case STEP_AT:
    case STEP_ISSUE:
    case STEP_USE:
    case STEP_HOLD:
    case STEP_LIMIT:
        break;
    }
}

static void fill(struct memory *memory, struct step *step)
{
    struct random *random = memory->random;

    fill_target(memory, step);
    switch (step->kind) {
    case STEP_AT:
        memory->now += below(random, one_in(random, 10) ? 30 : 4);
        step->hour = memory->now;
        break;
    case STEP_ISSUE:
        fill_issue(memory, step);
        break;
    case STEP_USE:
        fill_use(memory, step);
        step->has_hour = one_in(random, 3);
        step->hour = hour_near(memory, 10, one_in(random, 5));
        break;
    case STEP_HOLD:
        fill_use(memory, step);
        step->hour = memory->now + 1 + below(random, 15) - 2 * one_in(random, 15);
        break;
    case STEP_CAPTURE:
        step->partial = one_in(random, 3);
        step->has_amount = !one_in(random, 4);
        step->amount = below(random, 30) - one_in(random, 30);
        break;
    case STEP_EXTEND:
        step->hour = hour_near(memory, 1, 20);
        break;
    case STEP_REVERSE:
        step->has_amount = !one_in(random, 4);
        step->amount = one_in(random, 20) ? -below(random, 2) : 1 + below(random, 12);
        break;
    case STEP_VOID:
        step->releasing = one_in(random, 2);
        break;
    case STEP_EDIT:
        step->has_name = one_in(random, 3);
        step->has_hour = !one_in(random, 4);
        step->hour = one_in(random, 5) ? HOUR_NEVER : hour_near(memory, 3, 25);
        break;
    case STEP_LIMIT:
        step->amount = one_in(random, 4) ? 0 : below(random, 40);
        break;
    case STEP_RELEASE:
        break;
    }
}

void steps_generate(struct random *random, struct step *steps, size_t count)
{
    static const enum step_kind kinds[] = {
        STEP_AT,      STEP_AT,      STEP_AT,     STEP_AT,      STEP_ISSUE,   STEP_ISSUE,
        STEP_ISSUE,   STEP_ISSUE,   STEP_ISSUE,  STEP_USE,     STEP_USE,     STEP_USE,
        STEP_USE,     STEP_USE,     STEP_HOLD,   STEP_HOLD,    STEP_HOLD,    STEP_CAPTURE,
        STEP_CAPTURE, STEP_RELEASE, STEP_EXTEND, STEP_REVERSE, STEP_REVERSE, STEP_VOID,
        STEP_EDIT,    STEP_EDIT,    STEP_LIMIT,
    };
    struct memory memory = { .random = random, .steps = steps };

    for (; memory.count < count; memory.count++) {
        struct step *step = &steps[memory.count];

        *step = (struct step){
            .kind = kinds[below(random, (int)(sizeof kinds / sizeof kinds[0]))],
            .number = (int)memory.count,
            .target = -1,
            .customer = one_in(random, 6),
            .product = -1,
            .key = -1,
        };
        fill(&memory, step);
    }
}
