/* From names and decimals to what the engine understands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "desk.h"

static void assert_blames(const struct slip *slip, enum reject reject, const char *field)
{
    assert_refused(slip, reject);
    assert_true(str_equals(slip->job.decision.blame.field, str_from_c(field)));
}

static void what_is_not_there_is_named(void **state)
{
    struct desk desk;
    struct slip *slip;
    struct str product = STR("nothing");

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    assert_blames(slip_do(ask_grant(&desk, "nobody", "1")), REJECT_CUSTOMER_UNKNOWN, "customer");
    slip = ask_grant(&desk, "acme", "1");
    slip->job.command.issue.credit_type = STR("gold");
    assert_blames(slip_do(slip), REJECT_CREDIT_TYPE_UNKNOWN, "credit_type");
    slip = ask_grant(&desk, "acme", "1");
    slip->job.command.issue.product_names = &product;
    slip->job.command.issue.product_name_count = 1;
    assert_blames(slip_do(slip), REJECT_PRODUCT_UNKNOWN, "products");
    slip = ask_deduct(&desk, "acme", "1");
    slip->job.command.deduct.product = product;
    assert_blames(slip_do(slip), REJECT_PRODUCT_UNKNOWN, "product");
    slip = ask_grant(&desk, "acme", "1");
    slip->job.command.issue.paid = (struct decimal_option){ .given = true };
    slip->job.command.issue.paid_credit_type = STR("gold");
    assert_blames(slip_do(slip), REJECT_CREDIT_TYPE_UNKNOWN, "paid_credit_type");
    desk_close(&desk);
}

static void an_amount_fits_its_credit_type(void **state)
{
    static const struct {
        const char *amount;
        enum rounding rounding;
        enum reject reject;
        int64_t units;
    } rows[] = {
        { "1.25", ROUND_NONE, REJECT_NONE, 125 },
        { "1.250", ROUND_NONE, REJECT_NONE, 125 },
        { "1.255", ROUND_NONE, REJECT_AMOUNT_TOO_PRECISE, 0 },
        { "1.255", ROUND_HALF_EVEN, REJECT_NONE, 126 },
        { "1.245", ROUND_HALF_EVEN, REJECT_NONE, 124 },
        { "0.004", ROUND_HALF_EVEN, REJECT_AMOUNT_NOT_POSITIVE, 0 },
        { "0", ROUND_NONE, REJECT_AMOUNT_NOT_POSITIVE, 0 },
        { "-1", ROUND_NONE, REJECT_AMOUNT_NOT_POSITIVE, 0 },
        { "-1.255", ROUND_NONE, REJECT_AMOUNT_NOT_POSITIVE, 0 },
        { "92233720368547758.07", ROUND_NONE, REJECT_NONE, INT64_MAX },
        { "92233720368547758.08", ROUND_NONE, REJECT_AMOUNT_TOO_LARGE, 0 },
    };

    (void)state;
    for (size_t i = 0; i < array_count(rows); i++) {
        struct desk desk;
        struct slip *slip;

        desk_open(&desk);
        slip_do(ask_customer(&desk, "acme"));
        slip_do(ask_credit_type(&desk, "points", 2));
        slip = ask_grant(&desk, "acme", rows[i].amount);
        slip->job.command.issue.credit_type = STR("points");
        slip->job.command.issue.rounding = rows[i].rounding;
        slip_do(slip);
        if (rows[i].reject == REJECT_NONE) {
            assert_granted(slip);
            assert_int_equal(slip->job.decision.account_posted.units, rows[i].units);
        } else {
            assert_blames(slip, rows[i].reject, "amount");
        }
        desk_close(&desk);
    }
}

/* Left out, it is that of the only account; without an account, USD (cents). */
static void a_credit_type_may_be_left_out_where_there_is_one(void **state)
{
    struct desk desk;
    struct slip *slip;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_credit_type(&desk, "points", 2));
    slip = slip_do(ask_deduct(&desk, "acme", "1"));
    assert_refused(slip, REJECT_BALANCE_EXCEEDED);
    assert_amount(slip->job.decision.available, "0");
    assert_true(str_equals(slip->job.decision.credit_type.name, STR(CREDIT_TYPE_USD_NAME)));

    slip = ask_grant(&desk, "acme", "5");
    slip->job.command.issue.credit_type = STR("points");
    assert_granted(slip_do(slip));
    slip = slip_do(ask_deduct(&desk, "acme", "1"));
    assert_granted(slip);
    assert_true(str_equals(slip->job.decision.credit_type.name, STR("points")));

    slip_do(ask_grant(&desk, "acme", "5"));
    assert_blames(slip_do(ask_deduct(&desk, "acme", "1")), REJECT_CREDIT_TYPE_NEEDED,
                  "credit_type");
    slip = ask_deduct(&desk, "acme", "1");
    slip->job.command.deduct.credit_type = STR("points");
    assert_granted(slip_do(slip));
    desk_close(&desk);
}

/* Amounts of a capture and a reversal are in the credit type of what they are about. */
static void the_scale_is_that_of_the_hold(void **state)
{
    struct desk desk;
    struct slip *grant, *hold, *slip;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_credit_type(&desk, "points", 2));
    grant = ask_grant(&desk, "acme", "5");
    grant->job.command.issue.credit_type = STR("points");
    slip_do(grant);
    hold = slip_do(ask_hold(&desk, "acme", "3", HOUR));
    assert_granted(hold);
    assert_blames(slip_do(ask_capture(&desk, hold, "1.001")), REJECT_AMOUNT_TOO_PRECISE, "amount");
    slip = slip_do(ask_capture(&desk, hold, "1.01"));
    assert_granted(slip);
    assert_int_equal(slip->job.decision.covered.units, 101);
    assert_blames(slip_do(ask_reverse(&desk, slip, "0")), REJECT_AMOUNT_NOT_POSITIVE, "amount");
    assert_granted(slip_do(ask_reverse(&desk, slip, "0.01")));
    slip = slip_do(ask_reverse(&desk, slip, NULL)); /* all that is left */
    assert_granted(slip);
    assert_int_equal(slip->job.decision.covered.units, 100);
    hold->job.decision.operation = 12345;
    assert_refused(slip_do(ask_capture(&desk, hold, "1")), REJECT_HOLD_UNKNOWN);
    assert_refused(slip_do(ask_reverse(&desk, hold, "1")), REJECT_DEDUCTION_UNKNOWN);
    desk_verify(&desk);
    desk_close(&desk);
}

static void products_are_known_by_name_and_by_id(void **state)
{
    struct desk desk;
    struct slip *product, *grant, *use;
    struct str names[2];
    char id[UUID_TEXT_SIZE];

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    product = slip_do(ask_product(&desk, "storage"));
    assert_granted(product);
    slip_do(ask_product(&desk, "compute"));
    uuid_format(product->job.decision.product.id.uuid, id);
    names[0] = (struct str){ .data = id, .len = sizeof id };
    names[1] = STR("compute");
    grant = ask_grant(&desk, "acme", "5");
    grant->job.command.issue.product_names = names;
    grant->job.command.issue.product_name_count = 2;
    assert_granted(slip_do(grant));
    use = ask_deduct(&desk, "acme", "1");
    use->job.command.deduct.product = STR("storage");
    assert_granted(slip_do(use));
    assert_refused(slip_do(ask_deduct(&desk, "acme", "1")), REJECT_BALANCE_EXCEEDED);
    desk_close(&desk);
}

/* What was paid may be nothing, and is counted in its own credit type. */
static void what_was_paid_has_its_own_unit(void **state)
{
    struct desk desk;
    struct slip *grant, *balance;
    const struct grant_row *row;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_credit_type(&desk, "euro", 2));
    grant = ask_grant(&desk, "acme", "5");
    grant->job.command.issue.paid =
        (struct decimal_option){ .given = true, .value = decimal_of("4.99") };
    grant->job.command.issue.paid_credit_type = STR("euro");
    assert_granted(slip_do(grant));
    grant = ask_grant(&desk, "acme", "5");
    grant->job.command.issue.paid =
        (struct decimal_option){ .given = true, .value = decimal_of("0") };
    assert_granted(slip_do(grant));
    balance = slip_do(ask_balance(&desk, "acme"));
    row = &balance->job.answer.balances[0].grants[0];
    assert_true(row->facts.has_paid);
    assert_int_equal(row->facts.paid_amount.units, 499);
    assert_true(str_equals(row->paid_credit_type.name, STR("euro")));
    row++;
    assert_int_equal(row->facts.paid_amount.units, 0);
    assert_true(str_equals(row->paid_credit_type.name, STR(CREDIT_TYPE_USD_NAME)));
    desk_close(&desk);
}

/* What is wrong first is told, and what comes behind it does not hide it. */
static void the_first_of_two_wrong_amounts_is_told(void **state)
{
    static const struct {
        const char *paid, *amount_max;
        enum reject reject;
        const char *field;
    } cases[] = {
        { "1", "1", REJECT_NONE, "" },
        { "-1", "1", REJECT_AMOUNT_NOT_POSITIVE, "paid_amount" },
        { "1", "0.0000001", REJECT_AMOUNT_TOO_PRECISE, "rollover.amount_max" },
        { "-1", "0.0000001", REJECT_AMOUNT_NOT_POSITIVE, "paid_amount" },
    };
    struct desk desk;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    for (size_t i = 0; i < array_count(cases); i++) {
        struct slip *slip = ask_grant_until(&desk, "acme", "10", T0 + DAY);
        struct issue *issue = &slip->job.command.issue;

        issue->facts.rollover = (struct rollover){
            .kind = ROLLOVER_MAX_AMOUNT,
            .priority.millionths = 1000000,
            .expires_at.us = T0 + 2 * DAY,
        };
        issue->paid = (struct decimal_option){ .given = true, .value = decimal_of(cases[i].paid) };
        issue->rollover_amount_max =
            (struct decimal_option){ .given = true, .value = decimal_of(cases[i].amount_max) };
        slip_do(slip);
        assert_int_equal(slip->job.err, OK);
        assert_int_equal(slip->job.decision.reject, cases[i].reject);
        assert_true(str_equals(slip->job.decision.blame.field, str_from_c(cases[i].field)));
    }
    desk_close(&desk);
}

static void an_id_may_be_chosen_once(void **state)
{
    struct desk desk;
    struct slip *grant;
    struct grant_id id = { .uuid.bytes = { 1, 2, 3 } };

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    for (int i = 0; i < 2; i++) {
        grant = ask_grant(&desk, "acme", "5");
        grant->job.command.issue.facts.grant_id = id;
        slip_do(grant);
        if (i == 0) {
            assert_granted(grant);
            assert_true(uuid_equals(grant->job.decision.grant_id.uuid, id.uuid));
        } else {
            assert_refused(grant, REJECT_ID_TAKEN);
        }
    }
    for (int i = 0; i < 2; i++) {
        grant = ask_grant(&desk, "acme", "5");
        grant->job.command.issue.facts.uniqueness_key = STR("once");
        slip_do(grant);
        assert_int_equal(grant->job.decision.reject,
                         i == 0 ? REJECT_NONE : REJECT_UNIQUENESS_KEY_TAKEN);
    }
    desk_close(&desk);
}

static void an_expiry_lies_in_the_calendar(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_grant(&desk, "acme", "5"));
    assert_error(slip_do(ask_hold(&desk, "acme", "1", INT64_MAX)), ERR_MALFORMED);
    assert_error(slip_do(ask_hold(&desk, "acme", "1", 0)), ERR_MALFORMED);
    assert_granted(slip_do(ask_hold(&desk, "acme", "1", 1)));
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_there_is_named),
        cmocka_unit_test(an_amount_fits_its_credit_type),
        cmocka_unit_test(a_credit_type_may_be_left_out_where_there_is_one),
        cmocka_unit_test(the_scale_is_that_of_the_hold),
        cmocka_unit_test(products_are_known_by_name_and_by_id),
        cmocka_unit_test(what_was_paid_has_its_own_unit),
        cmocka_unit_test(the_first_of_two_wrong_amounts_is_told),
        cmocka_unit_test(an_id_may_be_chosen_once),
        cmocka_unit_test(an_expiry_lies_in_the_calendar),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
