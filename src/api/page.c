#include "api/page.h"

#include "base/limits.h"

_Static_assert(CURSOR_PEPPER_BYTES == sizeof(((struct key_snapshot *)0)->pepper),
               "a cursor is proven with the directory's pepper");

static const struct text_rule any_length = { .bytes_max = 0 };

void page_decode(struct call *call, struct params *params, struct str cursor_name,
                 enum cursor_list list)
{
    struct query *query = &call->job.query;
    struct str cursor = STR_NONE;
    struct key_snapshot *keys;

    query->limit = PAGE_LIMIT_DEFAULT;
    params_limit(params, STR("limit"), PAGE_LIMIT_MAX, &query->limit);
    params_text(params, cursor_name, &any_length, &cursor);
    if (cursor.len == 0)
        return;
    keys = call_keys_acquire(call);
    if (cursor_parse(cursor, list, keys->pepper, &query->after) != OK)
        reading_blame(&call->reading, cursor_name, STR("must be the cursor of an earlier page"));
    ledger_keys_release(keys);
}

void page_encode_next(const struct call *call, enum cursor_list list, struct json_writer *writer)
{
    struct cursor cursor = { .list = list, .after = call->job.answer.next };
    struct key_snapshot *keys;
    char text[CURSOR_TEXT_SIZE];

    if (cursor.after == 0) {
        json_put_null(writer);
        return;
    }
    keys = call_keys_acquire(call);
    cursor_format(cursor, keys->pepper, text);
    ledger_keys_release(keys);
    json_put_string(writer, (struct str){ .data = text, .len = sizeof(text) });
}
