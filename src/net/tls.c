#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>

#define RECORD_BYTES_MAX 16384u

/* A struct tls is an SSL_CTX, and a session's ssl an SSL; nobody else needs to know. */
static SSL_CTX *context_of(struct tls *tls)
{
    return (SSL_CTX *)tls;
}

static SSL *ssl_of(const struct tls_session *session)
{
    assert(session->ssl != NULL);
    return session->ssl;
}

/* "cannot use the TLS key in k.pem: key values mismatch" */
static enum err fail(struct open_error *error, const char *what, const char *path)
{
    unsigned long code = ERR_peek_error(); /* the first is the cause */
    const char *reason =
        ERR_SYSTEM_ERROR(code) ? strerror(ERR_GET_REASON(code)) : ERR_reason_error_string(code);

    snprintf(error->text, sizeof error->text, "%s %s: %s", what, path,
             reason == NULL ? "unknown reason" : reason);
    ERR_clear_error();
    return ERR_IO;
}

/* Takes http/1.1 where the client names its protocols. */
static int select_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len,
                           const unsigned char *in, unsigned in_len, void *context)
{
    static const unsigned char ours[] = { 8, 'h', 't', 't', 'p', '/', '1', '.', '1' };
    unsigned char *chosen;

    (void)ssl;
    (void)context;
    if (SSL_select_next_proto(&chosen, out_len, ours, sizeof ours, in, in_len) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

static void context_set_up(SSL_CTX *context)
{
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_alpn_select_cb(context, select_protocol, NULL);
}

enum err tls_open(const char *certificate_path, const char *key_path, struct tls **ret,
                  struct open_error *reterr)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    enum err e = OK;

    assert(certificate_path != NULL);
    assert(key_path != NULL);
    ERR_clear_error();
    if (context == NULL)
        return fail(reterr, "cannot set up", "TLS");
    context_set_up(context);
    if (SSL_CTX_use_certificate_chain_file(context, certificate_path) != 1)
        e = fail(reterr, "cannot use the TLS certificate in", certificate_path);
    else if (SSL_CTX_use_PrivateKey_file(context, key_path, SSL_FILETYPE_PEM) != 1)
        e = fail(reterr, "cannot use the TLS key in", key_path);
    if (e != OK) {
        SSL_CTX_free(context);
        return e;
    }
    *ret = (struct tls *)context;
    return OK;
}

void tls_close(struct tls *tls)
{
    SSL_CTX_free(context_of(tls));
}

enum err tls_session_init(struct tls_session *session, struct tls *tls)
{
    SSL *ssl = SSL_new(context_of(tls));
    BIO *in = BIO_new(BIO_s_mem());
    BIO *out = BIO_new(BIO_s_mem());

    if (ssl == NULL || in == NULL || out == NULL) {
        SSL_free(ssl);
        BIO_free(in);
        BIO_free(out);
        return ERR_NOMEM;
    }
    BIO_set_mem_eof_return(in, -1); /* empty means: wait, not: ended */
    BIO_set_mem_eof_return(out, -1);
    SSL_set_bio(ssl, in, out);
    SSL_set_accept_state(ssl);
    session->ssl = ssl;
    session->output_start = session->output_end = 0;
    return OK;
}

void tls_session_finish(struct tls_session *session)
{
    SSL_free(ssl_of(session));
    session->ssl = NULL;
}

bool tls_session_is_established(const struct tls_session *session)
{
    return SSL_is_init_finished(ssl_of(session)) != 0;
}

bool tls_feed(struct tls_session *session, struct str bytes)
{
    size_t written;

    return BIO_write_ex(SSL_get_rbio(ssl_of(session)), bytes.data, bytes.len, &written) == 1 &&
           written == bytes.len;
}

enum tls_read tls_read(struct tls_session *session, char *buffer, size_t size, size_t *ret_len)
{
    SSL *ssl = ssl_of(session);
    int error;

    assert(size > 0);
    ERR_clear_error();
    if (SSL_read_ex(ssl, buffer, size, ret_len) == 1)
        return TLS_READ_SOME;
    error = SSL_get_error(ssl, 0);
    if (error == SSL_ERROR_WANT_READ)
        return TLS_READ_NOTHING;
    return error == SSL_ERROR_ZERO_RETURN ? TLS_READ_ENDED : TLS_READ_FAILED;
}

size_t tls_write(struct tls_session *session, struct str bytes)
{
    SSL *ssl = ssl_of(session);
    size_t pending = BIO_ctrl_pending(SSL_get_wbio(ssl));
    size_t written;

    if (bytes.len == 0 || pending + RECORD_BYTES_MAX > TLS_OUTPUT_BYTES)
        return 0;
    if (bytes.len > RECORD_BYTES_MAX)
        bytes.len = RECORD_BYTES_MAX;
    ERR_clear_error();
    return SSL_write_ex(ssl, bytes.data, bytes.len, &written) == 1 ? written : 0;
}

struct str tls_output(struct tls_session *session)
{
    if (session->output_start == session->output_end) {
        int len = BIO_read(SSL_get_wbio(ssl_of(session)), session->output, TLS_OUTPUT_BYTES);
        session->output_start = 0;
        session->output_end = len > 0 ? (size_t)len : 0;
    }
    return (struct str){
        .data = session->output + session->output_start,
        .len = session->output_end - session->output_start,
    };
}

void tls_output_sent(struct tls_session *session, size_t count)
{
    assert(count <= session->output_end - session->output_start);
    session->output_start += count;
}

void tls_end(struct tls_session *session)
{
    SSL *ssl = ssl_of(session);

    ERR_clear_error();
    if (SSL_is_init_finished(ssl))
        (void)SSL_shutdown(ssl);
}
