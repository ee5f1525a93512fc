/* Whatever has happened, a balance of the past is the one that was told then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "desk.h"

#define STEPS 150
#define GRANTS_MAX 200

struct told {
    int64_t at;
    struct amount posted, held;
    size_t count;
    struct grant grants[GRANTS_MAX];
};

struct made {
    struct slip *grants[STEPS], *holds[STEPS], *uses[STEPS];
    size_t grant_count, hold_count, use_count;
};

static uint64_t chance_state;

static uint64_t chance(uint64_t below)
{
    chance_state = chance_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (chance_state >> 33) % below;
}

static bool was_done(const struct slip *slip)
{
    return slip->job.decision.reject == REJECT_NONE;
}

static void issue(struct desk *desk, struct made *made)
{
    struct slip *slip =
        ask_grant_until(desk, "acme", "20", desk->clock.us + (int64_t)(1 + chance(60)) * HOUR);

    slip->job.command.issue.facts.priority.millionths = (int64_t)chance(2);
    if (chance(3) == 0)
        slip->job.command.issue.facts.effective_at.us =
            desk->clock.us + (int64_t)chance(20) * HOUR - 10 * HOUR;
    if (was_done(slip_do(slip)))
        made->grants[made->grant_count++] = slip;
}

static void edit(struct desk *desk, const struct made *made)
{
    struct slip *slip = slip_new(desk);

    slip->job.command.kind = COMMAND_GRANT_EDIT;
    slip->job.command.subject.grant_id =
        made->grants[chance(made->grant_count)]->job.decision.grant_id;
    slip->job.command.edit.has_name = true;
    slip->job.command.edit.name = STR("other");
    if (chance(2) == 0) {
        slip->job.command.edit.has_expires_at = true;
        slip->job.command.edit.expires_at.us =
            desk->clock.us + (int64_t)chance(40) * HOUR - 5 * HOUR;
    }
    slip_do(slip);
}

static void use(struct desk *desk, struct made *made)
{
    struct slip *slip = ask_deduct(desk, "acme", "3");

    if (was_done(slip_do(slip)))
        made->uses[made->use_count++] = slip;
}

static void hold(struct desk *desk, struct made *made)
{
    struct slip *slip = ask_hold(desk, "acme", "7", (int64_t)(1 + chance(50)) * HOUR);

    if (was_done(slip_do(slip)))
        made->holds[made->hold_count++] = slip;
}

static void a_random_step(struct desk *desk, struct made *made)
{
    switch (chance(9)) {
    case 0:
        issue(desk, made);
        return;
    case 1:
    case 2:
        use(desk, made);
        return;
    case 3:
    case 4:
        hold(desk, made);
        return;
    case 5:
        if (made->hold_count > 0)
            slip_do(ask_capture(desk, made->holds[chance(made->hold_count)],
                                chance(2) == 0 ? "7" : "2"));
        return;
    case 6:
        if (made->use_count > 0)
            slip_do(ask_reverse(desk, made->uses[chance(made->use_count)], "1"));
        return;
    case 7:
        if (made->grant_count > 0 && chance(3) == 0)
            slip_do(ask_void(desk, made->grants[chance(made->grant_count)]));
        return;
    default:
        if (made->grant_count > 0)
            edit(desk, made);
        return;
    }
}

static void tell(const struct slip *slip, struct told *ret)
{
    const struct balance_row *row = &slip->job.answer.balances[0];

    assert_granted(slip);
    assert_int_equal(slip->job.answer.balance_count, 1);
    assert_true(row->grant_count <= GRANTS_MAX);
    ret->posted = row->account.posted;
    ret->held = row->account.held;
    ret->count = row->grant_count;
    for (size_t i = 0; i < row->grant_count; i++)
        ret->grants[i] = row->grants[i].grant;
}

static void same_grant(const struct grant *now, const struct grant *then)
{
    assert_int_equal(now->number, then->number);
    assert_int_equal(now->status, then->status);
    assert_int_equal(now->posted.units, then->posted.units);
    assert_int_equal(now->held.units, then->held.units);
    assert_int_equal(now->scheduled.units, then->scheduled.units);
    assert_int_equal(now->expires_at.us, then->expires_at.us);
    assert_int_equal(now->last_entry, then->last_entry);
    assert_int_equal(now->entry_count, then->entry_count);
    assert_int_equal(now->facts_entry, then->facts_entry);
}

static void the_past_agrees(struct desk *desk, const struct told *then)
{
    static struct told now;

    tell(slip_do(ask_balance_at(desk, "acme", then->at)), &now);
    assert_int_equal(now.posted.units, then->posted.units);
    assert_int_equal(now.held.units, then->held.units);
    assert_int_equal(now.count, then->count);
    for (size_t i = 0; i < now.count; i++)
        same_grant(&now.grants[i], &then->grants[i]);
}

static void what_was_told_is_told_again(void **state)
{
    static struct told told[STEPS];

    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct made made = { .grant_count = 0 };
        struct desk desk;

        chance_state = seed;
        desk_open(&desk);
        slip_do(ask_customer(&desk, "acme"));
        slip_do(ask_grant(&desk, "acme", "1"));
        for (int i = 0; i < STEPS; i++) {
            desk_set_clock(&desk, desk.clock.us + (int64_t)(1 + chance(3)) * HOUR / 2);
            a_random_step(&desk, &made);
            told[i].at = desk.clock.us;
            tell(slip_do(ask_balance(&desk, "acme")), &told[i]);
        }
        desk_set_clock(&desk, desk.clock.us + HOUR);
        for (int i = 0; i < STEPS; i++)
            the_past_agrees(&desk, &told[i]);
        desk_close(&desk);
    }
}

/* More grants than one look at the store gives. */
static void the_past_knows_all_grants(void **state)
{
    const size_t count = 500;
    struct desk desk;
    struct slip *balance;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    for (size_t i = 0; i < count; i++)
        slip_submit(ask_grant(&desk, "acme", "1"));
    desk_turn(&desk);
    desk_set_clock(&desk, T0 + DAY);
    slip_do(ask_deduct(&desk, "acme", "100"));
    desk_set_clock(&desk, T0 + 2 * DAY);
    balance = slip_do(ask_balance_at(&desk, "acme", T0 + HOUR));
    assert_balance(balance, "500", "0");
    assert_int_equal(balance->job.answer.balances[0].grant_count, count);
    for (size_t i = 0; i < count; i++)
        assert_amount(balance->job.answer.balances[0].grants[i].grant.posted, "1");
    balance = slip_do(ask_balance_at(&desk, "acme", T0 + DAY));
    assert_balance(balance, "400", "0");
    desk_close(&desk);
}

static void there_is_a_past_without_an_account(void **state)
{
    struct desk desk;
    struct slip *balance;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    desk_set_clock(&desk, T0 + DAY);
    balance = ask_balance_at(&desk, "acme", T0);
    balance->job.query.credit_type = STR(CREDIT_TYPE_USD_NAME);
    assert_balance(slip_do(balance), "0", "0");
    assert_int_equal(balance->job.answer.balances[0].grant_count, 0);
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_told_is_told_again),
        cmocka_unit_test(the_past_knows_all_grants),
        cmocka_unit_test(there_is_a_past_without_an_account),
    };

    return cmocka_run_group_tests_name("ledger: past", tests, NULL, NULL);
}
