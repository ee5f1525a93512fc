#include "api/metronome/metronome.h"

#include "api/page.h"
#include "base/limits.h"

#define NAME_CHARACTERS_MAX 160 /* a longer name is cut, as Metronome does */
#define CUSTOMERS_ASKED_MAX 100u

static const struct text_rule any_name = { .characters_min = 1, .bytes_max = TEXT_BYTES_MAX };

/* external_id, of older clients, is one alias more, and the first.  One that is named twice counts
 * once: the ledger sees to it. */
static void read_aliases(struct fields *body, struct customer_create *create)
{
    struct str external_id = STR_NONE;
    struct str *aliases = NULL, *all;
    size_t count = 0;

    fields_text(body, STR("external_id"), FIELD_OPTIONAL, &text_alias, &external_id);
    fields_texts(body, STR("ingest_aliases"), &text_alias, ALIASES_PER_CUSTOMER_MAX, &aliases,
                 &count);
    create->aliases = aliases;
    create->alias_count = count;
    if (external_id.len == 0)
        return;
    all = arena_new(body->reading->arena, struct str, count + 1);
    if (all == NULL) {
        reading_out_of_memory(body->reading);
        return;
    }
    all[0] = external_id;
    for (size_t i = 0; i < count; i++)
        all[i + 1] = aliases[i];
    create->aliases = all;
    create->alias_count = count + 1;
}

static void read_name(struct fields *body, struct str *ret)
{
    fields_text(body, STR("name"), FIELD_REQUIRED, &any_name, ret);
    *ret = text_cut(*ret, NAME_CHARACTERS_MAX);
}

void metronome_decode_create_customer(struct call *call)
{
    struct customer_create *create = &call->job.command.customer_create;
    struct fields body;

    call->job.command.kind = COMMAND_CUSTOMER_CREATE;
    create->custom_fields = STR("{}");
    create->profile = STR("{}");
    fields_init(&body, call->exchange->request.body, &call->reading);
    read_name(&body, &create->name);
    read_aliases(&body, create);
    create->only_listed_fields = true;
    fields_string_map(&body, STR("custom_fields"), FIELD_OPTIONAL, &text_field_value,
                      &create->custom_fields);
}

void metronome_decode_list_customers(struct call *call)
{
    struct query *query = &call->job.query;
    struct str *customers = NULL, *salesforce = NULL;
    size_t salesforce_count = 0;
    bool only_archived = false;
    struct params params;

    query->kind = QUERY_CUSTOMERS;
    params_init(&params, call->exchange->request.query, &call->reading);
    page_decode(call, &params, STR("next_page"), CURSOR_CUSTOMERS);
    params_ids(&params, STR("customer_ids"), CUSTOMERS_ASKED_MAX, &customers,
               &query->customer_count);
    query->customers = customers;
    params_text(&params, STR("ingest_alias"), &text_alias, &query->alias);
    params_bool(&params, STR("only_archived"), &only_archived);
    query->archived = only_archived ? ARCHIVED_ONLY : ARCHIVED_LEFT_OUT;
    params_list(&params, STR("salesforce_account_ids"), CUSTOMERS_ASKED_MAX, &salesforce,
                &salesforce_count);
    /* No customer here has a Salesforce account, so asking by one finds nobody. */
    call->is_answered = salesforce_count > 0;
}

static struct str read_path_id(struct call *call)
{
    struct uuid uuid;

    reading_uuid(&call->reading, STR("customer_id"), call->params[0], &uuid);
    return call->params[0];
}

void metronome_decode_customer(struct call *call)
{
    call->job.query.kind = QUERY_CUSTOMER;
    call->job.query.customer = read_path_id(call);
}

void metronome_decode_archive_customer(struct call *call)
{
    struct fields body;

    call->job.command.kind = COMMAND_CUSTOMER_ARCHIVE;
    fields_init(&body, call->exchange->request.body, &call->reading);
    fields_id(&body, STR("id"), FIELD_REQUIRED, &call->job.command.customer_archive.customer);
}

/* All of them, anew: what is not named is given up. */
void metronome_decode_set_aliases(struct call *call)
{
    struct customer_update *update = &call->job.command.customer_update;
    struct str *aliases = NULL;
    struct fields body;

    call->job.command.kind = COMMAND_CUSTOMER_UPDATE;
    update->customer = read_path_id(call);
    update->has_aliases = true;
    fields_init(&body, call->exchange->request.body, &call->reading);
    if (!fields_has(&body, STR("ingest_aliases")))
        fields_blame(&body, STR("ingest_aliases"), STR("is required"));
    fields_texts(&body, STR("ingest_aliases"), &text_alias, ALIASES_PER_CUSTOMER_MAX, &aliases,
                 &update->alias_count);
    update->aliases = aliases;
}

void metronome_decode_set_name(struct call *call)
{
    struct customer_update *update = &call->job.command.customer_update;
    struct fields body;

    call->job.command.kind = COMMAND_CUSTOMER_UPDATE;
    update->customer = read_path_id(call);
    update->has_name = true;
    fields_init(&body, call->exchange->request.body, &call->reading);
    read_name(&body, &update->name);
}

/* Salesforce and Stripe are nothing that we know of: a customer must be there, and the fields be
 * what they should be. */
void metronome_decode_update_config(struct call *call)
{
    struct str account = STR_NONE;
    bool leaves_in_draft = false;
    struct fields body;

    call->job.query.kind = QUERY_CUSTOMER;
    call->job.query.customer = read_path_id(call);
    fields_init(&body, call->exchange->request.body, &call->reading);
    fields_text(&body, STR("salesforce_account_id"), FIELD_OPTIONAL, &text_free, &account);
    fields_bool(&body, STR("leave_stripe_invoices_in_draft"), &leaves_in_draft);
}
