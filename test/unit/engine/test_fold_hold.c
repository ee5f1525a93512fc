/* The fold of holds: they are built of parts, which leave in their order. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "engine/fold.h"
#include "world.h"

static struct hold hold_of_two(struct hold_part parts[2])
{
    parts[0] = (struct hold_part){ .grant = 1, .amount = amount_of(3) };
    parts[1] = (struct hold_part){ .grant = 2, .amount = amount_of(2) };
    return (struct hold){
        .number = 50,
        .account = 1,
        .status = HOLD_OPEN,
        .expires_at = instant_at(2000),
        .amount = amount_of(5),
        .parts = parts,
        .part_count = 2,
    };
}

static struct entry part_entry(enum entry_kind kind, uint64_t grant, int64_t held)
{
    return (struct entry){ .sequence = 100,
                           .kind = kind,
                           .account = 1,
                           .grant = grant,
                           .of = 50,
                           .held = amount_of(held) };
}

static enum err fold_part(struct hold *hold, enum entry_kind kind, uint64_t grant, int64_t held)
{
    struct entry entry = part_entry(kind, grant, held);

    return fold_hold(hold, &entry);
}

static void a_hold_ends_when_nothing_is_held_any_more(void **state)
{
    struct hold_part parts[2];
    struct hold hold = hold_of_two(parts);

    assert_int_equal(fold_part(&hold, ENTRY_RELEASE, 1, -3), OK);
    assert_int_equal(hold.status, HOLD_OPEN);
    assert_int_equal(fold_part(&hold, ENTRY_EXPIRE, 1, 0), OK); /* leaves it as it is */
    assert_int_equal(fold_part(&hold, ENTRY_RELEASE, 2, -2), OK);
    assert_int_equal(hold.status, HOLD_RELEASED);
    assert_int_equal(fold_part(&hold, ENTRY_RELEASE, 2, -1), ERR_CORRUPT);

    hold = hold_of_two(parts);
    assert_int_equal(fold_part(&hold, ENTRY_LAPSE, 1, -3), OK);
    assert_int_equal(fold_part(&hold, ENTRY_LAPSE, 2, -2), OK);
    assert_int_equal(hold.status, HOLD_LAPSED);

    hold = hold_of_two(parts);
    assert_int_equal(fold_part(&hold, ENTRY_CAPTURE, 1, -1), OK);
    assert_int_equal(fold_part(&hold, ENTRY_RELEASE, 1, -2), OK);
    assert_int_equal(fold_part(&hold, ENTRY_RELEASE, 2, -2), OK);
    assert_int_equal(hold.status, HOLD_CAPTURED);
    assert_true(hold.captured.units == 1 && hold.amount.units == 5);
}

/* Whom it is of, and what is left of it, decide; the row of an open hold may be spoilt too. */
static void what_is_not_held_does_not_leave(void **state)
{
    struct hold_part parts[3] = { [2] = { .grant = 2, .amount = amount_of(2) } }; /* two are its */
    struct hold hold = hold_of_two(parts);
    struct entry entry = part_entry(ENTRY_RELEASE, 1, -3);

    entry.account = 2;
    assert_int_equal(fold_hold(&hold, &entry), ERR_CORRUPT);
    entry = part_entry(ENTRY_RELEASE, 1, -3);
    entry.amount.units = INT64_MIN;
    assert_int_equal(fold_hold(&hold, &entry), ERR_CORRUPT);
    assert_int_equal(fold_part(&hold, (enum entry_kind)31, 1, -3), ERR_CORRUPT);
    hold.part_first = 2; /* open, and nothing held */
    assert_int_equal(fold_part(&hold, ENTRY_RELEASE, 2, -2), ERR_CORRUPT);
    hold = hold_of_two(parts);
    hold.status = HOLD_RELEASED;
    assert_int_equal(fold_part(&hold, ENTRY_RELEASE, 1, -3), ERR_CORRUPT);
    hold = hold_of_two(parts);
    hold.captured = amount_of(AMOUNT_UNITS_MAX);
    assert_int_equal(fold_part(&hold, ENTRY_CAPTURE, 1, -3), ERR_CORRUPT);
    assert_true(parts[0].amount.units == 3 && hold.part_first == 0);
}

static void parts_leave_in_their_order(void **state)
{
    struct hold_part parts[2];
    struct hold hold = hold_of_two(parts);

    assert_int_equal(fold_part(&hold, ENTRY_RELEASE, 2, -2), ERR_CORRUPT);
    assert_int_equal(fold_part(&hold, ENTRY_RELEASE, 1, -4), ERR_CORRUPT);
    assert_int_equal(fold_part(&hold, ENTRY_RELEASE, 1, 1), ERR_CORRUPT);
    assert_true(parts[0].amount.units == 3 && parts[1].amount.units == 2);
}

static void an_extension_moves_the_expiry(void **state)
{
    struct hold_part parts[2];
    struct hold hold = hold_of_two(parts);
    struct facts facts = FACTS_NONE;
    struct entry entry = part_entry(ENTRY_EXTEND, 0, 0);

    assert_int_equal(fold_hold(&hold, &entry), ERR_CORRUPT);
    facts.hold_expires_at = instant_at(3000);
    entry.facts = &facts;
    assert_int_equal(fold_hold(&hold, &entry), OK);
    assert_true(hold.expires_at.us == 3000);
    entry.of = 51;
    assert_int_equal(fold_hold(&hold, &entry), ERR_CORRUPT);
    entry.of = 50;
    hold.status = HOLD_LAPSED;
    assert_int_equal(fold_hold(&hold, &entry), ERR_CORRUPT);
    entry = part_entry(ENTRY_REVERSE, 1, 0);
    assert_int_equal(fold_hold(&hold, &entry), ERR_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hold_ends_when_nothing_is_held_any_more),
        cmocka_unit_test(what_is_not_held_does_not_leave),
        cmocka_unit_test(parts_leave_in_their_order),
        cmocka_unit_test(an_extension_moves_the_expiry),
    };

    return cmocka_run_group_tests_name("engine/fold_hold", tests, NULL, NULL);
}
