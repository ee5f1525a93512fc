/* net/tls.h - TLS over memory: bytes in, bytes out, no sockets.  OpenSSL 3 behind our words.
 *
 * A session takes ciphertext from the peer (tls_feed), gives plaintext (tls_read), takes
 * plaintext (tls_write), and gives ciphertext for the peer (tls_output).  TLS 1.2 and 1.3, no
 * renegotiation, http/1.1 by ALPN.  One struct tls may be shared by all threads; a session
 * belongs to its connection's.
 */
#ifndef NET_TLS_H
#define NET_TLS_H

#include <stdbool.h>
#include "base/err.h"
#include "base/str.h"

struct tls; /* certificate, key, settings */

/* Why something could not be opened, in words for the operator. */
struct open_error {
    char text[512];
};

/* Reads a PEM certificate chain and the key that belongs to it.
 *   ERR_IO  a file cannot be read or is not what it should be; *reterr says which and why */
enum err tls_open(const char *certificate_path, const char *key_path, struct tls **ret,
                  struct open_error *reterr) MUST_CHECK;
void tls_close(struct tls *tls); /* NULL is allowed */

#define TLS_OUTPUT_BYTES (32u << 10) /* two records of the largest size */

struct tls_session {
    void *ssl;
    size_t output_start;
    size_t output_end;
    char output[TLS_OUTPUT_BYTES]; /* ciphertext that stays where it is until it is sent */
};

/* ERR_NOMEM */
enum err tls_session_init(struct tls_session *session, struct tls *tls) MUST_CHECK;
void tls_session_finish(struct tls_session *session);
bool tls_session_is_established(const struct tls_session *session);

/* Takes all of bytes from the peer.  False: out of memory. */
bool tls_feed(struct tls_session *session, struct str bytes) MUST_CHECK;

enum tls_read {
    TLS_READ_SOME = 1,
    TLS_READ_NOTHING, /* feed more first */
    TLS_READ_ENDED,   /* the peer says that nothing more comes */
    TLS_READ_FAILED,  /* the peer does not speak TLS, or not ours; output may hold an alert */
};
enum tls_read tls_read(struct tls_session *session, char *buffer, size_t size, size_t *ret_len);

/* Takes plaintext as far as the output has room; returns how much.  0: send output first. */
size_t tls_write(struct tls_session *session, struct str bytes);

/* What is to be sent to the peer now.  Stays in place until tls_output_sent(). */
struct str tls_output(struct tls_session *session);
void tls_output_sent(struct tls_session *session, size_t count);

/* Says to the peer that nothing more comes. */
void tls_end(struct tls_session *session);

#endif
