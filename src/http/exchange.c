#include "http/exchange.h"

struct str request_header(const struct request *request, struct str name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (str_equals_ignoring_case(request->headers[i].name, name))
            return request->headers[i].value;
    }
    return STR_NONE;
}

size_t request_header_count(const struct request *request, struct str name)
{
    size_t count = 0;

    for (size_t i = 0; i < request->header_count; i++)
        if (str_equals_ignoring_case(request->headers[i].name, name))
            count++;
    return count;
}

void reply_header(struct reply *reply, struct str name, struct str value)
{
    assert(reply->header_count < REPLY_HEADERS_MAX);
    assert(name.len > 0);
    reply->headers[reply->header_count++] = (struct http_header){ .name = name, .value = value };
}

static bool text_is_plain(struct str text, bool plus_is_space)
{
    size_t at;

    return !str_find(text, '%', &at) && !(plus_is_space && str_find(text, '+', &at)) &&
           !str_find(text, '\0', &at);
}

enum err percent_decode(struct str text, bool plus_is_space, struct arena *arena, struct str *ret)
{
    char *data;
    size_t len = 0;

    if (text_is_plain(text, plus_is_space)) {
        *ret = text;
        return OK;
    }
    data = arena_take(arena, text.len);
    if (data == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (c == '%') {
            int high = i + 2 < text.len ? hex_digit(text.data[i + 1]) : -1;
            int low = i + 2 < text.len ? hex_digit(text.data[i + 2]) : -1;
            if (high < 0 || low < 0)
                return ERR_MALFORMED;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        if (c == '\0')
            return ERR_MALFORMED;
        data[len++] = c;
    }
    assert(len <= text.len);
    *ret = (struct str){ .data = data, .len = len };
    return OK;
}

bool query_next(struct str *rest, struct str *ret_name, struct str *ret_value)
{
    struct str pair;

    do { /* "a=1&&b=2" has two pairs */
        if (str_is_empty(*rest))
            return false;
        pair = str_split(*rest, '&', rest);
    } while (str_is_empty(pair));
    *ret_name = str_split(pair, '=', ret_value);
    return true;
}
