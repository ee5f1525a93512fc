/* The whole book, a page of it at a time, with names: for those who keep a copy of their own. */
#include "ledger/chain.h"
#include "ledger/errand.h"

/* Whose an account is.  The first entry of an account says so; found anew for each page. */
struct owner {
    uint32_t account; /* 0: the place is free */
    struct customer_id customer;
    const struct credit_type *credit_type;
};

struct owners {
    struct owner *slots;
    size_t slot_count; /* a power of two, more than there are entries */
};

static enum err owners_init(struct owners *owners, size_t count, struct arena *arena)
{
    owners->slot_count = 4;
    while (owners->slot_count < 2 * count)
        owners->slot_count *= 2;
    owners->slots = arena_new(arena, struct owner, owners->slot_count);
    return owners->slots == NULL ? ERR_NOMEM : OK;
}

static struct owner *owner_slot(const struct owners *owners, uint32_t account)
{
    size_t slot = account & (owners->slot_count - 1);

    while (owners->slots[slot].account != 0 && owners->slots[slot].account != account)
        slot = (slot + 1) & (owners->slot_count - 1);
    return &owners->slots[slot];
}

/* From any entry of an account to its first: a jump is further back than the one before. */
static enum err first_of_account(struct job *job, struct store_reader *reader,
                                 const struct entry *entry, struct entry *ret)
{
    struct entry earlier = *entry;
    enum err e = OK;

    while (e == OK && earlier.account_previous > 0) {
        uint64_t back = earlier.account_jump > 0 ? earlier.account_jump : earlier.account_previous;

        e = chain_back(reader, job->query.environment, &earlier, back, job->arena, &earlier);
    }
    if (e == OK)
        e = chain_read(reader, job->query.environment, earlier.sequence, true, job->arena, ret);
    return e;
}

static const struct credit_type *type_find(const struct errand *errand, struct credit_type_id id)
{
    for (size_t i = 0; i < errand->credit_type_count; i++)
        if (uuid_equals(errand->credit_types[i]->id.uuid, id.uuid))
            return errand->credit_types[i];
    return NULL;
}

static enum err owner_find(struct job *job, struct store_reader *reader,
                           const struct owners *owners, struct book_line *line)
{
    struct owner *owner = owner_slot(owners, line->entry.account);

    if (owner->account == 0) {
        struct entry first;
        enum err e = first_of_account(job, reader, &line->entry, &first);

        if (e != OK)
            return e;
        if (first.facts == NULL)
            return ERR_CORRUPT;
        owner->customer = first.facts->customer;
        owner->credit_type = type_find(job->errand, first.facts->credit_type);
        if (owner->credit_type == NULL)
            return ERR_CORRUPT;
        owner->account = line->entry.account;
    }
    line->customer = owner->customer;
    line->credit_type = owner->credit_type;
    return OK;
}

enum err errand_book(struct job *job, struct store_reader *reader)
{
    struct answer *answer = &job->answer;
    uint64_t after = job->query.after;
    uint64_t left = after < job->errand->book_last ? job->errand->book_last - after : 0;
    size_t count = left < job->query.limit ? (size_t)left : job->query.limit;
    struct owners owners;
    enum err e = owners_init(&owners, count, job->arena);

    assert(job->query.limit > 0);
    answer->lines = arena_new(job->arena, struct book_line, count);
    if (e != OK || answer->lines == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; e == OK && i < count; i++) {
        e = errand_entry(job, reader, after + 1 + i, &answer->lines[i].entry);
        if (e == OK)
            e = owner_find(job, reader, &owners, &answer->lines[i]);
    }
    answer->line_count = count;
    answer->next = count < left ? after + count : 0;
    return e;
}
