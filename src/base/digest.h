/* base/digest.h - SHA-256, HMAC and comparison in constant time, by OpenSSL.  Nothing here fails or
 * takes memory from the heap.  Any thread. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

#define DIGEST_BYTES 32

struct digest {
    uint8_t bytes[DIGEST_BYTES];
};

struct digest digest_sha256(const void *data, size_t size);
struct digest digest_hmac_sha256(const void *key, size_t key_size, struct str message);
bool digest_equals(const struct digest *a, const struct digest *b); /* constant time */
void digest_to_hex(const struct digest *digest, char ret_hex[2 * DIGEST_BYTES + 1]);

/* A running SHA-256 over many pieces. */
struct digest_stream {
    uint32_t words[28]; /* OpenSSL's */
};
void digest_stream_init(struct digest_stream *stream);
void digest_stream_add(struct digest_stream *stream, const void *data, size_t size);
struct digest digest_stream_take(struct digest_stream *stream); /* and starts anew */

/* A key for many HMACs: made ready once, each of them takes half as long. */
struct digest_key {
    struct digest_stream inner, outer;
};
void digest_key_init(struct digest_key *key, const void *bytes, size_t size);
struct digest digest_hmac(const struct digest_key *key, struct str message);

#endif
