#include "store/embedded/rows.h"

#include <string.h>

/* --- writing --- */

#define SAME_INSTANT INT64_MIN /* effective_at, where it is `at`: NULL in the row */

/* The columns of an entry, in order. */
static void entry_values(const struct entry *entry, int64_t ret[ENTRY_COLUMNS])
{
    const int64_t values[ENTRY_COLUMNS] = {
        (int64_t)entry->sequence,
        (int64_t)entry->kind,
        (int64_t)entry->flags,
        (int64_t)entry->because,
        entry->at.us,
        instant_equals(entry->at, entry->effective_at) ? SAME_INSTANT : entry->effective_at.us,
        (int64_t)entry->operation,
        (int64_t)entry->account,
        (int64_t)entry->key,
        (int64_t)entry->grant,
        (int64_t)entry->of,
        entry->amount.units,
        entry->held.units,
        entry->uncovered.units,
        entry->grant_posted.units,
        entry->grant_held.units,
        entry->account_posted.units,
        entry->account_held.units,
        (int64_t)entry->account_previous,
        (int64_t)entry->account_jump,
        (int64_t)entry->grant_previous,
        (int64_t)entry->grant_jump,
        (int64_t)entry->source,
        (int64_t)entry->request,
        entry->debt.units,
        entry->account_debt.units,
    };

    memcpy(ret, values, sizeof values);
}

static enum err facts_write(struct database *database, enum environment environment,
                            uint64_t sequence, const struct facts *facts)
{
    sqlite3_stmt *s;
    enum err e = sql_get(database, environment, SQL_FACTS_INSERT, &s);

    if (e != OK)
        return e;
    sql_bind_u64(s, 1, sequence);
    sql_bind_uuid(s, 2, &facts->customer.uuid);
    sql_bind_uuid(s, 3, &facts->credit_type.uuid);
    sql_bind_uuid(s, 4, &facts->grant_id.uuid);
    sql_bind_int(s, 5, facts->amount.units);
    sql_bind_int(s, 6, facts->priority.millionths);
    sql_bind_instant(s, 7, facts->effective_at);
    sql_bind_instant(s, 8, facts->expires_at);
    if (facts->products.count > 0)
        sql_bind_blob(s, 9, facts->products.ids,
                      facts->products.count * sizeof *facts->products.ids);
    else
        sql_bind_null(s, 9);
    sql_bind_int(s, 10, (int64_t)facts->rollover.kind);
    sql_bind_int(s, 11, facts->rollover.amount_max.units);
    sql_bind_int(s, 12, facts->rollover.millionths_max);
    sql_bind_int(s, 13, facts->rollover.priority.millionths);
    sql_bind_instant(s, 14, facts->rollover.expires_at);
    sql_bind_uuid(s, 15, &facts->rolled_from.uuid);
    sql_bind_text(s, 16, facts->name);
    sql_bind_text(s, 17, facts->reason);
    sql_bind_text(s, 18, facts->grant_type);
    sql_bind_text(s, 19, facts->uniqueness_key);
    sql_bind_text(s, 20, facts->custom_fields);
    sql_bind_int(s, 21, facts->has_paid);
    sql_bind_int(s, 22, facts->paid_amount.units);
    sql_bind_uuid(s, 23, &facts->paid_credit_type.uuid);
    sql_bind_text(s, 24, facts->paid_currency);
    sql_bind_instant(s, 25, facts->invoice_date);
    sql_bind_text(s, 26, facts->invoice_id);
    sql_bind_uuid(s, 27, &facts->product.uuid);
    sql_bind_text(s, 28, facts->metadata);
    sql_bind_instant(s, 29, facts->hold_expires_at);
    return sql_run(database, s);
}

/* Binds what is not bound from the entry before. */
static void bind_changed(sqlite3_stmt *s, const int64_t values[ENTRY_COLUMNS],
                         struct database_bound *bound)
{
    for (int i = 0; i < ENTRY_COLUMNS; i++) {
        if (bound->is_known && bound->values[i] == values[i])
            continue;
        if (values[i] == SAME_INSTANT)
            sql_bind_null(s, i + 1);
        else
            sql_bind_int(s, i + 1, values[i]);
        bound->values[i] = values[i];
    }
    bound->is_known = true;
}

enum err rows_entry_write(struct database *database, enum environment environment,
                          const struct entry *entry)
{
    int64_t values[ENTRY_COLUMNS];
    sqlite3_stmt *s;
    enum err e = sql_get(database, environment, SQL_ENTRY_INSERT, &s);

    if (e != OK)
        return e;
    entry_values(entry, values);
    bind_changed(s, values, &database->bound[environment_index(environment)]);
    e = sql_run(database, s);
    if (e == OK && entry->facts != NULL)
        e = facts_write(database, environment, entry->sequence, entry->facts);
    return e;
}

enum err rows_seal_write(struct database *database, enum environment environment,
                         const struct seal *seal)
{
    sqlite3_stmt *s;
    enum err e = sql_get(database, environment, SQL_SEAL_INSERT, &s);

    if (e != OK)
        return e;
    sql_bind_u64(s, 1, seal->last_sequence);
    sql_bind_int(s, 2, seal->at.us);
    sql_bind_blob(s, 3, seal->hash.bytes, sizeof seal->hash.bytes);
    return sql_run(database, s);
}

/* --- reading --- */

enum err rows_entry(sqlite3_stmt *s, struct entry *ret)
{
    struct entry entry = {
        .sequence = sql_u64(s, 0),
        .flags = sql_u32(s, 2),
        .because = (enum because)sql_int(s, 3),
        .at = { sql_int(s, 4) },
        .operation = sql_u64(s, 6),
        .account = sql_u32(s, 7),
        .key = sql_u32(s, 8),
        .grant = sql_u64(s, 9),
        .of = sql_u64(s, 10),
        .amount = { sql_int(s, 11) },
        .held = { sql_int(s, 12) },
        .uncovered = { sql_int(s, 13) },
        .grant_posted = { sql_int(s, 14) },
        .grant_held = { sql_int(s, 15) },
        .account_posted = { sql_int(s, 16) },
        .account_held = { sql_int(s, 17) },
        .account_previous = sql_u64(s, 18),
        .account_jump = sql_u64(s, 19),
        .grant_previous = sql_u64(s, 20),
        .grant_jump = sql_u64(s, 21),
        .source = sql_u32(s, 22),
        .request = sql_u64(s, 23),
        .debt = { sql_int(s, 24) },
        .account_debt = { sql_int(s, 25) },
    };

    if (!entry_kind_from_code((int)sql_int(s, 1), &entry.kind) || !sql_are_amounts(s, 11, 17) ||
        !sql_are_amounts(s, 24, 25))
        return ERR_CORRUPT;
    if (!sql_are_numbers(s, 6, 10) || !sql_are_numbers(s, 18, 21))
        return ERR_CORRUPT;
    entry.effective_at = sqlite3_column_type(s, 5) == SQLITE_NULL ? entry.at : sql_instant(s, 5);
    *ret = entry;
    return OK;
}

static enum err facts_ids(sqlite3_stmt *s, struct facts *facts)
{
    const struct {
        int column;
        struct uuid *uuid;
    } ids[] = {
        { 1, &facts->customer.uuid },          { 2, &facts->credit_type.uuid },
        { 3, &facts->grant_id.uuid },          { 14, &facts->rolled_from.uuid },
        { 22, &facts->paid_credit_type.uuid }, { 26, &facts->product.uuid },
    };
    enum err e = OK;

    for (size_t i = 0; i < array_count(ids) && e == OK; i++)
        e = sql_uuid(s, ids[i].column, ids[i].uuid);
    return e;
}

static enum err facts_texts(sqlite3_stmt *s, struct arena *arena, struct facts *facts)
{
    const struct {
        int column;
        struct str *text;
    } texts[] = {
        { 15, &facts->name },          { 16, &facts->reason },
        { 17, &facts->grant_type },    { 18, &facts->uniqueness_key },
        { 19, &facts->custom_fields }, { 23, &facts->paid_currency },
        { 25, &facts->invoice_id },    { 27, &facts->metadata },
    };
    enum err e = OK;

    for (size_t i = 0; i < array_count(texts) && e == OK; i++)
        e = sql_text(s, texts[i].column, arena, texts[i].text);
    return e;
}

static enum err facts_products(sqlite3_stmt *s, struct arena *arena, struct product_set *ret)
{
    size_t size = (size_t)sqlite3_column_bytes(s, 8);
    struct product_id *ids;

    if (size == 0)
        return OK;
    if (size % sizeof *ids != 0)
        return ERR_CORRUPT;
    ids = arena_take(arena, size);
    if (ids == NULL)
        return ERR_NOMEM;
    memcpy(ids, sqlite3_column_blob(s, 8), size);
    *ret = (struct product_set){ .count = size / sizeof *ids, .ids = ids };
    return OK;
}

enum err rows_facts(sqlite3_stmt *s, struct arena *arena, const struct facts **ret)
{
    struct facts *facts = arena_new(arena, struct facts, 1);
    enum err e;

    if (facts == NULL)
        return ERR_NOMEM;
    if (!sql_are_amounts(s, 4, 4) || !sql_are_amounts(s, 10, 10) || !sql_are_amounts(s, 21, 21))
        return ERR_CORRUPT;
    facts->amount.units = sql_int(s, 4);
    facts->priority.millionths = sql_int(s, 5);
    facts->effective_at = sql_instant(s, 6);
    facts->expires_at = sql_instant(s, 7);
    facts->rollover.kind = (enum rollover_kind)sql_int(s, 9);
    facts->rollover.amount_max.units = sql_int(s, 10);
    facts->rollover.millionths_max = sql_u32(s, 11);
    facts->rollover.priority.millionths = sql_int(s, 12);
    facts->rollover.expires_at = sql_instant(s, 13);
    facts->has_paid = sql_int(s, 20) != 0;
    facts->paid_amount.units = sql_int(s, 21);
    facts->invoice_date = sql_instant(s, 24);
    facts->hold_expires_at = sql_instant(s, 28);
    e = facts_ids(s, facts);
    if (e == OK)
        e = facts_texts(s, arena, facts);
    if (e == OK)
        e = facts_products(s, arena, &facts->products);
    if (e == OK)
        *ret = facts;
    return e;
}

static enum err facts_read(struct database *database, enum environment environment,
                           uint64_t sequence, struct arena *arena, const struct facts **ret)
{
    sqlite3_stmt *s;
    enum err e = sql_get(database, environment, SQL_FACTS_FIND, &s);

    if (e != OK)
        return e;
    sql_bind_u64(s, 1, sequence);
    e = sql_row(database, s);
    if (e == ERR_NOT_FOUND) {
        *ret = NULL;
        return OK;
    }
    if (e == OK)
        e = rows_facts(s, arena, ret);
    sql_done(s);
    return e;
}

enum err rows_entry_read(struct database *database, enum environment environment, uint64_t sequence,
                         bool with_facts, struct arena *arena, struct entry *ret)
{
    struct entry entry;
    sqlite3_stmt *s;
    enum err e =
        sequence > INT64_MAX ? ERR_NOT_FOUND : sql_get(database, environment, SQL_ENTRY_FIND, &s);

    if (e != OK)
        return e;
    sql_bind_u64(s, 1, sequence);
    e = sql_row(database, s);
    if (e != OK)
        return e;
    e = rows_entry(s, &entry);
    sql_done(s);
    if (e == OK && with_facts)
        e = facts_read(database, environment, sequence, arena, &entry.facts);
    if (e == OK)
        *ret = entry;
    return e;
}

static enum err seal_row(struct database *database, sqlite3_stmt *s, struct seal *ret)
{
    struct seal seal = { .last_sequence = 0 };
    enum err e = sql_row(database, s);

    if (e != OK)
        return e;
    seal.last_sequence = sql_u64(s, 0);
    seal.at.us = sql_int(s, 1);
    e = sql_blob(s, 2, seal.hash.bytes, sizeof seal.hash.bytes);
    sql_done(s);
    if (e == OK)
        *ret = seal;
    return e;
}

enum err rows_seal_read(struct database *database, enum environment environment,
                        uint64_t after_sequence, struct seal *ret)
{
    struct seal seal;
    sqlite3_stmt *s;
    enum err e = sql_get(database, environment, SQL_SEAL_AFTER, &s);

    if (e != OK)
        return e;
    sql_bind_u64(s, 1, after_sequence);
    e = seal_row(database, s, &seal);
    /* In a damaged table a search may end in the wrong place. */
    if (e == OK && seal.last_sequence <= after_sequence)
        return ERR_CORRUPT;
    if (e == OK)
        *ret = seal;
    return e;
}

enum err rows_seal_last(struct database *database, enum environment environment, struct seal *ret)
{
    sqlite3_stmt *s;
    enum err e = sql_get(database, environment, SQL_SEAL_LAST, &s);

    return e == OK ? seal_row(database, s, ret) : e;
}
