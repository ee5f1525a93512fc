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

bool page_decode_any(struct call *call, struct params *params, struct str cursor_name,
                     const enum cursor_list *lists, size_t list_count, enum cursor_list *ret_list)
{
    struct str text = STR_NONE;
    struct cursor cursor;
    struct key_snapshot *keys;
    enum err e = ERR_MALFORMED;

    params_text(params, cursor_name, &any_length, &text);
    if (text.len == 0)
        return false;
    keys = call_keys_acquire(call);
    for (size_t i = 0; i < list_count && e != OK; i++)
        e = cursor_parse(text, lists[i], keys->pepper, &cursor);
    ledger_keys_release(keys);
    if (e != OK) {
        reading_blame(&call->reading, cursor_name, STR("must be the cursor of an earlier page"));
        return false;
    }
    call->job.query.after = cursor.after;
    call->job.query.after_entry = cursor.within;
    *ret_list = cursor.list;
    return true;
}

void page_decode_cursor(struct call *call, struct params *params, struct str cursor_name,
                        enum cursor_list list)
{
    (void)page_decode_any(call, params, cursor_name, &list, 1, &list);
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
