/* verify proves a true book, and finds whatever is false in another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "desk.h"
#include "forged.h"
#include "ledger/verify.h"
#include "store/embedded/embedded.h"

/* A book with entries of every kind, and one hold that is still open. */
static void open_book(struct desk *desk)
{
    struct slip *grant, *slip, *use, *hold;
    struct str product = STR("api");

    desk_open(desk);
    slip_do(ask_customer(desk, "acme"));
    slip_do(ask_customer(desk, "other"));
    slip_do(ask_product(desk, "api"));
    grant = ask_grant_until(desk, "acme", "100", T0 + DAY);
    grant->job.command.issue.facts.name = STR("welcome");
    grant->job.command.issue.facts.rollover = (struct rollover){
        .kind = ROLLOVER_MAX_PERCENTAGE,
        .millionths_max = 500000,
        .expires_at.us = T0 + 3 * DAY,
    };
    slip_do(grant);
    slip = ask_grant(desk, "acme", "50");
    slip->job.command.issue.product_names = &product;
    slip->job.command.issue.product_name_count = 1;
    slip_do(slip);
    slip = ask_grant(desk, "acme", "10");
    slip->job.command.issue.facts.effective_at.us = T0 + HOUR;
    slip_do(slip);
    slip_do(ask_grant(desk, "other", "5"));
    use = ask_deduct(desk, "acme", "20");
    use->job.command.deduct.reason = STR("because");
    slip_do(use);
    slip_do(ask_reverse(desk, use, "3"));
    slip = ask_deduct(desk, "other", "7");
    slip->job.command.deduct.policy = POLICY_PARTIAL;
    slip_do(slip);
    assert_granted(slip_do(ask_credit_limit(desk, "other", "50")));
    use = slip_do(ask_deduct(desk, "other", "20"));
    assert_granted(slip_do(ask_grant(desk, "other", "8"))); /* all of it repays */
    assert_granted(slip_do(ask_reverse(desk, use, "15")));  /* some was repaid, some is owed */
    hold = slip_do(ask_hold(desk, "acme", "9", HOUR));
    slip_do(ask_capture(desk, hold, "4"));
    hold = slip_do(ask_hold(desk, "acme", "9", HOUR));
    slip_do(ask_release(desk, hold));
    slip_do(ask_hold(desk, "acme", "8", HOUR));
    desk_set_clock(desk, T0 + 2 * HOUR); /* one activated, one lapsed */
    slip_do(ask_void(desk, slip_do(ask_grant(desk, "acme", "1"))));
    hold = slip_do(ask_hold(desk, "acme", "8", 10 * DAY));
    slip = slip_new(desk);
    slip->job.command.kind = COMMAND_HOLD_EXTEND;
    slip->job.command.subject.hold = hold->job.decision.operation;
    slip->job.command.extend.expires_in.us = 20 * DAY;
    slip_do(slip);
    slip = slip_new(desk);
    slip->job.command.kind = COMMAND_GRANT_EDIT;
    slip->job.command.subject.grant_id = grant->job.decision.grant_id;
    slip->job.command.edit.has_name = true;
    slip->job.command.edit.name = STR("hello");
    slip_do(slip);
    for (int i = 0; i < 20; i++) /* a grant with jumps */
        slip_do(ask_deduct(desk, "acme", "0.1"));
    desk_set_clock(desk, T0 + 2 * DAY); /* rolled over and expired */
    desk_turn(desk);
}

static void assert_true_book(struct forged *forged)
{
    struct verify_report report;

    assert_int_equal(verify_book(&forged->store, ENVIRONMENT_LIVE, &report), OK);
    assert_string_equal(report.problem, "");
}

static void a_true_book_is_proved(void **state)
{
    struct desk desk;
    struct verify_report report;
    struct book_end end;
    struct forged forged;

    (void)state;
    open_book(&desk);
    assert_int_equal(verify_book(desk.store, ENVIRONMENT_LIVE, &report), OK);
    store_book_end(desk.store, ENVIRONMENT_LIVE, &end);
    assert_int_equal(report.entries, end.sequence);
    assert_int_equal(report.accounts, 2);
    assert_int_equal(report.grants, 7);
    assert_true(report.seals > 10);
    assert_true(digest_equals(&report.hash, &end.hash));
    assert_int_equal(verify_book(desk.store, ENVIRONMENT_TEST, &report), OK); /* an empty one */
    assert_int_equal(report.entries, 0);
    forged_open(&forged, desk.store);
    assert_true_book(&forged);
    desk_close(&desk);
}

/* --- entries --- */

typedef void forgery(struct entry *entry, struct facts *facts);

#define FORGE(name, change)                                                                        \
    static void forge_##name(struct entry *entry, struct facts *facts)                             \
    {                                                                                              \
        (void)entry;                                                                               \
        (void)facts;                                                                               \
        change;                                                                                    \
    }

static const struct facts some_facts;

FORGE(kind, entry->kind = entry->kind == ENTRY_DRAW ? ENTRY_EXPIRE : ENTRY_DRAW)
FORGE(flags, entry->flags ^= ENTRY_RELEASES_UNIQUENESS_KEY)
FORGE(because, entry->because = entry->because == 0 ? BECAUSE_ONLY : 0)
FORGE(at, entry->at.us++)
FORGE(at_earlier, entry->at.us -= DAY)
FORGE(effective_at, entry->effective_at.us++)
FORGE(operation, entry->operation--)
FORGE(account, entry->account++)
FORGE(key, entry->key++)
FORGE(source, entry->source++)
FORGE(request, entry->request++)
FORGE(grant, entry->grant++)
FORGE(of, entry->of++)
FORGE(amount, entry->amount.units++)
FORGE(held, entry->held.units++)
FORGE(uncovered, entry->uncovered.units++)
FORGE(debt, entry->debt.units++)
FORGE(grant_posted, entry->grant_posted.units++)
FORGE(grant_held, entry->grant_held.units++)
FORGE(account_posted, entry->account_posted.units++)
FORGE(account_held, entry->account_held.units++)
FORGE(account_debt, entry->account_debt.units++)
FORGE(account_previous, entry->account_previous++)
FORGE(account_jump, entry->account_jump++)
FORGE(grant_previous, entry->grant_previous++)
FORGE(grant_jump, entry->grant_jump++)
FORGE(facts, entry->facts = entry->facts == NULL ? &some_facts : NULL)

/* What is told is about the entry, or about one after it: at the latest the seal of its commit. */
static void assert_entry_named(struct forged *forged)
{
    struct verify_report report;
    const char *named;

    assert_int_equal(verify_book(&forged->store, ENVIRONMENT_LIVE, &report), ERR_CORRUPT);
    named = strstr(report.problem, "entry ");
    if (named == NULL || strtoull(named + 6, NULL, 10) < forged->entry_sequence)
        fprintf(stderr, "entry %d: \"%s\"\n", (int)forged->entry_sequence, report.problem);
    assert_non_null(named);
    assert_true(strtoull(named + 6, NULL, 10) >= forged->entry_sequence);
}

/* Whatever it says, in whichever entry. */
static void a_changed_entry_is_found(void **state)
{
    static forgery *const forgeries[] = {
        forge_kind,
        forge_flags,
        forge_because,
        forge_at,
        forge_at_earlier,
        forge_effective_at,
        forge_operation,
        forge_account,
        forge_key,
        forge_source,
        forge_request,
        forge_grant,
        forge_of,
        forge_amount,
        forge_held,
        forge_uncovered,
        forge_debt,
        forge_grant_posted,
        forge_grant_held,
        forge_account_posted,
        forge_account_held,
        forge_account_debt,
        forge_account_previous,
        forge_account_jump,
        forge_grant_previous,
        forge_grant_jump,
        forge_facts,
    };
    struct desk desk;
    struct forged forged;
    uint64_t last;

    (void)state;
    open_book(&desk);
    last = desk_sequence(&desk);
    forged_open(&forged, desk.store);
    for (size_t i = 0; i < array_count(forgeries); i++) {
        forged.entry = forgeries[i];
        for (forged.entry_sequence = 1; forged.entry_sequence <= last; forged.entry_sequence++)
            assert_entry_named(&forged);
    }
    desk_close(&desk);
}

FORGE(customer, facts->customer.uuid.bytes[0]++)
FORGE(credit_type, facts->credit_type.uuid.bytes[0]++)
FORGE(grant_id, facts->grant_id.uuid.bytes[0]++)
FORGE(terms_amount, facts->amount.units++)
FORGE(priority, facts->priority.millionths++)
FORGE(starts, facts->effective_at.us++)
FORGE(expires_at, facts->expires_at.us++)
FORGE(products, facts->products.count = 1; facts->products.ids = &facts->product)
FORGE(rollover_kind, facts->rollover.kind = ROLLOVER_MAX_AMOUNT)
FORGE(rollover_amount, facts->rollover.amount_max.units++)
FORGE(rollover_share, facts->rollover.millionths_max++)
FORGE(rollover_priority, facts->rollover.priority.millionths++)
FORGE(rollover_expires_at, facts->rollover.expires_at.us++)
FORGE(rolled_from, facts->rolled_from.uuid.bytes[0]++)
FORGE(name, facts->name = STR("changed"))
FORGE(reason, facts->reason = STR("changed"))
FORGE(grant_type, facts->grant_type = STR("changed"))
FORGE(uniqueness_key, facts->uniqueness_key = STR("changed"))
FORGE(custom_fields, facts->custom_fields = STR("changed"))
FORGE(paid_currency, facts->paid_currency = STR("changed"))
FORGE(invoice_id, facts->invoice_id = STR("changed"))
FORGE(metadata, facts->metadata = STR("changed"))
FORGE(has_paid, facts->has_paid = !facts->has_paid)
FORGE(paid_amount, facts->paid_amount.units++)
FORGE(paid_credit_type, facts->paid_credit_type.uuid.bytes[0]++)
FORGE(invoice_date, facts->invoice_date.us--)
FORGE(product, facts->product.uuid.bytes[0]++)
FORGE(hold_expires_at, facts->hold_expires_at.us--)

/* Most of what the facts of a grant say is in no balance, but it is sealed. */
static void a_changed_fact_is_found(void **state)
{
    static forgery *const forgeries[] = {
        forge_customer,
        forge_credit_type,
        forge_grant_id,
        forge_terms_amount,
        forge_priority,
        forge_starts,
        forge_expires_at,
        forge_products,
        forge_rollover_kind,
        forge_rollover_amount,
        forge_rollover_share,
        forge_rollover_priority,
        forge_rollover_expires_at,
        forge_rolled_from,
        forge_name,
        forge_reason,
        forge_grant_type,
        forge_uniqueness_key,
        forge_custom_fields,
        forge_paid_currency,
        forge_invoice_id,
        forge_metadata,
        forge_has_paid,
        forge_paid_amount,
        forge_paid_credit_type,
        forge_invoice_date,
        forge_product,
        forge_hold_expires_at,
    };
    struct desk desk;
    struct forged forged;

    (void)state;
    open_book(&desk);
    forged_open(&forged, desk.store);
    forged.entry_sequence = 1;
    for (size_t i = 0; i < array_count(forgeries); i++) {
        forged.entry = forgeries[i];
        assert_entry_named(&forged);
    }
    forged.entry = forge_name;
    assert_forgery_found(&forged, "the seal of entry 1 ");
    desk_close(&desk);
}

static void a_missing_entry_is_found(void **state)
{
    struct desk desk;
    struct forged forged;
    uint64_t last;

    (void)state;
    open_book(&desk);
    last = desk_sequence(&desk);
    forged_open(&forged, desk.store);
    for (forged.missing = 1; forged.missing <= last; forged.missing++) {
        char where[64];

        (void)snprintf(where, sizeof where, "entry %d is missing", (int)forged.missing);
        assert_forgery_found(&forged, where);
    }
    desk_close(&desk);
}

/* --- seals --- */

static void forge_hash(struct seal *seal)
{
    if (seal->last_sequence == 3)
        seal->hash.bytes[0] ^= 1;
}

static void forge_seal_at(struct seal *seal)
{
    if (seal->last_sequence == 3)
        seal->at.us++;
}

static struct seal other_seal;

static void forge_swap(struct seal *seal)
{
    if (seal->last_sequence == 3)
        seal->hash = other_seal.hash;
}

static void a_swapped_seal_is_found(void **state)
{
    struct desk desk;
    struct forged forged;
    struct store_reader *reader;

    (void)state;
    open_book(&desk);
    assert_int_equal(store_reader_open(desk.store, &reader), OK);
    assert_int_equal(store_read_seal(reader, ENVIRONMENT_LIVE, 3, &other_seal), OK);
    store_reader_close(reader);
    forged_open(&forged, desk.store);
    forged.seal = forge_hash;
    assert_forgery_found(&forged, "the seal of entry 3 ");
    forged.seal = forge_seal_at;
    assert_forgery_found(&forged, "the seal of entry 3 ");
    forged.seal = forge_swap;
    assert_forgery_found(&forged, "the seal of entry 3 ");
    forged_open(&forged, desk.store);
    forged.last_seal_is_missing = true;
    assert_forgery_found(&forged, "entry ");
    desk_close(&desk);
}

/* --- the end --- */

static void forge_end(struct book_end *end)
{
    end->sequence++;
}

static void forge_end_hash(struct book_end *end)
{
    end->hash.bytes[31] ^= 1;
}

static void a_wrong_end_is_found(void **state)
{
    struct desk desk;
    struct forged forged;

    (void)state;
    open_book(&desk);
    forged_open(&forged, desk.store);
    forged.book_end = forge_end;
    assert_forgery_found(&forged, "the book has ");
    forged.book_end = forge_end_hash;
    assert_forgery_found(&forged, "the book ends ");
    desk_close(&desk);
}

/* --- beside a server --- */

static struct store *store_in(const char *folder, bool read_only)
{
    const struct embedded_options options = {
        .directory = folder,
        .sync_off = true,
        .read_only = read_only,
    };
    char message[EMBEDDED_MESSAGE_BYTES];
    struct store *store;

    assert_int_equal(embedded_store_open(&options, &store, message), OK);
    return store;
}

static void remove_folder(const char *folder)
{
    static const char *const names[] = { "scrip.db", "scrip.db-wal", "scrip.db-shm", "lock" };
    char path[64];

    for (size_t i = 0; i < array_count(names); i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    assert_int_equal(rmdir(folder), 0);
}

/* The owner writes on while the book is proved: what is proved is the book as it was opened. */
static void a_book_that_grows_meanwhile_is_proved(void **state)
{
    char folder[] = "/tmp/scrip-verify-XXXXXX";
    struct desk desk;
    struct store *look;
    struct verify_report report;
    uint64_t opened_at;

    (void)state;
    assert_non_null(mkdtemp(folder));
    desk_open_over(&desk, store_in(folder, false));
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_grant(&desk, "acme", "100"));
    slip_do(ask_deduct(&desk, "acme", "1"));
    opened_at = desk_sequence(&desk);
    look = store_in(folder, true);
    slip_do(ask_deduct(&desk, "acme", "2"));
    slip_do(ask_hold(&desk, "acme", "3", HOUR));
    assert_true(desk_sequence(&desk) > opened_at);
    assert_int_equal(verify_book(look, ENVIRONMENT_LIVE, &report), OK);
    assert_string_equal(report.problem, "");
    assert_int_equal(report.entries, opened_at);
    store_close(look);
    desk_close(&desk);
    remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_true_book_is_proved),
        cmocka_unit_test(a_changed_entry_is_found),
        cmocka_unit_test(a_changed_fact_is_found),
        cmocka_unit_test(a_missing_entry_is_found),
        cmocka_unit_test(a_swapped_seal_is_found),
        cmocka_unit_test(a_wrong_end_is_found),
        cmocka_unit_test(a_book_that_grows_meanwhile_is_proved),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
