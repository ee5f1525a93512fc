/* The write-ahead log on its way into the file, when that fails. */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "suite.h"

#include "outage.h"
#include "scene.h"
#include "store/embedded/inside.h"

/* More than is worth moving. */
static void commit_much(struct desk *desk, unsigned char first)
{
    static char body[8000];
    struct receipt receipt = {
        .at = desk->now,
        .status = 200,
        .content_type = STR("text/plain"),
        .body = { .data = body, .len = sizeof body },
    };
    struct digest key = { .bytes = { first } };

    desk_begin(desk);
    for (int i = 0; i < 600; i++) {
        key.bytes[1] = (uint8_t)(i / 256);
        key.bytes[2] = (uint8_t)i;
        assert_int_equal(store_receipt_append(desk->store, &key, &receipt), OK);
    }
    desk_commit(desk);
}

static void without_a_thread_the_ledger_empties_the_log(void **state)
{
    struct scene scene;
    struct checkpoint *checkpoint;

    (void)state;
    scene_open(&scene, 42);
    checkpoint = &embedded_of(books_of(scene.desk.store))->checkpoint;
    for (unsigned char at = 1; at <= 3; at++) {
        outage_begin(OUTAGE_SYSTEM, at, false); /* a mutex, a condition, the thread */
        commit_much(&scene.desk, at);
        outage_end();
        assert_false(checkpoint->has_thread);
        assert_true(checkpoint->moved > 0);
    }
    commit_much(&scene.desk, 4);
    assert_true(checkpoint->has_thread);
    scene_close(&scene);
}

/* Whether what was moved is there, nobody knows. */
static void after_the_failure_nothing_goes(enum outage_kind kind)
{
    struct scene scene;

    place_make(&scene.place);
    scene.place.sync = true;
    scene_open_at(&scene, 43);
    outage_begin(kind, 1, true);
    commit_much(&scene.desk, 1);
    for (int i = 1; store_begin(scene.desk.store) == OK; i++) { /* until the thread has told */
        struct digest key = digest_sha256(&i, sizeof i);
        struct receipt receipt = { .at = scene.desk.now, .status = 200 };
        enum err e = store_receipt_append(scene.desk.store, &key, &receipt);

        assert_int_equal(e, OK);
        assert_int_equal(store_commit(scene.desk.store, scene.desk.now), OK);
        sched_yield();
    }
    outage_end();
    assert_int_equal(store_begin(scene.desk.store), ERR_IO);
    scene_close(&scene);
}

static void after_a_log_that_cannot_be_emptied_nothing_goes(void **state)
{
    (void)state;
    after_the_failure_nothing_goes(OUTAGE_CHECKPOINT);
}

/* It was moved, and then not synced. */
static void after_pages_that_cannot_be_synced_nothing_goes(void **state)
{
    (void)state;
    after_the_failure_nothing_goes(OUTAGE_SYNC);
}

/* What it does with one that is brought to the disk. */
static void a_log_that_is_synced_is_emptied_too(void **state)
{
    struct scene scene;
    struct place copy;
    char *before, *after;

    (void)state;
    place_make(&scene.place);
    place_make(&copy);
    scene.place.sync = true;
    scene_open_at(&scene, 44);
    for (unsigned char first = 1; first <= 4; first++)
        commit_much(&scene.desk, first);
    assert_true(embedded_of(books_of(scene.desk.store))->checkpoint.has_thread);
    before = dump_store(scene.desk.store);
    place_copy(&scene.place, &copy);
    after = scene_opened_dump(&copy);
    scene_same(before, after);
    free(before);
    free(after);
    place_remove(&copy);
    scene_close(&scene);
}

static bool has_ended(struct checkpoint *checkpoint)
{
    bool ended;

    pthread_mutex_lock(&checkpoint->lock);
    ended = checkpoint->ended;
    pthread_mutex_unlock(&checkpoint->lock);
    return ended;
}

/* Its connection is one of its own, to the file as it is called. */
static void a_thread_without_a_file_leaves_the_log_to_the_ledger(void **state)
{
    struct scene scene;
    struct checkpoint *checkpoint;
    char file[512], away[520];

    (void)state;
    scene_open(&scene, 45);
    checkpoint = &embedded_of(books_of(scene.desk.store))->checkpoint;
    snprintf(file, sizeof file, "%s/" EMBEDDED_FILE, scene.place.directory);
    snprintf(away, sizeof away, "%s.away", file);
    assert_int_equal(rename(file, away), 0);
    assert_int_equal(mkdir(file, 0700), 0);
    commit_much(&scene.desk, 1);
    while (!has_ended(checkpoint))
        sched_yield();
    for (unsigned char first = 2; first <= 20; first++)
        commit_much(&scene.desk, first);
    assert_true(checkpoint->pages < 9000); /* of 12,000: it was begun anew */
    assert_int_equal(rmdir(file), 0);
    assert_int_equal(rename(away, file), 0);
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_thread_the_ledger_empties_the_log),
        cmocka_unit_test(after_a_log_that_cannot_be_emptied_nothing_goes),
        cmocka_unit_test(a_log_that_is_synced_is_emptied_too),
        cmocka_unit_test(a_thread_without_a_file_leaves_the_log_to_the_ledger),
        cmocka_unit_test(after_pages_that_cannot_be_synced_nothing_goes),
    };

    return cmocka_run_group_tests_name("embedded store: checkpoints", tests, NULL, NULL);
}
