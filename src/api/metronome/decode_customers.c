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

void metronome_decode_create_customer(struct call *call)
{
    struct customer_create *create = &call->job.command.customer_create;
    struct fields body;

    call->job.command.kind = COMMAND_CUSTOMER_CREATE;
    create->custom_fields = STR("{}");
    create->profile = STR("{}");
    fields_init(&body, call->exchange->request.body, &call->reading);
    fields_text(&body, STR("name"), FIELD_REQUIRED, &any_name, &create->name);
    create->name = text_cut(create->name, NAME_CHARACTERS_MAX);
    read_aliases(&body, create);
    fields_string_map(&body, STR("custom_fields"), &create->custom_fields);
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

void metronome_decode_customer(struct call *call)
{
    struct uuid uuid;

    call->job.query.kind = QUERY_CUSTOMER;
    call->job.query.customer = call->params[0];
    reading_uuid(&call->reading, STR("customer_id"), call->params[0], &uuid);
}
