#include "store/embedded/embedded.h"

#include <stdio.h>
#include "base/random.h"
#include "store/book/law.h"
#include "store/embedded/directory.h"
#include "store/embedded/inside.h"
#include "store/embedded/rows.h"
#include "store/embedded/state_rows.h"
#include "store/embedded/unfinished.h"

/* --- looks at what is committed --- */

static enum err read_entry(struct books *books, enum environment environment, uint64_t sequence,
                           bool with_facts, struct arena *arena, struct entry *ret)
{
    return rows_entry_read(&embedded_of(books)->database, environment, sequence, with_facts, arena,
                           ret);
}

static enum err read_hold(struct books *books, enum environment environment, uint64_t number,
                          struct hold *ret)
{
    uint64_t last_entry;

    return state_hold_read(&embedded_of(books)->database, environment, number, NULL, ret,
                           &last_entry);
}

static enum err read_customer(struct books *books, uint32_t number, struct arena *arena,
                              struct customer *ret)
{
    return directory_customer_read(&embedded_of(books)->database, number, arena, ret);
}

/* --- commits --- */

static void written(struct books *books)
{
    struct embedded_store *embedded = embedded_of(books);

    for (int i = 0; i < ENVIRONMENT_COUNT; i++)
        sweep_committed(&embedded->sweeps[i], &books->books[i]);
    /* This batch is safe in the log all the same; there shall be no other. */
    if (checkpoint_after_commit(&embedded->checkpoint) != OK)
        embedded->failed = true;
}

static enum err ready(struct books *books)
{
    return embedded_of(books)->failed ? ERR_IO : OK;
}

static enum err write_nothing(struct books *books)
{
    (void)books;
    return ERR_IO; /* it was opened to be looked at */
}

/* --- keys --- */

static enum err keys(struct store *store, struct arena *arena, struct key **ret, size_t *ret_count)
{
    return embedded_keys_read(&embedded_of(books_of(store))->database, arena, ret, ret_count);
}

/* data_version changes when another connection has committed anything. */
static bool keys_changed(struct store *store)
{
    struct embedded_store *embedded = embedded_of(books_of(store));
    int64_t version;

    if (database_number(&embedded->database, "PRAGMA data_version", &version) != OK)
        return true; /* reading the keys will tell */
    if (version == embedded->data_version)
        return false;
    embedded->data_version = version;
    return true;
}

static void pepper(struct store *store, uint8_t ret[32])
{
    const struct embedded_store *embedded = embedded_of(books_of(store));

    for (int i = 0; i < 32; i++)
        ret[i] = embedded->pepper[i];
}

/* --- open and close --- */

static void release(struct embedded_store *embedded)
{
    checkpoint_finish(&embedded->checkpoint);
    if (embedded->database.handle != NULL)
        database_close(&embedded->database);
    for (int i = 0; i < ENVIRONMENT_COUNT; i++)
        sweep_finish(&embedded->sweeps[i]);
    file_unlock(embedded->lock);
    room_free(embedded->path);
    books_finish(&embedded->books);
    room_free(embedded);
}

static void close_store(struct store *store)
{
    struct embedded_store *embedded = embedded_of(books_of(store));

    checkpoint_finish(&embedded->checkpoint);
    /* What is not written now is replayed next time. */
    if (!embedded->read_only && !embedded->failed && embedded_write_state(embedded) == OK)
        (void)sqlite3_wal_checkpoint_v2(embedded->database.handle, "main",
                                        SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    release(embedded);
}

static const struct books_backend backend = {
    .read_entry = read_entry,
    .read_hold = read_hold,
    .read_customer = read_customer,
    .read_receipt = embedded_read_receipt,
    .next_receipt = embedded_next_receipt,
    .write = embedded_write,
    .written = written,
    .ready = ready,
};

static const struct books_backend backend_read_only = {
    .read_entry = read_entry,
    .read_hold = read_hold,
    .read_customer = read_customer,
    .read_receipt = embedded_read_receipt,
    .next_receipt = embedded_next_receipt,
    .write = write_nothing,
    .ready = ready,
};

static const struct store_operations operations = {
    BOOKS_OPERATIONS,
    .close = close_store,
    .keys = keys,
    .keys_changed = keys_changed,
    .pepper = pepper,
    .reader_open = embedded_reader_open,
    .reader_close = embedded_reader_close,
    .read_entry = embedded_reader_entry,
    .read_customer = embedded_reader_customer,
    .read_product = embedded_reader_product,
    .read_customers = embedded_reader_customers,
    .read_products = embedded_reader_products,
    .read_usage_events = embedded_reader_usage_events,
    .read_usage_event_last = embedded_reader_usage_event_last,
    .read_source = embedded_reader_source,
    .read_lines = embedded_reader_lines,
    .reader_begin = embedded_reader_begin,
    .reader_end = embedded_reader_end,
    .read_seal = embedded_reader_seal,
};

static enum err open_directory(struct embedded_store *embedded,
                               const struct embedded_options *options,
                               char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    enum err e = OK;

    if (!options->read_only)
        e = file_directory_make(options->directory, ret_message);
    if (e == OK && !options->read_only)
        e = file_lock(options->directory, &embedded->lock, ret_message);
    if (e == OK)
        e = file_is_finished(options->directory, ret_message);
    return e == OK ? file_path(options->directory, &embedded->path) : e;
}

static enum err open_file(struct embedded_store *embedded, const struct embedded_options *options,
                          char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    enum database_mode mode = options->read_only ? DATABASE_READ : DATABASE_WRITE;
    enum err e;

    if (options->file != NULL)
        e = file_name(options->file, "", &embedded->path);
    else
        e = open_directory(embedded, options, ret_message);
    if (e == OK)
        e = file_open(embedded->path, mode, &embedded->database, ret_message);
    if (e == OK && options->sync_off && !options->read_only)
        e = database_run(&embedded->database, "PRAGMA synchronous=OFF");
    return e;
}

/* What is only looked at may be damaged: whoever looks wants to know where. */
static enum err hold_to_law(struct embedded_store *embedded,
                            char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    for (int i = 0; i < ENVIRONMENT_COUNT && !embedded->read_only; i++) {
        struct str name = environment_name((enum environment)(i + 1));
        struct str broken;
        enum err e = book_law(&embedded->books.books[i], &broken);

        if (e == OK && str_is_empty(broken))
            continue;
        snprintf(ret_message, EMBEDDED_MESSAGE_BYTES,
                 "%.200s: the book does not add up, %.*s: %.*s; `scrip verify` says more",
                 embedded->path, STR_PRINT(name), STR_PRINT(e == OK ? broken : STR("no memory")));
        return e == OK ? ERR_CORRUPT : e;
    }
    return OK;
}

static void tell_damage(struct embedded_store *embedded, const char *what,
                        char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    int code = sqlite3_errcode(embedded->database.handle);

    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE)
        snprintf(ret_message, EMBEDDED_MESSAGE_BYTES, "%.200s: %s", embedded->path, what);
    else
        snprintf(ret_message, EMBEDDED_MESSAGE_BYTES, "%.200s: %s (%.200s)", embedded->path, what,
                 database_message(&embedded->database));
}

static enum err load(struct embedded_store *embedded, char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    struct database *database = &embedded->database;
    const char *damaged = "its pepper is missing or damaged";
    enum err e = file_secret(database, "pepper", embedded->pepper, sizeof embedded->pepper);

    if (e == OK) {
        damaged = "a key in it is damaged";
        e = embedded_keys_check(database);
    }
    if (e == OK) {
        damaged = "the book does not add up";
        e = embedded_load(embedded);
    }
    if (e == OK)
        return hold_to_law(embedded, ret_message);
    tell_damage(embedded, e == ERR_CORRUPT ? damaged : "it cannot be read", ret_message);
    return e;
}

/* Whatever there was none for. */
static void tell_no_memory(const struct embedded_options *options,
                           char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    snprintf(ret_message, EMBEDDED_MESSAGE_BYTES, "%.200s: out of memory",
             options->file != NULL ? options->file : options->directory);
}

enum err embedded_store_open(const struct embedded_options *options, struct store **ret,
                             char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    struct embedded_store *embedded = room_new(sizeof *embedded);
    struct random random = random_system();
    enum err e;

    assert((options->directory == NULL) != (options->file == NULL));
    tell_no_memory(options, ret_message);
    if (embedded == NULL)
        return ERR_NOMEM;
    embedded->lock = -1;
    embedded->read_only = options->read_only;
    books_init(&embedded->books, &operations, options->read_only ? &backend_read_only : &backend,
               random_u64(&random));
    for (int i = 0; i < ENVIRONMENT_COUNT; i++)
        sweep_init(&embedded->sweeps[i], options->lazy_rows);
    e = open_file(embedded, options, ret_message);
    if (e == OK) {
        checkpoint_init(&embedded->checkpoint, &embedded->database, embedded->path,
                        options->sync_off);
        e = load(embedded, ret_message);
    }
    if (e == ERR_NOMEM)
        tell_no_memory(options, ret_message);
    if (e != OK) {
        release(embedded);
        return e;
    }
    ret_message[0] = '\0';
    *ret = &embedded->books.store;
    return OK;
}
