/* bench/empty.c - an HTTP server that answers everything with the same few bytes.
 *
 * What the machine, the kernel and libuv allow at most: no server over the same loop can be
 * faster.  It counts the ends of request heads and knows nothing of bodies, so it is for GET
 * alone.  Run: empty, which prints where it listens, on one loop and one thread.
 */
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

static char reply[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n";

struct peer {
    uv_tcp_t tcp; /* first, so that its handle is the peer */
    int matched;  /* of "\r\n\r\n", across reads */
};

static void buffer_give(uv_handle_t *handle, size_t size, uv_buf_t *ret)
{
    static char bytes[65536]; /* one loop reads for one peer at a time */
    *ret = uv_buf_init(bytes, sizeof bytes);
}

static void peer_closed(uv_handle_t *handle)
{
    free(handle);
}

static void peer_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *bytes)
{
    struct peer *peer = (struct peer *)stream;
    uv_buf_t out = uv_buf_init(reply, sizeof reply - 1);

    if (len < 0) {
        uv_close((uv_handle_t *)stream, peer_closed);
        return;
    }
    for (ssize_t i = 0; i < len; i++) {
        if (bytes->base[i] == "\r\n\r\n"[peer->matched])
            peer->matched++;
        else
            peer->matched = bytes->base[i] == '\r';
        if (peer->matched < 4)
            continue;
        peer->matched = 0;
        if (uv_try_write(stream, &out, 1) != (int)out.len)
            abort(); /* nobody reads so slowly that a few bytes do not fit */
    }
}

static void peer_arrived(uv_stream_t *listener, int status)
{
    struct peer *peer = calloc(1, sizeof *peer);

    if (status < 0 || peer == NULL || uv_tcp_init(listener->loop, &peer->tcp) != 0)
        abort();
    if (uv_accept(listener, (uv_stream_t *)&peer->tcp) != 0)
        abort();
    uv_tcp_nodelay(&peer->tcp, 1);
    uv_read_start((uv_stream_t *)&peer->tcp, buffer_give, peer_read);
}

int main(void)
{
    uv_loop_t *loop = uv_default_loop();
    uv_tcp_t listener;
    struct sockaddr_in address;
    int len = sizeof address;

    uv_ip4_addr("127.0.0.1", 0, &address);
    uv_tcp_init(loop, &listener);
    if (uv_tcp_bind(&listener, (struct sockaddr *)&address, 0) != 0 ||
        uv_listen((uv_stream_t *)&listener, 511, peer_arrived) != 0)
        return 1;
    uv_tcp_getsockname(&listener, (struct sockaddr *)&address, &len);
    printf("listening on http://127.0.0.1:%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return uv_run(loop, UV_RUN_DEFAULT);
}
