#include "api/native/native.h"

#include "api/params.h"

void native_decode_customer(struct call *call)
{
    struct params params;

    call->job.query.kind = QUERY_CUSTOMER;
    call->job.query.customer = call->params[0];
    params_init(&params, call->exchange->request.query, &call->reading);
    params_close(&params);
}

/* Without texts, a balance of now is answered from memory. */
void native_decode_balance(struct call *call)
{
    struct query *query = &call->job.query;
    struct instant *expiring_before = arena_new(call->exchange->arena, struct instant, 1);
    struct params params;

    if (expiring_before == NULL) {
        reading_out_of_memory(&call->reading);
        return;
    }
    *expiring_before = INSTANT_NONE;
    query->kind = QUERY_BALANCE;
    query->customer = call->params[0];
    query->without_facts = true;
    params_init(&params, call->exchange->request.query, &call->reading);
    params_text(&params, STR("credit_type"), &text_reference, &query->credit_type);
    params_instant(&params, STR("at"), &query->at);
    params_instant(&params, STR("expiring_before"), expiring_before);
    params_close(&params);
    call->context = expiring_before;
}

/* Which of these is meant; in the ledger's words (ledger/resolve.c). */
static struct str why_needed(const struct answer *answer, struct arena *arena)
{
    struct str *names = arena_new(arena, struct str, answer->balance_count);
    struct str list = STR_NONE;

    for (size_t i = 0; names != NULL && i < answer->balance_count; i++)
        names[i] = answer->balances[i].credit_type.name;
    if (names != NULL)
        list = str_list(names, answer->balance_count, arena);
    return list.data == NULL ? STR_NONE : str_format(arena, "must be one of %.*s", STR_PRINT(list));
}

/* One balance is what was asked for; which of several, the caller must say. */
bool native_follow_balance(struct call *call)
{
    struct answer *answer = &call->job.answer;

    if (answer->reject != REJECT_NONE || answer->balance_count < 2)
        return false;
    answer->reject = REJECT_CREDIT_TYPE_NEEDED;
    answer->blame.field = STR("credit_type");
    answer->blame.why = why_needed(answer, call->exchange->arena);
    if (answer->blame.why.data == NULL)
        reading_out_of_memory(&call->reading);
    return false;
}

static bool is_shown(const struct grant *grant, struct instant expiring_before)
{
    return instant_is_none(expiring_before) || instant_before(grant->expires_at, expiring_before);
}

static void put_grants(struct json_writer *writer, const struct balance_row *row,
                       struct instant expiring_before)
{
    json_begin_array(json_key(writer, STR("grants")));
    for (size_t i = 0; i < row->grant_count; i++) {
        if (!is_shown(&row->grants[i].grant, expiring_before))
            continue;
        json_begin_object(writer);
        native_put_grant_numbers(writer, &row->grants[i].grant, &row->credit_type);
        json_end_object(writer);
    }
    json_end_array(writer);
}

/* What will be gone by then, if nobody uses it. */
static void put_expiring(struct json_writer *writer, const struct balance_row *row,
                         struct instant expiring_before)
{
    struct amount sum = AMOUNT_ZERO;

    if (instant_is_none(expiring_before))
        return;
    for (size_t i = 0; i < row->grant_count; i++) {
        const struct grant *grant = &row->grants[i].grant;

        if (is_shown(grant, expiring_before) && amount_add(sum, grant_available(grant), &sum) != OK)
            never("grants of one account add up to its balance");
    }
    json_put_amount_string(json_key(writer, STR("expiring")), sum, row->credit_type.scale);
}

void native_encode_balance(struct call *call, struct json_writer *writer)
{
    const struct answer *answer = &call->job.answer;
    const struct instant *expiring_before = call->context;
    const struct balance_row none = { .grant_count = 0 };
    const struct balance_row *row = answer->balance_count > 0 ? answer->balances : &none;
    struct instant at = call->job.query.at;

    json_begin_object(writer);
    if (answer->balance_count > 0)
        native_put_credit_type(json_key(writer, STR("credit_type")), &row->credit_type);
    else
        json_put_null(json_key(writer, STR("credit_type")));
    json_put_instant(json_key(writer, STR("at")), instant_is_none(at) ? answer->now : at);
    native_put_balance(writer, row->account.posted, row->account.held, row->credit_type.scale);
    json_put_amount_string(json_key(writer, STR("debt")), row->account.debt,
                           row->credit_type.scale);
    if (instant_is_none(at)) /* what it was, no entry says */
        json_put_amount_string(json_key(writer, STR("credit_limit")), row->account.limit,
                               row->credit_type.scale);
    put_expiring(writer, row, *expiring_before);
    put_grants(writer, row, *expiring_before);
    json_end_object(writer);
}

void native_decode_book(struct call *call)
{
    struct params params;

    call->job.query.kind = QUERY_BOOK;
    params_init(&params, call->exchange->request.query, &call->reading);
    params_close(&params);
}

void native_encode_book(struct call *call, struct json_writer *writer)
{
    const struct answer *answer = &call->job.answer;
    char hex[2 * DIGEST_BYTES + 1];

    digest_to_hex(&answer->hash, hex);
    json_begin_object(writer);
    json_put_integer(json_key(writer, STR("sequence")), (int64_t)answer->sequence);
    json_put_string(json_key(writer, STR("hash")), str_from_c(hex));
    if (answer->sequence > 0)
        json_put_instant(json_key(writer, STR("at")), answer->sealed_at);
    else
        json_put_null(json_key(writer, STR("at")));
    json_end_object(writer);
}
