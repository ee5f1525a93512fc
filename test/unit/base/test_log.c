/* The log: one event, one line, whatever a stranger has put into it. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/log.h"

static int real_stderr, ends[2];

static int capture(void **state)
{
    real_stderr = dup(STDERR_FILENO);
    if (pipe(ends) != 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0)
        return -1;
    return dup2(ends[1], STDERR_FILENO) < 0 ? -1 : 0;
}

static int let_go(void **state)
{
    dup2(real_stderr, STDERR_FILENO);
    close(real_stderr);
    close(ends[0]);
    close(ends[1]);
    log_set_level(LOG_INFO);
    return 0;
}

/* What has been written since; "" if nothing. */
static const char *written(void)
{
    static char text[8192];
    ssize_t count = read(ends[0], text, sizeof text - 1);

    text[count > 0 ? count : 0] = '\0';
    return text;
}

static void a_line_has_its_time_level_and_place(void **state)
{
    const char *line;

    log_line(LOG_WARNING, "net", "slow by %d ms", 12);
    line = written();
    assert_int_equal(strlen(line), strlen("2026-01-02T03:04:05.678Z warning net: slow by 12 ms\n"));
    assert_int_equal(line[10], 'T');
    assert_int_equal(line[19], '.');
    assert_string_equal(line + 23, "Z warning net: slow by 12 ms\n");
}

static void levels_below_the_one_set_are_silent(void **state)
{
    log_line(LOG_DEBUG, "net", "hush");
    assert_string_equal(written(), "");
    log_set_level(LOG_DEBUG);
    log_line(LOG_DEBUG, "net", "now");
    assert_non_null(strstr(written(), "debug net: now"));
    log_set_level(LOG_ERROR);
    log_line(LOG_WARNING, "net", "hush");
    assert_string_equal(written(), "");
}

static void a_message_is_one_line(void **state)
{
    const char *line;

    log_line(LOG_ERROR, "http", "path %s", "/a\n2026 error fake\r\x1B[2J\x7F");
    line = written();
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
    assert_null(strchr(line, '\r'));
    assert_null(strchr(line, 0x1B));
    assert_null(strchr(line, 0x7F));
}

static void a_long_message_is_cut_and_still_a_line(void **state)
{
    char large[5000];
    const char *line;

    memset(large, 'x', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    log_line(LOG_ERROR, large, "%s", large);
    line = written();
    assert_int_equal(strlen(line), 2048);
    assert_int_equal(line[2047], '\n');
}

static void errno_is_left_alone(void **state)
{
    errno = ENOSPC;
    log_line(LOG_ERROR, "store", "%s", strerror(errno));
    assert_int_equal(errno, ENOSPC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_line_has_its_time_level_and_place, capture, let_go),
        cmocka_unit_test_setup_teardown(levels_below_the_one_set_are_silent, capture, let_go),
        cmocka_unit_test_setup_teardown(a_message_is_one_line, capture, let_go),
        cmocka_unit_test_setup_teardown(a_long_message_is_cut_and_still_a_line, capture, let_go),
        cmocka_unit_test_setup_teardown(errno_is_left_alone, capture, let_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
