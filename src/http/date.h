/* http/date.h - the value of a Date header.  Pure: any thread. */
#ifndef HTTP_DATE_H
#define HTTP_DATE_H

#include <stdint.h>
#include "base/str.h"

#define DATE_BYTES 29 /* "Sun, 06 Nov 1994 08:49:37 GMT" */

struct date {
    char text[DATE_BYTES + 1];
};

struct date date_from_us(int64_t now_us); /* microseconds since 1970 UTC, years 1970 to 9999 */
struct str date_str(const struct date *date);

#endif
