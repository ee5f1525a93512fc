#include "json/write.h"

#include <string.h>
#include "exact/uint128.h"
#include "json/plain.h"

#define ARENA_BYTES_MIN 512u /* doubled at once: most replies fit */

/* Invariant: len <= size, and nothing is written once overflowed is set. */

void json_writer_init(struct json_writer *w, char *data, size_t size)
{
    *w = (struct json_writer){ .data = data, .size = size };
}

void json_writer_init_in(struct json_writer *w, struct arena *arena)
{
    *w = (struct json_writer){ .arena = arena };
}

/* Moves to a place twice as large, with room for at least added bytes more. */
static bool grow(struct json_writer *w, size_t added)
{
    size_t size = w->size == 0 ? ARENA_BYTES_MIN : w->size;
    char *data;

    if (w->arena == NULL || added > SIZE_MAX / 4 || size > SIZE_MAX / 4)
        return false;
    size = size * 2 > w->len + added ? size * 2 : w->len + added;
    data = arena_take(w->arena, size);
    if (data == NULL)
        return false;
    if (w->len > 0)
        memcpy(data, w->data, w->len);
    w->data = data;
    w->size = size;
    return true;
}

/* Where the next count bytes go; NULL when there are none, or no room for them. */
static char *reserve(struct json_writer *w, size_t count)
{
    char *to;

    assert(w->len <= w->size);
    if (!w->overflowed && count > w->size - w->len)
        w->overflowed = !grow(w, count);
    if (w->overflowed || count == 0)
        return NULL;
    to = w->data + w->len;
    w->len += count;
    return to;
}

static void put(struct json_writer *w, struct str text)
{
    char *to = reserve(w, text.len);

    if (to != NULL && text.len > 0)
        memcpy(to, text.data, text.len);
}

CHECK_ONLY static bool in_object(const struct json_writer *w)
{
    return w->depth > 0 && (w->objects >> (w->depth - 1) & 1) != 0;
}

/* A value of size bytes begins: with a comma if there is one before it.  Where it goes, or NULL. */
static char *begin_value(struct json_writer *w, size_t size)
{
    bool comma = w->needs_comma && !w->has_key;
    char *to;

    assert(in_object(w) == w->has_key);
    assert(if_then(w->depth == 0, !w->needs_comma)); /* there is only one at the top */
    w->has_key = false;
    w->needs_comma = true;
    to = reserve(w, size + comma);
    if (to != NULL && comma)
        *to++ = ',';
    return to;
}

/* Writes a character that may not stand for itself in a string. */
static void put_escaped(struct json_writer *w, char c)
{
    static const char letters[] = "bfnrt\"\\", meanings[] = "\b\f\n\r\t\"\\";
    static const char hex[] = "0123456789abcdef";
    const char *meaning = memchr(meanings, c, sizeof meanings - 1);
    char escape[] = { '\\', 'u', '0', '0', hex[c >> 4 & 15], hex[c & 15] };

    if (meaning != NULL) {
        escape[1] = letters[meaning - meanings];
        put(w, (struct str){ .data = escape, .len = 2 });
        return;
    }
    put(w, (struct str){ .data = escape, .len = sizeof escape });
}

/* 4 to 7 bytes: the first four, and the last four. */
static bool few_are_plain(struct str text)
{
    uint32_t first, last;

    memcpy(&first, text.data, sizeof first);
    memcpy(&last, text.data + text.len - sizeof last, sizeof last);
    return plain_word((uint64_t)first << 32 | last);
}

static bool text_is_plain(struct str text)
{
    size_t i = 0;
    uint64_t word;

    if (text.len >= 4 && text.len < sizeof word)
        return few_are_plain(text);
    for (; text.len - i >= sizeof word; i += sizeof word) {
        memcpy(&word, text.data + i, sizeof word);
        if (!plain_word(word))
            return false;
    }
    if (i > 0 && i < text.len) { /* the last bytes, and some again */
        memcpy(&word, text.data + text.len - sizeof word, sizeof word);
        return plain_word(word);
    }
    while (i < text.len && plain_byte(text.data[i]))
        i++;
    return i == text.len;
}

/* A text between quotes, for which there is room. */
static char *copy_quoted(char *to, struct str text)
{
    *to++ = '"';
    if (text.len > 0)
        memcpy(to, text.data, text.len);
    to += text.len;
    *to++ = '"';
    return to;
}

static void put_quoted_escaped(struct json_writer *w, struct str text)
{
    size_t start = 0;

    put(w, STR("\""));
    for (size_t i = 0; i < text.len; i++) {
        if (plain_byte(text.data[i]))
            continue;
        put(w, str_skip(str_take(text, i), start));
        put_escaped(w, text.data[i]);
        start = i + 1;
    }
    put(w, str_skip(text, start));
    put(w, STR("\""));
}

void json_writer_overflow(struct json_writer *w)
{
    w->overflowed = true;
}

enum err json_writer_finish(struct json_writer *w, struct str *ret)
{
    if (w->overflowed) /* whoever has seen that may have stopped in the middle */
        return w->arena == NULL ? ERR_RANGE : ERR_NOMEM;
    assert(w->depth == 0);
    assert(w->needs_comma); /* something was written */
    *ret = (struct str){ .data = w->data, .len = w->len };
    return OK;
}

static void begin(struct json_writer *w, bool is_object)
{
    char *to = begin_value(w, 1);

    assert(w->depth < JSON_WRITER_DEPTH_MAX);
    w->objects &= ~(UINT32_C(1) << w->depth);
    w->objects |= (uint32_t)is_object << w->depth;
    w->depth++;
    w->needs_comma = false;
    if (to != NULL)
        *to = is_object ? '{' : '[';
}

static void end(struct json_writer *w, bool is_object)
{
    char *to;

    assert(w->depth > 0);
    assert(in_object(w) == is_object);
    assert(!w->has_key);
    w->depth--;
    w->needs_comma = true;
    to = reserve(w, 1);
    if (to != NULL)
        *to = is_object ? '}' : ']';
}

void json_begin_object(struct json_writer *w)
{
    begin(w, true);
}

void json_end_object(struct json_writer *w)
{
    end(w, true);
}

void json_begin_array(struct json_writer *w)
{
    begin(w, false);
}

void json_end_array(struct json_writer *w)
{
    end(w, false);
}

struct json_writer *json_key(struct json_writer *w, struct str key)
{
    bool comma = w->needs_comma;
    char *to;

    assert(in_object(w));
    assert(!w->has_key);
    w->has_key = true;
    if (!text_is_plain(key)) {
        put(w, comma ? STR(",") : STR(""));
        put_quoted_escaped(w, key);
        put(w, STR(":"));
        return w;
    }
    to = reserve(w, key.len + 3 + comma);
    if (to == NULL)
        return w;
    if (comma)
        *to++ = ',';
    to = copy_quoted(to, key);
    *to = ':';
    return w;
}

void json_put_raw(struct json_writer *w, struct str text)
{
    char *to;

    assert(text.len > 0);
    to = begin_value(w, text.len);
    if (to != NULL)
        memcpy(to, text.data, text.len);
}

void json_put_null(struct json_writer *w)
{
    json_put_raw(w, STR("null"));
}

void json_put_bool(struct json_writer *w, bool value)
{
    json_put_raw(w, value ? STR("true") : STR("false"));
}

void json_put_integer(struct json_writer *w, int64_t value)
{
    char text[24], *end_of_text = text + sizeof text;
    uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
    char *p = uint128_write_digits(magnitude, 1, end_of_text);

    if (value < 0)
        *--p = '-';
    json_put_raw(w, (struct str){ .data = p, .len = (size_t)(end_of_text - p) });
}

/* A text of ours, of which that is known. */
static void put_plain_string(struct json_writer *w, struct str text)
{
    char *to = begin_value(w, text.len + 2);

    if (to != NULL)
        (void)copy_quoted(to, text);
}

void json_put_string(struct json_writer *w, struct str text)
{
    if (text_is_plain(text)) {
        put_plain_string(w, text);
        return;
    }
    (void)begin_value(w, 0);
    put_quoted_escaped(w, text);
}

void json_put_string_or_null(struct json_writer *w, struct str text)
{
    if (text.data == NULL)
        json_put_null(w);
    else
        json_put_string(w, text);
}

void json_put_amount(struct json_writer *w, struct amount amount, int scale)
{
    char text[AMOUNT_TEXT_MAX];

    json_put_raw(w, amount_format(amount, scale, text));
}

void json_put_amount_string(struct json_writer *w, struct amount amount, int scale)
{
    char text[AMOUNT_TEXT_MAX];

    put_plain_string(w, amount_format(amount, scale, text));
}

void json_put_instant(struct json_writer *w, struct instant instant)
{
    char text[INSTANT_TEXT_MAX];

    if (instant_is_never(instant) || instant_is_none(instant))
        json_put_null(w);
    else
        put_plain_string(w, instant_format(instant, text));
}

void json_put_instant_ms(struct json_writer *w, struct instant instant)
{
    char text[INSTANT_TEXT_MAX];

    if (instant_is_never(instant) || instant_is_none(instant))
        json_put_null(w);
    else
        put_plain_string(w, instant_format_ms(instant, text));
}
