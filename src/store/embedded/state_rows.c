#include "store/embedded/state_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "store/embedded/rows.h"

/* Bits of a grant's terms: what of them stands in the facts of its first entry alone. */
#define TERMS_PRODUCTS 1u
#define TERMS_ROLLOVER 2u
/* And this one of the facts that hold. */
#define TERMS_FIELDS 4u

#define PARTS_ARENA_BYTES ((size_t)64 << 20)

/* No book has so many entries; what has a number is called after one. */
#define NUMBER_MAX (UINT64_MAX >> 8)

/* --- accounts --- */

enum err state_account_write(struct database *database, const struct book *book,
                             const struct book_account *account)
{
    const struct account *state = &account->account;
    sqlite3_stmt *s;
    enum err e = sql_get(database, book->environment, SQL_ACCOUNT_PUT, &s);

    if (e != OK)
        return e;
    sql_bind_int(s, 1, state->number);
    sql_bind_u64(s, 2, state->last_entry);
    sql_bind_u64(s, 3, state->entry_count);
    sql_bind_int(s, 4, state->customer);
    sql_bind_int(s, 5, state->credit_type);
    sql_bind_int(s, 6, state->posted.units);
    sql_bind_int(s, 7, state->held.units);
    sql_bind_int(s, 8, state->scheduled.units);
    sql_bind_int(s, 9, state->uncovered.units);
    sql_bind_int(s, 10, state->limit.units);
    sql_bind_int(s, 11, state->debt.units);
    sql_bind_u64(s, 12, state->last_repay);
    sql_bind_int(s, 13, state->lent.units);
    return sql_run(database, s);
}

static enum err account_load(struct database *database, sqlite3_stmt *s, struct book *book,
                             struct arena *arena)
{
    struct account account = {
        .number = sql_u32(s, 0),
        .last_entry = sql_u64(s, 1),
        .entry_count = sql_u64(s, 2),
        .customer = sql_u32(s, 3),
        .credit_type = sql_u32(s, 4),
        .posted = { sql_int(s, 5) },
        .held = { sql_int(s, 6) },
        .scheduled = { sql_int(s, 7) },
        .uncovered = { sql_int(s, 8) },
        .limit = { sql_int(s, 9) },
        .debt = { sql_int(s, 10) },
        .last_repay = sql_u64(s, 11),
        .lent = { sql_int(s, 12) },
    };

    (void)database;
    (void)arena;
    if (!sql_are_numbers(s, 1, 2) || !sql_are_numbers(s, 11, 11) || !sql_are_amounts(s, 5, 10) ||
        !sql_are_amounts(s, 12, 12))
        return ERR_CORRUPT;
    return book_account_load(book, &account);
}

/* --- grants --- */

static void fingerprint_bytes(struct index_key key, uint8_t ret[16])
{
    for (int i = 0; i < 8; i++) {
        ret[i] = (uint8_t)(key.high >> (56 - 8 * i));
        ret[8 + i] = (uint8_t)(key.low >> (56 - 8 * i));
    }
}

/* The bytes stay until the statement is done. */
static void bind_uniqueness(sqlite3_stmt *s, int place, struct index_key key, uint8_t bytes[16])
{
    fingerprint_bytes(key, bytes);
    if ((key.high | key.low) == 0)
        sql_bind_null(s, place);
    else
        sql_bind_blob(s, place, bytes, 16);
}

static void bind_amounts(sqlite3_stmt *s, int place, const struct grant *grant)
{
    const struct amount amounts[] = {
        grant->amount,   grant->scheduled, grant->posted, grant->held,        grant->drawn,
        grant->reversed, grant->expired,   grant->voided, grant->rolled_over,
    };

    for (size_t i = 0; i < array_count(amounts); i++)
        sql_bind_int(s, place + (int)i, amounts[i].units);
}

enum err state_grant_write(struct database *database, const struct book *book,
                           const struct book_grant *kept)
{
    const struct grant *grant = &kept->grant;
    unsigned terms = (grant->products != NULL ? TERMS_PRODUCTS : 0) |
                     (grant->rollover != NULL ? TERMS_ROLLOVER : 0) |
                     (kept->has_fields ? TERMS_FIELDS : 0);
    uint8_t fingerprint[16];
    sqlite3_stmt *s;
    enum err e = sql_get(database, book->environment, SQL_GRANT_PUT, &s);

    if (e != OK)
        return e;
    sql_bind_u64(s, 1, grant->number);
    sql_bind_u64(s, 2, grant->last_entry);
    sql_bind_u64(s, 3, grant->facts_entry);
    sql_bind_blob(s, 4, grant->id.uuid.bytes, sizeof grant->id.uuid.bytes);
    sql_bind_int(s, 5, grant->account);
    sql_bind_int(s, 6, (int64_t)grant->status);
    sql_bind_int(s, 7, grant->priority.millionths);
    sql_bind_int(s, 8, grant->effective_at.us);
    sql_bind_instant(s, 9, grant->expires_at);
    bind_amounts(s, 10, grant);
    sql_bind_int(s, 19, terms);
    bind_uniqueness(s, 20, kept->uniqueness, fingerprint);
    sql_bind_u64(s, 21, grant->entry_count);
    sql_bind_int(s, 22, grant->repaid.units);
    return sql_run(database, s);
}

/* Products and rollover, from where they stand: nothing changes them. */
static enum err terms_load(struct database *database, struct book *book, struct grant *grant,
                           struct arena *arena)
{
    struct entry entry;
    enum err e = rows_entry_read(database, book->environment, grant->number, true, arena, &entry);

    if (e != OK)
        return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
    if (entry.facts == NULL)
        return ERR_CORRUPT;
    e = intern_products(book->intern, &entry.facts->products, &grant->products);
    if (e == OK)
        e = intern_rollover(book->intern, &entry.facts->rollover, &grant->rollover);
    return e;
}

static enum err fields_load(struct database *database, struct book *book, const struct grant *grant,
                            struct arena *arena)
{
    struct entry entry;
    enum err e =
        rows_entry_read(database, book->environment, grant->facts_entry, true, arena, &entry);

    if (e != OK)
        return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
    if (entry.facts == NULL)
        return ERR_CORRUPT;
    return book_grant_fields_load(book, grant->number, entry.facts->custom_fields);
}

static enum err uniqueness_load(sqlite3_stmt *s, int column, struct index_key *ret)
{
    uint8_t bytes[16];
    enum err e;

    *ret = (struct index_key){ .high = 0 };
    if (sqlite3_column_type(s, column) == SQLITE_NULL)
        return OK;
    e = sql_blob(s, column, bytes, sizeof bytes);
    if (e == OK)
        *ret = index_key_from_bytes(bytes);
    return e;
}

static bool status_is_known(int64_t status)
{
    return status >= GRANT_SCHEDULED && status <= GRANT_VOIDED;
}

static enum err grant_load(struct database *database, sqlite3_stmt *s, struct book *book,
                           struct arena *arena)
{
    struct grant grant = {
        .number = sql_u64(s, 0),
        .last_entry = sql_u64(s, 1),
        .facts_entry = sql_u64(s, 2),
        .account = sql_u32(s, 4),
        .status = (enum grant_status)sql_int(s, 5),
        .priority = { sql_int(s, 6) },
        .effective_at = { sql_int(s, 7) },
        .expires_at = sql_instant(s, 8),
        .amount = { sql_int(s, 9) },
        .scheduled = { sql_int(s, 10) },
        .posted = { sql_int(s, 11) },
        .held = { sql_int(s, 12) },
        .drawn = { sql_int(s, 13) },
        .reversed = { sql_int(s, 14) },
        .expired = { sql_int(s, 15) },
        .voided = { sql_int(s, 16) },
        .rolled_over = { sql_int(s, 17) },
        .entry_count = sql_u64(s, 20),
        .repaid = { sql_int(s, 21) },
    };
    struct index_key uniqueness;
    enum err e = sql_blob(s, 3, grant.id.uuid.bytes, sizeof grant.id.uuid.bytes);

    if (e == OK && (!status_is_known(sql_int(s, 5)) || !sql_are_amounts(s, 9, 17) ||
                    !sql_are_amounts(s, 21, 21) || instant_is_none(grant.effective_at) ||
                    instant_is_none(grant.expires_at)))
        e = ERR_CORRUPT;
    if (e == OK && !sql_are_numbers(s, 0, 2))
        e = ERR_CORRUPT;
    if (e == OK)
        e = uniqueness_load(s, 19, &uniqueness);
    if (e == OK && (sql_int(s, 18) & (TERMS_PRODUCTS | TERMS_ROLLOVER)) != 0)
        e = terms_load(database, book, &grant, arena);
    if (e == OK)
        e = book_grant_load(book, &grant, uniqueness);
    if (e == OK && (sql_int(s, 18) & TERMS_FIELDS) != 0)
        e = fields_load(database, book, &grant, arena);
    return e;
}

/* --- holds: their parts as JSON, [[grant, amount], ...], so that the shell can read them --- */

static enum err parts_text(const struct hold *hold, struct arena *arena, struct str *ret)
{
    const size_t part_bytes_max = 2 + 20 + 1 + 20 + 1;
    size_t size = hold->part_count * part_bytes_max + 3, used = 0;
    char *text = arena_take(arena, size);

    if (text == NULL)
        return ERR_NOMEM;
    text[used++] = '[';
    for (size_t i = 0; i < hold->part_count; i++)
        used +=
            (size_t)snprintf(text + used, size - used, "%s[%" PRIu64 ",%" PRId64 "]",
                             i == 0 ? "" : ",", hold->parts[i].grant, hold->parts[i].amount.units);
    text[used++] = ']';
    assert(used < size);
    *ret = (struct str){ .data = text, .len = used };
    return OK;
}

static void bind_hold(sqlite3_stmt *s, const struct book_hold *kept)
{
    const struct hold *hold = &kept->hold;

    sql_bind_u64(s, 1, hold->number);
    sql_bind_u64(s, 2, kept->last_entry);
    sql_bind_int(s, 3, hold->account);
    sql_bind_int(s, 4, (int64_t)hold->status);
    sql_bind_instant(s, 5, hold->expires_at);
    sql_bind_int(s, 6, hold->amount.units);
    sql_bind_int(s, 7, hold->captured.units);
    sql_bind_uuid(s, 8, &hold->product.uuid);
    sql_bind_null(s, 9);
}

enum err state_hold_write(struct database *database, const struct book *book,
                          const struct book_hold *kept)
{
    struct arena arena;
    struct str parts;
    sqlite3_stmt *s;
    enum err e = sql_get(database, book->environment, SQL_HOLD_PUT, &s);

    if (e != OK)
        return e;
    arena_init(&arena, PARTS_ARENA_BYTES);
    bind_hold(s, kept);
    if (kept->hold.status == HOLD_OPEN) { /* of an ended one nobody asks */
        e = parts_text(&kept->hold, &arena, &parts);
        if (e == OK)
            sql_bind_text(s, 9, parts);
    }
    if (e == OK)
        e = sql_run(database, s);
    sql_bind_null(s, 9);
    arena_finish(&arena);
    return e;
}

/* Reads a whole number; false when there is none. */
static bool take_number(const char **text, uint64_t *ret)
{
    uint64_t number = 0;

    if (**text < '0' || **text > '9')
        return false;
    while (**text >= '0' && **text <= '9') {
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, (uint64_t)(**text - '0'), &number))
            return false;
        (*text)++;
    }
    *ret = number;
    return number <= INT64_MAX;
}

static bool take_char(const char **text, char c)
{
    if (**text != c)
        return false;
    (*text)++;
    return true;
}

/* The text ends with a NUL.  Parts leave when their hold ends: those of an open one are whole. */
static bool take_parts(const char *text, struct hold *hold)
{
    uint64_t units;

    if (!take_char(&text, '['))
        return false;
    while (*text == '[' || *text == ',') {
        struct hold_part *part = &hold->parts[hold->part_count];

        if (hold->part_count > 0 && !take_char(&text, ','))
            return false;
        if (!take_char(&text, '[') || !take_number(&text, &part->grant) || !take_char(&text, ',') ||
            !take_number(&text, &units) || !take_char(&text, ']') || units == 0)
            return false;
        part->amount.units = (int64_t)units;
        hold->part_count++;
    }
    return take_char(&text, ']') && *text == '\0';
}

static enum err parts_read(sqlite3_stmt *s, struct arena *arena, struct hold *hold)
{
    struct str text;
    size_t commas = 0;
    enum err e = sql_text(s, 8, arena, &text);

    if (e != OK || text.data == NULL)
        return e;
    for (size_t i = 0; i < text.len; i++)
        commas += text.data[i] == ',';
    hold->parts = arena_new(arena, struct hold_part, commas + 1);
    if (hold->parts == NULL)
        return ERR_NOMEM;
    return take_parts(text.data, hold) ? OK : ERR_CORRUPT;
}

static enum err hold_row(sqlite3_stmt *s, struct arena *arena, struct hold *ret,
                         uint64_t *ret_last_entry)
{
    struct hold hold = {
        .number = sql_u64(s, 0),
        .account = sql_u32(s, 2),
        .status = (enum hold_status)sql_int(s, 3),
        .expires_at = sql_instant(s, 4),
        .amount = { sql_int(s, 5) },
        .captured = { sql_int(s, 6) },
    };
    enum err e = sql_uuid(s, 7, &hold.product.uuid);

    if (e == OK && (sql_int(s, 3) < HOLD_OPEN || sql_int(s, 3) > HOLD_LAPSED))
        e = ERR_CORRUPT;
    if (e == OK && (hold.number == 0 || hold.number > NUMBER_MAX || !sql_are_numbers(s, 1, 1) ||
                    sql_u64(s, 1) < hold.number || !sql_are_amounts(s, 5, 6)))
        e = ERR_CORRUPT;
    if (e == OK && arena != NULL)
        e = parts_read(s, arena, &hold);
    if (e != OK)
        return e;
    *ret = hold;
    *ret_last_entry = sql_u64(s, 1);
    return OK;
}

static enum err hold_load(struct database *database, sqlite3_stmt *s, struct book *book,
                          struct arena *arena)
{
    struct hold hold;
    uint64_t last_entry;
    enum err e = hold_row(s, arena, &hold, &last_entry);

    (void)database;
    return e == OK ? book_hold_load(book, &hold, last_entry) : e;
}

enum err state_hold_read(struct database *database, enum environment environment, uint64_t number,
                         struct arena *arena, struct hold *ret, uint64_t *ret_last_entry)
{
    sqlite3_stmt *s;
    enum err e =
        number > INT64_MAX ? ERR_NOT_FOUND : sql_get(database, environment, SQL_HOLD_FIND, &s);

    if (e != OK)
        return e;
    sql_bind_u64(s, 1, number);
    e = sql_row(database, s);
    if (e != OK)
        return e;
    e = hold_row(s, arena, ret, ret_last_entry);
    sql_done(s);
    return e;
}

/* --- reversals: written whole, with the entry --- */

enum err state_reversal_write(struct database *database, const struct book *book,
                              const struct entry *entry)
{
    sqlite3_stmt *s;
    uint64_t grant;
    enum err e;

    if (!entry_gives_back(entry, &grant))
        return OK;
    e = sql_get(database, book->environment, SQL_REVERSAL_PUT, &s);
    if (e != OK)
        return e;
    sql_bind_u64(s, 1, entry->of);
    sql_bind_u64(s, 2, grant);
    sql_bind_u64(s, 3, entry->sequence);
    sql_bind_int(s, 4, book_reversed(book, entry->of, grant).units);
    return sql_run(database, s);
}

enum err state_reversals_load(struct database *database, struct book *book, struct index *ret_until)
{
    sqlite3_stmt *s;
    enum err e = sql_get(database, book->environment, SQL_REVERSALS, &s);

    if (e != OK)
        return e;
    while ((e = sql_row(database, s)) == OK) {
        struct index_key key = book_reversal_key(sql_u64(s, 0), sql_u64(s, 1));
        uint64_t until = sql_u64(s, 2);

        e = until == 0 || !sql_are_numbers(s, 0, 2) || !sql_are_amounts(s, 3, 3)
                ? ERR_CORRUPT
                : index_put(ret_until, key, until);
        if (e == OK)
            e = book_reversal_load(book, key.high, key.low, (struct amount){ sql_int(s, 3) });
        if (e != OK)
            break;
    }
    sql_done(s);
    return e == ERR_NOT_FOUND ? OK : e;
}

/* --- all of it --- */

typedef enum err state_row(struct database *database, sqlite3_stmt *statement, struct book *book,
                           struct arena *arena);

static enum err load_rows(struct database *database, struct book *book, enum sql which,
                          state_row *load)
{
    struct arena arena;
    sqlite3_stmt *s;
    enum err e = sql_get(database, book->environment, which, &s);

    if (e != OK)
        return e;
    arena_init(&arena, PARTS_ARENA_BYTES);
    while ((e = sql_row(database, s)) == OK) {
        e = load(database, s, book, &arena);
        if (e != OK)
            break;
        arena_reset(&arena, PARTS_ARENA_BYTES);
    }
    sql_done(s);
    arena_finish(&arena);
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err state_load(struct database *database, struct book *book)
{
    enum err e = load_rows(database, book, SQL_ACCOUNTS, account_load);

    if (e == OK)
        e = load_rows(database, book, SQL_GRANTS, grant_load);
    if (e != OK)
        return e;
    book_loaded(book);
    return load_rows(database, book, SQL_HOLDS_OPEN, hold_load);
}
