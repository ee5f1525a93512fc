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

    if (seal->last_sequence <= proof->sequence)
        return proof_problem(proof, "the seal after entry %" PRIu64 " covers nothing",
                             proof->sequence);
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

static enum err verify_entries(struct proof *proof, struct store_reader *reader,
                               struct sealer *sealer)
{
    for (;;) {
        struct seal seal;
        enum err e = store_read_seal(reader, proof->environment, proof->sequence, &seal);

        if (e == ERR_NOT_FOUND)
            return OK;
        if (e == OK)
            e = verify_seal(proof, reader, sealer, &seal);
        if (e != OK)
            return e;
    }
}

/* Nothing may come after the last seal, and the store must end where the entries do. */
static enum err verify_end(struct proof *proof, struct store *store, struct store_reader *reader)
{
    struct book_end end;
    struct entry entry;
    enum err e = store_read_entry(reader, proof->environment, proof->sequence + 1, false,
                                  &proof->scratch, &entry);

    if (e == OK)
        return proof_problem(proof, "entry %" PRIu64 " is not sealed", proof->sequence + 1);
    if (e != ERR_NOT_FOUND)
        return e;
    store_book_end(store, proof->environment, &end);
    if (end.sequence != proof->sequence)
        return proof_problem(proof, "the book has %" PRIu64 " entries, but %" PRIu64 " are there",
                             end.sequence, proof->sequence);
    if (!digest_equals(&end.hash, &proof->report->hash))
        return proof_problem(proof, "the book ends with another seal than its entries");
    return OK;
}

enum err verify_book(struct store *store, enum environment environment, struct verify_report *ret)
{
    struct store_reader *reader = NULL;
    struct sealer sealer;
    struct proof proof;
    enum err e;

    *ret = (struct verify_report){ .entries = 0 };
    proof_init(&proof, environment, ret);
    sealer_init(&sealer);
    e = store_reader_open(store, &reader);
    if (e != OK)
        goto out;
    e = verify_entries(&proof, reader, &sealer);
    if (e == OK)
        e = proof_end(&proof);
    if (e == OK)
        e = verify_end(&proof, store, reader);
    if (e == OK)
        e = proof_compare(&proof, store);
    if (e == ERR_CORRUPT)
        e = proof_problem(&proof, "the store cannot read its own state");
out:
    if (reader != NULL)
        store_reader_close(reader);
    sealer_finish(&sealer);
    proof_finish(&proof);
    return e;
}
