/* Sockets bound to one port. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/check.h"
#include "net/listen.h"

static void many_sockets_share_a_free_port(void **state)
{
    struct open_error error;
    uint16_t port = 0;
    int fds[3];

    assert_int_equal(listen_bind("127.0.0.1", 0, 3, fds, &port, &error), OK);
    assert_true(port > 0);
    for (size_t i = 0; i < array_count(fds); i++) {
        assert_int_equal(listen(fds[i], 1), 0);
        close(fds[i]);
    }
}

/* Sharing is for our own threads: another server must not get every second connection. */
static void a_port_in_use_is_not_shared_with_another_server(void **state)
{
    struct open_error error;
    uint16_t port = 0, other = 0;
    int first[2], second[2];

    assert_int_equal(listen_bind("127.0.0.1", 0, 2, first, &port, &error), OK);
    assert_int_equal(listen(first[0], 1), 0);
    assert_int_equal(listen(first[1], 1), 0);
    assert_int_equal(listen_bind("127.0.0.1", port, 2, second, &other, &error), ERR_BUSY);
    assert_non_null(strstr(error.text, "127.0.0.1"));
    assert_int_equal(listen_bind("127.0.0.1", port, 1, second, &other, &error), ERR_BUSY);
    close(first[0]);
    close(first[1]);
    assert_int_equal(listen_bind("127.0.0.1", port, 2, second, &other, &error), OK);
    assert_int_equal(port, other);
    close(second[0]);
    close(second[1]);
}

static void an_address_that_is_none_is_an_error_in_words(void **state)
{
    struct open_error error = { "" };
    uint16_t port;
    int fd;

    assert_int_equal(listen_bind("256.1.1.1", 0, 1, &fd, &port, &error), ERR_IO);
    assert_non_null(strstr(error.text, "256.1.1.1"));
    assert_int_equal(listen_bind("192.0.2.1", 0, 1, &fd, &port, &error), ERR_IO); /* not ours */
    assert_non_null(strstr(error.text, "192.0.2.1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_sockets_share_a_free_port),
        cmocka_unit_test(a_port_in_use_is_not_shared_with_another_server),
        cmocka_unit_test(an_address_that_is_none_is_an_error_in_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
