#include "server.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/check.h"

struct server {
    struct act *acts;
    size_t act_count;
    size_t act_next;
    int listener;
    char url[64];
    SSL_CTX *tls;      /* NULL: plain */
    const char *piece; /* NULL: it listens first */
    pthread_t thread;

    pthread_mutex_t mutex;
    pthread_cond_t seen;
    char requests[SERVER_REQUESTS_MAX][SERVER_REQUEST_BYTES];
    size_t request_count;
};

struct peer {
    int fd;
    SSL *ssl;
};

static ssize_t peer_read(struct peer *peer, char *data, size_t size)
{
    return peer->ssl != NULL ? SSL_read(peer->ssl, data, (int)size) : recv(peer->fd, data, size, 0);
}

static bool peer_write(struct peer *peer, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t written = peer->ssl != NULL ? SSL_write(peer->ssl, data, (int)len)
                                            : send(peer->fd, data, len, MSG_NOSIGNAL);
        if (written <= 0)
            return false;
        data += written;
        len -= (size_t)written;
    }
    return true;
}

/* Where the body of a request begins; NULL before its head is whole. */
static const char *body_of(const char *request)
{
    const char *end = strstr(request, "\r\n\r\n");

    return end == NULL ? NULL : end + 4;
}

/* The value of a header in the head, without what is around it. */
static const char *find_header(const char *request, const char *name, size_t *ret_len)
{
    size_t name_len = strlen(name);

    for (const char *line = strstr(request, "\r\n");
         line != NULL && strncmp(line, "\r\n\r\n", 4) != 0; line = strstr(line + 2, "\r\n")) {
        const char *value = line + 2 + name_len;

        if (strncasecmp(line + 2, name, name_len) == 0 && *value == ':') {
            value += 1 + strspn(value + 1, " ");
            *ret_len = strcspn(value, "\r");
            return value;
        }
    }
    return NULL;
}

static bool request_is_whole(const char *request, size_t len)
{
    const char *body = body_of(request), *length;
    size_t value_len;

    if (body == NULL)
        return false;
    length = find_header(request, "Content-Length", &value_len);
    return length == NULL || len - (size_t)(body - request) >= strtoul(length, NULL, 10);
}

static bool read_request(struct peer *peer, char *request)
{
    size_t len = 0;

    request[0] = '\0';
    while (!request_is_whole(request, len)) {
        ssize_t got = peer_read(peer, request + len, SERVER_REQUEST_BYTES - 1 - len);

        if (got <= 0)
            return false;
        len += (size_t)got;
        request[len] = '\0';
        assert(len < SERVER_REQUEST_BYTES - 1);
    }
    return true;
}

/* With the length of the body in the place of "Content-Length: *". */
static void write_reply(struct peer *peer, const char *reply)
{
    const char *star = strstr(reply, "Content-Length: *\r\n\r\n");
    char length[32];

    if (star == NULL) {
        peer_write(peer, reply, strlen(reply));
        return;
    }
    star += strlen("Content-Length: ");
    snprintf(length, sizeof length, "%zu", strlen(star + strlen("*\r\n\r\n")));
    peer_write(peer, reply, (size_t)(star - reply));
    peer_write(peer, length, strlen(length));
    peer_write(peer, star + 1, strlen(star + 1));
}

static void record(struct server *server, const char *request)
{
    pthread_mutex_lock(&server->mutex);
    assert(server->request_count < SERVER_REQUESTS_MAX);
    memcpy(server->requests[server->request_count++], request, SERVER_REQUEST_BYTES);
    pthread_cond_broadcast(&server->seen);
    pthread_mutex_unlock(&server->mutex);
}

static void end_hard(int fd)
{
    struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

/* True when the connection goes on. */
static bool play(struct server *server, struct peer *peer)
{
    static const struct act beyond = { REPLY("501 Script Ended", "", "{}"), CLOSE };
    const struct act *act =
        server->act_next < server->act_count ? &server->acts[server->act_next++] : &beyond;
    char filler[4096];

    memset(filler, ' ', sizeof filler);
    write_reply(peer, act->reply);
    switch (act->ending) {
    case KEEP:
        return true;
    case CLOSE:
        return false;
    case RESET:
        end_hard(peer->fd);
        return false;
    case HANG:
        while (peer_read(peer, filler, sizeof filler) > 0)
            continue;
        return false;
    case FLOOD:
        while (peer_write(peer, filler, sizeof filler))
            continue;
        return false;
    }
    never("an act ends in one of these ways");
}

static void serve(struct server *server, struct peer *peer)
{
    char *request = malloc(SERVER_REQUEST_BYTES);

    assert(request != NULL);
    memset(request, 0, SERVER_REQUEST_BYTES);
    if (server->piece != NULL)
        peer_write(peer, server->piece, strlen(server->piece));
    while (server->piece == NULL && read_request(peer, request)) {
        record(server, request);
        if (!play(server, peer))
            break;
    }
    free(request);
}

static void *run(void *argument)
{
    struct server *server = argument;
    int fd;

    while ((fd = accept(server->listener, NULL, NULL)) >= 0) {
        struct peer peer = { .fd = fd };
        int one = 1;

        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        if (server->tls != NULL) {
            peer.ssl = SSL_new(server->tls);
            SSL_set_fd(peer.ssl, fd);
        }
        if (peer.ssl == NULL || SSL_accept(peer.ssl) == 1)
            serve(server, &peer);
        if (peer.ssl != NULL)
            SSL_shutdown(peer.ssl);
        SSL_free(peer.ssl);
        close(fd);
    }
    return NULL;
}

static void listen_somewhere(struct server *server, const char *scheme)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    int ok;

    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert(server->listener >= 0);
    ok = bind(server->listener, (struct sockaddr *)&address, size) == 0 &&
         listen(server->listener, 16) == 0 &&
         getsockname(server->listener, (struct sockaddr *)&address, &size) == 0;
    assert(ok);
    snprintf(server->url, sizeof server->url, "%s://127.0.0.1:%d", scheme,
             (int)ntohs(address.sin_port));
}

static struct server *start(const struct act *acts, size_t count, SSL_CTX *tls, const char *piece)
{
    struct server *server = calloc(1, sizeof *server);
    int e;

    assert(server != NULL);
    server->acts = calloc(count + 1, sizeof *acts);
    assert(server->acts != NULL);
    if (count > 0)
        memcpy(server->acts, acts, count * sizeof *acts);
    server->act_count = count;
    server->tls = tls;
    server->piece = piece;
    pthread_mutex_init(&server->mutex, NULL);
    pthread_cond_init(&server->seen, NULL);
    listen_somewhere(server, tls != NULL ? "https" : "http");
    e = pthread_create(&server->thread, NULL, run, server);
    assert(e == 0);
    return server;
}

struct server *server_start(const struct act *acts, size_t count)
{
    return start(acts, count, NULL, NULL);
}

struct server *server_start_tls(const struct act *acts, size_t count, const char *pem)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
    int ok = SSL_CTX_use_certificate_chain_file(tls, pem) == 1 &&
             SSL_CTX_use_PrivateKey_file(tls, pem, SSL_FILETYPE_PEM) == 1;

    assert(ok);
    return start(acts, count, tls, NULL);
}

struct server *server_start_rude(const char *piece)
{
    return start(NULL, 0, NULL, piece);
}

void server_stop(struct server *server)
{
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listener);
    SSL_CTX_free(server->tls);
    pthread_mutex_destroy(&server->mutex);
    pthread_cond_destroy(&server->seen);
    free(server->acts);
    free(server);
}

const char *server_url(const struct server *server)
{
    return server->url;
}

size_t server_request_count(struct server *server)
{
    size_t count;

    pthread_mutex_lock(&server->mutex);
    count = server->request_count;
    pthread_mutex_unlock(&server->mutex);
    return count;
}

const char *server_request(struct server *server, size_t index)
{
    assert(index < server_request_count(server));
    return server->requests[index]; /* written once, before it was counted */
}

const char *server_header(struct server *server, size_t index, const char *name, char *buffer,
                          size_t size)
{
    size_t len = 0;
    const char *value = find_header(server_request(server, index), name, &len);

    if (value == NULL)
        len = 0;
    assert(len < size);
    memcpy(buffer, value != NULL ? value : "", len);
    buffer[len] = '\0';
    return buffer;
}

const char *server_body(struct server *server, size_t index)
{
    return body_of(server_request(server, index));
}

void server_await(struct server *server, size_t count)
{
    pthread_mutex_lock(&server->mutex);
    while (server->request_count < count)
        pthread_cond_wait(&server->seen, &server->mutex);
    pthread_mutex_unlock(&server->mutex);
}
