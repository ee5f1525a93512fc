/* base/str.h - text with its length.
 *
 * A str borrows its bytes; it owns nothing and is passed by value.  It is not
 * NUL-terminated, and may hold any bytes.  Pure: any thread, nothing allocates but
 * str_copy() and str_format(), which take from the arena they are given.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "base/check.h"

struct arena;

struct str {
    const char *data;
    size_t len;
};

/* A str of a string literal, also in static initialisers. */
#define STR(literal) ((struct str){ .data = "" literal, .len = sizeof(literal) - 1 })
#define STR_INIT(literal)                                                                          \
    {                                                                                              \
        .data = "" literal, .len = sizeof(literal) - 1                                             \
    }
#define STR_NONE ((struct str){ .data = NULL, .len = 0 })

/* For printf: ("%.*s", STR_PRINT(s)). */
#define STR_PRINT(s) (int)(s).len, (s).data

struct str str_from_c(const char *text);                   /* NULL gives STR_NONE */
bool str_equals_ignoring_case(struct str a, struct str b); /* ASCII letters only */
int str_compare(struct str a, struct str b);               /* byte order: <0, 0, >0 */

static inline bool str_is_empty(struct str s)
{
    return s.len == 0;
}

static inline bool str_equals(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* count <= s.len */
static inline struct str str_skip(struct str s, size_t count)
{
    assert(count <= s.len);
    if (count == 0)
        return s;
    return (struct str){ .data = s.data + count, .len = s.len - count };
}

/* The first count, count <= s.len. */
static inline struct str str_take(struct str s, size_t count)
{
    assert(count <= s.len);
    return (struct str){ .data = s.data, .len = count };
}

static inline bool str_starts_with(struct str s, struct str prefix)
{
    return s.len >= prefix.len && str_equals(str_take(s, prefix.len), prefix);
}

/* The value of a hex digit in either letter case; -1: c is none. */
static inline int hex_digit(char c)
{
    static const int8_t values_and_1[256] = {
        ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,
        ['6'] = 7,  ['7'] = 8,  ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
        ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
        ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
    };

    return values_and_1[(unsigned char)c] - 1;
}

bool str_find(struct str s, char c, size_t *ret); /* index of the first c */
/* Splits at the first c: the text before, and *rest the text after.  Without a c the whole
 * of s, and *rest is STR_NONE. */
struct str str_split(struct str s, char c, struct str *rest);
bool str_is_utf8(struct str s);

/* Copies s into the arena, with a NUL behind it.  data is NULL when the arena is full. */
struct str str_copy(struct str s, struct arena *arena);
/* printf into the arena; data is NULL when the arena is full. */
struct str str_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
#define STR_LIST_MAX 10
/* For people: "a", "b"; of more than STR_LIST_MAX the first, and "or another".  data is NULL when
 * the arena is full. */
struct str str_list(const struct str *texts, size_t count, struct arena *arena);

#endif
