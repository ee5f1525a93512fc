#include "api/native/native.h"

bool native_draw_amount(const struct entry *entry, struct amount *ret)
{
    switch (entry->kind) {
    case ENTRY_DRAW:
    case ENTRY_CAPTURE:
        *ret = amount_negate(entry->amount);
        return true;
    case ENTRY_HOLD:
        *ret = entry->held;
        return true;
    case ENTRY_REVERSE:
    case ENTRY_REVERSE_REPAY:
        *ret = entry->amount;
        return true;
    case ENTRY_ISSUE:
    case ENTRY_ACTIVATE:
    case ENTRY_EDIT:
    case ENTRY_UNCOVERED:
    case ENTRY_EXPIRE:
    case ENTRY_ROLL_OVER:
    case ENTRY_VOID:
    case ENTRY_RELEASE:
    case ENTRY_LAPSE:
    case ENTRY_EXTEND:
    case ENTRY_CREDIT_LIMIT:
    case ENTRY_DEBT: /* of the account; `lent` tells */
    case ENTRY_REPAY:
    case ENTRY_REVERSE_DEBT:
        return false;
    }
    never("an entry is of one of these kinds");
}

/* The last of the adjacent entries of one grant: what was released or expired along with it is
 * gone when the reply is read. */
static const struct entry *last_of_grant(const struct decision *decision, size_t index)
{
    const struct entry *entries = decision->entries;

    while (index + 1 < decision->entry_count && entries[index + 1].grant == entries[index].grant)
        index++;
    return &entries[index];
}

static void put_draw(struct json_writer *writer, const struct decision *decision, size_t index,
                     struct amount amount)
{
    const struct entry *entry = &decision->entries[index];
    const struct entry *last = last_of_grant(decision, index);
    int scale = decision->credit_type.scale;

    json_begin_object(writer);
    native_put_uuid(json_key(writer, STR("grant_id")), entry->grant_id.uuid);
    json_put_amount_string(json_key(writer, STR("amount")), amount, scale);
    json_put_amount_string(json_key(writer, STR("balance")),
                           amount_take(last->grant_posted, last->grant_held), scale);
    json_put_string(json_key(writer, STR("because")), because_text(entry->because));
    json_end_object(writer);
}

static void put_draws(struct json_writer *writer, const struct decision *decision)
{
    struct amount amount;

    json_begin_array(json_key(writer, STR("draws")));
    for (size_t i = 0; i < decision->entry_count; i++)
        if (native_draw_amount(&decision->entries[i], &amount))
            put_draw(writer, decision, i, amount);
    json_end_array(writer);
}

static void put_account(struct json_writer *writer, const struct decision *decision)
{
    json_begin_object(json_key(writer, STR("balance")));
    native_put_balance(writer, decision->account_posted, decision->account_held,
                       decision->credit_type.scale);
    native_put_owed(writer, decision->account_debt, decision->account_limit,
                    decision->credit_type.scale);
    json_end_object(writer);
}

/* What became debt, or is no debt any longer. */
static void put_lent(struct json_writer *writer, const struct decision *decision)
{
    if (amount_is_positive(decision->lent))
        json_put_amount_string(json_key(writer, STR("lent")), decision->lent,
                               decision->credit_type.scale);
}

static void put_covered(struct json_writer *writer, const struct decision *decision)
{
    int scale = decision->credit_type.scale;

    json_put_amount_string(json_key(writer, STR("amount")), decision->covered, scale);
    json_put_amount_string(json_key(writer, STR("uncovered")), decision->uncovered, scale);
    put_lent(writer, decision);
}

/* A dry run has no place in the book: operation is 0. */
static void put_place(struct json_writer *writer, const struct decision *decision, char kind)
{
    if (decision->operation == 0) {
        json_put_null(json_key(writer, STR("id")));
        json_put_null(json_key(writer, STR("sequence")));
        json_put_bool(json_key(writer, STR("dry_run")), true);
    } else {
        native_put_uuid(json_key(writer, STR("id")), uuid_from_sequence(kind, decision->operation));
        json_put_integer(json_key(writer, STR("sequence")), (int64_t)decision->operation);
    }
    json_put_instant(json_key(writer, STR("at")), decision->at);
}

void native_encode_deduction(struct call *call, struct json_writer *writer)
{
    native_encode_deduction_part(&call->job, writer);
}

void native_encode_deduction_part(const struct job *part, struct json_writer *writer)
{
    const struct decision *decision = &part->decision;

    json_begin_object(writer);
    put_place(writer, decision, DEDUCTION_ID_KIND);
    put_covered(writer, decision);
    put_draws(writer, decision);
    put_account(writer, decision);
    json_end_object(writer);
}

void native_encode_reversal(struct call *call, struct json_writer *writer)
{
    const struct decision *decision = &call->job.decision;

    json_begin_object(writer);
    put_place(writer, decision, REVERSAL_ID_KIND);
    native_put_uuid(json_key(writer, STR("deduction_id")),
                    uuid_from_sequence(DEDUCTION_ID_KIND, call->job.command.subject.deduction));
    json_put_amount_string(json_key(writer, STR("amount")), decision->covered,
                           decision->credit_type.scale);
    put_lent(writer, decision);
    put_draws(writer, decision);
    put_account(writer, decision);
    json_end_object(writer);
}

void native_encode_hold(struct call *call, struct json_writer *writer)
{
    const struct decision *decision = &call->job.decision;

    json_begin_object(writer);
    put_place(writer, decision, HOLD_ID_KIND);
    json_put_string(json_key(writer, STR("status")), STR("open"));
    json_put_instant(json_key(writer, STR("expires_at")), decision->hold_expires_at);
    put_covered(writer, decision);
    put_draws(writer, decision);
    put_account(writer, decision);
    json_end_object(writer);
}

/* What continues a hold keeps the hold's id; sequence is its own. */
static void open_hold(struct call *call, struct json_writer *writer, struct str status)
{
    const struct decision *decision = &call->job.decision;

    json_begin_object(writer);
    native_put_uuid(json_key(writer, STR("id")),
                    uuid_from_sequence(HOLD_ID_KIND, call->job.command.subject.hold));
    json_put_integer(json_key(writer, STR("sequence")), (int64_t)decision->operation);
    json_put_instant(json_key(writer, STR("at")), decision->at);
    json_put_string(json_key(writer, STR("status")), status);
    json_put_instant(json_key(writer, STR("expires_at")), decision->hold_expires_at);
}

void native_encode_capture(struct call *call, struct json_writer *writer)
{
    const struct decision *decision = &call->job.decision;

    open_hold(call, writer, STR("captured"));
    native_put_uuid(json_key(writer, STR("deduction_id")),
                    uuid_from_sequence(DEDUCTION_ID_KIND, decision->operation));
    put_covered(writer, decision);
    put_draws(writer, decision);
    put_account(writer, decision);
    json_end_object(writer);
}

void native_encode_release(struct call *call, struct json_writer *writer)
{
    open_hold(call, writer, STR("released"));
    put_account(writer, &call->job.decision);
    json_end_object(writer);
}

void native_encode_extension(struct call *call, struct json_writer *writer)
{
    open_hold(call, writer, STR("open"));
    put_account(writer, &call->job.decision);
    json_end_object(writer);
}

void native_encode_credit_limit(struct call *call, struct json_writer *writer)
{
    const struct decision *decision = &call->job.decision;
    int scale = decision->credit_type.scale;

    json_begin_object(writer);
    native_put_uuid(json_key(writer, STR("customer")), decision->customer.uuid);
    native_put_credit_type(json_key(writer, STR("credit_type")), &decision->credit_type);
    json_put_instant(json_key(writer, STR("at")), decision->at);
    json_put_amount_string(json_key(writer, STR("credit_limit")), decision->account_limit, scale);
    json_put_amount_string(json_key(writer, STR("debt")), decision->account_debt, scale);
    json_end_object(writer);
}
