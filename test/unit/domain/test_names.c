/* The tables: every kind has its name, every refusal its status. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "domain/command.h"
#include "domain/reject.h"

static void is(struct str got, const char *expected)
{
    if (!str_equals(got, str_from_c(expected)))
        fail_msg("expected '%s', got '%.*s'", expected, STR_PRINT(got));
}

static void environments_have_names(void **state)
{
    is(environment_name(ENVIRONMENT_LIVE), "live");
    is(environment_name(ENVIRONMENT_TEST), "test");
    assert_int_equal(environment_index(ENVIRONMENT_TEST), ENVIRONMENT_COUNT - 1);
}

static void entries_have_names_and_codes_that_stay(void **state)
{
    static const char *const names[] = {
        "issue",        "activate", "edit",  "draw",         "uncovered",     "expire", "roll_over",
        "void",         "reverse",  "hold",  "capture",      "release",       "lapse",  "extend",
        "credit_limit", "debt",     "repay", "reverse_debt", "reverse_repay",
    };
    enum entry_kind kind = ENTRY_ISSUE;

    for (size_t i = 0; i < array_count(names); i++) {
        assert_true(entry_kind_from_code((int)i + 1, &kind));
        assert_int_equal(kind, i + 1);
        is(entry_kind_name(kind), names[i]);
    }
    kind = ENTRY_DRAW;
    assert_false(entry_kind_from_code(0, &kind));
    assert_false(entry_kind_from_code((int)array_count(names) + 1, &kind));
    assert_false(entry_kind_from_code(-1, &kind));
    assert_int_equal(kind, ENTRY_DRAW);
}

static void every_reason_to_draw_is_told(void **state)
{
    for (int because = BECAUSE_ONLY; because <= BECAUSE_REVERSED; because++)
        assert_false(str_is_empty(because_text((enum because)because)));
}

static void commands_have_names(void **state)
{
    is(command_name(COMMAND_GRANT_ISSUE), "issue grant");
    is(command_name(COMMAND_LAPSE), "lapse hold");
    is(command_name(COMMAND_PRODUCT_CREATE), "create product");
    for (int kind = COMMAND_NONE + 1; kind < COMMAND_COUNT; kind++)
        assert_false(str_is_empty(command_name((enum command_kind)kind)));
}

static void commands_are_of_the_book_or_of_the_directory(void **state)
{
    assert_false(command_is_of_directory(COMMAND_GRANT_ISSUE));
    assert_false(command_is_of_directory(COMMAND_EXPIRE));
    assert_true(command_is_of_directory(COMMAND_CUSTOMER_CREATE));
    assert_true(command_is_of_directory(COMMAND_PRODUCT_CREATE));
}

static void every_refusal_has_name_title_and_status(void **state)
{
    is(reject_name(REJECT_NONE), "");
    is(reject_name(REJECT_BALANCE_EXCEEDED), "BALANCE_EXCEEDED");
    is(reject_title(REJECT_GRANT_UNKNOWN), "no such grant");
    assert_int_equal(reject_status(REJECT_BALANCE_EXCEEDED), 402);
    for (int reject = REJECT_NONE + 1; reject < REJECT_COUNT; reject++) {
        int status = reject_status((enum reject)reject);

        assert_false(str_is_empty(reject_name((enum reject)reject)));
        assert_false(str_is_empty(reject_title((enum reject)reject)));
        assert_true(status >= 400 && status < 500);
    }
}

static void absent_facts_are_absent(void **state)
{
    struct facts facts = FACTS_NONE;

    assert_true(str_is_empty(facts.name));
    assert_true(uuid_is_zero(facts.grant_id.uuid));
    assert_true(instant_is_never(facts.expires_at));
    assert_true(instant_is_never(facts.invoice_date));
    assert_true(instant_is_never(facts.hold_expires_at));
    assert_int_equal(facts.rollover.kind, 0);
    assert_int_equal(facts.products.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(environments_have_names),
        cmocka_unit_test(entries_have_names_and_codes_that_stay),
        cmocka_unit_test(every_reason_to_draw_is_told),
        cmocka_unit_test(commands_have_names),
        cmocka_unit_test(commands_are_of_the_book_or_of_the_directory),
        cmocka_unit_test(every_refusal_has_name_title_and_status),
        cmocka_unit_test(absent_facts_are_absent),
    };

    return cmocka_run_group_tests_name("domain/names", tests, NULL, NULL);
}
