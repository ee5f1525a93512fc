/* What a view shows: accounts, grants in burn order, holds, deductions, keys. */
#include "suite.h"

void a_new_account_has_a_view_before_its_first_entry(void **state)
{
    struct desk *desk = *state;
    struct subject nobody = { .environment = ENVIRONMENT_LIVE };
    struct view view;
    uint32_t acme;

    desk_begin(desk);
    acme = desk_customer(desk, "acme");
    view = desk_account(desk, acme);
    assert_true(view.account_is_new);
    assert_int_equal(view.account.number, 1);
    assert_int_equal(view.account.customer, acme);
    assert_int_equal(view.account.credit_type, DESK_USD);
    assert_true(
        uuid_equals(view.credit_type_id.uuid, store_credit_type(desk->store, DESK_USD)->id.uuid));
    assert_int_equal(view.grant_count, 0);
    desk_issue(desk, (struct desk_terms){ .customer = acme, .units = 1 });
    assert_false(desk_account(desk, acme).account_is_new);
    assert_int_equal(desk_account(desk, acme).account.number, 1);
    assert_int_equal(desk_look(desk, nobody).account.number, 0);
    desk_commit(desk);
}

void live_grants_come_in_burn_order(void **state)
{
    struct desk *desk = *state;
    struct view view;
    uint32_t acme;

    desk_begin(desk);
    acme = desk_customer(desk, "acme");
    desk_issue(desk, (struct desk_terms){ .customer = acme, .units = 1, .priority = 2 });
    desk_issue(desk, (struct desk_terms){
                         .customer = acme, .units = 2, .priority = 1, .expires_at = desk_day(9) });
    desk_issue(desk, (struct desk_terms){
                         .customer = acme, .units = 3, .priority = 1, .expires_at = desk_day(5) });
    desk_issue(desk, (struct desk_terms){ .customer = acme,
                                          .units = 4,
                                          .priority = 1,
                                          .effective_at = desk_day(3),
                                          .expires_at = desk_day(5) });
    view = desk_account(desk, acme);
    assert_int_equal(view.grant_count, 4);
    assert_int_equal(view.grants[0]->number, 3);
    assert_int_equal(view.grants[1]->number, 4);
    assert_int_equal(view.grants[2]->number, 2);
    assert_int_equal(view.grants[3]->number, 1);

    desk_deduct(desk, acme, 4); /* all of 3, and 1 of 2: number 4 is not yet effective */
    view = desk_account(desk, acme);
    assert_int_equal(view.grant_count, 3);
    assert_int_equal(view.grants[0]->number, 4);
    assert_int_equal(view.grants[1]->posted.units, 1);
    desk_reverse(desk, 5, 0); /* what was burnt comes back, and to its place */
    view = desk_account(desk, acme);
    assert_int_equal(view.grant_count, 4);
    assert_int_equal(view.grants[0]->number, 3);
    desk_commit(desk);
}

/* Whoever is named, whatever there is of him. */
void telling_of_what_comes_changes_nothing(void **state)
{
    struct desk *desk = *state;
    struct store_soon soon[] = {
        { .environment = ENVIRONMENT_LIVE, .customer = STR("acme") },
        { .environment = ENVIRONMENT_LIVE,
          .customer = STR("cus_00000000000040008000000000000000") },
        { .environment = ENVIRONMENT_LIVE },
        { .environment = ENVIRONMENT_TEST },
    };
    char text[UUID_TEXT_SIZE];
    struct customer_ref ref;
    struct view view;
    uint32_t acme;

    desk_begin(desk);
    store_prefetch(desk->store, soon, array_count(soon)); /* there is nothing yet */
    acme = desk_customer(desk, "acme");
    store_customer_ref(desk->store, acme, &ref);
    uuid_format(ref.id.uuid, text);
    soon[2].customer = soon[3].customer = (struct str){ .data = text, .len = sizeof text };
    store_prefetch(desk->store, soon, array_count(soon)); /* no account */
    for (int64_t units = 1; units <= 2; units++)
        desk_issue(desk, (struct desk_terms){ .customer = acme, .units = units });
    store_prefetch(desk->store, soon, array_count(soon));
    desk_deduct(desk, acme, 3);
    store_prefetch(desk->store, soon, array_count(soon)); /* no live grants */
    view = desk_account(desk, acme);
    assert_int_equal(view.account.posted.units, 0);
    assert_int_equal(view.grant_count, 0);
    assert_int_equal(view.next_sequence, 5);
    desk_commit(desk);
}

void a_grant_is_found_by_id_and_by_number(void **state)
{
    struct desk *desk = *state;
    struct subject subject = { .environment = ENVIRONMENT_LIVE };
    struct grant_id id;
    struct view view;
    uint32_t acme;

    desk_begin(desk);
    acme = desk_customer(desk, "acme");
    id = desk_issue(desk, (struct desk_terms){ .customer = acme, .units = 9, .name = "nine" })
             .entries[0]
             .grant_id;
    for (int committed = 0; committed < 2; committed++) {
        subject = (struct subject){ .grant_id = id };
        view = desk_look(desk, subject);
        assert_non_null(view.grant);
        assert_int_equal(view.grant->number, 1);
        assert_int_equal(view.account.number, 1);
        assert_int_equal(view.account.posted.units, 9);
        assert_non_null(view.grant_facts);
        assert_true(str_equals(view.grant_facts->name, STR("nine")));
        subject = (struct subject){ .grant = 1 };
        assert_ptr_equal(desk_look(desk, subject).grant, view.grant);
        subject = (struct subject){ .grant_id.uuid = desk_id(desk) };
        assert_null(desk_look(desk, subject).grant);
        if (committed == 0)
            desk_commit(desk);
    }
}

void a_hold_is_shown_with_its_grants_until_it_ends(void **state)
{
    struct desk *desk = *state;
    struct subject subject = { .environment = ENVIRONMENT_LIVE };
    struct view view;
    uint64_t hold;
    uint32_t acme;

    desk_begin(desk);
    acme = desk_customer(desk, "acme");
    desk_issue(desk, (struct desk_terms){ .customer = acme, .units = 10, .priority = 1 });
    desk_issue(desk, (struct desk_terms){ .customer = acme, .units = 10, .priority = 2 });
    hold = desk_hold(desk, acme, 15, 1).operation;
    subject.hold = hold;
    desk_commit(desk);
    view = desk_look(desk, subject);
    assert_int_equal(view.hold->status, HOLD_OPEN);
    assert_int_equal(view.hold->amount.units, 15);
    assert_int_equal(view.hold->part_count, 2);
    assert_int_equal(view.hold->parts[1].amount.units, 5);
    assert_int_equal(view.hold_grants[0]->number, 1);
    assert_int_equal(view.hold_grants[1]->number, 2);
    assert_int_equal(view.account.held.units, 15);

    desk_begin(desk);
    desk_capture(desk, hold, 12);
    view = desk_look(desk, subject);
    assert_int_equal(view.hold->status, HOLD_CAPTURED);
    assert_int_equal(view.hold->captured.units, 12);
    assert_int_equal(view.hold->part_count, 0);
    assert_int_equal(view.account.held.units, 0);
    assert_int_equal(view.account.posted.units, 8);
    desk_commit(desk);
    assert_int_equal(desk_look(desk, subject).hold->status, HOLD_CAPTURED);
    assert_int_equal(desk_release(desk, hold).reject, REJECT_HOLD_ENDED);
    subject.hold = hold + 1;
    assert_null(desk_look(desk, subject).hold);
}

void a_deduction_is_shown_with_what_was_given_back(void **state)
{
    struct desk *desk = *state;
    struct subject subject = { .environment = ENVIRONMENT_LIVE };
    struct view view;
    uint64_t deduction;
    uint32_t acme;

    desk_begin(desk);
    acme = desk_customer(desk, "acme");
    desk_issue(desk, (struct desk_terms){ .customer = acme, .units = 10, .priority = 1 });
    desk_issue(desk, (struct desk_terms){ .customer = acme, .units = 10, .priority = 2 });
    deduction = desk_deduct(desk, acme, 15).operation;
    desk_deduct(desk, acme, 1); /* another, next to it */
    desk_reverse(desk, deduction, 7);
    subject.deduction = deduction;
    for (int committed = 0; committed < 2; committed++) {
        view = desk_look(desk, subject);
        assert_int_equal(view.taken_count, 2);
        assert_int_equal(view.taken[0].amount.units, 10);
        assert_int_equal(view.taken[0].reversed.units, 2);
        assert_int_equal(view.taken[1].amount.units, 5);
        assert_int_equal(view.taken[1].reversed.units, 5);
        assert_int_equal(view.taken_grants[0]->number, 1);
        assert_int_equal(view.taken_grants[1]->number, 2);
        assert_int_equal(view.account.number, 1);
        if (committed == 0)
            desk_commit(desk);
    }
    desk_begin(desk);
    assert_int_equal(desk_reverse(desk, deduction, 9).reject, REJECT_REVERSAL_EXCEEDS);
    assert_int_equal(desk_reverse(desk, deduction, 8).reject, REJECT_NONE);
    desk_commit(desk);
    subject.deduction = 1; /* an issue is no deduction */
    assert_null(desk_look(desk, subject).taken);
    subject.deduction = deduction + 1; /* nor is the middle of one */
    assert_null(desk_look(desk, subject).taken);
    subject.deduction = 1000;
    assert_null(desk_look(desk, subject).taken);
}

static uint64_t topped_up(struct desk *desk, uint32_t customer, int64_t units)
{
    struct desk_terms terms = { .customer = customer, .units = units };

    return desk_issue(desk, terms).operation;
}

/* Rule 9: the last first, as many as can be needed, and none that has got all of it back. */
void what_was_lent_names_who_has_repaid_it(void **state)
{
    struct desk *desk = *state;
    struct subject subject = { .environment = ENVIRONMENT_LIVE };
    uint64_t first, second, third, other;
    struct view view;
    uint32_t acme;

    desk_begin(desk);
    acme = desk_customer(desk, "acme");
    desk_credit_limit(desk, acme, 50);
    subject.deduction = desk_deduct(desk, acme, 20).operation;
    other = desk_deduct(desk, acme, 9).operation;
    first = topped_up(desk, acme, 10);
    second = topped_up(desk, acme, 8);
    third = topped_up(desk, acme, 11);
    desk_reverse(desk, other, 9);
    for (int committed = 0; committed < 2; committed++) {
        view = desk_look(desk, subject);
        assert_int_equal(view.taken_count, 1);
        assert_int_equal(view.taken[0].grant, 0);
        assert_int_equal(view.taken[0].amount.units, 20);
        assert_int_equal(view.account.debt.units, 0);
        assert_int_equal(view.repaid_count, 3);
        assert_int_equal(view.repaid_grants[0]->number, third);
        assert_int_equal(view.repaid_grants[0]->repaid.units, 2);
        assert_int_equal(view.repaid_grants[1]->number, second);
        assert_int_equal(view.repaid_grants[2]->number, first);
        if (committed == 0)
            desk_commit(desk);
    }
    desk_begin(desk);
    assert_int_equal(desk_reverse(desk, subject.deduction, 5).entry_count, 2);
    view = desk_look(desk, subject);
    assert_int_equal(view.taken[0].reversed.units, 5);
    assert_int_equal(view.repaid_count, 2); /* the third has all of it back */
    assert_int_equal(view.repaid_grants[0]->number, second);
    assert_int_equal(view.repaid_grants[0]->repaid.units, 5);
    desk_reverse(desk, subject.deduction, 6);
    view = desk_look(desk, subject);
    assert_int_equal(view.repaid_count, 1);
    assert_int_equal(view.repaid_grants[0]->number, first);
    desk_commit(desk);
}

/* Rule 5: beyond what is held, a capture is a deduction, maybe from the same grant. */
void a_capture_can_be_given_back_like_a_deduction(void **state)
{
    struct desk *desk = *state;
    struct subject subject = { .environment = ENVIRONMENT_LIVE };
    struct view view;
    uint64_t hold;
    uint32_t acme;

    desk_begin(desk);
    acme = desk_customer(desk, "acme");
    desk_issue(desk, (struct desk_terms){ .customer = acme, .units = 20 });
    hold = desk_hold(desk, acme, 5, 1).operation;
    subject.deduction = desk_capture(desk, hold, 8).operation;
    desk_reverse(desk, subject.deduction, 4);
    view = desk_look(desk, subject);
    assert_int_equal(view.taken_count, 2);
    assert_int_equal(view.taken[0].amount.units, 5);
    assert_int_equal(view.taken[0].reversed.units, 1);
    assert_int_equal(view.taken[1].amount.units, 3);
    assert_int_equal(view.taken[1].reversed.units, 3);
    desk_commit(desk);
    assert_int_equal(desk_look(desk, subject).taken[0].reversed.units, 1);
    assert_int_equal(desk_account(desk, acme).account.posted.units, 16);
}

static bool key_is_taken(struct desk *desk, const char *key)
{
    return desk_look(desk, (struct subject){ .uniqueness_key = str_from_c(key) })
        .uniqueness_key_taken;
}

void a_uniqueness_key_is_taken_until_it_is_released(void **state)
{
    struct desk *desk = *state;
    struct desk_terms terms = { .units = 1, .uniqueness_key = "invoice 7" };
    struct grant_id first, second;

    desk_begin(desk);
    terms.customer = desk_customer(desk, "acme");
    assert_false(key_is_taken(desk, "invoice 7"));
    first = desk_issue(desk, terms).entries[0].grant_id;
    assert_true(key_is_taken(desk, "invoice 7"));
    assert_int_equal(desk_issue(desk, terms).reject, REJECT_UNIQUENESS_KEY_TAKEN);
    desk_commit(desk);

    desk_begin(desk);
    desk_void(desk, first, true);
    assert_false(key_is_taken(desk, "invoice 7"));
    second = desk_issue(desk, terms).entries[0].grant_id;
    assert_true(key_is_taken(desk, "invoice 7"));
    store_abort(desk->store);
    assert_true(key_is_taken(desk, "invoice 7"));

    desk_begin(desk);
    desk_void(desk, first, true);
    second = desk_issue(desk, terms).entries[0].grant_id;
    desk_void(desk, second, false); /* keeps it */
    desk_commit(desk);
    assert_true(key_is_taken(desk, "invoice 7"));
    assert_false(key_is_taken(desk, "invoice 8"));
}
