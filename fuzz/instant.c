/* A text as an instant: there and back, and the same day and time as the C library says. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "exact/calendar.h"
#include "exact/instant.h"
#include "fuzz.h"

static void check_library(struct instant instant, struct str text)
{
    int64_t us = instant.us % SPAN_US_PER_SECOND;
    time_t seconds = (time_t)((instant.us - us) / SPAN_US_PER_SECOND - (us < 0));
    struct tm tm;
    char expected[64];

    assert(gmtime_r(&seconds, &tm) != NULL);
    snprintf(expected, sizeof expected, "%04d-%02d-%02dT%02d:%02d:%02d.", tm.tm_year + 1900,
             tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
    assert(str_starts_with(text, str_from_c(expected)));
}

static void check_calendar(struct instant instant)
{
    struct date date = calendar_date_of(instant);
    struct instant start = calendar_month_start(instant), next = calendar_month_next(instant);

    assert(calendar_has(date));
    assert(!instant_before(instant, calendar_midnight(date)));
    assert(!instant_before(instant, start));
    assert(instant_before(instant, next));
}

void fuzz_one(struct str input)
{
    struct instant strict, lax, back;
    char text[INSTANT_TEXT_MAX];
    struct str formatted;
    enum err e_strict = instant_parse(input, INSTANT_ZONE_NEEDED, &strict);
    enum err e_lax = instant_parse(input, INSTANT_ZONE_OR_UTC, &lax);

    if (e_strict != ERR_MALFORMED)
        assert(e_lax == e_strict);
    if (e_strict == OK)
        assert(instant_equals(strict, lax));
    if (e_lax != OK)
        return;
    assert(instant_is_dated(lax));
    formatted = instant_format(lax, text);
    check_library(lax, formatted);
    assert(instant_parse(formatted, INSTANT_ZONE_NEEDED, &back) == OK);
    assert(instant_equals(back, lax));
    formatted = instant_format_us(lax, text);
    assert(instant_parse(formatted, INSTANT_ZONE_NEEDED, &back) == OK);
    assert(instant_equals(back, lax));
    formatted = instant_format_ms(lax, text);
    assert(instant_parse(formatted, INSTANT_ZONE_NEEDED, &back) == OK);
    assert(!instant_before(lax, back) && instant_span(back, lax).us < SPAN_US_PER_MS);
    check_calendar(lax);
}
