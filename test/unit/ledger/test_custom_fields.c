/* Custom fields of customers and grants against the list of their keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>
#include "base/limits.h"
#include "desk.h"
#include "store/memory/memory.h"

static struct slip *ask_key(struct desk *desk, struct str entity, const char *key, bool unique)
{
    struct slip *slip = slip_new(desk);

    slip->job.command.kind = COMMAND_CUSTOM_FIELD_KEY_ADD;
    slip->job.command.field_key_add.entity = entity;
    slip->job.command.field_key_add.key = str_from_c(key);
    slip->job.command.field_key_add.enforce_uniqueness = unique;
    return slip;
}

static struct slip *ask_grant_with(struct desk *desk, const char *fields, bool only_listed)
{
    struct slip *slip = ask_grant_until(desk, "a", "10", T0 + 2 * DAY);

    slip->job.command.issue.facts.custom_fields = str_from_c(fields);
    slip->job.command.issue.only_listed_fields = only_listed;
    return slip;
}

static struct slip *ask_set(struct desk *desk, const struct slip *grant, const char *fields)
{
    struct slip *slip = slip_new(desk);

    slip->job.command.kind = COMMAND_GRANT_EDIT;
    slip->job.command.subject.grant_id = grant->job.decision.grant_id;
    slip->job.command.edit.fields_set = str_from_c(fields);
    return slip;
}

static void must_show(struct desk *desk, size_t index, const char *fields)
{
    struct slip *slip = slip_do(ask_query(desk, QUERY_GRANTS));

    assert_granted(slip);
    assert_true(index < slip->job.answer.grant_count);
    assert_true(str_equals(slip->job.answer.grants[index].facts.custom_fields, str_from_c(fields)));
}

static void a_value_is_one_grants_alone(void **state)
{
    struct desk desk;
    struct slip *first, *second;
    uint64_t sequence;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "a"));
    assert_granted(slip_do(ask_key(&desk, CUSTOM_FIELDS_OF_GRANT, "order", true)));
    first = slip_do(ask_grant_with(&desk, "{\"order\":\"1\"}", true));
    assert_granted(first);
    assert_refused(slip_do(ask_grant_with(&desk, "{\"order\":\"1\"}", true)),
                   REJECT_CUSTOM_FIELD_VALUE_TAKEN);
    assert_refused(slip_do(ask_grant_with(&desk, "{\"order\":\"1\"}", false)),
                   REJECT_CUSTOM_FIELD_VALUE_TAKEN);
    second = slip_do(ask_grant_with(&desk, "{\"order\":\"2\",\"free\":\"x\"}", false));
    assert_granted(second);
    assert_error(slip_do(ask_grant_with(&desk, "{\"free\":\"x\"}", true)), ERR_MALFORMED);
    assert_refused(slip_do(ask_set(&desk, second, "{\"order\":\"1\"}")),
                   REJECT_CUSTOM_FIELD_VALUE_TAKEN);
    must_show(&desk, 1, "{\"order\":\"2\",\"free\":\"x\"}");
    sequence = desk_sequence(&desk);
    assert_granted(slip_do(ask_set(&desk, first, "{\"order\":\"1\"}")));
    assert_int_equal(desk_sequence(&desk), sequence); /* it has it already */
    assert_granted(slip_do(ask_set(&desk, first, "{\"order\":\"3\"}")));
    assert_int_equal(desk_sequence(&desk), sequence + 1);
    assert_granted(slip_do(ask_set(&desk, second, "{\"order\":\"1\"}")));
    desk_verify(&desk);
    desk_close(&desk);
}

static void what_came_to_nothing_took_no_value(void **state)
{
    struct desk desk;
    struct slip *slips[2];

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "a"));
    slip_do(ask_key(&desk, CUSTOM_FIELDS_OF_GRANT, "order", true));
    memory_store_fail_commits(desk.store, 1, ERR_FULL);
    assert_error(slip_do(ask_grant_with(&desk, "{\"order\":\"1\"}", true)), ERR_FULL);
    slips[0] = ask_grant_with(&desk, "{\"order\":\"1\"}", true);
    slips[1] = ask_deduct(&desk, "a", "100");
    slip_do(slip_group(&desk, slips, 2, true)); /* refused as a whole */
    memory_store_fail_commits(desk.store, 1, ERR_FULL);
    assert_error(slip_do(ask_key(&desk, CUSTOM_FIELDS_OF_GRANT, "team", true)), ERR_FULL);
    assert_granted(slip_do(ask_key(&desk, CUSTOM_FIELDS_OF_GRANT, "team", true)));
    assert_granted(slip_do(ask_grant_with(&desk, "{\"order\":\"1\"}", true)));
    desk_close(&desk);
}

static void a_rollover_takes_the_fields_along(void **state)
{
    struct desk desk;
    struct slip *slip;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "a"));
    slip_do(ask_key(&desk, CUSTOM_FIELDS_OF_GRANT, "order", true));
    slip = ask_grant_with(&desk, "{\"order\":\"1\"}", true);
    slip->job.command.issue.facts.rollover = (struct rollover){
        .kind = ROLLOVER_MAX_PERCENTAGE,
        .millionths_max = 1000000,
        .priority = { 1000000 },
        .expires_at = { T0 + 9 * DAY },
    };
    assert_granted(slip_do(slip));
    desk_set_clock(&desk, T0 + 3 * DAY);
    desk_turn(&desk);
    must_show(&desk, 1, "{\"order\":\"1\"}");
    assert_granted(slip_do(ask_set(&desk, slip, "{\"order\":\"2\"}"))); /* the old one's */
    assert_refused(slip_do(ask_grant_with(&desk, "{\"order\":\"1\"}", true)),
                   REJECT_CUSTOM_FIELD_VALUE_TAKEN);
    desk_verify(&desk);
    desk_close(&desk);
}

/* An object of so many fields. */
static const char *many_fields(struct slip *slip, int count)
{
    struct str text = STR("{");

    for (int i = 0; i < count; i++)
        text = str_format(slip->job.arena, "%.*s%s\"k%d\":\"\"", STR_PRINT(text), i == 0 ? "" : ",",
                          i);
    return str_format(slip->job.arena, "%.*s}", STR_PRINT(text)).data;
}

static struct slip *ask_fields(struct desk *desk, enum command_kind kind, const char *customer)
{
    struct slip *slip = slip_new(desk);

    slip->job.command.kind = kind;
    if (kind == COMMAND_CUSTOMER_FIELDS_SET)
        slip->job.command.fields_set.customer = str_from_c(customer);
    else
        slip->job.command.fields_delete.customer = str_from_c(customer);
    return slip;
}

static void fields_of_nobody_are_not_changed(void **state)
{
    struct desk desk;
    struct slip *slip;

    (void)state;
    desk_open(&desk);
    slip = slip_do(ask_fields(&desk, COMMAND_CUSTOMER_FIELDS_SET, "nobody"));
    assert_refused(slip, REJECT_CUSTOMER_UNKNOWN);
    assert_true(str_equals(slip->job.decision.blame.field, STR("entity")));
    slip = slip_do(ask_fields(&desk, COMMAND_CUSTOMER_FIELDS_DELETE, "nobody"));
    assert_refused(slip, REJECT_CUSTOMER_UNKNOWN);
    desk_close(&desk);
}

static void a_key_is_removed_once(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    for (int i = 0; i < 3; i++) {
        struct slip *slip = slip_new(&desk);

        slip->job.command.kind = COMMAND_CUSTOM_FIELD_KEY_REMOVE;
        slip->job.command.field_key_remove.entity = CUSTOM_FIELDS_OF_GRANT;
        slip->job.command.field_key_remove.key = STR("order");
        slip_do(slip);
        if (i == 1)
            assert_granted(slip);
        else
            assert_refused(slip, REJECT_CUSTOM_FIELD_KEY_UNKNOWN);
        if (i == 0)
            assert_granted(slip_do(ask_key(&desk, CUSTOM_FIELDS_OF_GRANT, "order", true)));
    }
    desk_close(&desk);
}

static void one_value_that_is_taken_is_enough(void **state)
{
    static const char *const taken[] = { "{\"order\":\"1\",\"team\":\"1\"}",
                                         "{\"order\":\"1\",\"team\":\"2\"}",
                                         "{\"order\":\"2\",\"team\":\"1\"}" };
    struct desk desk;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "a"));
    slip_do(ask_key(&desk, CUSTOM_FIELDS_OF_GRANT, "order", true));
    slip_do(ask_key(&desk, CUSTOM_FIELDS_OF_GRANT, "team", true));
    assert_granted(slip_do(ask_grant_with(&desk, taken[0], true)));
    for (size_t i = 0; i < array_count(taken); i++)
        assert_refused(slip_do(ask_grant_with(&desk, taken[i], true)),
                       REJECT_CUSTOM_FIELD_VALUE_TAKEN);
    desk_close(&desk);
}

/* What is wrong is told with its key, but for one that fills the reply. */
static void a_key_too_long_to_show_is_not_shown(void **state)
{
    static const struct {
        int length;
        bool is_shown;
    } cases[] = { { 400, true }, { 401, false } };
    struct desk desk;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "a"));
    for (size_t i = 0; i < array_count(cases); i++) {
        struct slip *text = slip_new(&desk), *slip;
        struct str fields = str_format(&text->arena, "{\"%0*d\":\"\"}", cases[i].length, 7);
        size_t shown = strlen("custom_fields") + (cases[i].is_shown ? 1 + 400 : 0);

        slip = slip_do(ask_grant_with(&desk, fields.data, true));
        assert_error(slip, ERR_MALFORMED);
        assert_int_equal(slip->job.blame.field.len, shown);
    }
    desk_close(&desk);
}

static void fields_may_be_so_long(void **state)
{
    struct desk desk;
    struct slip *text, *grant, *slip;
    struct str fields;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "a"));
    text = slip_new(&desk);
    fields = str_format(&text->arena, "{\"%0*d\":\"\"}", (int)CUSTOM_FIELDS_BYTES_MAX, 7);
    assert_error(slip_do(ask_grant_with(&desk, fields.data, false)), ERR_MALFORMED);
    grant = slip_do(ask_grant_with(&desk, "{}", false));
    slip = slip_do(ask_set(&desk, grant, many_fields(text, CUSTOM_FIELDS_MAX + 1)));
    assert_error(slip, ERR_MALFORMED);
    assert_true(str_equals(slip->job.blame.why, STR("are too many")));
    desk_close(&desk);
}

static void there_are_so_many_fields_and_keys(void **state)
{
    struct desk desk;
    struct slip *slip;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "a"));
    slip = slip_new(&desk);
    assert_granted(slip_do(ask_grant_with(&desk, many_fields(slip, CUSTOM_FIELDS_MAX), false)));
    slip = slip_new(&desk);
    assert_error(slip_do(ask_grant_with(&desk, many_fields(slip, CUSTOM_FIELDS_MAX + 1), false)),
                 ERR_MALFORMED);
    for (unsigned i = 0; i < CUSTOM_FIELD_KEYS_MAX; i++) {
        slip = slip_new(&desk);
        assert_granted(slip_do(
            ask_key(&desk, STR("plan"), str_format(slip->job.arena, "k%u", i).data, false)));
    }
    slip = slip_do(ask_key(&desk, STR("plan"), "more", false));
    assert_error(slip, ERR_MALFORMED);
    assert_true(str_equals(slip->job.blame.field, STR("key")));
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_one_grants_alone),
        cmocka_unit_test(what_came_to_nothing_took_no_value),
        cmocka_unit_test(a_rollover_takes_the_fields_along),
        cmocka_unit_test(fields_of_nobody_are_not_changed),
        cmocka_unit_test(a_key_is_removed_once),
        cmocka_unit_test(one_value_that_is_taken_is_enough),
        cmocka_unit_test(a_key_too_long_to_show_is_not_shown),
        cmocka_unit_test(fields_may_be_so_long),
        cmocka_unit_test(there_are_so_many_fields_and_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
