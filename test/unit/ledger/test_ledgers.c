/* Ledgers: whatever has happened, their pages together are the lines of all grants that were not
 * voided, in order of the instants that they speak of, with balances that add up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include "base/limits.h"
#include "desk.h"

#define LINES_MAX 4000
#define STEPS 250

struct line {
    int64_t at;
    uint64_t sequence;
    int64_t amount;
};

struct lines {
    struct line list[LINES_MAX];
    size_t count;
    struct line holds[LINES_MAX]; /* open: what is held, by grants that are not voided */
    size_t hold_count;
};

static uint64_t chance_state;

static uint64_t chance(uint64_t below)
{
    chance_state = chance_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (chance_state >> 33) % below;
}

static int line_compare(const void *left, const void *right)
{
    const struct line *a = left, *b = right;

    if (a->at != b->at)
        return (a->at > b->at) - (a->at < b->at);
    return (a->sequence > b->sequence) - (a->sequence < b->sequence);
}

/* Walking a grant forwards: sequence is that of the hold. */
static void hold_of_grant(const struct entry *entry, struct lines *ret)
{
    if (entry->kind == ENTRY_HOLD)
        ret->holds[ret->hold_count++] =
            (struct line){ entry->effective_at.us, entry->operation, entry->held.units };
    for (size_t i = 0; entry->held.units < 0 && i < ret->hold_count; i++)
        if (ret->holds[i].sequence == entry->of)
            ret->holds[i].amount = 0;
}

static int64_t held_before(const struct lines *lines, int64_t at)
{
    int64_t held = 0;

    for (size_t i = 0; i < lines->hold_count; i++)
        if (lines->holds[i].at < at)
            held += lines->holds[i].amount;
    return held;
}

/* What each grant says of itself. */
static void lines_of_grants(struct desk *desk, struct lines *ret)
{
    uint64_t after = 0;

    ret->count = 0;
    ret->hold_count = 0;
    do {
        struct slip *slip = ask_query(desk, QUERY_GRANTS);

        slip->job.query.with_entries = true;
        slip->job.query.after = after;
        assert_granted(slip_do(slip));
        for (size_t i = 0; i < slip->job.answer.grant_count; i++) {
            const struct grant_row *row = &slip->job.answer.grants[i];

            for (size_t j = 0; j < row->entry_count; j++) {
                const struct entry *entry = &row->entries[j];

                hold_of_grant(entry, ret);
                if (entry->amount.units == 0)
                    continue;
                assert_true(ret->count < LINES_MAX);
                ret->list[ret->count++] =
                    (struct line){ entry->effective_at.us, entry->sequence, entry->amount.units };
            }
        }
        after = slip->job.answer.next;
    } while (after > 0);
    qsort(ret->list, ret->count, sizeof ret->list[0], line_compare);
}

static void a_random_step(struct desk *desk, struct slip **grants, size_t *grant_count,
                          struct slip **holds, size_t *hold_count)
{
    struct slip *slip;

    desk_set_clock(desk, desk->clock.us + (int64_t)chance(3) * HOUR);
    switch (chance(8)) {
    case 0:
    case 1:
        slip = ask_grant_until(desk, "acme", "50",
                               desk->clock.us + (int64_t)(1 + chance(20)) * 12 * HOUR);
        if (chance(2) == 0)
            slip->job.command.issue.facts.effective_at.us =
                desk->clock.us + (int64_t)chance(10) * 7 * HOUR - 40 * HOUR;
        grants[(*grant_count)++] = slip_do(slip);
        break;
    case 2:
    case 3:
    case 4:
        slip = ask_deduct(desk, "acme", "3");
        slip->job.command.deduct.policy = POLICY_PARTIAL;
        if (chance(3) == 0)
            slip->job.command.deduct.at.us = desk->clock.us - (int64_t)chance(30) * HOUR;
        slip_do(slip);
        break;
    case 5:
        slip = slip_do(ask_hold(desk, "acme", "5", (int64_t)(1 + chance(200)) * HOUR));
        if (slip->job.decision.reject == REJECT_NONE)
            holds[(*hold_count)++] = slip;
        break;
    case 6:
        if (*hold_count > 0 && chance(2) == 0)
            slip_do(chance(3) == 0
                        ? ask_capture(desk, holds[chance(*hold_count)], chance(2) == 0 ? "5" : "2")
                        : ask_release(desk, holds[chance(*hold_count)]));
        break;
    default:
        if (*grant_count > 0 && chance(2) == 0)
            slip_do(ask_void(desk, grants[chance(*grant_count)]));
        break;
    }
}

static struct slip *ask_ledgers(struct desk *desk, bool oldest_first, size_t limit)
{
    struct slip *slip = ask_query(desk, QUERY_LEDGERS);

    slip->job.query.oldest_first = oldest_first;
    slip->job.query.limit = limit;
    return slip;
}

/* Everything but the page. */
struct asked {
    bool oldest_first;
    size_t limit;
    int64_t from, until; /* INSTANT_NONE's us: no bound */
};

static bool is_early(const struct asked *asked, int64_t at)
{
    return asked->from != INSTANT_NONE.us && at < asked->from;
}

static bool is_late(const struct asked *asked, int64_t at)
{
    return asked->until != INSTANT_NONE.us && at >= asked->until;
}

/* Plays all pages against the lines, and holds each part's balances to them. */
static void pages_agree(struct desk *desk, const struct asked *asked, const struct lines *all)
{
    static struct line expected[LINES_MAX];
    static int64_t balances[LINES_MAX];
    int64_t starting = 0, balance = 0;
    uint64_t after = 0, after_entry = 0;
    size_t count = 0, seen = 0;

    for (size_t i = 0; i < all->count; i++) {
        if (is_late(asked, all->list[i].at))
            continue;
        balance += all->list[i].amount;
        if (is_early(asked, all->list[i].at)) {
            starting = balance;
            continue;
        }
        balances[count] = balance;
        expected[count++] = all->list[i];
    }
    do {
        struct slip *slip = ask_ledgers(desk, asked->oldest_first, asked->limit);
        const struct answer *answer = &slip->job.answer;

        slip->job.query.from.us = asked->from;
        slip->job.query.until.us = asked->until;
        slip->job.query.after = after;
        slip->job.query.after_entry = after_entry;
        assert_granted(slip_do(slip));
        assert_true(answer->ledger_count <= 1);
        for (size_t i = 0; i < answer->ledger_count; i++) {
            const struct ledger_row *row = &answer->ledgers[i];

            assert_true(row->line_count <= asked->limit);
            assert_true(row->starting.excluding_pending.units == starting);
            assert_true(row->ending.excluding_pending.units == balance);
            if (asked->from != INSTANT_NONE.us)
                assert_true(row->starting.including_pending.units ==
                            starting - held_before(all, asked->from));
            if (asked->until != INSTANT_NONE.us)
                assert_true(row->ending.including_pending.units ==
                            balance - held_before(all, asked->until));
            for (size_t j = 0; j < row->line_count; j++) {
                size_t place = asked->oldest_first ? seen : count - 1 - seen;

                assert_true(seen < count);
                assert_true(row->lines[j].entry.sequence == expected[place].sequence);
                assert_true(row->lines[j].amount.units == expected[place].amount);
                assert_true(row->lines[j].balance.units == balances[place]);
                assert_false(uuid_is_zero(row->lines[j].entry.grant_id.uuid));
                seen++;
            }
        }
        after = answer->next;
        after_entry = answer->next_entry;
    } while (after > 0);
    assert_int_equal(seen, count);
}

/* The pending lines are what is held, and lead from one ending balance to the other. */
static void pending_agrees(struct desk *desk, const struct lines *all)
{
    struct slip *slip = slip_do(ask_ledgers(desk, true, LEDGER_ENTRIES_MAX));
    const struct ledger_row *row = &slip->job.answer.ledgers[0];
    int64_t held = 0;

    assert_granted(slip);
    for (size_t i = 0; i < row->pending_count; i++) {
        held -= row->pending[i].amount.units;
        assert_true(row->pending[i].balance.units == row->ending.excluding_pending.units - held);
    }
    assert_true(held == held_before(all, INT64_MAX));
}

static void the_pages_of_a_random_book_are_its_lines(void **state)
{
    static struct lines all;

    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct slip *grants[STEPS], *holds[STEPS];
        size_t grant_count = 0, hold_count = 0;
        struct desk desk;

        chance_state = seed;
        desk_open(&desk);
        slip_do(ask_customer(&desk, "acme"));
        for (int i = 0; i < STEPS; i++)
            a_random_step(&desk, grants, &grant_count, holds, &hold_count);
        lines_of_grants(&desk, &all);
        for (int i = 0; i < 40; i++) {
            struct asked asked = { chance(2) == 0, 1 + chance(9), INSTANT_NONE.us,
                                   INSTANT_NONE.us };
            int64_t length = desk.clock.us - T0;

            if (chance(2) == 0)
                asked.from = T0 + (int64_t)chance((uint64_t)length) - 50 * HOUR;
            if (chance(2) == 0)
                asked.until = T0 + (int64_t)chance((uint64_t)length);
            if (all.count > 0 && chance(3) == 0)
                asked.from = all.list[chance(all.count)].at; /* exactly at a line */
            if (asked.from == INSTANT_NONE.us || asked.until == INSTANT_NONE.us ||
                asked.from < asked.until)
                pages_agree(&desk, &asked, &all);
        }
        pending_agrees(&desk, &all);
        desk_close(&desk);
    }
}

static void a_page_ends_between_ledgers_too(void **state)
{
    struct desk desk;
    uint64_t after = 0, after_entry = 0;
    size_t lines = 0, pages = 0;

    (void)state;
    desk_open(&desk);
    for (int i = 0; i < 3; i++) {
        const char *const names[] = { "a", "b", "c" };

        slip_do(ask_customer(&desk, names[i]));
        slip_do(ask_grant(&desk, names[i], "1"));
        slip_do(ask_grant(&desk, names[i], "2"));
    }
    do {
        struct slip *slip = ask_ledgers(&desk, true, 2);

        slip->job.query.after = after;
        slip->job.query.after_entry = after_entry;
        assert_granted(slip_do(slip));
        assert_int_equal(slip->job.answer.ledger_count, 1);
        assert_int_equal(slip->job.answer.next_entry, 0);
        lines += slip->job.answer.ledgers[0].line_count;
        after = slip->job.answer.next;
        after_entry = slip->job.answer.next_entry;
        pages++;
    } while (after > 0);
    assert_int_equal(lines, 6);
    assert_int_equal(pages, 3);
    desk_close(&desk);
}

/* --- more accounts than a page has --- */

#define CUSTOMERS 75 /* each with two accounts but the first, so that a page ends between them */

struct crowd {
    struct desk desk;
    struct slip *tokens; /* the credit type of the second ones */
    struct str names[CUSTOMERS];
    struct arena arena;
};

static void crowd_open(struct crowd *crowd)
{
    desk_open(&crowd->desk);
    arena_init(&crowd->arena, 1 << 20);
    crowd->tokens = slip_do(ask_credit_type(&crowd->desk, "tokens", 0));
    for (size_t i = 0; i < CUSTOMERS; i++) {
        struct slip *grant;

        crowd->names[i] = str_format(&crowd->arena, "c%zu", i);
        slip_do(ask_customer(&crowd->desk, crowd->names[i].data));
        slip_do(ask_grant(&crowd->desk, crowd->names[i].data, "1"));
        if (i == 0)
            continue;
        grant = ask_grant(&crowd->desk, crowd->names[i].data, "1");
        grant->job.command.issue.credit_type = STR("tokens");
        assert_granted(slip_do(grant));
    }
}

static void crowd_close(struct crowd *crowd)
{
    arena_finish(&crowd->arena);
    desk_close(&crowd->desk);
}

/* Every account is on one page, with its line, and none is on two; how many pages there are. */
static size_t all_are_told_once(struct crowd *crowd, bool is_named, bool only_tokens)
{
    struct credit_type_id tokens = crowd->tokens->job.decision.credit_type.id;
    uint64_t after = 0, after_entry = 0;
    size_t pages = 0, accounts = 0, lines = 0;

    do {
        struct slip *slip = ask_ledgers(&crowd->desk, true, LEDGER_ENTRIES_MAX);
        const struct answer *answer = &slip->job.answer;

        slip->job.query.after = after;
        slip->job.query.after_entry = after_entry;
        if (is_named) {
            slip->job.query.customers = crowd->names;
            slip->job.query.customer_count = CUSTOMERS;
        }
        if (only_tokens) {
            slip->job.query.credit_types = &tokens;
            slip->job.query.credit_type_count = 1;
        }
        assert_granted(slip_do(slip));
        assert_true(answer->ledger_count <= LEDGERS_PER_PAGE_MAX);
        for (size_t i = 0; i < answer->ledger_count; i++)
            lines += answer->ledgers[i].line_count;
        accounts += answer->ledger_count;
        after = answer->next;
        after_entry = answer->next_entry;
        pages++;
    } while (after > 0);
    assert_int_equal(accounts, only_tokens ? CUSTOMERS - 1 : 2 * CUSTOMERS - 1);
    assert_int_equal(lines, accounts);
    return pages;
}

static void more_accounts_than_a_page_has_are_told_once_each(void **state)
{
    static struct crowd crowd;

    (void)state;
    crowd_open(&crowd);
    for (int is_named = 0; is_named < 2; is_named++) {
        assert_int_equal(all_are_told_once(&crowd, is_named != 0, false), 2);
        assert_int_equal(all_are_told_once(&crowd, is_named != 0, true), 1);
    }
    crowd_close(&crowd);
}

static void who_is_not_known_has_no_ledgers(void **state)
{
    static const struct str names[] = { STR_INIT("acme"), STR_INIT("nobody"), STR_INIT("acme") };
    struct desk desk;
    struct slip *slip;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_grant(&desk, "acme", "1"));
    for (size_t count = 1; count <= array_count(names); count++) {
        slip = ask_ledgers(&desk, true, 10);
        slip->job.query.customers = names;
        slip->job.query.customer_count = count;
        slip_do(slip);
        if (count == 1)
            assert_granted(slip);
        else
            assert_refused(slip, REJECT_CUSTOMER_UNKNOWN);
    }
    desk_close(&desk);
}

static struct slip *ask_nameless(struct desk *desk)
{
    struct slip *slip = slip_new(desk);

    slip->job.command.kind = COMMAND_CUSTOMER_CREATE;
    slip->job.command.customer_create.name = STR("one of many");
    return slip;
}

/* A page that found nothing among so many customers ends, and the next goes on behind them. */
static void a_page_looks_at_so_many_customers(void **state)
{
    struct desk desk;
    struct slip *slip;

    (void)state;
    desk_open(&desk);
    for (size_t i = 1; i <= LIST_SCAN_MAX; i++) {
        slip_submit(ask_nameless(&desk));
        if (i % 1000 == 0) {
            desk_turn(&desk);
            desk_forget_slips(&desk);
        }
    }
    assert_granted(slip_do(ask_customer(&desk, "last")));
    assert_granted(slip_do(ask_grant(&desk, "last", "1")));
    slip = slip_do(ask_ledgers(&desk, true, 10));
    assert_granted(slip);
    assert_int_equal(slip->job.answer.ledger_count, 0);
    assert_true(slip->job.answer.next > 0);
    for (int i = 0; i < 2 && slip->job.answer.next > 0; i++) {
        uint64_t after = slip->job.answer.next;

        slip = ask_ledgers(&desk, true, 10);
        slip->job.query.after = after;
        assert_granted(slip_do(slip));
    }
    assert_int_equal(slip->job.answer.ledger_count, 1);
    assert_int_equal(slip->job.answer.next, 0);
    desk_close(&desk);
}

/* The ending balance with what is pending is that of the end of the month. */
static void what_comes_within_the_month_is_pending(void **state)
{
    static const struct {
        int64_t from, until; /* INT64_MAX: never */
        const char *pending;
    } cases[] = {
        { T0, INT64_MAX, "10" },               /* here, and stays */
        { T0, T0 + 20 * DAY, "0" },            /* here, and goes */
        { T0, T0 + 40 * DAY, "10" },           /* goes later */
        { T0 + 20 * DAY, INT64_MAX, "10" },    /* comes, and stays */
        { T0 + 20 * DAY, T0 + 25 * DAY, "0" }, /* comes and goes */
        { T0 + 40 * DAY, INT64_MAX, "0" },     /* comes later */
    };

    (void)state;
    for (size_t i = 0; i < array_count(cases); i++) {
        struct desk desk;
        struct slip *slip;

        desk_open(&desk);
        slip_do(ask_customer(&desk, "acme"));
        slip = ask_grant_until(&desk, "acme", "10", cases[i].until);
        slip->job.command.issue.facts.effective_at.us = cases[i].from;
        assert_granted(slip_do(slip));
        slip = slip_do(ask_ledgers(&desk, true, 10));
        assert_granted(slip);
        assert_amount(slip->job.answer.ledgers[0].ending.including_pending, cases[i].pending);
        desk_close(&desk);
    }
}

/* The books share customers, so a place of one is a place of the other; an entry is not. */
static void a_place_in_the_other_book_is_refused(void **state)
{
    struct desk desk;
    struct slip *slip;
    uint64_t after, after_entry;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_grant(&desk, "acme", "1"));
    slip_do(ask_grant(&desk, "acme", "2"));
    slip_do(slip_in(ask_grant(&desk, "acme", "1"), ENVIRONMENT_TEST));
    slip = ask_ledgers(&desk, false, 1);
    assert_granted(slip_do(slip));
    after = slip->job.answer.next;
    after_entry = slip->job.answer.next_entry;
    assert_true(after > 0 && after_entry == 2);

    slip = slip_in(ask_ledgers(&desk, false, 1), ENVIRONMENT_TEST);
    slip->job.query.after = after;
    slip->job.query.after_entry = after_entry;
    slip_do(slip);
    assert_error(slip, ERR_MALFORMED);
    assert_true(slip->job.blame.field.len > 0);
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_pages_of_a_random_book_are_its_lines),
        cmocka_unit_test(a_page_ends_between_ledgers_too),
        cmocka_unit_test(more_accounts_than_a_page_has_are_told_once_each),
        cmocka_unit_test(who_is_not_known_has_no_ledgers),
        cmocka_unit_test(a_page_looks_at_so_many_customers),
        cmocka_unit_test(what_comes_within_the_month_is_pending),
        cmocka_unit_test(a_place_in_the_other_book_is_refused),
    };

    return cmocka_run_group_tests_name("ledger: ledgers", tests, NULL, NULL);
}
