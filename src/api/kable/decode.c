#include "api/kable/kable.h"

#include "base/limits.h"

#define GRANT_NAME STR("Credit grant") /* this dialect's grants have none, others show one */
#define ONE INT64_C(1000000)           /* priority 1, in millionths: it has none either */

/* The key was right, or this would not have been asked. */
void kable_decode_authenticate(struct call *call)
{
    call->is_answered = true;
}

static void read_charge(struct fields *body, struct issue *issue)
{
    fields_number(body, STR("chargeAmount"), FIELD_OPTIONAL, &issue->paid);
    if (issue->paid.given && decimal_is_negative(issue->paid.value))
        fields_blame(body, STR("chargeAmount"), STR("must not be negative"));
}

/* The currency is the customer's, so the customer is looked up first. */
void kable_decode_create_grant(struct call *call)
{
    struct issue *issue = &call->job.command.issue;
    struct decimal_option granted = { .given = false };
    struct fields body;

    call->job.query.kind = QUERY_CUSTOMER;
    call->job.query.customer = call->params[0];
    issue->customer = call->params[0];
    issue->credit_type = STR(CREDIT_TYPE_CREDITS_UUID);
    issue->rounding = ROUND_HALF_EVEN;
    issue->facts = FACTS_NONE;
    issue->facts.effective_at = INSTANT_NONE;
    issue->facts.name = GRANT_NAME;
    issue->facts.priority.millionths = ONE;
    fields_init(&body, call->exchange->request.body, &call->reading);
    fields_number(&body, STR("grantAmount"), FIELD_REQUIRED, &granted);
    issue->asked = granted.value;
    fields_text(&body, STR("description"), FIELD_OPTIONAL, &text_free, &issue->facts.reason);
    fields_instant(&body, STR("expiration"), FIELD_OPTIONAL, &issue->facts.expires_at);
    read_charge(&body, issue);
}

/* ERR_RANGE: too large. */
static enum err to_cents(struct decimal *value)
{
    uint128 factor;

    if (value->scale >= KABLE_CENTS_SCALE) {
        value->scale = (uint8_t)(value->scale - KABLE_CENTS_SCALE);
        return OK;
    }
    factor = uint128_power_of_ten(KABLE_CENTS_SCALE - value->scale);
    if (value->significand >= uint128_power_of_ten(DECIMAL_DIGITS_MAX) / factor)
        return ERR_RANGE;
    value->significand *= factor;
    value->scale = 0;
    return OK;
}

/* What was charged is paid in the customer's currency: whole units of all but US dollars, which
 * the ledger counts in cents. */
static void settle_currency(struct call *call, struct str currency)
{
    struct issue *issue = &call->job.command.issue;

    issue->facts.paid_currency = currency;
    if (!str_equals(currency, PROFILE_CURRENCY_DEFAULT))
        issue->paid_credit_type = currency;
    else if (issue->paid.given && to_cents(&issue->paid.value) != OK)
        reading_blame(&call->reading, STR("chargeAmount"), STR("is too large"));
}

/* A customer that is not known is refused by the command itself, so that a receipt, if there is
 * one, comes first. */
bool kable_follow_create_grant(struct call *call)
{
    const struct answer *answer = &call->job.answer;
    struct profile profile = { .currency = PROFILE_CURRENCY_DEFAULT };

    if (call->job.command.kind != COMMAND_NONE)
        return false;
    if (answer->customer_count > 0 &&
        profile_read(answer->customers[0].profile, call->exchange->arena, &profile) != OK)
        reading_out_of_memory(&call->reading);
    settle_currency(call, profile.currency);
    if (!reading_is_fine(&call->reading))
        return false;
    call->job.query.kind = QUERY_NONE;
    call->job.command.kind = COMMAND_GRANT_ISSUE;
    return true;
}

void kable_decode_balance(struct call *call)
{
    struct query *query = &call->job.query;

    query->kind = QUERY_BALANCE;
    query->customer = call->params[0];
    query->credit_type = STR(CREDIT_TYPE_CREDITS_UUID);
    query->without_grants = true;
}
