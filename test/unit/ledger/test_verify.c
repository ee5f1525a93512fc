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

/* where: what the problem must begin with. */
static void assert_found(struct forged *forged, const char *where)
{
    struct verify_report report;
    enum err e = verify_book(&forged->store, ENVIRONMENT_LIVE, &report);

    if (e != ERR_CORRUPT || strncmp(report.problem, where, strlen(where)) != 0)
        fprintf(stderr, "%s: \"%s\", not \"%s...\"\n", err_name(e), report.problem, where);
    assert_int_equal(e, ERR_CORRUPT);
    assert_true(strncmp(report.problem, where, strlen(where)) == 0);
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
    assert_int_equal(report.grants, 6);
    assert_true(report.seals > 10);
    assert_true(digest_equals(&report.hash, &end.hash));
    assert_int_equal(verify_book(desk.store, ENVIRONMENT_TEST, &report), OK); /* an empty one */
    assert_int_equal(report.entries, 0);
    forged_open(&forged, desk.store);
    assert_true_book(&forged);
    desk_close(&desk);
}

/* --- entries --- */

#define FORGE(name, change)                                                                        \
    static void forge_##name(struct entry *entry, struct facts *facts)                             \
    {                                                                                              \
        (void)facts;                                                                               \
        change;                                                                                    \
    }
FORGE(amount, entry->amount.units++)
FORGE(held, entry->held.units++)
FORGE(uncovered, entry->uncovered.units++)
FORGE(at, entry->at.us++)
FORGE(at_earlier, entry->at.us -= DAY)
FORGE(effective_at, entry->effective_at.us++)
FORGE(key, entry->key++)
FORGE(flags, entry->flags ^= ENTRY_RELEASES_UNIQUENESS_KEY)
FORGE(because, entry->because = entry->because == 0 ? BECAUSE_ONLY : 0)
FORGE(of, entry->of++)
FORGE(operation, entry->operation--)
FORGE(account, entry->account++)
FORGE(grant_posted, entry->grant_posted.units++)
FORGE(account_posted, entry->account_posted.units++)
FORGE(account_held, entry->account_held.units++)
FORGE(account_previous, entry->account_previous++)
FORGE(account_jump, entry->account_jump++)
FORGE(grant_previous, entry->grant_previous++)
FORGE(grant_jump, entry->grant_jump++)

/* A changed number, whichever it is, in whichever entry. */
static void a_changed_entry_is_found(void **state)
{
    static void (*const forgeries[])(struct entry *, struct facts *) = {
        forge_amount,       forge_held,
        forge_uncovered,    forge_at,
        forge_at_earlier,   forge_effective_at,
        forge_key,          forge_flags,
        forge_because,      forge_of,
        forge_operation,    forge_account,
        forge_grant_posted, forge_account_posted,
        forge_account_held, forge_account_previous,
        forge_account_jump, forge_grant_previous,
        forge_grant_jump,
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
            assert_found(&forged, "");
    }
    desk_close(&desk);
}

static void forge_name(struct entry *entry, struct facts *facts)
{
    (void)entry;
    facts->name = STR("changed");
}

/* A text is in no balance, but it is sealed. */
static void a_changed_text_is_found(void **state)
{
    struct desk desk;
    struct forged forged;

    (void)state;
    open_book(&desk);
    forged_open(&forged, desk.store);
    forged.entry = forge_name;
    forged.entry_sequence = 1;
    assert_found(&forged, "the seal of entry 1 ");
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
        assert_found(&forged, where);
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
    assert_found(&forged, "the seal of entry 3 ");
    forged.seal = forge_seal_at;
    assert_found(&forged, "the seal of entry 3 ");
    forged.seal = forge_swap;
    assert_found(&forged, "the seal of entry 3 ");
    forged_open(&forged, desk.store);
    forged.last_seal_is_missing = true;
    assert_found(&forged, "entry ");
    desk_close(&desk);
}

/* --- state --- */

static void forge_grant_balance(struct grant *grant)
{
    grant->posted.units++;
}

static void forge_grant_drawn(struct grant *grant)
{
    grant->drawn.units++;
}

static void forge_grant_terms(struct grant *grant)
{
    grant->expires_at.us++;
}

static void forge_grant_rollover(struct grant *grant)
{
    grant->rollover = NULL;
}

static void forge_grant_entry(struct grant *grant)
{
    grant->last_entry++;
}

static void a_wrong_grant_in_the_state_is_found(void **state)
{
    static void (*const forgeries[])(struct grant *) = {
        forge_grant_balance, forge_grant_drawn,    forge_grant_terms,
        forge_grant_entry,   forge_grant_rollover,
    };
    struct desk desk;
    struct forged forged;

    (void)state;
    open_book(&desk);
    forged_open(&forged, desk.store);
    for (size_t i = 0; i < array_count(forgeries); i++) {
        forged.grant = forgeries[i];
        assert_found(&forged, "state: ");
    }
    forged_open(&forged, desk.store);
    forged.first_grant_is_missing = true;
    assert_found(&forged, "state: 5 grants, but the entries issue 6");
    desk_close(&desk);
}

static void forge_account_balance(struct account *account)
{
    account->posted.units += account->number == 2;
}

static void forge_account_last(struct account *account)
{
    account->last_entry--;
}

static void forge_account_customer(struct account *account)
{
    account->customer = account->number == 1 ? 2 : 1;
}

static void a_wrong_account_in_the_state_is_found(void **state)
{
    struct desk desk;
    struct forged forged;

    (void)state;
    open_book(&desk);
    forged_open(&forged, desk.store);
    forged.account = forge_account_balance;
    assert_found(&forged, "state: the balances of account 2 ");
    forged.account = forge_account_last;
    assert_found(&forged, "state: the balances of account ");
    forged.account = forge_account_customer;
    assert_found(&forged, "state: account 2 is not whose ");
    desk_close(&desk);
}

static void forge_hold_part(struct hold *hold)
{
    hold->parts[0].amount.units--;
}

static void forge_hold_expiry(struct hold *hold)
{
    hold->expires_at.us++;
}

static void forge_end(struct book_end *end)
{
    end->sequence++;
}

static void forge_end_hash(struct book_end *end)
{
    end->hash.bytes[31] ^= 1;
}

static void a_wrong_hold_or_end_is_found(void **state)
{
    struct desk desk;
    struct forged forged;

    (void)state;
    open_book(&desk);
    forged_open(&forged, desk.store);
    forged.hold = forge_hold_part;
    assert_found(&forged, "state: hold ");
    forged.hold = forge_hold_expiry;
    assert_found(&forged, "state: hold ");
    forged_open(&forged, desk.store);
    forged.book_end = forge_end;
    assert_found(&forged, "the book has ");
    forged.book_end = forge_end_hash;
    assert_found(&forged, "the book ends ");
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
        cmocka_unit_test(a_changed_text_is_found),
        cmocka_unit_test(a_missing_entry_is_found),
        cmocka_unit_test(a_swapped_seal_is_found),
        cmocka_unit_test(a_wrong_grant_in_the_state_is_found),
        cmocka_unit_test(a_wrong_account_in_the_state_is_found),
        cmocka_unit_test(a_wrong_hold_or_end_is_found),
        cmocka_unit_test(a_book_that_grows_meanwhile_is_proved),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
