/* bench/load.c - asks a server for one thing, again and again, and says how long it took.
 *
 *     load --port N --kind KIND [--connections N] [--pipeline N] [--customers N] [--first N]
 *          [--batch N] [--run TEXT] [--ms N | --count N] [--rate N]
 *
 * Each connection sends as soon as it is answered; --pipeline N of its requests are on their way
 * at once.  --rate N sends N a second instead, whether or not the server keeps up: what finds no
 * free connection waits, and its wait counts ("due": from when it should have been sent).  It
 * stops sending after --ms, or --count requests, and waits for the replies, so what was sent
 * is what was answered and a book can be held against it to the last entry.  SCRIP_SECRET is the
 * key; bench/request.h says what the kinds are; --run makes idempotency keys.
 *
 * Prints one line of JSON.  One thread over epoll: it takes a server's whole CPU to busy it.
 * Replies: HTTP/1.1 with a Content-Length, spelled so, and a head of up to 4 kB.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "base/check.h"
#include "histogram.h"
#include "request.h"

#define SECOND_NS INT64_C(1000000000)
#define MS_NS INT64_C(1000000)
#define PATIENCE_NS (30 * SECOND_NS) /* for replies, after the last request */
#define HEAD_BYTES_MAX 4096u
#define PIPELINE_MAX 64u
#define READ_BYTES (256u << 10)
#define EVENTS 256

struct peer {
    int fd;
    unsigned in_flight, first; /* of the rings */
    int64_t sent_at[PIPELINE_MAX], due_at[PIPELINE_MAX];
    char *out;
    size_t out_len, out_sent;
    int waits_to_write, is_queued;
    char head[HEAD_BYTES_MAX + 1];
    size_t head_len, body_left;
    int is_in_body, status; /* of the reply that is read */
};

static struct {
    int port, epoll;
    size_t connections, pipeline;
    uint64_t count, rate;
    int64_t ms, start_at, stop_at;
    struct request_kind kind;
    struct request_text text;
    struct peer *peers;
    struct peer **queue; /* those that could send, in order; a ring */
    size_t queue_first, queue_len;
    uint64_t sent, answered, ok, in_time, busy, other, lost;
    struct histogram replies, due;
} load = { .connections = 1, .pipeline = 1 };

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * SECOND_NS + now.tv_nsec;
}

static void __attribute__((noreturn)) fail(const char *why)
{
    fprintf(stderr, "load: %s%s%s\n", why, errno != 0 ? ": " : "", errno ? strerror(errno) : "");
    exit(1);
}

/* --- connections --- */

static void peer_watch(struct peer *peer, int operation, int also_write)
{
    struct epoll_event event = { .events = EPOLLIN | (also_write ? EPOLLOUT : 0u),
                                 .data = { .ptr = peer } };

    if (epoll_ctl(load.epoll, operation, peer->fd, &event) != 0)
        fail("epoll_ctl");
    peer->waits_to_write = also_write;
}

static void peer_connect(struct peer *peer)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)load.port) };
    int on = 1;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    peer->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (peer->fd < 0 || connect(peer->fd, (struct sockaddr *)&address, sizeof address) != 0)
        fail("cannot connect");
    setsockopt(peer->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    peer->in_flight = peer->first = 0;
    peer->out_len = peer->out_sent = peer->head_len = 0;
    peer->is_in_body = 0;
    peer_watch(peer, EPOLL_CTL_ADD, 0);
}

static void queue_push(struct peer *peer)
{
    if (peer->is_queued)
        return;
    assert(load.queue_len < load.connections);
    load.queue[(load.queue_first + load.queue_len++) % load.connections] = peer;
    peer->is_queued = 1;
}

static struct peer *queue_pop(void)
{
    struct peer *peer = load.queue[load.queue_first];

    assert(load.queue_len > 0);
    load.queue_first = (load.queue_first + 1) % load.connections;
    load.queue_len--;
    peer->is_queued = 0;
    return peer;
}

/* The peer has gone, and what it was asked will not be answered. */
static void peer_lost(struct peer *peer)
{
    load.lost += peer->in_flight;
    close(peer->fd);
    peer_connect(peer);
    queue_push(peer);
}

/* --- sending --- */

static int64_t due_of(uint64_t number, int64_t now)
{
    if (load.rate == 0)
        return now;
    return load.start_at + (int64_t)(number * (uint64_t)SECOND_NS / load.rate);
}

static int may_send(int64_t now)
{
    if (load.count != 0)
        return load.sent < load.count;
    return now < load.stop_at && due_of(load.sent, now) <= now;
}

static int is_over(int64_t now)
{
    return load.count != 0 ? load.sent == load.count : now >= load.stop_at;
}

static void peer_flush(struct peer *peer)
{
    while (peer->out_sent < peer->out_len) {
        ssize_t len = send(peer->fd, peer->out + peer->out_sent, peer->out_len - peer->out_sent,
                           MSG_NOSIGNAL | MSG_DONTWAIT);

        if (len < 0 && errno == EAGAIN) {
            if (!peer->waits_to_write)
                peer_watch(peer, EPOLL_CTL_MOD, 1);
            return;
        }
        if (len < 0) {
            peer_lost(peer);
            return;
        }
        peer->out_sent += (size_t)len;
    }
    peer->out_len = peer->out_sent = 0;
    if (peer->waits_to_write)
        peer_watch(peer, EPOLL_CTL_MOD, 0);
}

/* As many as it may have on their way; what waits to be written goes first. */
static void peer_ask(struct peer *peer, int64_t now)
{
    if (peer->out_len > 0)
        return;
    while (peer->in_flight < load.pipeline && may_send(now)) {
        size_t place = (peer->first + peer->in_flight++) % load.pipeline;

        peer->sent_at[place] = now;
        peer->due_at[place] = due_of(load.sent, now);
        request_write(&load.text, load.sent++, peer->out + peer->out_len);
        peer->out_len += load.text.len;
    }
    peer_flush(peer);
}

static void ask_all(void)
{
    int64_t now = now_ns();

    while (load.queue_len > 0 && may_send(now)) {
        struct peer *peer = queue_pop();

        peer_ask(peer, now);
        if (peer->in_flight < load.pipeline && peer->out_len == 0)
            queue_push(peer);
        now = now_ns();
    }
}

/* --- replies --- */

static void reply_counted(struct peer *peer, int64_t now)
{
    unsigned place = peer->first;

    if (peer->in_flight == 0)
        fail("a reply that nobody asked for");
    peer->first = (place + 1) % (unsigned)load.pipeline;
    peer->in_flight--;
    load.answered++;
    if (peer->status == 200) {
        load.ok++;
        load.in_time += load.count != 0 || now < load.stop_at;
        histogram_add(&load.replies, now - peer->sent_at[place]);
        histogram_add(&load.due, now - peer->due_at[place]);
    } else if (peer->status == 503 || peer->status == 429) {
        load.busy++;
    } else {
        load.other++;
    }
    queue_push(peer);
}

/* head ends with a NUL. */
static void head_read(struct peer *peer, const char *head)
{
    const char *length = strstr(head, "\r\nContent-Length: ");

    if (strncmp(head, "HTTP/1.1 ", 9) != 0 || length == NULL)
        fail("a reply that is none, or has no Content-Length");
    peer->status = (int)strtol(head + 9, NULL, 10);
    peer->body_left = strtoul(length + 18, NULL, 10);
    if (peer->status != 200 && peer->status != 503 && load.other == 0)
        fprintf(stderr, "load: %s\n", head);
}

/* Takes of a head what is there: the bytes taken. */
static size_t head_take(struct peer *peer, const char *bytes, size_t len)
{
    size_t had = peer->head_len, room = HEAD_BYTES_MAX - had;
    size_t added = len < room ? len : room, end;
    const char *blank;

    memcpy(peer->head + had, bytes, added);
    peer->head_len += added;
    blank = memmem(peer->head, peer->head_len, "\r\n\r\n", 4);
    if (blank == NULL && peer->head_len == HEAD_BYTES_MAX)
        fail("a reply's head is too long");
    if (blank == NULL)
        return added;
    end = (size_t)(blank - peer->head) + 4;
    peer->head[end - 2] = '\0';
    head_read(peer, peer->head);
    peer->head_len = 0;
    peer->is_in_body = 1;
    return end - had;
}

static void bytes_read(struct peer *peer, const char *bytes, size_t len, int64_t now)
{
    while (len > 0) {
        size_t taken;

        if (peer->is_in_body) {
            taken = len < peer->body_left ? len : peer->body_left;
            peer->body_left -= taken;
        } else {
            taken = head_take(peer, bytes, len);
        }
        bytes += taken;
        len -= taken;
        if (peer->is_in_body && peer->body_left == 0) {
            peer->is_in_body = 0;
            reply_counted(peer, now);
        }
    }
}

static void peer_read(struct peer *peer)
{
    static char bytes[READ_BYTES];
    ssize_t len;

    do {
        len = recv(peer->fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (len < 0 && errno == EAGAIN)
            return;
        if (len <= 0) {
            peer_lost(peer);
            return;
        }
        bytes_read(peer, bytes, (size_t)len, now_ns());
    } while (len == (ssize_t)sizeof bytes);
}

/* --- the run --- */

/* Until something comes in, or something is to be sent. */
static void wait_and_read(int64_t until)
{
    struct epoll_event events[EVENTS];
    int64_t left = until - now_ns();
    struct timespec timeout = { .tv_sec = 0, .tv_nsec = 0 };
    int count;

    if (left > 0)
        timeout = (struct timespec){ .tv_sec = left / SECOND_NS, .tv_nsec = left % SECOND_NS };
    count = epoll_pwait2(load.epoll, events, EVENTS, &timeout, NULL);
    if (count < 0 && errno != EINTR)
        fail("epoll_pwait2");
    for (int i = 0; i < count; i++) {
        struct peer *peer = events[i].data.ptr;

        if (events[i].events & EPOLLOUT)
            peer_flush(peer);
        if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
            peer_read(peer);
    }
}

static int64_t next_at(int64_t now)
{
    int64_t due = due_of(load.sent, now);

    if (load.count != 0 || load.rate == 0 || load.queue_len == 0)
        return now + SECOND_NS / 100;
    return due < load.stop_at ? due : load.stop_at;
}

static void run(void)
{
    int64_t now, patience_until;

    load.start_at = now_ns();
    load.stop_at = load.start_at + load.ms * MS_NS;
    while (!is_over(now = now_ns())) {
        ask_all();
        wait_and_read(next_at(now));
    }
    patience_until = now + PATIENCE_NS;
    while (load.answered + load.lost < load.sent && now_ns() < patience_until)
        wait_and_read(now_ns() + SECOND_NS / 100);
}

static void prepare(void)
{
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    load.peers = calloc(load.connections, sizeof *load.peers);
    load.queue = calloc(load.connections, sizeof(struct peer *));
    if (load.epoll < 0 || load.peers == NULL || load.queue == NULL)
        fail("cannot begin");
    for (size_t i = 0; i < load.connections; i++) {
        struct peer *peer = &load.peers[i];

        peer->out = malloc(load.text.len * load.pipeline);
        if (peer->out == NULL)
            fail("no memory");
        peer_connect(peer);
        queue_push(peer);
    }
}

static long long us(int64_t ns)
{
    return (long long)((ns + 500) / 1000);
}

static void print_times(const char *name, const struct histogram *of)
{
    printf("\"%s\":{\"p50\":%lld,\"p99\":%lld,\"p999\":%lld,\"max\":%lld},", name,
           us(histogram_at(of, 500)), us(histogram_at(of, 990)), us(histogram_at(of, 999)),
           us(of->max_ns));
}

static void print_result(int64_t took_ns)
{
    struct rusage usage;
    struct timeval user, kernel;

    getrusage(RUSAGE_SELF, &usage);
    user = usage.ru_utime;
    kernel = usage.ru_stime;
    printf("{\"sent\":%llu,\"answered\":%llu,\"ok\":%llu,\"in_time\":%llu,\"busy\":%llu,"
           "\"other\":%llu,\"lost\":%llu,\"took_us\":%lld,",
           (unsigned long long)load.sent, (unsigned long long)load.answered,
           (unsigned long long)load.ok, (unsigned long long)load.in_time,
           (unsigned long long)load.busy, (unsigned long long)load.other,
           (unsigned long long)load.lost, us(took_ns));
    print_times("reply_us", &load.replies);
    print_times("due_us", &load.due);
    printf("\"cpu_us\":%lld}\n",
           (long long)(user.tv_sec + kernel.tv_sec) * 1000000 + user.tv_usec + kernel.tv_usec);
}

/* --- options --- */

static const struct option options[] = {
    { "port", required_argument, NULL, 'p' },        { "kind", required_argument, NULL, 'k' },
    { "connections", required_argument, NULL, 'c' }, { "pipeline", required_argument, NULL, 'l' },
    { "customers", required_argument, NULL, 'u' },   { "first", required_argument, NULL, 'f' },
    { "batch", required_argument, NULL, 'b' },       { "run", required_argument, NULL, 'r' },
    { "ms", required_argument, NULL, 'm' },          { "count", required_argument, NULL, 'n' },
    { "rate", required_argument, NULL, 'a' },        { NULL, 0, NULL, 0 },
};

static void option_read(int option, const char *text)
{
    uint64_t number = strtoull(text, NULL, 10);

    switch (option) {
    case 'p':
        load.port = (int)number;
        break;
    case 'k':
        load.kind.kind = text;
        break;
    case 'c':
        load.connections = number;
        break;
    case 'l':
        load.pipeline = number;
        break;
    case 'u':
        load.kind.customers = number;
        break;
    case 'f':
        load.kind.first = number;
        break;
    case 'b':
        load.kind.batch_size = number;
        break;
    case 'r':
        load.kind.run = text;
        break;
    case 'm':
        load.ms = (int64_t)number;
        break;
    case 'n':
        load.count = number;
        break;
    case 'a':
        load.rate = number;
        break;
    default:
        exit(2);
    }
}

int main(int argc, char **argv)
{
    int option;
    int64_t started_at;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
        option_read(option, optarg);
    load.kind.secret = getenv("SCRIP_SECRET") != NULL ? getenv("SCRIP_SECRET") : "";
    if (load.kind.customers == 0)
        load.kind.customers = 1;
    errno = 0;
    if (load.port == 0 || load.kind.kind == NULL || (load.ms == 0) == (load.count == 0) ||
        load.connections == 0 || load.pipeline == 0 || load.pipeline > PIPELINE_MAX)
        fail("wrong arguments; see bench/load.c");
    if (!request_text_init(&load.text, &load.kind))
        fail("no such kind");
    prepare();
    started_at = now_ns();
    run();
    print_result(now_ns() - started_at);
    return 0;
}
