#include "cli/text.h"

#include <string.h>
#include "base/str.h"

static const char *or_nothing(struct str text)
{
    return text.data != NULL ? text.data : "";
}

const char *text_shown(const char *text, struct arena *arena)
{
    struct str source = str_from_c(text);
    char *copy = arena_new(arena, char, source.len + 1);

    if (copy == NULL)
        return "";
    for (size_t i = 0; i < source.len; i++) {
        unsigned char c = (unsigned char)source.data[i];
        /* C1 controls are C2 80 to C2 9F in UTF-8. */
        bool is_c1 = c < 0xA0 && c >= 0x80 && i > 0 && (unsigned char)source.data[i - 1] == 0xC2;

        copy[i] = c < ' ' || c == 0x7F || is_c1 ? '?' : (char)c;
    }
    return copy;
}

const char *text_decimal(struct scrip_decimal decimal, struct arena *arena)
{
    char text[SCRIP_DECIMAL_TEXT_MAX];

    return or_nothing(str_copy(str_from_c(scrip_decimal_format(decimal, text)), arena));
}

const char *text_instant(struct scrip_instant instant, struct arena *arena)
{
    char text[SCRIP_INSTANT_TEXT_MAX];
    struct str shown = str_from_c(scrip_instant_format(instant, text));

    if (shown.len > 5 && memcmp(shown.data + shown.len - 5, ".000Z", 5) == 0)
        return or_nothing(str_format(arena, "%.*sZ", (int)shown.len - 5, shown.data));
    return or_nothing(str_copy(shown, arena));
}

const char *text_integer(struct scrip_integer integer, struct arena *arena)
{
    if (!integer.is_given)
        return "";
    return or_nothing(str_format(arena, "%lld", (long long)integer.value));
}

const char *text_joined(const char *const *texts, size_t count, struct arena *arena)
{
    struct str joined = STR("");

    for (size_t i = 0; i < count && joined.data != NULL; i++)
        joined = str_format(arena, "%.*s%s%s", STR_PRINT(joined), i > 0 ? ", " : "",
                            text_shown(texts[i], arena));
    return or_nothing(joined);
}

const char *text_pairs(const struct scrip_pair *pairs, size_t count, struct arena *arena)
{
    struct str joined = STR("");

    for (size_t i = 0; i < count && joined.data != NULL; i++)
        joined = str_format(arena, "%.*s%s%s=%s", STR_PRINT(joined), i > 0 ? ", " : "",
                            text_shown(pairs[i].name, arena), text_shown(pairs[i].value, arena));
    return or_nothing(joined);
}

size_t text_width(const char *text)
{
    size_t width = 0;

    for (; *text != '\0'; text++) {
        if (((unsigned char)*text & 0xC0) != 0x80)
            width++;
    }
    return width;
}
