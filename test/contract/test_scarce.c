/* The embedded store while memory runs out: at its first piece, its second, ... until what is tried
 * goes through.  The pieces are those that our code takes, then those that SQLite takes.
 *
 *     contract-scarce [STRIDE]      every STRIDE-th piece of SQLite's (101); by hand: 1
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "suite.h"

#include "base/limits.h"
#include "ledger/verify.h"
#include "scarcity.h"
#include "scene.h"
#include "store/embedded/inside.h"

static long stride = 101; /* a prime; of opening there are thousands */

/* --- SQLite's memory --- */

static sqlite3_mem_methods real_methods;
static struct {
    long taken, fail_at;
    bool lasts;
} theirs;

static bool fails(void)
{
    if (theirs.fail_at == 0 || ++theirs.taken < theirs.fail_at)
        return false;
    return theirs.taken == theirs.fail_at || theirs.lasts;
}

static void *x_malloc(int size)
{
    return fails() ? NULL : real_methods.xMalloc(size);
}

static void *x_realloc(void *memory, int size)
{
    return fails() ? NULL : real_methods.xRealloc(memory, size);
}

static void take_over(void)
{
    sqlite3_mem_methods methods;

    assert(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_methods) == SQLITE_OK);
    methods = real_methods;
    methods.xMalloc = x_malloc;
    methods.xRealloc = x_realloc;
    assert(sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) == SQLITE_OK);
    /* It keeps no small pieces by: each is asked for. */
    assert(sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) == SQLITE_OK);
    /* Before the store asks it not to count its memory: sqlite3_memory_used() tells of leaks. */
    assert(sqlite3_initialize() == SQLITE_OK);
}

/* --- whose memory runs out, and how --- */

struct want {
    bool is_theirs, lasts;
    long at;
    long stride; /* of what is theirs */
};

static void begin(const struct want *want)
{
    theirs.taken = 0;
    theirs.lasts = want->lasts;
    theirs.fail_at = want->is_theirs ? want->at : 0;
    scarcity_start(want->is_theirs ? 0 : want->at, want->lasts);
}

/* Whether the piece was taken at all. */
static bool end(const struct want *want)
{
    bool is_met = want->is_theirs ? theirs.taken >= want->at : scarcity.met;

    (void)scarcity_stop();
    theirs.fail_at = 0;
    return is_met;
}

/* The next to try; false: that was all. */
static bool next(struct want *want, bool was_met)
{
    if (was_met) {
        want->at += want->is_theirs ? want->stride : 1;
        return true;
    }
    want->at = 1;
    want->lasts = !want->lasts;
    if (!want->lasts)
        want->is_theirs = !want->is_theirs;
    return want->lasts || want->is_theirs;
}

/* --- opening --- */

static enum err try_open(const struct place *place, struct store **ret)
{
    struct embedded_options options = { .directory = place->directory, .sync_off = true };
    char message[EMBEDDED_MESSAGE_BYTES] = "";
    enum err e = embedded_store_open(&options, ret, message);

    if (e == OK)
        return OK;
    if (e != ERR_NOMEM || strstr(message, "memory") == NULL)
        fprintf(stderr, "%s: %s\n", err_name(e), message);
    assert_int_equal(e, ERR_NOMEM);
    assert_non_null(strstr(message, "memory"));
    assert_non_null(strstr(message, place->directory));
    return e;
}

/* from NULL: nothing is there yet. */
static void open_with_less_and_less(const struct place *from, const char *expected)
{
    struct want want = { .at = 1, .stride = stride };
    struct place place;
    long count = 0;
    bool was_met;

    place_make(&place);
    do {
        long live = scarcity.live;
        sqlite3_int64 used = sqlite3_memory_used();
        struct store *store;
        char *found;
        enum err e;

        place_empty(&place);
        if (from != NULL)
            place_copy(from, &place);
        begin(&want);
        e = try_open(&place, &store);
        was_met = end(&want);
        if (e == OK)
            store_close(store);
        assert_int_equal(scarcity.live, live);
        assert_true(sqlite3_memory_used() == used);
        found = scene_opened_dump(&place); /* and whatever it was, the file is well */
        scene_same(expected, found);
        free(found);
        scarcity.live++; /* it was libc's */
        count++;
    } while (next(&want, was_met));
    print_message("# opened %ld times\n", count);
    place_remove(&place);
}

static void a_store_opens_or_says_that_there_is_no_memory(void **state)
{
    struct scene scene;
    struct place empty;
    char *dump;

    place_make(&empty);
    dump = scene_opened_dump(&empty);
    open_with_less_and_less(NULL, dump);
    free(dump);
    place_remove(&empty);
    scene_open(&scene, 31);
    for (int i = 0; i < 6; i++)
        scene_batch(&scene, 40);
    dump = dump_store(scene.desk.store);
    open_with_less_and_less(&scene.place, dump);
    free(dump);
    scene_close(&scene);
}

/* --- commits --- */

static void reopen(struct scene *scene, const char *before)
{
    char *after;

    store_close(scene->desk.store);
    scene->desk.store = place_open(&scene->place);
    after = dump_store(scene->desk.store);
    scene_same(before, after);
    free(after);
}

/* True when the commit went through; the desk is as before it when not. */
static bool try_commit(struct scene *scene, const struct want *want, const char *before,
                       bool *ret_met)
{
    struct chance kept = scene->chance;
    struct instant now = scene->desk.now;
    uint64_t ids = scene->desk.ids;
    char *after;
    enum err e;

    desk_begin(&scene->desk);
    for (int i = 0; i < 10; i++)
        chance_step(&scene->chance);
    begin(want);
    e = store_commit(scene->desk.store, scene->desk.now);
    *ret_met = end(want);
    if (e == OK)
        return true;
    scene->chance = kept;
    scene->desk.now = now;
    scene->desk.ids = ids;
    if (e == ERR_IO && want->is_theirs &&
        want->lasts) { /* not even the rollback had any: that is an end */
        assert_int_equal(store_begin(scene->desk.store), ERR_IO);
        reopen(scene, before);
        return false;
    }
    assert_int_equal(e, ERR_NOMEM);
    after = dump_store(scene->desk.store);
    scene_same(before, after);
    free(after);
    return false;
}

static void a_commit_without_memory_has_no_effect(void **state)
{
    struct want want = { .at = 1, .stride = (stride + 9) / 10 };
    struct scene scene;
    long count = 0, failed = 0;
    bool was_met;

    place_make(&scene.place);
    scene.place.lazy_rows = 3;
    scene_open_at(&scene, 32);
    do {
        char *before = dump_store(scene.desk.store);
        bool is_done = try_commit(&scene, &want, before, &was_met);

        failed += is_done ? 0 : 1;
        free(before);
        /* The rows are as what is in memory; and statements must be made again. */
        before = dump_store(scene.desk.store);
        reopen(&scene, before);
        free(before);
        count++;
    } while (next(&want, was_met));
    print_message("# %ld of %ld commits failed\n", failed, count);
    assert_true(failed > 20);
    scene_close(&scene);
}

/* --- readers --- */

static enum err read_all(struct scene *scene, struct arena *arena)
{
    struct store_reader *reader;
    struct customer *customers;
    struct product *products;
    struct book_end book_end;
    struct entry entry;
    struct seal seal;
    size_t count;
    enum err e = store_reader_open(scene->desk.store, &reader);

    if (e != OK)
        return e;
    store_book_end(scene->desk.store, ENVIRONMENT_LIVE, &book_end);
    for (uint64_t i = 1; e == OK && i <= book_end.sequence; i += 7)
        e = store_read_entry(reader, ENVIRONMENT_LIVE, i, true, arena, &entry);
    if (e == OK)
        e = store_read_customers(reader, 0, 100, arena, &customers, &count);
    if (e == OK)
        e = store_read_products(reader, 0, 100, arena, &products, &count);
    if (e == OK)
        e = store_read_seal(reader, ENVIRONMENT_LIVE, 0, &seal);
    store_reader_close(reader);
    return e;
}

static void a_reader_without_memory_says_so(void **state)
{
    struct want want = { .at = 1, .stride = (stride + 9) / 10 };
    struct scene scene;
    sqlite3_int64 used = sqlite3_memory_used();
    long live = scarcity.live;
    bool was_met;

    scene_open(&scene, 33);
    for (int i = 0; i < 4; i++)
        scene_batch(&scene, 30);
    do {
        struct arena arena;
        enum err e;

        arena_init(&arena, REQUEST_ARENA_BYTES_MAX);
        begin(&want);
        e = read_all(&scene, &arena);
        was_met = end(&want);
        if (e != OK)
            assert_int_equal(e, ERR_NOMEM);
        arena_finish(&arena);
    } while (next(&want, was_met));
    scene_close(&scene);
    assert_true(sqlite3_memory_used() == used);
    assert_int_equal(scarcity.live, live);
}

/* --- a proof --- */

static void a_proof_without_memory_says_so(void **state)
{
    struct want want = { .at = 1, .stride = (stride + 9) / 10 };
    struct verify_report report;
    struct scene scene;
    sqlite3_int64 used;
    bool was_met;
    long live, refused = 0;

    scene_open(&scene, 34);
    for (int i = 0; i < 4; i++)
        scene_batch(&scene, 30);
    assert_int_equal(verify_book(scene.desk.store, ENVIRONMENT_LIVE, &report), OK);
    used = sqlite3_memory_used();
    live = scarcity.live;
    do {
        enum err e;

        begin(&want);
        e = verify_book(scene.desk.store, ENVIRONMENT_LIVE, &report);
        was_met = end(&want);
        refused += e != OK;
        if (e != OK)
            assert_int_equal(e, ERR_NOMEM);
        assert_int_equal(scarcity.live, live);
    } while (next(&want, was_met));
    assert_true(refused > 20);
    assert_true(sqlite3_memory_used() == used);
    scene_close(&scene);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_store_opens_or_says_that_there_is_no_memory),
        cmocka_unit_test(a_commit_without_memory_has_no_effect),
        cmocka_unit_test(a_reader_without_memory_says_so),
        cmocka_unit_test(a_proof_without_memory_says_so),
    };

    if (argc > 1)
        stride = strtol(argv[1], NULL, 10);
    assert(stride > 0);
    take_over();
    return cmocka_run_group_tests_name("embedded store: no memory", tests, NULL, NULL);
}
