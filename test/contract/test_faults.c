/* The embedded store on a disk that fills up, fails to sync, and loses power.
 *
 *     contract-faults [POINTS]      power cuts, at least (2,000)
 */
#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "suite.h"

#include "scene.h"
#include "store/embedded/inside.h"
#include "storm.h"

/* A full disk at the first write of the commit, the second, ... until it goes through.  In the
 * end a crash shows whether what was undone in memory was undone in the rows. */
static void a_disk_may_be_full_at_any_write(void **state)
{
    struct scene scene;
    struct place copy;
    char *before, *after;
    long first = 1;
    enum err e;

    storm_start();
    place_make(&copy);
    scene_open(&scene, 7);
    store_close(scene.desk.store);
    scene.place.lazy_rows = 30;
    scene.desk.store = place_open(&scene.place);
    for (int i = 0; i < 10; i++)
        scene_batch(&scene, 20);
    before = dump_store(scene.desk.store);
    do {
        struct chance kept = scene.chance;
        struct instant now = scene.desk.now;
        uint64_t ids = scene.desk.ids;

        desk_begin(&scene.desk);
        for (int i = 0; i < 60; i++)
            chance_step(&scene.chance);
        storm.writes = 0;
        storm.full_from = first++;
        e = store_commit(scene.desk.store, scene.desk.now);
        storm.full_from = 0;
        if (e != OK) {
            assert_int_equal(e, ERR_FULL);
            after = dump_store(scene.desk.store);
            scene_same(before, after);
            free(after);
            scene.chance = kept;
            scene.desk.now = now;
            scene.desk.ids = ids;
        }
    } while (e != OK);
    assert_true(first > 3);
    for (int i = 0; i < 20; i++)
        scene_batch(&scene, 3);
    free(before);
    before = dump_store(scene.desk.store);
    place_copy(&scene.place, &copy);
    after = scene_opened_dump(&copy);
    scene_same(before, after);
    free(before);
    free(after);
    scene_close(&scene);
    place_remove(&copy);
    storm_stop();
}

/* --- what the system says of a write --- */

static int write_error; /* 0: none */

static ssize_t (*const real_write)(int file, const void *bytes, size_t size) = write;
static ssize_t (*const real_pwrite)(int file, const void *bytes, size_t size, off_t at) = pwrite;

static ssize_t write_or_fail(int file, const void *bytes, size_t size)
{
    errno = write_error;
    return write_error != 0 ? -1 : real_write(file, bytes, size);
}

static ssize_t pwrite_or_fail(int file, const void *bytes, size_t size, off_t at)
{
    errno = write_error;
    return write_error != 0 ? -1 : real_pwrite(file, bytes, size, at);
}

static void take_over_writes(bool is_begin)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    sqlite3_syscall_ptr one = is_begin ? (sqlite3_syscall_ptr)write_or_fail : NULL;
    sqlite3_syscall_ptr other = is_begin ? (sqlite3_syscall_ptr)pwrite_or_fail : NULL;

    assert_int_equal(vfs->xSetSystemCall(vfs, "write", one), SQLITE_OK);
    assert_int_equal(vfs->xSetSystemCall(vfs, "pwrite", other), SQLITE_OK);
    assert_int_equal(vfs->xSetSystemCall(vfs, "pwrite64", other), SQLITE_OK);
}

/* A quota is as good as a full disk: both pass.  All else is in doubt. */
static void no_room_is_told_from_a_broken_disk(void **state)
{
    static const struct {
        int error;
        enum err told;
    } errors[] = { { ENOSPC, ERR_FULL }, { EDQUOT, ERR_FULL }, { EIO, ERR_IO } };

    take_over_writes(true);
    for (size_t i = 0; i < array_count(errors); i++) {
        struct scene scene;
        char *before, *after;

        scene_open(&scene, 9);
        scene_batch(&scene, 20);
        before = dump_store(scene.desk.store);
        desk_begin(&scene.desk);
        for (int k = 0; k < 20; k++)
            chance_step(&scene.chance);
        write_error = errors[i].error;
        assert_int_equal(store_commit(scene.desk.store, scene.desk.now), errors[i].told);
        write_error = 0;
        after = dump_store(scene.desk.store);
        scene_same(before, after);
        free(after);
        assert_int_equal(store_begin(scene.desk.store), errors[i].told == ERR_FULL ? OK : ERR_IO);
        store_abort(scene.desk.store);
        store_close(scene.desk.store);
        scene.desk.store = place_open(&scene.place);
        after = dump_store(scene.desk.store);
        scene_same(before, after);
        free(before);
        free(after);
        scene_close(&scene);
    }
    take_over_writes(false);
}

static void after_a_failed_sync_nothing_goes(void **state)
{
    struct scene scene;
    struct account account;

    storm_start();
    place_make(&scene.place);
    scene.place.sync = true;
    desk_init(&scene.desk, place_open(&scene.place));
    chance_init(&scene.chance, &scene.desk, 8);
    scene_batch(&scene, 20);
    desk_begin(&scene.desk);
    chance_step(&scene.chance);
    storm.syncs = 0;
    storm.fail_sync = 1;
    for (int i = 0; i < 10; i++)
        chance_step(&scene.chance);
    assert_int_equal(store_commit(scene.desk.store, scene.desk.now), ERR_IO);
    assert_int_equal(store_begin(scene.desk.store), ERR_IO);
    store_account(scene.desk.store, ENVIRONMENT_LIVE, 1, &account);
    storm.syncs = 0;
    storm.fail_sync = 0;
    store_close(scene.desk.store);
    assert_int_equal(storm.syncs, 0); /* a second sync might lie */
    desk_finish(&scene.desk);
    place_remove(&scene.place);
    storm_stop();
}

/* --- power cuts --- */

#define IMAGES_MAX 64

static size_t points_wanted = 2000;

struct cuts {
    const struct place *from;
    struct place images[IMAGES_MAX];
    size_t count, points;
    struct random *random;
};

static void cut_power(void *context)
{
    struct cuts *cuts = context;

    if (cuts->count == IMAGES_MAX)
        return;
    place_make(&cuts->images[cuts->count]);
    storm_image(cuts->from->directory, cuts->images[cuts->count].directory, cuts->random);
    cuts->count++;
}

/* After a cut during the commit the book is as before it or as after it. */
static void check_images(struct cuts *cuts, const char *before, const char *after)
{
    for (size_t i = 0; i < cuts->count; i++) {
        char *found = scene_opened_dump(&cuts->images[i]);

        if (strcmp(found, after) != 0)
            scene_same(before, found);
        free(found);
        place_remove(&cuts->images[i]);
    }
    cuts->points += cuts->count;
    cuts->count = 0;
}

static void cut_in_batch(struct scene *scene, struct cuts *cuts, bool with_checkpoint)
{
    struct embedded_store *embedded = embedded_of(books_of(scene->desk.store));

    storm.on_write = cut_power;
    storm.context = cuts;
    scene_batch(scene, 10);
    if (with_checkpoint) /* pages move from the log into the file */
        assert_int_equal(sqlite3_wal_checkpoint_v2(embedded->database.handle, "main",
                                                   SQLITE_CHECKPOINT_PASSIVE, NULL, NULL),
                         SQLITE_OK);
    storm.on_write = NULL;
}

/* A run with power cuts all along; how many. */
static size_t cut_in_run(uint64_t seed)
{
    struct random random = random_seeded(seed);
    struct scene scene;
    struct cuts cuts = { .from = &scene.place, .random = &random };
    char *before, *after;

    storm_start();
    place_make(&scene.place);
    storm.directory = scene.place.directory;
    scene.place.sync = true;
    scene.place.lazy_rows = seed % 2 == 0 ? 5 : 0;
    desk_init(&scene.desk, place_open(&scene.place));
    chance_init(&scene.chance, &scene.desk, seed);
    before = dump_store(scene.desk.store);
    for (int batch = 0; batch < 30; batch++) {
        cut_in_batch(&scene, &cuts, batch % 5 == 4);
        after = dump_store(scene.desk.store);
        check_images(&cuts, before, after);
        /* And one now, when the commit has been acknowledged. */
        place_make(&cuts.images[0]);
        storm_image(scene.place.directory, cuts.images[0].directory, &random);
        cuts.count = 1;
        check_images(&cuts, after, after);
        free(before);
        before = after;
    }
    free(before);
    scene_close(&scene);
    storm_stop();
    return cuts.points;
}

static void a_power_cut_at_any_write_leaves_the_last_commit(void **state)
{
    size_t points = 0;

    for (uint64_t seed = 1; points < points_wanted; seed++) {
        print_message("# seed %d\n", (int)seed);
        points += cut_in_run(seed);
    }
    print_message("# %zu power cuts\n", points);
}

/* More than the write-ahead log is allowed to hold: the thread that empties it is at work. */
static void the_write_ahead_log_does_not_grow_for_ever(void **state)
{
    struct scene scene;
    struct place copy;
    struct digest key = { .bytes = { 0 } };
    static char body[8000];
    struct receipt receipt = {
        .at = desk_day(0),
        .status = 200,
        .content_type = STR("text/plain"),
        .body = { .data = body, .len = sizeof body },
    };
    char *before, *after;

    place_make(&copy);
    scene_open(&scene, 13);
    for (int batch = 0; batch < 1200; batch++) { /* 10 pages each */
        desk_begin(&scene.desk);
        for (int i = 0; i < 8; i++) {
            memcpy(key.bytes, &(int[]){ batch, i }, 8);
            assert_int_equal(store_receipt_append(scene.desk.store, &key, &receipt), OK);
        }
        desk_commit(&scene.desk);
    }
    scene_batch(&scene, 30);
    assert_true(embedded_of(books_of(scene.desk.store))->checkpoint.has_thread);
    assert_true(embedded_of(books_of(scene.desk.store))->checkpoint.pages < 9000);
    before = dump_store(scene.desk.store);
    place_copy(&scene.place, &copy);
    after = scene_opened_dump(&copy);
    scene_same(before, after);
    free(before);
    free(after);
    scene_close(&scene);
    place_remove(&copy);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_disk_may_be_full_at_any_write),
        cmocka_unit_test(no_room_is_told_from_a_broken_disk),
        cmocka_unit_test(after_a_failed_sync_nothing_goes),
        cmocka_unit_test(a_power_cut_at_any_write_leaves_the_last_commit),
        cmocka_unit_test(the_write_ahead_log_does_not_grow_for_ever),
    };

    if (argc > 1)
        points_wanted = strtoul(argv[1], NULL, 10);
    return cmocka_run_group_tests_name("embedded store: faults", tests, NULL, NULL);
}
