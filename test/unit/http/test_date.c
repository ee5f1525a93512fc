/* The value of a Date header. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "http/date.h"

static void instants_are_written_as_the_standard_has_them(void **state)
{
    struct date date = date_from_us(784111777000000);

    assert_string_equal(date.text, "Sun, 06 Nov 1994 08:49:37 GMT");
    assert_int_equal(date_str(&date).len, DATE_BYTES);
    assert_string_equal(date_from_us(0).text, "Thu, 01 Jan 1970 00:00:00 GMT");
    assert_string_equal(date_from_us(951782399999999).text, "Mon, 28 Feb 2000 23:59:59 GMT");
    assert_string_equal(date_from_us(951782400000000).text, "Tue, 29 Feb 2000 00:00:00 GMT");
    assert_string_equal(date_from_us(253402300799000000).text, "Fri, 31 Dec 9999 23:59:59 GMT");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instants_are_written_as_the_standard_has_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
