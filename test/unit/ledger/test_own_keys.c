/* A customer's own keys, and usage that was not deducted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "desk.h"

static struct digest secret_of(int number)
{
    return (struct digest){ .bytes = { (uint8_t)number } };
}

static struct key key_of(const char *client_id, int secret)
{
    return (struct key){
        .client_id = str_from_c(client_id),
        .environment = ENVIRONMENT_LIVE,
        .scope = KEY_SCOPE_READ,
        .secret_hmac = secret_of(secret),
    };
}

static struct slip *ask_key(struct desk *desk, const char *customer, struct key key)
{
    struct slip *slip = slip_new(desk);

    slip->job.command.kind = COMMAND_KEY_CREATE;
    slip->job.command.key_create.customer = str_from_c(customer);
    slip->job.command.key_create.key = key;
    return slip;
}

static struct slip *ask_revoke(struct desk *desk, const char *customer, int64_t after_us)
{
    struct slip *slip = slip_new(desk);

    slip->job.command.kind = COMMAND_KEY_REVOKE;
    slip->job.command.key_revoke.customer = str_from_c(customer);
    slip->job.command.key_revoke.environment = ENVIRONMENT_LIVE;
    slip->job.command.key_revoke.after.us = after_us;
    return slip;
}

/* When the key with that secret ends, as the threads that authenticate see it; 0: there is none. */
static int64_t end_of(struct desk *desk, int secret)
{
    struct key_snapshot *keys = ledger_keys_acquire(desk->ledger);
    struct digest hmac = secret_of(secret);
    size_t count;
    const struct key **found = key_snapshot_find(keys, &hmac, &count);
    int64_t end = count == 1 ? found[0]->revoked_at.us : 0;

    ledger_keys_release(keys);
    return end;
}

static void a_key_opens_as_soon_as_it_is_told_of(void **state)
{
    struct slip *slip;
    struct desk desk;
    struct key keys[2] = { key_of("kci_1", 1), key_of("kci_2", 2) };

    (void)state;
    desk_open(&desk);
    slip = ask_customer(&desk, "a");
    slip->job.command.customer_create.keys = keys;
    slip->job.command.customer_create.key_count = 2;
    assert_granted(slip_do(slip));
    assert_int_equal(end_of(&desk, 1), INSTANT_NEVER.us);
    assert_int_equal(end_of(&desk, 2), INSTANT_NEVER.us);
    assert_int_equal(end_of(&desk, 3), 0);
    assert_granted(slip_do(ask_key(&desk, "a", key_of("kci_3", 3))));
    assert_int_equal(end_of(&desk, 3), INSTANT_NEVER.us);
    assert_refused(slip_do(ask_key(&desk, "nobody", key_of("kci_4", 4))), REJECT_CUSTOMER_UNKNOWN);
    assert_int_equal(end_of(&desk, 4), 0);
    desk_close(&desk);
}

static void a_refused_customer_has_no_keys(void **state)
{
    struct slip *slip;
    struct desk desk;
    struct key key = key_of("kci_1", 1);

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "a"));
    slip = ask_customer(&desk, "a");
    slip->job.command.customer_create.keys = &key;
    slip->job.command.customer_create.key_count = 1;
    assert_refused(slip_do(slip), REJECT_ALIAS_TAKEN);
    assert_int_equal(end_of(&desk, 1), 0);
    desk_close(&desk);
}

static void keys_may_open_for_a_while_yet(void **state)
{
    struct slip *slip;
    struct desk desk;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "a"));
    slip_do(ask_customer(&desk, "b"));
    slip_do(ask_key(&desk, "a", key_of("kci_1", 1)));
    slip_do(ask_key(&desk, "a", key_of("kci_2", 2)));
    slip_do(ask_key(&desk, "b", key_of("kci_3", 3)));
    slip = ask_revoke(&desk, "a", 0);
    slip->job.command.key_revoke.has_secret = true;
    slip->job.command.key_revoke.secret_hmac = secret_of(3);
    assert_refused(slip_do(slip), REJECT_KEY_UNKNOWN); /* it is another customer's */
    slip = ask_revoke(&desk, "a", 0);
    slip->job.command.key_revoke.has_secret = true;
    slip->job.command.key_revoke.secret_hmac = secret_of(1);
    assert_granted(slip_do(slip));
    assert_int_equal(end_of(&desk, 1), T0);
    assert_granted(slip_do(ask_revoke(&desk, "a", HOUR)));
    assert_int_equal(end_of(&desk, 1), T0);
    assert_int_equal(end_of(&desk, 2), T0 + HOUR);
    assert_int_equal(end_of(&desk, 3), INSTANT_NEVER.us);
    desk_close(&desk);
}

static void a_revocation_that_names_a_key_must_find_it(void **state)
{
    struct slip *slip;
    struct desk desk;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "a"));
    assert_granted(slip_do(ask_revoke(&desk, "a", 0))); /* all of none */
    assert_refused(slip_do(ask_revoke(&desk, "nobody", 0)), REJECT_CUSTOMER_UNKNOWN);
    slip_do(ask_key(&desk, "a", key_of("kci_1", 1)));
    slip = ask_revoke(&desk, "a", 0);
    slip->job.command.key_revoke.client_id = STR("kci_2");
    assert_refused(slip_do(slip), REJECT_KEY_UNKNOWN);
    assert_error(slip_do(ask_revoke(&desk, "a", INT64_MAX)), ERR_RANGE);
    assert_int_equal(end_of(&desk, 1), INSTANT_NEVER.us);
    slip = ask_revoke(&desk, "a", 0);
    slip->job.command.key_revoke.client_id = STR("kci_1");
    assert_granted(slip_do(slip));
    assert_int_equal(end_of(&desk, 1), T0);
    desk_close(&desk);
}

/* Sent behind the key, before there was a reply: it finds the key all the same. */
static void a_revocation_comes_after_the_key(void **state)
{
    (void)state;
    for (int is_named = 0; is_named < 2; is_named++) {
        struct slip *create, *revoke;
        struct desk desk;

        desk_open(&desk);
        slip_do(ask_customer(&desk, "a"));
        create = ask_key(&desk, "a", key_of("kci_1", 1));
        revoke = ask_revoke(&desk, "a", 0);
        if (is_named == 1)
            revoke->job.command.key_revoke.client_id = STR("kci_1");
        slip_submit(create);
        slip_submit(revoke);
        desk_turn(&desk);
        assert_granted(create);
        assert_granted(revoke);
        assert_int_equal(end_of(&desk, 1), T0);
        desk_close(&desk);
    }
}

static void an_erased_customer_is_locked_out(void **state)
{
    struct slip *slip = NULL;
    struct desk desk;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "a"));
    slip_do(ask_key(&desk, "a", key_of("kci_1", 1)));
    for (int erase = 0; erase < 2; erase++) {
        slip = slip_new(&desk);
        slip->job.command.kind = COMMAND_CUSTOMER_ARCHIVE;
        slip->job.command.customer_archive.customer = STR("a");
        slip->job.command.customer_archive.erase = erase == 1;
        assert_granted(slip_do(slip));
        assert_int_equal(end_of(&desk, 1), erase == 1 ? T0 : INSTANT_NEVER.us);
    }
    desk_close(&desk);
}

/* --- usage --- */

static struct slip *ask_record(struct desk *desk, const char *customer)
{
    struct slip *slip = slip_new(desk);

    slip->job.command.kind = COMMAND_USAGE_RECORD;
    slip->job.command.usage_record.customer = str_from_c(customer);
    slip->job.command.usage_record.at.us = T0 - DAY;
    slip->job.command.usage_record.because = STR("no amount");
    return slip;
}

static const struct answer *list_usage(struct desk *desk, const char *customer, uint64_t after,
                                       size_t limit)
{
    struct slip *slip = ask_query(desk, QUERY_USAGE_EVENTS);

    slip->job.query.customer = str_from_c(customer);
    slip->job.query.after = after;
    slip->job.query.limit = limit;
    assert_granted(slip_do(slip));
    return &slip->job.answer;
}

static void usage_is_kept_also_of_whom_nobody_knows(void **state)
{
    const struct answer *answer;
    struct desk desk;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "a"));
    assert_granted(slip_do(ask_record(&desk, "a")));
    assert_granted(slip_do(ask_record(&desk, "nobody")));
    assert_granted(slip_do(ask_record(&desk, "a")));
    answer = list_usage(&desk, "", 0, 2);
    assert_int_equal(answer->usage_event_count, 2);
    assert_int_equal(answer->usage_events[0].customer, 1);
    assert_int_equal(answer->usage_events[0].at.us, T0 - DAY);
    assert_int_equal(answer->usage_events[0].recorded_at.us, T0);
    assert_int_equal(answer->usage_events[1].customer, 0);
    assert_true(str_equals(answer->usage_events[1].client_id, STR("nobody")));
    assert_int_equal(answer->next, 2);
    answer = list_usage(&desk, "", 2, 2);
    assert_int_equal(answer->usage_event_count, 1);
    assert_int_equal(answer->next, 0);
    assert_int_equal(list_usage(&desk, "a", 0, 10)->usage_event_count, 2);
    assert_int_equal(list_usage(&desk, "", 3, 10)->usage_event_count, 0);
    desk_close(&desk);
}

/* Rule 10, for those whose clock is ahead of ours. */
static void what_lies_ahead_may_count_as_now(void **state)
{
    struct slip *slip;
    struct desk desk;

    (void)state;
    desk_open(&desk);
    slip_do(ask_customer(&desk, "a"));
    slip_do(ask_grant(&desk, "a", "5"));
    slip = ask_deduct(&desk, "a", "1");
    slip->job.command.deduct.at.us = T0 + HOUR;
    assert_refused(slip_do(slip), REJECT_AT_IN_FUTURE);
    slip = ask_deduct(&desk, "a", "1");
    slip->job.command.deduct.at.us = T0 + HOUR;
    slip->job.command.deduct.at_or_now = true;
    assert_granted(slip_do(slip));
    assert_int_equal(slip->job.decision.at.us, T0);
    desk_verify(&desk);
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_opens_as_soon_as_it_is_told_of),
        cmocka_unit_test(a_refused_customer_has_no_keys),
        cmocka_unit_test(keys_may_open_for_a_while_yet),
        cmocka_unit_test(a_revocation_that_names_a_key_must_find_it),
        cmocka_unit_test(a_revocation_comes_after_the_key),
        cmocka_unit_test(an_erased_customer_is_locked_out),
        cmocka_unit_test(usage_is_kept_also_of_whom_nobody_knows),
        cmocka_unit_test(what_lies_ahead_may_count_as_now),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
