#include "api/reading.h"

#include "base/limits.h"

#define UTF8_BYTES_MAX 4

const struct text_rule text_free = { .bytes_max = TEXT_BYTES_MAX };
const struct text_rule text_name = { .characters_min = 1, .bytes_max = NAME_BYTES_MAX };
const struct text_rule text_reference = { .characters_min = 1, .bytes_max = NAME_BYTES_MAX };
const struct text_rule text_alias = {
    .characters_min = 1,
    .characters_max = ALIAS_BYTES_MAX / UTF8_BYTES_MAX,
};
const struct text_rule text_uniqueness_key = {
    .characters_min = 1,
    .characters_max = UNIQUENESS_KEY_BYTES_MAX / UTF8_BYTES_MAX,
};

const struct text_rule text_field_value = { .characters_max = CUSTOM_FIELD_VALUE_CHARACTERS };

void reading_init(struct reading *reading, struct arena *arena)
{
    *reading = (struct reading){ .arena = arena, .err = OK };
}

bool reading_is_fine(const struct reading *reading)
{
    return reading->err == OK;
}

void reading_blame(struct reading *reading, struct str field, struct str why)
{
    if (reading->err != OK)
        return;
    reading->err = ERR_MALFORMED;
    reading->blame = (struct blame){ .field = field, .why = why };
}

void reading_out_of_memory(struct reading *reading)
{
    if (reading->err == OK)
        reading->err = ERR_NOMEM;
}

void reading_instant(struct reading *reading, struct str field, struct str text,
                     struct instant *ret)
{
    if (instant_parse(text, INSTANT_ZONE_NEEDED, ret) != OK)
        reading_blame(reading, field,
                      STR("must be an RFC 3339 date and time with its offset, such as "
                          "2026-01-31T12:00:00Z"));
}

void reading_uuid(struct reading *reading, struct str field, struct str text, struct uuid *ret)
{
    struct uuid uuid;

    if (uuid_parse(text, &uuid) != OK)
        reading_blame(reading, field, STR("must be a UUID"));
    else if (uuid_is_zero(uuid)) /* it means "none" to the ledger */
        reading_blame(reading, field, STR("must not be the nil UUID"));
    else
        *ret = uuid;
}

static bool has_control_characters(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];

        if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f)
            return true;
    }
    return false;
}

/* Every byte of UTF-8 but those that continue a character begins one. */
static bool begins_character(char c)
{
    return ((unsigned char)c & 0xc0u) != 0x80u;
}

static size_t count_characters(struct str text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        if (begins_character(text.data[i]))
            count++;
    return count;
}

struct str text_cut(struct str text, size_t characters)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        if (begins_character(text.data[i]) && count++ == characters)
            return str_take(text, i);
    return text;
}

static void blame_length(struct reading *reading, struct str field, const char *bound,
                         size_t number, const char *unit)
{
    struct str why;

    if (!reading_is_fine(reading))
        return;
    why = number == 1 ? STR("must not be empty")
                      : str_format(reading->arena, "must be %s %zu %s long", bound, number, unit);
    if (why.data == NULL)
        reading_out_of_memory(reading);
    else
        reading_blame(reading, field, why);
}

/* As few characters as have to be are counted: none has more than UTF8_BYTES_MAX bytes. */
static bool is_longer(struct str text, size_t characters)
{
    return text.len > characters && count_characters(text) > characters;
}

static bool is_shorter(struct str text, size_t characters)
{
    return text.len < characters * UTF8_BYTES_MAX && count_characters(text) < characters;
}

void reading_text(struct reading *reading, struct str field, struct str text,
                  const struct text_rule *rule, struct str *ret)
{
    if (rule->bytes_max > 0 && text.len > rule->bytes_max)
        blame_length(reading, field, "at most", rule->bytes_max, "bytes");
    else if (rule->characters_max > 0 && is_longer(text, rule->characters_max))
        blame_length(reading, field, "at most", rule->characters_max, "characters");
    else if (is_shorter(text, rule->characters_min))
        blame_length(reading, field, "at least", rule->characters_min, "characters");
    else if (!str_is_utf8(text))
        reading_blame(reading, field, STR("must be UTF-8"));
    else if (has_control_characters(text))
        reading_blame(reading, field, STR("must not have control characters"));
    else
        *ret = text;
}
