#include "oracle.h"

#include <string.h>
#include "domain/grant.h"

void oracle_init(struct oracle *o)
{
    o->now = 0;
    o->line_count = 0;
    o->promise_count = 0;
    o->reserve_count = 0;
    memset(o->use_lines, 0, sizeof o->use_lines);
    for (int i = 0; i < KEY_COUNT; i++)
        o->key_owner[i] = -1;
}

/* --- writing --- */

int oracle_write(struct oracle *o, struct line line)
{
    int number = ++o->line_count;

    line.at = o->now;
    line.operation = o->operation;
    o->lines[number] = line;
    return number;
}

void oracle_write_end(struct oracle *o, int grant, enum entry_kind kind, int64_t effective, int of)
{
    oracle_write(o, (struct line){
                        .kind = kind,
                        .grant = grant,
                        .account = o->promises[grant].account,
                        .change = -oracle_left(o, grant),
                        .effective = effective,
                        .of = of,
                    });
}

/* A grant that has ended keeps nothing that is not held. */
static void sweep(struct oracle *o, int grant, int of)
{
    enum grant_status status = oracle_status(o, grant);

    if (oracle_left(o, grant) == 0)
        return;
    if (status == GRANT_EXPIRED)
        oracle_write_end(o, grant, ENTRY_EXPIRE, o->now, of);
    if (status == GRANT_VOIDED)
        oracle_write_end(o, grant, ENTRY_VOID, o->now, of);
}

/* --- drawing --- */

struct want {
    int account;
    int64_t amount, hour;
    int product;
};

static bool suits(const struct oracle *o, int grant, const struct want *want)
{
    const struct promise *p = &o->promises[grant];

    if (p->account != want->account || oracle_status(o, grant) != GRANT_ACTIVE)
        return false;
    if (want->hour < p->effective || want->hour >= p->expires || oracle_left(o, grant) <= 0)
        return false;
    if (p->products == 0)
        return true;
    return want->product >= 0 && (p->products >> want->product & 1) != 0;
}

/* Why a burns before b; 0: it does not. */
static enum because before(const struct promise *a, const struct promise *b)
{
    if (a->priority != b->priority)
        return a->priority < b->priority ? BECAUSE_PRIORITY : 0;
    if (a->expires != b->expires)
        return a->expires < b->expires ? BECAUSE_EXPIRY : 0;
    if (a->effective != b->effective)
        return a->effective < b->effective ? BECAUSE_EFFECTIVE : 0;
    return a->line < b->line ? BECAUSE_CREATION : 0;
}

static int best_but(const struct oracle *o, const struct want *want, int but)
{
    int best = -1;

    for (int i = 0; i < o->promise_count; i++) {
        if (i != but && suits(o, i, want) &&
            (best < 0 || before(&o->promises[i], &o->promises[best]) != 0))
            best = i;
    }
    return best;
}

static int64_t all_that_suits(const struct oracle *o, const struct want *want)
{
    int64_t sum = 0;

    for (int i = 0; i < o->promise_count; i++)
        sum += suits(o, i, want) ? oracle_left(o, i) : 0;
    return sum;
}

/* Takes grant after grant, looking at all of them each time; what it could not cover. */
static int64_t draw(struct oracle *o, struct want want, enum entry_kind kind, int of)
{
    while (want.amount > 0) {
        int grant = best_but(o, &want, -1);
        int next = grant < 0 ? -1 : best_but(o, &want, grant);
        int64_t part;

        if (grant < 0)
            break;
        part = oracle_least(want.amount, oracle_left(o, grant));
        oracle_write(o, (struct line){
                            .kind = kind,
                            .grant = grant,
                            .account = want.account,
                            .change = kind == ENTRY_DRAW ? -part : 0,
                            .held = kind == ENTRY_HOLD ? part : 0,
                            .because = next < 0 ? BECAUSE_ONLY
                                                : before(&o->promises[grant], &o->promises[next]),
                            .effective = want.hour,
                            .of = of,
                        });
        want.amount -= part;
    }
    return want.amount;
}

static int64_t all_that_can_be_lent(const struct oracle *o, int account)
{
    int64_t more = oracle_limit(o, account) - oracle_debt(o, account);

    return more > 0 ? more : 0;
}

/* What is missing becomes debt, then is uncovered; what of it was lent. */
static int64_t write_missing(struct oracle *o, const struct want *want, int64_t missing, int of)
{
    int64_t lent = oracle_least(missing, all_that_can_be_lent(o, want->account));
    int64_t uncovered = missing - lent;

    if (lent > 0)
        oracle_write(o, (struct line){
                            .kind = ENTRY_DEBT,
                            .grant = -1,
                            .account = want->account,
                            .debt = lent,
                            .effective = want->hour,
                            .of = of,
                        });
    if (uncovered > 0)
        oracle_write(o, (struct line){
                            .kind = ENTRY_UNCOVERED,
                            .grant = -1,
                            .account = want->account,
                            .uncovered = uncovered,
                            .effective = want->hour,
                            .of = of,
                        });
    return lent;
}

static struct outcome refused(enum reject reject)
{
    return (struct outcome){ .reject = reject };
}

static struct outcome refused_for_want(int64_t available)
{
    return (struct outcome){ .reject = REJECT_BALANCE_EXCEEDED, .available = available };
}

static struct outcome step_use(struct oracle *o, const struct step *step)
{
    struct want want = {
        .account = step->customer,
        .amount = step->amount,
        .hour = step->has_hour ? step->hour : o->now,
        .product = step->product,
    };
    int first = o->line_count + 1;
    int64_t missing, lent;

    if (step->amount <= 0)
        return refused(REJECT_AMOUNT_NOT_POSITIVE);
    if (want.hour > o->now)
        return refused(REJECT_AT_IN_FUTURE);
    lent = all_that_can_be_lent(o, want.account);
    if (!step->partial && all_that_suits(o, &want) + lent < want.amount)
        return refused_for_want(all_that_suits(o, &want) + lent);
    missing = draw(o, want, ENTRY_DRAW, 0);
    lent = write_missing(o, &want, missing, 0);
    if (!step->dry)
        o->use_lines[step->number] = first;
    return (struct outcome){ .covered = step->amount - missing,
                             .lent = lent,
                             .uncovered = missing - lent };
}

/* --- holds --- */

static struct outcome step_hold(struct oracle *o, const struct step *step)
{
    struct want want = {
        .account = step->customer,
        .amount = step->amount,
        .hour = o->now,
        .product = step->product,
    };
    int first = o->line_count + 1;
    int64_t all, uncovered;

    if (step->amount <= 0)
        return refused(REJECT_AMOUNT_NOT_POSITIVE);
    if (step->hour <= o->now)
        return refused(REJECT_EXPIRES_IN_PAST);
    all = all_that_suits(o, &want);
    if (all == 0 || (!step->partial && all < want.amount))
        return refused_for_want(all);
    uncovered = draw(o, want, ENTRY_HOLD, first);
    if (!step->dry)
        o->reserves[o->reserve_count++] = (struct reserve){
            .step = step->number,
            .account = step->customer,
            .line = first,
            .product = step->product,
            .expires = step->hour,
        };
    return (struct outcome){ .covered = step->amount - uncovered, .uncovered = uncovered };
}

/* Gives back what a hold still holds, from a number of captured units on, in its order. */
void oracle_end_hold(struct oracle *o, int reserve, enum entry_kind kind, int64_t captured)
{
    int hold = o->reserves[reserve].line;

    for (int i = hold;
         i <= o->line_count && o->lines[i].kind == ENTRY_HOLD && o->lines[i].operation == hold;
         i++) {
        int grant = o->lines[i].grant;
        int64_t part = o->lines[i].held, taken = oracle_least(part, captured);

        captured -= taken;
        if (taken > 0)
            oracle_write(o, (struct line){
                                .kind = ENTRY_CAPTURE,
                                .grant = grant,
                                .account = o->promises[grant].account,
                                .change = -taken,
                                .held = -taken,
                                .because = BECAUSE_HELD,
                                .effective = o->now,
                                .of = hold,
                            });
        if (part == taken)
            continue;
        oracle_write(o, (struct line){
                            .kind = kind,
                            .grant = grant,
                            .account = o->promises[grant].account,
                            .held = taken - part,
                            .effective = o->now,
                            .of = hold,
                        });
        sweep(o, grant, hold);
    }
}

static struct outcome step_capture(struct oracle *o, const struct step *step)
{
    int reserve = oracle_find_reserve(o, step->target);
    struct want want;
    int64_t held, asked, missing, lent;
    int first = o->line_count + 1;

    if (reserve < 0)
        return refused(REJECT_HOLD_UNKNOWN);
    if (step->has_amount && step->amount <= 0)
        return refused(REJECT_AMOUNT_NOT_POSITIVE);
    held = oracle_held_by(o, reserve);
    if (held == 0)
        return refused(REJECT_HOLD_ENDED);
    asked = step->has_amount ? step->amount : held;
    want = (struct want){
        .account = o->reserves[reserve].account,
        .amount = asked > held ? asked - held : 0,
        .hour = o->now,
        .product = o->reserves[reserve].product,
    };
    lent = all_that_can_be_lent(o, want.account);
    if (want.amount > all_that_suits(o, &want) + lent && !step->partial)
        return refused_for_want(held + all_that_suits(o, &want) + lent);
    oracle_end_hold(o, reserve, ENTRY_RELEASE, oracle_least(asked, held));
    missing = draw(o, want, ENTRY_DRAW, o->reserves[reserve].line);
    lent = write_missing(o, &want, missing, o->reserves[reserve].line);
    o->use_lines[step->number] = first;
    return (
        struct outcome){ .covered = asked - missing, .lent = lent, .uncovered = missing - lent };
}

static struct outcome step_release(struct oracle *o, const struct step *step)
{
    int reserve = oracle_find_reserve(o, step->target);

    if (reserve < 0)
        return refused(REJECT_HOLD_UNKNOWN);
    if (oracle_held_by(o, reserve) == 0)
        return refused(REJECT_HOLD_ENDED);
    oracle_end_hold(o, reserve, ENTRY_RELEASE, 0);
    return (struct outcome){ .covered = 0 };
}

static struct outcome step_extend(struct oracle *o, const struct step *step)
{
    int reserve = oracle_find_reserve(o, step->target);

    if (reserve < 0)
        return refused(REJECT_HOLD_UNKNOWN);
    if (step->hour <= o->now)
        return refused(REJECT_EXPIRES_IN_PAST);
    if (oracle_held_by(o, reserve) == 0)
        return refused(REJECT_HOLD_ENDED);
    o->reserves[reserve].expires = step->hour;
    oracle_write(o, (struct line){
                        .kind = ENTRY_EXTEND,
                        .grant = -1,
                        .account = o->reserves[reserve].account,
                        .effective = o->now,
                        .of = o->reserves[reserve].line,
                    });
    return (struct outcome){ .covered = 0 };
}

static bool takes(const struct line *line)
{
    return line->kind == ENTRY_DRAW || line->kind == ENTRY_CAPTURE || line->kind == ENTRY_DEBT;
}

static int64_t gives(const struct line *line)
{
    if (line->kind == ENTRY_REVERSE_DEBT)
        return -line->debt;
    return line->kind == ENTRY_REVERSE || line->kind == ENTRY_REVERSE_REPAY ? line->change : 0;
}

static void give(struct oracle *o, int grant, enum entry_kind kind, int64_t part, int use)
{
    oracle_write(o, (struct line){
                        .kind = kind,
                        .grant = grant,
                        .account = o->promises[grant].account,
                        .change = part,
                        .because = BECAUSE_REVERSED,
                        .effective = o->now,
                        .of = use,
                    });
    sweep(o, grant, use);
}

/* What is owed is owed no longer; what is not owed was repaid.  How much of it was owed. */
static int64_t give_debt(struct oracle *o, int account, int64_t part, int use)
{
    int64_t owed = oracle_least(part, oracle_debt(o, account));

    if (owed > 0)
        oracle_write(o, (struct line){
                            .kind = ENTRY_REVERSE_DEBT,
                            .grant = -1,
                            .account = account,
                            .debt = -owed,
                            .because = BECAUSE_REVERSED,
                            .effective = o->now,
                            .of = use,
                        });
    for (part -= owed; part > 0;) {
        int grant = o->lines[oracle_last_repay(o, account, 1)].grant;
        int64_t repaid = oracle_least(part, oracle_repaid(o, grant));

        give(o, grant, ENTRY_REVERSE_REPAY, repaid, use);
        part -= repaid;
    }
    return owed;
}

static struct outcome step_reverse(struct oracle *o, const struct step *step)
{
    int use = step->target < 0 ? 0 : o->use_lines[step->target];
    int64_t taken = 0, given = 0, owed = 0, amount, skip;
    int last = use;

    if (use == 0)
        return refused(REJECT_DEDUCTION_UNKNOWN);
    if (step->has_amount && step->amount <= 0)
        return refused(REJECT_AMOUNT_NOT_POSITIVE);
    while (last < o->line_count && o->lines[last + 1].operation == use)
        last++;
    for (int i = use; i <= last; i++) {
        if (takes(&o->lines[i]))
            taken += o->lines[i].debt - o->lines[i].change;
    }
    for (int i = last + 1; i <= o->line_count; i++) {
        if (o->lines[i].of == use)
            given += gives(&o->lines[i]);
    }
    amount = step->has_amount ? step->amount : taken - given;
    if (taken == given || amount > taken - given)
        return refused(REJECT_REVERSAL_EXCEEDS);
    skip = given;
    given = 0;
    for (int i = last; i >= use && given < amount; i--) {
        int64_t part = o->lines[i].debt - o->lines[i].change, passed = oracle_least(part, skip);

        if (!takes(&o->lines[i]))
            continue;
        skip -= passed;
        part = oracle_least(part - passed, amount - given);
        if (part == 0)
            continue;
        if (o->lines[i].kind == ENTRY_DEBT)
            owed += give_debt(o, o->lines[i].account, part, use);
        else
            give(o, o->lines[i].grant, ENTRY_REVERSE, part, use);
        given += part;
    }
    return (struct outcome){ .covered = amount, .lent = owed };
}

/* --- grants --- */

int oracle_promise(struct oracle *o, struct promise p)
{
    p.line = o->line_count + 1;
    p.terms_line = p.line;
    oracle_write(o, (struct line){
                        .kind = ENTRY_ISSUE,
                        .grant = o->promise_count,
                        .account = p.account,
                        .change = p.effective <= o->now ? p.amount : 0,
                        .effective = p.effective,
                    });
    o->promises[o->promise_count] = p;
    return o->promise_count++;
}

void oracle_repay(struct oracle *o, int grant, int64_t effective)
{
    int account = o->promises[grant].account;
    int64_t part = oracle_least(oracle_debt(o, account), oracle_left(o, grant));

    if (part > 0)
        oracle_write(o, (struct line){
                            .kind = ENTRY_REPAY,
                            .grant = grant,
                            .account = account,
                            .change = -part,
                            .debt = -part,
                            .effective = effective,
                            .of = oracle_last_repay(o, account, 0),
                        });
}

static struct outcome step_issue(struct oracle *o, const struct step *step)
{
    struct promise p = {
        .step = step->target >= 0 ? step->target : step->number,
        .account = step->customer,
        .amount = step->amount,
        .priority = step->priority,
        .effective = step->effective,
        .expires = step->expires,
        .products = step->products,
        .rolls_over = step->rolls,
        .rolls_max = step->rolls_max,
        .rolls_priority = step->rolls_priority,
        .rolls_expires = step->rolls_expires,
    };
    int grant;

    if (step->target >= 0 && oracle_find_promise(o, step->target, 0) >= 0)
        return refused(REJECT_ID_TAKEN);
    if (step->key >= 0 && o->key_owner[step->key] >= 0)
        return refused(REJECT_UNIQUENESS_KEY_TAKEN);
    if (p.amount <= 0)
        return refused(REJECT_AMOUNT_NOT_POSITIVE);
    if (p.expires <= p.effective)
        return refused(REJECT_EXPIRY_NOT_AFTER_EFFECTIVE);
    grant = oracle_promise(o, p);
    if (step->key >= 0)
        o->key_owner[step->key] = grant;
    if (p.expires <= o->now)
        oracle_write_end(o, grant, ENTRY_EXPIRE, p.expires, 0);
    else
        oracle_repay(o, grant, o->now);
    return (struct outcome){ .covered = 0 };
}

static struct outcome step_void(struct oracle *o, const struct step *step)
{
    int grant = oracle_find_promise(o, step->target, step->target_rolls);

    if (grant < 0)
        return refused(REJECT_GRANT_UNKNOWN);
    if (oracle_has_line(o, grant, ENTRY_VOID))
        return (struct outcome){ .covered = 0 };
    oracle_write_end(o, grant, ENTRY_VOID, o->now, 0);
    for (int i = 0; i < KEY_COUNT && step->releasing; i++)
        o->key_owner[i] = o->key_owner[i] == grant ? -1 : o->key_owner[i];
    return (struct outcome){ .covered = 0 };
}

static struct outcome step_edit(struct oracle *o, const struct step *step)
{
    int grant = oracle_find_promise(o, step->target, step->target_rolls);

    if (grant < 0)
        return refused(REJECT_GRANT_UNKNOWN);
    if (step->has_hour) {
        if (step->hour <= o->promises[grant].effective)
            return refused(REJECT_EXPIRY_NOT_AFTER_EFFECTIVE);
        if (oracle_status(o, grant) == GRANT_EXPIRED)
            return refused(REJECT_GRANT_EXPIRED);
        if (oracle_status(o, grant) == GRANT_VOIDED)
            return refused(REJECT_GRANT_VOIDED);
        o->promises[grant].expires = step->hour;
    }
    if (step->has_hour || step->has_name)
        o->promises[grant].terms_line = oracle_write(o, (struct line){
                                                            .kind = ENTRY_EDIT,
                                                            .grant = grant,
                                                            .account = o->promises[grant].account,
                                                            .effective = o->now,
                                                            .of = o->promises[grant].terms_line,
                                                        });
    if (step->has_hour && step->hour <= o->now)
        oracle_write_end(o, grant, ENTRY_EXPIRE, step->hour, 0);
    return (struct outcome){ .covered = 0 };
}

static struct outcome step_limit(struct oracle *o, const struct step *step)
{
    if (step->amount != oracle_limit(o, step->customer))
        oracle_write(o, (struct line){
                            .kind = ENTRY_CREDIT_LIMIT,
                            .grant = -1,
                            .account = step->customer,
                            .effective = o->now,
                            .limit = step->amount,
                        });
    return (struct outcome){ .covered = 0 };
}

struct outcome oracle_step(struct oracle *o, const struct step *step)
{
    o->operation = o->line_count + 1;
    switch (step->kind) {
    case STEP_AT:
        while (oracle_happens(o, step->hour))
            ;
        o->now = step->hour > o->now ? step->hour : o->now;
        return (struct outcome){ .covered = 0 };
    case STEP_ISSUE:
        return step_issue(o, step);
    case STEP_USE:
        return step_use(o, step);
    case STEP_HOLD:
        return step_hold(o, step);
    case STEP_CAPTURE:
        return step_capture(o, step);
    case STEP_RELEASE:
        return step_release(o, step);
    case STEP_EXTEND:
        return step_extend(o, step);
    case STEP_REVERSE:
        return step_reverse(o, step);
    case STEP_VOID:
        return step_void(o, step);
    case STEP_EDIT:
        return step_edit(o, step);
    case STEP_LIMIT:
        return step_limit(o, step);
    }
    never("a step is one of eleven");
}
