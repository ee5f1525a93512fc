/* Bit rot: the data file after a clean end, with one bit flipped, at many places.
 *
 *     contract-rot [STRIDE]      every STRIDE-th byte (997); by hand: 7, some hours: 1
 *
 * Whatever the bit was, one of these: the store is refused; `scrip verify` finds it; or the books
 * are as they were.  And what is opened for service has the balances that it had. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "suite.h"

#include "dump.h"
#include "ledger/verify.h"
#include "scene.h"

#define FILE_BYTES_MAX ((size_t)4 << 20)

static unsigned long stride = 997;

struct rot {
    struct place place;
    char *bytes;
    size_t size;
    char *book;     /* what dumps say of grants, accounts and holds */
    char *balances; /* and of that what is money */
    struct random random;
    int refused, found, same;
    size_t at;
};

static bool is_balance(const char *word)
{
    static const char *const names[] = { "amount=",    "posted=", "held=",
                                         "scheduled=", "drawn=",  "reversed=",
                                         "expired=",   "voided=", "rolled_over=" };

    for (size_t i = 0; i < array_count(names); i++) {
        if (strncmp(word, names[i], strlen(names[i])) == 0)
            return true;
    }
    return strchr(word, ':') != NULL; /* a part of a hold */
}

/* A grant's fingerprint of its uniqueness key is not of the book: it follows from a fact. */
static bool is_of_book(const char *word)
{
    return strncmp(word, "key=", 4) != 0;
}

/* The words of a dump that are wanted, of those lines that speak of the state of a book. */
static char *words_of(const char *dump, bool (*wanted)(const char *word))
{
    char *copy = strdup(dump), *rest = copy, *text = NULL, *line;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert(copy != NULL && out != NULL);
    while ((line = strsep(&rest, "\n")) != NULL) {
        char *word;

        if (strncmp(line, "grant ", 6) != 0 && strncmp(line, "account ", 8) != 0 &&
            strncmp(line, "hold ", 5) != 0)
            continue;
        while ((word = strsep(&line, " ")) != NULL) {
            if (wanted(word))
                fprintf(out, "%s ", word);
        }
        fputc('\n', out);
    }
    fclose(out);
    free(copy);
    return text;
}

static void path_of(const struct place *place, char ret[512])
{
    snprintf(ret, 512, "%s/scrip.db", place->directory);
}

static void bytes_read(struct rot *rot, const struct place *place)
{
    char path[512];
    FILE *file;

    path_of(place, path);
    file = fopen(path, "rb");
    rot->bytes = malloc(FILE_BYTES_MAX);
    assert(file != NULL && rot->bytes != NULL);
    rot->size = fread(rot->bytes, 1, FILE_BYTES_MAX, file);
    assert(rot->size > 0 && rot->size < FILE_BYTES_MAX);
    fclose(file);
}

static void bytes_write(struct rot *rot)
{
    char path[512];
    FILE *file;

    place_empty(&rot->place);
    path_of(&rot->place, path);
    file = fopen(path, "wb");
    assert(file != NULL);
    assert(fwrite(rot->bytes, 1, rot->size, file) == rot->size);
    fclose(file);
}

static struct store *opened(const struct rot *rot, bool read_only)
{
    struct embedded_options options = { .directory = rot->place.directory,
                                        .sync_off = true,
                                        .read_only = read_only };
    char message[EMBEDDED_MESSAGE_BYTES] = "";
    struct store *store;

    return embedded_store_open(&options, &store, message) == OK ? store : NULL;
}

static bool is_proved(struct store *store)
{
    struct verify_report report;

    return verify_book(store, ENVIRONMENT_LIVE, &report) == OK &&
           verify_book(store, ENVIRONMENT_TEST, &report) == OK;
}

static void assert_words(const struct rot *rot, struct store *store, const char *expected,
                         bool (*wanted)(const char *word))
{
    char *dump = dump_store(store), *words = words_of(dump, wanted);

    if (strcmp(words, expected) != 0)
        fprintf(stderr, "# byte %zu of %zu\n", rot->at, rot->size);
    scene_same(expected, words);
    free(words);
    free(dump);
}

static void look_at(struct rot *rot)
{
    struct store *store = opened(rot, true);

    if (store == NULL) {
        rot->refused++;
    } else if (!is_proved(store)) {
        rot->found++;
        store_close(store);
    } else {
        rot->same++;
        assert_words(rot, store, rot->book, is_of_book);
        store_close(store);
    }
    store = opened(rot, false);
    if (store == NULL)
        return;
    assert_words(rot, store, rot->balances, is_balance);
    store_close(store);
}

static void rot_start(struct rot *rot)
{
    struct scene scene;
    struct store *store;
    char *dump;

    *rot = (struct rot){ .random = random_seeded(5) };
    scene_open(&scene, 21);
    for (int batch = 0; batch < 20; batch++)
        scene_batch(&scene, 25);
    store_close(scene.desk.store);
    bytes_read(rot, &scene.place);
    scene.desk.store = place_open(&scene.place);
    scene_close(&scene);
    place_make(&rot->place);
    bytes_write(rot);
    store = opened(rot, true);
    assert(store != NULL && is_proved(store));
    dump = dump_store(store);
    rot->book = words_of(dump, is_of_book);
    rot->balances = words_of(dump, is_balance);
    free(dump);
    store_close(store);
}

static void a_flipped_bit_is_found_or_changes_nothing(void **state)
{
    struct rot rot;

    rot_start(&rot);
    for (rot.at = random_below(&rot.random, stride); rot.at < rot.size; rot.at += stride) {
        char was = rot.bytes[rot.at];

        rot.bytes[rot.at] = (char)(was ^ 1 << random_below(&rot.random, 8));
        bytes_write(&rot);
        rot.bytes[rot.at] = was;
        look_at(&rot);
    }
    print_message("# of %zu bytes: %d refused, %d found, %d changed nothing in a book\n", rot.size,
                  rot.refused, rot.found, rot.same);
    assert_true(rot.refused > 0 && rot.found > 0);
    place_remove(&rot.place);
    free(rot.bytes);
    free(rot.book);
    free(rot.balances);
}

/* --- a value that is not what it was, in every column of every table --- */

static const char *const values[] = {
    "old + 1", "-old", "NULL", "'x'", "x'00'", "9223372036854775807", "-9223372036854775807 - 1",
    "0",
};

/* A row or two: those with the least, or the greatest, that the column has.  False: a constraint
 * keeps it as it was. */
static bool value_change(const struct rot *rot, const char *table, const char *column, size_t which,
                         bool least)
{
    char sql[512], path[512];
    sqlite3 *handle;
    int code;

    snprintf(sql, sizeof sql,
             "WITH o(old) AS (SELECT %s(\"%s\") FROM \"%s\") UPDATE \"%s\" SET \"%s\" = (SELECT %s"
             " FROM o) WHERE \"%s\" IS (SELECT old FROM o)",
             least ? "min" : "max", column, table, table, column, values[which], column);
    path_of(&rot->place, path);
    assert(sqlite3_open(path, &handle) == SQLITE_OK);
    code = sqlite3_exec(handle, sql, NULL, NULL, NULL);
    assert(sqlite3_close(handle) == SQLITE_OK);
    return code == SQLITE_OK;
}

struct columns {
    struct rot *rot;
    size_t count;
};

static int column_change(void *context, int count, char **row, char **names)
{
    struct columns *columns = context;

    for (size_t which = 0; which < array_count(values); which++) {
        bool least = columns->count % 2 == 0;

        if (columns->count++ % 3 != 0 && stride > 100)
            continue;
        bytes_write(columns->rot);
        if (value_change(columns->rot, row[0], row[1], which, least))
            look_at(columns->rot);
    }
    return 0;
}

static void a_wrong_value_is_found_or_changes_nothing(void **state)
{
    static const char sql[] =
        "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name)"
        " c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'";
    struct rot rot;
    struct columns columns = { .rot = &rot };
    struct place list;
    char path[512];
    sqlite3 *handle;

    rot_start(&rot);
    place_make(&list);
    place_copy(&rot.place, &list);
    path_of(&list, path);
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, column_change, &columns, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
    print_message("# of %zu values: %d refused, %d found, %d changed nothing in a book\n",
                  columns.count, rot.refused, rot.found, rot.same);
    assert_true(rot.refused > 0 && rot.found > 0);
    place_remove(&list);
    place_remove(&rot.place);
    free(rot.bytes);
    free(rot.book);
    free(rot.balances);
}

/* Something is lent, repaid, and given back: a row of each. */
static void lend(struct desk *desk)
{
    uint64_t deduction;

    (void)desk_credit_limit(desk, 2, 5000000);
    deduction = desk_deduct(desk, 2, desk_deduct(desk, 2, INT64_MAX).available.units).operation;
    assert_true(deduction > 0);
    assert_int_equal(desk_reverse(desk, deduction, 40).lent.units, 40);
    (void)desk_issue(desk, (struct desk_terms){ .customer = 2, .units = 70 });
}

/* Each of these is one number in one row; the entries say otherwise. */
static void a_balance_that_does_not_add_up_is_not_served(void **state)
{
    static const char *const damages[] = {
        "UPDATE live_grants SET posted = posted + 1 WHERE number = 1",
        "UPDATE live_grants SET drawn = drawn + 4 WHERE number = 1",
        "UPDATE live_grants SET posted = posted + 8, amount = amount + 8 WHERE number = 1",
        ("UPDATE live_grants SET held = held + 1, posted = posted + 1, amount = amount + 1"
         " WHERE number = (SELECT max(number) FROM live_grants)"),
        "UPDATE live_accounts SET posted = posted + 16 WHERE number = 1",
        "UPDATE live_accounts SET held = held + 1 WHERE number = 1",
        "UPDATE live_reversals SET amount = amount - 1",
        "UPDATE live_reversals SET amount = amount - 1 WHERE grant_number = 0",
        "UPDATE live_accounts SET debt = debt + 1 WHERE number = 1",
        "UPDATE live_accounts SET lent = lent + 2 WHERE number = 1",
        ("UPDATE live_grants SET repaid = repaid + 3, amount = amount + 3"
         " WHERE number = (SELECT max(number) FROM live_grants)"),
        "UPDATE live_holds SET parts = '[]' WHERE status = 1",
    };

    for (size_t i = 0; i < array_count(damages); i++) {
        struct rot rot;
        struct scene scene;
        struct store *store;

        scene_open(&scene, 6);
        for (int batch = 0; batch < 5; batch++)
            scene_batch(&scene, 30);
        desk_begin(&scene.desk);
        scene.desk.environment = ENVIRONMENT_LIVE;
        desk_issue(&scene.desk, (struct desk_terms){ .customer = 1, .units = 1000000 });
        assert_int_equal(desk_hold(&scene.desk, 1, 5, 5).reject, REJECT_NONE);
        lend(&scene.desk);
        desk_commit(&scene.desk);
        store_close(scene.desk.store);
        place_run(&scene.place, damages[i]);
        rot.place = scene.place;
        assert_null(opened(&rot, false));
        store = opened(&rot, true); /* to see what is wrong */
        if (store != NULL) {
            assert_false(is_proved(store));
            store_close(store);
        }
        desk_finish(&scene.desk);
        place_remove(&scene.place);
    }
}

#define KEY_WITH(values)                                                                           \
    "INSERT INTO keys (number, client_id, environment, scope, secret_hmac, customer)"              \
    " VALUES (1, 'k', " values ")"

/* Each of these is something that no store of ours writes. */
static const char *const nonsense[] = {
    "UPDATE live_holds SET parts = 'x'",
    "UPDATE live_holds SET parts = '['",
    "UPDATE live_holds SET parts = '[1'",
    "UPDATE live_holds SET parts = '[['",
    "UPDATE live_holds SET parts = '[[~'",
    "UPDATE live_holds SET parts = '[[1~'",
    "UPDATE live_holds SET parts = '[[1,'",
    "UPDATE live_holds SET parts = '[[1,~'",
    "UPDATE live_holds SET parts = '[[1,2'",
    "UPDATE live_holds SET parts = '[[1,2]'",
    "UPDATE live_holds SET parts = '[[1,2]]~'",
    "UPDATE live_holds SET parts = '[[1,2][1,2]]'",
    "UPDATE live_holds SET parts = '[[1,2],~]'",
    "UPDATE live_holds SET parts = '[[1,9223372036854775807]]'",
    "UPDATE live_holds SET parts = '[[1,18446744073709551619]]'",
    "UPDATE live_holds SET parts = '[[18446744073709551620,1]]'",
    "UPDATE live_holds SET parts = '[[9223372036854775808,1]]'",
    "UPDATE live_holds SET parts = '[[1,0],[1,5]]'",
    "UPDATE live_holds SET last_entry = -1",
    "UPDATE live_holds SET amount = -9223372036854775807 - 1",
    "UPDATE live_holds SET number = 9223372036854775807",
    "UPDATE live_holds SET product = x'00'",
    "UPDATE live_accounts SET last_entry = -1",
    "UPDATE live_accounts SET posted = -9223372036854775807 - 1",
    "UPDATE live_accounts SET lent = -9223372036854775807 - 1",
    "UPDATE live_grants SET last_entry = -1",
    "UPDATE live_grants SET effective_at = -9223372036854775807 - 1",
    "UPDATE live_grants SET expires_at = -9223372036854775807 - 1",
    "UPDATE live_grants SET status = 0",
    "UPDATE live_grants SET status = 99",
    "UPDATE live_grants SET id = x'00'",
    "UPDATE live_grants SET uniqueness = x'00'",
    "UPDATE live_grants SET terms = 1; DELETE FROM live_facts",
    "UPDATE live_grants SET terms = 1; DELETE FROM live_entries WHERE sequence = 1",
    "UPDATE live_grants SET terms = 4; DELETE FROM live_facts",
    "UPDATE live_grants SET terms = 4, facts_entry = 99",
    "UPDATE live_grants SET terms = 4; UPDATE live_facts SET customer = x'00'",
    "UPDATE live_grants SET terms = 1; UPDATE live_facts SET products = x'00'",
    "UPDATE live_grants SET terms = 1; UPDATE live_facts SET amount = -9223372036854775807 - 1",
    ("UPDATE live_grants SET terms = 1;"
     "UPDATE live_facts SET paid_amount = -9223372036854775807 - 1"),
    ("UPDATE live_grants SET terms = 1;"
     "UPDATE live_facts SET rollover_amount_max = -9223372036854775807 - 1"),
    "UPDATE live_grants SET terms = 1; UPDATE live_facts SET customer = x'00'",
    "UPDATE live_grants SET terms = 1; UPDATE live_entries SET kind = 99",
    ("UPDATE live_grants SET terms = 1;"
     "UPDATE live_entries SET grant_posted = -9223372036854775807 - 1"),
    "UPDATE live_grants SET terms = 1; UPDATE live_entries SET account_jump = -1",
    "UPDATE live_grants SET terms = 1; UPDATE live_entries SET operation = -1",
    "INSERT INTO live_reversals VALUES (1, 1, 0, 1)",
    "INSERT INTO live_reversals VALUES (1, 1, -1, 1)",
    "INSERT INTO live_reversals VALUES (1, 1, 1, -9223372036854775807 - 1)",
    "UPDATE live_seals SET hash = x'00'",
    "UPDATE live_seals SET last_sequence = last_sequence + 1000",
    "DELETE FROM live_seals",
    "DELETE FROM live_entries",
    "UPDATE credit_types SET number = 99 WHERE number = 1",
    "UPDATE credit_types SET scale = -1 WHERE number = 1",
    "UPDATE credit_types SET scale = 99 WHERE number = 1",
    "UPDATE credit_types SET id = x'00' WHERE number = 1",
    "UPDATE customers SET id = x'00' WHERE number = 1",
    "UPDATE customers SET number = 99 WHERE number = 1",
    "INSERT INTO aliases VALUES (0, 0, 'nobody')",
    "INSERT INTO aliases VALUES (99, 0, 'nobody')",
    "INSERT INTO products VALUES (99, x'00112233445566778899AABBCCDDEEFF', 'x', 1)",
    "INSERT INTO products VALUES (1, x'00', 'x', 1)",
    "INSERT INTO custom_field_keys VALUES (99, 'customer', 'k', 0, 1, NULL)",
    "INSERT INTO custom_field_keys VALUES (1, '', 'k', 0, 1, NULL)",
    "INSERT INTO custom_field_keys VALUES (1, 'customer', '', 0, 1, NULL)",
    "INSERT INTO receipts VALUES (0, zeroblob(16), zeroblob(32), 1, 200, '', x'')",
    "INSERT INTO receipts VALUES (1, zeroblob(15), zeroblob(32), 1, 200, '', x'')",
    KEY_WITH("3, 1, zeroblob(32), 0"), /* environment, scope, secret_hmac, customer */
    KEY_WITH("1, 0, zeroblob(32), 0"),
    KEY_WITH("1, 4, zeroblob(32), 0"),
    KEY_WITH("1, 1, zeroblob(31), 0"),
    KEY_WITH("1, 1, zeroblob(32), 99"),
    "UPDATE meta SET value = x'00' WHERE name = 'pepper'",
    "DELETE FROM meta WHERE name = 'pepper'",
    "UPDATE meta SET value = 0 WHERE name = 'live_replay_from'",
    "UPDATE meta SET value = -1 WHERE name = 'live_replay_from'",
    "UPDATE meta SET value = 1 + value WHERE name = 'live_replay_from'",
    "PRAGMA user_version = 0",
    "PRAGMA user_version = -1",
    "PRAGMA user_version = 99",
    "PRAGMA application_id = 1",
};

static void what_no_store_writes_is_not_served(void **state)
{
    struct scene scene;
    struct rot rot = { .size = 0 };
    int served = 0;

    scene_open(&scene, 6);
    desk_begin(&scene.desk);
    scene.desk.environment = ENVIRONMENT_LIVE;
    desk_customer(&scene.desk, "acme");
    desk_issue(&scene.desk, (struct desk_terms){ .customer = 1, .units = 1000 });
    assert_int_equal(desk_hold(&scene.desk, 1, 5, 5).reject, REJECT_NONE);
    desk_commit(&scene.desk);
    store_close(scene.desk.store);
    place_make(&rot.place);
    for (size_t i = 0; i < array_count(nonsense); i++) {
        struct store *store;

        place_empty(&rot.place);
        place_copy(&scene.place, &rot.place);
        place_run(&rot.place, nonsense[i]);
        store = opened(&rot, false);
        if (store != NULL) {
            fprintf(stderr, "# served: %s\n", nonsense[i]);
            store_close(store);
            served++;
        }
    }
    assert_int_equal(served, 0);
    place_remove(&rot.place);
    desk_finish(&scene.desk);
    place_remove(&scene.place);
}

/* --- the write-ahead log of a crash --- */

#define COMMITS 8

/* The name of one of its files. */
static void name_of(const struct place *place, const char *name, char ret[512])
{
    snprintf(ret, 512, "%s/%s", place->directory, name);
}

static void log_flip(const struct place *place, long at, int bit)
{
    char path[512];
    FILE *file;
    int byte;

    name_of(place, "scrip.db-wal", path);
    file = fopen(path, "r+b");
    assert(file != NULL);
    fseek(file, at, SEEK_SET);
    byte = fgetc(file);
    assert(byte != EOF);
    fseek(file, at, SEEK_SET);
    assert(fputc(byte ^ 1 << bit, file) != EOF);
    fclose(file);
}

static long log_size(const struct place *place)
{
    char path[512];
    struct stat status;

    name_of(place, "scrip.db-wal", path);
    assert(stat(path, &status) == 0);
    return (long)status.st_size;
}

static size_t commit_of(char *const *dumps, const char *dump)
{
    size_t i = 0;

    while (i < COMMITS && strcmp(dumps[i], dump) != 0)
        i++;
    assert(i < COMMITS); /* neither half a commit nor one that never was */
    return i;
}

/* SQLite reads the log up to the first frame whose checksum is wrong, and nobody can tell that from
 * an end: what was committed behind it is lost.  What is left is whole. */
static void a_flipped_bit_in_the_log_leaves_an_earlier_commit(void **state)
{
    struct random random = random_seeded(8);
    char *dumps[COMMITS];
    struct scene scene;
    struct place copy;
    size_t earlier = 0, count = 0;
    long step = 4 * (long)stride;

    scene_open(&scene, 22);
    store_close(scene.desk.store); /* with the schema in the file, not in the log */
    scene.desk.store = place_open(&scene.place);
    for (size_t i = 0; i < COMMITS; i++) {
        dumps[i] = dump_store(scene.desk.store);
        if (i + 1 < COMMITS)
            scene_batch(&scene, 12);
    }
    place_make(&copy);
    for (long at = (long)random_below(&random, (uint64_t)step); at < log_size(&scene.place);
         at += step) {
        char *found;

        place_empty(&copy);
        place_copy(&scene.place, &copy);
        log_flip(&copy, at, (int)random_below(&random, 8));
        found = scene_opened_dump(&copy);
        earlier += commit_of(dumps, found) + 1 < COMMITS;
        count++;
        free(found);
    }
    print_message("# %zu of %zu flips cost a commit\n", earlier, count);
    assert_true(earlier > 0);
    for (size_t i = 0; i < COMMITS; i++)
        free(dumps[i]);
    place_remove(&copy);
    scene_close(&scene);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_balance_that_does_not_add_up_is_not_served),
        cmocka_unit_test(what_no_store_writes_is_not_served),
        cmocka_unit_test(a_flipped_bit_is_found_or_changes_nothing),
        cmocka_unit_test(a_wrong_value_is_found_or_changes_nothing),
        cmocka_unit_test(a_flipped_bit_in_the_log_leaves_an_earlier_commit),
    };

    if (argc > 1)
        stride = strtoul(argv[1], NULL, 10);
    assert(stride > 0);
    return cmocka_run_group_tests_name("embedded store: bit rot", tests, NULL, NULL);
}
