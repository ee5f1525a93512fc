#include "net/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static enum err resolve(const char *host, uint16_t port, struct addrinfo **ret,
                        struct open_error *reterr)
{
    const struct addrinfo hints = {
        .ai_family = AF_UNSPEC,
        .ai_socktype = SOCK_STREAM,
        .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
    };
    char service[8];
    int status;

    snprintf(service, sizeof service, "%u", (unsigned)port);
    status = getaddrinfo(host, service, &hints, ret);
    if (status == 0)
        return OK;
    snprintf(reterr->text, sizeof reterr->text, "cannot find the address %s: %s", host,
             gai_strerror(status));
    return ERR_IO;
}

/* A bound socket, or -1 with errno. */
static int bind_one(const struct addrinfo *info, bool shared)
{
    const int on = 1;
    int fd = socket(info->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int saved_errno;

    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        (!shared || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0) &&
        bind(fd, info->ai_addr, info->ai_addrlen) == 0)
        return fd;
    saved_errno = errno;
    close(fd);
    errno = saved_errno;
    return -1;
}

/* Sharing a port is for our own threads: another server there would get every second
 * connection.  So first we see whether the address can be had alone. */
static bool address_is_free(const struct addrinfo *info)
{
    int fd = bind_one(info, false);
    bool is_free = fd >= 0 && listen(fd, 1) == 0;
    int saved_errno = errno;

    if (fd >= 0)
        close(fd);
    errno = saved_errno;
    return is_free;
}

/* The port that was taken, also into the address for the next. */
static bool port_learn(int fd, struct addrinfo *info, uint16_t *ret)
{
    socklen_t size = info->ai_addrlen;

    if (getsockname(fd, info->ai_addr, &size) != 0)
        return false;
    assert(size == info->ai_addrlen);
    if (info->ai_family == AF_INET6)
        *ret = ntohs(((struct sockaddr_in6 *)info->ai_addr)->sin6_port);
    else
        *ret = ntohs(((struct sockaddr_in *)info->ai_addr)->sin_port);
    return true;
}

/* Binds all, or none, with errno. */
static bool bind_all(struct addrinfo *info, bool any_port, unsigned count, int *ret_fds,
                     uint16_t *ret_port)
{
    unsigned bound = 0;
    int saved_errno;

    if (!any_port && !address_is_free(info))
        return false;
    while (bound < count) {
        ret_fds[bound] = bind_one(info, count > 1);
        if (ret_fds[bound] < 0)
            break;
        bound++;
        if (!port_learn(ret_fds[bound - 1], info, ret_port))
            break;
    }
    if (bound == count)
        return true;
    saved_errno = errno;
    while (bound > 0)
        close(ret_fds[--bound]);
    errno = saved_errno;
    return false;
}

enum err listen_bind(const char *host, uint16_t port, unsigned count, int *ret_fds,
                     uint16_t *ret_port, struct open_error *reterr)
{
    struct addrinfo *info;
    enum err e = resolve(host, port, &info, reterr);

    assert(count > 0);
    if (e != OK)
        return e;
    if (!bind_all(info, port == 0, count, ret_fds, ret_port)) {
        e = errno == EADDRINUSE ? ERR_BUSY : ERR_IO;
        snprintf(reterr->text, sizeof reterr->text, "cannot listen at %s port %u: %s", host,
                 (unsigned)port, strerror(errno));
    }
    freeaddrinfo(info);
    return e;
}
