/* instant.c - the public instant over exact/instant.h, and the small values beside it. */
#include "exact/instant.h"

#include <string.h>
#include "lib/instant.h"

bool instant_read(struct str text, struct scrip_instant *ret)
{
    struct instant instant;

    if (instant_parse(text, INSTANT_ZONE_NEEDED, &instant) != OK)
        return false;
    *ret = (struct scrip_instant){ .us = instant.us, .is_given = true };
    return true;
}

bool instant_is_sound(struct scrip_instant instant)
{
    return instant_is_dated((struct instant){ .us = instant.us });
}

bool scrip_instant_parse(const char *text, struct scrip_instant *ret)
{
    return text != NULL && instant_read(str_from_c(text), ret);
}

struct scrip_instant scrip_instant_of(const char *text)
{
    struct scrip_instant instant;

    if (!scrip_instant_parse(text, &instant))
        return (struct scrip_instant){ .is_given = false };
    return instant;
}

struct scrip_instant scrip_instant_from_seconds(int64_t seconds)
{
    struct scrip_instant instant = { .is_given = true };

    if (__builtin_mul_overflow(seconds, SPAN_US_PER_SECOND, &instant.us) ||
        !instant_is_sound(instant))
        return (struct scrip_instant){ .is_given = false };
    return instant;
}

const char *scrip_instant_format(struct scrip_instant instant, char *buffer)
{
    char text[INSTANT_TEXT_MAX];
    struct str formatted;

    _Static_assert(SCRIP_INSTANT_TEXT_MAX >= INSTANT_TEXT_MAX, "the caller's buffer holds it");
    buffer[0] = '\0';
    if (!instant.is_given || !instant_is_sound(instant))
        return buffer;
    formatted = instant_format((struct instant){ .us = instant.us }, text);
    memcpy(buffer, formatted.data, formatted.len);
    buffer[formatted.len] = '\0';
    return buffer;
}

struct scrip_integer scrip_integer_of(int64_t value)
{
    return (struct scrip_integer){ .value = value, .is_given = true };
}
