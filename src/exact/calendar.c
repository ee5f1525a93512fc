#include "exact/calendar.h"

/* The usual trick: a year that starts on the 1st of March has its leap day at the very end, and
 * its months then have 31 30 31 30 31, twice, and what is left.  Years are counted in eras of
 * 400, which all have the same number of days. */
#define ERA_YEARS 400
#define ERA_DAYS 146097
#define DAYS_BEFORE_1970 719468 /* from 0000-03-01 */

static bool year_is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool calendar_has(struct date date)
{
    static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    if (date.year < 1 || date.year > 9999 || date.month < 1 || date.month > 12 || date.day < 1)
        return false;
    if (date.month == 2 && year_is_leap(date.year))
        return date.day <= 29;
    return date.day <= lengths[date.month - 1];
}

int64_t calendar_day_number(struct date date)
{
    int year, era, year_of_era, month, day_of_year;

    assert(calendar_has(date));
    year = date.month > 2 ? date.year : date.year - 1;
    month = date.month > 2 ? date.month - 3 : date.month + 9; /* from March */
    assert(year >= 0);
    era = year / ERA_YEARS;
    year_of_era = year % ERA_YEARS;
    day_of_year = (153 * month + 2) / 5 + date.day - 1;
    return (int64_t)era * ERA_DAYS + (int64_t)year_of_era * 365 + year_of_era / 4 -
           year_of_era / 100 + day_of_year - DAYS_BEFORE_1970;
}

struct date calendar_date(int64_t day_number)
{
    int64_t days = day_number + DAYS_BEFORE_1970;
    int era, day_of_era, year_of_era, day_of_year, month;
    struct date date;

    assert(days >= 0);
    era = (int)(days / ERA_DAYS);
    day_of_era = (int)(days % ERA_DAYS);
    /* Each term takes out the leap days up to there: every 4 years, every 100, every 400. */
    year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    month = (5 * day_of_year + 2) / 153;
    date.day = day_of_year - (153 * month + 2) / 5 + 1;
    date.month = month < 10 ? month + 3 : month - 9;
    date.year = era * ERA_YEARS + year_of_era + (date.month <= 2);
    assert(calendar_has(date));
    return date;
}

struct date calendar_date_of(struct instant instant)
{
    assert(instant_is_dated(instant));
    /* Counted from the first instant there is, so that the division rounds down. */
    return calendar_date((instant.us - INSTANT_US_MIN) / SPAN_US_PER_DAY +
                         INSTANT_US_MIN / SPAN_US_PER_DAY);
}

struct instant calendar_midnight(struct date date)
{
    return (struct instant){ .us = calendar_day_number(date) * SPAN_US_PER_DAY };
}

struct instant calendar_month_start(struct instant instant)
{
    struct date date = calendar_date_of(instant);

    date.day = 1;
    return calendar_midnight(date);
}

struct instant calendar_month_next(struct instant instant)
{
    struct date date = calendar_date_of(instant);

    if (date.year == 9999 && date.month == 12)
        return INSTANT_NEVER;
    if (date.month == 12) {
        date.year++;
        date.month = 0;
    }
    date.month++;
    date.day = 1;
    return calendar_midnight(date);
}
