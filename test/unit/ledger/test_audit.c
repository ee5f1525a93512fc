/* Who did what: the book and the directory's log, read as one list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/limits.h"
#include "desk.h"
#include "store/memory/memory.h"

/* As key 5, from the source of that fingerprint. */
static struct slip *by(struct slip *slip, uint64_t fingerprint, uint64_t request)
{
    slip->job.command.key = 5;
    slip->job.command.origin = (struct origin){
        .source = { .run = 77, .ip = STR("10.0.0.1"), .user_agent = STR("unit") },
        .fingerprint = { .high = 1, .low = fingerprint },
        .request = request,
    };
    return slip;
}

static struct slip *ask_audit(struct desk *desk)
{
    struct slip *slip = ask_query(desk, QUERY_AUDIT);

    slip->job.query.oldest_first = true;
    slip->job.query.from = INSTANT_NONE;
    slip->job.query.until = INSTANT_NONE;
    slip->job.query.limit = PAGE_LIMIT_MAX;
    return slip;
}

static void must_be(const struct slip *slip, size_t index, const char *action, uint64_t request)
{
    const struct audit_row *row = &slip->job.answer.audit[index];

    assert_true(index < slip->job.answer.audit_count);
    assert_true(str_equals(row->line.action, str_from_c(action)));
    assert_int_equal(row->line.request, request);
    assert_int_equal(row->line.key, 5);
    assert_int_equal(row->source.run, 77);
    assert_true(str_equals(row->source.ip, STR("10.0.0.1")));
}

static void only_what_has_happened_and_was_asked_for_is_told(void **state)
{
    struct desk desk;
    struct slip *slip, *slips[2];

    (void)state;
    desk_open(&desk);
    assert_granted(slip_do(by(ask_customer(&desk, "a"), 1, 1)));
    assert_granted(slip_do(by(ask_grant_until(&desk, "a", "10", T0 + DAY), 1, 2)));
    assert_granted(slip_do(by(ask_deduct(&desk, "a", "3"), 2, 3)));
    assert_refused(slip_do(by(ask_deduct(&desk, "a", "30"), 3, 4)), REJECT_BALANCE_EXCEEDED);
    assert_refused(slip_do(by(ask_customer(&desk, "a"), 3, 5)), REJECT_ALIAS_TAKEN);
    slips[0] = by(ask_deduct(&desk, "a", "1"), 3, 6);
    slips[1] = by(ask_deduct(&desk, "a", "100"), 3, 6);
    slip_do(slip_group(&desk, slips, 2, true));
    slip = by(ask_deduct(&desk, "a", "1"), 3, 7);
    slip->job.command.deduct.dry_run = true;
    assert_granted(slip_do(slip));
    memory_store_fail_commits(desk.store, 1, ERR_FULL);
    assert_error(slip_do(by(ask_product(&desk, "p"), 3, 8)), ERR_FULL);
    desk_set_clock(&desk, T0 + 2 * DAY);
    desk_turn(&desk); /* it expires, which nobody asked for */
    assert_int_equal(store_source_count(desk.store), 2);
    assert_granted(slip_do(by(ask_product(&desk, "p"), 1, 9)));

    slip = slip_do(ask_audit(&desk));
    assert_granted(slip);
    assert_int_equal(slip->job.answer.audit_count, 4);
    must_be(slip, 0, "create_customer", 1);
    must_be(slip, 1, "create_grant", 2);
    must_be(slip, 2, "deduct", 3);
    must_be(slip, 3, "create_product", 9);
    assert_false(slip->job.answer.audit[0].is_of_book);
    assert_true(slip->job.answer.audit[2].is_of_book);
    desk_verify(&desk);
    desk_close(&desk);
}

/* However many a page shows, and in which direction, the pages are the list. */
static void pages_meet_without_gap_or_overlap(void **state)
{
    enum { COUNT = 60 };
    struct desk desk;

    (void)state;
    desk_open(&desk);
    slip_do(by(ask_customer(&desk, "a"), 1, 0));
    slip_do(by(ask_grant(&desk, "a", "1000"), 1, 1));
    for (uint64_t i = 2; i < COUNT; i++) {
        char name[] = { 'c', (char)('0' + i / 10), (char)('0' + i % 10), '\0' };

        if (i % 3 == 0)
            desk_set_clock(&desk, T0 + (int64_t)i * SECOND); /* others share an instant */
        if (i % 7 < 3)
            slip_do(by(ask_customer(&desk, name), 1, i));
        else
            slip_do(by(ask_deduct(&desk, "a", "1"), 1, i));
    }
    for (int back = 0; back < 2; back++) {
        for (size_t limit = 1; limit < 9; limit++) {
            uint64_t after = 0, after_entry = 0;
            bool seen[COUNT] = { false };
            int64_t last = back ? INT64_MAX : 0;
            size_t count = 0, shown;

            do {
                struct slip *slip = ask_audit(&desk);

                slip->job.query.oldest_first = !back;
                slip->job.query.limit = limit;
                slip->job.query.after = after;
                slip->job.query.after_entry = after_entry;
                assert_granted(slip_do(slip));
                shown = slip->job.answer.audit_count;
                for (size_t i = 0; i < shown; i++) {
                    const struct log_line *line = &slip->job.answer.audit[i].line;

                    assert_true(line->request < COUNT);
                    assert_false(seen[line->request]);
                    seen[line->request] = true;
                    assert_true(back ? line->at.us <= last : line->at.us >= last);
                    last = line->at.us;
                }
                count += shown;
                after = slip->job.answer.next;
                after_entry = slip->job.answer.next_entry;
                assert_true(after > 0);
            } while (shown > 0);
            assert_int_equal(count, COUNT);
        }
    }
    desk_close(&desk);
}

static void a_page_looks_at_so_many_entries(void **state)
{
    enum { GRANTS = 120, DEDUCTIONS = 120 }; /* each deduction takes from every grant */
    struct desk desk;
    struct slip *slip;
    size_t shown = 0, pages = 0;
    uint64_t after = 0, after_entry = 0;

    (void)state;
    desk_open(&desk);
    slip_do(by(ask_customer(&desk, "a"), 1, 0));
    for (int i = 0; i < DEDUCTIONS; i++) {
        for (int k = 0; k < GRANTS; k++)
            slip_submit(ask_grant(&desk, "a", "1")); /* by nobody */
        desk_turn(&desk);
        assert_granted(slip_do(by(ask_deduct(&desk, "a", "120"), 1, (uint64_t)i)));
        desk_forget_slips(&desk);
    }
    desk_set_clock(&desk, T0 + HOUR);
    assert_granted(slip_do(by(ask_product(&desk, "the last"), 1, DEDUCTIONS)));
    do {
        slip = ask_audit(&desk);
        slip->job.query.after = after;
        slip->job.query.after_entry = after_entry;
        slip->job.query.limit = 50;
        assert_granted(slip_do(slip));
        for (size_t i = 0; i < slip->job.answer.audit_count; i++, shown++)
            must_be(slip, i,
                    shown == 0            ? "create_customer"
                    : shown <= DEDUCTIONS ? "deduct"
                                          : "create_product",
                    shown == 0 ? 0 : shown - 1);
        pages++;
        after = slip->job.answer.next;
        after_entry = slip->job.answer.next_entry;
    } while (slip->job.answer.audit_count > 0 || after <= desk_sequence(&desk));
    assert_int_equal(shown, DEDUCTIONS + 2);
    assert_true(pages > 2); /* 28,800 entries */
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_has_happened_and_was_asked_for_is_told),
        cmocka_unit_test(pages_meet_without_gap_or_overlap),
        cmocka_unit_test(a_page_looks_at_so_many_entries),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
