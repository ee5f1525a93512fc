/* The embedded store while its calls fail: the first that is made of SQLite, the second, ... until
 * what is tried goes through; the same of the system's calls, and of pieces of memory.  Each fails
 * once, and with all that come after it.
 *
 * Whatever is tried says that it failed, and where, or it is done.  Either way the file holds what
 * it held, or what it was to hold, and nothing in between.
 *
 *     contract-outage FORMAT_2_FILE [STRIDE]      every STRIDE-th after the first 60 (13) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "suite.h"

#include "base/limits.h"
#include "changes.h"
#include "outage.h"
#include "readings.h"
#include "scarcity.h"
#include "scene.h"
#include "store/embedded/backup.h"
#include "store/embedded/portable.h"

#define FILE_NAME "/" EMBEDDED_FILE

static long stride = 13;
static const char *old_file;

/* A book, and a copy of it in which something is tried. */
struct trial {
    struct place base, work;
    struct place out; /* what is made of it */
    char *held;       /* the dump of what base holds */
    char *made;       /* and of what was to be, or NULL */
    struct instant now;
    struct desk desk; /* at work, where that is open */
    char file[512], to[512];
};

struct deed {
    const char *name;
    void (*prepare)(struct trial *trial);
    enum err (*act)(struct trial *trial, char message[EMBEDDED_MESSAGE_BYTES]);
    void (*check)(struct trial *trial, enum err e);
    bool is_silent; /* tells the error alone */
};

/* --- which call fails --- */

enum lack { LACK_DATABASE = 1, LACK_SYSTEM, LACK_MEMORY, LACK_COUNT };

static void begin(enum lack lack, long at, bool lasts)
{
    if (lack == LACK_MEMORY)
        scarcity_start(at, lasts);
    else
        outage_begin(lack == LACK_SYSTEM ? OUTAGE_SYSTEM : OUTAGE_DATABASE, at, lasts);
}

/* Whether there were so many. */
static bool end(enum lack lack)
{
    if (lack == LACK_MEMORY) {
        (void)scarcity_stop();
        return scarcity.met;
    }
    outage_end();
    return outage.met;
}

static void check_error(const struct deed *deed, enum lack lack, enum err e, const char *message)
{
    if (e == OK)
        return;
    /* Why a backup cannot begin, SQLite does not say. */
    if (e != ERR_NOMEM || lack == LACK_SYSTEM)
        assert_int_equal(e, lack == LACK_MEMORY ? ERR_NOMEM : ERR_IO);
    if (!deed->is_silent)
        assert_true(strlen(message) > 0);
}

static bool try_once(struct trial *trial, const struct deed *deed, enum lack lack, long at,
                     bool lasts, enum err *ret)
{
    char message[EMBEDDED_MESSAGE_BYTES] = "";
    bool was_met;

    place_empty(&trial->work);
    place_empty(&trial->out);
    deed->prepare(trial);
    begin(lack, at, lasts);
    *ret = deed->act(trial, message);
    was_met = end(lack);
    check_error(deed, lack, *ret, message);
    deed->check(trial, *ret);
    return was_met;
}

static void try_all(struct trial *trial, const struct deed *deed)
{
    for (enum lack lack = LACK_DATABASE; lack < LACK_COUNT; lack++) {
        for (int lasts = 0; lasts < 2; lasts++) {
            long at = 1, failed = 0;
            bool goes_on = true;

            for (; goes_on; at += at < 60 ? 1 : stride) {
                enum err e;

                goes_on = try_once(trial, deed, lack, at, lasts != 0, &e);
                failed += e != OK;
                if (!goes_on)
                    assert_int_equal(e, OK);
            }
            print_message("# %s: %s, %s: %ld failed\n", deed->name,
                          lack == LACK_MEMORY   ? "memory"
                          : lack == LACK_SYSTEM ? "the system"
                                                : "SQLite",
                          lasts ? "from then on" : "once", failed);
        }
    }
}

/* --- what is checked --- */

static void check_place(struct place *place, const char *expected)
{
    char *found = scene_opened_dump(place);

    scene_same(expected, found);
    free(found);
}

static void check_held(struct trial *trial, enum err e)
{
    (void)e;
    check_place(&trial->work, trial->held);
}

/* Nothing that could be taken for a book, or all of it. */
static void check_made(struct trial *trial, enum err e)
{
    if (e == OK)
        assert_int_equal(access(trial->to, F_OK), 0);
    if (access(trial->to, F_OK) == 0)
        check_place(&trial->out, trial->made != NULL ? trial->made : trial->held);
    check_held(trial, e);
}

static void prepare_copy(struct trial *trial)
{
    place_copy(&trial->base, &trial->work);
}

/* --- opening --- */

static enum err open_and_close(const struct embedded_options *options, char *message)
{
    struct store *store;
    enum err e = embedded_store_open(options, &store, message);

    if (e == OK)
        store_close(store);
    return e;
}

static enum err act_open(struct trial *trial, char message[EMBEDDED_MESSAGE_BYTES])
{
    struct embedded_options options = { .directory = trial->work.directory, .sync_off = true };

    return open_and_close(&options, message);
}

static enum err act_look(struct trial *trial, char message[EMBEDDED_MESSAGE_BYTES])
{
    struct embedded_options options = { .file = trial->file, .read_only = true };

    return open_and_close(&options, message);
}

static void prepare_nothing(struct trial *trial)
{
    (void)trial;
}

static void prepare_old(struct trial *trial)
{
    char command[1024];

    snprintf(command, sizeof command, "gzip -dc '%s' >'%s'", old_file, trial->file);
    assert_int_equal(system(command), 0);
}

/* --- a batch with a change of every kind --- */

static void prepare_batch(struct trial *trial)
{
    prepare_copy(trial);
    desk_init(&trial->desk, place_open(&trial->work));
    trial->desk.now = trial->now;
    trial->desk.ids = 100000;
    desk_begin(&trial->desk);
    assert_int_equal(store_receipts_forget(trial->desk.store, trial->now), OK);
    changes_of_directory(&trial->desk, "second");
    changes_of_book(&trial->desk);
}

/* The state of old goes with it. */
static void prepare_lazy_batch(struct trial *trial)
{
    trial->work.lazy_rows = 50;
    prepare_batch(trial);
}

static enum err act_commit(struct trial *trial, char message[EMBEDDED_MESSAGE_BYTES])
{
    (void)message;
    return store_commit(trial->desk.store, trial->desk.now);
}

static void check_commit(struct trial *trial, enum err e)
{
    char *found;

    store_close(trial->desk.store);
    desk_finish(&trial->desk);
    found = scene_opened_dump(&trial->work);
    if (e == OK && trial->made == NULL) {
        trial->made = found;
        return;
    }
    scene_same(e == OK ? trial->made : trial->held, found);
    free(found);
}

static enum err act_close(struct trial *trial, char message[EMBEDDED_MESSAGE_BYTES])
{
    (void)message;
    store_close(trial->desk.store); /* what it did not write is replayed */
    return OK;
}

static void prepare_closing(struct trial *trial)
{
    prepare_batch(trial);
    desk_commit(&trial->desk);
}

static void check_closed(struct trial *trial, enum err e)
{
    (void)e;
    desk_finish(&trial->desk);
    check_place(&trial->work, trial->made);
}

/* --- reading --- */

static void prepare_reading(struct trial *trial)
{
    prepare_copy(trial);
    desk_init(&trial->desk, place_open(&trial->work));
    trial->desk.now = trial->now;
}

static enum err act_read(struct trial *trial, char message[EMBEDDED_MESSAGE_BYTES])
{
    struct store_reader *reader;
    struct arena arena;
    enum err e = store_reader_open(trial->desk.store, &reader);

    (void)message;
    if (e != OK)
        return e;
    arena_init(&arena, REQUEST_ARENA_BYTES_MAX);
    e = readings_of_reader(reader, &arena);
    arena_finish(&arena);
    store_reader_close(reader);
    return e;
}

static enum err act_ask(struct trial *trial, char message[EMBEDDED_MESSAGE_BYTES])
{
    struct arena arena;
    enum err e;

    (void)message;
    arena_init(&arena, REQUEST_ARENA_BYTES_MAX);
    e = readings_of_store(trial->desk.store, trial->now, &arena);
    arena_finish(&arena);
    return e;
}

static void check_read(struct trial *trial, enum err e)
{
    store_close(trial->desk.store);
    desk_finish(&trial->desk);
    check_held(trial, e);
}

/* --- copies --- */

static enum err publish(struct unfinished *file, enum err e, char *message)
{
    if (e == OK)
        e = unfinished_settle(file, message);
    if (e == OK)
        e = unfinished_publish(file, message);
    unfinished_end(file);
    return e;
}

static enum err act_backup(struct trial *trial, char message[EMBEDDED_MESSAGE_BYTES])
{
    struct backup_progress progress = { .bytes_total = 1 };
    struct backup *backup = NULL;
    struct unfinished file;
    int format, newest;
    enum err e = data_file_format(trial->file, &format, &newest, message);

    if (e == OK)
        e = unfinished_begin(&file, trial->to, message);
    if (e != OK)
        return e;
    e = backup_begin(trial->file, &file, &backup, message);
    while (e == OK && progress.bytes_done < progress.bytes_total)
        e = backup_step(backup, 1 << 16, &progress, message);
    backup_end(backup);
    return publish(&file, e, message);
}

static enum err carry(struct export *export, struct import *import, char *message)
{
    struct portable_row row;
    enum err e = export_next(export, &row, message);

    while (e == OK) {
        e = import_row(import, &row, message);
        if (e == OK)
            e = export_next(export, &row, message);
    }
    return e == ERR_NOT_FOUND ? import_commit(import, message) : e;
}

static enum err act_carry(struct trial *trial, char message[EMBEDDED_MESSAGE_BYTES])
{
    struct portable_options options = { .books = { true, true }, .with_secrets = true };
    struct export *export = NULL;
    struct import *import = NULL;
    struct unfinished file;
    int format;
    enum err e = unfinished_begin(&file, trial->to, message);

    if (e != OK)
        return e;
    e = export_begin(trial->file, &options, &export, &format, message);
    if (e == OK)
        e = import_begin(&file, format, &import, message);
    if (e == OK)
        e = carry(export, import, message);
    export_end(export);
    import_end(import);
    return publish(&file, e, message);
}

/* A directory of its own; it is left as it was. */
static enum err act_directory(struct trial *trial, char message[EMBEDDED_MESSAGE_BYTES])
{
    struct new_directory directory;
    char path[600];
    enum err e;

    snprintf(path, sizeof path, "%s/new", trial->out.directory);
    e = new_directory_begin(&directory, path, message);
    new_directory_abandon(&directory);
    return e;
}

static void check_directory(struct trial *trial, enum err e)
{
    char path[600];

    (void)e;
    snprintf(path, sizeof path, "%s/new", trial->out.directory);
    (void)rmdir(path);
    assert_int_not_equal(access(path, F_OK), 0);
}

/* --- keys --- */

static enum err act_keys(struct trial *trial, char message[EMBEDDED_MESSAGE_BYTES])
{
    const char *directory = trial->work.directory;
    struct key key = { .client_id = STR("kci_mine"),
                       .environment = ENVIRONMENT_TEST,
                       .scope = KEY_SCOPE_WRITE,
                       .secret_hmac = { .bytes = { 77 } },
                       .created_at = trial->now,
                       .revoked_at = INSTANT_NEVER };
    struct arena arena;
    struct key *keys;
    uint8_t pepper[32];
    size_t count;
    enum err e = embedded_pepper(directory, pepper, message);

    if (e == OK)
        e = embedded_key_add(directory, &key, message);
    arena_init(&arena, REQUEST_ARENA_BYTES_MAX);
    if (e == OK)
        e = embedded_keys(directory, &arena, &keys, &count, message);
    arena_finish(&arena);
    return e == OK ? embedded_key_revoke(directory, key.client_id, trial->now, message) : e;
}

static enum err act_revoke(struct trial *trial, char message[EMBEDDED_MESSAGE_BYTES])
{
    return embedded_key_revoke(trial->work.directory, STR("first"), trial->now, message);
}

/* --- all of it --- */

static void trial_start(struct trial *trial)
{
    struct scene scene;

    *trial = (struct trial){ .held = NULL };
    place_make(&trial->base);
    place_make(&trial->work);
    place_make(&trial->out);
    snprintf(trial->file, sizeof trial->file, "%s" FILE_NAME, trial->work.directory);
    snprintf(trial->to, sizeof trial->to, "%s" FILE_NAME, trial->out.directory);
    scene_open(&scene, 41);
    desk_begin(&scene.desk);
    desk_customer(&scene.desk, "acme");
    changes_of_directory(&scene.desk, "first");
    changes_of_book(&scene.desk);
    readings_prepare(&scene.desk);
    desk_commit(&scene.desk);
    store_close(scene.desk.store);
    scene.desk.store = place_open(&scene.place);
    for (int i = 0; i < 3; i++)
        scene_batch(&scene, 12); /* of this the state is behind */
    trial->held = dump_store(scene.desk.store);
    trial->now = scene.desk.now;
    place_copy(&scene.place, &trial->base);
    scene_close(&scene);
}

static void trial_end(struct trial *trial)
{
    place_remove(&trial->base);
    place_remove(&trial->work);
    place_remove(&trial->out);
    free(trial->held);
    free(trial->made);
}

static void try_deed(struct deed deed)
{
    struct trial trial;

    trial_start(&trial);
    try_all(&trial, &deed);
    trial_end(&trial);
}

static void a_book_is_opened_or_left_alone(void **state)
{
    (void)state;
    try_deed((struct deed){ "open", prepare_copy, act_open, check_held, false });
    try_deed((struct deed){ "look", prepare_copy, act_look, check_held, false });
}

static void a_book_is_made_or_can_be_made_later(void **state)
{
    struct deed deed = { "make", prepare_nothing, act_open, check_held, false };
    struct trial trial;

    (void)state;
    trial_start(&trial);
    free(trial.held);
    trial.held = scene_opened_dump(&trial.work);
    try_all(&trial, &deed);
    trial_end(&trial);
}

static void an_old_book_is_upgraded_or_left_alone(void **state)
{
    struct deed deed = { "upgrade", prepare_old, act_open, check_held, false };
    struct trial trial;

    (void)state;
    trial_start(&trial);
    free(trial.held);
    prepare_old(&trial);
    trial.held = scene_opened_dump(&trial.work);
    try_all(&trial, &deed);
    trial_end(&trial);
}

static void a_batch_is_written_or_not(void **state)
{
    struct deed deed = { "commit", prepare_batch, act_commit, check_commit, true };
    struct deed lazy = { "rows", prepare_lazy_batch, act_commit, check_commit, true };
    struct deed closing = { "close", prepare_closing, act_close, check_closed, true };
    struct trial trial;
    enum err e;

    (void)state;
    trial_start(&trial);
    (void)try_once(&trial, &deed, LACK_SYSTEM, 1, false, &e);
    assert_non_null(trial.made);
    try_all(&trial, &deed);
    try_all(&trial, &closing);
    try_all(&trial, &lazy);
    trial_end(&trial);
}

static void what_is_read_is_read_or_refused(void **state)
{
    (void)state;
    try_deed((struct deed){ "read", prepare_reading, act_read, check_read, true });
    try_deed((struct deed){ "ask", prepare_reading, act_ask, check_read, true });
}

static void a_copy_is_whole_or_has_no_name(void **state)
{
    (void)state;
    try_deed((struct deed){ "backup", prepare_copy, act_backup, check_made, false });
    try_deed((struct deed){ "carry", prepare_copy, act_carry, check_made, false });
    try_deed((struct deed){ "directory", prepare_nothing, act_directory, check_directory, false });
}

static void keys_do_not_touch_the_book(void **state)
{
    (void)state;
    try_deed((struct deed){ "keys", prepare_copy, act_keys, check_held, false });
    try_deed((struct deed){ "revoke", prepare_copy, act_revoke, check_held, false });
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_book_is_opened_or_left_alone),
        cmocka_unit_test(a_book_is_made_or_can_be_made_later),
        cmocka_unit_test(an_old_book_is_upgraded_or_left_alone),
        cmocka_unit_test(a_batch_is_written_or_not),
        cmocka_unit_test(what_is_read_is_read_or_refused),
        cmocka_unit_test(a_copy_is_whole_or_has_no_name),
        cmocka_unit_test(keys_do_not_touch_the_book),
    };

    assert(argc > 1);
    old_file = argv[1];
    if (argc > 2)
        stride = strtol(argv[2], NULL, 10);
    return cmocka_run_group_tests_name("embedded store: calls that fail", tests, NULL, NULL);
}
