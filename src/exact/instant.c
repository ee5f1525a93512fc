#include "exact/instant.h"

#include "exact/calendar.h"
#include "exact/uint128.h"

_Static_assert(INSTANT_US_MIN % SPAN_US_PER_DAY == 0, "the first instant is a midnight");
_Static_assert((INSTANT_US_MAX + 1) % SPAN_US_PER_DAY == 0, "and the last comes before one");

enum err instant_add(struct instant instant, struct span span, struct instant *ret)
{
    struct instant sum;

    assert(instant_is_dated(instant));
    if (__builtin_add_overflow(instant.us, span.us, &sum.us) || !instant_is_dated(sum))
        return ERR_RANGE;
    *ret = sum;
    return OK;
}

struct span instant_span(struct instant a, struct instant b)
{
    assert(instant_is_dated(a));
    assert(instant_is_dated(b));
    return (struct span){ .us = b.us - a.us };
}

/* A date and a time of day as they are written. */
struct reading {
    struct date date;
    int hour, minute, second;
    int micros;
    int offset_minutes; /* east of Greenwich */
};

static bool take_char(struct str *text, const char *any_of)
{
    if (text->len == 0)
        return false;
    for (const char *c = any_of; *c != '\0'; c++) {
        if (text->data[0] == *c) {
            *text = str_skip(*text, 1);
            return true;
        }
    }
    return false;
}

/* Takes exactly count digits off *text. */
static bool take_number(struct str *text, size_t count, int *ret)
{
    int number = 0;

    if (text->len < count)
        return false;
    for (size_t i = 0; i < count; i++) {
        char c = text->data[i];

        if (c < '0' || c > '9')
            return false;
        number = number * 10 + (c - '0');
    }
    *text = str_skip(*text, count);
    *ret = number;
    return true;
}

static bool take_date(struct str *text, struct date *ret)
{
    return take_number(text, 4, &ret->year) && take_char(text, "-") &&
           take_number(text, 2, &ret->month) && take_char(text, "-") &&
           take_number(text, 2, &ret->day) && calendar_has(*ret);
}

/* Takes ".123456789" off *text, if it is there. */
static bool take_micros(struct str *text, int *ret)
{
    int count = 0, digit;

    *ret = 0;
    if (!take_char(text, "."))
        return true;
    for (; take_number(text, 1, &digit); count++) {
        if (count < 6)
            *ret = *ret * 10 + digit;
    }
    for (int i = count; i < 6; i++)
        *ret *= 10;
    return count >= 1 && count <= 9;
}

static bool take_time(struct str *text, struct reading *ret)
{
    return take_number(text, 2, &ret->hour) && take_char(text, ":") &&
           take_number(text, 2, &ret->minute) && take_char(text, ":") &&
           take_number(text, 2, &ret->second) && take_micros(text, &ret->micros) &&
           ret->hour <= 23 && ret->minute <= 59 && ret->second <= 60;
}

static bool take_zone(struct str *text, enum instant_zone zone, int *ret)
{
    int hours, minutes;
    bool west;

    *ret = 0;
    if (take_char(text, "Zz"))
        return true;
    if (text->len == 0)
        return zone == INSTANT_ZONE_OR_UTC;
    west = text->data[0] == '-';
    if (!take_char(text, "+-") || !take_number(text, 2, &hours) || !take_char(text, ":") ||
        !take_number(text, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *ret = west ? -(hours * 60 + minutes) : hours * 60 + minutes;
    return true;
}

enum err instant_parse(struct str text, enum instant_zone zone, struct instant *ret)
{
    struct reading at = { .hour = 0 };
    struct instant instant;

    assert(zone == INSTANT_ZONE_NEEDED || zone == INSTANT_ZONE_OR_UTC);
    if (!take_date(&text, &at.date) || !take_char(&text, "Tt ") || !take_time(&text, &at) ||
        !take_zone(&text, zone, &at.offset_minutes) || text.len > 0)
        return ERR_MALFORMED;

    instant = calendar_midnight(at.date);
    instant.us += at.hour * SPAN_US_PER_HOUR + at.minute * SPAN_US_PER_MINUTE +
                  at.second * SPAN_US_PER_SECOND - at.offset_minutes * SPAN_US_PER_MINUTE;
    if (at.second < 60)
        instant.us += at.micros;
    if (!instant_is_dated(instant))
        return ERR_RANGE;
    if (at.second == 60 && !instant_equals(instant, calendar_month_start(instant)))
        return ERR_MALFORMED;
    *ret = instant;
    return OK;
}

/* Writes value with width digits at *p, and then one character more. */
static void put(char **p, int64_t value, int width, char then)
{
    char *end = *p + width;

    assert(value >= 0);
    if (uint128_write_digits((uint64_t)value, width, end) != *p)
        never("it has no more digits than that");
    *end = then;
    *p = end + 1;
}

static struct str format(struct instant instant, int decimals, char ret_text[INSTANT_TEXT_MAX])
{
    struct date date = calendar_date_of(instant);
    int64_t us = instant.us - calendar_midnight(date).us; /* since midnight */
    char *p = ret_text;

    assert(us >= 0);
    assert(us < SPAN_US_PER_DAY);
    put(&p, date.year, 4, '-');
    put(&p, date.month, 2, '-');
    put(&p, date.day, 2, 'T');
    put(&p, us / SPAN_US_PER_HOUR, 2, ':');
    put(&p, us / SPAN_US_PER_MINUTE % 60, 2, ':');
    put(&p, us / SPAN_US_PER_SECOND % 60, 2, '.');
    us %= SPAN_US_PER_SECOND;
    put(&p, decimals == 3 ? us / SPAN_US_PER_MS : us, decimals, 'Z');
    *p = '\0';
    assert(p < ret_text + INSTANT_TEXT_MAX);
    return (struct str){ .data = ret_text, .len = (size_t)(p - ret_text) };
}

struct str instant_format(struct instant instant, char ret_text[INSTANT_TEXT_MAX])
{
    return format(instant, instant.us % SPAN_US_PER_MS == 0 ? 3 : 6, ret_text);
}

struct str instant_format_ms(struct instant instant, char ret_text[INSTANT_TEXT_MAX])
{
    return format(instant, 3, ret_text);
}

struct str instant_format_us(struct instant instant, char ret_text[INSTANT_TEXT_MAX])
{
    return format(instant, 6, ret_text);
}
