/* exact/calendar.h - days and months of the Gregorian calendar, in UTC.
 *
 * Days are counted from 1970-01-01, which is day 0.  The calendar is extended backwards to the
 * year 1, as RFC 3339 does.  Pure; any thread.
 */
#ifndef EXACT_CALENDAR_H
#define EXACT_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>
#include "base/check.h"
#include "exact/instant.h"

struct date {
    int year;  /* 1 to 9999 */
    int month; /* 1 to 12 */
    int day;   /* 1 to 31 */
};

/* Is there such a day? */
bool calendar_has(struct date date);

/* Precondition: calendar_has(date). */
int64_t calendar_day_number(struct date date);

/* The inverse.  Precondition: the day lies in the years 1 to 9999. */
struct date calendar_date(int64_t day_number);

/* The day that a dated instant lies in. */
struct date calendar_date_of(struct instant instant);

/* Midnight at the start of that day, UTC. */
struct instant calendar_midnight(struct date date);

/* The start of the month that a dated instant lies in, and of the month after it; INSTANT_NEVER
 * after the last month of the year 9999. */
struct instant calendar_month_start(struct instant instant);
struct instant calendar_month_next(struct instant instant);

#endif
