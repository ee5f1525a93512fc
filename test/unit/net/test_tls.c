/* TLS: the same server behind a certificate, made for the occasion. */
#include "harness.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct harness harness;
static char certificate_path[] = "/tmp/scrip-test-certificate-XXXXXX";
static char key_path[] = "/tmp/scrip-test-key-XXXXXX";
static char other_key_path[] = "/tmp/scrip-test-other-key-XXXXXX";

static EVP_PKEY *key_make(char *path)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    FILE *file = fdopen(mkstemp(path), "w");

    assert_non_null(key);
    assert_non_null(file);
    assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
    return key;
}

static int certificate_make(void **state)
{
    EVP_PKEY *key = key_make(key_path), *other = key_make(other_key_path);
    X509 *certificate = X509_new();
    X509_NAME *name = X509_get_subject_name(certificate);
    FILE *file = fdopen(mkstemp(certificate_path), "w");

    assert_non_null(file);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1,
                               0);
    X509_set_issuer_name(certificate, name);
    assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
    assert_int_equal(PEM_write_X509(file, certificate), 1);
    fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
    return 0;
}

static int certificate_remove(void **state)
{
    unlink(certificate_path);
    unlink(key_path);
    unlink(other_key_path);
    return 0;
}

static struct server_config tls_config(void)
{
    struct server_config config = harness_config(&harness);

    config.tls_certificate_path = certificate_path;
    config.tls_key_path = key_path;
    return config;
}

/* A client with TLS on top. */
struct secure {
    struct client client;
    SSL_CTX *context;
    SSL *ssl;
};

static void secure_prepare(struct secure *secure)
{
    client_open(&secure->client, &harness);
    secure->context = SSL_CTX_new(TLS_client_method());
    assert_int_equal(SSL_CTX_load_verify_locations(secure->context, certificate_path, NULL), 1);
    SSL_CTX_set_verify(secure->context, SSL_VERIFY_PEER, NULL);
    secure->ssl = SSL_new(secure->context);
    SSL_set_fd(secure->ssl, secure->client.fd);
}

static void secure_open(struct secure *secure)
{
    secure_prepare(secure);
    assert_int_equal(SSL_connect(secure->ssl), 1);
}

static void secure_close(struct secure *secure)
{
    SSL_free(secure->ssl);
    SSL_CTX_free(secure->context);
    client_close(&secure->client);
}

static void secure_send(struct secure *secure, const void *bytes, size_t size)
{
    size_t written;

    assert_int_equal(SSL_write_ex(secure->ssl, bytes, size, &written), 1);
    assert_int_equal(written, size);
}

/* Reads exactly so many bytes. */
static void secure_receive(struct secure *secure, char *bytes, size_t size)
{
    size_t got = 0, part;

    while (got < size) {
        assert_int_equal(SSL_read_ex(secure->ssl, bytes + got, size - got, &part), 1);
        got += part;
    }
}

static void secure_reply_is(struct secure *secure, const char *body, size_t len)
{
    char head[1024];
    size_t at = 0;
    char *got = malloc(len + 1);

    while (at < 4 || memcmp(head + at - 4, "\r\n\r\n", 4) != 0) {
        assert_true(at < sizeof head - 1);
        secure_receive(secure, head + at++, 1);
    }
    head[at] = '\0';
    assert_memory_equal(head, "HTTP/1.1 200 OK\r\n", 17);
    secure_receive(secure, got, len);
    assert_memory_equal(got, body, len);
    free(got);
}

static void requests_and_replies_as_without_it(void **state)
{
    struct server_config config = tls_config();
    struct secure secure;
    const char pipelined[] = GET("/park/1") GET("/loop") GET("/size/3");

    harness_open(&harness, &config);
    secure_open(&secure);
    secure_send(&secure, pipelined, sizeof pipelined - 1);
    harness_wait_parked(&harness, 1);
    assert_true(harness_wake(&harness, NULL));
    secure_reply_is(&secure, "1", 1);
    secure_reply_is(&secure, "0", 1);
    secure_reply_is(&secure, "abc", 3);
    assert_string_equal(SSL_get_version(secure.ssl), "TLSv1.3");
    secure_close(&secure);
    harness_stop_and_close(&harness);
}

static void large_bodies_go_both_ways(void **state)
{
    struct server_config config = tls_config();
    const size_t size = 2u << 20;
    char head[128], *body = malloc(size);
    struct secure secure;

    for (size_t i = 0; i < size; i++)
        body[i] = (char)('A' + i % 19);
    snprintf(head, sizeof head, "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: %zu\r\n\r\n",
             size);
    harness_open(&harness, &config);
    secure_open(&secure);
    for (unsigned i = 0; i < 3; i++) {
        secure_send(&secure, head, strlen(head));
        secure_send(&secure, body, size);
        secure_reply_is(&secure, body, size);
    }
    secure_close(&secure);
    harness_stop_and_close(&harness);
    free(body);
}

static void many_requests_in_one_record_wait_for_room(void **state)
{
    struct server_config config = tls_config();
    char text[16384];
    size_t len = 0;
    struct secure secure;

    for (unsigned i = 0; i < 200; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s", GET("/park/x"));
    harness_open(&harness, &config);
    secure_open(&secure);
    secure_send(&secure, text, len);
    for (unsigned i = 0; i < 200; i++) {
        harness_wait_parked(&harness, 200 - i < 64 ? 200 - i : 64);
        assert_true(harness_wake(&harness, NULL));
        secure_reply_is(&secure, "x", 1);
    }
    secure_close(&secure);
    harness_stop_and_close(&harness);
}

static void the_end_is_said_in_tls_too(void **state)
{
    struct server_config config = tls_config();
    struct secure secure;
    const char text[] = "GET /loop HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
    char byte;
    size_t got;

    harness_open(&harness, &config);
    secure_open(&secure);
    secure_send(&secure, text, sizeof text - 1);
    secure_reply_is(&secure, "0", 1);
    assert_int_equal(SSL_read_ex(secure.ssl, &byte, 1, &got), 0);
    assert_int_equal(SSL_get_error(secure.ssl, 0), SSL_ERROR_ZERO_RETURN);
    secure_close(&secure);

    secure_open(&secure); /* and heard: the peer's end lets what is parked finish */
    secure_send(&secure, GET("/park/1"), sizeof GET("/park/1") - 1);
    harness_wait_parked(&harness, 1);
    assert_int_equal(SSL_shutdown(secure.ssl), 0);
    assert_true(harness_wake(&harness, NULL));
    secure_reply_is(&secure, "1", 1);
    assert_int_equal(SSL_read_ex(secure.ssl, &byte, 1, &got), 0);
    secure_close(&secure);
    harness_stop_and_close(&harness);
}

static void old_versions_and_other_protocols_are_refused(void **state)
{
    static const unsigned char h2[] = { 2, 'h', '2' };
    static const unsigned char both[] = { 2, 'h', '2', 8, 'h', 't', 't', 'p', '/', '1', '.', '1' };
    struct server_config config = tls_config();
    struct secure secure;

    config.linger_timeout_ms = 10;
    harness_open(&harness, &config);
    secure_prepare(&secure);
    SSL_set_security_level(secure.ssl, 0);
    SSL_set_max_proto_version(secure.ssl, TLS1_1_VERSION);
    assert_int_not_equal(SSL_connect(secure.ssl), 1);
    secure_close(&secure);

    secure_prepare(&secure);
    SSL_set_alpn_protos(secure.ssl, h2, sizeof h2);
    assert_int_not_equal(SSL_connect(secure.ssl), 1);
    secure_close(&secure);

    secure_prepare(&secure);
    SSL_set_alpn_protos(secure.ssl, both, sizeof both);
    SSL_set_max_proto_version(secure.ssl, TLS1_2_VERSION);
    assert_int_equal(SSL_connect(secure.ssl), 1);
    secure_send(&secure, GET("/loop"), sizeof GET("/loop") - 1);
    secure_reply_is(&secure, "0", 1);
    secure_close(&secure);
    harness_stop_and_close(&harness);
}

static void plain_text_at_a_tls_port_is_no_request(void **state)
{
    struct server_config config = tls_config();
    struct client client;
    char bytes[64];

    harness_open(&harness, &config);
    client_open(&client, &harness);
    client_send(&client, GET("/loop"));
    while (read(client.fd, bytes, sizeof bytes) > 0)
        continue; /* an alert, then the end */
    assert_int_equal(harness_counter(&harness, COUNTER_REQUESTS), 0);
    client_close(&client);
    harness_stop_and_close(&harness);
}

static void a_handshake_that_does_not_come_is_not_waited_for(void **state)
{
    struct server_config config = tls_config();
    struct client client;

    config.request_timeout_ms = 30;
    harness_open(&harness, &config);
    client_open(&client, &harness);
    client_sees_end(&client);
    client_close(&client);
    harness_stop_and_close(&harness);
}

static void what_is_wrong_with_the_files_is_said_at_the_start(void **state)
{
    const struct {
        const char *certificate, *key, *says;
    } cases[] = {
        { "/nonexistent/c.pem", key_path, "/nonexistent/c.pem: No such file" },
        { certificate_path, "/nonexistent/k.pem", "/nonexistent/k.pem: No such file" },
        { certificate_path, other_key_path, "key values mismatch" },
        { key_path, key_path, "TLS certificate in" },
        { certificate_path, certificate_path, "TLS key in" },
        { certificate_path, NULL, "both" },
        { NULL, key_path, "both" },
    };

    for (size_t i = 0; i < array_count(cases); i++) {
        struct server_config config = harness_config(&harness);
        struct open_error error = { "" };
        struct server *server;

        config.tls_certificate_path = cases[i].certificate;
        config.tls_key_path = cases[i].key;
        assert_int_equal(server_open(&config, &server, &error), ERR_IO);
        if (strstr(error.text, cases[i].says) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", error.text, cases[i].says);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_and_replies_as_without_it),
        cmocka_unit_test(large_bodies_go_both_ways),
        cmocka_unit_test(many_requests_in_one_record_wait_for_room),
        cmocka_unit_test(the_end_is_said_in_tls_too),
        cmocka_unit_test(old_versions_and_other_protocols_are_refused),
        cmocka_unit_test(plain_text_at_a_tls_port_is_no_request),
        cmocka_unit_test(a_handshake_that_does_not_come_is_not_waited_for),
        cmocka_unit_test(what_is_wrong_with_the_files_is_said_at_the_start),
    };

    return cmocka_run_group_tests(tests, certificate_make, certificate_remove);
}
