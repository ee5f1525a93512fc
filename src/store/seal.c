#include "store/seal.h"

#include <string.h>

/* The canonical bytes are put together in pieces of this size: the hash costs less so. */
#define PIECE_BYTES 512u

struct piece {
    struct digest_stream *stream;
    size_t used;
    uint8_t bytes[PIECE_BYTES];
};

static void piece_flush(struct piece *piece)
{
    if (piece->used > 0)
        digest_stream_add(piece->stream, piece->bytes, piece->used);
    piece->used = 0;
}

static void put_bytes(struct piece *piece, const void *bytes, size_t size)
{
    if (size > PIECE_BYTES - piece->used)
        piece_flush(piece);
    if (size > PIECE_BYTES) {
        digest_stream_add(piece->stream, bytes, size);
        return;
    }
    if (size > 0)
        memcpy(piece->bytes + piece->used, bytes, size);
    piece->used += size;
}

static uint64_t big_endian(uint64_t value)
{
    _Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "or the swap is wrong");
    return __builtin_bswap64(value);
}

static void put_u64(struct piece *piece, uint64_t value)
{
    uint64_t bytes = big_endian(value);

    put_bytes(piece, &bytes, sizeof bytes);
}

static void put_i64(struct piece *piece, int64_t value)
{
    put_u64(piece, (uint64_t)value);
}

static void put_uuid(struct piece *piece, struct uuid uuid)
{
    put_bytes(piece, uuid.bytes, sizeof uuid.bytes);
}

static void put_text(struct piece *piece, struct str text)
{
    put_u64(piece, text.len);
    put_bytes(piece, text.data, text.len);
}

static void put_terms(struct piece *piece, const struct facts *facts)
{
    put_uuid(piece, facts->grant_id.uuid);
    put_i64(piece, facts->amount.units);
    put_i64(piece, facts->priority.millionths);
    put_i64(piece, facts->effective_at.us);
    put_i64(piece, facts->expires_at.us);
    put_u64(piece, facts->products.count);
    for (size_t i = 0; i < facts->products.count; i++)
        put_uuid(piece, facts->products.ids[i].uuid);
    put_u64(piece, (uint64_t)facts->rollover.kind);
    put_i64(piece, facts->rollover.amount_max.units);
    put_u64(piece, facts->rollover.millionths_max);
    put_i64(piece, facts->rollover.priority.millionths);
    put_i64(piece, facts->rollover.expires_at.us);
    put_uuid(piece, facts->rolled_from.uuid);
}

static void put_facts(struct piece *piece, const struct facts *facts)
{
    put_uuid(piece, facts->customer.uuid);
    put_uuid(piece, facts->credit_type.uuid);
    put_terms(piece, facts);
    put_text(piece, facts->name);
    put_text(piece, facts->reason);
    put_text(piece, facts->grant_type);
    put_text(piece, facts->uniqueness_key);
    put_text(piece, facts->custom_fields);
    put_u64(piece, facts->has_paid);
    put_i64(piece, facts->paid_amount.units);
    put_uuid(piece, facts->paid_credit_type.uuid);
    put_text(piece, facts->paid_currency);
    put_i64(piece, facts->invoice_date.us);
    put_text(piece, facts->invoice_id);
    put_uuid(piece, facts->product.uuid);
    put_text(piece, facts->metadata);
    put_i64(piece, facts->hold_expires_at.us);
}

#define HAS_FACTS 1u
#define HAS_DEBT 2u

/* Most have nothing to tell; their hash costs no more for it. */
static bool tells_of_debt(const struct entry *entry)
{
    return (entry->debt.units | entry->account_debt.units) != 0;
}

/* All but grant_jump, which follows from the rest: verify looks at it, and a file from before there
 * was one gets it without new seals. */
static void put_entry(struct piece *piece, const struct entry *entry)
{
    /* There are as many of these as of anything: they are swapped in place and put as one. */
    uint64_t words[] = {
        entry->sequence,
        (uint64_t)entry->kind,
        entry->flags,
        (uint64_t)entry->because,
        (uint64_t)entry->at.us,
        (uint64_t)entry->effective_at.us,
        entry->operation,
        entry->account,
        entry->key,
        entry->source,
        entry->request,
        entry->grant,
        entry->of,
        (uint64_t)entry->amount.units,
        (uint64_t)entry->held.units,
        (uint64_t)entry->uncovered.units,
        (uint64_t)entry->grant_posted.units,
        (uint64_t)entry->grant_held.units,
        (uint64_t)entry->account_posted.units,
        (uint64_t)entry->account_held.units,
        entry->account_previous,
        entry->account_jump,
        entry->grant_previous,
        (entry->facts != NULL ? HAS_FACTS : 0) | (tells_of_debt(entry) ? HAS_DEBT : 0),
    };

    for (size_t i = 0; i < array_count(words); i++)
        words[i] = big_endian(words[i]);
    put_bytes(piece, words, sizeof words);
    if (tells_of_debt(entry)) {
        put_i64(piece, entry->debt.units);
        put_i64(piece, entry->account_debt.units);
    }
    if (entry->facts != NULL)
        put_facts(piece, entry->facts);
}

void sealer_init(struct sealer *sealer)
{
    digest_stream_init(&sealer->stream);
    sealer->entry_count = 0;
}

void sealer_start(struct sealer *sealer, const struct digest *previous)
{
    assert(sealer->entry_count == 0);
    digest_stream_add(&sealer->stream, previous->bytes, sizeof previous->bytes);
}

void sealer_add(struct sealer *sealer, const struct entry *entry)
{
    struct piece piece; /* its bytes need no zeroes */

    assert(entry->sequence > 0);
    piece.stream = &sealer->stream;
    piece.used = 0;
    put_entry(&piece, entry);
    piece_flush(&piece);
    sealer->entry_count++;
}

struct digest sealer_take(struct sealer *sealer, struct instant at)
{
    struct piece piece;

    assert(sealer->entry_count > 0);
    piece.stream = &sealer->stream;
    piece.used = 0;
    put_i64(&piece, at.us);
    piece_flush(&piece);
    sealer->entry_count = 0;
    return digest_stream_take(&sealer->stream);
}
