#include "store/embedded/trail.h"

/* --- writing --- */

enum err trail_source_write(struct database *database, const struct source *source)
{
    sqlite3_stmt *s;
    enum err e = sql_get(database, NO_BOOK, SQL_SOURCE_INSERT, &s);

    if (e != OK)
        return e;
    sql_bind_int(s, 1, source->number);
    sql_bind_int(s, 2, (int64_t)source->run);
    sql_bind_text(s, 3, source->ip);
    sql_bind_text(s, 4, source->user_agent);
    return sql_run(database, s);
}

enum err trail_line_write(struct database *database, const struct log_line *line)
{
    sqlite3_stmt *s;
    enum err e = sql_get(database, NO_BOOK, SQL_LOG_INSERT, &s);

    if (e != OK)
        return e;
    sql_bind_u64(s, 1, line->number);
    sql_bind_int(s, 2, line->at.us);
    sql_bind_int(s, 3, line->key);
    sql_bind_int(s, 4, line->source);
    sql_bind_u64(s, 5, line->request);
    sql_bind_text(s, 6, line->action);
    sql_bind_text(s, 7, line->resource_type);
    sql_bind_text(s, 8, line->resource_id);
    return sql_run(database, s);
}

/* --- reading --- */

enum err trail_load(struct database *database, struct trail *trail)
{
    sqlite3_stmt *s;
    enum err e = sql_get(database, NO_BOOK, SQL_TRAIL_ENDS, &s);

    if (e != OK)
        return e;
    e = sql_row(database, s);
    assert(e != ERR_NOT_FOUND); /* it selects from nothing: a row */
    if (e != OK)
        return e;
    trail->source_last = sql_u32(s, 0);
    trail->log_last = sql_u64(s, 1);
    trail->log_last_at.us = trail->log_last > 0 ? sql_int(s, 2) : INSTANT_NONE.us;
    sql_done(s);
    return OK;
}

enum err trail_source_read(struct database *database, uint32_t number, struct arena *arena,
                           struct source *ret)
{
    struct source source = { .number = number };
    sqlite3_stmt *s;
    enum err e = sql_get(database, NO_BOOK, SQL_SOURCE_FIND, &s);

    if (e != OK)
        return e;
    sql_bind_int(s, 1, number);
    e = sql_row(database, s);
    if (e != OK)
        return e;
    source.run = (uint64_t)sql_int(s, 0);
    e = sql_text(s, 1, arena, &source.ip);
    if (e == OK)
        e = sql_text(s, 2, arena, &source.user_agent);
    sql_done(s);
    if (e == OK)
        *ret = source;
    return e;
}

static enum err line_row(sqlite3_stmt *s, struct arena *arena, struct log_line *ret)
{
    struct log_line line = {
        .number = sql_u64(s, 0),
        .at = { sql_int(s, 1) },
        .key = sql_u32(s, 2),
        .source = sql_u32(s, 3),
        .request = sql_u64(s, 4),
    };
    enum err e = sql_text(s, 5, arena, &line.action);

    if (e == OK)
        e = sql_text(s, 6, arena, &line.resource_type);
    if (e == OK)
        e = sql_text(s, 7, arena, &line.resource_id);
    if (e == OK)
        *ret = line;
    return e;
}

static enum err range_get(struct database *database, const struct log_range *range, size_t limit,
                          sqlite3_stmt **ret)
{
    bool is_all = str_is_empty(range->resource_type);
    enum sql newest = is_all ? SQL_LOG_BACK : SQL_LOG_OF_BACK;
    enum sql oldest = is_all ? SQL_LOG : SQL_LOG_OF;
    enum err e = sql_get(database, NO_BOOK, range->newest_first ? newest : oldest, ret);

    if (e != OK)
        return e;
    sql_bind_u64(*ret, 1, range->after);
    sql_bind_u64(*ret, 2, range->until);
    sql_bind_u64(*ret, 3, limit);
    if (!is_all) {
        sql_bind_text(*ret, 4, range->resource_type);
        sql_bind_text(*ret, 5, range->resource_id);
    }
    return OK;
}

enum err trail_lines_read(struct database *database, const struct log_range *range, size_t limit,
                          struct arena *arena, struct log_line **ret, size_t *ret_count)
{
    struct log_line *lines = arena_new(arena, struct log_line, limit);
    size_t count = 0;
    sqlite3_stmt *s;
    enum err e = lines == NULL ? ERR_NOMEM : range_get(database, range, limit, &s);

    if (e != OK)
        return e;
    while ((e = sql_row(database, s)) == OK) {
        assert(count < limit);
        e = line_row(s, arena, &lines[count]);
        /* In a damaged table a search may end in the wrong place. */
        if (e == OK && (lines[count].number <= range->after || lines[count].number > range->until))
            e = ERR_CORRUPT;
        if (e != OK)
            break;
        count++;
    }
    sql_done(s);
    if (e != ERR_NOT_FOUND)
        return e;
    *ret = lines;
    *ret_count = count;
    return OK;
}
