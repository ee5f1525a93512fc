/* Rows that no store writes, met while a book is open, or as its entries are replayed: whoever
 * asked is told, and nothing else is made of them. */
#include <stdlib.h>
#include <string.h>
#include "suite.h"

#include "base/limits.h"
#include "changes.h"
#include "scene.h"

static const struct digest receipt_key = { .bytes = { 1, 2, 3 } };

/* A book that was closed, with something in every table. */
static void write_book(struct place *place)
{
    struct receipt receipt = { .at = desk_day(0), .status = 200, .content_type = STR("a") };
    struct desk desk;

    place_make(place);
    desk_init(&desk, place_open(place));
    desk_begin(&desk);
    desk_customer(&desk, "acme");
    changes_of_directory(&desk, "first");
    changes_of_book(&desk);
    assert_int_equal(store_receipt_append(desk.store, &receipt_key, &receipt), OK);
    desk_commit(&desk);
    store_close(desk.store);
    desk_finish(&desk);
}

/* --- met in an open book --- */

static enum err look_at_keys(struct desk *desk)
{
    struct key *keys;
    size_t count;

    return store_keys(desk->store, &desk->arena, &keys, &count);
}

static enum err look_at_receipt(struct desk *desk)
{
    struct receipt receipt;

    return store_receipt_find(desk->store, &receipt_key, &desk->arena, &receipt);
}

static enum err look_at_old_receipts(struct desk *desk)
{
    enum err e;

    desk_begin(desk);
    e = store_receipts_forget(desk->store, desk_day(9));
    store_abort(desk->store);
    return e;
}

static enum err look_at_customer(struct desk *desk)
{
    struct customer customer;

    return store_customer_load(desk->store, 1, &desk->arena, &customer);
}

/* The one that ended: it is read from its row. */
static enum err look_at_hold(struct desk *desk)
{
    struct subject subject = { .environment = desk->environment };
    struct view view;

    for (subject.hold = 1; subject.hold < 20; subject.hold++) {
        enum err e = store_load_view(desk->store, &subject, &desk->arena, &view);

        if (e != OK)
            return e;
    }
    return OK;
}

static enum err read_from(struct desk *desk,
                          enum err (*read)(struct store_reader *reader, struct arena *arena))
{
    struct store_reader *reader;
    enum err e;

    assert_int_equal(store_reader_open(desk->store, &reader), OK);
    e = read(reader, &desk->arena);
    store_reader_close(reader);
    return e;
}

static enum err read_entry(struct store_reader *reader, struct arena *arena)
{
    struct entry entry;

    return store_read_entry(reader, ENVIRONMENT_LIVE, 1, true, arena, &entry);
}

static enum err look_at_entry(struct desk *desk)
{
    return read_from(desk, read_entry);
}

static enum err read_seal(struct store_reader *reader, struct arena *arena)
{
    struct seal seal;

    (void)arena;
    return store_read_seal(reader, ENVIRONMENT_LIVE, 0, &seal);
}

static enum err look_at_seal(struct desk *desk)
{
    return read_from(desk, read_seal);
}

static enum err read_customers(struct store_reader *reader, struct arena *arena)
{
    struct customer *customers;
    size_t count;

    return store_read_customers(reader, 0, 9, arena, &customers, &count);
}

static enum err look_at_customers(struct desk *desk)
{
    return read_from(desk, read_customers);
}

static enum err read_products(struct store_reader *reader, struct arena *arena)
{
    struct product *products;
    size_t count;

    return store_read_products(reader, 0, 9, arena, &products, &count);
}

static enum err look_at_products(struct desk *desk)
{
    return read_from(desk, read_products);
}

static enum err read_events(struct store_reader *reader, struct arena *arena)
{
    struct usage_event_page page = { .environment = ENVIRONMENT_LIVE, .until = 9, .limit = 9 };
    struct usage_event *events;
    size_t count;

    return store_read_usage_events(reader, &page, arena, &events, &count);
}

static enum err look_at_events(struct desk *desk)
{
    return read_from(desk, read_events);
}

static const struct {
    enum err (*look)(struct desk *desk);
    const char *sql;
} damages[] = {
    { look_at_keys, "UPDATE keys SET environment = 3" },
    { look_at_keys, "UPDATE keys SET environment = 0" },
    { look_at_keys, "UPDATE keys SET secret_hmac = x''" },
    { look_at_keys, "UPDATE keys SET secret_hmac = x'00'" },
    { look_at_keys, "UPDATE customers SET id = x'00'" },
    { look_at_receipt, "UPDATE receipts SET request = x''" },
    { look_at_receipt, "UPDATE receipts SET key = x'00'" },
    { look_at_receipt, "DELETE FROM receipts" },
    { look_at_old_receipts, "UPDATE receipts SET key = x'00'" },
    { look_at_customer, "UPDATE customers SET id = x'00'" },
    { look_at_customer, "DELETE FROM customers" },
    { look_at_customer, "DELETE FROM customers WHERE number = 1" },
    { look_at_customers, "UPDATE customers SET id = x'00'" },
    { look_at_products, "UPDATE products SET id = x'00'" },
    { look_at_events, "UPDATE customers SET id = x'00'" },
    { look_at_hold, "UPDATE live_holds SET status = 99" },
    { look_at_hold, "UPDATE live_holds SET status = 0" },
    { look_at_hold, "UPDATE live_holds SET product = x'00'" },
    { look_at_hold, "UPDATE live_holds SET last_entry = -1" },
    { look_at_hold, "UPDATE live_holds SET amount = -9223372036854775807 - 1" },
    { look_at_entry, "UPDATE live_entries SET kind = 99" },
    { look_at_entry, "UPDATE live_entries SET amount = -9223372036854775807 - 1" },
    { look_at_entry, "UPDATE live_entries SET account_debt = -9223372036854775807 - 1" },
    { look_at_entry, "UPDATE live_entries SET account_jump = -1" },
    { look_at_entry, "UPDATE live_entries SET of_operation = -1" },
    { look_at_entry, "UPDATE live_facts SET customer = x'00'" },
    { look_at_entry, "UPDATE live_facts SET products = x'00'" },
    { look_at_entry, "UPDATE live_facts SET amount = -9223372036854775807 - 1" },
    { look_at_entry, "UPDATE live_facts SET rollover_amount_max = -9223372036854775807 - 1" },
    { look_at_entry, "UPDATE live_facts SET paid_amount = -9223372036854775807 - 1" },
    { look_at_seal, "UPDATE live_seals SET hash = x'00'" },
    { look_at_seal, "UPDATE live_seals SET hash = x''" },
};

static void what_is_damaged_meanwhile_is_told(void **state)
{
    struct place book, place;
    int missed = 0;

    (void)state;
    write_book(&book);
    place_make(&place);
    for (size_t i = 0; i < array_count(damages); i++) {
        struct desk desk;

        place_empty(&place);
        place_copy(&book, &place);
        desk_init(&desk, place_open(&place));
        assert_int_equal(damages[i].look(&desk), OK);
        place_run(&place, damages[i].sql);
        if (damages[i].look(&desk) != ERR_CORRUPT) {
            print_message("# %s: nothing was told\n", damages[i].sql);
            missed++;
        }
        store_close(desk.store);
        desk_finish(&desk);
    }
    assert_int_equal(missed, 0);
    place_remove(&place);
    place_remove(&book);
}

/* --- met by a replay --- */

#define SECOND_ISSUE "(SELECT max(sequence) FROM live_entries WHERE kind = 1 AND account = 1)"

/* Entries that do not follow from those before them. */
static const char *const entries[] = {
    "UPDATE live_entries SET account = 0 WHERE sequence = 1",
    "UPDATE live_entries SET account = 9 WHERE sequence = 1",
    "UPDATE live_entries SET account = 3 WHERE kind = 4",
    "UPDATE live_entries SET account = 2 WHERE kind = 4",
    "UPDATE live_entries SET account = 3 WHERE sequence = " SECOND_ISSUE,
    "DELETE FROM live_facts WHERE sequence = 1",
    "DELETE FROM live_facts WHERE sequence = " SECOND_ISSUE,
    "UPDATE live_facts SET customer = zeroblob(16) WHERE sequence = 1",
    "UPDATE live_facts SET customer = x'000102030405060708090A0B0C0D0E0F' WHERE sequence = 1",
    "UPDATE live_facts SET credit_type = x'000102030405060708090A0B0C0D0E0F' WHERE sequence = 1",
    ("UPDATE live_facts SET grant_id = (SELECT grant_id FROM live_facts WHERE sequence = 1)"
     " WHERE sequence = " SECOND_ISSUE),
    "UPDATE live_entries SET grant_number = 1 WHERE sequence = " SECOND_ISSUE,
    "UPDATE live_entries SET grant_number = 0 WHERE kind = 4",
    "UPDATE live_entries SET grant_number = 99 WHERE kind = 4",
    "UPDATE live_entries SET kind = 1 WHERE kind = 4",
    "DELETE FROM live_facts WHERE sequence IN (SELECT sequence FROM live_entries WHERE kind = 3)",
    "DELETE FROM live_facts WHERE sequence IN (SELECT sequence FROM live_entries WHERE kind = 10)",
    "DELETE FROM live_facts WHERE sequence IN (SELECT sequence FROM live_entries WHERE kind = 14)",
    "UPDATE live_entries SET grant_number = 0 WHERE kind = 10",
    "UPDATE live_entries SET held = 0 WHERE kind = 10",
    "UPDATE live_entries SET held = -held WHERE kind = 10",
    "UPDATE live_entries SET operation = 1 WHERE kind = 10",
    "UPDATE live_entries SET of_operation = 1 WHERE kind = 11",
    "UPDATE live_entries SET of_operation = 0 WHERE kind = 11",
    "UPDATE live_entries SET of_operation = 1 WHERE kind = 14",
    "UPDATE live_entries SET amount = -amount WHERE kind = 9",
    "UPDATE live_entries SET amount = 0 WHERE kind = 9",
    "UPDATE live_entries SET sequence = 99 WHERE sequence = 2",
    "UPDATE live_entries SET sequence = 99 WHERE sequence = 1",
};

static void edit(struct desk *desk, struct grant_id grant, const char *fields)
{
    struct command command = { .kind = COMMAND_GRANT_EDIT, .subject.grant_id = grant };

    command.edit.has_custom_fields = true;
    command.edit.custom_fields = str_from_c(fields);
    assert_int_equal(desk_execute(desk, &command).reject, REJECT_NONE);
}

static void extend(struct desk *desk, uint64_t hold)
{
    struct command command = { .kind = COMMAND_HOLD_EXTEND, .subject.hold = hold };

    command.extend.expires_at = desk_day(99);
    assert_int_equal(desk_execute(desk, &command).reject, REJECT_NONE);
}

/* Two accounts, and entries of nearly every kind; but of the state there is nothing. */
static void write_log(struct place *place)
{
    struct desk desk;
    struct grant_id grant;
    uint64_t hold;

    place_make(place);
    desk_init(&desk, place_open(place));
    desk_begin(&desk);
    desk_customer(&desk, "acme");
    desk_customer(&desk, "another");
    grant =
        desk_issue(&desk, (struct desk_terms){ .customer = 1, .units = 1000 }).entries[0].grant_id;
    desk_issue(&desk, (struct desk_terms){ .customer = 2, .units = 1000 });
    desk_issue(&desk, (struct desk_terms){ .customer = 1, .units = 1000 });
    edit(&desk, grant, "{\"a\":\"b\"}");
    edit(&desk, grant, "{\"a\":\"c\"}");
    assert_int_equal(desk_reverse(&desk, desk_deduct(&desk, 1, 20).operation, 5).reject,
                     REJECT_NONE);
    hold = desk_hold(&desk, 1, 30, 5).operation;
    extend(&desk, hold);
    assert_int_equal(desk_capture(&desk, hold, 10).reject, REJECT_NONE);
    assert_int_equal(desk_hold(&desk, 2, 7, 5).reject, REJECT_NONE);
    desk_commit(&desk);
    store_close(desk.store);
    desk_finish(&desk);
}

static const char no_state[] =
    "DELETE FROM live_accounts; DELETE FROM live_grants; DELETE FROM live_holds;"
    "DELETE FROM live_reversals; DELETE FROM meta WHERE name = 'live_replay_from'";

static enum err opens(const struct place *place)
{
    struct embedded_options options = { .directory = place->directory, .sync_off = true };
    char message[EMBEDDED_MESSAGE_BYTES];
    struct store *store;
    enum err e = embedded_store_open(&options, &store, message);

    if (e == OK)
        store_close(store);
    else
        assert_non_null(strstr(message, "the book does not add up"));
    return e;
}

static void a_book_is_made_of_its_entries_alone(void **state)
{
    struct place place;
    char *before, *after;

    (void)state;
    write_log(&place);
    before = scene_opened_dump(&place);
    place_run(&place, no_state);
    after = scene_opened_dump(&place);
    scene_same(before, after);
    free(before);
    free(after);
    place_remove(&place);
}

static void an_entry_that_does_not_follow_is_not_served(void **state)
{
    struct place log, place;
    int served = 0;

    (void)state;
    write_log(&log);
    place_run(&log, no_state);
    place_make(&place);
    for (size_t i = 0; i < array_count(entries); i++) {
        place_empty(&place);
        place_copy(&log, &place);
        place_run(&place, entries[i]);
        if (opens(&place) != ERR_CORRUPT) {
            print_message("# served: %s\n", entries[i]);
            served++;
        }
    }
    assert_int_equal(served, 0);
    place_remove(&place);
    place_remove(&log);
}

/* --- a book that is only looked at --- */

static void what_is_only_looked_at_is_not_written(void **state)
{
    struct place place;
    struct desk desk;
    char *before, *after;

    (void)state;
    write_book(&place);
    before = scene_opened_dump(&place);
    desk_init(&desk, place_open_read_only(&place));
    desk_begin(&desk);
    desk_issue(&desk, (struct desk_terms){ .customer = 1, .units = 9 });
    assert_int_equal(store_commit(desk.store, desk.now), ERR_IO);
    after = dump_store(desk.store);
    scene_same(before, after);
    free(after);
    store_close(desk.store);
    desk_finish(&desk);
    after = scene_opened_dump(&place);
    scene_same(before, after);
    free(before);
    free(after);
    place_remove(&place);
}

static void keys_of_any_number_are_listed_in_order(void **state)
{
    struct place place;
    struct arena arena;
    struct key *keys;
    char message[EMBEDDED_MESSAGE_BYTES];
    size_t count;

    (void)state;
    place_make(&place);
    for (uint8_t i = 1; i <= 40; i++) {
        struct key key = { .client_id = { .data = (const char *)&i, .len = 1 },
                           .environment = ENVIRONMENT_LIVE,
                           .scope = KEY_SCOPE_READ,
                           .secret_hmac = { .bytes = { i } },
                           .revoked_at = INSTANT_NEVER };

        assert_int_equal(embedded_key_add(place.directory, &key, message), OK);
        assert_int_equal(key.number, i);
    }
    arena_init(&arena, REQUEST_ARENA_BYTES_MAX);
    assert_int_equal(embedded_keys(place.directory, &arena, &keys, &count, message), OK);
    assert_int_equal(count, 40);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(keys[i].number, i + 1);
        assert_int_equal(keys[i].secret_hmac.bytes[0], i + 1);
    }
    arena_finish(&arena);
    place_remove(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_damaged_meanwhile_is_told),
        cmocka_unit_test(a_book_is_made_of_its_entries_alone),
        cmocka_unit_test(an_entry_that_does_not_follow_is_not_served),
        cmocka_unit_test(what_is_only_looked_at_is_not_written),
        cmocka_unit_test(keys_of_any_number_are_listed_in_order),
    };

    return cmocka_run_group_tests_name("embedded store: damage", tests, NULL, NULL);
}
