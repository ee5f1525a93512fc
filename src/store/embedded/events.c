#include "store/embedded/inside.h"

enum err embedded_usage_event_write(struct database *database, enum environment environment,
                                    const struct usage_event *event)
{
    sqlite3_stmt *s;
    enum err e = sql_get(database, environment, SQL_USAGE_EVENT_INSERT, &s);

    if (e != OK)
        return e;
    (void)sqlite3_clear_bindings(s);
    if (event->customer > 0)
        sql_bind_int(s, 1, event->customer);
    sql_bind_text(s, 2, event->client_id);
    sql_bind_int(s, 3, event->at.us);
    sql_bind_int(s, 4, event->recorded_at.us);
    sql_bind_text(s, 5, event->transaction_id);
    sql_bind_text(s, 6, event->data);
    sql_bind_text(s, 7, event->because);
    sql_bind_int(s, 8, event->key);
    return sql_run(database, s);
}

static enum err event_row(sqlite3_stmt *s, struct arena *arena, struct usage_event *ret)
{
    struct usage_event event = {
        .number = (uint64_t)sql_int(s, 0),
        .customer = sql_u32(s, 1),
        .at = { sql_int(s, 4) },
        .recorded_at = { sql_int(s, 5) },
        .key = sql_u32(s, 9),
    };
    struct str *const texts[] = { &event.transaction_id, &event.data, &event.because };
    enum err e = sql_text(s, 3, arena, &event.client_id);

    if (e == OK && event.customer > 0)
        e = sql_uuid(s, 2, &event.customer_id.uuid);
    for (int i = 0; e == OK && i < (int)array_count(texts); i++)
        e = sql_text(s, 6 + i, arena, texts[i]);
    if (e == OK)
        *ret = event;
    return e;
}

enum err embedded_reader_usage_events(struct store_reader *reader,
                                      const struct usage_event_page *page, struct arena *arena,
                                      struct usage_event **ret, size_t *ret_count)
{
    struct database *database = embedded_reader_database(reader);
    struct usage_event *list = arena_new(arena, struct usage_event, page->limit);
    uint64_t last = page->after;
    size_t count = 0;
    sqlite3_stmt *s;
    enum err e =
        list == NULL ? ERR_NOMEM : sql_get(database, page->environment, SQL_USAGE_EVENTS, &s);

    if (e != OK)
        return e;
    sql_bind_int(s, 1, (int64_t)page->after);
    sql_bind_int(s, 2, (int64_t)page->until);
    sql_bind_int(s, 3, page->customer);
    sql_bind_int(s, 4, (int64_t)page->limit);
    while ((e = sql_row(database, s)) == OK) {
        assert(count < page->limit);
        e = event_row(s, arena, &list[count]);
        /* In a damaged table a search may end in the wrong place. */
        if (e == OK && (list[count].number <= last || list[count].number > page->until))
            e = ERR_CORRUPT;
        if (e != OK)
            break;
        last = list[count++].number;
    }
    sql_done(s);
    if (e != ERR_NOT_FOUND)
        return e;
    *ret = list;
    *ret_count = count;
    return OK;
}

enum err embedded_reader_usage_event_last(struct store_reader *reader, enum environment environment,
                                          uint64_t *ret)
{
    struct database *database = embedded_reader_database(reader);
    sqlite3_stmt *s;
    enum err e = sql_get(database, environment, SQL_USAGE_EVENT_LAST, &s);

    if (e != OK)
        return e;
    e = sql_row(database, s);
    if (e == OK) {
        *ret = (uint64_t)sql_int(s, 0); /* NULL is 0 */
        sql_done(s);
    }
    return e;
}
