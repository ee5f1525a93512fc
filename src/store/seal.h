/* store/seal.h - the hash chain over the book.
 *
 *     seal(n) = SHA-256(seal(n-1) || canonical bytes of every entry of the commit || at)
 *
 * where seal(0) is 32 zero bytes, and an entry's facts are part of it.  Canonical: every stored
 * field in a fixed order, integers as 8 bytes big-endian, ids as their 16 bytes, texts as length
 * and bytes; an absent text is as an empty one.  The layout stands in seal.c.  The same in every
 * store, so that a book moved from one to another keeps its hashes.
 * A sealer belongs to one thread.
 */
#ifndef STORE_SEAL_H
#define STORE_SEAL_H

#include "base/digest.h"
#include "domain/entry.h"

struct sealer {
    struct digest_stream stream;
    size_t entry_count; /* since the last seal */
};

void sealer_init(struct sealer *sealer);
void sealer_start(struct sealer *sealer, const struct digest *previous);
void sealer_add(struct sealer *sealer, const struct entry *entry);
struct digest sealer_take(struct sealer *sealer, struct instant at);

#endif
