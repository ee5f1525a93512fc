#include "store/embedded/directory.h"
#include "store/embedded/inside.h"
#include "store/embedded/rows.h"
#include "store/embedded/trail.h"

struct embedded_reader {
    struct store_reader reader; /* first */
    struct database database;
};

static struct database *database_of(struct store_reader *reader)
{
    return &((struct embedded_reader *)(void *)reader)->database;
}

struct database *embedded_reader_database(struct store_reader *reader)
{
    return database_of(reader);
}

enum err embedded_reader_open(struct store *store, struct store_reader **ret)
{
    struct embedded_store *embedded = embedded_of(books_of(store));
    struct embedded_reader *reader = room_new(sizeof *reader);
    char message[EMBEDDED_MESSAGE_BYTES];
    enum err e;

    if (reader == NULL)
        return ERR_NOMEM;
    e = file_open(embedded->path, DATABASE_READ, &reader->database, message);
    if (e != OK) {
        room_free(reader);
        return e;
    }
    reader->reader.operations = store->operations;
    *ret = &reader->reader;
    return OK;
}

void embedded_reader_close(struct store_reader *reader)
{
    database_close(database_of(reader));
    room_free(reader);
}

/* Several statements of one moment. */
static enum err moment_begin(struct database *database)
{
    sqlite3_stmt *s;
    enum err e = sql_get(database, NO_BOOK, SQL_BEGIN_READ, &s);

    return e == OK ? sql_run(database, s) : e;
}

static void moment_end(struct database *database)
{
    sqlite3_stmt *s;

    if (sql_get(database, NO_BOOK, SQL_ROLLBACK, &s) == OK &&
        sqlite3_get_autocommit(database->handle) == 0)
        (void)sqlite3_step(s), (void)sqlite3_reset(s);
}

enum err embedded_reader_entry(struct store_reader *reader, enum environment environment,
                               uint64_t sequence, bool with_facts, struct arena *arena,
                               struct entry *ret)
{
    return rows_entry_read(database_of(reader), environment, sequence, with_facts, arena, ret);
}

enum err embedded_reader_customers(struct store_reader *reader, uint32_t after, size_t limit,
                                   struct arena *arena, struct customer **ret, size_t *ret_count)
{
    struct database *database = database_of(reader);
    enum err e = moment_begin(database);

    if (e != OK)
        return e;
    e = directory_customers_read(database, after, limit, arena, ret, ret_count);
    moment_end(database);
    return e;
}

enum err embedded_reader_customer(struct store_reader *reader, uint32_t number, struct arena *arena,
                                  struct customer *ret)
{
    struct database *database = database_of(reader);
    enum err e = moment_begin(database);

    if (e != OK)
        return e;
    e = directory_customer_read(database, number, arena, ret);
    moment_end(database);
    return e;
}

enum err embedded_reader_product(struct store_reader *reader, struct product_id id,
                                 struct arena *arena, struct product *ret)
{
    return directory_product_read(database_of(reader), id, arena, ret);
}

enum err embedded_reader_products(struct store_reader *reader, uint32_t after, size_t limit,
                                  struct arena *arena, struct product **ret, size_t *ret_count)
{
    return directory_products_read(database_of(reader), after, limit, arena, ret, ret_count);
}

enum err embedded_reader_source(struct store_reader *reader, uint32_t number, struct arena *arena,
                                struct source *ret)
{
    return trail_source_read(database_of(reader), number, arena, ret);
}

enum err embedded_reader_lines(struct store_reader *reader, const struct log_range *range,
                               size_t limit, struct arena *arena, struct log_line **ret,
                               size_t *ret_count)
{
    return trail_lines_read(database_of(reader), range, limit, arena, ret, ret_count);
}

enum err embedded_reader_seal(struct store_reader *reader, enum environment environment,
                              uint64_t after_sequence, struct seal *ret)
{
    return rows_seal_read(database_of(reader), environment, after_sequence, ret);
}
