#include "api/kable/kable.h"

static void put_id(struct json_writer *writer, struct uuid uuid, struct str prefix)
{
    char text[PREFIXED_ID_SIZE];

    uuid_format_prefixed(uuid, prefix, text);
    json_put_string(writer, (struct str){ .data = text, .len = sizeof(text) });
}

enum err kable_encode_empty(struct call *call, struct str *ret_type, struct str *ret)
{
    *ret_type = STR("application/json");
    *ret = STR("");
    return OK;
}

void kable_encode_nothing(struct call *call, struct json_writer *writer)
{
    json_begin_object(writer);
    json_end_object(writer);
}

/* The fields of the later contract are added; clients of the earlier one ignore them. */
void kable_encode_grant(struct call *call, struct json_writer *writer)
{
    const struct decision *decision = &call->job.decision;
    const struct entry *last = &decision->entries[decision->entry_count - 1];
    const struct facts *facts = decision->entries[0].facts;
    int scale = decision->credit_type.scale, paid_scale = CREDIT_TYPE_SCALE_DEFAULT;

    assert(decision->entry_count > 0);
    assert(facts != NULL);
    if (str_equals(facts->paid_currency, PROFILE_CURRENCY_DEFAULT))
        paid_scale += KABLE_CENTS_SCALE;
    json_begin_object(writer);
    put_id(json_key(writer, STR("creditGrantId")), decision->grant_id.uuid, GRANT_PREFIX);
    put_id(json_key(writer, STR("customerId")), decision->customer.uuid, CUSTOMER_PREFIX);
    json_put_amount(json_key(writer, STR("grantAmount")), facts->amount, scale);
    json_put_amount(json_key(writer, STR("balanceAmount")),
                    amount_take(last->grant_posted, last->grant_held), scale);
    if (facts->has_paid)
        json_put_amount(json_key(writer, STR("paidAmount")), facts->paid_amount, paid_scale);
    json_put_string(json_key(writer, STR("currency")), facts->paid_currency);
    if (facts->reason.len > 0)
        json_put_string(json_key(writer, STR("description")), facts->reason);
    if (instant_is_dated(facts->expires_at))
        json_put_instant_ms(json_key(writer, STR("expiration")), facts->expires_at);
    json_end_object(writer);
}

void kable_encode_balance(struct call *call, struct json_writer *writer)
{
    const struct balance_row *row = call->job.answer.balances;

    assert(call->job.answer.balance_count == 1);
    json_begin_object(writer);
    json_put_amount(json_key(writer, STR("available")), account_available(&row->account),
                    row->credit_type.scale);
    json_end_object(writer);
}

/* Customers of other dialects may have no clientId: then what else they are called by. */
struct str kable_client_id(const struct customer *customer, char text[PREFIXED_ID_SIZE])
{
    if (customer->client_id.len > 0)
        return customer->client_id;
    if (customer->alias_count > 0)
        return customer->aliases[0];
    uuid_format_prefixed(customer->id.uuid, CUSTOMER_PREFIX, text);
    return (struct str){ .data = text, .len = PREFIXED_ID_SIZE };
}

static void put_empty_array(struct json_writer *writer, struct str name)
{
    json_begin_array(json_key(writer, name));
    json_end_array(writer);
}

static void put_profile(struct call *call, struct json_writer *writer,
                        const struct customer *customer)
{
    struct profile profile = { .currency = PROFILE_CURRENCY_DEFAULT };

    if (profile_read(customer->profile, call->exchange->arena, &profile) != OK)
        json_writer_overflow(writer);
    json_put_string(json_key(writer, STR("currency")), profile.currency);
    if (profile.stripe_customer_id.len > 0)
        json_put_string(json_key(writer, STR("stripeCustomerId")), profile.stripe_customer_id);
    if (profile.billing_contact.len > 0)
        json_put_raw(json_key(writer, STR("billingContact")), profile.billing_contact);
    if (profile.metadata.len > 0)
        json_put_raw(json_key(writer, STR("metadata")), profile.metadata);
}

/* The members of a customer, in the object that is open.  Those of the later contract too: clients
 * of the earlier one ignore them. */
static void put_customer_members(struct call *call, struct json_writer *writer,
                                 const struct customer *customer)
{
    char text[PREFIXED_ID_SIZE];

    json_put_string(json_key(writer, STR("kableClientId")),
                    request_header(&call->exchange->request, STR("Kable-Client-Id")));
    put_id(json_key(writer, STR("customerId")), customer->id.uuid, CUSTOMER_PREFIX);
    json_put_string(json_key(writer, STR("clientId")), kable_client_id(customer, text));
    json_put_string(json_key(writer, STR("companyName")), customer->name);
    put_profile(call, writer, customer);
    json_put_string(json_key(writer, STR("status")),
                    instant_is_never(customer->archived_at) ? STR("ACTIVE") : STR("CANCELLED"));
    put_empty_array(writer, STR("plans"));
    put_empty_array(writer, STR("bundles"));
    put_empty_array(writer, STR("entitlements"));
    json_put_instant_ms(json_key(writer, STR("created")), customer->created_at);
    json_put_instant_ms(json_key(writer, STR("modified")), customer->updated_at);
}

static void put_customer(struct call *call, struct json_writer *writer,
                         const struct customer *customer)
{
    json_begin_object(writer);
    put_customer_members(call, writer, customer);
    json_end_object(writer);
}

void kable_encode_customer_made(struct call *call, struct json_writer *writer)
{
    const struct customer *customer = &call->job.decision.customer_row;
    const struct kable_keys *keys = call->context;
    char text[PREFIXED_ID_SIZE];

    json_begin_object(writer);
    put_customer_members(call, writer, customer);
    if (keys != NULL) {
        json_begin_array(json_key(writer, STR("keys")));
        for (size_t i = 0; i < keys->count; i++)
            kable_put_key(writer, keys, i, kable_client_id(customer, text), customer->created_at);
        json_end_array(writer);
    }
    json_end_object(writer);
}

void kable_encode_customer_changed(struct call *call, struct json_writer *writer)
{
    put_customer(call, writer, &call->job.decision.customer_row);
}

void kable_encode_customer(struct call *call, struct json_writer *writer)
{
    assert(call->job.answer.customer_count == 1);
    put_customer(call, writer, &call->job.answer.customers[0]);
}

void kable_encode_customers(struct call *call, struct json_writer *writer)
{
    const struct kable_pages *pages = call->context;

    json_begin_array(writer);
    for (const struct kable_page *page = pages->first; page != NULL; page = page->next)
        for (size_t i = 0; i < page->count; i++)
            put_customer(call, writer, &page->customers[i]);
    json_end_array(writer);
}
