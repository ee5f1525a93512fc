#include "api/page.h"

#include "base/limits.h"

_Static_assert(CURSOR_PEPPER_BYTES == sizeof(((struct key_snapshot *)0)->pepper),
               "a cursor is proven with the directory's pepper");

static const struct text_rule any_length = { .bytes_max = 0 };

void page_decode(struct call *call, struct params *params, struct str cursor_name,
                 enum cursor_list list)
{
    call->job.query.limit = PAGE_LIMIT_DEFAULT;
    params_limit(params, STR("limit"), PAGE_LIMIT_MAX, &call->job.query.limit);
    page_decode_cursor(call, params, cursor_name, list);
}

void page_decode_cursor(struct call *call, struct params *params, struct str cursor_name,
                        enum cursor_list list)
{
    struct str text = STR_NONE;
    struct cursor cursor;
    struct key_snapshot *keys;

    params_text(params, cursor_name, &any_length, &text);
    if (text.len == 0)
        return;
    keys = call_keys_acquire(call);
    if (cursor_parse(text, list, keys->pepper, &cursor) != OK) {
        reading_blame(&call->reading, cursor_name, STR("must be the cursor of an earlier page"));
    } else {
        call->job.query.after = cursor.after;
        call->job.query.after_entry = cursor.within;
    }
    ledger_keys_release(keys);
}

void page_encode_next(const struct call *call, enum cursor_list list, struct json_writer *writer)
{
    struct cursor cursor = {
        .list = list,
        .after = call->job.answer.next,
        .within = call->job.answer.next_entry,
    };
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
