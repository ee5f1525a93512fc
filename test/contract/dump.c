#include "dump.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include "domain/jump.h"
#include "store/book/books.h"

static void dump_uuid(FILE *out, struct uuid uuid)
{
    char text[UUID_TEXT_SIZE];

    uuid_format(uuid, text);
    fprintf(out, " %.*s", UUID_TEXT_SIZE, text);
}

static void dump_amount(FILE *out, const char *name, struct amount amount)
{
    if (!amount_is_zero(amount))
        fprintf(out, " %s=%" PRId64, name, amount.units);
}

static void dump_terms(FILE *out, const struct grant *grant)
{
    if (grant->products != NULL) {
        for (size_t i = 0; i < grant->products->count; i++)
            dump_uuid(out, grant->products->ids[i].uuid);
    }
    if (grant->rollover != NULL) {
        const struct rollover *rollover = grant->rollover;

        fprintf(out, " rollover=%d,%" PRId64 ",%" PRIu32 ",%" PRId64 ",%" PRId64,
                (int)rollover->kind, rollover->amount_max.units, rollover->millionths_max,
                rollover->priority.millionths, rollover->expires_at.us);
    }
}

/* The sequences along the jumps of the last entry, where they are in memory, are the right ones. */
static void check_jumps(const struct book *book, const struct jumps *jumps, uint32_t count,
                        uint64_t last, bool of_grant)
{
    uint64_t sequence = last;
    struct entry entry;

    assert(count <= jumps->capacity);
    for (uint32_t i = count; i-- > 0;) {
        enum err e =
            book->read(book->read_context, book->environment, sequence, false, NULL, &entry);

        assert(e == OK);
        assert(jumps->sequences[i] == sequence);
        sequence = of_grant ? entry.grant_jump : entry.account_jump;
    }
    assert(count == 0 || sequence == 0);
}

static void dump_grant(FILE *out, const struct book *book, const struct book_grant *kept)
{
    const struct grant *grant = &kept->grant;
    const struct jumps *jumps = grant_jumps_find(book, grant->number);

    assert(book_grant(book, grant->number) == kept);
    assert(book_grant_find(book, grant->id) == kept);
    if (jumps != NULL)
        check_jumps(book, jumps, jumps_of_grant(grant->entry_count), grant->last_entry, true);
    fprintf(out,
            "grant %" PRIu64 " account=%" PRIu32 " status=%d priority=%" PRId64 " from=%" PRId64
            " until=%" PRId64,
            grant->number, grant->account, (int)grant->status, grant->priority.millionths,
            grant->effective_at.us, grant->expires_at.us);
    dump_uuid(out, grant->id.uuid);
    dump_amount(out, "amount", grant->amount);
    dump_amount(out, "scheduled", grant->scheduled);
    dump_amount(out, "posted", grant->posted);
    dump_amount(out, "held", grant->held);
    dump_amount(out, "drawn", grant->drawn);
    dump_amount(out, "reversed", grant->reversed);
    dump_amount(out, "expired", grant->expired);
    dump_amount(out, "voided", grant->voided);
    dump_amount(out, "rolled_over", grant->rolled_over);
    dump_amount(out, "repaid", grant->repaid);
    fprintf(out, " entries=%" PRIu64 " last=%" PRIu64 " facts=%" PRIu64, grant->entry_count,
            grant->last_entry, grant->facts_entry);
    fprintf(out, " key=%" PRIx64 "%" PRIx64, kept->uniqueness.high, kept->uniqueness.low);
    if ((kept->uniqueness.high | kept->uniqueness.low) != 0)
        assert(book_grant_unique(book, kept->uniqueness) == kept);
    fprintf(out, " fields=%d", kept->has_fields);
    dump_terms(out, grant);
    fprintf(out, "\n");
}

static void dump_account(FILE *out, const struct book *book, const struct book_account *kept)
{
    const struct account *account = &kept->account;

    if (kept->jumps != NULL)
        check_jumps(book, kept->jumps, jumps_of_account(account->entry_count), account->last_entry,
                    false);

    assert(book_account_find(book, account->customer, account->credit_type) == kept);
    fprintf(out,
            "account %" PRIu32 " customer=%" PRIu32 " type=%" PRIu32 " entries=%" PRIu64
            " last=%" PRIu64 " next=%" PRIu32,
            account->number, account->customer, account->credit_type, account->entry_count,
            account->last_entry, kept->next);
    dump_amount(out, "posted", account->posted);
    dump_amount(out, "held", account->held);
    dump_amount(out, "scheduled", account->scheduled);
    dump_amount(out, "uncovered", account->uncovered);
    dump_amount(out, "lent", account->lent);
    dump_amount(out, "limit", account->limit);
    dump_amount(out, "debt", account->debt);
    fprintf(out, " last_repay=%" PRIu64, account->last_repay);
    fprintf(out, "\n  grants");
    for (uint32_t i = 0; i < kept->grant_count; i++)
        fprintf(out, " %" PRIu32, kept->grants[i]);
    fprintf(out, "\n  live");
    for (uint32_t i = 0; i < kept->live.count; i++)
        fprintf(out, " %" PRIu64, live_grants(&kept->live)[i]->number);
    fprintf(out, "\n");
}

/* Ended holds may have been forgotten. */
static void dump_holds(FILE *out, const struct book *book)
{
    for (size_t i = 0; i < book->hold_count; i++) {
        const struct book_hold *kept = book->holds[i];
        const struct hold *hold = &kept->hold;

        if (hold->status != HOLD_OPEN)
            continue;
        fprintf(
            out, "hold %" PRIu64 " account=%" PRIu32 " until=%" PRId64 " first=%zu last=%" PRIu64,
            hold->number, hold->account, hold->expires_at.us, hold->part_first, kept->last_entry);
        dump_uuid(out, hold->product.uuid);
        dump_amount(out, "amount", hold->amount);
        dump_amount(out, "captured", hold->captured);
        for (size_t k = 0; k < hold->part_count; k++)
            fprintf(out, " %" PRIu64 ":%" PRId64, hold->parts[k].grant,
                    hold->parts[k].amount.units);
        fprintf(out, "\n");
    }
}

/* Everything that must be due is in the heap, and the heap is one. */
static void dump_due(FILE *out, const struct book *book, struct due due)
{
    const struct due_heap *heap = &book->due;
    uint64_t kind = due.kind == COMMAND_ACTIVATE ? 0 : due.kind == COMMAND_EXPIRE ? 1 : 2;
    bool found = false;

    for (size_t i = 0; i < heap->count && !found; i++)
        found =
            heap->entries[i].at_us == due.at.us && heap->entries[i].tag == (due.number << 2 | kind);
    assert(found);
    fprintf(out, "due %" PRId64 " %d %" PRIu64 "\n", due.at.us, (int)due.kind, due.number);
}

static void dump_heap(FILE *out, const struct book *book)
{
    const struct due_heap *heap = &book->due;

    for (size_t i = 1; i < heap->count; i++)
        assert(heap->entries[(i - 1) / 2].at_us <= heap->entries[i].at_us);
    for (size_t i = 0; i < book_grant_count(book); i++) {
        const struct grant *grant = &book_grant_at(book, i)->grant;
        bool scheduled = grant->status == GRANT_SCHEDULED;

        if (!instant_is_never(grant_due_at(grant)))
            dump_due(out, book,
                     (struct due){ .at = grant_due_at(grant),
                                   .kind = scheduled ? COMMAND_ACTIVATE : COMMAND_EXPIRE,
                                   .number = grant->number });
    }
    for (size_t i = 0; i < book->hold_count; i++) {
        const struct hold *hold = &book->holds[i]->hold;

        if (hold->status == HOLD_OPEN)
            dump_due(out, book,
                     (struct due){
                         .at = hold->expires_at, .kind = COMMAND_LAPSE, .number = hold->number });
    }
}

struct reversal {
    uint64_t deduction, grant;
    int64_t units;
};

static int compare_reversals(const void *a, const void *b)
{
    const struct reversal *x = a, *y = b;

    if (x->deduction != y->deduction)
        return x->deduction < y->deduction ? -1 : 1;
    return (x->grant > y->grant) - (x->grant < y->grant);
}

/* Also those of a damaged file, of deductions and grants that are not there. */
static void dump_reversed(FILE *out, const struct book *book)
{
    size_t count = 0, place = 0;
    struct index_key key;
    uint64_t units;
    struct reversal *list = malloc((book->reversed.count + 1) * sizeof *list);

    assert(list != NULL);
    while (index_next(&book->reversed, &place, &key, &units)) {
        assert(count < book->reversed.count);
        list[count++] = (struct reversal){ key.high, key.low, (int64_t)units };
    }
    assert(count == book->reversed.count);
    qsort(list, count, sizeof *list, compare_reversals);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "reversed %" PRIu64 " %" PRIu64 " %" PRId64 "\n", list[i].deduction,
                list[i].grant, list[i].units);
    free(list);
}

static void dump_book(FILE *out, const struct book *book)
{
    char hex[2 * DIGEST_BYTES + 1];

    digest_to_hex(&book->end.hash, hex);
    fprintf(out, "book %d end=%" PRIu64 " at=%" PRId64 " sealed=%" PRId64 " %s\n",
            (int)book->environment, book->end.sequence, book->end.last_at.us,
            book->end.sealed_at.us, hex);
    for (uint32_t number = 1; number <= book_account_count(book); number++)
        dump_account(out, book, book_account(book, number));
    for (size_t i = 0; i < book_grant_count(book); i++)
        dump_grant(out, book, book_grant_at(book, i));
    dump_holds(out, book);
    dump_heap(out, book);
    dump_reversed(out, book);
    fprintf(out, "counts ids=%zu numbers=%zu keys=%zu fields=%zu\n", book->grants_by_id.count,
            book->grants_by_number.count, book->uniqueness.count, book->field_values.counts.count);
}

static void dump_directory(FILE *out, const struct directory *directory)
{
    for (uint32_t number = 1; number <= directory_customer_count(directory); number++) {
        struct customer_ref ref = directory_customer(directory, number);

        fprintf(out, "customer %" PRIu32 " archived=%d", number, ref.archived);
        dump_uuid(out, ref.id.uuid);
        fprintf(out, "\n");
    }
    for (uint32_t number = 1; number <= directory_credit_type_count(directory); number++) {
        const struct credit_type *type = directory_credit_type(directory, number);

        fprintf(out, "credit type %" PRIu32 " scale=%d currency=%d %.*s", number, type->scale,
                type->is_currency, STR_PRINT(type->name));
        dump_uuid(out, type->id.uuid);
        fprintf(out, "\n");
    }
    for (uint32_t number = 1; number <= directory_product_count(directory); number++) {
        const struct product *product = directory_product(directory, number);

        fprintf(out, "product %" PRIu32 " %.*s", number, STR_PRINT(product->name));
        dump_uuid(out, product->id.uuid);
        fprintf(out, "\n");
    }
    for (uint32_t number = 1; number <= field_keys_count(&directory->field_keys); number++) {
        const struct custom_field_key *key = field_keys_at(&directory->field_keys, number);

        assert(field_keys_find(&directory->field_keys, key->entity, key->key) == key);
        fprintf(out, "field key %.*s.%.*s unique=%d from=%" PRId64 " until=%" PRId64 "\n",
                STR_PRINT(key->entity), STR_PRINT(key->key), key->enforce_uniqueness,
                key->created_at.us, key->removed_at.us);
    }
    fprintf(out, "field values %zu\n", directory->field_values.counts.count);
    fprintf(out, "names %zu %zu %zu %zu %zu %zu\n", directory->customers_by_id.count,
            directory->customers_by_alias.count, directory->credit_types_by_id.count,
            directory->credit_types_by_name.count, directory->products_by_id.count,
            directory->products_by_name.count);
}

char *dump_store(struct store *store)
{
    struct books *books = books_of(store);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert(out != NULL);
    dump_directory(out, &books->directory);
    for (int i = 0; i < ENVIRONMENT_COUNT; i++)
        dump_book(out, &books->books[i]);
    fprintf(out, "sources %" PRIu32 " lines %" PRIu64 " at %" PRId64 "\n", books->trail.source_last,
            books->trail.log_last, books->trail.log_last_at.us);
    fprintf(out, "receipts %zu last=%" PRIu64 " forgotten=%" PRIu64 "\n", books->receipts.count,
            books->receipt_last, books->receipt_forgotten);
    fclose(out);
    return text;
}
