/* The embedded store's files: which are opened, how they get their names, and what is said of
 * those that are not. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "suite.h"

#include "outage.h"
#include "scarcity.h"
#include "scene.h"
#include "store/embedded/backup.h"
#include "store/embedded/unfinished.h"

/* A book that was closed, and its dump. */
struct closed {
    struct place place;
    char *dump;
    char file[512];
};

static void closed_start(struct closed *closed)
{
    struct scene scene;

    scene_open(&scene, 51);
    for (int i = 0; i < 3; i++)
        scene_batch(&scene, 20);
    closed->dump = dump_store(scene.desk.store);
    closed->place = scene.place;
    snprintf(closed->file, sizeof closed->file, "%s/" EMBEDDED_FILE, scene.place.directory);
    store_close(scene.desk.store);
    desk_finish(&scene.desk);
}

static void closed_end(struct closed *closed)
{
    place_remove(&closed->place);
    free(closed->dump);
}

static void beside(const struct closed *closed, const char *suffix, char ret[600])
{
    snprintf(ret, 600, "%s%s", closed->file, suffix);
}

static void remove_beside(const struct closed *closed)
{
    static const char *const suffixes[] = { "-wal", "-shm" };
    char path[600];

    for (size_t i = 0; i < array_count(suffixes); i++) {
        beside(closed, suffixes[i], path);
        (void)unlink(path);
    }
}

static void write_bytes(const char *path, const char *bytes)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    fputs(bytes, file);
    assert_int_equal(fclose(file), 0);
}

static void assert_holds(const char *path, const char *expected)
{
    char bytes[64] = "";
    FILE *file = fopen(path, "rb");

    assert_non_null(file);
    bytes[fread(bytes, 1, sizeof bytes - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(bytes, expected);
}

static void assert_tells(const char *message, const char *what)
{
    if (strstr(message, what) == NULL)
        print_message("# \"%s\" does not say \"%s\"\n", message, what);
    assert_non_null(strstr(message, what));
}

static enum err look(const struct embedded_options *options, char **ret_dump,
                     char message[EMBEDDED_MESSAGE_BYTES])
{
    struct store *store;
    enum err e = embedded_store_open(options, &store, message);

    *ret_dump = NULL;
    if (e != OK)
        return e;
    *ret_dump = dump_store(store);
    store_close(store);
    return OK;
}

/* --- where nothing can be written --- */

/* Those who read a file with a log make it and its index anew, but not there. */
static void what_nobody_writes_is_read_as_it_is(void **state)
{
    struct embedded_options options = { .read_only = true };
    struct closed closed;
    char message[EMBEDDED_MESSAGE_BYTES], moved[512], index[600], *dump = NULL;

    (void)state;
    closed_start(&closed);
    remove_beside(&closed);
    snprintf(moved, sizeof moved, "%s/a?b=1&c#d %%41.db", closed.place.directory);
    assert_int_equal(rename(closed.file, moved), 0);
    memcpy(closed.file, moved, sizeof moved);
    options.file = closed.file;
    beside(&closed, "-shm", index);
    outage_says_read_only = true;
    assert_int_equal(look(&options, &dump, message), OK);
    scene_same(closed.dump, dump);
    free(dump);
    assert_int_not_equal(access(index, F_OK), 0);
    beside(&closed, "-wal", index);
    write_bytes(index, ""); /* as a server leaves it */
    assert_int_equal(look(&options, &dump, message), OK);
    scene_same(closed.dump, dump);
    free(dump);
    outage_says_read_only = false;
    beside(&closed, "-shm", index);
    assert_int_not_equal(access(index, F_OK), 0);
    closed_end(&closed);
}

/* On a disk that others write to, or where a crash left more than the file. */
static void what_has_a_log_is_read_with_it(void **state)
{
    struct embedded_options options = { .read_only = true };
    struct scene scene;
    struct place copy;
    char message[EMBEDDED_MESSAGE_BYTES], *before, *dump = NULL;

    (void)state;
    place_make(&copy);
    scene_open(&scene, 52);
    scene_batch(&scene, 20);
    before = dump_store(scene.desk.store);
    place_copy(&scene.place, &copy);
    options.directory = copy.directory;
    outage_says_read_only = true;
    assert_int_equal(look(&options, &dump, message), OK);
    outage_says_read_only = false;
    scene_same(before, dump);
    free(before);
    free(dump);
    scene_close(&scene);
    place_remove(&copy);
}

static void a_log_that_cannot_be_opened_is_told_with_what_to_do(void **state)
{
    struct embedded_options options = { .read_only = true };
    struct closed closed;
    struct unfinished none = { .path = NULL };
    struct backup *backup;
    struct arena arena;
    struct key *keys;
    char message[EMBEDDED_MESSAGE_BYTES], log[600], *dump = NULL;
    size_t count;

    (void)state;
    closed_start(&closed);
    remove_beside(&closed);
    beside(&closed, "-wal", log);
    assert_int_equal(mkdir(log, 0700), 0);
    options.file = closed.file;
    none.path = log;
    for (int i = 0; i < 2; i++) {
        outage_says_read_only = i == 1;
        assert_int_equal(look(&options, &dump, message), ERR_IO);
        assert_tells(message, closed.file);
        assert_tells(message, "copy it, with its -wal");
        assert_int_equal(backup_begin(closed.file, &none, &backup, message), ERR_IO);
        assert_tells(message, "copy it, with its -wal");
    }
    outage_says_read_only = false;
    arena_init(&arena, 1 << 20);
    assert_int_equal(embedded_keys(closed.place.directory, &arena, &keys, &count, message), ERR_IO);
    assert_tells(message, "copy it, with its -wal");
    arena_finish(&arena);
    assert_int_equal(rmdir(log), 0);
    closed_end(&closed);
}

static void a_look_without_memory_says_so(void **state)
{
    struct embedded_options options = { .read_only = true };
    struct closed closed;
    char *dump = NULL;
    long refused = 0;

    (void)state;
    closed_start(&closed);
    remove_beside(&closed);
    options.file = closed.file;
    outage_says_read_only = true;
    for (long at = 1; dump == NULL; at++) {
        char message[EMBEDDED_MESSAGE_BYTES];
        struct store *store;
        enum err e;

        scarcity_start(at, false);
        e = embedded_store_open(&options, &store, message);
        (void)scarcity_stop();
        if (e == OK) {
            dump = dump_store(store);
            store_close(store);
            continue;
        }
        assert_int_equal(e, ERR_NOMEM);
        assert_tells(message, "memory");
        refused++;
    }
    outage_says_read_only = false;
    assert_true(refused > 4); /* the store, three names beside it, and its own */
    scene_same(closed.dump, dump);
    free(dump);
    closed_end(&closed);
}

/* --- which are refused --- */

static void what_is_no_book_is_refused_by_name(void **state)
{
    static const struct {
        const char *sql; /* NULL: no bytes at all */
        const char *told;
    } files[] = {
        { NULL, "the file is empty" },
        { "PRAGMA user_version = 99", "a newer scrip wrote it" },
        { "PRAGMA user_version = 1", "start the server on it once" },
        { "PRAGMA user_version = 0", "not scrip's" },
        { "PRAGMA application_id = 7", "not scrip's" },
    };

    (void)state;
    for (size_t i = 0; i < array_count(files); i++) {
        struct embedded_options options = { .read_only = true };
        struct closed closed;
        char message[EMBEDDED_MESSAGE_BYTES], *dump = NULL;

        closed_start(&closed);
        options.file = closed.file;
        if (files[i].sql != NULL)
            place_run(&closed.place, files[i].sql);
        else
            write_bytes(closed.file, "");
        assert_int_equal(look(&options, &dump, message), ERR_CORRUPT);
        assert_tells(message, files[i].told);
        assert_tells(message, closed.file);
        closed_end(&closed);
    }
}

/* Whether a restore was cut off, only the directory can tell. */
static void a_directory_that_cannot_be_looked_into_is_not_opened(void **state)
{
    static const int errors[] = { EIO, EACCES, ENOTDIR };
    struct embedded_options options = { .read_only = true };
    struct closed closed;
    char message[EMBEDDED_MESSAGE_BYTES], path[600], *dump = NULL;

    (void)state;
    closed_start(&closed);
    options.directory = closed.place.directory;
    beside(&closed, ".incomplete", path);
    for (size_t i = 0; i < array_count(errors); i++) {
        outage_begin(OUTAGE_SYSTEM, 1, false);
        outage.error = errors[i];
        assert_int_equal(look(&options, &dump, message), ERR_IO);
        outage_end();
        assert_tells(message, closed.place.directory);
        assert_tells(message, strerror(errors[i]));
    }
    assert_int_equal(symlink("nowhere", path), 0); /* it is there, whatever it is */
    assert_int_equal(look(&options, &dump, message), ERR_BUSY);
    assert_tells(message, "restore again");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(look(&options, &dump, message), OK);
    free(dump);
    closed_end(&closed);
}

static void a_full_disk_is_told_from_one_that_is_broken(void **state)
{
    static const struct {
        int error;
        enum err told;
    } errors[] = {
        { ENOSPC, ERR_FULL }, { EDQUOT, ERR_FULL }, { ENOMEM, ERR_NOMEM }, { EROFS, ERR_IO }
    };
    struct place place;
    struct embedded_options options = { .directory = place.directory };

    (void)state;
    place_make(&place);
    for (size_t i = 0; i < array_count(errors); i++) {
        char message[EMBEDDED_MESSAGE_BYTES], *dump = NULL;

        outage_begin(OUTAGE_SYSTEM, 1, false);
        outage.error = errors[i].error;
        assert_int_equal(look(&options, &dump, message), errors[i].told);
        outage_end();
        assert_tells(message, place.directory);
    }
    place_remove(&place);
}

static void a_lock_without_a_name_is_a_lock(void **state)
{
    struct place place;
    struct embedded_options options = { .directory = place.directory };
    char message[EMBEDDED_MESSAGE_BYTES], path[600], *dump = NULL;
    int lock;

    (void)state;
    place_make(&place);
    snprintf(path, sizeof path, "%s/lock", place.directory);
    lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(lock >= 0);
    assert_int_equal(flock(lock, LOCK_EX), 0);
    assert_int_equal(look(&options, &dump, message), ERR_BUSY);
    assert_tells(message, "running process (unknown)");
    close(lock);
    place_remove(&place);
}

static void a_copy_may_be_made_in_one_step(void **state)
{
    struct backup_progress progress;
    struct backup *backup;
    struct unfinished file;
    struct closed closed;
    struct place place;
    char message[EMBEDDED_MESSAGE_BYTES], to[512], *dump;

    (void)state;
    closed_start(&closed);
    place_make(&place);
    snprintf(to, sizeof to, "%s/" EMBEDDED_FILE, place.directory);
    assert_int_equal(unfinished_begin(&file, to, message), OK);
    assert_int_equal(backup_begin(closed.file, &file, &backup, message), OK);
    assert_int_equal(backup_step(backup, INT64_C(1) << 60, &progress, message), OK);
    assert_true(progress.bytes_total > 0);
    assert_true(progress.bytes_done == progress.bytes_total);
    backup_end(backup);
    assert_int_equal(unfinished_settle(&file, message), OK);
    assert_int_equal(unfinished_publish(&file, message), OK);
    unfinished_end(&file);
    dump = scene_opened_dump(&place);
    scene_same(closed.dump, dump);
    free(dump);
    place_remove(&place);
    closed_end(&closed);
}

/* --- names --- */

struct naming {
    struct place place;
    char to[512];
    struct unfinished file;
};

static void naming_start(struct naming *naming)
{
    char message[EMBEDDED_MESSAGE_BYTES];

    place_make(&naming->place);
    snprintf(naming->to, sizeof naming->to, "%s/copy.db", naming->place.directory);
    assert_int_equal(unfinished_begin(&naming->file, naming->to, message), OK);
    write_bytes(naming->file.path, "whole");
}

static void naming_end(struct naming *naming)
{
    unfinished_end(&naming->file);
    place_remove(&naming->place);
}

static void two_do_not_write_to_one_name(void **state)
{
    struct naming naming;
    struct unfinished other;
    char message[EMBEDDED_MESSAGE_BYTES];

    (void)state;
    naming_start(&naming);
    assert_int_equal(unfinished_begin(&other, naming.to, message), ERR_BUSY);
    assert_tells(message, "another process is writing it");
    assert_holds(naming.file.path, "whole");
    assert_int_equal(unfinished_publish(&naming.file, message), OK);
    assert_int_equal(unfinished_begin(&other, naming.to, message), ERR_BUSY);
    assert_tells(message, "is there already");
    naming_end(&naming);
}

/* error: why the system does not rename as we ask; 0: it does. */
static enum err publish(struct naming *naming, int error, char message[EMBEDDED_MESSAGE_BYTES])
{
    enum err e;

    if (error != 0) {
        outage_begin(OUTAGE_RENAME, 1, true);
        outage.error = error;
    }
    e = unfinished_publish(&naming->file, message);
    outage_end();
    return e;
}

/* NFS has no rename that keeps what is there, and old kernels have none at all. */
static const int renames[] = { 0, EINVAL, ENOSYS };

static void a_name_is_given_on_every_file_system(void **state)
{
    (void)state;
    for (size_t i = 0; i < array_count(renames); i++) {
        struct naming naming;
        char message[EMBEDDED_MESSAGE_BYTES];

        naming_start(&naming);
        assert_int_equal(publish(&naming, renames[i], message), OK);
        assert_holds(naming.to, "whole");
        assert_int_not_equal(access(naming.file.path, F_OK), 0);
        naming_end(&naming);
    }
}

static void a_name_that_was_taken_meanwhile_is_not_overwritten(void **state)
{
    (void)state;
    for (size_t i = 0; i < array_count(renames); i++) {
        struct naming naming;
        char message[EMBEDDED_MESSAGE_BYTES];

        naming_start(&naming);
        write_bytes(naming.to, "another's");
        assert_int_equal(publish(&naming, renames[i], message), ERR_BUSY);
        assert_tells(message, naming.to);
        assert_holds(naming.to, "another's");
        assert_int_equal(unlink(naming.to), 0);
        assert_int_equal(symlink(naming.to, naming.to), 0); /* leads nowhere, and is there */
        assert_int_equal(publish(&naming, renames[i], message), ERR_BUSY);
        naming_end(&naming);
    }
}

static void a_rename_that_fails_leaves_nothing(void **state)
{
    struct naming naming;
    char message[EMBEDDED_MESSAGE_BYTES];

    (void)state;
    naming_start(&naming);
    assert_int_equal(publish(&naming, EIO, message), ERR_IO);
    assert_tells(message, strerror(EIO));
    unfinished_end(&naming.file);
    assert_int_equal(rmdir(naming.place.directory), 0);
}

static void a_name_needs_no_directory(void **state)
{
    struct place place;
    struct unfinished file;
    char message[EMBEDDED_MESSAGE_BYTES], before[4096];

    (void)state;
    place_make(&place);
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(place.directory), 0);
    assert_int_equal(unfinished_begin(&file, "copy.db", message), OK);
    write_bytes(file.path, "whole");
    assert_int_equal(unfinished_publish(&file, message), OK);
    unfinished_end(&file);
    assert_holds("copy.db", "whole");
    assert_int_equal(chdir(before), 0);
    place_remove(&place);
}

static void a_directory_that_was_there_stays(void **state)
{
    struct new_directory directory;
    struct place place;
    char message[EMBEDDED_MESSAGE_BYTES], path[512];

    (void)state;
    place_make(&place);
    assert_int_equal(new_directory_begin(&directory, place.directory, message), OK);
    new_directory_abandon(&directory);
    assert_int_equal(access(place.directory, F_OK), 0);
    snprintf(path, sizeof path, "%s/something", place.directory);
    write_bytes(path, "x");
    assert_int_equal(new_directory_begin(&directory, place.directory, message), ERR_BUSY);
    assert_tells(message, "it is not empty");
    place_remove(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_nobody_writes_is_read_as_it_is),
        cmocka_unit_test(what_has_a_log_is_read_with_it),
        cmocka_unit_test(a_log_that_cannot_be_opened_is_told_with_what_to_do),
        cmocka_unit_test(a_look_without_memory_says_so),
        cmocka_unit_test(what_is_no_book_is_refused_by_name),
        cmocka_unit_test(a_directory_that_cannot_be_looked_into_is_not_opened),
        cmocka_unit_test(a_full_disk_is_told_from_one_that_is_broken),
        cmocka_unit_test(a_lock_without_a_name_is_a_lock),
        cmocka_unit_test(a_copy_may_be_made_in_one_step),
        cmocka_unit_test(two_do_not_write_to_one_name),
        cmocka_unit_test(a_name_is_given_on_every_file_system),
        cmocka_unit_test(a_name_that_was_taken_meanwhile_is_not_overwritten),
        cmocka_unit_test(a_rename_that_fails_leaves_nothing),
        cmocka_unit_test(a_name_needs_no_directory),
        cmocka_unit_test(a_directory_that_was_there_stays),
    };

    return cmocka_run_group_tests_name("embedded store: files", tests, NULL, NULL);
}
