#include "store/embedded/inside.h"

/* --- writing --- */

static enum err receipt_write(struct database *database, uint64_t number,
                              const struct pending_receipt *pending)
{
    const struct receipt *receipt = &pending->receipt;
    uint8_t key[16];
    sqlite3_stmt *s;
    enum err e = sql_get(database, NO_BOOK, SQL_RECEIPT_INSERT, &s);

    if (e != OK)
        return e;
    for (int i = 0; i < 8; i++) {
        key[i] = (uint8_t)(pending->key.high >> (56 - 8 * i));
        key[8 + i] = (uint8_t)(pending->key.low >> (56 - 8 * i));
    }
    sql_bind_u64(s, 1, number);
    sql_bind_blob(s, 2, key, sizeof key);
    sql_bind_blob(s, 3, receipt->request.bytes, sizeof receipt->request.bytes);
    sql_bind_int(s, 4, receipt->at.us);
    sql_bind_int(s, 5, receipt->status);
    sql_bind_text(s, 6, receipt->content_type);
    sql_bind_blob(s, 7, receipt->body.data, receipt->body.len);
    return sql_run(database, s);
}

enum err embedded_receipts_write(struct embedded_store *embedded)
{
    const struct books *books = &embedded->books;
    const struct pending *pending = &books->pending;
    uint64_t first = books->receipt_last - pending->receipt_count + 1;
    sqlite3_stmt *s;
    enum err e = OK;

    for (size_t i = 0; i < pending->receipt_count && e == OK; i++)
        e = receipt_write(&embedded->database, first + i, &pending->receipts[i]);
    if (e != OK || pending->forget_until == 0)
        return e;
    e = sql_get(&embedded->database, NO_BOOK, SQL_RECEIPTS_DELETE, &s);
    if (e != OK)
        return e;
    sql_bind_u64(s, 1, pending->forget_until);
    return sql_run(&embedded->database, s);
}

/* --- reading --- */

static enum err receipt_row(sqlite3_stmt *s, struct arena *arena, struct receipt *ret)
{
    struct receipt receipt = { .at = { sql_int(s, 1) }, .status = (int)sql_int(s, 2) };
    enum err e = sql_blob(s, 0, receipt.request.bytes, sizeof receipt.request.bytes);

    if (e == OK)
        e = sql_text(s, 3, arena, &receipt.content_type);
    if (e == OK)
        e = sql_text(s, 4, arena, &receipt.body);
    if (e == OK)
        *ret = receipt;
    return e;
}

enum err embedded_read_receipt(struct books *books, uint64_t number, struct arena *arena,
                               struct index_key *ret_key, struct receipt *ret)
{
    struct database *database = &embedded_of(books)->database;
    uint8_t key[16];
    sqlite3_stmt *s;
    enum err e = sql_get(database, NO_BOOK, SQL_RECEIPT_FIND, &s);

    if (e != OK)
        return e;
    sql_bind_u64(s, 1, number);
    e = sql_row(database, s);
    if (e != OK)
        return e;
    e = sql_blob(s, 5, key, sizeof key);
    if (e == OK)
        e = receipt_row(s, arena, ret);
    if (e == OK)
        *ret_key = index_key_from_bytes(key);
    sql_done(s);
    return e;
}

enum err embedded_next_receipt(struct books *books, uint64_t number, uint64_t *ret_number,
                               struct index_key *ret_key, struct instant *ret_at)
{
    struct database *database = &embedded_of(books)->database;
    uint8_t key[16];
    sqlite3_stmt *s;
    enum err e = sql_get(database, NO_BOOK, SQL_RECEIPT_AFTER, &s);

    if (e != OK)
        return e;
    sql_bind_u64(s, 1, number);
    e = sql_row(database, s);
    if (e != OK)
        return e;
    e = sql_blob(s, 1, key, sizeof key);
    if (e == OK) {
        *ret_number = sql_u64(s, 0);
        *ret_key = index_key_from_bytes(key);
        *ret_at = (struct instant){ sql_int(s, 2) };
    }
    sql_done(s);
    return e;
}

/* --- loading: the keys alone --- */

enum err embedded_receipts_load(struct embedded_store *embedded)
{
    struct database *database = &embedded->database;
    struct books *books = &embedded->books;
    sqlite3_stmt *s;
    uint8_t key[16];
    enum err e = sql_get(database, NO_BOOK, SQL_RECEIPTS, &s);

    if (e != OK)
        return e;
    while ((e = sql_row(database, s)) == OK) {
        uint64_t number = sql_u64(s, 0);

        if (number == 0)
            e = ERR_CORRUPT;
        if (e == OK)
            e = sql_blob(s, 1, key, sizeof key);
        if (e == OK)
            e = number_index_put(&books->receipts, index_key_from_bytes(key), number);
        if (e != OK)
            break;
        if (books->receipt_last == 0)
            books->receipt_forgotten = number - 1;
        books->receipt_last = number;
    }
    sql_done(s);
    return e == ERR_NOT_FOUND ? OK : e;
}
