/* Commands one after the other, on the engine and on the oracle of test/property, which must agree
 * after each.  The input is the commands: the bytes of each are what is random there. */
#include <stdio.h>
#include "fuzz.h"
#include "session.h"

#define SEQUENCE_MAX 48

static int below(struct str *input, int limit)
{
    return (int)(fuzz_byte(input) % (unsigned)limit);
}

/* Mostly one that there is. */
static int earlier(struct str *input, int count)
{
    int back = below(input, 64);

    return back < count ? count - 1 - back : -1;
}

static int64_t hour(struct str *input, int64_t now)
{
    int hours = below(input, 64);

    return hours == 63 ? HOUR_NEVER : now - 20 + hours < -20 ? -20 : now - 20 + hours;
}

static int64_t hour_dated(struct str *input, int64_t now)
{
    int64_t at = hour(input, now);

    return at == HOUR_NEVER ? now : at;
}

static void take_terms(struct str *input, int64_t now, struct step *step)
{
    unsigned flags = fuzz_byte(input);

    step->amount = below(input, 64) - 2;
    step->priority = 1 + (int)(flags & 3);
    step->effective = (flags & 4) != 0 ? hour_dated(input, now) : now;
    step->expires = (flags & 8) != 0 ? hour(input, now) : HOUR_NEVER;
    step->products = (flags & 16) != 0 ? fuzz_byte(input) % (1u << PRODUCT_COUNT) : 0;
    step->key = (flags & 32) != 0 ? below(input, KEY_COUNT) : -1;
    if ((flags & 64) == 0)
        return;
    step->rolls = (flags & 128) != 0 ? ROLLS_AMOUNT : ROLLS_PERCENT;
    step->rolls_max = step->rolls == ROLLS_AMOUNT ? 1 + below(input, 40) : below(input, 101);
    step->rolls_priority = 1 + below(input, 3);
    step->rolls_expires = hour(input, now);
}

static void take_use(struct str *input, struct step *step)
{
    unsigned flags = fuzz_byte(input);

    step->amount = below(input, 64) - 1;
    step->partial = (flags & 1) != 0;
    step->dry = (flags & 2) != 0 && (flags & 4) != 0;
    step->product = (flags & 8) != 0 ? (int)(flags >> 4) % PRODUCT_COUNT : -1;
}

static void take_change(struct str *input, int64_t now, struct step *step)
{
    unsigned flags = fuzz_byte(input);

    step->partial = (flags & 1) != 0;
    step->has_amount = (flags & 2) != 0;
    step->amount = below(input, 64) - 1;
    step->releasing = (flags & 4) != 0;
    step->has_name = (flags & 8) != 0;
    step->has_hour = (flags & 16) != 0;
    step->target_rolls = (flags & 32) != 0;
    step->hour = step->kind == STEP_EDIT ? hour(input, now) : hour_dated(input, now);
}

static struct step take_step(struct str *input, int number, int64_t *now)
{
    struct step step = {
        .kind = (enum step_kind)(STEP_AT + below(input, STEP_LIMIT)),
        .number = number,
        .target = -1,
        .product = -1,
        .key = -1,
    };

    switch (step.kind) {
    case STEP_AT:
        *now += below(input, 40);
        step.hour = *now;
        break;
    case STEP_ISSUE:
        step.customer = below(input, CUSTOMER_COUNT);
        take_terms(input, *now, &step);
        break;
    case STEP_USE:
    case STEP_HOLD:
        step.customer = below(input, CUSTOMER_COUNT);
        take_use(input, &step);
        step.has_hour = step.kind == STEP_USE && below(input, 4) == 0;
        step.hour = step.kind == STEP_HOLD || step.has_hour ? hour_dated(input, *now) : *now;
        break;
    case STEP_LIMIT:
        step.customer = below(input, CUSTOMER_COUNT);
        step.amount = below(input, 64);
        break;
    case STEP_CAPTURE:
    case STEP_RELEASE:
    case STEP_EXTEND:
    case STEP_REVERSE:
    case STEP_VOID:
    case STEP_EDIT:
        step.target = earlier(input, number);
        take_change(input, *now, &step);
        break;
    }
    return step;
}

void fuzz_one(struct str input)
{
    static struct step steps[SEQUENCE_MAX];
    size_t count = 0;
    int64_t now = 0;

    while (input.len > 0 && count < SEQUENCE_MAX) {
        steps[count] = take_step(&input, (int)count, &now);
        count++;
    }
    if (!session_play(steps, count, stderr)) {
        session_print(steps, count, stderr);
        never("the engine does what the oracle does");
    }
}
