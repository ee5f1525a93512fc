/* What both books share: customers, credit types, products. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>
#include "base/limits.h"
#include "desk.h"

static struct slip *ask_update(struct desk *desk, const char *customer)
{
    struct slip *slip = slip_new(desk);

    slip->job.command.kind = COMMAND_CUSTOMER_UPDATE;
    slip->job.command.customer_update.customer = str_from_c(customer);
    return slip;
}

static struct slip *ask_archive(struct desk *desk, const char *customer, bool erase)
{
    struct slip *slip = slip_new(desk);

    slip->job.command.kind = COMMAND_CUSTOMER_ARCHIVE;
    slip->job.command.customer_archive.customer = str_from_c(customer);
    slip->job.command.customer_archive.erase = erase;
    return slip;
}

static struct slip *find_customer(struct desk *desk, const char *customer)
{
    struct slip *slip = ask_query(desk, QUERY_CUSTOMER);

    slip->job.query.customer = str_from_c(customer);
    return slip_do(slip);
}

static void a_customer_goes_by_many_names(void **state)
{
    struct desk desk;
    struct slip *slip;
    const struct str aliases[] = { STR_INIT("a"), STR_INIT("b"), STR_INIT("a") };
    char text[UUID_TEXT_SIZE + 1] = "", prefixed[PREFIXED_ID_SIZE + 1] = "";

    (void)state;
    desk_open(&desk);
    slip = ask_customer(&desk, "x");
    slip->job.command.customer_create.aliases = aliases;
    slip->job.command.customer_create.alias_count = array_count(aliases);
    slip->job.command.customer_create.client_id = STR("kable");
    assert_granted(slip_do(slip));
    assert_int_equal(slip->job.decision.customer_row.alias_count, 3); /* each once */
    assert_true(str_equals(slip->job.decision.customer_row.custom_fields, STR("{}")));
    uuid_format(slip->job.decision.customer.uuid, text);
    uuid_format_prefixed(slip->job.decision.customer.uuid, CUSTOMER_PREFIX, prefixed);
    for (int i = 0; i < 5; i++) {
        const char *const names[] = { "a", "b", "kable", text, prefixed };
        struct slip *found = find_customer(&desk, names[i]);

        assert_granted(found);
        assert_int_equal(found->job.answer.customers[0].number, 1);
        assert_int_equal(found->job.answer.customers[0].created_at.us, T0);
    }
    assert_refused(find_customer(&desk, "c"), REJECT_CUSTOMER_UNKNOWN);
    desk_close(&desk);
}

static void a_name_is_somebodys(void **state)
{
    struct desk desk;
    struct slip *slip;
    const struct str a = STR_INIT("a"), c = STR_INIT("c"), long_one = { "x", ALIAS_BYTES_MAX + 1 };
    const struct str empty = STR_INIT("");

    (void)state;
    desk_open(&desk);
    assert_granted(slip_do(ask_customer(&desk, "a")));
    assert_granted(slip_do(ask_customer(&desk, "b")));
    assert_refused(slip_do(ask_customer(&desk, "a")), REJECT_ALIAS_TAKEN);
    slip = ask_customer(&desk, "new");
    slip->job.command.customer_create.client_id = STR("b");
    assert_refused(slip_do(slip), REJECT_ALIAS_TAKEN);
    slip = ask_customer(&desk, "new");
    slip->job.command.customer_create.id = find_customer(&desk, "a")->job.answer.customers[0].id;
    assert_refused(slip_do(slip), REJECT_ID_TAKEN);

    slip = ask_update(&desk, "b");
    slip->job.command.customer_update.has_aliases = true;
    slip->job.command.customer_update.aliases = &a;
    slip->job.command.customer_update.alias_count = 1;
    assert_refused(slip_do(slip), REJECT_ALIAS_TAKEN);
    slip = ask_update(&desk, "a");
    slip->job.command.customer_update.has_aliases = true;
    slip->job.command.customer_update.aliases = &c;
    slip->job.command.customer_update.alias_count = 1;
    assert_granted(slip_do(slip));
    assert_granted(slip_do(ask_customer(&desk, "a"))); /* free again */
    slip = ask_update(&desk, "c");
    slip->job.command.customer_update.has_aliases = true;
    slip->job.command.customer_update.aliases = &c;
    slip->job.command.customer_update.alias_count = 1;
    assert_granted(slip_do(slip)); /* what it has it may keep */

    slip = ask_customer(&desk, "d");
    slip->job.command.customer_create.aliases = &empty;
    assert_error(slip_do(slip), ERR_MALFORMED);
    assert_true(str_equals(slip->job.blame.field, STR("aliases")));
    slip = ask_customer(&desk, "d");
    slip->job.command.customer_create.aliases = &long_one;
    assert_error(slip_do(slip), ERR_MALFORMED);
    desk_close(&desk);
}

static void only_what_is_given_changes(void **state)
{
    struct desk desk;
    struct slip *slip;
    const struct customer *row;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "a"));
    desk_set_clock(&desk, T0 + HOUR);
    slip = ask_update(&desk, "a");
    slip->job.command.customer_update.has_name = true;
    slip->job.command.customer_update.name = STR("Acme");
    assert_granted(slip_do(slip));
    row = find_customer(&desk, "a")->job.answer.customers;
    assert_true(str_equals(row->name, STR("Acme")));
    assert_int_equal(row->alias_count, 1);
    assert_int_equal(row->created_at.us, T0);
    assert_int_equal(row->updated_at.us, T0 + HOUR);
    assert_refused(slip_do(ask_update(&desk, "nobody")), REJECT_CUSTOMER_UNKNOWN);
    desk_close(&desk);
}

static void what_is_too_long_is_not_taken(void **state)
{
    static char x[CUSTOM_FIELDS_BYTES_MAX + 1];
    const struct str name = { x, NAME_BYTES_MAX + 1 }, text = { x, sizeof x };
    const struct {
        struct str name, custom_fields, profile;
        const char *blamed;
    } cases[] = {
        { name, STR_NONE, STR_NONE, "name" },
        { STR_NONE, text, STR_NONE, "custom_fields" },
        { STR_NONE, STR_NONE, text, "profile" },
    };
    struct desk desk;
    struct slip *slip;

    (void)state;
    memset(x, 'x', sizeof x);
    desk_open(&desk);
    slip_do(ask_customer(&desk, "a"));
    for (size_t i = 0; i < array_count(cases); i++) {
        slip = ask_customer(&desk, "b");
        slip->job.command.customer_create.name = cases[i].name;
        slip->job.command.customer_create.custom_fields = cases[i].custom_fields;
        slip->job.command.customer_create.profile = cases[i].profile;
        assert_error(slip_do(slip), ERR_MALFORMED);
        assert_true(str_equals(slip->job.blame.field, str_from_c(cases[i].blamed)));
        slip = ask_update(&desk, "a");
        slip->job.command.customer_update.name = cases[i].name;
        slip->job.command.customer_update.custom_fields = cases[i].custom_fields;
        slip->job.command.customer_update.profile = cases[i].profile;
        assert_error(slip_do(slip), ERR_MALFORMED);
        assert_true(str_equals(slip->job.blame.field, str_from_c(cases[i].blamed)));
    }
    slip = ask_product(&desk, "");
    slip->job.command.product_create.name = name;
    assert_error(slip_do(slip), ERR_MALFORMED);
    assert_error(slip_do(ask_credit_type(&desk, "less than none", -1)), ERR_MALFORMED);
    assert_granted(slip_do(ask_customer(&desk, "b")));
    desk_close(&desk);
}

static void there_are_so_many_aliases(void **state)
{
    static struct str aliases[ALIASES_PER_CUSTOMER_MAX + 1];
    struct desk desk;
    struct slip *slip;

    (void)state;
    desk_open(&desk);
    for (size_t count = array_count(aliases); count >= ALIASES_PER_CUSTOMER_MAX; count--) {
        slip = ask_customer(&desk, "a");
        for (size_t i = 0; i < count; i++)
            aliases[i] = str_format(&slip->arena, "a%zu", i);
        slip->job.command.customer_create.aliases = aliases;
        slip->job.command.customer_create.alias_count = count;
        slip_do(slip);
        if (count > ALIASES_PER_CUSTOMER_MAX) {
            assert_error(slip, ERR_MALFORMED);
            assert_true(str_equals(slip->job.blame.field, STR("aliases")));
        } else {
            assert_granted(slip);
        }
    }
    desk_close(&desk);
}

/* Whichever of its aliases it is. */
static void one_alias_that_is_taken_is_enough(void **state)
{
    static const struct str aliases[][2] = { { STR_INIT("a"), STR_INIT("new") },
                                             { STR_INIT("new"), STR_INIT("a") } };
    struct desk desk;
    struct slip *slip;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "a"));
    for (size_t i = 0; i < array_count(aliases); i++) {
        slip = ask_customer(&desk, "b");
        slip->job.command.customer_create.aliases = aliases[i];
        slip->job.command.customer_create.alias_count = 2;
        assert_refused(slip_do(slip), REJECT_ALIAS_TAKEN);
        assert_refused(find_customer(&desk, "new"), REJECT_CUSTOMER_UNKNOWN);
    }
    desk_close(&desk);
}

/* A name goes on to name whom it named. */
static void an_id_that_is_an_alias_is_taken(void **state)
{
    static const char *const aliases[] = { "00000000-0000-4000-8000-000000000007",
                                           "cus_00000000000040008000000000000007" };
    struct desk desk;
    struct slip *slip;

    (void)state;
    for (size_t i = 0; i < array_count(aliases); i++) {
        desk_open(&desk);
        assert_granted(slip_do(ask_customer(&desk, aliases[i])));
        slip = ask_customer(&desk, "b");
        assert_int_equal(
            uuid_parse(str_from_c(aliases[0]), &slip->job.command.customer_create.id.uuid), OK);
        assert_refused(slip_do(slip), REJECT_ID_TAKEN);
        assert_int_equal(find_customer(&desk, aliases[i])->job.answer.customers[0].number, 1);
        desk_close(&desk);
    }
}

static void a_client_id_stays_an_alias(void **state)
{
    static const struct str other = STR_INIT("other");
    struct desk desk;
    struct slip *slip;

    (void)state;
    desk_open(&desk);
    slip = ask_customer(&desk, "a");
    slip->job.command.customer_create.client_id = STR("kable");
    assert_granted(slip_do(slip));
    slip = ask_update(&desk, "a");
    slip->job.command.customer_update.has_aliases = true;
    slip->job.command.customer_update.aliases = &other;
    slip->job.command.customer_update.alias_count = 1;
    slip->job.command.customer_update.has_profile = true; /* as it is given */
    slip->job.command.customer_update.profile = STR("{\"a\":1}");
    assert_granted(slip_do(slip));
    assert_granted(find_customer(&desk, "other"));
    assert_int_equal(find_customer(&desk, "kable")->job.answer.customers[0].alias_count, 2);
    assert_refused(find_customer(&desk, "a"), REJECT_CUSTOMER_UNKNOWN);
    assert_true(str_equals(find_customer(&desk, "kable")->job.answer.customers[0].profile,
                           STR("{\"a\":1}")));
    desk_close(&desk);
}

/* As a dialect would: one behind the other. */
static enum err join(struct str before, struct str given, struct arena *arena, struct str *ret)
{
    *ret = str_format(arena, "%.*s%.*s", STR_PRINT(before), STR_PRINT(given));
    return ret->data == NULL ? ERR_NOMEM : OK;
}

/* Two at once lose nothing of each other. */
static void a_profile_is_merged_in_its_turn(void **state)
{
    static const char *const pieces[] = { "b", "c" };
    struct slip *slips[2];
    struct desk desk;

    (void)state;
    desk_open(&desk);
    slips[0] = ask_customer(&desk, "a");
    slips[0]->job.command.customer_create.profile = STR("a");
    assert_granted(slip_do(slips[0]));
    for (int i = 0; i < 2; i++) {
        slips[i] = ask_update(&desk, "a");
        slips[i]->job.command.customer_update.has_profile = true;
        slips[i]->job.command.customer_update.profile = str_from_c(pieces[i]);
        slips[i]->job.command.customer_update.profile_merge = join;
        slip_submit(slips[i]);
    }
    desk_turn(&desk);
    assert_true(str_equals(find_customer(&desk, "a")->job.answer.customers[0].profile, STR("abc")));
    desk_close(&desk);
}

static void an_archived_customer_gets_no_grants(void **state)
{
    struct desk desk;
    struct slip *again;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "a"));
    slip_do(ask_grant(&desk, "a", "5"));
    assert_granted(slip_do(ask_archive(&desk, "a", false)));
    assert_refused(slip_do(ask_archive(&desk, "a", false)), REJECT_CUSTOMER_ARCHIVED);
    again = ask_archive(&desk, "a", false);
    again->job.command.customer_archive.again = true;
    assert_granted(slip_do(again));
    assert_refused(slip_do(ask_grant(&desk, "a", "5")), REJECT_CUSTOMER_ARCHIVED);
    assert_granted(slip_do(ask_deduct(&desk, "a", "1"))); /* what it has it may use up */
    assert_refused(slip_do(ask_customer(&desk, "a")), REJECT_ALIAS_TAKEN); /* it stays taken */
    desk_close(&desk);
}

static void an_erased_customer_leaves_its_entries(void **state)
{
    struct desk desk;
    struct slip *slip;
    char id[UUID_TEXT_SIZE + 1] = "";

    (void)state;
    desk_open(&desk);
    slip = slip_do(ask_customer(&desk, "a"));
    uuid_format(slip->job.decision.customer.uuid, id);
    slip_do(ask_grant(&desk, "a", "5"));
    assert_granted(slip_do(ask_archive(&desk, "a", false)));
    assert_granted(slip_do(ask_archive(&desk, "a", true)));
    assert_refused(find_customer(&desk, "a"), REJECT_CUSTOMER_UNKNOWN);
    assert_refused(find_customer(&desk, id), REJECT_CUSTOMER_UNKNOWN);
    assert_refused(slip_do(ask_update(&desk, id)), REJECT_CUSTOMER_UNKNOWN);
    slip = slip_do(ask_archive(&desk, id, true)); /* again changes nothing */
    assert_granted(slip);
    assert_true(slip->job.decision.customer_row.erased);
    assert_true(str_is_empty(slip->job.decision.customer_row.name));
    slip = ask_query(&desk, QUERY_CUSTOMERS);
    slip->job.query.archived = ARCHIVED_TOO;
    assert_int_equal(slip_do(slip)->job.answer.customer_count, 0);
    assert_balance(slip_do(ask_balance(&desk, id)), "5", "0");
    assert_granted(slip_do(ask_customer(&desk, "a"))); /* the name is free */
    desk_verify(&desk);
    desk_close(&desk);
}

static void names_of_credit_types_and_products_are_unique(void **state)
{
    struct desk desk;
    struct slip *slip;

    (void)state;
    desk_open(&desk);
    assert_granted(slip_do(ask_credit_type(&desk, "points", 12)));
    assert_refused(slip_do(ask_credit_type(&desk, "points", 12)), REJECT_NAME_TAKEN);
    assert_refused(slip_do(ask_credit_type(&desk, CREDIT_TYPE_USD_NAME, 2)), REJECT_NAME_TAKEN);
    assert_error(slip_do(ask_credit_type(&desk, "more", 13)), ERR_MALFORMED);
    assert_error(slip_do(ask_credit_type(&desk, "", 2)), ERR_MALFORMED);
    slip = ask_credit_type(&desk, "cents", 2);
    assert_int_equal(
        uuid_parse(STR(CREDIT_TYPE_USD_UUID), &slip->job.command.credit_type_create.id.uuid), OK);
    assert_refused(slip_do(slip), REJECT_ID_TAKEN);
    slip = slip_do(ask_product(&desk, "api"));
    assert_granted(slip);
    assert_true(!uuid_is_zero(slip->job.decision.product.id.uuid));
    assert_refused(slip_do(ask_product(&desk, "api")), REJECT_NAME_TAKEN);
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_customer_goes_by_many_names),
        cmocka_unit_test(a_name_is_somebodys),
        cmocka_unit_test(only_what_is_given_changes),
        cmocka_unit_test(what_is_too_long_is_not_taken),
        cmocka_unit_test(there_are_so_many_aliases),
        cmocka_unit_test(one_alias_that_is_taken_is_enough),
        cmocka_unit_test(an_id_that_is_an_alias_is_taken),
        cmocka_unit_test(a_client_id_stays_an_alias),
        cmocka_unit_test(a_profile_is_merged_in_its_turn),
        cmocka_unit_test(an_archived_customer_gets_no_grants),
        cmocka_unit_test(an_erased_customer_leaves_its_entries),
        cmocka_unit_test(names_of_credit_types_and_products_are_unique),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
