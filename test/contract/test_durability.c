/* The embedded store's own: opening again, and other processes beside it. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "suite.h"

#include "scene.h"
#include "store/embedded/inside.h"

static void a_clean_close_keeps_all(void **state)
{
    struct scene scene;

    scene_open(&scene, 1);
    for (int round = 0; round < 12; round++) {
        char *before, *after;

        for (int i = 0; i < 5; i++)
            scene_batch(&scene, 20);
        before = dump_store(scene.desk.store);
        store_close(scene.desk.store);
        assert_int_equal(place_number(&scene.place, "SELECT value - (SELECT max(sequence) "
                                                    "FROM live_entries) FROM meta "
                                                    "WHERE name = 'live_replay_from'"),
                         1); /* nothing is left to replay */
        scene.desk.store = place_open(&scene.place);
        after = dump_store(scene.desk.store);
        scene_same(before, after);
        free(before);
        free(after);
    }
    scene_close(&scene);
}

/* However far the sweep has come, rows and replay together are the whole. */
static void a_crash_loses_nothing_wherever_the_sweep_is(void **state)
{
    static const size_t lazy_rows[] = { 0, 1, 3, 20, 10000 };

    for (size_t i = 0; i < array_count(lazy_rows); i++) {
        struct scene scene;
        struct place copy;

        print_message("# %zu rows a commit\n", lazy_rows[i]);
        place_make(&copy);
        scene_open(&scene, 2 + i);
        store_close(scene.desk.store);
        scene.place.lazy_rows = lazy_rows[i];
        scene.desk.store = place_open(&scene.place);
        for (int batch = 0; batch < 60; batch++) {
            char *before, *after;

            scene_batch(&scene, 12);
            if (batch % 3 != 0)
                continue;
            before = dump_store(scene.desk.store);
            place_copy(&scene.place, &copy);
            after = scene_opened_dump(&copy);
            scene_same(before, after);
            free(after);
            after = scene_opened_dump(&copy); /* and once more, after the clean close */
            scene_same(before, after);
            free(before);
            free(after);
        }
        if (lazy_rows[i] > 0)
            assert_true(place_number(&scene.place, "SELECT value FROM meta "
                                                   "WHERE name = 'live_replay_from'") > 1);
        scene_close(&scene);
        place_remove(&copy);
    }
}

static void entries_alone_give_the_same_state(void **state)
{
    struct scene scene;
    char *before, *after;

    scene_open(&scene, 3);
    for (int i = 0; i < 60; i++)
        scene_batch(&scene, 20);
    before = dump_store(scene.desk.store);
    store_close(scene.desk.store);
    place_run(&scene.place, "DELETE FROM live_accounts; DELETE FROM live_grants;"
                            "DELETE FROM live_holds; DELETE FROM live_reversals;"
                            "DELETE FROM test_accounts; DELETE FROM test_grants;"
                            "DELETE FROM test_holds; DELETE FROM test_reversals;"
                            "DELETE FROM meta WHERE name LIKE '%replay_from'");
    scene.desk.store = place_open(&scene.place);
    after = dump_store(scene.desk.store);
    scene_same(before, after);
    free(before);
    free(after);
    scene_close(&scene);
}

/* A child that ends without a word: its lock is gone, what it committed is there. */
static void a_killed_process_leaves_what_it_committed(void **state)
{
    struct scene scene;
    struct place told;
    char path[512];
    char *after, *before = NULL;
    size_t size = 0;
    FILE *in;
    pid_t child;
    int status;

    scene_open(&scene, 4);
    store_close(scene.desk.store);
    place_make(&told);
    snprintf(path, sizeof path, "%s/dump", told.directory);
    fflush(NULL);
    child = fork();
    if (child == 0) {
        FILE *out = fopen(path, "w");

        scene.desk.store = place_open(&scene.place);
        for (int i = 0; i < 20; i++)
            scene_batch(&scene, 20);
        fputs(dump_store(scene.desk.store), out);
        fclose(out);
        desk_begin(&scene.desk);
        chance_step(&scene.chance);
        _exit(7);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), 7);
    in = fopen(path, "r");
    assert_true(getdelim(&before, &size, '\0', in) > 0);
    fclose(in);
    scene.desk.store = place_open(&scene.place);
    after = dump_store(scene.desk.store);
    scene_same(before, after);
    free(before);
    free(after);
    scene_close(&scene);
    place_remove(&told);
}

static void a_directory_has_one_owner(void **state)
{
    struct scene scene;
    struct embedded_options options = { .directory = scene.place.directory };
    char message[EMBEDDED_MESSAGE_BYTES], pid[32];
    struct store *second;

    scene_open(&scene, 5);
    assert_int_equal(embedded_store_open(&options, &second, message), ERR_BUSY);
    snprintf(pid, sizeof pid, "process %d", (int)getpid());
    assert_non_null(strstr(message, pid));
    assert_non_null(strstr(message, scene.place.directory));
    scene_close(&scene);
}

/* Opens, which must fail so and say so. */
static void refused(const struct place *place, bool read_only, enum err expected, const char *says)
{
    struct embedded_options options = { .directory = place->directory, .read_only = read_only };
    char message[EMBEDDED_MESSAGE_BYTES];
    struct store *store;

    assert_int_equal(embedded_store_open(&options, &store, message), expected);
    if (strstr(message, says) == NULL)
        fprintf(stderr, "the message is: %s\n", message);
    assert_non_null(strstr(message, says));
}

static void a_file_that_is_not_ours_is_left_alone(void **state)
{
    struct place place;

    place_make(&place);
    refused(&place, true, ERR_IO, "No such file");
    place_run(&place, "CREATE TABLE recipes (name TEXT)");
    refused(&place, false, ERR_CORRUPT, "not scrip's");
    place_run(&place, "DROP TABLE recipes");
    store_close(place_open(&place));
    place_run(&place, "PRAGMA user_version=99");
    refused(&place, false, ERR_CORRUPT, "a newer scrip wrote it");
    refused(&place, true, ERR_CORRUPT, "a newer scrip wrote it");
    place_run(&place, "PRAGMA user_version=0");
    refused(&place, true, ERR_CORRUPT, "not scrip's");
    place_remove(&place);
}

static void what_does_not_add_up_is_not_opened(void **state)
{
    static const char *const damages[] = {
        "DELETE FROM live_entries WHERE sequence = (SELECT max(sequence) FROM live_entries)",
        "DELETE FROM live_seals",
        "DELETE FROM live_entries WHERE sequence = 5",
        "UPDATE live_entries SET account_posted = account_posted + 1 WHERE sequence = 9",
        "UPDATE live_entries SET kind = 31 WHERE sequence = 2",
        "DELETE FROM live_facts WHERE sequence = 1",
        "UPDATE live_grants SET account = 1000 WHERE number = 1",
        "UPDATE live_grants SET status = 9 WHERE number = 1",
        "UPDATE live_holds SET parts = '[[1,' WHERE status = 1",
        "DELETE FROM customers WHERE number = 1",
    };

    for (size_t i = 0; i < array_count(damages); i++) {
        struct scene scene;

        scene_open(&scene, 6);
        for (int batch = 0; batch < 5; batch++)
            scene_batch(&scene, 30);
        desk_begin(&scene.desk);
        scene.desk.environment = ENVIRONMENT_LIVE;
        desk_issue(&scene.desk, (struct desk_terms){ .customer = 1, .units = 1000000 });
        assert_int_equal(desk_hold(&scene.desk, 1, 5, 5).reject, REJECT_NONE);
        desk_commit(&scene.desk);
        store_close(scene.desk.store);
        if (strstr(damages[i], "_entries") != NULL || strstr(damages[i], "_facts") != NULL)
            place_run(&scene.place, "DELETE FROM live_accounts; DELETE FROM live_grants;"
                                    "DELETE FROM live_holds; DELETE FROM live_reversals;"
                                    "DELETE FROM meta WHERE name LIKE '%replay_from'");
        place_run(&scene.place, damages[i]);
        refused(&scene.place, false, ERR_CORRUPT, "the book does not add up");
        desk_finish(&scene.desk);
        place_remove(&scene.place);
    }
}

/* --- beside other processes --- */

static void another_writer_is_waited_for_and_then_given_up(void **state)
{
    struct scene scene;
    struct database other;
    char *before, *after;

    scene_open(&scene, 9);
    scene_batch(&scene, 20);
    before = dump_store(scene.desk.store);
    sqlite3_busy_timeout(embedded_of(books_of(scene.desk.store))->database.handle, 20);
    assert_int_equal(
        database_open(&other, embedded_of(books_of(scene.desk.store))->path, DATABASE_WRITE, 0),
        OK);
    assert_int_equal(database_run(&other, "BEGIN IMMEDIATE"), OK);
    desk_begin(&scene.desk);
    for (int i = 0; i < 10; i++)
        chance_step(&scene.chance);
    assert_int_equal(store_commit(scene.desk.store, scene.desk.now), ERR_FULL);
    after = dump_store(scene.desk.store);
    scene_same(before, after);
    assert_int_equal(database_run(&other, "ROLLBACK"), OK);
    database_close(&other);
    desk_begin(&scene.desk);
    desk_customer(&scene.desk, "late");
    desk_commit(&scene.desk);
    free(before);
    free(after);
    scene_close(&scene);
}

static void keys_come_and_go_while_the_store_is_open(void **state)
{
    struct scene scene;
    char message[EMBEDDED_MESSAGE_BYTES];
    struct key key = {
        .client_id = STR("kci_1"),
        .environment = ENVIRONMENT_LIVE,
        .scope = KEY_SCOPE_WRITE,
        .revoked_at = INSTANT_NEVER,
    };
    struct key *keys;
    uint8_t before[32], pepper[32];
    size_t count;

    place_make(&scene.place); /* a key may come before the first start */
    assert_int_equal(embedded_key_revoke(scene.place.directory, STR("kci_1"), desk_day(1), message),
                     ERR_IO);
    assert_non_null(strstr(message, "scrip.db: No such file"));
    assert_int_equal(embedded_key_add(scene.place.directory, &key, message), OK);
    assert_int_equal(embedded_pepper(scene.place.directory, before, message), OK);
    desk_init(&scene.desk, place_open(&scene.place));
    store_pepper(scene.desk.store, pepper);
    assert_memory_equal(before, pepper, 32);
    store_keys_changed(scene.desk.store);
    key.client_id = STR("kci_2");
    assert_int_equal(embedded_key_add(scene.place.directory, &key, message), ERR_BUSY);
    assert_non_null(strstr(message, "another key has this secret"));
    assert_false(store_keys_changed(scene.desk.store));
    key.secret_hmac.bytes[0] = 2;
    assert_int_equal(embedded_key_add(scene.place.directory, &key, message), OK);
    assert_int_equal(key.number, 2);
    assert_true(store_keys_changed(scene.desk.store));
    assert_int_equal(embedded_key_revoke(scene.place.directory, STR("kci_1"), desk_day(1), message),
                     OK);
    assert_int_equal(embedded_key_revoke(scene.place.directory, STR("kci_1"), desk_day(2), message),
                     OK);
    assert_int_equal(embedded_key_revoke(scene.place.directory, STR("kci_9"), desk_day(2), message),
                     ERR_NOT_FOUND);
    assert_non_null(strstr(message, "kci_9"));
    assert_true(store_keys_changed(scene.desk.store));
    assert_int_equal(store_keys(scene.desk.store, &scene.desk.arena, &keys, &count), OK);
    assert_int_equal(count, 2);
    assert_true(instant_equals(keys[0].revoked_at, desk_day(1)));
    assert_true(instant_is_never(keys[1].revoked_at));
    assert_int_equal(
        embedded_keys(scene.place.directory, &scene.desk.arena, &keys, &count, message), OK);
    assert_int_equal(count, 2);
    scene_close(&scene);
}

static void a_look_beside_the_owner_changes_nothing(void **state)
{
    struct scene scene;
    struct store *look;
    char *before, *seen, *later;

    scene_open(&scene, 10);
    for (int i = 0; i < 10; i++)
        scene_batch(&scene, 20);
    before = dump_store(scene.desk.store);
    look = place_open_read_only(&scene.place);
    seen = dump_store(look);
    scene_same(before, seen);
    scene_batch(&scene, 20); /* the owner goes on */
    later = dump_store(look);
    scene_same(seen, later);
    assert_int_equal(store_begin(look), OK);
    free(later);
    store_abort(look);
    store_close(look);
    scene_close(&scene);
    free(before);
    free(seen);
}

static void the_shell_can_read_the_book(void **state)
{
    struct scene scene;

    scene_open(&scene, 12);
    for (int i = 0; i < 10; i++)
        scene_batch(&scene, 20);
    store_close(scene.desk.store);
    assert_true(place_number(&scene.place, "SELECT count(*) FROM live_book WHERE kind = 'draw' AND "
                                           "length(grant_id) = 36 AND amount < 0") > 10);
    assert_int_equal(place_number(&scene.place, "SELECT count(*) FROM live_book "
                                                "WHERE kind IS NULL OR at NOT LIKE "
                                                "'202_-__-__T__:__:__.______Z'"),
                     0);
    /* Every part of an open hold is held by its grant. */
    assert_true(place_number(&scene.place, "SELECT count(*) FROM live_holds WHERE status = 1") > 0);
    assert_int_equal(place_number(&scene.place,
                                  "SELECT sum(value ->> 1) - (SELECT sum(held) FROM live_grants) "
                                  "FROM live_holds, json_each(parts) WHERE status = 1"),
                     0);
    scene.desk.store = place_open(&scene.place);
    scene_close(&scene);
}

/* An ended hold leaves the memory when its row is written, and is known all the same. */
static void an_ended_hold_is_found_where_it_was_written(void **state)
{
    struct scene scene;
    struct subject subject = { .environment = ENVIRONMENT_LIVE };
    const struct book *book;
    const struct hold *hold;

    scene_open(&scene, 12);
    store_close(scene.desk.store);
    scene.place.lazy_rows = 1000;
    scene.desk.store = place_open(&scene.place);
    desk_begin(&scene.desk);
    desk_customer(&scene.desk, "acme");
    desk_issue(&scene.desk, (struct desk_terms){ .customer = 1, .units = 100 });
    subject.hold = desk_hold(&scene.desk, 1, 10, 1).operation;
    desk_commit(&scene.desk);
    desk_begin(&scene.desk);
    desk_capture(&scene.desk, subject.hold, 4);
    desk_commit(&scene.desk);
    for (int i = 0; i < 4; i++) {
        desk_begin(&scene.desk);
        desk_deduct(&scene.desk, 1, 1);
        desk_commit(&scene.desk);
    }
    book = books_book(books_of(scene.desk.store), ENVIRONMENT_LIVE);
    assert_int_equal(book->hold_count, 0);
    hold = desk_look(&scene.desk, subject).hold;
    assert_int_equal(hold->status, HOLD_CAPTURED);
    assert_int_equal(hold->captured.units, 4);
    assert_int_equal(hold->amount.units, 10);
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ended_hold_is_found_where_it_was_written),
        cmocka_unit_test(a_clean_close_keeps_all),
        cmocka_unit_test(a_crash_loses_nothing_wherever_the_sweep_is),
        cmocka_unit_test(entries_alone_give_the_same_state),
        cmocka_unit_test(a_killed_process_leaves_what_it_committed),
        cmocka_unit_test(a_directory_has_one_owner),
        cmocka_unit_test(a_file_that_is_not_ours_is_left_alone),
        cmocka_unit_test(what_does_not_add_up_is_not_opened),
        cmocka_unit_test(another_writer_is_waited_for_and_then_given_up),
        cmocka_unit_test(keys_come_and_go_while_the_store_is_open),
        cmocka_unit_test(a_look_beside_the_owner_changes_nothing),
        cmocka_unit_test(the_shell_can_read_the_book),
    };

    return cmocka_run_group_tests_name("embedded store: durability", tests, NULL, NULL);
}
