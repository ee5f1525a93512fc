#include "ledger/test_clock.h"

#include "ledger/pulse.h"

static void refuse(struct decision *ret, enum reject reject, struct str field)
{
    ret->reject = reject;
    ret->blame.field = field;
}

static bool is_given(const struct test_clock_set *asked)
{
    return asked->has_advance || !instant_is_none(asked->now);
}

/* What the clock will say; a refusal is in *ret. */
static struct instant target_of(struct ledger *ledger, const struct test_clock_set *asked,
                                struct decision *ret)
{
    struct instant before = pulse_now(ledger, ENVIRONMENT_TEST);
    struct instant target = before;
    struct clock *clock = ledger->options.clock;

    if (asked->has_advance) {
        if (instant_add(before, asked->advance, &target) != OK)
            refuse(ret, REJECT_AMOUNT_TOO_LARGE, STR("advance"));
    } else if (!instant_is_none(asked->now)) {
        target = asked->now;
    } else {
        target.us = clock->now_us(clock);
    }
    if (instant_before(target, before))
        refuse(ret, REJECT_CLOCK_BACKWARDS, is_given(asked) ? STR("now") : STR_NONE);
    return target;
}

enum err test_clock_execute(struct ledger *ledger, struct batch *batch, struct job *job)
{
    const struct test_clock_set *asked = &job->command.test_clock_set;
    struct decision *decision = &job->decision;
    struct instant target;
    enum err e;

    if (job->command.subject.environment != ENVIRONMENT_TEST) {
        refuse(decision, REJECT_NOT_TEST, STR_NONE);
        return OK;
    }
    target = target_of(ledger, asked, decision);
    if (decision->reject != REJECT_NONE)
        return OK;
    e = store_test_clock_put(ledger->store, is_given(asked) ? target : INSTANT_NONE);
    if (e == OK)
        batch->changed = true;
    decision->at = target;
    return e;
}

void test_clock_executed(struct ledger *ledger, const struct job *job)
{
    if (job->err == OK && job->decision.reject == REJECT_NONE)
        pulse_move_test(ledger, job->decision.at);
}
