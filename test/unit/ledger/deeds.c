#include "deeds.h"

#include "store/memory/memory.h"

static struct slip *of_kind(struct desk *desk, enum command_kind kind)
{
    struct slip *slip = slip_new(desk);

    slip->job.command.kind = kind;
    return slip;
}

static struct uuid uuid_of(uint8_t number)
{
    return (struct uuid){ .bytes = { 7, 7, 7, [15] = number } };
}

static struct digest secret_of(uint8_t number)
{
    return (struct digest){ .bytes = { number } };
}

static struct key key_of(struct str client_id, uint8_t secret)
{
    return (struct key){
        .client_id = client_id,
        .environment = ENVIRONMENT_LIVE,
        .scope = KEY_SCOPE_READ,
        .secret_hmac = secret_of(secret),
        .revoked_at = INSTANT_NEVER,
    };
}

struct slip *slip_from_somewhere(struct slip *slip)
{
    slip->job.command.key = 5;
    slip->job.command.origin = (struct origin){
        .source = { .run = 77, .ip = STR("10.0.0.1"), .user_agent = STR("unit") },
        .fingerprint = { .high = 1, .low = 1 },
        .request = 1,
    };
    return slip;
}

/* --- what there is --- */

static struct slip *ask_field_key(struct desk *desk, struct str entity, const char *key)
{
    struct slip *slip = of_kind(desk, COMMAND_CUSTOM_FIELD_KEY_ADD);

    slip->job.command.field_key_add = (struct field_key_add){
        .entity = entity,
        .key = str_from_c(key),
        .enforce_uniqueness = true,
    };
    return slip;
}

static struct slip *ask_key(struct desk *desk, struct str customer, struct key key)
{
    struct slip *slip = of_kind(desk, COMMAND_KEY_CREATE);

    slip->job.command.key_create.customer = customer;
    slip->job.command.key_create.key = key;
    return slip;
}

static struct slip *made_of(struct slip *slip)
{
    assert_granted(slip_do(slip));
    return slip;
}

static void make_directory(struct desk *desk)
{
    struct slip *acme = ask_customer(desk, "acme");

    made_of(ask_field_key(desk, CUSTOM_FIELDS_OF_CUSTOMER, "crm"));
    made_of(ask_field_key(desk, CUSTOM_FIELDS_OF_GRANT, "order"));
    acme->job.command.customer_create.custom_fields = STR("{\"crm\":\"1\"}");
    made_of(acme);
    made_of(ask_customer(desk, "other"));
    made_of(ask_product(desk, "seats"));
    made_of(ask_key(desk, STR("acme"), key_of(STR("kci_1"), 1)));
}

void made_open(struct made *made)
{
    struct desk *desk = &made->desk;
    struct key outside = key_of(STR("kci_2"), 2);

    desk_open(desk);
    make_directory(desk);
    made_of(ask_grant(desk, "other", "100"));
    made_of(slip_in(ask_grant(desk, "other", "100"), ENVIRONMENT_TEST));
    made_of(slip_in(ask_grant(desk, "acme", "100"), ENVIRONMENT_TEST));
    made_of(slip_in(ask_grant_until(desk, "acme", "5", T0 + DAY), ENVIRONMENT_TEST));
    made->grant = made_of(ask_grant(desk, "acme", "100"));
    made->spare = made_of(ask_grant(desk, "acme", "10"));
    made_of(ask_grant_until(desk, "acme", "5", T0 + DAY));
    made->use = made_of(ask_deduct(desk, "acme", "20"));
    made->hold = made_of(ask_hold(desk, "acme", "7", DAY));
    made_of(ask_hold(desk, "acme", "8", DAY));
    assert(memory_store_key_add(desk->store, &outside) == OK);
}

void made_close(struct made *made)
{
    desk_close(&made->desk);
}

/* --- commands on the directory --- */

static struct slip *create_customer(struct made *made)
{
    static const struct str aliases[] = { STR_INIT("one"), STR_INIT("two") };
    static struct key keys[2];
    struct slip *slip = of_kind(&made->desk, COMMAND_CUSTOMER_CREATE);

    keys[0] = key_of(STR("kci_8"), 8);
    keys[1] = key_of(STR("kci_9"), 9);
    slip->job.command.customer_create = (struct customer_create){
        .id.uuid = uuid_of(1),
        .name = STR("new"),
        .aliases = aliases,
        .alias_count = array_count(aliases),
        .client_id = STR("three"),
        .custom_fields = STR("{\"crm\":\"2\"}"),
        .keys = keys,
        .key_count = array_count(keys),
    };
    return slip;
}

static enum err join(struct str before, struct str given, struct arena *arena, struct str *ret)
{
    *ret = str_format(arena, "%.*s%.*s", STR_PRINT(before), STR_PRINT(given));
    return ret->data == NULL ? ERR_NOMEM : OK;
}

static struct slip *update_customer(struct made *made)
{
    static const struct str aliases[] = { STR_INIT("acme"), STR_INIT("acme 2") };
    struct slip *slip = of_kind(&made->desk, COMMAND_CUSTOMER_UPDATE);

    slip->job.command.customer_update = (struct customer_update){
        .customer = STR("acme"),
        .has_name = true,
        .name = STR("Acme"),
        .has_aliases = true,
        .aliases = aliases,
        .alias_count = array_count(aliases),
        .has_profile = true,
        .profile = STR("{}"),
        .profile_merge = join,
        .has_custom_fields = true,
        .custom_fields = STR("{\"crm\":\"3\"}"),
    };
    return slip;
}

static struct slip *erase_customer(struct made *made)
{
    struct slip *slip = of_kind(&made->desk, COMMAND_CUSTOMER_ARCHIVE);

    slip->job.command.customer_archive.customer = STR("acme");
    slip->job.command.customer_archive.erase = true;
    return slip;
}

static struct slip *set_fields(struct made *made)
{
    struct slip *slip = of_kind(&made->desk, COMMAND_CUSTOMER_FIELDS_SET);

    slip->job.command.fields_set.customer = STR("acme");
    slip->job.command.fields_set.fields = STR("{\"crm\":\"4\"}");
    return slip;
}

static struct slip *delete_fields(struct made *made)
{
    static const struct str keys[] = { STR_INIT("crm") };
    struct slip *slip = of_kind(&made->desk, COMMAND_CUSTOMER_FIELDS_DELETE);

    slip->job.command.fields_delete = (struct fields_delete){
        .customer = STR("acme"),
        .keys = keys,
        .key_count = array_count(keys),
    };
    return slip;
}

static struct slip *add_field_key(struct made *made)
{
    return ask_field_key(&made->desk, CUSTOM_FIELDS_OF_GRANT, "campaign");
}

static struct slip *remove_field_key(struct made *made)
{
    struct slip *slip = of_kind(&made->desk, COMMAND_CUSTOM_FIELD_KEY_REMOVE);

    slip->job.command.field_key_remove.entity = CUSTOM_FIELDS_OF_CUSTOMER;
    slip->job.command.field_key_remove.key = STR("crm");
    return slip;
}

static struct slip *create_credit_type(struct made *made)
{
    struct slip *slip = ask_credit_type(&made->desk, "tokens", 0);

    slip->job.command.credit_type_create.id.uuid = uuid_of(2);
    return slip;
}

static struct slip *create_product(struct made *made)
{
    struct slip *slip = ask_product(&made->desk, "storage");

    slip->job.command.product_create.id.uuid = uuid_of(3);
    return slip;
}

struct slip *deed_create_key(struct made *made)
{
    return ask_key(&made->desk, STR("acme"), key_of(STR("kci_7"), 7));
}

struct slip *deed_revoke_keys(struct made *made)
{
    struct slip *slip = of_kind(&made->desk, COMMAND_KEY_REVOKE);

    slip->job.command.key_revoke.customer = STR("acme");
    slip->job.command.key_revoke.everywhere = true;
    return slip;
}

static struct slip *record_usage(struct made *made)
{
    struct slip *slip = of_kind(&made->desk, COMMAND_USAGE_RECORD);

    slip->job.command.usage_record.customer = STR("acme");
    slip->job.command.usage_record.at.us = T0;
    slip->job.command.usage_record.because = STR("no amount");
    return slip;
}

static struct slip *set_test_clock(struct made *made)
{
    struct slip *slip = slip_in(of_kind(&made->desk, COMMAND_TEST_CLOCK_SET), ENVIRONMENT_TEST);

    slip->job.command.test_clock_set.now.us = T0 + 30 * DAY;
    return slip;
}

/* --- commands on the book --- */

static struct slip *issue_grant(struct made *made)
{
    static struct str products[] = { STR_INIT("seats") };
    struct slip *slip = ask_grant(&made->desk, "acme", "30");
    struct issue *issue = &slip->job.command.issue;

    issue->facts.grant_id.uuid = uuid_of(4);
    issue->facts.custom_fields = STR("{\"order\":\"1\"}");
    issue->product_names = products;
    issue->product_name_count = array_count(products);
    return slip;
}

static struct slip *edit_grant(struct made *made)
{
    struct slip *slip = of_kind(&made->desk, COMMAND_GRANT_EDIT);

    slip->job.command.subject.grant_id = made->grant->job.decision.grant_id;
    slip->job.command.edit.has_name = true;
    slip->job.command.edit.name = STR("edited");
    slip->job.command.edit.fields_set = STR("{\"order\":\"2\"}");
    return slip;
}

static struct slip *void_spare(struct made *made)
{
    return ask_void(&made->desk, made->spare);
}

static struct slip *deduct(struct made *made)
{
    struct slip *slip = ask_deduct(&made->desk, "acme", "3");

    slip->job.command.deduct.credit_type = STR_NONE; /* it has but one */
    slip->job.command.deduct.product = STR("seats");
    return slip;
}

static struct slip *reverse(struct made *made)
{
    return ask_reverse(&made->desk, made->use, "2");
}

static struct slip *create_hold(struct made *made)
{
    return ask_hold(&made->desk, "acme", "4", HOUR);
}

static struct slip *capture_hold(struct made *made)
{
    return ask_capture(&made->desk, made->hold, "6");
}

static struct slip *release_hold(struct made *made)
{
    return ask_release(&made->desk, made->hold);
}

static struct slip *extend_hold(struct made *made)
{
    struct slip *slip = of_kind(&made->desk, COMMAND_HOLD_EXTEND);

    slip->job.command.subject.hold = made->hold->job.decision.operation;
    slip->job.command.extend.expires_in.us = 9 * DAY;
    return slip;
}

static struct slip *set_credit_limit(struct made *made)
{
    return ask_credit_limit(&made->desk, "acme", "50");
}

/* --- groups --- */

static struct slip *group(struct made *made, bool atomic)
{
    struct slip *parts[] = {
        slip_from_somewhere(deduct(made)),
        slip_from_somewhere(capture_hold(made)),
        slip_from_somewhere(ask_deduct(&made->desk, "acme", "1")),
    };

    return slip_group(&made->desk, parts, array_count(parts), atomic);
}

static struct slip *atomic_group(struct made *made)
{
    return group(made, true);
}

static struct slip *loose_group(struct made *made)
{
    return group(made, false);
}

/* The first makes something due before the second. */
static struct slip *timely_group(struct made *made)
{
    struct slip *parts[] = {
        slip_from_somewhere(set_test_clock(made)),
        slip_from_somewhere(slip_in(ask_deduct(&made->desk, "acme", "3"), ENVIRONMENT_TEST)),
    };

    return slip_group(&made->desk, parts, array_count(parts), true);
}

const struct deed deeds[] = {
    { "create customer", create_customer, SECOND, ENVIRONMENT_LIVE },
    { "update customer", update_customer, SECOND, ENVIRONMENT_LIVE },
    { "erase customer", erase_customer, SECOND, ENVIRONMENT_LIVE },
    { "set fields", set_fields, SECOND, ENVIRONMENT_LIVE },
    { "delete fields", delete_fields, SECOND, ENVIRONMENT_LIVE },
    { "add field key", add_field_key, SECOND, ENVIRONMENT_LIVE },
    { "remove field key", remove_field_key, SECOND, ENVIRONMENT_LIVE },
    { "create credit type", create_credit_type, SECOND, ENVIRONMENT_LIVE },
    { "create product", create_product, SECOND, ENVIRONMENT_LIVE },
    { "create key", deed_create_key, SECOND, ENVIRONMENT_LIVE },
    { "revoke keys", deed_revoke_keys, SECOND, ENVIRONMENT_LIVE },
    { "record usage", record_usage, SECOND, ENVIRONMENT_LIVE },
    { "set test clock", set_test_clock, SECOND, ENVIRONMENT_LIVE },
    { "issue grant", issue_grant, SECOND, ENVIRONMENT_LIVE },
    { "edit grant", edit_grant, SECOND, ENVIRONMENT_LIVE },
    { "void grant", void_spare, SECOND, ENVIRONMENT_LIVE },
    { "deduct", deduct, SECOND, ENVIRONMENT_LIVE },
    { "reverse", reverse, SECOND, ENVIRONMENT_LIVE },
    { "create hold", create_hold, SECOND, ENVIRONMENT_LIVE },
    { "capture hold", capture_hold, SECOND, ENVIRONMENT_LIVE },
    { "release hold", release_hold, SECOND, ENVIRONMENT_LIVE },
    { "extend hold", extend_hold, SECOND, ENVIRONMENT_LIVE },
    { "set credit limit", set_credit_limit, SECOND, ENVIRONMENT_LIVE },
    { "atomic group", atomic_group, SECOND, ENVIRONMENT_LIVE },
    { "group", loose_group, SECOND, ENVIRONMENT_LIVE },
    { "deduct, and time", deduct, DAY, ENVIRONMENT_LIVE },
    { "set test clock, and time", set_test_clock, SECOND, ENVIRONMENT_TEST },
    { "group, and time", timely_group, SECOND, ENVIRONMENT_TEST },
};
const size_t deed_count = array_count(deeds);
