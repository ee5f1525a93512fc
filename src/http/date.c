#include "http/date.h"

#include <stdio.h>
#include <time.h>

struct date date_from_us(int64_t now_us)
{
    /* Not by strftime(), whose names of days and months follow the locale. */
    static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    time_t seconds = (time_t)(now_us / 1000000);
    struct tm utc;
    struct date date;
    int len;

    assert(now_us >= 0);
    assert(gmtime_r(&seconds, &utc) != NULL);
    len = snprintf(date.text, sizeof date.text, "%s, %02d %s %04d %02d:%02d:%02d GMT",
                   days[utc.tm_wday], utc.tm_mday, months[utc.tm_mon], utc.tm_year + 1900,
                   utc.tm_hour, utc.tm_min, utc.tm_sec);
    assert(len == DATE_BYTES);
    return date;
}

struct str date_str(const struct date *date)
{
    return (struct str){ .data = date->text, .len = DATE_BYTES };
}
