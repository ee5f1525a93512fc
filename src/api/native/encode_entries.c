#include "api/native/native.h"

#include "api/page.h"

struct entry_ids native_entry_ids(const struct entry *entry)
{
    struct entry_ids ids = { .deduction = { { 0 } } };

    switch (entry->kind) {
    case ENTRY_DRAW:
    case ENTRY_DEBT:
    case ENTRY_UNCOVERED:
    case ENTRY_CAPTURE:
        ids.deduction = uuid_from_sequence(DEDUCTION_ID_KIND, entry->operation);
        if (entry->of > 0)
            ids.hold = uuid_from_sequence(HOLD_ID_KIND, entry->of);
        return ids;
    case ENTRY_REVERSE:
    case ENTRY_REVERSE_DEBT:
    case ENTRY_REVERSE_REPAY:
        ids.deduction = uuid_from_sequence(DEDUCTION_ID_KIND, entry->of);
        ids.reversal = uuid_from_sequence(REVERSAL_ID_KIND, entry->operation);
        return ids;
    case ENTRY_HOLD:
        ids.hold = uuid_from_sequence(HOLD_ID_KIND, entry->operation);
        return ids;
    case ENTRY_RELEASE:
    case ENTRY_LAPSE:
    case ENTRY_EXTEND:
        ids.hold = uuid_from_sequence(HOLD_ID_KIND, entry->of);
        return ids;
    case ENTRY_ISSUE:
    case ENTRY_ACTIVATE:
    case ENTRY_EDIT:
    case ENTRY_EXPIRE:
    case ENTRY_ROLL_OVER:
    case ENTRY_VOID:
    case ENTRY_CREDIT_LIMIT:
    case ENTRY_REPAY:
        return ids;
    }
    never("an entry is of one of these kinds");
}

static void put_id(struct json_writer *writer, struct str key, struct uuid uuid)
{
    if (!uuid_is_zero(uuid))
        native_put_uuid(json_key(writer, key), uuid);
}

static void put_text(struct json_writer *writer, struct str key, struct str text)
{
    if (text.len > 0)
        json_put_string(json_key(writer, key), text);
}

void native_put_use_facts(struct json_writer *writer, const struct facts *facts)
{
    if (facts == NULL)
        return;
    put_text(writer, STR("reason"), facts->reason);
    put_id(writer, STR("product"), facts->product.uuid);
    put_text(writer, STR("invoice_id"), facts->invoice_id);
    if (facts->metadata.len > 0)
        json_put_raw(json_key(writer, STR("metadata")), facts->metadata);
}

static void put_debt(struct json_writer *writer, struct amount debt, int scale)
{
    if (!amount_is_zero(debt))
        json_put_amount_string(json_key(writer, STR("debt")), debt, scale);
}

static void put_balances(struct json_writer *writer, const struct entry *entry, int scale)
{
    if (entry->grant > 0) {
        json_begin_object(json_key(writer, STR("grant_balance")));
        native_put_balance(writer, entry->grant_posted, entry->grant_held, scale);
        json_end_object(writer);
    }
    json_begin_object(json_key(writer, STR("balance")));
    native_put_balance(writer, entry->account_posted, entry->account_held, scale);
    put_debt(writer, entry->account_debt, scale);
    json_end_object(writer);
}

/* Who asked; null: nobody, it was time. */
static void put_key(struct json_writer *writer, const struct call *call, uint32_t number)
{
    struct key_snapshot *keys = call_keys_acquire(call);
    const struct key *key = key_snapshot_numbered(keys, number);

    json_put_string_or_null(json_key(writer, STR("key")), key != NULL ? key->client_id : STR_NONE);
    ledger_keys_release(keys);
}

/* The members of an entry, in the object that is open. */
static void put_members(struct json_writer *writer, const struct call *call,
                        const struct entry *entry, int scale)
{
    struct entry_ids ids = native_entry_ids(entry);

    json_put_integer(json_key(writer, STR("sequence")), (int64_t)entry->sequence);
    json_put_string(json_key(writer, STR("kind")), entry_kind_name(entry->kind));
    json_put_instant(json_key(writer, STR("at")), entry->at);
    json_put_instant(json_key(writer, STR("effective_at")), entry->effective_at);
    json_put_integer(json_key(writer, STR("operation")), (int64_t)entry->operation);
    put_id(writer, STR("grant_id"), entry->grant_id.uuid);
    put_id(writer, STR("deduction_id"), ids.deduction);
    put_id(writer, STR("hold_id"), ids.hold);
    put_id(writer, STR("reversal_id"), ids.reversal);
    json_put_amount_string(json_key(writer, STR("amount")), entry->amount, scale);
    json_put_amount_string(json_key(writer, STR("held")), entry->held, scale);
    json_put_amount_string(json_key(writer, STR("uncovered")), entry->uncovered, scale);
    put_debt(writer, entry->debt, scale);
    if (entry->kind == ENTRY_CREDIT_LIMIT && entry->facts != NULL)
        json_put_amount_string(json_key(writer, STR("credit_limit")), entry->facts->amount, scale);
    if (entry->because != 0)
        json_put_string(json_key(writer, STR("because")), because_text(entry->because));
    put_balances(writer, entry, scale);
    if (entry->facts != NULL)
        put_text(writer, STR("name"), entry->facts->name);
    native_put_use_facts(writer, entry->facts);
    put_key(writer, call, entry->key);
}

static void put_entry(struct json_writer *writer, const struct call *call,
                      const struct entry *entry, const struct credit_type *type)
{
    json_begin_object(writer);
    put_members(writer, call, entry, type->scale);
    json_end_object(writer);
}

static void put_page(struct call *call, struct json_writer *writer)
{
    const struct answer *answer = &call->job.answer;

    json_begin_array(json_key(writer, STR("data")));
    for (size_t i = 0; i < answer->entry_count; i++)
        put_entry(writer, call, &answer->entries[i], &answer->entries_credit_type);
    json_end_array(writer);
    page_encode_next(call, CURSOR_ENTRIES, json_key(writer, STR("next")));
}

void native_encode_entries(struct call *call, struct json_writer *writer)
{
    json_begin_object(writer);
    native_put_credit_type(json_key(writer, STR("credit_type")),
                           &call->job.answer.entries_credit_type);
    put_page(call, writer);
    json_end_object(writer);
}

static void put_end(struct json_writer *writer, struct str key, const struct balance *balance,
                    int scale)
{
    json_begin_object(json_key(writer, key));
    native_put_balance(writer, balance->posted, balance->held, scale);
    put_debt(writer, balance->debt, scale);
    json_end_object(writer);
}

void native_encode_statement(struct call *call, struct json_writer *writer)
{
    const struct answer *answer = &call->job.answer;
    const struct query *query = &call->job.query;
    int scale = answer->entries_credit_type.scale;

    json_begin_object(writer);
    native_put_uuid(json_key(writer, STR("customer")), answer->customer.id.uuid);
    native_put_credit_type(json_key(writer, STR("credit_type")), &answer->entries_credit_type);
    json_put_instant(json_key(writer, STR("from")), query->from);
    json_put_instant(json_key(writer, STR("until")), query->until);
    put_end(writer, STR("opening"), &answer->opening, scale);
    put_end(writer, STR("closing"), &answer->closing, scale);
    put_page(call, writer);
    json_end_object(writer);
}

void native_encode_book_entries(struct call *call, struct json_writer *writer)
{
    const struct answer *answer = &call->job.answer;

    json_begin_object(writer);
    json_begin_array(json_key(writer, STR("data")));
    for (size_t i = 0; i < answer->line_count; i++)
        native_put_book_line(writer, call, &answer->lines[i]);
    json_end_array(writer);
    page_encode_next(call, CURSOR_BOOK, json_key(writer, STR("next")));
    json_end_object(writer);
}

void native_put_book_line(struct json_writer *writer, const struct call *call,
                          const struct book_line *line)
{
    json_begin_object(writer);
    native_put_uuid(json_key(writer, STR("customer")), line->customer.uuid);
    native_put_credit_type(json_key(writer, STR("credit_type")), line->credit_type);
    put_members(writer, call, &line->entry, line->credit_type->scale);
    json_end_object(writer);
}
