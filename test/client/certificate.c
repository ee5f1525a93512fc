#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/check.h"
#include "server.h"

static X509 *sign(EVP_PKEY *key)
{
    X509 *certificate = X509_new();
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_EXTENSION *san;
    X509V3_CTX context;
    int size;

    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_set_version(certificate, X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"test", -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_set_pubkey(certificate, key);
    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    san = X509V3_EXT_conf_nid(NULL, &context, NID_subject_alt_name, "IP:127.0.0.1");
    X509_add_ext(certificate, san, -1);
    X509_EXTENSION_free(san);
    size = X509_sign(certificate, key, EVP_sha256());
    assert(size > 0);
    return certificate;
}

void certificate_make(char *path)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = sign(key);
    int fd = mkstemp(path), ok;
    FILE *file = fdopen(fd, "w");

    assert(file != NULL);
    ok = PEM_write_X509(file, certificate) == 1 &&
         PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1 && fclose(file) == 0;
    assert(ok);
    X509_free(certificate);
    EVP_PKEY_free(key);
}
