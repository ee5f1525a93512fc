/* What cannot be read: of everything that a query asks the store for, the first fails, the second,
 * ... until there are no more.  A query never leaves out what it could not read, and what was read
 * and is not what was written ends it; asked again, it says what it would have said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/limits.h"
#include "desk.h"
#include "ledger/verify.h"
#include "lossy.h"

/* --- a book with something of every kind --- */

struct made {
    struct desk desk;
    struct slip *grant, *use, *hold, *open;
    uint64_t ledgers_after, ledgers_after_entry; /* a page of ledgers ended there */
};

static struct slip *by(struct slip *slip)
{
    slip->job.command.key = 5;
    slip->job.command.origin = (struct origin){
        .source = { .run = 77, .ip = STR("10.0.0.1"), .user_agent = STR("unit") },
        .fingerprint = { .high = 1, .low = 1 },
        .request = 1,
    };
    return slip;
}

static void edit(struct desk *desk, const struct slip *grant, const char *name)
{
    struct slip *slip = slip_new(desk);

    slip->job.command.kind = COMMAND_GRANT_EDIT;
    slip->job.command.subject.grant_id = grant->job.decision.grant_id;
    slip->job.command.edit.has_name = true;
    slip->job.command.edit.name = str_from_c(name);
    assert_granted(slip_do(slip));
}

/* A grant that is edited when nothing is left of it, and one of which a hold has kept something
 * when it was voided. */
static void make_ends(struct desk *desk)
{
    struct slip *grant, *hold;

    assert_granted(slip_do(by(ask_customer(desk, "third"))));
    grant = slip_do(by(ask_grant(desk, "third", "6")));
    hold = slip_do(by(ask_hold(desk, "third", "2", DAY)));
    assert_granted(slip_do(by(ask_deduct(desk, "third", "4"))));
    desk_set_clock(desk, T0 + 14 * HOUR);
    edit(desk, grant, "held");
    assert_granted(slip_do(by(ask_capture(desk, hold, "2"))));
    edit(desk, grant, "nothing left");
    desk_set_clock(desk, T0 + 15 * HOUR);
    edit(desk, grant, "nothing at all");
    grant = slip_do(by(ask_grant(desk, "third", "6")));
    hold = slip_do(by(ask_hold(desk, "third", "2", DAY)));
    desk_set_clock(desk, T0 + 16 * HOUR);
    assert_granted(slip_do(by(ask_void(desk, grant))));
    assert_granted(slip_do(by(ask_capture(desk, hold, "2"))));
}

static void make(struct made *made)
{
    static struct str products[] = { STR_INIT("seats"), STR_INIT("storage") };
    struct desk *desk = &made->desk;
    struct slip *voided, *page;

    desk_open(desk);
    assert_granted(slip_do(by(ask_customer(desk, "acme"))));
    assert_granted(slip_do(by(ask_customer(desk, "other"))));
    assert_granted(slip_do(by(ask_product(desk, "seats"))));
    assert_granted(slip_do(by(ask_product(desk, "storage"))));
    made->grant = slip_do(by(ask_grant(desk, "acme", "100")));
    slip_do(by(ask_grant_until(desk, "acme", "10", T0 + 5 * HOUR)));
    voided = by(ask_grant(desk, "acme", "5"));
    voided->job.command.issue.product_names = products;
    voided->job.command.issue.product_name_count = array_count(products);
    assert_granted(slip_do(voided));
    for (int i = 1; i < 12; i++) {
        desk_set_clock(desk, T0 + i * HOUR);
        made->use = slip_do(by(ask_deduct(desk, "acme", "1")));
        if (i % 3 == 0)
            edit(desk, made->grant, i == 3 ? "three" : "more");
        if (i % 4 == 0)
            slip_do(by(ask_deduct(desk, "other", "0")));
    }
    slip_do(by(ask_reverse(desk, made->use, "0.5")));
    made->hold = slip_do(by(ask_hold(desk, "acme", "9", DAY)));
    slip_do(by(ask_capture(desk, made->hold, "3")));
    slip_do(by(ask_release(desk, slip_do(by(ask_hold(desk, "acme", "2", DAY))))));
    made->open = slip_do(by(ask_hold(desk, "acme", "4", DAY)));
    slip_do(by(ask_void(desk, voided)));
    desk_set_clock(desk, T0 + 13 * HOUR);
    assert_granted(slip_do(by(ask_deduct(desk, "acme", "1"))));
    make_ends(desk);
    page = ask_query(desk, QUERY_LEDGERS);
    page->job.query.limit = 3;
    assert_granted(slip_do(page));
    made->ledgers_after = page->job.answer.next;
    made->ledgers_after_entry = page->job.answer.next_entry;
    assert_true(made->ledgers_after_entry > 0);
    lossy_open(desk->store);
}

/* --- queries --- */

typedef struct slip *asking(struct made *made, int variant);

static struct slip *ask_about_balance(struct made *made, int variant)
{
    struct slip *slip = ask_balance(&made->desk, variant > 13 ? "third" : "acme");

    if (variant > 0)
        slip->job.query.at.us = T0 + variant * HOUR;
    return slip;
}

static struct slip *ask_about_entries(struct made *made, int variant)
{
    struct slip *slip = ask_query(&made->desk, QUERY_ENTRIES);
    struct grant_id *id = arena_new(&slip->arena, struct grant_id, 1);

    slip->job.query.customer = STR("acme");
    slip->job.query.oldest_first = variant % 2 == 0;
    slip->job.query.limit = 4;
    if (variant & 2) {
        slip->job.query.from.us = T0 + 2 * HOUR;
        slip->job.query.until.us = T0 + 9 * HOUR;
    }
    slip->job.query.after = variant & 8 ? 20 : 0;
    if (variant & 4) {
        *id = made->grant->job.decision.grant_id;
        slip->job.query.grants = id;
        slip->job.query.grant_count = 1;
    } else {
        slip->job.query.credit_type = STR("USD (cents)");
        slip->job.query.with_balances = true;
    }
    return slip;
}

static struct slip *ask_about_ledgers(struct made *made, int variant)
{
    static const struct str names[] = { STR_INIT("acme"), STR_INIT("other") };
    struct slip *slip = ask_query(&made->desk, QUERY_LEDGERS);

    if (variant & 16) {
        slip->job.query.customers = names;
        slip->job.query.customer_count = array_count(names);
    }
    slip->job.query.oldest_first = variant % 2 == 0;
    slip->job.query.limit = variant & 4 ? 3 : 100;
    if (variant & 8) {
        slip->job.query.after = made->ledgers_after;
        slip->job.query.after_entry = made->ledgers_after_entry;
    }
    if (variant & 2) {
        slip->job.query.from.us = T0 + 2 * HOUR;
        slip->job.query.until.us = T0 + 9 * HOUR;
    }
    return slip;
}

static struct slip *ask_about_audit(struct made *made, int variant)
{
    struct slip *slip = ask_query(&made->desk, QUERY_AUDIT);
    char *id = arena_take(&slip->arena, UUID_TEXT_SIZE);

    slip->job.query.oldest_first = variant % 2 == 0;
    if (variant & 2) {
        slip->job.query.from.us = T0 + 2 * HOUR;
        slip->job.query.until.us = T0 + 9 * HOUR;
    }
    if (variant & 4) {
        uuid_format(made->grant->job.decision.grant_id.uuid, id);
        slip->job.query.resource_type = STR("credit_grant");
        slip->job.query.resource_id = (struct str){ .data = id, .len = UUID_TEXT_SIZE };
    }
    return slip;
}

static struct slip *ask_about_one(struct made *made, int variant)
{
    static const enum query_kind kinds[] = { QUERY_GRANTS,       QUERY_CUSTOMER,    QUERY_CUSTOMERS,
                                             QUERY_CREDIT_TYPES, QUERY_PRODUCTS,    QUERY_HOLDS,
                                             QUERY_BOOK_ENTRIES, QUERY_USAGE_EVENTS };
    static struct str names[] = { STR_INIT("acme"), STR_INIT("other"), STR_INIT("acme") };
    enum query_kind kind = kinds[variant % 8];
    struct slip *slip = ask_query(&made->desk, kind);

    if (kind == QUERY_CUSTOMER || (kind == QUERY_HOLDS && variant > 8))
        slip->job.query.customer = STR("acme");
    if (kind == QUERY_BOOK_ENTRIES && variant > 8)
        slip->job.query.after = 20;
    if ((kind == QUERY_CUSTOMERS || kind == QUERY_GRANTS) && variant > 8) {
        slip->job.query.customers = names;
        slip->job.query.customer_count = array_count(names);
        slip->job.query.alias = names[1];
    }
    slip->job.query.with_entries = true;
    slip->job.query.with_voided = true;
    return slip;
}

static struct slip *ask_about_use(struct made *made, int variant)
{
    const struct slip *slips[] = { made->use, made->hold, made->open };
    struct slip *slip = ask_query(&made->desk, variant == 0 ? QUERY_DEDUCTION : QUERY_HOLD);

    slip->job.query.number = slips[variant]->job.decision.operation;
    return slip;
}

/* One number for all that an answer says of grants, entries and balances. */
static void add(uint64_t *sum, uint64_t number)
{
    *sum = (*sum ^ number) * UINT64_C(0x100000001b3);
}

static void add_grant(uint64_t *sum, const struct grant_row *row)
{
    add(sum, row->grant.number);
    add(sum, row->grant.status);
    add(sum, row->grant.facts_entry);
    add(sum, (uint64_t)row->grant.posted.units);
    add(sum, (uint64_t)row->grant.expires_at.us);
    for (size_t i = 0; i < row->product_count; i++)
        add(sum, row->products[i].name.len);
    add(sum, row->entry_count);
    for (size_t i = 0; i < row->entry_count; i++)
        add(sum, row->entries[i].grant);
}

static void add_ledger(uint64_t *sum, const struct ledger_row *row)
{
    add(sum, (uint64_t)row->starting.excluding_pending.units);
    add(sum, (uint64_t)row->starting.including_pending.units);
    add(sum, (uint64_t)row->ending.excluding_pending.units);
    add(sum, (uint64_t)row->ending.including_pending.units);
    for (size_t i = 0; i < row->line_count; i++)
        add(sum, (uint64_t)row->lines[i].balance.units);
    for (size_t i = 0; i < row->pending_count; i++)
        add(sum, (uint64_t)row->pending[i].balance.units);
}

static uint64_t sum_of(const struct answer *answer)
{
    uint64_t sum = answer->customer_count + 100 * answer->audit_count;

    add(&sum, answer->next);
    add(&sum, answer->next_entry);
    add(&sum, (uint64_t)answer->opening.posted.units);
    add(&sum, (uint64_t)answer->closing.posted.units);
    for (size_t i = 0; i < answer->balance_count; i++) {
        add(&sum, (uint64_t)answer->balances[i].account.posted.units);
        for (size_t k = 0; k < answer->balances[i].grant_count; k++)
            add_grant(&sum, &answer->balances[i].grants[k]);
    }
    for (size_t i = 0; i < answer->grant_count; i++)
        add_grant(&sum, &answer->grants[i]);
    for (size_t i = 0; i < answer->entry_count; i++)
        add(&sum, answer->entries[i].account);
    for (size_t i = 0; i < answer->line_count; i++)
        add(&sum, answer->lines[i].credit_type == NULL ? 0 : answer->lines[i].credit_type->number);
    for (size_t i = 0; i < answer->audit_count; i++)
        add(&sum, answer->audit[i].line.number);
    for (size_t i = 0; i < answer->ledger_count; i++)
        add_ledger(&sum, &answer->ledgers[i]);
    return sum;
}

/* True when something was lost. */
static bool ask_with_loss(struct made *made, asking *ask, int variant, uint64_t expected)
{
    struct slip *slip = ask(made, variant);
    bool was_met;

    lossy.taken = 0;
    slip_do(slip);
    was_met = lossy.taken >= lossy.fail_at;
    if (!was_met || lossy.loss == LOSS_BEFORE) {
        assert_int_equal(slip->job.err, OK);
        assert_true(sum_of(&slip->job.answer) == expected);
    } else if (lossy.loss == LOSS_UNREADABLE) {
        assert_int_equal(slip->job.err, ERR_IO);
    } else if (slip->job.query.after_entry > 0 && slip->job.err == ERR_MALFORMED) {
        assert_true(lossy.fail_at == 1); /* no page ended there */
    } else if (slip->job.err != OK || sum_of(&slip->job.answer) != expected) {
        assert_int_equal(slip->job.err, ERR_CORRUPT);
    }
    lossy.fail_at = 0;
    if (made->desk.failed_count > 0) { /* what the ledger itself cannot read ends it */
        made->desk.failed_count = 0;
        desk_restart(&made->desk);
    }
    slip = slip_do(ask(made, variant));
    assert_int_equal(slip->job.err, OK);
    assert_true(sum_of(&slip->job.answer) == expected);
    return was_met;
}

static void lose_all(struct made *made, asking *ask, int variants)
{
    for (int variant = 0; variant < variants; variant++) {
        struct slip *slip = slip_do(ask(made, variant));
        uint64_t expected = sum_of(&slip->job.answer);

        assert_granted(slip);
        for (lossy.loss = LOSS_UNREADABLE; lossy.loss < LOSS_COUNT; lossy.loss++) {
            long at = 1;

            do
                lossy.fail_at = at++;
            while (ask_with_loss(made, ask, variant, expected));
        }
    }
}

static void nothing_unread_is_left_out(void **state)
{
    struct made made;

    (void)state;
    make(&made);
    lose_all(&made, ask_about_balance, 17);
    lose_all(&made, ask_about_entries, 16);
    lose_all(&made, ask_about_ledgers, 32);
    lose_all(&made, ask_about_audit, 8);
    lose_all(&made, ask_about_one, 16);
    lose_all(&made, ask_about_use, 3);
    desk_close(&made.desk);
}

static void a_book_that_cannot_be_read_is_not_proved(void **state)
{
    struct verify_report report;
    struct made made;

    (void)state;
    make(&made);
    for (lossy.loss = LOSS_UNREADABLE; lossy.loss < LOSS_COUNT; lossy.loss++) {
        for (long at = 1;; at++) {
            enum err e;

            lossy.taken = 0;
            lossy.fail_at = at;
            e = verify_book(made.desk.store, ENVIRONMENT_LIVE, &report);
            if (lossy.taken < at) {
                assert_int_equal(e, OK);
                break;
            }
            if (lossy.loss == LOSS_UNREADABLE)
                assert_int_equal(e, ERR_IO);
            else if (e != OK)
                assert_int_equal(e, ERR_CORRUPT);
            else /* the one behind the last is not there anyway */
                assert_true(lossy.loss == LOSS_FACTS ||
                            (uint64_t)at == desk_sequence(&made.desk) + 1);
        }
    }
    lossy.fail_at = 0;
    desk_close(&made.desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_unread_is_left_out),
        cmocka_unit_test(a_book_that_cannot_be_read_is_not_proved),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
