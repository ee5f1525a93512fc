/* Lists of grants: filters and pages. */
#include "suite.h"

#include "base/limits.h"

static struct grant_filter everything(void)
{
    return (struct grant_filter){
        .environment = ENVIRONMENT_LIVE,
        .not_expiring_before = INSTANT_NONE,
        .effective_before = INSTANT_NONE,
        .limit = 100,
    };
}

/* The numbers of the grants that pass, as digits: there are fewer than ten. */
static uint64_t list(struct desk *desk, const struct grant_filter *filter)
{
    struct grant *grants;
    uint64_t next, digits = 0;
    size_t count;

    assert_int_equal(store_grants(desk->store, filter, &desk->arena, &grants, &count, &next), OK);
    assert_int_equal(next, 0);
    for (size_t i = 0; i < count; i++)
        digits = digits * 10 + grants[i].number;
    return digits;
}

void grants_are_listed_by_filter(void **state)
{
    struct desk *desk = *state;
    uint32_t customers[] = { 1, 2 };
    uint32_t credits = DESK_CREDITS;
    struct grant_id ids[3];
    struct grant_filter filter = everything();

    desk_begin(desk);
    desk_customer(desk, "acme");
    desk_customer(desk, "globex");
    desk_customer(desk, "initech");
    ids[2] = desk_issue(desk, (struct desk_terms){ .customer = 1, .units = 1 }).entries[0].grant_id;
    desk_issue(desk, (struct desk_terms){ .customer = 2, .units = 1, .expires_at = desk_day(5) });
    ids[0] = desk_issue(desk,
                        (struct desk_terms){ .customer = 3, .units = 1, .expires_at = desk_day(9) })
                 .entries[0]
                 .grant_id;
    desk_issue(desk, (struct desk_terms){ .customer = 1, .units = 1, .credit_type = DESK_CREDITS });
    desk_issue(desk, (struct desk_terms){ .customer = 1, .units = 1, .effective_at = desk_day(3) });
    desk_void(desk, ids[0], false); /* number 3, by entry 6 */
    desk_deduct(desk, 2, 1);        /* all of number 2 */
    desk_commit(desk);

    assert_int_equal(list(desk, &filter), 1245);
    filter.with_voided = true;
    assert_int_equal(list(desk, &filter), 12345);
    filter.live_only = true;
    assert_int_equal(list(desk, &filter), 145);

    filter = everything();
    filter.customers = customers;
    filter.customer_count = 1;
    assert_int_equal(list(desk, &filter), 145);
    filter.customer_count = 2;
    assert_int_equal(list(desk, &filter), 1245);
    filter.credit_types = &credits;
    filter.credit_type_count = 1;
    assert_int_equal(list(desk, &filter), 4);
    filter.customer_count = 0;
    assert_int_equal(list(desk, &filter), 4);

    filter = everything();
    filter.not_expiring_before = desk_day(5);
    assert_int_equal(list(desk, &filter), 1245);
    filter.not_expiring_before.us++;
    assert_int_equal(list(desk, &filter), 145);
    filter.not_expiring_before = INSTANT_NONE;
    filter.effective_before = desk_day(3);
    assert_int_equal(list(desk, &filter), 124);

    filter = everything();
    ids[1] = ids[2];
    filter.ids = ids;
    filter.id_count = 3;
    assert_int_equal(list(desk, &filter), 1);
    filter.with_voided = true;
    assert_int_equal(list(desk, &filter), 13);
    filter.after = 1;
    assert_int_equal(list(desk, &filter), 3);
    filter.environment = ENVIRONMENT_TEST;
    assert_int_equal(list(desk, &filter), 0);
}

/* Walks all pages; how many grants there were, each once and in order. */
static size_t walk(struct desk *desk, struct grant_filter *filter, size_t *ret_pages)
{
    size_t sum = 0;
    uint64_t last = 0;

    *ret_pages = 0;
    do {
        struct grant *grants;
        size_t count;

        arena_reset(&desk->arena, 1 << 20);
        assert_int_equal(
            store_grants(desk->store, filter, &desk->arena, &grants, &count, &filter->after), OK);
        for (size_t i = 0; i < count; i++) {
            assert_true(grants[i].number > last);
            last = grants[i].number;
        }
        sum += count;
        (*ret_pages)++;
    } while (filter->after != 0);
    return sum;
}

void pages_of_grants_meet_without_gap_or_overlap(void **state)
{
    struct desk *desk = *state;
    struct grant_filter filter = everything();
    uint32_t customers[] = { 2, 3, 5 };
    uint32_t none = DESK_CREDITS;
    const size_t count = LIST_SCAN_MAX + 500;
    size_t pages;
    char name[] = "customer 0";

    desk_begin(desk);
    for (int i = 0; i < 5; i++) {
        name[9] = (char)('0' + i);
        desk_customer(desk, name);
    }
    for (size_t i = 0; i < count; i++)
        desk_issue(desk, (struct desk_terms){ .customer = (uint32_t)(i % 5) + 1, .units = 1 });
    desk_commit(desk);

    filter.limit = 7;
    assert_int_equal(walk(desk, &filter, &pages), count);
    assert_int_equal(pages, (count + 6) / 7);
    filter.customers = customers;
    filter.customer_count = 3;
    assert_int_equal(walk(desk, &filter, &pages), count / 5 * 3);
    filter.customer_count = 0; /* nothing passes, and a page ends short all the same */
    filter.credit_types = &none;
    filter.credit_type_count = 1;
    assert_int_equal(walk(desk, &filter, &pages), 0);
    assert_int_equal(pages, 2);
}

/* The numbers of the open holds that pass, as digits. */
static uint64_t list_holds(struct desk *desk, struct hold_filter filter)
{
    struct hold *holds;
    uint64_t next, digits = 0;
    size_t count;

    filter.environment = ENVIRONMENT_LIVE;
    filter.limit = filter.limit > 0 ? filter.limit : 100;
    assert_int_equal(store_holds(desk->store, &filter, &desk->arena, &holds, &count, &next), OK);
    for (size_t i = 0; i < count; i++)
        digits = digits * 10 + holds[i].number;
    return digits;
}

void open_holds_are_listed(void **state)
{
    struct desk *desk = *state;

    desk_begin(desk);
    desk_customer(desk, "acme");
    desk_customer(desk, "globex");
    desk_issue(desk, (struct desk_terms){ .customer = 1, .units = 10 });
    desk_issue(desk, (struct desk_terms){ .customer = 2, .units = 10 });
    desk_hold(desk, 1, 1, 1); /* 3 */
    desk_hold(desk, 2, 1, 1); /* 4 */
    desk_hold(desk, 1, 1, 1); /* 5 */
    desk_hold(desk, 1, 1, 1); /* 6 */
    desk_release(desk, 5);
    desk_commit(desk);

    assert_int_equal(list_holds(desk, (struct hold_filter){ .customer = 0 }), 346);
    assert_int_equal(list_holds(desk, (struct hold_filter){ .customer = 1 }), 36);
    assert_int_equal(list_holds(desk, (struct hold_filter){ .customer = 1, .limit = 1 }), 3);
    assert_int_equal(list_holds(desk, (struct hold_filter){ .customer = 1, .after = 3 }), 6);
    assert_int_equal(list_holds(desk, (struct hold_filter){ .credit_type = DESK_CREDITS }), 0);
}
