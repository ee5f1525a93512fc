/* server.h - a server on a loopback port that does what its script says, right or wrong.
 *
 * One thread, one connection at a time.  For each request that arrives whole it records the
 * request and plays the next act.  A request beyond the script is told 501.
 */
#ifndef CLIENT_SERVER_H
#define CLIENT_SERVER_H

#include <stdbool.h>
#include <stddef.h>

enum ending {
    KEEP = 0, /* the connection stays for the next request */
    CLOSE,    /* closed behind the reply */
    RESET,    /* cut off behind the reply, which may be empty */
    HANG,     /* nothing more is said until the client goes away */
    FLOOD,    /* the reply, and then bytes without end */
};

struct act {
    const char *reply; /* as it goes over the wire */
    enum ending ending;
};

#define SERVER_REQUESTS_MAX 64
#define SERVER_REQUEST_BYTES 8192

struct server;

/* acts are copied, the replies in them borrowed.  With a certificate file it speaks TLS. */
struct server *server_start(const struct act *acts, size_t count);
struct server *server_start_tls(const struct act *acts, size_t count, const char *pem);
/* Says its piece to whoever connects, and hangs up. */
struct server *server_start_rude(const char *piece);
void server_stop(struct server *server);

const char *server_url(const struct server *server); /* "http://127.0.0.1:41234" */

/* From when the client has its reply, or has given up, on. */
size_t server_request_count(struct server *server);
const char *server_request(struct server *server, size_t index); /* head and body, as it came */
/* The header's value in a request, into buffer; "" when it is not there. */
const char *server_header(struct server *server, size_t index, const char *name, char *buffer,
                          size_t size);
const char *server_body(struct server *server, size_t index);

/* Waits until the server has seen count requests: for a client that is in another thread. */
void server_await(struct server *server, size_t count);

/* An HTTP/1.1 reply; the server puts the length of what follows in the place of the star. */
#define REPLY(status, headers, body)                                                               \
    "HTTP/1.1 " status "\r\nContent-Type: application/json\r\n" headers                            \
    "Content-Length: *\r\n\r\n" body

/* A self-signed certificate for 127.0.0.1 and its key, PEM, in a new file; path is a template for
 * mkstemp(). */
void certificate_make(char *path);

#endif
