#include "lib/query.h"

#include <string.h>

static void append(struct query *query, struct str piece)
{
    if (query->text.data == NULL)
        return;
    query->text = str_format(query->arena, "%.*s%.*s", STR_PRINT(query->text), STR_PRINT(piece));
}

/* RFC 3986: what is not unreserved is encoded, a comma in lists excepted by nobody. */
static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~", c) != NULL);
}

static void append_encoded(struct query *query, struct str value)
{
    static const char digits[] = "0123456789ABCDEF";
    char *encoded = arena_new(query->arena, char, 3 * value.len + 1);
    size_t len = 0;

    if (encoded == NULL) {
        query->text = STR_NONE;
        return;
    }
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.data[i];

        if (is_unreserved((char)c)) {
            encoded[len++] = (char)c;
            continue;
        }
        encoded[len++] = '%';
        encoded[len++] = digits[c >> 4];
        encoded[len++] = digits[c & 15];
    }
    append(query, (struct str){ .data = encoded, .len = len });
}

void query_init(struct query *query, struct arena *arena, const char *template, const char *segment)
{
    const char *place = strstr(template, "{}");

    *query = (struct query){ .arena = arena,
                             .text = STR(""),
                             .has_params = strchr(template, '?') != NULL };
    assert((place != NULL) == (segment != NULL));
    if (place == NULL) {
        append(query, str_from_c(template));
        return;
    }
    append(query, (struct str){ .data = template, .len = (size_t)(place - template) });
    append_encoded(query, str_from_c(segment));
    append(query, str_from_c(place + 2));
}

void query_add(struct query *query, const char *name, struct str value)
{
    append(query, query->has_params ? STR("&") : STR("?"));
    query->has_params = true;
    append(query, str_from_c(name));
    append(query, STR("="));
    append_encoded(query, value);
}
