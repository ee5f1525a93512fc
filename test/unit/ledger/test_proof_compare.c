/* The state that a store keeps, with one thing in it that does not follow from the entries: verify
 * names it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "desk.h"
#include "forged.h"

/* Two accounts; grant 1 rolls over, grant 2 is for a product; a deduction that is given back in
 * part, and an open hold. */
static void open_book(struct desk *desk)
{
    struct slip *grant, *use;
    struct str product = STR("api");

    desk_open(desk);
    slip_do(ask_customer(desk, "acme"));
    slip_do(ask_customer(desk, "other"));
    slip_do(ask_product(desk, "api"));
    grant = ask_grant_until(desk, "acme", "100", T0 + DAY);
    grant->job.command.issue.facts.rollover = (struct rollover){
        .kind = ROLLOVER_MAX_AMOUNT,
        .amount_max.units = 50,
        .expires_at.us = T0 + 3 * DAY,
    };
    assert_granted(slip_do(grant));
    grant = ask_grant(desk, "acme", "50");
    grant->job.command.issue.product_names = &product;
    grant->job.command.issue.product_name_count = 1;
    assert_granted(slip_do(grant));
    assert_granted(slip_do(ask_grant(desk, "other", "5")));
    use = slip_do(ask_deduct(desk, "acme", "20"));
    assert_granted(slip_do(ask_reverse(desk, use, "3")));
    assert_granted(slip_do(ask_hold(desk, "acme", "9", HOUR)));
}

/* Where the state says something that follows from the entries, and what is told when it is
 * another number. */
struct place {
    size_t offset;
    bool is_wide; /* 64 bits, not 32 */
    const char *problem;
};
static const struct place *forged_place;

#define PLACE(of, field, problem)                                                                  \
    {                                                                                              \
        offsetof(struct of, field), sizeof(((struct of *)NULL)->field) == 8, problem               \
    }

static void forge_place(void *state)
{
    char *number = (char *)state + forged_place->offset;

    if (forged_place->is_wide)
        ++*(uint64_t *)(void *)number;
    else
        ++*(uint32_t *)(void *)number;
}

static void forge_grant_place(struct grant *grant)
{
    forge_place(grant);
}

static void forge_account_place(struct account *account)
{
    forge_place(account);
}

static void forge_hold_place(struct hold *hold)
{
    forge_place(hold);
}

static void each_place_is_found(struct forged *forged, const struct place *places, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        forged_place = &places[i];
        assert_forgery_found(forged, places[i].problem);
    }
}

#define GRANT_BALANCES "state: the balances of grant 1 are not those of its entries"
#define GRANT_TERMS "state: the terms of grant 1 are not those of its entries"
#define GRANT_ENTRIES "state: grant 1 stands for other entries than its own"

static const struct place grant_places[] = {
    PLACE(grant, id.uuid.bytes[0], GRANT_TERMS),
    PLACE(grant, account, GRANT_TERMS),
    PLACE(grant, status, GRANT_TERMS),
    PLACE(grant, priority.millionths, GRANT_TERMS),
    PLACE(grant, effective_at.us, GRANT_TERMS),
    PLACE(grant, expires_at.us, GRANT_TERMS),
    PLACE(grant, amount.units, GRANT_BALANCES),
    PLACE(grant, scheduled.units, GRANT_BALANCES),
    PLACE(grant, posted.units, GRANT_BALANCES),
    PLACE(grant, held.units, GRANT_BALANCES),
    PLACE(grant, drawn.units, GRANT_BALANCES),
    PLACE(grant, reversed.units, GRANT_BALANCES),
    PLACE(grant, expired.units, GRANT_BALANCES),
    PLACE(grant, voided.units, GRANT_BALANCES),
    PLACE(grant, rolled_over.units, GRANT_BALANCES),
    PLACE(grant, repaid.units, GRANT_BALANCES),
    PLACE(grant, entry_count, GRANT_ENTRIES),
    PLACE(grant, last_entry, GRANT_ENTRIES),
    PLACE(grant, facts_entry, GRANT_ENTRIES),
};

static const struct place rollover_places[] = {
    PLACE(rollover, kind, GRANT_TERMS),           PLACE(rollover, amount_max.units, GRANT_TERMS),
    PLACE(rollover, millionths_max, GRANT_TERMS), PLACE(rollover, priority.millionths, GRANT_TERMS),
    PLACE(rollover, expires_at.us, GRANT_TERMS),
};

static void forge_rollover(struct grant *grant)
{
    static struct rollover rollover;

    rollover = *grant->rollover;
    forge_place(&rollover);
    grant->rollover = &rollover;
}

static void forge_number(struct grant *grant)
{
    grant->number++;
}

static void forge_rollover_none(struct grant *grant)
{
    grant->rollover = NULL;
}

/* Its products: one for none, none for one, another for one. */
static void forge_products_some(struct grant *grant)
{
    static const struct product_id id = { .uuid.bytes = { 1 } };
    static const struct product_set set = { .count = 1, .ids = &id };

    grant->products = &set;
}

static void forge_products_none(struct grant *grant)
{
    grant->products = NULL;
}

static void a_wrong_grant_in_the_state_is_found(void **state)
{
    struct desk desk;
    struct forged forged;

    (void)state;
    open_book(&desk);
    forged_open(&forged, desk.store);
    forged.grant = forge_grant_place;
    each_place_is_found(&forged, grant_places, array_count(grant_places));
    forged.grant = forge_rollover;
    each_place_is_found(&forged, rollover_places, array_count(rollover_places));
    forged.grant = forge_rollover_none;
    assert_forgery_found(&forged, GRANT_TERMS);
    forged.grant = forge_products_some;
    assert_forgery_found(&forged, GRANT_TERMS);
    forged_open(&forged, desk.store);
    forged.first_grant_is_missing = true;
    assert_forgery_found(&forged, "state: 2 grants, but the entries issue 3");
    forged_open(&forged, desk.store);
    forged.grant_number = 3; /* of three */
    forged.grant = forge_number;
    assert_forgery_found(&forged, "state: no entry issues grant 4");
    forged.grant_number = 2; /* it is for a product */
    forged.grant = forge_products_none;
    assert_forgery_found(&forged, "state: the terms of grant 2 are not those of its entries");
    forged.grant = forge_products_some;
    assert_forgery_found(&forged, "state: the terms of grant 2 are not those of its entries");
    desk_close(&desk);
}

#define ACCOUNT_BALANCES "state: the balances of account 2 are not those of its entries"
#define ACCOUNT_OWNER "state: account 2 is not whose its entries say"

static const struct place account_places[] = {
    PLACE(account, posted.units, ACCOUNT_BALANCES),
    PLACE(account, held.units, ACCOUNT_BALANCES),
    PLACE(account, scheduled.units, ACCOUNT_BALANCES),
    PLACE(account, uncovered.units, ACCOUNT_BALANCES),
    PLACE(account, lent.units, ACCOUNT_BALANCES),
    PLACE(account, limit.units, ACCOUNT_BALANCES),
    PLACE(account, debt.units, ACCOUNT_BALANCES),
    PLACE(account, last_repay, ACCOUNT_BALANCES),
    PLACE(account, entry_count, ACCOUNT_BALANCES),
    PLACE(account, last_entry, ACCOUNT_BALANCES),
    PLACE(account, credit_type, ACCOUNT_OWNER),
};

static void forge_customer(struct account *account)
{
    account->customer = account->number == 1 ? 2 : 1;
}

static void forge_no_credit_type(struct account *account)
{
    account->credit_type = UINT32_MAX;
}

static void a_wrong_account_in_the_state_is_found(void **state)
{
    struct desk desk;
    struct forged forged;

    (void)state;
    open_book(&desk);
    forged_open(&forged, desk.store);
    forged.account = forge_account_place;
    each_place_is_found(&forged, account_places, array_count(account_places));
    forged.account = forge_customer;
    assert_forgery_found(&forged, ACCOUNT_OWNER);
    forged.account = forge_no_credit_type;
    assert_forgery_found(&forged, ACCOUNT_OWNER);
    desk_close(&desk);
}

#define HOLD "state: hold 6 is not what its entries say"

static const struct place hold_places[] = {
    PLACE(hold, account, HOLD),        PLACE(hold, status, HOLD),
    PLACE(hold, expires_at.us, HOLD),  PLACE(hold, amount.units, HOLD),
    PLACE(hold, captured.units, HOLD), PLACE(hold, product.uuid.bytes[0], HOLD),
};

static const struct place part_places[] = {
    PLACE(hold_part, grant, HOLD),
    PLACE(hold_part, amount.units, HOLD),
};

static void forge_part(struct hold *hold)
{
    forge_place(&hold->parts[0]);
}

static void forge_part_count(struct hold *hold)
{
    hold->part_count--;
}

static void a_wrong_hold_in_the_state_is_found(void **state)
{
    struct desk desk;
    struct forged forged;

    (void)state;
    open_book(&desk);
    forged_open(&forged, desk.store);
    forged.hold = forge_hold_place;
    each_place_is_found(&forged, hold_places, array_count(hold_places));
    forged.hold = forge_part;
    each_place_is_found(&forged, part_places, array_count(part_places));
    forged.hold = forge_part_count;
    assert_forgery_found(&forged, HOLD);
    forged_open(&forged, desk.store);
    forged.holds_are_missing = true;
    assert_forgery_found(&forged, HOLD);
    desk_close(&desk);
}

static void forge_reversed(struct taken *taken)
{
    taken->reversed.units++;
}

static void a_wrong_reversal_in_the_state_is_found(void **state)
{
    struct desk desk;
    struct forged forged;

    (void)state;
    open_book(&desk);
    forged_open(&forged, desk.store);
    forged.taken = forge_reversed;
    assert_forgery_found(&forged,
                         "state: what was reversed of deduction 4 is not what its entries say");
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_grant_in_the_state_is_found),
        cmocka_unit_test(a_wrong_account_in_the_state_is_found),
        cmocka_unit_test(a_wrong_hold_in_the_state_is_found),
        cmocka_unit_test(a_wrong_reversal_in_the_state_is_found),
    };

    return cmocka_run_group_tests_name("ledger: state", tests, NULL, NULL);
}
