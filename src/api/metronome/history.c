#include "api/metronome/history.h"

#include "api/metronome/metronome.h"

#define SYSTEM_NAME STR("Scrip") /* who did what nobody asked for */

struct deduction {
    const struct entry *entry;
    struct amount amount;
    struct amount running_balance;
};

static bool is_deduction(const struct entry *entry)
{
    switch (entry->kind) {
    case ENTRY_DRAW:
    case ENTRY_CAPTURE:
    case ENTRY_EXPIRE:
    case ENTRY_ROLL_OVER:
    case ENTRY_REVERSE:
    case ENTRY_REPAY:
    case ENTRY_REVERSE_REPAY:
        return !amount_is_zero(entry->amount);
    case ENTRY_ISSUE:
    case ENTRY_ACTIVATE:
    case ENTRY_EDIT:
    case ENTRY_UNCOVERED:
    case ENTRY_VOID: /* a voided grant is not listed */
    case ENTRY_HOLD:
    case ENTRY_RELEASE:
    case ENTRY_LAPSE:
    case ENTRY_EXTEND:
    case ENTRY_CREDIT_LIMIT:
    case ENTRY_DEBT: /* of no grant */
    case ENTRY_REVERSE_DEBT:
        return false;
    }
    never("an entry is of one of these kinds");
}

static struct str grant_reason(const struct facts *facts)
{
    if (facts != NULL && !uuid_is_zero(facts->rolled_from.uuid))
        return STR("Credits rolled over");
    return facts != NULL && facts->reason.len > 0 ? facts->reason : STR("Credits granted");
}

static struct str default_reason(enum entry_kind kind)
{
    switch (kind) {
    case ENTRY_EXPIRE:
        return STR("Credits expired");
    case ENTRY_ROLL_OVER:
        return STR("Credits rolled over");
    case ENTRY_REVERSE:
    case ENTRY_REVERSE_DEBT:
    case ENTRY_REVERSE_REPAY:
        return STR("Deduction reversed");
    case ENTRY_REPAY:
        return STR("Debt repaid");
    case ENTRY_HOLD:
        return STR("Hold");
    case ENTRY_DRAW:
    case ENTRY_CAPTURE:
    case ENTRY_ISSUE:
    case ENTRY_ACTIVATE:
    case ENTRY_EDIT:
    case ENTRY_UNCOVERED:
    case ENTRY_VOID:
    case ENTRY_RELEASE:
    case ENTRY_LAPSE:
    case ENTRY_EXTEND:
    case ENTRY_CREDIT_LIMIT:
    case ENTRY_DEBT:
        return STR("Deduction");
    }
    never("an entry is of one of these kinds");
}

static struct str key_name(const struct key_snapshot *keys, uint32_t number)
{
    const struct key *key = key_snapshot_numbered(keys, number);

    return key != NULL && key->name.len > 0 ? key->name : SYSTEM_NAME;
}

static struct str reason_of(const struct entry *entry)
{
    struct str reason = entry->facts != NULL ? entry->facts->reason : STR_NONE;

    if (entry->kind == ENTRY_ISSUE || entry->kind == ENTRY_ACTIVATE)
        return grant_reason(entry->facts);
    return reason.len > 0 ? reason : default_reason(entry->kind);
}

void history_put_line(struct json_writer *writer, const struct ledger_line *line, int scale,
                      const struct key_snapshot *keys)
{
    const struct entry *entry = &line->entry;
    struct str invoice_id = entry->facts != NULL ? entry->facts->invoice_id : STR_NONE;

    json_begin_object(writer);
    json_put_amount(json_key(writer, STR("amount")), line->amount, scale);
    json_put_string(json_key(writer, STR("reason")), reason_of(entry));
    json_put_amount(json_key(writer, STR("running_balance")), line->balance, scale);
    json_put_instant_ms(json_key(writer, STR("effective_at")), entry->effective_at);
    json_put_string(json_key(writer, STR("created_by")), key_name(keys, entry->key));
    metronome_put_uuid(json_key(writer, STR("credit_grant_id")), entry->grant_id.uuid);
    json_put_string_or_null(json_key(writer, STR("invoice_id")),
                            invoice_id.len > 0 ? invoice_id : STR_NONE);
    json_end_object(writer);
}

static void put_deduction(struct json_writer *writer, const struct grant_row *row,
                          const struct deduction *deduction, const struct key_snapshot *keys)
{
    struct ledger_line line = {
        .entry = *deduction->entry,
        .amount = deduction->amount,
        .balance = deduction->running_balance,
    };

    history_put_line(writer, &line, row->credit_type.scale, keys);
}

void history_put_deductions(struct json_writer *writer, const struct grant_row *row,
                            const struct key_snapshot *keys)
{
    json_begin_array(writer);
    for (size_t i = 0; i < row->entry_count; i++) {
        const struct entry *entry = &row->entries[i];
        struct deduction deduction = {
            .entry = entry,
            .amount = entry->amount,
            .running_balance = entry->grant_posted,
        };

        if (is_deduction(entry))
            put_deduction(writer, row, &deduction, keys);
    }
    json_end_array(writer);
}

/* --- pending --- */

/* The hold that an entry continues; holds are in the order of their numbers.  NULL: it is of none,
 * or gave nothing back. */
static struct deduction *find_hold(struct deduction *holds, size_t count, uint64_t number)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (holds[middle].entry->operation < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && holds[low].entry->operation == number ? &holds[low] : NULL;
}

/* What is still held for each hold of the grant: what it took less what it gave back since. */
static enum err collect_holds(const struct grant_row *row, struct arena *arena,
                              struct deduction **ret, size_t *ret_count)
{
    struct deduction *holds = arena_new(arena, struct deduction, row->entry_count);
    size_t count = 0;

    if (holds == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < row->entry_count; i++) {
        const struct entry *entry = &row->entries[i];

        if (entry->kind == ENTRY_HOLD) {
            holds[count++] = (struct deduction){ .entry = entry, .amount = entry->held };
        } else if (entry->of != 0 && !amount_is_zero(entry->held)) {
            struct deduction *hold = find_hold(holds, count, entry->of);

            if (hold != NULL)
                hold->amount = amount_take(hold->amount, amount_negate(entry->held));
        }
    }
    *ret = holds;
    *ret_count = count;
    return OK;
}

void history_put_pending(struct json_writer *writer, const struct grant_row *row,
                         const struct key_snapshot *keys, struct arena *arena)
{
    struct amount running_balance = row->grant.posted;
    struct deduction *holds = NULL;
    size_t count = 0;

    if (!amount_is_zero(row->grant.held) && collect_holds(row, arena, &holds, &count) != OK)
        writer->overflowed = true;
    json_begin_array(writer);
    for (size_t i = 0; i < count; i++) {
        struct deduction *hold = &holds[i];

        if (amount_is_zero(hold->amount))
            continue;
        running_balance = amount_take(running_balance, hold->amount);
        hold->running_balance = running_balance;
        hold->amount = amount_negate(hold->amount);
        put_deduction(writer, row, hold, keys);
    }
    json_end_array(writer);
}
