/* Who did what: the book and the directory's log, read as one list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/limits.h"
#include "counted.h"
#include "desk.h"
#include "store/memory/memory.h"
#include "store/operations.h"

/* As key 5, from the source of that fingerprint; 0: from none. */
static struct slip *by(struct slip *slip, uint64_t fingerprint, uint64_t request)
{
    slip->job.command.key = 5;
    slip->job.command.origin = (struct origin){
        .source = { .run = 77, .ip = STR("10.0.0.1"), .user_agent = STR("unit") },
        .fingerprint = { .high = fingerprint > 0, .low = fingerprint },
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

/* --- of one resource --- */

static struct slip *ask_extend(struct desk *desk, const struct slip *hold)
{
    struct slip *slip = slip_new(desk);

    slip->job.command.kind = COMMAND_HOLD_EXTEND;
    slip->job.command.subject.hold = hold->job.decision.operation;
    slip->job.command.extend.expires_in.us = DAY;
    return slip;
}

static struct slip *ask_rename(struct desk *desk, const struct slip *grant)
{
    struct slip *slip = slip_new(desk);

    slip->job.command.kind = COMMAND_GRANT_EDIT;
    slip->job.command.subject.grant_id = grant->job.decision.grant_id;
    slip->job.command.edit.has_name = true;
    slip->job.command.edit.name = STR("other");
    return slip;
}

/* Something of every kind, a second apart; most by a key, some from no known source. */
static void open_with_all(struct desk *desk)
{
    struct slip *first, *second, *use, *hold, *slip;
    int64_t second_of = 0;

    desk_open(desk);
#define DO(slip)                                                                                   \
    (desk_set_clock(desk, T0 + ++second_of * SECOND),                                              \
     slip_do(by(slip, second_of % 5 == 0 ? 0 : 1, (uint64_t)second_of)))
    DO(ask_customer(desk, "a"));
    DO(ask_customer(desk, "b"));
    first = DO(ask_grant(desk, "a", "10"));
    second = DO(ask_grant_until(desk, "a", "10", T0 + DAY));
    DO(ask_grant(desk, "b", "10"));
    for (int i = 0; i < 3; i++) {
        use = DO(ask_deduct(desk, "a", "2"));
        DO(ask_rename(desk, i == 1 ? second : first));
        DO(ask_reverse(desk, use, "1"));
        hold = DO(ask_hold(desk, "a", "3", HOUR));
        DO(ask_extend(desk, hold));
        if (i == 0)
            DO(ask_capture(desk, hold, "2"));
        else if (i == 1)
            DO(ask_release(desk, hold));
        DO(ask_product(desk, i == 0 ? "x" : i == 1 ? "y" : "z"));
    }
    DO(ask_credit_limit(desk, "b", "50"));
    DO(ask_deduct(desk, "b", "20")); /* some of it is lent */
    slip = ask_deduct(desk, "b", "90");
    slip->job.command.deduct.policy = POLICY_PARTIAL;
    DO(slip);
    DO(ask_void(desk, first));
    DO(ask_credit_limit(desk, "b", "20"));
#undef DO
}

struct listed {
    struct audit_row rows[128];
    size_t count;
};

/* All pages of a list.  like: only of its resource; NULL: of all. */
static void list(struct desk *desk, const struct audit_row *like, const struct query *ends,
                 size_t limit, struct listed *ret)
{
    uint64_t after = 0, after_entry = 0;
    size_t shown;

    ret->count = 0;
    do {
        struct slip *slip = ask_audit(desk);
        struct query *query = &slip->job.query;

        query->oldest_first = ends->oldest_first;
        query->from = ends->from;
        query->until = ends->until;
        query->limit = limit;
        query->after = after;
        query->after_entry = after_entry;
        if (like != NULL) {
            query->resource_type = like->line.resource_type;
            query->resource_id = like->line.resource_id;
        }
        assert_granted(slip_do(slip));
        shown = slip->job.answer.audit_count;
        for (size_t i = 0; i < shown; i++) {
            assert_true(ret->count < array_count(ret->rows));
            ret->rows[ret->count++] = slip->job.answer.audit[i];
        }
        after = slip->job.answer.next;
        after_entry = slip->job.answer.next_entry;
    } while (shown > 0);
}

static bool is_like(const struct audit_row *a, const struct audit_row *b)
{
    return str_equals(a->line.resource_type, b->line.resource_type) &&
           str_equals(a->line.resource_id, b->line.resource_id);
}

/* The list of a resource is what the list of all has of it. */
static void lists_agree(struct desk *desk, const struct listed *all, const struct query *ends)
{
    static struct listed one;

    for (size_t i = 0; i < all->count; i++) {
        size_t place = 0;

        list(desk, &all->rows[i], ends, 1 + i % 3, &one);
        for (size_t k = 0; k < all->count; k++) {
            if (!is_like(&all->rows[k], &all->rows[i]))
                continue;
            assert_true(place < one.count);
            assert_true(str_equals(one.rows[place].line.action, all->rows[k].line.action));
            assert_int_equal(one.rows[place].line.number, all->rows[k].line.number);
            assert_int_equal(one.rows[place].line.request, all->rows[k].line.request);
            assert_int_equal(one.rows[place].source.run, all->rows[k].source.run);
            place++;
        }
        assert_int_equal(one.count, place);
    }
}

static void a_resource_has_its_part_of_the_list(void **state)
{
    static struct listed all;
    struct desk desk;

    (void)state;
    open_with_all(&desk);
    for (int way = 0; way < 24; way++) {
        struct query ends = {
            .oldest_first = way % 2 == 0,
            .from = INSTANT_NONE,
            .until = INSTANT_NONE,
        };

        if (way >= 2)
            ends.from.us = T0 + way * SECOND;
        if (way >= 4)
            ends.until.us = T0 + (30 - way) * SECOND;
        list(&desk, NULL, &ends, PAGE_LIMIT_MAX, &all);
        if (way < 2)
            assert_int_equal(all.count, 30);
        lists_agree(&desk, &all, &ends);
        desk_forget_slips(&desk);
    }
    desk_close(&desk);
}

/* Of the first thing that was made so: what has become of it. */
static void must_become(struct desk *desk, const char *const *actions, size_t count)
{
    static struct listed all, one;
    const struct query ends = {
        .oldest_first = true,
        .from = INSTANT_NONE,
        .until = INSTANT_NONE,
    };
    size_t first = 0;

    list(desk, NULL, &ends, PAGE_LIMIT_MAX, &all);
    while (!str_equals(all.rows[first].line.action, str_from_c(actions[0])))
        assert_true(++first < all.count);
    list(desk, &all.rows[first], &ends, PAGE_LIMIT_MAX, &one);
    assert_int_equal(one.count, count);
    for (size_t i = 0; i < count; i++)
        assert_true(str_equals(one.rows[i].line.action, str_from_c(actions[i])));
}

static void a_resource_is_told_from_its_beginning(void **state)
{
    static const char *const grant[] = { "create_grant", "edit_grant", "edit_grant", "void_grant" };
    static const char *const hold[] = { "create_hold", "extend_hold", "capture_hold" };
    struct desk desk;

    (void)state;
    open_with_all(&desk);
    must_become(&desk, grant, array_count(grant));
    must_become(&desk, hold, array_count(hold));
    desk_close(&desk);
}

/* Of what is not there, or of another kind, there is nothing to tell. */
static void what_is_unknown_has_no_list(void **state)
{
    static const char *const types[] = { "credit_grant", "deduction", "reversal",
                                         "hold",         "customer",  "planet" };
    static const char *const ids[] = { "no id", "00000000-0000-4000-8000-000000000001",
                                       "73637270-6400-8000-8000-0000000fffff",
                                       "73637270-7a00-8000-8000-000000000001" };
    struct desk desk;

    (void)state;
    open_with_all(&desk);
    for (size_t i = 0; i < array_count(types) * array_count(ids) * 2; i++) {
        struct slip *slip = ask_audit(&desk);

        slip->job.query.resource_type = str_from_c(types[i / 2 % array_count(types)]);
        slip->job.query.resource_id = str_from_c(ids[i / 2 / array_count(types)]);
        slip->job.query.oldest_first = i % 2 == 0;
        assert_granted(slip_do(slip));
        assert_int_equal(slip->job.answer.audit_count, 0);
        assert_in_range(slip->job.answer.next, 1, desk_sequence(&desk) + 1);
    }
    desk_close(&desk);
}

/* What was done to a grant is found among all that was drawn from it, and no page looks at more
 * than it may. */
static void a_page_looks_at_so_many_entries_of_a_grant(void **state)
{
    enum { EVERY = 4000, EDITS = 6 };
    struct counted counted;
    struct store *store;
    struct desk desk;
    struct slip *grant;

    (void)state;
    assert_int_equal(memory_store_open(&store), OK);
    counted_open(&counted, store);
    desk_open_over(&desk, store);
    slip_do(by(ask_customer(&desk, "a"), 1, 0));
    grant = slip_do(by(ask_grant(&desk, "a", "1000000"), 1, 0));
    for (int i = 1; i < EDITS; i++) {
        for (int k = 0; k < EVERY; k++)
            slip_submit(ask_deduct(&desk, "a", "1"));
        desk_turn(&desk);
        slip_do(by(ask_rename(&desk, grant), 1, (uint64_t)i));
    }
    for (int back = 0; back < 2; back++) {
        uint64_t after = 0, seen = 0, pages = 0;
        bool is_done;

        do {
            struct slip *slip = ask_audit(&desk);
            char id[UUID_TEXT_SIZE];

            uuid_format(grant->job.decision.grant_id.uuid, id);
            slip->job.query.resource_type = STR("credit_grant");
            slip->job.query.resource_id = (struct str){ .data = id, .len = sizeof id };
            slip->job.query.oldest_first = !back;
            slip->job.query.after = after;
            counted.reads = 0;
            assert_granted(slip_do(slip));
            assert_true(counted.reads < 2 * AUDIT_SCAN_MAX + 100);
            for (size_t i = 0; i < slip->job.answer.audit_count; i++, seen++)
                assert_int_equal(slip->job.answer.audit[i].line.request,
                                 back ? EDITS - 1 - seen : seen);
            is_done = slip->job.answer.next == after;
            after = slip->job.answer.next;
            pages++;
        } while (!is_done);
        assert_int_equal(seen, EDITS);
        assert_in_range(pages, 3, 5);
    }
    desk_close(&desk);
}

/* --- sources --- */

static const struct store_operations *true_operations;

static size_t as_many_as_may_be(struct store *store)
{
    (void)store;
    return SOURCES_MAX;
}

static void a_change_from_one_source_too_many_is_told_without(void **state)
{
    struct store_operations operations;
    struct desk desk;
    struct slip *slip;

    (void)state;
    desk_open(&desk);
    slip_do(by(ask_customer(&desk, "a"), 1, 1));
    true_operations = desk.store->operations;
    operations = *true_operations;
    operations.source_count = as_many_as_may_be;
    desk.store->operations = &operations;
    slip_do(by(ask_customer(&desk, "b"), 2, 2));
    slip_do(by(ask_grant(&desk, "b", "1"), 2, 3));
    slip_do(by(ask_grant(&desk, "a", "1"), 1, 4)); /* it is known */
    slip = slip_do(ask_audit(&desk));
    assert_int_equal(slip->job.answer.audit_count, 4);
    for (size_t i = 0; i < 4; i++) {
        bool is_known = i == 0 || i == 3;

        assert_int_equal(slip->job.answer.audit[i].line.request, i + 1);
        assert_int_equal(slip->job.answer.audit[i].source.run, is_known ? 77 : 0);
    }
    desk.store->operations = true_operations;
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_has_happened_and_was_asked_for_is_told),
        cmocka_unit_test(pages_meet_without_gap_or_overlap),
        cmocka_unit_test(a_page_looks_at_so_many_entries),
        cmocka_unit_test(a_resource_has_its_part_of_the_list),
        cmocka_unit_test(a_resource_is_told_from_its_beginning),
        cmocka_unit_test(what_is_unknown_has_no_list),
        cmocka_unit_test(a_page_looks_at_so_many_entries_of_a_grant),
        cmocka_unit_test(a_change_from_one_source_too_many_is_told_without),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
