#include "chance.h"

#include <stdio.h>

void chance_init(struct chance *chance, struct desk *desk, uint64_t seed)
{
    *chance = (struct chance){ .desk = desk, .random = random_seeded(seed) };
}

static uint64_t below(struct chance *chance, uint64_t limit)
{
    return random_below(&chance->random, limit);
}

static bool one_in(struct chance *chance, uint64_t count)
{
    return below(chance, count) == 0;
}

/* A place for one more; beyond the end, instead of an old one. */
static size_t place(struct chance *chance, size_t *count)
{
    if (*count < CHANCE_KNOWN_MAX)
        return (*count)++;
    return below(chance, CHANCE_KNOWN_MAX);
}

static struct instant in_days(struct chance *chance, uint64_t days)
{
    struct instant at = chance->desk->now;

    at.us += (int64_t)below(chance, days * 24) * SPAN_US_PER_HOUR + 1;
    return at;
}

static void subject_choose(struct chance *chance, struct subject *subject)
{
    /* A rewind may have taken the newest away. */
    uint32_t number = (uint32_t)below(chance, chance->customers) + 1;

    store_customer_ref(chance->desk->store, number, &subject->customer);
    subject->credit_type = one_in(chance, 4) ? DESK_CREDITS : DESK_USD;
}

static struct decision execute(struct chance *chance, struct command *command)
{
    struct decision decision = desk_execute(chance->desk, command);

    chance->refused += decision.reject != REJECT_NONE;
    return decision;
}

static void terms_choose(struct chance *chance, struct facts *facts, char key[32])
{
    struct desk *desk = chance->desk;

    facts->grant_id.uuid = desk_id(desk);
    facts->amount.units = (int64_t)below(chance, 1000) + 1;
    facts->priority.millionths = (int64_t)below(chance, 3) * 500000;
    facts->effective_at = one_in(chance, 3) ? in_days(chance, 20) : desk->now;
    if (!one_in(chance, 4)) {
        facts->expires_at = facts->effective_at;
        facts->expires_at.us += (int64_t)below(chance, 40 * 24) * SPAN_US_PER_HOUR + 1;
    }
    if (one_in(chance, 3))
        facts->name = STR("a name");
    if (one_in(chance, 4)) {
        snprintf(key, 32, "key %d", (int)below(chance, 200));
        facts->uniqueness_key = str_from_c(key);
    }
    if (chance->product_count > 0 && one_in(chance, 3)) {
        facts->products.ids = chance->products;
        facts->products.count = below(chance, chance->product_count) + 1;
    }
    if (!instant_is_never(facts->expires_at) && one_in(chance, 3)) {
        facts->rollover = (struct rollover){
            .kind = one_in(chance, 2) ? ROLLOVER_MAX_AMOUNT : ROLLOVER_MAX_PERCENTAGE,
            .amount_max.units = 50,
            .millionths_max = 250000,
            .expires_at = facts->expires_at,
        };
        facts->rollover.expires_at.us += 30 * SPAN_US_PER_DAY;
    }
}

static void issue(struct chance *chance)
{
    struct command command = { .kind = COMMAND_GRANT_ISSUE };
    struct facts *facts = &command.issue.facts;
    char key[32];

    subject_choose(chance, &command.subject);
    *facts = FACTS_NONE;
    facts->customer = command.subject.customer.id;
    facts->credit_type = store_credit_type(chance->desk->store, command.subject.credit_type)->id;
    terms_choose(chance, facts, key);
    command.subject.uniqueness_key = facts->uniqueness_key;
    command.subject.grant_id = facts->grant_id;
    if (execute(chance, &command).reject == REJECT_NONE)
        chance->grants[place(chance, &chance->grant_count)] = facts->grant_id;
}

static struct deduct use_choose(struct chance *chance)
{
    struct deduct use = {
        .policy = one_in(chance, 3) ? POLICY_PARTIAL : POLICY_REFUSE,
        .at = chance->desk->now,
        .amount.units = (int64_t)below(chance, 600) + 1,
    };

    if (one_in(chance, 3))
        use.reason = STR("for a reason");
    if (chance->product_count > 0 && one_in(chance, 3)) {
        use.has_product = true;
        use.product_id = chance->products[below(chance, chance->product_count)];
    }
    return use;
}

static void deduct(struct chance *chance)
{
    struct command command = { .kind = COMMAND_DEDUCT };
    struct decision decision;

    command.deduct = use_choose(chance);
    if (one_in(chance, 5))
        command.deduct.at.us -= (int64_t)below(chance, 5 * 24) * SPAN_US_PER_HOUR;
    subject_choose(chance, &command.subject);
    decision = execute(chance, &command);
    if (decision.operation != 0)
        chance->deductions[place(chance, &chance->deduction_count)] = decision.operation;
}

static void hold(struct chance *chance)
{
    struct command command = { .kind = COMMAND_HOLD_CREATE };
    struct decision decision;

    command.hold.use = use_choose(chance);
    command.hold.expires_at = in_days(chance, 10);
    subject_choose(chance, &command.subject);
    decision = execute(chance, &command);
    if (decision.operation != 0)
        chance->holds[place(chance, &chance->hold_count)] = decision.operation;
}

/* Of a hold: captured, released or extended. */
static void hold_change(struct chance *chance)
{
    static const enum command_kind kinds[] = {
        COMMAND_HOLD_CAPTURE,
        COMMAND_HOLD_CAPTURE,
        COMMAND_HOLD_RELEASE,
        COMMAND_HOLD_EXTEND,
    };
    struct command command = { .kind = kinds[below(chance, array_count(kinds))] };
    struct decision decision;

    if (chance->hold_count == 0)
        return;
    command.subject.hold = chance->holds[below(chance, chance->hold_count)];
    if (command.kind == COMMAND_HOLD_CAPTURE) {
        command.capture.policy = one_in(chance, 2) ? POLICY_PARTIAL : POLICY_REFUSE;
        command.capture.whole = one_in(chance, 3);
        command.capture.amount.units = (int64_t)below(chance, 700) + 1;
    } else if (command.kind == COMMAND_HOLD_EXTEND) {
        command.extend.expires_at = in_days(chance, 20);
    }
    decision = execute(chance, &command);
    if (command.kind == COMMAND_HOLD_CAPTURE && decision.operation != 0)
        chance->deductions[place(chance, &chance->deduction_count)] = decision.operation;
}

static void reverse(struct chance *chance)
{
    struct command command = { .kind = COMMAND_REVERSE };

    if (chance->deduction_count == 0)
        return;
    command.subject.deduction = chance->deductions[below(chance, chance->deduction_count)];
    command.reverse.amount.units = one_in(chance, 3) ? 0 : (int64_t)below(chance, 200) + 1;
    execute(chance, &command);
}

static void edit_or_void(struct chance *chance)
{
    struct command command = { .kind = COMMAND_GRANT_EDIT };

    if (chance->grant_count == 0)
        return;
    command.subject.grant_id = chance->grants[below(chance, chance->grant_count)];
    if (one_in(chance, 3)) {
        command.kind = COMMAND_GRANT_VOID;
        command.void_grant.release_uniqueness_key = one_in(chance, 2);
    } else {
        command.edit.has_expires_at = one_in(chance, 2);
        command.edit.expires_at = in_days(chance, 40);
        command.edit.has_name = true;
        command.edit.name = STR("another name");
    }
    execute(chance, &command);
}

static void limit(struct chance *chance)
{
    struct command command = { .kind = COMMAND_CREDIT_LIMIT_SET };

    command.credit_limit_set.limit.units = one_in(chance, 3) ? 0 : (int64_t)below(chance, 900);
    subject_choose(chance, &command.subject);
    execute(chance, &command);
}

static void customer_add(struct chance *chance)
{
    char name[32];

    snprintf(name, sizeof name, "customer %d", (int)++chance->names);
    chance->customers = desk_customer(chance->desk, name);
}

static void customer_replace(struct chance *chance)
{
    struct store *store = chance->desk->store;
    char name[32];
    struct str aliases[2];
    struct customer customer;
    enum err e = store_customer_load(store, (uint32_t)below(chance, chance->customers) + 1,
                                     &chance->desk->arena, &customer);

    assert(e == OK);
    snprintf(name, sizeof name, "alias %d", (int)++chance->names);
    aliases[0] = str_from_c(name);
    if (customer.alias_count > 0)
        aliases[1] = customer.aliases[0];
    customer.aliases = aliases;
    customer.alias_count = customer.alias_count > 0 && one_in(chance, 2) ? 2 : 1;
    customer.archived_at = one_in(chance, 10) ? chance->desk->now : INSTANT_NEVER;
    e = store_customer_replace(store, &customer);
    assert(e == OK);
}

static void product_add(struct chance *chance)
{
    struct product product = { .name = STR("product"), .created_at = chance->desk->now };
    uint32_t number;
    enum err e;

    product.id.uuid = desk_id(chance->desk);
    e = store_product_add(chance->desk->store, &product, &number);
    assert(e == OK);
    if (chance->product_count < array_count(chance->products))
        chance->products[chance->product_count++] = product.id;
}

static void receipt_add(struct chance *chance)
{
    uint64_t number = random_u64(&chance->random);
    struct digest key = digest_sha256(&number, sizeof number);
    struct receipt receipt = {
        .request = key,
        .at = chance->desk->now,
        .status = 200,
        .content_type = STR("application/json"),
        .body = STR("{\"a\": 1}"),
    };
    enum err e = store_receipt_append(chance->desk->store, &key, &receipt);

    assert(e == OK);
}

static void advance(struct chance *chance)
{
    struct instant to = chance->desk->now;

    to.us += (int64_t)below(chance, 36) * SPAN_US_PER_HOUR;
    desk_advance(chance->desk, to);
}

void chance_step(struct chance *chance)
{
    uint64_t dice = below(chance, 100);

    chance->desk->environment = one_in(chance, 10) ? ENVIRONMENT_TEST : ENVIRONMENT_LIVE;
    /* What became due while the other book was in hand. */
    desk_advance(chance->desk, chance->desk->now);
    if (chance->customers < 3 || dice < 2)
        customer_add(chance);
    else if (dice < 4)
        customer_replace(chance);
    else if (dice < 5)
        product_add(chance);
    else if (dice < 10)
        receipt_add(chance);
    else if (dice < 25)
        issue(chance);
    else if (dice < 60)
        deduct(chance);
    else if (dice < 70)
        hold(chance);
    else if (dice < 80)
        hold_change(chance);
    else if (dice < 88)
        reverse(chance);
    else if (dice < 90)
        limit(chance);
    else if (dice < 94)
        edit_or_void(chance);
    else
        advance(chance);
}
