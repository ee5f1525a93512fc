/* A failed assertion says where, and stops the process. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/check.h"
#include "base/err.h"

/* Runs action in a child; what it wrote to stderr goes to ret_text.  True if it aborted. */
static bool aborts(void (*action)(void), char *ret_text, size_t size)
{
    int ends[2], status;
    size_t len = 0;
    ssize_t count;
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        action();
        _exit(0);
    }
    close(ends[1]);
    while ((count = read(ends[0], ret_text + len, size - 1 - len)) > 0)
        len += (size_t)count;
    ret_text[len] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void break_a_promise(void)
{
    int two = 2;

    assert(two + two == 5);
}

static void reach_the_unreachable(void)
{
    never("here");
}

static void keep_a_promise(void)
{
    assert(if_then(false, false));
    assert(if_then(true, true));
}

static void a_broken_promise_stops_the_process_and_says_where(void **state)
{
    char text[1024];

    assert_true(aborts(break_a_promise, text, sizeof text));
    assert_non_null(strstr(text, "two + two == 5"));
    assert_non_null(strstr(text, "test_check.c:"));
    assert_true(aborts(reach_the_unreachable, text, sizeof text));
    assert_non_null(strstr(text, "never: here"));
    assert_false(aborts(keep_a_promise, text, sizeof text));
    assert_string_equal(text, "");
}

static void every_error_has_a_name_of_its_own(void **state)
{
    assert_string_equal(err_name(OK), "OK");
    for (int e = 0; e < ERR_COUNT; e++) {
        for (int other = 0; other < e; other++)
            assert_string_not_equal(err_name((enum err)e), err_name((enum err)other));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_broken_promise_stops_the_process_and_says_where),
        cmocka_unit_test(every_error_has_a_name_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
