/* A server with a small application, and clients that speak in bytes.
 *
 * What the application does, by path:
 *   /echo            the body, as it came
 *   /head            method, path, query and peer as text
 *   /size/N          N bytes
 *   /status/N        the status N without a body
 *   /loop            the number of the thread
 *   /block           holds its thread until harness_unblock()
 *   /park/NAME       parks until woken by that name; then the name
 *   /late/N          parks until woken by its path; then N bytes
 *   /told/N          the same, and has told so when it parked
 *   /twice/NAME      parks until woken twice; then the name
 */
#ifndef NET_HARNESS_H
#define NET_HARNESS_H

#include <pthread.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "net/server.h"

#define PARKED_MAX 4096
#define SIZE_MOST (8u << 20)

struct harness {
    struct server *server;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct exchange *parked[PARKED_MAX]; /* in the order of parking */
    size_t parked_count;
    size_t resumed_count;
    size_t blocked_count;
    bool unblocked;
    struct exchange *gathered[PARKED_MAX]; /* until the thread waits */
    size_t gathered_count;
    size_t flush_count; /* those with anything to hand on */
};

/* A configuration for host 127.0.0.1, any port, one thread; fill in more. */
struct server_config harness_config(struct harness *harness);
void harness_open(struct harness *harness, const struct server_config *config);
void harness_close(struct harness *harness); /* when server_stop() has returned */
void harness_stop_and_close(struct harness *harness);

/* Waits until so many are parked. */
void harness_wait_parked(struct harness *harness, size_t count);
/* Waits until the application has answered so many that were parked. */
void harness_wait_resumed(struct harness *harness, size_t count);
/* Waits until a thread is held by /block; lets it go. */
void harness_wait_blocked(struct harness *harness);
void harness_unblock(struct harness *harness);
/* Wakes the one with that path, or, NULL, the oldest.  False when there is none. */
bool harness_wake(struct harness *harness, const char *path);
/* Waits until a counter has reached a value. */
void harness_wait_counter(struct harness *harness, enum counter counter, uint64_t value);
uint64_t harness_counter(struct harness *harness, enum counter counter);
uint64_t harness_faults(struct harness *harness, enum fault fault);

/* How often threads have had anything to hand on. */
size_t harness_flushes(struct harness *harness);

/* A client.  Blocking; when nothing happens for 20 s the test fails. */
struct client {
    int fd;
    size_t len; /* bytes in buffer that are not taken */
    char *buffer;
    char *head; /* of the last reply, NUL-terminated */
    char *body;
    size_t body_len;
    int status;
};

void client_open(struct client *client, struct harness *harness);
void client_close(struct client *client);
void client_reset(struct client *client); /* closes with RST */
void client_send(struct client *client, const char *text);
void client_send_bytes(struct client *client, const void *bytes, size_t size);
/* Reads one reply; the request was a HEAD if head_only. */
void client_reply(struct client *client, bool head_only);
void client_reply_is(struct client *client, int status, const char *body);
bool client_head_has(const struct client *client, const char *text);
/* The server ends its side, cleanly, and sends nothing before. */
void client_sees_end(struct client *client);

#define GET(path) "GET " path " HTTP/1.1\r\nHost: test\r\n\r\n"

#endif
