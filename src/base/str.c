#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/arena.h"

struct str str_from_c(const char *text)
{
    if (text == NULL)
        return STR_NONE;
    return (struct str){ .data = text, .len = strlen(text) };
}

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool str_equals_ignoring_case(struct str a, struct str b)
{
    if (a.len != b.len)
        return false;
    if (str_equals(a, b)) /* as it mostly is, letter cases and all */
        return true;
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.data[i]) != lower(b.data[i]))
            return false;
    }
    return true;
}

int str_compare(struct str a, struct str b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter == 0 ? 0 : memcmp(a.data, b.data, shorter);

    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

bool str_find(struct str s, char c, size_t *ret)
{
    const char *found = s.len == 0 ? NULL : memchr(s.data, c, s.len);

    if (found == NULL)
        return false;
    *ret = (size_t)(found - s.data);
    return true;
}

struct str str_split(struct str s, char c, struct str *rest)
{
    size_t at;

    if (!str_find(s, c, &at)) {
        *rest = STR_NONE;
        return s;
    }
    *rest = str_skip(s, at + 1);
    return str_take(s, at);
}

/* The length of the well-formed sequence at s (Unicode 15, table 3-7); 0 when it is not one:
 * overlong, a surrogate, beyond U+10FFFF, or cut off. */
static size_t utf8_sequence(const unsigned char *s, size_t len)
{
    unsigned char first = s[0], second_min = 0x80, second_max = 0xBF;
    size_t size;

    if (first < 0x80)
        return 1;
    if (first < 0xC2 || first > 0xF4)
        return 0;
    size = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (len < size)
        return 0;
    if (first == 0xE0)
        second_min = 0xA0;
    else if (first == 0xED)
        second_max = 0x9F;
    else if (first == 0xF0)
        second_min = 0x90;
    else if (first == 0xF4)
        second_max = 0x8F;
    if (s[1] < second_min || s[1] > second_max)
        return 0;
    for (size_t i = 2; i < size; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    }
    return size;
}

bool str_is_utf8(struct str s)
{
    const unsigned char *bytes = (const unsigned char *)s.data;

    for (size_t i = 0; i < s.len;) {
        uint64_t word;
        size_t size;

        if (s.len - i >= sizeof word) {
            memcpy(&word, bytes + i, sizeof word);
            if ((word & UINT64_C(0x8080808080808080)) == 0) {
                i += sizeof word;
                continue;
            }
        }
        size = utf8_sequence(bytes + i, s.len - i);
        if (size == 0)
            return false;
        i += size;
    }
    return true;
}

struct str str_copy(struct str s, struct arena *arena)
{
    char *data = s.len < SIZE_MAX ? arena_take(arena, s.len + 1) : NULL;

    if (data == NULL)
        return STR_NONE;
    if (s.len > 0)
        memcpy(data, s.data, s.len);
    data[s.len] = '\0';
    return (struct str){ .data = data, .len = s.len };
}

struct str str_format(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    char *data;
    int len;

    va_start(arguments, format);
    len = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    assert(len >= 0);

    data = arena_take(arena, (size_t)len + 1);
    if (data == NULL)
        return STR_NONE;
    va_start(arguments, format);
    vsnprintf(data, (size_t)len + 1, format, arguments);
    va_end(arguments);
    return (struct str){ .data = data, .len = (size_t)len };
}

struct str str_list(const struct str *texts, size_t count, struct arena *arena)
{
    struct str list = STR("");

    for (size_t i = 0; i < count && i < STR_LIST_MAX && list.data != NULL; i++)
        list = str_format(arena, "%.*s%s\"%.*s\"", STR_PRINT(list), i == 0 ? "" : ", ",
                          STR_PRINT(texts[i]));
    if (count > STR_LIST_MAX && list.data != NULL)
        list = str_format(arena, "%.*s or another", STR_PRINT(list));
    return list;
}
