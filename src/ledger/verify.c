#include "ledger/verify.h"

#include <inttypes.h>
#include "ledger/proof.h"
#include "store/seal.h"

/* One entry: read with its facts, sealed, proved. */
static enum err verify_entry(struct proof *proof, struct store_reader *reader,
                             struct sealer *sealer)
{
    struct arena_mark mark = arena_mark(&proof->scratch);
    struct entry entry;
    enum err e = store_read_entry(reader, proof->environment, proof->sequence + 1, true,
                                  &proof->scratch, &entry);

    if (e == ERR_NOT_FOUND)
        return proof_problem(proof, "entry %" PRIu64 " is missing", proof->sequence + 1);
    if (e == ERR_CORRUPT)
        return proof_problem(proof, "entry %" PRIu64 " cannot be read", proof->sequence + 1);
    if (e != OK)
        return e;
    sealer_add(sealer, &entry);
    e = proof_add(proof, &entry);
    arena_rewind(&proof->scratch, mark);
    return e;
}

/* The entries of one commit, and its seal. */
static enum err verify_seal(struct proof *proof, struct store_reader *reader, struct sealer *sealer,
                            const struct seal *seal)
{
    struct digest hash;
    enum err e = OK;

    assert(seal->last_sequence > proof->sequence); /* the one behind it was asked for */
    sealer_start(sealer, &proof->report->hash);
    while (e == OK && proof->sequence < seal->last_sequence)
        e = verify_entry(proof, reader, sealer);
    if (e != OK)
        return e;
    hash = sealer_take(sealer, seal->at);
    if (!digest_equals(&hash, &seal->hash))
        return proof_problem(proof, "the seal of entry %" PRIu64 " is not that of the entries",
                             seal->last_sequence);
    proof->report->hash = hash;
    proof->report->seals++;
    return OK;
}

/* Up to the store's own end: whoever writes beside us may be further by now. */
static enum err verify_entries(struct proof *proof, struct store_reader *reader,
                               struct sealer *sealer, const struct book_end *end)
{
    while (proof->sequence < end->sequence) {
        struct seal seal;
        enum err e = store_read_seal(reader, proof->environment, proof->sequence, &seal);

        if (e == ERR_NOT_FOUND)
            return OK; /* verify_end() says what that means */
        if (e == OK)
            e = verify_seal(proof, reader, sealer, &seal);
        if (e != OK)
            return e;
    }
    return OK;
}

/* An entry and its seal are committed together, so who sees the entry first sees the seal. */
static enum err verify_tail(struct proof *proof, struct store_reader *reader)
{
    struct entry entry;
    struct seal seal;
    enum err e = store_read_entry(reader, proof->environment, proof->sequence + 1, false,
                                  &proof->scratch, &entry);

    if (e == OK)
        e = store_read_seal(reader, proof->environment, proof->sequence, &seal);
    else
        return e == ERR_NOT_FOUND ? OK : e;
    if (e == ERR_NOT_FOUND)
        return proof_problem(proof, "entry %" PRIu64 " is not sealed", proof->sequence + 1);
    return e;
}

/* Nothing may come after the last seal, and the store must end where the entries do. */
static enum err verify_end(struct proof *proof, struct store_reader *reader,
                           const struct book_end *end)
{
    enum err e = verify_tail(proof, reader);

    if (e != OK)
        return e;
    if (end->sequence != proof->sequence)
        return proof_problem(proof, "the book has %" PRIu64 " entries, but %" PRIu64 " are there",
                             end->sequence, proof->sequence);
    if (!digest_equals(&end->hash, &proof->report->hash))
        return proof_problem(proof, "the book ends with another seal than its entries");
    return OK;
}

enum err verify_book(struct store *store, enum environment environment, struct verify_report *ret)
{
    struct store_reader *reader = NULL;
    struct sealer sealer;
    struct proof proof;
    struct book_end end;
    enum err e;

    *ret = (struct verify_report){ .entries = 0 };
    store_book_end(store, environment, &end);
    proof_init(&proof, environment, ret);
    sealer_init(&sealer);
    e = store_reader_open(store, &reader);
    if (e != OK)
        goto out;
    e = verify_entries(&proof, reader, &sealer, &end);
    if (e == OK)
        e = proof_end(&proof);
    if (e == OK)
        e = verify_end(&proof, reader, &end);
    if (e == OK)
        e = proof_compare(&proof, store);
    if (e == ERR_CORRUPT)
        e = proof_problem(&proof, "the store cannot read its own state");
out:
    if (reader != NULL)
        store_reader_close(reader);
    proof_finish(&proof);
    return e;
}
