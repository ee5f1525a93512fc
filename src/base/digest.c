/* OpenSSL 3 calls these four functions deprecated.  What it offers instead takes a context from the
 * heap for every text, four for a request with a key; these work on the stack and cannot fail. */
#define OPENSSL_API_COMPAT 10101
#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <string.h>

_Static_assert(DIGEST_BYTES == SHA256_DIGEST_LENGTH, "of SHA-256");
_Static_assert(sizeof(SHA256_CTX) == sizeof(struct digest_stream), "a stream is one of theirs");

static SHA256_CTX *context_of(struct digest_stream *stream)
{
    return (SHA256_CTX *)(void *)stream->words;
}

void digest_stream_init(struct digest_stream *stream)
{
    int status = SHA256_Init(context_of(stream));

    assert(status == 1);
}

void digest_stream_add(struct digest_stream *stream, const void *data, size_t size)
{
    int status = SHA256_Update(context_of(stream), data, size);

    assert(status == 1);
}

struct digest digest_stream_take(struct digest_stream *stream)
{
    struct digest digest;
    int status = SHA256_Final(digest.bytes, context_of(stream));

    assert(status == 1);
    digest_stream_init(stream);
    return digest;
}

struct digest digest_sha256(const void *data, size_t size)
{
    struct digest_stream stream;

    digest_stream_init(&stream);
    digest_stream_add(&stream, data, size);
    return digest_stream_take(&stream);
}

#define HMAC_BLOCK_BYTES 64

/* RFC 2104: the key, filled up with zeros and each byte changed by mask, comes first. */
static void half_init(struct digest_stream *half, struct str key, uint8_t mask)
{
    uint8_t block[HMAC_BLOCK_BYTES] = { 0 };

    if (key.len > 0)
        memcpy(block, key.data, key.len);
    for (size_t i = 0; i < HMAC_BLOCK_BYTES; i++)
        block[i] ^= mask;
    digest_stream_init(half);
    digest_stream_add(half, block, sizeof block);
    OPENSSL_cleanse(block, sizeof block);
}

void digest_key_init(struct digest_key *key, const void *bytes, size_t size)
{
    struct str secret = { .data = bytes, .len = size };
    struct digest shortened;

    if (size > HMAC_BLOCK_BYTES) {
        shortened = digest_sha256(bytes, size);
        secret = (struct str){ .data = (const char *)shortened.bytes, .len = DIGEST_BYTES };
    }
    half_init(&key->inner, secret, 0x36);
    half_init(&key->outer, secret, 0x5c);
}

/* OpenSSL's own takes five times as long over a short text. */
struct digest digest_hmac(const struct digest_key *key, struct str message)
{
    struct digest_stream inner = key->inner, outer = key->outer;
    struct digest digest;

    digest_stream_add(&inner, message.data, message.len);
    digest = digest_stream_take(&inner);
    digest_stream_add(&outer, digest.bytes, sizeof digest.bytes);
    return digest_stream_take(&outer);
}

struct digest digest_hmac_sha256(const void *key, size_t key_size, struct str message)
{
    struct digest_key ready;

    digest_key_init(&ready, key, key_size);
    return digest_hmac(&ready, message);
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
