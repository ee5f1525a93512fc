/* Lists of grants, and histories, a page at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/limits.h"
#include "desk.h"

static void ten_grants(struct desk *desk)
{
    desk_open(desk);
    slip_do(ask_customer(desk, "acme"));
    slip_do(ask_customer(desk, "other"));
    for (int i = 0; i < 10; i++)
        slip_do(ask_grant(desk, i % 2 == 0 ? "acme" : "other", "1"));
}

static struct slip *ask_grants(struct desk *desk, const char *customer)
{
    struct slip *slip = ask_query(desk, QUERY_GRANTS);
    struct str *names = arena_new(&slip->arena, struct str, 1);

    if (customer == NULL)
        return slip;
    names[0] = str_from_c(customer);
    slip->job.query.customers = names;
    slip->job.query.customer_count = 1;
    return slip;
}

static void grants_are_listed_by_page(void **state)
{
    struct desk desk;
    uint64_t after = 0;
    size_t seen = 0, pages = 0;

    (void)state;
    ten_grants(&desk);
    do {
        struct slip *slip = ask_grants(&desk, NULL);

        slip->job.query.limit = 3;
        slip->job.query.after = after;
        assert_granted(slip_do(slip));
        for (size_t i = 0; i < slip->job.answer.grant_count; i++)
            assert_int_equal(slip->job.answer.grants[i].grant.number, ++seen);
        after = slip->job.answer.next;
        pages++;
    } while (after > 0);
    assert_int_equal(seen, 10);
    assert_int_equal(pages, 4);
    desk_close(&desk);
}

static void a_filter_that_knows_nobody_lets_nothing_through(void **state)
{
    struct desk desk;
    struct slip *slip;
    struct credit_type_id unknown = { .uuid.bytes = { 7 } };

    (void)state;
    ten_grants(&desk);
    assert_int_equal(slip_do(ask_grants(&desk, "acme"))->job.answer.grant_count, 5);
    assert_int_equal(slip_do(ask_grants(&desk, "nobody"))->job.answer.grant_count, 0);
    slip = ask_grants(&desk, "acme");
    slip->job.query.credit_types = &unknown;
    slip->job.query.credit_type_count = 1;
    assert_int_equal(slip_do(slip)->job.answer.grant_count, 0);
    desk_close(&desk);
}

static void a_grant_comes_with_its_history(void **state)
{
    static const enum entry_kind kinds[] = { ENTRY_ISSUE, ENTRY_DRAW, ENTRY_DRAW, ENTRY_REVERSE,
                                             ENTRY_VOID };
    struct desk desk;
    struct slip *grant, *use, *slip;
    const struct grant_row *row;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_grant_until(&desk, "acme", "1", T0 + DAY));
    grant = slip_do(ask_grant(&desk, "acme", "10"));
    slip_do(ask_deduct(&desk, "acme", "1"));
    use = ask_deduct(&desk, "acme", "2");
    use->job.command.deduct.reason = STR("because");
    slip_do(use);
    use = slip_do(ask_deduct(&desk, "acme", "3"));
    slip_do(ask_reverse(&desk, use, "1"));
    slip_do(ask_void(&desk, grant));
    slip = ask_grants(&desk, "acme");
    slip->job.query.with_entries = true;
    slip->job.query.with_voided = true;
    slip_do(slip);
    assert_int_equal(slip->job.answer.grant_count, 2);
    row = &slip->job.answer.grants[1];
    assert_int_equal(row->entry_count, array_count(kinds));
    for (size_t i = 0; i < array_count(kinds); i++) {
        assert_int_equal(row->entries[i].kind, kinds[i]);
        assert_true(uuid_equals(row->entries[i].grant_id.uuid, grant->job.decision.grant_id.uuid));
    }
    assert_true(str_equals(row->entries[1].facts->reason, STR("because")));
    slip = ask_grants(&desk, "acme");
    assert_int_equal(slip_do(slip)->job.answer.grant_count, 1); /* rule 8: void is hidden */
    desk_close(&desk);
}

/* A draw that is not the first of its deduction still says why. */
static void every_draw_tells_the_reason_of_its_deduction(void **state)
{
    struct desk desk;
    struct slip *use, *slip;
    const struct entry *second;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip_do(ask_grant_until(&desk, "acme", "1", T0 + DAY));
    slip_do(ask_grant(&desk, "acme", "10"));
    use = ask_deduct(&desk, "acme", "5");
    use->job.command.deduct.reason = STR("because");
    slip_do(use);
    slip = ask_grants(&desk, "acme");
    slip->job.query.with_entries = true;
    slip_do(slip);
    second = &slip->job.answer.grants[1].entries[1];
    assert_int_equal(second->kind, ENTRY_DRAW);
    assert_true(second->operation < second->sequence);
    assert_true(str_equals(second->facts->reason, STR("because")));
    desk_close(&desk);
}

/* --- histories --- */

enum { HISTORY = 40 };

/* 40 entries of acme's, one a second, with others of somebody else's in between. */
static struct slip *open_with_history(struct desk *desk)
{
    struct slip *grant;

    desk_open(desk);
    slip_do(ask_customer(desk, "acme"));
    slip_do(ask_customer(desk, "other"));
    slip_do(ask_grant(desk, "other", "1000"));
    grant = slip_do(ask_grant(desk, "acme", "1000"));
    for (int i = 1; i < HISTORY; i++) {
        desk_set_clock(desk, T0 + i * SECOND);
        slip_do(ask_deduct(desk, "acme", "1"));
        if (i % 3 == 0)
            slip_do(ask_deduct(desk, "other", "1"));
    }
    return grant;
}

/* Pages through, and checks that the entries are those of the seconds from first to last. */
static void check_pages(struct desk *desk, const struct slip *grant, bool oldest_first,
                        size_t limit, int first, int last, bool with_bounds)
{
    int expected = oldest_first ? first : last;
    uint64_t after = 0;
    int seen = 0;

    do {
        struct slip *slip = ask_query(desk, QUERY_ENTRIES);
        struct query *query = &slip->job.query;

        if (grant != NULL) {
            query->grants = &grant->job.decision.grant_id;
            query->grant_count = 1;
        } else {
            query->customer = STR("acme");
        }
        query->oldest_first = oldest_first;
        query->limit = limit;
        query->after = after;
        if (with_bounds) {
            query->from.us = T0 + first * SECOND;
            query->until.us = T0 + last * SECOND + 1;
        }
        assert_granted(slip_do(slip));
        for (size_t i = 0; i < slip->job.answer.entry_count; i++) {
            const struct entry *entry = &slip->job.answer.entries[i];

            assert_int_equal(entry->at.us, T0 + expected * SECOND);
            assert_true(!uuid_is_zero(entry->grant_id.uuid));
            expected += oldest_first ? 1 : -1;
            seen++;
        }
        after = slip->job.answer.next;
    } while (after > 0);
    assert_int_equal(seen, last - first + 1);
}

static void a_history_is_read_by_page_either_way(void **state)
{
    static const size_t limits[] = { 1, 7, HISTORY - 1, HISTORY, PAGE_LIMIT_MAX };
    struct desk desk;
    struct slip *grant;

    (void)state;
    grant = open_with_history(&desk);
    for (size_t i = 0; i < array_count(limits); i++) {
        for (int way = 0; way < 4; way++) {
            const struct slip *whose = way % 2 == 0 ? NULL : grant;
            bool oldest_first = way >= 2;

            check_pages(&desk, whose, oldest_first, limits[i], 0, HISTORY - 1, false);
            check_pages(&desk, whose, oldest_first, limits[i], 0, HISTORY - 1, true);
            check_pages(&desk, whose, oldest_first, limits[i], 5, 25, true);
            check_pages(&desk, whose, oldest_first, limits[i], 9, 9, true);
        }
    }
    desk_close(&desk);
}

static void a_history_is_of_one_credit_type(void **state)
{
    static const char *const types[] = { CREDIT_TYPE_CREDITS_NAME, CREDIT_TYPE_USD_NAME };
    struct desk desk;

    (void)state;
    (void)open_with_history(&desk);
    for (size_t i = 0; i < array_count(types); i++) {
        struct slip *slip = ask_grant(&desk, "acme", "7");

        slip->job.command.issue.credit_type = str_from_c(types[i]);
        assert_granted(slip_do(slip));
        slip = ask_query(&desk, QUERY_ENTRIES);
        slip->job.query.customer = STR("acme");
        slip->job.query.credit_type = str_from_c(types[i]);
        assert_granted(slip_do(slip));
        assert_int_equal(slip->job.answer.entry_count, i == 0 ? 1 : HISTORY + 1);
        assert_amount(slip->job.answer.entries[0].amount, "7");
    }
    desk_close(&desk);
}

static void a_history_is_somebodys(void **state)
{
    struct desk desk;
    struct slip *grant, *slip;

    (void)state;
    grant = open_with_history(&desk);
    slip = ask_query(&desk, QUERY_ENTRIES);
    slip->job.query.customer = STR("nobody");
    assert_refused(slip_do(slip), REJECT_CUSTOMER_UNKNOWN);
    slip = ask_query(&desk, QUERY_ENTRIES);
    slip->job.query.customer = STR("other");
    slip->job.query.grants = &grant->job.decision.grant_id;
    slip->job.query.grant_count = 1;
    assert_refused(slip_do(slip), REJECT_GRANT_UNKNOWN);
    slip_do(ask_customer(&desk, "third"));
    slip = ask_query(&desk, QUERY_ENTRIES);
    slip->job.query.customer = STR("third");
    assert_granted(slip_do(slip));
    assert_int_equal(slip->job.answer.entry_count, 0);
    desk_close(&desk);
}

/* A cursor from another list may lie on either side of what is asked for. */
static void a_cursor_outside_of_the_window_ends_or_begins_it(void **state)
{
    struct desk desk;

    (void)state;
    (void)open_with_history(&desk);
    for (int way = 0; way < 4; way++) {
        bool oldest_first = way % 2 == 0, is_before = way < 2;
        struct slip *slip = ask_query(&desk, QUERY_ENTRIES);

        slip->job.query.customer = STR("acme");
        slip->job.query.oldest_first = oldest_first;
        slip->job.query.after = is_before ? 3 : desk_sequence(&desk) - 2;
        slip->job.query.from.us = T0 + 10 * SECOND;
        slip->job.query.until.us = T0 + 20 * SECOND;
        slip->job.query.with_balances = true;
        assert_granted(slip_do(slip));
        assert_int_equal(slip->job.answer.entry_count, oldest_first == is_before ? 10 : 0);
        assert_amount(slip->job.answer.opening.posted, "991"); /* whatever the page */
        assert_amount(slip->job.answer.closing.posted, "981");
        assert_int_equal(slip->job.answer.next, 0);
    }
    desk_close(&desk);
}

/* Of one grant there are no balances of the account to tell. */
static void a_history_of_a_grant_has_no_balances(void **state)
{
    struct desk desk;
    struct slip *grant, *slip;

    (void)state;
    grant = open_with_history(&desk);
    slip = ask_query(&desk, QUERY_ENTRIES);
    slip->job.query.grants = &grant->job.decision.grant_id;
    slip->job.query.grant_count = 1;
    slip->job.query.with_balances = true;
    assert_granted(slip_do(slip));
    assert_int_equal(slip->job.answer.entry_count, HISTORY);
    assert_amount(slip->job.answer.closing.posted, "0");
    desk_close(&desk);
}

/* However few a page has, and however many customers are on it. */
static void each_line_of_the_book_says_whose_it_is(void **state)
{
    enum { CUSTOMERS = 9 };
    struct desk desk;
    struct slip *customers[CUSTOMERS];

    (void)state;
    desk_open(&desk);
    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < CUSTOMERS; i++) {
            const char name[] = { 'c', (char)('0' + i), '\0' };
            struct slip *grant;

            if (round == 0)
                customers[i] = slip_do(ask_customer(&desk, name));
            grant = ask_grant(&desk, name, "1"); /* i in its priority */
            grant->job.command.issue.facts.priority.millionths = i;
            if (round % 2 == 1)
                grant->job.command.issue.credit_type = STR(CREDIT_TYPE_CREDITS_NAME);
            assert_granted(slip_do(grant));
        }
    }
    for (size_t limit = 1; limit < 8; limit++) {
        uint64_t after = 0, seen = 0;

        do {
            struct slip *slip = ask_query(&desk, QUERY_BOOK_ENTRIES);

            slip->job.query.limit = limit;
            slip->job.query.after = after;
            assert_granted(slip_do(slip));
            for (size_t i = 0; i < slip->job.answer.line_count; i++, seen++) {
                const struct book_line *line = &slip->job.answer.lines[i];
                size_t whose = (size_t)line->entry.facts->priority.millionths;

                assert_true(
                    uuid_equals(line->customer.uuid, customers[whose]->job.decision.customer.uuid));
                assert_true(
                    uuid_equals(line->credit_type->id.uuid, line->entry.facts->credit_type.uuid));
            }
            after = slip->job.answer.next;
        } while (after > 0);
        assert_int_equal(seen, 4 * CUSTOMERS);
    }
    desk_close(&desk);
}

/* The end of the book comes with the hash that seals it, also in the batch that wrote it. */
static void the_book_ends_with_a_seal(void **state)
{
    struct desk desk;
    struct slip *slip;
    struct book_end end;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "acme"));
    slip = ask_query(&desk, QUERY_BOOK);
    slip_submit(slip);
    slip_submit(ask_grant(&desk, "acme", "1"));
    desk_turn(&desk);
    store_book_end(desk.store, ENVIRONMENT_LIVE, &end);
    assert_int_equal(slip->job.answer.sequence, 1);
    assert_true(digest_equals(&slip->job.answer.hash, &end.hash));
    assert_int_equal(slip->job.answer.sealed_at.us, T0);
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grants_are_listed_by_page),
        cmocka_unit_test(a_filter_that_knows_nobody_lets_nothing_through),
        cmocka_unit_test(a_grant_comes_with_its_history),
        cmocka_unit_test(every_draw_tells_the_reason_of_its_deduction),
        cmocka_unit_test(a_history_is_read_by_page_either_way),
        cmocka_unit_test(a_history_is_of_one_credit_type),
        cmocka_unit_test(a_history_is_somebodys),
        cmocka_unit_test(a_cursor_outside_of_the_window_ends_or_begins_it),
        cmocka_unit_test(a_history_of_a_grant_has_no_balances),
        cmocka_unit_test(each_line_of_the_book_says_whose_it_is),
        cmocka_unit_test(the_book_ends_with_a_seal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
