#include "base/digest.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <string.h>

/* OpenSSL fails here only when it is out of memory or not installed properly; neither leaves
 * anything to do but stop, so its results are asserted. */

/* Fetched once: an implicit fetch costs more than hashing a short text. */
static EVP_MD *sha256;
static pthread_once_t sha256_once = PTHREAD_ONCE_INIT;

static void sha256_fetch(void)
{
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    assert(sha256 != NULL);
    assert(EVP_MD_get_size(sha256) == DIGEST_BYTES);
}

static const EVP_MD *sha256_get(void)
{
    int status = pthread_once(&sha256_once, sha256_fetch);

    assert(status == 0);
    return sha256;
}

struct digest digest_sha256(const void *data, size_t size)
{
    struct digest digest;
    int status = EVP_Digest(data, size, digest.bytes, NULL, sha256_get(), NULL);

    assert(status == 1);
    return digest;
}

#define HMAC_BLOCK_BYTES 64
#define HMAC_SHORT_BYTES 256 /* secrets and cursors are shorter */

/* Two plain digests, as RFC 2104 defines it: OpenSSL's HMAC() takes five times as long over a
 * short text, and every request needs one. */
static struct digest hmac_short(const uint8_t *key, size_t key_size, struct str message)
{
    uint8_t inner[HMAC_BLOCK_BYTES + HMAC_SHORT_BYTES];
    uint8_t outer[HMAC_BLOCK_BYTES + DIGEST_BYTES];
    struct digest digest;

    assert(key_size <= HMAC_BLOCK_BYTES);
    assert(message.len <= HMAC_SHORT_BYTES);
    for (size_t i = 0; i < HMAC_BLOCK_BYTES; i++) {
        uint8_t byte = i < key_size ? key[i] : 0;

        inner[i] = byte ^ 0x36;
        outer[i] = byte ^ 0x5c;
    }
    if (message.len > 0)
        memcpy(inner + HMAC_BLOCK_BYTES, message.data, message.len);
    digest = digest_sha256(inner, HMAC_BLOCK_BYTES + message.len);
    memcpy(outer + HMAC_BLOCK_BYTES, digest.bytes, DIGEST_BYTES);
    digest = digest_sha256(outer, sizeof outer);
    OPENSSL_cleanse(inner, sizeof inner);
    OPENSSL_cleanse(outer, sizeof outer);
    return digest;
}

struct digest digest_hmac_sha256(const void *key, size_t key_size, struct str message)
{
    struct digest digest;
    unsigned char *result;

    assert(key_size <= INT_MAX);
    if (key_size <= HMAC_BLOCK_BYTES && message.len <= HMAC_SHORT_BYTES)
        return hmac_short(key, key_size, message);
    result = HMAC(sha256_get(), key, (int)key_size, (const unsigned char *)message.data,
                  message.len, digest.bytes, NULL);
    assert(result != NULL);
    return digest;
}

bool digest_equals(const struct digest *a, const struct digest *b)
{
    return CRYPTO_memcmp(a->bytes, b->bytes, DIGEST_BYTES) == 0;
}

void digest_to_hex(const struct digest *digest, char ret_hex[2 * DIGEST_BYTES + 1])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        ret_hex[2 * i] = digits[digest->bytes[i] >> 4];
        ret_hex[2 * i + 1] = digits[digest->bytes[i] & 15];
    }
    ret_hex[sizeof digest->bytes * 2] = '\0';
}

static void stream_start(struct digest_stream *stream)
{
    int status = EVP_DigestInit_ex2(stream->context, sha256_get(), NULL);

    assert(status == 1);
}

void digest_stream_init(struct digest_stream *stream)
{
    stream->context = EVP_MD_CTX_new();
    assert(stream->context != NULL);
    stream_start(stream);
}

void digest_stream_add(struct digest_stream *stream, const void *data, size_t size)
{
    int status;

    assert(stream->context != NULL);
    status = EVP_DigestUpdate(stream->context, data, size);
    assert(status == 1);
}

struct digest digest_stream_take(struct digest_stream *stream)
{
    struct digest digest;
    int status;

    assert(stream->context != NULL);
    status = EVP_DigestFinal_ex(stream->context, digest.bytes, NULL);
    assert(status == 1);
    stream_start(stream);
    return digest;
}

void digest_stream_finish(struct digest_stream *stream)
{
    EVP_MD_CTX_free(stream->context);
    stream->context = NULL;
}
