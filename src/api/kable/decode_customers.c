#include "api/kable/kable.h"

#include "api/params.h"
#include "base/limits.h"

static const enum environment environments[ENVIRONMENT_COUNT] = { ENVIRONMENT_LIVE,
                                                                  ENVIRONMENT_TEST };

/* The members that are documented; others are not kept. */
static const struct str contact_fields[] = {
    STR_INIT("firstName"),    STR_INIT("lastName"),     STR_INIT("email"), STR_INIT("phone"),
    STR_INIT("addressLine1"), STR_INIT("addressLine2"), STR_INIT("city"),  STR_INIT("state"),
    STR_INIT("postalCode"),   STR_INIT("country"),
};
static const struct text_rule text_contact = { .bytes_max = NAME_BYTES_MAX };

static void read_contact(struct fields *body, struct str *ret)
{
    struct json_writer writer;
    struct fields contact;

    if (!fields_object(body, STR("billingContact"), FIELD_OPTIONAL, &contact))
        return;
    json_writer_init_in(&writer, body->reading->arena);
    json_begin_object(&writer);
    for (size_t i = 0; i < array_count(contact_fields); i++) {
        struct str text = STR_NONE;

        fields_text(&contact, contact_fields[i], FIELD_OPTIONAL, &text_contact, &text);
        if (text.data != NULL)
            json_put_string(json_key(&writer, contact_fields[i]), text);
    }
    json_end_object(&writer);
    if (json_writer_finish(&writer, ret) != OK)
        reading_out_of_memory(body->reading);
}

/* What creating and updating share. */
static void read_profile(struct call *call, struct fields *body, struct profile *profile,
                         struct str *ret)
{
    fields_text(body, STR("currency"), FIELD_OPTIONAL, &text_name, &profile->currency);
    if (profile->currency.len > 0 && !profile_has_currency(profile->currency))
        fields_blame(body, STR("currency"), STR("must be a currency such as USD"));
    fields_text(body, STR("stripeCustomerId"), FIELD_OPTIONAL, &text_name,
                &profile->stripe_customer_id);
    read_contact(body, &profile->billing_contact);
    fields_json_object(body, STR("metadata"), &profile->metadata);
    if (reading_is_fine(&call->reading) && profile_write(profile, call->exchange->arena, ret) != OK)
        reading_out_of_memory(&call->reading);
}

/* "stripe" is not looked at: nothing is charged here. */
static void read_wish_for_keys(struct call *call, struct customer_create *create)
{
    bool has_keys = false;
    struct kable_keys *made;
    struct params params;

    params_init(&params, call->exchange->request.query, &call->reading);
    params_bool(&params, STR("keys"), &has_keys);
    if (!has_keys || !reading_is_fine(&call->reading))
        return;
    made = kable_keys_make(call, environments, ENVIRONMENT_COUNT);
    call->context = made;
    if (made == NULL)
        return;
    create->keys = made->keys;
    create->key_count = made->count;
}

void kable_decode_create_customer(struct call *call)
{
    struct customer_create *create = &call->job.command.customer_create;
    struct profile profile = { .currency = PROFILE_CURRENCY_DEFAULT };
    struct fields body;

    call->job.command.kind = COMMAND_CUSTOMER_CREATE;
    create->custom_fields = STR("{}");
    fields_init(&body, call->exchange->request.body, &call->reading);
    fields_text(&body, STR("clientId"), FIELD_REQUIRED, &text_alias, &create->client_id);
    fields_text(&body, STR("companyName"), FIELD_REQUIRED, &text_name, &create->name);
    read_profile(call, &body, &profile, &create->profile);
    read_wish_for_keys(call, create);
}

/* Only what is given changes. */
void kable_decode_update_customer(struct call *call)
{
    struct customer_update *update = &call->job.command.customer_update;
    struct profile profile = { .currency = STR_NONE };
    struct fields body;

    call->job.command.kind = COMMAND_CUSTOMER_UPDATE;
    update->customer = call->params[0];
    fields_init(&body, call->exchange->request.body, &call->reading);
    fields_text(&body, STR("companyName"), FIELD_OPTIONAL, &text_name, &update->name);
    update->has_name = update->name.data != NULL;
    read_profile(call, &body, &profile, &update->profile);
    update->has_profile = true;
    update->profile_merge = profile_merge;
}

void kable_decode_cancel_customer(struct call *call)
{
    call->job.command.kind = COMMAND_CUSTOMER_ARCHIVE;
    call->job.command.customer_archive.customer = call->params[0];
    call->job.command.customer_archive.again = true;
}

void kable_decode_delete_customer(struct call *call)
{
    call->job.command.kind = COMMAND_CUSTOMER_ARCHIVE;
    call->job.command.customer_archive.customer = call->params[0];
    call->job.command.customer_archive.erase = true;
    call->encode_text = kable_encode_empty;
}

void kable_decode_customer(struct call *call)
{
    call->job.query.kind = QUERY_CUSTOMER;
    call->job.query.customer = call->params[0];
}

void kable_decode_list_customers(struct call *call)
{
    call->job.query.kind = QUERY_CUSTOMERS;
    call->job.query.archived = ARCHIVED_TOO;
    call->job.query.limit = KABLE_LIST_PAGE;
    call->context = arena_new(call->exchange->arena, struct kable_pages, 1);
    if (call->context == NULL)
        reading_out_of_memory(&call->reading);
}

/* The list has no pages on the wire, so all of the ledger's are fetched. */
bool kable_follow_customers(struct call *call)
{
    const struct answer *answer = &call->job.answer;
    struct kable_page *page = arena_new(call->exchange->arena, struct kable_page, 1);
    struct kable_pages *pages = call->context;

    if (page == NULL) {
        reading_out_of_memory(&call->reading);
        return false;
    }
    *page = (struct kable_page){ .customers = answer->customers, .count = answer->customer_count };
    if (pages->last == NULL)
        pages->first = page;
    else
        pages->last->next = page;
    pages->last = page;
    pages->count += page->count;
    if (answer->next == 0)
        return false;
    if (pages->count >= KABLE_LIST_CUSTOMERS_MAX) {
        reading_blame(&call->reading, STR("customers"),
                      STR("are too many for one list: ask for them in pages, in another dialect"));
        return false;
    }
    call->job.query.after = answer->next;
    return true;
}
